"""What nobody foresaw ends a command with a message and a status of its own: Python's 1 would be an answer."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest
from support.namespaces import CLI, ROOT, environment
from support.need import need
from support.program import in_process
from support.terminal import written_to

if TYPE_CHECKING:
    from pathlib import Path

    from support.namespaces import Namespace


@pytest.mark.parametrize(
    ("error", "status", "message"),
    [
        (OSError(11, "Resource temporarily unavailable"), 71, "the system refused: Resource temporarily unavailable\n"),
        (OSError(24, "Too many open files", "/x\n"), 71, "the system refused: Too many open files: /x\\x0a\n"),
        (ImportError("libm.so: cannot map"), 71, "a module cannot be imported: libm.so: cannot map\n"),
        (MemoryError(), 71, "out of memory: the input is larger than this process may hold\n"),
        (SystemError("returned NULL"), 71, "Python itself failed: returned NULL\n"),
        (RecursionError("too deep"), 70, "this is a fault of ifdiscover: RecursionError: too deep, in "),
        (ValueError("nonsense"), 70, "this is a fault of ifdiscover: ValueError: nonsense, in "),
    ],
    ids=lambda value: type(value).__name__,
)
def test_an_exception_that_nobody_caught(
    monkeypatch: pytest.MonkeyPatch, error: Exception, status: int, message: str
) -> None:
    """One line, with the place of it if the fault is ours."""

    def fail(*_arguments: object, **_wanted: object) -> None:
        raise error

    monkeypatch.setattr("ifdiscover._cli.host.discover", fail)
    ended, out, err = in_process("addresses")
    assert (ended, out) == (status, "")
    assert err.startswith(f"ifdiscover: error: {message}")
    assert err.count("\n") == 1
    if status == 70:
        assert f"{__file__}, line " in err
        assert err.endswith("; please report it\n")


@pytest.mark.parametrize(("target", "status"), [("/dev/full", 74), ("closed pipe", 141)])
def test_output_that_fails_where_there_is_no_dev_null(tmp_path: Path, target: str, status: int) -> None:
    """As in a chroot."""
    if os.geteuid() != 0 or shutil.which("unshare") is None:
        need("only root can hide /dev")
    script = 'mount --make-rprivate / && mount -t tmpfs none /dev && exec "$@"'
    if target == "closed pipe":
        reader, output = os.pipe()
        os.close(reader)
    else:
        output = os.open(target, os.O_WRONLY)
    try:
        argv = ["unshare", "-m", "sh", "-c", script, "sh", *CLI, "snapshot"]
        done = subprocess.run(
            argv, env=environment(), cwd=tmp_path, stdout=output, stderr=subprocess.PIPE, text=True, check=False
        )
    finally:
        os.close(output)
    assert done.returncode == status, done.stderr
    assert done.stderr == (
        "ifdiscover: error: cannot write to standard output: No space left on device\n" if status == 74 else ""
    )


@pytest.mark.parametrize("pieces", [["", "10.0.0.0/8, ", "0.0.0.0/0\n"], ["10.0.0.0/8, 0.0.0.0/0\n"], [""]])
def test_a_pipe_whose_reading_end_does_not_block_is_read_to_its_end(pieces: list[str]) -> None:
    """What comes later may be the line that trusts everybody; an empty first read is no end."""
    reader, writer = os.pipe()
    os.set_blocking(reader, False)
    with subprocess.Popen(
        [*CLI, "check", "-"], env=environment(), stdin=reader, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        os.close(reader)
        for piece in pieces:
            time.sleep(0.3)
            os.write(writer, piece.encode())
        os.close(writer)
        out, err = process.communicate(timeout=60)
    assert "Traceback" not in err
    assert ("0.0.0.0/0" in out) == (pieces != [""])
    assert process.returncode == (1 if pieces != [""] else 0)
    empty = "standard input is empty: as a list of networks it trusts nobody"
    assert (empty in err) == (pieces == [""])


def test_a_terminal_gets_no_control_bytes_of_main_cf(tmp_path: Path) -> None:
    """They could set its title or its colours; into a pipe they go as they are, byte for byte as postconf's."""
    value = b"\x1b]0;title\x07\x1b[31mx\xe9"
    (tmp_path / "main.cf").write_bytes(b"myorigin = " + value + b"\nmyhostname = a\\b.example.com\n")
    argv = [*CLI, "postconf", "-c", str(tmp_path), "myorigin", "myhostname"]
    assert b"myorigin = " + value in subprocess.run(argv, env=environment(), capture_output=True, check=False).stdout
    terminal, end = os.openpty()
    done = subprocess.run(argv, env=environment(), stdout=end, stderr=subprocess.PIPE, check=False)
    os.close(end)
    shown = written_to(terminal).decode()
    assert shown.splitlines() == [r"myorigin = \x1b]0;title\x07\x1b[31mx\xe9", r"myhostname = a\b.example.com"]
    assert b"a pipe or a file gets the bytes as they are" in done.stderr


