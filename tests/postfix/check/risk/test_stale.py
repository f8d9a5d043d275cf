"""Networks of a list that no interface is in any more, and whether one has moved."""

from __future__ import annotations

import ipaddress
import json
import socket
from typing import TYPE_CHECKING

import pytest
from support.made import address, host
from support.namespaces import Namespace
from support.program import run

from ifdiscover._postfix.check.parameters import check_configuration
from ifdiscover._postfix.check.risk.container_networks import is_container_network
from ifdiscover._postfix.check.risk.stale import Ranges
from ifdiscover._postfix.parameters.configuration import Configuration
from ifdiscover._postfix.parameters.main_cf import parse
from ifdiscover.model import IFF_UP, Interface, NextHop, Route

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from ifdiscover._postfix.syntax.findings import Finding
    from ifdiscover.model import Address, Host

START = "compatibility_level = 3.6\nmyhostname = mail.example.com\nmynetworks = "
STOCK = "127.0.0.0/8 [::ffff:127.0.0.0]/104 [::1]/128"


def on(name: str, cidr: str, **more: str | None) -> Address:
    """An address on an interface of that name."""
    made = ipaddress.ip_interface(cidr)
    return address(str(made.ip), str(made.netmask))._replace(interface=Interface(name, None, IFF_UP, **more))  # type: ignore[arg-type]  # kind and master


LO = (on("lo", "127.0.0.1/8"), on("lo", "::1/128"))
ETH0 = (on("eth0", "192.0.2.25/24"), on("eth0", "2001:db8:1:2::25/64"), on("eth0", "fe80::25/64"))


def made(*addresses: Address) -> Host:
    """A host with lo, eth0 and these addresses."""
    return host(*LO, *ETH0, *addresses)


def found_in(networks: str, on_host: Host, routes: Sequence[str] | None = ()) -> list[Finding]:
    """What is said of networks that moved or went, where routes lead there; None: nobody knows."""

    def destinations(family: int) -> list[tuple[bytes, int]] | None:
        known = [ipaddress.ip_network(route) for route in routes or ()]
        bits = 32 if family == socket.AF_INET else 128
        told = [
            (network.network_address.packed, network.prefixlen) for network in known if network.max_prefixlen == bits
        ]
        return None if routes is None else told

    found = check_configuration(
        Configuration(parse(START + networks + "\n"), None, "mail"), on_host, None, destinations
    )
    return [finding for finding in found if finding.kind in ("stale-network", "moved-network")]


def kinds(networks: str, on_host: Host, routes: Sequence[str] | None = ()) -> list[tuple[str, str]]:
    """Kind and element of each."""
    return [(finding.kind, finding.element) for finding in found_in(networks, on_host, routes)]


@pytest.mark.parametrize(
    "network", ["10.0.0.0/8", "192.168.7.0/24", "203.0.113.0/24", "[fd00:1::]/48", "[2001:db8:9::]/48", "10.0.0.0/31"]
)
def test_a_network_that_nothing_but_a_default_route_leads_to_is_told(network: str) -> None:
    """As info, with its place; and not if it stands behind an exclamation mark."""
    (found,) = found_in(f"{STOCK} {network}", made())
    assert (found.kind, found.element, found.severity, found.place.line) == ("stale-network", network, "info", 3)
    assert found_in(f"{STOCK} !{network}", made()) == []


@pytest.mark.parametrize(
    ("network", "route"),
    [
        ("10.0.0.0/8", "10.0.0.0/8"),
        ("10.0.0.0/8", "10.255.255.255/32"),
        ("10.0.0.0/8", "10.0.0.0/7"),
        ("10.0.0.0/8", "0.0.0.0/1"),
        ("[fd00:1::]/48", "fd00:1:0:ffff::/64"),
        ("[2001:db8:9::]/48", "2000::/3"),
    ],
)
def test_a_route_to_a_network_or_into_a_part_of_it_or_beyond_both_its_ends_leads_there(
    network: str, route: str
) -> None:
    """A route beside it does not."""
    assert kinds(network, made(), [route, "11.0.0.0/9"]) == []
    assert kinds(network, made(), ["11.0.0.0/8", "9.0.0.0/8", "fd00:2::/48", "fd00::/48"]) == [
        ("stale-network", network)
    ]


