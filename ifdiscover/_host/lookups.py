"""Look-ups in one reading of a host: which addresses fit, which one, whose an address is, which networks.

Nothing is asked of the system. What the backend could not see is an error, and never an empty answer.
"""

from __future__ import annotations

import sys
from _socket import AF_INET, AF_INET6

from ifdiscover._host import BLINDNESS, SCOPES, Address, Interface
from ifdiscover._host.asked import address_and_zone
from ifdiscover._host.ranges import is_private
from ifdiscover._host.stable import is_stable
from ifdiscover.errors import AddressTextError, BlindError, NotOneAddressError

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any, Optional

    from ifdiscover._host import IPNetwork
    from ifdiscover._host.asked import AddressLike
    from ifdiscover._host.host import Filters, Host

    Test = Callable[[Address], Optional[bool]]

_OPTIMISTIC, _DADFAILED, _TENTATIVE = 0x04, 0x08, 0x40  # <linux/if_addr.h>
_NEEDED = {
    "kind": ("interface kinds",),
    "scope": ("scope",),
    "stable": ("scope", "address flags"),
    "up": ("interface flags",),
}
"""What a filter looks at, in words of ``model.BLINDNESS``."""


def find(host: Host, filters: Filters) -> tuple[Address, ...]:
    """The addresses that pass all filters; see ``Host.find()``."""
    given = {name: value for name, value in filters.items() if value is not None}
    for name, value in given.items():
        _demand_sight(host, name, value)
    tests = [_TESTS[name](host, value) for name, value in given.items()]
    return tuple(address for address in host.addresses if all(test(address) for test in tests))


def pick(host: Host, filters: Filters) -> Address:
    """The one address that passes all filters; see ``Host.pick()``."""
    found = host.find(**filters)
    if len(found) == 1:
        return found[0]
    asked = ", ".join(f"{name}={value!r}" for name, value in filters.items() if value is not None)
    if not found:
        if not asked:
            raise NotOneAddressError("this host has no address", found)
        raise NotOneAddressError(
            f"none of the {len(host.addresses)} addresses of this host fits {asked}; leave something out", found
        )
    count = f"{len(found)} addresses fit {asked}" if asked else f"this host has {len(found)} addresses"
    raise NotOneAddressError(f"{count}; add {_what_parts(host, found)} to have one of them", found)


def owner_of(host: Host, ip: AddressLike) -> Address | None:
    """The address by which the host is reached at an IP address; see ``Host.owner_of()``."""
    family, packed, zone = address_and_zone(ip)
    same_family = [a for a in host.addresses if a.family == family and is_in_use(a)]
    for address in same_family:
        if address.packed == packed and (not zone or _is_in_zone(address, zone)):
            return address
    if family == AF_INET and not zone:
        takes_networks = _takes_loopback_networks(host)
        for address in same_family:
            is_whole = address.packed[0] == 127 or (takes_networks and address.interface.is_loopback)
            if is_whole and _has_in_network(address, packed):
                return address
    return None


def networks(host: Host, filters: Filters) -> tuple[IPNetwork, ...]:
    """The networks of the addresses that pass all filters, as few as possible; see ``Host.networks()``."""
    import ipaddress

    of_family: dict[int, list[Any]] = {AF_INET: [], AF_INET6: []}
    for address in host.find(**filters):
        has_network = address.prefixlen is not None
        of_family[address.family].append(address.network if has_network else ipaddress.ip_network(address.packed))
    return tuple(network for found in of_family.values() for network in ipaddress.collapse_addresses(found))


def _demand_sight(host: Host, name: str, value: object) -> None:
    """Refuse a filter that looks at what the backend could not see."""
    needed = _NEEDED.get(name, ())
    if name == "family" and value in (4, 6):
        needed = (f"ipv{value} addresses",)
    if name == "interface" and isinstance(value, int):
        needed = ("interface index",)
    for word in needed:
        if word in host.blind_to:
            raise BlindError(
                f"{name}= needs to know {BLINDNESS[word]}, and backend {host.backend} is blind to that; "
                "ifdiscover backends tells which are not"
            )


def _by_family(_host: Host, family: int) -> Test:
    from ifdiscover._host.host import families_of

    (wanted,) = families_of(family)
    return lambda address: address.family == wanted


