"""``ifdiscover backends``: the ways to ask a host, and which of them work here."""

from __future__ import annotations

from ifdiscover.cli import output
from ifdiscover.discovery import BUILT_IN, load, plug_ins
from ifdiscover.errors import UnavailableError
from ifdiscover.escape import printable
from ifdiscover.render.table import columns

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import ArgumentParser
    from collections.abc import Sequence


def add_options(parser: ArgumentParser) -> None:
    """Declare the options that ``run()`` takes."""
    parser.add_argument("--json", dest="as_json", action="store_true", help="one JSON document")
    parser.add_argument(
        "--compare", action="store_true", help="ask all of them now and show where they differ (status 1 if they do)"
    )
    parser.add_argument("-v", "--verbose", action="store_true", help="accepted, as everywhere; there is no more to say")


def run(*, as_json: bool = False, compare: bool = False, verbose: bool = False) -> int:
    """Print one line a backend, in the order in which they are tried; the arguments are the options."""
    del verbose
    if compare:
        return _compare(as_json=as_json)
    found: list[tuple[str, str | None, Sequence[str] | None]] = []
    for name in (*BUILT_IN, *sorted(plug_ins())):
        try:
            found.append((name, None, load(name).BLIND_TO))
        except UnavailableError as error:
            found.append((name, error.reason, None))
    if as_json:
        from ifdiscover.render import as_json as documents

        output.write(documents.backends(found))
    else:
        rows = [["backend", "available", "blind to, or why not available"]]
        for name, reason, blind_to in found:
            row = [name, "no", reason] if reason else [name, "yes", ", ".join(blind_to or ()) or "nothing"]
            rows.append([printable(cell) for cell in row])
        output.write_lines(columns(rows))
    return 0


def _compare(*, as_json: bool) -> int:
    """Ask all backends; where they differ ask again, since a host may change between two readings."""
    from ifdiscover.comparison import compare, read_all

    for _ in range(2):
        readings = read_all()
        rows, differences = compare([reading.host for reading in readings if reading.host is not None])
        if not differences:
            break
    if as_json:
        from ifdiscover.render import as_json as documents

        output.write(documents.comparison(readings, differences))
    else:
        from ifdiscover.render.comparison import comparison_lines
        from ifdiscover.render.table import coloured, plain

        paint = coloured if output.colours_wanted() else plain
        output.write_lines(comparison_lines(readings, rows, differences, paint))
    return 1 if differences else 0
