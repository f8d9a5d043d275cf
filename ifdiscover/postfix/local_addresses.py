"""The addresses of a host that Postfix takes notice of (its inet_addr_local)."""

from __future__ import annotations

from _socket import AF_INET, AF_INET6

from ifdiscover._record import Record
from ifdiscover.errors import NoActiveInterfaceError
from ifdiscover.model import IFF_UP

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from ifdiscover.model import Address, Host

_WILDCARDS = (bytes(4), bytes(16))  # 0.0.0.0 and ::


class LocalAddresses(Record):
    """What Postfix finds on a host, family by family, each in the kernel's order."""

    addresses: tuple[Address, ...]
    warnings: tuple[str, ...] = ()  # names in them are not escaped


def local_addresses(host: Host, families: Iterable[int] = (AF_INET, AF_INET6)) -> LocalAddresses:
    """The addresses on interfaces that are up, but for wildcard addresses and those with a null netmask.

    Nothing is sorted, and an address that is there twice comes twice. Carrier, address flags, labels and peers play no
    part. Where a backend cannot tell whether an interface is up, its addresses are left out and a warning says so.

    Args:
        host: the host that Postfix runs on.
        families: AF_INET and AF_INET6, in the order in which their addresses come; those left out have none.
    """
    addresses: list[Address] = []
    warnings: list[str] = []
    unknown: dict[str, None] = {}
    for family in families:
        for address in host.addresses:
            if address.family != family:
                continue
            flags = address.interface.flags
            if flags is None:
                unknown[address.interface.name] = None
                continue
            if not flags & IFF_UP:
                continue
            if address.packed_netmask is None:
                # In mynetworks, a null netmask would match everyone.
                warnings.append(
                    f"ignoring interface with null netmask, address family {family}: "
                    f"{address.interface.name}, {address}"
                )
                continue
            if address.packed not in _WILDCARDS:
                addresses.append(address)
    warnings += [f"{name}: left out: backend {host.backend} cannot tell whether it is up" for name in unknown]
    return LocalAddresses(tuple(addresses), tuple(warnings))


def demand_some(local: LocalAddresses, host: Host, families: Collection[int]) -> None:
    """See that Postfix finds an address on a host, as its inet_addr_local does.

    Args:
        local: the addresses that it finds there.
        host: the host.
        families: those in use.

    Raises:
        NoActiveInterfaceError: it finds none; the message says why.
    """
    if local.addresses:
        return
    hidden = sum(address.family in families for address in host.addresses)
    if not families:
        why = "inet_protocols leaves no protocol"
    elif hidden:
        why = f"no interface that is up has an address of a protocol in inet_protocols; --all shows {hidden} more"
    else:
        why = "this host has no address of a protocol in inet_protocols"
    raise NoActiveInterfaceError("cannot find any active network interfaces", why)