def _by_interface(host: Host, interface: Interface | str | int) -> Test:
    is_listed = isinstance(interface, Interface) and interface in host.interfaces
    name_or_index = interface.name if isinstance(interface, Interface) else interface
    wanted = interface if is_listed else host.interface(name_or_index)
    return lambda address: address.interface == wanted


def _by_kind(_host: Host, kind: str) -> Test:
    _demand_text("kind", kind)
    return lambda address: address.interface.kind == kind


def _by_scope(_host: Host, scope: str) -> Test:
    _demand_text("scope", scope)
    if scope not in SCOPES:
        raise ValueError(f'scope is global, site, link, host, nowhere or a number up to 255, and not "{scope}"')
    return lambda address: address.scope == scope


def _by_network(_host: Host, within: object) -> Test:
    import ipaddress

    if isinstance(within, str):
        try:
            network = ipaddress.ip_network(within)
        except ValueError as error:
            raise AddressTextError(f'within is a network, such as 192.0.2.0/24, and not "{within}": {error}') from None
    elif isinstance(within, (ipaddress.IPv4Network, ipaddress.IPv6Network)):
        network = within
    else:
        raise TypeError(f"within is a text or a network of ipaddress, and not {type(within).__name__}")
    packed, length = network.network_address.packed, network.prefixlen
    return lambda address: len(address.packed) == len(packed) and _have_equal_bits(address.packed, packed, length)


def _by_truth(name: str, value_of: Test) -> Callable[[Host, bool], Test]:
    """A filter that is true or false; an address for which nobody knows passes neither."""

    def make(_host: Host, wanted: bool) -> Test:
        if type(wanted) is not bool:
            raise TypeError(f"{name} is True or False, and not {type(wanted).__name__}")
        return lambda address: value_of(address) is wanted

    return make


_VALUES: dict[str, Callable[[Address], object]] = {
    "family": lambda address: address.family,
    "interface": lambda address: address.interface,
    "kind": lambda address: address.interface.kind,
    "scope": lambda address: address.scope,
    "private": lambda address: is_private(address.packed),
    "stable": is_stable,
    "up": lambda address: address.interface.is_up,
}
_TESTS: dict[str, Callable[[Host, Any], Test]] = {
    "family": _by_family,
    "interface": _by_interface,
    "kind": _by_kind,
    "scope": _by_scope,
    "within": _by_network,
    "private": _by_truth("private", lambda address: is_private(address.packed)),
    "stable": _by_truth("stable", is_stable),
    "up": _by_truth("up", lambda address: address.interface.is_up),
}


def _demand_text(name: str, value: object) -> None:
    from ifdiscover._misuse import demand_texts

    demand_texts(**{name: value})


def _what_parts(host: Host, found: Sequence[Address]) -> str:
    """The filters that would tell some of these addresses from the others."""
    parting = [
        f"{name}="
        for name, value_of in _VALUES.items()
        if not any(word in host.blind_to for word in _NEEDED.get(name, ())) and len(set(map(value_of, found))) > 1
    ]
    return " or ".join([*parting, "within="])


def _is_in_zone(address: Address, zone: str) -> bool:
    """Whether a zone is that of an address: the name or the index of its interface (RFC 4007, section 11)."""
    return zone in (address.interface.name, str(address.scope_id or address.interface.index))


def is_in_use(address: Address) -> bool:
    """Whether the host takes packets to an address: not while another host may have it.

    That its interface is down does not matter: Linux goes on answering for an IPv4 address.
    """
    flags = address.flags or 0
    waits = flags & _TENTATIVE and not flags & _OPTIMISTIC  # RFC 4429
    return not flags & _DADFAILED and not waits


def _takes_loopback_networks(host: Host) -> bool:
    """Whether the host's system takes each IPv4 network of a loopback interface for its own, as Linux does."""
    if host.recorded is None:
        return sys.platform == "linux"
    return host.backend == "ip" or (host.recorded.system or "").startswith("Linux")


def _has_in_network(address: Address, packed: bytes) -> bool:
    length = address.prefixlen
    return length is not None and address.packed_peer is None and _have_equal_bits(address.packed, packed, length)


def _have_equal_bits(one: bytes, other: bytes, length: int) -> bool:
    """Whether the first ``length`` bits of two addresses of one family are equal."""
    return (int.from_bytes(one, "big") ^ int.from_bytes(other, "big")) >> len(one) * 8 - length == 0
