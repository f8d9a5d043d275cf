"""Files of Postfix's, which others may have made."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from ifdiscover._postfix.syntax import files
from ifdiscover._postfix.syntax.files import read_config_file
from ifdiscover.errors import ConfigFileError

if TYPE_CHECKING:
    from pathlib import Path


def test_bytes_that_are_not_utf_8_are_kept(tmp_path: Path) -> None:
    """A file is text to the byte, whatever its encoding."""
    path = tmp_path / "main.cf"
    path.write_bytes(b"a = \xe9\r\n")
    assert os.fsencode(read_config_file(str(path))) == b"a = \xe9\r\n"


def test_a_fifo_is_refused_without_waiting(tmp_path: Path) -> None:
    """A FIFO that nobody writes to keeps nobody waiting."""
    path = str(tmp_path / "fifo")
    os.mkfifo(path)
    with pytest.raises(ConfigFileError, match="not a regular file"):
        read_config_file(path)


def test_a_device_is_not_opened() -> None:
    """Opening a device can do something: it is refused unopened."""
    with pytest.raises(ConfigFileError, match="not a regular file"):
        read_config_file("/dev/zero")


@pytest.mark.parametrize(
    ("path", "message", "status"),
    [
        ("/", "read /: Is a directory", 66),
        ("/nonexistent/x", "open /nonexistent/x: No such file or directory", 66),
        ("/a\0b", "its name has a NUL in it", 66),
    ],
    ids=["directory", "missing", "NUL"],
)
def test_what_cannot_be_read_is_named_as_postfix_names_it(path: str, message: str, status: int) -> None:
    """Postfix says whether it could not open or not read."""
    with pytest.raises(ConfigFileError, match=message) as caught:
        read_config_file(path)
    assert caught.value.status == status


def test_a_file_of_another_user_is_a_want_of_permission(tmp_path: Path) -> None:
    """A file that only others may read exits with the status of permission."""
    if os.geteuid() == 0:
        error = ConfigFileError("open", "/x", "Permission denied", 13)
    else:
        path = tmp_path / "secret"
        path.touch(0)
        with pytest.raises(ConfigFileError) as caught:
            read_config_file(str(path))
        error = caught.value
    assert error.status == 77


def test_a_file_is_read_up_to_a_size(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """More than the limit is refused, and not cut."""
    monkeypatch.setattr(files, "MAX_SIZE", 4)
    path = tmp_path / "list"
    path.write_text("1234")
    assert read_config_file(str(path)) == "1234"
    path.write_text("12345")
    with pytest.raises(ConfigFileError, match="larger than"):
        read_config_file(str(path))
