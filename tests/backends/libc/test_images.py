"""Other platforms' memory, as their compilers and kernels leave it, decoded as its images say."""

from __future__ import annotations

import contextlib
import copy
import socket
import sys
from typing import TYPE_CHECKING, Any

import pytest
from support.made import FakeLibc, fake_libc
from support.memory.images import Image, images, mapped
from support.memory.segments import StrayReadError

from ifdiscover._backends.libc import getifaddrs
from ifdiscover._backends.libc.memory import ProbedMemory, ProcessMemory
from ifdiscover._backends.libc.sockaddrs import readers
from ifdiscover._backends.platforms import POINTER_SIZE
from ifdiscover._packed import contiguous_prefixlen, is_ipv6_link_local
from ifdiscover.model import IFF_BROADCAST, IFF_POINTOPOINT

if TYPE_CHECKING:
    from ifdiscover._backends.libc.memory import Memory
    from ifdiscover.model import Address, Interface

LISTS = images("image_ifaddrs")
each_list = pytest.mark.parametrize("image", LISTS, ids=[image.name for image in LISTS])


def packed(text: str | None) -> bytes | None:
    """An image's address; None for none."""
    return None if text is None else socket.inet_pton(socket.AF_INET6 if ":" in text else socket.AF_INET, text)


def as_expected(interfaces: tuple[Interface, ...], addresses: tuple[Address, ...], image: Image) -> None:
    """Hold what was decoded to what the image says is in it."""
    entries = image.expected["image_ifaddrs"]
    links: dict[str, list[dict[str, Any]]] = {}
    for entry in entries:
        if entry.get("addr") is None:
            links.setdefault(entry["name"], []).append(entry)
    assert [i.name for i in interfaces[: len(links)]] == list(links)
    for interface, told_of_it in zip(interfaces, links.values()):
        macs = {tuple(entry["mac"]) for entry in told_of_it if "mac" in entry}
        assert {interface.flags} == {entry["flags"] for entry in told_of_it}
        assert {interface.index} == ({index for _, index in macs} or {None})
        # NetBSD lists every one that an interface was given: of several none is known to be in use.
        assert interface.hardware_address == (bytes.fromhex(macs.pop()[0]) if len(macs) == 1 else None)
    told = [entry for entry in entries if entry.get("addr") is not None]
    assert len(addresses) == len(told)
    for address, entry in zip(addresses, told):
        own, mask, other = packed(entry["addr"]), packed(entry.get("mask")), packed(entry.get("peer"))
        scope_id = entry.get("scope", 0)
        if image.layout.names_tell_scope_id and is_ipv6_link_local(address.packed):
            scope_id = scope_id or address.interface.index or 0
        assert entry["name"] in (address.interface.name, address.label)
        assert address.interface.flags == entry["flags"]
        assert (address.packed, address.packed_netmask, address.scope_id) == (own, mask, scope_id)
        assert address.family == (socket.AF_INET if len(address.packed) == 4 else socket.AF_INET6)
        assert address.prefixlen == (None if mask is None else contiguous_prefixlen(mask))
        # The model says by the flags what the pointer leads to, and leaves out what only repeats the address.
        other = None if other == own else other
        point_to_point = bool(entry["flags"] & IFF_POINTOPOINT)
        broadcast = bool(entry["flags"] & IFF_BROADCAST) and not point_to_point and address.family == socket.AF_INET
        assert address.packed_peer == (other if point_to_point else None)
        assert address.packed_broadcast == (other if broadcast else None)


def decode(memory: Memory, image: Image, **more: Any) -> tuple[tuple[Interface, ...], tuple[Address, ...]]:
    """What is decoded from an image's list in some memory."""
    return getifaddrs.decode(memory, image.head, image.layout, byte_order=image.byte_order, **more)


def test_there_are_images() -> None:
    """An empty folder would let every test here pass."""
    assert images()


@pytest.mark.parametrize("image", images(), ids=repr)
def test_an_image_has_something_that_tests_decode(image: Image) -> None:
    """A list of one of the three kinds, and for each what is expected there: otherwise it would be passed over."""
    kinds = {"image_ifaddrs", "image_ifconf", "image_lifconf"}
    found = {root for root in kinds if image.roots.get(root) is not None}
    assert found
    assert found == kinds & image.expected.keys()


