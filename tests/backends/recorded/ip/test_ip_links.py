"""What plain ip and ip -j have in common: flags, protocols and lifetimes, and what a recording lacks."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from support.ip_texts import ETHER, FOREVER, HEAD, LOOPBACK

from ifdiscover._backends.recorded.ip.links import hexadecimal, interface_flags, lifetime, protocol
from ifdiscover._backends.recorded.replay import decode

if TYPE_CHECKING:
    from typing import NoReturn


def refuse(rule: str) -> NoReturn:
    """As a field or a line does."""
    raise ValueError(rule)


@pytest.mark.parametrize(
    ("words", "flags"),
    [
        ("", 0),
        ("BROADCAST", 0x2),
        ("UP", 0x41),
        ("BROADCAST UP", 0x43),
        ("NO-CARRIER UP", 0x1),
        ("UP NO-CARRIER BROADCAST", 0x3),
        ("NO-CARRIER", 0),
        ("M-DOWN UP", 0x41),
        ("UP 80000000", 0x80000041),
    ],
)
def test_an_interface_runs_if_it_is_up_and_has_a_carrier(words: str, flags: int) -> None:
    """Ip has no word for IFF_RUNNING, but for what is missing then."""
    assert interface_flags((word, refuse) for word in words.split()) == flags


@pytest.mark.parametrize("text", ["", "-1", "0x1", "G", "123456789", " 1", "1_0"])
def test_what_is_no_number_of_32_bits_is_no_flag(text: str) -> None:
    """Nor is no text at all."""
    with pytest.raises(ValueError, match="the rule"):
        hexadecimal(text, refuse, "the rule")


@pytest.mark.parametrize(
    ("word", "number"),
    [("unspec", 0), ("kernel_lo", 1), ("kernel_ra", 2), ("kernel_ll", 3), ("0x0ff", 255), ("0x00ff", None)],
)
def test_a_protocol_has_the_number_of_the_kernel(word: str, number: int | None) -> None:
    """In <linux/if_addr.h>: IFAPROT_UNSPEC and so on; of 8 bits nobody writes four digits."""
    assert protocol(word) == number


def test_a_lifetime_of_all_ones_is_for_ever() -> None:
    """With a sign or without."""
    assert [lifetime(seconds) for seconds in (0, 5, 0xFFFFFFFE, 0xFFFFFFFF, -1, -2)] == [
        *(0, 5, 0xFFFFFFFE),
        *(None, None, 0xFFFFFFFE),
    ]


@pytest.mark.parametrize("word", ["secondary", "temporary"])
def test_old_versions_call_a_temporary_address_secondary(word: str) -> None:
    """It is one bit, IFA_F_TEMPORARY."""
    text = f"    inet6 2001:db8::10/64 scope global {word} dynamic \n".encode()
    assert decode(LOOPBACK + HEAD + ETHER + text + FOREVER).addresses[-1].flags == 0x01


def test_an_interface_without_flags_is_no_loopback_interface() -> None:
    """So that a host that has it alone is a part of one; its type is told, or known not to be."""
    eth0 = {"ifindex": 2, "ifname": "eth0", "flags": [], "mtu": 1500, "addr_info": []}
    host = decode(json.dumps([eth0]).encode())
    assert [warning.partition(",")[0] for warning in host.warnings] == ["this recording has no loopback interface"]
    assert "hardware addresses" in host.blind_to
    assert "hardware addresses" not in decode(json.dumps([{**eth0, "link_type": "ether"}]).encode()).blind_to
