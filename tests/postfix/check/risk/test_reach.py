"""What each element of a list trusts, after those before it: the same as the list decides about each client."""

from __future__ import annotations

from socket import AF_INET, inet_ntop

import pytest
from hypothesis import given, strategies as st

from ifdiscover._packed import cut, pattern_text
from ifdiscover._postfix.check.elements.order import network_of
from ifdiscover._postfix.check.risk.reach import Reach
from ifdiscover._postfix.lists.match_list import MatchList


@st.composite
def lists(draw: st.DrawFn) -> str:
    """Networks inside 203.0.113.0/24, some of them excluded."""
    words = []
    for _ in range(draw(st.integers(0, 8))):
        length = draw(st.integers(24, 32))
        packed = cut(bytes([203, 0, 113, draw(st.integers(0, 255))]), length)
        words.append(draw(st.sampled_from(["", "!"])) + pattern_text(AF_INET, packed, length))
    return " ".join(words)


@given(lists())
def test_an_element_reaches_the_clients_about_which_it_decides(text: str) -> None:
    """Counted one by one, with the decision of the list itself."""
    match_list = MatchList(text)
    reach = Reach(match_list)
    deciding: list[int] = []
    for last in range(256):
        decision = match_list.decide(inet_ntop(AF_INET, bytes([203, 0, 113, last])))
        if decision.trusted:
            deciding.append((decision.number or 0) - 1)
    for number, element in enumerate(match_list.elements):
        network = network_of(element)
        assert network is not None
        assert reach.addresses(network, number) == deciding.count(number) == reach.public(network, number)
    assert reach.public_by_element(AF_INET) == {number: deciding.count(number) for number in deciding}


@pytest.mark.parametrize(
    ("text", "public"),
    [
        ("0.0.0.0/8 127.0.0.0/8 10.0.0.0/8", {}),
        ("!192.0.2.0/25 192.0.2.0/24", {1: 128}),
        ("192.0.2.0/24 !192.0.2.0/25 192.0.2.0/24", {0: 256}),
        ("example.com hash:/nosuch 192.0.2.7", {2: 1}),
        ("cidr:{{192.0.2.0/30 x}, {198.51.100.0/31 y}}", {0: 6}),
        ("!cidr:{{192.0.2.0/30 x}} 192.0.2.0/29", {1: 4}),
        ("192.0.2.9/24 192.0.2.8/29", {1: 8}),
    ],
)
def test_exclusions_tables_and_faults_count_as_what_they_are(text: str, public: dict[int, int]) -> None:
    """What cannot be asked matches nobody."""
    assert Reach(MatchList(text)).public_by_element(AF_INET) == public
