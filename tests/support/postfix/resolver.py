"""A resolver that knows what a test wants, and remembers for which names it was asked."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING, Any

from ifdiscover._postfix.syntax import resolver

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pytest


def names_asked(monkeypatch: pytest.MonkeyPatch, known: Mapping[bytes, str] | None = None) -> list[bytes]:
    """Let the system's resolver know these names only; the list of the names that it was asked for, which grows.

    Numbers are what they always are, and count as no question.
    """
    asked: list[bytes] = []
    real: Any = socket.getaddrinfo

    def getaddrinfo(text: bytes, *arguments: Any) -> Any:
        *hints, flags = arguments
        try:
            return real(text, *hints, socket.AI_NUMERICHOST)
        except OSError:
            if flags & socket.AI_NUMERICHOST:
                raise
        asked.append(text)
        if text not in (known or {}):
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return real((known or {})[text], *hints, socket.AI_NUMERICHOST)

    monkeypatch.setattr(resolver, "getaddrinfo", getaddrinfo)
    return asked
