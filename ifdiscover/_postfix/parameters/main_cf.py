"""Reads main.cf as Postfix does. It is never written."""

from __future__ import annotations

from errno import ENOENT, ENOTDIR

from ifdiscover._postfix.syntax.files import read_config_file
from ifdiscover._postfix.syntax.findings import DIES, FATAL, HIGH, INFO, WARNING, Finding, Findings
from ifdiscover._postfix.syntax.lines import (
    UTF8_MARK,
    LogicalLine,
    byte_order_mark,
    each_logical_line,
    leading_white_space,
    text_after_nul,
)
from ifdiscover._postfix.syntax.words import WHITE_SPACE, shortened
from ifdiscover._record import Record
from ifdiscover.errors import ConfigFileError, MainCfError

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from collections.abc import Mapping

    from ifdiscover._postfix.syntax.findings import Place


_COPY = "the folder of this main.cf is taken for a copy of the one that it names"


class Assignment(Record):
    """The parts of ``NAME = VALUE``."""

    name: str
    value: str  # without the white space around it
    value_offset: int  # where the value begins in the text


class Setting(Record):
    """A parameter that main.cf sets."""

    name: str
    value: str  # as written, its lines joined
    path: str
    line: LogicalLine
    value_offset: int  # where the value begins in the line's text
    name_offset: int = 0  # where the name does, in master.cf

    @property
    def number(self) -> int:
        """The number of the line in the file that has its name."""
        return self.line.place(self.path, self.name_offset).line or self.line.number

    def place(self, offset: int = 0) -> Place:
        """The place in the file of an offset in the value."""
        return self.line.place(self.path, self.value_offset + offset)


class MainCf(Record):
    """The content of a main.cf."""

    path: str
    settings: Mapping[str, Setting]  # by name; if a name is set twice, the last one
    findings: tuple[Finding, ...] = ()  # what Postfix says, in its order; Postfix stops at the first FATAL one
    folder: str | None = None  # where it was found, if its files are to be looked for there too


def read(directory: str, *, is_here: bool = True, is_installed: bool = False) -> MainCf:
    """The main.cf of a folder.

    Args:
        directory: the folder.
        is_here: whether Postfix runs on this machine. Another one's has its main.cf in a folder that is not known.
        is_installed: whether it is Postfix's own folder, and so no copy of another.

    Raises:
        ConfigFileError: the file cannot be read.
    """
    path = f"{directory}/main.cf"
    try:
        text = read_config_file(path)
    except ConfigFileError as error:
        remedy = _remedy(directory, error.number)
        if remedy is None:
            raise
        raise ConfigFileError(error.action, path, error.reason, error.number, remedy) from error
    # Postfix sets config_directory before it reads the file.
    earlier = {"config_directory": directory} if is_here else None
    return parse(text, path, earlier)._replace(folder=None if is_installed else directory)


def _remedy(directory: str, number: int | None) -> str | None:
    if number == ENOENT:
        return "name the folder that has a main.cf"
    if number != ENOTDIR:
        return None
    folder = directory.rpartition("/")[0] or ("/" if directory[:1] == "/" else ".")
    return f"{directory} is a file: name its folder, -c {folder}"


def parse(text: str, path: str = "main.cf", earlier: Mapping[str, str] | None = None) -> MainCf:
    """What the text of a main.cf sets.

    A name need not be a parameter of Postfix. A line without ``=`` or without a name sets nothing: it becomes a FATAL
    finding.

    Args:
        text: the whole file.
        path: its name, for messages.
        earlier: values that were set before. Postfix warns if the file changes one.
    """
    findings = Findings()
    mark = byte_order_mark(path, text)
    values = dict(earlier or {})
    settings = {}
    for count, line in enumerate(each_logical_line(text)):
        if line.is_dropped:
            findings.append(leading_white_space(path, line))
            continue
        where = f"{path}, line {line.number}: "
        place = line.place(path)
        if line.has_nul:
            findings.append(Finding("nul", text_after_nul(path, line.number, line.number), place, level=WARNING))
        try:
            name, value, offset = assignment(line.text)
        except MainCfError as error:
            sentence = f"{where}{error.postfix_says}"
            if mark is not None and count == 0:
                fault = mark._replace(postfix_says=sentence, level=FATAL, own_severity=HIGH, own_consequence=DIES)
                if not text.startswith(UTF8_MARK):  # UTF-16: each line has the same fault
                    return MainCf(path, {}, (fault,))
                findings.append(fault)
                continue
            findings.append(Finding("main-cf-line", sentence, place, suggestion=error.remedy, level=FATAL))
            continue
        old = values.get(name, value)
        if old != value:
            sentence = f"{where}overriding earlier entry: {name}={shortened(old)}"
            finding = Finding("setting-overridden", sentence, place, name, level=WARNING)
            if name not in settings:  # no line of the file set it before
                finding = finding._replace(own_severity=INFO, own_consequence=_COPY)
            findings.append(finding)
        values[name] = value
        settings[name] = Setting(name, value, path, line, offset)
    return MainCf(path, settings, tuple(findings))


def assignment(text: str) -> Assignment:
    """Name and value of a logical line. The name ends at white space or ``=``; there are no quotes and no comments.

    Raises:
        MainCfError: there is no name, or no ``=`` after it. The message names neither file nor line.
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
