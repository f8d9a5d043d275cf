"""Restriction lists are followed to a verdict, and to the word that decides. A guess is never a verdict."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ifdiscover._postfix.lists.match_list import CANNOT_TELL, NOT_TRUSTED, TRUSTED
from ifdiscover._postfix.parameters.configuration import Configuration
from ifdiscover._postfix.parameters.main_cf import parse
from ifdiscover._postfix.services.restriction_words import WORDS
from ifdiscover._postfix.services.restrictions import NO, YES, Relaying, missing_required
from ifdiscover._postfix.syntax.findings import Place
from ifdiscover._postfix.syntax.machine import Machine
from ifdiscover.errors import AddressTextError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from ifdiscover._postfix.services.restrictions import Relay

CLIENT, SENDER = "smtpd_client_restrictions", "smtpd_sender_restrictions"
RELAY, RECIPIENT = "smtpd_relay_restrictions", "smtpd_recipient_restrictions"
CLASSES = "smtpd_restriction_classes"
ADDRESS = "192.168.1.5"


def configuration(values: Mapping[str, str]) -> Configuration:
    """What a service sets, at level 3.6."""
    return Configuration(None, {"compatibility_level": "3.6", "myhostname": "mail.example.com", **values}, "mail")


def relay(
    values: Mapping[str, str] | str = "", trusted: str = TRUSTED, name: str | None = None, client: str = ADDRESS
) -> Relay:
    """The answer about a client; a text is smtpd_relay_restrictions."""
    if isinstance(values, str):
        values = {RELAY: values}
    return Relaying(configuration(values), Machine()).of(client, name, trusted)


def test_the_default_lets_those_of_mynetworks_relay() -> None:
    """The word and its list are told, and what would refuse otherwise."""
    assert relay({}) == (
        YES,
        "permit_mynetworks",
        RELAY,
        "in mynetworks, and permit_mynetworks permits it before defer_unauth_destination",
        Place(),
    )
    assert relay({}, NOT_TRUSTED) == (
        NO,
        "defer_unauth_destination",
        RELAY,
        "not in mynetworks, and nothing permits it before defer_unauth_destination",
        Place(),
    )


@pytest.mark.parametrize(
    ("values", "told"),
    [
        (
            {CLIENT: "permit_mynetworks, reject"},
            ("permit_mynetworks", RELAY, "permit_mynetworks permits it before defer_unauth_destination"),
        ),
        (
            {RELAY: "sleep 0, permit_sasl_authenticated, permit_mynetworks, warn_if_reject reject, reject, defer"},
            ("permit_mynetworks", RELAY, "permit_mynetworks permits it before reject"),
        ),
        (
            {RELAY: "a, reject", RECIPIENT: "b, defer", CLASSES: "a b", "a": "permit_mynetworks", "b": "permit"},
            ("permit_mynetworks", "a", "permit_mynetworks permits it, and nothing refuses it"),
        ),
        (
            {RELAY: "a, reject", RECIPIENT: "permit_mynetworks, defer", CLASSES: "a", "a": "permit"},
            ("permit_mynetworks", RECIPIENT, "permit_mynetworks permits it before defer"),
        ),
    ],
    ids=["two lists", "before several", "classes", "a class and a list"],
)
def test_the_word_that_lets_a_client_pass_is_told(values: Mapping[str, str], told: tuple[str, str, str]) -> None:
    """Of several lists the one for recipients; a word in a class stands in no list, and what follows is not told."""
    word, parameter, reason = told
    assert relay(values) == (YES, word, parameter, f"in mynetworks, and {reason}", Place())


def test_a_list_that_no_restriction_asks_is_told() -> None:
    """To be in mynetworks is not enough."""
    found = relay("permit_sasl_authenticated, reject_unauth_destination, permit_mynetworks")
    assert found.verdict == NO
    assert found.reason == "in mynetworks, but nothing permits it before reject_unauth_destination"


def test_the_word_has_its_place_in_main_cf() -> None:
    """Also over several lines; in a value with a $name only the line is known."""
    text = f"compatibility_level = 3.6\n{RELAY} =\n  permit_mynetworks\n  reject_unauth_destination\n"
    found = Relaying(Configuration(parse(text), None, "mail"), Machine()).of(ADDRESS, None, NOT_TRUSTED)
    assert (found.restriction, found.place.line, found.place.column) == ("reject_unauth_destination", 4, 3)
    text = f"compatibility_level = 3.6\nmine = permit_mynetworks\n{RELAY} = $mine, reject\n"
    found = Relaying(Configuration(parse(text), None, "mail"), Machine()).of(ADDRESS, None, NOT_TRUSTED)
    assert (found.restriction, found.place.line, found.place.column) == ("reject", 3, None)


def test_both_lists_for_recipients_have_to_let_it_pass() -> None:
    """What permits ends one list, and not the other."""
    assert relay({RELAY: "permit_mynetworks, reject", RECIPIENT: "reject_unauth_destination"}).verdict == NO
    assert relay({RELAY: "permit_mynetworks, reject", RECIPIENT: "permit_mynetworks, reject"}).verdict == YES


@pytest.mark.parametrize("parameter", [CLIENT, "smtpd_helo_restrictions", SENDER])
def test_a_refusal_in_any_list_ends_all(parameter: str) -> None:
    """The lists for client, EHLO and sender are asked before the recipient is accepted."""
    found = relay({parameter: "permit_sasl_authenticated, reject"})
    assert (found.verdict, found.restriction, found.parameter) == (NO, "reject", parameter)


@pytest.mark.parametrize(("level", "first"), [("2", RECIPIENT), ("3.6", RELAY)])
def test_the_level_says_which_list_refuses_first(level: str, first: str) -> None:
    """smtpd_relay_before_recipient_restrictions depends on compatibility_level."""
    found = relay({"compatibility_level": level, RELAY: "reject", RECIPIENT: "reject"})
    assert found.parameter == first


def test_at_level_0_nothing_is_required_by_default_and_smtpd_does_not_start() -> None:
    """The default of smtpd_relay_restrictions is empty there."""
    found = relay({"compatibility_level": "0"})
    assert found.verdict == NO
    assert found.reason.startswith("smtpd does not start: in parameter smtpd_relay_restrictions or smtpd_recipient_")
    assert relay({"compatibility_level": "0", RECIPIENT: "permit_mynetworks, reject"}).verdict == YES


@pytest.mark.parametrize(
    ("asks", "depends_on"),
    [
        ("check_policy_service unix:private/policy", "a policy service"),
        ("reject_rbl_client zen.example.org", "DNS"),
        ("reject_unknown_client_hostname", "the client's host name in DNS"),
        ("reject_unverified_recipient", "mail that Postfix sends to probe the address"),
        ("permit_naked_ip_address", "the version of Postfix: 3.9 and later do not know the word"),
        ("reject_plaintext_session", "whether the client encrypts the session"),
        ("check_client_access pcre:/etc/postfix/client", "a table that only Postfix can read"),
        ("check_sender_access inline:{example.org=REJECT}", "the sender"),
        ("check_recipient_access inline:{example.org=REJECT}", "the recipient"),
        ("check_client_access inline:{example.org=REJECT}", "the client's host name"),
    ],
)
def test_what_is_asked_outside_is_never_guessed(asks: str, depends_on: str) -> None:
    """Before permit_mynetworks the verdict hangs on it; after it does not."""
    found = relay(f"{asks}, permit_mynetworks, reject")
    assert (found.verdict, found.restriction) == (CANNOT_TELL, asks.partition(" ")[0])
    assert found.reason == f"{asks} depends on {depends_on}; if it decides nothing, the client may relay"
    if "host name" not in depends_on:
        assert relay(f"{asks}, permit_mynetworks, reject", name="mail.example.com") == found
    assert relay(f"permit_mynetworks, {asks}, reject").verdict == YES


def test_what_can_only_refuse_does_not_matter_to_those_who_are_refused() -> None:
    """All ways end alike."""
    found = relay("reject_rbl_client zen.example.org, permit_mynetworks, reject_unauth_destination", NOT_TRUSTED)
    assert (found.verdict, found.restriction) == (NO, "reject_unauth_destination")


def test_what_can_permit_matters_to_those_who_are_refused() -> None:
    """A policy service may say OK; if it does not, the reason is the next word."""
    found = relay("check_policy_service unix:policy, reject", NOT_TRUSTED)
    assert found.verdict == CANNOT_TELL
    assert found.reason.endswith("the client may not relay: not in mynetworks, and nothing permits it before reject")
    assert relay("permit_inet_interfaces, reject", NOT_TRUSTED).verdict == CANNOT_TELL
    assert relay("permit_inet_interfaces, permit_mynetworks, reject").verdict == YES


def test_of_several_doubts_that_one_is_told_on_which_it_hangs() -> None:
    """The list in DNS could only refuse, and the client is refused in any case but the other."""
    found = relay("reject_rbl_client zen.example.org, check_policy_service unix:policy, reject", NOT_TRUSTED)
    assert (found.verdict, found.restriction) == (CANNOT_TELL, "check_policy_service")


def test_a_list_of_networks_that_cannot_be_decided_leaves_it_open() -> None:
    """Unless another word decides before it."""
    assert relay("permit_mynetworks, reject", CANNOT_TELL).restriction == "permit_mynetworks"
    assert relay("permit_mynetworks, reject", CANNOT_TELL).verdict == CANNOT_TELL
    assert relay("reject", CANNOT_TELL).verdict == NO


def test_a_client_is_ordinary() -> None:
    """What checks the form and existence of names and domains lets it pass."""
    forms = [word for word, does in WORDS.items() if word.startswith("reject_") and does.effects == ("next",)]
    assert len(forms) > 10
    assert relay(", ".join([*forms, "permit_mynetworks", "reject"])).verdict == YES


@pytest.mark.parametrize(
    ("word", "name", "verdict"),
    [
        ("reject_unknown_client_hostname", "mail.example.com", YES),
        ("reject_unknown_client_hostname", "www.example.com", YES),
        ("reject_unknown_client_hostname", "unknown", NO),
        ("reject_unknown_client_hostname", None, CANNOT_TELL),
        ("reject_unknown_client", "unknown", NO),
        ("reject_unknown_reverse_client_hostname", "mail.example.com", YES),
        ("reject_unknown_reverse_client_hostname", "unknown", CANNOT_TELL),  # it may have one that leads elsewhere
    ],
)
def test_a_name_decides_where_one_is_asked_for(word: str, name: str | None, verdict: str) -> None:
    """A name that is given leads to the address and back; "unknown" is smtpd's word for none."""
    assert relay(f"{word}, permit_mynetworks, reject", name=name).verdict == verdict


