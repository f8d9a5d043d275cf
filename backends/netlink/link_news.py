"""What the news of links says of two dumps: whether a link went up or down, came or went while they were made.

A link may go up between the dump of links and that of addresses, and get an address. No dump is interrupted then, but
that address would stand on a link that was down.
"""

from __future__ import annotations

from ifdiscover._backends.netlink.messages import IFINFOMSG, RTM_NEWLINK, bodies
from ifdiscover.model import IFF_UP

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from collections.abc import Iterable

    from ifdiscover.model import Interface

RTM_DELLINK = 17


def contradiction(news: Iterable[bytes], interfaces: Iterable[Interface]) -> str:
    """Why some interfaces cannot be those of the moment of the news; "" if they can.

    Raises:
        DiscoveryError: a message's length is impossible.
    """
    flags = {interface.index: interface.flags or 0 for interface in interfaces}
    for datagram in news:
        for kind, _number, body in bodies(datagram):
            if kind not in (RTM_NEWLINK, RTM_DELLINK) or len(body) < IFINFOMSG.size:
                continue
            family, _type, index, now, _change = IFINFOMSG.unpack_from(body)
            if family != 0:  # what a bridge tells of its ports
                continue
            if (kind == RTM_NEWLINK) != (index in flags):
                return f"interface {index} came or went"
            if kind == RTM_NEWLINK and (flags[index] ^ now) & IFF_UP:
                return f"interface {index} went up or down"
    return ""
