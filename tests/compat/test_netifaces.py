"""netifaces' interface: what netifaces-plus gives on every host of the suite, but for what docs/netifaces.md lists."""

from __future__ import annotations

import importlib
import json
import re
import socket
import sys
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import pytest
from support.made import ETH0, address, host
from support.namespaces import ROOT
from support.need import need
from support.shapes import SHAPES

from ifdiscover.compat import netifaces as ours
from ifdiscover.errors import BlindError, NoBackendError
from ifdiscover.model import ASSUMED, IFF_UP, Interface, NextHop, Route

if TYPE_CHECKING:
    from support.namespaces import Namespace

    from ifdiscover.model import Host

    Answer = dict[str, dict[str, list[dict[str, str]]]]  # by interface and family

ANSWER = """
import importlib, json, sys
netifaces = importlib.import_module(sys.argv[1])
print(json.dumps({name: netifaces.ifaddresses(name) for name in netifaces.interfaces()}))
"""
MORE_SHAPES = {
    "broadcasts": [
        *("link set lo up", "link add eth0 type ifb", "link set eth0 up"),
        *("addr add 192.0.2.1/24 brd + dev eth0", "addr add 198.51.100.1/24 brd 198.51.100.200 dev eth0"),
    ],
    "zeroconf": ["link add eth0 type ifb", "link set eth0 up", "addr add 169.254.7.7/16 brd + dev eth0"],
}
STEPS = {**{name: shape.steps for name, shape in SHAPES.items()}, **MORE_SHAPES}


def answer(namespace: Namespace, module: str) -> Answer:
    """What a module with that interface says in a namespace."""
    found: Answer = json.loads(namespace.run([sys.executable, "-c", ANSWER, module]).stdout)
    return found


def configured(namespace: Namespace) -> dict[tuple[str, str, int], dict[str, str]]:
    """What ip says of each IPv4 address, by label, address and length."""
    return {
        (told["label"], told["local"], told["prefixlen"]): told
        for link in json.loads(namespace.run(["ip", "-j", "addr"]).stdout)
        for told in link.get("addr_info", [])
        if told.get("family") == "inet"
    }


def length(netmask: str) -> int:
    """The prefix length of an IPv4 netmask."""
    return bin(int.from_bytes(socket.inet_aton(netmask), "big")).count("1")


@pytest.mark.parametrize("name", STEPS)
def test_on_any_host_it_says_what_netifaces_says(name: str, namespace: Namespace) -> None:
    """The same interfaces, families, entries and texts in the same order; of a broadcast and a peer, what ip says."""
    need(None if find_spec("netifaces") else "no netifaces: pip install netifaces-plus")
    namespace.build(STEPS[name])
    theirs, mine = answer(namespace, "netifaces"), answer(namespace, "ifdiscover.compat.netifaces")
    assert list(mine) == list(theirs)
    told = configured(namespace)
    for interface, families in theirs.items():
        for entry in families.get(str(ours.AF_LINK), []):
            entry.pop("broadcast", None)
            entry.pop("peer", None)
        for entry in families.get(str(ours.AF_INET), []):
            ip_says = told[interface, entry["addr"], length(entry["netmask"])]
            entry.pop("broadcast", None)
            entry.update({"broadcast": ip_says["broadcast"]} if "broadcast" in ip_says else {})
            entry.update({"peer": ip_says["address"]} if "address" in ip_says else {})
        assert list(mine[interface]) == list(families)
        assert mine[interface] == families


def test_where_netifaces_errs_is_documented(namespace: Namespace) -> None:
    """If one of these is mended there, docs/netifaces.md has a line too many."""
    need(None if find_spec("netifaces") else "no netifaces: pip install netifaces-plus")
    namespace.build(
        [*STEPS["zeroconf"], "addr add 192.0.2.1/24 dev eth0", "addr add 10.0.0.1 peer 10.9.9.9/24 dev eth0"]
    )
    family = str(ours.AF_INET)
    theirs = {entry["addr"]: entry for entry in answer(namespace, "netifaces")["eth0"][family]}
    mine = {entry["addr"]: entry for entry in answer(namespace, "ifdiscover.compat.netifaces")["eth0"][family]}
    assert "broadcast" not in theirs["169.254.7.7"]
    assert mine["169.254.7.7"]["broadcast"] == "169.254.255.255"
    assert theirs["192.0.2.1"]["broadcast"] == "192.0.2.1"
    assert "broadcast" not in mine["192.0.2.1"]
    assert (theirs["10.0.0.1"]["broadcast"], theirs["10.0.0.1"].get("peer")) == ("10.9.9.9", None)
    assert (mine["10.0.0.1"].get("broadcast"), mine["10.0.0.1"]["peer"]) == (None, "10.9.9.9")


