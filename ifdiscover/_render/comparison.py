"""The table of ``ifdiscover backends --compare``: a row for each address, a column for each backend, 80 wide."""

from __future__ import annotations

from _socket import inet_ntop

from ifdiscover._columns import BOLD, RED, plain
from ifdiscover._differences.backends import ABSENT, DIFFERS
from ifdiscover._names import printable

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ifdiscover._columns import Paint
    from ifdiscover._differences.backends import Aspect, Difference, Row
    from ifdiscover._differences.readings import Reading

LEGEND = "= the same   ? cannot tell   a assumed   ! differs   - not there"
_SHOWN = ("netmask", "label", "peer", "flags")  # to keep the table short, others are shown only if they differ
USUAL = ("permanent", "nodad,permanent")  # flags that are not worth a line if all backends agree


def comparison_lines(
    readings: Sequence[Reading], rows: Sequence[Row], differences: Sequence[Difference], paint: Paint = plain
) -> Iterator[str]:
    """The table, then a sentence for each difference, then the backends that gave no answer."""
    asked = [reading for reading in readings if reading.host is not None]
    left = 80 - sum(len(reading.backend) + 1 for reading in asked)
    yield paint(" " * left + "".join(f" {reading.backend}" for reading in asked), BOLD)
    yield from _line("milliseconds", [f"{reading.milliseconds:.1f}" for reading in asked], asked, left, paint)
    by_interface: dict[str | None, list[Row]] = {}
    for row in rows:
        by_interface.setdefault(row.interface_name, []).append(row)
    for name, found in by_interface.items():
        if name is not None:
            yield paint(printable(name) + _state(found), BOLD)
        for row in found:
            for aspect in row.aspects:
                if _is_shown(aspect):
                    yield from _line(_title(row, aspect), aspect.marks, asked, left, paint)
    yield LEGEND
    for difference in differences:
        yield paint(f"difference: {_sentence(difference)}", RED)
    if not differences:
        yield "no differences"
    for reading in readings:
        if reading.host is None:
            failed = reading.asked and reading.available
            what = "failed" if failed else "not available" if reading.asked else "not asked"
            line = f"{reading.backend}: {what}: {printable(reading.reason or '')}"
            yield paint(line, RED) if failed else line  # the others are no fault of this host


def _is_shown(aspect: Aspect) -> bool:
    if DIFFERS in aspect.marks or ABSENT in aspect.marks or aspect.name == "netmask":
        return True
    return aspect.name in _SHOWN and aspect.value is not None and aspect.value not in USUAL


def _state(rows: Sequence[Row]) -> str:
    """What stands behind an interface's name: " (down)" if it is down."""
    down = any(aspect.name == "state" and aspect.value == "down" for row in rows for aspect in row.aspects)
    return " (down)" if down else ""


def _title(row: Row, aspect: Aspect) -> str:
    if row.packed is None or row.family is None:
        return f"  {aspect.name} {printable(aspect.value or '')}".rstrip()
    if aspect.name == "netmask":
        return f"  {inet_ntop(row.family, row.packed)}{aspect.value or ''}"
    return f"    {aspect.name} {printable(aspect.value or 'none')}"


def _sentence(difference: Difference) -> str:
    where = [] if difference.interface_name is None else [printable(difference.interface_name)]
    if difference.packed is not None and difference.family is not None:
        where.append(inet_ntop(difference.family, difference.packed))
    says = "; ".join(
        f"{backend} does not have it" if value is None else f"{backend} says {printable(value)}"
        for backend, value in difference.says
    )
    return f"{' '.join(where) or 'the host'}: {difference.aspect}: {says}"


def _line(title: str, cells: Sequence[str], asked: Sequence[Reading], left: int, paint: Paint) -> Iterator[str]:
    """A title and its cells, right-aligned under the backends' names; a long title gets its own line."""
    if len(title) > left:
        yield title
        title = ""
    marks = []
    for cell, reading in zip(cells, asked):
        width = len(reading.backend) + 1
        marks.append(" " * (width - len(cell)) + (paint(cell, RED) if cell in (DIFFERS, ABSENT) else cell))
    yield title.ljust(left) + "".join(marks)
