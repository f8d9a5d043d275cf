"""``ifdiscover addresses``: what Postfix's inet_addr_local prints."""

from __future__ import annotations

from os import fsencode

from ifdiscover.cli import output
from ifdiscover.cli.host import get_host
from ifdiscover.errors import NoActiveInterfaceError, UnknownInterfaceError
from ifdiscover.model import FAMILY_NAMES
from ifdiscover.postfix.inet_protocols import enabled_protocols
from ifdiscover.postfix.local_addresses import local_addresses
from ifdiscover.render.text import address_lines

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import ArgumentParser
    from collections.abc import Sequence

    from ifdiscover.model import Host
    from ifdiscover.postfix.local_addresses import LocalAddresses


def add_options(parser: ArgumentParser) -> None:
    """Declare the options that ``run()`` takes."""
    from ifdiscover.cli.parser import add_host_options, add_protocol_options

    parser.add_argument(
        "-i", "--interface", metavar="IF", dest="interfaces", action="append", default=[], help="only this interface's"
    )
    parser.add_argument(
        "--all",
        dest="everything",
        action="store_true",
        help="also what Postfix leaves out: interfaces that are down, null netmasks, wildcard addresses",
    )
    parser.add_argument("--prefixlen", action="store_true", help="prefix lengths in place of netmasks")
    add_protocol_options(parser)
    add_host_options(parser)


def run(
    *,
    interfaces: Sequence[str] = (),
    everything: bool = False,
    prefixlen: bool = False,
    inet_protocols: str = "all",
    backend: str | None = None,
    verbose: bool = False,
) -> int:
    """Print the addresses; the arguments are the options."""
    protocols = enabled_protocols(inet_protocols)
    host = get_host(backend, verbose=verbose)
    # As the model spells names, whatever the locale made of the argument.
    wanted = {fsencode(name).decode("utf-8", "surrogateescape") for name in interfaces}
    present = [interface.name for interface in host.interfaces]
    for name in sorted(wanted.difference(present)):
        raise UnknownInterfaceError(f'no interface is called "{name}"; this host has {", ".join(present) or "none"}')
    local = local_addresses(host, protocols.families)
    output.warn((*host.warnings, *protocols.warnings, *local.warnings))
    if everything:
        addresses = [a for family in protocols.families for a in host.addresses if a.family == family]
    else:
        addresses = list(local.addresses)
        if verbose:
            _say_counts(local, protocols.families)
        if not addresses:
            raise _no_active_interface(host)
    if wanted:
        addresses = [address for address in addresses if address.interface.name in wanted]
    output.write("".join([f"{line}\n" for line in address_lines(addresses, prefixlen=prefixlen)]))
    return 0


def _say_counts(local: LocalAddresses, families: Sequence[int]) -> None:
    # In the words of Postfix's inet_addr_local, which calls addresses interfaces in the last one.
    names = {name: {"ipv4": "IPv4", "ipv6": "IPv6"}[text] for name, text in FAMILY_NAMES.items()}
    for family in families:
        count = sum(address.family == family for address in local.addresses)
        output.say(f"inet_addr_local: configured {count} {names[family]} addresses")
    if len(local.addresses) == 1:
        output.complain("warning", "found only one active network interface")


def _no_active_interface(host: Host) -> NoActiveInterfaceError:
    return NoActiveInterfaceError(
        "cannot find any active network interfaces",
        "none that is up has an address of a protocol in inet_protocols"
        + (f"; the {len(host.addresses)} addresses that are there come with --all" if host.addresses else ""),
    )
