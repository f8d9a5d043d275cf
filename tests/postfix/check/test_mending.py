"""The commands that write what findings suggest: they help, and do nothing else."""

from __future__ import annotations

import json
import shlex
import shutil
import socket
import subprocess
from typing import TYPE_CHECKING, Any, NoReturn

import pytest
from support.namespaces import ROOT
from support.need import need
from support.program import in_process

if TYPE_CHECKING:
    from pathlib import Path

HEAD = "compatibility_level = 3.6\nmyhostname = mail.example.com\n"

MENDED = {
    "two faults, one value": (
        "mynetworks = 192.168.1.5/24, 10.0.0.1/8\n  172.16.0.0/12\n",
        ["mynetworks = 192.168.1.0/24, 10.0.0.0/8 172.16.0.0/12"],
    ),
    "beside a name": (
        "lan = 10.1.0.0/16\nmynetworks = $lan 192.168.1.5/24\n",
        ["mynetworks = $lan 192.168.1.0/24"],
    ),
    "twice the same word": (
        "mynetworks = 10.0.0.1/8 192.168.1.0/24 10.0.0.1/8\n",
        ["mynetworks = 10.0.0.0/8 192.168.1.0/24"],
    ),
    "what another word says already": (
        "mynetworks = 127.0.0.1/8, !10.1.0.0/16 [::1]/128, 127.0.0.0/8, 10.0.0.0/8\n",
        ["mynetworks = 127.0.0.0/8, !10.1.0.0/16 [::1]/128, 10.0.0.0/8"],
    ),
    "a length that a blank parts from its address": (
        "mynetworks = 127.0.0.0/8, 192.168.1.0 /24, !10.1.0.5 /16 10.0.0.0/ 8 172.16.0.9 255.240.0.0 192.168.9.0 24\n",
        ["mynetworks = 127.0.0.0/8, 192.168.1.0/24, !10.1.0.0/16 10.0.0.0/8 172.16.0.0/12 192.168.9.0/24"],
    ),
    "an exclusion": ("mynetworks = !10.1.0.1/16 10.0.0.0/8\n", ["mynetworks = !10.1.0.0/16 10.0.0.0/8"]),
    "what the shell reads": (
        'a = 10.0.0.0/8\nmynetworks = "192.168.1.0/24" ${a} it\'s\n',
        ["mynetworks = 192.168.1.0/24 ${a} it's"],
    ),
}

MANY = " ".join(f"192.168.{number >> 8}.{number & 255}" for number in range(8000))

LEFT_ALONE = {
    "a fault in the value of another name": "lan = 10.0.0.1/8\nmynetworks = $lan\n",
    "a suggestion that is advice": "mynetworks = 127.0.0.0/8 10.0.0.1/0\n",
    "nothing at fault": "mynetworks = 10.0.0.0/8\n",
    "what no terminal shows": "mynetworks = 10.0.0.1/8 \x1b[31m\n",
    "what no argument can hold": f"mynetworks = 10.0.0.1/8 {MANY}\n",
    "an element whose file is missing": "mynetworks = /nonexistent\n",
}


def document(directory: Path, *arguments: str) -> Any:
    """What ``check --json`` says of the main.cf in a folder, on a host that lacks nothing."""
    relay = str(ROOT / "fixtures/hosts/mail-relay/snapshot.json")
    _status, out, err = in_process("check", "-q", "--json", "--from", relay, "-c", str(directory), *arguments)
    assert err == ""
    return json.loads(out)


def commands(directory: Path, text: str) -> list[str]:
    """What to run for a main.cf, by ``check --json``."""
    (directory / "main.cf").write_text(HEAD + text)
    found: list[str] = document(directory)["commands"]
    return found


@pytest.mark.parametrize(("text", "settings"), MENDED.values(), ids=MENDED)
def test_one_command_writes_all_that_is_suggested_for_a_parameter(
    text: str, settings: list[str], tmp_path: Path
) -> None:
    """The rest of the value stays as it is, macros included."""
    expected = [shlex.join(["postconf", "-c", str(tmp_path), "-e", setting]) for setting in settings]
    assert commands(tmp_path, text) == expected


def by_shell(command: str, folder: Path) -> None:
    """Run a command; without its folder it would write the main.cf of whoever runs the tests."""
    assert shlex.split(command)[:3] == ["postconf", "-c", str(folder)]
    subprocess.run(["/bin/sh", "-c", command], check=True)


@pytest.mark.parametrize("text", [text for text, _ in MENDED.values()], ids=MENDED)
def test_what_the_command_wrote_has_none_of_the_faults(text: str, tmp_path: Path) -> None:
    """The shell gives it to the real postconf(1); then there is nothing more to run."""
    need(None if shutil.which("postconf") else "postconf is not installed")
    (command,) = commands(tmp_path, text)
    assert [one["severity"] for one in document(tmp_path)["findings"]] != []
    by_shell(command, tmp_path)
    after = document(tmp_path)
    assert (after["commands"], [one["element"] for one in after["findings"] if one["severity"] != "info"]) == (
        [],
        ["it's"] if "it's" in text else [],
    )


@pytest.mark.parametrize("text", LEFT_ALONE.values(), ids=LEFT_ALONE)
def test_without_a_text_to_write_there_is_no_command(text: str, tmp_path: Path) -> None:
    """Nor where it would write what it should not."""
    assert commands(tmp_path, text) == []


def test_an_override_is_no_line_of_main_cf(tmp_path: Path) -> None:
    """What postconf -e writes the override would hide."""
    (tmp_path / "main.cf").write_text(HEAD + "mynetworks = 10.0.0.1/8\n")
    assert document(tmp_path, "-o", "mynetworks=192.168.1.5/24")["commands"] == []


