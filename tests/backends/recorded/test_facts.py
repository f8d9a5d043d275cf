"""Facts: Ansible's are read as they are told, and nothing is made up; those of other programs are refused by name."""

from __future__ import annotations

import contextlib
import json
import socket
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, strategies as st
from support.namespaces import ROOT
from support.program import in_process

from ifdiscover import active_addresses, mynetworks, own_addresses, snapshot
from ifdiscover._backends.recorded.facts.programs import PROGRAMS
from ifdiscover._backends.recorded.replay import decode
from ifdiscover._differences.backends import compare
from ifdiscover._packed import netmask_of
from ifdiscover.errors import NoActiveInterfaceError, RecordingError
from ifdiscover.model import BLINDNESS, IFF_LOOPBACK, IFF_UP, Host

if TYPE_CHECKING:
    from pathlib import Path

FOLDER = ROOT / "fixtures" / "recorded" / "facts"
ANSIBLE = sorted(path for path in (FOLDER / "ansible").iterdir() if not path.name.endswith(".ip.json"))
OTHERS = sorted((FOLDER / "others").iterdir())
RUNS = [path for path in ANSIBLE if path.with_suffix(".ip.json").exists()]
BSDS = ["dragonfly", "freebsd", "macos", "netbsd", "netbsd-old", "openbsd"]


def read(path: Path) -> Host:
    """The host of a fixture."""
    return decode(path.read_bytes())


def told(host: Host) -> set[tuple[str, str]]:
    """Every address of a host with its length, by interface."""
    return {(address.interface.name, address.cidr) for address in host.addresses}


def trusted(host: Host) -> set[str]:
    """What Postfix would trust there in style subnet."""
    return set(map(str, mynetworks(host, style="subnet")))


def is_within(host: Host, other: Host) -> bool:
    """Whether Postfix trusts no client on a host, in style subnet, whom it does not trust on the other."""
    others = [network.network for network in mynetworks(other, style="subnet")]
    return all(
        any(mine.network.version == its.version and mine.network.subnet_of(its) for its in others)  # type: ignore[arg-type]  # of one version
        for mine in mynetworks(host, style="subnet")
    )


def facts(*interfaces: Any, **more: Any) -> bytes:
    """Facts of Linux with these interfaces, each an object with ``device``."""
    names = [interface["device"] for interface in interfaces]
    keys = {f"ansible_{interface['device']}": interface for interface in interfaces}
    return json.dumps({"ansible_facts": {"ansible_interfaces": names, **keys, **more}}).encode()


def ipv4(address: str = "192.0.2.10", netmask: str = "255.255.255.0", **more: Any) -> dict[str, Any]:
    """An IPv4 address as Linux' facts have it."""
    return {"address": address, "netmask": netmask, "broadcast": "", **more}


ETH0 = {"device": "eth0", "active": True, "ipv4": ipv4()}


# What fixtures say


@pytest.mark.parametrize("path", RUNS, ids=lambda path: path.name)
def test_what_a_run_of_ansible_tells_is_what_the_kernel_told(path: Path) -> None:
    """Up to what the decoder says it is blind to; and Postfix trusts nobody whom it does not trust there."""
    host, kernel = read(path), read(path.with_suffix(".ip.json"))
    _rows, differences = compare([kernel, host])
    assert not differences
    assert is_within(host, kernel)
    assert {i.name for i in host.interfaces} == {i.name for i in kernel.interfaces}


@pytest.mark.parametrize("name", ["linux-cache.json", "linux-bare.json"])
def test_every_form_of_the_same_facts_is_the_same_host(name: str) -> None:
    """What setup printed, what a cache keeps, and what templates see; but for the order, which is lost."""
    one, other = read(FOLDER / "ansible" / "linux-setup.txt"), read(FOLDER / "ansible" / name)
    assert set(one.addresses) == set(other.addresses)
    assert (one.recorded, one.blind_to, one.warnings) == (other.recorded, other.blind_to, other.warnings)


@pytest.mark.parametrize("name", BSDS)
def test_facts_of_a_bsd_are_what_its_ifconfig_told(name: str) -> None:
    """Ansible reads ifconfig there; the netmask of an IPv6 address with a peer it loses, and /128 is assumed."""
    host = read(FOLDER / "ansible" / f"{name}.json")
    ifconfig = decode((ROOT / "fixtures" / "recorded" / "ifconfig" / f"{name}.txt").read_bytes())
    _rows, differences = compare([ifconfig, host])
    assert not differences
    assert is_within(host, ifconfig)
    assert any("assumed" in (address.netmask_origin or "") for address in host.addresses) == bool(host.warnings)


