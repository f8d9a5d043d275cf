"""Tables and highlights for people, who may read them on a terminal with colours or in a file without."""

from __future__ import annotations

from _socket import inet_ntop

from ifdiscover.model import KERNEL
from ifdiscover.names import printable
from ifdiscover.render.text import parameter

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from typing import Optional

    from ifdiscover.model import Address, Interface
    from ifdiscover.postfix.mynetworks import Networks

    Paint = Callable[[str, str], str]
    # Name, why it is not available, what it is blind to, what is to be minded; each None for nothing.
    BackendRow = tuple[str, Optional[str], Optional[Sequence[str]], Optional[str]]

BOLD = "1"
RED = "31"
GREEN = "32"
YELLOW = "33"

UNKNOWN = "?"
NONE = "-"


def plain(text: str, _colour: str) -> str:
    """The text without a colour."""
    return text


def coloured(text: str, colour: str) -> str:
    """The text in a colour of ECMA-48 (ISO 6429) terminals."""
    return f"\x1b[{colour}m{text}\x1b[0m"


class Cell(str):
    """Text of a table in a colour of its own."""

    __slots__ = ("colour",)

    colour: str

    def __new__(cls, text: str, colour: str) -> Cell:  # noqa: D102, PYI034 - a str; Self is not in 3.9's typing
        self = super().__new__(cls, text)
        self.colour = colour
        return self


def columns(rows: Sequence[Sequence[str]], paint: Paint = plain) -> Iterator[str]:
    """Lines of columns, each as wide as its widest cell, two blanks between them, none at the end."""
    widths = [max(map(display_width, column)) for column in zip(*rows)]
    for row in rows:
        cells = []
        for cell, width in zip(row, widths):
            text = paint(str(cell), cell.colour) if isinstance(cell, Cell) else cell
            cells.append(text + " " * (width - display_width(cell)))
        yield "  ".join(cells).rstrip(" ")


def display_width(text: str) -> int:
    """The columns of a terminal that a printable text takes: two for a wide character, none for one that combines."""
    if text.isascii():
        return len(text)
    from unicodedata import category, east_asian_width

    return sum(0 if category(c) in ("Mn", "Me", "Cf") else 2 if east_asian_width(c) in "WF" else 1 for c in text)


def backend_lines(rows: Iterable[BackendRow]) -> Iterator[str]:
    """A paragraph a backend, within 80 columns: available or why not, blind to what, and what is to be minded."""
    from textwrap import wrap

    for name, reason, blind_to, note in rows:
        yield f"{printable(name):<12}{'available' if reason is None else 'not available: ' + printable(reason)}"
        about = [] if blind_to is None else [f"blind to: {', '.join(blind_to) or 'nothing'}"]
        for text in (*about, *([] if note is None else [f"mind: {note}"])):
            yield from wrap(text, 80, initial_indent=" " * 12, subsequent_indent=" " * 14, break_on_hyphens=False)


def long_addresses(addresses: Iterable[Address], paint: Paint = plain) -> Iterator[str]:
    """A table of addresses with what people look for, interface by interface, each in the order given.

    ``?`` is what the backend cannot tell, ``-`` what is not there.
    """
    by_interface: dict[Interface, list[Address]] = {}
    for address in addresses:
        by_interface.setdefault(address.interface, []).append(address)
    header = [Cell(title, BOLD) for title in ("interface", "state", "address", "scope", "peer", "flags", "netmask")]
    return columns([header, *(_row(address) for found in by_interface.values() for address in found)], paint)


def _row(address: Address) -> list[str]:
    up = address.interface.is_up
    origin = address.netmask_origin
    return [
        _name(address),
        UNKNOWN if up is None else Cell("up", GREEN) if up else Cell("down", RED),
        _address(address),
        printable(address.scope or UNKNOWN),
        NONE if address.peer is None else inet_ntop(address.family, address.peer),
        _flags(address.flag_names),
        Cell("null", RED) if origin is None else origin if origin == KERNEL else Cell(origin, YELLOW),
    ]


def _name(address: Address) -> str:
    """The interface's name, or a label that begins with it; another label stands in parentheses."""
    name, label = address.interface.name, address.label
    if label is None or label.startswith(f"{name}:"):
        return printable(label or name)
    return f"{printable(name)} ({printable(label)})"


def _address(address: Address) -> str:
    zone = f"%{address.scope_id}" if address.scope_id else ""
    if address.prefixlen is not None:
        return f"{address}{zone}/{address.prefixlen}"
    mask = "" if address.netmask is None else f"/{inet_ntop(address.family, address.netmask)}"
    return f"{address}{zone}{mask}"


def _flags(names: tuple[str, ...] | None) -> str:
    if names is None:
        return UNKNOWN
    text = ",".join(names) or NONE
    return Cell(text, YELLOW) if {"temporary", "deprecated", "tentative", "dadfailed"} & set(names) else text


def style_lines(answers: Sequence[Networks], *, value_only: bool, paint: Paint = plain) -> Iterator[str]:
    """A line a style, its name in front, so that the styles stand one under the other.

    In colour, what not all of them have is highlighted.
    """
    common = set.intersection(*(set(map(str, answer)) for answer in answers))
    width = max(len(answer.style) for answer in answers)
    for answer in answers:
        patterns = [pattern if pattern in common else paint(pattern, YELLOW) for pattern in map(str, answer)]
        value = " ".join(patterns)
        line = value if value_only else parameter("mynetworks", value)
        yield f"{answer.style.ljust(width)}  {line}".rstrip(" ")