def test_without_a_delay_a_list_knows_only_what_was_said_before_it() -> None:
    """The recipient is not yet there when the client is judged; with a delay it is."""
    for word in (
        "reject_unauth_destination",
        "check_recipient_access static:REJECT",
        "check_sender_access static:REJECT",
    ):
        assert relay({CLIENT: word}).verdict == NO
        assert relay({CLIENT: word, "smtpd_delay_reject": "no"}).verdict == YES
    assert relay({CLIENT: "reject", "smtpd_delay_reject": "no"}).verdict == NO


def test_a_warning_takes_refusals_from_one_word_or_from_all_of_a_class() -> None:
    """And only from those; a fault stays one."""
    assert relay("warn_if_reject reject, permit_mynetworks, reject").verdict == YES
    assert relay("warn_if_reject sleep 0, reject_unauth_destination").verdict == NO
    values = {RELAY: "warn_if_reject a, permit_mynetworks, reject", CLASSES: "a", "a": "warn_if_reject reject, reject"}
    assert relay(values).verdict == YES
    assert relay({**values, "a": "warn_if_reject reject, misspelt"}).verdict == NO
    assert relay({**values, RELAY: "a, permit_mynetworks, reject"}).verdict == NO


def test_login_names_matter_only_with_maps_and_sasl() -> None:
    """Without them smtpd ignores such words."""
    values = {RELAY: "reject_sender_login_mismatch, permit_mynetworks, reject"}
    assert relay(values).verdict == YES
    values["smtpd_sender_login_maps"] = "inline:{a@example.org=a}"
    assert relay(values).verdict == YES
    assert relay({**values, "smtpd_sasl_auth_enable": "yes"}).verdict == CANNOT_TELL


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ("permit_mynetwork, reject", "smtpd knows no restriction permit_mynetwork, and answers 451"),
        ("check_client_access hash, reject", "check_client_access hash: need maptype:mapname, and smtpd answers 451"),
        ("sleep long, reject", "sleep long must be followed by a number"),
        ({CLIENT: "check_policy_service"}, "check_policy_service must be followed by transport:server"),
        ("{inline:{a=b}}, reject", "{inline:{a=b}} is no table"),
        ("check_client_access inline:{192.168=}, reject", "has an empty result"),
        ("check_client_access inline:{192.168=ALLOW}, reject", "smtpd knows no restriction ALLOW"),
        ("check_client_access static:static:OK, reject", "has static:OK, and smtpd answers 451"),
        ("check_client_access static:DISCARD, reject", "smtpd accepts the message and throws it away"),
        ("check_reverse_client_hostname_access static:OK, reject", "which may not permit there"),
        ("check_reverse_client_hostname_access static:permit_mynetworks, reject", "which may not permit there"),
        ({CLIENT: "defer_if_permit"}, "defer_if_permit puts off what would be accepted"),
        ("check_client_access texthash:/nonexistent, reject", "open database /nonexistent: No such file or directory"),
        ("check_client_access fail:x, reject", "fail:x lookup error"),
        ({CLIENT: "a", CLASSES: "a", "a": "a"}, "restriction class a names itself"),
        ({CLIENT: "a", CLASSES: "a", "a": "check_client_access static:a"}, "restriction class a names itself"),
    ],
)
def test_what_smtpd_cannot_use_refuses_everybody_who_comes_so_far(values: Mapping[str, str] | str, words: str) -> None:
    """A trusted client too; warn_if_reject or a word after it change nothing."""
    found = relay(values)
    assert found.verdict == NO
    assert words in found.reason


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({CLASSES: "a"}, "restriction class `a' needs a definition"),
        ({"smtpd_delay_reject": "true"}, "bad boolean configuration: smtpd_delay_reject = true"),
        (
            {RELAY: "permit_mynetworks, check_policy_service x, reject"},
            'need service transport:endpoint instead of "x"',
        ),
        ({RELAY: "permit_mynetworks, check_policy_service { unix:x, y }, reject"}, "need service transport:endpoint"),
        ({CLIENT: "permit_mynetworks, check_client_access cidr:"}, "open dictionary: expecting"),
        ({RELAY: "permit_mynetworks"}, "specify at least one working instance of: reject_unauth_destination, "),
        ({RELAY: "permit_mynetworks, a", CLASSES: "a", "a": "a"}, "restriction class a names itself"),
        ({RELAY: "${permit_mynetworks"}, "macro processing error"),
    ],
)
def test_a_service_that_does_not_start_lets_nobody_relay(values: Mapping[str, str], words: str) -> None:
    """Whatever stands before the fault."""
    found = relay(values)
    assert found.verdict == NO
    assert found.reason.startswith("smtpd does not start: ")
    assert words in found.reason


