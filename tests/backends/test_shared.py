"""What several ways of asking do alike: assumed netmasks, peers that are none, names without an interface."""

from __future__ import annotations

import ast
import threading
from socket import AF_INET, AF_INET6, if_nameindex
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest
from support.made import ETH0, address, host
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
    one = address("192.0.2.1", "255.255.255.0")
    other = address("192.0.2.2").packed
    assert without_itself(one._replace(packed_broadcast=one.packed, packed_peer=other)) == one._replace(
        packed_peer=other
    )
    assert without_itself(one._replace(packed_broadcast=other, packed_peer=one.packed)) == one._replace(
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


def test_a_name_that_is_no_interfaces_is_believed_when_it_comes_twice() -> None:
    """It is a label then; a link that was just renamed has its new name the next time."""
    readings = [ON_LABEL, ON_LABEL, WHOLE]
    assert settled(lambda: readings.pop(0), "x") is ON_LABEL
    assert readings == [WHOLE]
    readings = [ON_LABEL, WHOLE]
    assert settled(lambda: readings.pop(0), "x") is WHOLE


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
