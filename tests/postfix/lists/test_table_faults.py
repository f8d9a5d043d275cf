"""What people write in tables that a list does not read so, beside what a real smtpd trusts."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from hypothesis import assume, given, strategies as st
from support.postfix.live_smtpd import NOT_TRUSTED, TRUSTED, Smtpd
from support.postfix.postmap import aged

from ifdiscover._postfix.check.elements.match_list import check_list
from ifdiscover._postfix.lists.match_list import MatchList
from ifdiscover._postfix.lists.table_faults import Entry, entry_findings, meant_by_key, reads_as_refusal
from ifdiscover._postfix.syntax.findings import MEDIUM, Place

if TYPE_CHECKING:
    from pathlib import Path

    from ifdiscover._postfix.syntax.findings import Finding

IGNORED, NETWORK = "table-result-ignored", "table-key-network"

REFUSALS = (
    *("REJECT", "reject", "Reject: go away", "REJECT # spammer", "DUNNO", "No", "no.", "FALSE", "deny", "drop"),
    *("554", "554 5.7.1 Access denied", "450 later", "5.7.1 no", "4.7.1", "defer_if_permit", "DISCARD"),
    *("reject_unauth_destination", "DEFER try later", "no # not this one", "off", "BLOCK"),
)
HARMLESS = (
    *("OK", "ok # office", "permit", "permit_mynetworks", "RELAY", "yes", "true", "1", "0", "x", "-", "", "#no"),
    *("no longer used for VPN", "block 3, first floor", "Northern office", "office 554", "2001:db8::1", "5432 hosts"),
    *("drop zone", "rejection desk", "5.7", "10.0.0.1", "4.5.6.7", "...", "44", "5.7.1a"),
)


@pytest.mark.parametrize("result", REFUSALS)
def test_some_results_read_as_a_refusal(result: str) -> None:
    """The actions of access(5), replies of SMTP, and short words that say no."""
    assert reads_as_refusal(result)


@pytest.mark.parametrize("result", HARMLESS)
def test_comments_and_permissions_are_no_refusals(result: str) -> None:
    """Whatever may stand beside a network for people to read."""
    assert not reads_as_refusal(result)


MEANT = {
    "10.0.0.0/8": "10.0.0.0/8",
    "10.1.2.3/8": "10.0.0.0/8",
    "10.0.0.0/255.0.0.0": "10.0.0.0/8",
    "10.0.0.0/264": "",
    "0.0.0.0/0": "",
    "10.0.0.0/33": "10.0.0.0",
    "192.168.1": "192.168.1.0/24",
    "192.168.1.": "192.168.1.0/24",
    "192.168.*": "192.168.0.0/16",
    "10": "10.0.0.0/8",
    "10.1.2.3.": "10.1.2.3",
    "010.1.2.3": "",
    "300.1": "",
    "10.1.2.3/32": "10.1.2.3",
    "[10.1.2.3]": "10.1.2.3",
    "[10.0.0.0]/8": "10.0.0.0/8",
    "2001:db8::/32": "[2001:db8::]/32",
    "[2001:db8::]/32": "[2001:db8::]/32",
    "2001:db8::1/128": "2001:db8::1",
    "2001:db8": "[2001:db8::]/32",
    "[::1]": "::1",
    "[::1": "::1",
    "2001:db8:0::1": "2001:db8::1",
    "2001:DB8::1": "2001:db8::1",
    "::/0": "",
}


@pytest.mark.parametrize(("key", "meant"), MEANT.items())
def test_a_key_for_which_nobody_asks_stands_for_a_network_or_an_address(key: str, meant: str) -> None:
    """That is what was meant, in the spelling in which it works; never everybody."""
    assert meant_by_key(key, folded=False) == meant


@pytest.mark.parametrize(
    "key",
    [
        *("10.1.2.3", "2001:db8::1", "::1", "mail.example.com", ".example.com", "example.com", "unknown", "localhost"),
        *("1.example.com", "a:", "a/b", "*", "", "10-20", "fe80", "user@example.com"),
    ],
)
def test_a_list_may_ask_for_addresses_and_names(key: str) -> None:
    """And nothing is known to be wrong with a key that is no number at all."""
    assert meant_by_key(key, folded=False) is None


def test_postmap_puts_keys_in_lower_case() -> None:
    """Of a table that it makes, only another spelling than inet_ntop's is never asked for."""
    assert meant_by_key("2001:DB8::1", folded=True) is None
    assert meant_by_key("2001:DB8:0::1", folded=True) == "2001:db8::1"


