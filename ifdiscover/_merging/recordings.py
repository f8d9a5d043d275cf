"""Read recorded hosts one after the other from files, folders and lines of JSON, without holding more than one.

A file has one host in any form that ``replay()`` reads, or one host a line (NDJSON: a snapshot, or facts, as one
object). What is no recorded host is told, and the next one is read.
"""

from __future__ import annotations

import os
from os import fsdecode, fsencode, strerror
from stat import S_ISDIR, S_ISREG

from ifdiscover._backends.recorded.replay import decode
from ifdiscover._backends.recorded.strict_json import MAX_SIZE
from ifdiscover._input import read_at_most, standard_input_lines
from ifdiscover._record import Record
from ifdiscover.errors import RecordingError, RecordingInputError, UsageError

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import BinaryIO

    from ifdiscover.model import Host

STANDARD_INPUT = "-"


class Recording(Record):
    """What was read from one place.

    Attributes:
        file: the file's path; names in it are not escaped.
        line: the line, from 1; None: the whole file is one recording.
        host: the host; None: it is no recorded host.
        fault: why there is no host.
    """

    file: str
    line: int | None
    host: Host | None
    fault: str | None = None


def recordings(paths: Sequence[str]) -> Iterator[Recording]:
    """Read every host of files, of folders and, for ``-``, of standard input, in the order of the paths.

    A folder's files are read in the order of their names; files whose name begins with a dot are left out. Each other
    thing in it is told as no recording: a folder in a folder, or a file that cannot be read.

    Raises:
        RecordingInputError: at the first step, before anything is read: a path is not there.
        UsageError: likewise: standard input is named twice.
    """
    if paths.count(STANDARD_INPUT) > 1:
        raise UsageError("- is standard input, which is read once; name it once")
    kinds = {path: None if path == STANDARD_INPUT else _mode_of(path) for path in paths}
    for path in paths:
        mode = kinds[path]
        if mode is None:
            yield from _of_standard_input()
        elif S_ISDIR(mode):
            yield from _of_folder(path)
        else:
            yield from _of_file(path)


def _mode_of(path: str) -> int:
    try:
        return os.stat(path).st_mode  # noqa: PTH116 - pathlib costs as much as the rest
    except (OSError, ValueError) as error:  # ValueError: a NUL in it
        raise RecordingInputError(f"{path}: cannot be read: {_why(error)}") from None


def _of_standard_input() -> Iterator[Recording]:
    try:
        stream = standard_input_lines()
    except AttributeError:  # descriptor 0 was closed when Python started
        raise RecordingInputError("standard input: cannot be read: it is not there") from None
    try:
        yield from _of_stream(stream, "standard input")
    except OSError as error:
        raise RecordingInputError(f"standard input: cannot be read: {_why(error)}") from None


def _of_folder(path: str) -> Iterator[Recording]:
    try:
        names = sorted(map(fsencode, os.listdir(path)))  # noqa: PTH208 - pathlib costs as much as the rest
    except OSError as error:
        raise RecordingInputError(f"{path}: cannot be read: {_why(error)}") from None
    for name in names:
        if name.startswith(b"."):
            continue
        file = os.path.join(path, fsdecode(name))  # noqa: PTH118 - pathlib costs as much as the rest
        try:
            mode = _mode_of(file)
        except RecordingInputError:  # a link to nothing
            mode = 0
        if S_ISREG(mode):
            yield from _of_file(file)
        else:  # to open a FIFO would wait for its writer
            what = "a folder in a folder is not looked into; name it too" if S_ISDIR(mode) else "it is no regular file"
            yield Recording(file, None, None, what)


def _of_file(path: str) -> Iterator[Recording]:
    try:
        with open(path, "rb") as stream:  # noqa: PTH123 - pathlib costs as much as the rest
            yield from _of_stream(stream, path)
    except OSError as error:
        yield Recording(path, None, None, f"cannot be read: {_why(error)}")


def _of_stream(stream: BinaryIO, name: str) -> Iterator[Recording]:
    """The hosts of a stream: one a line if its first lines say so, otherwise one."""
    before, first, number = b"", b"", 0
    for line in iter(lambda: stream.readline(MAX_SIZE + 1), b""):
        number += 1
        if line.strip():
            first = line
            break
        before += line
        if len(before) > MAX_SIZE:
            break
    second = stream.readline(MAX_SIZE + 1) if _is_whole(first) else b""
    if not _has_one_a_line(first, second):
        rest = read_at_most(stream, max(MAX_SIZE + 1 - len(before) - len(first) - len(second), 0)) or b""
        yield _recording(before + first + second + rest, name, None)
        return
    first = first.removeprefix(_MARK)
    while first:
        if not _is_whole(first):
            yield Recording(
                name, number, None, f"a line of more than {MAX_SIZE >> 20} MiB; no host has such a recording"
            )
            while first and not _is_whole(first):
                first = stream.readline(MAX_SIZE + 1)
        elif first.lstrip()[:1] == b"{":
            yield _recording(first, name, number)
        elif first.strip():
            yield Recording(name, number, None, "a line of NDJSON must be an object: {...}")
        number += 1
        first, second = second or stream.readline(MAX_SIZE + 1), b""


_MARK = b"\xef\xbb\xbf"  # Windows' programs write it before UTF-8


def _is_whole(line: bytes) -> bool:
    """Whether a line was read to its end."""
    return len(line) <= MAX_SIZE


def _has_one_a_line(first: bytes, second: bytes) -> bool:
    """Whether each line is a recording: an object that ends on its line, or after which another begins.

    A snapshot in lines for people begins with a line of a brace alone, and its other lines are indented. An object
    whose line was cut is followed by another's line.
    """
    text = first.removeprefix(_MARK).strip()
    return text[:1] == b"{" and text != b"{" and (text[-1:] == b"}" or second[:1] == b"{")


def _recording(data: bytes, name: str, line: int | None) -> Recording:
    try:
        return Recording(name, line, decode(data))
    except RecordingError as error:
        return Recording(name, line, None, str(error))


def _why(error: Exception) -> str:
    return (strerror(error.errno) if isinstance(error, OSError) and error.errno else "") or "no path has a NUL in it"
