"""Which part of the ioctl backend serves which kernel, and where none does."""

from __future__ import annotations

import errno
from typing import Any

import pytest

from ifdiscover._backends.ioctl import siocgif
from ifdiscover.errors import NotPermittedError
from ifdiscover.model import BLINDNESS


@pytest.mark.parametrize("system", ["linux", "freebsd", "openbsd", "sunos"])
def test_it_declares_its_blindness_in_the_vocabulary(system: str) -> None:
    """What it cannot tell, it says in words that there are."""
    assert set(siocgif.blindness(system)) <= set(BLINDNESS)


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
