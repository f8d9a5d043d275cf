"""Scope ids inside addresses."""

from __future__ import annotations

import socket

import pytest

from ifdiscover.backends.kame import extract


@pytest.mark.parametrize(
    ("address", "scope_id", "expected", "expected_scope_id"),
    [
        ("fe80:5::1", 0, "fe80::1", 5),
        ("fe80:1::2d0:b7ff:fe88:2ca7", 0, "fe80::2d0:b7ff:fe88:2ca7", 1),
        ("fe80:102::1", 0, "fe80::1", 0x102),
        ("febf:5:ffff::1", 0, "febf:0:ffff::1", 5),
        ("fe80:5::1", None, "fe80::1", 5),
        ("fe80:5::1", 7, "fe80::1", 7),
        ("fe80::1", 7, "fe80::1", 7),
        ("fe80::1", 0, "fe80::1", 0),
        ("fe80::1", None, "fe80::1", None),
        ("fec0:5::1", 0, "fec0:5::1", 0),
        ("2001:db8::1", 0, "2001:db8::1", 0),
        ("ffff:ffff:ffff:ffff::", 0, "ffff:ffff:ffff:ffff::", 0),
        ("254.128.0.1", 0, "254.128.0.1", 0),
    ],
    ids=[
        "embedded",
        "embedded, from an Ethernet address",
        "high byte first",
        "the last of fe80::/10",
        "nothing beside it",
        "both: what is beside it counts",
        "beside it only",
        "neither",
        "neither, nor known",
        "site-local",
        "global",
        "a netmask",
        "IPv4 that begins like fe80",
    ],
)
def test_only_link_local_addresses_hold_a_scope_id(
    address: str, scope_id: int | None, expected: str, expected_scope_id: int | None
) -> None:
    """It stands in bytes 2 and 3, goes out of the address, and fills a place that is empty."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    packed, found = extract(socket.inet_pton(family, address), scope_id)
    assert (socket.inet_ntop(family, packed), found) == (expected, expected_scope_id)
