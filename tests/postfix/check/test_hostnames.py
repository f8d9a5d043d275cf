"""Faults of myhostname and mydomain, of which one that is not set is made of the other."""

from __future__ import annotations

import pytest
from support.postfix.checks import found_in

START = "inet_interfaces = 192.0.2.7\nmynetworks_style = host\n"


@pytest.mark.parametrize(
    ("text", "blamed", "suggestion"),
    [
        ("myhostname = mail.example.com.\n", "myhostname", "mail.example.com"),
        ("mydomain = example.com.\n", "mydomain", "example.com"),
        ("myhostname = mail.\n", "myhostname", "mail"),
        ("myhostname = [192.0.2.7]\n", "myhostname", "a name of letters, digits, hyphens and dots"),
        ("mydomain =\n", "mydomain", "a name of letters, digits, hyphens and dots"),
    ],
)
def test_a_name_that_is_made_of_another_is_not_blamed(text: str, blamed: str, suggestion: str) -> None:
    """One finding for one mistake, at the parameter that is set."""
    (found,) = found_in(START + text)
    assert (found.kind, found.parameter, found.suggestion) == ("bad-hostname", blamed, suggestion)


@pytest.mark.parametrize(
    ("text", "kind", "blamed"),
    [
        ("mydomain = $luser_relay\nmyhostname = mail\n", "needs-postfix", "mydomain"),
        ("mydomain = ${x\nmyhostname = mail.example.com\n", "macro", "mydomain"),
        ("myhostname = ${x\n", "macro", "myhostname"),
    ],
)
def test_what_hides_the_names_of_host_and_domain_is_told_once(text: str, kind: str, blamed: str) -> None:
    """A macro in the name of which the other is made."""
    (found,) = found_in(START + text, hostname="")
    assert (found.kind, found.parameter) == (kind, blamed)


@pytest.mark.parametrize("text", ["", "mydomain = example.com\n"])
def test_a_recording_that_does_not_name_its_host_is_no_fault_of_main_cf(text: str) -> None:
    """Postfix gets that name from the kernel."""
    assert found_in(START + text, hostname="") == []


@pytest.mark.parametrize(
    ("text", "blamed"),
    [
        ("myhostname = mail.$inet_protocols\n", "myhostname"),  # set by then: the installed Postfix starts
        ("myhostname = $mail_name\n", "myhostname"),  # not set by then: it does not
        ("mydomain = $mail_name\n", "mydomain"),
        ("mydomain = $luser_relay\n", "mydomain"),
        ("myhostname = ${{$compatibility_level} <level {2} ? {mail} : {-}}\n", "myhostname"),
    ],
)
def test_a_host_name_made_of_a_default_is_not_judged(text: str, blamed: str) -> None:
    """Nor the name that is made of it: some defaults are set by then, others are not."""
    (found,) = found_in(START + text)
    assert (found.kind, found.parameter) == ("needs-postfix", blamed)


def test_a_faulty_domain_is_not_told_of_the_host_too() -> None:
    """Where the kernel's name is to be followed by it."""
    (found,) = found_in(START + "mydomain = ${x\n")
    assert (found.kind, found.parameter) == ("macro", "mydomain")
