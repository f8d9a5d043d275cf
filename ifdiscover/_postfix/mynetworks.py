"""The default of mynetworks, which Postfix computes if main.cf does not set it: the clients that it trusts."""

from __future__ import annotations

from _operator import itemgetter
from _socket import AF_INET, inet_ntop
from itertools import groupby, repeat

from ifdiscover._host import Address
from ifdiscover._kernel import probe_of
from ifdiscover._packed import contiguous_prefixlen, cut, pattern_ends, pattern_text
from ifdiscover._postfix.inet_protocols import enabled_protocols
from ifdiscover._postfix.own_addresses import select
from ifdiscover._record import CollectingPaused, Immutable, Record

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Union

    from ifdiscover._postfix.inet_protocols import Protocols
    from ifdiscover._postfix.syntax.machine import Machine
    from ifdiscover.model import Host, IPNetwork

    Key = tuple[int, bytes, int]  # family, packed, prefixlen: what makes two networks the same
    # Each network with what it comes from, in the order of first appearance; and the warnings. Most networks have one
    # address. A list for each would take longer than the dictionary itself.
    Found = tuple[dict[Key, Union[Address, list[Address]]], tuple[str, ...]]  # read by checkers alone

STYLES = ("class", "subnet", "host")

_FAMILY_PREFIXLEN = itemgetter(0, 2)  # of a key

DEFAULT_STYLE = "host"
"""Postfix's documented default since 3.0 (compatibility_level 2 and up)."""


class Network(Record):
    """One network of mynetworks. ``str()`` of it is Postfix's spelling: 192.0.2.0/24, [2001:db8::]/64.

    Attributes:
        family: AF_INET or AF_INET6, with this platform's number.
        packed: its first address: 4 or 16 bytes in network order, host bits cleared.
        prefixlen: its prefix length in bits.
        sources: every ``Address`` that it comes from, in Postfix's order.
        network: the network as an ``ipaddress`` object.
    """

    family: int
    packed: bytes
    prefixlen: int
    sources: tuple[Address, ...]

    def __str__(self) -> str:
        return pattern_text(self.family, self.packed, self.prefixlen)

    def __repr__(self) -> str:
        return f"Network({str(self)!r})"

    @property
    def network(self) -> IPNetwork:
        """The network as an ``ipaddress`` object, made on demand.

        A ``Network`` that a program made by hand may have host bits set. These are cleared here.
        """
        import ipaddress

        return ipaddress.ip_network((self.packed, self.prefixlen), strict=False)


class Networks(Immutable, tuple[Network, ...]):  # noqa: SLOT001 - it carries its warnings beside its elements
    """A value of mynetworks: a tuple of ``Network``. ``str()`` of it is Postfix's text.

    Attributes:
        style: ``class``, ``subnet`` or ``host``.
        warnings: warnings of Postfix and of ifdiscover. Names in them are not escaped.
    """

    style: str
    warnings: tuple[str, ...]

    def __new__(cls, networks: Iterable[Network], style: str, warnings: Iterable[str] = ()) -> Networks:  # noqa: PYI034 - Self is not in 3.9's typing
        self = super().__new__(cls, networks)
        vars(self).update(style=style, warnings=tuple(warnings))
        return self

    def __contains__(self, item: object) -> bool:
        """Whether an address is in one of the networks, or a ``Network`` is one of them.

        Raises:
            AddressTextError: the text is no address. It is a ValueError.
            TypeError: the item is no text, address or ``Network``.
        """
        if isinstance(item, Network):
            return super().__contains__(item)
        from ifdiscover._host.asked import packed_address

        family, packed = packed_address(item)  # type: ignore[arg-type]  # what is none of those is refused there
        return any(network.family == family and cut(packed, network.prefixlen) == network.packed for network in self)

    def __getnewargs__(self) -> tuple[tuple[Network, ...], str, tuple[str, ...]]:
        return tuple(self), self.style, self.warnings

    def __repr__(self) -> str:
        from ifdiscover._columns import first_few

        return f"Networks({first_few(self)!r}, style={self.style!r})"

    def __str__(self) -> str:
        return text_of_networks([network[:3] for network in self])


