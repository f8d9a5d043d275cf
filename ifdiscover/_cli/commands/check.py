"""``ifdiscover check``: every fault of Postfix's parameters at once."""

from __future__ import annotations

import os

from ifdiscover._cli import output
from ifdiscover._cli.host import ParameterOptions, argument_text
from ifdiscover._postfix.check.parameters import check_configuration, check_given_list, check_list_file, is_main_cf
from ifdiscover._postfix.findings import HIGH, INFO, MEDIUM
from ifdiscover._postfix.in_force import hostname_of, named_directory
from ifdiscover._postfix.ipv6_absence import unknown_switch
from ifdiscover._postfix.lists.configured import PARAMETER
from ifdiscover._postfix.parameters.configuration import DIRECTORY, Configuration
from ifdiscover._postfix.parameters.main_cf import parse, read
from ifdiscover._postfix.syntax.files import read_config_file, read_standard_input
from ifdiscover._render.text import finding_lines
from ifdiscover.errors import UsageError

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from ifdiscover._cli.options import OptionParser
    from ifdiscover._postfix.findings import Finding
    from ifdiscover._postfix.parameters.main_cf import MainCf


def add_options(parser: OptionParser) -> None:
    """Declare the options that ``Options`` has."""
    from ifdiscover._cli.options import add_configuration_options, add_host_options, add_json_option

    parser.add_argument(
        "file",
        metavar="FILE",
        nargs="?",
        help="a list of networks, or a main.cf, told by a line NAME = VALUE; - is standard input "
        "(default: the main.cf of -c)",
    )
    parser.add_argument("--mynetworks", metavar="TEXT", help="a list, as it would stand in main.cf")
    add_json_option(parser)
    add_configuration_options(parser, f"the environment's MAIL_CONFIG, or {DIRECTORY}")
    add_host_options(parser)


class Options(ParameterOptions):
    """What ``ifdiscover check`` can be told."""

    file: str | None = None  # a list of networks or a main.cf; - is standard input
    mynetworks: str | None = None  # a list, as it would stand in main.cf
    as_json: bool = False


def run(options: Options) -> int:
    """Print what is wrong. 0: nothing, 1: something, 65: only Postfix can tell."""
    file, mynetworks = options.file, options.mynetworks
    texts = (("FILE", file), ("--mynetworks", mynetworks), ("-c", options.config_directory))
    given = [name for name, value in texts if value is not None]
    if len(given) > 1:
        raise UsageError(f"{' and '.join(given)} are each something to check; give one of them")
    if file == options.recording == "-":
        raise UsageError("- is standard input, which is read once: give a file's name, or --from one")

    settings = options.settings
    host = options.named_host
    if mynetworks is not None:
        settings[PARAMETER] = argument_text(mynetworks)
        found = check_given_list(Configuration(None, settings, hostname_of(host)))
    elif file is None:
        directory = named_directory(options.config_directory)
        directory = DIRECTORY if directory is None else directory
        options.explain(f"checking {directory}/main.cf")
        found = _check(read(directory), directory, options)
    else:
        name, text = ("standard input", read_standard_input()) if file == "-" else (file, read_config_file(file))
        if is_main_cf(text):
            directory = DIRECTORY if file == "-" else os.path.dirname(os.path.abspath(file))  # noqa: PTH100, PTH120 - pathlib costs more to import
            found = _check(parse(text, name, {"config_directory": directory}), directory, options)
        else:
            found = check_list_file(Configuration(None, settings, hostname_of(host)), text, name)
    if not found:
        options.explain("no faults found")
    if options.as_json:
        from ifdiscover._render import documents

        output.write(documents.findings(found))
    else:
        output.write_lines(line for finding in found for line in finding_lines(finding))
    severities = {finding.severity for finding in found}
    return 1 if severities & {HIGH, MEDIUM} else 65 if INFO in severities else 0


def _check(main_cf: MainCf, directory: str, options: Options) -> list[Finding]:
    """What is wrong with a main.cf on the host."""
    configuration = Configuration(main_cf, options.settings, hostname_of(options.host), directory)
    return check_configuration(configuration, options.host, None if options.netns is None else unknown_switch)
