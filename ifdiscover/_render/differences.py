"""What differs between two readings of a host, for people: a line each, and what Postfix needs."""

from __future__ import annotations

from ifdiscover._columns import BOLD, GREEN, MAGENTA, RED, plain
from ifdiscover._differences.differences import CHANGED, COME, GONE
from ifdiscover._differences.facts import ADDRESS, FINDING, INTERFACE, NETWORK, ROUTE, SOURCE
from ifdiscover._names import printable
from ifdiscover._render.comparison import USUAL

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ifdiscover._columns import Paint
    from ifdiscover._differences.differences import Difference, Differences
    from ifdiscover._differences.facts import Fact
    from ifdiscover._postfix.changes.needs import Need

MARKS = {GONE: "-", COME: "+", CHANGED: "~"}
_COLOURS = {GONE: RED, COME: GREEN, CHANGED: MAGENTA}
_SAID = {
    INTERFACE: ("state", "kind", "mtu", "hardware address", "master"),
    ADDRESS: ("peer", "label", "flags"),
    FINDING: ("severity", "suggestion"),
}
"""What is said of a fact that is gone or has come. Of one that changed, each value that did is told."""


def difference_lines(answer: Differences, paint: Paint = plain) -> Iterator[str]:
    """A line for each difference, and then what Postfix needs; none if nothing differs."""
    for difference in answer.found:
        change = difference.change
        yield paint(f"{MARKS[change]} {printable(_text(difference))}", _COLOURS[change])
    if answer.found and answer.need is not None:
        yield from need_lines(answer.need, paint)


def need_lines(need: Need, paint: Paint = plain) -> Iterator[str]:
    """What Postfix needs, why, what to write, and what is true until then."""
    then = f", then {need.then}" if need.then else ""
    yield f"Postfix needs: {paint(need.what + then, BOLD)}"
    for reason in need.reasons:
        yield f"    why: {printable(reason)}"
    written = set()
    for edit in need.edits:
        if edit.suggestion and edit.suggestion not in written:  # one line may name several addresses
            yield f"    write: {paint(printable(edit.suggestion), BOLD)}"
            written.add(edit.suggestion)
        where = str(edit.place)
        if where:
            yield f"    where: {printable(where)}"
    for sentence in need.until:
        yield f"    until then: {printable(sentence)}"


def _text(difference: Difference) -> str:
    fact = difference.fact
    name = _name(fact)
    if difference.change == CHANGED:
        values = [f"{value} was {old or 'none'}, is {new or 'none'}" for value, old, new in difference.values]
        if fact.subject == SOURCE:  # its one value is the address
            return f"source of {fact.name} packets: {values[0].removeprefix('address ')}"
        return f"{name}: {'; '.join(values)}"
    known = dict(fact.values)
    said = [(value, known.get(value)) for value in _SAID.get(fact.subject, ())]
    return ", ".join([name, *(f"{value} {text}" for value, text in said if text and text not in USUAL)])


def _name(fact: Fact) -> str:
    """What a fact is about, in words."""
    if fact.subject == INTERFACE:
        return f"interface {fact.interface}"
    if fact.subject == ADDRESS:
        netmask = dict(fact.values).get("netmask") or ""
        return f"address {fact.name}{netmask if netmask[:1] == '/' else ''} on {fact.interface}"
    if fact.subject == ROUTE:
        kind, _, hops = fact.name.partition(" by ")
        return f"{kind} route by {hops} on {fact.interface}"
    if fact.subject == NETWORK:
        return f"mynetworks {fact.name}"
    if fact.subject == FINDING:
        return f"finding {fact.name}"
    return f"source of {fact.name} packets {dict(fact.values)['address']}"
