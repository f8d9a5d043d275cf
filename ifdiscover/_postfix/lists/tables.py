"""Opens the lookup tables that a match list names, if they are plain text in a file or in the list itself."""

from __future__ import annotations

import os
from errno import EACCES, EPERM
from stat import S_ISREG

from ifdiscover._names import to_bytes
from ifdiscover._postfix.lists.cidr_table import CidrTable
from ifdiscover._postfix.lists.lookup_table import QueryError, Table, TableError, table_lines, value_error
from ifdiscover._postfix.syntax.files import is_utf8, read_config_file
from ifdiscover._postfix.syntax.findings import WARNING, Finding, Place
from ifdiscover._postfix.syntax.list_words import BraceError, balanced_length, between_braces, inside_braces, list_words
from ifdiscover._postfix.syntax.words import WHITE_SPACE, split
from ifdiscover.errors import ConfigFileError, FatalTableError

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

# From DATABASE_README and postconf(1), option -m. These tables need a server, a database, a daemon's environment or a
# pattern language.
_NEED_POSTFIX = split(
    "btree cdb dbm environ hash internal ldap lmdb memcache mongodb mysql netinfo nis nisplus pcre pgsql pipemap proxy"
    " randmap regexp sdbm socketmap sqlite tcp unionmap unix"
)

_INDEXES = {"btree": ".db", "cdb": ".cdb", "hash": ".db", "lmdb": ".lmdb"}
"""The suffix that postmap(1) adds to the source's name, for the file that Postfix reads."""


def open_table(word: str) -> Table:
    """The table that a word of a match list names.

    Args:
        word: ``type:name``, without the ``!`` before it.

    Raises:
        TableError: Postfix or ifdiscover cannot use the table.
        FatalTableError: Postfix stops with a fatal error.
    """
    kind, _colon, name = word.partition(":")
    if not kind or not name:
        raise FatalTableError(f'open dictionary: expecting "type:name" form instead of "{word}"')
    if kind in _NEED_POSTFIX:
        raise TableError(f"{kind}: tables need Postfix itself", needs_postfix=True)
    if kind not in _OPEN:
        raise TableError(f"unsupported dictionary type: {kind}")
    return _OPEN[kind](word, name)


def is_indexed(word: str) -> bool:
    """Whether postmap(1) has made the file of a table, and it is not older than the table's source.

    Args:
        word: ``type:name``. The answer is False for types that are not in ``_INDEXES``.
    """
    kind, _colon, name = word.partition(":")
    if kind not in _INDEXES or name[:1] != "/":
        return False
    try:
        index = os.stat(to_bytes(name + _INDEXES[kind]))  # noqa: PTH116 - pathlib costs more to import than a command
        readable = os.access(to_bytes(name + _INDEXES[kind]), os.R_OK)
    except (OSError, ValueError):  # ValueError: a NUL in the name
        return False
    try:
        source_time = os.stat(to_bytes(name)).st_mtime  # noqa: PTH116 - as above
    except OSError:  # Postfix does not need the source
        source_time = index.st_mtime
    return readable and S_ISREG(index.st_mode) and index.st_size > 0 and source_time <= index.st_mtime


class KeyTable(Table):
    """An open table of whole keys."""

    def __init__(self, word: str, places: Mapping[str, str], findings: Iterable[Finding] = ()) -> None:
        """Take each key with its place in words."""
        super().__init__(word, findings)
        self._places = places

    def find(self, key: str) -> str | None:
        return self._places.get(key)


class StaticTable(Table):
    """A table that has every key."""

    def __init__(self, word: str, value: str) -> None:
        kind = "everyone" if is_utf8(value) else "table-result"
        super().__init__(word, [Finding(kind, place=Place())])
        self._value = value

    def find(self, key: str) -> str | None:
        if not is_utf8(key):
            return None
        if not is_utf8(self._value):
            raise value_error(self.word, key, self._value)
        return ""


class FailTable(Table):
    """A table whose queries all fail."""

    asked_for_parents = False

    def __init__(self, word: str) -> None:
        super().__init__(word, [Finding("table-unusable", place=Place())])

    def find(self, key: str) -> str | None:
        if is_utf8(key):
            raise QueryError
        return None


