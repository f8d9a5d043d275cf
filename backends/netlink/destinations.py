"""Dump where the routes of a host lead: RTM_GETROUTE for all tables, as far as there are not too many of them."""

from __future__ import annotations

from ifdiscover._backends.netlink.dump import InterruptedDump, dump
from ifdiscover._backends.netlink.messages import messages_of
from ifdiscover._backends.netlink.route_messages import RTM_NEWROUTE, destinations, dump_request
from ifdiscover._backends.netlink.rtnetlink import Socket
from ifdiscover.errors import refusal

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from ifdiscover._backends.netlink.dump import Channel
    from ifdiscover._backends.netlink.route_messages import Destination
    from ifdiscover._backends.netlink.runs import Run

MOST = 10_000
"""A router of the internet has a hundred times as many routes. No more than this are waited for."""

_ATTEMPTS = 3


def read_destinations(family: int) -> tuple[Destination, ...] | None:
    """Where the routes of this thread's network namespace lead, default routes left out.

    Returns:
        Each route's network and prefix length, of all tables; None: there are more than ``MOST``, or they changed
        during each attempt to read them.

    Raises:
        DiscoveryError, NotPermittedError: the kernel cannot be asked, or its answer makes no sense.
    """
    for sequence in range(1, _ATTEMPTS + 1):
        try:
            # A dump that was given up is left in its socket. The next one gets another.
            channel = Socket()
            try:
                found, why = _read(channel, family, sequence)
            finally:
                channel.close()
        except OSError as error:
            raise refusal("rtnetlink", error.errno) from error
        messages = messages_of(found)
        if len(messages) > MOST:
            return None
        if not why:
            return destinations(messages, family)
    return None


def _read(channel: Channel, family: int, sequence: int) -> tuple[list[Run], str]:
    """The messages of one dump, and why it is not whole, or ""."""
    found: list[Run] = []
    try:
        why = dump(channel, dump_request(family, sequence), sequence, RTM_NEWROUTE, found, most=MOST)
    except InterruptedDump as error:
        why = str(error)
    return found, why
