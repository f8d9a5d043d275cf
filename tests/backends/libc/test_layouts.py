"""The getifaddrs decoder on lists built by every row of the layout table, in both byte orders."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
from hypothesis import given, strategies as st
from support.memory.arena import BASE, POISON, Arena
from support.memory.segments import StrayReadError

from ifdiscover._backends.libc import getifaddrs
from ifdiscover._backends.libc.layouts import FREEBSD_64, NETBSD_32, NETBSD_64, ROWS, SUNOS_32, SUNOS_64
from ifdiscover._packed import contiguous_prefixlen
from ifdiscover.errors import DiscoveryError
from ifdiscover.model import IFF_BROADCAST, IFF_LOOPBACK, IFF_POINTOPOINT, IFF_UP

if TYPE_CHECKING:
    from ifdiscover.model import Address, Interface

UP = IFF_UP | IFF_BROADCAST
TUN = IFF_UP | IFF_POINTOPOINT

CASES = {
    f"{platform}-{size * 8} {order}": (layout, "<" if order == "little" else ">")
    for (platform, size), layout in ROWS.items()
    for order in ("little", "big")
}
PURE_BSD = FREEBSD_64._replace(platform=FREEBSD_64.platform._replace(embeds_scope_id=False))
COUNTED = {name: case for name, case in CASES.items() if "sa_len" in case[0].sockaddr_in}
KAME = {name: case for name, case in CASES.items() if case[0].platform.embeds_scope_id}


def every(cases: dict[str, Any]) -> pytest.MarkDecorator:
    """Run a test in the memory of each of these rows and orders."""
    return pytest.mark.parametrize("case", cases.values(), ids=cases)


def ip(text: str) -> bytes:
    """Its bytes."""
    return socket.inet_pton(socket.AF_INET6 if ":" in text else socket.AF_INET, text)


def decode(arena: Arena, **more: Any) -> tuple[tuple[Interface, ...], tuple[Address, ...]]:
    """The decoder's answer to what the arena holds."""
    return getifaddrs.decode(arena, arena.head, arena.layout, byte_order=arena.order, **more)


class Link(NamedTuple):
    """An entry of the link layer; ``hardware_address`` None: without a socket address."""

    name: bytes
    number: int
    hardware_address: bytes | None


class Number(NamedTuple):
    """An entry with an address."""

    packed: bytes
    scope_id: int
    mask: bytes | None
    mask_length: int
    mask_family: int
    dst: bytes | None
    dst_length: int


def numbers(size: int, scope_ids: st.SearchStrategy[int]) -> st.SearchStrategy[Number]:
    """Entries of a family; none of their addresses looks as if it had a scope id inside."""
    end = 24 if size == 16 else 8
    packed = st.binary(min_size=size, max_size=size).filter(lambda p: p[0] != 0xFE)
    return st.builds(
        Number,
        packed,
        scope_ids,
        st.none() | st.binary(min_size=size, max_size=size),
        st.integers(0, end + 4),
        st.integers(0, 255),
        st.none() | packed,
        st.sampled_from([0, end]),
    )


ENTRIES = st.lists(
    st.one_of(
        st.builds(
            Link,
            st.binary(min_size=1, max_size=16).filter(lambda name: b"\0" not in name and b":" not in name),
            st.integers(1, 2**15),
            st.none() | st.binary(max_size=24),
        ),
        numbers(4, st.just(0)),
        numbers(16, st.integers(0, 2**32 - 1)),
        st.integers(40, 255),
    ),
    max_size=12,
)


