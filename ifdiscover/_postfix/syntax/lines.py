"""The logical lines of main.cf, list files and tables. Postfix joins lines before it reads what they say."""

from __future__ import annotations

import sys

try:
    from _bisect import bisect_right  # to import bisect would read one more file at start-up
except ImportError:  # PyPy has no _bisect
    from bisect import bisect_right

from ifdiscover._names import to_bytes, to_text
from ifdiscover._postfix.syntax.findings import WARNING, Finding, Place
from ifdiscover._postfix.syntax.words import WHITE_SPACE
from ifdiscover._record import Record


class LogicalLine(Record):
    """A line and its continuation lines, up to the first NUL."""

    text: str
    starts: tuple[tuple[int, int], ...]  # for each line of the file: its offset in the text, and its number
    has_nul: bool = False  # there was a NUL: Postfix ignores what follows it

    @property
    def number(self) -> int:
        """The number of its first line in the file, counted from 1."""
        return self.starts[0][1]

    @property
    def last_number(self) -> int:
        """The number of its last line in the file."""
        return self.starts[-1][1]

    def place(self, path: str, offset: int = 0) -> Place:
        """The place in the file ``path`` of an offset in the text."""
        begin, number = self.starts[bisect_right(self.starts, (offset, sys.maxsize)) - 1]
        return Place(path, number, offset - begin + 1)


class LogicalLines(Record):
    """The logical lines of a file."""

    lines: tuple[LogicalLine, ...]
    dropped: LogicalLine | None = None  # the first line, if it begins with white space: it continues nothing


def logical_lines(text: str) -> LogicalLines:
    r"""Split the text of a file into logical lines.

    Blank lines and comments are left out, also inside a logical line. White space may stand before the ``#`` of a
    comment. A line that begins with white space continues the line before: only the newline is removed.

    >>> [line.text for line in logical_lines("a = b\n # c\n  d\n\ne\n").lines]
    ['a = b  d', 'e']
    """
    collected: list[list[tuple[int, str]]] = []
    for number, line in enumerate(text.split("\n"), 1):
        bare = line.lstrip(WHITE_SPACE)
        if not bare or bare[0] == "#":
            continue
        if line[0] in WHITE_SPACE and collected:
            collected[-1].append((number, line))
        else:
            collected.append([(number, line)])
    lines = [_joined(pieces) for pieces in collected]
    if lines and lines[0].text and lines[0].text[0] in WHITE_SPACE:
        dropped = lines.pop(0)
        if dropped.has_nul and lines:  # Postfix warns of this NUL at the next line
            lines[0] = lines[0]._replace(has_nul=True)
        return LogicalLines(tuple(lines), dropped)
    return LogicalLines(tuple(lines))


def _joined(pieces: list[tuple[int, str]]) -> LogicalLine:
    starts = []
    end = 0
    for number, line in pieces:
        starts.append((end, number))
        end += len(line)
    text, nul, _lost = "".join([line for _number, line in pieces]).partition("\0")
    return LogicalLine(text, tuple(starts), bool(nul))


def leading_white_space(path: str, line: LogicalLine) -> Finding:
    """Postfix's warning of a dropped line, with at most 30 bytes of the line."""
    raw = to_bytes(line.text)
    shown = to_text(raw[:30]) + ("..." if len(raw) > 30 else "")
    sentence = f'{path}: logical line must not start with whitespace: "{shown}"'
    return Finding("leading-white-space", sentence, line.place(path), level=WARNING)


def text_after_nul(path: str, first: int, last: int) -> str:
    """Postfix's warning of a NUL in a logical line.

    Args:
        path: the file's name.
        first: Postfix's number for the first line of the file in it.
        last: Postfix's number for the last.
    """
    numbers = f"{first}-{last}" if last > first else str(first)
    return f"{path}, line {numbers}: text after null byte may be ignored"
