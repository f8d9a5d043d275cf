"""Routes and sources: what the kernel itself says, in namespaces whose routes differ."""

from __future__ import annotations

import ipaddress
import json
import socket
import sys
import time
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st
from support.examples import examples
from support.namespaces import Namespace, why_no_namespaces
from support.need import need
from support.route_shapes import ELSEWHERE, ETH0, LO, PLAIN, ROUTE_SHAPES, link

from ifdiscover import discover, replay, snapshot, source
from ifdiscover._backends import connected, routing
from ifdiscover._backends.far import FAR
from ifdiscover._backends.netlink import routes
from ifdiscover.discovery import load
from ifdiscover.errors import (
    AddressTextError,
    BlindError,
    DiscoveryError,
    NotPermittedError,
    UnavailableError,
    UnknownInterfaceError,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.netns

ASK = """
import ifdiscover, json
from ifdiscover.model import FAMILY_NAMES
host = ifdiscover.discover(routes=True)
text = lambda value: None if value is None else str(value)
route = lambda r: {
    "hops": sorted([hop.interface_name, text(hop.gateway)] for hop in r.next_hops),
    "metric": r.metric,
    "source": text(r.source),
    "is_default": r.is_default,
    "family": int(FAMILY_NAMES[r.family][-1]),
}
print(json.dumps([{
    "family": family,
    "now": text(ifdiscover.source(family=family)),
    "there": {to: text(ifdiscover.source(to)) for to in elsewhere},
    "source": text(host.source(family)),
    "default": host.default_route(family) and route(host.default_route(family)),
    "routes": [route(r) for r in host.routes if int(FAMILY_NAMES[r.family][-1]) == family],
    "stable": text(host.stable_address(family).address),
    "reason": host.stable_address(family).reason,
} for family, elsewhere in ELSEWHERE.items()]))
"""


def told(namespace: Namespace) -> list[dict[str, Any]]:
    """What ifdiscover says in a namespace, of each family."""
    code = f"ELSEWHERE = {ELSEWHERE!r}\n{ASK}"
    return json.loads(namespace.run([sys.executable, "-c", code]).stdout)  # type: ignore[no-any-return]  # JSON


def route_get(namespace: Namespace, to: str, *options: str) -> dict[str, Any]:
    """What ip(8) says: the kernel's answer; {} if there is no way."""
    done = namespace.run(["ip", "-j", "route", "get", *options, to], check=False)
    found: dict[str, Any] = {} if done.returncode else json.loads(done.stdout)[0]
    return found


def hops_of(answer: dict[str, Any]) -> list[list[Any]]:
    """The next hops in what ip(8) says."""
    hops = answer.get("nexthops") or [answer]
    return sorted([hop["dev"], hop.get("gateway") or hop.get("via", {}).get("host")] for hop in hops)


@pytest.mark.parametrize("name", ROUTE_SHAPES)
def test_the_source_is_the_kernels_own_choice(name: str, namespace: Namespace) -> None:
    """To several addresses that are far, now, and in the record."""
    namespace.build(ROUTE_SHAPES[name].steps)
    for answers in told(namespace):
        truth = {to: route_get(namespace, to).get("prefsrc") for to in ELSEWHERE[answers["family"]]}
        assert answers["there"] == truth
        assert answers["now"] in truth.values()
        assert answers["source"] == answers["now"]


@pytest.mark.parametrize("name", ROUTE_SHAPES)
def test_the_default_route_is_the_kernels_own(name: str, namespace: Namespace) -> None:
    """With its metric and all its next hops; what is no default route is not told as one."""
    shape = ROUTE_SHAPES[name]
    namespace.build(shape.steps)
    for answers in told(namespace):
        family = answers["family"]
        default = answers["default"]
        interfaces = [interface for interface, _gateway in default["hops"]] if default else []
        assert interfaces == shape.defaults.get(family, "").split()
        truth = route_get(namespace, ELSEWHERE[family][0], "fibmatch")
        if truth.get("dst") == "default" and default["hops"][0][1] is not None and "nhid" not in truth:
            assert default["hops"] == hops_of(truth)
            assert default["metric"] == truth.get("metric", 0)
        assert [route["is_default"] for route in answers["routes"]].count(True) == bool(default)
        assert all(route["family"] == family for route in answers["routes"])


@pytest.mark.parametrize("name", [name for name in ROUTE_SHAPES if name != "multipath"])
def test_what_stays_is_on_the_way_out(name: str, namespace: Namespace) -> None:
    """On the interface of the default route, or the source; never a temporary address."""
    shape = ROUTE_SHAPES[name]
    namespace.build(shape.steps)
    for answers in told(namespace):
        assert answers["stable"] == shape.stable.get(answers["family"]), answers["reason"]


def test_a_temporary_address_is_the_source_and_not_what_stays(namespace: Namespace) -> None:
    """The kernel made it by itself, and prefers it."""
    namespace.build(ROUTE_SHAPES["temporary beside static"].steps)
    (six,) = [answers for answers in told(namespace) if answers["family"] == 6]
    assert six["source"] != "2001:db8::10"
    assert f"{six['source']}/64" in namespace.run(["ip", "-o", "addr", "show", "temporary"]).stdout
    assert (six["stable"], six["reason"].split()[0]) == ("2001:db8::10", "permanent")


def test_each_interface_tells_its_own_default(namespace: Namespace) -> None:
    """The one in use is marked and comes first; what an interface has beyond its first one is not told."""
    shape = ROUTE_SHAPES["two defaults with metrics"]
    namespace.build([*shape.steps, "route add default via 192.0.2.2 metric 300"])
    for answers in told(namespace):
        found = [(route["hops"], route["metric"], route["is_default"]) for route in answers["routes"]]
        first, second = ("198.51.100.1", "192.0.2.1") if answers["family"] == 4 else ("2001:db8:1::1", "2001:db8::1")
        assert found == [([["eth1", first]], 100, True), ([["eth0", second]], 200, False)]


def test_an_interface_without_address_or_down_is_not_asked(namespace: Namespace) -> None:
    """Beside the route in use, each interface that is up and has an address takes one question a family."""
    namespace.build([*PLAIN, *link("eth1", "198.51.100.10/24"), *link("eth2"), "link set eth1 down"])
    code = """
import ifdiscover
from ifdiscover._backends.netlink.routes import Questions
asked, ask = [], Questions.route
def route(self, to, *, interface=0, whole=False):
    asked.append(interface)
    return ask(self, to, interface=interface, whole=whole)
Questions.route = route
ifdiscover.discover(routes=True)
print(sorted(filter(None, asked)))
"""
    links = {name: number for number, name in interfaces(namespace)}
    assert namespace.run([sys.executable, "-c", code]).stdout.strip() == str(sorted([links["lo"], links["eth0"]] * 2))


def interfaces(namespace: Namespace) -> list[tuple[int, str]]:
    """Indexes and names."""
    return [(found["ifindex"], found["ifname"]) for found in json.loads(namespace.run(["ip", "-j", "link"]).stdout)]


def test_another_namespace_is_asked_there(namespace: Namespace) -> None:
    """By its name, for a record and for one address."""
    need(None if namespace.as_root else "a namespace has a name only if root makes it")
    namespace.build(PLAIN)
    host = discover(netns=namespace.name, routes=True)
    assert (str(host.source(4)), str(host.source(6))) == ("192.0.2.10", "2001:db8::10")
    assert str(source(netns=namespace.name)) == "192.0.2.10"
    assert str(source("198.51.100.1", netns=namespace.name)) == "192.0.2.10"
    assert str(source(family=6, netns=namespace.name)) == "2001:db8::10"
    assert str(source("fe80::5%eth0", netns=namespace.name)) == "2001:db8::10"
    with pytest.raises(UnknownInterfaceError, match='no interface is called "eth9"'):
        source("fe80::5%eth9", netns=namespace.name)


def test_where_there_is_no_way_there_is_no_source(namespace: Namespace) -> None:
    """None: no route, or one that refuses; a route need not lead to anybody."""
    need(None if namespace.as_root else "a namespace has a name only if root makes it")
    namespace.build([*ETH0, "route add blackhole 192.0.2.128/25", "route add prohibit 2001:db8::f000/116"])

    def asked(*to: str, **more: Any) -> str | None:
        found = source(*to, netns=namespace.name, **more)
        return None if found is None else str(found)

    assert (asked(), asked(family=4), asked(family=6)) == (None, None, None)
    assert (asked("192.0.2.77"), asked("192.0.2.177"), asked("203.0.113.1")) == ("192.0.2.10", None, None)
    assert (asked("2001:db8::77"), asked("2001:db8::f001")) == ("2001:db8::10", None)
    assert (asked("127.9.9.9"), asked("::1"), asked("192.0.2.10")) == ("127.0.0.1", "::1", "192.0.2.10")
    assert asked("::ffff:192.0.2.77") == "192.0.2.10"  # IPv4's packets carry it


def test_without_a_family_it_is_4_or_else_6(namespace: Namespace) -> None:
    """In the record too."""
    need(None if namespace.as_root else "a namespace has a name only if root makes it")
    namespace.build(ROUTE_SHAPES["IPv6 only"].steps)
    host = discover(netns=namespace.name, routes=True)
    route = host.default_route()
    assert (
        str(source(netns=namespace.name)) == str(host.source()) == str(host.stable_address().address) == "2001:db8::10"
    )
    assert route is not None
    assert route.family == socket.AF_INET6
    assert (host.source(4), host.default_route(4)) == (None, None)
    assert host.stable_address(4).reason == "this host has no way to everywhere else by IPv4"


@pytest.mark.parametrize("backend", ["getifaddrs", "netlink", "ioctl", "psutil"])
def test_routes_do_not_hang_on_the_backend(backend: str, namespace: Namespace) -> None:
    """Whoever read the addresses, the kernel tells the routes."""
    namespace.build(PLAIN)
    code = f"""
from ifdiscover import discover
bare, host = discover({backend!r}), discover({backend!r}, routes=True)
print(bare.routes, "routes" in bare.blind_to, host.source(4), host.default_route(6), "routes" in host.blind_to)
"""
    need(discover_reason(backend))
    expected = "None True 192.0.2.10 Route(default IPv6 by 2001:db8::1 on 'eth0') False\n"
    assert namespace.run([sys.executable, "-c", code]).stdout == expected


def discover_reason(backend: str) -> str | None:
    """Why a backend cannot be used here."""
    try:
        load(backend)
    except UnavailableError as error:
        return str(error)
    return None


@pytest.fixture(scope="module")
def made() -> Iterator[Namespace]:
    """A namespace with three interfaces, for tables and rules that hypothesis makes."""
    need(why_no_namespaces())
    with Namespace() as found:
        found.build(
            [
                *LO,
                *link("eth0", "192.0.2.10/24", "192.0.2.11/24", "2001:db8::10/64"),
                *link("eth1", "198.51.100.10/24", "2001:db8:1::10/64"),
                *link("eth2", "203.0.113.10/24", "2001:db8:2::10/64"),
            ]
        )
        yield found


# The blocks are all far, and some are those that ifdiscover asks for.
BLOCKS = {
    4: ("default", "0.0.0.0/1", "128.0.0.0/1", "192.0.0.0/2", "198.41.0.0/16", "62.0.0.0/8", "17.0.0.0/8"),
    6: ("::/0", "::/1", "2000::/3", "2001::/16", "2001:7fd::/32", "2a00::/12", "2400::/12"),
}
WAYS = {
    4: (
        *("via 192.0.2.1", "via 198.51.100.1", "via 203.0.113.1", "dev eth1", "via 192.0.2.2 src 192.0.2.11"),
        "dev eth2 src 192.0.2.10",
    ),
    6: ("via 2001:db8::1", "via 2001:db8:1::1", "dev eth2", "via 2001:db8::2 src 2001:db8:1::10"),
}
REFUSALS = ("blackhole", "unreachable", "prohibit", "throw")


@st.composite
def route_steps(draw: st.DrawFn, family: int) -> str:
    """One route of a table, or one that refuses."""
    block = draw(st.sampled_from(BLOCKS[family]))
    where = f"{block} metric {draw(st.integers(1, 3))} table {draw(st.sampled_from(['main', '100', '200']))}"
    if draw(st.integers(0, 4)) == 0:
        return f"-{family} route add {draw(st.sampled_from(REFUSALS))} {where}"
    return f"-{family} route add {where} {draw(st.sampled_from(WAYS[family]))}"


@st.composite
def rule_steps(draw: st.DrawFn, family: int) -> str:
    """One rule: all packets, those to a half of the world, or a table without its default routes."""
    to = "0.0.0.0/1" if family == 4 else "2000::/5"
    table = draw(st.sampled_from(["100", "200", "main suppress_prefixlength 0"]))
    which = draw(st.sampled_from(["from all", f"to {to}"]))
    return f"-{family} rule add {which} lookup {table} priority {draw(st.integers(1000, 1003))}"


@pytest.mark.parametrize("family", [4, 6])
@settings(max_examples=examples(15), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_any_tables_and_rules_give_the_kernels_own_choice(made: Namespace, family: int, data: st.DataObject) -> None:
    """The source is that to an address that ifdiscover asks for, and to one address always that of ip route get."""
    need(None if made.as_root else "a namespace has a name only if root makes it")
    clean = [f"-{family} route flush {which}" for which in ("table 100", "table 200", *BLOCKS[family])]
    steps = [
        *data.draw(st.lists(route_steps(family), max_size=6, unique=True)),
        *data.draw(st.lists(rule_steps(family), max_size=2, unique=True)),
    ]
    script = [
        *(f"ip {step}" for step in clean),
        f"ip -{family} route del default; " * 3 + "true",
        f"for n in 1000 1001 1002 1003; do while ip -{family} rule del priority $n; do :; done; done",
        *(f"ip {step}" for step in steps),
    ]
    made.run(["sh", "-c", "\n".join(script)], check=False)
    far = [str(ipaddress.ip_address(packed)) for packed in FAR[routing.FAMILIES[family]]]
    truth = {to: route_get(made, to) for to in (*far, *ELSEWHERE[family])}
    for to, answer in truth.items():
        found = source(to, netns=made.name)
        assert str(found) == str(answer.get("prefsrc")), (to, steps)
    host = discover(netns=made.name, routes=True)
    possible = {str(truth[to].get("prefsrc")) for to in far if truth[to]} or {"None"}
    assert str(host.source(family)) in possible, steps
    whole = {to: route_get(made, to, "fibmatch") for to in far}
    by_default = [to for to in far if whole[to].get("dst") == "default"]
    default = host.default_route(family)
    if by_default:
        assert default is not None
        hops = [[hop.interface_name, None if hop.gateway is None else str(hop.gateway)] for hop in default.next_hops]
        assert sorted(hops) in [hops_of(whole[to]) for to in by_default], steps
        assert str(host.source(family)) in {str(truth[to].get("prefsrc")) for to in by_default}, steps


def test_a_snapshot_keeps_routes_and_sources(namespace: Namespace, tmp_path: Path) -> None:
    """And what is recorded is asked of nobody."""
    namespace.build(ROUTE_SHAPES["two defaults with metrics"].steps)
    text = namespace.run([sys.executable, "-c", "import ifdiscover; print(ifdiscover.snapshot())"]).stdout
    file = tmp_path / "host.json"
    file.write_text(text)
    host = replay(file)
    assert (str(host.source(4)), str(host.source(6))) == ("198.51.100.10", "2001:db8:1::10")
    assert str(host.default_route(6)) == "Route(default IPv6 by 2001:db8:1::1 on 'eth1')"
    assert json.loads(text)["sources"] == [
        {"family": "ipv4", "address": "198.51.100.10"},
        {"family": "ipv6", "address": "2001:db8:1::10"},
    ]
    assert snapshot(host).strip() == text.strip()


def test_what_was_not_looked_at_is_an_error_that_says_so() -> None:
    """A bare reading looks at no routes."""
    host = discover()
    assert (host.routes, host.packed_sources) == (None, None)
    for ask in (host.source, host.default_route, host.stable_address):
        with pytest.raises(BlindError, match=r"call discover\(routes=True\)"):
            ask(4)


@pytest.mark.parametrize("family", [0, 5, "4", socket.AF_INET6])
def test_a_family_is_4_or_6(family: Any) -> None:
    """And not the system's number for one, which differs."""
    host = discover(routes=True)
    for ask in (host.source, host.default_route, host.stable_address, lambda family: source(family=family)):
        with pytest.raises(ValueError, match=f"family is 4 or 6, and not {family!r}"):
            ask(family)


def test_a_family_is_that_of_the_address() -> None:
    """If both are given."""
    assert source("127.0.0.1", family=4) == source(ipaddress.ip_address("127.0.0.1")) == source("127.0.0.1")
    with pytest.raises(ValueError, match="::1 is no IPv4 address"):
        source("::1", family=4)


def test_a_destination_is_an_address() -> None:
    """No name, which would have to be looked up; a link-local one has its zone."""
    with pytest.raises(AddressTextError, match='"localhost" is not an address'):
        source("localhost")
    with pytest.raises(AddressTextError, match="fe80::1 is on each link; add the interface of the one that is meant"):
        source("fe80::1")
    with pytest.raises(TypeError, match="netns is a text"):
        source(netns=5)  # type: ignore[arg-type]  # that is the test


@pytest.mark.parametrize("index", ["0", "00", "2147483648", "4294967297", "9" * 5000])
def test_a_zone_is_no_number_that_no_interface_can_have(index: str) -> None:
    """It is not cut to the bits that the kernel looks at, which may be another interface's."""
    with pytest.raises(UnknownInterfaceError, match=f"no interface has the index {index[:20]}: an index is positive"):
        source(f"fe80::1%{index}")


@pytest.mark.parametrize("zone", ["\ud800", "lo\0", "\xe9"])
def test_a_zone_that_cannot_be_a_name_is_no_interfaces(zone: str) -> None:
    """Whatever the text."""
    with pytest.raises(UnknownInterfaceError, match="no interface is called"):
        source(f"fe80::1%{zone}")


@pytest.mark.parametrize(("zeros", "own"), [("0.0.0.0", "127.0.0.1"), ("::", "::1")])
def test_an_address_of_zeros_is_the_host_itself(zeros: str, own: str) -> None:
    """As it is to connect(2), which is asked beside it."""
    family = socket.AF_INET6 if ":" in zeros else socket.AF_INET
    assert str(source(zeros)) == own
    assert connected.read_source(family, socket.inet_pton(family, zeros)) == socket.inet_pton(family, own)


@pytest.mark.parametrize("error", [NotPermittedError("rtnetlink: no"), DiscoveryError("rtnetlink: what?")])
def test_without_netlink_a_connected_socket_tells_the_source(
    error: DiscoveryError, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As under seccomp. Of routes it tells nothing, and a warning says why."""
    before = {family: source(family=family) for family in (4, 6)}

    def refuse(*_anything: object, **_named: object) -> None:
        raise error

    monkeypatch.setattr(routes, "Questions", refuse)
    host = discover(routes=True)
    assert {family: source(family=family) for family in (4, 6)} == before
    assert {family: host.source(family) for family in (4, 6)} == before
    assert (host.routes, "routes" in host.blind_to) == (None, True)
    assert host.warnings[-1] == f"routes are not told: {error}"
    with pytest.raises(BlindError, match="asked for its sources alone"):
        host.default_route(4)


def test_what_stays_is_known_of_the_source_alone(namespace: Namespace) -> None:
    """It is an address of the interface that has the source."""
    need(None if namespace.as_root else "a namespace has a name only if root makes it")
    namespace.build(ROUTE_SHAPES["temporary beside static"].steps)
    host = discover(netns=namespace.name, routes=True)
    ends = time.monotonic() + 10
    while host.source(6) is None and time.monotonic() < ends:  # a busy machine needs a moment for a new link
        time.sleep(0.1)
        host = discover(netns=namespace.name, routes=True)
    blind = host._replace(routes=None)
    assert str(blind.stable_address(6).address) == "2001:db8::10"
    assert "by which packets leave" in blind.stable_address(6).reason


def test_a_socket_is_connected_on_other_systems(monkeypatch: pytest.MonkeyPatch) -> None:
    """And netlink is not looked for."""
    before, host = source(family=4), discover()
    monkeypatch.setattr(sys, "platform", "freebsd14")
    monkeypatch.setattr(routes, "Questions", None)
    found = routing.with_routes(host)
    assert (source(family=4), found.source(4), found.routes, found.warnings) == (before, before, None, ())
