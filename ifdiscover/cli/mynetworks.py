"""``ifdiscover mynetworks``: the line that postconf(1) prints."""

from __future__ import annotations

from ifdiscover.cli import output
from ifdiscover.cli.host import get_host
from ifdiscover.postfix.inet_protocols import enabled_protocols
from ifdiscover.postfix.mynetworks import DEFAULT_STYLE, STYLES, Networks, networks_of, parse_style
from ifdiscover.postfix.own_addresses import select
from ifdiscover.render.text import columns, parameter

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import ArgumentParser


def add_options(parser: ArgumentParser) -> None:
    """Declare the options that ``run()`` takes."""
    from ifdiscover.cli.parser import add_host_options, add_postfix_options

    parser.add_argument(
        "--style",
        metavar="TEXT",
        help=f"Postfix's mynetworks_style: class, subnet or host; or all, for the three of them "
        f"(default: {DEFAULT_STYLE}, Postfix's own since 3.0)",
    )
    parser.add_argument("--value-only", action="store_true", help="without 'mynetworks = ', as postconf -h")
    add_postfix_options(parser)
    add_host_options(parser)


def run(
    *,
    style: str | None = None,
    value_only: bool = False,
    inet_interfaces: str = "all",
    inet_protocols: str = "all",
    backend: str | None = None,
    verbose: bool = False,
) -> int:
    """Print mynetworks; the arguments are the options."""
    protocols = enabled_protocols(inet_protocols)
    if style is None and (verbose or output.on_terminal()):
        output.say(
            f"style {DEFAULT_STYLE}: Postfix's default since 3.0; no main.cf was read, and --style was not given"
        )
    asked: tuple[str, ...] = STYLES if style == "all" else (DEFAULT_STYLE if style is None else style,)
    if protocols.families:
        asked = tuple(map(parse_style, asked))
        own = select(get_host(backend, verbose=verbose), inet_interfaces, protocols)
        answers = [networks_of(own, name, own.warnings) for name in asked]
    else:  # Postfix looks at nothing then, and trusts nobody
        answers = [Networks((), name, protocols.warnings) for name in asked]
    output.warn(warning for answer in answers for warning in answer.warnings)
    lines = [str(answer) if value_only else parameter("mynetworks", str(answer)) for answer in answers]
    if style == "all":
        lines = list(columns(list(zip(asked, lines))))
    output.write("".join([f"{line}\n" for line in lines]))
    return 0
