"""``ifdiscover merge``: a list, what was skipped, which addresses two hosts have, and a status."""

from __future__ import annotations

import fcntl
import json
import os
import pty
import select
import signal
import subprocess
import termios
import time
from typing import TYPE_CHECKING, Any

from support.namespaces import CLI, ROOT, environment
from support.program import in_process, run
from support.schemas import validated
from support.terminal import written_to

if TYPE_CHECKING:
    from pathlib import Path

RELAY = str(ROOT / "fixtures/hosts/mail-relay/snapshot.json")
DOCKER = [str(ROOT / f"fixtures/hosts/{name}/snapshot.json") for name in ("docker-host", "docker-mail-host")]
NOTHING_UP = str(ROOT / "fixtures/hosts/nothing-up/snapshot.json")
BASE: dict[str, Any] = json.loads(ROOT.joinpath("fixtures/hosts/mail-relay/snapshot.json").read_text())


def line(host: str, address: str) -> str:
    """A snapshot on one line: a host with one address on eth0."""
    eth0 = next(one for one in BASE["interfaces"] if one["name"] == "eth0")
    first = {**eth0["addresses"][0], "address": address}
    made = {**BASE, "host": host, "interfaces": [{**eth0, "addresses": [first]}], "order": [[0, 0]]}
    return json.dumps({**made, "gateways": None, "routes": None, "sources": None}) + "\n"


def test_the_list_of_several_files() -> None:
    """In Postfix's spelling, or one network a line as other programs take it."""
    status, out, err = in_process("merge", RELAY, DOCKER[0], "--style", "subnet")
    expected = "10.20.0.0/16 127.0.0.0/8 172.17.0.0/16 172.18.0.0/16 203.0.113.16/28 203.0.113.64/26"
    expected += " [::1]/128 [2001:db8:25::]/64 [2001:db8:d0::]/64 [fe80::]/64"
    assert (status, out, err) == (0, f"mynetworks = {expected}\n", "")
    assert in_process("merge", RELAY, DOCKER[0], "--style=subnet", "--format=cidr")[1] == (
        expected.replace(" ", "\n").replace("[", "").replace("]", "") + "\n"
    )


def test_an_address_of_two_hosts_is_named_and_the_status_is_1() -> None:
    """What is no fault is said too, and is no warning; the list is whole all the same."""
    status, out, err = in_process("merge", *DOCKER)
    assert (status, out.startswith("mynetworks = ")) == (1, True)
    assert err == (
        "ifdiscover: warning: 203.0.113.70 is on docker-host (eth0), docker-mail-host (eth0): "
        "a fault: two hosts cannot have the same address\n"
        "ifdiscover: warning: 2001:db8:d0::70 is on docker-host (eth0), docker-mail-host (eth0): "
        "a fault: two hosts cannot have the same address\n"
        "ifdiscover: 172.17.0.1 is on docker-host (docker0), docker-mail-host (docker0): "
        "no fault: each host has a bridge of containers for itself\n"
    )
    document = validated(in_process("merge", *DOCKER, "--json")[1])
    assert [(one["address"], one["is_fault"]) for one in document["shared"]] == [
        ("203.0.113.70", True),
        ("2001:db8:d0::70", True),
        ("172.17.0.1", False),
    ]


def test_a_bad_record_is_named_with_file_and_line_and_the_status_is_65(tmp_path: Path) -> None:
    """It is skipped and counted, and the rest is merged; a fault of addresses does not hide it."""
    file = tmp_path / "fleet.ndjson"
    file.write_text(line("a", "192.0.2.1") + '{"schema": 1}\n' + line("b", "192.0.2.1"))
    status, out, err = in_process("merge", str(file), NOTHING_UP, "--format", "value")
    assert (status, out) == (65, "192.0.2.1/32\n")
    first, second, _shared, last = err.splitlines()
    assert first.startswith(f"ifdiscover: warning: {file}, line 2: skipped: ")
    assert second.startswith(f"ifdiscover: warning: {NOTHING_UP}, host nothing-up: skipped: could not find any active")
    assert last == "ifdiscover: hosts in the list: 2; recordings skipped: 2"
    document = validated(in_process("merge", str(file), "--json")[1])
    assert document["skipped_count"] == 1
    assert [(one["file"], one["line"], one["host"]) for one in document["skipped"]] == [(str(file), 2, None)]


def test_without_a_host_there_is_no_list(tmp_path: Path) -> None:
    """An empty list would be taken for one that trusts nobody."""
    for arguments in ([NOTHING_UP], [str(tmp_path)]):
        for form in ("postfix", "json"):
            status, out, err = in_process("merge", *arguments, "--format", form)
            assert (status, out) == (65, "")
            assert "no recorded host was read, so there is no list" in err
    done = run("merge", "-", shell='"$@" </dev/null')
    assert (done.returncode, done.stdout) == (65, "")


