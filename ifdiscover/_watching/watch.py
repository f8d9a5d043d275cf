"""Wait for news of a host, join what comes in a burst, read again, and tell whether the answer is another one."""

from __future__ import annotations

import os
import select
import sys
import time

from ifdiscover._watching.change import Step
from ifdiscover.errors import IfdiscoverError, UnavailableError, UnknownNamespaceError, UsageError

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from collections.abc import Callable

    from ifdiscover._backends.netlink.events import News
    from ifdiscover._watching.change import Reading
    from ifdiscover._watching.lasting import Lasting

DEBOUNCE = 0.5
"""Seconds without news after which a burst is over.

A DHCP renewal, or a new IPv6 prefix, is some events within milliseconds. To wait for what comes a second later, such as
the end of duplicate address detection, would delay each report for news that seldom changes the answer.
"""
PATIENCE = 10
"""A burst that does not end is reported after so many times the debounce."""
LONGEST = 3600.0
"""Seconds that a debounce may have."""
AGAIN, AGAIN_AT_LAST = 5.0, 300.0
"""Seconds after which what could not be read is read again, at first and at last; each time takes twice as long.

No news may come of its getting well, and what changed meanwhile would not be told.
"""


class Watch:
    """Waits for changes of what Postfix makes of a host: an iterator, and a context manager that closes its sockets.

    The first step has nothing before it; each other one begins with what the last one ended with. What reading
    raises, ``next()`` raises too, and the watch goes on: the next ``next()`` waits for news, or some seconds.

    Args:
        read: reads the host, and main.cf.
        debounce: seconds without news after which a burst is over.
        netns: another network namespace, which ``read`` reads.
        woken: a descriptor that is readable when ``stop()`` was called by a signal's handler, or is about to be.

    Raises:
        UnavailableError: this system has no netlink.
        UnknownNamespaceError: there is no such namespace.
        UsageError: ``debounce`` is not a number of seconds.
        DiscoveryError, NotPermittedError: the kernel refuses the socket.
    """

    # What is open, to be closed whatever fails at the start.
    _news: News | None = None
    _lasting: Lasting | None = None
    _woken = _waker = -1

    def __init__(
        self,
        read: Callable[[], Reading],
        *,
        debounce: float = DEBOUNCE,
        netns: str | None = None,
        woken: int | None = None,
    ) -> None:
        self._debounce = _seconds(debounce)
        if sys.platform != "linux":
            raise UnavailableError(
                "rtnetlink",
                f"changes are heard of by netlink, which is Linux's, and this is {sys.platform}; "
                "there keep an ifdiscover snapshot, and ask ifdiscover diff now and then",
            )
        from ifdiscover._backends.netlink.events import News

        self._read, self._netns = read, netns
        self._last: Reading | None = None
        self._is_stopped = False
        self._wants_news = False  # the first reading waits for none
        self._again: float | None = None
        if netns is None:
            self._news = News()
        else:
            from ifdiscover._backends.netlink.namespace import in_namespace
            from ifdiscover._watching.lasting import Lasting, identity_here

            self._news, identity = in_namespace(netns, lambda: (News(), identity_here()))
            self._lasting = Lasting(netns, identity)
        self._woken, self._waker = os.pipe2(os.O_CLOEXEC | os.O_NONBLOCK)
        self._wakers = (self._woken, woken)
        self._poll = select.poll()
        of_namespace = None if self._lasting is None else self._lasting.descriptor
        for descriptor in (*self._wakers, self._news.fileno(), of_namespace):
            if descriptor is not None:
                self._poll.register(descriptor, select.POLLIN)

    def __iter__(self) -> Watch:
        return self

    def __next__(self) -> Step:
        """The next step; it waits for one, unless this is the first.

        Raises:
            StopIteration: the watch was stopped or closed.
            UnknownNamespaceError: the namespace has come to its end, and so has the watch.
            Exception: what reading raises.
        """
        while True:
            if self._wants_news:
                self._await_news()
            if self._is_stopped:
                raise StopIteration
            self._demand_namespace()
            # What is heard from here on, during the reading too, is news.
            self._wants_news = True
            try:
                reading = self._read()
            except IfdiscoverError:
                self._again = AGAIN if self._again is None else min(2 * self._again, AGAIN_AT_LAST)
                raise
            self._again = None
            step = Step(self._last, reading)
            if step.is_news:
                self._last = reading
                return step

    def stop(self) -> None:
        """Let the iteration end; another thread or a signal's handler may call it."""
        self._is_stopped = True
        if self._waker >= 0:
            try:  # noqa: SIM105 - contextlib costs more to import
                os.write(self._waker, b"\0")
            except BlockingIOError:  # it is full, and so wakes whoever waits
                pass

    def close(self) -> None:
        """Stop, and close the sockets; so does the end of this object."""
        self._is_stopped = True
        if self._news is not None:
            self._news.close()
        if self._lasting is not None:
            self._lasting.close()
        pipe = self._woken, self._waker
        self._woken = self._waker = -1
        for descriptor in pipe:
            if descriptor >= 0:
                os.close(descriptor)

    def __del__(self) -> None:
        self.close()

    def __enter__(self) -> Watch:  # noqa: PYI034 - Self is not in 3.9's typing
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def _await_news(self) -> None:
        """Wait until there is news and its burst is over, it is time to read again, or the watch is stopped.

        Without news it waits in one system call, however long, unless the last reading failed.
        """
        until = None if self._again is None else time.monotonic() + self._again
        while not self._is_stopped:
            left = None if until is None else until - time.monotonic()
            if left is not None and left <= 0:
                return
            if self._hears(left):
                break
        began = heard = time.monotonic()
        while not self._is_stopped:
            now = time.monotonic()
            left = min(heard + self._debounce, began + PATIENCE * self._debounce) - now
            if left <= 0:
                return
            if self._hears(left):
                heard = time.monotonic()

    def _hears(self, seconds: float | None) -> bool:
        """Whether there is news within so many seconds; None: wait for anything."""
        ready = self._poll.poll(None if seconds is None else seconds * 1000)
        counts = False
        for descriptor, _events in ready:
            if descriptor in self._wakers:
                os.read(descriptor, 1 << 12)
            elif self._news is not None and descriptor == self._news.fileno():
                counts = self._news.take() or counts
            else:
                self._demand_namespace()
        return counts

    def _demand_namespace(self) -> None:
        if self._lasting is not None and self._lasting.has_ended():
            self._is_stopped = True
            raise UnknownNamespaceError(f"network namespace {self._netns} has come to its end, and so has the watch")


def _seconds(debounce: object) -> float:
    if isinstance(debounce, (int, float)) and 0 <= debounce <= LONGEST:
        return debounce
    raise UsageError(f"debounce is a number of seconds from 0 to {LONGEST:g}, and not {debounce!r}")
