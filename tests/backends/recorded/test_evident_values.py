"""Which values of a snapshot are evidently good: the last that is, and the first that is not."""

from __future__ import annotations

from socket import AF_INET, AF_INET6, inet_pton
from typing import Any

import pytest

from ifdiscover._backends.recorded import evident
from ifdiscover.model import Address, Interface

U32, U64 = (1 << 32) - 1, (1 << 64) - 1
INTERFACE: dict[str, Any] = {
    "name": "eth0",
    "index": 2,
    "flags": 3,
    "mtu": 1500,
    "hardware_address": "02:00:5e:10:00:01",
    "kind": "veth",
    "master": "br0",
}
ETH0 = Interface("eth0", 2, 3, 1500, b"\x02\x00\x5e\x10\x00\x01", None, "veth", "br0")
ADDRESS: dict[str, Any] = {
    "interface": "eth0",
    "family": "ipv4",
    "address": "192.0.2.1",
    "prefixlen": 24,
    "netmask": "255.255.255.0",
    "netmask_origin": "kernel",
    "scope_id": 0,
    "broadcast": "192.0.2.255",
    "peer": "192.0.2.2",
    "label": "eth0:1",
    "scope": "global",
    "flags": ["secondary", "permanent"],
    "protocol": 2,
    "preferred_lifetime": 5,
    "valid_lifetime": 9,
}
PACKED = bytes([192, 0, 2, 1])
MASK = bytes([255, 255, 255, 0])
MADE = (bytes([192, 0, 2, 255]), bytes([192, 0, 2, 2]), "eth0:1", "global", 0x81, 2, 5, 9)
LENGTHS: tuple[Any, ...] = (-1, U32 + 1, True, 1.0, "1", [])


@pytest.mark.parametrize("text", ["e", "e" * 255, "a b"])
def test_a_name_is_plain_up_to_the_longest(text: str) -> None:
    """Of one character at least."""
    assert evident.is_plain_name(text)
    assert evident.is_plain_text(text)


@pytest.mark.parametrize("text", ["\\", "a\\\\", "\u00e9", 7, None, ["a"]])
def test_what_may_be_escaped_is_not_plain(text: Any) -> None:
    """Nor is what is no text."""
    assert not evident.is_plain_text(text)
    assert not evident.is_plain_name(text)


@pytest.mark.parametrize("text", ["", "e" * 256, "a\0"])
def test_a_text_may_be_what_no_name_is(text: str) -> None:
    """Empty, long, and with a NUL in it."""
    assert evident.is_plain_text(text)
    assert not evident.is_plain_name(text)


def test_records_are_made_of_their_values() -> None:
    """Each in its place."""
    assert evident.interface(INTERFACE) == ETH0
    made = evident.address(ADDRESS, ETH0, "eth0")
    assert made == Address(ETH0, AF_INET, PACKED, 24, MASK, "kernel", 0, *MADE)
    told = {**ADDRESS, "family": "ipv6", "address": "fe80::1", "prefixlen": 16, "netmask": "ffff::", "scope_id": 2}
    told.update(dict.fromkeys(("broadcast", "peer", "label", "scope", "flags", "protocol")))
    told.update(dict.fromkeys(("preferred_lifetime", "valid_lifetime")))
    packed, mask = b"\xfe\x80" + bytes(13) + b"\x01", b"\xff\xff" + bytes(14)
    assert evident.address(told, ETH0, "eth0") == Address(ETH0, AF_INET6, packed, 16, mask, "kernel", 2)


