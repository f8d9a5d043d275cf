"""What a shell is given, commands to copy and completions: it gets the arguments that are meant, and runs no others."""

from __future__ import annotations

import json
import os
import pty
import select
import shlex
import shutil
import subprocess
import time
from typing import TYPE_CHECKING, Any

import pytest
from support.hostile import TEXTS
from support.namespaces import ROOT
from support.need import need
from support.program import in_process

from ifdiscover import printable
from ifdiscover._cli import every_command
from ifdiscover._cli.completion import SCRIPTS
from ifdiscover._names import to_bytes
from ifdiscover._postfix.ipv6_absence import ipv6_absence

if TYPE_CHECKING:
    from pathlib import Path

RELAY = ["--from", str(ROOT / "fixtures/hosts/mail-relay/snapshot.json")]
HEAD = "compatibility_level = 3.6\nmyhostname = mail.example.com\n"
LONGEST = 60  # seconds: whoever waits so long waits for what never comes
FILE_NAMES = [text for text in TEXTS.values() if text and len(text) < 200 and not {"/", "\0"}.intersection(text)]
OFFERED = sorted(name for name in FILE_NAMES if name.isascii() and name.isprintable() and name[0] != ".")


def executed(commands: list[str], folder: Path, shell: str = "sh") -> list[list[str]]:
    """What each command ran as a shell reads it: the program's name and its arguments. None of the programs is real."""
    programs = folder / "programs"
    programs.mkdir(exist_ok=True)
    for name in ("postconf", "postmap", "ip", "sysctl", "touch", "id"):
        program = programs / name
        program.write_text(f'#!/bin/sh\nprintf "%s\\0" "{name}" "$@" "" >> "{folder}/log"\n')
        program.chmod(0o755)
    (folder / "log").write_bytes(b"")
    done = subprocess.run(
        [str(shutil.which(shell)), "-c", "\n".join(commands)],
        env={"PATH": f"{programs}:/nonexistent", "HOME": "/home/of/somebody", "LC_ALL": "C.UTF-8"},
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=LONGEST,
    )
    assert done.stderr == ""
    runs = (folder / "log").read_bytes().decode("utf-8", "surrogateescape").split("\0\0")
    return [run.split("\0") for run in runs if run]


def commands_of_check(folder: Path) -> list[str]:
    """The commands that check prints for the main.cf in a folder: the same as those in its document."""
    asked = ["check", "-q", "-c", str(folder), *RELAY]
    document: dict[str, Any] = json.loads(in_process(*asked, "--json")[1])
    commands: list[str] = document["commands"]
    out = in_process(*asked)[1]
    assert [line[4:] for line in out.splitlines() if line.startswith("    postconf ")] == commands
    return commands


@pytest.mark.parametrize("shell", ["sh", "bash"])
def test_a_command_that_check_prints_has_the_value_as_it_is_meant(shell: str, tmp_path: Path) -> None:
    """A word at fault may be mended, as one with a quote; every other one is in it byte for byte."""
    need(None if shutil.which(shell) else f"no {shell}")
    commands, meant = [], []
    for text in TEXTS.values():
        if not text.strip() or {"\n", "\0", "\r"}.intersection(text):
            continue
        (tmp_path / "main.cf").write_bytes(to_bytes(f"{HEAD}mynetworks = 10.0.0.1/8 {text}\n"))
        found = commands_of_check(tmp_path)
        commands += found
        meant += [" ".join(text.split())] * len(found)
    ran = executed(commands, tmp_path, shell)
    assert len(ran) == len(meant) > 8
    assert ran == [shlex.split(command) for command in commands]
    assert all(argv[:-1] == ["postconf", "-c", str(tmp_path), "-e"] for argv in ran)
    assert all(argv[-1].startswith("mynetworks = 10.0.0.0/8 ") for argv in ran)
    as_they_are = [text for argv, text in zip(ran, meant) if argv[-1] == f"mynetworks = 10.0.0.0/8 {text}"]
    assert {"${HOME}$HOME", "!!a", "*?[a]~", "|touch owned&"} <= set(as_they_are)


def test_a_folder_of_any_name_is_named_as_it_is(tmp_path: Path) -> None:
    """Or there is no command, if a terminal would show another name."""
    commands, meant = [], []
    for text in FILE_NAMES:
        folder = tmp_path / "folders" / os.fsdecode(to_bytes(text))
        folder.mkdir(parents=True)
        (folder / "main.cf").write_text(f"{HEAD}mynetworks = 10.0.0.1/8\n")
        found = commands_of_check(folder)
        assert bool(found) is (printable(str(folder)) == str(folder))
        commands += found
        meant += [["postconf", "-c", str(folder), "-e", "mynetworks = 10.0.0.0/8"]] * len(found)
    assert executed(commands, tmp_path) == meant


