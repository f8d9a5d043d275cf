"""What a recording leaves out, because nobody asked for it, is no difference."""

from __future__ import annotations

import os
import shutil
import time
from typing import TYPE_CHECKING, Any

import pytest
from support.made import ETH0, address, host
from support.need import need

from ifdiscover import Recorded
from ifdiscover._backends.recorded.replay import decode
from ifdiscover._differences.differences import differences
from ifdiscover._names import to_bytes
from ifdiscover._postfix.changes.answer import answer_of

if TYPE_CHECKING:
    from pathlib import Path

    from support.namespaces import Namespace

    from ifdiscover import Host

MASK, MASK6 = "255.255.255.0", "ffff:ffff:ffff:ffff::"
LO, ETH1 = ETH0._replace(name="lo", index=1, flags=0x49), ETH0._replace(name="eth1", index=3)
LOCAL = address("127.0.0.1", "255.0.0.0", flags=0x80)._replace(interface=LO)
TEN, TWENTY = (address(text, MASK, flags=0x80) for text in ("192.0.2.10", "192.0.2.20"))
OTHER = address("198.51.100.7", MASK, flags=0x80)._replace(interface=ETH1)
TEN6 = address("2001:db8::10", MASK6, flags=0x80, scope="global")


def recorded(*addresses: Any, **more: Any) -> Host:
    """A recorded host."""
    return host(*addresses, recorded=Recorded("mail.example.com"), **more)


def found(before: Host, after: Host, **more: Any) -> list[tuple[str, str, str | None, str]]:
    """Each difference."""
    told = differences(before, after, **more).found
    return [(one.change, one.fact.subject, one.fact.interface, one.fact.name) for one in told]


STEPS = [
    "link set lo up",
    "link add eth0 type veth peer name eth1",
    "link set eth0 up",
    "link set eth1 up",
    "link add eth2 type veth peer name eth3",
    "link set eth2 up",
    "addr add 192.0.2.10/24 dev eth0",
    "addr add 192.0.2.11/24 dev eth0",
    "addr add 198.51.100.7/24 dev eth0 label eth0:1",
    "addr add 10.0.0.1 peer 10.0.0.2/32 dev eth1",
    "addr add 2001:db8::10/64 dev eth0 nodad",
    "addr add fe80::1/64 dev eth2 nodad",
    "addr add 2001:db8:ff::2 peer 2001:db8:ff::1/128 dev eth1 nodad",
]
WHOLE = {
    "plain": "ip addr",
    "json": "ip -j addr",
    "details": "ip -d addr",
    "details as json": "ip -d -j addr",
    "numbers": "ip -N addr",
    "counts": "ip -s addr",
    "both": "ip -j -4 addr; ip -j -6 addr",
    "busybox": "busybox ip addr",
    "ifconfig": "ifconfig -a",
}
PARTS = {
    "-4": "ip -4 addr",
    "-6": "ip -6 addr",
    "json -4": "ip -j -4 addr",
    "json -6": "ip -j -6 addr",
    "details -6": "ip -d -6 addr",
    "details as json -6": "ip -d -j -6 addr",
    "busybox -4": "busybox ip -4 addr",
    "busybox -6": "busybox ip -6 addr",
    "dev": "ip addr show dev eth0",
    "json dev": "ip -j addr show dev eth0",
    "json scope": "ip -j addr show scope global",
    "json scope link": "ip -j addr show scope link",
}


@pytest.mark.netns
def test_a_host_differs_from_no_recording_of_itself(namespace: Namespace) -> None:
    """In any form, and whatever part of it was asked for."""
    for program in ("busybox", "ifconfig"):
        need(None if shutil.which(program) else f"no {program}")
    namespace.build(STEPS)
    time.sleep(1.2)  # the kernel gathers changes of carrier for a second before it shows them
    read = {
        name: decode(to_bytes(namespace.run(["sh", "-c", command]).stdout))
        for name, command in {**WHOLE, **PARTS}.items()
    }
    read["snapshot"] = decode(to_bytes(namespace.ifdiscover("snapshot").stdout))
    for name, one in read.items():
        for other_name, other in read.items():
            assert found(one, other) == [], (name, other_name)
            assert found(one._replace(recorded=None), other) == [], (name, other_name)


