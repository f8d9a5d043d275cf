"""A kernel of Linux that answers SIOCGIF* from what a test gives it, in the place of fcntl.ioctl."""

from __future__ import annotations

import ctypes
import errno
import socket
import struct
from typing import TYPE_CHECKING, Any

from ifdiscover._backends.ioctl import linux, requests, rows, siocgif
from ifdiscover.model import IFF_BROADCAST, IFF_POINTOPOINT, IFF_UP, Interface

if TYPE_CHECKING:
    from collections.abc import Callable

    from ifdiscover.model import Host

UP = IFF_UP | IFF_BROADCAST
TUN = IFF_UP | IFF_POINTOPOINT
ETH0 = Interface("eth0", 2, UP)
LINE = b"20010db8000000000000000000000001 02 40 00 80     eth0\n"
ROW = rows.ROWS["linux", 8]


def ipv4(text: str) -> bytes:
    """Four bytes."""
    return socket.inet_pton(socket.AF_INET, text)


def ifreq(name: bytes, union: bytes = b"") -> bytes:
    """A struct ifreq of 64-bit Linux."""
    return name.ljust(16, b"\0") + union.ljust(24, b"\0")


def sockaddr(address: str, family: int = socket.AF_INET) -> bytes:
    """A struct sockaddr_in."""
    return struct.pack("=HH4s8x", family, 0, ipv4(address))


class MadeKernel:
    """A kernel that answers as Linux does, from what a test gives it.

    Args:
        links: name and flags; the index is the place in it, from 1.
        addresses: interface, label, address, netmask, and what stands at broadcast or peer.
    """

    def __init__(self, links: dict[bytes, int], *addresses: tuple[bytes, bytes, str, str, str]) -> None:
        self.links = links
        self.addresses = addresses
        self.refuse: dict[str, int] = {}  # by request, errno
        self.silent: set[str] = set()  # requests that succeed and write nothing
        self.asked: list[tuple[str, bytes]] = []
        self.after: dict[str, Callable[[], None]] = {}  # what happens once a request was answered
        self.files = {
            "dev": b"Inter-|   Receive\n face |bytes\n" + b"".join(b"%6s:  0 0\n" % name for name in links),
            "if_inet6": b"",
        }

    def __call__(self, descriptor: int, number: int, argument: bytearray) -> int:
        """Answer one request, in place."""
        assert descriptor == 9
        (request,) = [name for name, known in ROW.requests.items() if known == number]
        if request == "SIOCGIFCONF":
            self._list(argument)
        else:
            assert len(argument) == ROW.ifreq_size
            name = bytes(argument).partition(b"\0")[0]
            self.asked.append((request, name))
            union = self._answer(request, name, bytes(argument[16:24]), bytes(argument[24:]))
            if request not in self.silent:
                argument[:] = union if request == "SIOCGIFNAME" else ifreq(name, union)
        self.after.pop(request, lambda: None)()
        return 0

    def _list(self, argument: bytearray) -> None:
        if "SIOCGIFCONF" in self.refuse:
            raise OSError(self.refuse["SIOCGIFCONF"], "made")
        capacity, pointer = struct.unpack("=i4xQ", argument)
        records = b"".join(ifreq(label, sockaddr(address)) for _, label, address, _, _ in self.addresses)
        fitting = records[: capacity // 40 * 40]
        ctypes.memmove(pointer, fitting, len(fitting))
        argument[:4] = struct.pack("=i", len(fitting))

    def _answer(self, request: str, name: bytes, union: bytes, rest: bytes) -> bytes:
        if request in self.refuse:
            raise OSError(self.refuse[request], "made")
        if request == "SIOCGIFNAME":
            (index,) = struct.unpack_from("=i", union)
            if index > len(self.links):
                raise OSError(errno.ENODEV, "made")
            return ifreq(list(self.links)[index - 1], union)
        interface = name.partition(b":")[0]
        if interface not in self.links:
            raise OSError(errno.ENODEV, "made")
        if request in ("SIOCGIFFLAGS", "SIOCGIFINDEX", "SIOCGIFMTU", "SIOCGIFHWADDR"):
            assert (union, rest) == (bytes(8), bytes(16))
            return {
                "SIOCGIFFLAGS": struct.pack("=H", self.links[interface]),
                "SIOCGIFINDEX": struct.pack("=i", list(self.links).index(interface) + 1),
                "SIOCGIFMTU": struct.pack("=i", 1500),
                "SIOCGIFHWADDR": struct.pack("=H6s", 1, b"\2\0\0\0\0\1"),
            }[request]
        own = [found for found in self.addresses if found[0] == interface and found[1] == name]
        same = [found for found in own if sockaddr(found[2])[:8] == union]
        if not own:
            raise OSError(errno.EADDRNOTAVAIL, "made")
        _, _, address, netmask, other = (same or own)[0]
        return sockaddr({"SIOCGIFADDR": address, "SIOCGIFNETMASK": netmask}.get(request, other))

    def read_proc(self, name: str) -> bytes:
        """A file of /proc/net."""
        if name not in self.files:
            raise FileNotFoundError(errno.ENOENT, "No such file or directory")
        return self.files[name]

    def host(self, *, has_ipv6: bool = True) -> Host:
        """What the backend makes of this kernel."""
        return linux.ask(requests.Kernel(self, 9, ROW), siocgif.blindness("linux"), self.read_proc, lambda: has_ipv6)


def eth0(address: str, netmask: str = "255.255.255.0", other: str = "0.0.0.0", label: bytes = b"eth0") -> Any:
    """An address on eth0."""
    return b"eth0", label, address, netmask, other