@pytest.mark.netns
def test_names_that_differ_look_different_in_ascii(namespace: Namespace) -> None:
    """The character U+00E9, and the byte e9, which is not UTF-8."""
    for number, name in enumerate(("\u00e9", "\udce9")):
        namespace.run(["ip", "link", "add", "name", name, "type", "ifb"])
        namespace.run(["ip", "addr", "add", f"192.0.2.{number}/24", "dev", name])
    done = namespace.run([*CLI, "addresses", "--all", "--format", "table"], env=environment(PYTHONIOENCODING="ascii"))
    assert r"\u00e9 " in done.stdout
    assert r"\xe9 " in done.stdout


ONE_FILE = str(ROOT / "one_file/start.py")
INTERRUPTED = {
    "before main()": "class Finder:\n def find_spec(self, name, *_):\n"
    "  if name == 'ifdiscover._cli': raise KeyboardInterrupt\nsys.meta_path.insert(0, Finder())",
    "after main()": "import ifdiscover._cli\ndef main(): raise KeyboardInterrupt\nifdiscover._cli.main = main",
}


@pytest.mark.parametrize("when", INTERRUPTED.values(), ids=INTERRUPTED)
def test_an_interrupt_around_main_shows_no_traceback(when: str) -> None:
    """It has the status of one that comes while a command runs."""
    program = f"import runpy, sys\n{when}\nrunpy.run_module('ifdiscover', run_name='__main__', alter_sys=True)"
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "")


@pytest.mark.parametrize(
    "start",
    ["run_module('ifdiscover', run_name='__main__', alter_sys=True)", f"run_path({ONE_FILE!r}, run_name='__main__')"],
    ids=["-m", "one file"],
)
def test_an_import_before_main_that_fails_is_no_answer(start: str) -> None:
    """Python's own status after a traceback is 1."""
    finder = (
        "class Finder:\n def find_spec(self, name, *_):\n  if name == 'ifdiscover._cli': raise OSError(24, 'none left')"
    )
    program = (
        f"import runpy, sys\n{finder}\nsys.meta_path.insert(0, Finder())\nsys.argv = [{ONE_FILE!r}]\nrunpy.{start}"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False)
    said = "ifdiscover: error: a module cannot be imported: [Errno 24] none left\n"
    assert (done.returncode, done.stdout, done.stderr) == (71, "", said)


def test_a_module_in_the_current_folder_is_not_taken_for_one_of_pythons(tmp_path: Path) -> None:
    """``python -m`` puts that folder first; of what is imported before us Python alone decides."""
    for name in ("argparse", "ipaddress", "subprocess", "json"):
        (tmp_path / f"{name}.py").write_text("print('hostile')")
    for arguments in (["--json"], ["mynetworks", "--help"], ["facts"]):
        done = subprocess.run(
            [sys.executable, "-m", "ifdiscover", *arguments],
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0
        assert "hostile" not in done.stdout + done.stderr