def test_each_family_or_part_that_was_not_compared_is_said() -> None:
    """With the side that cannot tell."""
    one = recorded(LOCAL, TEN, TEN6)
    for word, says in (
        ("ipv4 addresses", "IPv4 addresses, all of them"),
        ("ipv6 addresses", "IPv6 addresses, all of them"),
        ("other interfaces", "interfaces that were not asked for, and what is on them"),
        ("other addresses", "addresses that were not asked for"),
    ):
        part = one._replace(blind_to=(word,))
        assert differences(one, part).warnings == (f"not compared, since the second of the two cannot tell: {says}",)
        assert differences(part, one).warnings == (f"not compared, since the first of the two cannot tell: {says}",)
    assert differences(one, one).warnings == ()


def test_a_family_that_a_snapshot_does_not_have_is_gone() -> None:
    """It is complete, and so is a reading of this host."""
    before, after = recorded(LOCAL, TEN, TEN6), recorded(LOCAL, TEN)
    for now in (after, after._replace(recorded=None)):
        assert ("gone", "address", "eth0", "2001:db8::10") in found(before, now)
        assert differences(before, now).warnings == ()
    no_ipv4 = recorded(TEN6)
    assert ("gone", "address", "lo", "127.0.0.1") in found(before, no_ipv4)


def test_a_family_that_ip_may_not_have_been_asked_for_is_told_with_a_doubt() -> None:
    """With -d -4 it prints what a host without IPv6 has; a loss must not be hidden."""
    before, after = recorded(LOCAL, TEN, TEN6), recorded(LOCAL, TEN)._replace(backend="ip")
    assert ("gone", "address", "eth0", "2001:db8::10") in found(before, after)
    (warning,) = differences(before, after).warnings
    assert warning.startswith("the second of the two has no IPv6 address at all: if it was recorded without them")
    (warning,) = differences(after, before).warnings
    assert warning.startswith("the first of the two has no IPv6 address")


def test_what_is_on_an_interface_that_was_shown_is_compared() -> None:
    """Also if both show a part alone."""
    before, after = recorded(LOCAL, TEN, OTHER), recorded(TWENTY)._replace(blind_to=("other interfaces",))
    changes = [("gone", "address", "eth0", "192.0.2.10"), ("come", "address", "eth0", "192.0.2.20")]
    assert [one for one in found(before, after) if one[1] == "address"] == changes
    part = recorded(TEN)._replace(blind_to=("other interfaces", "other addresses"))
    assert [one for one in found(part, after._replace(blind_to=part.blind_to)) if one[1] == "address"] == changes


def test_addresses_that_ifconfig_may_hide_are_named() -> None:
    """Without it, two hosts that share no IPv4 address would seem to have the same ones."""
    one, other = (recorded(LOCAL, a)._replace(blind_to=("secondary addresses",)) for a in (TEN, TWENTY))
    assert [change for change in found(one, other) if change[1] == "address"] == []
    says = "not compared, since the {} of the two does not show every IPv4 address: {} on eth0"
    assert differences(one, other).warnings == (says.format("first", "192.0.2.20"), says.format("second", "192.0.2.10"))
    assert differences(recorded(LOCAL, TEN), other).warnings == (says.format("second", "192.0.2.10"),)
    assert differences(recorded(LOCAL, TWENTY, TEN6), other).warnings == ()


def test_few_of_many_addresses_that_ifconfig_may_hide_are_named() -> None:
    """The others are counted."""
    many = [TEN._replace(packed=bytes((10, 0, 0, n))) for n in range(1, 6)]
    hiding = recorded(LOCAL)._replace(blind_to=("secondary addresses",))
    (warning,) = differences(recorded(LOCAL, *many), hiding).warnings
    assert warning.endswith(": 10.0.0.1 on eth0, 10.0.0.2 on eth0, 10.0.0.3 on eth0 and 2 more")


def test_what_postfix_needs_is_not_told_if_what_main_cf_names_may_be_there_unseen() -> None:
    """An address of the family that was not asked for, of an interface that was not, or one that ifconfig hides."""
    whole = recorded(LOCAL, TEN, TWENTY, TEN6)
    named = {"inet_interfaces": "192.0.2.20"}
    for part in (
        recorded(TEN6)._replace(blind_to=("ipv4 addresses",)),
        recorded(OTHER)._replace(blind_to=("other interfaces",)),
        recorded(LOCAL, TEN, TEN6)._replace(blind_to=("secondary addresses",)),
    ):
        for told in (differences(whole, part, overrides=named), differences(part, whole, overrides=named)):
            assert told.need is None
            assert told.not_told == "one of the two does not show all addresses that main.cf names"
            assert told.trouble is None
    part = recorded(TEN6)._replace(blind_to=("ipv4 addresses",))
    assert differences(whole, part, overrides={"inet_protocols": "ipv4"}).need is None
    lost = differences(whole, recorded(LOCAL, TEN), overrides=named)
    assert lost.need is not None
    assert lost.need.what == "edit"