def test_a_service_of_any_name_is_named_as_it_is(tmp_path: Path) -> None:
    """In commands for master.cf."""
    (tmp_path / "main.cf").write_text(HEAD)
    commands, meant = [], []
    for text in TEXTS.values():
        if not text or any(each.isspace() or each == "\0" for each in text):
            continue
        service = f"{text}:25 inet n - y - - smtpd\n  -o mynetworks=10.0.0.1/8\n"
        (tmp_path / "master.cf").write_bytes(to_bytes(service))
        found = commands_of_check(tmp_path)
        commands += found
        meant += [["postconf", "-c", str(tmp_path), "-P", f"{text}:25/inet/mynetworks=10.0.0.0/8"]] * len(found)
    assert executed(commands, tmp_path) == meant
    assert len(meant) > 8


def test_the_command_that_gives_lo_its_address_names_the_interface_as_it_is(tmp_path: Path) -> None:
    """Somebody may have renamed lo, and root copies what is suggested."""
    commands, meant = [], []
    document = json.loads((ROOT / "fixtures/hosts/mail-relay/snapshot.json").read_text())
    (lo, *_others) = document["interfaces"]
    assert [each["address"] for each in lo["addresses"]] == ["127.0.0.1", "::1"]
    lo["addresses"].pop()
    document["order"].remove([0, 1])
    for text in TEXTS.values():
        if not text or "\0" in text or len(text) > 255:
            continue
        lo["name"] = lo["addresses"][0]["interface"] = printable(text)
        recording = tmp_path / "snapshot.json"
        recording.write_text(json.dumps(document))
        (tmp_path / "main.cf").write_text(HEAD)
        _status, out, err = in_process("check", "--json", "-q", "-c", str(tmp_path), "--from", str(recording))
        assert out, err
        (finding,) = [each for each in json.loads(out)["findings"] if each["kind"] == "ipv6-no-loopback"]
        _advice, by, command = finding["suggestion"].partition(", on Linux by: ")
        assert bool(by) is (printable(text) == text)
        if by:
            commands.append(command)
            meant.append(["ip", "-6", "address", "add", "::1/128", "dev", text])
    assert executed(commands, tmp_path) == meant


@pytest.mark.parametrize(
    ("name", "argument"),
    [
        ("lo", "net.ipv6.conf.lo.disable_ipv6=0"),
        ("lo.1", "net/ipv6/conf/lo.1/disable_ipv6=0"),
        ("$(id)", "net.ipv6.conf.$(id).disable_ipv6=0"),
        ("a\x1b", None),
    ],
)
def test_the_command_that_switches_ipv6_on_does_too(name: str, argument: str | None, tmp_path: Path) -> None:
    """A dot in the name is no separator."""
    from ifdiscover import replay
    from ifdiscover._kernel import probe_of
    from ifdiscover._postfix.inet_protocols import enabled_protocols

    host = replay(RELAY[1])
    renamed = [each._replace(name=name) if each.name == "lo" else each for each in host.interfaces]
    addresses = [
        each._replace(interface=renamed[0]) if each.interface.name == "lo" else each
        for each in host.addresses
        if str(each.ip) != "::1"
    ]
    host = host._replace(interfaces=tuple(renamed), addresses=tuple(addresses))
    finding = ipv6_absence(host, enabled_protocols("all", probe_of(host)), lambda asked: asked == name)
    assert finding is not None
    _advice, by, command = finding.suggestion.partition(", on Linux by: ")
    assert executed([command] if by else [], tmp_path) == ([] if argument is None else [["sysctl", argument]])


def test_a_table_of_any_name_is_named_as_it_is(tmp_path: Path) -> None:
    """In the command that makes it and the one that asks it; and so is a folder to copy."""
    commands, meant = [], []
    for text in TEXTS.values():
        if not text or len(text) > 200 or any(each.isspace() or each in "\0," for each in text) or text[0] in "{(":
            continue
        word = f"hash:{tmp_path}/{text}"
        (tmp_path / "main.cf").write_bytes(to_bytes(f"{HEAD}mynetworks = {word}\n".replace("$", "$$")))
        out = in_process("check", "-q", "--json", "-c", str(tmp_path))[1]
        for finding in json.loads(out)["findings"]:
            command = (finding["suggestion"] or "").partition(", when ")[0]
            if command.startswith("postmap "):
                commands.append(command)
                meant.append(["postmap", word])
    assert executed(commands, tmp_path) == meant
    assert len(meant) > 5


