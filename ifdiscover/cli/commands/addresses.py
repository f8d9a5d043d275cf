"""``ifdiscover addresses``: what Postfix's inet_addr_local prints."""

from __future__ import annotations

from ifdiscover.cli import output
from ifdiscover.cli.host import get_host, say_ipv6_absence
from ifdiscover.cli.parameters import in_force, respelt
from ifdiscover.errors import NoActiveInterfaceError, UnknownInterfaceError, UsageError
from ifdiscover.kernel import probe_of
from ifdiscover.model import FAMILY_NAMES
from ifdiscover.postfix.inet_protocols import enabled_protocols
from ifdiscover.postfix.local_addresses import local_addresses
from ifdiscover.render.text import address_lines

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from ifdiscover.cli.options import Options
    from ifdiscover.model import Host
    from ifdiscover.postfix.local_addresses import LocalAddresses


def add_options(parser: Options) -> None:
    """Declare the options that ``run()`` takes."""
    from ifdiscover.cli.options import add_host_options, add_protocol_options

    parser.add_argument(
        "-i", "--interface", metavar="IF", dest="interfaces", action="append", default=[], help="only this interface's"
    )
    parser.add_argument(
        "--all",
        dest="everything",
        action="store_true",
        help="also what Postfix leaves out: interfaces that are down, null netmasks, wildcard addresses",
    )
    parser.add_argument(
        "--kame",
        action="store_true",
        help="link-local addresses with the scope id inside, fe80:1::1, as KAME systems such as FreeBSD 4 did",
    )
    forms = parser.add_mutually_exclusive_group()
    forms.add_argument("--prefixlen", action="store_true", help="prefix lengths in place of netmasks")
    forms.add_argument("--long", action="store_true", help="a table for people, with scopes, peers and flags")
    forms.add_argument("--json", dest="as_json", action="store_true", help="one JSON document")
    add_protocol_options(parser)
    add_host_options(parser)


def run(
    *,
    interfaces: Sequence[str] = (),
    everything: bool = False,
    kame: bool = False,
    prefixlen: bool = False,
    long: bool = False,
    as_json: bool = False,
    inet_protocols: str | None = None,
    config_directory: str | None = None,
    overrides: Sequence[str] = (),
    backend: str | None = None,
    recording: str | None = None,
    netns: str | None = None,
    verbose: bool = False,
) -> int:
    """Print the addresses; the arguments are the options."""
    if kame and (long or as_json):
        raise UsageError(f"--kame is about lines of ADDRESS/NETMASK, and {'--long' if long else '--json'} has none")
    host = get_host(backend, recording, netns, verbose=verbose)
    parameters = in_force(config_directory, overrides, host, inet_protocols=inet_protocols)
    protocols = enabled_protocols(parameters["inet_protocols"], probe_of(host))
    wanted = set(map(respelt, interfaces))
    present = [interface.name for interface in host.interfaces]
    for name in sorted(wanted.difference(present)):
        raise UnknownInterfaceError(f'no interface is called "{name}"; this host has {", ".join(present) or "none"}')
    local = local_addresses(host, protocols.families)
    warnings = (*parameters.warnings, *host.warnings, *protocols.warnings, *local.warnings)
    output.warn(warnings)
    if everything:
        addresses = [a for family in protocols.families for a in host.addresses if a.family == family]
    else:
        addresses = list(local.addresses)
        if verbose:
            say_ipv6_absence(host, protocols, netns)
            _say_counts(local, protocols.families)
        if not addresses:
            raise _no_active_interface(host, protocols.families)
    if wanted:
        addresses = [address for address in addresses if address.interface.name in wanted]
    if as_json:
        from ifdiscover.render import documents

        output.write(documents.addresses(host, warnings, addresses))
    elif long:
        from ifdiscover.render.table import coloured, long_addresses, plain

        output.write_lines(long_addresses(addresses, coloured if output.colours_wanted() else plain))
    else:
        output.write_lines(address_lines(addresses, prefixlen=prefixlen, kame=kame))
    return 0


def _say_counts(local: LocalAddresses, families: Sequence[int]) -> None:
    # In the words of Postfix's inet_addr_local, which calls addresses interfaces in the last one.
    names = {name: {"ipv4": "IPv4", "ipv6": "IPv6"}[text] for name, text in FAMILY_NAMES.items()}
    for family in families:
        count = sum(address.family == family for address in local.addresses)
        output.say(f"inet_addr_local: configured {count} {names[family]} addresses")
    if len(local.addresses) == 1:
        output.complain("warning", "found only one active network interface")


def _no_active_interface(host: Host, families: Sequence[int]) -> NoActiveInterfaceError:
    hidden = sum(address.family in families for address in host.addresses)
    if not families:
        why = "inet_protocols leaves no protocol"
    elif hidden:
        why = f"no interface that is up has an address of a protocol in inet_protocols; --all shows {hidden} more"
    else:
        why = "this host has no address of a protocol in inet_protocols"
    return NoActiveInterfaceError("cannot find any active network interfaces", why)
