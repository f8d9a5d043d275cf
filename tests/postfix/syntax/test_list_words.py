"""How the text of a match list is cut into words, and braces into what they hold."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from ifdiscover._postfix.syntax.list_words import (
    BraceError,
    balanced_length,
    fold_case,
    inside_braces,
    list_words,
    with_negation,
)

WORDS = {
    "separators": (" a,b\tc\r\nd ", ["a", "b", "c", "d"]),
    "vertical tab": ("a\vb", ["a\vb"]),
    "braces": ("x{a, b}y {c {d e}}", ["x{a, b}y", "{c {d e}}"]),
    "open brace": ("a {b, c", ["a", "{b, c"]),
    "stray closing brace": ("a} b", ["a}", "b"]),
    "quotes and brackets": ('"a b" [c d]', ['"a', 'b"', "[c", "d]"]),
    "NUL": ("a b\0c d", ["a", "b"]),
    "NUL in braces": ("{a b\0c} d", ["{a b"]),
}


@pytest.mark.parametrize(("text", "words"), WORDS.values(), ids=WORDS)
def test_a_list_is_cut_at_separators_outside_braces(text: str, words: list[str]) -> None:
    """Nothing else keeps a word together."""
    assert [word for _offset, word in list_words(text)] == words


@given(st.text("ab {},\t\0"))
def test_a_word_stands_at_its_offset(text: str) -> None:
    """With braces and without."""
    assert all(text.startswith(word, offset) for offset, word in list_words(text))


def test_braces_end_where_as_many_are_closed_as_opened() -> None:
    """A text that begins with none has no such place."""
    assert [balanced_length(text) for text in ("{a{b}c}d", "{}", "{a", "a{b}", "}", "")] == [7, 2, 0, 0, 0, 0]
    assert inside_braces("{ a {b} }") == "a {b}"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("a", "no '{' at start of text in \"a\""),
        ("{a", "missing '}' in \"{a\""),
        ("{a}b", "syntax error after '}' in \"{a}b\""),
    ],
)
def test_what_is_no_pair_of_braces_is_told_in_postfixs_words(text: str, sentence: str) -> None:
    """Each with what is missing or too much."""
    with pytest.raises(BraceError) as caught:
        inside_braces(text)
    assert str(caught.value) == sentence


def test_a_suggestion_is_negated_as_the_word_is() -> None:
    """Nothing is suggested where nothing is known."""
    assert [with_negation(word, "b") for word in ("a", "!a", "!!a!")] == ["b", "!b", "!!b"]
    assert with_negation("!a", "") == ""
    assert with_negation("!a", "postmap hash:/a") == "postmap hash:/a"


def test_words_are_compared_without_their_case() -> None:
    """Of ASCII alone as C does it, of others as Unicode does."""
    assert [fold_case(word) for word in ("EXAMPLE.com", "STRASSE", "Straße")] == ["example.com", "strasse", "strasse"]
