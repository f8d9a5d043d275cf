"""Which part of the ioctl backend serves which kernel, and where none does."""

from __future__ import annotations

import errno
import socket
import sys
from typing import TYPE_CHECKING, Any

import pytest
from support.made import host

from ifdiscover._backends.ioctl import siocgif
from ifdiscover._backends.ioctl.requests import with_sockets
from ifdiscover._backends.ioctl.rows import ROWS
from ifdiscover.errors import NotPermittedError
from ifdiscover.model import BLINDNESS

if TYPE_CHECKING:
    from ifdiscover._backends.ioctl.requests import Kernel
    from ifdiscover.model import Host


@pytest.mark.parametrize("system", ["linux", "freebsd", "openbsd", "sunos"])
def test_it_declares_its_blindness_in_the_vocabulary(system: str) -> None:
    """What it cannot tell, it says in words that there are."""
    assert set(siocgif.blindness(system)) <= set(BLINDNESS)


@pytest.mark.parametrize(
    ("system", "words"),
    [
        ("linux", {"order", "same address twice", "hardware addresses"}),
        ("sunos", {"ipv6 addresses", "hardware addresses"}),
        ("openbsd", {"same address twice", "hardware addresses"}),
        *((system, {"same address twice"}) for system in ("darwin", "dragonfly", "freebsd", "netbsd")),
    ],
)
def test_kernels_differ_in_what_they_tell(system: str, words: set[str]) -> None:
    """What none of them tells is not asked for here."""
    differ = {"order", "ipv6 addresses", "same address twice", "hardware addresses"}
    assert set(siocgif.blindness(system)) & differ == words


def test_this_kernel_is_one_of_them() -> None:
    """By its name."""
    assert siocgif.blindness(sys.platform.rstrip("0123456789.")) == siocgif.BLIND_TO


@pytest.mark.parametrize("has_ipv6", [True, False])
@pytest.mark.parametrize("wanted", [True, False])
def test_a_socket_of_ipv6_is_opened_where_it_is_wanted_and_there_is_one(
    has_ipv6: bool, wanted: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever was opened is closed afterwards."""
    opened: list[socket.socket] = []

    def open_or_refuse(family: int, kind: int) -> socket.socket:
        if family == socket.AF_INET6 and not has_ipv6:
            raise OSError(errno.EAFNOSUPPORT, "made")
        opened.append(socket.socket(socket.AF_UNIX, kind))
        return opened[-1]

    monkeypatch.setattr("_socket.socket", open_or_refuse)
    empty = host()

    def ask(kernel: Kernel) -> Host:
        assert kernel.has_socket(socket.AF_INET6) is (wanted and has_ipv6)
        return empty

    assert with_sockets(ROWS["freebsd", 8], ask, ipv6=wanted) is empty
    assert [one.fileno() for one in opened] == [-1] * (1 + (wanted and has_ipv6))


def test_a_kernel_without_sockets_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    """A sandbox may refuse even the socket."""

    def refuse(*_: Any) -> None:
        raise PermissionError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr("_socket.socket", refuse)
    with pytest.raises(NotPermittedError, match="socket"):
        siocgif.read()


def test_an_unknown_platform_is_unavailable(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where no row is known, nothing is asked."""
    assert siocgif.unavailable() is None
    monkeypatch.setattr(siocgif, "here", lambda: ("plan9", 8))
    monkeypatch.setattr("sys.platform", "plan9")
    assert "plan9" in (siocgif.unavailable() or "")


def test_no_row_is_made_up_for_aix(monkeypatch: pytest.MonkeyPatch) -> None:
    """There the backend says that nobody could verify one, and which other serves."""
    monkeypatch.setattr(siocgif, "here", lambda: ("aix", 8))
    assert "psutil" in (siocgif.unavailable() or "")
