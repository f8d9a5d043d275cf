"""The table of what can be found wrong, and its documentation."""

from __future__ import annotations

from support.namespaces import ROOT

from ifdiscover._postfix.findings import HIGH, INFO, KINDS, LOW, MEDIUM, NO_SMTPD, of_fault
from ifdiscover._postfix.syntax.faults import ERROR, FATAL, Fault, Place


def test_every_kind_has_a_severity_and_a_consequence() -> None:
    """Judges of risk add to the same table."""
    for name, kind in KINDS.items():
        assert name == name.lower()
        assert kind.severity in (HIGH, MEDIUM, LOW, INFO)
        assert kind.consequence


def test_the_documentation_has_every_kind() -> None:
    """With its severity and consequence, as the table in the code has them."""
    text = (ROOT / "docs" / "check.md").read_text()
    for name, kind in KINDS.items():
        assert f"| `{name}` | {kind.severity} | {kind.consequence} |\n" in text


def test_a_kind_that_is_fatal_in_one_form_says_so() -> None:
    """Then smtpd alone does not start; otherwise the consequence is the kind's."""
    unusable = Fault("address-as-table", ERROR, "unsupported dictionary type: fe80", Place())
    assert of_fault("mynetworks", unusable).consequence == KINDS["address-as-table"].consequence
    assert of_fault("mynetworks", unusable._replace(level=FATAL)).consequence == NO_SMTPD
