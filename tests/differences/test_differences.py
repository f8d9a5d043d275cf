"""What differs between two readings of a host."""

from __future__ import annotations

import time
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from support.examples import examples
from support.ip_texts import as_json
from support.made import ETH0, address, host, hosts
from support.namespaces import ROOT
from support.record_hosts import build, read_steps

from ifdiscover import NextHop, Recorded, Route, replay, snapshot
from ifdiscover._backends.recorded.replay import decode
from ifdiscover._differences.differences import CHANGED, COME, GONE, Difference, compared, differences, told_of
from ifdiscover._differences.facts import UNKNOWN_IF_NONE, Fact
from ifdiscover._differences.sight import in_common
from ifdiscover.model import BLINDNESS, IFF_RUNNING, IFF_UP

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from support.namespaces import Namespace

    from ifdiscover import Host

HOSTS = sorted(path for path in (ROOT / "fixtures" / "hosts").iterdir() if path.is_dir())
TELLING = ("docker-host", "down-interfaces", "hostile-names", "ipv6-off", "labelled-ipv4-farm", "router-point-to-point")
RECORDED = Recorded("mail.example.com")
MASK, MASK6 = "255.255.255.0", "ffff:ffff:ffff:ffff::"
TEN, TEN6 = address("192.0.2.10", MASK, flags=0x80), address("2001:db8::10", MASK6, flags=0x80, scope="global")


def recorded(*addresses: Any, **more: Any) -> Host:
    """A recorded host."""
    return host(*addresses, recorded=RECORDED, **more)


def found(before: Host, after: Host) -> list[tuple[str, str, str]]:
    """Each difference of the host itself: what became of it, and what it is."""
    told = differences(before, after).found
    return [(one.change, one.fact.subject, one.fact.name) for one in told if one.fact.subject != "mynetworks"]


@pytest.mark.parametrize("folder", HOSTS, ids=lambda path: path.name)
def test_a_recorded_host_does_not_differ_from_itself(folder: Path) -> None:
    """Nor from what ip -j would have printed, nor from the text that it came from."""
    kept = replay(folder / "snapshot.json")
    assert differences(kept, kept).found == ()
    if (folder / "ifconfig.txt").exists():
        assert differences(replay(folder / "ifconfig.txt"), kept).found == ()
    else:
        printed = decode(as_json(kept))
        printed = printed._replace(blind_to=(*printed.blind_to, "masters", "interface kinds"))  # as_json writes none
        assert differences(kept, printed).found == differences(printed, kept).found == ()


FORMS = {
    "ip -j": ["ip", "-d", "-j", "addr"],
    "ip": ["ip", "addr"],
    "ifconfig": ["ifconfig", "-a"],
    **{name: [name] for name in ("getifaddrs", "ioctl", "rtnetlink")},
}


@pytest.mark.netns
@pytest.mark.parametrize("name", TELLING)
def test_a_host_does_not_differ_from_itself_in_another_form(name: str, namespace: Namespace) -> None:
    """Whichever way it is read now, all say the same of what they see."""
    build(namespace, read_steps(ROOT / "fixtures" / "hosts" / name))
    time.sleep(1.2)  # the kernel gathers changes of carrier for a second before it shows them
    readings = {}
    for form, argv in FORMS.items():
        if len(argv) == 1:
            text = namespace.ifdiscover("snapshot", "--backend", form).stdout
        else:
            text = namespace.run(argv).stdout
        readings[form] = decode(text.encode(errors="surrogateescape"))
    for one in readings.values():
        for other in readings.values():
            assert differences(one, other).found == ()


@pytest.mark.netns
def test_two_snapshots_some_seconds_apart_differ_in_nothing(namespace: Namespace) -> None:
    """Although lifetimes count down, and the snapshots are not the same text."""
    namespace.build(
        [
            "link set lo up",
            "link add eth0 type veth peer name eth1",
            "link set eth0 up",
            "link set eth1 up",
            "addr add 192.0.2.10/24 dev eth0 valid_lft 1000 preferred_lft 900",
            "addr add 2001:db8::10/64 dev eth0 nodad valid_lft 1000 preferred_lft 900",
            "route add default via 192.0.2.1",
        ]
    )
    time.sleep(1.2)
    texts = [namespace.ifdiscover("snapshot").stdout]
    time.sleep(2)
    texts.append(namespace.ifdiscover("snapshot").stdout)
    before, after = (decode(text.encode()) for text in texts)
    assert [a.valid_lifetime for a in before.addresses] != [a.valid_lifetime for a in after.addresses]
    assert differences(before, after).found == ()


