"""What messages about addresses must share to be read at once, and whether their addresses are seen to differ."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING
from unittest import mock

import pytest
from support.kernels.netlink import ONE, THREE, TWO, newaddr
from support.made import address

from ifdiscover._backends.netlink import address_runs, messages
from ifdiscover.model import Address

if TYPE_CHECKING:
    from ifdiscover._backends.netlink.address_runs import Plans

PACKED, BROADCAST = Address._fields.index("packed"), Address._fields.index("packed_broadcast")
SIX = bytes.fromhex("20010db8000000000000000000000001")


def body(*attributes: tuple[int, bytes], family: int = 2) -> bytes:
    """The body of an RTM_NEWADDR."""
    return newaddr(2, family, 24, attributes)[16:]


def test_all_but_addresses_and_what_is_not_read_must_be_shared() -> None:
    """The head, each attribute's header, and the part of its value that is read; no padding, no time of a change."""
    message = body(
        (messages.IFA_ADDRESS, ONE),  # at 8
        (messages.IFA_LOCAL, ONE),  # at 16
        (messages.IFA_BROADCAST, THREE),  # at 24
        (messages.IFA_LABEL, b"eth0\0"),  # at 32, with three bytes of padding
        (messages.IFA_FLAGS, struct.pack("=I", 0x80)),  # at 44
        (messages.IFA_CACHEINFO, bytes(16)),  # at 52; the last 8 bytes are times
        (messages.IFA_PROTO, b"\3"),  # at 72, with padding
        (99, b"new"),  # at 80
    )
    read = {*range(12), *range(16, 20), *range(24, 28), *range(32, 41), *range(44, 64), *range(72, 77), *range(80, 84)}
    found = address_runs.new_plan(bytes(5) + message, 5, 5 + len(message))
    assert found is not None
    equal, others, pairs, fields = found
    assert sorted(equal) == sorted(read)
    assert others == sorted({*range(len(message))} - read)
    assert pairs == [(20, 12), (21, 13), (22, 14), (23, 15)]
    assert fields == [(PACKED, 20, 4), (BROADCAST, 28, 4)]


@pytest.mark.parametrize(
    ("message", "fields"),
    [
        (body((messages.IFA_ADDRESS, SIX), family=10), [(PACKED, 12, 16)]),
        (body((messages.IFA_LOCAL, ONE)), [(PACKED, 12, 4)]),
        (body((messages.IFA_LABEL, b"a:1\0"), (messages.IFA_LOCAL, ONE)), [(PACKED, 20, 4)]),
        (body((messages.IFA_BROADCAST, THREE)), None),
        (body(), None),
        (body((messages.IFA_LOCAL, ONE))[:-1], None),
    ],
    ids=["IFA_ADDRESS", "IFA_LOCAL", "behind a label", "a broadcast address alone", "none", "cut short"],
)
def test_a_message_without_an_address_or_with_a_fault_is_alike_to_none(
    message: bytes, fields: list[tuple[int, int, int]] | None
) -> None:
    """It is decoded by itself, with its error."""
    found = address_runs.new_plan(message, 0, len(message))
    assert (None if found is None else found[2:]) == (None if fields is None else ([], fields))


def test_a_plan_is_made_once_for_all_messages_that_share_it() -> None:
    """Wherever they lie; one of the same length that shares less gets a plan of its own, as does a longer one."""
    plain = [body((messages.IFA_ADDRESS, one), (messages.IFA_LOCAL, one)) for one in (ONE, TWO, THREE)]
    turned = [body((messages.IFA_LOCAL, one), (messages.IFA_ADDRESS, one)) for one in (ONE, TWO)]
    longer = [body((messages.IFA_LOCAL, one), (messages.IFA_LABEL, b"eth0:1\0")) for one in (ONE, TWO)]
    plans: Plans = {}
    new_plan = address_runs.new_plan
    with mock.patch.object(address_runs, "new_plan", wraps=new_plan) as made:
        for wanted, alike in enumerate((plain, longer, turned, plain), 1):
            for message in alike:
                for before in (1, 7, 16):
                    found = address_runs.plan(bytes(before) + message, before, before + len(message), plans)
                    assert found == new_plan(message, 0, len(message))
                    assert made.call_count == wanted
    assert set(plans) == {len(plain[0]), len(longer[0])}
    assert address_runs.plan(body(), 0, 8, plans) is None


@pytest.mark.parametrize(
    ("parts", "seen"),
    [
        ([(1, 2, 3)], True),
        ([(3, 2, 1)], True),
        ([0, (1, 2, 3), 4, 5], True),
        ([9, 7, (3, 2, 1), (4, 5, 6), 0], True),
        ([(7, 8), (3, 2), 5], True),
        ([1, (1, 2, 3)], False),
        ([(1, 2, 3), 1], False),
        ([(1, 2, 3), 2], False),
        ([(1, 2, 3), 3], False),
        ([3, (3, 2, 1)], False),
        ([(3, 2, 1), 1], False),
        ([(3, 2, 1), 3], False),
        ([5, 5, (1, 2, 3)], False),
        ([(1, 2, 3), 5, 5], False),
        ([5, (1, 2, 3), 5, (8, 9)], False),
        ([(1, 2, 3), (3, 4)], False),
        ([(3, 2, 1), (5, 4, 3)], False),
        ([(1, 3, 2, 4)], False),
        ([(4, 2, 3, 1)], False),
        ([(1, 2, 2)], False),
        ([(2, 2, 1)], False),
        ([(1, 4), (2, 3)], False),  # they differ, but not by their order
    ],
)
def test_addresses_are_seen_to_differ_by_their_order(parts: list[int | tuple[int, ...]], seen: bool) -> None:
    """A number is an address alone, a tuple those of a run; one that comes twice is never overlooked."""
    addresses: list[Address] = []
    columns = []
    for part in parts:
        numbers = part if isinstance(part, tuple) else (part,)
        made = [address(f"10.0.0.{number}") for number in numbers]
        if isinstance(part, tuple):
            columns.append((len(addresses), tuple(one.packed for one in made)))
        addresses += made
    assert address_runs.are_in_order(addresses, columns) is seen
