"""Kernels of the BSDs and macOS as their headers and habits describe them, in the place of fcntl.ioctl.

Numbers, sizes and families are those of fixtures/kernels/decoder_table.json, not of the tables under test.
"""

from __future__ import annotations

import errno
import socket
import struct
from typing import TYPE_CHECKING, NamedTuple

from support.kernels.simulated import TABLE, SimulatedKernel

from ifdiscover._backends.ioctl import bsd, siocgif
from ifdiscover._backends.ioctl.requests import Kernel
from ifdiscover._backends.ioctl.rows import ROWS
from ifdiscover._packed import netmask_of
from ifdiscover.model import IFF_BROADCAST, IFF_LOOPBACK, IFF_POINTOPOINT, IFF_UP

if TYPE_CHECKING:
    import pytest

    from ifdiscover.model import Host

LAYOUTS = [name for name in TABLE if name.rpartition("-")[0] in ("darwin", "dragonfly", "freebsd", "netbsd", "openbsd")]
POISON = b"\xee"


class Configured(NamedTuple):
    """An address as it was configured; the zone is its interface's index."""

    address: str
    prefixlen: int
    other: str | None = None  # broadcast or peer

    @property
    def family(self) -> int:
        """AF_INET or AF_INET6 of the host that the test runs on."""
        return socket.AF_INET6 if ":" in self.address else socket.AF_INET

    @property
    def packed(self) -> bytes:
        """The address as it is on the wire."""
        return socket.inet_pton(self.family, self.address)


class Link(NamedTuple):
    """An interface as it was configured; its index is its place in the list, from 1."""

    name: str
    flags: int
    mac: bytes
    addresses: tuple[Configured, ...] = ()


HOST = (
    Link(
        "lo0",
        0x8040 | IFF_UP | IFF_LOOPBACK,
        b"",
        (Configured("127.0.0.1", 8), Configured("::1", 128), Configured("fe80::1", 64)),
    ),
    Link(
        "em0",
        0x8800 | IFF_UP | IFF_BROADCAST,
        bytes.fromhex("00d0b7882ca7"),
        (
            Configured("192.0.2.10", 24, "192.0.2.255"),
            Configured("192.0.2.77", 26, "192.0.2.127"),
            Configured("10.0.0.1", 8, "10.255.255.255"),
            Configured("203.0.113.9", 30, "203.0.113.11"),
            Configured("2001:db8:1::10", 64),
            Configured("2001:db8:48::1", 48),
            Configured("fe80::2d0:b7ff:fe88:2ca7", 64),
        ),
    ),
    Link("em1", 0x8800 | IFF_BROADCAST, b"\2\0\0\0\0\1", (Configured("198.51.100.1", 25, "198.51.100.127"),)),
    Link("a-name-of-15-by", 0x8800 | IFF_BROADCAST, b"\2\0\0\0\0\2"),
    Link(
        "tun0",
        0x8040 | IFF_UP | IFF_POINTOPOINT,
        b"",
        (
            Configured("10.9.8.1", 32, "10.9.8.2"),
            Configured("fe80::9:1", 64),
            Configured("fe80::9:3", 128, "fe80::9:4"),
            Configured("2001:db8:9::1", 128, "2001:db8:9::2"),
        ),
    ),
)