ROUTERS = [
    *("link set lo up", "link add e0 type ifb", "link set e0 up", "link add e1 type ifb", "link set e1 up"),
    *("addr add 192.0.2.2/24 dev e0", "addr add 198.51.100.2/24 dev e1", "addr add 2001:db8::2/64 dev e0"),
    *("addr add fe80::2/64 dev e0", "addr add fe80::3/64 dev e1"),
]
SAME_ROUTES = {
    "none": [],
    "one of each family": ["route add default via 192.0.2.1", "route add default via 2001:db8::1"],
    "metrics": ["route add default via 192.0.2.1 metric 200", "route add default via 198.51.100.1 metric 100"],
    "metrics of IPv6": ["route add ::/0 via fe80::1 dev e0 metric 2", "route add ::/0 via fe80::1 dev e1 metric 1"],
    "link-local": ["route add default via fe80::1 dev e0"],
    "no router": ["route add default dev e0"],
    "other routes": ["route add 10.0.0.0/8 via 192.0.2.9", "route add default via 192.0.2.1"],
    "a source": ["route add default via 192.0.2.1 src 198.51.100.2"],
}
E0, E1 = ["192.0.2.1", "e0"], ["198.51.100.1", "e1"]
OTHER_ROUTES: dict[str, tuple[list[str], dict[str, Any]]] = {
    "several routers": (
        ["route add default nexthop via 192.0.2.1 nexthop via 198.51.100.1"],
        {"default": {"2": E0}, "2": [[*E0, True], [*E1, True]]},
    ),
    "a VPN's halves": (
        [
            *SAME_ROUTES["other routes"],
            "route add 0.0.0.0/1 via 198.51.100.1",
            "route add 128.0.0.0/1 via 198.51.100.1",
        ],
        {"default": {"2": E0}, "2": [[*E0, True]]},
    ),
    "another table": (
        ["route add default via 192.0.2.1 table 77", "rule add pref 100 lookup 77"],
        {"default": {"2": E0}, "2": [[*E0, True]]},
    ),
    "a router of IPv6": (
        ["route add 0.0.0.0/0 via inet6 fe80::1 dev e0"],
        {"default": {"2": ["fe80::1", "e0"]}, "2": [["fe80::1", "e0", True]]},
    ),
    "unreachable": (
        ["route add unreachable default metric 1", "route add default via 192.0.2.1 metric 5"],
        {"default": {}},
    ),
    "two of one interface": (
        ["route add default via 192.0.2.9 metric 5", "route add default via 192.0.2.1 metric 1"],
        {"default": {"2": E0}, "2": [[*E0, True]]},
    ),
}
GATEWAYS = """
import importlib, json, sys
print(json.dumps(importlib.import_module(sys.argv[1]).gateways()))
"""


def gateways(namespace: Namespace, module: str) -> dict[str, Any]:
    """What a module with that interface says in a namespace."""
    found: dict[str, Any] = json.loads(namespace.run([sys.executable, "-c", GATEWAYS, module]).stdout)
    return found


@pytest.mark.parametrize("steps", SAME_ROUTES.values(), ids=SAME_ROUTES)
def test_gateways_are_what_netifaces_says(steps: list[str], namespace: Namespace) -> None:
    """The same tuples in the same order, and the same default."""
    need(None if find_spec("netifaces") else "no netifaces: pip install netifaces-plus")
    namespace.build([*ROUTERS, *steps])
    assert gateways(namespace, "ifdiscover.compat.netifaces") == gateways(namespace, "netifaces")


@pytest.mark.parametrize(("steps", "expected"), OTHER_ROUTES.values(), ids=OTHER_ROUTES)
def test_gateways_are_the_kernels_where_netifaces_says_something_else(
    steps: list[str], expected: dict[str, Any], namespace: Namespace
) -> None:
    """If one of these is mended there, docs/netifaces.md has a line too many."""
    need(None if find_spec("netifaces") else "no netifaces: pip install netifaces-plus")
    namespace.build([*ROUTERS, *steps])
    assert gateways(namespace, "ifdiscover.compat.netifaces") == expected != gateways(namespace, "netifaces")


def test_the_default_gateway_is_that_of_gateways(monkeypatch: pytest.MonkeyPatch) -> None:
    """By family, with its interface."""
    hop = NextHop(bytes([192, 0, 2, 1]), "eth0")
    read(monkeypatch, host()._replace(routes=(Route(ours.AF_INET, (hop,), is_default=True),)))
    assert ours.default_gateway() == {ours.AF_INET: ("192.0.2.1", "eth0")}
    assert ours.default_gateway() == ours.gateways()["default"]


def test_where_no_routes_are_told_there_is_no_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    """Rather than the answer that there are none."""
    read(monkeypatch, host())
    with pytest.raises(BlindError, match="tells no routes here"):
        ours.gateways()


