"""Ansible itself: what it gathers of a host made here is what the kernel tells, and Postfix trusts nobody more.

Without Ansible these tests skip; ``support.ansible`` says how to get it.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from support import ansible
from support.namespaces import ROOT
from support.shapes import SHAPES

from ifdiscover import mynetworks, replay, snapshot
from ifdiscover._backends.recorded.replay import decode
from ifdiscover._differences.backends import compare
from ifdiscover.errors import NoActiveInterfaceError, RecordingError

if TYPE_CHECKING:
    from pathlib import Path

    from support.namespaces import Namespace

    from ifdiscover.model import Host

FACTS = ROOT / "fixtures" / "recorded" / "facts" / "ansible"
IFCONFIG = ROOT / "fixtures" / "recorded" / "ifconfig"

RELAY = [
    "link set lo up",
    "link add eth0 type ifb",
    "link set eth0 up",
    "addr add 192.0.2.10/24 brd + dev eth0",
    "addr add 192.0.2.11/24 brd + dev eth0 label eth0:web",
    "addr add 203.0.113.20/28 dev eth0 label eth0:lan",
    "addr add 2001:db8::10/64 dev eth0",
    "link add eth1 type ifb",
    "addr add 198.51.100.10/24 dev eth1",
    "addr add 2001:db8:1::10/64 dev eth1",
    "link add br-lan.5 type bridge",
    "link set br-lan.5 up",
    "addr add 198.18.0.1/15 dev br-lan.5",
    "link add v0 type veth peer name v1",
    "link set v0 up",
    "addr add 198.51.100.129/25 dev v0",
    "link add ppp0 type ifb",
    "link set ppp0 up",
    "addr add 10.9.0.1 peer 10.9.0.2/24 dev ppp0",
    "addr add fd00::1 peer fd00::2/120 dev ppp0",
]


def trusted(host: Host) -> dict[object, set[str]]:
    """The networks of style subnet, and the interfaces that each is of."""
    try:
        networks = mynetworks(host, style="subnet")
    except NoActiveInterfaceError:
        return {}
    return {each.network: {address.interface.name for address in each.sources} for each in networks}


def kernels(namespace: Namespace) -> Host:
    """The host as backend rtnetlink reads it."""
    return decode(namespace.ifdiscover("snapshot", "--backend", "rtnetlink").stdout.encode())


def assert_agree(facts: Host, kernel: Host) -> None:
    """See that facts say nothing else than the kernel, and that no network of theirs is wider."""
    _rows, differences = compare([kernel, facts])
    assert not differences
    state = {interface.name: interface.is_up for interface in kernel.interfaces}
    assert all(interface.is_up in (state[interface.name], None) for interface in facts.interfaces)
    for network in trusted(facts):
        assert any(
            network.version == its.version and network.subnet_of(its)  # type: ignore[attr-defined]  # both are networks
            for its in trusted(kernel)
        )
    # What is missing is of an interface that is left out by name, or of an address whose length has gone with its peer.
    unknown = {interface.name for interface in facts.interfaces if interface.is_up is None}
    with_peer = {address.interface.name for address in kernel.addresses if address.packed_peer}
    assert all(network in trusted(facts) or names <= unknown | with_peer for network, names in trusted(kernel).items())


def test_a_run_of_ansible_agrees_with_the_kernel(namespace: Namespace, tmp_path: Path) -> None:
    """What it prints, on many lines and on one, and what it caches."""
    namespace.build(RELAY)
    cache = tmp_path / "cache"
    printed = ansible.setup(namespace, tmp_path, cache=cache)
    on_one_line = ansible.setup(namespace, tmp_path, "-o")
    kernel = kernels(namespace)
    (cached,) = cache.iterdir()
    hosts = [decode(printed.encode()), decode(on_one_line.encode()), replay(cached)]
    for host in hosts:
        assert host.backend == "ansible"
        assert_agree(host, kernel)
        assert {interface.name for interface in host.interfaces} == {interface.name for interface in kernel.interfaces}
        assert sorted(map(str, host.addresses)) == sorted(map(str, kernel.addresses))
        assert host.warnings == ()
        names = {warning.partition(":")[0] for warning in mynetworks(host).warnings}
        assert names == {"eth1"}
        assert decode(snapshot(host).encode()) == host
    assert trusted(kernel)


@pytest.mark.parametrize("shape", SHAPES)
def test_what_ansible_gathers_of_any_shape_of_host_agrees_with_the_kernel(namespace: Namespace, shape: str) -> None:
    """By its classes for Linux; of a name or label that it cannot read its facts tell less, and a warning more."""
    ansible.ansible()
    namespace.build(SHAPES[shape].steps)
    facts, kernel = decode(ansible.collected(namespace)), kernels(namespace)
    if facts.warnings:
        names = " ".join(facts.warnings)
        lost = {str(address) for address in kernel.addresses} - {str(address) for address in facts.addresses}
        assert all(address in names for address in lost)
        told = {(a.interface.name, a.packed, a.prefixlen) for a in kernel.addresses}
        assert {(a.interface.name, a.packed, a.prefixlen) for a in facts.addresses} <= told
        assert set(trusted(facts)) <= set(trusted(kernel))
    else:
        assert_agree(facts, kernel)


@pytest.mark.parametrize(
    ("system", "name"),
    [
        ("FreeBSD", "freebsd"),
        ("DragonFly", "dragonfly"),
        ("Darwin", "macos"),
        ("NetBSD", "netbsd"),
        ("NetBSD", "netbsd-old"),
        ("OpenBSD", "openbsd"),
    ],
)
def test_the_facts_in_fixtures_are_those_that_ansible_makes(system: str, name: str) -> None:
    """Of the same texts of ifconfig."""
    made = ansible.read_ifconfig(system, (IFCONFIG / f"{name}.txt").read_text())
    assert json.loads(made) == json.loads((FACTS / f"{name}.json").read_text())


@pytest.mark.parametrize(
    ("system", "name", "message"),
    [
        ("SunOS", "illumos-zone", "as on Solaris and illumos; run there: ifconfig -a"),
        ("AIX", "aix", "must be no flag of AIX"),
    ],
)
def test_facts_of_a_system_whose_postfix_goes_by_more_are_refused(system: str, name: str, message: str) -> None:
    """Zones, flags of a family, assumed netmasks. Without the system's name they are not taken for a BSD's."""
    made = json.loads(ansible.read_ifconfig(system, (IFCONFIG / f"{name}.txt").read_text()))
    with pytest.raises(RecordingError, match="ansible_system: must be one of"):
        decode(json.dumps(made).encode())
    del made["ansible_facts"]["ansible_system"]
    with pytest.raises(RecordingError, match=message):
        decode(json.dumps(made).encode())