def test_a_path_that_is_not_there_ends_the_command() -> None:
    """With nothing on standard output."""
    status, out, err = in_process("merge", RELAY, "/nonexistent")
    assert (status, out) == (66, "")
    assert err == "ifdiscover: error: /nonexistent: cannot be read: No such file or directory\n"
    assert in_process("merge")[0] == 64
    assert in_process("merge", RELAY, "--style", "all")[0] == 78
    assert in_process("merge", RELAY, "--inet-protocols", "ipv5")[0] == 78


def test_a_file_that_is_named_twice_is_one_host() -> None:
    """Said so, since one of two recordings may be old."""
    status, out, err = in_process("merge", RELAY, RELAY)
    assert (status, out) == (0, in_process("merge", RELAY)[1])
    assert f"warning: host mail-relay: again in {RELAY}: both count" in err


def test_names_of_strangers_cannot_write_to_the_terminal(tmp_path: Path) -> None:
    """Of hosts, files and interfaces; in JSON they are escaped too."""
    file = tmp_path / "a\x1b]0;owned\x07\n.ndjson"
    file.write_text(line("h\\x1b[31m\\u202e", "192.0.2.1") + line("b\\x07", "192.0.2.1") + "{\x1b}\n")
    for form in ("postfix", "explain", "json"):
        status, out, err = in_process("merge", str(file), "--format", form)
        assert status == 65
        assert all(text.isprintable() for text in (out + err).split("\n"))
    assert validated(out)["networks"][0]["hosts"] == ["h\\x1b[31m\\u202e", "b\\x07"]


def test_a_row_names_a_few_hosts_and_counts_the_others(tmp_path: Path) -> None:
    """JSON names all of them."""
    file = tmp_path / "fleet"
    file.write_text("".join(line(f"h{number}", f"192.0.2.{number}") for number in range(16, 24)))
    out = in_process("merge", str(file), "--style", "subnet", "--format", "explain")[1]
    assert out.splitlines()[1] == "192.0.2.16/28  8      h16, h17, h18, h19, h20 and 3 more"
    (network,) = validated(in_process("merge", str(file), "--style", "subnet", "--json")[1])["networks"]
    assert len(network["hosts"]) == 8


def of_two_parts(stderr: int) -> tuple[bytes, bytes]:
    """What merge says of one host that is told twice; the second time only when it has long read the first."""
    part = line("a", "192.0.2.1").encode()
    source, sink = os.pipe()
    argv = [*CLI, "merge", "-"]
    with subprocess.Popen(
        argv, stdin=source, stdout=subprocess.PIPE, stderr=stderr, cwd=ROOT, env=environment()
    ) as merge:
        os.write(sink, part)
        while merge.poll() is None and any(fcntl.ioctl(source, termios.FIONREAD, bytes(4))):
            time.sleep(0.05)  # it starts
        time.sleep(0.5)  # more than there is between two lines of progress
        os.write(sink, part)
        os.close(sink)
        os.close(source)
        answer, said = merge.communicate()
    assert merge.returncode == 0
    return answer, said or b""


def test_progress_is_shown_on_a_terminal_only() -> None:
    """One line that is gone at the end; nothing of it in a pipe, and nothing on standard output."""
    leader, terminal = pty.openpty()
    try:
        answer, _ = of_two_parts(terminal)
    finally:
        os.close(terminal)
    shown = written_to(leader).decode()
    piped, said = of_two_parts(subprocess.PIPE)
    assert piped == answer == b"mynetworks = 192.0.2.1/32\n"
    assert b"again" in said
    assert b"read" not in said
    first = "ifdiscover: recordings read: 1"
    assert f"\r{first}" in shown
    assert shown.index("\r" + " " * len(first) + "\r") < shown.index("warning: host a: again")


def test_progress_is_gone_after_an_interrupt() -> None:
    """The shell's prompt would stand behind it."""
    leader, terminal = pty.openpty()
    argv = [*CLI, "merge", "-"]
    pipe = subprocess.PIPE
    with subprocess.Popen(argv, stdin=pipe, stdout=pipe, stderr=terminal, cwd=ROOT, env=environment()) as merge:
        os.close(terminal)
        assert merge.stdin is not None
        while not select.select([leader], [], [], 0.3)[0] and merge.poll() is None:
            merge.stdin.write(line("a", "192.0.2.1").encode())
            merge.stdin.flush()
        merge.send_signal(signal.SIGINT)
        assert merge.wait(60) == 130
    progress, blanks, end = written_to(leader).decode().split("\r")[-3:]
    assert progress.startswith("ifdiscover: recordings read: ")
    assert (blanks, end) == (" " * len(progress), "")


def test_the_page_shows_what_is_printed() -> None:
    """In docs/fleet.md; what its other blocks do is tested above."""
    page = ROOT.joinpath("docs/fleet.md").read_text().partition("## One list of many hosts\n")[2]
    command, _, output = page.partition("$ ifdiscover ")[2].partition("```")[0].partition("\n")
    done = run(*command.split())
    assert (done.returncode, done.stdout, done.stderr) == (0, output, "")
