"""``argparse`` with this program's exit statuses and output functions, and the page of ``ifdiscover --help``."""

from __future__ import annotations

import argparse
import os
import re

from ifdiscover._cli import output
from ifdiscover._cli.plain import ALL_THAT_FOLLOWS
from ifdiscover._cli.statuses import STATUSES

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any, NoReturn


REMOVED_OPTIONS = {
    "addresses": {
        "--prefixlen": "write --format cidr",
        "--long": "write --format table",
        "-c": "addresses reads no main.cf; give --inet-protocols",
        "-o": "addresses reads no main.cf; give --inet-protocols",
    },
    "mynetworks": {"--value-only": "write --format value"},
}
"""The options that each command once had, and what to do now."""


class Stop(Exception):  # noqa: N818 - not an error: --help stops here too
    """Parsing ends here; the parser has already printed its message or help page.

    Attributes:
        status: the exit status.
    """

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


class Formatter(argparse.RawDescriptionHelpFormatter):
    """Help as wide as the terminal. ``shutil``, which could tell the width, takes longer to import than a command."""

    def __init__(self, prog: str) -> None:
        try:
            width = int(os.environ.get("COLUMNS") or os.get_terminal_size().columns)
        except (OSError, ValueError):
            width = 80
        super().__init__(prog, width=max(width - 2, 40))


class Parser(argparse.ArgumentParser):
    """The parser of one command."""

    def __init__(self, command: str, description: str) -> None:
        super().__init__(
            prog=f"ifdiscover {command}",
            description=f"Print {description}.",
            epilog=STATUSES,
            formatter_class=Formatter,
            allow_abbrev=False,
            add_help=False,
        )
        self.color = False  # Python 3.14 would colour help pages; the output must be the same on every Python
        # No command takes negative numbers: if -4 is not an option of the command, it is a mistake, not a file's name.
        self._negative_number_matcher = re.compile("(?!)")
        flags = ("--help",) if command == "postconf" else ("-h", "--help")  # -h is an option of postconf's own
        self.add_argument(*flags, action="help", help="this page")
        self._removed = REMOVED_OPTIONS.get(command, {})

    def read(self, arguments: Sequence[str]) -> dict[str, Any]:
        """The values of a command line, by name; if an option was removed, the error says what to write now."""
        for place, text in enumerate(arguments):
            option = self._option_string_actions.get(text)
            if option is not None and option.nargs == ALL_THAT_FOLLOWS:
                # argparse itself would stop at a "--", which here is the command's.
                return {**self.read(arguments[:place]), option.dest: list(arguments[place + 1 :])}
        values, unknown = self.parse_known_args(arguments)
        for text in unknown:
            if text in self._removed:
                self.error(f"{text} is gone: {self._removed[text]}")
        if unknown:
            self.error(f"unrecognized arguments: {' '.join(unknown)}")
        return vars(values)

    def error(self, message: str) -> NoReturn:
        """Stop with EX_USAGE instead of argparse's own status 2."""
        output.complain("error", f"{message}; see {self.prog} --help")
        raise Stop(64)

    def exit(self, status: int = 0, message: str | None = None) -> NoReturn:
        """Raise ``Stop``: the process may be a caller's, so it must not end here."""
        if message:
            output.say(message)
        raise Stop(status)

    def _print_message(self, message: str, file: object = None) -> None:  # noqa: ARG002 - argparse names it
        output.write(message)


def help_page(commands: Mapping[str, str]) -> str:
    """What ``ifdiscover --help`` prints."""
    width = max(map(len, commands))
    lines = [
        "usage: ifdiscover [COMMAND] [OPTION]...",
        "",
        "Print a host's addresses and netmasks, and the networks that its Postfix would therefore trust.",
        "",
        "commands:",
        *(f"  {name.ljust(width)}  {text}" for name, text in commands.items()),
        "",
        "options:",
        "  -h, --help     this page; after a command, that command's",
        "  --version      the version of ifdiscover",
        "",
        STATUSES,
    ]
    return "\n".join(lines) + "\n"
