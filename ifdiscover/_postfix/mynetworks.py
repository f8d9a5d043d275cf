"""The parameter mynetworks as Postfix computes it where main.cf does not set it: which clients it trusts."""

from __future__ import annotations

from _socket import AF_INET, inet_ntop

from ifdiscover._collecting import CollectingPaused
from ifdiscover._kernel import probe_of
from ifdiscover._packed import cut, pattern_text
from ifdiscover._postfix.inet_protocols import enabled_protocols
from ifdiscover._postfix.own_addresses import select
from ifdiscover._postfix.syntax.words import known_words, trimmed
from ifdiscover._record import Immutable, Record
from ifdiscover.errors import AddressClassError, StyleError

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from collections.abc import Iterable

    from ifdiscover._postfix.inet_protocols import Protocols
    from ifdiscover.model import Address, Host, IPNetwork

STYLES = ("class", "subnet", "host")

DEFAULT_STYLE = "host"
"""Postfix's documented default since 3.0 (compatibility_level 2 and up)."""


class Network(Record):
    """One network of mynetworks. ``str()`` of it is Postfix's spelling: 192.0.2.0/24, [2001:db8::]/64.

    Attributes:
        family: AF_INET or AF_INET6 of the host this runs on.
        packed: its first address: 4 or 16 bytes in network order, host bits cleared.
        prefixlen: its length in bits.
        sources: every ``Address`` that made it, in Postfix's order.
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

        From a non-contiguous netmask Postfix can make a network with host bits set; they are cleared here.
        """
        import ipaddress

        return ipaddress.ip_network((self.packed, self.prefixlen), strict=False)


class Networks(Immutable, tuple[Network, ...]):  # noqa: SLOT001 - it carries its warnings beside its elements
    """A value of mynetworks: a tuple of ``Network``. ``str()`` of it is Postfix's text.

    Attributes:
        style: ``class``, ``subnet`` or ``host``.
        warnings: what Postfix or ifdiscover has to say about it. Names in them are not escaped.
    """

    style: str
    warnings: tuple[str, ...]

    def __new__(cls, networks: Iterable[Network], style: str, warnings: Iterable[str] = ()) -> Networks:  # noqa: PYI034 - told above; Self is not in 3.9's typing
        self = super().__new__(cls, networks)
        vars(self).update(style=style, warnings=tuple(warnings))
        return self

    def __contains__(self, item: object) -> bool:
        """Whether an address is in one of the networks, or a ``Network`` is one of them.

        Raises:
            AddressTextError: a text that is no address. It is a ValueError.
            TypeError: anything else that is no address.
        """
        if isinstance(item, Network):
            return super().__contains__(item)
        from ifdiscover._packed import packed_address

        family, packed = packed_address(item)  # type: ignore[arg-type]  # what is none of those is refused there
        return any(network.family == family and cut(packed, network.prefixlen) == network.packed for network in self)

    def __getnewargs__(self) -> tuple[tuple[Network, ...], str, tuple[str, ...]]:
        return tuple(self), self.style, self.warnings

    def __repr__(self) -> str:
        from ifdiscover._columns import first_few

        return f"Networks({first_few(self)!r}, style={self.style!r})"

    def __str__(self) -> str:
        return " ".join([pattern_text(family, packed, prefixlen) for family, packed, prefixlen, _sources in self])


def mynetworks(
    host: Host | None = None,
    *,
    style: str = DEFAULT_STYLE,
    inet_interfaces: str = "all",
    inet_protocols: str = "all",
) -> Networks:
    """The networks that Postfix trusts by default.

    Args:
        host: None: this host, discovered once the other values have been found good.
        style: a value of mynetworks_style.
        inet_interfaces: the parameter's value; see ``own_addresses()``.
        inet_protocols: the parameter's value. If it leaves no protocol, the answer is empty, whatever the rest says.

    Raises:
        ProtocolsError, InterfacesError, StyleError: a value that Postfix refuses.
        AddressClassError: style class, and an address from 240.0.0.0 up.
        NoActiveInterfaceError: no interface that is up has an address of a protocol in use.
        BackendError: this host could not be read, or its kernel refused a socket; a recorded host's is not asked.
        TypeError: an argument of another type.
    """
    from ifdiscover._misuse import demand_host

    demand_host(host, style=style, inet_interfaces=inet_interfaces, inet_protocols=inet_protocols)
    return compute(host, style, inet_interfaces, enabled_protocols(inet_protocols, probe_of(host)))


def compute(host: Host | None, style: str, inet_interfaces: str, protocols: Protocols) -> Networks:
    """``mynetworks()`` of protocols that are known already."""
    if not protocols.families:
        return Networks((), style, protocols.warnings)
    name = parse_style(style)
    own = select(host, inet_interfaces, protocols)
    with CollectingPaused():
        return networks_of(own, name, own.warnings)


