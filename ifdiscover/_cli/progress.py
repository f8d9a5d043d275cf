"""How far a long command is, on one line of a terminal; nothing where nobody looks."""

from __future__ import annotations

import os
import sys
from time import monotonic

from ifdiscover._cli import at_interrupt, output

_INTERVAL = 0.2  # seconds between two lines


class Progress:
    """A line on standard error that counts, and is gone at the end. In a pipe or a file it is never written."""

    def __init__(self, what: str) -> None:
        self._what = what
        self._next = monotonic() + _INTERVAL if output.on_terminal() else None
        self._shown = 0  # columns

    def __enter__(self) -> Progress:  # noqa: PYI034 - Self is not in 3.9's typing
        at_interrupt.append(self._erase_at_once)
        return self

    def __exit__(self, *_error: object) -> None:
        at_interrupt.remove(self._erase_at_once)
        self._erase()

    def _erase(self) -> None:
        if self._shown:
            self._write("\r" + " " * self._shown + "\r")

    def _erase_at_once(self) -> None:
        """The same past Python's buffers, which may be amid a write where an interrupt comes."""
        if self._shown:
            os.write(sys.stderr.fileno(), b"\r" + b" " * self._shown + b"\r")

    def show(self, count: int) -> None:
        """Show how many there are, unless it was shown just now."""
        if self._next is None or monotonic() < self._next:
            return
        self._next = monotonic() + _INTERVAL
        text = f"ifdiscover: {self._what}: {count:,}"
        self._shown = len(text)  # first, since an interrupt erases it
        self._write(f"\r{text}")

    def _write(self, text: str) -> None:
        try:
            sys.stderr.write(text)
            sys.stderr.flush()
        except OSError:  # the terminal is gone
            self._next, self._shown = None, 0
