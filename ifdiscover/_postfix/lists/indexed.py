"""Tables that postmap(1) makes from a text: types hash, btree, cdb and lmdb.

Only Postfix itself can ask them. Whether it can open one is seen from outside: smtpd opens its tables as root, so that
no permission matters, and it asks even a table that is older than its source.
"""

from __future__ import annotations

import os
from errno import EACCES, EINVAL, EISDIR, ENOENT, EPERM
from stat import S_ISDIR, S_ISREG

from ifdiscover._names import is_copyable
from ifdiscover._postfix.lists.key_table import read_entries
from ifdiscover._postfix.lists.lookup_table import TableError, relative_path
from ifdiscover._postfix.lists.table_faults import entry_findings
from ifdiscover._postfix.syntax.findings import SILENT, WARNING, Finding, Findings
from ifdiscover.errors import ConfigFileError, NotOnThisMachineError

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from typing import NoReturn

    from ifdiscover._postfix.syntax.machine import Machine

SUFFIXES = {"btree": ".db", "cdb": ".cdb", "hash": ".db", "lmdb": ".lmdb"}
"""By type: what postmap(1) adds to the source's name, for the file that Postfix reads."""

_BERKELEY_DB = ("btree", "hash")
_SUCCESSORS = (".cdb", ".lmdb")
_SILENCE = 100  # seconds in which Postfix does not yet warn of a changed source


def open_indexed(word: str, name: str, machine: Machine) -> NoReturn:
    """Say what Postfix makes of such a table.

    Args:
        word: ``type:name``.
        name: the source's name.
        machine: where its files are.

    Raises:
        TableError: ifdiscover cannot ask the table.
        NotOnThisMachineError: the machine is a recorded host's, and the file is not here.
    """
    if name[0] != "/":
        raise relative_path(name)
    kind = word.partition(":")[0]
    file = name + SUFFIXES[kind]
    try:
        status = machine.stat(file)
    except ValueError as error:  # a NUL in the name
        raise TableError(left_to_postfix(word), needs_postfix=True) from error
    except OSError as error:
        raise _unusable(word, name, file, error.errno or 0, machine) from error
    if kind in _BERKELEY_DB and S_ISDIR(status.st_mode):
        raise _unusable(word, name, file, EISDIR, machine)
    if kind in _BERKELEY_DB and S_ISREG(status.st_mode) and not status.st_size:
        raise _unusable(word, name, file, EINVAL, machine)
    is_there = S_ISREG(status.st_mode) and status.st_size > 0
    findings = _stale(word, name, file, int(status.st_mtime), machine) if is_there else []
    raise TableError(left_to_postfix(word), needs_postfix=True, is_there=is_there, findings=findings)


def left_to_postfix(word: str) -> str:
    """Why ifdiscover does not ask a table, and the command that does."""
    command = _command("postmap -q ADDRESS", word)
    return "only Postfix itself can ask this table" + (f": {command}" if command else "")


def source_findings(word: str, machine: Machine) -> list[Finding]:
    """The faults of the text from which postmap(1) makes a table; none if there is no text that may be read.

    Args:
        word: ``type:name``. No other type than those of ``SUFFIXES`` has such a text.
        machine: where the text is.
    """
    kind, _colon, path = word.partition(":")
    if kind not in SUFFIXES or path[:1] != "/":
        return []
    try:
        text = machine.read(path)
    except (ConfigFileError, NotOnThisMachineError):
        return []
    # postmap told of bad lines when it read them.
    return entry_findings(read_entries(path, text, Findings()), path, folded=True)


def _unusable(word: str, name: str, file: str, number: int, machine: Machine) -> TableError:
    """The error for a file that cannot be opened, of which ``number`` is the errno."""
    if number in (EACCES, EPERM):  # Postfix has more rights
        return TableError(left_to_postfix(word), needs_postfix=True)
    if number == ENOENT and file.endswith(".db"):
        for suffix in _SUCCESSORS:
            if _exists(name + suffix, machine):
                reason = f"{file} is not there, but {name}{suffix} is, and a Postfix without Berkeley DB may read that"
                return TableError(reason, needs_postfix=True)
    suggestion = _mend(word, name, machine) if number in (ENOENT, EINVAL) else ""
    return TableError(f"open database {file}: {os.strerror(number)}", suggestion=suggestion)


def _mend(word: str, name: str, machine: Machine) -> str:
    """The command that makes a table, or the word without the suffix that Postfix adds by itself."""
    suffix = SUFFIXES[word.partition(":")[0]]
    source_is_there = _exists(name, machine)
    if source_is_there and name.endswith(suffix):
        return word[: -len(suffix)]
    command = _postmap(word)
    return command + (f", when {name} is there" if command and not source_is_there else "")


def _stale(word: str, name: str, file: str, made: int, machine: Machine) -> list[Finding]:
    """The finding if the source changed after the table was made. Postfix compares whole seconds."""
    from time import time

    try:
        source = machine.stat(name)
    except (OSError, NotOnThisMachineError):  # Postfix does not need the source
        return []
    changed = int(source.st_mtime)
    if not S_ISREG(source.st_mode) or changed <= made:
        return []
    sentence, remark = f"database {file} is older than source file {name}", ""
    if changed >= int(time()) - _SILENCE:
        sentence, remark = "", f"{name} was changed a moment ago, and not yet made into {file}"
    level = WARNING if sentence else SILENT
    return [Finding("table-stale", sentence, suggestion=_postmap(word), remark=remark, level=level)]


def _postmap(word: str) -> str:
    return _command("postmap", word)


def _command(command: str, word: str) -> str:
    """A command with a word of main.cf, which the shell must not read as anything else.

    It is "" if the word cannot be copied from a terminal, since it is shown escaped.
    """
    if not is_copyable(word):
        return ""
    if all(character.isalnum() or character in "/:._-+@%=," for character in word):
        return f"{command} {word}"
    from shlex import quote

    return f"{command} {quote(word)}"


def _exists(path: str, machine: Machine) -> bool:
    try:
        machine.stat(path)
    except (OSError, NotOnThisMachineError):
        return False
    return True