def found_in(text: str) -> list[tuple[str, int | None, str, str]]:
    """Kind, line, element and suggestion of each finding about a list."""
    return [(one.kind, one.place.line, one.element, one.suggestion) for one in check_list(MatchList(text))]


def test_a_refusal_in_a_cidr_table_is_told_at_its_line(tmp_path: Path) -> None:
    """With the exclusion that does what was meant; when that is written, nothing is left to say."""
    table = tmp_path / "networks"
    table.write_text("127.0.0.0/8 OK\n10.1.2.3 REJECT\n10.0.0.0/8 OK\n[2001:db8::1] REJECT\n2001:db8::/64 OK\n")
    found = found_in(f"cidr:{table}")
    assert found == [
        (IGNORED, 2, "10.1.2.3", "!10.1.2.3 before the table"),
        (IGNORED, 4, "[2001:db8::1]", "![2001:db8::1] before the table"),
    ]
    assert check_list(MatchList(f"cidr:{table}"))[0].severity == MEDIUM
    for exclusions in ("!10.1.2.3 ![2001:db8::1]", "!10.1.2.0/24, ![2001:db8::]/96"):
        assert found_in(f"{exclusions} cidr:{table}") == []
    assert found_in(f"cidr:{table} !10.1.2.3 ![2001:db8::1]")[0] == found[0]
    assert found_in(f"10.1.2.3 [2001:db8::1] cidr:{table}") == found


@pytest.mark.parametrize(
    ("keys", "mark", "suggestion"),
    [
        ("10.0.0.0/8 OK\n192.0.2.1 OK\n", "", "cidr:{table}"),
        ("10.0.0.0/8 OK\n192.0.2.1 OK\n", "!", "cidr:{table}"),
        ("10.0.0.0/8 OK\nmail.example.com OK\n", "", "10.0.0.0/8 in the list itself"),
        ("10.0.0.0/8 OK\nmail.example.com OK\n", "!", "!10.0.0.0/8 in the list itself"),
    ],
)
def test_a_table_of_names_is_not_called_a_cidr_table(keys: str, mark: str, suggestion: str, tmp_path: Path) -> None:
    """Its names would be lines that Postfix ignores; and what was excluded stays excluded."""
    table = tmp_path / "networks"
    table.write_text(keys)
    expected = suggestion.format(table=table)
    assert found_in(f"{mark}texthash:{table}") == [("table-key-network", 1, "10.0.0.0/8", expected)]
    if "cidr" in suggestion:
        assert found_in(f"{mark}{expected}") == []


CIDR = {
    "an exception within it": ("10.1.2.3 OK} {10.1.0.0/16 REJECT", "leave this line out"),
    "an exception within it, and more around": ("10.1.2.3 OK} {10.1.0.0/16 REJECT} {10.0.0.0/8 OK", ""),
    "everybody else": ("10.0.0.0/8 OK} {0.0.0.0/0 REJECT", "leave this line out"),
    "everybody": ("[::]/0 DUNNO", "leave this line out"),
    "a neighbour": ("10.1.0.0/16 OK} {10.2.0.0/16 REJECT} {10.3.0.0/16 OK", "!10.2.0.0/16 before the table"),
    "the same start": ("10.0.0.0/16 REJECT} {10.0.0.0/8 OK", "!10.0.0.0/16 before the table"),
    "the same start, smaller": ("10.0.0.0/24 OK} {10.0.0.0/16 REJECT", "leave this line out"),
    "the last address": ("10.0.255.255 OK} {10.0.0.0/16 REJECT", "leave this line out"),
    "another refusal within it": ("10.1.2.3 NO} {10.1.0.0/16 NO} {10.0.0.0/8 OK", "!10.1.2.3 before the table"),
    "another family": ("[2001:db8::]/32 OK} {10.0.0.0/8 REJECT", "!10.0.0.0/8 before the table"),
    "negated": ("!10.0.0.0/8 REJECT", ""),
    "guarded": ("if 10.0.0.0/8} {10.1.0.0/16 REJECT} {endif", ""),
}


