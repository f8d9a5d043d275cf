"""How many examples a property test is shown, where it asks for a number of its own."""

from __future__ import annotations

from hypothesis import settings

QUICK = 10
"""Those of each test in the profile ``quick``."""


def examples(number: int) -> int:
    """A number for ``settings(max_examples=)``, which would else win over the profile of ``make quick``."""
    return min(number, QUICK) if settings().max_examples == QUICK else number
