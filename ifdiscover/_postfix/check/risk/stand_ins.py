"""Addresses that stand for others: many clients come to Postfix from one of them, by a gateway or a proxy.

A gateway that masquerades (NAT) puts its own address in the place of the client's, and a proxy connects from its own.
Postfix sees nobody else, so that who trusts this one address trusts all who come by it. Whether a gateway masquerades
no host can see from inside. What can be seen is the link, its network and the route.
"""

from __future__ import annotations

from _socket import AF_INET, AF_INET6

from ifdiscover._host.ranges import is_inner
from ifdiscover._packed import cut, is_loopback, pattern_text, text_of
from ifdiscover._postfix.check.elements.order import network_of
from ifdiscover._postfix.check.risk.container_networks import has_bridge_name
from ifdiscover._postfix.lists.match_list import TRUSTED
from ifdiscover._postfix.syntax.findings import INFO, MEDIUM, Finding
from ifdiscover._record import Record
from ifdiscover.errors import MatchListError
from ifdiscover.model import BITS

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from ifdiscover._postfix.lists.match_list import MatchList
    from ifdiscover._postfix.lists.reader import Element
    from ifdiscover.model import Address, Host, Interface

GATEWAY, BRIDGE, PROXY = "trusted-gateway", "trusted-bridge", "trusted-proxy"
"""Kinds of finding, and of stand-in."""

_GUEST_KINDS = ("veth", "tun")  # the host's end of a container's or a virtual machine's link; a tap is a "tun"
_GUEST_NAMES = ("veth", "vnet", "tap")
_UPLINK_KINDS = (None, "bond", "team", "vlan")

# User-mode networks (slirp): QEMU, VirtualBox, slirp4netns. All have these numbers unless they are told others.
_SLIRP_NETWORK = (bytes([10, 0, 2, 0]), 24)
_SLIRP_GATEWAY = bytes([10, 0, 2, 2])
_ROOTLESS = bytes([10, 0, 2, 100])  # the container's own address under slirp4netns

_SHOWN = 4


class StandIn(Record):
    """An address from which others' connections can come.

    Attributes:
        kind: GATEWAY, BRIDGE or PROXY.
        family: AF_INET or AF_INET6.
        packed: the address.
        what: what it is, in words that follow "is"; names in it are not escaped.
        severity: that of the finding if a list trusts it.
        is_likely: False: nothing but its being a gateway speaks for it. Only an element for it alone is then told of.
    """

    kind: str
    family: int
    packed: bytes
    what: str
    severity: str = INFO
    is_likely: bool = True

    @property
    def remark(self) -> str:
        """What it is, and what comes of trusting and of refusing it."""
        if self.kind == GATEWAY:
            who, others = "whom the gateway masquerades or connects for", "your own hosts and containers behind it"
        elif self.kind == BRIDGE:
            who, others = "whom this host masquerades or has a proxy for", "programs of this host that connect by it"
        else:
            who, others = "whom a proxy connects for", "this host's own programs"
        return (
            f"{text_of(self.packed)} is {self.what}; clients {who} come from it. "
            f"To trust it lets all of them relay; to refuse it refuses all of them, and with them {others}"
        )


def check_stand_ins(match_list: MatchList, host: Host | None) -> Iterator[Finding]:
    """A finding for each gateway that a list trusts, for each element that trusts bridges, and one for proxies.

    Args:
        match_list: the list.
        host: the host that Postfix runs on; None: not known, and nothing is found.
    """
    trusting: dict[tuple[str, object], list[tuple[StandIn, Element]]] = {}
    for stand_in in () if host is None else stand_ins(host):
        try:
            decision = match_list.decide_text(text_of(stand_in.packed))
        except MatchListError:  # smtpd does not start, and another finding says so
            return
        element = decision.element
        if element is None or decision.verdict != TRUSTED:
            continue
        length = _length(element)
        if length == 0 or not (stand_in.is_likely or length == BITS[stand_in.family]):
            continue
        if stand_in.kind == GATEWAY:
            together: object = stand_in.packed
        else:  # Of a computed list each address has an element of its own, which nobody chose.
            together = decision.number if stand_in.kind == BRIDGE and not element.place.sources else None
        trusting.setdefault((stand_in.kind, together), []).append((stand_in, element))
    for pairs in trusting.values():
        yield _finding([stand_in for stand_in, _element in pairs], pairs[0][1], match_list.parameter)


