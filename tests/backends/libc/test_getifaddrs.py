"""The getifaddrs backend: its decoder on built memory, its reader on this host and on a C library that fails."""

from __future__ import annotations

import ctypes
import errno
import json
import socket
import struct
import subprocess
import sys
import threading
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, strategies as st
from support.made import FakeLibc, fake_libc
from support.memory.arena import Arena
from support.namespaces import environment
from support.shapes import SHAPES

from ifdiscover._backends import shared
from ifdiscover._backends.libc import getifaddrs
from ifdiscover._backends.libc.layouts import LINUX_32, LINUX_64, ROWS
from ifdiscover._backends.platforms import here
from ifdiscover._backends.shared import index_of
from ifdiscover.errors import DiscoveryError, NotPermittedError, UnansweredError
from ifdiscover.model import BLINDNESS, IFF_BROADCAST, IFF_LOOPBACK, IFF_POINTOPOINT, IFF_UP

if TYPE_CHECKING:
    from support.namespaces import Namespace

    from ifdiscover.model import Address, Interface

UP = IFF_UP | IFF_BROADCAST
TUN = IFF_UP | IFF_POINTOPOINT


def ipv4(text: str) -> bytes:
    """Four bytes."""
    return socket.inet_pton(socket.AF_INET, text)


def ipv6(text: str) -> bytes:
    """Sixteen bytes."""
    return socket.inet_pton(socket.AF_INET6, text)


@pytest.fixture(params=["64 little", "64 big", "32 little", "32 big"])
def arena(request: pytest.FixtureRequest) -> Arena:
    """Empty memory of each width and byte order."""
    width, order = request.param.split()
    return Arena(LINUX_64 if width == "64" else LINUX_32, "<" if order == "little" else ">")


def decode(arena: Arena, **more: Any) -> tuple[tuple[Interface, ...], tuple[Address, ...]]:
    """The decoder's answer to what the arena holds."""
    return getifaddrs.decode(arena, arena.head, arena.layout, byte_order=arena.order, **more)


def test_an_empty_list_is_an_empty_host(arena: Arena) -> None:
    """A null head is no error."""
    assert decode(arena) == ((), ())


def test_order_is_the_lists(arena: Arena) -> None:
    """Interfaces and addresses come in the order of their entries, whatever their names."""
    for index, name in ((2, b"z"), (1, b"a")):
        arena.add(name, UP, arena.link(index, b"\2\0\0\0\0\1"))
    mask = arena.ipv4(ipv4("255.255.255.0"))
    for name, address in ((b"a", "192.0.2.9"), (b"z", "192.0.2.1"), (b"a", "192.0.2.5")):
        arena.add(name, UP, arena.ipv4(ipv4(address)), mask)
    interfaces, addresses = decode(arena)
    assert [(i.name, i.index) for i in interfaces] == [("z", 2), ("a", 1)]
    assert [(a.interface.name, str(a)) for a in addresses] == [
        ("a", "192.0.2.9"),
        ("z", "192.0.2.1"),
        ("a", "192.0.2.5"),
    ]


def test_an_entry_without_address_is_an_interface(arena: Arena) -> None:
    """A tunnel without link layer has no sockaddr: its index is asked for by name."""
    arena.add(b"tun0", TUN)
    interfaces, _ = decode(arena, index_of={b"tun0": 7}.get)
    assert interfaces[0][:3] == ("tun0", 7, TUN)
    assert interfaces[0].hardware_address is None


def test_an_entry_without_netmask_has_none(arena: Arena) -> None:
    """A null netmask is no netmask of zeros, which would match everyone."""
    arena.add(b"eth0", UP, arena.ipv4(ipv4("192.0.2.1")))
    arena.add(b"eth0", UP, arena.ipv6(ipv6("2001:db8::1")))
    for address in decode(arena)[1]:
        assert (address.packed_netmask, address.prefixlen, address.netmask_origin) == (None, None, None)


