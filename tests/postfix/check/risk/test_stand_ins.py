"""Gateways, bridges and proxies that a list trusts: which a host shows, and their neighbours that it does not."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING

import pytest
from support.made import address, host
from support.namespaces import ROOT
from support.program import in_process

from ifdiscover import check, replay
from ifdiscover.model import Interface, NextHop, Route

if TYPE_CHECKING:
    from pathlib import Path

    from ifdiscover._postfix.syntax.findings import Finding
    from ifdiscover.model import Address, Host

SET = {"compatibility_level": "3.6", "myhostname": "mail.example.com", "inet_protocols": "ipv4"}
LO = Interface("lo", 1, 0x49)
LOOPBACK = address("127.0.0.1", "255.0.0.0")._replace(interface=LO)
MASKS = {8: "255.0.0.0", 16: "255.255.0.0", 20: "255.255.240.0", 24: "255.255.255.0", 32: "255.255.255.255"}


def link(name: str, kind: str | None = None, master: str | None = None, index: int = 2) -> Interface:
    """An interface that is up."""
    return Interface(name, index, 0x1043, kind=kind, master=master)


def on(interface: Interface, cidr: str) -> Address:
    """An address on an interface."""
    text, _, length = cidr.partition("/")
    mask = MASKS[int(length)] if ":" not in text else "ffff:ffff:ffff:ffff::"
    return address(text, mask)._replace(interface=interface)


def by(gateway: str | None, interface: str, *, is_default: bool = True) -> Route:
    """A default route."""
    family = socket.AF_INET6 if gateway and ":" in gateway else socket.AF_INET
    packed = None if gateway is None else socket.inet_pton(family, gateway)
    return Route(family, (NextHop(packed, interface),), is_default)


def container(cidr: str = "172.18.0.5/16", gateway: str = "172.18.0.1", kind: str | None = "veth") -> Host:
    """A host with one link, and a default route by it."""
    return host(LOOPBACK, on(link("eth0", kind), cidr), routes=(by(gateway, "eth0"),))


def docker_host(*ports: Interface, bridge: str = "br0", kind: str | None = "bridge", routes: str = "eth0") -> Host:
    """A host with a public address, and a bridge with these ports."""
    made = host(LOOPBACK, on(link("eth0"), "203.0.113.7/24"), on(link(bridge, kind, index=3), "10.30.0.1/24"))
    return made._replace(interfaces=(*made.interfaces, *ports), routes=(by("203.0.113.1", routes),))


def trusting(on_host: Host, text: str | None = None, **more: str) -> list[Finding]:
    """What is found of this kind on a host if mynetworks is this text; None: it is not set."""
    overrides = {**SET, **more} if text is None else {**SET, "mynetworks": text, **more}
    return [found for found in check(on_host, overrides=overrides) if found.kind.startswith("trusted-")]


def brief(found: list[Finding]) -> list[tuple[str, str, str]]:
    """Kind, severity and element of each."""
    return [(one.kind.removeprefix("trusted-"), one.severity, one.element) for one in found]


PORT = link("veth1", "veth", "br0", index=4)


@pytest.mark.parametrize(
    ("text", "suggestion"),
    [
        ("172.18.0.0/16", "!172.18.0.1 172.18.0.0/16"),
        ("10.0.0.0/8 172.16.0.0/12", "!172.18.0.1 172.16.0.0/12"),
        ("inline:{172.18.0.1=x}", "!172.18.0.1 inline:{172.18.0.1=x}"),
        ("172.18.0.1", "take it out, unless everybody who comes by it may relay"),
        ("172.18.0.1/32", "take it out, unless everybody who comes by it may relay"),
        ("$docker_networks", "!172.18.0.1 172.16.0.0/12"),
    ],
)
def test_a_containers_gateway_that_is_trusted_is_medium(text: str, suggestion: str) -> None:
    """With what to write in the place of the element that trusts it."""
    (found,) = trusting(container(), text, docker_networks="172.16.0.0/12")
    assert (found.kind, found.severity, found.suggestion) == ("trusted-gateway", "medium", suggestion)
    assert "172.18.0.1 is the default gateway on eth0, a veth" in found.remark


@pytest.mark.parametrize(
    "text",
    [
        "!172.18.0.1 172.18.0.0/16",
        "172.18.0.5",
        "10.0.0.0/8",
        "!0.0.0.0/0 172.18.0.0/16",
        "hash:/nonexistent 172.18.0.0/16",
    ],
)
def test_a_containers_gateway_that_is_not_trusted_is_nothing(text: str) -> None:
    """The first element that matches it decides, as for any client."""
    assert trusting(container(), text) == []


def test_a_list_that_trusts_everybody_is_another_finding() -> None:
    """And one with which smtpd does not start, too."""
    assert trusting(container(), "0.0.0.0/0") == []
    assert trusting(container(), "! 172.18.0.0/16") == []


def test_a_computed_list_trusts_the_gateway_in_each_style_but_host() -> None:
    """So that style is what to write."""
    for style in ("subnet", "class"):
        (found, proxy) = trusting(container(), mynetworks_style=style)
        assert (found.severity, found.suggestion) == ("medium", "mynetworks_style = host")
        assert (proxy.kind, proxy.severity) == ("trusted-proxy", "info")
    assert brief(trusting(container())) == [("proxy", "info", "127.0.0.1/32")]


def test_in_a_list_file_the_place_is_the_files(tmp_path: Path) -> None:
    """The suggestion is the line to write there."""
    listed = tmp_path / "networks"
    listed.write_text("10.0.0.0/8\n172.18.0.0/16\n")
    (found,) = trusting(container(), str(listed))
    assert (found.place.file, found.place.line) == (str(listed), 2)
    assert found.suggestion == "!172.18.0.1 172.18.0.0/16"
    listed.write_text("!172.18.0.0/16\n")
    (found,) = trusting(container(), f"!{listed}")
    assert found.suggestion == "take it out, unless everybody who comes by it may relay"


def test_an_ipv6_gateway_stands_for_others_too() -> None:
    """In brackets."""
    made = host(LOOPBACK, on(link("eth0", "veth"), "fd00:30::5/64"), routes=(by("fd00:30::1", "eth0"),))
    (found,) = trusting(made, "[fd00:30::]/64", inet_protocols="all")
    assert (found.severity, found.suggestion) == ("medium", "![fd00:30::1] [fd00:30::]/64")


@pytest.mark.parametrize(
    "made",
    [
        container("192.168.1.5/24", "192.168.1.1", kind=None),  # a virtual or real machine behind a router
        container("10.1.2.5/24", "10.1.2.1", kind=None),
        container("172.31.0.5/20", "172.31.0.1", kind=None),
        container("10.1.2.5/24", "10.1.2.1", kind="macvlan"),  # on the LAN itself
        container("10.1.2.5/24", "10.1.2.1", kind="bridge"),
        container("203.0.113.5/24", "203.0.113.1"),  # a public gateway is a provider's router
        container("10.244.1.5/32", "169.254.1.1"),  # Calico's, which no client has
        container("10.244.1.5/32", "10.244.1.1"),
        container("10.1.2.5/24", "fe80::1"),  # RFC 8950
        container()._replace(routes=None),
        container()._replace(routes=()),
        container()._replace(routes=(by(None, "eth0"), by("172.18.0.1", "gone0"))),
        container("172.18.0.1/16"),  # its own address
    ],
)
def test_another_gateway_in_a_network_that_is_trusted_is_nothing(made: Host) -> None:
    """Nearly every relay of a LAN trusts its router with the LAN, and few routers masquerade what comes in."""
    wide = "10.0.0.0/8 172.16.0.0/12 192.168.0.0/16 203.0.113.0/24 169.254.0.0/16"
    assert [one for one in trusting(made, wide) if one.kind == "trusted-gateway"] == []


def test_a_lans_router_that_is_named_alone_is_info() -> None:
    """Somebody saw clients come from it, and wanted them in."""
    lan = container("192.168.1.5/24", "192.168.1.1", kind=None)
    assert brief(trusting(lan, "192.168.1.1")) == [("gateway", "info", "192.168.1.1")]


@pytest.mark.parametrize("cidr", ["192.168.1.5/24", "192.168.122.5/24"])
def test_a_veth_in_a_network_such_as_lans_have_is_info(cidr: str) -> None:
    """The bridge at its other end can be part of the LAN. Docker's networks in 192.168.0.0/16 are /20."""
    gateway = cidr.replace("5/24", "1")
    assert brief(trusting(container(cidr, gateway), "192.168.0.0/16")) == [("gateway", "info", "192.168.0.0/16")]
    assert brief(trusting(container("192.168.16.5/20", "192.168.16.1"), "192.168.0.0/16"))[0][1] == "medium"


