"""Read plain command lines without ``argparse``, from the same declarations.

Importing ``argparse`` and building a parser takes longer than reading a small host. Most command lines have only whole
options and words in them, and are read here. ``argparse`` reads all others, mistakes too, so only it reports errors
(``ifdiscover._cli.parser``).
"""

from __future__ import annotations

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    Values = dict[str, Any]

ALL_THAT_FOLLOWS = "..."
"""``argparse.REMAINDER``, for an option that takes a command with the options of its own."""

_ACTIONS = ("store", "append", "store_true", "store_const")
_UNDERSTOOD = frozenset(["action", "default", "dest", "const", "nargs", "metavar", "help", "choices"])


class _Argument:
    """A declared argument. It is no Record, since making one takes longer than reading a command line."""

    def __init__(self, name: str, declared: dict[str, Any], group: PlainGroup | None) -> None:
        self.name = name
        self.action: str = declared.get("action", "store")
        self.is_flag = self.action in ("store_true", "store_const")
        self.const = declared.get("const", True)
        self.default = declared.get("default", False if self.action == "store_true" else None)
        self.nargs: str | None = declared.get("nargs")
        self.choices: Sequence[str] | None = declared.get("choices")
        self.group = group


class PlainOptions:
    """Takes declarations as ``argparse`` does, and reads plain command lines as it does.

    A command line is plain if each option is written out, as one word; if its value is the next word or stands after
    ``=``; if the words that belong to no option stand side by side; and if at most one of the options that exclude each
    other is given, once.
    """

    def __init__(self) -> None:
        self._options: dict[str, _Argument] = {}
        self._words: _Argument | None = None
        self._arguments: list[_Argument] = []
        self._all_understood = True

    def add_argument(self, *flags: str, group: PlainGroup | None = None, **declared: Any) -> None:
        """Declare an option, or the words that belong to none, with the arguments of ``argparse``."""
        is_option = flags[0].startswith("-")
        name = declared.get("dest") or flags[-1].lstrip("-").replace("-", "_")
        argument = _Argument(name, declared, group)
        odd = is_option and argument.nargs not in (None, ALL_THAT_FOLLOWS)
        if not declared.keys() <= _UNDERSTOOD or argument.action not in _ACTIONS or odd:
            self._all_understood = False
        if is_option:
            self._options.update(dict.fromkeys(flags, argument))
        else:
            self._all_understood = self._all_understood and self._words is None
            self._words = argument
        self._arguments.append(argument)

    def add_argument_group(self, _title: str) -> PlainOptions:
        """These options: titles matter to help pages only."""
        return self

    @property
    def flags(self) -> tuple[str, ...]:
        """The options as they are written."""
        return tuple(self._options)

    def add_mutually_exclusive_group(self) -> PlainGroup:
        """A group for options that exclude each other."""
        return PlainGroup(self)

    def read(self, arguments: Sequence[str]) -> Values | None:
        """The values of a command line by name, as ``argparse`` gives them; None if it is not plain."""
        values: Values = {}
        for argument in self._arguments:
            default = argument.default
            values.setdefault(argument.name, list(default) if isinstance(default, list) else default)
        groups: list[PlainGroup] = []
        words: list[str] = []
        words_ended = False
        rest = iter(arguments)
        for text in rest:
            if _is_word(text):
                if words_ended:
                    return None
                words.append(text)
                continue
            words_ended = bool(words)
            flag, equals, value = text.partition("=")
            option = self._options.get(flag)
            if option is None or option.group in groups or (equals and (option.is_flag or flag[:2] != "--")):
                return None
            if option.group is not None:
                groups.append(option.group)
            if option.is_flag:
                values[option.name] = option.const
                continue
            if option.nargs == ALL_THAT_FOLLOWS:
                if equals:
                    return None
                values[option.name] = list(rest)
                break
            if not equals:
                value = next(rest, "--")
            if value == "--" or not (equals or _is_word(value)):
                return None
            if option.choices is not None and value not in option.choices:
                return None
            if option.action == "append":
                values[option.name].append(value)
            else:
                values[option.name] = value
        return values if self._all_understood and self._store_words(words, values) else None

    def _store_words(self, words: list[str], values: Values) -> bool:
        """Store the words that belong to no option in ``values``; False if their number is wrong."""
        if self._words is None:
            return not words
        nargs = self._words.nargs
        if nargs == "*" or (nargs == "+" and words):
            values[self._words.name] = words
        elif nargs == "?" and len(words) < 2:
            values[self._words.name] = words[0] if words else self._words.default
        else:
            return False
        return True


class PlainGroup:
    """Options that exclude each other."""

    def __init__(self, options: PlainOptions) -> None:
        self._options = options

    def add_argument(self, *flags: str, **declared: Any) -> None:
        """Declare an option of the group."""
        self._options.add_argument(*flags, group=self, **declared)


def _is_word(text: str) -> bool:
    """Whether a text cannot be an option; ``-`` alone is standard input."""
    return text[:1] != "-" or text == "-"
