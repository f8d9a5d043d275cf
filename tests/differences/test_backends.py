"""Comparing backends: what two contradict each other in, and what either is excused from."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from support.made import ETH0, address, seen_by
from support.schemas import validated
from support.shapes import SHAPES

from ifdiscover._differences import backends
from ifdiscover._differences.backends import compare
from ifdiscover._differences.readings import Reading
from ifdiscover._render.comparison import comparison_lines

if TYPE_CHECKING:
    from support.namespaces import Namespace

    from ifdiscover.model import Address, Host

SLASH_64 = "ffff:ffff:ffff:ffff::"
ALL_ONES = "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"


def differing(*hosts: Host) -> list[tuple[str, tuple[tuple[str, str | None], ...]]]:
    """In what they differ, and who says what."""
    return [(difference.aspect, difference.says) for difference in compare(hosts)[1]]


def test_the_same_answer_is_no_difference() -> None:
    """However often it is given."""
    one = address("192.0.2.1", "255.255.255.0", flags=0x80, label="eth0:1")
    rows, differences = compare([seen_by(name, one) for name in "abc"])
    assert differences == []
    assert rows[-1].aspects[0] == ("netmask", "/24", ("=", "=", "="))


def test_another_netmask_is_a_difference() -> None:
    """And says who says what."""
    one, two = address("192.0.2.1", "255.255.255.0"), address("192.0.2.1", "255.255.0.0")
    assert differing(seen_by("a", one), seen_by("b", two)) == [("netmask", (("a", "/24"), ("b", "/16")))]


def test_an_address_that_one_does_not_have_is_a_difference() -> None:
    """Missing is not blind; it is said once, and those that have it are not blamed."""
    one = address("192.0.2.1", "255.255.255.0", flags=0x80)
    without = seen_by("a")._replace(interfaces=(ETH0,))
    assert differing(without, seen_by("b", one), seen_by("c", one)) == [
        ("netmask", (("a", None), ("b", "/24"), ("c", "/24")))
    ]
    rows, _ = compare([without, seen_by("b", one), seen_by("c", one)])
    assert rows[-1].aspects[0] == ("netmask", "/24", ("-", "=", "="))


def test_an_interface_that_one_does_not_have_is_a_difference() -> None:
    """One without addresses too, unless the backend does not see such."""
    have, lack = seen_by("a")._replace(interfaces=(ETH0,)), seen_by("b")
    assert differing(have, lack) == [("index", (("a", "2"), ("b", None)))]
    assert differing(have, lack._replace(blind_to=("interfaces without addresses",))) == []


def test_interfaces_are_compared_too() -> None:
    """State, MTU and hardware address, up to blindness."""
    for word, field, value in (
        ("interface flags", "flags", 0),
        ("mtu", "mtu", 1500),
        ("hardware addresses", "hardware_address", b"\2\0"),
        ("interface index", "index", 9),
    ):
        one, two = (seen_by(name)._replace(interfaces=(ETH0,)) for name in "ab")
        two = two._replace(interfaces=(ETH0._replace(**{field: value}),))  # type: ignore[arg-type]  # a field by name
        assert len(differing(one, two)) == 1
        assert differing(one, two._replace(blind_to=(word,))) == []


def test_another_order_is_a_difference() -> None:
    """Mynetworks rests on it; a backend that does not see the kernel's is excused."""
    one, two = address("192.0.2.1", "255.255.255.0"), address("192.0.2.2", "255.255.255.0")
    assert [aspect for aspect, _ in differing(seen_by("a", one, two), seen_by("b", two, one))] == ["order"]
    assert differing(seen_by("a", one, two), seen_by("b", two, one, blind_to=("order",))) == []


