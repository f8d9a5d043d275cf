"""Scope ids inside addresses."""

from __future__ import annotations

import socket

import pytest
from support.made import address as made
from support.program import in_process

from ifdiscover._backends.kame import embed, extract
from ifdiscover._render import address_text


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


@pytest.mark.parametrize(
    ("address", "scope_id", "expected"),
    [
        ("fe80::1", 5, "fe80:5::1"),
        ("fe80::1", 1, "fe80:1::1"),
        ("febf::1", 0x102, "febf:102::1"),
        ("fe80::1", 0xFFFF, "fe80:ffff::1"),
        ("fe80::1", 0x10000, "fe80::1"),
        ("fe80::1", 0xFFFFFFFF, "fe80::1"),
        ("fe80::1", 0, "fe80::1"),
        ("fe80:7::1", 5, "fe80:7::1"),
        ("fec0::1", 5, "fec0::1"),
        ("2001:db8::1", 5, "2001:db8::1"),
        ("169.254.0.0", 5, "169.254.0.0"),
    ],
    ids=[
        "link-local",
        "the smallest",
        "high byte first",
        "the largest",
        "one too large",
        "the largest of 32 bits",
        "none",
        "something else is there",
        "site-local",
        "global",
        "IPv4",
    ],
)
def test_only_link_local_addresses_are_given_a_scope_id(address: str, scope_id: int, expected: str) -> None:
    """Where it fits; nothing of the address is lost, and extract() takes it out again."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    packed = embed(socket.inet_pton(family, address), scope_id)
    assert socket.inet_ntop(family, packed) == expected
    if expected != address:
        assert extract(packed, 0) == (socket.inet_pton(family, address), scope_id)


def test_a_netmask_is_never_given_a_scope_id() -> None:
    """Even if it looks like a link-local address."""
    text = address_text([made("fe80::1", "fe80::", scope_id=5)], kame=True)
    assert text == "fe80:5::1/fe80::\n"
    text = address_text([made("fe80::1", "ffc0::", scope_id=5)], kame=True, prefixlen=True)
    assert text == "fe80:5::1/10\n"


@pytest.mark.parametrize("form", ["table", "json"])
def test_the_scope_id_stands_inside_in_lines_only(form: str) -> None:
    """Other forms tell it beside the address."""
    status, out, err = in_process("addresses", "--kame", "--format", form)
    assert (status, out) == (64, "")
    assert f"--kame goes with --format lines or cidr, and not with --format {form}" in err
