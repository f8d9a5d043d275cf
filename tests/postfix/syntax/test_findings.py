"""The table of what can be found wrong, and its documentation."""

from __future__ import annotations

from support.namespaces import ROOT
from support.schemas import validated

from ifdiscover._postfix.syntax.findings import (
    ERROR,
    FATAL,
    HIGH,
    INFO,
    KINDS,
    NEEDS_POSTFIX,
    NO_SMTPD,
    NOT_ON_THIS_MACHINE,
    SEVERITIES,
    Finding,
    Place,
    with_parameter,
)
from ifdiscover._render import documents


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
