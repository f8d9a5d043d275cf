"""``ifdiscover local``: the addresses that Postfix takes for its own."""

from __future__ import annotations

from ifdiscover.cli import output
from ifdiscover.cli.host import get_host
from ifdiscover.postfix.inet_protocols import enabled_protocols
from ifdiscover.postfix.own_addresses import OwnAddresses, select

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import ArgumentParser


def add_options(parser: ArgumentParser) -> None:
    """Declare the options that ``run()`` takes."""
    from ifdiscover.cli.parser import add_host_options, add_postfix_options

    add_postfix_options(parser)
    add_host_options(parser)


def run(
    *,
    inet_interfaces: str = "all",
    inet_protocols: str = "all",
    backend: str | None = None,
    verbose: bool = False,
) -> int:
    """Print Postfix's own addresses, one a line, in its order; the arguments are the options."""
    protocols = enabled_protocols(inet_protocols)
    if protocols.families:
        own = select(get_host(backend, verbose=verbose), inet_interfaces, protocols)
    else:
        own = OwnAddresses((), protocols.warnings)
    output.warn(own.warnings)
    output.write("".join([f"{address}\n" for address in own]))
    return 0