def mynetworks(
    host: Host | None = None,
    *,
    style: str = DEFAULT_STYLE,
    inet_interfaces: str = "all",
    inet_protocols: str = "all",
) -> Networks:
    """The networks that Postfix trusts by default.

    Args:
        host: None: this host, discovered after inet_protocols and the style were checked.
        style: a value of mynetworks_style.
        inet_interfaces: the parameter's value; see ``own_addresses()``.
        inet_protocols: the parameter's value. If it leaves no protocol, the result is empty, and nothing else counts.

    Raises:
        ProtocolsError, InterfacesError, StyleError: Postfix refuses a value.
        AddressClassError: the style is class, and an address is 240.0.0.0 or above.
        NoActiveInterfaceError: no interface that is up has an address of a protocol in use.
        NotOnThisMachineError: inet_interfaces has a name, and the host is recorded.
        BackendError: this host could not be read, or its kernel refused a socket. A recorded host has no kernel to ask.
        TypeError: an argument has another type.
    """
    from ifdiscover._misuse import demand_host

    demand_host(host, style=style, inet_interfaces=inet_interfaces, inet_protocols=inet_protocols)
    return compute(host, style, inet_interfaces, enabled_protocols(inet_protocols, probe_of(host)))


def compute(
    host: Host | None, style: str, inet_interfaces: str, protocols: Protocols, machine: Machine | None = None
) -> Networks:
    """``mynetworks()``, if the result of ``enabled_protocols()`` is known; ``machine`` is as in ``select()``."""
    with CollectingPaused():
        found = find(host, style, inet_interfaces, protocols, machine)
        return _networks(found, parse_style(style) if protocols.families else style)


def find(
    host: Host | None, style: str, inet_interfaces: str, protocols: Protocols, machine: Machine | None = None
) -> Found:
    """What ``compute()`` makes networks of: of many, these are a third of the work, and a text needs none."""
    if not protocols.families:
        return {}, protocols.warnings
    name = parse_style(style)
    own = select(host, inet_interfaces, protocols, machine)
    return _found(own, name, own.warnings)


def text_of_networks(networks: Iterable[Key]) -> str:
    """Networks as Postfix spells a value of mynetworks."""
    pieces = []
    for (family, prefixlen), alike in groupby(networks, _FAMILY_PREFIXLEN):
        texts = map(inet_ntop, repeat(family), [packed for _family, packed, _prefixlen in alike])
        opening, closing = pattern_ends(family, prefixlen)
        pieces.append(f"{opening}{f'{closing} {opening}'.join(texts)}{closing}")
    return " ".join(pieces)


def parse_style(value: str) -> str:
    """The one style that a value of mynetworks_style names.

    Raises:
        StyleError: a word is no style, or the value does not name exactly one style.
    """
    if value in STYLES:
        return value
    from ifdiscover._errors.postfix import StyleError
    from ifdiscover._postfix.syntax.words import known_words, trimmed

    remedy = f"write one of {', '.join(STYLES)}, in lower case"
    words = known_words(value, STYLES, what="mynetworks mask style", error=StyleError, remedy=remedy)
    if len(words) != 1:
        raise StyleError(f"bad mynetworks_style value: {trimmed(value)}; specify exactly one value", remedy)
    return next(iter(words))


def networks_of(addresses: Iterable[Address], style: str, warnings: Iterable[str] = ()) -> Networks:
    """The networks of addresses in a style, without duplicates, in the order of first appearance.

    Args:
        addresses: Postfix's own addresses; see ``own_addresses()``.
        style: one of ``STYLES``; see ``parse_style()``.
        warnings: warnings about the addresses; the result has them first.

    Raises:
        AddressClassError: the style is class, and an address is 240.0.0.0 or above.
    """
    return _networks(_found(addresses, style, warnings), style)


def _networks(found: Found, style: str) -> Networks:
    sources, warnings = found
    new = tuple.__new__  # Network(...) takes half as long again
    return Networks(
        [
            # isinstance() is slow where the answer is no.
            new(Network, (family, packed, length, (found,) if isinstance(found, Address) else tuple(found)))
            for (family, packed, length), found in sources.items()
        ],
        style,
        warnings,
    )


