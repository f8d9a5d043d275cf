"""Two readings of a host, without what either could not see: what is left can be compared."""

from __future__ import annotations

from _socket import AF_INET, AF_INET6

from ifdiscover._packed import netmask_of
from ifdiscover.model import ASSUMED, BITS, BLINDNESS, FAMILY_TITLES

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ifdiscover.model import Address, Host

    Key = tuple[str, int, bytes]  # interface, family, packed address

FAMILY_WORDS = {AF_INET: "ipv4 addresses", AF_INET6: "ipv6 addresses"}
"""The word of ``model.BLINDNESS`` for who cannot see a family."""

_LEFT_OUT = (*FAMILY_WORDS.values(), "other interfaces", "other addresses")
_MAY_LEAVE_OUT = ("ip", "ifconfig")  # programs that can be asked for one family, and do not say so

_MOST = 3  # addresses that one sentence names

_TRYING = 0x40 | 0x04  # IFA_F_TENTATIVE and IFA_F_OPTIMISTIC of <linux/if_addr.h>


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


def left_out(before: Host, after: Host) -> Iterator[str]:
    """What one of two readings left out, or may have left out, as sentences."""
    for host, other, title in ((before, after, "first"), (after, before, "second")):
        for word in _LEFT_OUT:
            if word in host.blind_to:
                yield f"not compared, since the {title} of the two cannot tell: {BLINDNESS[word]}"
        hidden = _unshown(host, other)
        if hidden:
            yield f"not compared, since the {title} of the two does not show every IPv4 address: {hidden}"
        if host.recorded is None or host.backend not in _MAY_LEAVE_OUT:
            continue
        shown, there = ({address.family for address in one.addresses} for one in (host, other))
        for family in sorted(there - shown):
            if FAMILY_WORDS[family] not in (*host.blind_to, *other.blind_to):
                yield (
                    f"the {title} of the two has no {FAMILY_TITLES[family]} address at all: if it was recorded without "
                    f"them, as by ip -d -{4 if family == AF_INET6 else 6} addr, they are no difference"
                )


def _unshown(host: Host, other: Host) -> str:
    """The IPv4 addresses of the other reading that this one may have and not show, as ifconfig on Linux; "" if none."""
    if "secondary addresses" not in host.blind_to or FAMILY_WORDS[AF_INET] in (*host.blind_to, *other.blind_to):
        return ""
    shown = {_key(address) for address in host.addresses}
    hidden = [f"{a} on {a.interface.name}" for a in other.addresses if a.family == AF_INET and _key(a) not in shown]
    more = f" and {len(hidden) - _MOST:,} more" if len(hidden) > _MOST else ""
    return ", ".join(hidden[:_MOST]) + more


def settled(host: Host) -> Host:
    """The host without what its kernel is still finding out: whether another host has an address (RFC 4862).

    That ends within seconds, and is no more a difference than a lifetime that counts down.
    """
    return host._replace(addresses=tuple(_settled(address) for address in host.addresses))


def _settled(address: Address) -> Address:
    return address if not address.flags else address._replace(flags=address.flags & ~_TRYING)


def _hidden(before: Host, after: Host, blind: tuple[str, ...]) -> Callable[[Host, Address], bool]:
    """Whether an address of one reading could not be seen in the other, or not for what it is."""
    tables = {id(host): {_key(address) for address in host.addresses} for host in (before, after)}
    names = {id(host): {interface.name for interface in host.interfaces} for host in (before, after)}
    other = {id(before): after, id(after): before}
    # Who is blind to these takes the label for the interface's name.
    odd = {(a.family, a.packed) for host in (before, after) for a in host.addresses if _has_odd_label(a)}

    def is_hidden(host: Host, address: Address) -> bool:
        if FAMILY_WORDS[address.family] in blind:
            return True
        if address.family == AF_INET and "odd labels" in blind and (address.family, address.packed) in odd:
            return True
        there = other[id(host)]
        if _key(address) in tables[id(there)]:
            return False
        if "other interfaces" in there.blind_to and address.interface.name not in names[id(there)]:
            return True
        # What was asked for in the same way twice is compared.
        if "other addresses" in there.blind_to and "other addresses" not in host.blind_to:
            return True
        return address.family == AF_INET and "secondary addresses" in there.blind_to

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
    if "near peers" in blind and address.family == AF_INET6 and (address.packed_peer or b"")[:4] == address.packed[:4]:
        address = address._replace(packed_peer=None)
    if _key(address) not in assumed:
        return address
    bits = BITS[address.family]
    return address._replace(prefixlen=bits, packed_netmask=netmask_of(bits, address.family), netmask_origin=ASSUMED)


def _key(address: Address) -> Key:
    return address.interface.name, address.family, address.packed
