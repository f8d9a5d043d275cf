"""Values of compatibility_level. An operator with the suffix ``level`` compares them: ``${{3.9} <level {3.10}}``."""

from __future__ import annotations

from ifdiscover._postfix.syntax.words import WHITE_SPACE
from ifdiscover.errors import CompatibilityLevelError

MAX_MAJOR = 8796093022207
MAX_MINOR = 1023


def compatibility_level(text: str) -> tuple[int, int, int]:
    """A level as three numbers, which compare as in Postfix. A missing number is 0.

    Numbers are read as by C's strtol(): blanks and a sign may come before the digits, and nothing after them.

    Raises:
        CompatibilityLevelError: the text is not ``MAJOR[.MINOR[.PATCH]]``, or a number is too large.

    >>> compatibility_level("3.9") < compatibility_level("3.10")
    True
    """
    numbers = text.split(".")
    if len(numbers) > 3:
        raise _malformed(text)
    major, minor, patch = [_number(number) for number in (*numbers, "0", "0")[:3]]
    if major is None or minor is None or patch is None or major > MAX_MAJOR or minor > MAX_MINOR or patch > MAX_MINOR:
        raise _malformed(text)
    return major, minor, patch


def _number(text: str) -> int | None:
    digits = text.lstrip(WHITE_SPACE)
    negative = digits[:1] == "-"
    digits = digits[digits[:1] in ("+", "-") :]
    if not digits or digits.strip("0123456789"):
        return None
    digits = digits.lstrip("0") or "0"
    if len(digits) > len(str(MAX_MAJOR)) or (negative and digits != "0"):
        return None
    return int(digits)


def _malformed(text: str) -> CompatibilityLevelError:
    return CompatibilityLevelError(
        f'malformed compatibility level syntax: "{text}"', "write numbers: MAJOR, MAJOR.MINOR or MAJOR.MINOR.PATCH"
    )