def test_a_value_that_only_postfix_knows_leaves_it_open() -> None:
    """A default that is not known is not guessed."""
    assert relay({RELAY: "$smtpd_tls_cert_file, reject"}).verdict == CANNOT_TELL


def test_a_table_that_is_readable_decides(tmp_path: Path) -> None:
    """By address, by each of the networks before its dots, by name and by the domains above it."""
    table = tmp_path / "access"
    table.write_text("192.168.1 OK\nExample.NET OK\n10.0.0.1 REJECT\n")
    text = f"check_client_access texthash:{table}, reject_unauth_destination"
    assert relay(text, NOT_TRUSTED, "unknown").reason == (
        f"not in mynetworks, but check_client_access texthash:{table} permits it before reject_unauth_destination"
    )
    assert relay(text, NOT_TRUSTED, "a.b.example.net", "192.0.2.1").verdict == YES
    assert relay(text, NOT_TRUSTED, "unknown", "192.0.2.1").verdict == NO
    assert relay(f"check_client_access texthash:{table}, permit_mynetworks, reject", client="10.0.0.1", name="x").reason
    only_dots = {RELAY: text, "parent_domain_matches_subdomains": "mynetworks"}
    assert relay(only_dots, NOT_TRUSTED, "a.b.example.net", "192.0.2.1").verdict == NO


