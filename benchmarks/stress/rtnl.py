"""Change links and addresses through rtnetlink(7), one request at a time: each returns when its change is made."""

from __future__ import annotations

import ctypes
import os
import socket
import struct

NLM_F_REQUEST, NLM_F_ACK, NLM_F_EXCL, NLM_F_CREATE = 1, 4, 0x200, 0x400
NLMSG_ERROR = 2
RTM_NEWLINK, RTM_DELLINK, RTM_GETLINK, RTM_NEWADDR, RTM_DELADDR = 16, 17, 18, 20, 21
IFLA_IFNAME, IFLA_LINKINFO, IFLA_INFO_KIND, IFLA_NET_NS_FD = 3, 18, 1, 28
IFA_ADDRESS, IFA_LOCAL = 1, 2
IFA_F_NODAD = 2
IFF_UP = 1
CLONE_NEWNET = 0x40000000
HEADER = struct.Struct("=IHHII")
IFINFOMSG = struct.Struct("=BxHiII")
IFADDRMSG = struct.Struct("=BBBBI")


def attribute(kind: int, value: bytes) -> bytes:
    """An attribute, with the padding behind it."""
    return struct.pack("=HH", 4 + len(value), kind) + value + bytes(-len(value) % 4)


class Kernel:
    """An rtnetlink socket in the network namespace that this thread is in when it is made."""

    def __init__(self) -> None:
        self._socket = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0)
        self._sequence = 0

    def _ask(self, kind: int, flags: int, body: bytes) -> bytes:
        """Send a request; return the body of the first answer.

        Raises:
            OSError: the kernel refused.
        """
        self._sequence += 1
        self._socket.send(HEADER.pack(16 + len(body), kind, NLM_F_REQUEST | flags, self._sequence, 0) + body)
        answer = self._socket.recv(1 << 16)
        if HEADER.unpack_from(answer)[1] == NLMSG_ERROR:
            (number,) = struct.unpack_from("=i", answer, 16)
            if number:
                raise OSError(-number, os.strerror(-number))
        return answer[16:]

    def index(self, name: str) -> int:
        """The index of the link of that name."""
        body = IFINFOMSG.pack(0, 0, 0, 0, 0) + attribute(IFLA_IFNAME, name.encode() + b"\0")
        index: int = IFINFOMSG.unpack_from(self._ask(RTM_GETLINK, 0, body))[2]
        return index

    def make(self, name: str, kind: str = "ifb") -> int:
        """Make a link; return its index."""
        about = attribute(IFLA_IFNAME, name.encode() + b"\0")
        about += attribute(IFLA_LINKINFO, attribute(IFLA_INFO_KIND, kind.encode()))
        self._ask(RTM_NEWLINK, NLM_F_ACK | NLM_F_CREATE | NLM_F_EXCL, IFINFOMSG.pack(0, 0, 0, 0, 0) + about)
        return self.index(name)

    def delete(self, index: int) -> None:
        """Delete a link."""
        self._ask(RTM_DELLINK, NLM_F_ACK, IFINFOMSG.pack(0, 0, index, 0, 0))

    def set_up(self, index: int, up: bool) -> None:
        """Let a link go up or down."""
        self._ask(RTM_NEWLINK, NLM_F_ACK, IFINFOMSG.pack(0, 0, index, IFF_UP * up, IFF_UP))

    def rename(self, index: int, name: str) -> None:
        """Give a link another name."""
        about = attribute(IFLA_IFNAME, name.encode() + b"\0")
        self._ask(RTM_NEWLINK, NLM_F_ACK, IFINFOMSG.pack(0, 0, index, 0, 0) + about)

    def move(self, index: int, namespace: int) -> None:
        """Move a link to the network namespace of a file descriptor."""
        about = attribute(IFLA_NET_NS_FD, struct.pack("=i", namespace))
        self._ask(RTM_NEWLINK, NLM_F_ACK, IFINFOMSG.pack(0, 0, index, 0, 0) + about)

    def add(self, index: int, cidr: str) -> None:
        """Add an address to a link, without a check for duplicates on the wire."""
        self._ask(RTM_NEWADDR, NLM_F_ACK | NLM_F_CREATE | NLM_F_EXCL, _address(index, cidr))

    def remove(self, index: int, cidr: str) -> None:
        """Remove an address from a link."""
        self._ask(RTM_DELADDR, NLM_F_ACK, _address(index, cidr))


def _address(index: int, cidr: str) -> bytes:
    text, _, length = cidr.partition("/")
    family = socket.AF_INET6 if ":" in text else socket.AF_INET
    packed = socket.inet_pton(family, text)
    head = IFADDRMSG.pack(family, int(length), IFA_F_NODAD if family == socket.AF_INET6 else 0, 0, index)
    return head + attribute(IFA_LOCAL, packed) + attribute(IFA_ADDRESS, packed)


def elsewhere() -> tuple[Kernel, int, int]:
    """A new network namespace, which lives as long as this process: a socket in it, and file descriptors.

    Returns:
        The socket there, a file descriptor of this namespace, and one of the new namespace.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    here = os.open("/proc/thread-self/ns/net", os.O_RDONLY)
    if libc.unshare(CLONE_NEWNET):
        raise OSError(ctypes.get_errno(), "unshare")
    there = os.open("/proc/thread-self/ns/net", os.O_RDONLY)
    kernel = Kernel()
    if libc.setns(here, CLONE_NEWNET):
        raise OSError(ctypes.get_errno(), "setns")
    return kernel, here, there
