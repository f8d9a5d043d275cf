"""The list of SIOCGIFCONF and SIOCGLIFCONF, decoded from what each platform's real compiler laid out."""

from __future__ import annotations

import contextlib
import socket
import struct
from ipaddress import ip_address
from typing import Any, NamedTuple

import pytest
from support.memory.images import Image, images, mapped

from ifdiscover._backends.ioctl import bsd, linux, siocglif
from ifdiscover._backends.ioctl.requests import Listed, decode_record, split
from ifdiscover._backends.ioctl.rows import LIF_ROWS, ROWS, Row
from ifdiscover._backends.libc.memory import ProbedMemory
from ifdiscover._names import to_text
from ifdiscover._packed import is_ipv6_link_local
from ifdiscover.errors import DiscoveryError
from ifdiscover.model import ASSUMED, Address, Interface

TABLES = {"image_ifconf": ROWS, "image_lifconf": LIF_ROWS}
ETH0 = Interface("eth0", 2, 0x43)


class ListImage(NamedTuple):
    """One of the two lists of an image."""

    image: Image
    root: str

    @property
    def row(self) -> Row:
        """The row of the table of requests."""
        return TABLES[self.root][self.image.platform, self.image.pointer_size]

    @property
    def expected(self) -> list[dict[str, Any]]:
        """What the image says that is in it."""
        return self.image.expected[self.root]

    def list(self) -> bytes:
        """What struct ifconf or lifconf says is the list."""
        ifconf = struct.Struct(self.image.byte_order + self.row.ifconf)
        length, address = ifconf.unpack(self.image.read_padded(self.image.roots[self.root], ifconf.size))
        return self.image.read_padded(address, length)


IMAGES = [ListImage(image, root) for root in TABLES for image in images(root)]
each = pytest.mark.parametrize("image", IMAGES, ids=[f"{image.name}-{root}" for image, root in IMAGES])


def listed(image: ListImage) -> list[Listed]:
    """The records of an image, decoded."""
    return [decode_record(record, image.row, image.image.byte_order) for record in split(image.list(), image.row)]


def told(entry: Listed) -> dict[str, Any]:
    """A record in the words of an image's own expectation."""
    address = socket.inet_ntop(entry.family, entry.packed) if entry.family else None
    return {"name": to_text(entry.name), "addr": address, "scope": entry.scope_id}


def test_there_are_images() -> None:
    """An empty folder would let everything pass."""
    assert images()


@each
def test_an_image_is_read_from_real_memory(image: ListImage) -> None:
    """Mapped where its pointers lead, the structure and the list that it tells of are what the segments have."""
    ifconf = struct.Struct(image.image.byte_order + image.row.ifconf)
    memory = ProbedMemory()
    with contextlib.contextmanager(mapped)(image.image):
        length, address = ifconf.unpack(memory.read(image.image.roots[image.root], ifconf.size))
        found = memory.read(address, length)
    assert found == image.list()


@each
def test_an_image_decodes_as_its_file_says(image: ListImage) -> None:
    """Names, addresses and zones, in every byte order and width."""
    assert [told(entry) for entry in listed(image)] == image.expected


def modelled(image: ListImage) -> list[Address]:
    """The addresses of an image, by the decoder that the backend has for that kernel, nothing being known of masks."""
    if image.image.platform == "linux":
        return [linux.decode_ipv4(record, {}, ETH0) for record in split(image.list(), image.row)]
    entries = [entry for entry in listed(image) if entry.family]
    if image.image.platform == "sunos":
        return [siocglif.decode_address(entry, {}, ETH0, 2) for entry in entries]
    return [bsd.decode_address(entry, {}, ETH0) for entry in entries]


@each
def test_an_image_becomes_addresses_of_the_model(image: ListImage) -> None:
    """All that the image says; a netmask that was not told is none, or of IPv6 the narrowest that there is."""
    said = [entry for entry in image.expected if entry["addr"] is not None]
    made = modelled(image)
    assert [address.ip for address in made] == [ip_address(entry["addr"]) for entry in said]
    assert {(address.family, address.prefixlen, address.netmask_origin) for address in made} <= {
        (socket.AF_INET, None, None),
        (socket.AF_INET6, 128, ASSUMED),
    }
    link_local = [is_ipv6_link_local(address.packed) for address in made]
    if image.image.platform == "sunos":  # its zones come from names: here every name is that of interface 2
        assert [address.scope_id for address in made] == [2 if local else 0 for local in link_local]
    else:
        assert [address.scope_id for address in made] == [entry["scope"] for entry in said]


@each
def test_an_image_cut_anywhere_is_refused_or_shorter(image: ListImage) -> None:
    """A list that ends amid a record is an error, never an address that is not there."""
    data = image.list()
    whole = split(data, image.row)
    ends = [sum(map(len, whole[:count])) for count in range(len(whole) + 1)]
    assert ends[-1] == len(data)
    for end in range(len(data)):
        if end in ends:
            assert split(data[:end], image.row) == whole[: ends.index(end)]
        else:
            with pytest.raises(DiscoveryError, match="amid a record"):
                split(data[:end], image.row)
