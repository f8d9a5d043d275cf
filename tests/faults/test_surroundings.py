"""Whatever a command is started with and in: closed descriptors, folders, environments, locales, flags of Python."""

from __future__ import annotations

import itertools
import os
import shutil
import sys
import tempfile
from pathlib import Path

import pytest
from faults.conftest import Ended, bounded
from support.namespaces import CLI, ROOT
from support.need import need

INSTALLED = [sys.executable, "-c", "from ifdiscover._cli import main; raise SystemExit(main())"]
"""As the installed command does."""
STARTS = {"python -m": [*CLI], "installed": INSTALLED}
EVERY_START = pytest.mark.parametrize("start", STARTS)
FLAGS = [["-O"], ["-OO"], ["-bb"], ["-W", "error"], ["-X", "dev"], ["-u"], ["-X", "utf8=0"]]
RECORDED = ["--from", str(ROOT / "fixtures/hosts/mail-relay/snapshot.json")]
PYTHON = "/usr/bin/python3"
COMMANDS = [
    [],
    ["interfaces", "--json"],
    ["postconf", "-c", str(ROOT / "fixtures/main_cf/relay"), *RECORDED, "mynetworks"],
]
EVERY_COMMAND = pytest.mark.parametrize("arguments", COMMANDS, ids=lambda words: words[0] if words else "addresses")
CLOSED = [some for size in (1, 2, 3) for some in itertools.combinations((0, 1, 2), size)]


def shell(line: str, *argv: str) -> Ended:
    """How a line of shell ends in which "$@" is a command."""
    return bounded(["sh", "-c", line, "sh", *argv])


@EVERY_START
@pytest.mark.parametrize("closed", CLOSED, ids=str)
def test_closed_descriptors(start: str, closed: tuple[int, ...]) -> None:
    """Python itself starts with each of them closed. Output that fails is 74, with a message if that can be written."""
    line = '"$@" ' + " ".join(f"{descriptor}{'<' if descriptor == 0 else '>'}&-" for descriptor in closed)
    status, out, err = shell(line, *STARTS[start])
    if 1 in closed:
        assert (status, out) == (74, b"")
        told = "" if 2 in closed else "ifdiscover: error: cannot write to standard output: Bad file descriptor\n"
        assert err == told
    else:
        assert (status, out, err) == (0, bounded([*CLI]).out, "")


@EVERY_COMMAND
def test_a_full_device(arguments: list[str]) -> None:
    """For the answer: 74. For the messages: they are lost."""
    status, _, err = shell('"$@" >/dev/full', *CLI, *arguments)
    assert (status, err.count("\n")) == (74, 1 + err.count("main.cf used"))
    assert "ifdiscover: error: cannot write to standard output: No space left on device\n" in err
    assert shell('"$@" 2>/dev/full', *CLI, *arguments).status == 0
    assert shell('"$@" >/dev/full 2>&1', *CLI, *arguments).status == 74


@EVERY_START
def test_head_reads_one_line(start: str) -> None:
    """And the command says nothing of that, whether it has written all or not."""
    line = '{ "$@"; echo $? >&2; } | head -1'
    status, out, err = shell(line, *STARTS[start], "interfaces", "--json")
    assert (status, out.count(b"\n")) == (0, 1)
    assert err in ("0\n", "141\n")


@EVERY_START
@EVERY_COMMAND
def test_a_deleted_folder(tmp_path: Path, start: str, arguments: list[str]) -> None:
    """As the current one. A hostile one: tests/cli/test_faults.py."""
    gone = tmp_path / "gone"
    gone.mkdir()
    ended = shell(f"cd {gone} && rmdir {gone} && " + '"$@"', *STARTS[start], *arguments)
    assert ended == bounded([*STARTS[start], *arguments])
    assert ended.status == 0


def test_a_folder_that_cannot_be_read() -> None:
    """As the current one of another user."""
    if os.geteuid() != 0:
        need("only root can be in a folder that it may not read, as another user")
    need(None if Path(PYTHON).exists() else f"no {PYTHON}, which every user may run")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        shutil.copytree(ROOT / "ifdiscover", folder / "ifdiscover")
        (folder / "dark").mkdir(mode=0)
        code = (
            f"import os, sys; os.environ['PYTHONPATH'] = {name!r}; os.chdir({str(folder / 'dark')!r}); "
            f"os.setgid(65534); os.setuid(65534); os.execv({PYTHON!r}, [{PYTHON!r}, '-m', 'ifdiscover'])"
        )
        ended = bounded([sys.executable, "-c", code])
    assert ended == (0, bounded([*CLI]).out, "")


@EVERY_COMMAND
@pytest.mark.parametrize(
    "env",
    [
        {},
        {"LC_ALL": "C"},
        {"LC_ALL": "POSIX", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"},
        {"LC_ALL": "no_SUCH.locale"},
        {"PYTHONIOENCODING": "ascii:strict"},
        {"HOME": "", "PATH": ""},
        {"HOME": "/nonexistent", "TMPDIR": "/nonexistent"},
        {"TERM": "", "COLUMNS": "0", "LINES": "-1"},
    ],
    ids=str,
)
def test_an_environment_with_nothing_else_in_it(env: dict[str, str], arguments: list[str]) -> None:
    """No HOME and no PATH: no program is looked for in it, and nothing of a person's is read."""
    ended = bounded([*CLI, *arguments], env={"PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1", **env})
    assert ended == bounded([*CLI, *arguments])
    assert ended.status == 0


@EVERY_COMMAND
@pytest.mark.parametrize("flags", FLAGS, ids=" ".join)
def test_a_flag_of_python(flags: list[str], arguments: list[str]) -> None:
    """Asserts taken out, bytes that are compared with text, warnings as errors, and what -X dev looks at."""
    ended = bounded([sys.executable, *flags, *INSTALLED[1:], *arguments])
    assert ended == bounded([*CLI, *arguments])
    assert ended.status == 0


def test_what_is_not_read_is_not_waited_for() -> None:
    """A standard input that never ends keeps nobody."""
    reader, writer = os.pipe()
    try:
        assert bounded([*CLI], stdin=reader).status == 0
    finally:
        os.close(reader)
        os.close(writer)
