"""What is written for a finding, and what is left alone, by the finding alone: no configuration is judged here."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ifdiscover._postfix.check.mending import mended_services, mended_values
from ifdiscover._postfix.parameters.configuration import Configuration
from ifdiscover._postfix.parameters.main_cf import parse
from ifdiscover._postfix.services.master_cf import parse as parse_master_cf
from ifdiscover._postfix.syntax.findings import INFO, SEVERITIES, Finding

if TYPE_CHECKING:
    from collections.abc import Mapping


def advice(suggestion: str, kind: str = "loopback-only", severity: str = "") -> Finding:
    """A finding that suggests a line of main.cf."""
    return Finding(kind, suggestion=suggestion, parameter="inet_interfaces", own_severity=severity)


def written(*found: Finding, main_cf: str = "", overrides: Mapping[str, str] | None = None) -> dict[str, str]:
    """What is written if all that is written helps."""
    return mended_values(found, Configuration(parse(main_cf), overrides, "mail"), lambda _values: ())


def replaced(value: str, *suggestions: tuple[str, str], column: int | None = None) -> str | None:
    """The value of mynetworks in which words are replaced; the place of each is that of its first occurrence."""
    configuration = Configuration(parse(f"mynetworks = {value}\n"), None, "mail")
    found = []
    for element, suggestion in suggestions:
        place = configuration.place_of("mynetworks", value.index(element))
        place = place if column is None else place._replace(column=column)
        found.append(Finding("host-bits", "", place, element, suggestion, parameter="mynetworks"))
    return mended_values(found, configuration, lambda _values: ()).get("mynetworks")


LINE = "inet_interfaces = loopback-only"


@pytest.mark.parametrize("severity", SEVERITIES)
def test_a_line_is_written_for_every_fault(severity: str) -> None:
    """What is only info is none."""
    expected = {} if severity == INFO else {"inet_interfaces": "loopback-only"}
    assert written(advice(LINE, severity=severity)) == expected
    assert written(advice(LINE, severity=severity), main_cf="inet_interfaces = 127.0.0.1\n") == expected
    assert written(advice(LINE, severity=severity), overrides={"inet_interfaces": "127.0.0.1"}) == {}


@pytest.mark.parametrize(
    "suggestion",
    [
        "give this host a loopback address, by: x = y",
        "inet_interfaces = 127.0.0.1 or nothing",
        "inet_interfaces = \x1b[31m",
        "loopback-only",
        "",
    ],
)
def test_advice_that_is_no_line_is_not_written(suggestion: str) -> None:
    """Nor a line that a terminal would not show."""
    assert written(advice(suggestion)) == {}


def test_two_findings_may_suggest_one_line_and_not_two() -> None:
    """Of two lines nobody knows which is right."""
    same = advice(LINE), advice(LINE, "no-own-address")
    assert written(*same) == {"inet_interfaces": "loopback-only"}
    assert written(*same, advice("inet_interfaces = 127.0.0.1", "interface-not-local")) == {}


@pytest.mark.parametrize(
    ("value", "suggestions", "expected"),
    [
        (", 10.0.0.1/8", [("10.0.0.1/8", "10.0.0.0/8")], ", 10.0.0.0/8"),
        ("10.0.0.1/8 10.0.0.2/8", [("10.0.0.2/8", "10.0.0.0/8")], "10.0.0.1/8 10.0.0.0/8"),
        ("10.0.0.1/ 8", [("10.0.0.1/", "10.0.0.0/8")], "10.0.0.0/8"),
        ("a.example b.example 10.0.0.1/ 8", [("10.0.0.1/", "10.0.0.0/8")], "a.example b.example 10.0.0.0/8"),
        ("a.example 10.0.0.1/ b.example", [("10.0.0.1/", "10.0.0.1")], "a.example 10.0.0.1 b.example"),
        ("10.0.0.1/", [("10.0.0.1/", "10.0.0.1")], "10.0.0.1"),
        ("192.0.2.1 10.0.0.0", [("10.0.0.0", "10.0.0.0/8")], "192.0.2.1 10.0.0.0/8"),
        ("192.0.2.1 255.0.0.0", [("255.0.0.0", "192.0.0.0/8")], "192.0.0.0/8"),
        ("[::1 /24", [("/24", "192.0.2.0/24")], "[::1 192.0.2.0/24"),
        ("10.0.0.1/8", [("10.0.0.1/8", "10.0.0.0/8"), ("10.0.0.1/8", "10.0.0.1/32")], None),
        ("10.0.0.1/8 \x1b", [("10.0.0.1/8", "10.0.0.0/8")], None),
    ],
)
def test_a_word_is_replaced_at_its_place(value: str, suggestions: list[tuple[str, str]], expected: str | None) -> None:
    """With the length that a blank parts from it, and with nothing else."""
    assert replaced(value, *suggestions) == expected


def test_a_long_list_may_end_with_a_slash() -> None:
    """No length follows it."""
    many = " ".join(f"10.{number}.0.0/16" for number in range(300))
    assert replaced(f"{many} 10.0.0.1/", ("10.0.0.1/", "192.0.2.1")) == f"{many} 192.0.2.1"


def test_a_word_that_stands_elsewhere_is_left_alone() -> None:
    """The finding is about another place."""
    assert replaced("10.0.0.1/8", ("10.0.0.1/8", "10.0.0.0/8"), column=99) is None


@pytest.mark.parametrize(("length", "fits"), [(99_999, True), (100_000, False)])
def test_a_value_is_written_that_one_argument_can_hold(length: int, fits: bool) -> None:
    """Linux takes no longer one."""
    long = "x" * (length - len("10.0.0.0/8 "))
    assert (replaced(f"10.0.0.1/8 {long}", ("10.0.0.1/8", "10.0.0.0/8")) is not None) is fits


@pytest.mark.parametrize(("after", "helps"), [([], True), (["host-bits"], False), (["everyone"], False)])
def test_what_a_service_sets_is_written_if_that_helps(after: list[str], helps: bool) -> None:
    """And has no fault that it had not."""
    (service,) = parse_master_cf(
        "25 inet n - y - - smtpd -o mynetworks=10.0.0.1/8\n", "/etc/postfix/master.cf"
    ).services
    place = service.overrides["mynetworks"].place(0)
    fault = Finding("host-bits", "", place, "10.0.0.1/8", "10.0.0.0/8", parameter="mynetworks")
    left = [fault._replace(kind=kind) for kind in after]
    mended = mended_services([fault], [service], lambda other: [fault] if other is service else left)
    assert [(name, one.overrides[name].value) for one, name in mended] == (
        [("mynetworks", "10.0.0.0/8")] if helps else []
    )
