"""Read plain command lines without ``argparse``, from the same declarations.

To import ``argparse`` and build a parser takes longer than to read a small host, and most command lines have nothing in
them but whole options and words. Whatever else there may be, a mistake above all, is left to ``argparse``, so that it
alone says what is wrong (``ifdiscover._cli.parser``).
"""

from __future__ import annotations

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    Values = dict[str, Any]

_ACTIONS = ("store", "append", "store_true", "store_const")
_UNDERSTOOD = frozenset(["action", "default", "dest", "const", "nargs", "metavar", "help", "choices"])


class _Argument:
    """What was declared; no Record, which takes longer to make than a command line to read."""

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
    """Options as they are declared to ``argparse``, and the plain command lines among those that it takes.

    Plain is: each option whole and in its own word, its value in the next one or after ``=``; words that belong to no
    option side by side; and of options that exclude each other one, once.
    """

    def __init__(self) -> None:
        self._options: dict[str, _Argument] = {}
        self._words: _Argument | None = None
        self._arguments: list[_Argument] = []
        self._all_understood = True

    def add_argument(self, *flags: str, group: PlainGroup | None = None, **declared: Any) -> None:
        """Declare an option, or the words that belong to none, in the words of ``argparse``."""
        is_option = flags[0].startswith("-")
        name = declared.get("dest") or flags[-1].lstrip("-").replace("-", "_")
        argument = _Argument(name, declared, group)
        if not declared.keys() <= _UNDERSTOOD or argument.action not in _ACTIONS or (is_option and argument.nargs):
            self._all_understood = False
        if is_option:
            self._options.update(dict.fromkeys(flags, argument))
        else:
            self._all_understood = self._all_understood and self._words is None
            self._words = argument
        self._arguments.append(argument)

    def add_mutually_exclusive_group(self) -> PlainGroup:
        """Something to declare options to of which one at most may be given."""
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
        return values if self._all_understood and self._put(words, values) else None

    def _put(self, words: list[str], values: Values) -> bool:
        """Put the words that belong to no option where they belong; whether there is such a place."""
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
    """Options of which one at most may be given."""

    def __init__(self, options: PlainOptions) -> None:
        self._options = options

    def add_argument(self, *flags: str, **declared: Any) -> None:
        """Declare one of them."""
        self._options.add_argument(*flags, group=self, **declared)


def _is_word(text: str) -> bool:
    """Whether it cannot be an option; ``-`` alone is a name for standard input."""
    return text[:1] != "-" or text == "-"
