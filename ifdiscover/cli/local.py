"""``ifdiscover local``: the addresses that Postfix takes for its own."""

from __future__ import annotations

from ifdiscover.cli import output
from ifdiscover.cli.host import get_host
from ifdiscover.postfix.own_addresses import own_addresses

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import ArgumentParser


def add_options(parser: ArgumentParser) -> None:
    """Declare the options that ``run()`` takes."""
    from ifdiscover.cli.parser import add_host_options, add_postfix_options

    parser.add_argument("--json", dest="as_json", action="store_true", help="one JSON document")
    add_postfix_options(parser)
    add_host_options(parser)


def run(
    *,
    as_json: bool = False,
    inet_interfaces: str = "all",
    inet_protocols: str = "all",
    backend: str | None = None,
    recording: str | None = None,
    netns: str | None = None,
    verbose: bool = False,
) -> int:
    """Print Postfix's own addresses, one a line, in its order; the arguments are the options."""
    host = get_host(backend, recording, netns, verbose=verbose)
    own = own_addresses(host, inet_interfaces, inet_protocols)
    output.warn(own.warnings)
    if as_json:
        from ifdiscover.render import as_json as documents

        output.write(documents.own_addresses(host.backend, own.warnings, own))
    else:
        output.write_lines(map(str, own))
    return 0