def seen(facts: Iterable[Fact], unknown: set[tuple[str, str | None, str, str]]) -> Counter[Fact]:
    """Facts without the values that one of two readings does not know, counted."""
    return Counter(
        fact._replace(values=tuple(value for value in fact.values if (*fact[:3], value[0]) not in unknown))
        for fact in facts
    )


@settings(max_examples=examples(200))
@given(hosts(), hosts())
def test_what_is_gone_and_has_come_makes_one_reading_of_the_other(before: Host, after: Host) -> None:
    """And nothing differs only if both say the same, as often."""
    old, new = told_of(*in_common(before, after))
    told = compared(old, new)
    both = {fact[:3] for fact in old} & {fact[:3] for fact in new}
    unknown = {
        (*fact[:3], name)
        for fact in (*old, *new)
        for name, value in fact.values
        if value is None and name in UNKNOWN_IF_NONE and fact[:3] in both
    }
    have, want = seen(old, unknown), seen(new, unknown)
    gone = Counter(one.before for one in told if one.before is not None)
    come = Counter(one.after for one in told if one.after is not None)
    assert not gone - have
    assert have - gone + come == want
    assert bool(told) == (have != want)


@settings(max_examples=examples(200))
@given(hosts())
def test_a_reading_does_not_differ_from_itself(one: Host) -> None:
    """Nor from its snapshot, nor from itself in another order."""
    again = one._replace(addresses=one.addresses[::-1], interfaces=one.interfaces[::-1])
    assert compared(*told_of(*in_common(one, again))) == []
    assert compared(*told_of(*in_common(one, decode(snapshot(one).encode())))) == []


UP = ETH0._replace(flags=IFF_UP | IFF_RUNNING, mtu=1500, hardware_address=b"\x02\0\x5e\x10\0\x01")
ROUTE = Route(TEN.family, (NextHop(bytes([192, 0, 2, 1]), "eth0"),), is_default=True, metric=100)
WHOLE = recorded(TEN._replace(interface=UP), TEN6._replace(interface=UP), routes=(ROUTE,), packed_sources=(TEN.packed,))


def with_interface(one: Host, **values: Any) -> Host:
    """The host with another eth0."""
    interface = one.interfaces[0]._replace(**values)
    return one._replace(
        interfaces=(interface,), addresses=tuple(a._replace(interface=interface) for a in one.addresses)
    )


def with_address(one: Host, **values: Any) -> Host:
    """The host with another IPv6 address."""
    return one._replace(addresses=(one.addresses[0], one.addresses[1]._replace(**values)))


NO_DIFFERENCE = {
    "lifetimes": with_address(WHOLE, valid_lifetime=7, preferred_lifetime=5),
    "an index": with_interface(WHOLE, index=9),
    "a zone": with_address(WHOLE, scope_id=9),
    "the order": WHOLE._replace(addresses=WHOLE.addresses[::-1]),
    "the time": WHOLE._replace(recorded=Recorded("other.example.com", "2026-01-01T00:00:00Z")),
    "the backend": WHOLE._replace(backend="ip", refusals=("netlink: no",), warnings=("odd",)),
    "routes that nobody looked at": WHOLE._replace(routes=None, packed_sources=None),
    "a value that one does not know": with_interface(WHOLE, mtu=None),
    "flags that one does not know": with_address(WHOLE, flags=None),
}


@pytest.mark.parametrize("after", NO_DIFFERENCE.values(), ids=NO_DIFFERENCE)
def test_what_is_no_difference(after: Host) -> None:
    """In either direction."""
    assert after != WHOLE
    assert differences(WHOLE, after).found == differences(after, WHOLE).found == ()


CHANGES: dict[str, tuple[Host, str, str, tuple[str, str | None, str | None]]] = {
    "down": (
        with_interface(WHOLE, flags=IFF_RUNNING),
        "interface",
        "",
        ("state", "up", "down"),
    ),
    "no carrier": (with_interface(WHOLE, flags=IFF_UP), "interface", "", ("carrier", "yes", "no")),
    "mtu": (with_interface(WHOLE, mtu=9000), "interface", "", ("mtu", "1500", "9000")),
    "kind": (with_interface(WHOLE, kind="veth"), "interface", "", ("kind", None, "veth")),
    "master": (with_interface(WHOLE, master="br0"), "interface", "", ("master", None, "br0")),
    "set apart": (with_interface(WHOLE, set_apart="zone web"), "interface", "", ("set apart", None, "zone web")),
    "mac": (
        with_interface(WHOLE, hardware_address=b"\x02\0\x5e\x10\0\x02"),
        "interface",
        "",
        ("hardware address", "02:00:5e:10:00:01", "02:00:5e:10:00:02"),
    ),
    "netmask": (
        with_address(WHOLE, prefixlen=56, packed_netmask=b"\xff" * 7 + bytes(9)),
        "address",
        "2001:db8::10",
        ("netmask", "/64", "/56"),
    ),
    "deprecated": (
        with_address(WHOLE, flags=0xA0),
        "address",
        "2001:db8::10",
        ("flags", "permanent", "deprecated,permanent"),
    ),
    "scope": (with_address(WHOLE, scope="site"), "address", "2001:db8::10", ("scope", "global", "site")),
    "metric": (
        WHOLE._replace(routes=(ROUTE._replace(metric=50),)),
        "route",
        "default IPv4 by 192.0.2.1",
        ("metric", "100", "50"),
    ),
    "source": (
        WHOLE._replace(packed_sources=(bytes([192, 0, 2, 20]),)),
        "source",
        "IPv4",
        ("address", "192.0.2.10", "192.0.2.20"),
    ),
}


