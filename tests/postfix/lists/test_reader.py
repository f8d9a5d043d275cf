"""The words of a list and of its files: what each becomes, and what is said of those that cannot be used."""

from __future__ import annotations

import errno
from typing import TYPE_CHECKING

import pytest
from support.made import host

from ifdiscover._postfix.lists import reader
from ifdiscover._postfix.lists.match_list import CANNOT_TELL, NOT_TRUSTED, TRUSTED, MatchList
from ifdiscover._postfix.lists.reader import Pattern
from ifdiscover._postfix.syntax.findings import NEEDS_POSTFIX, NOT_ON_THIS_MACHINE, Finding
from ifdiscover._postfix.syntax.machine import Machine
from ifdiscover.errors import ConfigFileError
from ifdiscover.model import Recorded

if TYPE_CHECKING:
    from pathlib import Path

MAY_BE_NAMES = {
    "mx1": True,
    "mail.example.com": True,
    ".example.com": True,
    "a_b.x-1": True,
    "10.0.0.1": False,
    "10.0.0": False,
    "10": False,
    "user@": False,
    "*": False,
    "example.": False,
}


@pytest.mark.parametrize("word", MAY_BE_NAMES)
def test_a_word_may_be_a_name_if_its_last_part_is_no_number(word: str) -> None:
    """Letters, digits, hyphens and underscores, and not digits alone."""
    (element,) = MatchList(word).elements
    assert isinstance(element.content, Pattern)
    assert element.content.may_be_name is MAY_BE_NAMES[word]


@pytest.mark.parametrize("word", ["10.0.0.0/8", "10.0.0.1/8", "10.0.0.0/x"])
def test_a_network_is_no_name_with_a_fault_either(word: str) -> None:
    """It has no client's name, and so no name has to be given for it."""
    (element,) = MatchList(word).elements
    assert isinstance(element.content, Pattern)
    assert not element.content.may_be_name


def test_a_comment_behind_words_is_quoted_up_to_its_twentieth_byte() -> None:
    """What stands before it counts."""
    match_list = MatchList("10.0.0.0/8 #one 12345678901234567890123")
    (finding,) = match_list.findings
    assert finding.postfix_says == "mynetworks: #comment after other text is not allowed: #one 12345678901234567890..."
    assert [element.text for element in match_list.elements] == ["10.0.0.0/8"]


KINDS = {
    ":x": "table-fatal",
    "x:": "table-fatal",
    "::1": "address-as-table",
    "::": "address-as-table",
    "ipv6:nonsense": "address-as-table",
    "fe80:x:y": "address-as-table",
    "abc:x": "table-unusable",
    "nosuch:x:y": "table-unusable",
}


@pytest.mark.parametrize("word", KINDS)
def test_an_address_without_brackets_is_told_from_a_table(word: str) -> None:
    """By a tag, or by two colons with nothing but hexadecimal digits before the first."""
    assert [fault.kind for fault in MatchList(word).findings] == [KINDS[word]]


def test_a_list_that_is_a_file_is_negated_by_nothing() -> None:
    """Its elements stand at their lines."""
    match_list = MatchList("# c\n10.0.0.0/8\n!192.0.2.1\n192.0.2.0/24\n", file="/list")
    assert match_list.decide("10.0.0.1").verdict == TRUSTED
    assert match_list.decide("192.0.2.1").verdict == NOT_TRUSTED
    assert str(match_list.elements[0].place) == "/list, line 2, column 1"


def test_a_line_that_is_dropped_ends_nothing() -> None:
    """The next one is read."""
    match_list = MatchList("  10.0.0.0/8\n192.0.2.0/24\n", file="/list")
    assert [fault.kind for fault in match_list.findings] == ["leading-white-space"]
    assert match_list.decide("192.0.2.1").verdict == TRUSTED
    assert match_list.decide("10.0.0.1").verdict == NOT_TRUSTED


def test_lines_with_a_nul_are_counted_as_postfix_counts_them() -> None:
    """From the top of the file for the first logical line, and from itself for each later one."""
    match_list = MatchList("# c\n10.0.0.1\0\n# c\n# c\n192.0.2.1\0x\n  y\n# c\n192.0.2.2\0\n", file="/list")
    assert [fault.postfix_says for fault in match_list.findings] == [
        "/list, line 2: text after null byte may be ignored",
        "/list, line 1-2: text after null byte may be ignored",
        "/list, line 1: text after null byte may be ignored",
    ]


