"""What several ways of asking do alike: assumed netmasks, peers that are none, names without an interface."""

from __future__ import annotations

import _thread
import ast
import importlib.util
import threading
from errno import EMFILE
from importlib.machinery import SourceFileLoader
from socket import AF_INET, AF_INET6, if_nameindex
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest
from support.made import ETH0, FakeLibc, address, fake_libc, host
from support.namespaces import ROOT

from ifdiscover._backends import shared
from ifdiscover._backends.packages import via_netifaces, via_psutil
from ifdiscover._backends.shared import (
    ATTEMPTS,
    assumption,
    index_of,
    label_warning,
    netmask_or_assumed,
    settled,
    trimmed,
    without_itself,
)
from ifdiscover.errors import DiscoveryError, UnansweredError
from ifdiscover.model import ASSUMED, KERNEL, Interface

if TYPE_CHECKING:
    from types import ModuleType

ROOMS = ("ioctl", "libc", "netlink", "packages", "recorded")


@pytest.mark.parametrize("room", ROOMS)
def test_no_way_of_asking_imports_another(room: str) -> None:
    """What two of them need stands beside the rooms."""
    allowed = {"far", "kame", "platforms", "shared", room}
    for path in ROOT.joinpath("backends", room).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            module = node.module or "" if isinstance(node, ast.ImportFrom) else ""
            below = module.partition("ifdiscover._backends.")[2].partition(".")[0]
            assert not below or below in allowed, f"{path.relative_to(ROOT)} imports {module}"


def test_only_an_ipv6_netmask_is_assumed() -> None:
    """One that was told is the kernel's; without one, an IPv4 address has none."""
    assert netmask_or_assumed(AF_INET6, None) == (128, b"\xff" * 16, ASSUMED)
    assert netmask_or_assumed(AF_INET, None) == (None, None, None)
    assert netmask_or_assumed(AF_INET6, bytes(16)) == (0, bytes(16), KERNEL)
    assert netmask_or_assumed(AF_INET, bytes([255, 0, 255, 0])) == (None, bytes([255, 0, 255, 0]), KERNEL)


def test_the_warning_says_who_did_not_tell_and_what_follows() -> None:
    """The neighbours are not trusted."""
    assert assumption("nobody tells it").startswith("nobody tells it, so such an address")
    assert "none of its neighbours" in assumption("x")


def test_a_broadcast_or_peer_that_is_the_address_itself_is_none() -> None:
    """Each for itself; another one stays."""
    one = address("192.0.2.2", "255.255.255.0")
    itself = address("192.0.2.2").packed  # equal, and not the same object
    for other in (address("192.0.2.1").packed, address("192.0.2.3").packed):
        assert without_itself(one._replace(packed_broadcast=itself, packed_peer=other)) == one._replace(
            packed_peer=other
        )
        assert without_itself(one._replace(packed_broadcast=other, packed_peer=itself)) == one._replace(
            packed_broadcast=other
        )
    assert without_itself(one) is one


@pytest.mark.parametrize(
    ("sockaddr", "expected"),
    [
        ("00", "00000000"),
        ("07ffffff", "00000000"),
        ("0700ffffffffff00", "ffffff00"),
        ("1002ffffffffff0099", "ffffff00"),
    ],
)
def test_a_netmask_goes_on_in_zeros_behind_its_length(sockaddr: str, expected: str) -> None:
    """Whatever lies there, and whatever its family says."""
    assert trimmed(bytes.fromhex(sockaddr), 4, 4) == bytes.fromhex(expected)


def test_an_interface_is_found_by_name_as_text_or_bytes() -> None:
    """One that has gone has no index."""
    for index, name in if_nameindex():
        assert index_of(name) == index_of(name.encode()) == index
    assert index_of("no-such-link") is None
    assert index_of(b"no-such-link") is None


@pytest.mark.parametrize("name", ["\ud800", "a\0b", b"a\0b"])
def test_what_cannot_be_a_name_is_no_interfaces(name: str | bytes) -> None:
    """A surrogate that stands for no byte, and a NUL."""
    assert index_of(name) is None


def test_a_label_that_stands_for_an_interface_is_said_so() -> None:
    """With who did not name the interface."""
    assert label_warning(ETH0, "psutil") == (
        "eth0: no interface has this name; it is a label, and psutil does not tell its interface"
    )


ON_LABEL = host(address("192.0.2.1")._replace(interface=Interface("mail")))
WHOLE = host(address("192.0.2.1"))


def test_a_name_that_is_no_interfaces_is_believed_when_it_comes_three_times() -> None:
    """It is a label then; a link that was just renamed has its new name the next time."""
    readings = [ON_LABEL, ON_LABEL, ON_LABEL, WHOLE]
    assert settled(lambda: readings.pop(0), "x") is ON_LABEL
    assert readings == [WHOLE]
    readings = [ON_LABEL, ON_LABEL, WHOLE]
    assert settled(lambda: readings.pop(0), "x") is WHOLE
    other = host(address("192.0.2.2")._replace(interface=Interface("mail")))
    readings = [ON_LABEL, ON_LABEL, other, ON_LABEL, other, other, other, WHOLE]
    assert settled(lambda: readings.pop(0), "x") is other
    assert readings == [WHOLE]


def test_a_host_of_many_interfaces_is_read_once() -> None:
    """Where each has an index of its own."""
    readings = [WHOLE._replace(interfaces=tuple(Interface(f"eth{n}", n) for n in range(1, 400))), WHOLE]
    assert len(settled(lambda: readings.pop(0), "x").interfaces) == 399


