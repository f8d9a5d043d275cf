"""What is no facts of one host is refused by name, with a remedy; damaged facts are a host or an error."""

from __future__ import annotations

import contextlib
import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, strategies as st
from support.ansible_facts import ANSIBLE, ETH0, FOLDER, facts, ipv4, is_within, read

from ifdiscover import snapshot
from ifdiscover._backends.recorded.facts.programs import PROGRAMS
from ifdiscover._backends.recorded.replay import decode
from ifdiscover.errors import NoActiveInterfaceError, RecordingError

if TYPE_CHECKING:
    from pathlib import Path

OTHERS = sorted((FOLDER / "others").iterdir())


def refusal(data: bytes) -> str:
    """What is said of a recording that is none."""
    with pytest.raises(RecordingError) as raised:
        decode(data)
    assert raised.value.status == 65
    return str(raised.value)


def changed(**more: Any) -> bytes:
    """Facts of one interface, something in it another."""
    return facts({**ETH0, **more})


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (changed(active="yes"), 'ansible_facts.ansible_eth0.active: must be true or false, not "yes"'),
        (changed(active=1), "ansible_eth0.active: must be true or false, not 1"),
        (changed(active=True, flags=["UP"]), "active: must not be there beside flags"),
        (changed(active=None, flags="UP"), "flags: must be a list"),
        (changed(active=None, flags=[1]), "flags[0]: must be a string"),
        (changed(active=None, flags=["UP", "64BIT"]), "flags[1]: must be no flag of AIX; run there: LC_ALL=C ifconfig"),
        (changed(mtu=-1), "mtu: must be a whole number"),
        (changed(mtu="1e3"), "mtu: must be a whole number"),
        (changed(mtu="99999999999"), "mtu: must be a whole number"),
        (changed(mtu="00000001500"), "mtu: must be a whole number"),
        (changed(mtu="0000001500"), None),
        (changed(mtu="4294967295"), None),
        (changed(macaddress="02:00"), None),
        (changed(macaddress="02-00"), "macaddress: must be bytes in hexadecimal"),
        (changed(ipv4="192.0.2.10"), "ipv4: must be an object"),
        (changed(ipv4={}), "ipv4.address: must be a string, not null"),
        (changed(ipv4=ipv4("192.0.2.256")), 'ipv4.address: must be an IPv4 address, not "192.0.2.256"'),
        (changed(ipv4=ipv4("192.0.2.010")), "ipv4.address: must be an IPv4 address"),
        (changed(ipv4=ipv4("192.0.2.1/24")), "ipv4.address: must be an IPv4 address"),
        (changed(ipv4=ipv4("::1")), "ipv4.address: must be an IPv4 address"),
        (changed(ipv4=ipv4(netmask="")), "ipv4.netmask: must be an IPv4 address"),
        (changed(ipv4={"address": "192.0.2.1"}), "ipv4.netmask: must be a string, not null"),
        (changed(ipv4=ipv4(prefix="8")), "ipv4.prefix: must be the length of netmask 255.255.255.0"),
        (changed(ipv4=ipv4(prefix="25")), "ipv4.prefix: must be the length of netmask 255.255.255.0"),
        (changed(ipv4=ipv4(prefix="33")), "ipv4.prefix: must be a whole number from 0 to 32"),
        (changed(ipv4=ipv4(prefix="٨")), "ipv4.prefix: must be a whole number"),
        (changed(ipv4=ipv4(netmask="255.0.255.0", prefix="24")), "ipv4.netmask: must be contiguous"),
        (changed(ipv4=ipv4(netmask="255.0.255.0")), "ipv4.netmask: must be contiguous"),
        (changed(ipv4=ipv4(network="192.0.0.0")), "ipv4.network: must be the address cut with the netmask"),
        (changed(ipv4=ipv4(network="192.0.3.0")), "ipv4.network: must be the address cut with the netmask"),
        (changed(ipv4=ipv4(broadcast="192.0.2")), "ipv4.broadcast: must be an IPv4 address"),
        (changed(ipv4=ipv4(broadcast=1)), "ipv4.broadcast: must be a string"),
        (changed(ipv4_secondaries={}), "ipv4_secondaries: must be a list"),
        (changed(ipv4_secondaries=[1]), "ipv4_secondaries[0]: must be an object"),
        (changed(ipv6={}), "ipv6: must be a list"),
        (changed(ipv6=[{"address": "::1"}]), "ipv6[0].prefix: must be a whole number from 0 to 128"),
        (changed(ipv6=[{"address": "::1", "prefix": "129"}]), "ipv6[0].prefix: must be a whole number from 0 to 128"),
        (changed(ipv6=[{"address": "1.2.3.4", "prefix": "8"}]), "ipv6[0].address: must be an IPv6 address"),
        (changed(ipv6=[{"address": "fe80::1%eth1", "prefix": "64"}]), "ipv6[0].address: must have the zone eth0"),
        (changed(ipv6=[{"address": "fe80::1%em0", "prefix": "64"}]), "ipv6[0].address: must have the zone eth0"),
        (changed(ipv6=[{"address": "::1", "prefix": "128", "scope": "x"}]), "ipv6[0].scope: must be global, site"),
        (changed(active=None, flags=[], ipv6=[{"address": "fe80::1", "scope": "0xg"}]), "scope: must be the index"),
        (changed(active=None, flags=[], ipv6=[{"address": "fe80::1", "scope": "0x100000000"}]), "must be the index"),
        (facts(ETH0, ansible_interfaces="eth0"), "ansible_interfaces: must be a list"),
        (facts(ETH0, ansible_interfaces=[{}]), "ansible_interfaces[0]: must be a string"),
        (facts(ETH0, ansible_interfaces=[""]), "ansible_interfaces[0]: must be a name of 1 to 255 bytes"),
        (facts(ETH0, ansible_interfaces=["eth0", "eth0"]), "ansible_interfaces[1]: must be there once"),
        (facts({**ETH0, "device": "e.0"}, ansible_e_0={**ETH0, "device": "e.0"}), "must be the device of one interf"),
        (facts({**ETH0, "device": "eth0"}, ansible_eth1={"device": 1}), "ansible_eth1.device: must be a string"),
        (facts(ETH0, ansible_system="SunOS"), "ansible_system: must be one of Linux, Darwin, FreeBSD"),
        (facts(ETH0, ansible_system="AIX"), "run there: ifdiscover snapshot, or LC_ALL=C ifconfig -a"),
        (facts(ETH0, ansible_nodename=1), "ansible_nodename: must be a string"),
        (facts(ETH0, ansible_date_time="now"), "ansible_date_time: must be an object"),
        (facts(ETH0, ansible_all_ipv4_addresses=["x"]), "ansible_all_ipv4_addresses[0]: must be an IPv4 address"),
        (b'{"ansible_facts": []}', "ansible_facts: must be an object"),
        (b'{"ansible_facts": {}}', "must have ansible_interfaces"),
        (b'{"ansible_facts": {"ansible_system": "Linux"}}', "run: ansible -m setup -a gather_subset=network HOST"),
        (b'{"__payload__": 1}', "__payload__: must be a string"),
        (b'{"__payload__": "x"}', "not JSON"),
        (b'{"__payload__": "[]"}', "must be an object"),
        (b'{"plays": []}', "take ansible_facts of one host"),
    ],
)
def test_what_ansible_does_not_gather_is_refused_with_place_and_rule(data: bytes, message: str | None) -> None:
    """Types, ranges, and values that contradict each other."""
    if message is None:
        assert decode(data).interfaces
    else:
        assert message in refusal(data)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"a | SUCCESS => {}\nb | SUCCESS => {}\n", "facts of a, b; a recording is of one host"),
        (b'a | SUCCESS => {"ansible_facts": {}}\nb | UNREACHABLE! => {}\n', "facts of a, b; a recording"),
        (b'{"a": {"ansible_facts": {}}, "b": {"ansible_facts": {}}}', "run ansible -m setup HOST for each"),
        (b'{"a": {"ansible_interfaces": []}}', "facts of a; a recording is of one host"),
        (b"a | UNREACHABLE! => {\n}\n", "Ansible says UNREACHABLE! of a, and tells no facts; run ansible -m setup a"),
        (b"a | FAILED! => {\n}\n", "Ansible says FAILED! of a"),
        (b"a | SUCCESS =>\n  ansible_facts:\n", "ANSIBLE_CALLBACK_RESULT_FORMAT=json ansible -m setup a"),
        (b'a | SUCCESS => {"ping": "pong"}\n', "must have ansible_facts"),
        (b"a | SUCCESS => {\n\nx}\n", "line 3, column 1: not JSON"),
        (b'a | SUCCESS => {"\xff": 1}\n', "not UTF-8"),
        (b"[WARNING]: none\n", "warnings of Ansible, and no host's facts"),
    ],
)
def test_text_that_is_not_one_hosts_facts_is_refused_with_a_remedy(data: bytes, message: str) -> None:
    """Several hosts, a failed run, another form."""
    assert message in refusal(data)


