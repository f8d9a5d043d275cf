"""Expands ``$name`` and its other forms in the values of main.cf, as Postfix does.

The expansion is pure: its input is a text and a function that knows the parameters, its output a text. Limits on
nesting, number and size are checked before work is done.
"""

from __future__ import annotations

from ifdiscover._names import to_bytes
from ifdiscover._postfix.parameters.compatibility_level import compatibility_level
from ifdiscover._postfix.syntax.words import shortened
from ifdiscover._record import Record
from ifdiscover.errors import MacroError, MacroLimitError

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

    Lookup = Callable[[str], "str | None"]

MAX_DEPTH = 100
"""Postfix's own limit on nested texts: values, operands and arms."""

MAX_MACROS = 100_000
"""For one value. Postfix has no limit: twenty parameters that each name the next one twice keep it busy for long."""

MAX_LENGTH = 64 << 20
"""Characters that the macros of one value may produce. Postfix is limited only by its memory."""

FREE_MACROS, FREE_LENGTH = 1000, 1 << 20
"""So much of a value counts for nothing else. What is beyond that counts against one ``Allowance`` for all values."""

_BLANKS = " \t\r\n"  # a vertical tab is no blank here
_DIGITS = "0123456789"
_ALPHANUMERIC = _DIGITS + "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
_NAME = _ALPHANUMERIC + "_"
_OPERATOR = "=<>!?+-*/~&|%"
_COMPARISONS: dict[str, Callable[[int], bool]] = {
    "==": lambda order: order == 0,
    "!=": lambda order: order != 0,
    "<": lambda order: order < 0,
    "<=": lambda order: order <= 0,
    ">=": lambda order: order >= 0,
    ">": lambda order: order > 0,
}
_OPERATORS_EXPECTED = '"==" or "!="" or "<"" or "<="" or ">="" or ">" expected'  # with Postfix's odd quotes
_EXAMPLE = "write ${{LEFT} == {RIGHT} ? {TEXT} : {TEXT}}"


class _Comparison(Record):
    left: str
    operator: str
    by_level: bool
    right: str


class _Arm(Record):
    """The text after ``?`` or ``:``, which may have macros."""

    text: str
    if_true: bool


class _Macro(Record):
    """The parsed text between the braces."""

    condition: str | _Comparison  # str: a parameter's name
    then: str | None = None
    otherwise: str | None = None


class Allowance:
    """What all values of one main.cf may take beyond what is free to each: as much as two values alone."""

    def __init__(self) -> None:
        self.macros_left = 2 * MAX_MACROS
        self.length_left = 2 * MAX_LENGTH


def expand(text: str, lookup: Lookup, allowance: Allowance | None = None) -> str:
    """The text with every macro replaced.

    Args:
        text: a value as it stands in main.cf.
        lookup: takes a name and returns its value before expansion. None: not defined, which counts as empty. Its
            exceptions pass through. It is called only for names that are needed: an arm that is not taken is not
            expanded.
        allowance: what is left for this value and others together; None: this one is alone.

    Raises:
        MacroError: the text after a ``$`` is none of the forms, or macros nest too deep or in a circle. The sentence
            is Postfix's warning.
        MacroLimitError: the value has more macros than ``MAX_MACROS`` or grows beyond ``MAX_LENGTH``, or nothing of the
            allowance is left.
    """
    return _Expansion(lookup, allowance or Allowance()).text(text, 0)


def demand_macros(text: str) -> None:
    """Check the form of each macro in a text. No parameter is needed, and arms are not checked.

    Raises:
        MacroError: a macro has a wrong form. ``expand()`` would raise the same error if it came that far.
    """
    for is_macro, piece in _pieces(text):
        if is_macro:
            _parsed(piece)


def mentions(text: str) -> list[str]:
    """Every name that a text mentions, also in arms that are not taken.

    As in Postfix, reading ends at the first fault, and names before it count: ``${x?{$y}z}`` has both names, ``$(x``
    none.
    """
    found: list[str] = []
    try:  # noqa: SIM105 - contextlib is imported by nothing else here
        _mentions(text, 0, found)
    except MacroError:
        pass
    return found


def _mentions(text: str, depth: int, found: list[str]) -> None:
    for is_macro, piece in _pieces(text):
        if depth > MAX_DEPTH:
            raise _too_deep(piece)
        if not is_macro:
            continue
        for part in _parts(piece):
            if isinstance(part, _Arm):
                _mentions(part.text, depth + 1, found)
            elif isinstance(part, _Comparison):
                try:
                    _mentions(part.left, depth + 1, found)
                finally:  # also if the left operand has a fault
                    _mentions(part.right, depth + 1, found)
            else:
                found.append(part)


