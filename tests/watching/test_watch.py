"""The loop that waits: which news it waits for, what it joins, and what it survives."""

from __future__ import annotations

import gc
import os
import sys
import threading
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from support.made import address, host
from support.program import in_process

import ifdiscover
from ifdiscover._backends.netlink import events
from ifdiscover._watching import watch
from ifdiscover._watching.change import Reading, Step, reading_of
from ifdiscover._watching.watch import Watch
from ifdiscover.errors import (
    DiscoveryError,
    MainCfError,
    TornReadError,
    UnavailableError,
    UnknownNamespaceError,
    UsageError,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="netlink is Linux's")


def reading(*own: str) -> Reading:
    """What was read of a host with these addresses."""
    return reading_of(host(*(address(text, "255.255.255.0") for text in own)), None)


QUIET = 2  # in what is heard: nothing more, until the burst is over


class News:
    """A netlink socket to which a test tells what it hears; it never waits."""

    def __init__(self, *heard: int) -> None:
        self.heard = list(heard)

    def fileno(self) -> int:
        """Of this kind of socket there is none."""
        return -1

    def close(self) -> None:
        """Nothing is open."""


@pytest.fixture
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> list[float | None]:
    """How long each poll would have waited. The clock goes on by that; each finds news, so long as there is some."""
    waited: list[float | None] = []
    clock = [0.0]
    monkeypatch.setattr(watch, "time", SimpleNamespace(monotonic=lambda: clock[0]))

    def hears(self: Any, seconds: float | None) -> bool:
        waited.append(seconds)
        news = self._news.heard
        while seconds is None and news[:1] == [QUIET]:
            del news[0]
        if news and news[0] != QUIET:
            clock[0] += 0.01
            return bool(news.pop(0))
        assert seconds is not None, "it would wait for good"
        clock[0] += seconds
        return False

    monkeypatch.setattr(Watch, "_hears", hears)
    return waited


def watching(monkeypatch: pytest.MonkeyPatch, readings: Iterator[Any], *news: int, debounce: float = 0.5) -> Watch:
    """A watch of these readings, or errors, which hears this news."""
    monkeypatch.setattr(events, "News", lambda: News(*news))

    def read() -> Reading:
        found = next(readings)
        if isinstance(found, Exception):
            raise found
        assert isinstance(found, Reading)
        return found

    poll = SimpleNamespace(register=lambda *_: None)
    monkeypatch.setattr(watch, "select", SimpleNamespace(poll=lambda: poll, POLLIN=1))
    return Watch(read, debounce=debounce)


def test_news_that_does_not_count_is_waited_through(
    monkeypatch: pytest.MonkeyPatch, no_waiting: list[float | None]
) -> None:
    """Without a limit of time; then the burst has to end."""
    readings = iter([reading("192.0.2.1"), reading("192.0.2.2")])
    with watching(monkeypatch, readings, False, False, True) as found:
        assert next(found).before is None
        assert no_waiting == []
        change = next(found).change
    assert (change.gone["own_addresses"], change.added["own_addresses"]) == (("192.0.2.1",), ("192.0.2.2",))
    assert no_waiting == [None, None, None, 0.5]


def test_a_burst_that_never_ends_is_told_all_the_same(
    monkeypatch: pytest.MonkeyPatch, no_waiting: list[float | None]
) -> None:
    """After ten times the debounce; news every hundredth of a second is a thousand in ten seconds."""
    readings = iter([reading("192.0.2.1"), reading("192.0.2.2")])
    with watching(monkeypatch, readings, *[True] * 10_000, debounce=1) as found:
        next(found)
        next(found)
    assert 990 < len(no_waiting) < 1010


