"""``ifdiscover watch``: what Postfix makes of this host, and each change of that as it comes."""

from __future__ import annotations

from ifdiscover._cli import output
from ifdiscover._cli.host import ParameterOptions
from ifdiscover._record import CollectingResumed
from ifdiscover._watching.change import reading_of
from ifdiscover._watching.watch import DEBOUNCE, Watch
from ifdiscover.errors import IfdiscoverError, UnknownNamespaceError, UsageError

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ifdiscover._cli.options import OptionParser
    from ifdiscover._cli.signals import Ending
    from ifdiscover._watching.change import Reading, Step


def add_options(parser: OptionParser) -> None:
    """Declare the options of ``Options``."""
    from ifdiscover._cli.options import add_configuration_options, add_format_options, add_host_options

    parser.add_argument(
        "--debounce",
        metavar="SECONDS",
        help=f"a change is reported when nothing more has changed for so long (default: {DEBOUNCE})",
    )
    parser.add_argument(
        "--exec",
        metavar="COMMAND",
        dest="command",
        nargs="...",
        help="run this for each change, one at a time, with the change as JSON on its standard input; all words that "
        "follow are the command's",
    )
    add_format_options(parser, lines="one for each change", json="one JSON object for each change, on a line")
    add_configuration_options(parser, may_be_recorded=False)
    add_host_options(parser, may_be_recorded=False)


class Options(ParameterOptions):
    """The options of ``ifdiscover watch``."""

    debounce: str | None = None  # seconds
    command: Sequence[str] | None = None  # run for each change
    form: str = "lines"  # or json

    _wants_routes = True

    def reading(self) -> Reading:
        """The host and main.cf, read again."""
        self.forget()
        return reading_of(self.host, self.configuration)


def run(options: Options, ending: Ending) -> int:
    """Print the answer and its changes until a signal comes; return 0 for SIGTERM, 130 for SIGINT."""
    if options.command == []:
        raise UsageError("--exec takes a command: the words that follow it")
    debounce = _seconds(options.debounce)

    def read() -> Reading:
        return ending.at_once(options.reading)

    with CollectingResumed(), Watch(read, debounce=debounce, netns=options.netns, woken=ending.woken) as watch:
        ending.stop = watch.stop
        if options.command is None:
            return _report(watch, options, ending, lambda _step: None)
        from ifdiscover._render.changes import change_object
        from ifdiscover._watching.commands import Command

        with Command(options.command, change_object, output.say) as command:

            def stop() -> None:
                command.start_no_more()
                watch.stop()

            ending.stop, ending.hurry = stop, command.end_now
            return _report(watch, options, ending, command.run)


def _report(watch: Watch, options: Options, ending: Ending, run_command: Callable[[Step], None]) -> int:
    """Print each change, and run the command for all but the first, which is what was found; return the status."""
    if options.form == "json":
        from ifdiscover._render.changes import change_object as rendered
    else:
        from ifdiscover._render.changes import change_line as rendered
    has_answer, told = False, ""
    while True:
        try:
            step = next(watch)
        except StopIteration:
            return ending.status
        except UnknownNamespaceError as error:  # said before a command that runs has ended
            output.complain_of(error)
            return error.status
        except IfdiscoverError as error:  # a main.cf that somebody writes, or a host that cannot be read now
            if not has_answer:
                raise
            if str(error) != told:  # it is read again and again
                output.complain_of(error)
            told = str(error)
            continue
        told = ""
        known = () if step.before is None else step.before.warnings
        output.warn(warning for warning in step.after.warnings if warning not in known)
        output.write(f"{rendered(step.change)}\n")
        if has_answer:
            run_command(step)
        has_answer = True
        options.quiet = True  # which main.cf is used is said once


def _seconds(text: str | None) -> float:
    try:
        return DEBOUNCE if text is None else float(text)
    except ValueError:
        raise UsageError(f"--debounce takes a number of seconds, and not {text}") from None
