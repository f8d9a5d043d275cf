"""What differs between two answers: own addresses, mynetworks in force, source addresses, what stops Postfix."""

from __future__ import annotations

from ifdiscover._record import Record

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from ifdiscover._postfix.changes.answer import Answer

COMPARED = ("own_addresses", "deprecated", "mynetworks", "source_addresses", "error")
"""The fields of an ``Answer`` in which a difference is told."""


class Change(Record):
    """What differs in one field of two answers. Nothing in it is escaped.

    Attributes:
        field: the name of the field of an ``Answer``.
        gone: what only the first has, in its order.
        come: what only the second has, in its order.
    """

    field: str
    gone: tuple[str, ...]
    come: tuple[str, ...]


def differences(before: Answer, after: Answer) -> tuple[Change, ...]:
    """What differs between two answers, a ``Change`` for each field that does; empty: nothing.

    The order of elements does not count, but in a mynetworks with an exclusion: there the first that matches decides.
    So if that order alone differs, all of the list has gone, and all of it has come.
    """
    changes = [_change(field, _texts(before, field), _texts(after, field)) for field in COMPARED]
    return tuple(change for change in changes if change.gone or change.come)


def _texts(answer: Answer, field: str) -> tuple[str, ...]:
    value: str | tuple[str, ...] = getattr(answer, field)
    return (value,) * bool(value) if isinstance(value, str) else value


def _change(field: str, old: tuple[str, ...], new: tuple[str, ...]) -> Change:
    there, here = set(old), set(new)
    if there == here and old != new and field == "mynetworks" and any(text.startswith("!") for text in new):
        return Change(field, old, new)
    return Change(field, tuple(text for text in old if text not in here), tuple(t for t in new if t not in there))
