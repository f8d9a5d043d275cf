"""What Postfix sees of a host whose ``ifconfig -a`` Solaris, illumos or AIX printed, and what it does not."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, strategies as st
from support.ifconfig_texts import SOLARIS_LO, found, read
from support.namespaces import ROOT
from support.program import in_process
from support.schemas import validated

from ifdiscover import mynetworks, snapshot
from ifdiscover._backends.recorded.ifconfig.text import Form, hardware_address
from ifdiscover._backends.recorded.replay import decode
from ifdiscover.errors import RecordingError

FOLDER = ROOT / "fixtures" / "recorded" / "ifconfig"
LOGICAL = (
    "bge0: flags=1000843<UP,BROADCAST,RUNNING,MULTICAST,IPv4> mtu 1500 index 2\n"
    "        inet 192.0.2.10 netmask ffffff00 broadcast 192.0.2.255\n"
    "bge0:1: flags={} mtu 1500 index 2\n{}        inet 198.51.100.10 netmask ffffff00 broadcast 198.51.100.255\n{}"
)
PLAIN = "1000843<UP,BROADCAST,RUNNING,MULTICAST,IPv4>"
TEST = "9040843<UP,BROADCAST,RUNNING,MULTICAST,DEPRECATED,IPv4,NOFAILOVER>"
TEMPORARY = "801000843<UP,BROADCAST,RUNNING,MULTICAST,IPv4,TEMPORARY>"
NOXMIT = "1010843<UP,BROADCAST,RUNNING,MULTICAST,NOXMIT,IPv4>"
IPMP = "ipmp0: flags=8001000843<UP,BROADCAST,RUNNING,MULTICAST,IPv4,IPMP> mtu 1500 index 9\n        groupname ipmp0\n"


def logical(flags: str = PLAIN, line: str = "", after: str = "") -> str:
    """Solaris with a second address, whose stanza has another line in it and another one below."""
    return SOLARIS_LO + LOGICAL.format(flags, line and f"        {line}\n", after and f"        {after}\n")


@pytest.mark.parametrize(
    "text",
    [
        logical(line="zone web"),
        logical(after="zone web"),
        logical(TEMPORARY),
        logical(NOXMIT),
        logical(TEST) + IPMP,
        logical(TEST, after="groupname other") + IPMP,
        IPMP + logical(after="groupname ipmp0"),
    ],
    ids=["zone before", "zone behind", "TEMPORARY", "NOXMIT", "NOFAILOVER", "another group", "its group"],
)
def test_what_solaris_keeps_from_postfix_is_in_the_host_and_in_nothing_of_postfix(text: str) -> None:
    """SIOCGLIFCONF without flags does not tell it. It survives a snapshot."""
    host = read(text)
    assert "198.51.100.10" in map(str, host.addresses)
    for one in (host, decode(snapshot(host).encode())):
        assert one == host
        assert "198.51.100.10/24" not in found(one)
        assert "198.51.100" not in str(mynetworks(one, style="subnet"))
    validated(snapshot(host))


@pytest.mark.parametrize(
    "text",
    [logical(), logical(line="all-zones"), logical(TEST), logical(TEST, after="groupname prod"), logical() + IPMP],
    ids=["plain", "all-zones", "no group", "a group of Solaris 10", "an IPMP interface"],
)
def test_what_solaris_tells_everyone_is_in_postfixs_list(text: str) -> None:
    """An address of all zones; before Solaris 11 test addresses, where no interface stands for a group."""
    assert found(read(text)) == ["127.0.0.1/8", "192.0.2.10/24", "198.51.100.10/24"]


def test_a_test_address_of_a_part_of_a_host_is_doubtful() -> None:
    """The IPMP interface may stand in the part that is not there."""
    host = read(logical(TEST, after="groupname prod").removeprefix(SOLARIS_LO))
    assert found(host) == ["192.0.2.10/24"]
    assert any(warning.startswith("bge0: it is alone in this recording") for warning in host.warnings)


@pytest.mark.parametrize("which", ["192.0.2.10", "198.51.100.10"])
def test_an_interface_has_the_index_that_one_of_its_lines_tells(which: str) -> None:
    """Where a logical interface lacks it, or has it alone."""
    text = logical().replace(f" index 2\n        inet {which}", f"\n        inet {which}")
    assert text.count("index 2") == 1
    assert [one.index for one in read(text).interfaces] == [1, 2]


@pytest.mark.parametrize(
    ("text", "raw"),
    [
        ("8:0:20:a:b:c", "080020 0a0b0c"),
        ("02:00:5e:10:00:0F", "02005e10000f"),
        ("0:1", "0001"),
        ("08", None),
        ("", None),
        ("8:000:20", None),
        ("8::20", None),
        ("8:0g", None),
        (":".join(["1"] * 200), None),
    ],
)
def test_a_hardware_address_has_bytes_of_one_digit_or_two(text: str, raw: str | None) -> None:
    """And more than one byte."""
    assert hardware_address(text) == (None if raw is None else bytes.fromhex(raw))


def test_a_form_has_no_habit_unless_it_says_so() -> None:
    """Each of them changes what is read."""
    form = Form("made up", ("order",))
    assert (form.labels, form.repeats, form.by_family, form.tells_flags) == (False, False, False, False)
    assert (form.assumes, form.system) == ("", None)


def test_a_form_without_an_index_is_known_not_to_tell_it() -> None:
    """Solaris tells it; and of BSD the order of the addresses is kept as it stands."""
    assert "interface index" not in read(logical()).blind_to
    bsd = "lo0: flags=8049<UP,LOOPBACK,RUNNING,MULTICAST> metric 0 mtu 16384\n\tinet6 ::1 prefixlen 128\n"
    host = read(f"{bsd}\tinet 127.0.0.1 netmask 0xff000000\n")
    assert "interface index" in host.blind_to
    assert list(map(str, host.addresses)) == ["::1", "127.0.0.1"]


@pytest.mark.parametrize(
    "flags", ["43,1<UP,BROADCAST,RUNNING>", "43<UP,BROADCAST,RUNNING,GROUPRT>", "43<UP,BROADCAST,RUNNING,64BIT>"]
)
def test_aix_is_known_by_any_of_its_signs(flags: str) -> None:
    """A second number of flags, and two words that no other system has."""
    host = read(f"en0: flags={flags}\n\tinet 192.0.2.1 netmask 0xffffff00 broadcast 192.0.2.255\n")
    assert host.recorded is not None
    assert host.recorded.system == "AIX"


KEPT = ("zone", "TEMPORARY", "NOXMIT")


@given(st.lists(st.tuples(st.booleans(), st.sets(st.sampled_from(KEPT))), max_size=6))
def test_postfix_is_told_of_what_solaris_keeps_for_nobody(made: list[tuple[bool, set[str]]]) -> None:
    """Up or down, in the order of the text; the host has all of them, and so has a snapshot of it."""
    text = SOLARIS_LO
    for number, (is_up, kept) in enumerate(made):
        bits = 0x1000842 | is_up | 0x10000 * ("NOXMIT" in kept) | 0x800000000 * ("TEMPORARY" in kept)
        words = ["UP"] * is_up + ["BROADCAST", "RUNNING", "MULTICAST", "IPv4", *sorted(kept - {"zone"})]
        name = f"bge0:{number}" if number else "bge0"
        text += f"{name}: flags={bits:x}<{','.join(words)}> mtu 1500 index 2\n" + "        zone web\n" * (
            "zone" in kept
        )
        text += f"        inet 192.0.2.{number + 1} netmask ffffff00 \n"
    host = read(text)
    assert [str(a) for a in host.addresses] == ["127.0.0.1", *(f"192.0.2.{n + 1}" for n in range(len(made)))]
    told = [f"192.0.2.{number + 1}/24" for number, (_, kept) in enumerate(made) if not kept]
    assert found(host) == ["127.0.0.1/8", *told]
    again = decode(snapshot(host).encode())
    assert (again, found(again)) == (host, found(host))


@pytest.mark.parametrize("line", ["zone", "zone web mail", "** zone web", "groupname", "* groupname ipmp0"])
def test_a_damaged_line_of_a_zone_or_group_is_refused(line: str) -> None:
    """Passed over, it would let the addresses of others be trusted."""
    with pytest.raises(RecordingError, match="line 6: it must be zone NAME, all-zones or groupname NAME"):
        read(logical(line=line))


@given(name=st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Zs", "Zl", "Zp"]), min_size=1, max_size=9))
def test_a_zone_may_be_called_anything(name: str) -> None:
    """Its name is a stranger's text: it survives, and is printed escaped."""
    host = read(logical(line=f"zone {name}"))
    assert host.interfaces[-1].set_apart == f"zone {name}"
    assert decode(snapshot(host).encode()) == host
    assert snapshot(host).isascii()


