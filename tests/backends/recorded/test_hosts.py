"""The recorded hosts of fixtures/hosts: each gives the answers that lie beside it. A new one is a new folder."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest
from support.namespaces import CLI, ROOT
from support.postfix.parity import cases_for, disagreements
from support.program import in_process
from support.record_hosts import COMMANDS, REPORT, SNAPSHOT, RecordingRefusedError, build, read_steps, record
from support.reports import answers_of, snapshot_of
from support.schemas import validated

from ifdiscover import replay, snapshot
from ifdiscover.model import Recorded

if TYPE_CHECKING:
    from pathlib import Path

    from support.namespaces import Namespace

HOSTS = sorted(path for path in (ROOT / "fixtures" / "hosts").iterdir() if path.is_dir())
EXPLAINED = [path for path in HOSTS if [each.name for each in path.iterdir()] != [SNAPSHOT]]
BUILT = [path for path in HOSTS if (path / "steps").exists()]


def unversioned(text: str) -> str:
    """A JSON document without the version of what wrote it, which no recording is about."""
    return re.sub(r'"version": "[^"]*"', '"version": ""', text)


def without_additions(text: str) -> str:
    """A snapshot of a host of before, without what such a one does not tell: kinds, masters and sources."""
    text = re.sub(r'(\s+)"kind": null,\s+"master": null,\s+', r"\1", unversioned(text))
    text = text.replace(',\n  "sources": null', "")
    return text.replace(', "interface kinds"', "").replace('"interface kinds"', "").replace(', "masters"', "")


def test_the_shapes_that_people_have_are_there() -> None:
    """At least a dozen, each with a README that explains it."""
    names = {path.name for path in HOSTS}
    assert len(names) >= 12
    assert names >= {
        *("vpn-laptop", "docker-host", "hosting-forty-aliases", "router-point-to-point", "ipv6-only", "ipv6-off"),
        *("labelled-ipv4-farm", "hostile-names"),
    }


@pytest.mark.parametrize("host", EXPLAINED, ids=lambda path: path.name)
def test_a_folder_explains_itself(host: Path) -> None:
    """README, snapshot, and an answer or a status for every command; but for one that has a snapshot alone."""
    page = host / "README"
    told = page.read_text() if page.exists() else ""
    assert len(told.splitlines()) >= 3, f"write {page}: what kind of host, what it shows, where it was recorded"
    assert [name for name in COMMANDS if not (host / "expected" / name).exists()] == [], "run support.record_hosts anew"


@pytest.mark.parametrize("host", HOSTS, ids=lambda path: path.name)
def test_a_snapshot_is_valid_and_survives(host: Path) -> None:
    """It is what its schema says, and replaying and writing it changes nothing, but for what was added since."""
    text = (host / "snapshot.json").read_text()
    validated(text)
    text = text.replace("ifdiscover.snapshot/1", "ifdiscover.snapshot/2").replace('"gateways"', '"routes"')
    again = snapshot(replay(host / "snapshot.json"))
    assert (unversioned(again) if '"kind": ' in text else without_additions(again)) == unversioned(text)


@pytest.mark.parametrize("host", HOSTS, ids=lambda path: path.name)
def test_every_command_ends_cleanly(host: Path) -> None:
    """With an answer or a status that is told, and nothing in it that could steer a terminal."""
    assert_clean(host)


def assert_clean(host: Path) -> None:
    """What needs no expectation."""
    for arguments in (*COMMANDS.values(), ("interfaces",), ("facts",), ("report", "--redact"), ("snapshot",)):
        status, out, err = in_process(*arguments, "--from", str(host / SNAPSHOT))
        assert status in (0, 65, 69, 78), (arguments, err)
        assert (status == 0) == bool(out), arguments
        assert (out + err).replace("\n", "").isprintable()


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("host", EXPLAINED, ids=lambda path: path.name)
def test_answers_are_the_expected_ones(host: Path, command: str) -> None:
    """Byte for byte, or nothing and the expected status."""
    expected = host / "expected" / command
    status_file = host / "expected" / f"{command}.status"
    status, out, err = in_process(*COMMANDS[command], "--from", str(host / "snapshot.json"))
    assert unversioned(out) == unversioned(expected.read_text())
    assert status == (int(status_file.read_text()) if status_file.exists() else 0)
    assert (out + err).replace("\n", "").isprintable()


@pytest.mark.parametrize("host", [path for path in HOSTS if (path / "ifconfig.txt").exists()], ids=lambda p: p.name)
def test_a_host_without_python_is_what_its_ifconfig_said(host: Path) -> None:
    """The snapshot beside a text holds what is read from the text, and the host's name."""
    said = replay(host / "ifconfig.txt")
    system = said.recorded and said.recorded.system
    kept = replay(host / "snapshot.json")
    assert set(kept.blind_to) == set(said.blind_to)
    assert kept._replace(blind_to=()) == said._replace(blind_to=(), recorded=Recorded(host.name, system=system))


