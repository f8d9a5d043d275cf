"""``ifdiscover diff``: what differs between two readings of a host, and what its Postfix needs after that."""

from __future__ import annotations

from ifdiscover._cli import output
from ifdiscover._cli.host import CommandOptions, HostOptions, argument_text
from ifdiscover._postfix.in_force import which_directory
from ifdiscover.errors import UsageError

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from collections.abc import Sequence

    from ifdiscover._cli.options import OptionParser


def add_options(parser: OptionParser) -> None:
    """Declare the options of ``Options``."""
    from ifdiscover._cli.options import RECORDINGS, add_color_option, add_format_options

    parser.add_argument(
        "recordings",
        metavar="FILE",
        nargs="+",
        help=f"one or two recorded hosts, the older first, each {RECORDINGS}; - is standard input; one is compared "
        "with this host",
    )
    add_format_options(parser, lines="- gone, + come, ~ changed")
    add_color_option(parser)
    parser.add_argument(
        "-c",
        metavar="DIR",
        dest="config_directory",
        help="take Postfix's parameters from DIR/main.cf, and compare what check finds, too (default: no main.cf, and "
        "mynetworks_style = host)",
    )
    parser.add_argument(
        "-o",
        metavar="NAME=VALUE",
        dest="overrides",
        action="append",
        default=[],
        help="set one of Postfix's parameters for this run, whatever main.cf says; repeatable",
    )
    parser.add_argument(
        "--netns", metavar="NAME|PATH|PID", help="compare one FILE with another network namespace, not with this host"
    )
    parser.add_argument("-v", "--verbose", action="store_true", help="say on stderr what was asked and not compared")


class Options(CommandOptions):
    """The options of ``ifdiscover diff``."""

    recordings: Sequence[str] = ()  # one or two
    form: str = "lines"  # or json
    color: str = "auto"  # or always, never
    config_directory: str | None = None  # the folder of main.cf
    overrides: Sequence[str] = ()  # NAME=VALUE each
    netns: str | None = None  # another network namespace, as the second host
    verbose: bool = False  # say what was asked and not compared


class _Reading(HostOptions):
    """What to read: a recording, or this host with its routes."""

    _wants_routes = True


def run(options: Options) -> int:
    """Print what differs; return 1 if anything does.

    Raises:
        UsageError: the two to compare are not clear.
        IfdiscoverError: a host could not be read; or Postfix's answer not be told, and what else differs was printed.
    """
    recordings = options.recordings
    if len(recordings) > 2:
        raise UsageError(f"diff compares two hosts, and not {len(recordings)}: give one FILE or two")
    if [*recordings] == ["-", "-"]:
        raise UsageError("- is standard input, which is read once: give a file's name for one of the two")
    if len(recordings) == 2 and options.netns is not None:
        raise UsageError("--netns is the host to compare one FILE with, and there are two: give one of them")
    before, after = (
        _Reading(recording=name, netns=None if name else options.netns, verbose=options.verbose).host
        for name in (recordings[0], (*recordings, None)[1])
    )
    output.warn((*before.warnings, *after.warnings))
    here, _chosen_by = which_directory(is_here=len(recordings) == 1 and options.netns is None)
    if here is not None and options.config_directory is None:
        output.say(f"main.cf used: none (-c {here or '/'} uses this host's)")
    from ifdiscover._differences.differences import differences

    settings = None
    if options.overrides:
        from ifdiscover._postfix.parameters.configuration import parse_overrides

        settings = parse_overrides(map(argument_text, options.overrides))
    answer = differences(before, after, config_directory=options.config_directory, overrides=settings)
    if options.verbose and answer.not_compared:
        output.say(f"not compared, since one of the two cannot tell: {', '.join(answer.not_compared)}")
    output.warn(answer.warnings)
    if answer.not_told and answer.trouble is None:
        output.complain("warning", f"{answer.not_told}: nobody knows what Postfix needs")
    if options.form == "json":
        from ifdiscover._render.difference_document import differences as document

        output.write(document(before, after, answer))
    else:
        from ifdiscover._render.differences import difference_lines

        output.write_lines(difference_lines(answer, output.paint(options.color)))
    if answer.trouble is not None:
        raise answer.trouble
    return 1 if answer.found else 0
