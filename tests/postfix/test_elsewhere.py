"""What belongs to a recorded host is not looked up on the machine that judges."""

from __future__ import annotations

import ast
import json
import os
from typing import TYPE_CHECKING, Any

import pytest
from support.made import ETH0, address, host
from support.namespaces import ROOT
from support.postfix.elsewhere import GONE, HOST, checked, folder_of, kinds, recording_in
from support.postfix.resolver import names_asked
from support.program import in_process

from ifdiscover import (
    LocalDestinations,
    NotOnThisMachineError,
    check,
    is_local_destination,
    mynetworks,
    own_addresses,
    trusted_clients,
)
from ifdiscover._postfix.bind_addresses import bind_addresses
from ifdiscover.model import Recorded

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.fixture
def recording(tmp_path: Path) -> str:
    """The host's snapshot, in another folder than any main.cf."""
    return recording_in(tmp_path)


@pytest.fixture
def nothing_outside(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """Every call that would look at a file of the recorded host fails, and so does each question to a resolver."""

    def guarded(call: Callable[..., Any]) -> Callable[..., Any]:
        def guard(path: str | bytes, *more: Any, **options: Any) -> Any:
            assert b"/etc/" not in os.fsencode(path), path
            return call(path, *more, **options)

        return guard

    for name in ("open", "stat", "lstat", "access"):
        monkeypatch.setattr(os, name, guarded(getattr(os, name)))
    return names_asked(monkeypatch, {b"mail.example.com": "192.0.2.7", b"localhost": "127.0.0.1"})


OF_LISTS = {
    "file": f"mynetworks = {GONE}",
    "negated": f"mynetworks = !{GONE} 10.0.0.0/8",
    "through a name": f"nets = {GONE}\nmynetworks = $nets",
    "that is here too": "mynetworks = /etc/passwd",
    "cidr": "mynetworks = cidr:/etc/postfix/nets",
    "texthash": "mynetworks = texthash:/etc/postfix/nets",
    "hash": "mynetworks = hash:/etc/postfix/nets",
    "btree": "mynetworks = btree:/etc/postfix/nets",
    "a way out": "mynetworks = $config_directory/../../../../../../etc/passwd",
    "in a file": "mynetworks = $config_directory/nested",
    "in a file in a file": "mynetworks = $config_directory/deep",
}


@pytest.mark.parametrize("text", OF_LISTS.values(), ids=OF_LISTS)
def test_files_and_tables_of_a_recorded_host_are_not_opened(
    text: str, tmp_path: Path, recording: str, nothing_outside: list[bytes]
) -> None:
    """Whether they are right is not known: no severity above info, and status 65."""
    nested = {"nested": f"192.168.2.0/24\n{GONE}\n", "deep": "$config_directory is not expanded in a file\n"}
    folder = folder_of(tmp_path, f"{text}\n", nested)
    (tmp_path / "copy" / "deep").write_text(f"{folder}/nested\n")
    status, found = checked("-c", folder, "--from", recording)
    assert (status, kinds(found)) == (65, ["not-on-this-machine"])
    (finding,) = found
    assert (finding["severity"], finding["postfix_says"], finding["cannot_tell"]) == ("info", None, True)
    assert finding["consequence"].startswith("if Postfix can read it there, what is in it counts")
    assert "; if not, 451 Temporary lookup failure" in finding["consequence"]
    assert [found.kind for found in check(HOST, config_directory=folder)] == ["not-on-this-machine"]
    assert nothing_outside == []


@pytest.mark.parametrize("text", OF_LISTS.values(), ids=OF_LISTS)
def test_match_cannot_tell_of_a_client_that_comes_so_far(
    text: str, tmp_path: Path, recording: str, nothing_outside: list[bytes]
) -> None:
    """Clients that an earlier element decides are decided."""
    nested = {"nested": f"192.168.2.0/24\n{GONE}\n"}
    folder = folder_of(tmp_path, text.replace("mynetworks = ", "mynetworks = 10.0.0.0/8 ") + "\n", nested)
    (tmp_path / "copy" / "deep").write_text(f"{folder}/nested\n")
    asked = ["match", "-q", "-c", folder, "--from", recording]
    assert in_process(*asked, "10.1.2.3")[0] == 0
    status, out, err = in_process(*asked, "203.0.113.7")
    assert (status, err) == (65, "")
    assert out.startswith("203.0.113.7: cannot tell at ")
    assert "is on the recorded host, and is not looked for on this machine" in out
    trusted = trusted_clients(HOST, config_directory=folder).match_list
    assert trusted.decide("203.0.113.7").verdict == "cannot tell"
    assert trusted.decide("203.0.113.7").postfix_says == ()
    assert nothing_outside == []


def test_a_list_that_is_given_names_files_of_the_host_too(recording: str, nothing_outside: list[bytes]) -> None:
    """As an option, or as an override."""
    assert checked("--mynetworks", GONE, "--from", recording)[0] == 65
    assert in_process("match", "-q", "--mynetworks", GONE, "--from", recording, "192.0.2.1")[0] == 65
    assert in_process("match", "-q", "-o", f"mynetworks={GONE}", "--from", recording, "192.0.2.1")[0] == 65
    assert trusted_clients(HOST, mynetworks=GONE).match_list.decide("192.0.2.1").verdict == "cannot tell"
    assert [found.kind for found in check(HOST, mynetworks=GONE)] == ["not-on-this-machine"]
    assert nothing_outside == []


def test_what_parent_domains_hang_on_may_be_on_the_host(
    tmp_path: Path, recording: str, nothing_outside: list[bytes]
) -> None:
    """A file in parent_domain_matches_subdomains is one of the host's."""
    folder = folder_of(tmp_path, f"mynetworks = 127.0.0.0/8\nparent_domain_matches_subdomains = {GONE}\n")
    status, found = checked("-c", folder, "--from", recording)
    assert (status, kinds(found)) == (65, ["not-on-this-machine"])
    status, _out, err = in_process("match", "-q", "-c", folder, "--from", recording, "192.0.2.1")
    assert status == 65
    assert "is not looked for on this machine" in err
    assert nothing_outside == []


@pytest.mark.parametrize("table", ["ldap:/etc/postfix/ldap.cf", "pcre:/etc/postfix/nets", "hash:nets"])
def test_what_needs_postfix_anyway_is_not_told_as_elsewhere(table: str, recording: str) -> None:
    """To have the file would not help."""
    assert kinds(checked("--mynetworks", table, "--from", recording)[1]) == ["needs-postfix"]


def test_on_this_machine_a_file_that_is_not_there_is_missing(tmp_path: Path) -> None:
    """In Postfix's words."""
    folder = folder_of(tmp_path, f"mynetworks = {GONE}\n")
    (found,) = [found for found in check(host(*HOST.addresses), config_directory=folder) if found.severity == "high"]
    assert (found.kind, found.postfix_says) == ("list-file-missing", f"open file {GONE}: No such file or directory")


NAMES = {
    "inet_interfaces": (
        "mail.example.com",
        "Postfix starts if the name has addresses there, all on interfaces that are up; if not, it stops",
    ),
    "proxy_interfaces": ("gw.example.com", "if the name has addresses there, mail for these is Postfix's own; if not"),
}


@pytest.mark.parametrize(("parameter", "row"), NAMES.items(), ids=NAMES)
def test_names_of_a_recorded_host_are_not_looked_up(
    parameter: str, row: tuple[str, str], tmp_path: Path, recording: str, nothing_outside: list[bytes]
) -> None:
    """Nor are those that this machine knows. Postfix says nothing, and nobody says that it does not start."""
    name, consequence = row
    folder = folder_of(tmp_path, f"{parameter} = {name}, localhost\n")
    status, found = checked("-c", folder, "--from", recording)
    assert (status, kinds(found)) == (65, ["not-on-this-machine"] * 2)
    assert [finding["element"] for finding in found] == [name, "localhost"]
    for finding in found:
        assert (finding["severity"], finding["postfix_says"]) == ("info", None)
        assert finding["consequence"].startswith(consequence)
    assert "Postfix does not start" not in json.dumps(found)
    assert [found.kind for found in check(HOST, config_directory=folder)] == ["not-on-this-machine"] * 2
    assert nothing_outside == []


def test_a_name_may_stand_behind_another(tmp_path: Path, recording: str, nothing_outside: list[bytes]) -> None:
    """$myhostname is a name, whoever sets it."""
    folder = folder_of(tmp_path, "inet_interfaces = $myhostname, localhost\n")
    status, found = checked("-c", folder, "--from", recording)
    assert (status, [finding["element"] for finding in found]) == (65, ["mail.example.com", "localhost"])
    assert nothing_outside == []


BY_NAME = ["--inet-interfaces", "mail.example.com", "--from"]


@pytest.mark.parametrize(
    "command",
    [
        ["own", *BY_NAME],
        ["mynetworks", *BY_NAME],
        ["mynetworks", "--style", "all", *BY_NAME],
        ["match", "192.0.2.1", *BY_NAME],
        ["local", "192.0.2.1", *BY_NAME],
        ["local", "203.0.113.1", "--proxy-interfaces", "gw.example.com", "--from"],
        ["postconf", "mynetworks", "-o", "inet_interfaces=mail.example.com", "--from"],
    ],
    ids=" ".join,
)
def test_a_command_that_needs_the_name_says_so(
    command: list[str], recording: str, nothing_outside: list[bytes]
) -> None:
    """With status 65, and not as a host that Postfix did not find."""
    status, out, err = in_process(*command, recording, *([] if command[0] == "addresses" else ["-q"]))
    assert (status, out) == (65, "")
    assert "is a name, and only the recorded host knows its addresses" in err
    assert "interfaces: " in err
    assert "host not found" not in err
    assert nothing_outside == []


def test_the_library_is_of_the_same_opinion(nothing_outside: list[bytes]) -> None:
    """Each call that takes a host."""
    name = "mail.example.com"
    for call in (
        lambda: own_addresses(HOST, inet_interfaces=name),
        lambda: mynetworks(HOST, inet_interfaces=name),
        lambda: LocalDestinations(HOST, inet_interfaces=name),
        lambda: is_local_destination("203.0.113.1", host=HOST, proxy_interfaces=name),
        lambda: trusted_clients(HOST, inet_interfaces=name),
    ):
        with pytest.raises(NotOnThisMachineError, match=f"interfaces: {name} is a name") as raised:
            call()
        assert raised.value.status == 65
    assert nothing_outside == []


def test_what_is_known_without_the_name_is_told(nothing_outside: list[bytes]) -> None:
    """An own address is local whatever proxy_interfaces has; a bad source address is bad whatever the own ones are."""
    assert is_local_destination("192.0.2.7", host=HOST, proxy_interfaces="gw.example.com")
    report = bind_addresses(HOST, "192.0.2.99", inet_interfaces="mail.example.com")
    assert [finding.kind for finding in report.findings] == ["bind-absent"]
    assert [binding.parameter for binding in report.bindings] == ["smtp_bind_address"]
    assert nothing_outside == []


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("192.0.2.7", []),
        ("[2001:db8::7]", []),
        ("3221225991", []),
        ("0xc0000207", []),
        ("127.1", []),
        ("fe80::7%eth0", ["bind-link-local"]),
        ("fe80::7%2", ["bind-link-local"]),
        ("fe80::7%eth9", ["interface-not-found"]),
        ("192.0.2.8", ["interface-not-local"]),
    ],
)
def test_numbers_need_no_resolver(
    word: str, expected: list[str], tmp_path: Path, recording: str, nothing_outside: list[bytes]
) -> None:
    """In every form that the system reads as one; a zone is an interface of the recorded host, and not of this one."""
    folder = folder_of(tmp_path, f"inet_interfaces = {word}\n")
    status, found = checked("-c", folder, "--from", recording)
    assert (status, kinds(found)) == (int(bool(expected)), expected)
    assert nothing_outside == []