def test_a_mapped_client_is_asked_for_as_an_ipv4_client() -> None:
    """Unless Postfix speaks IPv6 alone."""
    text = "check_client_access inline:{192.168.1.5=OK}, reject"
    assert relay(text, NOT_TRUSTED, "unknown", "::ffff:192.168.1.5").verdict == YES
    assert relay({RELAY: text, "inet_protocols": "ipv6"}, NOT_TRUSTED, "unknown", "::ffff:192.168.1.5").verdict == NO


def test_only_an_address_is_a_client() -> None:
    """A name alone cannot be followed."""
    with pytest.raises(AddressTextError):
        relay(client="mail.example.com")


def test_lists_that_would_take_for_ever_are_left() -> None:
    """Forty classes that each name the next one twice make a million million words."""
    values = {CLASSES: " ".join(f"c{number}" for number in range(40)), RELAY: "c0, permit_mynetworks, reject"}
    values.update({f"c{number}": f"c{number + 1}, c{number + 1}" for number in range(39)}, c39="sleep 0")
    assert relay(values).verdict == CANNOT_TELL
    assert missing_required(configuration({**values, RELAY: "c0"})) is not None
    deep = {CLASSES: " ".join(f"c{number}" for number in range(900)), RELAY: "c0, permit_mynetworks, reject"}
    deep.update({f"c{number}": f"c{number + 1}" for number in range(899)}, c899="sleep 0")
    assert relay(deep).verdict == CANNOT_TELL
    assert relay({**deep, RELAY: "permit_mynetworks, reject", CLIENT: "c0"}).verdict == CANNOT_TELL


def test_many_doubts_are_followed_in_one_go() -> None:
    """A list of a hundred lists in DNS does not double the ways with each."""
    lists = ", ".join(f"reject_rbl_client {number}.example.org" for number in range(100))
    assert relay(f"{lists}, permit_mynetworks, reject").restriction == "reject_rbl_client"
    assert relay(f"{lists}, permit_mynetworks, reject", NOT_TRUSTED).verdict == NO