MASTER = """\
smtp inet n - y - - smtpd
10025 inet n - y - - smtpd
  -o mynetworks=127.0.0.1/8,10.0.0.1/8
  -o {{ smtpd_recipient_restrictions = permit_mynetworks, reject }}
relay inet n - y - - smtpd -o mynetworks={}
"""


def test_what_a_service_sets_for_itself_is_written_into_master_cf(tmp_path: Path) -> None:
    """By postconf -P; the other services stay as they are."""
    need(None if shutil.which("postconf") else "postconf is not installed")
    (tmp_path / "main.cf").write_text(HEAD + "mynetworks = 127.0.0.0/8\n")
    master = tmp_path / "master.cf"
    master.write_text(MASTER.format("192.168.1.0/24"))
    (command,) = document(tmp_path)["commands"]
    setting = "10025/inet/mynetworks=127.0.0.0/8,10.0.0.0/8"
    assert shlex.split(command) == ["postconf", "-c", str(tmp_path), "-P", setting]
    by_shell(command, tmp_path)
    assert document(tmp_path)["findings"] == []
    told = subprocess.run(["postconf", "-c", str(tmp_path), "-P"], check=True, capture_output=True, text=True)
    assert "relay/inet/mynetworks = 192.168.1.0/24" in told.stdout


def test_a_service_whose_list_is_good_needs_no_command(tmp_path: Path) -> None:
    """Nor one whose faulty list is in main.cf."""
    (tmp_path / "main.cf").write_text(HEAD + "mynetworks = 10.0.0.1/8\n")
    (tmp_path / "master.cf").write_text("smtp inet n - y - - smtpd -o mynetworks=$mynetworks\n")
    assert [shlex.split(command)[-1] for command in document(tmp_path)["commands"]] == ["mynetworks = 10.0.0.0/8"]


def test_what_a_service_computes_is_no_line_for_main_cf(tmp_path: Path) -> None:
    """It would change the other services too, on port 25 above all."""
    (tmp_path / "main.cf").write_text(HEAD)
    (tmp_path / "master.cf").write_text(
        "smtp inet n - y - - smtpd\n10025 inet n - y - - smtpd -o mynetworks_style=subnet\n"
    )
    found = document(tmp_path)
    assert [one["suggestion"][:8] for one in found["findings"] if one["kind"] == "strangers"] == ["-o { myn"]
    assert found["commands"] == []


def test_postconf_takes_no_blanks_for_a_service(tmp_path: Path) -> None:
    """The words of a list are written with commas; what has blanks inside cannot be written so."""
    need(None if shutil.which("postconf") else "postconf is not installed")
    (tmp_path / "main.cf").write_text(HEAD + "mynetworks = 127.0.0.0/8\n")
    (tmp_path / "master.cf").write_text(
        "25 inet n - y - - smtpd\n  -o { mynetworks = 127.0.0.0/8, 192.168.1.5/24 }\n"
        "26 inet n - y - - smtpd\n  -o { mynetworks = 10.0.0.1/8, cidr:{ {192.168.0.0/16 x} } }\n"
    )
    (command,) = document(tmp_path)["commands"]
    assert shlex.split(command)[-1] == "25/inet/mynetworks=127.0.0.0/8,192.168.1.0/24"
    by_shell(command, tmp_path)
    assert [one["element"] for one in document(tmp_path)["findings"] if one["severity"] == "high"] == ["10.0.0.1/8"]


def test_a_name_is_looked_up_once_however_often_values_are_judged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name server that does not answer would be waited for at each."""
    asked: list[str] = []

    def refuse(text: str, _families: object) -> NoReturn:
        asked.append(text)
        raise OSError(-2, "Name or service not known")

    monkeypatch.setattr("ifdiscover._postfix.syntax.machine.host_addresses", refuse)
    (tmp_path / "main.cf").write_text(
        HEAD + "proxy_interfaces = mx.example.com\nmynetworks = 10.0.0.1/8\nmynetworks_style = host myorigin = a\n"
    )
    (tmp_path / "master.cf").write_text("25 inet n - y - - smtpd -o mynetworks=127.0.0.1/8\n")
    _status, out, _err = in_process("check", "-q", "--json", "-c", str(tmp_path))
    assert len(json.loads(out)["commands"]) > 1
    assert asked == ["mx.example.com"]


@pytest.mark.parametrize(
    ("seconds", "asked_for"), [(10.0, ["mx.example.com"]), (0.0, ["mx.example.com", "b.example.com"])]
)
def test_a_silent_name_server_is_waited_for_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seconds: float, asked_for: list[str]
) -> None:
    """The names after the first are not looked up, and nothing is said against them. A quick refusal costs nothing."""
    clock = iter(range(100))
    asked: list[str] = []

    def refuse(text: str, _families: object) -> NoReturn:
        asked.append(text)
        raise OSError(socket.EAI_AGAIN, "Temporary failure in name resolution")

    monkeypatch.setattr("ifdiscover._postfix.syntax.machine.host_addresses", refuse)
    monkeypatch.setattr("ifdiscover._postfix.syntax.machine.monotonic", lambda: next(clock) * seconds)
    (tmp_path / "main.cf").write_text(HEAD + "proxy_interfaces = mx.example.com, b.example.com, 203.0.113.9\n")
    status, out, _err = in_process("check", "-q", "--json", "-c", str(tmp_path))
    found = {one["element"]: one["kind"] for one in json.loads(out)["findings"] if one["element"] != "203.0.113.9"}
    assert list(dict.fromkeys(name for name in asked if "example" in name)) == asked_for
    later = "proxy-not-found" if len(asked_for) > 1 else "needs-postfix"
    assert found == {"mx.example.com": "proxy-not-found", "b.example.com": later}
    assert status == 1