def test_a_source_address_has_the_zone_of_a_recorded_interface() -> None:
    """Which this machine need not have."""
    lan = ETH0._replace(name="lan-of-theirs")
    theirs = host(address("fe80::7", "ffff:ffff:ffff:ffff::")._replace(interface=lan), recorded=Recorded("x"))
    report = bind_addresses(theirs, smtp_bind_address6="fe80::7%lan-of-theirs", inet_protocols="ipv6")
    assert [(finding.kind, finding.postfix_says) for finding in report.findings] == [("bind-link-local", "")]


def test_faults_beside_a_name_are_told(tmp_path: Path, recording: str) -> None:
    """Whatever the name's addresses are."""
    folder = folder_of(tmp_path, "inet_interfaces = mail.example.com, 192.0.2.8\n")
    status, found = checked("-c", folder, "--from", recording)
    assert (status, kinds(found)) == (1, ["interface-not-local", "not-on-this-machine"])


def test_a_length_alone_names_no_file_of_any_host(tmp_path: Path, recording: str) -> None:
    """What was meant is a network. Postfix's words on that host are not known, and so not told."""
    folder = folder_of(tmp_path, "mynetworks = 127.0.0.0/8 10.20.0.0 /16 /networks\n")
    status, found = checked("-c", folder, "--from", recording)
    assert (status, kinds(found)) == (1, ["list-file-missing", "not-on-this-machine"])
    assert (found[0]["suggestion"], found[0]["postfix_says"]) == ("10.20.0.0/16", None)


def test_a_host_without_an_address_is_at_fault_whatever_the_name() -> None:
    """Told once."""
    down = host(recorded=Recorded("mail"))
    settings = {"myhostname": "mail.example.com", "inet_interfaces": "a.example.com, b.example.com"}
    found = [finding.kind for finding in check(down, overrides=settings) if finding.parameter == "inet_interfaces"]
    assert found == ["no-active-interface", "not-on-this-machine", "not-on-this-machine"]


def test_one_module_opens_what_parameters_name_and_asks_the_resolver() -> None:
    """So that one place knows what is on this machine. Another reads main.cf itself, whose folder the user names."""
    callers: dict[str, set[str]] = {"read_config_file": set(), "host_addresses": set()}
    for path in ROOT.glob("ifdiscover/_postfix/**/*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ImportFrom):
                for alias in node.names:
                    callers.get(alias.name, set()).add(path.name)
    assert callers == {"read_config_file": {"machine.py", "main_cf.py"}, "host_addresses": {"machine.py"}}