@pytest.mark.parametrize(("rules", "suggestion"), CIDR.values(), ids=CIDR)
def test_a_suggestion_excludes_nobody_whom_the_table_trusts(rules: str, suggestion: str) -> None:
    """An exclusion before the table takes effect before the exceptions that stand in it."""
    found = [one for one in check_list(MatchList(f"cidr:{{{{{rules}}}}}")) if one.kind == IGNORED]
    assert found[0].suggestion == suggestion


NETWORKS = ["10.0.0.0/8", "10.1.0.0/16", "10.1.2.0/24", "10.1.2.3", "10.1.2.128/25", "10.2.0.0/16", "0.0.0.0/0"]
WITHIN = ["10.1.2.3", "10.1.2.4", "10.1.2.200", "10.1.3.1", "10.2.0.1", "10.3.0.1", "192.0.2.1"]


@given(rules=st.lists(st.tuples(st.sampled_from(NETWORKS), st.sampled_from(["OK", "REJECT"])), min_size=1, max_size=6))
def test_whoever_follows_the_suggestions_trusts_whom_the_table_meant(rules: list[tuple[str, str]]) -> None:
    """Nobody of an earlier OK is lost; nobody of a REJECT is trusted, unless an OK below it names him as well."""

    def table(rules: list[tuple[str, str]]) -> str:
        return "cidr:{" + " ".join(f"{{{network} {result}}}" for network, result in rules) + "}"

    found = [one for one in check_list(MatchList(table(rules))) if one.kind == IGNORED]
    assume(all(one.suggestion for one in found))
    refused = [rule for rule in rules if rule[1] == "REJECT"]
    left_out = [rule for rule, one in zip(refused, found) if one.suggestion == "leave this line out"]
    words = [one.suggestion.partition(" ")[0] for one in found if one.suggestion != "leave this line out"]
    kept = [rule for rule in rules if rule not in left_out]
    mended = MatchList(" ".join([*words, table(kept)] if kept else words))
    assert [one.kind for one in check_list(mended) if one.kind == IGNORED] == []
    for client in WITHIN:
        matching = [rule for rule in rules if MatchList(f"cidr:{{{{{rule[0]} x}}}}").decide(client).trusted]
        if matching and matching[0][1] == "OK" and all(result == "OK" for _network, result in matching):
            assert mended.decide(client).trusted
        if not any(result == "OK" for _network, result in matching):
            assert not mended.decide(client).trusted


def test_a_table_that_excludes_may_say_so() -> None:
    """Behind a "!" all that is found is not trusted, and REJECT says what happens."""
    for table in ("cidr:{{10.1.2.3 REJECT}}", "inline:{10.1.2.3=DUNNO}", "static:REJECT"):
        assert found_in(f"!{table}") == []
        assert IGNORED in [kind for kind, *_ in found_in(f"!!{table}")]


def test_a_static_table_that_refuses_trusts_everyone() -> None:
    """The result is told beside what it comes to."""
    assert [(one[0], one[3]) for one in found_in("static:REJECT")] == [("everyone", ""), (IGNORED, "!static:REJECT")]
    assert [one[0] for one in found_in("static:{554 no}")] == ["everyone", IGNORED]


def test_an_inline_table_is_told_at_its_word() -> None:
    """Its keys have no line of their own, and are named."""
    (found,) = check_list(MatchList("127.0.0.1 inline:{10.1.2.3=REJECT, 10.1.2.4=OK}"))
    assert (found.element, found.place.column, found.suggestion) == ("10.1.2.3", 11, "!10.1.2.3 before the table")
    (found,) = check_list(MatchList("inline:{10.0.0.0/8=OK {10.1.2.4 = 1}}"))
    assert (found.kind, found.element, found.suggestion) == (NETWORK, "10.0.0.0/8", "10.0.0.0/8 in the list itself")
    assert found_in("inline:{10.1.2.4=OK 2001:db8::1=x mail.example.com=permit}") == []


def test_a_domain_is_not_excluded_with_a_name_below_it() -> None:
    """Of the two keys the longer one is asked for first."""

    def suggestions(*pairs: tuple[str, str]) -> list[str]:
        found: list[Finding] = entry_findings(Entry(key, result, Place()) for key, result in pairs)
        return [one.suggestion for one in found]

    assert suggestions(("example.com", "REJECT"), ("mail.example.com", "OK")) == [""]
    assert suggestions(("mail.example.com", "REJECT"), ("example.com", "OK")) == ["!mail.example.com before the table"]
    assert suggestions(("2001:db8::1", "REJECT")) == ["![2001:db8::1] before the table"]


