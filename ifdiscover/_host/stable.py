"""Which address of a host stays: the one to publish in DNS or SPF, or to bind to."""

from __future__ import annotations

from _socket import AF_INET, AF_INET6

from ifdiscover._host import FAMILY_TITLES, StableAddress
from ifdiscover._host.ranges import is_beyond_the_link, is_private
from ifdiscover._names import printable
from ifdiscover.errors import BlindError

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from collections.abc import Sequence

    from ifdiscover._host import Address
    from ifdiscover._host.host import Host

# Flags of an address that will go, or that cannot be used: of one that is tentative or optimistic nobody knows yet
# whether it is unique.
_PASSING = ("temporary", "deprecated", "dadfailed", "tentative", "optimistic", "detached", "anycast")
_CALLED = {"dadfailed": "a duplicate"}


def stable_address(host: Host, family: int) -> StableAddress:
    """The address of a family that stays, as ``Host.stable_address()`` tells it.

    Args:
        host: a host that was read with its routes, or with its sources.
        family: AF_INET or AF_INET6.

    Raises:
        BlindError: it was read with neither, or nobody knows which of its IPv6 addresses are temporary.
    """
    version = 4 if family == AF_INET else 6
    route = None if host.routes is None else host.default_route(version)
    source = None if host.routes is not None and host.packed_sources is None else host.source(version)
    packed = None if source is None else source.packed
    if route is not None:
        outward, way = {hop.interface_name for hop in route.next_hops}, "which has the default route"
    else:
        outward = {address.interface.name for address in host.addresses if address.packed == packed}
        way = "by which packets leave to everywhere else"
    if not outward:
        return StableAddress(None, f"this host has no way to everywhere else by {FAMILY_TITLES[family]}")
    candidates = [
        address
        for address in host.addresses
        if address.family == family and (address.interface.name in outward or address.packed == packed)
    ]
    if family == AF_INET6 and any(address.flags is None for address in candidates):
        raise BlindError(f"backend {host.backend} cannot tell which IPv6 addresses are temporary")
    chosen = _most_stable(candidates, packed)
    if chosen is None:
        why = ", ".join(f"{address} is {why_passing(address)}" for address in candidates) or "there is none"
        on = " or ".join(map(printable, sorted(outward)))
        return StableAddress(None, f"no {FAMILY_TITLES[family]} address of {on}, {way}, stays: {why}")
    remarks = [
        f"{_kind(chosen)}address of {printable(chosen.interface.name)}",
        f", {way}" if chosen.interface.name in outward else ", and the source of packets to everywhere else",
        "" if packed in (None, chosen.packed) else f"; they leave from {source}{_why(candidates, packed)}",
        "; it is private: if there is a NAT on the way, others see another one" if is_private(chosen.packed) else "",
    ]
    return StableAddress(chosen, "".join(remarks))


def _most_stable(candidates: Sequence[Address], source: bytes | None) -> Address | None:
    """Public ones come before private ones, permanent ones before dynamic ones, and the source before the others."""
    lasting = [address for address in candidates if why_passing(address) is None]
    return min(lasting, key=lambda a: (is_private(a.packed), not _is(a, "permanent"), a.packed != source), default=None)


def _kind(address: Address) -> str:
    return "" if address.flags is None else "permanent " if _is(address, "permanent") else "dynamic "


def _why(candidates: Sequence[Address], source: bytes | None) -> str:
    """Why the source is not the address that stays, if it will go."""
    reason = next((why_passing(address) for address in candidates if address.packed == source), None)
    return f", which is {reason}" if reason else ""


def is_stable(address: Address) -> bool:
    """Whether an address is one that stays; False too if nobody knows its flags."""
    return address.flags is not None and why_passing(address) is None


def why_passing(address: Address) -> str | None:
    """Why an address is not one that stays, in words; None if it may be one."""
    if address.scope not in (None, "global"):
        return f"of scope {address.scope}"
    if not is_beyond_the_link(address.packed):
        return "of one link or host"
    return next((_CALLED.get(word, word) for word in _PASSING if _is(address, word)), None)


def _is(address: Address, word: str) -> bool:
    return word in (address.flag_names or ())
