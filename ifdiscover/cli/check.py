"""``ifdiscover check``: every fault of Postfix's parameters at once."""

from __future__ import annotations

import os

from ifdiscover.cli import output
from ifdiscover.cli.host import get_host
from ifdiscover.cli.parameters import configuration_of, in_force
from ifdiscover.errors import UsageError
from ifdiscover.postfix.check_list import check_list
from ifdiscover.postfix.findings import INFO
from ifdiscover.postfix.matchlist import MatchList
from ifdiscover.render.text import finding_lines

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import ArgumentParser
    from collections.abc import Sequence

    from ifdiscover.model import Host
    from ifdiscover.postfix.configuration import Configuration
    from ifdiscover.postfix.findings import Finding


def add_options(parser: ArgumentParser) -> None:
    """Declare the options that ``run()`` takes."""
    from ifdiscover.cli.parser import add_configuration_options, add_host_options

    parser.add_argument(
        "file",
        metavar="FILE",
        nargs="?",
        help="a list of networks, or a main.cf, told by its first line; - is standard input "
        "(default: the main.cf of -c, of the environment's MAIL_CONFIG, or of /etc/postfix)",
    )
    parser.add_argument("--mynetworks", metavar="TEXT", help="a list, as it would stand in main.cf")
    parser.add_argument("--json", dest="as_json", action="store_true", help="one JSON document")
    add_configuration_options(parser)
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
    ...
