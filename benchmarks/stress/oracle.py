"""Whether an answer was true: at one moment, of several moments, or never.

An answer is of one moment if it is all that was true at some moment between its begin and its end. It is mixed if each
of its facts was true at some moment, and it has all that were true at every moment. Anything else is wrong.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

RIGHT, MIXED, WRONG = "right", "mixed", "wrong"


class Log(NamedTuple):
    """What was changed, one item of each list for each change, in the order of time."""

    began: list[float]
    made: list[float]
    states: list[list[list[str]]]  # what was true after each step of the change


class Answer(NamedTuple):
    """One reading, as ``reader`` prints it."""

    began: float
    ended: float
    new: list[str]  # facts beyond those that stay
    lost: list[str]  # facts that stay, and are missing
    refused: str
    fault: str


def projected(facts: Iterable[str], blind_to: Iterable[str]) -> set[str]:
    """What a backend that is blind to some things can say of these facts."""
    found = set(facts)
    if "interface flags" in blind_to:
        found = {fact for fact in found if not fact.startswith("up ")}
    if "ipv6 netmasks" in blind_to:
        found = {fact.rpartition("/")[0] if ":" in fact and "/" in fact else fact for fact in found}
    return found


def states_during(log: Log, began: float, ended: float) -> list[set[str]]:
    """All that may have been true between two moments, one set for each step."""
    first = max(0, bisect_left(log.made, began) - 1)
    last = max(first + 1, bisect_right(log.began, ended))
    found: list[set[str]] = []
    for made, states in zip(log.made[first:last], log.states[first:last]):
        # The earlier steps of a change are over once it is made.
        last_only = made < began
        found += [set(state) for state in (states[-1:] if last_only else states)]
    return found


def judge(answer: Answer, states: list[set[str]], blind_to: Iterable[str]) -> tuple[str, str]:
    """Right, mixed or wrong, and why."""
    if answer.fault:
        return WRONG, answer.fault
    if answer.lost:
        return WRONG, f"lost {answer.lost[0]} and {len(answer.lost) - 1} more"
    seen = [projected(state, blind_to) for state in states]
    new = set(answer.new)
    if new in seen:
        return RIGHT, ""
    never = new - set().union(*seen)
    if never:
        return WRONG, f"{min(never)} was never true"
    missing = set.intersection(*seen) - new
    if missing:
        return WRONG, f"{min(missing)} was true all the time"
    return MIXED, f"{sorted(new)} was true at no one moment"
