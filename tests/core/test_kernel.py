"""What this kernel says of itself: its families, its name and the time."""

from __future__ import annotations

import errno
import os
import socket
import time
from typing import TYPE_CHECKING

import pytest
from support.made import host

from ifdiscover import _kernel as kernel
from ifdiscover._kernel import kernel_families, probe_of, record, why_missing
from ifdiscover.errors import DiscoveryError, NotPermittedError
from ifdiscover.model import Recorded

if TYPE_CHECKING:
    from collections.abc import Callable

BOTH = (socket.AF_INET, socket.AF_INET6)


@pytest.fixture
def refuse(monkeypatch: pytest.MonkeyPatch) -> Callable[[int, int], list[int]]:
    """A function that lets the kernel refuse sockets of a family; the list fills with the families asked for."""

    def set_refusal(family: int, number: int) -> list[int]:
        asked: list[int] = []

        def open_or_refuse(wanted: int, kind: int) -> socket.socket:
            asked.append(wanted)
            if wanted == family:
                raise OSError(number, os.strerror(number))
            return socket.socket(socket.AF_UNIX, kind)

        monkeypatch.setattr(kernel, "socket", open_or_refuse)
        return asked

    return set_refusal


def test_a_family_is_there_if_a_socket_of_it_can_be_opened(refuse: Callable[[int, int], list[int]]) -> None:
    """IPv4 stands first in the answer, though IPv6 is asked for first."""
    asked = refuse(-1, 0)
    assert kernel_families() == BOTH
    assert asked == [socket.AF_INET6, socket.AF_INET]


@pytest.mark.parametrize("number", [errno.EAFNOSUPPORT, errno.EPROTONOSUPPORT])
@pytest.mark.parametrize("family", BOTH)
def test_a_family_is_missing_if_the_kernel_says_so(
    family: int, number: int, refuse: Callable[[int, int], list[int]]
) -> None:
    """In the kernel's words."""
    refuse(family, number)
    assert why_missing(family) == os.strerror(number)
    assert kernel_families() == tuple(other for other in BOTH if other != family)


@pytest.mark.parametrize(
    ("number", "error"),
    [(errno.EMFILE, DiscoveryError), (errno.EPERM, NotPermittedError), (errno.EACCES, NotPermittedError)],
)
def test_any_other_refusal_leaves_the_family_unknown(
    number: int, error: type[DiscoveryError], refuse: Callable[[int, int], list[int]]
) -> None:
    """Neither is a snapshot made then: it would say that the family is missing."""
    refuse(socket.AF_INET6, number)
    said = f"socket: {os.strerror(number)}: this kernel refused an IPv6 socket"
    for call in (kernel_families, lambda: record(host())):
        with pytest.raises(error, match=said) as raised:
            call()
        assert type(raised.value) is error


def test_this_host_is_asked_and_a_recorded_one_has_answered(refuse: Callable[[int, int], list[int]]) -> None:
    """Whatever this kernel has, a recording's families are those of its own."""
    refuse(socket.AF_INET6, errno.EAFNOSUPPORT)
    for here in (None, host()):
        assert why_missing(socket.AF_INET6, probe_of(here)) == os.strerror(errno.EAFNOSUPPORT)
    recorded = host(recorded=Recorded(families=(socket.AF_INET6,)))
    assert [why_missing(family, probe_of(recorded)) for family in BOTH] == [os.strerror(errno.EAFNOSUPPORT), None]


def test_a_recording_that_does_not_say_has_both_families() -> None:
    """Nothing is left out on doubt that Postfix would have warned of."""
    assert [why_missing(family, probe_of(host(recorded=Recorded()))) for family in BOTH] == [None, None]


def test_a_host_is_recorded_with_its_name_the_time_and_its_families() -> None:
    """As uname(2) gives them, in UTC."""
    before = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    recorded = record(host()).recorded
    after = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    assert recorded is not None
    name = os.uname()
    assert (recorded.host, recorded.system) == (name.nodename, f"{name.sysname} {name.release} {name.machine}")
    assert before <= str(recorded.taken_at) <= after
    assert recorded.families == kernel_families()


def test_a_recorded_host_keeps_what_its_recording_says() -> None:
    """Another machine's name is not overwritten."""
    elsewhere = host(recorded=Recorded("elsewhere"))
    assert record(elsewhere) is elsewhere