def test_two_interfaces_of_one_index_are_read_again() -> None:
    """One is the other under the name that it has now."""
    twice = WHOLE._replace(interfaces=(ETH0, ETH0._replace(name="eth1")))
    readings = [twice, WHOLE]
    assert settled(lambda: readings.pop(0), "x") is WHOLE


def test_what_never_settles_is_an_error() -> None:
    """Which says what to do."""
    readings = [host(address(f"192.0.2.{n}")._replace(interface=Interface("mail"))) for n in range(ATTEMPTS)]
    with pytest.raises(DiscoveryError, match=f"x: interfaces changed during each of {ATTEMPTS} readings; try again"):
        settled(lambda: readings.pop(0), "x")


def test_a_call_is_waited_for_a_second_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Since a thread that could not begin does not say so; a minute in all."""
    waits: list[float] = []
    begun: list[object] = []

    class Lock:
        def acquire(self, timeout: float = -1) -> bool:
            waits.append(timeout)
            assert len(waits) < 100, "it is waited for without end"
            return timeout < 0

    monkeypatch.setattr(_thread, "allocate_lock", Lock)
    monkeypatch.setattr(_thread, "start_new_thread", lambda _function, arguments: begun.append(arguments))
    with pytest.raises(UnansweredError, match="does not return: 60 seconds"):
        shared.call_getifaddrs(FakeLibc())
    assert (waits, len(begun)) == ([-1, *[1] * 60], 1)


@pytest.mark.parametrize("package", [via_psutil, via_netifaces])
def test_a_package_is_not_asked_where_getifaddrs_does_not_return(
    package: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It keeps the interpreter's lock while it calls it: no interrupt would end the wait."""
    ended = threading.Event()
    hanging = SimpleNamespace(getifaddrs=lambda _head: int(not ended.wait()), freeifaddrs=None)
    monkeypatch.setattr("ctypes.CDLL", lambda *_library, **_options: hanging)
    monkeypatch.setattr(shared, "PATIENCE", 0.05)
    monkeypatch.setattr(package, "_read_once", lambda **_wanted: pytest.fail("it is asked, and never returns"))
    with pytest.raises(UnansweredError, match="getifaddrs does not return"):
        package.read()
    ended.set()


@pytest.fixture(params=[True, False], ids=["in a thread", "without one"])
def _threads(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whether threads can be started."""

    def refuse(*_arguments: object) -> int:
        raise RuntimeError("can't start new thread")

    if not request.param:
        monkeypatch.setattr(_thread, "start_new_thread", refuse)


@pytest.mark.usefixtures("_threads")
def test_a_call_that_fails_has_its_reason() -> None:
    """That of the thread in which it was made."""
    assert shared.call_getifaddrs(FakeLibc(error=EMFILE)) == (0, EMFILE)
    assert shared.call_getifaddrs(FakeLibc(head=0x1000)) == (0x1000, None)
    assert shared.call_getifaddrs(FakeLibc()) == (0, None)


@pytest.mark.parametrize(
    ("platform", "libc", "asked", "freed"),
    [
        ("linux", FakeLibc(head=0x1000), 1, [0x1000]),
        ("linux", FakeLibc(), 1, []),
        ("linux", FakeLibc(error=EMFILE), 1, []),
        ("freebsd14", FakeLibc(head=0x1000), 0, []),
        ("netbsd10", FakeLibc(head=0x1000), 0, []),
    ],
    ids=["a list", "no address", "refused", "FreeBSD", "NetBSD"],
)
def test_what_is_asked_before_a_package_is_given_back(
    platform: str, libc: FakeLibc, asked: int, freed: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Linux alone is asked; no other system is known to swallow what is asked."""
    fake_libc(monkeypatch, libc)
    monkeypatch.setattr("sys.platform", platform)
    shared.demand_that_getifaddrs_returns()
    assert (libc.asked, libc.freed) == (asked, freed)


def test_a_package_may_have_a_library_that_this_python_cannot_load(monkeypatch: pytest.MonkeyPatch) -> None:
    """Then nothing is known of its getifaddrs(3)."""

    def refuse(*_library: object, **_options: object) -> None:
        raise OSError("no such library")

    for load in (refuse, lambda *_library, **_options: SimpleNamespace(getifaddrs=pytest.fail)):
        monkeypatch.setattr("ctypes.CDLL", load)
        shared.demand_that_getifaddrs_returns()


def test_without_pythons_own_function_the_c_library_is_asked_for_an_index(monkeypatch: pytest.MonkeyPatch) -> None:
    """As with old releases of PyPy."""
    monkeypatch.delattr("_socket.if_nametoindex")
    spec = importlib.util.spec_from_file_location("shared_elsewhere", shared.__file__)
    assert spec is not None
    assert isinstance(spec.loader, SourceFileLoader)
    elsewhere = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(elsewhere)
    for index, name in if_nameindex():
        assert elsewhere.index_of(name) == elsewhere.index_of(name.encode()) == index
    assert elsewhere.index_of("no-such-link") is None


@pytest.mark.usefixtures("_threads")
def test_a_call_without_memory_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """The thread that calls getifaddrs(3) ends without having called it."""

    def refuse(_head: object) -> int:
        raise MemoryError

    libc = FakeLibc()
    monkeypatch.setattr(libc, "getifaddrs", refuse)
    with pytest.raises(MemoryError):
        shared.call_getifaddrs(libc)


def test_a_thread_that_lacks_the_memory_to_begin_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """Python then lets go of the thread's arguments."""
    monkeypatch.setattr(_thread, "start_new_thread", lambda _function, _arguments: 1)
    with pytest.raises(MemoryError):
        shared.call_getifaddrs(FakeLibc())
