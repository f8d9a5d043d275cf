"""What is said of the rules of a cidr table, at which place, and the networks in which an address is found."""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING

import pytest

from ifdiscover._postfix.lists.tables import open_table
from ifdiscover._postfix.syntax.findings import Place
from ifdiscover._postfix.syntax.networks import parse_network

if TYPE_CHECKING:
    from pathlib import Path

    from ifdiscover._postfix.lists.lookup_table import Table


def of(folder: Path, text: str) -> Table:
    """The table of a file with this text."""
    path = folder / "table"
    path.write_text(text)
    return open_table(f"cidr:{path}")


FOUND: dict[str, tuple[str, list[tuple[str, int, str, str]]]] = {
    "nothing": ("10.0.0.0/8 ok\n!192.0.2.0/24 ok\nif 10.0.0.0/8\n10.0.0.1 ok\nendif\n2001:db8::/32 ok\n", []),
    "everybody": ("::/0 a\n0.0.0.0/0 b\n", [("everyone", 1, "", ""), ("everyone", 2, "", "")]),
    "nobody": ("!0.0.0.0/0 a\n", []),
    "a length beyond a byte": ("10.0.0.0/8 a\n172.16.0.0/268 b\n", [("length-over-a-byte", 2, "", "")]),
    "a rule with host bits": ("10.0.0.0/8 a\n10.0.0.1/8 a\n", [("table-rule-ignored", 2, "", "10.0.0.0/8")]),
    "a condition with host bits": ("if 10.0.0.1/8\n", [("table-if-ignored", 1, "", "10.0.0.0/8")]),
    "a condition without end": ("10.0.0.0/8 a\nif 10.0.0.0/8\n", [("table-if-unclosed", 2, "", "")]),
    "an end without condition": ("endif\n", [("table-rule-ignored", 1, "", "")]),
    "refusals": (
        (
            "10.1.0.0/16 REJECT\n10.0.0.0/8 OK\n2001:db8::/32 no\n! 10.8.0.0/13 REJECT\n"
            "if 10.0.0.0/8\n10.0.0.1 no\nendif\n"
        ),
        [
            ("table-result-ignored", 1, "10.1.0.0/16", "!10.1.0.0/16 before the table"),
            ("table-result-ignored", 3, "2001:db8::/32", "![2001:db8::]/32 before the table"),
            ("table-result-ignored", 4, "! 10.8.0.0/13", ""),
            ("table-result-ignored", 6, "10.0.0.1", ""),
        ],
    ),
    "a refusal around one that is trusted": (
        "10.1.0.0/16 OK\n10.0.0.0/8 REJECT\n",
        [("table-result-ignored", 2, "10.0.0.0/8", "leave this line out")],
    ),
}


@pytest.mark.parametrize(("text", "found"), FOUND.values(), ids=FOUND)
def test_a_rule_is_told_of_at_its_line(text: str, found: list[tuple[str, int, str, str]], tmp_path: Path) -> None:
    """With its kind, the network as it is written, and what to write."""
    table = of(tmp_path, text)
    path = str(tmp_path / "table")
    told = [(fault.kind, fault.place, fault.element, fault.suggestion) for fault in table.findings]
    assert told == [(kind, Place(path, line, 1), element, suggestion) for kind, line, element, suggestion in found]


def test_rules_in_braces_stand_at_no_line() -> None:
    """They are in no file."""
    table = open_table("cidr:{{0.0.0.0/0 a}, {10.0.0.1/8 b}}")
    assert [(fault.kind, fault.place) for fault in table.findings] == [
        ("everyone", Place()),
        ("table-rule-ignored", Place()),
    ]
    assert table.place_of_network(parse_network("0.0.0.0/0")) is None


def test_a_network_is_at_the_first_line_that_has_it(tmp_path: Path) -> None:
    """One that is in no line is at none, and neither is one that is only within another."""
    table = of(tmp_path, "# c\n10.0.0.0/8 a\n10.0.0.0/8 b\n2001:db8::/32 c\n192.0.2.1 d\n")
    lines = {"10.0.0.0/8": 2, "2001:db8::/32": 4, "192.0.2.1": 5, "10.0.0.0/9": None, "11.0.0.0/8": None, "::/0": None}
    for network, line in lines.items():
        wanted = None if line is None else Place(str(tmp_path / "table"), line, 1)
        assert table.place_of_network(parse_network(network)) == wanted


NETWORKS = {
    "plain": ("10.0.0.0/8 a\n2001:db8::/32 b\n192.0.2.1 c\n", ["10.0.0.0/8", "192.0.2.1/32", "2001:db8::/32"]),
    "everybody": ("0.0.0.0/0 a\n", ["0.0.0.0/0"]),
    "everybody, by a condition": ("if 0.0.0.0/0\n0.0.0.0/0 a\nendif\n", ["0.0.0.0/1", "128.0.0.0/1"]),
    "within a condition": ("if 2001:db8::/32\n::/0 a\nendif\n", ["2001:db8::/32"]),
    "all but one half": ("!128.0.0.0/1 a\n", ["0.0.0.0/1"]),
    "two conditions": ("if 10.0.0.0/8\nif !10.0.0.0/9\n0.0.0.0/0 a\nendif\nendif\n", ["10.128.0.0/9"]),
}


@pytest.mark.parametrize(("text", "networks"), NETWORKS.values(), ids=NETWORKS)
def test_the_networks_are_those_in_which_an_address_is_found(text: str, networks: list[str], tmp_path: Path) -> None:
    """IPv4 first; with conditions none of them is everybody."""
    found = of(tmp_path, text).networks()
    assert [str(ipaddress.ip_network((packed, length))) for _family, packed, length in found] == networks


@pytest.mark.parametrize(("plain", "negated", "known"), [(500, 500, True), (501, 500, False), (500, 501, False)])
def test_networks_are_looked_for_among_a_thousand_rules(plain: int, negated: int, known: bool, tmp_path: Path) -> None:
    """Of either kind; with more, they count as not known."""
    rules = [f"10.{n >> 8}.{n & 255}.0/24 a\n" for n in range(plain)]
    rules += ["!192.0.2.0/24 a\n"] * negated
    assert bool(list(of(tmp_path, "".join(rules)).networks())) is known
