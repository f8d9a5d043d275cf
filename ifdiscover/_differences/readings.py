"""Ask every backend about this host, or about another network namespace, and compare the answers."""

from __future__ import annotations

from ifdiscover._differences.backends import compare
from ifdiscover._record import Record

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from collections.abc import Sequence

    from ifdiscover._differences.backends import Difference, Row
    from ifdiscover.model import Host

SLOW = 1.0
"""Seconds. The first reading imports modules, so that of a second one is the time; a longer one is not repeated."""


class Reading(Record):
    """The result of asking one backend."""

    backend: str
    host: Host | None  # None: the backend failed
    reason: str | None = None  # why it failed
    milliseconds: float | None = None  # how long the reading took; without imports, if it took up to ``SLOW`` seconds
    available: bool = True
    asked: bool = True  # False: it would take too long


class Comparison(Record):
    """The answers of all backends about one host, side by side."""

    readings: Sequence[Reading]  # in the order in which the backends are tried
    rows: Sequence[Row]
    differences: Sequence[Difference]


def compare_here() -> Comparison:
    """Read this host with every backend and compare the answers.

    If they differ, all backends are asked once more, and the second comparison counts: the host may have changed
    between two readings.
    """
    comparison = _compare_once()
    return _compare_once() if comparison.differences else comparison


def _compare_once() -> Comparison:
    readings = read_all()
    return Comparison(readings, *compare([reading.host for reading in readings if reading.host is not None]))


def compare_in(netns: str) -> Comparison:
    """``compare_here()`` in another network namespace.

    A child process asks the backends there, and sends its answer or its error through a pipe. A thread is not enough:
    entering a namespace moves one thread, but /proc/net shows the namespace of the first thread. Call this while the
    process has only one thread, since it forks.

    Args:
        netns: the namespace's name in ip-netns(8), its path, or the number of a process in it.

    Raises:
        UnavailableError: this system has no network namespaces.
        UnknownNamespaceError: there is no such namespace.
        NotPermittedError: this process may not enter it.
        DiscoveryError: the kernel refuses for another reason, or the child ended without an answer.
    """
    import os
    import pickle

    from ifdiscover.discovery import load
    from ifdiscover.errors import DiscoveryError, IfdiscoverError

    load("rtnetlink")
    from ifdiscover._backends.netlink.namespace import enter

    reader, writer = os.pipe()
    child = os.fork()
    answer: Comparison | BaseException
    if child == 0:
        status = 1
        try:
            os.close(reader)
            try:
                enter(netns)
                answer = compare_here()
            except (IfdiscoverError, MemoryError) as error:
                answer = error
            with os.fdopen(writer, "wb") as stream:
                pickle.dump(answer, stream)
            status = 0
        finally:
            os._exit(status)  # always: the caller's program must not go on in the child
    os.close(writer)
    with os.fdopen(reader, "rb") as stream:
        sent = stream.read()
    if os.waitpid(child, 0)[1] != 0:
        raise DiscoveryError(f"the process that was to compare in network namespace {netns} ended without an answer")
    answer = pickle.loads(sent)  # noqa: S301 - from our own child
    if isinstance(answer, BaseException):
        raise answer
    return answer


def read_all() -> list[Reading]:
    """Read this host with each available backend and plug-in, one after the other.

    One that names in ``MOST_INTERFACES`` of how many it can be asked in time is not asked of more: that is left to who
    names it.
    """
    from ifdiscover.discovery import ASK_NETLINK, BUILT_IN, NOT_ASKED, load, plug_ins
    from ifdiscover.errors import IfdiscoverError, UnansweredError, UnavailableError

    readings: list[Reading] = []
    waiting: tuple[str, ...] = ()
    for name in (*BUILT_IN, *sorted(plug_ins())):
        if name == "replay":  # it does not look at this host
            continue
        if name in waiting:
            readings.append(Reading(name, None, NOT_ASKED, asked=False))
            continue
        try:
            most = getattr(load(name), "MOST_INTERFACES", None)
            seen = max((len(each.host.interfaces) for each in readings if each.host is not None), default=0)
            if most is not None and seen > most:
                readings.append(Reading(name, None, _left_out(name, most, seen), asked=False))
                continue
            host, seconds = _timed(name)
            if seconds <= SLOW:
                host, seconds = _timed(name)
        except UnavailableError as error:
            readings.append(Reading(name, None, error.reason, None, available=False))
        except IfdiscoverError as error:
            readings.append(Reading(name, None, str(error)))
            waiting = ASK_NETLINK if isinstance(error, UnansweredError) else waiting
        else:
            readings.append(Reading(name, host, None, seconds * 1000))
    return readings


def _timed(name: str) -> tuple[Host, float]:
    """What a backend reads, and how many seconds it takes."""
    from time import perf_counter

    from ifdiscover.discovery import discover

    start = perf_counter()
    host = discover(name)
    return host, perf_counter() - start


def _left_out(name: str, most: int, seen: int) -> str:
    return (
        f"it takes long where there are more than {most} interfaces, and here are {seen}; "
        f"to ask it, name it: ifdiscover addresses --all --backend {name}"
    )
