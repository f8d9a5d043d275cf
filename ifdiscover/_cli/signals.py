"""What ends a command that waits: SIGTERM with status 0, SIGINT with 130."""

from __future__ import annotations

import os
import signal
from _thread import get_ident

from ifdiscover._cli import output

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType
    from typing import TypeVar

    T = TypeVar("T")

PATIENCE = 1.0
"""Seconds for which, after a signal, a line that has begun waits for a reader that takes nothing of it."""

_STATUSES = {signal.SIGTERM: 0, signal.SIGINT: 130}


def _nothing() -> None:
    """Nothing is there to be ended."""


class Ending:
    """While it is entered, a signal ends the command, at once or when what has begun is finished.

    At first nothing has begun: the signal raises ``output.Ended``. What reads and begins nothing is called by
    ``at_once()``. From the first such call on, a signal that comes outside of one calls ``stop``, and each further
    signal ``hurry``.

    Attributes:
        status: the command's exit status.
        woken: a descriptor that wakes the command, readable from a signal on. A signal may come just before the command
            waits, when Python does not yet call a handler.
        stop: lets the command end.
        hurry: ends what the command still waits for then.
    """

    woken: int

    def __init__(self) -> None:
        self.status = 0
        self.stop: Callable[[], None] = _nothing
        self.hurry: Callable[[], None] = _nothing
        self._has_come = False
        self._is_free = True
        self._is_writing = False
        self._patience = PATIENCE
        self._thread = get_ident()

    def __enter__(self) -> Ending:  # noqa: PYI034 - Self is not in 3.9's typing
        self.woken, self._waker = os.pipe()
        os.set_blocking(self.woken, False)
        os.set_blocking(self._waker, False)
        self._wakeup = signal.set_wakeup_fd(self._waker, warn_on_full_buffer=False)
        self._handlers = {number: signal.signal(number, self._handle) for number in _STATUSES}
        output.ending = self
        return self

    def __exit__(self, *_error: object) -> None:
        output.ending = None
        for number, handler in self._handlers.items():
            signal.signal(number, handler)
        signal.set_wakeup_fd(self._wakeup)
        os.close(self.woken)
        if not self._has_come:
            os.close(self._waker)

    def at_once(self, function: Callable[[], T]) -> T:
        """Call a function, which a signal ends wherever it is.

        Raises:
            output.Ended: a signal came.
        """
        self._is_free = True
        try:
            if self._has_come:
                raise output.Ended(self.status)
            return function()
        finally:
            self._is_free = False

    def write(self, descriptor: int, data: memoryview, *, has_begun: bool) -> int:
        """Wait until a descriptor takes bytes, and write some; how many.

        After a signal only the rest of a line that has begun is waited for. A further signal ends the writing itself,
        which may wait if another process writes to the same pipe.

        Raises:
            output.Ended: a signal came, and the descriptor takes none.
            OSError: as of write(2).
        """
        is_main = get_ident() == self._thread  # in which Python calls handlers
        size = self._room(descriptor, has_begun=has_begun, is_main=is_main)
        try:
            self._is_writing = is_main or self._is_writing
            return os.write(descriptor, data[:size])
        except BlockingIOError:  # another process made this pipe non-blocking
            return 0
        finally:
            self._is_writing = not is_main and self._is_writing

    def _room(self, descriptor: int, *, has_begun: bool, is_main: bool) -> int:
        """How many bytes a descriptor takes without waiting, when it takes any."""
        from select import PIPE_BUF, POLLIN, POLLOUT, poll

        waits = poll()
        waits.register(descriptor, POLLOUT)
        # What wakes the thread of the handlers, another must not take away; it is woken by the end.
        waits.register(self.woken, POLLIN if is_main else 0)
        while not self._has_come:
            if any(ready == descriptor for ready, _events in waits.poll()):
                return PIPE_BUF
            if is_main:
                os.read(self.woken, 1 << 12)
        waits.unregister(self.woken)
        if not waits.poll(1000 * self._patience if has_begun else 0):
            raise output.Ended(self.status)
        # A terminal takes one byte at least; the rest may make write(2) wait.
        return 1 if os.isatty(descriptor) else PIPE_BUF

    def _handle(self, number: int, _frame: FrameType | None) -> None:
        if self._has_come:
            self._patience = 0
            self.hurry()
            if self._is_writing:
                raise output.Ended(self.status)
            return
        self._has_come = True
        self.status = _STATUSES[signal.Signals(number)]
        signal.set_wakeup_fd(-1)
        os.close(self._waker)  # which wakes whoever waits, and for good
        self.stop()
        if self._is_free:
            raise output.Ended(self.status)
