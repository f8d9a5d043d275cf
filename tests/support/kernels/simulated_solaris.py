"""The kernel of Solaris and illumos as its headers and habits describe it, in the place of fcntl.ioctl.

Numbers, sizes and places are those of fixtures/kernels/decoder_table.json, not of the tables under test.
"""

from __future__ import annotations

import errno
import socket
import struct
from typing import TYPE_CHECKING, Any, NamedTuple

from support.kernels.simulated import SimulatedKernel

from ifdiscover._backends.ioctl import siocgif, siocglif
from ifdiscover._backends.ioctl.requests import Kernel
from ifdiscover._backends.ioctl.rows import LIF_ROWS, ROWS
from ifdiscover._packed import netmask_of
from ifdiscover.model import IFF_BROADCAST, IFF_LOOPBACK, IFF_POINTOPOINT, IFF_UP

if TYPE_CHECKING:
    import pytest

    from ifdiscover.model import Host

LAYOUTS = ["illumos-32", "illumos-64", "opensolaris-2005-32", "opensolaris-2005-64"]
IFF_IPV4, IFF_IPV6 = 0x01000000, 0x02000000
IFF_NOFAILOVER = 0x08000000
IFF_FIXEDMTU = 0x1000000000  # <net/if.h>: one that 32 bits do not hold


class Logical(NamedTuple):
    """A logical interface: a name, its own flags, and one address."""

    name: str
    flags: int
    address: str
    prefixlen: int
    other: str | None = None

    @property
    def family(self) -> int:
        """AF_INET or AF_INET6 of the host that the test runs on."""
        return socket.AF_INET6 if ":" in self.address else socket.AF_INET


ETHERNET = IFF_UP | IFF_BROADCAST | IFF_IPV4
HOST = (
    Logical("lo0", IFF_UP | IFF_LOOPBACK | IFF_IPV4, "127.0.0.1", 8),
    Logical("e1000g0", ETHERNET | IFF_FIXEDMTU, "192.0.2.10", 24, "192.0.2.255"),
    Logical("e1000g0:1", ETHERNET | IFF_FIXEDMTU, "192.0.2.77", 26, "192.0.2.127"),
    Logical("e1000g0:2", ETHERNET - IFF_UP, "198.51.100.9", 24, "198.51.100.255"),
    Logical("ip.tun0", IFF_UP | IFF_POINTOPOINT | IFF_IPV4, "10.9.8.1", 32, "10.9.8.2"),
    Logical("lo0", IFF_UP | IFF_LOOPBACK | IFF_IPV6, "::1", 128),
    Logical("e1000g0", IFF_UP | IFF_IPV6, "fe80::2d0:b7ff:fe88:2ca7", 10),
    Logical("e1000g0:1", IFF_UP | IFF_IPV6, "2001:db8:1::10", 64),
    Logical("ip.tun0", IFF_UP | IFF_POINTOPOINT | IFF_IPV6, "fe80::9:1", 128, "fe80::9:2"),
)
INDEXES = {"lo0": 1, "e1000g0": 2, "ip.tun0": 7}


class Shape:
    """Sizes and places of what a request takes: those of struct lifreq and lifconf, or of struct ifreq and ifconf."""

    def __init__(self, table: Any, request: str) -> None:
        self.is_lif = request.startswith("SIOCGLIF")
        letter = "l" if self.is_lif else ""
        conf, record = table[letter + "ifconf"], table[letter + "ifreq"]
        self.conf_size: int = conf["size"]
        self.length: int = conf[f"{letter}ifc_len"][0]
        self.buffer: int = conf[f"{letter}ifc_buf"][0]
        self.size: int = record["size"]
        self.place: int = record[f"{letter}ifr_addr"][0]


class SimulatedSolaris(SimulatedKernel):
    """A kernel of one layout of the table, configured as ``logical`` says."""

    def __init__(self, layout: str, monkeypatch: pytest.MonkeyPatch, logical: tuple[Logical, ...] = HOST) -> None:
        super().__init__(layout, monkeypatch)
        self.logical = logical
        self.counted = len(logical)  # what SIOCGLIFNUM says

    def answer(self, request: str, descriptor: int, argument: bytearray) -> None:
        """The count, a list, or what is asked about one logical interface."""
        if request == "SIOCGLIFNUM":
            assert bytes(argument) == bytes(self.table["lifnum"]["size"])
            argument[8:12] = struct.pack("=i", self.counted)
        elif request in ("SIOCGLIFCONF", "SIOCGIFCONF"):
            self._list(argument, Shape(self.table, request))
        else:
            self._answer(request, {4: socket.AF_INET, 6: socket.AF_INET6}[descriptor], argument)

    def _list(self, argument: bytearray, shape: Shape) -> None:
        assert len(argument) == shape.conf_size
        if shape.is_lif:
            assert argument[:8] == bytes(8)  # AF_UNSPEC: both families; no flags
        (capacity,) = struct.unpack_from("=i", argument, shape.length)
        (pointer,) = struct.unpack_from("=I" if self.pointer == 4 else "=Q", argument, shape.buffer)
        records = b"".join(
            one.name.encode().ljust(shape.place, b"\0")
            + self.sockaddr(one.family, one.address).ljust(shape.size - shape.place, b"\0")
            for one in self.logical
            if shape.is_lif or one.family == socket.AF_INET
        )
        if capacity < len(records):
            raise OSError(errno.EINVAL, "simulated")
        self.write(pointer, records)
        struct.pack_into("=i", argument, shape.length, len(records))

    def sockaddr(self, family: int, text: str) -> bytes:
        """A socket address; never with a zone."""
        packed = socket.inet_pton(family, text)
        if family == socket.AF_INET:
            return struct.pack("=H2x4s8x", self.table["const"]["AF_INET"], packed)
        return struct.pack("=H6x16s8x", self.table["const"]["AF_INET6"], packed)

    def _answer(self, request: str, family: int, argument: bytearray) -> None:
        shape = Shape(self.table, request)
        place, word = shape.place, request.partition("IF")[2]
        assert len(argument) == shape.size
        assert not any(argument[place:])
        name = bytes(argument[:place]).rstrip(b"\0").decode()
        same = [one for one in self.logical if (one.name, one.family) == (name, family)]
        if not same:
            raise OSError(errno.ENXIO, "simulated")
        (one,) = same
        if request in self.silent:
            return
        if word == "FLAGS":
            answer = struct.pack("=Q", one.flags) if shape.is_lif else struct.pack("=H", one.flags & 0xFFFF)
        elif word == "INDEX":
            answer = struct.pack("=i", INDEXES[name.partition(":")[0]])
        elif word == "MTU":
            answer = struct.pack("=i", 1500)
        elif word == "NETMASK":
            answer = self.sockaddr(family, socket.inet_ntop(family, netmask_of(one.prefixlen, family)))
        else:
            assert one.flags & {"BRDADDR": IFF_BROADCAST, "DSTADDR": IFF_POINTOPOINT}[word]
            answer = self.sockaddr(family, one.other or one.address)
        argument[place : place + len(answer)] = answer

    def host(self, *, ipv6: bool = True) -> Host:
        """What backend siocglif makes of this kernel."""
        return siocglif.ask(Kernel(self, 4, LIF_ROWS["sunos", self.pointer], 6 if ipv6 else None))

    def ipv4_host(self) -> Host:
        """What backend ioctl makes of it."""
        return siocglif.ask_ipv4(Kernel(self, 4, ROWS["sunos", self.pointer], 6), siocgif.blindness("sunos"))