def _open_cidr(word: str, name: str) -> Table:
    if name[0] != "{":
        return CidrTable(word, name, _read(name, f"open {name}", f"cidr map {name}: read error"))
    try:
        # A vertical tab does not separate rules, but inside a rule it is white space.
        rules = [inside_braces(rule) for _offset, rule in list_words(between_braces(name))]
    except BraceError as fault:
        raise TableError(f"cidr map: {fault}") from fault
    return CidrTable(word, name, "\n".join(rules))


def _open_static(word: str, name: str) -> Table:
    if name[0] != "{":
        return StaticTable(word, name)
    try:
        return StaticTable(word, inside_braces(name))
    except BraceError as fault:
        raise TableError(f"bad static:name syntax: {fault}") from fault


def _open_inline(word: str, name: str) -> Table:
    need = f'"{word}"; need "inline:{{name=value...}}"'
    if not is_utf8(name):
        raise TableError(f"bad UTF-8 syntax: {need}")
    if balanced_length(name) != len(name) or name == "{}":
        raise TableError(f"bad syntax: {need}")
    try:
        keys = [_inline_key(pair) for _offset, pair in list_words(name[1:-1])]
    except ValueError as fault:
        raise TableError(f"{fault}: {need}") from fault
    if not keys:
        raise TableError(f"empty table: {need}")
    return KeyTable(word, dict.fromkeys(keys, ""))


def _inline_key(pair: str) -> str:
    """The key of ``key=value`` or ``{ key = value }``; quotes and backslashes are part of it."""
    text = inside_braces(pair) if pair[0] == "{" else pair.strip(WHITE_SPACE)
    if not text:
        raise ValueError("no key found; expected format: key = value")
    length = _key_length(text, WHITE_SPACE + "=")
    if length is None:
        raise ValueError("unbalanced '\"'")
    if text[length:].lstrip(WHITE_SPACE)[:1] != "=":
        raise ValueError("missing '=' after attribute name")
    return text[:length]


def _open_texthash(word: str, name: str) -> Table:
    places: dict[str, str] = {}
    findings: list[Finding] = []
    for line in table_lines(name, _read(name, f"open database {name}", f"read {name}"), findings):
        where = f"{name}, line {line.number}"
        place = line.place(name)
        try:
            key = _texthash_key(line.text)
        except ValueError as fault:
            findings.append(
                Finding("table-rule-ignored", f"{where}: {fault} -- ignoring this line", place, level=WARNING)
            )
            continue
        if key[-1] == ":":
            sentence = f'{where}: record is in "key: value" format; is this an alias file?'
            findings.append(Finding("table-key-with-colon", sentence, place, suggestion=key[:-1], level=WARNING))
        if key in places:
            raise TableError(f'{where}: duplicate entry: "{key}"', findings=findings)
        places[key] = where
    return KeyTable(word, places, findings)


def _texthash_key(line: str) -> str:
    if not is_utf8(line):
        raise ValueError(f'non-UTF-8 input "{line}"')
    length = _key_length(line, WHITE_SPACE)
    if length is None:
        raise ValueError(f"unbalanced '\"' in '{line}'")
    if not length or not line[length:].strip(WHITE_SPACE):
        raise ValueError("expected format: key whitespace value")
    return line[:length]


def _key_length(text: str, ends: str) -> int | None:
    """The length of the key, which goes up to one of ``ends`` outside quotes. None: a quote is not closed."""
    quoted = escaped = False
    for place, character in enumerate(text):
        if escaped:
            escaped = False
        elif character == "\\":
            escaped = True
        elif character == '"':
            quoted = not quoted
        elif character in ends and not quoted:
            return place
    return None if quoted else len(text)


def _read(path: str, opening: str, reading: str) -> str:
    """The text of a table's file. ``opening`` and ``reading`` are Postfix's words before the error of either step."""
    if path[0] != "/":
        raise TableError(f"{path}: relative to Postfix's queue directory; write a path from /", needs_postfix=True)
    try:
        return read_config_file(path)
    except ConfigFileError as error:
        if error.number in (None, EACCES, EPERM):  # Postfix may have more rights, and opens more than regular files
            raise TableError(str(error), needs_postfix=True) from error
        if error.action == "read":
            raise FatalTableError(f"{reading}: {error.reason}") from error
        raise TableError(f"{opening}: {error.reason}") from error


_OPEN = {
    "cidr": _open_cidr,
    "fail": lambda word, _name: FailTable(word),
    "inline": _open_inline,
    "static": _open_static,
    "texthash": _open_texthash,
}
