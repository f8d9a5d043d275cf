"""Tables for people, with colours on a terminal and without in a file."""

from __future__ import annotations

from ifdiscover._columns import BOLD, GREEN, MAGENTA, RED, STANDS_OUT, Cell, columns, plain
from ifdiscover._host.table import NONE, UNKNOWN, address_table
from ifdiscover._names import printable
from ifdiscover._render import parameter
from ifdiscover.model import KERNEL

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from ifdiscover._columns import Paint
    from ifdiscover._differences.availability import BackendRow
    from ifdiscover._merging.merged import MergedNetworks
    from ifdiscover._postfix.mynetworks import Networks
    from ifdiscover._postfix.sending import Sending
    from ifdiscover.model import Address


_MOST_HOSTS = 5  # that one row names


def backend_lines(rows: Iterable[BackendRow]) -> Iterator[str]:
    """A paragraph for each backend, 80 columns wide: whether it is available, what it is blind to, its note."""
    from textwrap import wrap

    for name, reason, blind_to, note in rows:
        yield f"{printable(name):<12}{'available' if reason is None else 'not available: ' + printable(reason)}"
        blindness = [] if blind_to is None else [f"blind to: {', '.join(blind_to) or 'nothing'}"]
        for text in map(printable, (*blindness, *([] if note is None else [f"mind: {note}"]))):
            yield from wrap(text, 80, initial_indent=" " * 12, subsequent_indent=" " * 14, break_on_hyphens=False)


def long_addresses(addresses: Iterable[Address], paint: Paint = plain) -> Iterator[str]:
    """The lines of ``address_table()``, with colours for states, unusual flags and unusual netmasks."""
    header, *rows = address_table(addresses)
    return columns([[Cell(title, BOLD) for title in header], *map(_highlighted, rows)], paint)


def _highlighted(row: Sequence[str]) -> list[str]:
    interface, state, address, scope, peer, flags, netmask = row
    if state != UNKNOWN:
        state = Cell(state, GREEN if state == "up" else RED)
    if {"temporary", "deprecated", "tentative", "dadfailed"}.intersection(flags.split(",")):
        flags = Cell(flags, MAGENTA)
    if netmask != KERNEL:
        netmask = Cell(netmask, RED if netmask == "null" else MAGENTA)
    return [interface, state, address, scope, peer, flags, netmask]


def merged_lines(merged: MergedNetworks, paint: Paint = plain) -> Iterator[str]:
    """A row for each network of many hosts: the number of hosts that it is of, and their names."""
    header = [Cell(title, BOLD) for title in ("network", "hosts", "names")]
    rows = []
    for network in merged:
        names = list(map(printable, network.hosts[:_MOST_HOSTS]))
        more = len(network.hosts) - len(names)
        rows.append([str(network), str(len(network.hosts)), ", ".join(names) + (f" and {more} more" if more else "")])
    return columns([header, *rows], paint)


def source_lines(answers: Iterable[Sending], paint: Paint = plain) -> Iterator[str]:
    """A row for each address that packets leave from; then the line of main.cf for it, and why that one."""
    header = ("source", "interface", "flags", "recommended", "reason")
    rows: list[Sequence[str]] = [[Cell(title, BOLD) for title in header]]
    for answer in answers:
        address = answer.address
        flags = None if address is None else address.flag_names
        rows.append(
            (
                str(answer),
                UNKNOWN if address is None else printable(address.interface.name),
                UNKNOWN if flags is None else ",".join(flags) or NONE,
                answer.recommended or NONE,
                printable(answer.reason),
            )
        )
    return columns(rows, paint)


def style_lines(answers: Sequence[Networks], *, value_only: bool, paint: Paint = plain) -> Iterator[str]:
    """A line for each style, which begins with its name; a network that not all styles have is coloured."""
    common = set.intersection(*(set(map(str, answer)) for answer in answers))
    width = max(len(answer.style) for answer in answers)
    for answer in answers:
        patterns = [pattern if pattern in common else paint(pattern, STANDS_OUT) for pattern in map(str, answer)]
        value = " ".join(patterns)
        line = value if value_only else parameter("mynetworks", value)
        yield f"{answer.style.ljust(width)}  {line}".rstrip(" ")
