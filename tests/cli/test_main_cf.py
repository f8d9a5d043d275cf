"""Which main.cf is in force: the same for all commands that take parameters from one, and said on standard error."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest
from support.made import address, host
from support.program import besides_main_cf, in_process

from ifdiscover import snapshot
from ifdiscover._postfix.syntax.files import read_config_file

if TYPE_CHECKING:
    from pathlib import Path

HERE = host(*(address(f"192.0.2.{number}", "255.255.255.0") for number in range(6)))
LAST = r"192\.0\.2\.(\d)\b"  # what follows says which place has spoken

# Each command with a question about what all places set, and the same with an option in place of that.
QUESTIONS = {
    "mynetworks": ["mynetworks"],
    "own": ["own"],
    "match": ["match", *(f"192.0.2.{number}" for number in range(6))],
    "check": ["check"],
    "postconf": ["postconf", "mynetworks"],
}
OPTIONS = {
    "mynetworks": ["--style", "host", "--inet-interfaces", "192.0.2.0"],
    "own": ["--inet-interfaces", "192.0.2.0"],
    "match": ["--mynetworks", "192.0.2.0"],
}
PLACES = ("option", "override", "-c", "MAIL_CONFIG", "installed", "nowhere")
BY_DEFAULT = {"mynetworks": "012345", "own": "012345", "match": "012345", "check": "", "postconf": "0"}
"""Of which addresses the answer is without a main.cf; postconf's default style is another one than that documented."""


def settings(number: int) -> list[str]:
    """What a place sets: that address, and for check an address that the host has not."""
    return [
        f"mynetworks = 192.0.2.{number}",
        f"inet_interfaces = 192.0.2.{number}",
        f"smtp_bind_address = 203.0.113.{number}",
        "myhostname = mail.example.com",
    ]


def spoken(command: str, out: str) -> str:
    """Whose settings an answer shows, each place by the digit of its number."""
    if command == "check":
        return "".join(re.findall(r"smtp_bind_address: 203\.0\.113\.(\d) ", out))
    if command == "match":
        out = " ".join(line.partition(":")[0] for line in out.splitlines() if ": trusted" in line)
    return "".join(re.findall(LAST, out))


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Postfix's own folder, still without a main.cf; the host of each namespace is the same."""
    monkeypatch.setattr("ifdiscover._cli.host.discover", lambda _backend, **_wanted: HERE)
    monkeypatch.setattr("ifdiscover._backends.netlink.namespace.in_namespace", lambda _netns, function: function())
    folder = tmp_path / "installed"
    folder.mkdir()
    monkeypatch.setattr("ifdiscover._postfix.in_force.DIRECTORY", str(folder))
    monkeypatch.setattr("ifdiscover._cli.host.DIRECTORY", str(folder))
    monkeypatch.setattr("ifdiscover._cli.postfix.check.DIRECTORY", str(folder))
    return folder


def elsewhere(where: str, tmp_path: Path) -> list[str]:
    """The options that name a host."""
    if where == "--from":
        recording = tmp_path / "host.json"
        recording.write_text(snapshot(HERE))
        return ["--from", str(recording)]
    return ["--netns", "mail"] if where == "--netns" else []


