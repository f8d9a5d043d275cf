"""A case: what somebody did, run for real, and the error that came of it."""

from __future__ import annotations

import contextlib
import io
import os
import pathlib
import re
import shlex
import shutil
import sys
from errno import ENOSPC
from typing import TYPE_CHECKING, NamedTuple
from unittest import mock

from support.namespaces import ROOT

import ifdiscover
from ifdiscover._cli import main
from ifdiscover.errors import IfdiscoverError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from contextlib import AbstractContextManager
    from typing import Any

FILES = {
    "relay.json": "fixtures/hosts/mail-relay/snapshot.json",
    "class-e.json": "fixtures/hosts/class-e/snapshot.json",
    "down.json": "fixtures/hosts/nothing-up/snapshot.json",
}
"""Recorded hosts that lie in the folder where the cases run."""


class Case(NamedTuple):
    """What somebody did, and what is to be there before."""

    asked: str  # a line of shell or of Python, or what the group's ``line`` has for {}; with ``does``, a sentence
    files: Mapping[str, str | bytes] = {}  # what lies in the folder besides
    where: str = ""  # what is otherwise than usual
    around: Callable[[], AbstractContextManager[Any]] | None = None  # makes it so
    does: Callable[[], object] | None = None  # what is done, if no line can say it


class Group(NamedTuple):
    """Cases of one kind."""

    title: str
    text: str
    cases: Sequence[Case]
    line: str = "{}"  # the line of each case
    without: str = "^$"  # a pattern of what every message has, and the page shows of none


class Told(NamedTuple):
    """What came of a case."""

    kind: str  # the exit status, or the name of the exception
    lines: tuple[str, ...]  # the message


@contextlib.contextmanager
def folder_with(path: pathlib.Path) -> Iterator[None]:
    """Be in a folder that has the recorded hosts, and in an environment that names nothing."""
    for name, source in FILES.items():
        shutil.copy(ROOT / source, path / name)
    before = pathlib.Path.cwd()
    ours = ("IFDISCOVER", "MAIL_CONFIG", "NO_COLOR", "FORCE_COLOR", "COLUMNS")
    env = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    os.chdir(path)
    try:
        with mock.patch.dict(os.environ, env, clear=True):
            yield
    finally:
        os.chdir(before)


def outcome(case: Case, line: str = "{}") -> Told:
    """Run a case of a group with that line, in the current folder."""
    for name, content in case.files.items():
        pathlib.Path(name).parent.mkdir(parents=True, exist_ok=True)
        pathlib.Path(name).write_bytes(content.encode() if isinstance(content, str) else content)
    with case.around() if case.around else contextlib.nullcontext():
        if case.does is not None:
            return _of_python(case.does)
        asked = line.replace("{}", case.asked)
        return _of_command(asked) if _COMMAND.match(asked) else _of_python(lambda: _run_line(asked))


_COMMAND = re.compile(r"(echo .* [|] )?([A-Z_]+=\S* )?ifdiscover( |$)", re.DOTALL)


def _of_command(asked: str) -> Told:
    text, pipe, line = asked.rpartition(" | ")
    line, full, _ = line.partition(" > /dev/full")
    words = shlex.split(line)
    program = words.index("ifdiscover")
    given = f"{shlex.split(text)[1]}\n".encode() if pipe else b""
    out, err = _Full() if full else io.StringIO(), io.StringIO()
    stdin = mock.patch.object(sys, "stdin", io.TextIOWrapper(io.BytesIO(given)))
    env = mock.patch.dict(os.environ, dict(word.split("=", 1) for word in words[:program]))
    with stdin, env, contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        status = main(words[program + 1 :])
    said = [line.partition(": ")[2] for line in err.getvalue().splitlines()]
    first = next((number for number, line in enumerate(said) if line.startswith("error: ")), len(said))
    return Told(str(status), tuple(line.removeprefix("error: ") for line in said[first:]))


def _run_line(line: str) -> None:
    names: dict[str, Any] = {name: getattr(ifdiscover, name) for name in ifdiscover.__all__}
    names["host"] = ifdiscover.replay("relay.json")
    exec(line, names)


def _of_python(does: Callable[[], object]) -> Told:
    try:
        does()
    except IfdiscoverError as error:
        return Told(type(error).__name__, tuple(map(ifdiscover.printable, error.lines)))
    except (TypeError, ValueError, AttributeError, ImportError) as error:
        return Told(type(error).__name__, (str(error),))
    return Told("no error", ())


class _Full(io.StringIO):
    """Standard output that takes nothing, as a full disk does."""

    def write(self, _text: str) -> int:
        """Refuse."""
        raise OSError(ENOSPC, os.strerror(ENOSPC))
