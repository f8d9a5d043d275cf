"""Columns of text for people, with colours on a terminal and without in a file."""

from __future__ import annotations

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    Paint = Callable[[str, str], str]

BOLD = "1"
RED = "31"
GREEN = "32"
MAGENTA = "35"  # what else is marked: legible on white and on black, as yellow is not
STANDS_OUT = "1;4"  # bold and underlined: seen on white and on black, and by those who see no colours


def plain(text: str, _colour: str) -> str:
    """The text without a colour: a ``Paint`` for files."""
    return text


def coloured(text: str, colour: str) -> str:
    """The text in a colour of ECMA-48 (ISO 6429) terminals; "" is none."""
    return f"\x1b[{colour}m{text}\x1b[0m" if colour else text


class Cell(str):
    """A cell of a table with its own colour."""

    __slots__ = ("colour",)

    colour: str

    def __new__(cls, text: str, colour: str) -> Cell:  # noqa: PYI034 - a str; Self is not in 3.9's typing
        self = super().__new__(cls, text)
        self.colour = colour
        return self


def columns(rows: Sequence[Sequence[str]], paint: Paint = plain) -> Iterator[str]:
    """Lines of columns, each as wide as its widest cell; two blanks stand between columns, none at the end.

    ``paint`` with no colour gives a cell as the output shows it: what that cannot show is escaped, and takes more room.
    """
    places = [[display_width(paint(str(cell), "")) for cell in row] for row in rows]
    widths = [max(column) for column in zip(*places)]
    for row, taken in zip(rows, places):
        cells = []
        for cell, width, place in zip(row, widths, taken):
            text = paint(str(cell), cell.colour if isinstance(cell, Cell) else "")
            cells.append(text + " " * (width - place))
        yield "  ".join(cells).rstrip(" ")


def display_width(text: str) -> int:
    """The columns that a printable text takes on a terminal: two for a wide character, none for a combining one."""
    if text.isascii():
        return len(text)
    from unicodedata import category, east_asian_width

    return sum(0 if category(c) in ("Mn", "Me", "Cf") else 2 if east_asian_width(c) in "WF" else 1 for c in text)


def first_few(values: Iterable[object]) -> str:
    """The texts of the first five values, and the number of the others; for a short ``repr()``.

    >>> first_few("abcdefg")
    'a b c d e and 2 more'
    """
    texts = [str(value) for value in values]
    return " ".join(texts[:5]) + (f" and {len(texts) - 5} more" if len(texts) > 5 else "")
