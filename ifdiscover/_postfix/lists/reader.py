"""Reads the text of a match list, and the files and tables that it names, into elements."""

from __future__ import annotations

from errno import EMFILE
from os import strerror

from ifdiscover._postfix.syntax.findings import (
    ERROR,
    FAILS_OR_COUNTS,
    FATAL,
    FOR_POSTFIX,
    NEEDS_POSTFIX,
    NOT_ON_THIS_MACHINE,
    WARNING,
    Finding,
    Findings,
    Place,
)
from ifdiscover._postfix.syntax.lines import byte_order_mark, each_logical_line, leading_white_space, text_after_nul
from ifdiscover._postfix.syntax.list_words import fold_case, list_words, with_negation
from ifdiscover._postfix.syntax.networks import PatternError, parse_network
from ifdiscover._record import Record
from ifdiscover.errors import ConfigFileError, ConfigurationError, NotOnThisMachineError

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import Union

    from ifdiscover._postfix.lists.lookup_table import Table
    from ifdiscover._postfix.syntax.lines import LogicalLine
    from ifdiscover._postfix.syntax.machine import Machine
    from ifdiscover._postfix.syntax.networks import Parsed

    Content = Union["Pattern", Finding, Table]
    Locate = Callable[[int], "Place"]

MAX_DEPTH = 100
"""Files within files. Postfix is limited only by its number of open files."""
MAX_FILES = 10_000
"""Files opened for one list. Without a limit, files that each name the next one twice would take for ever."""
MAX_ELEMENTS = 1 << 20
"""Elements of one list. Each takes up to 740 bytes, and a file that is named again is read again."""

ONLY_TRUSTING = ("everyone", "table-result-ignored")
"""What is no fault of a table that excludes clients."""

_OWN_LINE = "put the comment on a line of its own, with # as its first character"

_NETWORK_CHARACTERS = frozenset("0123456789abcdef.:[]/")


class Pattern(Record):
    """A text or network that is compared with a client's address and name."""

    word: str  # after fold_case(), without its "!"
    network: Parsed | None = None  # None: only the text is compared
    is_faulty: bool = False  # it is meant as a network, and Postfix can use no part of it

    @property
    def fault(self) -> Finding | None:
        """What Postfix finds at each client of the same family that reaches this element; None: no fault.

        It is read again from the word: kept, the faults of a list of a million words would take more than the list.
        """
        return _read_network(self.word)[1] if self.is_faulty else None

    @property
    def may_be_name(self) -> bool:
        """Whether the word can be a host name or a domain, and is not meant as a network or address."""
        last = self.word.rpartition(".")[2].replace("-", "").replace("_", "")
        return self.network is None and not self.is_faulty and last.isalnum() and not last.isdigit()


class Element(Record):
    """One element of a match list.

    Attributes:
        text: the word as it is written, with its ``!``.
        negated: True: a client that matches is not trusted. Its own ``!`` count, and those before the files around it.
        place: the place of the word.
        content: the network, name or table that a client is compared with. A ``Finding``: the element cannot be used,
            and Postfix answers 451 to every client that reaches it.
    """

    text: str
    negated: bool
    place: Place
    content: Content

    def __repr__(self) -> str:
        return f"Element({self.text!r}, place={str(self.place)!r})"


