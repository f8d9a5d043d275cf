"""Run a command for each change, one at a time; what changes during a run is joined into the next one."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
import threading

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import IO

    from ifdiscover._watching.change import Change, Step

GRACE = 4.0
"""Seconds in which a command that runs may end by itself when the watch ends: it may be between stop and start."""
KILL_AFTER = 2.0
"""Seconds that it has after SIGTERM."""


class Command:
    """Runs a command without a shell. The change is its standard input; what it prints goes to standard error.

    Args:
        argv: the program and its arguments.
        text_of: what the command reads of a change.
        tell: told of what goes wrong, in another thread; errors begin with "error: ". A command that fails does not
            end the watch.
    """

    def __init__(self, argv: Sequence[str], text_of: Callable[[Change], str], tell: Callable[[str], None]) -> None:
        self._argv, self._text_of, self._tell = list(argv), text_of, tell
        self._pending: Step | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._is_busy = self._is_closing = False
        self._turn = threading.Condition()
        self._thread = threading.Thread(target=self._work, name="ifdiscover-exec", daemon=True)
        self._thread.start()

    def run(self, step: Step) -> None:
        """Run it for a change, now or after the run that goes on; this does not wait."""
        with self._turn:
            if self._is_busy:
                self._tell(f"{self._argv[0]} still runs; this change waits for its end")
            joined = step if self._pending is None else self._pending.joined(step)
            # The command may have acted on the state between: if changes undo each other, it is run for the last one.
            self._pending = joined if joined.is_news else step
            self._turn.notify()

    def __enter__(self) -> Command:  # noqa: PYI034 - Self is not in 3.9's typing
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def start_no_more(self) -> None:
        """Start no more runs; if that was said before, end the one that goes on. A signal's handler may call it."""
        if self._is_closing:
            self.end_now()
        self._is_closing = True

    def end_now(self) -> None:
        """Send SIGTERM to the command that runs, if one does; a signal's handler may call it."""
        self._signal(signal.SIGTERM)

    def close(self) -> None:
        """Start no more runs. Wait for the one that goes on; then end it, by SIGTERM and at last by SIGKILL."""
        with self._turn:
            self._is_closing = True
            if self._pending is not None:
                self._tell(f"error: {self._argv[0]} was not run for the last change")
            if self._is_busy:
                self._tell(f"waiting for {self._argv[0]} to end; a signal ends it now")
            self._turn.notify()
        self._thread.join(GRACE)
        for number, seconds in ((signal.SIGTERM, KILL_AFTER), (signal.SIGKILL, KILL_AFTER)):
            if self._thread.is_alive():
                self._signal(number)
                self._thread.join(seconds)

    def _signal(self, number: int) -> None:
        process = self._process
        if process is not None and process.poll() is None:
            with contextlib.suppress(OSError):  # it has ended
                os.killpg(process.pid, number)

    def _work(self) -> None:
        while True:
            with self._turn:
                self._is_busy = False
                while self._pending is None and not self._is_closing:
                    self._turn.wait()
                if self._is_closing or self._pending is None:
                    return
                step, self._pending = self._pending, None
                self._is_busy = True
            self._run(step.change)

    def _run(self, change: Change) -> None:
        try:
            with _file_with(f"{self._text_of(change)}\n") as stdin:
                # In a session of its own, so that Ctrl-C at a terminal does not end it between stop and start.
                self._process = subprocess.Popen(  # noqa: S603 - the command that the user gave
                    self._argv,
                    stdin=stdin,
                    stdout=subprocess.DEVNULL if sys.stderr is None else 2,
                    start_new_session=True,
                )
            status = self._process.wait()
        except OSError as error:
            self._tell(f"error: {self._argv[0]} cannot be run: {os.strerror(error.errno or 0)}")
            return
        finally:
            self._process = None
        if status < 0:
            self._tell(f"error: {self._argv[0]} was ended by signal {-status}")
        elif status:
            self._tell(f"error: {self._argv[0]} ended with status {status}")


def _file_with(text: str) -> IO[bytes]:
    """A file without a name: a pipe would make this process wait for a command that does not read it."""
    try:
        file: IO[bytes] = os.fdopen(os.memfd_create("change"), "w+b")
    except (AttributeError, OSError):  # a Python or a kernel that has none
        file = tempfile.TemporaryFile()  # noqa: SIM115 - the caller closes it
    file.write(text.encode("ascii"))
    file.seek(0)
    return file
