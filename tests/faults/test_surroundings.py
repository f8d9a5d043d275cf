"""Whatever a command is started with and in: closed descriptors, folders, environments, locales, flags of Python."""

from __future__ import annotations

import itertools
import os
import shutil
import sys
import tempfile
from pathlib import Path

import pytest
from faults.injected import bounded, plain_environment
from support.namespaces import CLI, ROOT
from support.need import need

INSTALLED = [sys.executable, "-c", "from ifdiscover._cli import main; raise SystemExit(main())"]
"""As the installed command does."""
STARTS = {"python -m": [*CLI], "installed": INSTALLED}
EVERY_START = pytest.mark.parametrize("start", STARTS)
FLAGS = [["-O"], ["-OO"], ["-bb"], ["-W", "error"], ["-X", "dev"], ["-u"], ["-E"], ["-B"], ["-X", "utf8=0"]]
RECORDED = ["--from", str(ROOT / "fixtures/hosts/mail-relay/snapshot.json")]
COMMANDS = [
    [],
    ["interfaces", "--json"],
    ["postconf", "-c", str(ROOT / "fixtures/main_cf/relay"), *RECORDED, "mynetworks"],
]


def shell(line: str, *argv: str, **more: object) -> tuple[int | None, bytes, str]:
    """How a line of shell ends in which "$@" is a command."""
    given = {"env": plain_environment(), **more}
    return bounded(["sh", "-c", line, "sh", *argv], **given)  # type: ignore[arg-type] # as bounded() takes them


@pytest.fixture(scope="module")
def usual() -> bytes:
    """The answer where nothing is odd."""
    ended = bounded([*CLI], env=plain_environment())
    assert ended.status == 0
    return ended.out


@EVERY_START
@pytest.mark.parametrize(
    "closed",
    [some for size in (1, 2, 3) for some in itertools.combinations((0, 1, 2), size)],
    ids=lambda c: "".join(map(str, c)),
)
def test_closed_descriptors(start: str, closed: tuple[int, ...], usual: bytes) -> None:
    """Python itself starts with each of them closed. Output that fails is 74, with a message if that can be written."""
    line = '"$@" ' + " ".join(f"{descriptor}{'<' if descriptor == 0 else '>'}&-" for descriptor in closed)
    status, out, err = shell(line, *STARTS[start])
    if 1 in closed:
        assert (status, out) == (74, b"")
        told = "" if 2 in closed else "ifdiscover: error: cannot write to standard output: Bad file descriptor\n"
        assert err == told
    else:
        assert (status, out, err) == (0, usual, "")


@pytest.mark.parametrize("arguments", COMMANDS, ids=" ".join)
def test_a_full_device(arguments: list[str]) -> None:
    """For the answer: 74. For the messages: they are lost."""
    status, _, err = shell('"$@" >/dev/full', *CLI, *arguments)
    assert (status, err.count("\n")) == (74, 1 + err.count("main.cf used"))
    assert "ifdiscover: error: cannot write to standard output: No space left on device\n" in err
    assert shell('"$@" 2>/dev/full', *CLI, *arguments)[0] == 0
    assert shell('"$@" >/dev/full 2>&1', *CLI, *arguments)[0] == 74


@EVERY_START
def test_head_reads_one_line(start: str) -> None:
    """And the command says nothing of that, whether it has written all or not."""
    line = '{ "$@"; echo $? >&2; } | head -1'
    status, out, err = shell(line, *STARTS[start], "interfaces", "--json")
    assert (status, out.count(b"\n")) == (0, 1)
    assert err in ("0\n", "141\n")


@EVERY_START
@pytest.mark.parametrize("arguments", COMMANDS, ids=" ".join)
def test_a_deleted_folder(tmp_path: Path, start: str, arguments: list[str]) -> None:
    """As the current one."""
    gone = tmp_path / "gone"
    gone.mkdir()
    status, out, err = shell('cd "$0" && rmdir "$0" && "$@"'.replace("$0", str(gone)), *STARTS[start], *arguments)
    assert (status, bool(out)) == (0, True), err
    assert "Traceback" not in err


def test_a_folder_that_cannot_be_read(usual: bytes) -> None:
    """As the current one of another user."""
    if os.geteuid() != 0:
        need("only root can be in a folder that it may not read, as another user")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        shutil.copytree(ROOT / "ifdiscover", folder / "ifdiscover")
        (folder / "dark").mkdir(mode=0)
        code = (
            f"import os, sys; os.chdir({str(folder / 'dark')!r}); os.setgid(65534); os.setuid(65534); "
            f"os.execv(sys.executable, [sys.executable, '-m', 'ifdiscover'])"
        )
        ended = bounded([sys.executable, "-c", code], env=plain_environment(PYTHONPATH=name))
    assert (ended.status, ended.out, ended.err) == (0, usual, "")


