"""``ifdiscover check``: every fault of Postfix's parameters at once."""

from __future__ import annotations

import os

from ifdiscover.cli import output
from ifdiscover.cli.host import get_host
from ifdiscover.cli.parameters import hostname_of, respelt
from ifdiscover.errors import UsageError
from ifdiscover.postfix.check.parameters import check_configuration, check_given_list, check_list_file, is_main_cf
from ifdiscover.postfix.findings import HIGH, INFO, MEDIUM
from ifdiscover.postfix.ipv6_absence import unknown_switch
from ifdiscover.postfix.lists.configured import PARAMETER
from ifdiscover.postfix.parameters.configuration import DIRECTORY, Configuration, parse_overrides
from ifdiscover.postfix.parameters.main_cf import parse, read
from ifdiscover.postfix.syntax.files import read_config_file, read_standard_input
from ifdiscover.render.text import finding_lines

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from ifdiscover.cli.options import Options
    from ifdiscover.postfix.findings import Finding
    from ifdiscover.postfix.parameters.main_cf import MainCf


def add_options(parser: Options) -> None:
    """Declare the options that ``run()`` takes."""
    from ifdiscover.cli.options import add_configuration_options, add_host_options

    parser.add_argument(
        "file",
        metavar="FILE",
        nargs="?",
        help="a list of networks, or a main.cf, told by a line NAME = VALUE; - is standard input "
        "(default: the main.cf of -c)",
    )
    parser.add_argument("--mynetworks", metavar="TEXT", help="a list, as it would stand in main.cf")
    parser.add_argument("--json", dest="as_json", action="store_true", help="one JSON document")
    add_configuration_options(parser, f"the environment's MAIL_CONFIG, or {DIRECTORY}")
    add_host_options(parser)


def run(
    *,
    file: str | None = None,
    mynetworks: str | None = None,
    as_json: bool = False,
    config_directory: str | None = None,
    overrides: Sequence[str] = (),
    backend: str | None = None,
    recording: str | None = None,
    netns: str | None = None,
    verbose: bool = False,
) -> int:
    """Print what is wrong; the arguments are the options. 0: nothing, 1: something, 65: only Postfix can tell."""
    texts = (("FILE", file), ("--mynetworks", mynetworks), ("-c", config_directory))
    given = [name for name, value in texts if value is not None]
    if len(given) > 1:
        raise UsageError(f"{' and '.join(given)} are each something to check; give one of them")
    if file == recording == "-":
        raise UsageError("- is standard input, which is read once: give a file's name, or --from one")

    settings = parse_overrides(map(respelt, overrides))
    # A host that is named is read, though a list has no need of one: what is said of it is not passed over in silence.
    named = (backend, recording, netns) != (None, None, None)
    host = get_host(backend, recording, netns, verbose=verbose) if named else None

    def of_main_cf(main_cf: MainCf, directory: str) -> list[Finding]:
        where = host or get_host(None, None, None, verbose=verbose)
        configuration = Configuration(main_cf, settings, hostname_of(where), directory)
        return check_configuration(configuration, where, None if netns is None else unknown_switch)

    if mynetworks is not None:
        found = check_given_list(Configuration(None, {**settings, PARAMETER: respelt(mynetworks)}, hostname_of(host)))
    elif file is None:
        directory = (os.environ.get("MAIL_CONFIG") or DIRECTORY) if config_directory is None else config_directory
        if verbose or output.on_terminal():
            output.say(f"checking {directory}/main.cf")
        found = of_main_cf(read(directory), directory)
    else:
        name, text = ("standard input", read_standard_input()) if file == "-" else (file, read_config_file(file))
        if is_main_cf(text):
            directory = DIRECTORY if file == "-" else os.path.dirname(os.path.abspath(file))  # noqa: PTH100, PTH120 - pathlib costs more to import
            found = of_main_cf(parse(text, name, {"config_directory": directory}), directory)
        else:
            found = check_list_file(Configuration(None, settings, hostname_of(host)), text, name)
    if not found and (verbose or output.on_terminal()):
        output.say("no faults found")
    if as_json:
        from ifdiscover.render import documents

        output.write(documents.findings(found))
    else:
        output.write_lines(line for finding in found for line in finding_lines(finding))
    severities = {finding.severity for finding in found}
    return 1 if severities & {HIGH, MEDIUM} else 65 if INFO in severities else 0