def test_without_kinds_only_the_number_says_that_it_is_a_container() -> None:
    """So it is info, and of other networks nothing."""
    for cidr, expected in (("172.17.0.2/16", 1), ("10.88.0.9/16", 1), ("10.0.3.7/24", 1), ("10.1.2.3/24", 0)):
        blind = container(cidr, cidr.rpartition(".")[0] + ".1", None)._replace(blind_to=("interface kinds", "masters"))
        assert (
            brief(trusting(blind, "10.0.0.0/8 172.16.0.0/12"))
            == [("gateway", "info", "172.16.0.0/12" if cidr.startswith("172") else "10.0.0.0/8")][:expected]
        )


def test_a_user_mode_network_is_known_by_its_numbers() -> None:
    """QEMU's and VirtualBox's clients come from 10.0.2.2, those of a container without root from 10.0.2.100."""
    machine = container("10.0.2.15/24", "10.0.2.2", kind=None)
    assert brief(trusting(machine, "127.0.0.0/8 10.0.2.0/24")) == [("gateway", "info", "10.0.2.0/24")]
    rootless = container("10.0.2.100/24", "10.0.2.2", kind="tun")
    assert [one[:2] for one in brief(trusting(rootless))] == [("proxy", "info")]
    assert "10.0.2.100" in trusting(rootless)[0].remark