def test_bash_offers_names_that_steer_nothing(tmp_path: Path) -> None:
    """Of interfaces: each is one word, as it is, and none is evaluated; what is not printable ASCII is left out."""
    need(None if shutil.which("bash") else "no bash: install bash")
    program = (
        "COMP_WORDS=(ifdiscover addresses -i ''); COMP_CWORD=3; _ifdiscover; "
        'for word in "${COMPREPLY[@]}"; do eval "printf \'%s\\\\0\' $word"; done'
    )
    assert offered("bash", program, tmp_path) == OFFERED


def test_zsh_offers_names_that_steer_nothing(tmp_path: Path) -> None:
    """It quotes by itself what it adds."""
    need(None if shutil.which("zsh") else "no zsh: install zsh")
    assert offered("zsh", f"compadd() {{ print -rN -- $names }}; _ifdiscover_names {tmp_path}/net", tmp_path) == OFFERED


def test_fish_offers_names_that_steer_nothing(tmp_path: Path) -> None:
    """And takes none for an option of its own."""
    need(None if shutil.which("fish") else "no fish: install fish")
    found = offered("fish", "complete -C 'ifdiscover addresses -i ' | string join0", tmp_path)
    assert sorted(row.partition("\t")[0] for row in found) == OFFERED


def offered(shell: str, program: str, folder: Path) -> list[str]:
    """What a program of a shell with the completion writes, where interfaces have all the names that files may have."""
    net = folder / "net"
    net.mkdir()
    for name in FILE_NAMES:
        (net / os.fsdecode(to_bytes(name))).touch()
    script = folder / "script"
    script.write_text(SCRIPTS[shell](every_command()).replace("/sys/class/net", str(net)))
    without_files = {"bash": ["--norc", "-c"], "zsh": ["-f", "-c"], "fish": ["--no-config", "-c"]}[shell]
    start = f"source {script} >{os.devnull} 2>&1; "
    done = subprocess.run(
        [shell, *without_files, start + program],
        env={"PATH": "/usr/bin:/bin", "HOME": str(folder), "LC_ALL": "C.UTF-8"},
        cwd=folder,
        capture_output=True,
        check=False,
        timeout=LONGEST,
    )
    assert not (folder / "owned").exists()
    return sorted(done.stdout.decode().rstrip("\0").split("\0"))


@pytest.mark.parametrize("name", ["a b", "a$(touch owned)", "a'\"b", "a\\b", "a\nb"])
def test_bash_completes_a_file_to_its_name(name: str, tmp_path: Path) -> None:
    """At a terminal, with a tab."""
    need(None if shutil.which("bash") else "no bash: install bash")
    folder = tmp_path / "files"
    folder.mkdir()
    (folder / name).touch()
    (tmp_path / "script").write_text(SCRIPTS["bash"](every_command()))
    started = f"source {tmp_path}/script; ifdiscover() {{ printf '%s' \"$2\" > {tmp_path}/got; exit; }}; PS1=READY"
    (tmp_path / "rc").write_text(started)
    leader, follower = pty.openpty()
    process = subprocess.Popen(
        ["bash", "--noprofile", "--rcfile", str(tmp_path / "rc"), "-i"],
        stdin=follower,
        stdout=follower,
        stderr=follower,
        cwd=folder,
        start_new_session=True,
        env={"PATH": "/usr/bin:/bin", "HOME": str(tmp_path), "TERM": "dumb", "LC_ALL": "C.UTF-8"},
    )
    os.close(follower)
    try:
        read_until(leader, b"READY")
        os.write(leader, b"ifdiscover --from a\t")
        read_until(leader, b"b" if name[-1] == "b" else b"owned")
        os.write(leader, b"\n")
        process.wait(LONGEST)
    finally:
        process.kill()
        process.wait()
        os.close(leader)
    assert (tmp_path / "got").read_text() == name
    assert not (folder / "owned").exists()


def read_until(descriptor: int, wanted: bytes) -> None:
    """Read a terminal until it shows something."""
    data, end = b"", time.monotonic() + LONGEST
    while wanted not in data.replace(b"ifdiscover --from", b""):
        assert time.monotonic() < end, data
        if select.select([descriptor], [], [], 1)[0]:
            data += os.read(descriptor, 1 << 12)