class Reader:
    """Reads one list.

    Attributes:
        elements: the elements read so far.
        findings: what Postfix has said so far; of very many of one kind, as ``Findings``, some.
        before: for each of them, the number of elements read before it.

    Args:
        label: the parameter's name, for Postfix's sentences.
        machine: where files and tables are read.
    """

    def __init__(self, label: str, machine: Machine) -> None:
        self.elements: list[Element] = []
        self.findings = Findings()
        self.before: list[int] = []
        self._label = label
        self._machine = machine
        self._files: list[str] = []  # the files that are being read, outermost first
        self._opened = 0
        self._tables: dict[str, Content] = {}  # Postfix opens each table once, and complains once
        self._missing: set[str] = set()

    def read(self, text: str, locate: Locate, *, negated: bool = False) -> None:
        """Read the words of one logical line.

        Args:
            text: the line.
            locate: takes an offset in the text and returns its ``Place``.
            negated: whether the number of ``!`` before the file of this text, and before the files around it, is odd.
        """
        for offset, word in list_words(text):
            if len(self.elements) >= MAX_ELEMENTS:
                if not self._is_full:
                    why = f"{word} and what follows it are not read: ifdiscover stops after {MAX_ELEMENTS:,} elements"
                    self._not_read(word, word, locate(offset), why)
                return
            if word[0] == "#":
                rest = text.partition("\0")[0][offset + len(word) + 1 :][:20]
                sentence = f"{self._label}: #comment after other text is not allowed: {word} {rest}..."
                self._complain(Finding("comment-in-line", sentence, locate(offset), word, _OWN_LINE, level=WARNING))
                return
            bare = word.lstrip("!")
            is_negated = negated ^ ((len(word) - len(bare)) % 2 == 1)
            if not bare:
                sentence = f"{self._label}: no pattern after '!'"
                self._complain(Finding("no-pattern", sentence, locate(offset), word, level=FATAL))
            elif bare[0] == "/":
                self._read_file(bare, word, is_negated, locate(offset))
            else:
                content = (
                    self._table(bare, word, is_negated, locate(offset))
                    if _is_table(bare)
                    else _pattern(fold_case(bare))
                )
                if content is not None:
                    self.elements.append(Element(word, is_negated, locate(offset), content))

    @property
    def _is_full(self) -> bool:
        """Whether the element is there that stands for all that is not read."""
        return len(self.elements) > MAX_ELEMENTS

    def _complain(self, fault: Finding) -> None:
        self.findings.append(fault)
        if len(self.findings) > len(self.before):
            self.before.append(len(self.elements))

    def _table(self, bare: str, word: str, negated: bool, place: Place) -> Content | None:
        """Open the table that a word names. None: Postfix stops with a fatal error."""
        known = self._tables.get(bare)
        if known is not None:
            return known
        from ifdiscover._postfix.lists.lookup_table import TableError
        from ifdiscover._postfix.lists.tables import open_table

        meant = _address_meant(bare)
        suggestion = with_negation(word, meant or "")
        try:
            table = open_table(bare, self._machine)
        except TableError as error:
            kind = "table-unusable" if meant is None else "address-as-table"
            if error.needs_postfix:
                kind = FOR_POSTFIX if error.is_there else NEEDS_POSTFIX
            else:
                self._complain(Finding(kind, error.reason, place, word, suggestion, level=ERROR))
            findings: Iterable[Finding] = error.findings
            content: Content = _unusable(kind, bare, error.reason, meant or error.suggestion)
        except NotOnThisMachineError as error:
            findings = ()
            content = _elsewhere(bare, error)
        except ConfigurationError as error:
            kind = "table-fatal" if meant is None else "address-as-table"
            self._complain(Finding(kind, error.postfix_says, place, word, suggestion, level=FATAL))
            return None
        else:
            findings = table.findings
            content = table
        for fault in _of_negated_table(findings) if negated else findings:
            self._complain(fault if fault.place.file else fault._replace(place=place, element=fault.element or word))
        self._tables[bare] = content
        return content

    def _read_file(self, path: str, word: str, negated: bool, place: Place) -> None:
        if path in self._files:
            # Postfix opens the file again and again, until it has no descriptors left. The words before this one then
            # repeat, and change no decision.
            self._unusable_file(path, word, place, strerror(EMFILE), "list-file-loop")
            return
        if len(self._files) == MAX_DEPTH or self._opened == MAX_FILES:
            limit = f"{MAX_DEPTH} files deep" if len(self._files) == MAX_DEPTH else f"{MAX_FILES} files"
            self._not_read(path, word, place, f"{path} is not read: ifdiscover stops after {limit}")
            return
        self._opened += 1
        try:
            text = self._machine.read(path)
        except NotOnThisMachineError as error:
            self.elements.append(Element(word, False, place, _elsewhere(path, error)))
            return
        except ConfigFileError as error:
            if error.number is None or error.status == 77:
                self._not_read(path, word, place, str(error))
            elif error.action == "read":
                sentence = f"match_list_parse: read file {path}: {error.reason}"
                self._complain(Finding("list-file-unreadable", sentence, place, word, level=FATAL))
            else:
                self._unusable_file(path, word, place, error.reason)
            return
        self._files.append(path)
        self.read_lines(path, text, negated=negated)
        self._files.pop()

    def read_lines(self, path: str, text: str, *, negated: bool = False) -> None:
        """Read the content of a file.

        Args:
            path: its name, for messages.
            text: its content.
            negated: as in ``read()``.
        """
        mark = byte_order_mark(path, text)
        if mark is not None:
            self._complain(mark)
        is_first = True
        for line in each_logical_line(text):
            if self._is_full:
                return
            if line.is_dropped:
                self._complain(leading_white_space(path, line))
                continue
            if line.has_nul:
                self._complain(_nul_finding(path, line, first=is_first))
            is_first = False
            self.read(line.text, _locator(path, line), negated=negated)

    def _unusable_file(self, path: str, word: str, place: Place, reason: str, kind: str = "list-file-missing") -> None:
        """Add a file that Postfix cannot open. Postfix complains once, and ignores the word's "!"."""
        sentence = f"open file {path}: {reason}"
        if path not in self._missing:
            self._missing.add(path)
            self._complain(Finding(kind, sentence, place, word, level=ERROR))
        self.elements.append(Element(word, False, place, _unusable(kind, f"non-existent:{path}", sentence)))

    def _not_read(self, path: str, word: str, place: Place, reason: str) -> None:
        self.elements.append(Element(word, False, place, _unusable(NEEDS_POSTFIX, path, reason)))


