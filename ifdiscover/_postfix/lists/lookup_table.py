"""What all lookup tables have in common."""

from __future__ import annotations

from ifdiscover._postfix.syntax.findings import WARNING, Finding
from ifdiscover._postfix.syntax.lines import leading_white_space, logical_lines, text_after_nul

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ifdiscover._postfix.syntax.lines import LogicalLine


class TableError(Exception):
    """A table that cannot be asked.

    Attributes:
        reason: why: Postfix's own words, unless ``needs_postfix``.
        needs_postfix: Postfix itself may well be able to ask it; it is ifdiscover that cannot, and does not guess.
        findings: what Postfix says of the table before it gives up.
    """

    def __init__(self, reason: str, *, needs_postfix: bool = False, findings: Iterable[Finding] = ()) -> None:
        super().__init__(reason)
        self.reason = reason
        self.needs_postfix = needs_postfix
        self.findings = tuple(findings)


class QueryError(Exception):
    """A table that is open does not answer this key.

    Attributes:
        warnings: what Postfix says of it, before it tells of a table lookup problem.
    """

    def __init__(self, *warnings: str) -> None:
        super().__init__("; ".join(warnings) or "each query of this table fails")
        self.warnings = warnings


class Table:
    """A lookup table that is open. Only whether a key is found matters to a list, never the result.

    Attributes:
        word: ``type:name``, as it stands in the list.
        fixed: it holds whole keys, so that a list asks it for the parents of a name too.
        findings: what Postfix says while it is opened, and what it does not say and is a fault nevertheless: their
            sentence is empty. Names and text in them are not escaped.
    """

    fixed: bool = True
    word: str
    findings: tuple[Finding, ...]

    def __init__(self, word: str, findings: Iterable[Finding] = ()) -> None:
        self.word = word
        self.findings = tuple(findings)

    @property
    def warnings(self) -> tuple[str, ...]:
        """What Postfix says while it is opened, in sentences."""
        return tuple(fault.postfix_says for fault in self.findings if fault.postfix_says)

    def find(self, key: str) -> str | None:
        """Where the table has a key.

        Args:
            key: as the list asks for it, its case folded already. One that is not UTF-8 is in no table.

        Returns:
            None: nowhere. Otherwise the place in words; "" where the table has none smaller than itself.

        Raises:
            QueryError: the table does not answer.
        """
        raise NotImplementedError


def value_error(word: str, key: str, value: str) -> QueryError:
    """The failure of a query that finds a result that is not UTF-8.

    Args:
        word: ``type:name``, as it stands in the list.
        key: what was asked for.
        value: the result.
    """
    return QueryError(f'{word}: key "{key}": non-UTF-8 value "{value}": malformed UTF-8 or invalid codepoint')


def table_lines(name: str, text: str, findings: list[Finding]) -> Iterator[LogicalLine]:
    """The logical lines of a table, one by one.

    Args:
        name: how Postfix calls the table.
        text: what it holds.
        findings: what Postfix says while it reads the lines is added to these.
    """
    lines, dropped = logical_lines(text)
    if dropped:
        findings.append(leading_white_space(name, dropped))
    for line in lines:
        if line.has_nul:
            sentence = text_after_nul(name, line.number, line.last_number)
            findings.append(Finding("nul", sentence, line.place(name), level=WARNING))
        yield line
