"""JSON of a recording: what is read, at which place anything else stands, and how much there may be of it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

from ifdiscover._backends.recorded import strict_json
from ifdiscover._backends.recorded.strict_json import Field, begins_with, load, load_all, shown, text_of
from ifdiscover.errors import RecordingError

if TYPE_CHECKING:
    from collections.abc import Callable

SLOW = '{"a": "\\\\", "b": '  # a backslash lets every bracket be counted


def refusal(read: Callable[[], object]) -> str:
    """What is said of it."""
    with pytest.raises(RecordingError) as raised:
        read()
    return str(raised.value)


def test_a_document_is_told_by_its_first_bracket() -> None:
    """White space before it does not count, unless there is more of it than anybody writes."""
    assert begins_with(b"{}", b"{")
    assert begins_with(b" \t\r\n[", b"[")
    assert begins_with(b" " * 4095 + b"[", b"[")
    assert not begins_with(b" " * 4096 + b"[", b"[")
    for data in (b"", b"A[", b"{[", b"z["):
        assert not begins_with(data, b"[")


def test_bytes_that_are_no_text_are_refused_with_their_place() -> None:
    """And with what converts them."""
    assert text_of("\u00e9".encode()) == "\u00e9"
    assert refusal(lambda: text_of(b"a\xff")) == "byte 1: not UTF-8; convert it with iconv, or record the host again"


def test_a_good_document_is_read_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """White space around it is none of it."""
    for name in ("_documents", "_BRACKET_OR_STRING"):
        monkeypatch.setattr(strict_json, name, None)
    assert load(' {"a": ["b", {"c": 12345678901, "d": ""}]} \n').value == {"a": ["b", {"c": 12345678901, "d": ""}]}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "line 1, column 1: not JSON: expecting value"),
        ("{", "line 1, column 2: not JSON: expecting property name"),
        ("[1]\n x", "line 2, column 2: not JSON: extra data"),
        ("[] []", "line 1, column 4: not JSON: extra data"),
        ('{"a": "\x1b"}', "line 1, column 8: not JSON: invalid control character"),
        ('{"a": 1, "b": 2, "a": 3}', 'top: the key "a" comes twice'),
        ('{"a": [0, {"b": 1, "b": 2}]}', 'a[1]: the key "b" comes twice'),
        ('{"a": {"b": [NaN]}}', "a.b[0]: NaN is not JSON"),
        ("[-Infinity]", "[0]: -Infinity is not JSON"),
        ('{"a": 123456789012345678901}', "a: a number has at most 20 digits"),
        (f'{{"{"a" * 41}": NaN}}', f"{'a' * 37}...: NaN is not JSON"),
        (f'{{"a": {{"{"a" * 41}": NaN}}}}', f"a.{'a' * 37}...: NaN is not JSON"),
    ],
)
def test_what_is_not_json_is_refused_with_its_place(text: str, message: str) -> None:
    """And so is what JSON has and no recording may hold."""
    assert refusal(lambda: load(text)).startswith(message)


def test_a_number_of_twenty_digits_is_read() -> None:
    """Beside a string of more."""
    assert load(f'[{2**64}, "{"1" * 25}", 7]').value == [2**64, "1" * 25, 7]


def test_documents_that_begin_alike_are_read_one_by_one() -> None:
    """With the number of each in what is said of it; strings may hold control characters."""
    assert [one.value for one in load_all(' ["\x1b"] [2]\n[]\n')] == [["\x1b"], [2], []]
    assert [one.place for one in load_all("[1] [2] [3]")] == ["", "document 2: ", "document 3: "]
    assert refusal(lambda: load_all("[1] [NaN]")) == "document 2: [0]: NaN is not JSON"
    assert refusal(lambda: load_all("[1]\n{}")) == "line 2, column 1: not JSON: extra data"
    assert refusal(lambda: load_all("{}[]")) == "line 1, column 3: not JSON: extra data"
    assert refusal(lambda: load_all(" ")).startswith("line 1, column 2: not JSON: expecting value")


@pytest.mark.parametrize("begin", ["", SLOW])
@pytest.mark.parametrize("brackets", [("[", "1", "]"), ('{"a":', "1", "}"), ('[{"a":', "1", "}]")])
def test_a_document_is_as_deep_as_may_be_and_no_deeper(begin: str, brackets: tuple[str, str, str]) -> None:
    """Whichever brackets it has."""
    opening, inside, closing = brackets
    pairs = (32 - bool(begin)) // (len(closing))
    deepest = opening * pairs + inside + closing * pairs
    assert load(f"{begin}{deepest}{'}' if begin else ''}").known
    text = f"{begin}[[{deepest}]]{'}' if begin else ''}"
    assert refusal(lambda: load(text)) == "nested deeper than 32 levels"


def test_of_two_faults_the_outer_one_is_told() -> None:
    """What is inside of it is not there any more."""
    assert refusal(lambda: load('{"a": NaN, "a": 1}')) == 'top: the key "a" comes twice'


def test_levels_are_left_as_they_are_entered() -> None:
    """Many lists beside each other are no deep one and hide none, and brackets in a string are none."""
    deep = "[" * 40 + "]" * 40
    assert refusal(lambda: load(f"{SLOW}[{'[],' * 40}{deep}]}}")) == "nested deeper than 32 levels"
    assert load(f"{SLOW}[{'[],' * 40}[]]}}").known
    assert load(f'{SLOW}"{"[" * 40}"}}').known


@pytest.mark.parametrize(
    ("character", "few"), [("[", "[[[1]]]"), ("{", '[{},{},{},"\\\\"]'), (",", "[1,2,3,4]"), ("\\", '"\\\\\\n"')]
)
def test_brackets_commas_and_backslashes_are_counted_first(
    monkeypatch: pytest.MonkeyPatch, character: str, few: str
) -> None:
    """As many as may be are read."""
    monkeypatch.setattr(strict_json, "MAX_COUNTS", {character: 3})
    assert load(few).known
    assert load("[          ]").known
    message = f"more than 3 of {character} in it; no host has a recording like that"
    assert refusal(lambda: load(f"[{few}{few}{few}]")) == message


@pytest.mark.parametrize(
    "text", ["[" + "{}," * 600_000 + "1]", '"' + "\\\\" * 300_000 + '"'], ids=["objects", "backslashes"]
)
def test_there_may_be_more_than_half_a_million(text: str) -> None:
    """A host of 100,000 addresses has as many."""
    assert load(text).known


PLACES: list[tuple[Callable[[Field], object], str]] = [
    (lambda top: top.refuse("must be good"), "top: must be good, not an object"),
    (lambda top: top["a"].refuse("must be good"), "a: must be good, not a list"),
    (lambda top: top["a"].items()[1].refuse("must be good"), "a[1]: must be good, not an object"),
    (lambda top: top["a"].items()[1]["b"].text(), "a[1].b: must be a string, not 7"),
    (lambda top: top["a"].items()[1]["c"].whole(0, 9), "a[1].c: must be a whole number from 0 to 9, not null"),
    (lambda top: top["a"].items()[1]["b"].taken_as("x").truth(), 'a[1].b: must be true or false, not "x"'),
    (lambda top: top["a"]["b"], "a: must be an object, not a list"),
    (lambda top: top.listed(), "top: must be a list, not an object"),
]


@pytest.mark.parametrize(("read", "message"), PLACES)
def test_a_place_is_named_from_the_top(read: Callable[[Field], object], message: str) -> None:
    """Keys and numbers in turn."""
    top = load('{"a": [0, {"b": 7}]}')
    assert refusal(lambda: read(top)) == message


@pytest.mark.parametrize(
    ("read", "good", "bad"),
    [
        (Field.text, ("", "x", "\udcff"), (None, 1, True, [], {}, "\ud800")),
        (Field.listed, ([], [1]), (None, {}, "x", 1)),
        (Field.truth, (True, False), (None, 0, 1, "true")),
        (lambda field: field.whole(1, 3), (1, 2, 3), (None, 0, 4, True, 2.0, "2")),
    ],
)
def test_a_value_is_of_one_type(read: Callable[[Field], object], good: tuple[Any, ...], bad: tuple[Any, ...]) -> None:
    """No other stands for it."""
    assert [read(Field(value, "key")) for value in good] == list(good)
    for value in bad:
        assert refusal(partial(read, Field(value, "key"))).startswith("key: must be ")


def test_a_value_is_known_if_it_is_there() -> None:
    """Null is none, and nothing is too; 0 and false are values."""
    top = load('{"a": null, "b": 0, "c": false}')
    assert [top[key].known for key in "abcd"] == [False, True, True, False]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({}, "an object"),
        ([1], "a list"),
        (None, "null"),
        ("\x1b", '"\\u001b"'),
        ("a" * 38, f'"{"a" * 38}"'),
        ("a" * 39, f'"{"a" * 36}...'),
    ],
)
def test_a_value_is_shown_as_json_and_short(value: object, expected: str) -> None:
    """Of forty characters at most."""
    assert shown(value) == expected
    assert len(shown(value)) <= 40
