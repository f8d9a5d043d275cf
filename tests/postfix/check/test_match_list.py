"""Every fault of a match list at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support.made import address, host

from ifdiscover._postfix.check.elements.known import Known
from ifdiscover._postfix.check.elements.match_list import check_list
from ifdiscover._postfix.lists.match_list import CANNOT_TELL, MatchList, match_list_of
from ifdiscover._postfix.mynetworks import mynetworks
from ifdiscover._postfix.syntax.machine import Machine
from ifdiscover.model import Recorded

if TYPE_CHECKING:
    from pathlib import Path

COMMENT = "put the comment on a line of its own, with # as its first character"

FAULTY: dict[str, tuple[str, str | None, str]] = {
    "unbracketed network": ("2001:db8::/32", "address-as-table", "[2001:db8::]/32"),
    "unbracketed address": ("fe80::1", "address-as-table", "[fe80::1]"),
    "tagged": ("ipv6:fe80::1", "address-as-table", "[fe80::1]"),
    "unbracketed and host bits": ("2001:db8::1/32", "address-as-table", "[2001:db8::]/32"),
    "unbracketed everything": ("::/0", "address-as-table", ""),
    "unbracketed, of a length in one byte": ("2000::/259", "address-as-table", ""),
    "unbracketed, negated": ("!2001:db8::/32", "address-as-table", "![2001:db8::]/32"),
    "unbracketed and too long": ("2001:db8::1/129", "address-as-table", "[2001:db8::1]/128"),
    "unbracketed, no hexadecimal": ("2001:db8::g", "address-as-table", ""),
    "unbracketed, with a zone": ("fe80::1%eth0", "address-as-table", "[fe80::1]"),
    "unbracketed, semicolon": ("2001:db8::/32;", "address-as-table", "[2001:db8::]/32"),
    "host bits of everything": ("192.0.2.7/0", "host-bits", ""),
    "netmask of no bits": ("192.0.2.7/0.0.0.0", "bad-mask", ""),
    "very long length": ("10.0.0.0/" + "0" * 5000 + "8", None, ""),
    "very long length, host bits": ("10.0.0.1/" + "0" * 5000 + "8", "host-bits", "10.0.0.0/8"),
    "comment behind a fault": ("10.1.1.0/280#x", "matches-nothing", ""),
    "everything in braces": ("{0.0.0.0/0}", "matches-nothing", ""),
    "zone in a network": ("[fe80::1%eth0]/64", "matches-nothing", "[fe80::]/64"),
    "one number": ("10", "matches-nothing", ""),
    "static table": ("static:all", "everyone", ""),
    "cidr table of all": ("cidr:{{[::]/0 ok}}", "everyone", ""),
    "cidr table, one byte": ("cidr:{{10.0.0.0/264 ok}}", "length-over-a-byte", ""),
    "cidr table, if left out": ("cidr:{{if 10.0.0.1/8} {10.0.0.0/8 ok} {endif}}", "table-if-ignored", "10.0.0.0/8"),
    "cidr table, if not closed": ("cidr:{{if 10.0.0.0/8} {10.0.0.0/8 ok}}", "table-if-unclosed", ""),
    "cidr table, result": ("cidr:{{10.0.0.0/8 B\udcfcro}}", "table-result", ""),
    "table that fails": ("fail:x", "table-unusable", ""),
    "half a bracket": ("::1]", "address-as-table", "[::1]"),
    "port": ("10.0.0.1:25", "address-as-table", "10.0.0.1"),
    "host bits": ("192.0.2.7/24", "host-bits", "192.0.2.0/24"),
    "host bits, negated": ("!192.0.2.7/24", "host-bits", "!192.0.2.0/24"),
    "host bits of a length in one byte": ("10.1.0.0/264", "host-bits", ""),
    "netmask": ("192.0.2.0/255.255.255.0", "bad-mask", "192.0.2.0/24"),
    "length": ("192.0.2.0/33", "bad-length", "192.0.2.0/32"),
    "network": ("0/0", "bad-network", ""),
    "bracket": ("[::1/128", "bad-brackets", "[::1]/128"),
    "one byte": ("10.0.0.0/264", "length-over-a-byte", ""),
    "everyone": ("[::]/0", "everyone", "[::1]/128"),
    "trailing dot": ("10.0.0.", "matches-nothing", "10.0.0.0/24"),
    "short": ("10.1", "matches-nothing", "10.1.0.0/16"),
    "star": ("10.0.0.*", "matches-nothing", "10.0.0.0/24"),
    "glued comment": ("127.0.0.0/8#loopback", "matches-nothing", "127.0.0.0/8"),
    "zone": ("[fe80::1%eth0]", "matches-nothing", "[fe80::1]"),
    "leading dot": ("!.example.com", "matches-nothing", "!example.com"),
    "braces": ("{10.0.0.1}", "matches-nothing", "10.0.0.1"),
    "octal": ("010.0.0.1", "matches-nothing", ""),
    "comment": ("# x", "comment-in-line", COMMENT),
    "nothing negated": ("!", "no-pattern", ""),
    "missing file": ("/nonexistent/x", "list-file-missing", ""),
    "directory": ("/", "list-file-unreadable", ""),
    "table": ("foo:bar", "table-unusable", ""),
    "no name": ("cidr:", "table-fatal", ""),
    "needs Postfix": ("pcre:/etc/postfix/nets", "needs-postfix", ""),
}

CLEAN = [
    "127.0.0.0/8, 192.0.2.0/24 [::1]/128 [2001:db8::]/64",
    "!192.0.2.7 192.0.2.0/24",
    "[192.0.2.7] [192.0.2.0]/24 [2001:db8::1] [2001:DB8::/64]",
    "example.com mail_1.example.com unknown localhost",
    "!0.0.0.0/0 ![::]/0",
    "255.0.0.0/8 [255.1.0.0]/16",
    "inline:{192.0.2.1=x} cidr:{{192.0.2.0/24 ok} {!10.0.0.0/8 ok}} !cidr:{{0.0.0.0/0 ok}} !static:all",
]


@pytest.mark.parametrize(("word", "kind", "suggestion"), FAULTY.values(), ids=FAULTY)
def test_a_fault_is_found_and_mended(word: str, kind: str | None, suggestion: str) -> None:
    """Each has a name that stays, and where it can be known the text that was meant: good, and not wider than that."""
    found = check_list(MatchList(f"198.51.100.0/24 {word}"))
    if kind is None:
        assert found == []
        return
    assert (found[0].kind, found[0].suggestion) == (kind, suggestion)
    if found[0].place.file is None:
        assert found[0].place.column == 17
    if suggestion not in ("", COMMENT):
        assert check_list(MatchList(suggestion)) == []
        assert suggestion.startswith("!") == word.startswith("!")


@pytest.mark.parametrize("text", CLEAN)
def test_a_good_list_has_no_findings(text: str) -> None:
    """What Postfix takes as it is meant is not complained of."""
    assert check_list(MatchList(text)) == []


def test_all_faults_come_at_once_in_their_order(tmp_path: Path) -> None:
    """Those of a file stand where the file is named; Postfix would stop at the first."""
    listed = tmp_path / "list"
    listed.write_text(" dropped\n10.0.0.1/8\n10.0.0.0/8 # loopback\n")
    found = check_list(MatchList(f"fe80::/10 {listed} ! 10.1"))
    assert [(finding.kind, finding.place.line) for finding in found] == [
        ("address-as-table", None),
        ("leading-white-space", 1),
        ("host-bits", 2),
        ("comment-in-line", 3),
        ("no-pattern", None),
        ("matches-nothing", None),
    ]


def test_a_fault_behind_many_elements_is_told() -> None:
    """At the end of the list too."""
    many = " ".join(f"10.{number}.0.0/24" for number in range(256)) + " 192.0.2.0/24" * 44
    (found,) = check_list(MatchList(f"{many} !"))
    assert (found.kind, found.place.column) == ("no-pattern", len(many) + 2)


@pytest.mark.parametrize("netmask", ["255.0.0.0", "/255.0.0.0", "/8"])
def test_a_length_of_one_octet_belongs_to_the_network_before_it(netmask: str) -> None:
    """With or without a slash."""
    found = check_list(MatchList(f"192.0.2.0/24 10.0.0.0 {netmask}"))
    assert [(fault.element, fault.suggestion) for fault in found] == [(netmask, "10.0.0.0/8")]


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("! 10", [("no-pattern", "!10", False), ("matches-nothing", "", False)]),
        ("10.0.0.7 /", [("list-file-unreadable", "", False)]),
        ("10.0.0.1/8 24", [("host-bits", "10.0.0.0/8", False), ("matches-nothing", "", False)]),
        ("10.0.0.0/ x", [("bad-mask", "", False)]),
        ("10.20.0.0/ /16", [("bad-mask", "", False), ("list-file-missing", "10.20.0.0/16", False)]),
        ("10.0.0.0/8 /24", [("list-file-missing", "", False)]),
        (
            "10.20.0.0 / 16",
            [("list-file-unreadable", "10.20.0.0/16", True), ("matches-nothing", "10.20.0.0/16", False)],
        ),
    ],
)
def test_words_that_stand_beside_each_other_may_be_one(text: str, rows: list[tuple[str, str, bool]]) -> None:
    """If they are a network together; the last column: whether blanks around a slash are told."""
    found = check_list(MatchList(f"192.0.2.0/24 {text}"))
    told = [(fault.kind, fault.suggestion, fault.remark == "blanks stand around the slash") for fault in found]
    assert told == rows


def test_a_mark_hides_its_own_line_alone(tmp_path: Path) -> None:
    """What is wrong in the lines below is told."""
    (tmp_path / "list").write_text("\ufeff10.0.0.0/8\n192.0.2.7/24\n", encoding="utf-8")
    found = check_list(MatchList(f"{tmp_path}/list"))
    assert [(fault.kind, fault.place.line) for fault in found] == [("byte-order-mark", 1), ("host-bits", 2)]


KEY, RESULT = ("table-key-network", "10.0.0.0/8"), ("table-result-ignored", "10.1.2.3")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{}", [KEY, RESULT]),
        ("{} 192.0.2.0/24 {}", [KEY, RESULT]),
        ("!{}", [KEY]),
        ("!10.1.2.3 {}", [KEY]),
        ("!10.0.0.0/8 {}", []),
    ],
)
def test_the_text_that_postmap_makes_a_table_of_is_judged(
    text: str, expected: list[tuple[str, str]], tmp_path: Path
) -> None:
    """Once, and only where clients come as far; what excludes them may have any result."""
    (tmp_path / "table").write_text("10.0.0.0/8 OK\n10.1.2.3 REJECT\n192.0.2.1 OK\n")
    found = check_list(MatchList(text.replace("{}", f"hash:{tmp_path}/table")))
    assert [(fault.kind, fault.element) for fault in found if fault.kind != "table-unusable"] == expected


@pytest.mark.parametrize("mark", ["", "!"])
def test_a_key_that_is_moved_into_the_list_is_excluded_as_the_table_was(mark: str, tmp_path: Path) -> None:
    """Where the table has names, too, which are left in it."""
    (tmp_path / "table").write_text("10.0.0.0/8 OK\nmail.example.com OK\n")
    (_unusable, found) = check_list(MatchList(f"{mark}hash:{tmp_path}/table"))
    assert (found.element, found.suggestion) == ("10.0.0.0/8", f"{mark}10.0.0.0/8 in the list itself")


def test_a_length_alone_is_a_file_to_postfix() -> None:
    """It says so, if it runs here; what it says on a recorded host is not known."""
    for machine, says in ((Machine(), True), (Machine(host(recorded=Recorded())), False)):
        (found,) = check_list(MatchList("10.0.0.0 /8", _machine=machine), Known(machine=machine))
        assert (found.kind, found.suggestion, bool(found.postfix_says)) == ("list-file-missing", "10.0.0.0/8", says)


@pytest.mark.parametrize("length", range(8, 33))
def test_a_mapped_network_is_told_as_its_ipv4_form(length: int) -> None:
    """Which is in the list, too."""
    (found,) = check_list(MatchList(f"10.0.0.0/{length} [::ffff:10.0.0.0]/{96 + length}"))
    assert (found.kind, found.severity) == ("mapped-network", "info")
    assert found.remark == f"10.0.0.0/{length} is in the list too, and is enough"


def test_what_stands_twice_is_told_twice() -> None:
    """Postfix complains once of a file or a table that it cannot open; each place is to be mended."""
    found = check_list(MatchList("2001:db8::1 10.0.0.1 !2001:db8::1 /nonexistent/x 10.0.0.2 /nonexistent/x"))
    assert [finding.place.column for finding in found] == [1, 22, 35, 59]


def test_a_domain_with_a_dot_is_good_where_parents_do_not_match() -> None:
    """What parent_domain_matches_subdomains leaves out matches names below a domain by its dot."""
    assert check_list(MatchList(".example.com", parent_domains=False)) == []


def test_a_fault_in_a_table_stands_in_the_table(tmp_path: Path) -> None:
    """At its line, and not at the word that names it."""
    table = tmp_path / "table"
    table.write_text("10.0.0.0/8 ok\n# c\n192.0.2.7/24 ok\n")
    (found,) = check_list(MatchList(f"cidr:{table}"))
    assert (found.place.file, found.place.line, found.suggestion) == (str(table), 3, "192.0.2.0/24")


def test_a_computed_list_that_trusts_everyone_is_told_with_its_interface() -> None:
    """A netmask of no bits is followed back to the address that has it."""
    found = check_list(match_list_of(mynetworks(host(address("192.0.2.7", "0.0.0.0")), style="subnet")))
    assert [(finding.kind, str(finding.place)) for finding in found] == [("everyone", "192.0.2.7 on eth0")]


@pytest.mark.parametrize("word", [row[0] for row in FAULTY.values()], ids=FAULTY)
def test_what_is_said_to_answer_451_does(word: str) -> None:
    """A consequence in the table is what the list then does to a client of the same family."""
    match_list = MatchList(word)
    said = [finding for finding in check_list(match_list) if "451" in finding.consequence]
    if said:
        clients = ("192.0.2.1", "10.0.0.1", "2001:db8::1")
        assert CANNOT_TELL in [match_list.decide(client).verdict for client in clients]
