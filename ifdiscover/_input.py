"""Standard input, read to its end."""

from __future__ import annotations

import sys

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from typing import Any, BinaryIO


def standard_input(most: int) -> bytes:
    """The bytes of standard input, up to its end or to so many.

    Another process may have made the pipe non-blocking. Then ``read()`` returns what is there by then, or None: half of
    a host, or of a list, would be taken for the whole.

    Raises:
        AttributeError: there is none: descriptor 0 was closed when Python started.
        OSError, ValueError: it cannot be read.
    """
    stream = sys.stdin.buffer
    data = stream.read(most)
    if _waits(stream):
        from select import select

        while len(data or b"") < most:
            select([stream], [], [])
            more = stream.read(most - len(data or b""))
            if more == b"":
                break
            data = (data or b"") + (more or b"")
    return data or b""


def _waits(stream: object) -> bool:
    """Whether a read of this stream may come back before its end."""
    import os

    try:
        return not os.get_blocking(stream.fileno())  # type: ignore[attr-defined] # a stream in memory has none
    except (AttributeError, OSError, ValueError):
        return False


def standard_input_lines() -> BinaryIO:
    """Standard input for ``readline()``, which waits for the end of a line if the pipe is non-blocking, too.

    Raises:
        AttributeError: there is none: descriptor 0 was closed when Python started.
    """
    stream = sys.stdin.buffer
    if not _waits(stream):
        return stream
    from io import BufferedReader, FileIO
    from select import select

    class Waiting(FileIO):
        def readinto(self, buffer: Any, /) -> int | None:
            while True:
                select([self], [], [])
                count = super().readinto(buffer)
                if count is not None:
                    return count

    return BufferedReader(Waiting(stream.fileno(), "rb", closefd=False))