@each_list
def test_an_image_decodes_as_it_says(image: Image) -> None:
    """From its segments, outside of which every read raises."""
    as_expected(*decode(image, image), image)


READ_BY = [(image, ProbedMemory) for image in LISTS] + [(i, ProcessMemory) for i in LISTS if i.platform == "linux"]


@pytest.mark.parametrize(("image", "kind"), READ_BY, ids=[f"{kind.__name__}-{image.name}" for image, kind in READ_BY])
def test_an_image_decodes_from_real_memory(image: Image, kind: type[Memory]) -> None:
    """Mapped where its pointers lead, whatever its width and byte order, and read as the product reads."""
    decode(image, image)  # raises where the other would end this process
    with contextlib.contextmanager(mapped)(image):
        found = decode(kind(), image)
    as_expected(*found, image)


ORDER = {"little": "<", "big": ">"}[sys.byteorder]
NATIVE = [i for i in LISTS if (i.byte_order, i.pointer_size) == (ORDER, POINTER_SIZE)]


@pytest.mark.parametrize("image", NATIVE, ids=[image.name for image in NATIVE])
def test_an_image_is_read_by_the_whole_backend(image: Image, monkeypatch: pytest.MonkeyPatch) -> None:
    """As if a C library of that platform had answered: found by the system's name, decoded, each answer freed once."""
    decode(image, image)  # raises where the other would end this process
    fake_libc(monkeypatch, libc := FakeLibc(head=image.head))
    release = "" if image.platform in ("linux", "darwin") else "14"
    monkeypatch.setattr("sys.platform", image.platform + release)
    monkeypatch.setattr(getifaddrs, "index_of", lambda _name: None)
    assert getifaddrs.unavailable() is None
    with contextlib.contextmanager(mapped)(image):
        host = getifaddrs.read()
    assert libc.asked in (1, 3)  # three times where an interface without an index makes it ask again
    assert libc.freed == [image.head or None] * libc.asked
    as_expected(host.interfaces, host.addresses, image)


@each_list
def test_every_entry_of_an_image_is_read_as_it_says(image: Image) -> None:
    """Also what the model leaves out: the second hardware address, what is neither peer nor broadcast by the flags."""
    layout = image.layout
    read = readers(image, layout, image.byte_order)
    found = []
    for _, name, flags, addr, _, dstaddr in getifaddrs._walk(image, image.head, layout, image.byte_order):
        family = read.ipv4(addr)[0] if addr else None
        told: object = None
        if family == layout.platform.af_link:
            told = read.link(addr)
        elif dstaddr and family == layout.platform.af_inet:
            told = read.ipv4_other(dstaddr)[1]
        elif dstaddr and family == layout.platform.af_inet6:
            told = read.ipv6_other(dstaddr)[0]
        found.append((image.string(name, layout.name_size), flags, told))
    expected = []
    for entry in image.expected["image_ifaddrs"]:
        mac, index = entry.get("mac", (None, None))
        told = packed(entry.get("peer")) if mac is None else (index, bytes.fromhex(mac))
        expected.append((entry["name"].encode("utf-8", "surrogateescape"), entry["flags"], told))
    assert found == expected


@each_list
def test_an_image_cut_short_raises_or_is_whole(image: Image) -> None:
    """Where a pointer leads out of what is there, there is an error and never half an answer."""
    raised = 0
    for sixteenths in range(16):
        part = copy.copy(image)
        part.segments = {start: data[: len(data) * sixteenths // 16] for start, data in image.segments.items()}
        try:
            found = decode(part, image)
        except StrayReadError:
            raised += 1
        else:
            as_expected(*found, image)
    assert raised or not image.expected["image_ifaddrs"]


@pytest.mark.parametrize("image", [i for i in LISTS if i.platform == "sunos"], ids=repr)
def test_scope_ids_of_an_illumos_image_come_from_names(image: Image) -> None:
    """Its C library leaves sin6_scope_id at 0: the interface's index is the scope id of what is link-local."""
    links = {entry["name"].partition(":")[0]: entry for entry in image.expected["image_ifaddrs"]}
    index_of = {name.encode("utf-8", "surrogateescape"): number for number, name in enumerate(links, 1)}
    interfaces, addresses = decode(image, image, index_of=index_of.get)
    assert all(interface.index for interface in interfaces)
    for address in addresses:
        link_local = is_ipv6_link_local(address.packed)
        assert address.scope_id == (address.interface.index if link_local else 0)
