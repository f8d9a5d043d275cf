"""Settings that Postfix takes for a part of the value before them.

A line that begins with white space continues the line above, and a newline can be missing between two lines.
"""

from __future__ import annotations

from ifdiscover._postfix.check.values import CHECKED
from ifdiscover._postfix.parameters.configuration import is_built_in
from ifdiscover._postfix.syntax.findings import HIGH, Finding, Place
from ifdiscover._postfix.syntax.words import WHITE_SPACE, shortened, trimmed
from ifdiscover._record import Record

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from ifdiscover._postfix.parameters.configuration import Configuration

_ENVIRONMENTS = ("_command", "_environment")
"""How parameters end whose values can set variables of an environment, by NAME=VALUE without blanks."""

_OF_NAMES = {"inet_interfaces": "interface-not-found", "proxy_interfaces": "proxy-not-found"}
"""What comes of a word that is no host name. This is known of a recorded host too, whose names cannot be looked up."""

_BEFORE = WHITE_SPACE + ",]"
"""What can stand before the name of a setting that has no line of its own."""

_LONGEST = 100
"""More characters than any of Postfix's names has."""


class Swallowed(Record):
    """The settings inside the value of one parameter."""

    parameter: str
    value: str  # of the parameter, with all that it swallowed
    offset: int  # where the first swallowed setting begins in the value
    names: tuple[str, ...]  # of the swallowed settings
    first: str  # the first of them, as it is written
    begins_line: bool  # the first begins a line of the file

    @property
    def rest(self) -> str:
        """The value that was meant: what stands before the first swallowed setting."""
        return trimmed(self.value[: self.offset])


def check_without_swallowed(
    configuration: Configuration, judge: Callable[[Configuration], list[Finding]]
) -> list[Finding]:
    """One finding for each parameter that swallows settings, and the faults of what remains.

    Args:
        configuration: the parameters in force.
        judge: returns the faults of a configuration.
    """
    swallowed = swallowed_settings(configuration)
    if not swallowed:
        return judge(configuration)
    remaining = judge(configuration.with_values({found.parameter: found.rest for found in swallowed}))
    known = set(remaining)
    worst: dict[str, Finding] = {}
    for fault in judge(configuration):
        if fault.severity == HIGH and fault not in known:
            worst.setdefault(fault.parameter, fault)
    for parameter, kind in _OF_NAMES.items():
        worst.setdefault(parameter, Finding(kind))
    for parameter, fault in tuple(worst.items()):
        # The text may be in the value of a name that this parameter's value mentions.
        for name in configuration.reached_from([parameter]):
            worst.setdefault(name, fault)
    lost = {f"${name}" for found in swallowed for name in found.names}
    causes = [_finding(configuration, found, worst.get(found.parameter)) for found in swallowed]
    return causes + [fault for fault in remaining if fault.kind != "undefined-name" or fault.element not in lost]


def swallowed_settings(configuration: Configuration) -> list[Swallowed]:
    """The swallowed settings of all values, in the order of main.cf."""
    suspects = {name: value for name, value in configuration.all_written.items() if "=" in value}
    if not suspects:
        return []
    # The value of a checked parameter is never NAME = VALUE, whatever the name. Other values can be anything.
    checked = configuration.reached_from(CHECKED)
    found = []
    for parameter, value in suspects.items():
        if parameter in checked:
            settings = list(_settings(value, _line_starts(configuration, parameter), configuration.mentioned))
        elif is_built_in(parameter) or parameter in configuration.mentioned:
            settings = list(_evident(configuration, parameter, value))
        else:
            continue
        if settings:
            ends = [*(offset for offset, _name, _begins in settings[1:]), len(value)]
            offset, _name, begins_line = settings[0]
            first = trimmed(value[offset : ends[0]])
            found.append(Swallowed(parameter, value, offset, tuple(row[1] for row in settings), first, begins_line))
    return found