@pytest.mark.parametrize(
    "networks",
    [
        STOCK,
        "192.0.2.0/24 192.0.2.128/25 192.0.0.0/16 [2001:db8:1:2::]/64 [2001:db8:1::]/48",
        "10.1.2.3 10.1.2.3/32 [fd00::1] [fd00::1]/128",
        "169.254.0.0/16 [fe80::]/10 [fe80::]/64 224.0.0.0/4 239.0.0.0/8 [ff00::]/8 0.0.0.0/8 127.0.1.0/24",
        "0.0.0.0/0 [::]/0",
        "example.com .example.org",
    ],
)
def test_networks_of_the_host_and_those_that_no_route_is_for_are_not_told(networks: str) -> None:
    """An address of the host inside, or an interface's network around them; one client; loopback and link-local."""
    assert kinds(networks, made()) == []


def test_the_other_end_of_a_link_is_inside() -> None:
    """Though the host's own address of that link is elsewhere."""
    link = on("tun0", "172.16.0.1/32")._replace(packed_peer=bytes([10, 8, 0, 2]))
    assert kinds("10.8.0.0/24", made(link)) == []
    assert kinds("10.9.0.0/24", made(link)) == [("stale-network", "10.9.0.0/24")]


def test_nothing_is_said_where_routes_are_not_known() -> None:
    """As of a recorded host, or one whose routes were not looked at."""
    assert kinds("10.0.0.0/8 [fd00:1::]/48", made(), None) == []


@pytest.mark.parametrize("word", ["ipv6 addresses", "ipv6 netmasks", "same address twice"])
def test_nothing_is_said_of_a_family_whose_networks_the_backend_may_not_see(word: str) -> None:
    """The other family is told all the same, unless it is as blind there."""
    blind = made()._replace(blind_to=(word,))
    seen = [] if word == "same address twice" else [("stale-network", "10.0.0.0/8")]
    assert kinds("10.0.0.0/8 [fd00:1::]/48", blind) == seen
    secondary = made()._replace(blind_to=("secondary addresses",))
    assert kinds("10.0.0.0/8 [fd00:1::]/48", secondary) == [("stale-network", "[fd00:1::]/48")]
    assert kinds("10.0.0.0/8", made(address("192.0.2.99", "255.0.255.0"))) == []


def test_networks_in_files_in_tables_and_by_names_are_told(tmp_path: Path) -> None:
    """With the place of the element; a table is one element."""
    (tmp_path / "nets").write_text("# ours\n10.1.0.0/16\n")
    (tmp_path / "table").write_text("10.2.0.0/16 x\n")
    text = f"{tmp_path}/nets cidr:{tmp_path}/table $lan\nlan = 10.3.0.0/16"
    found = found_in(text, made())
    assert (found[0].place.file, found[0].place.line) == (f"{tmp_path}/nets", 2)
    assert [finding.element for finding in found] == ["10.1.0.0/16", f"cidr:{tmp_path}/table", "10.3.0.0/16"]
    assert "10.2.0.0/16" in found[1].remark


def test_a_long_list_of_such_networks_is_told_in_five() -> None:
    """The fifth has how many more there are."""
    found = found_in(" ".join(f"10.{number}.0.0/16" for number in range(100)), made())
    assert len(found) == 5
    assert "95 more, such as 10.5.0.0/16" in found[4].remark


def test_a_network_in_one_that_is_told_before_is_not_told_again() -> None:
    """It goes with that one."""
    assert kinds("10.0.0.0/8 10.1.0.0/16 [fd00:1::]/48 [fd00:1::]/64", made()) == [
        ("stale-network", "10.0.0.0/8"),
        ("stale-network", "[fd00:1::]/48"),
    ]


@pytest.mark.parametrize(
    ("network", "beside", "now"),
    [
        ("192.168.1.0/24", on("eth1", "192.168.2.7/24"), "192.168.2.0/24"),
        ("[2001:db8:1:1::]/64", on("eth1", "10.0.0.1/8"), "2001:db8:1:2::/64"),
    ],
)
def test_a_network_next_to_one_of_an_ordinary_interface_is_only_info(network: str, beside: Address, now: str) -> None:
    """A server beside its clients' network looks the same as one that was renumbered; the neighbour is named."""
    (found,) = found_in(network, made(beside))
    assert (found.kind, found.severity) == ("stale-network", "info")
    assert now in found.remark
    assert now in found.suggestion


