"""What Postfix says of what it reads, and where that stands."""

from __future__ import annotations

from ifdiscover._record import Record

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from ifdiscover.model import Address

FATAL, ERROR, WARNING, SILENT = "fatal", "error", "warning", "silent"

NEEDS_POSTFIX = "needs-postfix"
"""The kind of what is not wrong: ifdiscover cannot tell, and Postfix may know better."""


class Place(Record):
    """Where something stands. ``str()`` of it is for people.

    Attributes:
        file: the file's name; None: in no file.
        line: counted from 1; None: not known.
        column: counted from 1; None: not known, since it came out of a ``$name``.
        sources: every ``Address`` that made an element of a computed mynetworks.
    """

    file: str | None = None
    line: int | None = None
    column: int | None = None
    sources: tuple[Address, ...] = ()

    def __str__(self) -> str:
        if self.sources:
            return ", ".join([f"{address} on {address.interface.name}" for address in self.sources])
        line = f"line {self.line}" if self.line else None
        column = f"column {self.column}" if self.column else None
        return ", ".join([part for part in (self.file, line, column) if part])


def column(offset: int) -> Place:
    """The place of what stands in no file."""
    return Place(None, None, offset + 1)


class Fault(Record):
    """Something that is wrong with a list or with main.cf; most often Postfix says so while it reads it."""

    kind: str  # its name in docs/check.md
    level: str  # FATAL: it does not start; ERROR: something is unusable; WARNING: something is ignored; SILENT: no word
    sentence: str  # "" if it is SILENT
    place: Place
    text: str = ""  # the word that it is about; "": a whole line
    suggestion: str = ""
