"""Reads master.cf as Postfix does: its services, and the parameters that each sets for itself. It is never written."""

from __future__ import annotations

from errno import ENOENT

from ifdiscover._postfix.parameters.main_cf import Setting, assignment
from ifdiscover._postfix.syntax.findings import FATAL, WARNING, Finding, Findings
from ifdiscover._postfix.syntax.lines import byte_order_mark, each_logical_line, leading_white_space, text_after_nul
from ifdiscover._postfix.syntax.words import WHITE_SPACE
from ifdiscover._record import Record
from ifdiscover.errors import ConfigFileError, MainCfError

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ifdiscover._postfix.syntax.findings import Place
    from ifdiscover._postfix.syntax.lines import LogicalLine
    from ifdiscover._postfix.syntax.machine import Machine

SEPARATORS = " \t\r\n"
"""Between fields. A vertical tab or form feed is part of a field."""

TYPES = ("inet", "unix", "unix-dgram", "fifo", "pass")
"""Each kind of socket that a service can listen on."""

_FIELDS = ("service", "transport type", "private", "unprivileged", "chroot", "wakeup_time", "max_proc", "command")
_YES_NO = ("private", "unprivileged", "chroot")
_DIGITS = "0123456789"
_TAKE_NO_ARGUMENTS = ("smtpd", "postscreen", "smtp", "lmtp")
"""Programs that stop at an argument which is no option; those of pipe(8) and spawn(8) are a command."""
_EIGHT_FIELDS = "write NAME TYPE PRIVATE UNPRIVILEGED CHROOT WAKEUP MAXPROC COMMAND; - stands for a default"


class Word(Record):
    """A word of a logical line."""

    text: str  # without braces around it
    offset: int  # where the text begins in the line


class Service(Record):
    """A service of master.cf.

    Attributes:
        name: as written; of type inet: a port, or a host and a port.
        type: one of ``TYPES``.
        private, unprivileged, chroot, wakeup, process_limit: as written.
        command: the program, as written.
        arguments: what the program receives, each without braces around it.
        overrides: what its ``-o`` set, by parameter; if one is set twice, the last.
        path: the file's name.
        line: its line there.
        fault: why its program does not start; None: nothing is known that stops it.
    """

    name: str
    type: str
    private: str
    unprivileged: str
    chroot: str
    wakeup: str
    process_limit: str
    command: str
    arguments: tuple[str, ...]
    overrides: Mapping[str, Setting]
    path: str
    line: LogicalLine
    fault: Finding | None = None

    def place(self) -> Place:
        """Where the service begins."""
        return self.line.place(self.path)


class MasterCf(Record):
    """The content of a master.cf."""

    path: str
    lines: tuple[Service, ...] = ()  # every service, in the file's order
    findings: tuple[Finding, ...] = ()  # what Postfix says; it does not start after a FATAL one

    @property
    def services(self) -> tuple[Service, ...]:
        """The services in force: of those with one name and type only the last counts."""
        return tuple({(service.name, service.type): service for service in self.lines}.values())


def read(path: str, machine: Machine) -> MasterCf:
    """The services of a file. If there is none, no service is known.

    Args:
        path: the file.
        machine: reads it.

    Raises:
        ConfigFileError: the file cannot be read.
        NotOnThisMachineError: it is a link to a file of a recorded host.
    """
    try:
        text = machine.read_once(path)
    except ConfigFileError as error:
        if error.number != ENOENT:
            raise ConfigFileError(error.action, path, error.reason, error.number) from error
        return MasterCf(path)
    return parse(text, path)


def parse(text: str, path: str = "master.cf") -> MasterCf:
    """The services in the text of a master.cf.

    A line that Postfix refuses defines no service here, and becomes a FATAL finding.

    Args:
        text: the whole file.
        path: its name, for messages.
    """
    findings = Findings()
    mark = byte_order_mark(path, text)
    if mark is not None:
        findings.append(mark)
    services: dict[tuple[str, str], int] = {}
    lines = []
    for line in each_logical_line(text):
        if line.is_dropped:
            findings.append(leading_white_space(path, line))
            continue
        if line.has_nul:
            sentence = text_after_nul(path, line.number, line.number)
            findings.append(Finding("nul", sentence, line.place(path), level=WARNING))
        service = _service(line, path)
        if isinstance(service, Finding):
            findings.append(service)
            continue
        key = service.name, service.type
        if key in services:
            sentence = f'duplicate master.cf entry for service "{service.name}" -- using the last entry'
            findings.append(Finding("service-twice", sentence, service.place(), service.name, level=WARNING))
        services[key] = line.number
        lines.append(service)
    return MasterCf(path, tuple(lines), tuple(findings))