MOVED = {
    "Docker's": (STOCK + " 172.17.0.0/16", [on("docker0", "172.18.0.1/16")], "172.18.0.0/16"),
    "Docker's, to another pool": ("172.17.0.0/16", [on("docker0", "192.168.0.1/20")], "192.168.0.0/20"),
    "Docker's, beside others": (
        "172.17.0.0/16",
        [on("docker0", "172.26.0.1/16"), on("br-1a2b3c4d5e6f", "172.18.0.1/16")],
        "172.26.0.0/16",
    ),
    "Compose's": (
        "172.18.0.0/16",
        [on("docker0", "172.17.0.1/16"), on("br-1a2b3c4d5e6f", "172.21.0.1/16")],
        "172.21.0.0/16",
    ),
    "IPv6": ("[fd00:d0c:0:1::]/64", [on("docker0", "fd00:d0c:0:2::1/64")], "[fd00:d0c:0:2::]/64"),
    "libvirt's": ("192.168.122.0/24", [on("virbr0", "192.168.124.1/24")], "192.168.124.0/24"),
    "as far as may be": ("10.1.0.0/16", [on("br-1a2b3c4d5e6f", "10.16.0.1/16")], "10.16.0.0/16"),
    "beside a name": ("172.17.0.0/16 example.com", [on("docker0", "172.18.0.1/16")], "172.18.0.0/16"),
    "Podman's": ("10.88.0.0/16", [on("podman1", "10.89.0.1/16")], "10.89.0.0/16"),
}


@pytest.mark.parametrize(("networks", "bridges", "now"), MOVED.values(), ids=MOVED)
@pytest.mark.parametrize("routes", [(), None], ids=["known", "not known"])
def test_a_container_network_that_moved_is_medium(
    networks: str, bridges: list[Address], now: str, routes: Sequence[str] | None
) -> None:
    """With the network to write, which mends it; routes need not be known, and one to the old network silences it."""
    (found,) = found_in(networks, made(*bridges), routes)
    assert (found.kind, found.severity, found.suggestion) == ("moved-network", "medium", now)
    assert found_in(networks.replace(found.element, now), made(*bridges), routes) == []
    assert found_in(networks, made(*bridges), [found.element.translate({91: None, 93: None})]) == []


NOT_MOVED = {
    "the new network is in the list": ("172.17.0.0/16 172.18.0.0/16", [on("docker0", "172.18.0.1/16")]),
    "a part of it is": ("172.17.0.0/16 172.18.0.0/24", [on("docker0", "172.18.0.1/16")]),
    "it is excluded": ("!172.18.0.0/16 172.17.0.0/16", [on("docker0", "172.18.0.1/16")]),
    "Docker's bridge is at home": ("172.18.0.0/16", [on("docker0", "172.17.0.1/16")]),
    "there are two bridges": (
        "172.20.0.0/16",
        [on("br-1a2b3c4d5e6f", "172.18.0.1/16"), on("br-2a2b3c4d5e6f", "172.19.0.1/16")],
    ),
    "there are two networks": ("172.20.0.0/16 172.21.0.0/16", [on("br-1a2b3c4d5e6f", "172.18.0.1/16")]),
    "another size": ("172.18.0.0/24", [on("br-1a2b3c4d5e6f", "172.19.0.1/16")]),
    "another size, next to it": ("172.18.255.0/24", [on("br-1a2b3c4d5e6f", "172.19.0.1/16")]),
    "one place too far": ("10.1.0.0/16", [on("br-1a2b3c4d5e6f", "10.17.0.1/16")]),
    "to a public network": ("172.17.0.0/16", [on("docker0", "198.51.100.1/24")]),
    "to a lone address": ("172.17.0.0/16", [on("docker0", "172.18.0.1/32")]),
    "far away": ("10.1.0.0/16", [on("br-1a2b3c4d5e6f", "10.200.0.1/16")]),
    "public": ("198.51.99.0/24", [on("docker0", "198.51.100.1/24")]),
    "a table that only Postfix can ask": (
        "172.17.0.0/16 regexp:/etc/postfix/nosuch",
        [on("docker0", "172.18.0.1/16")],
    ),
    "another kind of interface": ("172.17.0.0/16", [on("eth1", "172.18.0.1/16", kind="vlan")]),
}


@pytest.mark.parametrize(("networks", "bridges"), NOT_MOVED.values(), ids=NOT_MOVED)
def test_what_is_not_clearly_a_move_is_not_told_as_one(networks: str, bridges: list[Address]) -> None:
    """It is a stale network, where routes are known, and nothing where they are not."""
    assert {kind for kind, _element in kinds(networks, made(*bridges))} == {"stale-network"}
    assert kinds(networks, made(*bridges), None) == []


def test_the_move_of_a_network_in_a_table_says_what_to_write_there(tmp_path: Path) -> None:
    """The element is the table, whose name stays."""
    (tmp_path / "table").write_text("172.17.0.0/16 x\n")
    (found,) = found_in(f"cidr:{tmp_path}/table", made(on("docker0", "172.18.0.1/16")))
    assert found.suggestion == "put 172.18.0.0/16 in the place of 172.17.0.0/16 in this table"


