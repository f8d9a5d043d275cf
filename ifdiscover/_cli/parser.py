"""``argparse`` with this program's exit statuses, help pages and output functions."""

from __future__ import annotations

import argparse
import os
import re
from textwrap import fill

from ifdiscover._cli import output
from ifdiscover._cli.help import end_of_page, usage, width
from ifdiscover._cli.plain import ALL_THAT_FOLLOWS, PlainOptions

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import Any, NoReturn

    Commands = Mapping[str, tuple[str, Any]]  # what each prints, and its module


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


OTHER_NAMES = {
    "-4": ("--family 4",),
    "-6": ("--family 6",),
    "--ipv4": ("-4", "--family 4"),
    "--ipv6": ("-6", "--family 6"),
    "--global": ("--scope global",),
    "--why": ("--format explain",),
}
"""What other programs call it, and what it is here: the first of which the command has the option."""


class Stop(Exception):  # noqa: N818 - not an error: --help stops here too
    """Parsing ends here; the parser has already printed its message or help page.

    Attributes:
        status: the exit status.
    """

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


class Formatter(argparse.RawDescriptionHelpFormatter):
    """Help as wide as the terminal."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog, width=width())


class Parser(argparse.ArgumentParser):
    """The parser of one command."""

    def __init__(self, command: str, description: str, every_command: Callable[[], Commands] = dict) -> None:
        super().__init__(
            prog=f"ifdiscover {command}",
            description=fill(f"Print {description}.", width()),
            epilog=end_of_page(command),
            formatter_class=Formatter,
            allow_abbrev=False,
            add_help=False,
        )
        self.color = False  # Python 3.14 would colour help pages; the output must be the same on every Python
        # No command takes negative numbers: if -4 is not an option of the command, it is a mistake, not a file's name.
        self._negative_number_matcher = re.compile("(?!)")
        flags = ("--help",) if command == "postconf" else ("-h", "--help")  # -h is an option of postconf's own
        self.add_argument(*flags, action="help", help="this page")
        self._every_command = every_command
        self._removed = REMOVED_OPTIONS.get(command, {})
        self._positionals.title, self._optionals.title = "words", "options"

    def add_argument_group(self, *titles: Any, **more: Any) -> argparse._ArgumentGroup:
        """The group of that title: the one that is there, if there is one."""
        there = [group for group in self._action_groups if group.title in titles]
        return there[0] if there else super().add_argument_group(*titles, **more)

    def format_help(self) -> str:
        """The page, with a usage that leaves the options to what stands below it."""
        words = map(_words_of, self._get_positional_actions())
        self.usage = usage(self.prog, words).partition(": ")[2].replace("%", "%%")
        return super().format_help()

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
            self.error(f"unrecognized arguments: {' '.join(unknown)}{self._meant(unknown[0])}")
        return vars(values)

    def _meant(self, unknown: str) -> str:
        """What was perhaps meant by an argument: an option of this command, or one that only others have."""
        from ifdiscover._misuse import hint

        option = unknown.partition("=")[0]
        if not option.startswith("-"):
            meant = self._option_for(unknown)
            return f"; did you mean {meant}?" if meant else ""
        for meant in OTHER_NAMES.get(option, ()):
            if meant.split()[0] in self._option_string_actions:
                return f"; did you mean {meant}?"
        form = self._option_string_actions.get("--format")
        if form is not None and option[2:] in (form.choices or ()):
            return f"; did you mean --format {option[2:]}?"
        near = hint(option, self._option_string_actions)
        others = [name for name, (_text, module) in self._every_command().items() if option in _options_of(module)]
        return f"; {option} is an option of {', '.join(others)}" if others else near

    def _check_value(self, action: argparse.Action, value: Any) -> None:
        """Refuse a value that is none of the choices, in the same words on every Python."""
        if action.choices is not None and value not in action.choices:
            raise argparse.ArgumentError(action, f'"{value}" is none of {", ".join(map(str, action.choices))}')

    def _option_for(self, word: str) -> str:
        """The option that was perhaps left out before a word; "" if none of the command's goes with it."""
        there = self._option_string_actions
        if "--from" in there and os.path.isfile(word):  # noqa: PTH113 - Path raises if a name is too long
            return f"--from {word}"
        if "--to" in there:
            return f"--to {word}"
        if "-i" in there and word[:1].isalpha() and "/" not in word:
            return f"-i {word}"
        return ""

    def error(self, message: str) -> NoReturn:
        """Stop with EX_USAGE instead of argparse's own status 2."""
        output.complain("error", f"{message}{' See' if message.endswith('?') else '; see'} {self.prog} --help")
        raise Stop(64)

    def exit(self, status: int = 0, message: str | None = None) -> NoReturn:
        """Raise ``Stop``: the process may be a caller's, so it must not end here."""
        if message:
            output.say(message)
        raise Stop(status)

    def _print_message(self, message: str, file: object = None) -> None:  # noqa: ARG002 - argparse names it
        output.write(message)


def _words_of(action: argparse.Action) -> str:
    word = str(action.metavar)
    return {"+": f"{word}...", "*": f"[{word}]...", "?": f"[{word}]"}[str(action.nargs)]


def _options_of(module: Any) -> tuple[str, ...]:
    """The options of another command, as written."""
    options = PlainOptions()
    module.add_options(options)
    return options.flags
