"""Mutants of what check finds that live, and why. See ``explained.py``."""

from __future__ import annotations

_CHECK = "ifdiscover/_postfix/check"
_MYNETWORKS = f"{_CHECK}/mynetworks.py"
_FATAL = "fatal = [with_parameter(PARENTS, fault) for fault in listed.findings if fault.level == FATAL]"

CHECK = {
    (_MYNETWORKS, _FATAL, _FATAL.replace("==", "is")): "there is one such text",
    (
        _MYNETWORKS,
        "if decision.verdict != CANNOT_TELL:",
        "if decision.verdict is not CANNOT_TELL:",
    ): "there is one such text",
    (
        _MYNETWORKS,
        "if decision.verdict != CANNOT_TELL:",
        "if decision.verdict > CANNOT_TELL:",
    ): "the other two come later in the alphabet",
    (_MYNETWORKS, "return decision.verdict == TRUSTED, []", "return decision.verdict >= TRUSTED, []"): (
        "the other two come earlier in the alphabet"
    ),
    (_MYNETWORKS, "return decision.verdict == TRUSTED, []", "return decision.verdict is TRUSTED, []"): (
        "there is one such text"
    ),
}
