"""The logical lines of main.cf, list files and tables. Postfix joins lines before it reads what they say."""

from __future__ import annotations

import sys

try:
    from _bisect import bisect_right  # to import bisect would read one more file at start-up
except ImportError:  # PyPy has no _bisect
    from bisect import bisect_right

from ifdiscover._names import to_bytes, to_text
from ifdiscover._postfix.syntax.findings import LOW, WARNING, Finding, Place
from ifdiscover._postfix.syntax.words import WHITE_SPACE
from ifdiscover._record import Record

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from collections.abc import Iterator

UTF8_MARK = "\ufeff"
BYTE_ORDER_MARKS = (UTF8_MARK, "\udcff\udcfe", "\udcfe\udcff")
"""How a file in UTF-8, and one in UTF-16 of either order, can begin. Postfix takes a mark for text."""

UTF16 = "UTF-16"
"""The element in the finding for a file in UTF-16."""


class LogicalLine(Record):
    """A line and its continuation lines, up to the first NUL."""

    text: str
    starts: tuple[tuple[int, int], ...]  # for each line of the file: its offset in the text, and its number
    has_nul: bool = False  # there was a NUL: Postfix ignores what follows it
    hidden: str = ""  # what follows it

    @property
    def is_dropped(self) -> bool:
        """Whether it begins with white space and continues nothing, so that Postfix drops it. Only the first can."""
        return bool(self.text) and self.text[0] in WHITE_SPACE

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


def each_logical_line(text: str) -> Iterator[LogicalLine]:
    r"""The logical lines of a file one by one, so that no more of them are kept than are needed.

    Blank lines and comments are left out, also inside a logical line. White space may stand before the ``#`` of a
    comment. A line that begins with white space continues the line before: only the newline is removed. The first one
    may begin so and continue nothing: Postfix drops it, and ``is_dropped`` says so.

    >>> [line.text for line in each_logical_line("a = b\n # c\n  d\n\ne\n")]
    ['a = b  d', 'e']
    """
    dropped_nul = False
    for pieces in _collected(text):
        line = _joined(pieces)
        # Postfix warns of a NUL in a dropped line at the next line.
        yield line._replace(has_nul=True) if dropped_nul else line
        dropped_nul = line.is_dropped and line.has_nul


def _collected(text: str) -> Iterator[list[tuple[int, str]]]:
    """The numbers and texts of the lines that make each logical line."""
    collected: list[tuple[int, str]] = []
    start = number = 0
    while start <= len(text):
        end = text.find("\n", start)
        end = len(text) if end < 0 else end
        line, start, number = text[start:end], end + 1, number + 1
        bare = line.lstrip(WHITE_SPACE)
        if not bare or bare[0] == "#":
            continue
        if line[0] not in WHITE_SPACE and collected:
            yield collected
            collected = []
        collected.append((number, line))
    if collected:
        yield collected


def _joined(pieces: list[tuple[int, str]]) -> LogicalLine:
    starts = []
    end = 0
    for number, line in pieces:
        starts.append((end, number))
        end += len(line)
    text, nul, hidden = "".join([line for _number, line in pieces]).partition("\0")
    return LogicalLine(text, tuple(starts), bool(nul), hidden)


def byte_order_mark(path: str, text: str) -> Finding | None:
    """The finding for a file that begins with a byte order mark; None if it does not.

    Args:
        path: the file's name.
        text: its content, in which bytes that are not UTF-8 are surrogates.
    """
    if not text.startswith(BYTE_ORDER_MARKS):
        return None
    line = text[:1000].partition("\n")[0]
    is_alone = text[0] == UTF8_MARK and not line[1:].strip(WHITE_SPACE)
    is_comment = line[1:].lstrip(WHITE_SPACE)[:1] == "#"
    element, remark = "U+FEFF", "the line is no comment: Postfix reads its words" if is_comment else ""
    if text[0] != UTF8_MARK:
        element, remark = UTF16, "the file is UTF-16, of which Postfix can use no line"
    suggestion = "save the file as UTF-8 without a byte order mark"
    severity = LOW if is_alone else ""
    return Finding("byte-order-mark", "", Place(path, 1, 1), element, suggestion, remark, own_severity=severity)


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
