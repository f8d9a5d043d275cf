"""No text of a stranger's steers a terminal: none in a recording, in main.cf, in a list, or in an argument."""

from __future__ import annotations

import json
import re
from itertools import count
from typing import TYPE_CHECKING

import pytest
from cli.test_forms import FORMS
from support.hostile import STEERING, on_terminal
from support.namespaces import ROOT

from ifdiscover import printable
from ifdiscover._names import to_bytes

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FIXTURES = ROOT / "fixtures"
RELAY = str(FIXTURES / "hosts/docker-mail-host/snapshot.json")
LATER = str(FIXTURES / "differences/later.txt")
FAULTY = str(FIXTURES / "main_cf/faulty")
HEAD = "compatibility_level = 3.6\nmyhostname = mail.example.com\n"
ASKED = {
    "addresses": ["-v"],
    "source": ["--to", "192.0.2.1"],
    "mynetworks": ["-v", "--style", "subnet"],
    "local": ["10.20.30.25"],
    "match": ["--style", "subnet", "10.20.30.25"],
    "check": ["-c", FAULTY],
    "facts": ["-c", FAULTY],
}
COLOURED = ("addresses table", "interfaces table", "mynetworks explain", "merge explain", "check lines", "source table")


@pytest.fixture(autouse=True)
def _no_colour(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm")


def every_form(recording: str) -> Iterator[list[str]]:
    """Each form of each command, asked about a recording."""
    for command, forms in FORMS.items():
        for form in forms:
            asked = [command, "--format", form, *ASKED.get(command, ())]
            if command == "diff":
                yield [*asked, recording, LATER]
                yield [*asked, RELAY, recording, "-c", str(FIXTURES / "differences")]
            elif command == "merge":
                yield [*asked, recording, RELAY]
            elif command != "backends":  # tests/hostile/test_plug_ins.py asks for that
                yield [*asked, "--from", recording]
    yield ["snapshot", "--from", recording]
    yield ["mynetworks", "--style", "all", "--from", recording]
    yield ["postconf", "-d", "mynetworks", "--from", recording]


def shown(*arguments: str) -> str:
    """What a terminal shows of a command; nothing steers it, and the status is neither a fault of ours nor unknown."""
    done = on_terminal(*arguments)
    assert done.strange == [], arguments
    assert done.status in (0, 1, *range(64, 79)), (arguments, done.text)
    assert done.status != 70, done.text  # EX_SOFTWARE
    assert "Traceback" not in done.text
    return done.text


def snapshot_with(text: str) -> bytes:
    """A snapshot in which an interface, its label and its kind are a text."""
    data = (FIXTURES / "hosts/docker-mail-host/snapshot.json").read_text()
    new = json.dumps(printable(text))[1:-1]
    return data.replace('"eth0"', f'"{new}"').replace('"bridge"', f'"{new}"').encode()


OTHER_RECORDINGS = {
    "ifconfig": ("recorded/ifconfig/linux-old.txt", b"eth0"),
    "ifconfig of FreeBSD": ("recorded/ifconfig/freebsd.txt", b"em0"),
    "Ansible": ("recorded/facts/ansible/linux.json", b"eth0"),
    "Ansible's output": ("recorded/facts/ansible/linux-setup.txt", b"eth0"),
    "ip addr": ("recorded/ip/plain.txt", b"eth0"),
    "ip addr of two": ("recorded/ip/old-kernel.txt", b"eth0"),
    "facter": ("recorded/facts/others/facter.json", b"eth0"),
    "networkctl": ("recorded/facts/others/networkctl.txt", b"eth0"),
    "osquery": ("recorded/facts/others/osquery.txt", b"eth0"),
}


@pytest.mark.parametrize("text", STEERING, ids=printable)
def test_a_snapshot_steers_nothing(text: str, tmp_path: Path) -> None:
    """Through every form of every command."""
    recording = tmp_path / "snapshot.json"
    recording.write_bytes(snapshot_with(text))
    for asked in every_form(str(recording)):
        shown(*asked)


@pytest.mark.parametrize("kind", OTHER_RECORDINGS)
def test_another_recording_steers_nothing(kind: str, tmp_path: Path) -> None:
    """Every text in the place of a name, as it is and as JSON; the forms take turns."""
    file, name = OTHER_RECORDINGS[kind]
    data = (FIXTURES / file).read_bytes()
    assert name in data
    recording = tmp_path / "recording"
    forms = list(every_form(str(recording)))
    turn = count()
    for text in STEERING:
        for new in {to_bytes(text), json.dumps(text)[1:-1].encode()}:
            recording.write_bytes(data.replace(name, new))
            shown("addresses", "--from", str(recording))
            shown(*forms[next(turn) % len(forms)])


def test_any_value_of_a_snapshot_steers_nothing(tmp_path: Path) -> None:
    """Every text that stands in it, and every key; the texts take turns."""
    recording = tmp_path / "snapshot.json"
    data = (FIXTURES / "hosts/docker-mail-host/snapshot.json").read_text()
    places = [match.span(1) for match in re.finditer(r'"([^"\n]*)"', data)]
    for number, (start, end) in enumerate(places):
        text = STEERING[number % len(STEERING)]
        new = json.dumps(text if number % 2 else printable(text))[1:-1]
        recording.write_text(data[:start] + new + data[end:])
        shown("facts" if number % 3 else "merge", *["--from"][: number % 3], str(recording))


@pytest.mark.parametrize("form", COLOURED)
def test_colours_are_ours_alone(form: str, tmp_path: Path) -> None:
    """Without them the text is the same as one that was asked for without."""
    recording = tmp_path / "snapshot.json"
    for text in STEERING:
        recording.write_bytes(snapshot_with(text))
        (asked,) = [each for each in every_form(str(recording)) if each[:3:2] == form.split()]
        painted = on_terminal(*asked, "--color", "always")
        assert painted.plain == shown(*asked, "--color", "never")


PARAMETERS = ("mynetworks", "inet_interfaces", "inet_protocols", "mynetworks_style", "proxy_interfaces", "myhostname")
VALUES = (
    "{}",
    "10.0.0.1/8, {}",
    "cidr:/{}",
    "hash:/{}",
    "inline:{{ {}=x }}",
    "${}",
    "/nonexistent/{}",
    "{}:x",
    "static:{}",
)
SERVICES = (
    "{} inet n - y - - smtpd",
    "smtp inet n - y - - {}",
    "smtp inet n - y - - smtpd -o mynetworks={}",
    "{}:25 inet n - y - - smtpd -o mynetworks=10.0.0.1/8",
    "a{} unix - - y - - smtp -o smtp_bind_address=192.0.2.9",
    "smtp unix - - y - - smtp -o smtp_bind_address=127.0.0.1{}",
)
LISTED = ("{}", "10.0.0.1/8 {}", "{} permit", "/{}")


def about(folder: Path) -> list[list[str]]:
    """Commands that look into the main.cf of a folder."""
    main_cf = ["-c", str(folder), "--from", RELAY]
    return [
        ["check", *main_cf],
        ["match", "10.20.30.25", *main_cf],
        ["mynetworks", "-v", *main_cf],
        ["mynetworks", "--format", "explain", *main_cf],
        ["mynetworks", "--format", "cidr", *main_cf],
        ["own", *main_cf],
        ["local", "[10.20.30.25]", *main_cf],
        ["facts", *main_cf],
        ["postconf", *main_cf],
        ["postconf", "-x", "mynetworks", "myhostname", *main_cf],
        ["check", "--json", *main_cf],
        ["match", "10.20.30.25", "--json", *main_cf],
        ["diff", RELAY, LATER, "-c", str(folder)],
    ]


@pytest.mark.parametrize("text", STEERING, ids=printable)
def test_a_main_cf_steers_nothing(text: str, tmp_path: Path) -> None:
    """In values, names of parameters, services, lists and tables; the commands take turns."""
    commands = about(tmp_path)
    turn = count()

    def show() -> None:
        shown(*commands[0])
        shown(*commands[1 + next(turn) % (len(commands) - 1)])

    main_cf, master_cf, listed = (tmp_path / name for name in ("main.cf", "master.cf", "listed"))
    for number, parameter in enumerate(PARAMETERS):
        for value in VALUES if number < 2 else VALUES[:1]:
            main_cf.write_bytes(to_bytes(f"{HEAD}{parameter} = {value.format(text)}\n"))
            show()
    main_cf.write_bytes(to_bytes(f"{HEAD}{text} = x\n"))
    show()
    main_cf.write_text(HEAD)
    for service in SERVICES:
        master_cf.write_bytes(to_bytes(f"{service.format(text)}\n"))
        show()
    master_cf.unlink()
    for kind in ("", "cidr:", "texthash:"):
        main_cf.write_text(f"{HEAD}mynetworks = {kind}{listed}\n")
        for line in LISTED:
            listed.write_bytes(to_bytes(f"{line.format(text)}\n"))
            show()


def with_argument(text: str) -> list[list[str]]:
    """Command lines in which a text stands where one may."""
    relay = ["--from", RELAY]
    return [
        [text],
        [f"--{text}"],
        ["help", text],
        ["completion", text],
        ["addresses", text],
        ["addresses", "-i", text, *relay],
        ["addresses", "--backend", text],
        ["addresses", "--from", text],
        ["addresses", "--netns", text],
        ["addresses", "--scope", text, *relay],
        ["addresses", "--format", text],
        ["addresses", "--color", text],
        ["source", "--to", text, *relay],
        ["source", "--to", text, "--json", *relay],
        ["diff", RELAY, text],
        ["merge", RELAY, text, "--json"],
        ["backends", "--compare", "--netns", text],
        ["mynetworks", "--style", text, *relay],
        ["mynetworks", "--inet-interfaces", text, *relay],
        ["mynetworks", "--inet-protocols", text, *relay],
        ["mynetworks", "-o", text, *relay],
        ["mynetworks", "-o", f"mynetworks={text}", *relay],
        ["mynetworks", "-j", "-o", f"mynetworks={text}", *relay],
        ["mynetworks", "-o", f"{text}=x", *relay],
        ["own", "-c", text, *relay],
        ["local", text, f"[{text}]", f"[IPv6:{text}]", *relay],
        ["local", "-j", text, *relay],
        ["match", text, f"10.0.0.1={text}", f"fe80::1%{text}", *relay],
        ["match", "-j", text, f"10.0.0.1={text}", f"fe80::1%{text}", *relay],
        ["match", "--mynetworks", text, "10.0.0.1", *relay],
        ["check", "--mynetworks", text, *relay],
        ["check", "--mynetworks", text, "-j", *relay],
        ["check", text, *relay],
        ["check", "--fail-on", text],
        ["postconf", text],
        ["postconf", "-o", text, "mynetworks", *relay],
        ["facts", "-c", text, *relay],
        ["watch", "--debounce", text],
        ["watch", "--from", text],
    ]


@pytest.mark.parametrize("text", STEERING, ids=printable)
def test_an_argument_steers_nothing(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever made it: a completion, a script, a file's name. Nor does what the environment says."""
    for arguments in with_argument(text):
        shown(*arguments)
    if "\0" not in text:
        for name in ("IFDISCOVER_BACKEND", "MAIL_CONFIG"):
            monkeypatch.setenv(name, text)
            shown("own")
            shown("check")


@pytest.mark.parametrize("text", [text for text in STEERING if "\0" not in text], ids=printable)
def test_the_name_of_a_file_steers_nothing(text: str, tmp_path: Path) -> None:
    """Of a recording and of a folder, whether what is in them is good or not."""
    for content in (snapshot_with("eth0"), b"{", b""):
        file = tmp_path / f"a{text}"
        file.write_bytes(content)
        for arguments in (["addresses", "--from"], ["diff", RELAY], ["merge"], ["merge", "--json"], ["check"]):
            shown(*arguments, str(file))
    folder = tmp_path / f"b{text}"
    folder.mkdir()
    (folder / "main.cf").write_bytes(to_bytes(f"{HEAD}mynetworks = 10.0.0.1/8 {folder}/main.cf\n"))
    for command in about(folder):
        shown(*command)
