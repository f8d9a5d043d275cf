"""parent_domain_matches_subdomains in the check of a list, and a mynetworks that Postfix computes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support.made import address, host
from support.postfix.checks import found_in, run_check

from ifdiscover._postfix.check.mynetworks import _is_loopback, check_parents
from ifdiscover._postfix.lists.configured import PARENTS
from ifdiscover._postfix.lists.match_list import MatchList
from ifdiscover._postfix.parameters.configuration import Configuration
from ifdiscover._postfix.parameters.main_cf import parse
from ifdiscover._postfix.syntax.findings import NOT_ON_THIS_MACHINE
from ifdiscover._postfix.syntax.machine import Machine
from ifdiscover.model import Recorded

if TYPE_CHECKING:
    from pathlib import Path


def test_parent_domains_count_for_a_list_that_is_given() -> None:
    """Whether .example.com matches anything, parent_domain_matches_subdomains says."""
    assert run_check("--mynetworks", ".example.com") == (1, ["matches-nothing"])
    assert run_check("--mynetworks", ".example.com", "-o", "parent_domain_matches_subdomains=") == (0, [])
    expanded = ["-o", "parent_domain_matches_subdomains=$x", "-o", "x=relay_domains"]
    assert run_check("--mynetworks", ".example.com", *expanded) == (0, [])


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("relay_domains", (0, [])),
        ("mynetworks", (1, ["matches-nothing"])),
        ("!", (1, ["no-pattern", "matches-nothing"])),
        ("/nosuch", (1, ["parents-unusable", "matches-nothing"])),
        ("pcre:/nosuch", (1, ["matches-nothing", "needs-postfix"])),
        ("$luser_relay", (1, ["matches-nothing", "needs-postfix"])),
        ("${x", (1, ["macro", "matches-nothing"])),
        ("$nosuch", (1, ["undefined-name"])),
    ],
)
def test_what_is_wrong_with_parent_domains_does_not_end_the_check_of_a_list(
    value: str, expected: tuple[int, list[str]], tmp_path: Path
) -> None:
    """It is a finding beside those of the list, whether this is an option's or a file's."""
    (tmp_path / "networks").write_text(".example.com\n")
    for checked in (["--mynetworks", ".example.com"], [str(tmp_path / "networks")]):
        assert run_check(*checked, "-o", f"parent_domain_matches_subdomains={value}") == expected


@pytest.mark.parametrize(
    ("value", "kind", "element", "said"),
    [
        ("/nosuch", "parents-unusable", "/nosuch", "non-existent:/nosuch: table lookup problem"),
        ("fail:x", "parents-unusable", "fail:x", "fail:x: table lookup problem"),
        ("mynetworks, hash:/nosuch", "parents-unusable", "hash:/nosuch", "hash:/nosuch: table lookup problem"),
        ("x !pcre:/nosuch", "needs-postfix", "!pcre:/nosuch", ""),
        ("!", "no-pattern", "!", "no pattern after '!'"),
    ],
)
def test_what_is_wrong_with_parent_domains_is_told_with_its_element(
    value: str, kind: str, element: str, said: str
) -> None:
    """In Postfix's words, where it says any; the answer is yes then."""
    configuration = Configuration(parse(f"{PARENTS} = {value}\n"), None, "mail")
    has_parents, (fault,) = check_parents(configuration, {PARENTS: value}, Machine())
    assert (has_parents, fault.kind, fault.element) == (True, kind, element)
    assert fault.postfix_says == (f"{PARENTS}: {said}" if said else "")


@pytest.mark.parametrize("value", ["/nosuch", "hash:/nosuch"])
def test_a_file_of_a_recorded_host_that_parent_domains_need_is_told_as_that(value: str) -> None:
    """What Postfix says of it there is not known."""
    configuration = Configuration(parse(f"{PARENTS} = {value}\n"), None, "mail")
    has_parents, (fault,) = check_parents(configuration, {PARENTS: value}, Machine(host(recorded=Recorded())))
    assert (has_parents, fault.kind, fault.element, fault.postfix_says) == (True, NOT_ON_THIS_MACHINE, value, "")


def test_a_table_of_parent_domains_with_an_odd_rule_is_asked(tmp_path: Path) -> None:
    """Postfix passes over the rule, and goes on."""
    (tmp_path / "odd").write_text("10.0.0.1/8 x\n172.16.0.0/12 x\n")
    value = f"cidr:{tmp_path}/odd"
    configuration = Configuration(parse(f"{PARENTS} = {value}\n"), None, "mail")
    assert check_parents(configuration, {PARENTS: value}, Machine()) == (False, [])


def test_loopback_networks_are_told_from_others() -> None:
    """Those of IPv4 inside IPv6 too; a list of these alone trusts no stranger."""
    listed = MatchList("127.0.0.0/8 127.0.0.1 [::1]/128 [::ffff:127.0.0.0]/104 10.0.0.0/8 126.0.0.0/7 localhost")
    assert [_is_loopback(element) for element in listed.elements] == [True] * 4 + [False] * 3


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("mynetworks_style = host\n", []),
        ("mynetworks_style = subnet\n", ["strangers"]),
        ("mynetworks_style = class\n", ["strangers"]),
        ("mynetworks_style = class\ninet_interfaces = $(x\n", ["macro"]),
        ("mynetworks_style = class\ninet_interfaces = $luser_relay\n", ["needs-postfix"]),
        ("mynetworks_style = class\ninet_protocols =\n", ["no-protocol"]),
    ],
)
def test_a_style_is_judged_by_the_strangers_that_it_trusts(text: str, kinds: list[str]) -> None:
    """Unless nothing can be computed, of which another finding tells."""
    start = "compatibility_level = 3.6\nmyhostname = mail.example.com\n"
    here = host(address("198.51.100.7", "255.255.255.0"))
    if "inet_protocols" not in text:
        start += "inet_protocols = ipv4\n"
    assert [finding.kind for finding in found_in(start + text, here)] == kinds


def test_a_computed_list_is_checked_where_none_is_set() -> None:
    """By the style in force; one that is set takes its place, whatever the style."""
    everyone = host(address("192.0.2.7", "0.0.0.0"))
    text = "inet_protocols = ipv4\nmyhostname = mail.example.com\nmynetworks_style = subnet\n"
    assert [finding.kind for finding in found_in(text, everyone)] == ["everyone"]
    assert found_in(text.replace("subnet", "host"), everyone) == []
    assert found_in(text + "mynetworks = 192.0.2.7\n", everyone) == []
