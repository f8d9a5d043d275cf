"""Read JSON that nobody vouches for: strictly, in bounded time and memory, knowing the place of every value.

What a recorded host holds decides about trust, so nothing is taken for what it may have been meant to be: no number in
a string, no boolean for a number, no NaN, no key that comes twice.
"""

from __future__ import annotations

import json
import re

from ifdiscover._names import spelled
from ifdiscover.errors import RecordingError

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from typing import Any, NoReturn

# A snapshot of 100,000 addresses has less than half of each: what a file may hold, and what may be in it.
MAX_SIZE = 1 << 27  # bytes
MAX_COUNTS = {"[": 1 << 20, "{": 1 << 20, ",": 1 << 23, "\\": 1 << 20}
MAX_DEPTH = 32  # a snapshot has 6 levels
_BRACKET_OR_STRING = re.compile(r'[\[\]{}]|"[^"\\]*(?:\\.[^"\\]*)*"?', re.DOTALL)
_ZEROS = bytes.maketrans(b"123456789", b"000000000")
_NO_MARKS = bytes(set(range(256)) - set(b'[]{}"\\0123456789,:'))  # what is between two numbers of a list stays
_OF_NUMBERS = b"0,:"
_NOT_BLANK = re.compile(r"[^ \t\n\r]")
MAX_DIGITS = 20  # of a number; 2**64 has 20


def begins_with(data: bytes, bracket: bytes) -> bool:
    """Whether the document begins with this bracket, white space before it or not."""
    return data[:4096].lstrip()[:1] == bracket


def text_of(data: bytes) -> str:
    """The text of a document.

    Raises:
        RecordingError: it is not UTF-8.
    """
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise RecordingError(
            f"byte {error.start}: not UTF-8; convert it with iconv, or record the host again"
        ) from None


class _Unusable:
    """Stands for a value that no recording may hold, until its place is known."""

    def __init__(self, why: str) -> None:
        self.why = why


