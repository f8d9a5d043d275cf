"""The words that BSD's ifconfig puts behind an address, as the model has them: address flags and lifetimes.

They are the kernels' IN6_IFF_*. Those that mean what a bit of Linux does become that bit; ``BSD_FLAGS`` has the rest.
``secured``, ``dynamic``, ``clat46`` and ``prefer_source`` have no place here: who trusts whom does not hang on them.
"""

from __future__ import annotations

from _socket import AF_INET6

from ifdiscover._backends.recorded.fields import HIGHEST_U32
from ifdiscover.model import ADDRESS_FLAGS, BSD_FLAGS

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ifdiscover._backends.recorded.lines import Line

_BITS = {word: bit for bit, word in {**ADDRESS_FLAGS[AF_INET6], **BSD_FLAGS}.items()}
_FLAGS = {
    "anycast": _BITS["anycast"],
    "autoconf": _BITS["autoconf"],
    "autoconfprivacy": _BITS["autoconf"] | _BITS["temporary"],  # OpenBSD before 6.9
    "deprecated": _BITS["deprecated"],
    "detached": _BITS["detached"],
    "duplicated": _BITS["dadfailed"],
    "nodad": _BITS["nodad"],
    "no_dad": _BITS["nodad"],
    "optimistic": _BITS["optimistic"],
    "temporary": _BITS["temporary"],
    "tentative": _BITS["tentative"],
}


def address_flags(family: int, said: Mapping[str, Sequence[str]]) -> int:
    """The flags of an address.

    Args:
        family: its family: only an IPv6 address is temporary, and Linux uses that bit of IPv4 for another thing.
        said: the words of its line: under "" marks, under "flags" what NetBSD prints, such as ``0x40<AUTOCONF>``.
    """
    _, _, words = said.get("flags", ("",))[0].partition("<")
    flags = 0
    for word in (*said.get("", ()), *words.rstrip(">").lower().split(",")):
        flags |= _FLAGS.get(word, 0)
    return flags if family == AF_INET6 else flags & ~_BITS["temporary"]


def lifetimes(line: Line, said: Mapping[str, Sequence[str]]) -> tuple[int | None, int | None] | None:
    """The preferred and the valid lifetime of an address, in seconds, None for ever; None if they are not told."""
    if "pltime" not in said and "vltime" not in said:
        return None
    preferred, valid = (said.get(word, ("infty",))[0] for word in ("pltime", "vltime"))
    return _seconds(line, preferred), _seconds(line, valid)


def _seconds(line: Line, text: str) -> int | None:
    if text in ("infty", "forever"):
        return None
    seconds = line.whole(text, "a lifetime", 0, 2**63)
    return seconds if seconds < HIGHEST_U32 else None