def test_an_address_that_the_kernel_still_tries_is_no_difference() -> None:
    """Duplicate address detection ends within seconds, as a lifetime does; Postfix counts the address all the time."""
    trying, settled = recorded(LOCAL, TEN6._replace(flags=0xC4)), recorded(LOCAL, TEN6)
    assert found(trying, settled) == found(settled, trying) == []
    named = {"smtp_bind_address6": "2001:db8::10", "compatibility_level": "3.6", "mynetworks_style": "host"}
    assert found(trying, settled, overrides=named) == []
    duplicate = recorded(LOCAL, TEN6._replace(flags=0xC8))
    assert found(trying, duplicate) == [("changed", "address", "eth0", "2001:db8::10")]


@pytest.mark.netns
@pytest.mark.usefixtures("postconf")
def test_postfix_counts_an_address_while_the_kernel_tries_it(namespace: Namespace, tmp_path: Path) -> None:
    """So that nothing changes for it when that ends."""
    folder = tmp_path / "postfix"
    folder.mkdir()
    folder.joinpath("main.cf").write_text("compatibility_level = 3.6\nmyhostname = mail.example.com\n")
    os.utime(folder / "main.cf", (0, 0))  # postconf waits two seconds for a younger one
    namespace.build(
        [
            "sysctl ipv6/conf/all/accept_dad=1",
            "sysctl ipv6/conf/default/accept_dad=1",
            "link set lo up",
            "link add eth0 type veth peer name eth1",
            "sysctl ipv6/conf/eth0/dad_transmits=20",
            "link set eth0 up",
            "link set eth1 up",
            "addr add 2001:db8::10/64 dev eth0",
        ]
    )
    trusted = namespace.run(["postconf", "-c", str(folder), "-h", "mynetworks"]).stdout
    read = decode(to_bytes(namespace.ifdiscover("snapshot").stdout))
    (ours,) = [address for address in read.addresses if str(address) == "2001:db8::10"]
    assert "tentative" in (ours.flag_names or ())
    assert "[2001:db8::10]/128" in trusted.split()
    assert "2001:db8::10" in answer_of(read).own_addresses


def test_the_findings_about_an_address_that_the_kernel_still_tries_are_no_difference(tmp_path: Path) -> None:
    """That it is tentative; that it is a duplicate is one."""
    text = "compatibility_level = 3.6\nmyhostname = mail.example.com\nsmtp_bind_address6 = 2001:db8::10\n"
    tmp_path.joinpath("main.cf").write_text(text)
    trying, settled = recorded(LOCAL, TEN6._replace(flags=0xC0)), recorded(LOCAL, TEN6)
    assert found(trying, settled, config_directory=str(tmp_path)) == []
    duplicate = recorded(LOCAL, TEN6._replace(flags=0xC8))
    kinds = {name for _change, _subject, _interface, name in found(settled, duplicate, config_directory=str(tmp_path))}
    assert "bind-dadfailed: smtp_bind_address6: 2001:db8::10" in kinds


def test_nothing_is_looked_up_for_one_of_the_two_alone(tmp_path: Path) -> None:
    """A list in a file of this machine is not another host's, and so no finding comes or goes with the side."""
    networks = tmp_path / "elsewhere"
    networks.write_text("192.0.2.0/24\n")
    folder = tmp_path / "postfix"
    folder.mkdir()
    folder.joinpath("main.cf").write_text(
        f"compatibility_level = 3.6\nmyhostname = mail.example.com\nmynetworks = 127.0.0.0/8 {networks}\n"
    )
    before, here = recorded(LOCAL, TEN), host(LOCAL, TEN)
    assert found(before, here, config_directory=str(folder)) == []


def test_a_name_that_only_the_recorded_host_can_look_up_hides_no_difference(tmp_path: Path) -> None:
    """The host is told, and what check finds; of Postfix is told why not."""
    text = "compatibility_level = 3.6\nmyhostname = mail.example.com\ninet_interfaces = mail.example.com\n"
    tmp_path.joinpath("main.cf").write_text(text + "smtp_bind_address = 192.0.2.10\n")
    told = differences(recorded(LOCAL, TEN), recorded(LOCAL, TWENTY), config_directory=str(tmp_path))
    assert [(one.change, one.fact.name) for one in told.found] == [
        ("gone", "192.0.2.10"),
        ("come", "192.0.2.20"),
        ("come", "bind-absent: smtp_bind_address: 192.0.2.10"),
    ]
    assert told.need is None
    assert told.trouble is not None
    assert told.not_told.startswith("inet_interfaces: mail.example.com is a name")
