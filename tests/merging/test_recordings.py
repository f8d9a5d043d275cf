"""Recorded hosts are read one after the other, from files, folders and lines; what is none is told."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from support.namespaces import ROOT

from ifdiscover._backends.recorded import strict_json
from ifdiscover._merging import recordings as module
from ifdiscover._merging.recordings import Recording, recordings
from ifdiscover.errors import RecordingInputError, UsageError

if TYPE_CHECKING:
    from pathlib import Path

SNAPSHOT = ROOT.joinpath("fixtures/hosts/mail-relay/snapshot.json").read_bytes()
LINE = json.dumps(json.loads(SNAPSHOT)).encode()
IP_J = b'[{"ifindex":1,"ifname":"lo","flags":["LOOPBACK","UP"],"mtu":65536,"operstate":"UNKNOWN","addr_info":[]}]\n'


def read(path: Path, data: bytes) -> list[tuple[int | None, str]]:
    """The line and the host's name, or why there is none, of each recording in a file."""
    path.write_bytes(data)
    return list(map(told, recordings([str(path)])))


def told(recording: Recording) -> tuple[int | None, str]:
    """The line, and the host's name or the fault."""
    host = recording.host
    name = "" if host is None or host.recorded is None else host.recorded.host or "no name"
    return recording.line, name or recording.fault or ""


@pytest.mark.parametrize(
    "data", [SNAPSHOT, b"\n\n" + SNAPSHOT, b"\xef\xbb\xbf" + SNAPSHOT, SNAPSHOT.decode().encode("utf-16")]
)
def test_a_snapshot_in_many_lines_is_one_recording(tmp_path: Path, data: bytes) -> None:
    """With blank lines before it, or as Windows' programs write it."""
    assert read(tmp_path / "file", data) == [(None, "mail-relay")]


def test_other_forms_are_one_recording(tmp_path: Path) -> None:
    """As --from reads them; they have no name."""
    assert read(tmp_path / "file", IP_J) == [(None, "no name")]
    text = ROOT.joinpath("fixtures/hosts/freebsd-4/ifconfig.txt").read_bytes()
    assert [line for line, _name in read(tmp_path / "file", text)] == [None]


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\n\n", b"\n   \n"])
def test_each_line_of_ndjson_is_a_recording(tmp_path: Path, end: bytes) -> None:
    """Whatever the end of a line; the last line needs none, and blank ones are none."""
    step = end.count(b"\n")
    expected = [(1, "mail-relay"), (1 + step, "mail-relay"), (1 + 2 * step, "mail-relay")]
    assert read(tmp_path / "file", end.join([LINE] * 3)) == expected
    assert read(tmp_path / "file", b"\xef\xbb\xbf" + end.join([LINE] * 3) + end) == expected


@pytest.mark.parametrize("bad", [0, 1, 2])
def test_a_line_that_was_cut_is_named_and_the_others_are_read(tmp_path: Path, bad: int) -> None:
    """The first one, too."""
    lines = [LINE] * 3
    lines[bad] = LINE[:500]
    found = read(tmp_path / "file", b"\n".join(lines))
    assert [line for line, _text in found] == [1, 2, 3]
    assert found[bad][1].startswith("line 1, column ")
    assert [text for _line, text in found if text == "mail-relay"] == ["mail-relay"] * 2


def test_a_line_that_is_no_object_is_no_recording(tmp_path: Path) -> None:
    """Text between the lines of JSON is not taken for another form."""
    found = read(tmp_path / "file", LINE + b"\nlo: flags=8049<UP,LOOPBACK> mtu 16384\n" + IP_J + LINE)
    assert found == [
        (1, "mail-relay"),
        (2, "a line of NDJSON must be an object: {...}"),
        (3, "a line of NDJSON must be an object: {...}"),
        (4, "mail-relay"),
    ]


