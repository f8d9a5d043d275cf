"""Which backends work here, and why the others do not."""

from __future__ import annotations

from ifdiscover.discovery import BUILT_IN, load, plug_ins
from ifdiscover.errors import UnavailableError

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Optional

    # The name, why the backend is not available, what it is blind to, a note; None if there is no such thing.
    BackendRow = tuple[str, Optional[str], Optional[Sequence[str]], Optional[str]]


def backend_rows() -> list[BackendRow]:
    """Every backend and plug-in, in the order in which they are tried; each is loaded, and none is asked."""
    found: list[BackendRow] = []
    for name in (*BUILT_IN, *sorted(plug_ins())):
        try:
            backend = load(name)
            found.append((name, None, backend.BLIND_TO, getattr(backend, "NOTE", None)))
        except UnavailableError as error:
            found.append((name, error.reason, None, None))
    return found
