"""Files and standard input, read to their ends and no further than a bound."""

from __future__ import annotations

import sys

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from typing import Any, BinaryIO


_AT_ONCE = 1 << 16


def read_at_most(stream: BinaryIO, most: int) -> bytes | None:
    """The bytes of a stream, up to its end or to so many; None if there will be more only later.

    ``stream.read(most)`` would take memory for the most at once, which takes longer than reading a small file.
    """
    pieces: list[bytes] = []
    size = 0
    while size < most:
        wanted = min(max(size, _AT_ONCE), most - size)  # twice as much each time
        piece: bytes | None = stream.read(wanted)  # typeshed knows no stream that does not wait
        if piece is None:
            return None
        pieces.append(piece)
        size += len(piece)
        if len(piece) < wanted:
            break
    return b"".join(pieces)


def standard_input(most: int) -> bytes:
    """The bytes of standard input, up to its end or to so many.

    Another process may have made the pipe non-blocking. Then ``read()`` returns what is there by then, or None: half of
    a host, or of a list, would be taken for the whole.

    Raises:
        AttributeError: there is none: descriptor 0 was closed when Python started.
        OSError, ValueError: it cannot be read.
    """
    stream = sys.stdin.buffer
    if not _waits(stream):
        return read_at_most(stream, most) or b""
    from select import select

    data = b""
    while len(data) < most:
        select([stream], [], [])
        more: bytes | None = stream.read(most - len(data))
        if more == b"":
            break
        data += more or b""
    return data


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