def _of_negated_table(findings: Iterable[Finding]) -> Iterator[Finding]:
    from ifdiscover._postfix.lists.table_faults import of_negated_table

    for fault in findings:
        if fault.kind not in ONLY_TRUSTING:
            yield of_negated_table(fault)


def _unusable(kind: str, word: str, reason: str, suggestion: str = "") -> Finding:
    """The finding for a file or table that cannot be used. If only Postfix could use it, the reason is a remark."""
    if kind in (NEEDS_POSTFIX, FOR_POSTFIX):
        return Finding(kind, element=word, remark=reason)
    return Finding(kind, reason, element=word, suggestion=suggestion, level=ERROR)


def _elsewhere(word: str, error: NotOnThisMachineError) -> Finding:
    """The finding for a file or table of a recorded host."""
    return Finding(NOT_ON_THIS_MACHINE, element=word, remark=str(error), own_consequence=FAILS_OR_COUNTS)


def _locator(path: str, line: LogicalLine) -> Locate:
    return lambda offset: line.place(path, offset)


def _nul_finding(path: str, line: LogicalLine, *, first: bool) -> Finding:
    # Postfix counts lines from 1 again after each logical line and the comments that follow it.
    base = 0 if first else line.number - 1
    sentence = text_after_nul(path, line.number - base, line.last_number - base)
    return Finding("nul", sentence, line.place(path, len(line.text)), level=WARNING)


def _is_table(word: str) -> bool:
    return word[0] != "[" and ":" in word


def _pattern(word: str) -> Pattern:
    """The pattern of a word. If the word cannot be a network, it is compared as text, and Postfix is silent."""
    if (":" not in word and "/" not in word) or not _NETWORK_CHARACTERS.issuperset(word):
        return Pattern(word)
    network, fault = _read_network(word)
    return Pattern(word, network, fault is not None)


def _read_network(word: str) -> tuple[Parsed | None, Finding | None]:
    """The network that a word is, or Postfix's fault in it."""
    try:
        return parse_network(word), None
    except PatternError as error:
        return None, error.finding


def _address_meant(word: str) -> str | None:
    """The networks that were probably meant by a word that is a ``type:table`` to Postfix.

    None: no network was meant. "": what was meant is not known, or would trust everybody.
    """
    from ifdiscover._postfix.syntax.meant import networks_meant

    tag, _colon, rest = word.partition(":")
    is_ipv6 = tag.lower() == "ipv6" or (":" in rest and not tag.lower().strip("0123456789abcdef"))
    return networks_meant(word) or ("" if is_ipv6 else None)
