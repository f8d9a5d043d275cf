"""Hosts that differ in their routes, as steps for ``Namespace.build()``; what stays is told by hand.

The kernel itself tells which source it takes: ``ip route get``.
"""

from __future__ import annotations

from typing import NamedTuple

# None of these is an address that ifdiscover asks for, and none of a range that a shape routes by itself.
ELSEWHERE = {
    4: ("17.5.7.9", "80.81.82.83", "133.7.8.9", "217.0.0.7"),
    6: ("2001:503:ba3e::2:30", "2620:0:2d0:200::7", "2a02:1234::1"),
}


class RouteShape(NamedTuple):
    """A host: how to build it, and by family what its default route and its stable address are."""

    steps: list[str]
    defaults: dict[int, str] = {}  # noqa: RUF012 - nobody changes it; the interfaces of the default route in use
    stable: dict[int, str] = {}  # noqa: RUF012


def link(name: str, *addresses: str) -> list[str]:
    """Steps for an interface that has a carrier: one end of a veth pair."""
    made = [f"link add {name} type veth peer name p-{name}", f"link set p-{name} up", f"link set {name} up"]
    return [*made, *(f"addr add {address} dev {name}" for address in addresses)]


LO = ["link set lo up"]
ETH0 = [*LO, *link("eth0", "192.0.2.10/24", "2001:db8::10/64")]
PLAIN = [*ETH0, "route add default via 192.0.2.1", "route add ::/0 via 2001:db8::1"]
BOTH = {4: "eth0", 6: "eth0"}
STABLE = {4: "192.0.2.10", 6: "2001:db8::10"}

ROUTE_SHAPES = {
    "plain": RouteShape(PLAIN, BOTH, STABLE),
    "docker0 first": RouteShape(
        [
            *LO,
            "link add docker0 type bridge",
            "link set docker0 up",
            "addr add 172.17.0.1/16 dev docker0",
            "addr add fd00:d0c::1/64 dev docker0",
            *PLAIN[1:],
        ],
        BOTH,
        STABLE,
    ),
    "two defaults with metrics": RouteShape(
        [
            *ETH0,
            *link("eth1", "198.51.100.10/24", "2001:db8:1::10/64"),
            "route add default via 192.0.2.1 metric 200",
            "route add default via 198.51.100.1 metric 100",
            "route add ::/0 via 2001:db8::1 metric 200",
            "route add ::/0 via 2001:db8:1::1 metric 100",
        ],
        {4: "eth1", 6: "eth1"},
        {4: "198.51.100.10", 6: "2001:db8:1::10"},
    ),
    "halves of a VPN": RouteShape(
        [
            *PLAIN,
            *link("tun0", "10.8.0.2/24", "fd00:8::2/64"),
            "route add 0.0.0.0/1 via 10.8.0.1",
            "route add 128.0.0.0/1 via 10.8.0.1",
            "route add ::/1 via fd00:8::1",
            "route add 8000::/1 via fd00:8::1",
        ],
        BOTH,
        STABLE,
    ),
    "unnumbered": RouteShape(
        [
            *LO,
            *link("eth0"),
            "addr add 192.0.2.10/32 dev lo",
            "addr add 2001:db8::10/128 dev lo nodad",
            "route add default dev eth0 src 192.0.2.10",
            "route add ::/0 dev eth0 src 2001:db8::10",
        ],
        BOTH,
        STABLE,
    ),
    "default with src": RouteShape(
        [
            *ETH0,
            "addr add 192.0.2.99/24 dev eth0",
            "addr add 2001:db8::99/64 dev eth0 nodad",
            "route add default via 192.0.2.1 src 192.0.2.99",
            "route add ::/0 via 2001:db8::1 src 2001:db8::99",
        ],
        BOTH,
        {4: "192.0.2.99", 6: "2001:db8::99"},
    ),
    "no default": RouteShape(ETH0),
    "multipath": RouteShape(
        [
            *ETH0,
            *link("eth1", "198.51.100.10/24", "2001:db8:1::10/64"),
            "route add default nexthop via 192.0.2.1 nexthop via 198.51.100.1",
            "route add ::/0 nexthop via 2001:db8::1 nexthop via 2001:db8:1::1",
        ],
        {4: "eth0 eth1", 6: "eth0 eth1"},
    ),
    "IPv6 only": RouteShape(
        [*LO, *link("eth0", "2001:db8::10/64"), "route add ::/0 via 2001:db8::1"],
        {6: "eth0"},
        {6: "2001:db8::10"},
    ),
    "temporary beside static": RouteShape(
        [
            *LO,
            *link("eth0"),
            "addr add fe80::10/64 dev eth0",
            "sysctl ipv6/conf/eth0/use_tempaddr=2",
            "addr add 2001:db8::10/64 dev eth0 mngtmpaddr",
            "route add ::/0 via fe80::1 dev eth0",
        ],
        {6: "eth0"},
        {6: "2001:db8::10"},
    ),
    "blackholes": RouteShape(
        [
            *PLAIN,
            "route add blackhole 8.8.8.0/24",
            "route add blackhole 192.0.2.0/24 metric 50",
            "route add prohibit 198.41.0.0/24",
            "route add unreachable 62.0.0.0/8",
            "route add blackhole 2001:4860::/32",
            "route add unreachable 2001:7fd::/32",
        ],
        BOTH,
        STABLE,
    ),
    "default in another table": RouteShape(
        [
            *ETH0,
            "route add default via 192.0.2.1 table 100",
            "rule add from all lookup 100 priority 1000",
            "route add ::/0 via 2001:db8::1 table 100",
            "?-6 rule add from all lookup 100 priority 1000",
        ],
        BOTH,
        STABLE,
    ),
    "a router of the other family": RouteShape(
        [*ETH0, "route add 0.0.0.0/0 via inet6 fe80::1 dev eth0"], {4: "eth0"}, {4: "192.0.2.10"}
    ),
    "a next hop that is an object": RouteShape(
        [
            *ETH0,
            "nexthop add id 7 via 192.0.2.1 dev eth0",
            "route add default nhid 7",
            "nexthop add id 8 via 2001:db8::1 dev eth0",
            "route add ::/0 nhid 8",
        ],
        BOTH,
        STABLE,
    ),
    "one far block by another way": RouteShape(
        [*PLAIN, *link("eth1", "198.51.100.10/24"), "route add 198.41.0.0/16 via 198.51.100.1"], BOTH, STABLE
    ),
    "private beside public": RouteShape(
        [*LO, *link("eth0", "10.0.0.5/24", "192.0.2.10/24"), "route add default via 10.0.0.1"],
        {4: "eth0"},
        {4: "192.0.2.10"},
    ),
}