@pytest.mark.parametrize("where", ["this machine", "--from", "--netns"])
@pytest.mark.parametrize(
    ("command", "first"),
    [(command, first) for command in QUESTIONS for first in PLACES if first != "option" or command in OPTIONS],
)
def test_the_first_place_that_speaks_is_believed(  # noqa: PLR0917 - half of them are pytest's
    command: str, first: str, where: str, installed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Option, -o, -c, MAIL_CONFIG, the installed one, defaults; for another host neither MAIL_CONFIG nor this one's."""
    number = PLACES.index(first)
    arguments = [*QUESTIONS[command], *elsewhere(where, tmp_path)]
    if number == 0:
        arguments += OPTIONS[command]
    if number <= 1 and not (command == "mynetworks" and number == 0):
        arguments += [word for text in settings(1) for word in ("-o", text)]
    line = f"none ({installed} has none; Postfix's defaults)"
    for place in reversed(PLACES[max(number, 2) : 5]):
        folder = installed if place == "installed" else tmp_path / place
        folder.mkdir(exist_ok=True)
        folder.joinpath("main.cf").write_text("\n".join(settings(PLACES.index(place))) + "\n")
        line = f"{folder}/main.cf ({'the default folder' if place == 'installed' else place})"
        if place == "-c":
            arguments += ["-c", str(folder)]
        elif place == "MAIL_CONFIG":
            monkeypatch.setenv("MAIL_CONFIG", str(folder))
    winner = str(number)
    if first == "nowhere" or (number > 2 and where != "this machine"):
        winner = BY_DEFAULT[command]
        if where != "this machine":
            line = "none (Postfix's defaults; -c DIR names one)"
    status, out, err = in_process(*arguments)
    assert spoken(command, out) == winner, (out, err)
    if command == "check" and not winner:
        assert status == (66 if where == "this machine" else 64)
        assert besides_main_cf(err) == err
    else:
        assert f"ifdiscover: main.cf used: {line}\n" in err
        assert err.count("main.cf used") == 1


@pytest.mark.parametrize("where", ["this machine", "--from", "--netns"])
@pytest.mark.parametrize("command", ["addresses", "snapshot"])
def test_some_commands_read_no_main_cf(
    command: str, where: str, installed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither do they say that they read none."""
    installed.joinpath("main.cf").write_text("inet_protocols = bogus\n")
    monkeypatch.setenv("MAIL_CONFIG", "/nonexistent")
    status, out, err = in_process(command, *elsewhere(where, tmp_path))
    assert (status, bool(out), besides_main_cf(err)) == (0, True, err)


@pytest.mark.parametrize("quiet", ["-q", "--quiet"])
@pytest.mark.parametrize("terminal", [True, False])
@pytest.mark.parametrize("command", QUESTIONS)
def test_quiet_leaves_warnings_and_errors(
    command: str, terminal: bool, quiet: str, installed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And nothing else on standard error, terminal or not."""
    monkeypatch.setattr("ifdiscover._cli.output.on_terminal", lambda: terminal)
    main_cf = installed / "main.cf"
    main_cf.write_text("\n".join(settings(2)) + "\n")
    assert "main.cf used: " in in_process(*QUESTIONS[command])[2]
    assert in_process(*QUESTIONS[command], quiet)[2] == ""
    main_cf.write_text("myhostname = a.example\nmyhostname = b.example\n")
    warned = in_process(*QUESTIONS[command], quiet)
    assert ("overriding earlier entry" in warned[2]) == (command != "check")  # it is a finding there
    main_cf.write_text("garbage\n")
    assert ("missing '='" in in_process(*QUESTIONS[command], quiet)[2]) == (command != "check")
    main_cf.unlink()
    main_cf.mkdir()
    assert "Is a directory" in in_process(*QUESTIONS[command], quiet)[2]


@pytest.mark.parametrize("where", ["--from", "--netns"])
def test_check_of_another_host_wants_something_to_check(where: str, installed: Path, tmp_path: Path) -> None:
    """The error says what; each of the three will do."""
    installed.joinpath("main.cf").write_text("\n".join(settings(2)) + "\n")
    asked = ["check", *elsewhere(where, tmp_path)]
    status, out, err = in_process(*asked)
    assert (status, out) == (64, "")
    assert "give -c DIR, FILE or --mynetworks" in err
    for given in (["-c", str(installed)], [str(installed / "main.cf")]):
        assert spoken("check", in_process(*asked, *given)[1]) == "2"
    assert in_process(*asked, "--mynetworks", "10.1")[0] == 1


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (["--mynetworks", "10.0.0.0/8"], "none (--mynetworks is checked by itself)"),
        (["{file}"], "none ({file} is a list, and checked by itself)"),
        (["{main_cf}"], "{main_cf} (FILE)"),
    ],
    ids=["list", "file", "main.cf"],
)
def test_check_says_what_it_reads_in_place_of_the_main_cf_in_force(
    given: list[str], said: str, installed: Path, tmp_path: Path
) -> None:
    """A list is checked by itself."""
    installed.joinpath("main.cf").write_text("parent_domain_matches_subdomains = !\n")
    names = {"file": tmp_path / "nets", "main_cf": tmp_path / "main.cf"}
    names["file"].write_text("10.0.0.0/8\n")
    names["main_cf"].write_text(
        "inet_protocols = ipv4\nmyhostname = mail.example.com\ninet_interfaces = 192.0.2.1\nmynetworks_style = host\n"
    )
    status, out, err = in_process("check", *(word.format(**names) for word in given))
    assert (status, out, err) == (0, "", f"ifdiscover: main.cf used: {said.format(**names)}\n")


def test_main_cf_is_read_once(installed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """However often its values are wanted."""
    installed.joinpath("main.cf").write_text("inet_interfaces = 192.0.2.1\n")
    read: list[str] = []

    def reading(path: str) -> str:
        read.append(path)
        return read_config_file(path)

    monkeypatch.setattr("ifdiscover._postfix.parameters.main_cf.read_config_file", reading)
    for command, question in QUESTIONS.items():
        read.clear()
        in_process(*question)
        assert read == [f"{installed}/main.cf"], command


def test_postconfs_defaults_are_nobodys_main_cf(installed: Path) -> None:
    """With -d none is read, and that is said."""
    installed.joinpath("main.cf").write_text("inet_protocols = ipv4\n")
    assert in_process("postconf", "-d", "inet_protocols") == (
        0,
        "inet_protocols = all\n",
        "ifdiscover: main.cf used: none (-d: Postfix's defaults)\n",
    )
    assert in_process("postconf", "-n")[1] == "inet_protocols = ipv4\n"  # config_directory is not set by being there


def test_check_says_what_the_backend_says(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """It judges by half a host then, as where /proc is masked; so it does in JSON."""
    (tmp_path / "main.cf").write_text("compatibility_level = 3.6\nmyhostname = mail.example.com\n")
    half = host(address("192.0.2.2", "255.255.255.0"), warnings=("half of this host was not seen",))
    monkeypatch.setattr("ifdiscover._cli.host.discover", lambda _backend, **_wanted: half)
    assert "ifdiscover: warning: half of this host was not seen\n" in in_process("check", "-c", str(tmp_path))[2]
    told = json.loads(in_process("check", "--json", "-c", str(tmp_path))[1])
    assert told["warnings"] == ["half of this host was not seen"]
