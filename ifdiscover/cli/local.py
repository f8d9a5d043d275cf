"""``ifdiscover local``: the addresses that Postfix takes for its own."""

from __future__ import annotations

from ifdiscover.cli import output
from ifdiscover.cli.host import get_host
from ifdiscover.cli.parameters import in_force
from ifdiscover.postfix.own_addresses import own_addresses

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import ArgumentParser
    from collections.abc import Sequence


def add_options(parser: ArgumentParser) -> None:
    """Declare the options that ``run()`` takes."""
    from ifdiscover.cli.parser import add_host_options, add_postfix_options

    parser.add_argument("--json", dest="as_json", action="store_true", help="one JSON document")
    add_postfix_options(parser)
    add_host_options(parser)


def run(
    *,
    as_json: bool = False,
    inet_interfaces: str | None = None,
    inet_protocols: str | None = None,
    config_directory: str | None = None,
    overrides: Sequence[str] = (),
    backend: str | None = None,
    recording: str | None = None,
    netns: str | None = None,
    verbose: bool = False,
) -> int:
    """Print Postfix's own addresses, one a line, in its order; the arguments are the options."""
    host = get_host(backend, recording, netns, verbose=verbose)
    parameters = in_force(
        config_directory, overrides, host, inet_interfaces=inet_interfaces, inet_protocols=inet_protocols
    )
    own = own_addresses(host, parameters["inet_interfaces"], parameters["inet_protocols"])
    warnings = (*parameters.warnings, *own.warnings)
    output.warn(warnings)
    if as_json:
        from ifdiscover.render import as_json as documents

        output.write(documents.own_addresses(host.backend, warnings, own))
    else:
        output.write_lines(map(str, own))
    return 0
