"""The table of what can be found wrong, and its documentation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from support.namespaces import ROOT
from support.schemas import validated

from ifdiscover._postfix.check.elements.match_list import check_list
from ifdiscover._postfix.lists.match_list import MatchList
from ifdiscover._postfix.syntax.findings import (
    ERROR,
    FATAL,
    HIGH,
    INFO,
    KEPT,
    KINDS,
    LOW,
    MOST,
    NEEDS_POSTFIX,
    NO_SMTPD,
    NOT_ON_THIS_MACHINE,
    SEVERITIES,
    Finding,
    Findings,
    Place,
    by_severity,
    shown,
    with_parameter,
)
from ifdiscover._render import documents
from ifdiscover._render.findings import report_lines, total

if TYPE_CHECKING:
    from pathlib import Path


def test_every_kind_has_a_severity_and_a_consequence() -> None:
    """Judges of risk add to the same table."""
    for name, kind in KINDS.items():
        assert name == name.lower()
        assert kind.severity in SEVERITIES
        assert kind.consequence


def test_the_documentation_has_every_kind() -> None:
    """With a link to its section, its severity and its consequence, as the table in the code has them."""
    text = (ROOT / "docs" / "check.md").read_text()
    for name, kind in KINDS.items():
        assert f"| [`{name}`](#{name}) | {kind.severity} | {kind.consequence} |\n" in text


def test_what_cannot_be_told_has_a_severity_all_the_same() -> None:
    """It is no severity of its own; the document has it beside that."""
    assert [name for name, kind in KINDS.items() if kind.cannot_tell] == [
        "assumed-netmask",
        "unseen-addresses",
        NEEDS_POSTFIX,
        NOT_ON_THIS_MACHINE,
    ]
    found = [
        Finding(kind, place=Place(), parameter="mynetworks")
        for kind in (NEEDS_POSTFIX, "table-for-postfix", "everyone")
    ]
    listed = validated(documents.findings(found, []))["findings"]
    assert [(one["severity"], one["cannot_tell"]) for one in listed] == [(INFO, True), (INFO, False), (HIGH, False)]


def test_a_kind_that_is_fatal_in_one_form_says_so() -> None:
    """Then smtpd alone does not start; otherwise the consequence is the kind's."""
    unusable = Finding("address-as-table", "unsupported dictionary type: fe80", Place(), level=ERROR)
    assert with_parameter("mynetworks", unusable).consequence == KINDS["address-as-table"].consequence
    assert with_parameter("mynetworks", unusable._replace(level=FATAL)).consequence == NO_SMTPD


def test_of_very_many_findings_some_are_kept_and_all_are_counted() -> None:
    """A rarer severity and another file keep one of their own, so that status and files stay right."""
    many = KEPT + 500
    found = Findings(Finding("nul", place=Place("/a", line)) for line in range(1, many + 1))
    found += [Finding("nul", place=Place("/b", 7))] * 3
    found.append(Finding("nul", place=Place("/a", 9), own_severity=HIGH))
    found.append(Finding("everyone"))
    assert len(found) == KEPT + 1 + 1 + 1 + 1  # the counting one of /a, of /b, the severe one, the other kind
    listed, more = shown(by_severity(found))
    assert len(listed) == MOST + 1
    assert more == {"nul": many + 3 + 1 - MOST}
    assert listed[0].severity == HIGH
    assert total(found) == f"{many + 5} findings: 2 high, {many + 3} medium"
    assert total(Findings([*found, Finding("style", own_severity=LOW)])).endswith(" medium, 1 low")


def test_what_is_counted_is_counted_once_when_lists_are_joined() -> None:
    """A table, the list around it and main.cf each have such a list."""
    inner = Findings(Finding("nul", place=Place("/a", line)) for line in range(KEPT + 10))
    outer = Findings(Finding("nul", place=Place("/b", line)) for line in range(KEPT + 20))
    outer += inner
    assert sum(1 + finding.more for finding in outer) == 2 * KEPT + 30


def test_a_list_with_very_many_faults_keeps_few(tmp_path: Path) -> None:
    """Faulty words, NULs and lines of a table: the number is exact, and what is kept is bounded."""
    count = KEPT + 300
    table = tmp_path / "table"
    table.write_text("nonsense OK\n" * count)
    text = "".join(f"10.{n >> 8}.{n & 255}.1/8\nlocalhost\0\n" for n in range(count)) + f"cidr:{table}\n"
    found = check_list(MatchList(text, file="list"))
    counts = {kind: sum(1 + fault.more for fault in found if fault.kind == kind) for kind in {f.kind for f in found}}
    assert counts == {"host-bits": count, "nul": count, "table-rule-ignored": count}
    assert len(found) <= 3 * (KEPT + 2)


def test_of_a_word_as_long_as_its_file_the_beginning_is_shown() -> None:
    """What is left of a suggestion could be written, and would be wrong."""
    long = "a" * 1_000_000
    found = [Finding("matches-nothing", long, Place(), long, long, long)]
    text = "\n".join(report_lines(found, [], "check.md"))
    assert len(text) < 5 * 2100
    assert "    remedy: aaa" in text
    assert "write:" not in text
    (one,) = validated(documents.findings(found, []))["findings"]
    assert one["element"] == "a" * 2000 + "..."
    assert one["suggestion"] is None