def _service(line: LogicalLine, path: str) -> Service | Finding:
    """The service of a logical line, or why Postfix refuses the line."""

    def refusal(sentence: str, element: str = "", remedy: str = "") -> Finding:
        said = f"{path}: line {line.number}: {sentence}"
        return Finding("master-cf-line", said, line.place(path), element, remedy, level=FATAL)

    words = _words(line.text, len(_FIELDS))
    fields = [word.text for word in words]
    for name, field in zip(_FIELDS, fields):
        if name == "transport type" and field not in TYPES:
            return refusal(f"bad transport type: {field}", field, f"write {', '.join(TYPES[:-1])} or {TYPES[-1]}")
        if name in _YES_NO and field not in ("y", "n", "-"):
            return refusal(f'field "{name}": bad value: "{field}"', field, "write y, n or -")
        if name == "private" and fields[1] == "inet" and field != "n":
            return refusal("inet service cannot be private", field, "write n in the third field")
        if name in ("wakeup_time", "max_proc") and field != "-" and field[0] not in _DIGITS:
            return refusal(f'field "{name}": bad value: "{field}"', field, "write a number or -")
    if len(fields) < len(_FIELDS):
        return refusal(f'missing "{_FIELDS[len(fields)]}" field', remedy=_EIGHT_FIELDS)
    end = words[-1].offset + len(words[-1].text)
    try:
        arguments = list(_arguments(line.text, end))
    except _BracesError as error:
        return refusal(str(error), error.word, "write each { with its }, and a blank after the last }")
    name, kind, private, unprivileged, chroot, wakeup, process_limit, command = fields
    overrides, fault = _overrides(arguments, path, line)
    if command in _TAKE_NO_ARGUMENTS and fault is None:
        fault = _stray_argument(arguments, path, line)
    texts = tuple([word.text for word in arguments])
    flags = private, unprivileged, chroot, wakeup, process_limit
    return Service(name, kind, *flags, command, texts, overrides, path, line, fault)


def _words(text: str, most: int) -> list[Word]:
    """The first words of a line, in which braces are ordinary characters."""
    found: list[Word] = []
    end = 0
    while len(found) < most:
        start = _skip(text, end)
        if start == len(text):
            break
        end = _word_end(text, start)
        found.append(Word(text[start:end], start))
    return found


class _BracesError(Exception):
    def __init__(self, sentence: str, word: str) -> None:
        super().__init__(f'{sentence} in "{word}"')
        self.word = word


def _arguments(text: str, end: int) -> Iterator[Word]:
    """The arguments after an offset. One that begins with ``{`` goes on to the matching ``}``.

    Raises:
        _BracesError: there is no matching ``}``, or it does not end the argument.
    """
    while True:
        start = _skip(text, end)
        if start == len(text):
            return
        end = _word_end(text, start)
        if text[start] != "{":
            yield Word(text[start:end], start)
            continue
        close = _closing_brace(text, start)
        if close is None:
            raise _BracesError("missing '}'", text[start:])
        end = _word_end(text, close)
        if end != close + 1:
            raise _BracesError("syntax error after '}'", text[start:end])
        inner = text[start + 1 : close]
        bare = inner.lstrip(WHITE_SPACE)
        yield Word(bare.rstrip(WHITE_SPACE), close - len(bare))


def _skip(text: str, offset: int) -> int:
    while offset < len(text) and text[offset] in SEPARATORS:
        offset += 1
    return offset


def _word_end(text: str, offset: int) -> int:
    while offset < len(text) and text[offset] not in SEPARATORS:
        offset += 1
    return offset


def _closing_brace(text: str, opening: int) -> int | None:
    """The offset of the ``}`` that belongs to a ``{``; None if there is none."""
    depth = 0
    for offset in range(opening, len(text)):
        if text[offset] == "{":
            depth += 1
        elif text[offset] == "}":
            depth -= 1
            if depth == 0:
                return offset
    return None


def _overrides(arguments: list[Word], path: str, line: LogicalLine) -> tuple[dict[str, Setting], Finding | None]:
    """What the ``-o`` among a program's options set, and the fault of the first that sets nothing.

    Options are read as getopt(3) reads them: they may be stuck together (``-vo NAME=VALUE``), a value may be stuck to
    its option, and the first argument that is no option ends them. (``postconf -P`` cuts ``-omynetworks=…`` at its
    second ``o``. The daemons do not.)
    """
    found: dict[str, Setting] = {}
    faults = []
    waiting = iter(arguments)
    for word in waiting:
        if word.text[:1] != "-" or word.text in ("-", "--"):
            break
        place = word.text.find("o", 1)
        if place < 0:
            continue
        value = Word(word.text[place + 1 :], word.offset + place + 1)
        if not value.text:
            following = next(waiting, None)
            if following is None:
                faults.append(_no_option("invalid option: o", path, line, word))
                break
            value = following
        try:
            name, text, offset = assignment(value.text)
        except MainCfError as error:
            sentence, _, _ = error.postfix_says.partition(': "')
            faults.append(_no_option(f'invalid "-o {value.text}" option value: {sentence}', path, line, value))
            continue
        found[name] = Setting(name, text, path, line, value.offset + offset, value.offset)
    return found, faults[0] if faults else None


def _stray_argument(arguments: list[Word], path: str, line: LogicalLine) -> Finding | None:
    """The fault of the first argument that is neither an option nor the value of one."""
    waiting = iter(arguments)
    for word in waiting:
        if word.text == "--":
            word = next(waiting, word)  # noqa: PLW2901 - what stands behind it
        elif word.text[:1] == "-" and word.text != "-":
            if "v" not in word.text and "o" not in word.text[1:-1]:
                next(waiting, None)  # the value of -o, or perhaps of another option
            continue
        if word.text == "--":
            return None
        sentence = f"unexpected command-line argument: {word.text}"
        remedy = (
            "write a list without blanks, -o NAME=A,B, or in braces, -o { NAME = A, B }; comments need their own line"
        )
        return Finding("service-option", sentence, line.place(path, word.offset), word.text, remedy, level=FATAL)
    return None


def _no_option(sentence: str, path: str, line: LogicalLine, word: Word) -> Finding:
    remedy = "write -o NAME=VALUE, or -o { NAME = VALUE } if the value has blanks"
    return Finding("service-option", sentence, line.place(path, word.offset), word.text, remedy, level=FATAL)
