"""Texts that Postfix takes for an address, and what it says of the others."""

from __future__ import annotations

import json
import socket

import pytest
from hypothesis import given, strategies as st
from support.made import TEXTS
from support.namespaces import ROOT

from ifdiscover._postfix.syntax.addresses import (
    hostaddr_fault,
    mailhost_addr_fault,
    mailhost_literal_fault,
    unquoted_domain,
    without_tag,
)

RECORDED = json.loads((ROOT / "fixtures" / "postfix" / "literals.json").read_text())["cases"]
FAULTS = (hostaddr_fault, mailhost_addr_fault, mailhost_literal_fault)


def logged(fault: str | None) -> str | None:
    """A fault as it stands in Postfix's log: a byte outside printable ASCII is shown as ``?``."""
    if fault is None:
        return None
    return "".join(chr(byte) if 32 <= byte < 127 else "?" for byte in fault.encode("utf-8", "surrogateescape"))


@pytest.mark.parametrize("case", RECORDED, ids=lambda case: ascii(case["text"][:60]))
def test_recorded_texts_get_postfixs_answers(case: dict[str, str | None]) -> None:
    """Valid ones none, the others the very sentence."""
    text = str(case["text"])
    mailhost = mailhost_literal_fault if text.startswith("[") else mailhost_addr_fault
    assert (logged(mailhost(text)), logged(hostaddr_fault(text))) == (case["mailhost"], case["hostaddr"])


FIRST_FAULT = {
    "octet value before count": ("256.1", "valid_ipv4_hostaddr: invalid octet value"),
    "final dot before first octet": ("0.", "valid_ipv4_hostaddr: misplaced dot"),
    "first octet before what follows": ("0.x", "valid_ipv4_hostaddr: bad initial octet value"),
    "two dots before first octet": ("0..1", "valid_ipv4_hostaddr: bad initial octet value"),
    "two dots": ("1..2", "valid_ipv4_hostaddr: misplaced dot"),
    "null first field before number of colons": (":1", "valid_ipv6_hostaddr: bad null first field in IPv6 address"),
    "a second :: before the eighth colon": ("1::2:3:4:5:6::7", "valid_ipv6_hostaddr: too many `::' in IPv6 address"),
    "eighth colon before a second ::": ("1::2:3:4:5:6:7::", "valid_ipv6_hostaddr: too many `:' in IPv6 address"),
    "eight colons though eight groups": ("::2:3:4:5:6:7:8", "valid_ipv6_hostaddr: too many `:' in IPv6 address"),
    "long run before wrong letter": ("::12345g", "valid_ipv6_hostaddr: malformed IPv6 address"),
    "dotted tail after one colon": ("1:1.2.3.4", "valid_ipv6_hostaddr: malformed IPv4-in-IPv6 address"),
    "dotted tail after seven": ("1:2:3:4:5:6:7:1.2.3.4", "valid_ipv6_hostaddr: malformed IPv4-in-IPv6 address"),
    "colon after a dotted tail": ("::1.2.3.4:5", "valid_ipv4_hostaddr: invalid character 58(decimal)"),
    "a zone": ("fe80::1%2", "valid_ipv6_hostaddr: invalid character 37(decimal) in IPv6 address"),
}


@pytest.mark.parametrize(("text", "fault"), FIRST_FAULT.values(), ids=FIRST_FAULT)
def test_the_first_fault_from_the_left_counts(text: str, fault: str) -> None:
    """Of several faults one is told."""
    said = hostaddr_fault(text)
    assert said is not None
    assert said.startswith(f"{fault}: ")


@pytest.mark.parametrize("text", ["001.002.003.004", "0.0.0.0", "1:2:3", "1:2:3:4:5:1.2.3.4", "::", "1::", "ABCD::"])
def test_what_no_resolver_takes_can_be_valid(text: str) -> None:
    """Leading zeros pass, and groups are not counted."""
    assert hostaddr_fault(text) is None


def test_an_empty_text_is_no_address() -> None:
    """Whether alone or in a literal."""
    assert hostaddr_fault("") == "valid_hostaddr: empty address"
    assert mailhost_literal_fault("[]") == "valid_ipv4_hostaddr: invalid octet count: "
    assert mailhost_literal_fault("") == "valid_mailhost_literal: '[' expected at start: "
    assert mailhost_literal_fault("[IPv6:]") == "valid_ipv6_hostaddr: too few `:' in IPv6 address: "


