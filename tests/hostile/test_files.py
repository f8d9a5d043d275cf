"""Files that are none: FIFOs, devices, folders, sockets, loops of links; and files that are replaced while read."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import tempfile
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from support.namespaces import ROOT
from support.need import need
from support.program import in_process

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import FrameType
    from typing import NoReturn

RELAY = ["--from", str(ROOT / "fixtures/hosts/mail-relay/snapshot.json")]
HEAD = "compatibility_level = 3.6\nmyhostname = mail.example.com\n"
LONGEST = 120  # seconds: whoever waits so long waits for what never comes


class HungError(BaseException):
    """A command waits for what never comes."""


@pytest.fixture(autouse=True)
def _no_hang() -> Iterator[None]:
    """End the test if it waits; a fault of ours would be told as such, and so this is none of its exceptions."""

    def ring(_number: int, _frame: FrameType | None) -> NoReturn:
        raise HungError

    before = signal.signal(signal.SIGALRM, ring)
    signal.alarm(LONGEST)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


def a_socket(path: Path) -> None:
    """The file of a socket."""
    here = Path.cwd()
    os.chdir(path.parent)  # the path of a socket is short
    try:
        with socket.socket(socket.AF_UNIX) as bound:
            bound.bind(path.name)
    finally:
        os.chdir(here)


def a_link_to_a_fifo(path: Path) -> None:
    """A link, and the FIFO beside it."""
    os.mkfifo(f"{path}.fifo")
    path.symlink_to(f"{path}.fifo")


KINDS: dict[str, Callable[[Path], object]] = {
    "FIFO": os.mkfifo,
    "folder": Path.mkdir,
    "socket": a_socket,
    "loop": lambda path: path.symlink_to(path.name),
    "link to nothing": lambda path: path.symlink_to("nowhere"),
    "link to a FIFO": a_link_to_a_fifo,
    "zeros": lambda path: path.symlink_to("/dev/zero"),
    "terminal": lambda path: path.symlink_to("/dev/tty"),
    "full": lambda path: path.symlink_to("/dev/full"),
    "memory": lambda path: path.symlink_to("/proc/self/mem"),
    "file below a file": lambda path: path.symlink_to("/etc/passwd/x"),
}
"""Makes what is no list, by what it is."""

LISTS = ("{}", "10.0.0.0/8, !{}", "cidr:{}", "texthash:{}", "hash:{}", "lmdb:{}", "!{}, 192.0.2.0/24")


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_no_file_is_no_list(kind: str, tmp_path: Path) -> None:
    """Nobody waits for it or is trusted by it; check says what it is."""
    path = tmp_path / "list"
    KINDS[kind](path)
    for suffix in (".db", ".lmdb"):
        KINDS[kind](Path(f"{path}{suffix}"))
    for value in LISTS:
        (tmp_path / "main.cf").write_text(f"{HEAD}mynetworks = {value.format(path)}\n")
        asked = ["-q", "-c", str(tmp_path)]
        status, out, err = in_process("match", *asked, "203.0.113.5")
        assert status in (65, 66, 78), (value, out, err)
        status, out, _err = in_process("check", "--json", *asked)
        assert status in (1, 65), (value, out)
        assert any(finding["parameter"] == "mynetworks" for finding in json.loads(out)["findings"]), value
        status, out, err = in_process("mynetworks", "--format", "cidr", *asked)
        assert "203.0.113" not in out


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", ["main.cf", "master.cf"])
def test_what_is_no_file_is_no_configuration(name: str, kind: str, tmp_path: Path) -> None:
    """It is an error, and an answer only where Postfix's file is not needed."""
    (tmp_path / "main.cf").write_text(f"{HEAD}mynetworks = 10.0.0.0/8\n")
    path = tmp_path / name
    path.unlink(missing_ok=True)
    KINDS[kind](path)
    for command in (["check"], ["match", "192.0.2.1"], ["mynetworks"], ["own"], ["postconf"], ["facts"]):
        status, out, err = in_process(*command, *([] if command == ["facts"] else ["-q"]), "-c", str(tmp_path), *RELAY)
        assert status in ((0, 1, 65, 66) if name == "master.cf" or command == ["facts"] else (66, 71, 77)), (
            command,
            err,
        )
        assert command == ["facts"] or name == "master.cf" or (out == "" and f"{path}" in err)


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind not in ("FIFO", "link to a FIFO", "terminal", "full")])
def test_what_is_no_file_is_no_recording(kind: str, tmp_path: Path) -> None:
    """A FIFO and a terminal are: a recording may come through a pipe."""
    path = tmp_path / "recording"
    KINDS[kind](path)
    if kind == "memory":
        assert in_process("addresses", "--from", str(path))[0] in (65, 66)
        return
    for command in (["addresses", "--from"], ["diff", RELAY[1]], ["facts", "--from"], ["merge"]):
        status, out, err = in_process(*command, str(path))
        if command == ["facts", "--from"]:
            assert (status, json.loads(out)["interfaces"]) == (0, None)
        elif command == ["merge"] and kind == "folder":
            assert (status, out) == (65, "")
        else:
            assert status in (65, 66), (command, err)
            assert out == ""
            assert str(path) in err


