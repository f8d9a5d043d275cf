"""A change of what Postfix makes of a host: a line for people, an object for programs."""

from __future__ import annotations

import json

from ifdiscover._names import printable
from ifdiscover._render.difference_document import need_fields
from ifdiscover._version import __version__

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any

    from ifdiscover._postfix.changes.answer import Answer
    from ifdiscover._postfix.changes.needs import Need
    from ifdiscover._watching.change import Change

_TITLES = {
    "own_addresses": "own",
    "deprecated": "deprecated",
    "mynetworks": "mynetworks",
    "source_addresses": "source",
}


def change_line(change: Change) -> str:
    """What is now, if it is the first answer; else what came and what is gone, and what Postfix needs."""
    return printable("; ".join(_parts(change)))


def _parts(change: Change) -> Iterator[str]:
    is_first = change.before is None
    for name, title in _TITLES.items():
        come, gone = change.added[name], change.gone[name]
        if is_first and (come or name != "deprecated"):
            yield " ".join([title, *come]) if come else f"{title} none"
        elif come or gone:
            yield " ".join([title, *(f"+{text}" for text in come), *(f"-{text}" for text in gone)])
    error, known = change.after.error, "" if change.before is None else change.before.error
    if error != known:
        yield f"Postfix cannot start: {error}" if error else "Postfix can start again"
    if change.needs is not None:
        yield from _needed(change.needs)


def _needed(need: Need) -> Iterator[str]:
    what = f"{need.what}, then {need.then}" if need.then else need.what
    yield f"Postfix needs {what}" + (f": {'; '.join(need.reasons)}" if need.reasons else "")
    if need.until:
        yield f"until then {'; '.join(need.until)}"
    written = set()
    for edit in need.edits:
        if edit.suggestion and edit.suggestion not in written:  # one line may name several addresses
            place = f" ({edit.place})" if str(edit.place) else ""
            yield f"write {edit.suggestion}{place}"
            written.add(edit.suggestion)


def change_object(change: Change) -> str:
    """The JSON object of a change, on one line, in ASCII."""
    fields = {
        "schema": "ifdiscover.watch/1",
        "version": __version__,
        "backend": printable(change.backend),
        "warnings": list(map(printable, change.warnings)),
        "before": None if change.before is None else _answer_fields(change.before),
        "after": _answer_fields(change.after),
        "gone": _lists(change.gone),
        "added": _lists(change.added),
        "needs": None if change.needs is None else need_fields(change.needs),
    }
    return json.dumps(fields)


def _answer_fields(answer: Answer) -> dict[str, Any]:
    return {
        **_lists({name: getattr(answer, name) for name in _TITLES}),
        "error": printable(answer.error) or None,
    }


def _lists(lists: Mapping[str, tuple[str, ...]]) -> dict[str, list[str]]:
    return {name: list(map(printable, texts)) for name, texts in lists.items()}