@pytest.mark.parametrize("text", ["127.0.0.0/8", "127.0.0.0/8 [::ffff:127.0.0.0]/104 [::1]/128", None])
def test_stock_lists_in_a_container_draw_one_info(text: str | None) -> None:
    """A proxy in the container connects from 127.0.0.1; nobody can see from outside of it that there is one."""
    found = trusting(container(), text)
    assert [one[:2] for one in brief(found)] == [("proxy", "info")]
    assert trusting(container("192.168.1.5/24", "192.168.1.1", kind=None), text) == []
    assert trusting(docker_host(), text) == []


def test_a_bridge_of_containers_is_info_on_the_host_that_has_it() -> None:
    """One finding for what style host trusts, and one for each element of a list that is set."""
    made = docker_host(PORT)
    (found,) = trusting(made)
    assert (found.kind, found.severity, found.element) == ("trusted-bridge", "info", "10.30.0.1/32")
    assert "10.30.0.1 is this host's own on br0, a bridge of containers or virtual machines" in found.remark
    assert brief(trusting(made, "127.0.0.0/8 10.0.0.0/8")) == [("bridge", "info", "10.0.0.0/8")]
    assert trusting(made, "127.0.0.0/8 !10.30.0.1 10.0.0.0/8") == []


@pytest.mark.parametrize(
    "made",
    [
        docker_host(),  # no ports
        docker_host(PORT, link("eth1", None, "br0", index=5)),  # a port to the outside: the LAN's own bridge
        docker_host(PORT, link("bond0", "bond", "br0", index=5)),
        docker_host(PORT, kind="bond"),
        docker_host(PORT, routes="br0"),  # the default route leaves by it
        docker_host(link("dummy1", "dummy", "br0", index=5)),
    ],
)
def test_another_bridge_is_nothing(made: Host) -> None:
    """It is the host's own network, of which it is not the gateway."""
    assert trusting(made, "10.0.0.0/8") == []


@pytest.mark.parametrize(
    ("name", "is_known"),
    [
        ("docker0", True),
        ("br-0a1b2c3d4e5f", True),
        ("virbr0", True),
        ("lxcbr0", True),
        ("incusbr0", True),
        ("cni0", True),
        ("podman1", True),
        ("br-lan", False),
        ("br-0a1b2c3d4e5g", False),
        ("br0", False),
        ("dockerx", False),
    ],
)
def test_by_name_alone_a_bridge_is_info(name: str, is_known: bool) -> None:
    """As where the backend tells neither kinds nor masters."""
    blind = docker_host(bridge=name, kind=None)._replace(blind_to=("interface kinds", "masters"), routes=None)
    expected = [("bridge", "info", "10.0.0.0/8")] if is_known else []
    assert brief(trusting(blind, "10.0.0.0/8")) == expected


