"""Facts: Ansible's are read as they are told, and nothing is made up; those of other programs are refused by name."""

from __future__ import annotations

import json
import socket
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, strategies as st
from support.ansible_facts import ANSIBLE, ETH0, FOLDER, facts, ipv4, is_within, read
from support.namespaces import ROOT
from support.program import in_process

from ifdiscover import active_addresses, mynetworks, own_addresses, snapshot
from ifdiscover._backends.recorded.replay import decode
from ifdiscover._differences.backends import compare
from ifdiscover._packed import netmask_of
from ifdiscover.errors import NoActiveInterfaceError
from ifdiscover.model import ASSUMED, BLINDNESS, IFF_LOOPBACK, IFF_UP, Host

if TYPE_CHECKING:
    from pathlib import Path

ADDRESS_OF = {"em0": "192.0.2.10", "lo0": "198.51.100.10"}
RUNS = [path for path in ANSIBLE if path.with_suffix(".ip.json").exists()]
BSDS = ["dragonfly", "freebsd", "macos", "netbsd", "netbsd-old", "openbsd"]


def told(host: Host) -> set[tuple[str, str]]:
    """Every address of a host with its length, by interface."""
    return {(address.interface.name, address.cidr) for address in host.addresses}


def trusted(host: Host) -> set[str]:
    """What Postfix would trust there in style subnet."""
    return set(map(str, mynetworks(host, style="subnet")))


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
    is_assumed = any(address.netmask_origin == ASSUMED for address in host.addresses)
    assert is_assumed == bool(host.warnings) == ("ipv6 netmasks" in host.blind_to)


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
        ("eth0web", ("eth0",), None),
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


@pytest.mark.parametrize(
    ("count", "named"),
    [
        (1, "veth0"),
        (5, "veth0, veth1, veth2, veth3, veth4"),
        (6, "veth0, veth1, veth2, veth3, veth4 and 1 more"),
        (7, "veth0, veth1, veth2, veth3, veth4 and 2 more"),
    ],
)
def test_an_interface_that_is_gone_and_still_in_the_cache_is_left_out(count: int, named: str) -> None:
    """The list is new at each run, and the facts of interfaces that are gone stay."""
    gone = [{"device": f"veth{n}", "active": True, "ipv4": ipv4(f"10.0.0.{n}")} for n in range(count)]
    host = decode(facts(ETH0, *gone, ansible_interfaces=["eth0"]))
    assert told(host) == {("eth0", "192.0.2.10/24")}
    (warning,) = host.warnings
    assert warning.startswith(f"{named}: left out: not in ansible_interfaces;")


@pytest.mark.parametrize("device", ["em0", "lo0"])
def test_the_default_of_a_bsd_is_no_interface(device: str) -> None:
    """It has a device, as the facts of the interface that it is of have."""
    links = [{"device": name, "flags": ["UP"], "ipv4": [ipv4(address)]} for name, address in ADDRESS_OF.items()]
    default = {**ipv4(ADDRESS_OF[device]), "device": device}
    host = decode(facts(*links, ansible_default_ipv4=default))
    assert told(host) == {(name, f"{address}/24") for name, address in ADDRESS_OF.items()}
    assert host.warnings == ()


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


@pytest.mark.parametrize(
    ("scope", "scope_id"), [("0x2", 2), ("0xffffffff", 2**32 - 1), ("infty", 0), ("300", 0), (None, 0)]
)
def test_a_zone_is_only_read_where_ifconfig_prints_one(scope: str | None, scope_id: int) -> None:
    """Ansible takes the sixth word of the line for it, whatever that is."""
    address = {"address": "fe80::1%em0", "prefix": "64", "scope": scope}
    host = decode(facts({"device": "em0", "flags": ["UP"], "ipv4": [], "ipv6": [address]}))
    assert host.addresses[0].scope_id == scope_id
    assert ("scope ids" in host.blind_to) == (scope_id == 0)


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
