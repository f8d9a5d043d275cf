"""Which addresses of ip -j addr are evidently good: the last values that are, and the first that are not."""

from __future__ import annotations

import json
from socket import AF_INET, AF_INET6
from typing import Any

import pytest

from ifdiscover._backends.recorded.ip import evident
from ifdiscover.model import Address, Interface

U32 = (1 << 32) - 1
ETH0 = Interface("eth0", 2)
ADDRESS: dict[str, Any] = {
    "family": "inet",
    "local": "192.0.2.1",
    "address": "192.0.2.2",
    "prefixlen": 24,
    "broadcast": "192.0.2.255",
    "scope": "global",
    "label": "eth0:1",
    "protocol": "kernel_lo",
    "secondary": True,
    "dynamic": True,
    "preferred_life_time": 5,
    "valid_life_time": 9,
}
PACKED, NETMASK = bytes([192, 0, 2, 1]), bytes([255, 255, 255, 0])
BROADCAST, PEER = bytes([192, 0, 2, 255]), bytes([192, 0, 2, 2])
MADE = Address(ETH0, AF_INET, PACKED, 24, NETMASK, "kernel", 0, BROADCAST, PEER, "eth0:1", "global", 0x01, 1, 5, 9)
GONE = object()
NUMBERS: tuple[Any, ...] = (-1, U32 + 1, True, 1.0, "1", [], None, GONE)


def read(interface: Interface = ETH0, **more: Any) -> Address | None:
    """What is made of the address with other values, as a parser makes them."""
    told = {key: value for key, value in {**ADDRESS, **more}.items() if value is not GONE}
    return evident.address(json.loads(json.dumps(told)), interface)


def changed(**more: Any) -> Address:
    """The address with other values."""
    return MADE._replace(**more)


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({}, MADE),
        ({"prefixlen": 0}, changed(prefixlen=0, packed_netmask=bytes(4))),
        ({"prefixlen": 32}, changed(prefixlen=32, packed_netmask=b"\xff" * 4)),
        ({"preferred_life_time": 0, "valid_life_time": 0}, changed(preferred_lifetime=0, valid_lifetime=0)),
        ({"preferred_life_time": U32, "valid_life_time": U32}, changed(preferred_lifetime=None, valid_lifetime=None)),
        ({"preferred_life_time": U32 - 1, "valid_life_time": 1}, changed(preferred_lifetime=U32 - 1, valid_lifetime=1)),
        ({"broadcast": GONE, "address": GONE}, changed(packed_broadcast=None, packed_peer=None)),
        ({"label": GONE, "protocol": GONE}, changed(label=None, protocol=None)),
        ({"label": None, "protocol": "x"}, changed(label=None, protocol=None)),
        ({"label": "eth0"}, changed(label=None)),
        ({"label": "a"}, changed(label="a")),
        ({"scope": "link"}, changed(scope="link")),
        ({"secondary": GONE}, changed(flags=0)),
        ({"dynamic": GONE}, changed(flags=0x81)),
        ({"dynamic": GONE, "permanent": True}, changed(flags=0x81)),
        ({"nodad": True, "deprecated": True}, changed(flags=0x23)),
    ],
)
def test_what_a_kernel_tells_is_evident(more: dict[str, Any], expected: Address) -> None:
    """The smallest and the largest too."""
    assert read(**more) == expected


@pytest.mark.parametrize(
    ("key", "values"),
    [
        ("family", ("ipv4", [], None, GONE)),
        ("local", ("192.0.2.256", "::1", "192.0.2.1\0", 7, None, GONE)),
        ("address", ("192.0.2.256", "192.0.2.1\0", 7)),
        ("broadcast", ("192.0.2.256", "192.0.2.1\0", 7)),
        ("prefixlen", (33, *NUMBERS)),
        ("scope", ("256", [], 7, GONE)),
        ("label", ("", "a\\", "z\\", "l" * 256, 7, [])),
        ("protocol", ("", "a\\", 2)),
        ("preferred_life_time", NUMBERS),
        ("valid_life_time", NUMBERS),
        ("nodad", (False, None, 1, "x")),
        ("wild", (True,)),
    ],
)
def test_anything_else_takes_a_closer_look(key: str, values: tuple[Any, ...]) -> None:
    """However good the rest is."""
    assert [value for value in values if read(**{key: value}) is not None] == []
    assert evident.address([], ETH0) is None


@pytest.mark.parametrize(
    ("scope", "index", "scope_id"),
    [("link", 2, 2), ("link", None, 0), ("global", 2, 0), ("site", 2, 0), ("nowhere", 2, 0)],
)
def test_an_ipv6_address_of_a_link_has_the_zone_of_its_interface(scope: str, index: int | None, scope_id: int) -> None:
    """No other has one."""
    told = {"family": "inet6", "local": "fe80::1", "address": GONE, "broadcast": GONE, "label": GONE}
    made = read(ETH0._replace(index=index), **told, scope=scope)
    assert made is not None
    assert (made.family, made.scope, made.scope_id) == (AF_INET6, scope, scope_id)


def test_a_label_that_is_the_name_of_its_interface_is_none() -> None:
    """Whatever is in the name."""
    made = read(ETH0._replace(name="e\u00e9"), label="e\u00e9")
    assert made is not None
    assert made.label is None
