"""Two readings of a host, without what either could not see: what is left can be compared."""

from __future__ import annotations

from _socket import AF_INET, AF_INET6

from ifdiscover._packed import netmask_of
from ifdiscover.model import ASSUMED, BITS

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from collections.abc import Callable

    from ifdiscover.model import Address, Host

    Key = tuple[str, int, bytes]  # interface, family, packed address


def in_common(before: Host, after: Host) -> tuple[Host, Host]:
    """The two readings, each without what the other's backend is blind to; both have the same ``blind_to``.

    An address that one of them could not see is left out of the other. An IPv6 netmask that one assumed is assumed in
    the other, so that both give the same networks.
    """
    blind = tuple(dict.fromkeys((*before.blind_to, *after.blind_to)))
    routes = before.routes is not None and after.routes is not None and "routes" not in blind
    sources = before.packed_sources is not None and after.packed_sources is not None
    hidden = _hidden(before, after, blind)
    assumed = _unsure(before, blind) | _unsure(after, blind)

    def cut(host: Host) -> Host:
        seen = [_without(address, blind, assumed) for address in host.addresses if not hidden(host, address)]
        if "same address twice" in blind:
            seen = list({_key(address): address for address in reversed(seen)}.values())[::-1]
        return host._replace(
            addresses=tuple(seen),
            blind_to=blind,
            routes=host.routes if routes else None,
            packed_sources=host.packed_sources if sources else None,
        )

    return cut(before), cut(after)


def _hidden(before: Host, after: Host, blind: tuple[str, ...]) -> Callable[[Host, Address], bool]:
    """Whether an address of one reading could not be seen in the other, or not for what it is."""
    tables = {id(host): {_key(address) for address in host.addresses} for host in (before, after)}
    other = {id(before): after, id(after): before}
    # Who is blind to these takes the label for the interface's name.
    odd = {(a.family, a.packed) for host in (before, after) for a in host.addresses if _has_odd_label(a)}

    def is_hidden(host: Host, address: Address) -> bool:
        if address.family == AF_INET6:
            return "ipv6 addresses" in blind
        if "odd labels" in blind and (address.family, address.packed) in odd:
            return True
        there = other[id(host)]
        return "secondary addresses" in there.blind_to and _key(address) not in tables[id(there)]

    return is_hidden


def _has_odd_label(address: Address) -> bool:
    return address.label is not None and address.label.partition(":")[0] != address.interface.name


def _unsure(host: Host, blind: tuple[str, ...]) -> set[Key]:
    """The addresses whose netmask one of the readings cannot tell."""
    found, twice = set(), set()
    for address in host.addresses:
        key = _key(address)
        if key in found:
            twice.add(key)
        found.add(key)
    return {
        _key(address)
        for address in host.addresses
        if address.netmask_origin == ASSUMED
        or (address.family == AF_INET6 and "ipv6 netmasks" in blind)
        or (address.family == AF_INET and "peer netmasks" in blind and address.packed_peer is not None)
        or ("same address twice" in blind and _key(address) in twice)
    }


def _without(address: Address, blind: tuple[str, ...], assumed: set[Key]) -> Address:
    """An address without what cannot be compared, if Postfix or ``check`` would go by it."""
    if "address flags" in blind:
        address = address._replace(flags=None)
    if _key(address) not in assumed:
        return address
    bits = BITS[address.family]
    return address._replace(prefixlen=bits, packed_netmask=netmask_of(bits, address.family), netmask_origin=ASSUMED)


def _key(address: Address) -> Key:
    return address.interface.name, address.family, address.packed