@pytest.mark.parametrize("path", ANSIBLE, ids=lambda path: path.name)
def test_facts_survive_a_snapshot(path: Path) -> None:
    """And what they are blind to is said in the one vocabulary, each word once."""
    host = read(path)
    assert decode(snapshot(host).encode()) == host
    assert set(host.blind_to) <= set(BLINDNESS)
    assert len(set(host.blind_to)) == len(host.blind_to)
    assert {"order", "peers", "labels", "routes", "interface index"} <= set(host.blind_to)
    assert host.backend == "ansible"


def test_old_facts_without_a_length_are_read_too() -> None:
    """They have a scope for a broadcast address where there is none."""
    host = read(FOLDER / "ansible" / "linux-old.json")
    assert told(host) == {
        *(("lo", "127.0.0.1/8"), ("lo", "::1/128")),
        *(("br-lan", "192.0.2.10/24"), ("br-lan", "192.0.2.11/24"), ("br-lan", "fe80::5eff:fe10:1/64")),
    }
    assert [str(a.broadcast) for a in host.addresses if a.broadcast] == ["192.0.2.255"]


def test_every_fixture_is_explained() -> None:
    """The README names each file, and each program that is refused has one."""
    readme = (FOLDER / "README.md").read_text()
    assert [path.name for path in (*ANSIBLE, *OTHERS) if f"`{path.name}`" not in readme] == []
    messages = [refusal(path.read_bytes()) for path in OTHERS]
    assert [program.name for program in PROGRAMS if not any(program.name in message for message in messages)] == []


# Interfaces, labels, and what is missing


def test_an_interface_that_may_be_down_is_left_out_with_its_name() -> None:
    """On Linux active is false of one that is down, and of one without carrier; without active nobody tells at all."""
    for unknown in ({"active": False}, {}):
        eth1 = {"device": "eth1", **unknown, "ipv4": ipv4("198.51.100.10")}
        host = decode(facts(ETH0, eth1))
        assert [interface.is_up for interface in host.interfaces] == [True, None]
        assert "interface flags" in host.blind_to
        assert trusted(host) == {"192.0.2.0/24"}
        warning = "eth1: left out: backend ansible cannot tell whether it is up"
        assert mynetworks(host).warnings == (warning,)
        for find in (active_addresses, own_addresses):
            with pytest.raises(NoActiveInterfaceError, match=warning):
                find(decode(facts(eth1)))


def test_a_host_in_doubt_is_named_by_the_command_line(tmp_path: Path) -> None:
    """On standard error, whether anything is left or not."""
    path = tmp_path / "facts.json"
    eth1 = {"device": "eth1", "active": False, "ipv4": ipv4("198.51.100.10")}
    path.write_bytes(facts(ETH0, eth1))
    status, out, err = in_process("mynetworks", "--style", "subnet", "--from", str(path))
    assert (status, "192.0.2.0/24" in out, "198.51.100.0" in out) == (0, True, False)
    assert "eth1: left out" in err
    path.write_bytes(facts(eth1))
    status, out, err = in_process("mynetworks", "--from", str(path))
    assert (status, out) == (69, "")
    assert "eth1: left out" in err


def test_all_interfaces_up_is_told_for_sure() -> None:
    """Then the decoder is not blind to it."""
    lo = {"device": "lo", "active": True, "type": "loopback", "ipv4": ipv4("127.0.0.1", "255.0.0.0")}
    host = decode(facts(ETH0, lo))
    assert "interface flags" not in host.blind_to
    assert [interface.flags for interface in host.interfaces] == [IFF_UP, IFF_UP | IFF_LOOPBACK]


def test_an_interface_without_facts_is_named() -> None:
    """Nobody tells its addresses."""
    host = decode(facts(ETH0, {"device": "lo"}).replace(b'"ansible_lo"', b'"ansible_other"'))
    assert host.warnings == ("lo is in ansible_interfaces and has no facts: its addresses are unknown",)
    assert told(host) == {("eth0", "192.0.2.10/24")}


def test_a_label_is_no_interface() -> None:
    """Its facts repeat the secondary addresses of its interface, and alone have those that are no secondary."""
    again = [ipv4("192.0.2.11")]
    host = decode(
        facts(
            {**ETH0, "ipv4_secondaries": again},
            ansible_interfaces=["eth0", "eth0_web", "eth0_lan"],
            ansible_eth0_web={"ipv4_secondaries": again},
            ansible_eth0_lan={"ipv4": ipv4("203.0.113.20")},
        )
    )
    assert [interface.name for interface in host.interfaces] == ["eth0"]
    assert told(host) == {("eth0", "192.0.2.10/24"), ("eth0", "192.0.2.11/24"), ("eth0", "203.0.113.20/24")}
    assert (len(host.addresses), host.warnings) == (3, ())