def test_a_long_text_is_cut_to_100_bytes() -> None:
    """Bytes, not characters: half of a character is what is left of it."""
    said = hostaddr_fault("x" + "\u00e4" * 100)
    assert said == "valid_ipv4_hostaddr: invalid character 120(decimal): x" + "\u00e4" * 49 + "\udcc3"


def test_a_literal_holds_45_bytes() -> None:
    """With the tag; one more is too much, whatever it says."""
    assert mailhost_literal_fault(f"[{'0' * 38}1.2.3.4]") is None
    said = mailhost_literal_fault(f"[{'0' * 39}1.2.3.4]")
    assert said is not None
    assert said.startswith("valid_mailhost_literal: too much text: ")


@given(st.ip_addresses())
def test_every_address_in_its_usual_form_is_valid(address: object) -> None:
    """Bare and in a literal, but for IPv4 addresses that begin with 0 and are not 0.0.0.0."""
    text = str(address)
    bare = hostaddr_fault(text)
    assert mailhost_literal_fault(f"[IPv6:{text}]" if ":" in text else f"[{text}]") == bare
    assert (bare is None) == (not text.startswith("0.") or text == "0.0.0.0")


@given(st.one_of(TEXTS, st.text(max_size=20), st.text("0123456789abcf:.[]IPv6%", max_size=60)))
def test_any_text_has_an_answer(text: str) -> None:
    """Controls, NULs, lone surrogates: no exception, and what is told names the function that objects."""
    for fault in FAULTS:
        said = fault(text)
        assert said is None or said.startswith("valid_")


@given(st.lists(st.text("0123456789", min_size=1, max_size=4), min_size=3, max_size=5).map(".".join))
def test_a_valid_ipv4_text_is_four_numbers(text: str) -> None:
    """Without their leading zeros inet_pton(3) takes them."""
    if hostaddr_fault(text) is None:
        plain = ".".join(str(int(octet)) for octet in text.split("."))
        assert socket.inet_pton(socket.AF_INET, plain)


def test_the_tag_is_in_any_case() -> None:
    """And stands once."""
    assert without_tag("ipV6:IPv6:::1") == "IPv6:::1"
    assert without_tag("IPv4:1.2.3.4") == "IPv4:1.2.3.4"


READ = {
    "a name": ("example.com", "example.com"),
    "a quoted name": ('"example.com"', "example.com"),
    "a literal": ("[127.0.0.1]", "[127.0.0.1]"),
    "a bracket that is not closed": ("[127.0.0.1", "[127.0.0.1]"),
    "a quoted bracket that is not closed": ('"[127.0.0.1"', "[127.0.0.1]"),
    "a short comment": ("(a)[127.0.0.1]", "[127.0.0.1]"),
    "a comment with blanks and marks": ("( a, !#$ b)[127.0.0.1]", "[127.0.0.1]"),
    "a comment in a comment": ("(a(b)c)[127.0.0.1](d)", "[127.0.0.1]"),
    "an escaped parenthesis in a comment": ("(a\\)b)[127.0.0.1]", "[127.0.0.1]"),
    "an escaped backslash in a comment": ("(a\\\\)[127.0.0.1]", "[127.0.0.1]"),
    "a comment that is not closed": ("[127.0.0.1](a", "[127.0.0.1]"),
    "an escaped bracket": ("\\[127.0.0.1]", "[127.0.0.1]"),
    "a quote that is not closed, after an escaped letter": ('\\a"', '\\a"'),
    "a backslash at the end": ("a\\", "a\\"),
    "words with a blank between": ("a b", 'a"b'),
    "a dot at the end": ("example.com .", "example.com."),
    "separators at the end": ("[127.0.0.1],;", "[127.0.0.1]"),
}


@pytest.mark.parametrize(("text", "domain"), READ.values(), ids=READ)
def test_a_domain_is_what_is_left_without_quotes_and_comments(text: str, domain: str) -> None:
    """As Postfix reads what follows the last @."""
    assert unquoted_domain(text) == domain