@every(CASES)
@given(entries=ENTRIES, flags=st.integers(0, 0xFFFF))
def test_any_list_is_decoded_to_what_was_put_in(case: Any, entries: list[Any], flags: int) -> None:
    """Links, addresses, and families that are neither; and nothing is read that belongs to no object."""
    layout, order = case
    arena = Arena(layout, order)
    counted = "sa_len" in layout.sockaddr_in
    links: dict[bytes, tuple[int | None, bytes | None]] = {}
    expected = []
    for entry in entries:
        if isinstance(entry, int):
            arena.add(b"x", flags, arena.socket_address(layout.sockaddr_in, entry, 16, 8))
        elif isinstance(entry, Link):
            name, index, hardware_address = entry
            none = hardware_address is None
            addr = 0 if none else arena.link(index, hardware_address or b"", name)
            arena.add(name, flags, addr, end=b"" if len(name) == layout.name_size else b"\0")
            several = name in links and links[name][1] != hardware_address
            links[name] = (None if none else index, None if several else hardware_address)
        else:
            place, start = (arena.ipv4, 4) if len(entry.packed) == 4 else (arena.ipv6, 8)
            more = (entry.scope_id,) if start == 8 else ()
            mask, dst = entry.mask, entry.dst
            mask_at = 0 if mask is None else place(mask, length=entry.mask_length, family=entry.mask_family)
            dst_at = 0 if dst is None else place(dst, length=entry.dst_length)
            arena.add(b"y", flags, place(entry.packed, *more), mask_at, dst_at)
            if counted and mask is not None:
                mask = mask[: max(0, entry.mask_length - start)].ljust(len(mask), b"\0")
            if (counted and entry.dst_length == 0) or dst == entry.packed:
                dst = None
            point_to_point = bool(flags & IFF_POINTOPOINT)
            expected.append(
                (
                    "y",
                    entry.packed,
                    entry.scope_id,
                    mask,
                    None if mask is None else contiguous_prefixlen(mask),
                    dst if point_to_point else None,
                    dst if start == 4 and flags & IFF_BROADCAST and not point_to_point else None,
                )
            )
    interfaces, addresses = decode(arena)
    found = {i.name.encode("utf-8", "surrogateescape"): (i.index, i.hardware_address) for i in interfaces}
    assert {name: found[name] for name in links if name != b"y"} == {n: x for n, x in links.items() if n != b"y"}
    assert {i.flags for i in interfaces} <= {flags}
    assert [
        (a.interface.name, a.packed, a.scope_id, a.packed_netmask, a.prefixlen, a.packed_peer, a.packed_broadcast)
        for a in addresses
    ] == expected


@every(COUNTED)
@pytest.mark.parametrize("length", range(29))
def test_a_netmask_ends_where_its_length_says(case: Any, length: int) -> None:
    """The rest is zeros: what lies there belongs to somebody else. Its family says nothing."""
    arena = Arena(*case)
    for family in (0, arena.layout.platform.af_inet, 255):
        arena.add(b"x", UP, arena.ipv4(ip("192.0.2.1")), arena.ipv4(b"\xff" * 4, length=length, family=family))
        mask = arena.ipv6(b"\xff" * 16, length=length, family=family)
        arena.add(b"x", UP, arena.ipv6(ip("2001:db8::1")), mask)
    ones4, ones6 = max(0, min(length - 4, 4)), max(0, min(length - 8, 16))
    for address in decode(arena)[1]:
        ones, size = (ones4, 4) if len(address.packed) == 4 else (ones6, 16)
        assert address.packed_netmask == b"\xff" * ones + bytes(size - ones)
        assert address.prefixlen == 8 * ones


@every(COUNTED)
def test_what_lies_behind_a_trimmed_netmask_is_not_read(case: Any) -> None:
    """Even where something lies there."""
    arena = Arena(*case)
    mask = arena.place(bytes([6, 0, 0, 0, 255, 240]) + POISON * 24)
    arena.add(b"x", UP, arena.ipv4(ip("172.16.0.1")), mask)
    mask = arena.place(bytes([10, 0, *[0] * 6, 255, 255]) + POISON * 24)
    arena.add(b"x", UP, arena.ipv6(ip("2001:db8::1")), mask)
    assert [a.packed_netmask for a in decode(arena)[1]] == [ip("255.240.0.0"), ip("ffff::")]