@pytest.mark.parametrize(
    ("label", "interfaces", "owner"),
    [
        ("eth0_web", ("eth0",), "eth0"),
        ("eth0.1_web", ("eth0", "eth0.1"), "eth0.1"),
        ("eth0_a_web", ("eth0", "eth0_a"), None),
        ("wlan0_web", ("eth0",), None),
    ],
)
def test_a_label_that_may_be_of_two_interfaces_or_of_none_is_left_out(
    label: str, interfaces: tuple[str, ...], owner: str | None
) -> None:
    """Which of them is up decides about trust."""
    links = [{"device": name, "active": True} for name in interfaces]
    names = [*interfaces, label]
    host = decode(facts(*links, **{"ansible_interfaces": names, f"ansible_{label}": {"ipv4": ipv4()}}))
    assert told(host) == ({(owner, "192.0.2.10/24")} if owner else set())
    warning = f"{label}: no interface that it could be a label of: 192.0.2.10 left out"
    assert host.warnings == (() if owner else (warning,))


def test_an_address_that_ansible_lost_is_named() -> None:
    """Of several primary addresses with one label only the last is in the label's facts."""
    host = decode(
        facts(
            ETH0,
            ansible_all_ipv4_addresses=["192.0.2.10", "203.0.113.20"],
            ansible_all_ipv6_addresses=["fe80::1%eth0"],
        )
    )
    assert host.warnings == ("203.0.113.20, fe80::1: left out: Ansible does not tell its interface",)


def test_an_interface_that_is_gone_and_still_in_the_cache_is_left_out() -> None:
    """The list is new at each run, and the facts of interfaces that are gone stay."""
    gone = [{"device": f"veth{n}", "active": True, "ipv4": ipv4(f"10.0.0.{n}")} for n in range(7)]
    host = decode(facts(ETH0, *gone, ansible_interfaces=["eth0"]))
    assert told(host) == {("eth0", "192.0.2.10/24")}
    (warning,) = host.warnings
    assert warning.startswith("veth0, veth1, veth2, veth3, veth4 and 2 more: left out: not in ansible_interfaces;")


def test_a_part_of_the_facts_is_said_to_be_one() -> None:
    """So ``setup -a filter=ansible_eth0`` prints them."""
    host = decode(json.dumps({"ansible_facts": {"ansible_eth0": ETH0}}).encode())
    assert told(host) == {("eth0", "192.0.2.10/24")}
    assert host.warnings == ("without ansible_interfaces this may be a part of the host",)


def test_secondary_addresses_that_busybox_lists_twice_are_there_once() -> None:
    """Its ip knows no "primary", and lists all addresses."""
    host = decode(facts({**ETH0, "ipv4_secondaries": [ipv4("192.0.2.11"), ipv4("192.0.2.11")]}))
    assert [str(address) for address in host.addresses] == ["192.0.2.10", "192.0.2.11"]


@pytest.mark.parametrize("flags", [[], ["BROADCAST", "RUNNING"], ["UP"]])
def test_flags_of_a_bsd_tell_whether_it_is_up(flags: list[str]) -> None:
    """For sure: status and media do not count."""
    host = decode(facts({"device": "em0", "flags": flags, "status": "active", "ipv4": [ipv4()], "ipv6": []}))
    assert host.interfaces[0].is_up is ("UP" in flags)
    assert "interface flags" not in host.blind_to


@pytest.mark.parametrize("scope", ["0x2", "infty", "300", None])
def test_a_zone_is_only_read_where_ifconfig_prints_one(scope: str | None) -> None:
    """Ansible takes the sixth word of the line for it, whatever that is."""
    address = {"address": "fe80::1%em0", "prefix": "64", "scope": scope}
    host = decode(facts({"device": "em0", "flags": ["UP"], "ipv4": [], "ipv6": [address]}))
    assert host.addresses[0].scope_id == (2 if scope == "0x2" else 0)
    assert ("scope ids" in host.blind_to) == (scope != "0x2")


def test_broadcast_addresses_of_a_bsd_are_not_believed() -> None:
    """Where ifconfig shows none Ansible computes one, or takes the peer for it."""
    host = decode(facts({"device": "tun0", "flags": ["UP"], "ipv4": [ipv4(broadcast="10.9.0.2")]}))
    assert host.addresses[0].broadcast is None


# What was written is read back


NAMES = st.from_regex(r"[a-z][a-z0-9]{0,6}([.-][a-z0-9]{1,3})?", fullmatch=True)


