"""Hosts and addresses that tests make by hand."""

from __future__ import annotations

import ctypes
import socket
from typing import TYPE_CHECKING, Any

from ifdiscover import model
from ifdiscover.model import Address, Host, Interface, contiguous_prefixlen

if TYPE_CHECKING:
    import pytest

ETH0 = Interface("eth0", 2, model.IFF_UP)


def address(text: str, mask: str | None = None, **more: object) -> Address:
    """An address on eth0."""
    family = socket.AF_INET6 if ":" in text else socket.AF_INET
    netmask = None if mask is None else socket.inet_pton(family, mask)
    length = None if netmask is None else contiguous_prefixlen(netmask)
    return Address(ETH0, family, socket.inet_pton(family, text), length, netmask, **more)  # type: ignore[arg-type]  # fields by name


def host(*addresses: Address, **more: Any) -> Host:
    """A host with these addresses, on the interfaces that they name."""
    return Host(tuple(dict.fromkeys(a.interface for a in addresses)), addresses, "test", **more)


class FakeLibc:
    """A C library whose getifaddrs answers what a test wants, and which counts calls of freeifaddrs."""

    def __init__(self, head: int = 0, error: int = 0) -> None:
        self.head, self.error = head, error
        self.freed: list[int] = []

    def getifaddrs(self, pointer: Any) -> int:
        """Store the head where the caller points, or fail with errno."""
        ctypes.set_errno(self.error)
        pointer._obj.value = self.head
        return -1 if self.error else 0

    def freeifaddrs(self, head: Any) -> None:
        """Remember the head."""
        self.freed.append(head.value)


def fake_libc(monkeypatch: pytest.MonkeyPatch, libc: FakeLibc) -> None:
    """Let the reader load that library instead of the process's own."""
    monkeypatch.setattr(ctypes, "CDLL", lambda *_args, **_keywords: libc)
