"""Parity with the real Postfix, in network namespaces: the same bytes, or the same sentence of failure."""

from __future__ import annotations

import ipaddress
import json

import pytest
from hypothesis import HealthCheck, given, settings
from support.examples import examples
from support.namespaces import Namespace, why_no_namespaces
from support.need import need
from support.postfix.parity import STYLES, Case, cases_for, disagreements
from support.random_namespaces import steps_of_hosts
from support.shapes import SHAPES

pytestmark = [pytest.mark.netns, pytest.mark.usefixtures("postconf")]

BLANKS = (" all ", "all\t", "all\n", " loopback-only", " 127.0.0.1 ", "\v127.0.0.1\f")
ODD_STYLES = (" subnet ", "", "Subnet", "subnet subnet", "subnet,host", "subnet\thost", "none")
ODD_PROTOCOLS = (" ipv4\n", "", ",", "IPv4", "ipv4 ipv5", "ipv4,,all", "ipv4\tipv6", "any")


@pytest.mark.parametrize("name", SHAPES)
def test_mynetworks_is_postconfs_line(name: str, namespace: Namespace) -> None:
    """For every style, protocol and interface setting, mynetworks is what postconf prints on that host."""
    namespace.build(SHAPES[name].steps)
    assert disagreements(namespace, cases_for(SHAPES[name].names)) == []


def test_there_are_enough_shapes() -> None:
    """At least forty shapes of host are compared with postconf."""
    assert len(SHAPES) >= 40


@pytest.mark.parametrize("name", SHAPES)
def test_addresses_are_the_kernels_in_its_order(name: str, namespace: Namespace) -> None:
    """All IPv4 addresses of interfaces that are up, then all IPv6, each in the order in which ip(8) has them."""
    namespace.build(SHAPES[name].steps)
    found = json.loads(namespace.run(["ip", "-j", "addr"]).stdout)
    expected = [
        f"{ipaddress.ip_address(address['local'])}/{address['prefixlen']}"
        for family in ("inet", "inet6")
        for link in found
        if "UP" in link["flags"]
        for address in link["addr_info"]
        if address["family"] == family
    ]
    done = namespace.ifdiscover("addresses", "--format=cidr", check=False)
    lines = [
        f"{ipaddress.ip_address(address)}/{length}"
        for address, _, length in (line.partition("/") for line in done.stdout.splitlines())
    ]
    assert lines == expected
    assert done.returncode == (0 if expected else 69)


def test_odd_values_fail_as_in_postfix(namespace: Namespace) -> None:
    """Values of mynetworks_style and inet_protocols are read as Postfix reads them, and refused in its words."""
    namespace.build(SHAPES["one address of each family"].steps)
    cases = [Case(style, "all", protocols) for style in ("subnet", *ODD_STYLES) for protocols in ("all", "ipv4", "")]
    cases += [Case("host", "all", protocols) for protocols in ODD_PROTOCOLS]
    cases += [Case("nonsense", "no.such.host.invalid", protocols) for protocols in ("", "all")]
    cases += [Case("host", interfaces, "all") for interfaces in BLANKS]
    assert disagreements(namespace, cases) == []


def test_host_names_resolve_as_in_postfix() -> None:
    """Host names in inet_interfaces go through the system's resolver, all their addresses count and must be local."""
    need(why_no_namespaces())
    hosts = (
        "127.0.0.1 localhost\n::1 localhost six\n10.0.0.9 both one\n10.0.0.10 both\n2001:db8::9 both\n"
        "10.0.0.9 half\n198.51.100.1 half\n::1 sixonly\n"
    )
    with Namespace(hosts) as made:
        if not made.as_root:
            need("a hosts file of the namespace's own needs root")
        made.build(SHAPES["one address of each family"].steps)
        made.build(
            ["addr add 10.0.0.9/24 dev eth0", "addr add 10.0.0.10/24 dev eth0", "addr add 2001:db8::9/64 dev eth0"]
        )
        names = ["both", "BOTH", "one", "half", "sixonly", "localhost.", "six", "both 192.0.2.10", "one both", "[one]"]
        names += ["::ffff:10.0.0.9", "xn--nonsense", "n\u00efx"]
        assert disagreements(made, cases_for(names)) == []


@settings(max_examples=examples(20), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=steps_of_hosts())
def test_any_host_agrees_with_postconf(steps: list[str]) -> None:
    """Whatever interfaces and addresses a host has, mynetworks is postconf's."""
    need(why_no_namespaces())
    with Namespace() as made:
        made.build(steps)
        cases = [Case(s, i, p) for s in STYLES for i in ("all", "loopback-only") for p in ("all", "ipv4", "ipv6")]
        assert disagreements(made, cases) == []
