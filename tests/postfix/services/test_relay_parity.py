"""May a client relay? What is said of restriction lists is what a real smtpd does with them."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest
from support.namespaces import Namespace
from support.need import need
from support.postfix.live_relay import NO, YES, RelaySmtpd
from support.postfix.live_smtpd import why_no_smtpd
from support.postfix.name_server import name_server
from support.postfix.restriction_cases import FIELD, IN_DOUBT, random_case

from ifdiscover._postfix.lists.match_list import CANNOT_TELL, MatchList
from ifdiscover._postfix.parameters.configuration import Configuration
from ifdiscover._postfix.services.restrictions import Relaying
from ifdiscover._postfix.syntax.machine import Machine

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ifdiscover._postfix.services.restrictions import Relay

pytestmark = pytest.mark.netns

NETWORKS = "192.168.1.0/24 [2001:db8::]/64"

# Address and name; "unknown": DNS has no name for it.
CLIENTS = [
    ("192.168.1.5", "mail.example.com"),
    ("192.168.1.5", "unknown"),
    ("10.0.0.1", "mail.example.net"),
    ("10.0.0.1", "unknown"),
    ("2001:db8::1", "mail.example.com"),
    ("2001:db8:1::1", "unknown"),
]
RANDOM_CASES = 60


@pytest.fixture(scope="module")
def namespace() -> Iterator[Namespace]:
    """One in which names can be looked up."""
    need(why_no_smtpd())
    with Namespace() as it, name_server(it):
        yield it


def instance(cases: list[dict[str, str]], namespace: Namespace) -> RelaySmtpd:
    """A Postfix that asks DNS."""
    asks_dns = {"disable_dns_lookups": None, "mynetworks": NETWORKS}
    return RelaySmtpd(cases, parameters=asks_dns, namespace=namespace)


@pytest.fixture(scope="module")
def field(namespace: Namespace) -> Iterator[RelaySmtpd]:
    """One service for each shape of the field."""
    it = instance(list(FIELD.values()), namespace)
    with it:
        yield it


def ours(case: Mapping[str, str], client: str, name: str | None) -> Relay:
    """What ifdiscover says of a service."""
    values = {"compatibility_level": "3.6", "myhostname": "mail.example.com", "mynetworks": NETWORKS, **case}
    trusted = MatchList(values["mynetworks"]).decide(client).verdict
    return Relaying(Configuration(None, values, "mail"), Machine()).of(client, name, trusted)


def real(smtpd: RelaySmtpd, number: int, client: str, name: str) -> str:
    """What smtpd says. A service that does not start lets nobody relay."""
    return YES if smtpd.may_relay(number, client, None if name == "unknown" else name) == YES else NO


@pytest.mark.parametrize("shape", FIELD)
def test_shapes_of_the_field_let_those_relay_whom_smtpd_lets(shape: str, field: RelaySmtpd) -> None:
    """Yes and no are smtpd's; where something outside decides, neither is said."""
    number = list(FIELD).index(shape)
    said = {client: ours(FIELD[shape], *client) for client in CLIENTS}
    doubted = {client for client, relay in said.items() if relay.verdict == CANNOT_TELL}
    assert {address for address, _ in doubted} == IN_DOUBT.get(shape, set())
    wrong = {
        client: (relay, real(field, number, *client))
        for client, relay in said.items()
        if client not in doubted and relay.verdict != real(field, number, *client)
    }
    assert wrong == {}


@pytest.mark.parametrize("shape", FIELD)
def test_without_a_name_the_answer_holds_for_every_name(shape: str, field: RelaySmtpd) -> None:
    """A verdict on an address alone is smtpd's for that address, whatever the client is called."""
    number = list(FIELD).index(shape)
    for client, name in CLIENTS:
        relay = ours(FIELD[shape], client, None)
        assert relay.verdict in (CANNOT_TELL, real(field, number, client, name)), (client, name, relay)


@pytest.mark.parametrize("seed", range(4))
def test_no_random_list_lets_relay_whom_smtpd_refuses(seed: int, namespace: Namespace) -> None:
    """Nor the other way round; and most of them are decided."""
    source = random.Random(seed)
    cases = [random_case(source) for _ in range(RANDOM_CASES)]
    counts = {YES: 0, NO: 0, CANNOT_TELL: 0}
    smtpd = instance(cases, namespace)
    with smtpd:
        for number, case in enumerate(cases):
            for client, name in CLIENTS:
                answer = real(smtpd, number, client, name)
                for known in (name, None):
                    relay = ours(case, client, known)
                    counts[relay.verdict] += 1
                    assert relay.verdict in (CANNOT_TELL, answer), (case, client, name, relay)
    assert counts[YES] > 20
    assert counts[NO] > 20
    assert counts[CANNOT_TELL] < (counts[YES] + counts[NO]) / 4
