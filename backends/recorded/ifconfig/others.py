"""Outputs of ifconfig that hold no host that can be read, and what to record in their place."""

from __future__ import annotations

import re

from ifdiscover.errors import RecordingError

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from typing import NoReturn

    from ifdiscover._backends.recorded.lines import Line

ENGLISH = "if this is ifconfig in another language than English, make the recording with LC_ALL=C ifconfig -a"
_OTHER_LANGUAGE = re.compile(r"encap[^ :]*:|encapsul|hwaddr|hardware ad|protokoll:", re.IGNORECASE)
_UNSERVED = "which is not served; make recordings of other systems with: ifdiscover snapshot; or LC_ALL=C ifconfig -a"
_IRIX_WORDS = {"FILTMULTI", "CKSUM", "DRVRLOCK", "IPALIAS"}
_IFF_MULTICAST = 0x800  # of Solaris, HP-UX and IRIX


def is_in_another_language(text: str) -> bool:
    """Whether a line that begins no form that is read may be ifconfig's first one in another language."""
    return _OTHER_LANGUAGE.search(text) is not None


def refuse_unserved(line: Line, number: int, words: list[str], rest: str, *, bare_netmasks: bool) -> None:
    """Refuse a system whose ifconfig prints what others print, and that nobody asks here.

    Args:
        line: the one that names an interface.
        number: its flags.
        words: its flags in words.
        rest: what stands behind them.
        bare_netmasks: whether netmasks are hexadecimal without 0x in this text.

    Raises:
        RecordingError: it is of HP-UX, IRIX or Solaris up to 7.
    """
    # BSD and Tru64 have another bit for MULTICAST, and this one for SIMPLEX.
    is_multicast = "MULTICAST" in words and "SIMPLEX" not in words and bool(number & _IFF_MULTICAST)
    if (bare_netmasks or line.text.startswith("lan")) and (is_multicast or "CKO" in words):
        _refuse(line, "Solaris up to 7" if "mtu" in rest.split() else "HP-UX")
    if is_multicast or _IRIX_WORDS.intersection(words):
        _refuse(line, "IRIX")


def _refuse(line: Line, system: str) -> NoReturn:
    raise RecordingError(f"line {line.number}: this seems to be what ifconfig of {system} prints, {_UNSERVED}")