@pytest.mark.parametrize(("after", "subject", "name", "value"), CHANGES.values(), ids=CHANGES)
def test_a_changed_value_is_one_difference(
    after: Host, subject: str, name: str, value: tuple[str, str | None, str | None]
) -> None:
    """With what it was and what it is."""
    told = [one for one in differences(WHOLE, after).found if one.fact.subject != "mynetworks"]
    assert [(one.change, one.fact.subject, one.fact.name) for one in told] == [(CHANGED, subject, name)]
    assert value in told[0].values


def test_gone_and_come() -> None:
    """An address, a route by another router, an interface with what is on it."""
    other = address("198.51.100.7", MASK)._replace(interface=ETH0._replace(name="eth1", index=3))
    router = ROUTE._replace(next_hops=(NextHop(bytes([192, 0, 2, 2]), "eth0"),))
    after = recorded(WHOLE.addresses[0], other, routes=(router,), packed_sources=(TEN.packed,))
    assert found(WHOLE, after) == [
        (COME, "interface", ""),
        (GONE, "address", "2001:db8::10"),
        (COME, "address", "198.51.100.7"),
        (GONE, "route", "default IPv4 by 192.0.2.1"),
        (COME, "route", "default IPv4 by 192.0.2.2"),
    ]


def blind(one: Host, *words: str) -> Host:
    """The host as one would have read it who is blind to these."""
    assert set(words) <= set(BLINDNESS)
    return one._replace(blind_to=words)


BLIND = {
    "ipv6 addresses": (blind(WHOLE._replace(addresses=WHOLE.addresses[:1]), "ipv6 addresses"), WHOLE),
    "ipv6 netmasks": (
        blind(
            with_address(WHOLE, prefixlen=128, packed_netmask=b"\xff" * 16, netmask_origin="assumed"), "ipv6 netmasks"
        ),
        WHOLE,
    ),
    "interfaces without addresses": (
        blind(WHOLE, "interfaces without addresses"),
        WHOLE._replace(interfaces=(*WHOLE.interfaces, ETH0._replace(name="eth1"))),
    ),
    "secondary addresses": (
        blind(WHOLE, "secondary addresses"),
        WHOLE._replace(addresses=(address("192.0.2.20", MASK)._replace(interface=UP), *WHOLE.addresses)),
    ),
    "carriers": (blind(with_interface(WHOLE, flags=IFF_UP), "carriers"), WHOLE),
    "routes": (blind(WHOLE._replace(routes=()), "routes"), WHOLE),
    "address flags": (blind(with_address(WHOLE, flags=None), "address flags"), with_address(WHOLE, flags=0x20)),
    "peer netmasks": (
        blind(recorded(address("10.0.0.1", "255.255.255.255", packed_peer=bytes([10, 0, 0, 2]))), "peer netmasks"),
        recorded(address("10.0.0.1", "255.255.255.0", packed_peer=bytes([10, 0, 0, 2]))),
    ),
    "same address twice": (
        blind(recorded(address("10.0.0.1", MASK)), "same address twice"),
        recorded(address("10.0.0.1", "255.0.0.0"), address("10.0.0.1", MASK)),
    ),
    "odd labels": (
        blind(recorded(address("10.0.0.1", MASK)._replace(interface=ETH0._replace(name="odd"))), "odd labels"),
        recorded(address("10.0.0.1", MASK, label="odd")),
    ),
}


SAID_TWICE = (("ipv6 netmasks",), ("address flags",))  # by the address as well


@pytest.mark.parametrize(("one", "other"), BLIND.values(), ids=BLIND)
def test_what_one_cannot_see_is_no_difference(one: Host, other: Host) -> None:
    """Not of the host, nor of mynetworks, nor of what Postfix needs."""
    for told in (differences(one, other), differences(other, one)):
        assert told.found == ()
        assert told.need is not None
        assert told.need.what == "nothing"
        assert told.not_compared == one.blind_to
    if one.blind_to not in SAID_TWICE:
        assert differences(one._replace(blind_to=()), other).found != ()