def read(monkeypatch: pytest.MonkeyPatch, found: Host) -> None:
    """Let a host be the one that is read."""
    monkeypatch.setattr(ours, "discover", lambda **_: found)


def test_a_name_that_is_not_utf_8_is_no_obstacle(namespace: Namespace) -> None:
    """netifaces-plus fails there, or ends Python."""
    namespace.build(["link set lo up"])
    namespace.run(["sh", "-c", r"ip link add $(printf 'bad\377') type ifb"])
    code = "from ifdiscover.compat import netifaces; print(ascii(netifaces.interfaces()))"
    assert namespace.run([sys.executable, "-c", code]).stdout == "['lo', 'bad\\udcff']\n"


def test_an_answer_is_the_callers_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """It may be changed, and the next is not."""
    read(monkeypatch, host(address("192.0.2.1", "255.255.255.0")))
    first = ours.ifaddresses("eth0")
    first[ours.AF_INET][0]["addr"] = "changed"
    ours.interfaces().clear()
    assert ours.ifaddresses("eth0")[ours.AF_INET][0]["addr"] == "192.0.2.1"
    assert ours.interfaces() == ["eth0"]


@pytest.mark.parametrize("name", ["eth9", "", "eth0:9", "eth", "eth0 ", "a\0b"])
def test_an_unknown_name_is_a_value_error(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """As programs expect that look for one interface after the other."""
    read(monkeypatch, host(address("192.0.2.1", "255.255.255.0")))
    with pytest.raises(ValueError, match="is no valid interface name"):
        ours.ifaddresses(name)


def test_an_interface_without_anything_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    """A tunnel may have no hardware address, and no other."""
    read(monkeypatch, host()._replace(interfaces=(Interface("tun0", 2, IFF_UP),)))
    assert ours.ifaddresses("tun0") == {}
    assert ours.interfaces() == ["tun0"]


def test_what_is_no_text_is_a_type_error() -> None:
    """As in netifaces."""
    wrong: Any = b"lo"
    with pytest.raises(TypeError, match="ifname is a text, and not bytes"):
        ours.ifaddresses(wrong)


def test_netmasks_are_those_that_the_kernel_gave(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither an assumed one nor a null one is told, and one with holes has no length."""
    full = "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"
    read(
        monkeypatch,
        host(
            address("2001:db8::1", full)._replace(netmask_origin=ASSUMED),
            address("2001:db8::2", full)._replace(packed_netmask=None, prefixlen=None, netmask_origin=None),
            address("2001:db8::3", "ffff:0:ffff::")._replace(prefixlen=None),
        ),
    )
    entries = ours.ifaddresses(ETH0.name)[ours.AF_INET6]
    assert [entry.get("netmask") for entry in entries] == [None, None, "ffff:0:ffff::"]


def test_a_host_that_cannot_be_read_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ours, which names what to install."""
    monkeypatch.setattr("ifdiscover.discovery.BUILT_IN", {})
    with pytest.raises(NoBackendError):
        ours.interfaces()


def test_families_have_the_numbers_of_netifaces() -> None:
    """Those that Python knows; AF_LINK is that of hardware addresses everywhere."""
    assert ours.address_families[socket.AF_INET] == "AF_INET"
    assert ours.AF_LINK in ours.address_families
    for number, name in ours.address_families.items():
        assert getattr(ours, name) == number
    need(None if find_spec("netifaces") else "no netifaces: pip install netifaces-plus")
    theirs = importlib.import_module("netifaces")
    known = {name for name in vars(theirs) if name.startswith("AF_") and hasattr(ours, name)}
    assert known >= {"AF_INET", "AF_INET6", "AF_LINK", "AF_UNIX", "AF_UNSPEC", "AF_PACKET", "AF_NETLINK"}
    assert {name: getattr(ours, name) for name in known} == {name: getattr(theirs, name) for name in known}


def test_the_page_shows_what_runs(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """With each name that it lists."""
    page = ROOT.joinpath("docs/netifaces.md").read_text()
    read(monkeypatch, host(address("192.0.2.1", "255.255.255.0"))._replace(routes=()))
    (block,) = re.findall(r"(?ms)^```python\n(.*?)^```$", page)
    exec(block, {})
    assert capsys.readouterr().out == "eth0 192.0.2.1 255.255.255.0\nno default route\n"
    listed = "".join(line.split("|")[1] for line in page.splitlines() if line.startswith("| `"))
    assert set(ours.__all__) <= set(re.findall(r"`(\w+)", listed)) | {"AF_UNIX", "AF_UNSPEC"}


def test_the_version_is_one_of_netifaces() -> None:
    """Programs ask for 0.10 or later, which have gateways()."""
    assert tuple(map(int, ours.version.split("."))) >= (0, 10, 0)
