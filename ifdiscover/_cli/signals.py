"""What ends a command that waits: SIGTERM with status 0, SIGINT with 130."""

from __future__ import annotations

import signal

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType

_STATUSES = {signal.SIGTERM: 0, signal.SIGINT: 130}


class Ending:
    """While it is entered, a signal calls ``stop``, and each further one ``hurry``.

    Args:
        stop: lets the command end.
        waker: a descriptor that wakes the command. A signal may come just before it waits, when Python does not yet
            call a handler.
        hurry: ends what the command still waits for then.

    Attributes:
        status: the command's exit status.
    """

    def __init__(self, stop: Callable[[], None], waker: int, hurry: Callable[[], None] = lambda: None) -> None:
        self.status = 0
        self._stop, self._hurry, self._waker = stop, hurry, waker
        self._is_stopped = False

    def __enter__(self) -> Ending:  # noqa: PYI034 - Self is not in 3.9's typing
        self._wakeup = signal.set_wakeup_fd(self._waker, warn_on_full_buffer=False)
        self._handlers = {number: signal.signal(number, self._handle) for number in _STATUSES}
        return self

    def __exit__(self, *_error: object) -> None:
        for number, handler in self._handlers.items():
            signal.signal(number, handler)
        signal.set_wakeup_fd(self._wakeup)

    def _handle(self, number: int, _frame: FrameType | None) -> None:
        if self._is_stopped:
            self._hurry()
        else:
            self._is_stopped = True
            self.status = _STATUSES[signal.Signals(number)]
            self._stop()
