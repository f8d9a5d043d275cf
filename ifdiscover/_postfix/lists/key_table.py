"""Tables of whole keys that are plain text: type texthash, a file, and type inline, a list in braces."""

from __future__ import annotations

from _socket import AF_INET, AF_INET6

from ifdiscover._postfix.lists.lookup_table import Table, TableError, read_table_file, table_lines
from ifdiscover._postfix.lists.table_faults import Entry, entry_findings
from ifdiscover._postfix.syntax.files import is_utf8
from ifdiscover._postfix.syntax.findings import WARNING, Finding, Findings, Place
from ifdiscover._postfix.syntax.list_words import balanced_length, inside_braces, list_words
from ifdiscover._postfix.syntax.networks import packed_or_none
from ifdiscover._postfix.syntax.words import WHITE_SPACE
from ifdiscover.model import BITS

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from ifdiscover._postfix.syntax.lines import LogicalLine
    from ifdiscover._postfix.syntax.machine import Machine
    from ifdiscover._postfix.syntax.networks import Parsed


class KeyTable(Table):
    """An open table of whole keys."""

    def __init__(self, word: str, places: Mapping[str, str], findings: Iterable[Finding] = ()) -> None:
        """Take each key with its place in words."""
        super().__init__(word, findings)
        self._places = places

    def networks(self) -> Iterable[Parsed]:
        found = []
        for key in self._places:
            family = AF_INET6 if ":" in key else AF_INET
            packed = packed_or_none(family, key)
            if packed is None:
                return ()
            found.append((family, packed, BITS[family]))
        return found

    def find(self, key: str) -> str | None:
        return self._places.get(key)


def open_inline(word: str, name: str) -> Table:
    """The table ``inline:name``.

    Raises:
        TableError: the name is not ``{key=value...}``.
    """
    entries = inline_entries(word, name)
    return KeyTable(word, dict.fromkeys([entry.key for entry in entries], ""), entry_findings(entries))


def inline_entries(word: str, name: str) -> list[Entry]:
    """The entries of the table ``inline:name``. If a key comes twice, the last one counts.

    Raises:
        TableError: the name is not ``{key=value...}``.
    """
    need = f'"{word}"; need "inline:{{name=value...}}"'
    if not is_utf8(name):
        raise TableError(f"bad UTF-8 syntax: {need}")
    if balanced_length(name) != len(name) or name == "{}":
        raise TableError(f"bad syntax: {need}")
    try:
        entries = [_inline_entry(pair) for _offset, pair in list_words(name[1:-1])]
    except ValueError as fault:
        raise TableError(f"{fault}: {need}") from fault
    if not entries:
        raise TableError(f"empty table: {need}")
    return entries


def _inline_entry(pair: str) -> Entry:
    """The entry of ``key=value`` or ``{ key = value }``; quotes and backslashes are part of the key."""
    text = inside_braces(pair) if pair[0] == "{" else pair.strip(WHITE_SPACE)
    if not text:
        raise ValueError("no key found; expected format: key = value")
    length = _key_length(text, WHITE_SPACE + "=")
    if length is None:
        raise ValueError("unbalanced '\"'")
    rest = text[length:].lstrip(WHITE_SPACE)
    if rest[:1] != "=":
        raise ValueError("missing '=' after attribute name")
    return Entry(text[:length], rest[1:].strip(WHITE_SPACE), Place())


def open_texthash(word: str, path: str, machine: Machine) -> Table:
    """The table ``texthash:path``, whose file is on that machine.

    Raises:
        NotOnThisMachineError: the machine is a recorded host's, and the file is not here.
        TableError: the file cannot be read, or has a key twice.
        FatalTableError: the file is a directory.
    """
    findings = Findings()
    entries = texthash_entries(path, machine, findings)
    findings += entry_findings(entries.values(), path)
    return KeyTable(word, {key: f"{path}, line {entry.place.line}" for key, entry in entries.items()}, findings)


def texthash_entries(
    path: str, machine: Machine, findings: list[Finding], fold: Callable[[str], str] = str
) -> dict[str, Entry]:
    """The entries of the table ``texthash:path``, by key.

    Args:
        path: the file's name.
        machine: where the file is.
        findings: a list, to which Postfix's warnings about the lines are added.
        fold: what Postfix makes of a key as it opens the table. For a match list, nothing.

    Raises:
        NotOnThisMachineError, TableError, FatalTableError: as in ``open_texthash()``.
    """
    entries: dict[str, Entry] = {}
    for entry in read_entries(path, read_table_file(path, machine, f"open database {path}", f"read {path}"), findings):
        key = fold(entry.key)
        if key in entries:
            where = f"{path}, line {entry.place.line}"
            raise TableError(f'{where}: duplicate entry: "{key}"', findings=findings)
        entries[key] = entry
    return entries


def read_entries(path: str, text: str, findings: list[Finding]) -> Iterator[Entry]:
    """The entries of a text from which texthash and postmap(1) read keys, one by one.

    Args:
        path: the file's name in Postfix's warnings.
        text: its content.
        findings: a list, to which Postfix's warnings about the lines are added.
    """
    for line in table_lines(path, text, findings):
        where = f"{path}, line {line.number}"
        place = line.place(path)
        try:
            key, result = _key_and_result(line)
        except ValueError as fault:
            findings.append(
                Finding("table-rule-ignored", f"{where}: {fault} -- ignoring this line", place, level=WARNING)
            )
            continue
        if key[-1] == ":":
            sentence = f'{where}: record is in "key: value" format; is this an alias file?'
            findings.append(Finding("table-key-with-colon", sentence, place, suggestion=key[:-1], level=WARNING))
        yield Entry(key, result, place)


def _key_and_result(line: LogicalLine) -> tuple[str, str]:
    text = line.text
    # Postfix takes a text in ASCII for good without looking further; else it looks past the NUL.
    if not is_utf8(text) or ((not text or not text.isascii()) and not is_utf8(line.hidden)):
        raise ValueError(f'non-UTF-8 input "{text}"')
    length = _key_length(text, WHITE_SPACE)
    if length is None:
        raise ValueError(f"unbalanced '\"' in '{text}'")
    result = text[length:].strip(WHITE_SPACE)
    if not length or not result:
        raise ValueError("expected format: key whitespace value")
    return text[:length], result


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
