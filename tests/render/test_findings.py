"""What check prints for people: in which order, in which words, and in which colours."""

from __future__ import annotations

import json
import re

import pytest
from hypothesis import given, strategies as st
from support.program import in_process
from support.schemas import validated

from ifdiscover import Finding, Place, check
from ifdiscover._columns import coloured
from ifdiscover._postfix.syntax.findings import HIGH, INFO, KINDS, LOW, MEDIUM, SEVERITIES, by_severity
from ifdiscover._render import documents
from ifdiscover._render.findings import finding_lines, report_lines

TEXTS = st.text(max_size=12)
PLACES = st.builds(
    Place,
    st.none() | st.sampled_from(["/etc/postfix/main.cf", "networks"]),
    st.none() | st.integers(1, 20),
    st.none() | st.integers(1, 20),
)
FINDINGS = st.tuples(st.sampled_from(sorted(KINDS)), TEXTS, PLACES, TEXTS, TEXTS, TEXTS, TEXTS).map(
    lambda fields: Finding(*fields)
)
FAULTS = "10.20.30.5/16 10.1 fe80::/10"


def test_a_finding_says_first_what_is_wrong_and_what_to_write() -> None:
    """Then where, what Postfix says, and what follows; what is not known has no line."""
    finding = Finding(
        "host-bits", "non-null", Place("main.cf", 3, 14), "10.1.2.3/8", "10.0.0.0/8", "more", "mynetworks"
    )
    assert list(finding_lines(finding)) == [
        "mynetworks: 10.1.2.3/8 (high) [host-bits]",
        "    write: 10.0.0.0/8",
        "    where: main.cf, line 3, column 14",
        "    Postfix says: non-null",
        "    more",
        f"    what follows: {KINDS['host-bits'].consequence}",
    ]
    assert list(finding_lines(Finding("nul", parameter="main.cf"))) == [
        "main.cf (medium) [nul]",
        f"    what follows: {KINDS['nul'].consequence}",
    ]


def test_a_text_to_write_is_told_from_advice() -> None:
    """A word, networks, or a line of main.cf, is written; all else is done."""
    labels = {
        suggestion: list(finding_lines(Finding("everyone", suggestion=suggestion)))[1].split(":")[0].strip()
        for suggestion in (
            "!10.0.0.0/8",
            "smtp_bind_address = 192.0.2.1",
            "10.0.0.1 [::1]/128",
            "begin it in column 1",
            "postmap hash:/x",
        )
    }
    assert list(labels.values()) == ["write", "write", "write", "remedy", "remedy"]


def test_the_most_severe_come_first_and_then_by_place() -> None:
    """Lines and columns count as numbers; what is in no file comes after what is in one."""
    ordered = [
        Finding("everyone", place=Place("a", 2, 3)),
        Finding("everyone", place=Place("a", 10, 1)),
        Finding("everyone", place=Place("b", 1, 1)),
        Finding("everyone", place=Place(None, None, 1)),
        Finding("nul", place=Place("a", 1, 1)),
        Finding("everyone", place=Place("a", 1, 1), own_severity=LOW),
        Finding("needs-postfix", place=Place("a", 1, 1)),
    ]
    assert [finding.severity for finding in ordered] == [HIGH] * 4 + [MEDIUM, LOW, INFO]
    assert by_severity(reversed(ordered)) == ordered


def test_library_and_both_forms_have_one_order() -> None:
    """The most severe first."""
    arguments = ["check", "-q", "--mynetworks", FAULTS]
    elements = [finding.element for finding in check(mynetworks=FAULTS)]
    assert elements == ["10.20.30.5/16", "fe80::/10", "10.1"]
    assert [one["element"] for one in json.loads(in_process(*arguments, "--json")[1])["findings"]] == elements
    assert re.findall(r"(?m)^mynetworks: (\S+) ", in_process(*arguments)[1]) == elements


def test_the_end_says_how_many_there_are_and_where_they_are_explained() -> None:
    """An empty line is after each finding; one that is all right prints nothing."""
    out = in_process("check", "-q", "--mynetworks", FAULTS)[1]
    assert out.endswith("\n\n3 findings: 2 high, 1 medium\nEach name in [brackets] is a section of docs/check.md.\n")
    assert out.count("\n\n") == 3
    assert "\n\n1 finding: 1 medium\n" in in_process("check", "-q", "--mynetworks", "10.1")[1]
    assert in_process("check", "-q", "--mynetworks", "10.0.0.0/8")[1] == ""


def test_of_one_kind_a_hundred_are_shown_and_the_others_counted() -> None:
    """A list of a million faulty words is no reason for a million findings on a terminal, nor in a document."""
    found = [Finding("nul"), *[Finding("everyone")] * 250, Finding("nul")]
    lines = list(report_lines(found, [], "docs/check.md"))
    assert sum("[everyone]" in line for line in lines) == 100 + 1
    assert "and 150 more [everyone]" in lines
    assert "252 findings: 250 high, 2 medium" in lines
    told = validated(documents.findings(found, []))
    assert [one["kind"] for one in told["findings"]] == ["nul", *["everyone"] * 100, "nul"]
    assert told["more"] == [{"kind": "everyone", "count": 150}]


@given(st.lists(FINDINGS, max_size=4))
def test_colours_change_nothing_but_colour(found: list[Finding]) -> None:
    """Whatever stands in a file: it is escaped before it is coloured, each on its line, and no yellow is used."""
    plain = list(report_lines(found, ["postconf -e 'a = b\x1b'"], "docs\n/check.md"))
    painted = "\n".join(report_lines(found, ["postconf -e 'a = b\x1b'"], "docs\n/check.md", coloured))
    assert re.sub(r"\x1b\[[\d;]*m", "", painted) == "\n".join(plain)
    assert all(line.isprintable() for line in plain)
    assert set(re.findall(r"\x1b\[([\d;]*)m", painted)) <= {"0", "1", "1;31", "1;35"}
    assert sum(line == "" for line in plain) == len(found)


@pytest.mark.parametrize("wanted", [True, False])
def test_the_command_has_colours_where_they_are_wanted(wanted: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a terminal, as its other tables; never in JSON."""
    monkeypatch.setattr("ifdiscover._cli.output.colours_wanted", lambda _when: wanted)
    assert ("\x1b[1;35mmedium\x1b[0m" in in_process("check", "-q", "--mynetworks", "10.1")[1]) is wanted
    assert "\x1b" not in in_process("check", "-q", "--mynetworks", "10.1", "--json")[1]


def test_each_severity_can_be_told_without_a_colour() -> None:
    """It is a word on the first line of its finding."""
    for severity in SEVERITIES:
        assert f"({severity})" in next(finding_lines(Finding("nul", own_severity=severity)))
