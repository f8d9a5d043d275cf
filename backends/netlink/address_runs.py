"""Runs of messages about addresses: which of them differ in nothing but addresses, and the records of these.

Imported where there are many addresses.
"""

from __future__ import annotations

from _operator import gt, itemgetter, lt
from _struct import calcsize
from itertools import repeat, starmap

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
    from collections.abc import Callable, Iterable, Sequence
    from typing import Any

    from ifdiscover._backends.netlink.runs import Followers, Plan

    # By the length of a message: how to read what its plan wants equal, this of the message that was planned, the plan.
    Plans = dict[int, tuple[Callable[[bytes], tuple[int, ...]], tuple[int, ...], Plan]]

_PACKED_AT = Address._fields.index("packed")
_BROADCAST_AT = Address._fields.index("packed_broadcast")


def plan(datagram: bytes, start: int, end: int, plans: Plans) -> Plan | None:
    """What messages must share with this one, as ``new_plan()``; a plan of an earlier message that shares it is kept.

    All headers of attributes are among what must be shared, so that the plan of such a message is the same.

    Args:
        datagram: the datagram.
        start: where the message's body starts in it.
        end: where it ends.
        plans: the plans of earlier messages.
    """
    body = datagram[start:end]
    known = plans.get(end - start)
    if known is not None and known[0](body) == known[1]:
        return known[2]
    found = new_plan(datagram, start, end)
    if found is not None:
        shared_by = itemgetter(*found[0])
        plans[end - start] = shared_by, shared_by(body), found
    return found


def new_plan(datagram: bytes, start: int, end: int) -> Plan | None:
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
    others = sorted(set(range(end - start)).difference(equal))
    return equal, others, pairs, fields


def copies(address: Address, followers: Followers) -> Iterable[Address]:
    """The records of the messages that follow that of ``address``: it, with other values at some places."""
    fields: list[Iterable[Any]] = [repeat(value) for value in address]
    for place, values in followers:
        fields[place] = values
    # map() would make a tuple of arguments for each record; zip() makes one, and uses it again.
    arguments = zip(repeat(Address), zip(*fields))
    return starmap(tuple.__new__, arguments)


def packed_of(address: Address, followers: Followers) -> Sequence[bytes]:
    """The address of the record and of each of its ``copies()``."""
    return address.packed, *dict(followers)[_PACKED_AT]


def are_in_order(addresses: Sequence[Address], columns: Iterable[tuple[int, Sequence[bytes]]]) -> bool:
    """Whether the records are seen to have different addresses by the order of these; if not, they may yet have.

    The kernel keeps the addresses of a link as they were added, most often each higher than the one before, or each
    lower. To see this takes a fifth of the time of a set.

    Args:
        addresses: the records.
        columns: ``packed_of()`` those that were made by ``copies()``, each with the place of its first one in
            ``addresses``.
    """
    bounds: list[tuple[bytes, bytes]] = []  # the lowest and the highest one of each column, and those of no column
    done = 0
    for start, column in columns:
        bounds += ((alone.packed, alone.packed) for alone in addresses[done:start])
        if all(map(lt, column, column[1:])):
            bounds.append((column[0], column[-1]))
        elif all(map(gt, column, column[1:])):
            bounds.append((column[-1], column[0]))
        else:
            return False
        done = start + len(column)
    bounds += ((alone.packed, alone.packed) for alone in addresses[done:])
    bounds.sort()
    return all(high < low for (_, high), (low, _) in zip(bounds, bounds[1:]))
