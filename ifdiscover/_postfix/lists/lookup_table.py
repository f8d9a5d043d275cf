"""The common parts of all lookup tables."""

from __future__ import annotations

from errno import EACCES, EPERM

from ifdiscover._postfix.syntax.findings import WARNING, Finding
from ifdiscover._postfix.syntax.lines import byte_order_mark, each_logical_line, leading_white_space, text_after_nul
from ifdiscover.errors import ConfigFileError, FatalTableError

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ifdiscover._postfix.syntax.findings import Place
    from ifdiscover._postfix.syntax.lines import LogicalLine
    from ifdiscover._postfix.syntax.machine import Machine
    from ifdiscover._postfix.syntax.networks import Parsed


class TableError(Exception):
    """A table that cannot be asked.

    Attributes:
        reason: why not, in Postfix's words; in ifdiscover's if ``needs_postfix`` is true.
        needs_postfix: Postfix may be able to ask the table, but ifdiscover cannot, and does not guess.
        is_there: Postfix can ask the table if it has the type. ``needs_postfix`` is true.
        suggestion: the word to write instead, or the command that mends the table; empty: not known.
        findings: the faults of the table that are known all the same.
    """

    def __init__(
        self,
        reason: str,
        *,
        needs_postfix: bool = False,
        is_there: bool = False,
        suggestion: str = "",
        findings: Iterable[Finding] = (),
    ) -> None:
        super().__init__(reason)
        self.reason = reason
        self.needs_postfix = needs_postfix
        self.is_there = is_there
        self.suggestion = suggestion
        self.findings = tuple(findings)


class QueryError(Exception):
    """An open table cannot answer a query.

    Attributes:
        warnings: Postfix's warnings before its "table lookup problem".
    """

    def __init__(self, *warnings: str) -> None:
        super().__init__("; ".join(warnings) or "each query of this table fails")
        self.warnings = warnings


class Table:
    """An open lookup table. A list only needs to know whether a key is found; the result does not matter.

    Attributes:
        word: ``type:name``, as it is written in the list.
        asked_for_parents: the table has whole keys, so a list also looks up the parent domains of a name.
        findings: the faults of the table. ``postfix_says`` is empty for those about which Postfix is silent. Names and
            text in them are not escaped.
    """

    asked_for_parents: bool = True
    word: str
    findings: tuple[Finding, ...]

    def __init__(self, word: str, findings: Iterable[Finding] = ()) -> None:
        self.word = word
        self.findings = tuple(findings)

    @property
    def warnings(self) -> tuple[str, ...]:
        """What Postfix says while it opens the table."""
        return tuple(fault.postfix_says for fault in self.findings if fault.postfix_says)

    def networks(self) -> Iterable[Parsed]:
        """The networks and addresses that the table has; none if it has anything else, or that is not known."""
        return ()

    def place_of_network(self, network: Parsed) -> Place | None:  # noqa: ARG002 - tables with networks use it
        """The place of one of ``networks()``; None: in no file, or not known."""
        return None

    def find(self, key: str) -> str | None:
        """Look up a key.

        Args:
            key: the key after ``fold_case()``. A key that is not UTF-8 is in no table.

        Returns:
            None if the key is not found; otherwise its place in words, or "" if the table has no lines.

        Raises:
            QueryError: the table cannot answer.
        """
        raise NotImplementedError


def value_error(word: str, key: str, value: str) -> QueryError:
    """The error of a query whose result is not UTF-8.

    Args:
        word: ``type:name``, as it is written in the list.
        key: the key of the query.
        value: the result.
    """
    return QueryError(f'{word}: key "{key}": non-UTF-8 value "{value}": malformed UTF-8 or invalid codepoint')


def table_lines(name: str, text: str, findings: list[Finding]) -> Iterator[LogicalLine]:
    """The logical lines of a table, one by one.

    Args:
        name: the table's name in Postfix's warnings.
        text: the content of the table.
        findings: a list, to which Postfix's warnings about the lines are added.
    """
    mark = byte_order_mark(name, text)
    if mark:
        findings.append(mark)
    for line in each_logical_line(text):
        if line.is_dropped:
            findings.append(leading_white_space(name, line))
            continue
        if line.has_nul:
            sentence = text_after_nul(name, line.number, line.last_number)
            findings.append(Finding("nul", sentence, line.place(name), level=WARNING))
        yield line


def relative_path(path: str) -> TableError:
    """The error for a file that Postfix looks for where ifdiscover does not."""
    return TableError(f"{path}: relative to Postfix's queue directory; write a path from /", needs_postfix=True)


def read_table_file(path: str, machine: Machine, opening: str, reading: str) -> str:
    """The text of a table's file.

    Args:
        path: the file's name.
        machine: where it is.
        opening: Postfix's words before the error if it cannot open the file.
        reading: its words before the error if it cannot read it.

    Raises:
        TableError: Postfix or ifdiscover cannot open the file.
        FatalTableError: Postfix stops with a fatal error.
        NotOnThisMachineError: the machine is a recorded host's, and the file is not here.
    """
    if path[0] != "/":
        raise relative_path(path)
    try:
        return machine.read(path)
    except ConfigFileError as error:
        if error.number in (None, EACCES, EPERM):  # Postfix may have more rights, and opens more than regular files
            raise TableError(str(error), needs_postfix=True) from error
        if error.action == "read":
            raise FatalTableError(f"{reading}: {error.reason}") from error
        raise TableError(f"{opening}: {error.reason}") from error
