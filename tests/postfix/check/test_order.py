"""Elements that can never decide, and a real smtpd that shows it."""

from __future__ import annotations

from ipaddress import ip_network
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, strategies as st
from support.postfix.live_smtpd import NOT_TRUSTED, TRUSTED, Smtpd

from ifdiscover._postfix.check.elements.match_list import check_list
from ifdiscover._postfix.lists.match_list import MatchList

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

# A list, each element that never decides with the one that it should stand before, and a client with the verdict that
# shows it.
LATE = {
    "exclusion": ("10.0.0.0/8 !10.9.0.0/16", [("!10.9.0.0/16", "10.0.0.0/8")], ("10.9.1.1", TRUSTED)),
    "exclusion of an address": ("10.0.0.0/8 !10.9.1.1", [("!10.9.1.1", "10.0.0.0/8")], ("10.9.1.1", TRUSTED)),
    "exclusion of the same": ("10.0.0.0/8 !10.0.0.0/8", [("!10.0.0.0/8", "10.0.0.0/8")], ("10.9.1.1", TRUSTED)),
    "exclusion, IPv6": (
        "[2001:db8::]/32 ![2001:db8:9::]/48",
        [("![2001:db8:9::]/48", "[2001:db8::]/32")],
        ("2001:db8:9::1", TRUSTED),
    ),
    "two exclusions": (
        "10.0.0.0/8 !10.8.0.0/16 !10.9.0.0/16",
        [("!10.8.0.0/16", "10.0.0.0/8"), ("!10.9.0.0/16", "10.0.0.0/8")],
        ("10.9.1.1", TRUSTED),
    ),
    "exclusion, part of it in time": (
        "!10.9.1.0/24 10.0.0.0/8 !10.9.0.0/16",
        [("!10.9.0.0/16", "10.0.0.0/8")],
        ("10.9.2.1", TRUSTED),
    ),
    "network": ("!10.0.0.0/8 10.9.0.0/16", [("10.9.0.0/16", "!10.0.0.0/8")], ("10.9.1.1", NOT_TRUSTED)),
    "everybody excluded": (
        "!0.0.0.0/0 127.0.0.0/8 192.168.1.0/24 [::1]/128",
        [("127.0.0.0/8", "!0.0.0.0/0")],
        ("192.168.1.1", NOT_TRUSTED),
    ),
    "everybody of IPv6 excluded": (
        "127.0.0.0/8 ![::]/0 [::1]/128",
        [("[::1]/128", "![::]/0")],
        ("::1", NOT_TRUSTED),
    ),
    "table of exclusions": (
        "10.0.0.0/8 !cidr:{{10.8.0.0/16 x} {10.9.0.0/16 x}}",
        [("!cidr:{{10.8.0.0/16 x} {10.9.0.0/16 x}}", "10.0.0.0/8")],
        ("10.9.1.1", TRUSTED),
    ),
    "keys that are excluded": (
        "10.0.0.0/8 !inline:{10.9.1.1=x}",
        [("!inline:{10.9.1.1=x}", "10.0.0.0/8")],
        ("10.9.1.1", TRUSTED),
    ),
    "exclusion after a table": (
        "cidr:{{10.0.0.0/8 x}} !10.9.0.0/16",
        [("!10.9.0.0/16", "cidr:{{10.0.0.0/8 x}}")],
        ("10.9.1.1", TRUSTED),
    ),
    "everybody excluded by a table": ("!static:x 10.0.0.0/8", [("10.0.0.0/8", "!static:x")], ("10.9.1.1", NOT_TRUSTED)),
    "domain": ("example.com !mail.example.com", [("!mail.example.com", "example.com")], None),
    "name": ("!mail.example.com mail.example.com", [("mail.example.com", "!mail.example.com")], None),
}

GOOD = [
    "!10.9.0.0/16 10.0.0.0/8",
    "10.9.0.0/16 !10.0.0.0/8",
    "127.0.0.0/8 10.0.0.0/8 !0.0.0.0/0 [::1]/128 ![::]/0",
    "10.0.0.0/8 10.9.0.0/16 10.9.1.1",
    "!10.0.0.0/8 !10.9.0.0/16",
    "!10.9.0.0/16 10.0.0.0/8 !10.9.0.0/16",
    "10.0.0.0/9 !10.128.0.0/9 10.0.0.0/8",
    "10.0.0.0/8 ![::]/0",
    "10.0.0.0/8 !cidr:{{10.8.0.0/16 x} {192.0.2.0/24 x}}",
    "10.0.0.0/8 !cidr:{{!10.8.0.0/16 x}}",
    "10.0.0.0/8 !inline:{10.9.1.1=x mail.example.com=x}",
    "10.0.0.0/8 cidr:{{10.8.0.0/16 x}}",
    "!mail.example.com example.com",
    "example.com !example.org !notexample.com",
]


def late(match_list: MatchList) -> list[tuple[str, str]]:
    """Each element that never decides, and the one that it should stand before."""
    found = [finding for finding in check_list(match_list) if finding.kind == "never-decides"]
    assert all(finding.suggestion.startswith("put it before ") for finding in found)
    return [(finding.element, finding.suggestion[len("put it before ") :]) for finding in found]


