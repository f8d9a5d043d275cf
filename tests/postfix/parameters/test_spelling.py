"""Which name was probably meant."""

from __future__ import annotations

import pytest

from ifdiscover._postfix.check.values import CHECKED
from ifdiscover._postfix.parameters.spelling import meant


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