def test_colours_and_warnings_around_facts_are_no_part_of_them() -> None:
    """As in a file that standard error went to as well."""
    text = (FOLDER / "ansible" / "linux-setup.txt").read_text()
    coloured = "[WARNING]: an old one\nof two lines\n\x1b[0;32m" + text.rstrip("\n").replace(
        "\n", "\x1b[0m\n\x1b[0;32m"
    )
    assert decode(coloured.encode()) == decode(text.encode())


JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=5)),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=5), inner, max_size=3)),
    max_leaves=6,
)


@given(st.sampled_from([path for path in ANSIBLE if path.suffix == ".json"]), st.data())
def test_damaged_facts_are_a_host_or_an_error(path: Path, data: st.DataObject) -> None:
    """And trust is not widened: no network appears that was not there, but for what was put in."""
    document = json.loads(path.read_text())
    value, way = document, []
    while isinstance(value, (dict, list)) and value:
        way.append(data.draw(st.sampled_from(sorted(value) if isinstance(value, dict) else range(len(value)))))
        value = value[way[-1]]
    parent = document
    for step in way[:-1]:
        parent = parent[step]
    taken_out = data.draw(st.booleans())
    if taken_out:
        del parent[way[-1]]
    else:
        parent[way[-1]] = data.draw(JSON)
    with contextlib.suppress(RecordingError, NoActiveInterfaceError):
        host = decode(json.dumps(document).encode())
        assert decode(snapshot(host).encode()) == host
        if taken_out:
            assert is_within(host, read(path))