@pytest.mark.parametrize(
    ("word", "one", "two"),
    [
        ("ipv6 netmasks", address("2001:db8::1", SLASH_64), address("2001:db8::1", ALL_ONES, netmask_origin="assumed")),
        (
            "peer netmasks",
            address("192.0.2.1", "255.0.0.0", packed_peer=bytes(4)),
            address("192.0.2.1", "255.255.255.255", packed_peer=bytes(4)),
        ),
        ("labels", address("192.0.2.1", "255.0.0.0", label="eth0:1"), address("192.0.2.1", "255.0.0.0")),
        ("peers", address("192.0.2.1", "255.0.0.0", packed_peer=bytes(4)), address("192.0.2.1", "255.0.0.0")),
        ("broadcasts", address("192.0.2.1", "255.0.0.0", packed_broadcast=bytes(4)), address("192.0.2.1", "255.0.0.0")),
        ("broadcast peer", address("192.0.2.1", "255.0.0.0", packed_peer=bytes(4)), address("192.0.2.1", "255.0.0.0")),
        ("scope", address("192.0.2.1", "255.0.0.0", scope="link"), address("192.0.2.1", "255.0.0.0")),
        ("scope ids", address("fe80::1", SLASH_64, scope_id=2), address("fe80::1", SLASH_64)),
        ("address flags", address("192.0.2.1", "255.0.0.0", flags=0x80), address("192.0.2.1", "255.0.0.0")),
        (
            "interface flags",
            address("192.0.2.1", "255.0.0.0"),
            address("192.0.2.1", "255.0.0.0")._replace(interface=ETH0._replace(flags=None)),
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_backend_is_excused_from_what_it_is_blind_to(word: str, one: Address, two: Address) -> None:
    """And from nothing else: without the word, the same is a difference."""
    assert differing(seen_by("a", one), seen_by("b", two, blind_to=(word,))) == []
    assert differing(seen_by("a", one), seen_by("b", two)) != []


def test_blindness_to_ipv6_addresses_excuses_all_of_them_and_no_ipv4_one() -> None:
    """SIOCGIFCONF of Solaris has IPv4 only."""
    ipv4, ipv6 = address("192.0.2.1", "255.255.255.0"), address("2001:db8::1", SLASH_64)
    assert differing(seen_by("a", ipv4, ipv6), seen_by("b", ipv4, blind_to=("ipv6 addresses",))) == []
    assert differing(seen_by("a", ipv4, ipv6), seen_by("b", ipv6, blind_to=("ipv6 addresses",))) != []


def test_blindness_to_ipv6_netmasks_excuses_no_ipv4_one() -> None:
    """Nor does an assumed mask hide that the address is missing elsewhere."""
    one, two = address("192.0.2.1", "255.255.255.0"), address("192.0.2.1", "255.255.0.0")
    assert differing(seen_by("a", one), seen_by("b", two, blind_to=("ipv6 netmasks",))) != []
    v6 = address("2001:db8::1", ALL_ONES, netmask_origin="assumed")
    assert differing(seen_by("a"), seen_by("b", v6, blind_to=("ipv6 netmasks",))) != []


def test_a_label_taken_for_a_name_is_excused() -> None:
    """Where the backend says that such labels mislead it."""
    odd = address("192.0.2.1", "255.255.255.0", label="odd")
    taken = address("192.0.2.1", "255.255.255.0")._replace(interface=ETH0._replace(name="odd", index=None))
    misled = seen_by("b", taken, blind_to=("odd labels",))
    misled = misled._replace(interfaces=(ETH0, *misled.interfaces))
    assert differing(seen_by("a", odd), misled) == []
    assert differing(seen_by("a", odd), misled._replace(blind_to=())) != []


@pytest.mark.parametrize("label", ["lo", "lo:1", "eth1", "eth1:x", "down0", "odd", "odd:1"])
def test_a_label_that_names_another_interface_makes_no_difference(label: str, namespace: Namespace) -> None:
    """Whatever the other interface is: of the same flags, of others, or none at all."""
    others = [f"link add {name} type ifb" for name in ("eth0", "eth1", "down0")]
    up = [f"link set {name} up" for name in ("lo", "eth0", "eth1")]
    namespace.build([*others, *up, "addr add 192.0.2.10/24 dev eth0", "addr add 198.51.100.1/24 dev eth1"])
    namespace.build([f"addr add 192.0.2.11/24 label {label} dev eth0"])
    done = namespace.ifdiscover("backends", "--compare", "--json")
    assert json.loads(done.stdout)["differences"] == []


def test_one_address_with_two_netmasks() -> None:
    """A backend that tells the first only is excused, if it says so."""
    one, two = address("192.0.2.1", "255.255.255.0"), address("192.0.2.1", "255.255.255.240")
    null = two._replace(packed_netmask=None, prefixlen=None, netmask_origin=None)
    assert differing(seen_by("a", one, two), seen_by("b", one, null, blind_to=("same address twice",))) == []
    assert differing(seen_by("a", one, two), seen_by("b", one, null)) != []


def test_the_table_fits_and_says_everything() -> None:
    """Within 80 columns; differences in sentences, names escaped, who could not be asked last."""
    one = address("2001:db8:1234:5678:9abc:def0:1234:5678", SLASH_64, flags=0x81)
    one = one._replace(interface=ETH0._replace(name="a\x1b"))
    assumed = one._replace(prefixlen=128, netmask_origin="assumed", flags=None)
    wrong = one._replace(prefixlen=48)
    hosts = [
        seen_by("rtnetlink", one),
        seen_by("getifaddrs", wrong, blind_to=("address flags",)),
        seen_by("psutil", assumed, blind_to=("ipv6 netmasks", "address flags")),
    ]
    hosts[1] = hosts[1]._replace(addresses=(wrong._replace(flags=None),))
    rows, differences = compare(hosts)
    readings = [Reading(made.backend, made, None, 1.25) for made in hosts]
    readings.append(Reading("netifaces", None, "not\x07 installed", None, available=False))
    readings.append(Reading("ioctl", None, "torn"))
    lines = list(comparison_lines(readings, rows, differences))
    assert lines == [
        "                                                     rtnetlink getifaddrs psutil",
        "milliseconds                                               1.2        1.2    1.2",
        "a\\x1b",
        "  2001:db8:1234:5678:9abc:def0:1234:5678/64                  =          !      a",
        "    flags temporary,permanent                                =          ?      ?",
        "= the same   ? cannot tell   a assumed   ! differs   - not there",
        "difference: a\\x1b 2001:db8:1234:5678:9abc:def0:1234:5678: netmask: rtnetlink says /64; getifaddrs says /48",
        "netifaces: not available: not\\x07 installed",
        "ioctl: failed: torn",
    ]
    assert all(len(line) <= 80 for line in lines[:-3])


def test_what_is_not_there_is_no_fault_and_has_no_colour() -> None:
    """A package that is not installed is none; a backend that was asked and failed is."""
    readings = [
        Reading("netifaces", None, "not installed", None, available=False),
        Reading("psutil", None, "it waits", None, asked=False),
        Reading("ioctl", None, "torn"),
    ]
    lines = list(comparison_lines(readings, [], [], lambda text, colour: f"{colour}:{text}"))[-3:]
    assert lines == ["netifaces: not available: not installed", "psutil: not asked: it waits", "31:ioctl: failed: torn"]


@pytest.mark.netns
@pytest.mark.parametrize("name", SHAPES)
def test_on_any_host_the_backends_agree(name: str, namespace: Namespace) -> None:
    """Status 0, and nothing marked, in text and in JSON."""
    namespace.build(SHAPES[name].steps)
    done = namespace.ifdiscover("backends", "--compare", check=False)
    assert (done.returncode, done.stderr) == (0, ""), done.stdout
    assert "no differences" in done.stdout
    document = validated(namespace.ifdiscover("backends", "--compare", "--json").stdout)
    assert document["differences"] == []
    assert {b["name"] for b in document["backends"] if b["milliseconds"] is not None} >= {"rtnetlink", "getifaddrs"}


def test_addresses_that_differ_only_in_the_address_are_judged_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each of them has the row, and the difference, that it has alone."""
    judged: list[object] = []
    judge = backends._Comparing._judged

    def count(comparing: Any, found: Any) -> Any:
        judged.append(found)
        return judge(comparing, found)

    monkeypatch.setattr(backends._Comparing, "_judged", count)
    every = [address(f"192.0.2.{n}", "255.255.255.0", preferred_lifetime=n) for n in range(1, 9)]
    other = [one._replace(prefixlen=25) for one in every]
    found = compare([seen_by("a", *every), seen_by("b", *other), seen_by("c", *every[1:])])
    assert len(judged) == 2
    alone = [
        compare([seen_by("a", one), seen_by("b", two), seen_by("c", *([one] if one in every[1:] else []))])[1]
        for one, two in zip(every, other)
    ]
    assert found[1] == [difference for one in alone for difference in one if difference.packed]