def json_of(*arguments: str) -> list[dict[str, Any]]:
    """The addresses of a document."""
    status, out, _err = in_process("addresses", "--json", *arguments)
    assert status == 0
    validated(out)
    addresses: list[dict[str, Any]] = json.loads(out)["addresses"]
    return addresses


def test_json_has_the_length_that_aix_told_beside_the_one_that_postfix_takes() -> None:
    """Where they differ; with --all it has what was told, and so have the lines."""
    recording = ("--from", str(FOLDER / "aix-ipv6-mask.txt"))
    lengths = {
        a["address"]: (a["prefixlen"], a.get("told_prefixlen"), a["netmask_origin"]) for a in json_of(*recording)
    }
    assert lengths["2001:db8::10"] == (128, 64, "assumed")
    assert lengths["::1"] == (128, None, "assumed")
    assert lengths["192.0.2.10"] == (24, None, "kernel")
    everything = {a["address"]: a["prefixlen"] for a in json_of("--all", *recording)}
    assert everything["2001:db8::10"] == 64
    assert "2001:db8::10/64" in in_process("addresses", "--all", "--format", "cidr", *recording)[1].splitlines()
    assert "2001:db8::10/128" in in_process("addresses", "--format", "cidr", *recording)[1].splitlines()


def test_json_says_what_an_address_is_kept_for() -> None:
    """With --all, since Postfix is not told of it."""
    recording = ("--from", str(FOLDER / "solaris-zone.txt"))
    assert [a.get("set_apart") for a in json_of("--all", *recording)] == [None, "zone web", None, "zone web"]
    assert not any("set_apart" in a for a in json_of(*recording))