@pytest.mark.parametrize("name", ["linux-setup.txt", "linux.json", "macos.json"])
def test_facts_cut_off_anywhere_are_refused(name: str) -> None:
    """Half an answer is none."""
    text = (FOLDER / "ansible" / name).read_bytes().rstrip()
    for end in range(0, len(text), 97):
        refusal(text[:end])


def test_every_fixture_is_explained() -> None:
    """The README names each file, and each program that is refused has one."""
    readme = (FOLDER / "README.md").read_text()
    assert [path.name for path in (*ANSIBLE, *OTHERS) if f"`{path.name}`" not in readme] == []
    messages = [refusal(path.read_bytes()) for path in OTHERS]
    assert [program.name for program in PROGRAMS if not any(program.name in message for message in messages)] == []


@pytest.mark.parametrize("path", OTHERS, ids=lambda path: path.name)
def test_facts_of_another_program_are_refused_by_its_name(path: Path) -> None:
    """And with what to collect instead."""
    message = refusal(path.read_bytes())
    name = path.name.partition(".")[0].partition("-")[0]
    assert {"lxd": "LXD", "salt": "Salt", "qemu": "QEMU", "cloud": "cloud-init"}.get(name, name) in message
    assert "ip -j addr" in message
    assert message.startswith("facts of ")


@pytest.mark.parametrize(
    "data",
    [
        b'[{"ifname": "interface", "ifindex": 1, "flags": ["UP"], "addr_info": []}]',
        b"[{},{}]",
        b"[]",
    ],
)
def test_what_ip_prints_is_not_taken_for_facts(data: bytes) -> None:
    """An empty list, one whose links were filtered out, and a name that is a word of another program."""
    assert decode(data).backend == "ip"