def test_ports_named_as_guests_are_make_a_bridge_where_kinds_are_unknown() -> None:
    """``ip addr`` tells masters and no kinds."""
    for port, expected in (("veth9", 1), ("vnet0", 1), ("eth1", 0)):
        made = docker_host(link(port, None, "br0", index=4), kind=None)._replace(blind_to=("interface kinds",))
        assert len(trusting(made, "10.0.0.0/8")) == expected


def test_many_bridges_are_one_finding_that_names_a_few() -> None:
    """A host of many containers has a bridge for each group of them."""
    bridges = [
        on(link(f"br-{number:012x}", "bridge", index=10 + number), f"172.{number}.0.1/16") for number in range(16, 30)
    ]
    (found,) = trusting(host(LOOPBACK, *bridges), "172.16.0.0/12")
    assert found.remark.count("is this host's own on") == 1
    assert "172.20.0.1" in found.remark
    assert "172.21.0.1" not in found.remark
    assert found.remark.endswith(" and 9 more")


def test_recorded_hosts_are_judged_by_what_they_tell() -> None:
    """The mail server's docker0 has a container; its own network for backups is no bridge's."""
    recorded = replay(str(ROOT / "fixtures/hosts/docker-mail-host/snapshot.json"))
    (found,) = trusting(recorded, mynetworks_style="subnet")
    assert (found.kind, found.severity, found.element) == ("trusted-bridge", "info", "172.17.0.0/16")
    for name in ("cloud-vm", "mail-relay", "router-point-to-point", "vpn-laptop"):
        assert trusting(replay(str(ROOT / f"fixtures/hosts/{name}/snapshot.json")), mynetworks_style="subnet") == []


def said(monkeypatch: pytest.MonkeyPatch, made: Host, *arguments: str) -> tuple[str, list[str]]:
    """What match writes to standard error on a host, and what the host was asked for."""
    asked: list[str] = []

    def fake_discover(*_given: object, **_wanted: object) -> Host:
        asked.append("host")
        return made._replace(routes=None)

    def fake_routes(_host: Host, _netns: str | None = None) -> Host:
        asked.append("routes")
        return made

    monkeypatch.setattr("ifdiscover._cli.host.discover", fake_discover)
    monkeypatch.setattr("ifdiscover._backends.routing.with_routes", fake_routes)
    return in_process("match", "-q", *arguments)[2], asked


TRUSTED = ("-o", "mynetworks=127.0.0.0/8 172.16.0.0/12 10.0.0.0/8")


def test_match_says_what_trusting_and_refusing_a_gateway_mean(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a LAN's router too, since it was asked for; with routes only if they can change the answer."""
    error, asked = said(monkeypatch, container(), *TRUSTED, "172.18.0.1", "::ffff:172.18.0.1", "172.18.0.9")
    assert error.count("\n") == 1
    assert "To trust it lets all of them relay; to refuse it refuses all of them" in error
    assert asked == ["host", "routes"]
    lan = container("192.168.1.5/24", "192.168.1.1", kind=None)
    assert "192.168.1.1 is the default gateway, on eth0;" in said(monkeypatch, lan, *TRUSTED, "192.168.1.1")[0]
    assert "127.0.0.1 is a loopback address of what seems" in said(monkeypatch, container(), *TRUSTED, "127.0.0.1")[0]
    assert "10.30.0.1 is this host's own on br0" in said(monkeypatch, docker_host(PORT), *TRUSTED, "10.30.0.1")[0]


def test_match_reads_no_host_and_no_routes_that_the_answer_does_not_need(monkeypatch: pytest.MonkeyPatch) -> None:
    """A list of the command line is not this host's, and a public client no gateway of containers."""
    lan = container("192.168.1.5/24", "192.168.1.1", kind=None)
    for made, arguments, expected in (
        (container(), ("--mynetworks", "10.0.0.0/8", "172.18.0.1"), []),
        (container(), (*TRUSTED, "203.0.113.9", "2001:db8::9", "no-address"), []),
        (container(), (*TRUSTED, "172.19.0.1"), ["host"]),
        (lan, (*TRUSTED, "127.0.0.1"), ["host"]),
        (docker_host(PORT), (*TRUSTED, "10.30.0.1"), ["host"]),
    ):
        assert said(monkeypatch, made, *arguments)[1] == expected


def test_match_answers_where_the_host_cannot_be_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """The list alone decides."""
    monkeypatch.setenv("IFDISCOVER_BACKEND", "replay")
    status, _out, err = in_process("match", "-q", *TRUSTED, "172.18.0.1")
    assert (status, err) == (0, "")
