"""Write answers to standard output, whole or not at all, and messages to standard error, with names escaped."""

from __future__ import annotations

import os
import sys

from ifdiscover._names import encodable, printable, to_bytes

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import TextIO

    from ifdiscover._cli.signals import Ending
    from ifdiscover._columns import Paint
    from ifdiscover.errors import IfdiscoverError

ending: Ending | None = None
"""What a signal ends, writing that waits too; None: a signal does with this process what it does with any."""


class Ended(BaseException):
    """A signal ended the command.

    Attributes:
        status: the exit status that the signal has.
    """

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


class OutputError(Exception):
    """Standard output did not take the answer.

    Attributes:
        status: 141 if the pipe is closed, as a shell shows death by SIGPIPE; 74 for any other reason.
    """

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


def write(text: str, *, as_read: bool = False) -> None:
    """Write a whole answer to standard output.

    Args:
        text: the answer.
        as_read: whether the text comes from a file; it is then written as the same bytes, in every locale. A terminal
            gets no byte that could steer it: lines with such bytes are escaped, and that is said.

    Raises:
        OutputError: the answer could not be written completely. The reason was already printed, except for a closed
            pipe.
        Ended: nobody takes the answer, and a signal came.
    """
    stream = sys.stdout
    try:
        if stream is None:  # descriptor 1 was closed when Python started
            from errno import EBADF

            raise OSError(EBADF, os.strerror(EBADF))  # noqa: TRY301 - one place reports all errors of standard output
        descriptor = _descriptor(stream)
        if descriptor is None:
            stream.write(text)
        else:
            # Not stream.write(): if it is unbuffered (python -u), it silently drops what write(2) did not take.
            stream.flush()
            if as_read and stream.isatty():
                text = _for_terminal(text)
            _write_all(descriptor, to_bytes(text) if as_read else _encoded(text, stream))
    except BrokenPipeError:
        _abandon(stream)
        raise OutputError(141) from None
    except OSError as error:
        _abandon(stream)
        complain("error", f"cannot write to standard output: {os.strerror(error.errno or 0)}")
        raise OutputError(74) from None


def _for_terminal(text: str) -> str:
    lines = [line if line.isprintable() else printable(line) for line in text.split("\n")]
    shown = "\n".join(lines)
    if shown != text:
        complain(
            "warning", "lines that could steer a terminal are escaped; a pipe or a file gets the bytes as they are"
        )
    return shown


def _encoded(text: str, stream: TextIO) -> bytes:
    return _encodable(text, stream).encode(stream.encoding or "ascii")


def _write_all(descriptor: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        try:
            if ending is None:
                written = os.write(descriptor, view)
            else:
                written = ending.write(descriptor, view, has_begun=len(view) < len(data))
            view = view[written:]
        except BlockingIOError:  # another process made this pipe non-blocking
            from select import select

            select([], [descriptor], [])


def _descriptor(stream: TextIO) -> int | None:
    """The stream's file descriptor; None if the stream is a caller's own object without one."""
    try:
        return stream.fileno()
    except (AttributeError, OSError, ValueError):
        return None


def write_lines(lines: Iterable[str]) -> None:
    """Write lines, as ``write()`` does."""
    write("".join([f"{line}\n" for line in lines]))


def complain(kind: str, message: str) -> None:
    """Write ``ifdiscover: KIND: MESSAGE`` to standard error, always on one line.

    If it cannot be written, it is lost: there is no other place to write to.
    """
    say(f"{kind}: {message}")


def complain_of(error: IfdiscoverError) -> None:
    """Write an error's message, each of its lines on one."""
    head, *details = error.lines
    complain("error", head)
    for line in details:
        say(line)


def warn(warnings: Iterable[str]) -> None:
    """Print each warning once, in order."""
    for warning in dict.fromkeys(warnings):
        complain("warning", warning)


def say(message: str) -> None:
    """Write ``ifdiscover: MESSAGE`` to standard error, on one line; after a signal only if it is taken at once."""
    stream = sys.stderr
    if stream is None:
        return
    text = f"ifdiscover: {printable(message)}\n"
    try:
        descriptor = None if ending is None else _descriptor(stream)
        if descriptor is None:
            stream.write(_encodable(text, stream))
            stream.flush()
        else:
            _write_all(descriptor, _encoded(text, stream))
    except Ended:
        pass
    except OSError:
        _abandon(stream)


def on_terminal() -> bool:
    """Whether a person reads standard error."""
    return sys.stderr is not None and sys.stderr.isatty()


def colours_wanted(when: str = "auto") -> bool:
    """Whether standard output gets colours.

    Args:
        when: ``always``, ``never``, or ``auto``: as NO_COLOR and FORCE_COLOR say (https://no-color.org,
            https://force-color.org), and otherwise if it is a terminal that may show them.
    """
    if when != "auto":
        return when == "always"
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    stream = sys.stdout
    return stream is not None and stream.isatty() and os.environ.get("TERM", "dumb") != "dumb"


def paint(when: str = "auto") -> Paint:
    """The function that colours the cells of tables for standard output; ``when`` as in ``colours_wanted()``."""
    from ifdiscover._columns import coloured, plain

    chosen = coloured if colours_wanted(when) else plain
    encoding = getattr(sys.stdout, "encoding", None) or "ascii"
    if encoding.lower() in ("utf-8", "utf8"):
        return chosen
    return lambda text, colour: chosen(encodable(text, encoding), colour)


def _encodable(text: str, stream: TextIO) -> str:
    """The text; characters that the stream's encoding lacks become the escapes of ``printable()``."""
    return text if text.isascii() else encodable(text, stream.encoding or "ascii")


def _abandon(stream: TextIO | None) -> None:
    """Point the stream at /dev/null, so that Python's last flush does not fail once more."""
    descriptor = None if stream is None else _descriptor(stream)
    if descriptor is None:
        return
    try:
        nowhere = os.open(os.devnull, os.O_WRONLY)
    except OSError:  # a chroot may have no /dev
        _reader, nowhere = os.pipe()  # holds what the stream has left; it would be closed if nobody could read it
    os.dup2(nowhere, descriptor)
    os.close(nowhere)
