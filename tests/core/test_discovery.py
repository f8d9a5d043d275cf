"""Choosing a backend: by name, or the first that answers, each refusal kept."""

from __future__ import annotations

import sys
import types

import pytest

from ifdiscover import discover, discovery
from ifdiscover._backends.libc import getifaddrs
from ifdiscover.errors import DiscoveryError, NoBackendError, UnansweredError, UnavailableError, UnknownBackendError
from ifdiscover.model import BLINDNESS, Host


def backend(monkeypatch: pytest.MonkeyPatch, name: str, *, reason: str | None = None, fails: bool = False) -> None:
    """Add a backend to the table, behind those that are there."""

    def read() -> Host:
        if fails:
            raise DiscoveryError(f"{name}: the kernel said no")
        return Host((), (), name)

    module = types.ModuleType(f"fake_{name}")
    vars(module).update(BLIND_TO=(), unavailable=lambda: reason, read=read)
    monkeypatch.setitem(sys.modules, module.__name__, module)
    monkeypatch.setitem(discovery.BUILT_IN, name, module.__name__)


@pytest.fixture
def table(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """An empty table of backends."""
    monkeypatch.setattr(discovery, "BUILT_IN", {})
    return monkeypatch


def test_where_nothing_else_serves_the_error_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    """As on AIX, where psutil is the only way, and nobody has installed it."""
    monkeypatch.setattr(sys, "platform", "aix")
    for name in ("psutil", "netifaces"):
        monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(NoBackendError, match=r"psutil is not installed; try: pip install 'ifdiscover\[psutil\]'"):
        discover()


def test_an_unknown_name_is_an_error_that_lists_the_known() -> None:
    """Status 64."""
    with pytest.raises(UnknownBackendError, match=r'"netlynk"; choose one of .*getifaddrs') as raised:
        discover("netlynk")
    assert raised.value.status == 64


def test_by_name_its_unavailability_is_the_answer(table: pytest.MonkeyPatch) -> None:
    """No other backend is asked. Status 69."""
    backend(table, "absent", reason="libabsent is not installed; try: apt install libabsent")
    backend(table, "works")
    with pytest.raises(UnavailableError, match=r"backend absent is not available: .*try: apt") as raised:
        discover("absent")
    assert raised.value.status == 69


def test_by_name_its_failure_is_the_answer(table: pytest.MonkeyPatch) -> None:
    """No other backend is asked. Status 71."""
    backend(table, "broken", fails=True)
    backend(table, "works")
    with pytest.raises(DiscoveryError, match="the kernel said no") as raised:
        discover("broken")
    assert raised.value.status == 71


def test_the_first_that_answers_is_taken_and_refusals_kept(table: pytest.MonkeyPatch) -> None:
    """Unavailable and failing backends are passed over, in the table's order."""
    backend(table, "absent", reason="not here")
    backend(table, "broken", fails=True)
    backend(table, "works")
    backend(table, "never asked", fails=True)
    host = discover()
    assert host.backend == "works"
    assert host.refusals == ("backend absent is not available: not here", "broken: the kernel said no")


def test_if_none_answers_every_reason_is_shown(table: pytest.MonkeyPatch) -> None:
    """Status 69."""
    backend(table, "absent", reason="not here")
    backend(table, "broken", fails=True)
    with pytest.raises(NoBackendError, match=r"(?s)not here.*said no") as raised:
        discover()
    assert raised.value.status == 69


def test_where_netlink_swallows_requests_what_would_wait_too_is_not_asked(
    table: pytest.MonkeyPatch,
) -> None:
    """getifaddrs(3) asks by netlink, and waits without end."""
    backend(table, "rtnetlink", fails=True)
    unanswered = UnansweredError("rtnetlink: no answer")
    table.setattr("fake_rtnetlink.read", lambda: (_ for _ in ()).throw(unanswered))
    for name in ("getifaddrs", "netlink", "ioctl"):
        backend(table, name)
    host = discover()
    assert host.backend == "ioctl"
    assert host.refusals == (
        "rtnetlink: no answer",
        "backend getifaddrs was not asked: it would wait for the same answer, and without end",
        "backend netlink was not asked: it would wait for the same answer, and without end",
    )


def test_backends_are_blind_in_one_vocabulary() -> None:
    """What a backend cannot see it says in words of BLINDNESS, and nothing it is blind to has a value."""
    assert set(getifaddrs.BLIND_TO) <= set(BLINDNESS)
    host = discover("getifaddrs")
    assert host.blind_to == getifaddrs.BLIND_TO
    assert {interface.mtu for interface in host.interfaces} <= {None}