@pytest.mark.usefixtures("no_waiting")
def test_what_is_the_same_is_no_change(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is waited on; the next change begins with what was told last."""
    first, same, other = reading("192.0.2.1", "192.0.2.2"), reading("192.0.2.2", "192.0.2.1"), reading("192.0.2.3")
    with watching(monkeypatch, iter([first, same, other]), True, QUIET, True) as found:
        assert next(found).after is first
        assert next(found) == Step(first, other)


@pytest.mark.parametrize("error", [MainCfError("broken"), DiscoveryError("no")], ids=lambda error: type(error).__name__)
@pytest.mark.usefixtures("no_waiting")
def test_an_error_does_not_end_it(error: Exception, monkeypatch: pytest.MonkeyPatch) -> None:
    """The next change is told, from what was told last."""
    first, other = reading("192.0.2.1"), reading("192.0.2.2")
    with watching(monkeypatch, iter([first, error, other]), True, QUIET, True) as found:
        next(found)
        with pytest.raises(type(error)):
            next(found)
        assert next(found) == Step(first, other)


@pytest.mark.parametrize(
    "error", [TornReadError("torn"), MainCfError("broken")], ids=lambda error: type(error).__name__
)
def test_what_cannot_be_read_is_read_again(
    error: Exception, monkeypatch: pytest.MonkeyPatch, no_waiting: list[float | None]
) -> None:
    """Without news, after some seconds, and then after twice as many; when it is well, nobody polls."""
    first, other, third = reading("192.0.2.1"), reading("192.0.2.2"), reading("192.0.2.3")
    with watching(monkeypatch, iter([first, *[error] * 9, other, third]), True, QUIET) as found:
        next(found)
        for _ in range(9):
            with pytest.raises(type(error)):
                next(found)
        assert next(found) == Step(first, other)
        assert [seconds and round(seconds, 1) for seconds in no_waiting] == [
            None,
            0.5,
            5,
            10,
            20,
            40,
            80,
            160,
            300,
            300,
            300,
        ]
        vars(found)["_news"].heard.append(True)
        assert next(found) == Step(other, third)
    assert no_waiting[-2:] == [None, 0.5]


def test_it_is_subscribed_before_it_reads(monkeypatch: pytest.MonkeyPatch) -> None:
    """So what changes between is news."""
    told: list[str] = []
    real = events.News

    def news() -> events.News:
        told.append("subscribed")
        return real()

    monkeypatch.setattr(events, "News", news)

    def read() -> Reading:
        told.append("read")
        return reading("192.0.2.1")

    with Watch(read) as found:
        assert told == ["subscribed"]
        next(found)
    assert told == ["subscribed", "read"]


def test_stop_ends_it_from_another_thread() -> None:
    """Though it waits for good."""
    with ifdiscover.changes() as found:
        next(found)
        threading.Timer(0.1, found.stop).start()
        assert list(found) == []
        assert list(found) == []


def test_stop_comes_before_what_is_not_read() -> None:
    """And may be called as often as anybody likes, after close() too."""
    found = ifdiscover.changes()
    for _ in range(100_000):
        found.stop()
    assert list(found) == []
    found.close()
    found.close()
    found.stop()
    assert list(found) == []


def count() -> int:
    """How many files this process has open."""
    gc.collect()
    return len(os.listdir("/proc/self/fd"))  # noqa: PTH208 - names, not paths


@pytest.mark.filterwarnings("error")
def test_what_is_dropped_closes_itself() -> None:
    """Whoever forgets ``close()``, or leaves a ``for`` by an error, leaves nothing open."""
    before = count()
    next(ifdiscover.changes())
    assert count() == before
    if os.geteuid() == 0:
        next(ifdiscover.changes(netns=str(os.getpid())))
        assert count() == before


def test_nothing_stays_open() -> None:
    """After ``with``, nor after an error at the start."""
    before = count()
    with ifdiscover.changes() as found:
        next(found)
        assert count() > before
    wrong: dict[str, Any]
    for wrong in ({"debounce": -1}, {"netns": "no-such-namespace"}):
        with pytest.raises((UsageError, UnknownNamespaceError)):
            ifdiscover.changes(**wrong)
    assert count() == before


@pytest.mark.parametrize("debounce", [-1, 3601, float("nan"), float("inf"), "1", None])
def test_a_debounce_is_a_number_of_seconds(debounce: Any) -> None:
    """From none to an hour."""
    with pytest.raises(UsageError, match="debounce is a number of seconds from 0 to 3600, and not"):
        ifdiscover.changes(debounce)


def test_only_linux_has_news(monkeypatch: pytest.MonkeyPatch) -> None:
    """Elsewhere the error says what to do."""
    monkeypatch.setattr(sys, "platform", "freebsd14")
    with pytest.raises(UnavailableError, match=r"is Linux's, and this is freebsd14; .*snapshot"):
        ifdiscover.changes()
    status, out, err = in_process("watch", "-q")
    assert (status, out) == (69, "")
    assert "freebsd14" in err


def test_an_error_at_the_start_ends_the_command() -> None:
    """As of every command: whoever starts it is told."""
    status, out, err = in_process("watch", "-c", "/no/such/folder")
    assert (status, out) == (66, "")
    assert "/no/such/folder/main.cf" in err
