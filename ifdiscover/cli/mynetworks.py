"""``ifdiscover mynetworks``: the line that postconf(1) prints."""

from __future__ import annotations

from ifdiscover.cli import output
from ifdiscover.cli.host import get_host
from ifdiscover.postfix.mynetworks import DEFAULT_STYLE, STYLES, mynetworks
from ifdiscover.render.text import parameter

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
    forms = parser.add_mutually_exclusive_group()
    forms.add_argument("--value-only", action="store_true", help="without 'mynetworks = ', as postconf -h")
    forms.add_argument("--json", dest="as_json", action="store_true", help="one JSON document")
    add_postfix_options(parser)
    add_host_options(parser)


def run(
    *,
    style: str | None = None,
    value_only: bool = False,
    as_json: bool = False,
    inet_interfaces: str = "all",
    inet_protocols: str = "all",
    backend: str | None = None,
    recording: str | None = None,
    netns: str | None = None,
    verbose: bool = False,
) -> int:
    """Print mynetworks; the arguments are the options."""
    if style is None and (verbose or output.on_terminal()):
        output.say(
            f"style {DEFAULT_STYLE}: Postfix's default since 3.0; no main.cf was read, and --style was not given"
        )
    if style is None:
        style = DEFAULT_STYLE
    host = get_host(backend, recording, netns, verbose=verbose)
    asked = STYLES if style == "all" else (style,)
    answers = [mynetworks(host, name, inet_interfaces, inet_protocols) for name in asked]
    output.warn(warning for answer in answers for warning in answer.warnings)
    if as_json:
        from ifdiscover.render import as_json as documents

        output.write(documents.mynetworks(host.backend, answers, styles=style == "all"))
    elif style == "all":
        from ifdiscover.render.table import coloured, plain, style_lines

        paint = coloured if output.colours_wanted() else plain
        output.write_lines(style_lines(answers, value_only=value_only, paint=paint))
    else:
        (answer,) = answers
        output.write(f"{answer}\n" if value_only else f"{parameter('mynetworks', str(answer))}\n")
    return 0