def _line_starts(configuration: Configuration, parameter: str) -> list[int]:
    """The offsets in a value at which the text of a further line of the file begins, after its white space."""
    setting = configuration.setting(parameter)
    if setting is None:
        return []
    text = setting.line.text
    offsets = [begin + _span(text[begin : begin + 200]) for begin, _number in setting.line.starts[1:]]
    return [offset - setting.value_offset for offset in offsets]


def _span(text: str) -> int:
    return len(text) - len(text.lstrip(WHITE_SPACE))


def _evident(configuration: Configuration, parameter: str, value: str) -> Iterator[tuple[int, str, bool]]:
    """Those of ``_settings()`` that cannot be anything else, in a value that is not known."""
    starts, known = _line_starts(configuration, parameter), configuration.mentioned
    for offset, name, begins_line in _settings(value, starts, known):
        if not is_built_in(name) and name not in known:
            continue
        after = value[offset + len(name) : offset + len(name) + 2]
        has_blanks = after[0] in WHITE_SPACE or after[1:] in (*WHITE_SPACE, "")
        is_option = value[max(0, offset - 20) : offset].split()[-1:] == ["-o"]
        if (has_blanks or not parameter.endswith(_ENVIRONMENTS)) and not is_option:
            yield offset, name, begins_line


def _settings(value: str, starts: Sequence[int], mentioned: Mapping[str, str]) -> Iterator[tuple[int, str, bool]]:
    """Each ``NAME =`` outside of braces and of comments in the line: its offset, its name, whether it begins a line."""
    import re
    from bisect import bisect_right

    level = comment_end = 0
    lines = frozenset(starts)
    for match in re.finditer(rf"[{{}}]|(?<![^\s,])#|(?<!\w)(\w+)[{WHITE_SPACE}]*=", value, re.ASCII):
        name, offset = match[1], match.start()
        if name is None:
            if match[0] == "#" and not level:  # a comment in the line ends with the line
                comment_end = starts[after] if (after := bisect_right(starts, offset)) < len(starts) else len(value)
            level = max(0, level + {"{": 1, "}": -1}.get(match[0], 0))
        elif not level and offset >= comment_end:
            begins_line = offset in lines
            if not is_built_in(name) and name not in mentioned and not begins_line:
                name = _last_name(name)
                offset = match.end(1) - len(name)
            is_apart = begins_line or not offset or value[offset - 1] in _BEFORE
            if (is_apart and name[0].isalpha()) or (is_built_in(name) and (is_apart or offset > match.start())):
                yield offset, name, begins_line


def _last_name(text: str) -> str:
    """Postfix's name at the end of a text, if text of a lost line stands before it; otherwise the text."""
    for begin in range(max(1, len(text) - _LONGEST), len(text) - 4):
        if text[begin - 1] != "_" and is_built_in(text[begin:]):
            return text[begin:]
    return text


def _finding(configuration: Configuration, swallowed: Swallowed, worst: Finding | None) -> Finding:
    parameter, names = swallowed.parameter, swallowed.names
    setting = configuration.setting(parameter)
    place = Place() if setting is None else setting.place(swallowed.offset)
    if len(names) > 1:
        suggestion = "begin each of these parameters on a line of its own, in column 1"
    elif swallowed.begins_line:
        suggestion = f"begin it in column 1: {shortened(swallowed.first, 100)}"
    else:
        suggestion = f"write it on a line of its own: {shortened(swallowed.first, 100)}"
    begin = max(0, swallowed.offset - 60)
    value = ("..." if begin else "") + shortened(swallowed.value[begin:], 160)
    lost = f"{names[0]} is" if len(names) == 1 else f"{', '.join(names[:5])}{' and more' if names[5:] else ''} are"
    return Finding(
        "swallowed-setting",
        "" if worst is None else worst.postfix_says,
        place,
        shortened(swallowed.first, 100),
        suggestion,
        f"to Postfix the value of {parameter} is: {value}; {lost} not set here",
        parameter,
        own_consequence="" if worst is None else worst.consequence,
        own_severity="" if worst is None else HIGH,
    )