HOSTILE = (
    "json",
    "ipaddress",
    "socket",
    "_socket",
    "ctypes",
    "argparse",
    "struct",
    "signal",
    "ifdiscover._errors",
    "errno",
)


@pytest.mark.parametrize("flags", [[], ["-P"], ["-I"], ["-s"]], ids=str)
@pytest.mark.parametrize("arguments", [*COMMANDS, ["--nonsense"], ["source", "--json"]], ids=" ".join)
def test_a_hostile_folder(tmp_path: Path, flags: list[str], arguments: list[str]) -> None:
    """Its json.py and others are nobody's: ``python -m`` would import them first."""
    if flags == ["-P"] and sys.version_info < (3, 11):
        pytest.skip("Python has -P from 3.11 on")
    for name in HOSTILE:
        (tmp_path / f"{name}.py").write_text("import os; os.write(2, b'stolen'); os._exit(99)\n")
    argv = [sys.executable, *flags, "-m", "ifdiscover", *arguments]
    env = plain_environment()
    if "-I" in flags:  # which ignores PYTHONPATH, so that the checkout is put in as an installed package is
        code = f"import runpy, sys; sys.path.append({str(ROOT)!r}); runpy.run_module('ifdiscover', run_name='__main__')"
        argv = [sys.executable, *flags, "-c", code, *arguments]
    ended = bounded(argv, env=env, cwd=tmp_path)
    assert "stolen" not in ended.err
    assert ended.status == (64 if arguments == ["--nonsense"] else 0) or arguments[:1] == ["source"], ended


def test_a_folder_that_pythonpath_names_is_kept(tmp_path: Path) -> None:
    """Only what ``python -m`` puts there is dropped, once; what somebody asked for stays."""
    (tmp_path / "json.py").write_text("import os; os.write(2, b'asked for'); os._exit(99)\n")
    env = plain_environment(PYTHONPATH=f"{tmp_path}:{ROOT}")
    assert "asked for" in bounded([*CLI, "--json"], env=env, cwd=tmp_path).err


def test_a_safe_path_stays_whole(tmp_path: Path) -> None:
    """Under PYTHONSAFEPATH the first entry is PYTHONPATH's, even if that is the current folder."""
    if sys.version_info < (3, 11):
        pytest.skip("Python has PYTHONSAFEPATH from 3.11 on")
    env = plain_environment(PYTHONSAFEPATH="1")
    assert bounded([*CLI, "--version"], env=env, cwd=ROOT).status == 0
    (tmp_path / "json.py").write_text("import os; os.write(2, b'asked for'); os._exit(99)\n")
    env = plain_environment(PYTHONSAFEPATH="1", PYTHONPATH=f"{tmp_path}:{ROOT}")
    assert "asked for" in bounded([*CLI, "--json"], env=env, cwd=tmp_path).err


@pytest.mark.parametrize("arguments", COMMANDS, ids=" ".join)
@pytest.mark.parametrize(
    "env",
    [
        {},
        {"LC_ALL": "C"},
        {"LC_ALL": "POSIX", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"},
        {"LC_ALL": "no_SUCH.locale"},
        {"PYTHONIOENCODING": "ascii:strict"},
        {"PYTHONIOENCODING": "utf-16"},
        {"HOME": "", "PATH": ""},
        {"HOME": "/nonexistent", "TMPDIR": "/nonexistent"},
        {"TERM": "", "COLUMNS": "0", "LINES": "-1"},
    ],
    ids=str,
)
def test_an_environment_with_nothing_else_in_it(env: dict[str, str], arguments: list[str]) -> None:
    """No HOME and no PATH: no program is looked for in it, and nothing of a person's is read."""
    usual = bounded([*CLI, *arguments], env=plain_environment())
    ended = bounded([*CLI, *arguments], env={"PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1", **env})
    encoding = "utf-16" if "utf-16" in env.values() else "utf-8"
    assert ended.status == 0, ended
    assert ended.out.decode(encoding) == usual.out.decode()
    assert "Traceback" not in ended.err


@pytest.mark.parametrize("arguments", COMMANDS, ids=" ".join)
@pytest.mark.parametrize("flags", FLAGS, ids=" ".join)
def test_a_flag_of_python(flags: list[str], arguments: list[str]) -> None:
    """Asserts taken out, bytes that are compared with text, warnings as errors, and what -X dev looks at."""
    usual = bounded([*CLI, *arguments], env=plain_environment())
    argv = [sys.executable, *flags, "-c", f"import sys; sys.path.insert(0, {str(ROOT)!r}); {INSTALLED[2]}", *arguments]
    ended = bounded(argv, env=plain_environment())
    assert (ended.status, ended.out, ended.err) == (0, usual.out, usual.err)


def test_what_is_read_is_not_waited_for() -> None:
    """A standard input that never ends keeps nobody who does not read it."""
    reader, writer = os.pipe()
    try:
        assert bounded([*CLI], env=plain_environment(), stdin=reader).status == 0
    finally:
        os.close(reader)
        os.close(writer)
