"""``ifdiscover check``: every fault of Postfix's parameters at once."""

from __future__ import annotations

import os
from errno import ENOENT

from ifdiscover._cli import output
from ifdiscover._cli.host import CHOSEN_BY, ParameterOptions, argument_text
from ifdiscover._names import is_copyable
from ifdiscover._postfix import DIRECTORY
from ifdiscover._postfix.check.elements.known import Known
from ifdiscover._postfix.check.parameters import check_configuration, check_given_list, check_list_file, is_main_cf
from ifdiscover._postfix.in_force import INSTALLED, hostname_of, machine_of
from ifdiscover._postfix.ipv6_absence import disabled_reader
from ifdiscover._postfix.lists.configured import PARAMETER
from ifdiscover._postfix.parameters.configuration import Configuration
from ifdiscover._postfix.parameters.main_cf import parse, read
from ifdiscover._postfix.route_destinations import destinations_reader
from ifdiscover._postfix.syntax.files import read_config_file, read_standard_input
from ifdiscover._postfix.syntax.findings import INFO, MEDIUM, SEVERITIES, by_severity
from ifdiscover.errors import ConfigFileError, UsageError

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from collections.abc import Sequence

    from ifdiscover._cli.options import OptionParser
    from ifdiscover._postfix.parameters.main_cf import MainCf
    from ifdiscover._postfix.syntax.findings import Finding
    from ifdiscover._postfix.syntax.machine import Answers


def add_options(parser: OptionParser) -> None:
    """Declare the options of ``Options``."""
    from ifdiscover._cli.options import (
        add_color_option,
        add_configuration_options,
        add_format_options,
        add_host_options,
    )

    parser.add_argument(
        "file",
        metavar="FILE",
        nargs="?",
        help="a list of networks, or a main.cf if it has a line NAME = VALUE; - is standard input "
        "(default: the main.cf in force)",
    )
    parser.add_argument("--mynetworks", metavar="TEXT", help="a list, as it would stand in main.cf")
    parser.add_argument(
        "--fail-on",
        metavar="SEVERITY",
        choices=SEVERITIES,
        default=MEDIUM,
        help=f"exit with 1 if a finding is as severe as this or more: {', '.join(SEVERITIES)} (default: {MEDIUM})",
    )
    add_format_options(parser, lines="some for each finding")
    add_color_option(parser)
    add_configuration_options(parser)
    add_host_options(parser)


class Options(ParameterOptions):
    """The options of ``ifdiscover check``."""

    file: str | None = None  # a list of networks or a main.cf; - is standard input
    mynetworks: str | None = None  # a list, as it would stand in main.cf
    fail_on: str = MEDIUM  # the status is 1 if a finding has this severity or a higher one
    form: str = "lines"  # or json
    color: str = "auto"  # or always, never

    _wants_routes = True


def run(options: Options) -> int:
    """Print what is wrong and return the status."""
    file, mynetworks = options.file, options.mynetworks
    texts = (("FILE", file), ("--mynetworks", mynetworks), ("-c", options.config_directory))
    given = [name for name, value in texts if value is not None]
    if len(given) > 1:
        raise UsageError(f"{' and '.join(given)} are each something to check; give one of them")
    if file == options.recording == "-":
        raise UsageError("- is standard input, which is read once: give a file's name, or --from one")

    if not given and not options.is_here:
        raise UsageError("the main.cf of this machine is not read for another host; give -c DIR, FILE or --mynetworks")

    settings = options.settings
    host = options.named_host
    commands: Sequence[str] = ()
    warnings: Sequence[str] = ()
    if mynetworks is not None:
        settings[PARAMETER] = argument_text(mynetworks)
        found = check_given_list(Configuration(None, settings, hostname_of(host)), host)
        options.say_main_cf(None, "--mynetworks is checked by itself")
    elif file is None:
        directory, chosen_by = options.main_cf
        if directory is None:
            remedy = "this machine has no Postfix there: give -c DIR, FILE or --mynetworks TEXT"
            raise ConfigFileError("open", f"{DIRECTORY}/main.cf", os.strerror(ENOENT), ENOENT, remedy)
        main_cf = read(directory, is_here=options.recording is None, is_installed=chosen_by == INSTALLED)
        options.say_main_cf(main_cf.path, CHOSEN_BY[chosen_by])
        found, commands, warnings = _check(main_cf, directory, options)
    else:
        name, text = ("standard input", read_standard_input()) if file == "-" else (file, read_config_file(file))
        if is_main_cf(text):
            directory = DIRECTORY if file == "-" else os.path.dirname(os.path.abspath(file))  # noqa: PTH100, PTH120 - pathlib costs more to import
            options.say_main_cf(name, "FILE")
            main_cf = parse(text, name, {"config_directory": directory} if options.recording is None else None)
            main_cf = main_cf if file == "-" else main_cf._replace(folder=directory)
            found, commands, warnings = _check(main_cf, directory, options)
        else:
            options.say_main_cf(None, f"{name} is a list, and checked by itself")
            found = check_list_file(Configuration(None, settings, hostname_of(host)), text, name, host)
            if not text.strip():
                warnings = [f"{name} is empty: as a list of networks it trusts nobody"]
    found = by_severity(found)
    output.warn(warnings)
    if not found:
        options.explain("no faults found")
    if options.form == "json":
        from ifdiscover._render import documents

        output.write(documents.findings(found, commands, warnings))
    elif found:
        from ifdiscover._render.findings import report_lines

        output.write_lines(report_lines(found, commands, _page(), output.paint(options.color)))
    return _status(found, options.fail_on)


