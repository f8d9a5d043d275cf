"""Places, as people read them."""

from __future__ import annotations

from support.made import address

from ifdiscover._postfix.syntax.findings import Place, place_in_text


def test_a_place_says_as_much_as_is_known() -> None:
    """File, line and column; of what stands in no file the column alone, of what is nowhere nothing."""
    assert str(Place("main.cf", 3, 7)) == "main.cf, line 3, column 7"
    assert str(Place("main.cf", 3)) == "main.cf, line 3"
    assert str(place_in_text(6)) == "column 7"
    assert str(Place()) == ""


def test_a_place_in_a_computed_list_is_what_made_it() -> None:
    """The addresses, each with its interface."""
    made = Place(sources=(address("192.0.2.7", "255.255.255.0"), address("192.0.2.8", "255.255.255.0")))
    assert str(made) == "192.0.2.7 on eth0, 192.0.2.8 on eth0"