@st.composite
def linux(draw: st.DrawFn) -> tuple[dict[str, Any], set[tuple[str, bool | None, str]]]:
    """Facts of Linux, and what they tell: interface, whether it is up, address and length."""
    found: dict[str, Any] = {}
    expected: set[tuple[str, bool | None, str]] = set()
    names = draw(st.lists(NAMES, unique_by=lambda name: name.translate(str.maketrans("-.", "__")), max_size=4))
    # Other facts have these names.
    names = [name for name in names if name not in ("system", "nodename", "interfaces")]
    for name in names:
        active = draw(st.sampled_from([True, False, None]))
        entry: dict[str, Any] = {"device": name, "mtu": draw(st.integers(68, 65536)), "type": "ether"}
        if active is not None:
            entry["active"] = active
        items = []
        for number, length in draw(st.dictionaries(st.integers(0, 2**32 - 1), st.integers(0, 32), max_size=3)).items():
            packed, mask = number.to_bytes(4, "big"), netmask_of(length, socket.AF_INET)
            network = bytes(one & other for one, other in zip(packed, mask))
            address = socket.inet_ntoa(packed)
            items.append(ipv4(address, socket.inet_ntoa(mask), network=socket.inet_ntoa(network), prefix=str(length)))
            expected.add((name, active or None, f"{address}/{length}"))
        if items:
            entry["ipv4"] = items[0]
            entry["ipv4_secondaries"] = items[1:]
        entry["ipv6"] = []
        for packed in draw(st.sets(st.binary(min_size=16, max_size=16), max_size=2)):
            length, address = draw(st.integers(0, 128)), socket.inet_ntop(socket.AF_INET6, packed)
            entry["ipv6"].append({"address": address, "prefix": str(length), "scope": "global"})
            expected.add((name, active or None, f"{address}/{length}"))
        found[name] = entry
    return found, expected


@given(linux(), st.sampled_from(["ansible_", ""]), st.sampled_from(["plain", "result", "text", "cache"]))
def test_what_is_written_as_facts_is_read_back(
    made: tuple[dict[str, Any], set[tuple[str, bool | None, str]]], prefix: str, form: str
) -> None:
    """With the prefix and without, in every form; and never with anything more."""
    entries, expected = made
    document: Any = {f"{prefix}{name.replace('-', '_')}": entry for name, entry in entries.items()}
    document[f"{prefix}interfaces"] = list(entries)
    document[f"{prefix}all_ipv4_addresses"] = []
    text = json.dumps(document)
    if form == "result":
        text = json.dumps({"ansible_facts": document, "changed": False})
    elif form == "text":
        text = "relay | SUCCESS => " + json.dumps({"ansible_facts": document}, indent=4) + "\n"
    elif form == "cache":
        text = json.dumps({"__payload__": text})
    host = decode(text.encode())
    assert {(a.interface.name, a.interface.is_up, a.cidr) for a in host.addresses} == expected
    assert (len(host.addresses), host.warnings) == (len(expected), ())
    assert [interface.name for interface in host.interfaces] == list(entries)


# Hostile input


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
        (changed(ipv4=ipv4(prefix="33")), "ipv4.prefix: must be a whole number from 0 to 32"),
        (changed(ipv4=ipv4(prefix="٨")), "ipv4.prefix: must be a whole number"),
        (changed(ipv4=ipv4(netmask="255.0.255.0", prefix="24")), "ipv4.netmask: must be contiguous"),
        (changed(ipv4=ipv4(netmask="255.0.255.0")), "ipv4.netmask: must be contiguous"),
        (changed(ipv4=ipv4(network="192.0.0.0")), "ipv4.network: must be the address cut with the netmask"),
        (changed(ipv4=ipv4(broadcast="192.0.2")), "ipv4.broadcast: must be an IPv4 address"),
        (changed(ipv4=ipv4(broadcast=1)), "ipv4.broadcast: must be a string"),
        (changed(ipv4_secondaries={}), "ipv4_secondaries: must be a list"),
        (changed(ipv4_secondaries=[1]), "ipv4_secondaries[0]: must be an object"),
        (changed(ipv6={}), "ipv6: must be a list"),
        (changed(ipv6=[{"address": "::1"}]), "ipv6[0].prefix: must be a whole number from 0 to 128"),
        (changed(ipv6=[{"address": "::1", "prefix": "129"}]), "ipv6[0].prefix: must be a whole number from 0 to 128"),
        (changed(ipv6=[{"address": "1.2.3.4", "prefix": "8"}]), "ipv6[0].address: must be an IPv6 address"),
        (changed(ipv6=[{"address": "fe80::1%eth1", "prefix": "64"}]), "ipv6[0].address: must have the zone eth0"),
        (changed(ipv6=[{"address": "::1", "prefix": "128", "scope": "x"}]), "ipv6[0].scope: must be global, site"),
        (changed(active=None, flags=[], ipv6=[{"address": "fe80::1", "scope": "0xg"}]), "scope: must be the index"),
        (changed(active=None, flags=[], ipv6=[{"address": "fe80::1", "scope": "0x1ffffffff"}]), "must be the index"),
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


# Other programs


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