def test_a_netmask_with_holes_has_no_prefixlen(arena: Arena) -> None:
    """The mask is kept as it is."""
    arena.add(b"eth0", UP, arena.ipv4(ipv4("10.1.2.3")), arena.ipv4(ipv4("255.0.255.0")))
    (address,) = decode(arena)[1]
    assert (address.prefixlen, address.packed_netmask) == (None, ipv4("255.0.255.0"))


@pytest.mark.parametrize(
    ("flags", "broadcast", "peer"),
    [(UP, "192.0.2.255", None), (TUN, None, "192.0.2.255"), (IFF_UP | IFF_LOOPBACK, None, None)],
    ids=["broadcast", "point-to-point", "neither"],
)
def test_the_flags_decide_between_peer_and_broadcast(
    arena: Arena, flags: int, broadcast: str | None, peer: str | None
) -> None:
    """Both stand at one pointer, which on other interfaces leads to the address itself."""
    arena.add(b"x", flags, arena.ipv4(ipv4("192.0.2.1")), arena.ipv4(bytes(4)), arena.ipv4(ipv4("192.0.2.255")))
    (address,) = decode(arena)[1]
    assert address.packed_broadcast == (ipv4(broadcast) if broadcast else None)
    assert address.packed_peer == (ipv4(peer) if peer else None)


def test_an_ipv6_peer_needs_the_flag_too(arena: Arena) -> None:
    """IPv6 has no broadcast; without IFF_POINTOPOINT the pointer means nothing."""
    for flags in (UP, TUN):
        arena.add(b"x", flags, arena.ipv6(ipv6("fd00::1")), arena.ipv6(bytes(16)), arena.ipv6(ipv6("fd00::2")))
    assert [(a.packed_broadcast, a.packed_peer) for a in decode(arena)[1]] == [(None, None), (None, ipv6("fd00::2"))]


def test_a_peer_or_broadcast_equal_to_the_address_is_none(arena: Arena) -> None:
    """Linux lets the pointer lead to the address itself where nothing was configured."""
    own = arena.ipv4(ipv4("192.0.2.1"))
    for flags in (UP, TUN):
        arena.add(b"x", flags, own, arena.ipv4(bytes(4)), own)
    assert [(a.packed_broadcast, a.packed_peer) for a in decode(arena)[1]] == [(None, None)] * 2


def test_labels_belong_to_the_address(arena: Arena) -> None:
    """What stands before the colon is the interface, which no interface's name can contain."""
    arena.add(b"eth0", UP, arena.link(2, bytes(6)))
    mask = arena.ipv4(ipv4("255.255.255.0"))
    for name in (b"eth0", b"eth0:1"):
        arena.add(name, UP, arena.ipv4(ipv4("192.0.2.1")), mask)
    interfaces, addresses = decode(arena)
    assert [a.label for a in addresses] == [None, "eth0:1"]
    assert [a.interface for a in addresses] == [interfaces[0]] * 2


def test_a_label_that_names_another_interface_does_not_borrow_its_flags(arena: Arena) -> None:
    """The entry's own flags are the truth: an address of an interface that is down stays down."""
    arena.add(b"eth0", UP, arena.link(2, bytes(6)))
    arena.add(b"eth0", UP & ~IFF_UP, arena.ipv4(ipv4("192.0.2.1")), arena.ipv4(bytes(4)))
    interfaces, (address,) = decode(arena)
    assert address.interface.is_up is False
    assert address.interface in interfaces


@pytest.mark.parametrize("both", [(UP, UP & ~IFF_UP), (UP & ~IFF_UP, UP)], ids=["up first", "down first"])
def test_of_one_name_each_entrys_own_flags_count(arena: Arena, both: tuple[int, int]) -> None:
    """Whichever comes first, and whichever is the larger number."""
    for number, flags in enumerate(both, 1):
        arena.add(b"eth0", flags, arena.ipv4(bytes([192, 0, 2, number])), arena.ipv4(bytes(4)))
    assert [address.interface.flags for address in decode(arena)[1]] == list(both)