BR = Interface("lab", None, IFF_UP, kind="bridge")
BRIDGES = {
    "of containers": ("veth", "eth0", True),
    "of virtual machines": ("tun", "eth0", True),
    "to a network outside": (None, "eth0", False),
    "by which the default route goes": ("veth", "lab", False),
    "whose routes are not known": ("veth", None, False),
}


@pytest.mark.parametrize(("port", "default", "expected"), BRIDGES.values(), ids=BRIDGES)
def test_a_bridge_of_any_name_is_of_containers_by_its_ports(
    port: str | None, default: str | None, expected: bool
) -> None:
    """If all are those of containers or virtual machines, and no default route goes out by it."""
    ports = Interface("p", None, IFF_UP, kind=port, master="lab")
    routes = None if default is None else (Route(2, (NextHop(None, default),), is_default=True),)
    with_ports = host()._replace(interfaces=(BR, ports), routes=routes)
    assert is_container_network(BR, with_ports) is expected
    assert not is_container_network(BR, with_ports._replace(interfaces=(BR,)))


def test_ranges_touch_what_has_an_address_in_common() -> None:
    """However they nest, and in their own family."""
    v4 = [(socket.AF_INET, bytes([10, n, 0, 0]), length) for n, length in ((0, 8), (1, 16), (1, 24))]
    ranges = Ranges([*v4, (socket.AF_INET, bytes([12, 0, 0, 0]), 32)])
    for first, length, expected in (
        (b"\x0a\xff\0\0", 16, True),
        (b"\x0b\0\0\0", 8, False),
        (b"\x0c\0\0\0", 8, True),
        (b"\x0c\0\0\1", 32, False),
        (b"\x08\0\0\0", 5, True),
        (b"\x09\0\0\0", 8, False),
    ):
        assert ranges.touch((socket.AF_INET, first, length)) is expected
    assert not ranges.touch((socket.AF_INET6, bytes([10, *bytes(15)]), 8))
    inside = [(socket.AF_INET, bytes([11, n, 0, 0]), 16) for n in range(1, 4)]
    wide = [(socket.AF_INET, bytes([n, 0, 0, 0]), 8) for n in (10, 11)]
    assert Ranges([*wide, *inside]).touch((socket.AF_INET, bytes([11, 200, 0, 0]), 16))


STEPS = [
    "link set lo up",
    "link add eth0 type veth peer name p-eth0",
    "link set p-eth0 up",
    "link set eth0 up",
    "addr add 192.0.2.25/24 dev eth0",
    "addr add 2001:db8::25/64 dev eth0 nodad",
    "route add default via 192.0.2.1",
    "route add ::/0 via 2001:db8::1",
    "route add 10.1.0.0/16 via 192.0.2.9",
    "route add blackhole 10.2.0.0/16",
    "route add unreachable 10.3.0.0/16",
    "route add 10.4.0.0/16 via 192.0.2.9 table 77",
    "route add fd00:1::/64 via 2001:db8::9",
    "route add blackhole fd00:2::/48",
    "route add fd00:3::/48 via 2001:db8::9 table 77",
    "link add docker0 type bridge",
    "addr add 172.18.0.1/16 dev docker0",
    "link set docker0 up",
]
LISTED = (
    "10.1.0.0/24 10.2.0.0/16 10.3.0.0/16 10.4.0.0/14 172.17.0.0/16 "
    "[fd00:1::]/48 [fd00:2::]/48 [fd00:3:0:1::]/64 198.51.100.0/24"
)


def test_the_routes_of_a_real_host_decide(tmp_path: Path) -> None:
    """Those of all tables count; those that lead nowhere do not. From outside, with --netns, the answer is the same."""
    (tmp_path / "main.cf").write_text(f"{START}{STOCK} {LISTED}\n")
    asked = ("check", "--json", "-q", "-c", str(tmp_path))
    with Namespace() as namespace:
        namespace.build(STEPS)
        told = [namespace.ifdiscover(*asked, check=False)]
        if namespace.as_root:
            told.append(run(*asked, "--netns", namespace.name))
    for done in told:
        findings = json.loads(done.stdout)["findings"]
        found = [(f["kind"], f["element"]) for f in findings if f["kind"] in ("stale-network", "moved-network")]
        gone = ["10.2.0.0/16", "10.3.0.0/16", "[fd00:2::]/48", "198.51.100.0/24"]
        assert found == [("moved-network", "172.17.0.0/16"), *(("stale-network", element) for element in gone)]
        assert done.returncode == 1
