"""The JSON document of ``ifdiscover diff``."""

from __future__ import annotations

from ifdiscover._names import printable
from ifdiscover._render.documents import document, name_fields, place_fields

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from typing import Any

    from ifdiscover._differences.differences import Difference, Differences
    from ifdiscover._postfix.changes.edits import Edit
    from ifdiscover._postfix.changes.needs import Need
    from ifdiscover.model import Host


def differences(before: Host, after: Host, answer: Differences) -> str:
    """The document of ``ifdiscover diff``: both readings, what differs, and what Postfix needs."""
    return document(
        "diff",
        after.backend,
        dict.fromkeys((*before.warnings, *after.warnings, *answer.warnings)),
        before=_reading(before),
        after=_reading(after),
        not_compared=list(map(printable, answer.not_compared)),
        differences=list(map(_difference, answer.found)),
        needs=None if answer.need is None else need_fields(answer.need),
        not_told=printable(answer.not_told) or None,
    )


def need_fields(need: Need) -> dict[str, Any]:
    """The fields of what Postfix needs."""
    return {
        "what": need.what,
        "reasons": list(map(printable, need.reasons)),
        "until": list(map(printable, need.until)),
        "edits": list(map(_edit, need.edits)),
        "then": need.then or None,
    }


def _edit(edit: Edit) -> dict[str, Any]:
    return {
        "parameter": printable(edit.parameter) or None,
        "place": place_fields(edit.place),
        "word": printable(edit.word) or None,
        "suggestion": printable(edit.suggestion) or None,
    }


def _reading(host: Host) -> dict[str, Any]:
    recorded = host.recorded
    return {
        "backend": printable(host.backend),
        **name_fields("host", None if recorded is None else recorded.host),
        "taken_at": None if recorded is None or recorded.taken_at is None else printable(recorded.taken_at),
    }


def _difference(difference: Difference) -> dict[str, Any]:
    fact = difference.fact
    return {
        "change": difference.change,
        "subject": fact.subject,
        **name_fields("interface", fact.interface),
        **name_fields("name", fact.name or None),
        "values": [
            {"name": name, **name_fields("before", old), **name_fields("after", new)}
            for name, old, new in difference.values
        ],
    }
