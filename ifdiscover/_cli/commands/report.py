"""``ifdiscover report``: one Markdown file about a host and its Postfix, for a bug report."""

from __future__ import annotations

from ifdiscover._cli import output
from ifdiscover._cli.host import HostOptions

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from ifdiscover._cli.options import OptionParser


def add_options(parser: OptionParser) -> None:
    """Declare the options of ``Options``."""
    from ifdiscover._cli.options import add_host_options, add_main_cf_option

    parser.add_argument(
        "--redact", action="store_true", help="replace public addresses, MACs and host names, with a new key each time"
    )
    add_main_cf_option(parser)
    add_host_options(parser)


class Options(HostOptions):
    """The options of ``ifdiscover report``."""

    redact: bool = False  # replace public addresses, MACs and host names
    config_directory: str | None = None  # the folder of main.cf; None: which_directory() finds it

    _wants_routes = True


def run(options: Options) -> int:
    """Print the report. The status is 0 whatever fails, since a report of what fails is what it is for."""
    import os

    from ifdiscover._postfix.in_force import which_directory
    from ifdiscover._report.markdown import markdown
    from ifdiscover._report.report import Asked, report

    is_recorded = options.recording is not None
    is_here = not is_recorded and options.netns is None
    directory, chosen_by = which_directory(options.config_directory, is_here=is_here)
    key = os.urandom(32) if options.redact else None
    asked = Asked(lambda: options.host, directory, chosen_by, options.netns, is_recorded, key)
    sections = report(asked)
    if not options.redact:
        options.explain("it has public addresses, MACs and host names; --redact replaces them")
    output.write(markdown(sections, is_redacted=options.redact))
    return 0