@every(COUNTED)
@pytest.mark.parametrize("length", range(29))
def test_a_peer_or_broadcast_is_whole_or_none(case: Any, length: int) -> None:
    """One of length 0 says that there is none, and then there are not even the bytes of a whole one."""
    arena = Arena(*case)
    mask = arena.ipv4(b"\xff" * 4)
    for flags in (TUN, UP):
        arena.add(b"x", flags, arena.ipv4(ip("10.0.0.1")), mask, arena.ipv4(ip("10.0.0.2"), length=length))
    arena.add(b"x", TUN, arena.ipv6(ip("fd00::1")), 0, arena.ipv6(ip("fd00::2"), length=length))
    four = ip("10.0.0.2") if length >= 8 else None
    six = ip("fd00::2") if length >= 24 else None
    assert [(a.packed_peer, a.packed_broadcast) for a in decode(arena)[1]] == [(four, None), (None, four), (six, None)]


@every(COUNTED)
def test_a_peer_of_another_family_is_none(case: Any) -> None:
    """Bytes of one family are no address of another."""
    arena = Arena(*case)
    arena.add(b"x", TUN, arena.ipv4(ip("10.0.0.1")), 0, arena.ipv6(ip("fd00::2")))
    arena.add(b"x", TUN, arena.ipv6(ip("fd00::1")), 0, arena.ipv4(ip("10.0.0.2"), length=28))
    assert [a.packed_peer for a in decode(arena)[1]] == [None, None]


@every(COUNTED)
@pytest.mark.parametrize("length", [0, 7, 23])
def test_an_address_too_short_is_an_error(case: Any, length: int) -> None:
    """Zeros in place of what is missing would be another address."""
    for make, text in ((Arena.ipv6, "2001:db8::1"), (Arena.ipv4, "192.0.2.1")):
        arena = Arena(*case)
        arena.add(b"x", UP, make(arena, ip(text), length=length))
        if length < 8 or make is Arena.ipv6:
            with pytest.raises(DiscoveryError, match=f"{length} bytes, too short"):
                decode(arena)


@every(COUNTED)
def test_an_ipv6_address_without_room_for_a_scope_id_has_none(case: Any) -> None:
    """RFC 2133's sockaddr_in6 ended behind the address."""
    arena = Arena(*case)
    for length in (24, 27, 28, 32):
        arena.add(b"x", UP, arena.ipv6(ip("fe80::1"), 5, length=length))
    assert [a.scope_id for a in decode(arena)[1]] == [0, 0, 5, 5]


@every({**CASES, "a BSD without KAME": (PURE_BSD, "<")})
def test_scope_ids_inside_addresses_are_taken_out_on_bsd_only(case: Any) -> None:
    """Of addresses and peers, never of netmasks; elsewhere those bytes belong to the address."""
    arena = Arena(*case)
    mask, peer = arena.ipv6(ip("fe80:5::1")), arena.ipv6(ip("fe80:5::2"))
    arena.add(b"gif0", TUN, arena.ipv6(ip("fe80:5::1")), mask, peer)
    (address,) = decode(arena)[1]
    assert address.packed_netmask == ip("fe80:5::1")
    if arena.layout.platform.embeds_scope_id:
        assert (address.packed, address.scope_id, address.packed_peer) == (ip("fe80::1"), 5, ip("fe80::2"))
    else:
        assert (address.packed, address.scope_id, address.packed_peer) == (ip("fe80:5::1"), 0, ip("fe80:5::2"))


@every(KAME)
def test_a_scope_id_beside_a_clean_address_is_kept(case: Any) -> None:
    """As current releases of FreeBSD and macOS do it; their peers are still embedded."""
    arena = Arena(*case)
    peer = arena.ipv6(ip("fe80:7::2"))
    arena.add(b"gif0", TUN, arena.ipv6(ip("fe80::1"), 7), arena.ipv6(b"\xff" * 16), peer)
    (address,) = decode(arena)[1]
    assert (address.packed, address.scope_id, address.packed_peer) == (ip("fe80::1"), 7, ip("fe80::2"))