class SimulatedBSD(SimulatedKernel):
    """A kernel of one layout of the table, configured as ``links`` say."""

    def __init__(self, layout: str, monkeypatch: pytest.MonkeyPatch, links: tuple[Link, ...] = HOST) -> None:
        super().__init__(layout, monkeypatch)
        self.system = layout.rpartition("-")[0]
        self.links = links
        self.first_only = False  # it answers for an interface's first address, whichever is asked about
        numbers = self.numbers
        if "SIOCGIFNETMASK_IN6" in numbers:
            numbers["SIOCGIFDSTADDR_IN6"] = numbers["SIOCGIFNETMASK_IN6"] & ~0xFF | numbers["SIOCGIFDSTADDR"] & 0xFF
        if self.system == "netbsd":
            numbers["SIOCGIFALIAS"] = 0xC0000000 | 64 << 16 | ord("i") << 8 | 27

    def answer(self, request: str, descriptor: int, argument: bytearray) -> None:
        """The list, or what is asked about one interface or address."""
        if request == "SIOCGIFCONF":
            self._list(argument)
            return
        size = {"SIOCGIFALIAS": 64}.get(request, self.table["ifreq"]["size"])
        assert len(argument) == (self.table["in6_ifreq"]["size"] if request.endswith("_IN6") else size)
        assert (request.endswith("_IN6")) == (descriptor == 6)
        links = {link.name.encode(): link for link in self.links}
        name = bytes(argument[:16]).rstrip(b"\0")
        if name not in links:
            raise OSError(errno.ENXIO, "simulated")
        if request not in self.silent:
            self._answer(request, links[name], argument)

    def _list(self, argument: bytearray) -> None:
        shape = {12: "=iQ", 16: "=i4xQ", 8: "=iI"}[self.table["ifconf"]["size"]]
        capacity, pointer = struct.unpack(shape, argument)
        fitting = b""
        for record in self.records():
            left = capacity - len(fitting)
            # xnu and DragonFly leave off early, where not more than one struct ifreq is left.
            if left < len(record) or (self.system in ("darwin", "dragonfly") and left <= 32):
                break
            fitting += record
        self.write(pointer, fitting)
        argument[:4] = struct.pack("=i", len(fitting))

    def records(self) -> list[bytes]:
        """What the list is made of."""
        made = []
        for index, link in enumerate(self.links, 1):
            if self.system != "openbsd":
                name = link.name.encode()
                data = struct.pack("=HBBBB", index, 6, len(name), len(link.mac), 0) + name + link.mac
                length = max(2 + len(data), self.table["sockaddr_dl"]["size"])
                made.append(
                    self.record(link, bytes([length, self.table["const"]["AF_LINK"]]) + data.ljust(length - 2, b"\0"))
                )
            elif not link.addresses:
                made.append(self.record(link, b""))
            made += [self.record(link, self.sockaddr(found.family, found.packed, index)) for found in link.addresses]
        return made

    def record(self, link: Link, sockaddr: bytes) -> bytes:
        """A struct ifreq, or more where the address is longer."""
        if self.system == "netbsd":
            return link.name.encode().ljust(16, b"\0") + sockaddr.ljust(128, POISON)
        return link.name.encode().ljust(16, b"\0") + sockaddr.ljust(16, b"\0")

    def sockaddr(self, family: int, packed: bytes, index: int) -> bytes:
        """A whole socket address, with its zone embedded."""
        if family == socket.AF_INET:
            return struct.pack("=BB2x4s8x", 16, self.table["const"]["AF_INET"], packed)
        zone = index.to_bytes(2, "big") if packed[:2] == b"\xfe\x80" else packed[2:4]
        return struct.pack("=BB6x2s2s12s4x", 28, self.table["const"]["AF_INET6"], packed[:2], zone, packed[4:])

    def _answer(self, request: str, link: Link, argument: bytearray) -> None:
        index = self.links.index(link) + 1
        if request == "SIOCGIFFLAGS":
            # NetBSD writes these 16 bits alone, FreeBSD ifr_flagshigh behind them.
            more = struct.pack("=H", 2) if self.system in ("freebsd", "dragonfly") else b""
            argument[16 : 18 + len(more)] = struct.pack("=H", link.flags) + more
            return
        if request == "SIOCGIFMTU":
            argument[16:20] = struct.pack("=i", 1500)
            return
        family = socket.AF_INET6 if request.endswith("_IN6") else socket.AF_INET
        own = [found for found in link.addresses if found.family == family]
        asked = bytes(argument[16:44])
        same = [f for f in own if asked.startswith(self.sockaddr(family, f.packed, index)[: 8 if family == 2 else 24])]
        if not own or (not same and (family == socket.AF_INET6 or request == "SIOCGIFALIAS")):
            raise OSError(errno.EADDRNOTAVAIL, "simulated")
        found = (own if self.first_only else same or own)[0]
        other = None if found.other is None else socket.inet_pton(family, found.other)
        if "DSTADDR" in request and not link.flags & IFF_POINTOPOINT:
            raise OSError(errno.EINVAL, "simulated")
        if request == "SIOCGIFALIAS":
            argument[16:32] = self.sockaddr(family, found.packed, index)
            argument[32:64] = bytes(32) if other is None else self.sockaddr(family, other, index) + bytes(16)
            argument[48:64] = self.netmask(found)
        elif "NETMASK" in request:
            argument[16:] = self.netmask(found).ljust(len(argument) - 16, b"\0")
        else:
            told = found.packed if request == "SIOCGIFADDR" else other
            answer = bytes(2) + POISON * 14 if told is None else self.sockaddr(family, told, index)
            argument[16:] = answer.ljust(len(argument) - 16, b"\0")

    def netmask(self, found: Configured) -> bytes:
        """Of IPv4 only as many bytes as are not zero are its own, and what follows is not; of no family is either."""
        mask = netmask_of(found.prefixlen, found.family)
        if found.family == socket.AF_INET6:
            return struct.pack("=B7x16s4x", 28, mask)
        length = 4 + len(mask.rstrip(b"\0")) if any(mask) else 0
        return (bytes([length, 0, 0, 0]) + mask)[: max(length, 2)].ljust(16, POISON)

    def host(self, *, ipv6: bool = True) -> Host:
        """What the backend makes of this kernel."""
        kernel = Kernel(self, 4, ROWS[self.system, self.pointer], 6 if ipv6 else None)
        return bsd.ask(kernel, siocgif.blindness(self.system), self.index_of)

    def index_of(self, name: bytes) -> int | None:
        """What if_nametoindex(3) says there."""
        names = [link.name.encode() for link in self.links]
        return names.index(name) + 1 if name in names else None
