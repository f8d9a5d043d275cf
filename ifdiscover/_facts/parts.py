"""Take each part of the facts by itself, so that one that cannot be had costs no other."""

from __future__ import annotations

from ifdiscover._names import printable
from ifdiscover.errors import IfdiscoverError

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import TypeVar

    T = TypeVar("T")

PATIENCE = 5
"""Seconds that a part may take which may ask a name server."""
_USAGE = 64


class Parts:
    """Asks for parts, and keeps why one could not be had.

    Attributes:
        errors: for each part that is None the part's name in the document, and a sentence.
        warnings: what else is to be said. Names in it are not escaped.
    """

    def __init__(self) -> None:
        self.errors: list[dict[str, str]] = []
        self.warnings: list[str] = []

    def take(self, part: str, ask: Callable[[], T]) -> T | None:
        """What ``ask()`` returns; None if it raises anything.

        Args:
            part: the part's place in the document, as ``postfix.own_addresses``.
            ask: makes the part.

        Raises:
            UsageError, UnknownBackendError: the caller asked for what cannot be.
        """
        try:
            return ask()
        except IfdiscoverError as error:
            if error.status == _USAGE:
                raise
            self.lose([part], "; ".join(map(str.strip, error.lines)))
        except Exception as error:  # noqa: BLE001 - a fact that fails hides all others, on every host of a fleet
            self.lose([part], f"{type(error).__name__}: {error}")
        return None

    def take_soon(self, part: str, ask: Callable[[], T]) -> T | None:
        """``take()``, but for no longer than ``PATIENCE``.

        What still waits then is left behind, in a thread that does not keep the process alive: a resolver that waits
        for a name server cannot be interrupted.
        """
        from threading import Thread

        found: list[T | None] = []
        inside = Parts()
        thread = Thread(target=lambda: found.append(inside.take(part, ask)), daemon=True)
        try:
            thread.start()
        except RuntimeError as error:  # this process may have no more threads
            self.lose([part], str(error))
            return None
        thread.join(PATIENCE)
        if found:
            self.errors += inside.errors
            return found[0]
        self.lose([part], f"no answer for {PATIENCE} seconds: perhaps it needs a name server that does not answer")
        return None

    def lose(self, parts: Iterable[str], sentence: str) -> None:
        """Say of parts why they cannot be had."""
        self.errors += [{"part": part, "message": printable(sentence)} for part in parts]
