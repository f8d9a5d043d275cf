"""Asking every backend: who is asked, how often, and in which namespace."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from support.made import ETH0, address, seen_by
from support.namespaces import ROOT, environment
from support.need import need
from support.program import in_process
from support.shapes import SHAPES

from ifdiscover import discovery
from ifdiscover._backends.packages import via_netifaces
from ifdiscover._differences import readings
from ifdiscover._differences.readings import Reading, compare_here
from ifdiscover._render.comparison import comparison_lines
from ifdiscover.errors import UnansweredError

if TYPE_CHECKING:
    from support.namespaces import Namespace

    from ifdiscover.model import Host


def test_where_netlink_does_not_answer_what_would_wait_for_it_is_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    """The comparison ends, and says so of each."""

    def unanswered(**_options: bool) -> Host:
        raise UnansweredError("rtnetlink: no answer")

    monkeypatch.setattr("ifdiscover._backends.netlink.rtnetlink.read", unanswered)
    by_name = {reading.backend: reading for reading in readings.read_all()}
    assert by_name["rtnetlink"].reason == "rtnetlink: no answer"
    for name in ("getifaddrs", "netlink", "psutil", "netifaces"):
        assert (by_name[name].asked, by_name[name].host) == (False, None)
    assert by_name["ioctl"].host is not None


@pytest.mark.parametrize(("seconds", "times"), [(0.5, 2), (1.5, 1)])
def test_who_takes_long_is_asked_once(seconds: float, times: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """The imports of a first reading are a small part of a second."""
    asked: list[str] = []
    one = address("192.0.2.1", "255.255.255.0")

    def slow(backend: str) -> Host:
        asked.append(backend)
        return seen_by(backend, one)

    monkeypatch.setattr("ifdiscover.discovery.discover", slow)
    monkeypatch.setattr("time.perf_counter", lambda: seconds * len(asked))
    taken = [reading.milliseconds for reading in readings.read_all() if reading.host is not None]
    assert taken
    assert set(taken) == {seconds * 1000}
    assert len(asked) == times * len(taken)


BOTH_SAY = [
    Reading("a", seen_by("a", address("192.0.2.1", "255.255.255.0")), None, 1.0),
    Reading("b", seen_by("b", address("192.0.2.1", "255.255.0.0")), None, 1.0),
]


@pytest.mark.parametrize(
    ("answers", "differing"),
    [([BOTH_SAY[:1]], 0), ([BOTH_SAY, BOTH_SAY[:1]], 0), ([BOTH_SAY, BOTH_SAY], 1)],
    ids=["agreed", "agreed the second time", "never agreed"],
)
def test_where_backends_differ_they_are_asked_once_more(
    answers: list[list[Reading]], differing: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A host may change between two readings; a third time nobody is asked."""
    left = iter(answers)
    monkeypatch.setattr(readings, "read_all", left.__next__)
    compared = compare_here()
    assert compared.readings == answers[-1]
    assert len(compared.differences) == differing
    assert list(left) == []


@pytest.mark.parametrize("beyond", [0, 1])
def test_netifaces_is_asked_of_many_interfaces_by_name_only(beyond: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """It reads the whole host for each of them. The table says that it was not asked, and how to ask it."""
    many = tuple(ETH0._replace(name=f"eth{n}", index=n + 1) for n in range(via_netifaces.MOST_INTERFACES + beyond))
    asked: list[str] = []

    def discover(name: str) -> Host:
        asked.append(name)
        return seen_by(name)._replace(interfaces=many)

    monkeypatch.setattr(discovery, "BUILT_IN", ("rtnetlink", "netifaces", "ioctl"))
    monkeypatch.setattr(discovery, "plug_ins", dict)
    monkeypatch.setattr(discovery, "load", {"netifaces": via_netifaces}.get)
    monkeypatch.setattr(discovery, "discover", discover)
    compared = compare_here()
    last = list(comparison_lines(*compared))[-1]
    assert set(asked) == {"rtnetlink", "ioctl"} | (set() if beyond else {"netifaces"})
    assert [reading.backend for reading in compared.readings] == ["rtnetlink", "netifaces", "ioctl"]
    assert last == (
        "netifaces: not asked: it takes long where there are more than 500 interfaces, and here are 501; "
        "to ask it, name it: ifdiscover addresses --all --backend netifaces"
        if beyond
        else "no differences"
    )


def in_a_program(call: str) -> subprocess.CompletedProcess[str]:
    """Print the outcome of a call in a process that has one thread, as forking wants it."""
    code = f"""
from ifdiscover import errors\nfrom ifdiscover._differences import readings
try:
    compared = {call}
    hosts = [reading.host for reading in compared.readings if reading.host]
    print(len(compared.differences), *[host.backend + ":" + str(a) for host in hosts for a in host.addresses])
except errors.IfdiscoverError as error:
    print(type(error).__name__, error)
"""
    argv = [sys.executable, "-c", code]
    return subprocess.run(argv, capture_output=True, text=True, check=True, env=environment(), cwd=ROOT)


@pytest.mark.netns
def test_another_namespace_is_compared_as_this_one_is(namespace: Namespace) -> None:
    """Every backend sees its addresses."""
    need(None if namespace.as_root else "entering another network namespace needs root")
    namespace.build(SHAPES["one address of each family"].steps)
    done = in_a_program(f"readings.compare_in({namespace.name!r})")
    differences, *seen = done.stdout.split()
    assert (differences, done.stderr) == ("0", "")
    assert {"rtnetlink:192.0.2.10", "getifaddrs:192.0.2.10", "ioctl:192.0.2.10"} <= set(seen)


@pytest.mark.parametrize(
    ("netns", "said"),
    [
        ("no-such", "UnknownNamespaceError there is no network namespace no-such"),
        ("", "UsageError an empty name is no network namespace's"),
        ("/dev/null", "UnknownNamespaceError /dev/null is no network namespace"),
    ],
)
def test_what_fails_in_the_child_is_raised_here(netns: str, said: str) -> None:
    """The very exception, with its message."""
    pytest.importorskip("pyroute2")
    assert in_a_program(f"readings.compare_in({netns!r})").stdout.startswith(said)


def test_a_child_that_ends_without_an_answer_is_an_error() -> None:
    """Whatever ended it; and nothing of the caller's program runs twice."""
    pytest.importorskip("pyroute2")
    done = in_a_program("exec('readings.compare_here = lambda: 1 / 0') or readings.compare_in('/proc/self/ns/net')")
    assert done.stdout.startswith("DiscoveryError the process that was to compare")
    assert done.stdout.count("\n") == 1


def test_a_difference_is_status_1(monkeypatch: pytest.MonkeyPatch) -> None:
    """And no difference is status 0."""
    monkeypatch.setattr(readings, "read_all", lambda: BOTH_SAY)
    status, out, _ = in_process("backends", "--compare", "--json")
    assert status == 1
    assert json.loads(out)["differences"] == [
        {
            "interface": "eth0",
            "address": "192.0.2.1",
            "aspect": "netmask",
            "says": [{"backend": "a", "value": "/24"}, {"backend": "b", "value": "/16"}],
        }
    ]
    monkeypatch.setattr(readings, "read_all", lambda: BOTH_SAY[:1])
    assert in_process("backends", "--compare")[0] == 0
