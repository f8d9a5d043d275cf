"""``ifdiscover backends``: the ways to ask a host, and which of them work here."""

from __future__ import annotations

from ifdiscover.cli import output
from ifdiscover.discovery import BUILT_IN, load, plug_ins
from ifdiscover.errors import UnavailableError, UsageError
from ifdiscover.render.table import backend_lines

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ifdiscover.cli.options import Options
    from ifdiscover.render.table import BackendRow


def add_options(parser: Options) -> None:
    """Declare the options that ``run()`` takes."""
    parser.add_argument("--json", dest="as_json", action="store_true", help="one JSON document")
    parser.add_argument(
        "--compare", action="store_true", help="ask all of them now and show where they differ (status 1 if they do)"
    )
    parser.add_argument("--netns", metavar="NAME|PATH|PID", help="with --compare: another network namespace")
    parser.add_argument("-v", "--verbose", action="store_true", help="accepted, as everywhere; there is no more to say")


def run(*, as_json: bool = False, compare: bool = False, netns: str | None = None, verbose: bool = False) -> int:
    """Print one line a backend, in the order in which they are tried; the arguments are the options."""
    del verbose
    if compare:
        return _compare(as_json=as_json) if netns is None else _compare_in(netns, as_json=as_json)
    if netns is not None:
        raise UsageError("--netns goes with --compare: which backends there are does not depend on the namespace")
    found: list[BackendRow] = []
    for name in (*BUILT_IN, *sorted(plug_ins())):
        try:
            backend = load(name)
            found.append((name, None, backend.BLIND_TO, getattr(backend, "NOTE", None)))
        except UnavailableError as error:
            found.append((name, error.reason, None, None))
    if as_json:
        from ifdiscover.render import documents

        output.write(documents.backends(found))
    else:
        output.write_lines(backend_lines(found))
    return 0


def _compare(*, as_json: bool) -> int:
    """Ask all backends; where they differ ask again, since a host may change between two readings."""
    from ifdiscover.comparison import compare, read_all

    readings = read_all()
    rows, differences = compare([reading.host for reading in readings if reading.host is not None])
    if differences:
        readings = read_all()
        rows, differences = compare([reading.host for reading in readings if reading.host is not None])
    if as_json:
        from ifdiscover.render import documents

        output.write(documents.comparison(readings, differences))
    else:
        from ifdiscover.render.comparison import comparison_lines
        from ifdiscover.render.table import coloured, plain

        paint = coloured if output.colours_wanted() else plain
        output.write_lines(comparison_lines(readings, rows, differences, paint))
    return 1 if differences else 0


def _compare_in(netns: str, *, as_json: bool) -> int:
    """Compare in another namespace: in a process of its own, since every backend has to be there."""
    import os

    from ifdiscover.backends.netlink.via_pyroute2 import enter
    from ifdiscover.cli import guarded

    child = os.fork()
    if child == 0:
        status = 70
        try:

            def there() -> int:
                enter(netns)
                return _compare(as_json=as_json)

            status = guarded(there)
        finally:
            os._exit(status)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
