"""Files of Postfix's, which others may have made."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from ifdiscover.errors import ConfigFileError
from ifdiscover.postfix.syntax import files
from ifdiscover.postfix.syntax.files import read_config_file
from ifdiscover.postfix.syntax.lines import leading_white_space, logical_lines

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


def test_comments_and_blank_lines_vanish_inside_a_logical_line() -> None:
    """They neither end it nor become part of it; CR, VT and FF are white space."""
    lines = logical_lines("a =\n # c\n\n \t\v\f\r\n\tb\n#c\nd").lines
    assert [(line.text, line.number, line.last_number) for line in lines] == [("a =\tb", 1, 5), ("d", 7, 7)]


def test_a_first_line_that_continues_nothing_is_dropped_with_what_continues_it() -> None:
    """There is nothing before it; Postfix's warning shows 30 bytes of it."""
    found = logical_lines("# c\n inet_interfaces = loopback-only\n  more\nx\n")
    assert [line.text for line in found.lines] == ["x"]
    assert found.dropped is not None
    warning = leading_white_space("main.cf", found.dropped).sentence
    assert warning == 'main.cf: logical line must not start with whitespace: " inet_interfaces = loopback-on..."'


def test_a_logical_line_ends_at_a_nul() -> None:
    """What stands after it is lost, with the lines that continue it; one in a dropped line is told with the next."""
    found = logical_lines(" x\0y\na\0b\n c\nd\n")
    assert [(line.text, line.has_nul) for line in found.lines] == [("a", True), ("d", False)]
    assert [line.has_nul for line in logical_lines(" x\0y\na\n").lines] == [True]


def test_a_position_is_that_in_the_file() -> None:
    """Line and column, counted from 1, also in a line that continues another."""
    (line,) = logical_lines("# c\nab\n# c\n  cd\n").lines
    assert line.text == "ab  cd"
    assert [line.place("main.cf", line.text.index(letter))[:3] for letter in "abcd"] == [
        ("main.cf", 2, 1),
        ("main.cf", 2, 2),
        ("main.cf", 4, 3),
        ("main.cf", 4, 4),
    ]