def _found(addresses: Iterable[Address], style: str, warnings: Iterable[str]) -> Found:
    sources: dict[Key, Address | list[Address]] = {}
    notes: dict[str, None] = dict.fromkeys(warnings)
    before: bytes | None = None
    octets: int | None = None
    length, zeros = 0, b""
    for address in addresses:
        mask = address[4]
        if mask is None:  # a null netmask would match everyone
            notes[f"{address.interface.name}: null netmask: {address} left out"] = None
            continue
        if mask is not before:  # most addresses have the netmask of the one before
            before = mask
            octets, length, zeros = _whole_octets(mask, style)
        in_octets = octets is not None
        key = (address[1], address[2][:octets] + zeros, length) if in_octets else _key(address, mask, style, notes)
        known = sources.setdefault(key, address)
        if known is not address:  # it comes from several
            if not isinstance(known, list):
                known = sources[key] = [known]
            known.append(address)
    return sources, tuple(notes)


def _whole_octets(mask: bytes, style: str) -> tuple[int | None, int, bytes]:
    """How addresses with a netmask become networks, if that is the same cut for all of them and draws no warning.

    Returns:
        The number of octets that are kept, the prefix length, and the zeros that follow the octets. If the number is
        None, ``_key()`` makes the network of each address.
    """
    if style == "host":
        return len(mask), len(mask) * 8, b""
    length, _kept, octets, zeros = _CUTS.get(mask) or _how_to_cut(mask)
    goes_by_class = style == "class" and len(mask) == 4
    if goes_by_class or length == 0 or contiguous_prefixlen(mask) is None:
        return None, length, zeros
    return octets, length, zeros


def _key(address: Address, mask: bytes, style: str, notes: dict[str, None]) -> Key:
    """The network of an address, bit by bit, and what is to be said of its netmask."""
    interface, family, packed, prefixlen = address[:4]
    if style == "class" and family == AF_INET:
        length = _class_prefixlen(address)
        return family, cut(packed, length), length
    length, kept, _octets, _zeros = _CUTS.get(mask) or _how_to_cut(mask)
    if prefixlen is None:
        notes[
            f"{interface.name}: netmask {inet_ntop(family, mask)} of {address} is not contiguous: "
            f"Postfix counts it as /{length}"
        ] = None
    if length == 0:
        notes[f"{interface.name}: netmask of no bits: {address} makes Postfix trust everyone"] = None
    return family, (int.from_bytes(packed, "big") & kept).to_bytes(len(packed), "big"), length


def _class_prefixlen(address: Address) -> int:
    """The prefix length of an IPv4 address's class (RFC 791). The netmask does not count."""
    first = address.packed[0]
    if first >= 240:
        from ifdiscover._errors.postfix import AddressClassError

        raise AddressClassError(
            f"mynetworks_core: unknown address class: {address}",
            "it is of class E, for which style class has no netmask; use style subnet or host",
        )
    return 8 if first < 128 else 16 if first < 192 else 24 if first < 224 else 4


def _how_to_cut(mask: bytes) -> tuple[int, int, int | None, bytes]:
    """The prefix length that Postfix computes from a netmask, and how it clears host bits.

    Postfix clears the bits of IPv4 with the netmask, even if it has holes, and those of IPv6 by the length.

    Returns:
        The length; the bits that are kept, as a number; the number of octets if these are whole octets (most netmasks,
        and quicker), otherwise None; and the zeros that follow the octets.
    """
    size = len(mask)
    length = _ipv4_length(mask) if size == 4 else _ipv6_length(mask)
    whole = (1 << size * 8) - (1 << size * 8 - length)
    kept = int.from_bytes(mask, "big") if size == 4 else whole
    octets = length // 8 if kept == whole and length % 8 == 0 else None
    found = length, kept, octets, bytes(size - (octets or 0))
    if contiguous_prefixlen(mask) is not None:
        _CUTS[mask] = found
    return found


_CUTS: dict[bytes, tuple[int, int, int | None, bytes]] = {}
"""What ``_how_to_cut()`` found for contiguous netmasks, of which there are 162."""


def _ipv4_length(mask: bytes) -> int:
    """Postfix's prefix length of an IPv4 netmask: the place of the last one bit, even if there are holes."""
    value = int.from_bytes(mask, "big")
    return 32 - ((value & -value).bit_length() - 1) if value else 0


def _ipv6_length(mask: bytes) -> int:
    """Postfix's prefix length of an IPv6 netmask: octets of ones, and up to the last one bit in the next octet."""
    whole = len(mask) - len(mask.lstrip(b"\xff"))
    following = mask[whole] if whole < len(mask) else 0
    return whole * 8 + (8 - ((following & -following).bit_length() - 1) if following else 0)
