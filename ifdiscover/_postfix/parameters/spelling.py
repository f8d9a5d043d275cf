"""Which name was probably meant by one that nobody knows."""

from __future__ import annotations

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from collections.abc import Iterable

_MOST = 2  # letters that are wrong, missing, too many, or in each other's place


def meant(name: str, names: Iterable[str]) -> str:
    """The name that is spelt almost like this one, in at most two letters; "" if none is, or if several are equally.

    A name with other digits is no misspelling: ``lan1`` and ``lan2``, ``mynetworks`` and ``mynetworks2`` are two names.
    """
    found: dict[int, list[str]] = {}
    folded = name.lower()
    for other in dict.fromkeys(names):
        # Short names are alike without being meant.
        most = min(_MOST, len(other) // 4)
        if abs(len(other) - len(name)) <= most and _digits(other) == _digits(name):
            steps = _steps(folded, other.lower())
            if steps <= most:
                found.setdefault(steps, []).append(other)
    nearest = found[min(found)] if found else []
    return nearest[0] if len(nearest) == 1 else ""


def _digits(name: str) -> str:
    return "".join(filter(str.isdigit, name))


def _steps(name: str, other: str) -> int:
    """How many letters have to be changed, added, removed, or exchanged with the next one, to make one of the other."""
    before_last: list[int] = []
    last = list(range(len(other) + 1))
    for row, letter in enumerate(name, 1):
        this = [row]
        for column, wanted in enumerate(other, 1):
            steps = min(last[column] + 1, this[-1] + 1, last[column - 1] + (letter != wanted))
            if row > 1 and column > 1 and letter == other[column - 2] and name[row - 2] == wanted:
                steps = min(steps, before_last[column - 2] + 1)
            this.append(steps)
        before_last, last = last, this
    return last[-1]
