"""Addresses of ``ip -j addr`` whose every value is evidently good; see ``backends/recorded/evident.py``."""

from __future__ import annotations

from _socket import AF_INET6, inet_pton

from ifdiscover._backends.recorded.evident import SCOPES, is_plain_name
from ifdiscover._backends.recorded.fields import HIGHEST_U32
from ifdiscover._backends.recorded.ip.links import FLAG_WORDS, PERMANENT, protocol
from ifdiscover._backends.recorded.lines import FAMILIES
from ifdiscover._packed import netmask_of
from ifdiscover.model import BITS, KERNEL, Address

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from typing import Any

    from ifdiscover.model import Interface

_new = tuple.__new__  # Address(...) takes half as long again
_VALUES = ("local", "address", "broadcast", "label", "protocol", "preferred_life_time", "valid_life_time")
_NO_FLAGS = frozenset(("family", "prefixlen", "scope", *_VALUES))


def address(told: Any, interface: Interface) -> Address | None:
    """The address in an object that stands under an interface; None if it takes a closer look."""
    try:
        family, prefixlen, scope, label = FAMILIES[told["family"]], told["prefixlen"], told["scope"], told.get("label")
        preferred, valid = told["preferred_life_time"], told["valid_life_time"]
        broadcast, peer, origin = told.get("broadcast"), told.get("address"), told.get("protocol")
        words, flags, is_permanent = FLAG_WORDS[family], 0, True
        for word in told.keys() - _NO_FLAGS:
            if told[word] is not True:
                return None
            if word == "dynamic":
                is_permanent = False
            else:
                flags |= words[word]
        if not (
            type(prefixlen) is int
            and 0 <= prefixlen <= BITS[family]
            and scope in SCOPES
            and type(preferred) is int
            and 0 <= preferred <= HIGHEST_U32
            and type(valid) is int
            and 0 <= valid <= HIGHEST_U32
            and (label is None or label == interface.name or is_plain_name(label))
            and (origin is None or is_plain_name(origin))
        ):
            return None
        return _new(
            Address,
            (
                interface,
                family,
                inet_pton(family, told["local"]),
                prefixlen,
                netmask_of(prefixlen, family),
                KERNEL,
                interface.index or 0 if scope == "link" and family == AF_INET6 else 0,
                None if broadcast is None else inet_pton(family, broadcast),
                None if peer is None else inet_pton(family, peer),
                None if label == interface.name else label,
                scope,
                flags | PERMANENT if is_permanent else flags,
                None if origin is None else protocol(origin),
                None if preferred == HIGHEST_U32 else preferred,
                None if valid == HIGHEST_U32 else valid,
            ),
        )
    except (KeyError, OSError, TypeError, ValueError):
        return None