class _Expansion:
    """One call of ``expand()``, and what is left of its limits."""

    def __init__(self, lookup: Lookup, allowance: Allowance) -> None:
        self.lookup = lookup
        self.allowance = allowance
        self.macros_left = MAX_MACROS
        self.length_left = MAX_LENGTH

    def text(self, text: str, depth: int) -> str:
        if "$" not in text and depth <= MAX_DEPTH:
            return text
        done = []
        for is_macro, piece in _pieces(text):
            if depth > MAX_DEPTH:
                raise _too_deep(piece)
            done.append(self.macro(piece, depth + 1) if is_macro else piece)
        return "".join(done)

    def macro(self, body: str, depth: int) -> str:
        self.macros_left -= 1
        if self.macros_left < 0:
            raise MacroLimitError(
                f"more than {MAX_MACROS} macros in one value", "ifdiscover expands no more; write it out"
            )
        if self.macros_left < MAX_MACROS - FREE_MACROS:
            self.allowance.macros_left -= 1
            self._demand_allowance()
        macro = _parsed(body)
        if isinstance(macro.condition, str):
            value = self.lookup(macro.condition)
            if macro.then is None and macro.otherwise is None:
                return self._within_limit(self.text(value or "", depth))
            holds = bool(value)  # before expansion: a value that expands to nothing is true
        else:
            holds = self._compare(macro.condition, depth)
            if macro.then is None and macro.otherwise is None:
                return "true" if holds else ""
        return self._within_limit(self.text((macro.then if holds else macro.otherwise) or "", depth))

    def _within_limit(self, text: str) -> str:
        self.length_left -= len(text)
        if self.length_left < 0:
            raise MacroLimitError(
                f"macros make more than {MAX_LENGTH >> 20} MiB of one value", "ifdiscover expands no more; write it out"
            )
        if self.length_left < MAX_LENGTH - FREE_LENGTH:
            self.allowance.length_left -= len(text)
            self._demand_allowance()
        return text

    def _demand_allowance(self) -> None:
        if self.allowance.macros_left < 0 or self.allowance.length_left < 0:
            raise MacroLimitError("too many macros in the values of one main.cf", "ifdiscover expands no more of them")

    def _compare(self, comparison: _Comparison, depth: int) -> bool:
        left, right = self.text(comparison.left, depth), self.text(comparison.right, depth)
        if comparison.by_level:
            order = _order(compatibility_level(left), compatibility_level(right))
        elif _is_number(left) and _is_number(right):
            order = _order(_number(left), _number(right))
        else:
            order = _order(to_bytes(left), to_bytes(right))
        return _COMPARISONS[comparison.operator](order)


def _order(left: Any, right: Any) -> int:
    return int(left > right) - int(left < right)


def _is_number(text: str) -> bool:
    return bool(text) and not text.strip(_DIGITS)


def _number(text: str) -> int:
    digits = text.lstrip("0") or "0"
    if len(digits) > 19 or int(digits) >= 1 << 63:
        raise MacroError(f"mac_exp_eval: bad conversion: {shortened(text)}", "write a number below 9223372036854775808")
    return int(digits)


def _pieces(text: str) -> Iterator[tuple[bool, str]]:
    """The parts of a text in order: True and the inside of a macro, or False and literal text."""
    end = 0
    while True:
        start = text.find("$", end)
        if start < 0:
            if end < len(text):
                yield False, text[end:]
            return
        if start > end:
            yield False, text[end:start]
        following = text[start + 1 : start + 2]
        if following == "$":
            yield False, "$"
            end = start + 2
            continue
        if following and following in "{(":
            close = _closing(text, start + 1, following, "}" if following == "{" else ")")
            if close < 0:
                raise MacroError(
                    f'truncated macro reference: "{shortened(text)}"', f"a {following} is not closed; write $$ for a $"
                )
            body, end = text[start + 2 : close], close + 1
        else:
            end = start + 1 + _span(text, start + 1, _NAME)
            body = text[start + 1 : end]
        if not body:
            raise MacroError(f'empty macro name: "{shortened(text)}"', "write $name or ${name}, and $$ for a $")
        yield True, body


def _parsed(body: str) -> _Macro:
    """Parse the inside of a macro."""
    macro = _Macro("")
    for part in _parts(body):
        if not isinstance(part, _Arm):
            macro = macro._replace(condition=part)
        else:
            macro = macro._replace(then=part.text) if part.if_true else macro._replace(otherwise=part.text)
    return macro


