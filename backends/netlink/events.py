"""Hear from rtnetlink(7) that something changed which decides what a host's addresses and sources are.

The kernel sends its news to whoever joined a group. Nothing is asked, and nothing is taken from the news but that there
is some: the host is then read anew. So the decoder answers one question, and on doubt it says yes.
"""

from __future__ import annotations

import _socket
from errno import ENOBUFS
from struct import error as StructError  # noqa: N812 - it is an exception

from ifdiscover._backends.far import FAR
from ifdiscover._backends.netlink.messages import IFINFOMSG, RTM_NEWLINK, bodies
from ifdiscover._backends.netlink.news import RTM_DELLINK
from ifdiscover._backends.netlink.route_messages import RTA_DST, RTM_F_CLONED, RTM_NEWROUTE, RTMSG, read_attributes
from ifdiscover.errors import DiscoveryError, refusal

# <linux/rtnetlink.h>: the numbers of groups; a bit of the mask is a number less one. Rules choose the table of routes.
_LINK, _IPV4_IFADDR, _IPV4_ROUTE, _IPV4_RULE, _IPV6_IFADDR, _IPV6_ROUTE, _IPV6_RULE = 1, 5, 7, 8, 9, 11, 19
GROUPS = sum(
    1 << group - 1 for group in (_LINK, _IPV4_IFADDR, _IPV4_ROUTE, _IPV4_RULE, _IPV6_IFADDR, _IPV6_ROUTE, _IPV6_RULE)
)

RTM_DELROUTE = 25
IFLA_WIRELESS = 11
_AF_BRIDGE = 7

_NETLINK_ROUTE = 0
_DATAGRAM_SIZE = 1 << 16
_AT_ONCE = 1000  # datagrams to take before the caller looks at the clock: in a storm there is always one more


def can_change_the_answer(datagram: bytes) -> bool:
    """Whether a datagram of news tells of something that can change a host's addresses or its sources.

    Not so are a wireless interface's scans, what a bridge says of its ports, and routes that no packet to everywhere
    else takes: a router of the Internet hears of hundreds of these in a second.
    """
    try:
        return any(_counts(kind, body) for kind, _number, body in bodies(datagram))
    except (DiscoveryError, StructError):
        return True


def _counts(kind: int, body: bytes) -> bool:
    if kind in (RTM_NEWLINK, RTM_DELLINK):
        return body[:1] != bytes([_AF_BRIDGE]) and IFLA_WIRELESS not in dict(read_attributes(body, IFINFOMSG.size))
    if kind in (RTM_NEWROUTE, RTM_DELROUTE):
        return _is_on_the_way(body)
    return True


def _is_on_the_way(body: bytes) -> bool:
    """Whether a route may be taken to one of the addresses that stand for everywhere else."""
    family, prefixlen, _, _, _, _, _, _, flags = RTMSG.unpack_from(body)
    if flags & RTM_F_CLONED or family not in FAR:  # a cache's entry; a multicast route
        return False
    if not prefixlen:
        return True
    destination = dict(read_attributes(body, RTMSG.size)).get(RTA_DST, b"")
    shift = len(FAR[family][0]) * 8 - prefixlen
    if len(destination) != len(FAR[family][0]) or shift < 0:
        return True
    number = int.from_bytes(destination, "big") >> shift
    return any(int.from_bytes(far, "big") >> shift == number for far in FAR[family])


class News:
    """A socket that hears of changes in the network namespace of the thread that opens it.

    Raises:
        DiscoveryError, NotPermittedError: the kernel refuses such a socket.
    """

    def __init__(self) -> None:
        try:
            self._socket = _socket.socket(_socket.AF_NETLINK, _socket.SOCK_RAW | _socket.SOCK_CLOEXEC, _NETLINK_ROUTE)
            try:
                self._socket.bind((0, GROUPS))
            except BaseException:
                self._socket.close()
                raise
        except OSError as error:
            raise refusal("rtnetlink", error.errno) from error

    def fileno(self) -> int:
        """Its descriptor, which is readable when there is news."""
        return self._socket.fileno()

    def take(self) -> bool:
        """Take the news that is there, without waiting; whether any of it can change the answer.

        If the kernel had more news than the socket could hold, the rest is lost: that counts as news.

        Raises:
            DiscoveryError, NotPermittedError: the kernel refuses.
        """
        counts = False
        for _ in range(_AT_ONCE):
            try:
                datagram, _ancillary, flags, sender = self._socket.recvmsg(_DATAGRAM_SIZE, 0, _socket.MSG_DONTWAIT)
            except BlockingIOError:
                break
            except InterruptedError:
                continue
            except OSError as error:
                if error.errno != ENOBUFS:
                    raise refusal("rtnetlink", error.errno) from error
                counts = True
                continue
            # Any process with CAP_NET_ADMIN may send to these groups; only the kernel is believed.
            if sender[0] == 0 and not counts:
                counts = bool(flags & _socket.MSG_TRUNC) or can_change_the_answer(datagram)
        return counts

    def close(self) -> None:
        """Close it."""
        self._socket.close()