@pytest.mark.parametrize(("text", "expected", "_seen"), LATE.values(), ids=LATE)
def test_an_element_behind_one_that_holds_it_never_decides(
    text: str, expected: list[tuple[str, str]], _seen: object
) -> None:
    """If it says something else; all behind a whole family is one finding."""
    assert late(MatchList(text)) == expected


@pytest.mark.parametrize("text", GOOD)
def test_an_element_that_decides_or_says_the_same_is_good(text: str) -> None:
    """What is redundant is no fault."""
    assert check_list(MatchList(text)) == []


def test_a_finding_for_a_whole_family_names_the_others() -> None:
    """Some of them, and how many more there are."""
    (found,) = check_list(MatchList("!0.0.0.0/0 " + " ".join(f"10.{n}.0.0/16" for n in range(9))))
    assert found.element == "10.0.0.0/16"
    assert found.remark.endswith(
        "; nor can 10.1.0.0/16, 10.2.0.0/16, 10.3.0.0/16, 10.4.0.0/16, 10.5.0.0/16 and 3 more decide"
    )


def test_a_domain_holds_names_only_where_parents_match() -> None:
    """Otherwise a domain with a dot does."""
    assert late(MatchList("example.com !mail.example.com", parent_domains=False)) == []
    (found,) = late(MatchList(".example.com !mail.example.com", parent_domains=False))
    assert found == ("!mail.example.com", ".example.com")


def test_a_large_table_may_be_behind_one_network() -> None:
    """All its networks are in that."""
    many = " ".join(f"{{10.{number // 250}.{number % 250}.0/24 x}}" for number in range(300))
    assert late(MatchList(f"10.0.0.0/8 !cidr:{{{many}}}")) == [(f"!cidr:{{{many}}}", "10.0.0.0/8")]


@pytest.mark.parametrize(("length", "expected"), [(254, 1), (255, 1), (256, 0)])
def test_a_name_that_no_host_can_have_is_below_no_domain(length: int, expected: int) -> None:
    """A host name has up to 255 characters."""
    end = ".example.com"
    name = ".".join(["a" * 60] * 4)[: length - len(end)]
    name += "b" * (length - len(end) - len(name))
    assert len(late(MatchList(f"example.com !{name}{end}"))) == expected


def test_files_and_files_in_files_count(tmp_path: Path) -> None:
    """With the place in the file; a "!" before a file turns its elements round."""
    inner, outer = tmp_path / "inner", tmp_path / "outer"
    inner.write_text("10.8.0.0/16\n!10.9.0.0/16\n")
    outer.write_text(f"10.0.0.0/8\n{inner}\n")
    (found,) = [finding for finding in check_list(MatchList(str(outer))) if finding.kind == "never-decides"]
    assert (found.place.file, found.place.line, found.element) == (str(inner), 2, "!10.9.0.0/16")
    assert found.remark.startswith(f"10.0.0.0/8 ({outer}, line 1, column 1) stands before it, and trusts ")
    assert late(MatchList(f"10.8.0.0/16 !{inner}")) == [("10.8.0.0/16", "10.8.0.0/16")]


WORDS = st.builds(
    lambda mark, number, length: f"{mark}10.0.0.{number >> (32 - length) << (32 - length)}/{length}",
    st.sampled_from(["", "!"]),
    st.integers(0, 255),
    st.integers(25, 32),
)


@given(st.lists(WORDS, max_size=8))
def test_what_never_decides_decides_about_no_client(words: list[str]) -> None:
    """And about some of its clients the list says the opposite."""
    match_list = MatchList(" ".join(["192.0.2.0/24", *words]))
    decisions = [match_list.decide(f"10.0.0.{number}") for number in range(256)]
    decided = {decision.number for decision in decisions}
    for finding in check_list(match_list):
        assert finding.kind == "never-decides"
        (number,) = [
            number
            for number, element in enumerate(match_list.elements)
            if element.place == finding.place and element.text == finding.element
        ]
        assert number + 1 not in decided
        network = ip_network(finding.element.lstrip("!"))
        its_own = [decisions[int(address) & 255].trusted for address in network]
        assert finding.element.startswith("!") in its_own


@pytest.mark.netns
def test_a_real_smtpd_does_not_look_at_such_an_element(smtpd: Smtpd) -> None:
    """It decides by the element before it, and says nothing."""
    seen = [row[2] for row in LATE.values()]
    for number, client in enumerate(seen):
        if client is not None:
            assert smtpd.verdict(number, client[0]) == client[1]
            assert smtpd.said(number) == []
    names = list(LATE)
    assert smtpd.verdict(names.index("domain"), "192.0.2.1", "mail.example.com") == TRUSTED
    assert smtpd.verdict(names.index("name"), "192.0.2.1", "mail.example.com") == NOT_TRUSTED


@pytest.fixture(scope="module")
def smtpd() -> Iterator[Smtpd]:
    """One for all lists."""
    with Smtpd([text for text, _expected, _seen in LATE.values()]) as it:
        yield it
