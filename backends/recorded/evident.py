"""Records of a snapshot whose every value is evidently good: read without asking about each in turn where it stands.

What is not evident is read by ``snapshot.py``, value by value, which may find it good all the same. So nothing is
refused here, and nothing passes here that would not pass there, and as the same record.
"""

from __future__ import annotations

from _socket import inet_pton
from functools import lru_cache

from ifdiscover import model
from ifdiscover._backends.recorded.fields import FAMILIES, HIGHEST_U32, HIGHEST_U64, MAX_NAME
from ifdiscover._packed import contiguous_prefixlen
from ifdiscover.model import ADDRESS_FLAGS, ASSUMED, BSD_FLAGS, KERNEL, Address, Interface

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from typing import Any

FLAG_BITS = {
    family: {word: bit for bit, word in {**ADDRESS_FLAGS[family], **BSD_FLAGS}.items()} for family in ADDRESS_FLAGS
}
_new = tuple.__new__  # Address(...) takes half as long again
SCOPES = frozenset((None, *model.SCOPES))


def is_plain_name(name: Any) -> bool:
    """Whether it is a name as it stands, with nothing escaped in it."""
    return type(name) is str and 0 < len(name) <= MAX_NAME and name.isascii() and "\\" not in name and "\0" not in name


def is_plain_text(text: Any) -> bool:
    """Whether it is a text as it stands, with nothing escaped in it."""
    return type(text) is str and text.isascii() and "\\" not in text


def interface(told: Any) -> Interface | None:
    """The interface in an object; None if it takes a closer look."""
    if type(told) is not dict:
        return None
    name, index, flags, mtu = told.get("name"), told.get("index"), told.get("flags"), told.get("mtu")
    hardware_address, kind, master = told.get("hardware_address"), told.get("kind"), told.get("master")
    try:
        raw = None if hardware_address is None else bytes.fromhex(hardware_address.replace(":", ""))
        if not (
            is_plain_name(name)
            and (index is None or (type(index) is int and 1 <= index <= HIGHEST_U32))
            and (flags is None or (type(flags) is int and 0 <= flags <= HIGHEST_U64))
            and (mtu is None or (type(mtu) is int and 0 <= mtu <= HIGHEST_U32))
            and (raw is None or (raw.hex(":") == hardware_address and len(raw) <= MAX_NAME))
            and (kind is None or is_plain_name(kind))
            and (master is None or is_plain_name(master))
            and told.keys().isdisjoint(_RARE)
        ):
            return None
    except (AttributeError, ValueError):
        return None
    return Interface._make((name, index, flags, mtu, raw, None, kind, master))


_RARE = ("name_hex", "kind_hex", "master_hex", "set_apart")


@lru_cache(maxsize=512)
def _netmask(family: int, text: str) -> tuple[bytes, int | None]:
    """A netmask and its prefix length. There are 162 good ones, and most addresses have the same few."""
    netmask = inet_pton(family, text)
    return netmask, contiguous_prefixlen(netmask)


def address(told: Any, interface: Interface, name: str | None) -> Address | None:
    """The address in an object that stands under an interface; None if it takes a closer look.

    Args:
        told: the object.
        interface: the interface.
        name: its name, if that is plain (``is_plain_name()``); otherwise None, and every address takes a closer look.
    """
    try:
        family = FAMILIES[told["family"]]
        prefixlen, origin = told["prefixlen"], told["netmask_origin"]
        netmask, length = _netmask(family, told["netmask"])
        scope_id, scope, label, protocol = told["scope_id"], told["scope"], told["label"], told["protocol"]
        broadcast, peer, words = told["broadcast"], told["peer"], told["flags"]
        preferred, valid = told["preferred_lifetime"], told["valid_lifetime"]
        bits, flags = FLAG_BITS[family], 0
        for word in words or ():
            flags |= bits[word]
        if not (
            told["interface"] == name
            and type(prefixlen) is int
            and prefixlen == length
            and origin in (KERNEL, ASSUMED)
            and type(scope_id) is int
            and 0 <= scope_id <= HIGHEST_U32
            and scope in SCOPES
            and (words is None or type(words) is list)
            and (protocol is None or (type(protocol) is int and 0 <= protocol <= 255))
            and (preferred is None or (type(preferred) is int and 0 <= preferred <= HIGHEST_U32))
            and (valid is None or (type(valid) is int and 0 <= valid <= HIGHEST_U32))
            and (label is None or (is_plain_name(label) and "label_hex" not in told))
        ):
            return None
        return _new(
            Address,
            (
                interface,
                family,
                inet_pton(family, told["address"]),
                prefixlen,
                netmask,
                origin,
                scope_id,
                None if broadcast is None else inet_pton(family, broadcast),
                None if peer is None else inet_pton(family, peer),
                label,
                scope,
                None if words is None else flags,
                protocol,
                preferred,
                valid,
            ),
        )
    except (KeyError, OSError, TypeError, ValueError):
        return None
