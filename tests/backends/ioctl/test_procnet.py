"""What Linux says in /proc/net/dev and /proc/net/if_inet6."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, strategies as st

from ifdiscover._backends.ioctl import procnet
from ifdiscover.model import IFF_BROADCAST, IFF_UP, Interface

ETH0 = Interface("eth0", 2, IFF_UP | IFF_BROADCAST)
LINE = b"20010db8000000000000000000000001 02 40 00 80     eth0\n"


def decode(text: bytes, names: dict[int, Interface] | None = None) -> tuple[list[Any], bool]:
    """The decoder's answer, as address, index and so on."""
    return procnet.decode_if_inet6(text, (names or {2: ETH0}).get)


def test_a_line_of_if_inet6_is_an_address() -> None:
    """It has address, index, prefix length, scope and flags in hexadecimal."""
    (address,), whole = decode(b"20010db8000000000000000000000001 02 40 00 a0     eth0\n")
    assert whole
    assert (str(address), address.interface, address.prefixlen) == ("2001:db8::1", ETH0, 64)
    assert address.packed_netmask == b"\xff" * 8 + bytes(8)
    assert (address.scope_id, address.scope, address.flag_names) == (0, "global", ("deprecated", "permanent"))


@pytest.mark.parametrize(
    ("scope", "word", "scope_id"),
    [("20", "link", 2), ("10", "host", 0), ("40", "site", 0), ("00", "global", 0), ("80", "global", 0)],
)
def test_link_local_addresses_have_their_link_as_zone(scope: str, word: str, scope_id: int) -> None:
    """Of other scopes the zone is 0."""
    ((address,), _) = decode(b"fe800000000000000000000000000001 02 40 %s 80     eth0\n" % scope.encode())
    assert (address.scope, address.scope_id) == (word, scope_id)


@given(st.binary(max_size=200))
def test_any_bytes_in_if_inet6_are_decoded_or_refused(text: bytes) -> None:
    """No contents of the file raise."""
    decode(text)
    decode(LINE + text)


@given(st.binary(min_size=1, max_size=15).filter(lambda name: name.strip() and not set(name) & set(b"\0\n")))
def test_names_in_if_inet6_may_be_any_bytes(name: bytes) -> None:
    """Addresses belong to an index; of the padded name only that it is there matters."""
    ((address,), whole) = decode(b"20010db8000000000000000000000001 02 40 00 80 %8s\n" % name)
    assert whole
    assert address.interface == ETH0


@pytest.mark.parametrize("field", [b"-1", b"100000000"])
def test_scope_and_flags_are_numbers_of_32_bits(field: bytes) -> None:
    """No snapshot could hold other flags."""
    for line in (LINE.replace(b" 00 ", b" %s " % field), LINE.replace(b" 80 ", b" %s " % field)):
        assert decode(LINE + line) == (decode(LINE)[0], False)


def test_names_in_proc_net_dev_are_bytes() -> None:
    """They are padded with blanks in front, and end with a colon."""
    text = b"Inter-|   Receive\n face |bytes\n    lo: 1 2\n\xff\xfe: 0\na-long-name-15b:1\n"
    assert procnet.decode_dev(text) == [b"lo", b"\xff\xfe", b"a-long-name-15b"]
