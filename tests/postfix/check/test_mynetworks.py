"""parent_domain_matches_subdomains in the check of a list, and a mynetworks that Postfix computes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support.made import address, host
from support.postfix.checks import found_in, run_check

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


def test_a_computed_list_is_checked_where_none_is_set() -> None:
    """By the style in force; one that is set takes its place, whatever the style."""
    everyone = host(address("192.0.2.7", "0.0.0.0"))
    text = "inet_protocols = ipv4\nmyhostname = mail.example.com\nmynetworks_style = subnet\n"
    assert [finding.kind for finding in found_in(text, everyone)] == ["everyone"]
    assert found_in(text.replace("subnet", "host"), everyone) == []
    assert found_in(text + "mynetworks = 192.0.2.7\n", everyone) == []
