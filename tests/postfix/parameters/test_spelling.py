"""Which name was probably meant."""

from __future__ import annotations

from functools import cache

import pytest
from hypothesis import given, strategies as st

from ifdiscover._postfix.check.values import CHECKED
from ifdiscover._postfix.parameters.spelling import _steps, meant


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("mynetwork", "mynetworks"),
        ("mynetowrks", "mynetworks"),
        ("my_networks", "mynetworks"),
        ("MYNETWORKS", "mynetworks"),
        ("mynetworks_styel", "mynetworks_style"),
        ("mynetwork-style", "mynetworks_style"),
        ("inet_interface", "inet_interfaces"),
        ("smtp_bind_adress6", "smtp_bind_address6"),
        ("smtp_bind_addr", ""),
        ("mynetworks_table", ""),
        ("mynetworks_file", ""),
        ("mynetworks2", ""),
        ("mynetworks_style2", ""),
        ("smtp_bind_address4", ""),
        ("mynets", ""),
        ("x", ""),
        ("", ""),
        ("m" * 100_000, ""),
    ],
)
def test_at_most_two_letters_part_a_name_from_the_one_that_is_meant(name: str, expected: str) -> None:
    """In letters changed, added, removed or exchanged. Digits are no letters."""
    assert meant(name, CHECKED) == expected


def test_the_nearest_name_is_meant_and_none_of_two_that_are_as_near() -> None:
    """Whatever their order. In short names fewer letters may differ."""
    assert meant("lan_netz", ["lan_nets", "lan_neat"]) == "lan_nets"
    assert meant("lan_netz", ["lan_neat", "lan_nets"]) == "lan_nets"
    assert meant("lan_netz", ["lan_nets", "lan_neta"]) == ""
    assert meant("lann", ["lans"]) == "lans"
    assert meant("lnn", ["lan"]) == ""
    assert meant("laus", ["lans"]) == "lans"
    assert meant("xaus", ["lans"]) == ""


@cache
def steps(name: str, other: str) -> int:
    """By definition: what changes the ends, and the fewest steps for the rest."""
    if not name or not other:
        return len(name) + len(other)
    ways = [
        steps(name[:-1], other) + 1,
        steps(name, other[:-1]) + 1,
        steps(name[:-1], other[:-1]) + (name[-1] != other[-1]),
    ]
    if name[-2:] == other[-2:][::-1] and len(name) > 1 < len(other):
        ways.append(steps(name[:-2], other[:-2]) + 1)
    return min(ways)


@given(st.text("abc", max_size=6), st.text("abc", max_size=6))
def test_the_letters_that_differ_are_the_fewest_that_can_be(name: str, other: str) -> None:
    """Changed, added, removed, or exchanged with the next one; from either side."""
    assert _steps(name, other) == _steps(other, name) == steps(name, other)


@pytest.mark.parametrize(
    ("name", "other", "count"),
    [
        ("", "", 0),
        ("", "ab", 2),
        ("ab", "", 2),
        ("ab", "ba", 1),
        ("abc", "bac", 1),
        ("abc", "acb", 1),
        ("abcd", "badc", 2),
        ("abc", "cab", 2),
        ("aab", "aba", 1),
        ("ab", "cba", 2),
        ("bca", "ab", 3),
        ("abab", "baba", 2),
        ("aaa", "a", 2),
        ("aaaa", "aa", 2),
    ],
)
def test_letters_are_exchanged_in_one_step(name: str, other: str, count: int) -> None:
    """At the beginning, in the midst and at the end; only neighbours are."""
    assert _steps(name, other) == steps(name, other) == count