def test_networks_in_a_texthash_table_are_told_at_their_lines(tmp_path: Path) -> None:
    """With the type that has networks; an address only needs its other spelling."""
    table = tmp_path / "networks"
    table.write_text("127.0.0.1 OK\n10.0.0.0/8 OK\n# c\n192.168.1 OK\n[::1] OK\n2001:db8::1 OK\n10.9.0.0/16 REJECT\n")
    assert found_in(f"texthash:{table}") == [
        (NETWORK, 2, "10.0.0.0/8", "10.0.0.0/8 in the list itself"),
        (NETWORK, 4, "192.168.1", "192.168.1.0/24 in the list itself"),
        (NETWORK, 5, "[::1]", "::1"),
        (NETWORK, 7, "10.9.0.0/16", "!10.9.0.0/16 before the table"),
    ]
    table.write_text("10.9.0.0/16 REJECT\n192.168.1 no\nbad.example.com REJECT\n")
    assert found_in(f"!10.9.0.0/16 !192.168.0.0/16 !example.com texthash:{table}") == []


CLIENTS = {
    "10.0.0.0/8": "10.9.9.9",
    "192.168.1": "192.168.1.5",
    "192.168.2.": "192.168.2.5",
    "192.168.3.*": "192.168.3.5",
    "10": "10.0.0.0",
    "[::1]": "::1",
    "[10.1.2.3]": "10.1.2.3",
    "10.1.2.4/32": "10.1.2.4",
    "10.1.2.5.": "10.1.2.5",
    "2001:db8:1::/64": "2001:db8:1::5",
    "2001:db8:2:0::1": "2001:db8:2::1",
    "2001:DB8:3::1": "2001:db8:3::1",
    "2001:db8:4::1": "2001:db8:4::1",
    "10.1.2.6": "10.1.2.6",
}
"""Keys of a table, each with a client that it might stand for."""


@pytest.mark.netns
def test_smtpd_trusts_what_is_asked_for_and_no_result_matters(tmp_path: Path) -> None:
    """A key that check complains of matches nobody, all others do; whatever refuses is trusted, and its mend is not."""
    os.chmod(tmp_path, 0o755)  # noqa: PTH101 - as the folders above
    keys = aged(tmp_path / "keys", "".join(f"{key} x\n" for key in CLIENTS).encode())
    refused = {f"10.2.0.{number}": result for number, result in enumerate(REFUSALS)}
    rules = aged(tmp_path / "rules", "".join(f"{key} {result}\n" for key, result in refused.items()).encode())
    inline = "inline:{" + " ".join(f"{key}=x" for key in CLIENTS) + "}"
    tables = [f"texthash:{keys}", inline, f"cidr:{rules}", f"texthash:{rules}", "static:REJECT"]
    mended = [f"!10.2.0.0 cidr:{rules}", f"!cidr:{rules} 10.0.0.0/8", "!static:REJECT 10.0.0.0/8"]
    with Smtpd([*tables, *mended]) as smtpd:
        for number, table in enumerate(tables[:2]):
            complained_of = {one.element for one in check_list(MatchList(table)) if one.kind == NETWORK}
            verdicts = {key: smtpd.verdict(number, client) for key, client in CLIENTS.items()}
            assert verdicts == {key: NOT_TRUSTED if key in complained_of else TRUSTED for key in CLIENTS}
        for number, table in enumerate(tables[2:4], 2):
            assert {one.element for one in check_list(MatchList(table)) if one.kind == IGNORED} == set(refused)
            assert {smtpd.verdict(number, client) for client in refused} == {TRUSTED}
        assert smtpd.verdict(4, "10.2.0.0") == TRUSTED
        assert [smtpd.verdict(5, client) for client in ("10.2.0.0", "10.2.0.1")] == [NOT_TRUSTED, TRUSTED]
        assert [smtpd.verdict(number, "10.2.0.0") for number in (6, 7)] == [NOT_TRUSTED, NOT_TRUSTED]
