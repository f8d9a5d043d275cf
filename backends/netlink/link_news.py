"""What the news of links says of two dumps: whether a link went up or down, came or went while they were made.

A link may go up between the dump of links and that of addresses, and get an address. No dump is interrupted then, but
that address would stand on a link that was down.
"""

from __future__ import annotations

from ifdiscover._backends.netlink.messages import HEADER, IFINFOMSG, RTM_NEWLINK
from ifdiscover.errors import DiscoveryError
from ifdiscover.model import IFF_UP

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ifdiscover.model import Interface

RTM_DELLINK = 17


def contradiction(news: Iterable[bytes], interfaces: Iterable[Interface]) -> str:
    """Why some interfaces cannot be those of the moment of the news; "" if they can.

    Raises:
        DiscoveryError: a message's length is impossible.
    """
    flags = {interface.index: interface.flags or 0 for interface in interfaces}
    for datagram in news:
        for kind, index, now in links_in(datagram):
            if (kind == RTM_NEWLINK) != (index in flags):
                return f"interface {index} came or went"
            if kind == RTM_NEWLINK and (flags[index] ^ now) & IFF_UP:
                return f"interface {index} went up or down"
    return ""


def links_in(datagram: bytes) -> Iterator[tuple[int, int, int]]:
    """Each link that a datagram of news tells of: RTM_NEWLINK or RTM_DELLINK, its index, its flags.

    What a bridge tells of its ports is no news of links (family AF_BRIDGE).

    Raises:
        DiscoveryError: a message's length is impossible.
    """
    offset = 0
    while offset + HEADER.size <= len(datagram):
        length, kind, _flags, _sequence, _port = HEADER.unpack_from(datagram, offset)
        if length < HEADER.size or offset + length > len(datagram):
            raise DiscoveryError(f"rtnetlink: a message of {length} bytes at byte {offset} of {len(datagram)}")
        if kind in (RTM_NEWLINK, RTM_DELLINK) and length >= HEADER.size + IFINFOMSG.size:
            family, _type, index, flags, _change = IFINFOMSG.unpack_from(datagram, offset + HEADER.size)
            if family == 0:
                yield kind, index, flags
        offset += length + 3 & ~3