def test_a_recording_may_come_through_a_fifo(tmp_path: Path) -> None:
    """As from another program that the shell runs."""
    path = tmp_path / "fifo"
    os.mkfifo(path)
    writer = threading.Thread(target=lambda: path.write_bytes(Path(RELAY[1]).read_bytes()), daemon=True)
    writer.start()
    assert in_process("addresses", "--from", str(path))[1] == in_process("addresses", *RELAY)[1]
    writer.join(LONGEST)


@pytest.mark.parametrize("kind", ["", "cidr:"])
def test_a_list_that_is_replaced_while_it_is_read_is_the_old_or_the_new(kind: str, tmp_path: Path) -> None:
    """Never both, and never neither: whoever replaces a file renames another one over it."""
    path = tmp_path / "list"
    permit = " permit" if kind else ""
    texts = [f"{net}{permit}\n" * 500 for net in ("10.0.0.0/8", "192.168.0.0/16")]
    path.write_text(texts[0])
    (tmp_path / "main.cf").write_text(f"{HEAD}mynetworks = {kind}{path}\n")
    is_over = threading.Event()

    def replace() -> None:
        while not is_over.is_set():
            for text in texts:
                new = tmp_path / "new"
                new.write_text(text)
                new.replace(path)

    writer = threading.Thread(target=replace, daemon=True)
    writer.start()
    try:
        for _ in range(20):
            out = in_process("match", "-q", "-c", str(tmp_path), "10.1.1.1", "192.168.1.1", *RELAY)[1]
            assert [": trusted by " in line for line in out.splitlines()].count(True) == 1, out
    finally:
        is_over.set()
        writer.join(LONGEST)


def test_what_one_may_not_read_is_not_guessed() -> None:
    """As nobody, with files of root's: main.cf is an error, and a list cannot be told."""
    if os.geteuid() != 0:
        need("only root becomes nobody here")
    folder = Path(tempfile.mkdtemp(prefix="unreadable"))
    try:
        folder.chmod(0o755)
        main_cf, listed = folder / "main.cf", folder / "list"
        main_cf.write_text(f"{HEAD}mynetworks = {listed}\n")
        listed.write_text("203.0.113.0/24\n")
        asked = ["match", "-q", "-c", str(folder), "203.0.113.5", *RELAY]
        assert in_process(*asked)[0] == 0  # all modules are imported now, which nobody may not read
        assert in_process("addresses", "--from", str(folder / "none"))[0] == 66
        listed.chmod(0o600)
        assert as_nobody(*asked)[0] == 65
        main_cf.chmod(0o600)
        status, out, err = as_nobody(*asked)
        assert (status, out) == (77, "")
        assert f"open {main_cf}: Permission denied" in err
        status, out, err = as_nobody("addresses", "--from", str(main_cf))
        assert (status, out) == (66, "")
        assert "Permission denied" in err
    finally:
        shutil.rmtree(folder)


def as_nobody(*arguments: str) -> tuple[int, str, str]:
    """The command line of this process, without root's rights to files."""
    os.seteuid(65534)
    try:
        return in_process(*arguments)
    finally:
        os.seteuid(0)