def test_a_line_without_end_is_not_held(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What follows it is read."""
    monkeypatch.setattr(module, "MAX_SIZE", len(LINE) + 10)
    found = read(tmp_path / "file", b"\n".join([LINE, b"{" + b" " * 5 * len(LINE), LINE]))
    assert [line for line, _text in found] == [1, 2, 3]
    assert "a line of more than" in found[1][1]
    assert (found[0][1], found[2][1]) == ("mail-relay", "mail-relay")


def test_a_first_line_without_end_is_one_recording_that_is_too_large(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No more of it is read than the limit and a byte."""
    monkeypatch.setattr(module, "MAX_SIZE", 1000)
    monkeypatch.setattr("ifdiscover._backends.recorded.replay.MAX_SIZE", 1000)
    for data in (b"{" * 5000, b"\n" * 5000):
        assert len(read(tmp_path / "file", data)) == 1
    assert strict_json.MAX_SIZE > 1000


def test_a_folder_is_read_in_the_order_of_names(tmp_path: Path) -> None:
    """Without hidden files; what is no recording in it is told, and a FIFO does not make it wait."""
    for name in ("b.json", "a.json", ".hidden"):
        tmp_path.joinpath(name).write_bytes(SNAPSHOT)
    tmp_path.joinpath("c.txt").write_text("not a host\n")
    tmp_path.joinpath("d").mkdir()
    os.mkfifo(tmp_path / "e")
    tmp_path.joinpath("f").symlink_to("nowhere")
    tmp_path.joinpath(os.fsdecode(b"\xff")).write_bytes(b"")
    found = list(recordings([str(tmp_path)]))
    names = [one.file.rpartition("/")[2] for one in found]
    assert names == ["a.json", "b.json", "c.txt", "d", "e", "f", os.fsdecode(b"\xff")]
    assert [one.host is not None for one in found] == [True, True, *[False] * 5]
    faults = [one.fault or "" for one in found[2:]]
    for fault, expected in zip(faults, ["neither a snapshot", "name it too", "no regular", "no regular", "empty"]):
        assert expected in fault


def test_an_empty_file_is_no_recording(tmp_path: Path) -> None:
    """And is told as such."""
    ((line, text),) = read(tmp_path / "file", b"")
    assert (line, text.startswith("empty; ")) == (None, True)


def test_a_path_that_is_not_there_is_an_error_before_anything_is_read(tmp_path: Path) -> None:
    """It is the caller's mistake, and no host's."""
    tmp_path.joinpath("a").write_bytes(SNAPSHOT)
    for wrong in (str(tmp_path / "b"), "a\0b"):
        with pytest.raises(RecordingInputError, match="cannot be read: "):
            next(recordings([str(tmp_path / "a"), wrong]))


def test_standard_input_is_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """To name it twice is an error; without one there is nothing to read."""
    with pytest.raises(UsageError, match="name it once"):
        next(recordings(["-", "-"]))
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(LINE + b"\n" + LINE)))
    assert [(one.file, *told(one)) for one in recordings(["-"])] == [
        ("standard input", 1, "mail-relay"),
        ("standard input", 2, "mail-relay"),
    ]
    monkeypatch.setattr("sys.stdin", None)
    with pytest.raises(RecordingInputError, match="it is not there"):
        next(recordings(["-"]))


def test_lines_of_a_pipe_that_does_not_block_are_read_to_their_ends() -> None:
    """The half of a line that is there first is not taken for a line."""
    code = (
        "import os, sys; os.set_blocking(0, False)\n"
        "from ifdiscover._merging.recordings import recordings\n"
        "print([(one.line, one.fault) for one in recordings(['-'])])"
    )
    writer = (
        f"import sys, time; line = {LINE!r}\nfor part in (line[:900], line[900:] + b'\\n' + line[:50], line[50:]):\n"
    )
    writer += "    sys.stdout.buffer.write(part); sys.stdout.buffer.flush(); time.sleep(0.2)"
    with subprocess.Popen([sys.executable, "-c", writer], stdout=subprocess.PIPE) as process:
        done = subprocess.run(
            [sys.executable, "-c", code], stdin=process.stdout, capture_output=True, text=True, check=True, cwd=ROOT
        )
    assert done.stdout == "[(1, None), (2, None)]\n"