@every({name: case for name, case in CASES.items() if case[0] in (NETBSD_32, NETBSD_64)})
def test_flags_of_netbsd_have_no_sign(case: Any) -> None:
    """0x8049 comes as 0xffff8049."""
    arena = Arena(*case)
    arena.add(b"lo0", 0xFFFF8049, arena.link(1, b"", b"lo0"))
    assert decode(arena)[0][0].flags == 0x8049


@every({name: case for name, case in CASES.items() if case[0] in (SUNOS_32, SUNOS_64)})
def test_flags_of_illumos_have_64_bits(case: Any) -> None:
    """The high ones are not lost, and the low ones not read from the wrong half."""
    arena = Arena(*case)
    arena.add(b"lo0", 0x2002000849, arena.ipv6(ip("::1")), arena.ipv6(b"\xff" * 16))
    (interface,), _ = decode(arena)
    assert (interface.flags, interface.is_up) == (0x2002000849, True)


@every({name: case for name, case in CASES.items() if case[0].names_tell_scope_id})
def test_a_logical_interface_of_illumos_has_its_flags_and_the_index_of_the_physical_one(case: Any) -> None:
    """Which is also the scope id of what is link-local on it, and of nothing else."""
    arena = Arena(*case)
    arena.add(b"em0", UP, arena.ipv6(ip("fe80::1")))
    arena.add(b"em0:1", TUN, arena.ipv6(ip("fe80::2")))
    arena.add(b"em0:2", UP, arena.ipv6(ip("2001:db8::2")))
    arena.add(b"em0:3", UP, arena.ipv6(ip("fe80::3"), 9))
    arena.add(b"gone0", UP, arena.ipv6(ip("fe80::4")))
    _, addresses = decode(arena, index_of={b"em0": 4}.get)
    assert [(a.interface.flags, a.interface.index, a.scope_id) for a in addresses] == [
        (UP, 4, 4),
        (TUN, 4, 4),
        (UP, 4, 0),
        (UP, 4, 9),
        (UP, None, 0),
    ]


@every(CASES)
def test_without_link_entries_an_interface_is_still_one(case: Any) -> None:
    """Flags that tell nothing of it, such as illumos' IFF_IPV4 and IFF_IPV6, do not make it two; being down does."""
    arena = Arena(*case)
    bits = 0xFFFF if arena.layout.flags_mask else 0xFFFFFFFF
    for flags in (UP | 0x1000000, UP | 0x2000000, UP & ~IFF_UP):
        arena.add(b"em0", flags, arena.ipv4(ip("192.0.2.1")))
    interfaces, addresses = decode(arena, index_of={b"em0": 4}.get)
    assert [(i.name, i.flags) for i in interfaces] == [("em0", (UP | 0x1000000) & bits), ("em0", UP & ~IFF_UP)]
    assert [a.interface for a in addresses] == [interfaces[0], interfaces[0], interfaces[1]]


@every(CASES)
def test_a_name_ends_where_it_may_end_without_nul(case: Any) -> None:
    """After 16 bytes, on illumos after 32."""
    arena = Arena(*case)
    size = 32 if arena.layout in (SUNOS_32, SUNOS_64) else 16
    arena.add(b"n" * size, UP, arena.link(1, b""), end=b"")
    arena.add(b"n" * size, UP, arena.ipv4(ip("192.0.2.1")), end=b"")
    (interface,), (address,) = decode(arena)
    assert address.interface == interface
    assert interface.name == "n" * size


@every(COUNTED)
def test_a_netmask_of_a_link_entry_is_none(case: Any) -> None:
    """NetBSD has one there, of as many ones as the interface's name has bytes."""
    arena = Arena(*case)
    mask = arena.place(bytes([11, 0, *[0] * 6, 255, 255, 255]))
    arena.add(b"lo0", IFF_UP | IFF_LOOPBACK, arena.link(1, b"", b"lo0"), mask)
    (interface,), addresses = decode(arena)
    assert (interface.name, interface.index, interface.hardware_address, addresses) == ("lo0", 1, b"", ())


