"""The lines of main.cf, of lists in files and of tables, as Postfix puts them together before it looks at them."""

from __future__ import annotations

import sys

try:
    from _bisect import bisect_right  # bisect is one more file to read at a start
except ImportError:  # PyPy has bisect alone
    from bisect import bisect_right

from ifdiscover._names import to_bytes, to_text
from ifdiscover._postfix.syntax.findings import WARNING, Finding, Place
from ifdiscover._postfix.syntax.words import WHITE_SPACE
from ifdiscover._record import Record


class LogicalLine(Record):
    """A line with all that continues it, up to the first NUL."""

    text: str
    starts: tuple[tuple[int, int], ...]  # offset in the text, and number of the line of the file that begins there
    has_nul: bool = False  # there was a NUL; what follows it in the text is lost

    @property
    def number(self) -> int:
        """Where it begins in its file, counted from 1."""
        return self.starts[0][1]

    @property
    def last_number(self) -> int:
        """The last line of the file that is part of it."""
        return self.starts[-1][1]

    def place(self, path: str, offset: int = 0) -> Place:
        """Where an offset in the text stands in the file, whose name is ``path``."""
        begin, number = self.starts[bisect_right(self.starts, (offset, sys.maxsize)) - 1]
        return Place(path, number, offset - begin + 1)


class LogicalLines(Record):
    """What a file holds."""

    lines: tuple[LogicalLine, ...]
    dropped: LogicalLine | None = None  # the first, where nothing stands before it that it could continue


def logical_lines(text: str) -> LogicalLines:
    r"""The logical lines of a file.

    Empty and blank lines and those that begin with ``#``, after white space too, vanish, also inside a logical line.
    A line that begins with white space continues the one before: joined as it stands, without the newline.

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
        if dropped.has_nul and lines:  # Postfix tells of it only now
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
    """Postfix's warning of the line that it drops, with at most 30 bytes of it."""
    raw = to_bytes(line.text)
    shown = to_text(raw[:30]) + ("..." if len(raw) > 30 else "")
    sentence = f'{path}: logical line must not start with whitespace: "{shown}"'
    return Finding("leading-white-space", sentence, line.place(path), level=WARNING)


def text_after_nul(path: str, first: int, last: int) -> str:
    """Postfix's warning of a NUL in a logical line.

    Args:
        path: the file's name.
        first: the number that Postfix gives to the first line of the logical one.
        last: the number that it gives to the last.
    """
    numbers = f"{first}-{last}" if last > first else str(first)
    return f"{path}, line {numbers}: text after null byte may be ignored"
