"""How a parameter's value is split into words, and which of them must be known."""

from __future__ import annotations

from functools import partial

import pytest
from hypothesis import given, strategies as st

from ifdiscover._postfix.syntax.words import ADDRESS_SEPARATORS, WHITE_SPACE, known_words, shortened, split, trimmed
from ifdiscover.errors import StyleError


def test_white_space_round_a_value_is_more_than_what_separates_words() -> None:
    """A vertical tab ends no word, and a newline no address."""
    assert trimmed(f"{WHITE_SPACE}a b{WHITE_SPACE}") == "a b"
    assert split("a\vb, c\nd") == ["a\vb", "c", "d"]
    assert split("a\nb, c", ADDRESS_SEPARATORS) == ["a\nb", "c"]


def test_no_other_blank_is_white_space() -> None:
    """Python knows more of them."""
    assert trimmed("\x1c\x85\u2003a\xa0") == "\x1c\x85\u2003a\xa0"


def test_words_are_known_in_any_order_and_number_but_not_in_capitals() -> None:
    """The error has Postfix's sentence, with the whole value."""
    known = partial(known_words, known=("a", "b", "c"), what="thing", error=StyleError, remedy="write one")
    assert known(" b, a b ") == {"a", "b"}
    with pytest.raises(StyleError) as caught:
        known(" a B ")
    assert caught.value.postfix_says == 'unknown thing value "B" in "a B"'


@given(st.text(max_size=12), st.integers(0, 12))
def test_a_text_is_shortened_to_bytes(text: str, size: int) -> None:
    """Of a character that is cut, its first bytes remain."""
    raw = text.encode("utf-8", "surrogateescape")
    shown = shortened(text, size)
    assert shown == text if len(raw) <= size else shown.encode("utf-8", "surrogateescape") == raw[:size] + b"..."
