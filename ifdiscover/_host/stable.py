"""Which address of a host stays: the one to publish in DNS or SPF, or to bind to."""

from __future__ import annotations

from _socket import inet_ntop

from ifdiscover._host.ranges import is_beyond_the_link, is_private
from ifdiscover._names import printable

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from collections.abc import Sequence

    from ifdiscover._host.records import Address

# Flags of an address that will go, or that cannot be used: of one that is tentative or optimistic nobody knows yet
# whether it is unique.
_PASSING = ("temporary", "deprecated", "dadfailed", "tentative", "optimistic", "detached", "anycast")
_CALLED = {"dadfailed": "a duplicate"}


def most_stable(
    candidates: Sequence[Address], outward: Sequence[str], source: bytes | None
) -> tuple[Address | None, str]:
    """The address that stays, and why it is this one; None, and why there is none.

    Public addresses come before private ones, permanent ones before dynamic ones, and the source before the others.

    Args:
        candidates: addresses of one family, in the kernel's order.
        outward: the names of the interfaces that packets to everywhere else leave by.
        source: the address that such packets are sent from; None: not known.
    """
    on = " or ".join(map(printable, outward))
    lasting = [address for address in candidates if why_passing(address) is None]
    if not lasting:
        seen = ", ".join(f"{inet_ntop(a.family, a.packed)} is {why_passing(a)}" for a in candidates)
        return None, f"{on} has no address that stays: {seen}" if seen else f"{on} has no address"
    chosen = min(lasting, key=lambda a: (is_private(a.packed), not _is(a, "permanent"), a.packed != source))
    kind = "" if chosen.flag_names is None else "permanent " if _is(chosen, "permanent") else "dynamic "
    name = printable(chosen.interface.name)
    way = "which packets to everywhere else leave by" if chosen.interface.name in outward else "and their source"
    private = "; it is private: beyond a translator another one is seen" if is_private(chosen.packed) else ""
    return chosen, f"{kind}address of {name}, {way}{private}"


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
