"""The table of ``ifdiscover backends --compare``: addresses down, backends across, within 80 columns."""

from __future__ import annotations

from _socket import inet_ntop

from ifdiscover.comparison import DIFFERS
from ifdiscover.escape import printable
from ifdiscover.render.table import BOLD, RED, YELLOW, plain

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ifdiscover.comparison import Aspect, Difference, Reading, Row
    from ifdiscover.render.table import Paint

LEGEND = "= the same   ? cannot tell   a assumed   ! differs"
_QUIET = ("state", "index", "scope", "zone", "broadcast")  # shown only where they differ: the answer must fit


def comparison_lines(
    readings: Sequence[Reading], rows: Sequence[Row], differences: Sequence[Difference], paint: Paint = plain
) -> Iterator[str]:
    """The table, then each difference in a sentence, then what could not be asked."""
    asked = [reading for reading in readings if reading.host is not None]
    left = 80 - sum(len(reading.backend) + 1 for reading in asked)
    yield paint(" " * left + "".join(f" {reading.backend}" for reading in asked), BOLD)
    yield from _line("milliseconds", [f"{reading.milliseconds:.1f}" for reading in asked], asked, left, paint)
    by_interface: dict[str, list[Row]] = {}
    for row in rows:
        by_interface.setdefault(row.interface_name, []).append(row)
    for name, found in by_interface.items():
        yield paint(printable(name), BOLD)
        for row in found:
            for aspect in row.aspects:
                if aspect.name not in _QUIET or DIFFERS in aspect.marks:
                    yield from _line(_title(row, aspect), aspect.marks, asked, left, paint)
    yield LEGEND
    for difference in differences:
        says = "; ".join(f"{backend} says {printable(value or 'nothing')}" for backend, value in difference.says)
        where = f"{printable(difference.interface_name)} {inet_ntop(difference.family, difference.packed)}"
        yield paint(f"difference: {where}: {difference.aspect}: {says}", RED)
    if not differences:
        yield "no differences"
    for reading in readings:
        if reading.host is None:
            yield paint(f"{reading.backend}: not asked: {printable(reading.reason or '')}", YELLOW)


def _title(row: Row, aspect: Aspect) -> str:
    if aspect.name == "netmask":
        return f"  {inet_ntop(row.family, row.packed)}{aspect.value or ''}"
    return f"    {aspect.name} {printable(aspect.value or 'none')}"


def _line(title: str, cells: Sequence[str], asked: Sequence[Reading], left: int, paint: Paint) -> Iterator[str]:
    """A title and its cells, each under the end of its backend's name; on two lines if the title is long."""
    if len(title) > left:
        yield title
        title = ""
    marks = []
    for cell, reading in zip(cells, asked):
        width = len(reading.backend) + 1
        marks.append(" " * (width - len(cell)) + (paint(cell, RED) if cell == DIFFERS else cell))
    yield title.ljust(left) + "".join(marks)
