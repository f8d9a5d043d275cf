"""A kernel that answers rtnetlink dumps as a test wants: whole, torn, cut, or not at all."""

from __future__ import annotations

import errno
import struct
from typing import TYPE_CHECKING, Any, Union

from ifdiscover._backends.netlink import messages

if TYPE_CHECKING:
    from collections.abc import Iterable

    Reply = Union[bytes, tuple[bytes, bool, int], BaseException]

INTERRUPTED = messages.NLM_F_DUMP_INTR


def attribute(kind: int, data: bytes) -> bytes:
    """A struct rtattr with its padding."""
    return struct.pack("=HH", 4 + len(data), kind) + data + bytes(-len(data) % 4)


def message(kind: int, body: bytes, flags: int = 0x2) -> bytes:
    """A struct nlmsghdr with its body; the sequence number is the fake kernel's to fill in."""
    return struct.pack("=IHHII", 16 + len(body), kind, flags, 0, 0) + body + bytes(-len(body) % 4)


def link(index: int, name: bytes, mtu: int = 1500, mac: bytes | None = b"\2\0\0\0\0\1", **more: Any) -> bytes:
    """An RTM_NEWLINK."""
    body = struct.pack("=BxHiII", 0, 1, index, 1, 0) + attribute(messages.IFLA_IFNAME, name + b"\0")
    body += attribute(messages.IFLA_MTU, struct.pack("=I", mtu))
    if mac is not None:
        body += attribute(messages.IFLA_ADDRESS, mac)
    return message(messages.RTM_NEWLINK, body, **more)


def newaddr(
    index: int, family: int, prefixlen: int, attributes: Iterable[tuple[int, bytes]], *, scope: int = 0, **more: Any
) -> bytes:
    """An RTM_NEWADDR."""
    body = struct.pack("=BBBBI", family, prefixlen, 0x80, scope, index)
    return message(messages.RTM_NEWADDR, body + b"".join(attribute(*pair) for pair in attributes), **more)


def ipv4(index: int, packed: bytes, prefixlen: int = 24, **more: Any) -> bytes:
    """An RTM_NEWADDR of an ordinary IPv4 address."""
    return newaddr(index, 2, prefixlen, [(messages.IFA_ADDRESS, packed), (messages.IFA_LOCAL, packed)], **more)


def done(error: int = 0, flags: int = 0x2) -> bytes:
    """An NLMSG_DONE."""
    return message(messages.NLMSG_DONE, struct.pack("=i", -error), flags)


def failure(error: int) -> bytes:
    """An NLMSG_ERROR."""
    return message(messages.NLMSG_ERROR, struct.pack("=i", -error) + bytes(16), 0)


class Kernel:
    """A ``Channel`` whose dumps are scripted.

    Each dump is a list of replies: a datagram; a datagram with whether it is cut and who sent it; or an exception. The
    last dump of a kind is repeated for ever.
    """

    def __init__(self, links: list[list[Reply]], addresses: list[list[Reply]]) -> None:
        self.scripts = {messages.RTM_GETLINK: links, messages.RTM_GETADDR: addresses}
        self.asked = {messages.RTM_GETLINK: 0, messages.RTM_GETADDR: 0}
        self.pending: list[Reply] = []
        self.sequence = 0
        self.news: list[bytes] = []

    def send(self, request: bytes) -> None:
        """Begin a dump; what is left of one before it comes first."""
        length, kind, flags, self.sequence, port = struct.unpack_from("=IHHII", request)
        assert (length, flags, port) == (len(request), 0x301, 0)
        dumps = self.scripts[kind]
        self.pending += [self._numbered(reply) for reply in dumps[min(self.asked[kind], len(dumps) - 1)]]
        self.asked[kind] += 1

    def renew(self) -> None:
        """What it has not told yet was for the socket before."""
        self.pending.clear()
        self.news.clear()

    def hear_news(self) -> None:
        """Its news is in ``news``."""

    def receive(self, flags: int = 0) -> tuple[bytes, bool, int]:
        """The next reply; if none is waited for, the next piece of news."""
        if flags:
            if not self.news:
                raise BlockingIOError(errno.EAGAIN, "Resource temporarily unavailable")
            return self.news.pop(0), False, 0
        assert self.pending, "the kernel is asked for more than it has to say: a real one would never answer"
        reply = self.pending.pop(0)
        if isinstance(reply, BaseException):
            raise reply
        return reply if isinstance(reply, tuple) else (reply, False, 0)

    def _numbered(self, reply: Reply) -> Reply:
        """The reply with this request's sequence number in each of its messages."""
        if isinstance(reply, BaseException):
            return reply
        data, *rest = reply if isinstance(reply, tuple) else (reply,)
        made = bytearray(data)
        offset = 0
        while offset + 16 <= len(made):
            (length,) = struct.unpack_from("=I", made, offset)
            struct.pack_into("=I", made, offset + 8, self.sequence)
            offset += (length + 3 & ~3) or len(made)
        return (bytes(made), *rest) if rest else bytes(made)  # type: ignore[return-value]  # a reply of the same form


ONE, TWO, THREE = (bytes([192, 0, 2, n]) for n in (1, 2, 3))
LO_ETH0 = link(1, b"lo") + link(2, b"eth0")
LINKS: list[list[Reply]] = [[LO_ETH0 + done()]]
GOOD: list[Reply] = [ipv4(2, ONE) + ipv4(2, TWO), done()]
"""Three addresses, a kernel's links and a whole answer to RTM_GETADDR, for tests that need no others."""


def texts(reading: messages.Reading) -> list[str]:
    """The addresses of a reading."""
    return [str(address) for address in reading.addresses]