def test_an_address_that_the_blind_one_sees_has_come() -> None:
    """Although it sees one of each interface only."""
    after = blind(recorded(address("192.0.2.20", MASK)), "secondary addresses")
    assert (COME, "address", "192.0.2.20") in found(recorded(address("192.0.2.10", MASK)), after)


def test_nobody_knows_what_postfix_needs_if_no_interface_is_known_to_be_up() -> None:
    """The addresses are compared all the same."""
    after = blind(with_interface(recorded(TEN), flags=None), "interface flags")
    told = differences(recorded(TEN, TEN6), after)
    assert told.need is None
    assert [one.fact.name for one in told.found] == ["2001:db8::10"]


def test_findings_are_compared_with_a_main_cf_alone(tmp_path: Path) -> None:
    """What check finds of one reading and not of the other."""
    lo = address("127.0.0.1", "255.0.0.0")._replace(interface=ETH0._replace(name="lo", index=1))
    before, after = recorded(lo, TEN), recorded(lo, address("192.0.2.20", MASK))
    text = "compatibility_level = 3.6\nmyhostname = mail.example.com\ninet_interfaces = 192.0.2.10\n"
    tmp_path.joinpath("main.cf").write_text(text)
    told = differences(before, after, config_directory=str(tmp_path))
    findings = [one for one in told.found if one.fact.subject == "finding"]
    assert [(one.change, one.fact.name) for one in findings] == [
        (COME, "interface-not-local: inet_interfaces: 192.0.2.10")
    ]
    assert told.need is not None
    assert (told.need.what, told.need.edits[0].suggestion) == ("edit", "inet_interfaces = 192.0.2.20")
    assert all(one.fact.subject != "finding" for one in differences(before, after).found)


def test_a_finding_about_flags_is_none_if_one_cannot_see_them(tmp_path: Path) -> None:
    """It would come or go with the backend."""
    text = "compatibility_level = 3.6\nmyhostname = mail.example.com\nsmtp_bind_address6 = 2001:db8::10\n"
    tmp_path.joinpath("main.cf").write_text(text)
    before, after = recorded(TEN6), recorded(TEN6._replace(flags=0x20))
    seeing, unseeing = (
        differences(before, one, config_directory=str(tmp_path)) for one in (after, blind(after, "address flags"))
    )
    assert {one.fact.subject for one in seeing.found} == {"address", "finding"}
    assert unseeing.found == ()


def test_a_network_that_a_set_list_still_trusts_has_come_as_a_finding(tmp_path: Path) -> None:
    """Once, whether check is asked or not; on the host as it was it was none."""
    before, after = recorded(TEN), recorded(address("198.51.100.7", MASK))
    tmp_path.joinpath("main.cf").write_text(
        "compatibility_level = 3.6\nmyhostname = mail.example.com\nmynetworks = 127.0.0.0/8 192.0.2.0/24\n"
    )
    for both in (
        differences(before, after, config_directory=str(tmp_path)),
        differences(before, after, overrides={"mynetworks": "192.0.2.0/24"}),
    ):
        names = [(one.change, one.fact.name) for one in both.found if "network: " in one.fact.name]
        assert names == [(COME, "moved-network: mynetworks: 192.0.2.0/24")]
    assert differences(before, after).need is not None


def test_mynetworks_is_that_of_the_main_cf(tmp_path: Path) -> None:
    """Of style host without one."""
    before, after = recorded(TEN), recorded(TEN, TEN6)

    def networks(**more: Any) -> list[str]:
        return [d.fact.name for d in differences(before, after, **more).found if d.fact.subject == "mynetworks"]

    assert networks() == ["[2001:db8::10]/128"]
    assert networks(overrides={"mynetworks_style": "subnet"}) == ["[2001:db8::]/64"]
    tmp_path.joinpath("main.cf").write_text("compatibility_level = 0\n")
    assert networks(config_directory=str(tmp_path)) == ["[2001:db8::]/64"]
    assert networks(overrides={"mynetworks": "192.0.2.0/24"}) == []


def test_facts_about_the_same_thing_are_paired() -> None:
    """Those that are equal first, so that the pairs are those that differ."""
    one, other, third = (Fact("address", "eth0", "192.0.2.1", (("netmask", mask),)) for mask in ("/8", "/16", "/24"))
    assert compared([one, other], [other, third]) == [Difference(one, third)]
    assert compared([one, one], [one]) == [Difference(one, None)]
