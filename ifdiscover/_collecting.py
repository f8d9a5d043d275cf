"""Pause Python's garbage collector while many records are made, and only then.

The collector runs after every few hundred new objects, and from time to time over all objects. So it takes more time
the larger the host is, and it finds nothing, since none of the records is garbage.
"""

from __future__ import annotations

import gc


class CollectingPaused:
    """A context in which the cyclic garbage collector is off; afterwards it is on again if it was on before."""

    def __enter__(self) -> None:
        self._was_on = gc.isenabled()
        gc.disable()

    def __exit__(self, *_error: object) -> None:
        if self._was_on:
            gc.enable()


class CollectingResumed:
    """A context in which the collector is on, for a command that goes on for months; afterwards it is as before."""

    def __enter__(self) -> None:
        self._was_on = gc.isenabled()
        gc.enable()

    def __exit__(self, *_error: object) -> None:
        if not self._was_on:
            gc.disable()