def test_a_netmask_is_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Most addresses have the same few."""
    asked: list[str] = []

    def ask(family: int, text: str) -> bytes:
        asked.append(text)
        return inet_pton(family, text)

    monkeypatch.setattr(evident, "inet_pton", ask)
    told = {**ADDRESS, "prefixlen": 13, "netmask": "255.248.0.0"}
    for text in ("10.1.2.3", "10.1.2.4"):
        assert evident.address({**told, "address": text}, ETH0, "eth0") is not None
    assert asked.count("10.1.2.4") == 1
    assert asked.count("255.248.0.0") <= 1


@pytest.mark.parametrize(
    ("key", "values"),
    [
        ("name", ("e", "e" * 255)),
        ("index", (None, 1, U32)),
        ("flags", (None, 0, U64)),
        ("mtu", (None, 0, U32)),
        ("hardware_address", (None, "00", ":".join(["5e"] * 255))),
        ("kind", (None, "k" * 255)),
        ("master", (None, "m" * 255)),
    ],
)
def test_the_smallest_and_the_largest_of_an_interface_are_evident(key: str, values: tuple[Any, ...]) -> None:
    """And none at all, where there may be none."""
    for value in values:
        made = evident.interface({**INTERFACE, key: value})
        assert made is not None
        found = getattr(made, key if key != "hardware_address" else "mac")
        assert found == value


@pytest.mark.parametrize(
    ("key", "values"),
    [
        ("name", (None, "", "e" * 256, "a\\")),
        ("index", (0, *LENGTHS)),
        ("flags", (-1, U64 + 1, *LENGTHS[2:])),
        ("mtu", LENGTHS),
        ("hardware_address", ("0", "000a", "00:0A", "zz", 7, [], ":".join(["5e"] * 256))),
        ("kind", ("", 7, "a\\")),
        ("master", ("", 7, "a\\")),
        *((key, (None,)) for key in ("name_hex", "kind_hex", "master_hex", "set_apart")),
    ],
)
def test_anything_else_in_an_interface_takes_a_closer_look(key: str, values: tuple[Any, ...]) -> None:
    """However good the rest is."""
    assert [value for value in values if evident.interface({**INTERFACE, key: value}) is not None] == []
    assert evident.interface([]) is None


@pytest.mark.parametrize(
    ("key", "values"),
    [
        ("netmask_origin", ("kernel", "assumed")),
        ("scope_id", (0, U32)),
        ("broadcast", (None,)),
        ("peer", (None,)),
        ("label", (None, "l" * 255)),
        ("scope", (None, "link", "17")),
        ("flags", (None, [])),
        ("protocol", (None, 0, 255)),
        ("preferred_lifetime", (None, 0, U32)),
        ("valid_lifetime", (None, 0, U32)),
    ],
)
def test_the_smallest_and_the_largest_of_an_address_are_evident(key: str, values: tuple[Any, ...]) -> None:
    """And none at all, where there may be none."""
    plain = evident.address(ADDRESS, ETH0, "eth0")
    assert plain is not None
    for value in values:
        made = evident.address({**ADDRESS, key: value}, ETH0, "eth0")
        field = {"broadcast": "packed_broadcast", "peer": "packed_peer"}.get(key, key)
        changed: Any = {field: 0 if value == [] else value}
        assert made == plain._replace(**changed)


@pytest.mark.parametrize(
    ("key", "values"),
    [
        ("interface", ("a", "eth", "eth1", "z", 7, None)),
        ("family", ("inet", [], 2, None)),
        ("address", ("192.0.2.256", "::1", "192.0.2.1\0", 7, None)),
        ("prefixlen", (23, 25, "24", 24.0, None)),
        ("netmask", ("255.0.255.0", "255.255.0.0", "ffff::", 7, [], None)),
        ("netmask_origin", ("guessed", None)),
        ("scope_id", LENGTHS),
        ("broadcast", ("192.0.2.256", "192.0.2.1\0", 7)),
        ("peer", ("192.0.2.256", "192.0.2.1\0", 7)),
        ("label", ("", "l" * 256, "a\\", 7)),
        ("scope", ("256", [], 7)),
        ("flags", (["wild"], [[]], {"permanent": 1}, "permanent", 7, True)),
        ("protocol", (256, *LENGTHS)),
        ("preferred_lifetime", LENGTHS),
        ("valid_lifetime", LENGTHS),
        ("label_hex", (None,)),
    ],
)
def test_anything_else_in_an_address_takes_a_closer_look(key: str, values: tuple[Any, ...]) -> None:
    """However good the rest is."""
    good = [value for value in values if evident.address({**ADDRESS, key: value}, ETH0, "eth0") is not None]
    assert good == []
    told = dict(ADDRESS)
    told.pop(key, None)
    assert key == "label_hex" or evident.address(told, ETH0, "eth0") is None
    assert evident.address([], ETH0, "eth0") is None