@every(COUNTED)
def test_of_two_hardware_addresses_none_is_known_to_be_in_use(case: Any) -> None:
    """NetBSD lists all that an interface was given; of two entries that say the same there is one."""
    arena = Arena(*case)
    for name, last in ((b"shmif0", 1), (b"shmif0", 2), (b"shmif1", 1), (b"shmif1", 1)):
        arena.add(name, UP, arena.link(2, bytes((2, 0, 0, 0, 0, last)), name))
    assert [i.hardware_address for i in decode(arena)[0]] == [None, b"\2\0\0\0\0\1"]


@every(COUNTED)
@pytest.mark.parametrize(
    ("length", "name_length", "claimed", "expected"),
    [
        (14, 3, 200, (2, b"\1\2\3")),
        (14, 200, 6, (2, b"")),
        (8, 3, 6, (2, b"")),
        (5, 3, 6, (None, None)),
    ],
    ids=["address too long", "name too long", "nothing but lengths", "not even lengths"],
)
def test_a_hardware_address_is_not_read_beyond_its_socket_address(
    case: Any, length: int, name_length: int, claimed: int, expected: tuple[int | None, bytes | None]
) -> None:
    """Whatever it claims of its own length and of the name's before it."""
    arena = Arena(*case)
    data = bytearray(arena.segments[arena.link(2, b"\1\2\3", b"em0")])
    data[0], data[5], data[6] = length, name_length, claimed
    arena.add(b"em0", UP, arena.place(bytes(data[:length])))
    assert [(i.index, i.hardware_address) for i in decode(arena)[0]] == [expected]


@every({name: case for name, case in CASES.items() if case[0] in (SUNOS_32, SUNOS_64)})
def test_a_hardware_address_of_illumos_ends_where_its_structure_does(case: Any) -> None:
    """A struct sockaddr_dl has 252 bytes there, and no length."""
    arena = Arena(*case)
    behind = b"em0" + bytes(range(241))
    data = bytearray(arena.segments[arena.link(2, behind[3:], b"em0")])
    data[6] = 255  # sdl_alen
    assert len(data) == 252
    arena.add(b"em0", UP, arena.place(bytes(data)))
    assert [i.hardware_address for i in decode(arena)[0]] == [behind[3:]]


@every(CASES)
def test_a_wild_pointer_raises(case: Any) -> None:
    """Of any field of any entry: into nothing, and into the first page, where no object ever is."""
    for wild in (1, 0x1000 - 1, BASE // 2, 0xFFFFFFF0):
        for field in ("ifa_next", "ifa_name", "ifa_addr", "ifa_netmask", "ifa_dstaddr"):
            arena = Arena(*case)
            own = arena.ipv4(ip("192.0.2.1"))
            entry = arena.add(b"x", TUN, own, arena.ipv4(b"\xff" * 4), arena.ipv4(ip("192.0.2.2")))
            offset, _ = arena.layout.ifaddrs[field]
            arena.point(entry, offset, wild)
            with pytest.raises((StrayReadError, DiscoveryError)):
                decode(arena)


@every(CASES)
def test_a_ring_ends_in_an_error(case: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of any length, and wherever it comes back to."""
    monkeypatch.setattr(getifaddrs, "MAX_ENTRIES", 50)
    for length in range(1, 8):
        arena = Arena(*case)
        entries = [arena.add(b"x", UP, arena.ipv4(ip("192.0.2.1"))) for _ in range(length)]
        arena.follow(entries[-1], entries[length // 2])
        with pytest.raises(DiscoveryError, match="does not end"):
            decode(arena)


@every(CASES)
def test_a_list_may_be_as_long_as_is_allowed(case: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """And no longer."""
    monkeypatch.setattr(getifaddrs, "MAX_ENTRIES", 10)
    arena = Arena(*case)
    for _ in range(10):
        arena.add(b"x", UP, arena.ipv4(ip("192.0.2.1")))
    assert len(decode(arena)[1]) == 10
    arena.add(b"x", UP, arena.ipv4(ip("192.0.2.1")))
    with pytest.raises(DiscoveryError, match="more than 10 entries"):
        decode(arena)
