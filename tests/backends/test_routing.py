"""Routes and sources: what the kernel itself says, in namespaces whose routes differ."""

from __future__ import annotations

import ipaddress
import json
import socket
import sys
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st
from support.namespaces import Namespace, why_no_namespaces
from support.need import need
from support.route_shapes import ELSEWHERE, ETH0, LO, PLAIN, ROUTE_SHAPES, link

import ifdiscover
from ifdiscover import discover, source
from ifdiscover._backends import routing
from ifdiscover._backends.netlink import routes
from ifdiscover.errors import DiscoveryError, UnknownInterfaceError

if TYPE_CHECKING:
    from collections.abc import Iterator

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
    return {} if done.returncode else json.loads(done.stdout)[0]  # type: ignore[no-any-return]  # JSON


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
    code = (
        "import ifdiscover; from ifdiscover._backends.netlink import routes; asked = []; ask = routes.Questions.route\n"
        "routes.Questions.route = lambda self, to, **more: (asked.append(more.get('interface')), ask(self, to, **more))[1]\n"
        "ifdiscover.discover(routes=True); print(sorted(filter(None, asked)))"
    )
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
    code = (
        "import ifdiscover; bare = ifdiscover.discover(BACKEND); host = ifdiscover.discover(BACKEND, routes=True)\n"
        "print(bare.routes, 'routes' in bare.blind_to, host.source(4), host.default_route(6), 'routes' in host.blind_to)"
    ).replace("BACKEND", repr(backend))
    need(discover_reason(backend))
    expected = "None True 192.0.2.10 Route(default IPv6 by 2001:db8::1 on 'eth0') False\n"
    assert namespace.run([sys.executable, "-c", code]).stdout == expected


def discover_reason(backend: str) -> str | None:
    """Why a backend cannot be used here."""
    try:
        ifdiscover.discovery.load(backend)  # type: ignore[attr-defined]  # a module, imported by discover()
    except DiscoveryError as error:
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
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
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
    far = [str(ipaddress.ip_address(packed)) for packed in routes.FAR[routing.FAMILIES[family]]]
    truth = {to: route_get(made, to) for to in (*far, *ELSEWHERE[family])}
    for to, answer in truth.items():
        found = source(to, netns=made.name)
        assert str(found) == str(answer.get("prefsrc")), (to, steps)
    host = discover(netns=made.name, routes=True)
    possible = {str(truth[to].get("prefsrc")) for to in far if truth[to]} or {"None"}
    assert str(host.source(family)) in possible, steps
    whole = {to: route_get(made, to, "fibmatch") for to in far}
    defaults = [hops_of(answer) for answer in whole.values() if answer.get("dst") == "default"]
    default = host.default_route(family)
    if defaults:
        assert default is not None
        hops = sorted(
            [hop.interface_name, None if hop.gateway is None else str(hop.gateway)] for hop in default.next_hops
        )
        assert hops in defaults, steps
        assert str(host.source(family)) in {
            str(truth[to].get("prefsrc")) for to in far if whole[to].get("dst") == "default"
        }


def test_a_snapshot_keeps_routes_and_sources(namespace: Namespace) -> None:
    """And a look at what is recorded asks nobody."""
    namespace.build(ROUTE_SHAPES["two defaults with metrics"].steps)
    text = namespace.ifdiscover("snapshot").stdout
    document = json.loads(text)
    assert document["sources"] == [
        {"family": "ipv4", "address": "198.51.100.10"},
        {"family": "ipv6", "address": "2001:db8:1::10"},
    ]
