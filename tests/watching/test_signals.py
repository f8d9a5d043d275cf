"""SIGTERM and SIGINT end a watch: while it starts, while it reads, and while nobody takes what it writes."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import pty
import signal
import subprocess
import sys
import termios
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from support.namespaces import CLI, ROOT, environment
from support.watching import LONGEST, come_true

if TYPE_CHECKING:
    from collections.abc import Iterator

    from support.namespaces import Namespace

ENDS = pytest.mark.parametrize(("number", "status"), [(signal.SIGTERM, 0), (signal.SIGINT, 130)])
PAGE = 4096
MANY = [f"addr add 198.51.{net}.{number}/32 dev w0" for net in range(4) for number in range(1, 251)]
"""Changes of which the report is longer than a pipe or a terminal holds."""


@contextlib.contextmanager
def watching(
    namespace: Namespace, *arguments: str, stdout: int | None = None, stderr: int | None = None
) -> Iterator[subprocess.Popen[bytes]]:
    """A watch with streams of the test's own."""
    argv = namespace.argv([*CLI, "watch", "--json", "-q", "--debounce", "0.1", *arguments])
    with subprocess.Popen(
        argv, env=environment(), cwd=ROOT, stdin=subprocess.DEVNULL, stdout=stdout, stderr=stderr
    ) as process:
        try:
            yield process
        finally:
            process.kill()


class Pipe:
    """A pipe of one page; a context manager."""

    def __enter__(self) -> Pipe:  # noqa: PYI034 - Self is not in 3.9's typing
        self.reader, self.writer = os.pipe()
        fcntl.fcntl(self.writer, 1031, PAGE)  # F_SETPIPE_SZ, which the standard library has since Python 3.10
        return self

    def __exit__(self, *_error: object) -> None:
        os.close(self.reader)
        os.close(self.writer)

    def unread(self) -> int:
        """How many bytes wait in it."""
        return int.from_bytes(fcntl.ioctl(self.reader, termios.FIONREAD, bytes(4)), sys.byteorder)

    def line(self) -> bytes:
        """What comes until the end of a line."""
        found = b""
        while not found.endswith(b"\n"):
            found += os.read(self.reader, 1)
        return found

    def fill(self) -> None:
        """Write until it takes no more; the writer that a watch has stays one that waits."""
        writer = os.open(f"/proc/self/fd/{self.writer}", os.O_WRONLY | os.O_NONBLOCK)
        with contextlib.suppress(BlockingIOError):
            while True:
                os.write(writer, b"-")
        os.close(writer)


@ENDS
def test_a_reader_that_has_stopped_reading_does_not_keep_it(number: int, status: int, changing: Namespace) -> None:
    """Nothing of the report was written: nothing of it is."""
    with Pipe() as pipe, watching(changing, stdout=pipe.writer) as watch:
        pipe.line()
        pipe.fill()
        full = pipe.unread()
        changing.build(["addr add 198.51.100.7/24 dev w0"])
        time.sleep(0.5)  # it waits by then; if it does not, the test shows less
        watch.send_signal(number)
        assert watch.wait(LONGEST) == status
        assert pipe.unread() == full


@ENDS
def test_half_a_line_does_not_keep_it_either(number: int, status: int, changing: Namespace) -> None:
    """A reader that takes nothing of it for a second takes none of it."""
    with Pipe() as pipe, watching(changing, stdout=pipe.writer) as watch:
        pipe.line()
        changing.build(MANY)
        come_true(lambda: pipe.unread() == PAGE)
        watch.send_signal(number)
        assert watch.wait(LONGEST) == status


def test_a_line_that_has_begun_is_finished_for_whoever_reads_it(changing: Namespace) -> None:
    """However slowly: a signal makes no half line."""
    with Pipe() as pipe, watching(changing, stdout=pipe.writer) as watch:
        pipe.line()
        changing.build(MANY)
        come_true(lambda: pipe.unread() == PAGE)
        watch.send_signal(signal.SIGTERM)
        assert len(json.loads(pipe.line())["added"]["own_addresses"]) == len(MANY)
        assert watch.wait(LONGEST) == 0


@ENDS
def test_a_terminal_that_shows_nothing_more_does_not_keep_it(number: int, status: int, changing: Namespace) -> None:
    """As one whose connection has broken. It stays a terminal whose writers wait."""
    ours, theirs = pty.openpty()
    try:
        with watching(changing, stdout=theirs) as watch:
            assert os.read(ours, 1)
            changing.build(MANY)
            time.sleep(1)  # as above
            watch.send_signal(number)
            assert watch.wait(LONGEST) == status
        assert os.get_blocking(theirs)
    finally:
        os.close(ours)
        os.close(theirs)


@ENDS
def test_messages_that_nobody_reads_do_not_keep_it(number: int, status: int, changing: Namespace) -> None:
    """Standard error is full: with what the command's thread says, and with what is said at the end."""
    with Pipe() as pipe, watching(changing, "--exec", "false", stderr=pipe.writer, stdout=subprocess.PIPE) as watch:
        assert watch.stdout is not None
        watch.stdout.readline()
        pipe.fill()
        for last in (7, 8):
            changing.build([f"addr add 198.51.100.{last}/24 dev w0"])
            watch.stdout.readline()
        watch.send_signal(number)
        assert watch.wait(LONGEST) == status


def test_an_answer_in_portions_is_the_same_answer(changing: Namespace) -> None:
    """A pipe is written to in portions that it takes without waiting; another process may have made it non-blocking."""
    changing.build(MANY)
    with Pipe() as pipe:
        os.set_blocking(pipe.writer, False)
        with watching(changing, stdout=pipe.writer) as watch:
            assert len(json.loads(pipe.line())["added"]["own_addresses"]) > len(MANY)
            watch.send_signal(signal.SIGTERM)
            assert watch.wait(LONGEST) == 0


WHILE = {
    "importing": "import ifdiscover._cli as room\nroom.command_module = kill",
    "reading": "import ifdiscover._cli.host as room\nroom.discover = kill",
}
KILLING = """
import os, sys, time
def kill(*_words, **_more):
    os.kill(os.getpid(), {number})
    time.sleep(60)
{patch}
from ifdiscover._cli import main
sys.exit(main(["watch", "-q"]))
"""


@ENDS
@pytest.mark.parametrize("patch", WHILE.values(), ids=WHILE)
def test_a_signal_ends_it_before_it_waits(patch: str, number: int, status: int) -> None:
    """While it imports, and while it reads, which may take long."""
    argv = [sys.executable, "-c", KILLING.format(number=int(number), patch=patch)]
    done = subprocess.run(argv, capture_output=True, text=True, check=False, env=environment(), cwd=ROOT, timeout=50)
    assert (done.returncode, done.stdout, done.stderr) == (status, "", "")


def test_a_further_signal_ends_a_write_that_waits_all_the_same() -> None:
    """Another process may take the room in a pipe that poll(2) has just found: here there never is any."""
    patch = "import ifdiscover._cli.signals as room\nroom.Ending._room = lambda *_, **__: 4096\n"
    with Pipe() as pipe:
        pipe.fill()
        argv = [sys.executable, "-c", KILLING.format(number=0, patch=patch)]
        with subprocess.Popen(argv, stdout=pipe.writer, env=environment(), cwd=ROOT) as watch:
            come_true(lambda: "pipe_write" in Path(f"/proc/{watch.pid}/wchan").read_text())
            watch.send_signal(signal.SIGTERM)
            watch.send_signal(signal.SIGINT)
            assert watch.wait(LONGEST) in (0, 130)
