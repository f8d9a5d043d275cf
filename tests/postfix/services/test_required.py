"""smtpd starts only with a restriction that refuses strangers, and with lists that it can read."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ifdiscover._postfix.lists.match_list import CANNOT_TELL, TRUSTED
from ifdiscover._postfix.parameters.configuration import Configuration
from ifdiscover._postfix.parameters.main_cf import parse
from ifdiscover._postfix.services.restrictions import NO, YES, Relaying, missing_required
from ifdiscover._postfix.syntax.machine import Machine

if TYPE_CHECKING:
    from collections.abc import Mapping

CLIENT, RELAY, RECIPIENT = "smtpd_client_restrictions", "smtpd_relay_restrictions", "smtpd_recipient_restrictions"
CLASSES = "smtpd_restriction_classes"


def configuration(values: Mapping[str, str]) -> Configuration:
    """What a service sets, at level 3.6."""
    return Configuration(None, {"compatibility_level": "3.6", "myhostname": "mail.example.com", **values}, "mail")


def relay(values: Mapping[str, str]) -> tuple[str, str]:
    """The verdict on a trusted client, and its reason."""
    found = Relaying(configuration(values), Machine()).of("192.168.1.5", None, TRUSTED)
    return found.verdict, found.reason


@pytest.mark.parametrize(
    ("values", "is_missing"),
    [
        ({}, False),
        ({"compatibility_level": "0"}, True),
        ({RELAY: "permit_mynetworks"}, True),
        ({RELAY: "permit_mynetworks", RECIPIENT: "Defer_Unauth_Destination"}, False),
        ({RELAY: "permit, reject"}, True),
        ({RELAY: "warn_if_reject reject"}, True),
        ({RELAY: "warn_if_reject warn_if_reject reject"}, False),
        ({RELAY: "permit_mynetworks, a", CLASSES: "a", "a": "permit_sasl_authenticated, defer"}, False),
        ({RELAY: "permit_mynetworks, a", "a": "reject"}, True),
        ({RELAY: "permit_mynetworks, reject_unlisted_recipient"}, True),
        ({CLIENT: "reject", RELAY: ""}, True),
    ],
)
def test_what_is_required_is_looked_for_as_smtpd_does(values: dict[str, str], is_missing: bool) -> None:
    """In the two lists for recipients and their classes; not after permit, and not after warn_if_reject."""
    assert (missing_required(configuration(values)) is not None) is is_missing


def test_of_a_class_that_names_itself_nothing_is_missed() -> None:
    """Of that smtpd dies before it looks for more."""
    assert missing_required(configuration({RELAY: "permit_mynetworks, a", CLASSES: "a", "a": "a"})) is None


def test_what_is_missing_is_told_in_postfixs_words() -> None:
    """With the place of the list."""
    main_cf = parse(f"compatibility_level = 3.6\n{RELAY} = permit_mynetworks\n")
    found = missing_required(Configuration(main_cf, None, "mail"))
    assert found is not None
    assert found.postfix_says == (
        "in parameter smtpd_relay_restrictions or smtpd_recipient_restrictions, specify at least one working instance "
        "of: reject_unauth_destination, defer_unauth_destination, reject, defer, defer_if_permit or check_relay_domains"
    )
    assert (found.parameter, found.place.line) == (RELAY, 2)


@pytest.mark.parametrize(
    ("values", "suggestion"),
    [
        ({RELAY: "permit_mynetworks"}, f"{RELAY} = permit_mynetworks, reject_unauth_destination"),
        (
            {RELAY: "", RECIPIENT: "permit_mynetworks,sleep 1"},
            f"{RECIPIENT} = permit_mynetworks, sleep, 1, reject_unauth_destination",
        ),
        (
            {"compatibility_level": "0"},
            f"{RELAY} = permit_mynetworks, permit_sasl_authenticated, reject_unauth_destination",
        ),
        ({RELAY: "permit"}, ""),
        ({RELAY: "warn_if_reject"}, ""),
    ],
)
def test_what_to_write_is_the_list_and_what_it_lacks(values: dict[str, str], suggestion: str) -> None:
    """Nothing, where that would not help."""
    found = missing_required(configuration(values))
    assert found is not None
    assert found.suggestion == suggestion


@pytest.mark.parametrize(
    ("server", "starts"),
    [
        ("unix:private/policy", True),
        ("{ unix:private/policy, timeout=10s, default_action=DUNNO }", True),
        ("{ inet:192.0.2.1:10031 }", True),
        ("{ unix:private/policy, timeout }", False),
        ("{ private, timeout=10s }", False),
        ("{}", False),
        ("private", False),
        ("{unix:private/policy}x", False),
    ],
)
def test_a_policy_server_is_a_transport_and_an_endpoint(server: str, starts: bool) -> None:
    """And settings behind them, if it stands in braces."""
    verdict, reason = relay({RELAY: f"permit_mynetworks, check_policy_service {server}, reject"})
    assert (verdict, reason.startswith("smtpd does not start: need service transport:")) == (
        (YES, False) if starts else (NO, True)
    )


@pytest.mark.parametrize(("count", "followed"), [(99, True), (100, True), (101, False)])
def test_a_hundred_classes_within_each_other_are_followed(count: int, followed: bool) -> None:
    """In the search for what is required too; with more, nothing is told."""
    names = [f"c{number}" for number in range(count)]
    classes = {CLASSES: " ".join(names), **dict(zip(names, names[1:])), names[-1]: "sleep 0"}
    assert relay({**classes, CLIENT: "c0"})[0] == (YES if followed else CANNOT_TELL)
    verdict, reason = relay({**classes, RELAY: "c0, permit_mynetworks, reject"})
    assert verdict == (YES if followed else CANNOT_TELL)
    assert followed or reason.endswith("more than 100 classes within each other")


def test_a_list_of_parents_that_cannot_be_decided_leaves_it_open() -> None:
    """Access tables might be asked for the domains above a name, or not."""
    verdict, reason = relay({"parent_domain_matches_subdomains": "pcre:/etc/postfix/parents"})
    assert verdict == CANNOT_TELL
    assert reason.startswith("parent_domain_matches_subdomains: ")
