"""The file main.cf, read as Postfix reads it and never written."""

from __future__ import annotations

from ifdiscover._record import Record
from ifdiscover.errors import MainCfError
from ifdiscover.postfix.config_file import read_config_file
from ifdiscover.postfix.logical_lines import WHITE_SPACE, LogicalLine, leading_white_space, logical_lines
from ifdiscover.postfix.words import shortened

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping


class Assignment(Record):
    """``NAME = VALUE``, taken apart."""

    name: str
    value: str  # without the blanks around it
    value_offset: int  # where it begins in the text


class Setting(Record):
    """A parameter that main.cf sets."""

    name: str
    value: str  # as written, its lines joined
    path: str
    line: LogicalLine
    value_offset: int  # where the value begins in the line's text

    def position(self, offset: int = 0) -> tuple[int, int]:
        """Line and column in the file, both counted from 1, of a place in the value."""
        return self.line.position(self.value_offset + offset)


class MainCf(Record):
    """What a main.cf holds."""

    path: str
    settings: Mapping[str, Setting]  # by name: the last where it stands more than once
    warnings: tuple[str, ...] = ()  # Postfix's own, in its order


def read(directory: str) -> MainCf:
    """The main.cf of a folder.

    Raises:
        ConfigFileError: it cannot be read.
        MainCfError: a line of it is none.
    """
    path = f"{directory}/main.cf"
    # Postfix has set this one before it reads the file.
    return parse(read_config_file(path), path, {"config_directory": directory})


def parse(text: str, path: str = "main.cf", earlier: Mapping[str, str] | None = None) -> MainCf:
    """What the text of a main.cf sets.

    Names are taken as they come, whether Postfix has a parameter of that name or not.

    Args:
        text: the whole file.
        path: its name, for messages.
        earlier: what was set before; to set it otherwise draws Postfix's warning.

    Raises:
        MainCfError: a line without ``=`` or without a name.
    """
    found = logical_lines(text)
    warnings = [] if found.dropped is None else [leading_white_space(path, found.dropped)]
    values = dict(earlier or {})
    settings = {}
    for line in found.lines:
        where = f"{path}, line {line.number}: "
        if line.has_nul:
            warnings.append(f"{where}text after null byte may be ignored")
        try:
            name, value, offset = assignment(line.text)
        except MainCfError as error:
            raise MainCfError(f"{where}{error.sentence}", error.remedy, line.number) from None
        old = values.get(name, value)
        if old != value:
            warnings.append(f"{where}overriding earlier entry: {name}={shortened(old)}")
        values[name] = value
        settings[name] = Setting(name, value, path, line, offset)
    return MainCf(path, settings, tuple(warnings))


def assignment(text: str) -> Assignment:
    """Name and value of a logical line. The name ends at white space or ``=``; there are no quotes and no comments.

    Raises:
        MainCfError: no ``=`` after the name, or no name; without the file and the line.
    """
    start = len(text) - len(text.lstrip(WHITE_SPACE))
    end = start
    while end < len(text) and text[end] not in WHITE_SPACE and text[end] != "=":
        end += 1
    shown = shortened(text)
    if end == start:
        raise MainCfError(f'missing attribute name: "{shown}"', "write NAME = VALUE")
    rest = text[end:].lstrip(WHITE_SPACE)
    if rest[:1] != "=":
        raise MainCfError(
            f"missing '=' after attribute name: \"{shown}\"",
            "write NAME = VALUE; a line that continues another begins with white space",
        )
    value = rest[1:].lstrip(WHITE_SPACE)
    return Assignment(text[start:end], value.rstrip(WHITE_SPACE), len(text) - len(value))