def parse_style(value: str) -> str:
    """The one style that a value of mynetworks_style names.

    Raises:
        StyleError: a word that is no style, or not exactly one of them.
    """
    remedy = f"write one of {', '.join(STYLES)}, in lower case"
    words = known_words(value, STYLES, what="mynetworks mask style", error=StyleError, remedy=remedy)
    if len(words) != 1:
        raise StyleError(f"bad mynetworks_style value: {trimmed(value)}; specify exactly one value", remedy)
    return next(iter(words))


def networks_of(addresses: Iterable[Address], style: str, warnings: Iterable[str] = ()) -> Networks:
    """The networks of these addresses in a style, repeats dropped, in the order of first appearance.

    Args:
        addresses: Postfix's own, as ``own_addresses()`` finds them.
        style: one of ``STYLES``, and not a text that names one: see ``parse_style()``.
        warnings: what was said of the addresses; they come first among the warnings of the answer.

    Raises:
        AddressClassError: style class, and an address from 240.0.0.0 up.
    """
    # Most networks have one address: a list for each would take longer than the dictionary itself.
    sources: dict[tuple[int, bytes, int], Address | list[Address]] = {}
    said: dict[str, None] = dict.fromkeys(warnings)
    cuts: dict[bytes, tuple[int, int, int | None, bytes]] = {}
    for address in addresses:
        family, packed, mask = address.family, address.packed, address.packed_netmask
        if mask is None:  # such an address reaches nobody's mynetworks: it would match everyone
            said[f"{address.interface.name}: null netmask: {address} left out"] = None
            continue
        if style == "host":
            key = (family, packed, len(packed) * 8)
        elif style == "class" and family == AF_INET:
            length = _class_prefixlen(address)
            key = (family, cut(packed, length), length)
        else:
            length, kept, octets, zeros = cuts.get(mask) or cuts.setdefault(mask, _cut_of(mask))
            if address.prefixlen is None:
                said[
                    f"{address.interface.name}: netmask {inet_ntop(family, mask)} of {address} is not contiguous: "
                    f"Postfix counts it as /{length}"
                ] = None
            if octets is None:
                key = (family, (int.from_bytes(packed, "big") & kept).to_bytes(len(packed), "big"), length)
            else:
                key = (family, packed[:octets] + zeros, length)
            if length == 0:
                said[f"{address.interface.name}: netmask of no bits: {address} makes Postfix trust everyone"] = None
        if key not in sources:
            sources[key] = address
        else:
            known = sources[key]
            if isinstance(known, list):
                known.append(address)
            else:
                sources[key] = [known, address]
    new = tuple.__new__  # Network(...) costs half as much again
    return Networks(
        [
            new(Network, (family, packed, length, tuple(found) if isinstance(found, list) else (found,)))
            for (family, packed, length), found in sources.items()
        ],
        style,
        said,
    )


def _class_prefixlen(address: Address) -> int:
    """The length that an IPv4 address's class gives it (RFC 791), whatever its netmask."""
    first = address.packed[0]
    if first >= 240:
        raise AddressClassError(
            f"mynetworks_core: unknown address class: {address}",
            "it is of class E, for which style class has no netmask; use style subnet or host",
        )
    return 8 if first < 128 else 16 if first < 192 else 24 if first < 224 else 4


def _cut_of(mask: bytes) -> tuple[int, int, int | None, bytes]:
    """The length that Postfix makes of a netmask, and what an address is cut with.

    IPv4 is cut with the mask itself, holes and all; IPv6 at the length.

    Returns:
        The length; the bits that are kept, as a number; and where these are whole octets, which is what most masks
        are and quicker, how many, and the zeros that follow them.
    """
    size = len(mask)
    length = _ipv4_length(mask) if size == 4 else _ipv6_length(mask)
    whole = (1 << size * 8) - (1 << size * 8 - length)
    kept = int.from_bytes(mask, "big") if size == 4 else whole
    octets = length // 8 if kept == whole and length % 8 == 0 else None
    return length, kept, octets, bytes(size - (octets or 0))


def _ipv4_length(mask: bytes) -> int:
    """How Postfix counts an IPv4 netmask: the place of its last one bit, holes or not."""
    value = int.from_bytes(mask, "big")
    return 32 - ((value & -value).bit_length() - 1) if value else 0


def _ipv6_length(mask: bytes) -> int:
    """How Postfix counts an IPv6 netmask: octets of ones, then the place of the last one bit in the next octet."""
    whole = len(mask) - len(mask.lstrip(b"\xff"))
    following = mask[whole] if whole < len(mask) else 0
    return whole * 8 + (8 - ((following & -following).bit_length() - 1) if following else 0)