def _finding(found: Sequence[StandIn], element: Element, parameter: str) -> Finding:
    first, others = found[0], found[1:]
    remark = first.remark
    if others:
        shown = [f"{text_of(other.packed)} ({other.what})" for other in others[:_SHOWN]]
        more = f" and {len(others) - _SHOWN} more" if len(others) > _SHOWN else ""
        remark = f"{remark}; so it is with {', '.join(shown)}{more}"
    return Finding(
        first.kind,
        place=element.place,
        element=element.text,
        suggestion=_suggestion(first, element) if first.kind == GATEWAY else "",
        remark=remark,
        parameter=parameter,
        own_severity=first.severity,
    )


def _suggestion(gateway: StandIn, element: Element) -> str:
    """What to write in the place of an element, so that the gateway is not trusted."""
    if element.place.sources:
        return "mynetworks_style = host"
    if _length(element) == BITS[gateway.family] or element.text.startswith("!"):
        return "take it out, unless everybody who comes by it may relay"
    bits = BITS[gateway.family]
    return f"!{pattern_text(gateway.family, gateway.packed, bits).removesuffix(f'/{bits}')} {element.text}"


def _length(element: Element) -> int | None:
    network = network_of(element)
    return None if network is None else network[2]


def stand_in_remarks(host: Host, clients: Iterable[bytes], with_routes: Callable[[Host], Host]) -> list[str]:
    """What it means to trust each client that is a stand-in, and what to refuse it.

    Args:
        host: the host that Postfix runs on.
        clients: their addresses, packed; an IPv4-mapped one as IPv4.
        with_routes: reads the routes of this host. It is called only if a client can be a gateway, or if this host can
            be a container.
    """
    wanted = list(clients)
    if host.routes is None and host.recorded is None and any(_hangs_on_routes(host, packed) for packed in wanted):
        host = with_routes(host)
    remarks = []
    for packed in wanted:
        loopback = is_loopback(_family(packed), packed)
        for found in stand_ins(host):
            if found.packed == packed or (loopback and is_loopback(found.family, found.packed)):
                remarks.append(found._replace(packed=packed).remark)
                break
    return remarks


def _hangs_on_routes(host: Host, packed: bytes) -> bool:
    if is_loopback(_family(packed), packed):
        return any(address.interface.kind in _GUEST_KINDS for address in host.addresses)
    is_own = any(address.packed == packed for address in host.addresses)
    return (packed == _ROOTLESS or not is_own) and any(_is_on_link(address, packed) for address in host.addresses)


def _family(packed: bytes) -> int:
    return AF_INET if len(packed) == 4 else AF_INET6


def stand_ins(host: Host) -> list[StandIn]:
    """The addresses that can stand for others on a host. Of unknown routes there is no gateway among them."""
    gateways = list(_gateways(host))
    found = [gateway for gateway, _in_container in gateways]
    if any(in_container for _gateway, in_container in gateways):
        found += _proxies(host)
    return [*found, *_bridges(host)]


def _gateways(host: Host) -> Iterator[tuple[StandIn, bool]]:
    """The private gateways of default routes, each in a network of the host, and whether the host is a container."""
    seen = set()
    for route in host.routes or ():
        for hop in route.next_hops:
            packed = hop.packed_gateway
            if packed is None or not is_inner(packed) or (packed, hop.interface_name) in seen:
                continue
            seen.add((packed, hop.interface_name))
            for address in host.addresses:
                if address.interface.name == hop.interface_name and _is_on_link(address, packed):
                    if address.packed != packed:
                        yield _gateway(host, address, packed)
                    break


