"""``ifdiscover backends``: the ways to ask a host, and which of them work here."""

from __future__ import annotations

from ifdiscover._cli import output
from ifdiscover._cli.host import CommandOptions
from ifdiscover._differences.availability import backend_rows
from ifdiscover._render.table import backend_lines
from ifdiscover.errors import UsageError

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from ifdiscover._cli.options import OptionParser
    from ifdiscover._differences.readings import Comparison


def add_options(parser: OptionParser) -> None:
    """Declare the options of ``Options``."""
    from ifdiscover._cli.options import add_color_option, add_format_options

    add_format_options(parser, table="for people")
    add_color_option(parser)
    parser.add_argument(
        "--compare", action="store_true", help="ask all of them now and show where they differ (status 1 if they do)"
    )
    parser.add_argument("--netns", metavar="NAME|PATH|PID", help="with --compare: another network namespace")
    parser.add_argument("-v", "--verbose", action="store_true", help="no effect: there is no more to say")


class Options(CommandOptions):
    """The options of ``ifdiscover backends``."""

    form: str = "table"  # or json
    color: str = "auto"  # or always, never
    compare: bool = False  # ask all of them now
    netns: str | None = None  # another network namespace to compare in
    verbose: bool = False  # there is no more to say


def run(options: Options) -> int:
    """Print the backends in the order in which they are tried; or compare their answers."""
    if options.compare:
        from ifdiscover._differences.readings import compare_here, compare_in

        return _show(compare_here() if options.netns is None else compare_in(options.netns), options)
    if options.netns is not None:
        raise UsageError("--netns goes with --compare: which backends there are does not depend on the namespace")
    found = backend_rows()
    if options.form == "json":
        from ifdiscover._render import documents

        output.write(documents.backends(found))
    else:
        output.write_lines(backend_lines(found))
    return 0


def _show(comparison: Comparison, options: Options) -> int:
    """Print the answers of all backends; return 1 if two contradict each other."""
    readings, rows, differences = comparison
    if options.form == "json":
        from ifdiscover._render import documents

        output.write(documents.comparison(readings, differences))
    else:
        from ifdiscover._render.comparison import comparison_lines

        output.write_lines(comparison_lines(readings, rows, differences, output.paint(options.color)))
    return 1 if differences else 0
