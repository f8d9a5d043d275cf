"""Faults of myhostname and mydomain, of which one that is not set is made of the other."""

from __future__ import annotations

import pytest
from support.postfix.checks import HOST, found_in

from ifdiscover._postfix.check.parameters import check_configuration
from ifdiscover._postfix.parameters.configuration import Configuration
from ifdiscover._postfix.parameters.main_cf import parse

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


@pytest.mark.parametrize(
    ("hostname", "domain", "blamed"),
    [
        ("-mail", "", "myhostname"),
        ("-mail", "example.com", "myhostname"),
        ("mail.exa?mple.com", "example.com", "myhostname"),
        ("mail.ex~ample.com", "example.com", "myhostname"),
        ("25", "example.com.", "mydomain"),
        ("mail", ".".join(["a" * 62] * 4), "mydomain"),  # as long as a name may be, with nothing before it
    ],
)
def test_a_name_of_the_kernel_is_not_blamed_on_a_good_domain(hostname: str, domain: str, blamed: str) -> None:
    """Which is put after it only where it has no dot."""
    text = f"mydomain = {domain}\n" if domain else ""
    (found,) = found_in(START + text, hostname=hostname)
    assert (found.kind, found.parameter, found.place.line) == (
        "bad-hostname",
        blamed,
        3 if blamed == "mydomain" else None,
    )


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("myhostname = mail.example.com\nmydomain = example.com.\n", [("bad-hostname", "mydomain")]),
        ("myhostname = mail.example.com.\nmydomain = example.com\n", [("bad-hostname", "myhostname")]),
        (
            "myhostname = -mail\nmydomain = $mail_name\n",
            [("needs-postfix", "mydomain"), ("bad-hostname", "myhostname")],
        ),
    ],
)
def test_of_two_names_that_are_set_the_faulty_one_is_blamed(text: str, found: list[tuple[str, str]]) -> None:
    """Each is judged, whatever the other is."""
    assert [(fault.kind, fault.parameter) for fault in found_in(START + text)] == found


@pytest.mark.parametrize(
    ("configuration", "path"),
    [
        (Configuration(parse("myhostname = -mail\n", "/etc/postfix/main.cf"), None, "mail"), "/etc/postfix/main.cf"),
        (Configuration(None, {"myhostname": "-mail"}, "mail"), "main.cf"),
    ],
)
def test_the_sentence_of_postfix_names_the_file(configuration: Configuration, path: str) -> None:
    """As it is called where one was read."""
    (found,) = [fault for fault in check_configuration(configuration, HOST) if fault.kind == "bad-hostname"]
    assert found.postfix_says == f"file {path}: parameter myhostname: bad parameter value: -mail"
