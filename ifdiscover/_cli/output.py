"""Where text leaves the program: answers whole or not at all, messages with every name escaped."""

from __future__ import annotations

import os
import sys
from errno import EBADF

from ifdiscover._names import printable, to_bytes

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import TextIO

    from ifdiscover._columns import Paint


class OutputError(Exception):
    """Standard output did not take the answer.

    Attributes:
        status: 141, as a shell shows a program that died of SIGPIPE, for a closed pipe; 74 for anything else.
    """

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


def write(text: str, *, as_read: bool = False) -> None:
    """Write a whole answer to standard output.

    Args:
        text: the answer.
        as_read: whether it was read from a file, whose bytes it is to have again whatever the locale.

    Raises:
        OutputError: it was not taken whole. What is wrong has been said, but for a closed pipe: its reader
            has gone.
    """
    stream = sys.stdout
    try:
        if stream is None:  # Python's way to say that descriptor 1 was closed at the start
            raise OSError(EBADF, os.strerror(EBADF))  # noqa: TRY301 - one place says what is wrong with standard output
        descriptor = _descriptor(stream)
        if descriptor is None:
            stream.write(text)
        else:
            # Not stream.write(): unbuffered (python -u), it drops what write(2) did not take, and says nothing.
            stream.flush()
            _write_all(descriptor, to_bytes(text) if as_read else _encoded(text, stream))
    except BrokenPipeError:
        _abandon(stream)
        raise OutputError(141) from None
    except OSError as error:
        _abandon(stream)
        complain("error", f"cannot write to standard output: {os.strerror(error.errno or 0)}")
        raise OutputError(74) from None


def _encoded(text: str, stream: TextIO) -> bytes:
    return _encodable(text, stream).encode(stream.encoding or "ascii")


def _write_all(descriptor: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        try:
            view = view[os.write(descriptor, view) :]
        except BlockingIOError:  # somebody else made this pipe non-blocking
            from select import select

            select([], [descriptor], [])


def _descriptor(stream: TextIO) -> int | None:
    """The stream's file descriptor; None if it is a caller's own object, without one."""
    try:
        return stream.fileno()
    except (AttributeError, OSError, ValueError):
        return None


def write_lines(lines: Iterable[str]) -> None:
    """Write lines, as ``write()`` does."""
    write("".join([f"{line}\n" for line in lines]))


def complain(kind: str, message: str) -> None:
    """Write ``ifdiscover: KIND: MESSAGE`` to standard error, on one line whatever the message holds.

    A message that cannot be written is lost: there is no place left to say so.
    """
    say(f"{kind}: {message}")


def warn(warnings: Iterable[str]) -> None:
    """Say each warning once, in order."""
    for warning in dict.fromkeys(warnings):
        complain("warning", warning)


def say(message: str) -> None:
    """Write a line that is neither an answer nor a warning to standard error."""
    stream = sys.stderr
    if stream is None:
        return
    try:
        stream.write(_encodable(f"ifdiscover: {printable(message)}\n", stream))
        stream.flush()
    except OSError:
        _abandon(stream)


def on_terminal() -> bool:
    """Whether a person reads standard error."""
    return sys.stderr is not None and sys.stderr.isatty()


def colours_wanted() -> bool:
    """Whether standard output is a terminal that may show colours (https://no-color.org)."""
    stream = sys.stdout
    return (
        stream is not None
        and stream.isatty()
        and not os.environ.get("NO_COLOR")
        and os.environ.get("TERM", "dumb") != "dumb"
    )


def paint() -> Paint:
    """How tables are painted on standard output."""
    from ifdiscover._columns import coloured, plain

    return coloured if colours_wanted() else plain


def _encodable(text: str, stream: TextIO) -> str:
    """The text with what the stream's encoding lacks as backslash escapes."""
    if text.isascii():
        return text
    encoding = stream.encoding or "ascii"
    return text.encode(encoding, "backslashreplace").decode(encoding)


def _abandon(stream: TextIO | None) -> None:
    """Let the interpreter's last flush go nowhere, instead of failing once more behind the program's back."""
    descriptor = None if stream is None else _descriptor(stream)
    if descriptor is not None:
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, descriptor)
        os.close(null)