def document_sample(name: str, *arguments: str) -> tuple[str, str]:
    """Stdout and stderr about a host of Postfix's IPv6 document."""
    status, out, err = in_process(*arguments, "--from", str(ROOT / "fixtures" / "hosts" / name / "snapshot.json"))
    assert status == 0
    return out, err


def test_the_sample_of_postfixs_document_comes_out_byte_for_byte() -> None:
    """Of inet_addr_local on FreeBSD 4, whose C library left scope ids inside of addresses."""
    out, err = document_sample("freebsd-4", "addresses", "--kame", "-v")
    assert out == (
        "168.100.189.2/255.255.255.224\n"
        "127.0.0.1/255.0.0.0\n"
        "fe80:1::2d0:b7ff:fe88:2ca7/ffff:ffff:ffff:ffff::\n"
        "2001:240:587:0:2d0:b7ff:fe88:2ca7/ffff:ffff:ffff:ffff::\n"
        "fe80:5::1/ffff:ffff:ffff:ffff::\n"
        "::1/ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff\n"
    )
    assert [line for line in err.splitlines() if "configured" in line] == [
        "ifdiscover: inet_addr_local: configured 2 IPv4 addresses",
        "ifdiscover: inet_addr_local: configured 4 IPv6 addresses",
    ]


def test_the_mynetworks_of_postfixs_document_comes_out_byte_for_byte() -> None:
    """And nothing on stderr."""
    assert document_sample("solaris-8", "mynetworks", "-q", "--style", "subnet") == (
        "mynetworks = 127.0.0.0/8 168.100.189.0/28 [::1]/128 [fe80::]/10 [2001:240:587::]/64\n",
        "",
    )


@pytest.mark.parametrize("host", [path for path in HOSTS if (path / REPORT).exists()], ids=lambda path: path.name)
def test_a_report_is_what_its_snapshot_says(host: Path) -> None:
    """The snapshot is the report's, and gives the mynetworks that the report has."""
    text = (host / REPORT).read_text("utf-8")
    assert snapshot_of(text) == (host / SNAPSHOT).read_text("ascii")
    told = answers_of(text)
    assert told
    for style, value in told.items():
        assert (host / "expected" / f"mynetworks.{style}").read_text() == f"mynetworks = {value}\n"


def test_a_folder_is_made_of_a_report(tmp_path: Path) -> None:
    """Dropped into a folder, it becomes snapshot and answers; a snapshot alone is tested for what it can be."""
    made = in_process("report", "--redact", "--from", str(ROOT / "fixtures/hosts/docker-host/snapshot.json"))[1]
    (tmp_path / REPORT).write_text(made, "utf-8")
    record(tmp_path)
    assert (tmp_path / SNAPSHOT).read_text() == snapshot_of(made)
    assert {path.name for path in (tmp_path / "expected").iterdir()} >= set(COMMANDS)
    assert_clean(tmp_path)
    (tmp_path / REPORT).write_text(made.replace("subnet: 127.0.0.0/8", "subnet: 127.0.0.0/9"), "utf-8")
    with pytest.raises(RecordingRefusedError, match=r"the report has 127\.0\.0\.0/9"):
        record(tmp_path)


@pytest.mark.netns
@pytest.mark.usefixtures("postconf")
@pytest.mark.parametrize("host", BUILT, ids=lambda path: path.name)
def test_a_host_that_is_built_again_is_the_recorded_one(host: Path, namespace: Namespace) -> None:
    """Its steps make it, postconf agrees on it, and it gives the recorded mynetworks."""
    build(namespace, read_steps(host))
    assert disagreements(namespace, cases_for([])) == []
    for style in ("class", "subnet", "host"):
        done = namespace.run([*CLI, "mynetworks", "--style", style], check=False)
        assert done.stdout == (host / "expected" / f"mynetworks.{style}").read_text()


def test_built_hosts_say_nothing_of_where_they_were_built() -> None:
    """Neither name nor time."""
    for host in BUILT:
        document = json.loads((host / "snapshot.json").read_text())
        assert document["host"] == host.name
        assert document["taken_at"] == "2026-11-24T09:00:00Z"