def test_without_link_entries_interfaces_come_from_addresses(arena: Arena) -> None:
    """Android hides links from applications."""
    arena.add(b"wlan0", UP, arena.ipv4(ipv4("192.0.2.1")), arena.ipv4(bytes(4)))
    interfaces, (address,) = decode(arena, index_of=lambda _: 3)
    assert interfaces == (address.interface,)
    assert interfaces[0][:3] == ("wlan0", 3, UP)


@pytest.mark.parametrize("length", [0, 1, 6, 8, 20, 24])
def test_hardware_addresses_have_any_length(arena: Arena, length: int) -> None:
    """0 on a tunnel, 6 on Ethernet, 20 on InfiniBand; nothing beyond is read."""
    arena.add(b"ib0", UP, arena.link(4, bytes(range(length))))
    assert decode(arena)[0][0].hardware_address == bytes(range(length))


def test_scope_ids_are_kept(arena: Arena) -> None:
    """A link-local address knows its link."""
    arena.add(b"eth0", UP, arena.ipv6(ipv6("fe80::1"), 5), arena.ipv6(ipv6("ffff:ffff:ffff:ffff::")))
    (address,) = decode(arena)[1]
    assert (address.scope_id, address.prefixlen) == (5, 64)


def test_other_families_are_passed_over(arena: Arena) -> None:
    """An entry of a family that is neither says nothing, whether its number is small or large."""
    for family in (0, 1, 16, 18, 99):
        arena.add(b"x", UP, arena.place(struct.pack(f"{arena.order}H14x", family)))
    assert decode(arena) == ((), ())


@given(st.binary(min_size=1, max_size=15).filter(lambda name: b"\0" not in name and b":" not in name))
def test_names_are_bytes_that_survive(name: bytes) -> None:
    """Any name that a kernel takes comes back as it was, whatever the locale."""
    arena = Arena(LINUX_64)
    arena.add(name, UP, arena.link(1, bytes(6)))
    assert decode(arena)[0][0].name.encode("utf-8", "surrogateescape") == name


def test_a_ring_is_an_error(arena: Arena, monkeypatch: pytest.MonkeyPatch) -> None:
    """A list that comes back to itself ends in an error, not in a full memory."""
    assert getifaddrs.MAX_ENTRIES == 1 << 20
    monkeypatch.setattr(getifaddrs, "MAX_ENTRIES", 1000)
    first = arena.add(b"eth0", UP)
    second = arena.add(b"eth1", UP)
    arena.follow(second, first)
    with pytest.raises(DiscoveryError, match="does not end"):
        decode(arena)


def test_errno_is_reported_and_nothing_freed(monkeypatch: pytest.MonkeyPatch) -> None:
    """A failed call says why, and hands out nothing to free."""
    fake_libc(monkeypatch, libc := FakeLibc(error=errno.EMFILE))
    with pytest.raises(DiscoveryError, match="getifaddrs: Too many open files"):
        getifaddrs.read()
    assert libc.freed == []


