"""Reading Postfix's files: main.cf, lists, tables. Only regular files are opened, and reading never waits."""

from __future__ import annotations

import os
from errno import EBADF, EISDIR
from stat import S_ISDIR, S_ISREG

from ifdiscover._input import read_at_most, standard_input
from ifdiscover._names import to_bytes, to_text
from ifdiscover.errors import ConfigFileError

MAX_SIZE = 32 << 20
"""In bytes. What is made of a file can take a hundred times as much memory."""


def read_config_file(path: str) -> str:
    """The text of a file. Bytes that are not UTF-8 become surrogates.

    Raises:
        ConfigFileError: the file cannot be opened or read, is not a regular file (a FIFO would make us wait, and
            opening a device has side effects), or is larger than ``MAX_SIZE``.
    """
    name = to_bytes(path)  # not by the locale: the path was decoded as UTF-8
    try:
        # stat() before open(): opening some devices rewinds a tape or arms a watchdog.
        _demand_regular(path, os.stat(name))  # noqa: PTH116 - pathlib costs more to import than a command
        descriptor = os.open(name, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOCTTY)
    except ValueError as error:  # a NUL in the path: C would stop there
        raise ConfigFileError("open", path, "its name has a NUL in it") from error
    except OSError as error:
        raise ConfigFileError("open", path, os.strerror(error.errno or 0), error.errno) from error
    try:
        with open(descriptor, "rb", closefd=False) as file:
            _demand_regular(path, os.fstat(descriptor))
            data = read_at_most(file, MAX_SIZE + 1)
    except OSError as error:
        raise ConfigFileError("read", path, os.strerror(error.errno or 0), error.errno) from error
    finally:
        os.close(descriptor)
    if data is None:  # a kernel file, such as one in /proc, that would make us wait for more
        raise ConfigFileError("read", path, "to read it would mean to wait for more data")
    return _text(path, data)


def read_standard_input() -> str:
    """The text of standard input, decoded as in ``read_config_file()``.

    Raises:
        ConfigFileError: standard input is closed, cannot be read, or holds more than ``MAX_SIZE``.
    """
    name = "standard input"
    try:
        data = standard_input(MAX_SIZE + 1)
    except AttributeError as error:  # sys.stdin is None if descriptor 0 was closed at the start
        raise ConfigFileError("read", name, os.strerror(EBADF), EBADF) from error
    except OSError as error:
        raise ConfigFileError("read", name, os.strerror(error.errno or 0), error.errno) from error
    return _text(name, data)


def is_utf8(text: str) -> bool:
    """Whether a text has no surrogates, so that its bytes were all UTF-8."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _text(name: str, data: bytes) -> str:
    if len(data) > MAX_SIZE:
        raise ConfigFileError("read", name, f"larger than {MAX_SIZE >> 20} MiB; ifdiscover reads no more")
    return to_text(data)


def _demand_regular(path: str, status: os.stat_result) -> None:
    if S_ISDIR(status.st_mode):
        raise ConfigFileError("read", path, os.strerror(EISDIR), EISDIR)
    if not S_ISREG(status.st_mode):
        raise ConfigFileError("read", path, "not a regular file; ifdiscover does not open FIFOs and devices")
