"""Runs of messages about addresses: which of them differ in nothing but addresses, and the records of these.

Imported where there are many addresses.
"""

from __future__ import annotations

from _struct import calcsize
from itertools import repeat

from ifdiscover._backends.netlink.messages import (
    ADDRESS_ATTRIBUTES,
    IFA_ADDRESS,
    IFA_BROADCAST,
    IFA_LOCAL,
    IFADDRMSG,
    attributes_of,
)
from ifdiscover._errors import DiscoveryError
from ifdiscover._host import Address

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from ifdiscover._backends.netlink.runs import Followers, Plan

_PACKED_AT = Address._fields.index("packed")
_BROADCAST_AT = Address._fields.index("packed_broadcast")


def plan(datagram: bytes, start: int, end: int) -> Plan | None:
    """What messages must share with this one so that their records differ in nothing but addresses and broadcasts.

    None: the message has no address, or is malformed; it is decoded by itself.
    """
    equal = list(range(IFADDRMSG.size))
    found: dict[int, tuple[int, int]] = dict.fromkeys((IFA_LOCAL, IFA_ADDRESS, IFA_BROADCAST), (0, 0))
    try:
        for offset, attribute, length, _ in attributes_of(datagram, start + IFADDRMSG.size, end):
            value, size = offset + 4 - start, length - 4
            equal += range(value - 4, value)
            if attribute in found:
                found[attribute] = value, size
            elif attribute in ADDRESS_ATTRIBUTES:
                equal += range(value, value + min(size, calcsize(ADDRESS_ATTRIBUTES[attribute] or f"{size}s")))
    except DiscoveryError:
        return None
    (local, local_size), (remote, remote_size), (broadcast, broadcast_size) = found.values()
    if not local_size and not remote_size:
        return None
    # With both, the two must be equal: then no message has a peer.
    pairs = list(zip(range(local, local + local_size), range(remote, remote + remote_size)))
    fields = [(_PACKED_AT, local, local_size) if local_size else (_PACKED_AT, remote, remote_size)]
    if broadcast_size:
        fields.append((_BROADCAST_AT, broadcast, broadcast_size))
    return equal, pairs, fields


def copies(address: Address, followers: Followers) -> Iterable[Address]:
    """The records of the messages that follow that of ``address``: it, with other values at some places."""
    fields: list[Iterable[Any]] = [repeat(value) for value in address]
    for place, values in followers:
        fields[place] = values
    return map(tuple.__new__, repeat(Address), zip(*fields))