@pytest.mark.parametrize("number", [errno.EPERM, errno.EACCES])
def test_want_of_permission_has_its_own_error(monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    """Status 77 for a sandbox that forbids it."""
    fake_libc(monkeypatch, FakeLibc(error=number))
    with pytest.raises(NotPermittedError) as raised:
        getifaddrs.read()
    assert raised.value.status == 77


def test_the_list_is_freed_even_if_it_cannot_be_decoded(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is freed in every case, once, by its head."""
    fake_libc(monkeypatch, libc := FakeLibc(head=0x1000))
    monkeypatch.setattr(getifaddrs, "decode", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        getifaddrs.read()
    assert libc.freed == [0x1000]


def test_a_host_without_an_entry_is_no_error(monkeypatch: pytest.MonkeyPatch) -> None:
    """The call succeeds, and gives no list."""
    fake_libc(monkeypatch, FakeLibc(head=0))
    assert getifaddrs.read()[:2] == ((), ())


def test_on_linux_memory_is_read_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    """Elsewhere each address is probed first, which takes longer: no such layout was ever used on its own system."""
    if here()[0] != "linux":
        pytest.skip("it asks this host as Linux")
    found = getifaddrs.read()
    monkeypatch.setattr(getifaddrs, "ProbedMemory", lambda: 1 / 0)
    assert getifaddrs.read() == found
    monkeypatch.setattr(getifaddrs, "here", lambda: ("linux-like", here()[1]))
    monkeypatch.setattr(getifaddrs, "_row", lambda: ROWS[here()])
    with pytest.raises(ZeroDivisionError):
        getifaddrs.read()


def test_an_unknown_platform_is_unavailable(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where no row is known, nothing is called."""
    monkeypatch.setattr("sys.platform", "plan9")
    assert "plan9" in (getifaddrs.unavailable() or "")
    assert ("linux", 8) in ROWS


@pytest.mark.parametrize(
    ("platform", "library"),
    [("linux", None), ("darwin", None), ("netbsd10", None), ("sunos5", "libsocket.so.1")],
)
def test_the_function_is_looked_for_where_it_is(
    platform: str, library: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In what the process is linked with, by its plain name; on illumos and Solaris in the library of sockets."""
    loaded: list[str | None] = []

    def load(name: str | None, *, use_errno: bool) -> FakeLibc:
        assert use_errno
        loaded.append(name)
        return FakeLibc()

    monkeypatch.setattr("sys.platform", platform)
    monkeypatch.setattr(ctypes, "CDLL", load)
    assert getifaddrs.unavailable() is None
    assert loaded == [library]


@pytest.mark.parametrize("platform", ["linux", "openbsd7", "sunos5"])
def test_what_a_platform_hides_is_declared(platform: str) -> None:
    """The function that illumos and Solaris share has neither links nor interfaces without addresses."""
    code = f"import sys; sys.platform = {platform!r}; from ifdiscover._backends.libc import getifaddrs\n"
    code += "print(*getifaddrs.BLIND_TO, sep=',')"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment())
    told = set(done.stdout.strip().split(",")) - set(getifaddrs.BLIND_TO)
    assert told == ({"interfaces without addresses", "hardware addresses"} if platform == "sunos5" else set())
    assert told <= set(BLINDNESS)


@pytest.mark.parametrize("following", [8, 4095, 2**63 - 8, 2**63 + 8], ids=hex)
def test_a_list_that_leads_nowhere_is_an_error_and_freed(following: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Into the first page, or beyond what the view of memory shows: nothing is read there."""
    layout = ROWS.get(here())
    if layout is None or struct.calcsize("P") != 8:
        pytest.skip("written for 64 bits of a system with a layout")
    buffer = ctypes.create_string_buffer(struct.pack("=Q", following).ljust(64, b"\0"))
    fake_libc(monkeypatch, libc := FakeLibc(head=ctypes.addressof(buffer)))
    with pytest.raises(DiscoveryError, match=r"nowhere|where nothing is"):
        getifaddrs.read()
    assert libc.freed == [ctypes.addressof(buffer)]


@pytest.mark.parametrize("error", [ImportError("no _ctypes"), OSError("static"), AttributeError("no symbol")])
def test_a_python_without_the_call_is_unavailable(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    """No ctypes, no C library to load, or one without getifaddrs: a reason, not a traceback."""

    def fail(*_args: object, **_keywords: object) -> None:
        raise error

    monkeypatch.setattr(ctypes, "CDLL", fail)
    assert str(error) in (getifaddrs.unavailable() or "")


def test_a_name_that_is_no_interfaces_is_warned_of(arena: Arena, monkeypatch: pytest.MonkeyPatch) -> None:
    """A label that does not begin with its interface's name hides whose address it is."""
    arena.add(b"eth0", UP, arena.link(2, bytes(6)))
    arena.add(b"odd", UP, arena.ipv4(ipv4("192.0.2.1")), arena.ipv4(bytes(4)))
    found = decode(arena)
    fake_libc(monkeypatch, FakeLibc())
    monkeypatch.setattr(getifaddrs, "decode", lambda *_: found)
    host = getifaddrs.read()
    assert [w.partition(":")[0] for w in host.warnings] == ["odd"]
    assert "odd labels" in host.blind_to


def test_a_hardware_address_is_not_read_beyond_its_room(arena: Arena) -> None:
    """Whatever length it claims."""
    claims = bytearray(arena.segments[arena.link(2, bytes(range(24)))])
    claims[11] = 255
    arena.add(b"eth0", UP, arena.place(bytes(claims)))
    assert decode(arena)[0][0].hardware_address == bytes(range(24))


def test_an_interface_that_has_gone_has_no_index() -> None:
    """Its name may be asked for after it went."""
    assert index_of(b"no-such-link") is None


@pytest.mark.netns
@pytest.mark.parametrize("name", ["labels", "point-to-point tunnel", "one link-local address on three interfaces"])
def test_every_field_agrees_with_ip(name: str, namespace: Namespace) -> None:
    """Labels, peers, broadcasts, scope ids, indexes, flags and hardware addresses are those that ip(8) shows."""
    namespace.build([*SHAPES[name].steps, "?addr add 10.7.7.7/24 brd + dev eth0"])
    links = json.loads(namespace.run(["ip", "-j", "addr"]).stdout)
    code = "import ifdiscover, json; print(json.dumps(ifdiscover.discover('getifaddrs')[:2], default=bytes.hex))"
    interfaces, addresses = json.loads(namespace.run([sys.executable, "-c", code]).stdout)
    assert [(i[0], i[1], i[4]) for i in interfaces] == [
        (link["ifname"], link["ifindex"], link.get("address", "").replace(":", "") or None) for link in links
    ]
    by_kernel = {(link["ifname"], found["local"]): (link, found) for link in links for found in link["addr_info"]}
    assert len(addresses) == len(by_kernel)
    for interface, family, packed, prefixlen, _mask, _origin, scope_id, broadcast, peer, label, *_ in addresses:
        text = socket.inet_ntop(family, bytes.fromhex(packed))
        link, found = by_kernel[interface[0], text]
        assert prefixlen == found["prefixlen"]
        assert scope_id == (link["ifindex"] if found["scope"] == "link" and family == socket.AF_INET6 else 0)
        assert label == (found.get("label") if found.get("label") != link["ifname"] else None)
        if "POINTOPOINT" in link["flags"]:
            assert (peer and socket.inet_ntop(family, bytes.fromhex(peer))) == found.get("address")
        else:
            assert (broadcast and socket.inet_ntop(family, bytes.fromhex(broadcast))) == found.get("broadcast")


def test_a_call_that_does_not_return_is_waited_for_no_longer_than_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    """As glibc's where a sandbox swallows its request; the thread that makes the call is left behind."""
    ended = threading.Event()
    monkeypatch.setattr(shared, "PATIENCE", 0.05)
    hanging = SimpleNamespace(getifaddrs=lambda _head: int(not ended.wait()))
    monkeypatch.setattr(getifaddrs, "_libc", lambda _layout: hanging)
    with pytest.raises(UnansweredError, match=r"does not return: .* sandbox swallows requests, or a link has"):
        getifaddrs.read()
    ended.set()


def test_where_no_thread_can_be_started_the_call_is_made_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    """As under a limit on processes."""

    def refuse(*_arguments: object) -> int:
        raise RuntimeError("can't start new thread")

    expected = getifaddrs.read()
    monkeypatch.setattr("_thread.start_new_thread", refuse)
    assert getifaddrs.read() == expected
    fake_libc(monkeypatch, FakeLibc(head=0))
    assert getifaddrs.read()[:2] == ((), ())
