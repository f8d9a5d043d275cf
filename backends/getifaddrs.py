"""Read the host through getifaddrs(3), called with ctypes.

Sees names, interface flags, addresses, netmasks, broadcast and peer addresses, labels, hardware addresses, scope ids,
in the kernel's order. Cannot tell address flags, lifetimes, scopes or MTUs, nor whether anything changed between the
two dumps that a C library makes of it.
"""

from __future__ import annotations

import sys
from _functools import partial  # type: ignore[import-not-found]  # functools itself costs 1 ms
from _socket import AF_INET, AF_INET6, if_nametoindex
from os import strerror
from struct import Struct

from ifdiscover.backends.layouts import ROWS
from ifdiscover.errors import DiscoveryError, refused
from ifdiscover.model import (
    IFF_BROADCAST,
    IFF_LOOPBACK,
    IFF_POINTOPOINT,
    IFF_UP,
    KERNEL,
    Address,
    Host,
    Interface,
    contiguous_prefixlen,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    import ctypes
    from collections.abc import Callable
    from typing import Any, Protocol

    from ifdiscover.backends.layouts import Layout

    class Memory(Protocol):
        """What the decoder reads from: this process, or a recording of another."""

        def unpacker(self, code: str) -> Callable[[int], tuple[Any, ...]]:
            """A function from an address to what ``struct`` reads there in that format."""

        def string(self, address: int) -> bytes:
            """The bytes at an address, up to the first NUL."""

        def read(self, address: int, size: int) -> bytes:
            """That many bytes at an address."""


BLIND_TO = (
    "mtu",
    "address flags",
    "lifetimes",
    "scope",
    "origin protocol",
    "odd labels",
    "broadcast peer",
    "gateways",
    "interruption",
)

# Ten times the longest list of any host heard of. A list of this length is a ring, or not a list.
MAX_ENTRIES = 1 << 20

# sll_addr ends here in what glibc and musl hand out, whatever sll_halen says.
MAX_HARDWARE_ADDRESS = 24


# What getifaddrs cannot tell of an address: its scope, flags, protocol and lifetimes.
UNTOLD = (None,) * 5


class ProcessMemory:
    """This process's own memory, readable at any address, as a pointer in C reads it.

    Args:
        pointer: one of those that will be read, which tells of what kind the others are.
    """

    def __init__(self, pointer: int = 0) -> None:
        from ctypes import c_char, c_char_p, string_at

        self.string: Callable[[int], bytes] = lambda address: c_char_p(address).value or b""
        self.read: Callable[[int, int], bytes] = string_at
        # One view over everything costs half of what a ctypes object per record does. Addresses over sys.maxsize lie
        # beyond such a view: a 32-bit process has them, and a 64-bit one whose allocator tags pointers (Android).
        in_view = sys.maxsize > 2**32 and pointer <= sys.maxsize
        self._flat = memoryview((c_char * sys.maxsize).from_address(0)) if in_view else None

    def unpacker(self, code: str) -> Callable[[int], tuple[Any, ...]]:
        """A function from an address to what ``struct`` reads there in that format."""
        record = Struct(code)
        if self._flat is not None:
            reader: Callable[[int], tuple[Any, ...]] = partial(record.unpack_from, self._flat)
            return reader
        return lambda address: record.unpack(self.read(address, record.size))


def decode(
    memory: Memory,
    head: int,
    layout: Layout,
    index_of: Callable[[bytes], int | None] = lambda _name: None,
    byte_order: str = "=",
) -> tuple[tuple[Interface, ...], tuple[Address, ...]]:
    """Turn the list that starts at ``head`` into interfaces and addresses, in its order.

    Args:
        memory: what the list's pointers point into.
        head: address of the first ``struct ifaddrs``; 0 for an empty list.
        layout: the row of the C library that made the list.
        index_of: asked for the index of an interface whose entry has no address to tell it (tun, WireGuard).
        byte_order: of the list, as ``struct`` writes it.

    Raises:
        DiscoveryError: the list does not end.
    """
    sockaddr_in = memory.unpacker(layout.format(layout.sockaddr_in, ("sa_family", "sin_addr"), byte_order))
    sockaddr_in6 = memory.unpacker(layout.format(layout.sockaddr_in6, ("sin6_addr", "sin6_scope_id"), byte_order))
    af_inet = layout.af_inet

    # Links first: a C library may list an interface's addresses before the interface.
    interfaces: dict[bytes, Interface] = {}
    entries = []
    for entry in _walk(memory, head, layout, byte_order):
        addr = entry[3]
        family, packed = sockaddr_in(addr) if addr else (layout.af_link, b"")
        if family in (af_inet, layout.af_inet6):
            entries.append((entry, family, packed))
        elif family == layout.af_link:
            raw = memory.string(entry[1])
            index, hardware_address = _link(memory, addr, layout, byte_order) if addr else (index_of(raw), None)
            interfaces[raw] = Interface(_text(raw), index, entry[2], None, hardware_address)

    addresses = []
    prefixlens: dict[bytes | None, int | None] = {}
    owners: dict[bytes, tuple[int, Interface, str | None]] = {}
    string = memory.string
    new = tuple.__new__  # Address(...) looks at its arguments by name, which costs half as much again
    for (_, name, flags, addr, netmask, dstaddr), family, ipv4 in entries:
        raw = string(name)
        owner = owners.get(raw)
        if owner is None or owner[0] != flags:
            owner = owners[raw] = (flags, *_interface_of(raw, flags, interfaces, index_of))
        mask = broadcast = peer = None
        # Linux points ifa_dstaddr at the interface's own address where there is neither: the flags decide.
        if family == af_inet:
            packed, scope_id = ipv4, 0
            if netmask:
                mask = sockaddr_in(netmask)[1]
            if dstaddr and flags & (IFF_BROADCAST | IFF_POINTOPOINT):
                other = sockaddr_in(dstaddr)[1]
                if other == packed:
                    pass
                elif flags & IFF_POINTOPOINT:
                    peer = other
                else:
                    broadcast = other
        else:
            packed, scope_id = sockaddr_in6(addr)
            if netmask:
                mask = sockaddr_in6(netmask)[0]
            if dstaddr and flags & IFF_POINTOPOINT:
                other = sockaddr_in6(dstaddr)[0]
                if other != packed:
                    peer = other
        if mask not in prefixlens:
            prefixlens[mask] = None if mask is None else contiguous_prefixlen(mask)
        addresses.append(
            new(
                Address,
                (
                    owner[1],
                    AF_INET if family == af_inet else AF_INET6,
                    packed,
                    prefixlens[mask],
                    mask,
                    None if mask is None else KERNEL,
                    scope_id,
                    broadcast,
                    peer,
                    owner[2],
                    *UNTOLD,
                ),
            )
        )
    return tuple(interfaces.values()), tuple(addresses)


def _link(memory: Memory, address: int, layout: Layout, byte_order: str) -> tuple[int, bytes]:
    """The interface index and hardware address in the link-layer address of an entry."""
    code = layout.format(layout.sockaddr_link, ("sll_ifindex", "sll_halen"), byte_order)
    index, length = memory.unpacker(code)(address)
    start = address + layout.sockaddr_link["sll_addr"][0]
    return index, memory.read(start, min(length, MAX_HARDWARE_ADDRESS))


def _walk(memory: Memory, head: int, layout: Layout, byte_order: str) -> list[tuple[int, ...]]:
    """The fields of every ``struct ifaddrs`` from ``head`` on, following the first of them, ifa_next."""
    entry = memory.unpacker(layout.format(layout.ifaddrs, tuple(layout.ifaddrs), byte_order))
    entries: list[tuple[int, ...]] = []
    following = head
    while following:
        fields = entry(following)
        following = fields[0]
        entries.append(fields)
        if len(entries) > MAX_ENTRIES:
            raise DiscoveryError(f"getifaddrs gave a list of more than {MAX_ENTRIES} entries: it does not end")
    return entries


def _text(name: bytes) -> str:
    return name.decode("utf-8", "surrogateescape")


def _interface_of(
    raw: bytes, flags: int, interfaces: dict[bytes, Interface], index_of: Callable[[bytes], int | None]
) -> tuple[Interface, str | None]:
    """The interface that an address's entry belongs to, and the address's label if it has one.

    Linux puts the label of an IPv4 address where its interface's name would stand. No interface's name has a ":" in
    it, so what stands before one is a name. But a label may be any text, even another interface's name. The flags of
    the entry are those of the true interface: where they differ from the named one's, the address is not on that one,
    and gets an interface of its own, without an index.
    """
    name, colon, _ = raw.partition(b":")
    interface = interfaces.get(name)
    if interface is None or _differ(interface.flags, flags):
        index = index_of(name) if interface is None else None
        interface = Interface(_text(name), index, flags)
        interfaces[b"%s:%d" % (name, flags)] = interface
    return interface, _text(raw) if colon else None


def _differ(flags: int | None, others: int) -> bool:
    # Not all flags: IFF_RUNNING and its like may change between the dump of links and that of addresses.
    return flags is None or bool((flags ^ others) & (IFF_UP | IFF_LOOPBACK | IFF_POINTOPOINT | IFF_BROADCAST))


def unavailable() -> str | None:
    """Why getifaddrs(3) cannot be used here; None if it can."""
    if (sys.platform, _pointer_size()) not in ROWS:
        return f"the layout of its answer is not known for {sys.platform}; try another backend"
    try:
        _libc()
    except (ImportError, OSError, AttributeError) as error:  # a Python without ctypes, or linked without a C library
        return f"{error}; try another backend"
    return None


def read() -> Host:
    """Call getifaddrs(3) and decode its answer.

    Raises:
        DiscoveryError: it failed; the message has errno's text.
        NotPermittedError: it failed for want of permission.
    """
    import ctypes

    layout = ROWS[sys.platform, _pointer_size()]
    libc = _libc()
    head = ctypes.c_void_p()
    if libc.getifaddrs(ctypes.byref(head)) != 0:
        number = ctypes.get_errno()
        kind = refused(number)
        raise kind(f"getifaddrs: {strerror(number)}")
    try:
        start = head.value or 0
        interfaces, addresses = decode(ProcessMemory(start), start, layout, _index_of)
    finally:
        libc.freeifaddrs(head)
    warnings = [
        f"{interface.name}: no interface is called so: a label, on an interface that getifaddrs does not name"
        for interface in interfaces
        if interface.index is None
    ]
    return Host(interfaces, addresses, "getifaddrs", BLIND_TO, tuple(warnings))


def _libc() -> ctypes.CDLL:
    import ctypes

    libc = ctypes.CDLL(None, use_errno=True)  # find_library("c") costs 12 ms, and finds nothing on Alpine
    _ = libc.getifaddrs, libc.freeifaddrs
    return libc


def _pointer_size() -> int:
    return 8 if sys.maxsize > 2**32 else 4


def _index_of(name: bytes) -> int | None:
    try:
        return if_nametoindex(name)  # type: ignore[arg-type]  # it takes what fspath takes, bytes too
    except OSError:  # it went away since
        return None