def _status(found: Sequence[Finding], fail_on: str) -> int:
    """1 if a finding has the severity ``fail_on`` or a higher one, else 65 if one cannot be decided here, else 0."""
    failing = SEVERITIES[: SEVERITIES.index(fail_on) + 1]
    if any(finding.severity in failing for finding in found):
        return 1
    return 65 if any(finding.cannot_tell for finding in found) else 0


def _check(main_cf: MainCf, directory: str, options: Options) -> tuple[list[Finding], Sequence[str], Sequence[str]]:
    """The findings about a main.cf on the host, the commands that write what they suggest, and the host's warnings."""
    configuration = Configuration(main_cf, options.settings, hostname_of(options.host), directory)
    host, netns = options.host, options.netns
    is_disabled, destinations = disabled_reader(host, netns), destinations_reader(host, netns)
    answers: Answers = {}

    def judge(judged: Configuration) -> list[Finding]:
        return check_configuration(judged, host, is_disabled, destinations, answers)

    found = judge(configuration)
    is_shown = os.path.basename(main_cf.path) == "main.cf" and is_copyable(directory)  # noqa: PTH119 - pathlib costs more to import
    if not is_shown or all(finding.severity == INFO for finding in found):
        return found, (), host.warnings
    from ifdiscover._postfix.check.mending import mended_values, postconf_command

    values = mended_values(found, configuration, lambda values: judge(configuration.with_values(values)))
    commands = [postconf_command(directory, "-e", f"{name} = {value}") for name, value in values.items()]
    if any((finding.place.file or "").endswith("/master.cf") for finding in found):
        known = Known(host, configuration, machine_of(configuration, host, answers), destinations)
        commands += _service_commands(found, known, configuration, directory)
    # One that is shown escaped would be another command to whoever copies it.
    return found, list(filter(is_copyable, commands)), host.warnings


def _service_commands(
    found: Sequence[Finding], known: Known, configuration: Configuration, directory: str
) -> list[str]:
    """The commands that write what is suggested for services of master.cf."""
    from ifdiscover._postfix.check.mending import mended_services, postconf_command
    from ifdiscover._postfix.check.services import check_service
    from ifdiscover._postfix.services.service import master_cf_of

    master_cf = master_cf_of(configuration, known.machine)
    services = () if master_cf is None else master_cf.services
    mended = mended_services(found, services, lambda service: check_service(service, configuration, known))
    return [
        postconf_command(directory, "-P", f"{service.name}/{service.type}/{name}={service.overrides[name].value}")
        for service, name in mended
    ]


def _page() -> str:
    """How a person here finds docs/check.md: its path, or, in a zipapp, the command that prints it."""
    package = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))  # noqa: PTH100, PTH120 - pathlib costs more to import
    above = os.path.dirname(package)  # noqa: PTH120
    try:
        here = f"{os.getcwd()}/"  # noqa: PTH109
    except OSError:  # somebody has removed it
        here = ""
    for path in (f"{package}/_docs/check.md", f"{above}/docs/check.md"):  # installed; in a checkout
        if os.path.isfile(path):  # noqa: PTH113
            return path.removeprefix(here)
    return f"check.md, which this prints: unzip -p {above} ifdiscover/_docs/check.md"
