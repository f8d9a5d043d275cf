"""Shapes of hosts: the steps that ``Namespace.build`` takes to make each, and the addresses worth naming on it.

Interfaces are ifb, veth, bridge, tun and macvlan: what a plain kernel lets a test make. Further steps: see there.
"""

from __future__ import annotations

from typing import NamedTuple


class Shape(NamedTuple):
    """One host."""

    steps: list[str]
    names: list[str] = []  # noqa: RUF012 - values of inet_interfaces to ask for, besides all and loopback-only


LO = ["link set lo up"]
ETH0 = [*LO, "link add eth0 type ifb", "link set eth0 up"]


def eth0(*addresses: str) -> list[str]:
    """Lo, and an eth0 with these addresses, options of ``ip addr add`` behind them."""
    return [*ETH0, *(f"addr add {address} dev eth0" for address in addresses)]


def links(count: int, *addresses: str) -> list[str]:
    """That many interfaces; N in an address stands for the interface's number."""
    steps = list(LO)
    for n in range(count):
        steps += [f"link add n{n} type ifb", f"link set n{n} up"]
        steps += [f"addr add {address.replace('N', str(n))} dev n{n}" for address in addresses]
    return steps


SHAPES = {
    "nothing": Shape([], ["127.0.0.1", "no.such.host.invalid", ""]),
    "lo alone": Shape(LO, ["127.0.0.1", "::1", "[::1]", "localhost", "127.0.0.1, ::1"]),
    "lo without IPv4": Shape([*LO, "addr del 127.0.0.1/8 dev lo"], ["::1", "127.0.0.1"]),
    "lo without IPv6": Shape([*LO, "addr del ::1/128 dev lo"], ["127.0.0.1", "::1"]),
    "lo down, eth0 up": Shape(["link add eth0 type ifb", "link set eth0 up", "addr add 192.0.2.9/24 dev eth0"]),
    "one address of each family": Shape(
        eth0("192.0.2.10/28", "2001:db8::10/64"), ["192.0.2.10", "[192.0.2.10]", "2001:db8::10", "eth0", "192.0.2.11"]
    ),
    "an interface that went down": Shape(
        [*eth0("192.0.2.10/24", "2001:db8::10/64"), "link set eth0 down"], ["192.0.2.10"]
    ),
    "one that never was up": Shape([*LO, "link add eth0 type ifb", "addr add 192.0.2.10/24 dev eth0"], ["192.0.2.10"]),
    "veth without carrier": Shape(
        [*LO, "link add v0 type veth peer name v1", "link set v0 up", "addr add 192.0.2.10/24 dev v0"]
    ),
    "veth pair in one subnet": Shape(
        [
            *LO,
            "link add v0 type veth peer name v1",
            "link set v0 up",
            "link set v1 up",
            "addr add 10.0.0.1/30 dev v0",
            "addr add 10.0.0.2/30 dev v1",
        ]
    ),
    "IPv6 only": Shape(
        [*LO, "addr flush dev lo", "addr add ::1/128 dev lo", *eth0("2001:db8::10/64")[1:]], ["127.0.0.1"]
    ),
    "IPv6 switched off": Shape(
        [*LO, "sysctl ipv6/conf/all/disable_ipv6=1", *eth0("192.0.2.1/24")[1:]], ["::1", "localhost", "192.0.2.1"]
    ),
    "every class": Shape(eth0("10.1.2.3/24", "172.16.2.3/24", "192.168.2.3/24", "100.64.1.2/28", "127.5.5.5/32")),
    "edges of the classes": Shape(
        eth0("1.0.0.1/32", "126.255.255.254/8", "128.0.0.1/24", "191.255.0.1/16", "192.0.0.1/8", "223.255.255.1/24")
    ),
    "class D": Shape([*ETH0, "?addr add 224.0.0.5/32 dev eth0", "?addr add 239.1.2.3/24 dev eth0"], ["224.0.0.5"]),
    "class E": Shape(eth0("240.1.2.3/24", "192.0.2.1/24"), ["192.0.2.1", "240.1.2.3"]),
    "class E is the last one": Shape(eth0("192.0.2.1/24", "255.255.255.254/32"), ["192.0.2.1"]),
    "the highest address": Shape([*eth0("192.0.2.1/24"), "?addr add 255.255.255.255/32 dev eth0"]),
    "every IPv4 length": Shape(eth0(*(f"{10 + n}.201.203.205/{n}" for n in range(1, 33)))),
    "IPv4 length zero": Shape(eth0("198.51.100.10/0"), ["198.51.100.10"]),
    "every IPv6 length": Shape(eth0(*(f"2001:db8:{n:x}:ffff:ffff:ffff:ffff:{n:x}/{n}" for n in range(1, 129)))),
    "IPv6 length zero": Shape(eth0("2001:db8::1/0")),
    "/31 and /127": Shape(eth0("192.0.2.0/31", "192.0.2.3/31", "2001:db8::/127", "2001:db8::3/127")),
    "the network's and the broadcast address": Shape(eth0("10.1.2.0/24", "10.1.3.255/24", "10.255.255.255/8")),
    "secondaries, descending": Shape(eth0("10.0.0.9/24", "10.0.0.5/24", "10.0.0.1/24"), ["10.0.0.9, 10.0.0.1"]),
    "a promoted secondary": Shape(
        [
            "sysctl ipv4/conf/all/promote_secondaries=1",
            *eth0("10.0.0.1/24", "10.0.0.2/24", "10.0.1.1/24"),
            "addr del 10.0.0.1/24 dev eth0",
        ]
    ),
    "narrow scopes first": Shape(
        eth0("10.0.3.1/24 scope host", "10.0.2.1/24 scope link", "10.0.1.1/24", "10.0.0.1/24 scope 200")
    ),
    "IPv6 newest first": Shape(
        eth0("2001:db8:9::1/64 nodad", "2001:db8:9::2/64 noprefixroute", "2001:db8:9::3/64 home nodad", "fe80::9/64")
    ),
    "site-local and unique local": Shape(eth0("fec0::1/10", "fd12:3456:789a:1::1/64", "fc00::5/7")),
    "one subnet on two interfaces": Shape(links(2, "192.0.2.1N/24", "2001:db8::N/64")),
    "one address with two masks": Shape(
        [*eth0("192.0.2.1/28"), "link add eth1 type ifb", "link set eth1 up", "addr add 192.0.2.1/24 dev eth1"],
        ["192.0.2.1"],
    ),
    "one link-local address on three interfaces": Shape(links(3, "fe80::1/64"), ["fe80::1", "fe80::1%n1", "fe80::1%7"]),
    "labels": Shape(
        eth0(
            "203.0.113.10/24",
            "203.0.113.11/24 label eth0:0",
            "198.51.100.99/32 label eth0:mail",
            "203.0.113.12/24",
            "10.9.8.7/8 label eth0:1",
        ),
        ["198.51.100.99", "eth0:mail"],
    ),
    "a peer of 0.0.0.0": Shape(eth0("192.0.2.10 peer 0.0.0.0/24"), ["192.0.2.10"]),
    "a peer on a broadcast link": Shape(eth0("10.0.0.1 peer 192.168.5.2/24"), ["10.0.0.1", "192.168.5.2"]),
    "point-to-point tunnel": Shape(
        [
            *LO,
            "tuntap add dev tun0 mode tun",
            "link set tun0 up",
            "addr add 10.8.0.10 peer 10.8.1.9/24 dev tun0",
            "addr add 10.8.2.1/24 dev tun0",
            "addr add fd00:1::1 peer 2001:db8:2::2/64 dev tun0",
        ],
        ["10.8.0.10", "10.8.1.9"],
    ),
    "loopback is an address": Shape(
        eth0("126.255.255.255/32", "127.0.0.0/32", "127.255.255.255/32", "128.0.0.0/32"), ["127.255.255.255"]
    ),
    "public addresses on lo": Shape(
        [*LO, "addr flush dev lo", "addr add 192.0.2.53/32 dev lo", "addr add 2001:db8::53/128 dev lo"], ["192.0.2.53"]
    ),
    "odd IPv6 texts": Shape(
        eth0(
            "2001:db8:0:0:1:0:0:1/128",
            "2001:0:0:1::1/64",
            "2001:db8:0:1:1:1:1:1/128",
            "1:0:0:2::/128",
            "::ffff:192.0.2.7/96",
            "::1.2.3.4/120",
            "2001:db8::ffff:0/112",
        ),
        ["::ffff:192.0.2.7", "2001:DB8::FFFF:0"],
    ),
    "a bridge and its port": Shape(
        [
            *LO,
            "link add br0 type bridge",
            "link add v0 type veth peer name v1",
            "link set v0 master br0",
            "link set br0 up",
            "link set v0 up",
            "link set v1 up",
            "addr add 192.0.2.1/24 dev br0",
            "addr add 198.51.100.1/24 dev v0",
        ]
    ),
    "macvlan with a dotted name": Shape(
        [
            *eth0("192.0.2.1/24"),
            "link add link eth0 name eth0.100 type macvlan mode bridge",
            "link set eth0.100 up",
            "addr add 10.100.0.1/24 dev eth0.100",
        ]
    ),
    "interfaces called by numbers": Shape(
        [*LO, "link add 0 type ifb", "link set 0 up", "addr add 192.0.2.1/24 dev 0", "addr add fe80::1/64 dev 0"]
    ),
    "a hole in the indexes": Shape(
        [
            *links(3, "10.0.N.1/24"),
            "link del n1",
            "link add n9 type ifb",
            "link set n9 up",
            "addr add 10.9.9.9/8 dev n9",
        ]
    ),
    "forty interfaces of both families": Shape(links(40, "10.0.N.1/24", "fe80::1/64", "2001:db8:N::1/64")),
    "three hundred addresses": Shape(eth0(*(f"10.{n // 100}.{n % 100}.1/24" for n in range(300)))),
    "numbers in every notation": Shape(
        eth0("127.0.0.9/32", "10.0.0.9/24", "10.0.0.10/24"),
        [
            "127.1",
            "0x7f000001",
            "2130706433",
            "0177.0.0.1",
            "10.9",
            "10.0.0.10 10.0.0.9",
            "10.0.0.9,10.0.0.9",
            "[10.0.0.9",
        ],
    ),
    "values that are nearly special": Shape(
        eth0("192.0.2.1/24"),
        ["all,", "ALL", "ipv4:all", "ipv6:all", "all, 127.0.0.1", "loopback-only,", "", ",", "[]", "[::1", "::1]"],
    ),
}