def _evident_pairs(found: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(found)
    if len(made) != len(found):
        raise ValueError
    return made


def _refuse_constant(_name: str) -> NoReturn:
    raise ValueError


# Making a decoder takes as long as reading a small document.
_EVIDENT = json.JSONDecoder(object_pairs_hook=_evident_pairs, parse_constant=_refuse_constant)


def load(text: str) -> Field:
    """Parse a whole document.

    Raises:
        RecordingError: it is not JSON, or holds what no recording may hold.
    """
    marks = _marks(text)
    _check_depth(text, marks)
    if not _may_have_long_numbers(marks):
        try:
            document, end = _EVIDENT.raw_decode(text, _next_place(text, 0))
        except ValueError:  # the slower way has the place and the reason, or finds it good
            pass
        else:
            if _next_place(text, end) == len(text):
                return Field(document, "")
    return _documents(text, marks, several=False, raw_controls=False)[0]


def load_all(text: str) -> list[Field]:
    """Parse a document and others behind it that begin with the same bracket; at least one comes back.

    Strings may hold control characters as they are, as ip(8) writes them.

    Raises:
        RecordingError: one is not JSON, or holds what no recording may hold.
    """
    marks = _marks(text)
    _check_depth(text, marks)
    return _documents(text, marks, several=True, raw_controls=True)


def _not_json(error: json.JSONDecodeError) -> RecordingError:
    why = error.msg[:1].lower() + error.msg[1:]
    return RecordingError(f"line {error.lineno}, column {error.colno}: not JSON: {why}")


def _documents(text: str, marks: bytes, *, several: bool, raw_controls: bool) -> list[Field]:
    unusable: list[_Unusable] = []

    def refuse(why: str) -> _Unusable:
        unusable.append(_Unusable(why))
        return unusable[-1]

    def pairs(found: list[tuple[str, Any]]) -> object:
        made = dict(found)
        if len(made) == len(found):
            return made
        seen: set[str] = set()
        twice = next(key for key, _ in found if key in seen or seen.add(key))  # type: ignore[func-returns-value]  # None: go on
        return refuse(f"the key {shown(twice)} comes twice")

    def whole(digits: str) -> object:
        return int(digits) if len(digits) <= MAX_DIGITS else refuse(f"a number has at most {MAX_DIGITS} digits")

    decoder = json.JSONDecoder(
        strict=not raw_controls,
        object_pairs_hook=pairs,
        parse_int=whole if _may_have_long_numbers(marks) else None,
        parse_constant=lambda name: refuse(f"{name} is not JSON"),
    )
    documents: list[Field] = []
    first = place = _next_place(text, 0)
    while not documents or place < len(text):
        if documents and not (several and text[place] == text[first]):
            raise _not_json(json.JSONDecodeError("extra data", text, place))
        try:
            document, end = decoder.raw_decode(text, place)
        except json.JSONDecodeError as error:
            raise _not_json(error) from None
        field = Field(document, f"document {len(documents) + 1}: " if documents else "")
        if unusable:
            _point_out(document, field.place)
        documents.append(field)
        place = _next_place(text, end)
    return documents


def _next_place(text: str, start: int) -> int:
    """Where the next thing begins that is no white space to JSON."""
    found = _NOT_BLANK.search(text, start)
    return len(text) if found is None else found.start()


def _check_depth(text: str, marks: bytes) -> None:
    """Count brackets outside of strings before the parser, whose recursion and memory they drive, meets them."""
    for character, most in MAX_COUNTS.items():
        if len(text) > most and text.count(character) > most:
            raise RecordingError(f"more than {most} of {character} in it; no host has a recording like that")
    if _is_evidently_shallow(marks):
        return
    depth = 0
    for found in _BRACKET_OR_STRING.finditer(text):
        bracket = found.group()
        if bracket in "[{":
            depth += 1
            if depth > MAX_DEPTH:
                raise RecordingError(f"nested deeper than {MAX_DEPTH} levels")
        elif bracket in "]}":
            depth -= 1


def _marks(text: str) -> bytes:
    """Brackets, quotes, backslashes, commas and colons of a text, and a zero for each of its digits."""
    return text.encode("utf-8", "surrogatepass").translate(_ZEROS, _NO_MARKS)


def _may_have_long_numbers(marks: bytes) -> bool:
    """Whether as many digits stand in a row as a number of more than ``MAX_DIGITS`` characters has."""
    return b"0" * MAX_DIGITS in marks


def _is_evidently_shallow(marks: bytes) -> bool:
    """Whether no more than ``MAX_DEPTH`` brackets are open at once; False also if that takes a closer look."""
    marks = marks.translate(None, _OF_NUMBERS)
    if b"\\" in marks:
        return False
    marks = marks.replace(b'""', b"")  # a string with a bracket in it is left over
    for _two_levels in range(MAX_DEPTH // 2):
        if not marks:
            return True
        marks = marks.replace(b"[]", b"").replace(b"{}", b"")
    return not marks


def _point_out(value: object, place: str) -> None:
    if isinstance(value, _Unusable):
        raise RecordingError(f"{place or 'top'}: {value.why}")
    if isinstance(value, dict):
        for key, item in value.items():
            _point_out(item, f"{place}.{_shorten(key)}" if place else _shorten(key))
    elif isinstance(value, list):
        for number, item in enumerate(value):
            _point_out(item, f"{place}[{number}]")


class Field:
    """A value and its place in the document; None where there is none, too.

    Args:
        value: the value.
        key: its key in the object or its number in the list around it; for a document what stands before each place.
        around: that object or list; None: it is a document.
    """

    __slots__ = ("_around", "_key", "value")

    def __init__(self, value: Any, key: str | int, around: Field | None = None) -> None:
        self.value = value
        self._key = key
        self._around = around

    @property
    def place(self) -> str:
        """Where it stands, such as ``interfaces[0].name``; only errors need it."""
        above = "" if self._around is None else self._around.place
        if isinstance(self._key, int):
            return f"{above}[{self._key}]"
        return f"{above}.{self._key}" if above else self._key

    def taken_as(self, value: Any) -> Field:
        """Another value at the same place: what this one stands for."""
        return Field(value, self._key, self._around)

    def refuse(self, rule: str) -> NoReturn:
        """Raise RecordingError: the place, the rule, what stands there."""
        raise RecordingError(f"{self.place or 'top'}: {rule}, not {shown(self.value)}")

    def __getitem__(self, key: str) -> Field:
        """A member of an object; None if it is not there."""
        if type(self.value) is not dict:
            self.refuse("must be an object")
        return Field(self.value.get(key), key, self)

    def listed(self) -> list[Any]:
        """The items of a list, as plain values."""
        if type(self.value) is not list:
            self.refuse("must be a list")
        return list(self.value)

    def items(self) -> list[Field]:
        """The items of a list."""
        return [Field(item, number, self) for number, item in enumerate(self.listed())]

    def text(self) -> str:
        """A string that bytes can spell."""
        if type(self.value) is not str:
            self.refuse("must be a string")
        try:
            spelled(self.value)
        except UnicodeEncodeError:
            self.refuse("must be text without lone surrogates")
        return str(self.value)

    def whole(self, low: int, high: int) -> int:
        """A whole number in a range; a boolean is none."""
        if type(self.value) is not int or not low <= self.value <= high:
            self.refuse(f"must be a whole number from {low} to {high}")
        return int(self.value)

    def truth(self) -> bool:
        """A boolean."""
        if type(self.value) is not bool:
            self.refuse("must be true or false")
        return bool(self.value)

    @property
    def known(self) -> bool:
        """Whether there is a value."""
        return self.value is not None


def shown(value: object) -> str:
    """A value as an error shows it: JSON, and short."""
    if isinstance(value, dict):
        return "an object"
    if isinstance(value, list):
        return "a list"
    return _shorten(json.dumps(value))


def _shorten(text: str) -> str:
    return text if len(text) <= 40 else f"{text[:37]}..."
