"""Opens the lookup tables that a match list names, each by its type."""

from __future__ import annotations

from _socket import AF_INET, AF_INET6

from ifdiscover._postfix.lists.cidr_table import CidrTable
from ifdiscover._postfix.lists.indexed import SUFFIXES, left_to_postfix, open_indexed
from ifdiscover._postfix.lists.key_table import open_inline, open_texthash
from ifdiscover._postfix.lists.lookup_table import QueryError, Table, TableError, read_table_file, value_error
from ifdiscover._postfix.lists.table_faults import reads_as_refusal, result_finding
from ifdiscover._postfix.syntax.files import is_utf8
from ifdiscover._postfix.syntax.findings import Finding
from ifdiscover._postfix.syntax.list_words import BraceError, between_braces, inside_braces, list_words
from ifdiscover._postfix.syntax.machine import Machine
from ifdiscover._postfix.syntax.words import split
from ifdiscover.errors import FatalTableError

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from collections.abc import Iterable

    from ifdiscover._postfix.syntax.networks import Parsed

# From DATABASE_README and postconf(1), option -m. These tables need a server, a database, a daemon's environment or a
# pattern language.
_NEED_POSTFIX = split(
    "dbm environ internal ldap memcache mongodb mysql netinfo nis nisplus pcre pgsql pipemap proxy randmap regexp sdbm"
    " socketmap sqlite tcp unionmap unix"
)


def open_table(word: str, machine: Machine | None = None) -> Table:
    """The table that a word of a match list names.

    Args:
        word: ``type:name``, without the ``!`` before it.
        machine: where its file is read; None: this machine.

    Raises:
        TableError: Postfix or ifdiscover cannot use the table.
        FatalTableError: Postfix stops with a fatal error.
        NotOnThisMachineError: its file is on a recorded host.
    """
    kind, _colon, name = word.partition(":")
    if not kind or not name:
        raise FatalTableError(f'open dictionary: expecting "type:name" form instead of "{word}"')
    if kind in _NEED_POSTFIX:
        raise TableError(left_to_postfix(word), needs_postfix=True)
    if kind not in _OPEN:
        raise TableError(f"unsupported dictionary type: {kind}")
    return _OPEN[kind](word, name, machine or Machine())


class StaticTable(Table):
    """A table that has every key."""

    def __init__(self, word: str, value: str) -> None:
        findings = [Finding("everyone" if is_utf8(value) else "table-result")]
        if reads_as_refusal(value):
            findings.append(result_finding(value, suggestion=f"!{word}"))
        super().__init__(word, findings)
        self.value = value

    def networks(self) -> Iterable[Parsed]:
        return ((AF_INET, bytes(4), 0), (AF_INET6, bytes(16), 0))

    def find(self, key: str) -> str | None:
        if not is_utf8(key):
            return None
        if not is_utf8(self.value):
            raise value_error(self.word, key, self.value)
        return ""


class FailTable(Table):
    """A table whose queries all fail."""

    asked_for_parents = False

    def __init__(self, word: str) -> None:
        super().__init__(word, [Finding("table-unusable")])

    def find(self, key: str) -> str | None:
        if is_utf8(key):
            raise QueryError
        return None


def _open_cidr(word: str, name: str, machine: Machine) -> Table:
    if name[0] != "{":
        return CidrTable(word, name, read_table_file(name, machine, f"open {name}", f"cidr map {name}: read error"))
    try:
        # A vertical tab does not separate rules, but inside a rule it is white space.
        rules = [inside_braces(rule) for _offset, rule in list_words(between_braces(name))]
    except BraceError as fault:
        raise TableError(f"cidr map: {fault}") from fault
    return CidrTable(word, name, "\n".join(rules))


def _open_static(word: str, name: str, _machine: Machine) -> Table:
    if name[0] != "{":
        return StaticTable(word, name)
    try:
        return StaticTable(word, inside_braces(name))
    except BraceError as fault:
        raise TableError(f"bad static:name syntax: {fault}") from fault


_OPEN = {
    "cidr": _open_cidr,
    "fail": lambda word, _name, _machine: FailTable(word),
    "inline": lambda word, name, _machine: open_inline(word, name),
    "static": _open_static,
    "texthash": open_texthash,
    **dict.fromkeys(SUFFIXES, open_indexed),
}
