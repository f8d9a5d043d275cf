"""What Linux says in /proc/net/dev and /proc/net/if_inet6."""

from __future__ import annotations

import errno
import io
import os
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


@pytest.mark.parametrize(
    ("field", "number", "whole"),
    [
        *[(1, number, True) for number in ("01", "7fffffff")],
        *[(1, number, False) for number in ("00", "-1", "80000000")],
        *[(2, number, True) for number in ("00", "80")],
        *[(2, number, False) for number in ("-1", "81")],
        *[(field, "ffffffff", True) for field in (3, 4)],
        *[(0, digits, False) for digits in ("20010db80000000000000000000001", "20010db800000000000000000000000001")],
    ],
)
def test_each_field_has_its_range(field: int, number: str, *, whole: bool) -> None:
    """An index is positive and an int; an IPv6 address has 16 bytes, and no more than 128 bits of prefix."""
    fields = LINE.split()
    fields[field] = number.encode()
    links = {index: ETH0._replace(index=index) for index in (-1, 0, 1, 2, 0x7FFFFFFF, 0x80000000)}
    addresses, all_well = decode(b" ".join(fields), links)
    assert (len(addresses), all_well) == (int(whole), whole)


class ProcFiles:
    """Files in the place of those that open() finds."""

    def __init__(self, files: dict[str, bytes], refused: int | None = None) -> None:
        self.files, self.refused = files, refused
        self.opened: list[str] = []

    def open(self, path: str, mode: str) -> io.BytesIO:
        """The file, if it is there and may be read."""
        assert mode == "rb"
        self.opened.append(path)
        if self.refused is not None:
            raise OSError(self.refused, os.strerror(self.refused), path)
        if path not in self.files:
            raise OSError(errno.ENOENT, os.strerror(errno.ENOENT), path)
        return io.BytesIO(self.files[path])


FOLDERS = ("/proc/thread-self/net", "/proc/self/net", "/proc/net")


@pytest.mark.parametrize("place", range(3))
def test_the_nearest_proc_net_is_read(place: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """This thread's comes first: a thread may be in a network namespace of its own."""
    there = ProcFiles({f"{folder}/dev": folder.encode() for folder in FOLDERS[place:]})
    monkeypatch.setattr(procnet, "open", there.open, raising=False)
    assert procnet.read_proc("dev") == FOLDERS[place].encode()
    assert there.opened == [f"{folder}/dev" for folder in FOLDERS[: place + 1]]


@pytest.mark.parametrize(("number", "asked"), [(errno.ENOENT, 3), (errno.EACCES, 1)])
def test_a_file_that_cannot_be_read_is_an_error(number: int, asked: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """If it is not there the others are looked at first."""
    nowhere = ProcFiles({}, number)
    monkeypatch.setattr(procnet, "open", nowhere.open, raising=False)
    with pytest.raises(OSError, match="if_inet6") as error:
        procnet.read_proc("if_inet6")
    assert (error.value.errno, len(nowhere.opened)) == (number, asked)


def test_names_in_proc_net_dev_are_bytes() -> None:
    """They are padded with blanks in front, and end with a colon."""
    text = b"Inter-|   Receive\n face |bytes\n    lo: 1 2\n\xff\xfe: 0\na-long-name-15b:1\n"
    assert procnet.decode_dev(text) == [b"lo", b"\xff\xfe", b"a-long-name-15b"]
