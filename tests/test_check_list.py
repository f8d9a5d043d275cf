"""Every fault of a match list at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from made import address, host

from ifdiscover.postfix.check_list import check_list
from ifdiscover.postfix.findings import KINDS
from ifdiscover.postfix.matchlist import CANNOT_TELL, MatchList, match_list_of
from ifdiscover.postfix.mynetworks import mynetworks

if TYPE_CHECKING:
    from pathlib import Path

FAULTY = {
    "unbracketed network": ("2001:db8::/32", "address-as-table", "[2001:db8::]/32"),
    "unbracketed address": ("fe80::1", "address-as-table", "[fe80::1]"),
    "tagged": ("ipv6:fe80::1", "address-as-table", "[fe80::1]"),
    "unbracketed and host bits": ("2001:db8::1/32", "address-as-table", "[2001:db8::]/32"),
    "unbracketed everything": ("::/0", "address-as-table", "[::]/0"),
    "half a bracket": ("::1]", "address-as-table", "[::1]"),
    "port": ("10.0.0.1:25", "address-as-table", "10.0.0.1"),
    "host bits": ("192.0.2.7/24", "host-bits", "192.0.2.0/24"),
    "host bits, negated": ("!192.0.2.7/24", "host-bits", "!192.0.2.0/24"),
    "host bits of a length in one byte": ("10.1.0.0/264", "host-bits", ""),
    "netmask": ("192.0.2.0/255.255.255.0", "bad-mask", "192.0.2.0/24"),
    "length": ("192.0.2.0/33", "bad-length", ""),
    "network": ("0/0", "bad-network", ""),
    "bracket": ("[::1/128", "bad-brackets", ""),
    "one byte": ("10.0.0.0/264", "length-over-a-byte", ""),
    "everyone": ("[::]/0", "everyone", "the networks of those who may relay"),
    "trailing dot": ("10.0.0.", "matches-nothing", "10.0.0.0/24"),
    "short": ("10.1", "matches-nothing", "10.1.0.0/16"),
    "star": ("10.0.0.*", "matches-nothing", "10.0.0.0/24"),
    "glued comment": ("127.0.0.0/8#loopback", "matches-nothing", "127.0.0.0/8"),
    "zone": ("[fe80::1%eth0]", "matches-nothing", "[fe80::1]"),
    "leading dot": ("!.example.com", "matches-nothing", "!example.com"),
    "braces": ("{10.0.0.1}", "matches-nothing", "10.0.0.1"),
    "octal": ("010.0.0.1", "matches-nothing", ""),
    "comment": ("# x", "comment-in-line", ""),
    "nothing negated": ("!", "no-pattern", ""),
    "missing file": ("/nonexistent/x", "list-file-missing", ""),
    "directory": ("/", "list-file-unreadable", ""),
    "table": ("foo:bar", "table-unusable", ""),
    "no name": ("cidr:", "table-fatal", ""),
    "needs Postfix": ("hash:/etc/postfix/nets", "needs-postfix", ""),
}

CLEAN = [
    "127.0.0.0/8, 192.0.2.0/24 [::1]/128 [2001:db8::]/64",
    "!192.0.2.7 192.0.2.0/24",
    "[192.0.2.7] [192.0.2.0]/24 [2001:db8::1] [2001:DB8::/64]",
    "example.com mail_1.example.com unknown localhost",
    "!0.0.0.0/0 ![::]/0",
    "static:all inline:{192.0.2.1=x} cidr:{{192.0.2.0/24 ok}}",
]


@pytest.mark.parametrize(("word", "kind", "suggestion"), FAULTY.values(), ids=FAULTY)
def test_a_fault_is_found_and_mended(word: str, kind: str, suggestion: str) -> None:
    """Each has a name that stays, and where it can be known the text that was meant."""
    found = check_list(MatchList(f"198.51.100.0/24 {word}"))[0]
    assert (found.id, found.suggestion, found.place.column) == (kind, suggestion, 17)
    if suggestion and kind != "everyone":
        assert check_list(MatchList(suggestion)) == [] or suggestion == "[::]/0"


@pytest.mark.parametrize("text", CLEAN)
def test_a_good_list_has_no_findings(text: str) -> None:
    """What Postfix takes as it is meant is not complained of."""
    assert check_list(MatchList(text)) == []


def test_all_faults_come_at_once_in_their_order(tmp_path: Path) -> None:
    """Those of a file stand where the file is named; Postfix would stop at the first."""
    listed = tmp_path / "list"
    listed.write_text(" dropped\n10.0.0.1/8\n10.0.0.0/8 # loopback\n")
    found = check_list(MatchList(f"fe80::/10 {listed} ! 10.1"))
    assert [(finding.id, finding.place.line) for finding in found] == [
        ("address-as-table", None),
        ("leading-white-space", 1),
        ("host-bits", 2),
        ("comment-in-line", 3),
        ("no-pattern", None),
        ("matches-nothing", None),
    ]


def test_a_computed_list_that_trusts_everyone_is_told_with_its_interface() -> None:
    """A netmask of no bits is followed back to the address that has it."""
    found = check_list(match_list_of(mynetworks(host(address("192.0.2.7", "0.0.0.0")), "subnet")))
    assert [(finding.id, str(finding.place)) for finding in found] == [("everyone", "192.0.2.7 on eth0")]


@pytest.mark.parametrize("word", [row[0] for row in FAULTY.values()], ids=FAULTY)
def test_what_is_said_to_answer_451_does(word: str) -> None:
    """A consequence in the table is what the list then does to a client of the same family."""
    match_list = MatchList(word)
    kind = KINDS[check_list(match_list)[0].id]
    if kind.consequence.startswith("451"):
        clients = ("192.0.2.1", "2001:db8::1")
        if not any(fault.level == "fatal" for fault in match_list.faults):
            assert CANNOT_TELL in [match_list.decide(client).verdict for client in clients]