def _parts(body: str) -> Iterator[str | _Comparison | _Arm]:
    """The condition and the arms in a macro, in order. Parts before a fault come out before it is raised."""
    start = _span(body, 0, _BLANKS)
    if body[start : start + 1] == "{":
        comparison, rest = _comparison(body, start)
        yield comparison
        if body[rest : rest + 1] not in ("", "?", ":"):
            raise _fault('"?" or ":" expected', "}", body[rest:], _EXAMPLE)
    else:
        end = start + _span(body, start, _NAME)
        name = body[start:end]
        rest = end + _span(body, end, _BLANKS)
        if body[rest : rest + 1] not in ("", "?", ":"):
            remedy = "a name has letters, digits and _; then }, ? or :"
            raise _fault("attribute name syntax error", body[:end], body[end:], remedy)
        yield name
    yield from _arms(body, rest)


def _comparison(body: str, start: int) -> tuple[_Comparison, int]:
    left, end = _braced(body, start)
    size = _span(body, end, _OPERATOR)
    operator = body[end : end + size]
    if operator not in _COMPARISONS:
        raise _fault(_OPERATORS_EXPECTED, f"{left}}}", body[end:], _EXAMPLE)
    end += size
    size = _span(body, end, _ALPHANUMERIC)
    suffix = body[end : end + size]
    if suffix not in ("", "level"):
        raise MacroError(
            f'bad operator suffix at: "...{operator}>>>{shortened(suffix)}"',
            "the only suffix is level: ${{$compatibility_level} <level {2} ? {TEXT} : {TEXT}}",
        )
    end += size
    brace = end + _span(body, end, _BLANKS)
    if body[brace : brace + 1] != "{":
        raise _fault('"{expression}" expected', f"{{{left}}} {operator}", body[end:], _EXAMPLE)
    right, end = _braced(body, brace)
    return _Comparison(left, operator, bool(suffix), right), end


def _arms(body: str, start: int) -> Iterator[_Arm]:
    """The arms, from ``?`` or ``:`` on."""
    if body[start : start + 1] == "?":
        then, start = _arm(body, start + 1)
        yield _Arm(then, if_true=True)
        if body[start : start + 1] not in ("", ":"):
            raise _fault('":" expected', f"{then}}}", body[start:], "write ${name?{TEXT}:{TEXT}}")
    if start < len(body):
        otherwise, rest = _arm(body, start + 1)
        yield _Arm(otherwise, if_true=False)
        if rest < len(body):
            raise _fault("unexpected input", f"{otherwise}}}", body[rest:], "nothing may follow the last }")


def _arm(body: str, start: int) -> tuple[str, int]:
    """The arm that begins at ``start``, and the offset after it.

    An arm without braces goes on to the end, with blanks and further colons.
    """
    brace = start + _span(body, start, _BLANKS)
    return _braced(body, brace) if body[brace : brace + 1] == "{" else (body[start:], len(body))


def _braced(body: str, start: int) -> tuple[str, int]:
    """The text in the braces that open at ``start``, and the offset after them and the blanks that follow."""
    close = _closing(body, start, "{", "}")
    if close < 0:
        shown = shortened(body[start:])
        raise MacroError(f'unbalanced {{}} in attribute expression: "{shown}"', "close each { with a }")
    return body[start + 1 : close], close + 1 + _span(body, close + 1, _BLANKS)


def _closing(text: str, start: int, opening: str, closing: str) -> int:
    """The offset at which the bracket at ``start`` is closed; -1 if it is not. Only brackets of its kind count."""
    depth, begin, end = 1, start + 1, start
    while depth:
        for _ in range(depth):  # at least as many closing brackets must follow
            end = text.find(closing, end + 1)
            if end < 0:
                return -1
        depth = text.count(opening, begin, end)
        begin = end + 1
    return end


def _span(text: str, start: int, characters: str) -> int:
    """The number of characters, from ``start`` on, that are all in ``characters``."""
    end = start
    while end < len(text) and text[end] in characters:
        end += 1
    return end - start


def _too_deep(piece: str) -> MacroError:
    return MacroError(
        f'unreasonable macro call nesting: "{shortened(piece)}"',
        f"it goes in a circle, or more than {MAX_DEPTH} deep: write the value out",
    )


def _fault(what: str, read: str, rest: str, remedy: str) -> MacroError:
    return MacroError(f'{what} at: "...{shortened(read)}>>>{shortened(rest, 20, mark="")}"', remedy)
