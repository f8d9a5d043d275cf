"""The findings of ``ifdiscover check`` for people: the fault, how to mend it, where it is, and what comes of it."""

from __future__ import annotations

from ifdiscover._columns import BOLD, MAGENTA, RED, plain
from ifdiscover._names import printable
from ifdiscover._postfix.syntax.findings import (
    HIGH,
    KEPT,
    LONGEST,
    MEDIUM,
    SEVERITIES,
    is_assignment,
    is_replacement,
    shown,
)
from ifdiscover._postfix.syntax.words import shortened

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ifdiscover._columns import Paint
    from ifdiscover._postfix.syntax.findings import Finding

# Bold and legible on dark and light backgrounds; yellow is not.
_COLOURS = {HIGH: f"{BOLD};{RED}", MEDIUM: f"{BOLD};{MAGENTA}"}


def report_lines(found: Sequence[Finding], commands: Sequence[str], page: str, paint: Paint = plain) -> Iterator[str]:
    """The findings in their order, with an empty line after each, their number, and where they are explained.

    Args:
        found: the findings. If there are none, there are no lines.
        commands: what to run to write what they suggest.
        page: how the reader finds docs/check.md.
        paint: colours a text.
    """
    first, more = shown(found)
    for finding in first:
        yield from finding_lines(finding, paint)
        yield ""
    for kind, count in more.items():
        yield f"and {count} more [{kind}]"
    if found:
        yield total(found)
        if any(finding.more for finding in found):
            yield f"No command writes more than {KEPT} suggestions of one kind."
        if commands:
            yield "To write what is suggested, run:"
            yield from [f"    {printable(command)}" for command in commands]
        yield f"Each name in [brackets] is a section of {printable(page)}."


def finding_lines(finding: Finding, paint: Paint = plain) -> Iterator[str]:
    """One finding: parameter and element, what to write or do, the place, Postfix's words, and what follows."""
    subject = ": ".join(filter(None, (finding.parameter, shortened(finding.element, LONGEST))))
    colour = _COLOURS.get(finding.severity)
    severity = paint(finding.severity, colour) if colour else finding.severity
    yield f"{paint(printable(subject), BOLD)} ({severity}) [{finding.kind}]"
    if finding.suggestion:
        suggestion = shortened(finding.suggestion, LONGEST)
        is_whole = suggestion == finding.suggestion
        label = "write" if is_whole and (is_replacement(suggestion) or is_assignment(suggestion)) else "remedy"
        yield f"    {label}: {paint(printable(suggestion), BOLD)}"
    for label, text in (
        ("where: ", str(finding.place)),
        ("Postfix says: ", finding.postfix_says),
        ("", finding.remark),
        ("what follows: ", finding.consequence),
    ):
        if text:
            yield f"    {label}{printable(shortened(text, LONGEST))}"


def total(found: Sequence[Finding]) -> str:
    """How many findings there are, and of each severity.

    >>> from ifdiscover import Finding
    >>> total([Finding("everyone"), Finding("nul"), Finding("nul")])
    '3 findings: 1 high, 2 medium'
    """
    counts: dict[str, int] = dict.fromkeys(SEVERITIES, 0)
    for finding in found:
        counts[finding.severity] += 1 + finding.more
    count = sum(counts.values())
    parts = [f"{number} {severity}" for severity, number in counts.items() if number]
    return f"{count} finding{'' if count == 1 else 's'}: {', '.join(parts)}"