def _gateway(host: Host, address: Address, packed: bytes) -> tuple[StandIn, bool]:
    link, length = address.interface, address.prefixlen or 0
    family, network = address.family, cut(address.packed, length)
    plain = StandIn(GATEWAY, family, packed, f"the default gateway, on {link.name}", is_likely=False)
    if (network, length) == _SLIRP_NETWORK and packed == _SLIRP_GATEWAY:
        what = f"the default gateway on {link.name}, by its number that of a user-mode network (QEMU, slirp4netns)"
        return plain._replace(what=what, is_likely=True), link.kind == "tun"
    if link.kind == "veth" and link.master is None:
        what = f"the default gateway on {link.name}, a veth as a container has"
        if _is_of_lan(network, length):
            # The bridge at the other end can be one of a LAN, with a router behind it: nothing is known to be wrong.
            return plain._replace(what=f"{what}, or one that is bridged to a LAN", is_likely=True), False
        return plain._replace(what=what, severity=MEDIUM, is_likely=True), True
    if "interface kinds" in host.blind_to and _is_of_engine(network, length):
        what = f"the default gateway on {link.name}, by its number that of a container's network"
        return plain._replace(what=what, is_likely=True), False
    return plain, False


def _proxies(host: Host) -> Iterator[StandIn]:
    """The container's own addresses from which a proxy inside it, or its engine's port forwarder, connects."""
    for address in host.addresses:
        if is_loopback(address.family, address.packed):
            yield StandIn(PROXY, address.family, address.packed, "a loopback address of what seems to be a container")
        elif address.packed == _ROOTLESS and (cut(address.packed, 24), address.prefixlen) == _SLIRP_NETWORK:
            yield StandIn(PROXY, AF_INET, address.packed, "by its number that of a container without root")


def _bridges(host: Host) -> Iterator[StandIn]:
    """The host's private addresses on bridges whose ports are containers and virtual machines."""
    uplinks = {hop.interface_name for route in host.routes or () for hop in route.next_hops}
    ports: dict[str, list[Interface]] = {}
    for interface in host.interfaces:
        if interface.master is not None:
            ports.setdefault(interface.master, []).append(interface)
    for address in host.addresses:
        link = address.interface
        if link.name in uplinks or not is_inner(address.packed):
            continue
        if _joins_guests(link, ports.get(link.name, ()), knows_kinds="interface kinds" not in host.blind_to):
            what = f"this host's own on {link.name}, a bridge of containers or virtual machines"
        elif has_bridge_name(link.name):
            what = f"this host's own on {link.name}, by its name a bridge of containers or virtual machines"
        else:
            continue
        yield StandIn(BRIDGE, address.family, address.packed, what)


def _joins_guests(link: Interface, ports: Sequence[Interface], *, knows_kinds: bool) -> bool:
    """Whether an interface is a bridge between guests alone; one with a port to the outside is the host's LAN."""
    if not knows_kinds:
        return bool(ports) and all(port.name.startswith(_GUEST_NAMES) for port in ports)
    if link.kind != "bridge" or any(port.kind in _UPLINK_KINDS for port in ports):
        return False
    return any(port.kind in _GUEST_KINDS for port in ports)


def _is_on_link(address: Address, packed: bytes) -> bool:
    length = address.prefixlen
    if length is None or len(address.packed) != len(packed) or not 0 < length < BITS[address.family]:
        return False
    return cut(address.packed, length) == cut(packed, length)


def _is_of_lan(network: bytes, length: int) -> bool:
    """Whether a network is such as homes and offices have: in 192.168.0.0/16, and no larger than a /24.

    Docker takes networks of /20 there.
    """
    return network[:2] == b"\xc0\xa8" and length >= 24


def _is_of_engine(network: bytes, length: int) -> bool:
    """Whether container engines make such a network unless they are told another: Docker, Podman, LXC."""
    if len(network) != 4:
        return False
    docker = network[0] == 172 and 17 <= network[1] < 32 and length == 16
    return docker or (network[:2] == b"\x0a\x58" and length == 16) or (network[:3] == b"\x0a\0\3" and length == 24)