@pytest.mark.parametrize("marks", ["", "!"])
def test_a_file_that_is_not_there_is_not_negated(marks: str) -> None:
    """Postfix answers 451 to whoever reaches it, whatever stands before it."""
    match_list = MatchList(f"10.0.0.0/8 {marks}/nonexistent/list")
    element = match_list.elements[1]
    assert (element.text, element.negated) == (f"{marks}/nonexistent/list", False)
    assert match_list.decide("192.0.2.1").verdict == CANNOT_TELL


@pytest.mark.parametrize("number", [errno.EACCES, errno.EPERM, None])
def test_a_file_that_only_postfix_may_read_is_left_to_it(number: int | None, monkeypatch: pytest.MonkeyPatch) -> None:
    """It may be there, and hold anything."""

    def refuse(_machine: Machine, path: str) -> str:
        raise ConfigFileError("open", path, "it is refused", number)

    monkeypatch.setattr(Machine, "read", refuse)
    (element,) = MatchList("!/list").elements
    assert isinstance(element.content, Finding)
    assert (element.content.kind, element.negated) == (NEEDS_POSTFIX, False)
    assert MatchList("!/list").findings == ()


def test_as_many_files_are_read_as_it_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And the next one is left to Postfix."""
    assert (reader.MAX_DEPTH, reader.MAX_FILES) == (100, 10_000)
    monkeypatch.setattr(reader, "MAX_FILES", 2)
    for name in "abc":
        (tmp_path / name).write_text("10.0.0.0/8\n")
    elements = MatchList(" ".join(str(tmp_path / name) for name in "abc")).elements
    assert [isinstance(element.content, Finding) for element in elements] == [False, False, True]


def test_as_many_elements_are_read_as_it_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that is named again counts again; what follows may hold anything."""
    assert reader.MAX_ELEMENTS == 1_048_576
    monkeypatch.setattr(reader, "MAX_ELEMENTS", 5)
    path = tmp_path / "list"
    path.write_text("10.0.0.0/8\n192.0.2.0/24\n")
    assert MatchList(f"{path} {path} 203.0.113.0/24").decide("198.51.100.1").verdict == NOT_TRUSTED
    read = MatchList(f"{path} {path} {path} {path} !198.51.100.1")
    assert [element.text for element in read.elements] == ["10.0.0.0/8", "192.0.2.0/24"] * 3
    assert read.decide("192.0.2.1").verdict == TRUSTED
    decision = read.decide("198.51.100.1")
    assert (decision.verdict, decision.number) == (CANNOT_TELL, 6)
    assert decision.reason == "192.0.2.0/24 and what follows it are not read: ifdiscover stops after 5 elements"


def test_behind_the_last_element_nothing_is_complained_of(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Lines and words there are not looked at, nor files opened."""
    monkeypatch.setattr(reader, "MAX_ELEMENTS", 1)
    path = tmp_path / "list"
    path.write_text("10.0.0.0/8\n# none\n10.0.0.1\n10.0.0.2 # a comment\n10.0.0.3\0\n")
    read = MatchList(f"{path} ! #x /nosuch")
    assert [element.text for element in read.elements] == ["10.0.0.0/8", "10.0.0.1"]
    assert read.findings == ()


def test_of_a_table_that_excludes_only_faults_are_told(tmp_path: Path) -> None:
    """That it has everybody, or that its values do not count, is no fault behind a ``!``."""
    path = tmp_path / "table"
    path.write_text("0.0.0.0/0 OK\nx y\n10.0.0.0/8 reject\n")
    kinds = [[fault.kind for fault in MatchList(f"{mark}cidr:{path}").findings] for mark in ("", "!")]
    assert kinds == [["everyone", "table-rule-ignored", "table-result-ignored"], ["table-rule-ignored"]]


def test_a_fault_of_a_table_in_no_file_is_at_the_word() -> None:
    """The element is what the table says of it, or else the word."""
    found = MatchList("inline:{10.0.0.0/8=x} static:x").findings
    assert [(fault.element, fault.place.column) for fault in found] == [("10.0.0.0/8", 1), ("static:x", 23)]


def test_a_mark_before_a_file_that_only_a_recorded_host_has_does_not_count() -> None:
    """What is in the file could have marks of its own."""
    (element,) = MatchList("!/list", _machine=Machine(host(recorded=Recorded()))).elements
    assert isinstance(element.content, Finding)
    assert (element.content.kind, element.negated) == (NOT_ON_THIS_MACHINE, False)
