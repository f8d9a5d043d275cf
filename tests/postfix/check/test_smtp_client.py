"""Source addresses of the SMTP client in a main.cf, and what becomes of mail with them."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

import pytest
from support.made import address, host
from support.namespaces import CLI, Namespace
from support.postfix.checks import found_in
from support.postfix.list_hosts import TWO_INTERFACES as HOST
from support.postfix.live_smtp import SmtpClient

from ifdiscover._postfix.check.parameters import check

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

START = "compatibility_level = 3.6\nmyhostname = mail.example.com\n"

LOOPBACK = {
    "IPv4": ("smtp_bind_address = 127.0.0.1\n", ["smtp_bind_address"]),
    "through a name": ("own = 127.0.0.1\nsmtp_bind_address = [$own]\n", ["smtp_bind_address"]),
    "IPv6": ("smtp_bind_address6 = ::1\n", ["smtp_bind_address6"]),
    "both": ("smtp_bind_address = 127.0.0.2\nsmtp_bind_address6 = ::1\n", ["smtp_bind_address", "smtp_bind_address6"]),
    "family not in use": ("smtp_bind_address6 = ::1\ninet_protocols = ipv4\n", []),
    "relay elsewhere": ("smtp_bind_address = 127.0.0.1\nrelayhost = [relay.example.net]:587\n", ["smtp_bind_address"]),
    "relay elsewhere too": (
        "smtp_bind_address = 127.0.0.1\nrelayhost = localhost [192.0.2.1]\n",
        ["smtp_bind_address"],
    ),
    "empty relay": ("smtp_bind_address = 127.0.0.1\nrelayhost =\n", ["smtp_bind_address"]),
    "relay here": ("smtp_bind_address = 127.0.0.1\nrelayhost = [127.0.0.1]:10025\n", []),
    "relay here over IPv6": ("smtp_bind_address6 = ::1\nrelayhost = [::1]:10025\n", []),
    "relay here by name": ("smtp_bind_address = 127.0.0.1\nrelayhost = localhost:10025\n", []),
    "transport here": ("smtp_bind_address = 127.0.0.1\ndefault_transport = smtp:[127.0.0.1]:10025\n", []),
    "no other hosts": ("smtp_bind_address = 127.0.0.1\ndefault_transport = error:none\n", []),
    "filter here": ("smtp_bind_address = 127.0.0.1\ncontent_filter = smtp:[127.0.0.1]:10024\n", ["smtp_bind_address"]),
    "relay here by a name of hosts(5)": ("smtp_bind_address = 127.0.0.1\nrelayhost = [localhost.localdomain]:25\n", []),
    "relay here by both": ("smtp_bind_address = 127.0.0.1\nrelayhost = [127.0.0.1]:25, localhost\n", []),
    "LMTP": ("smtp_bind_address = 127.0.0.1\ndefault_transport = lmtp:unix:/run/lmtp\n", []),
    "LMTP to another host": ("smtp_bind_address = 127.0.0.1\ndefault_transport = lmtp:inet:192.0.2.77:24\n", []),
    "relay domains by LMTP": (
        "smtp_bind_address = 127.0.0.1\nrelay_domains = example.net\nrelay_transport = lmtp:unix:/run/lmtp\n",
        ["smtp_bind_address"],
    ),
    "all by LMTP": (
        (
            "smtp_bind_address = 127.0.0.1\nrelay_domains = example.net\nrelay_transport = lmtp:unix:/run/lmtp\n"
            "default_transport = error:none\n"
        ),
        [],
    ),
    "relay domains elsewhere": (
        "smtp_bind_address = 127.0.0.1\nrelay_domains = example.net\ndefault_transport = error:none\n",
        ["smtp_bind_address"],
    ),
    "no other hosts, by a program of its name": ("smtp_bind_address = 127.0.0.1\ndefault_transport = virtual\n", []),
    "a relay that cannot be expanded": ("smtp_bind_address = 127.0.0.1\nrelayhost = ${x\n", ["smtp_bind_address"]),
    "a relay that nobody knows": ("smtp_bind_address = 127.0.0.1\nrelayhost = $luser_relay\n", ["smtp_bind_address"]),
    "listening here": ("inet_interfaces = 127.0.0.1\nmynetworks = 127.0.0.0/8\n", []),
}


@pytest.mark.parametrize(("text", "parameters"), LOOPBACK.values(), ids=LOOPBACK)
def test_loopback_is_a_fault_unless_all_mail_goes_there(text: str, parameters: list[str]) -> None:
    """A relay or a transport on this host is reached from it."""
    found = found_in(START + text, HOST)
    assert [(fault.kind, fault.severity) for fault in found] == [("bind-loopback", "high")] * len(parameters)
    assert [fault.parameter for fault in found] == parameters


@pytest.mark.parametrize(
    ("value", "kind"), [("203.0.113.9", "bind-absent"), ("[192.0.2.25", "bind-malformed"), ("x", "bind-bad")]
)
def test_what_is_no_loopback_is_a_fault_wherever_mail_goes(value: str, kind: str) -> None:
    """The transport may have other uses."""
    text = f"smtp_bind_address = {value}\ndefault_transport = error:none\n"
    assert [fault.kind for fault in found_in(START + text, HOST)] == [kind]


@pytest.mark.parametrize(
    ("options", "families"),
    [
        ("", ["169.254.1.1", "2001:db8::7"]),
        ("-o smtp_bind_address=", ["2001:db8::7"]),
        ("-o smtp_bind_address6=", ["169.254.1.1"]),
        ("-o smtp_bind_address= -o smtp_bind_address6=", []),
    ],
)
def test_the_one_own_address_of_a_family_counts_where_a_transport_sets_none(
    options: str, families: list[str], tmp_path: Path
) -> None:
    """It comes from inet_interfaces, by the family."""
    temporary = address("2001:db8::7", "ffff:ffff:ffff:ffff::", flags=0x01)
    made = host(address("169.254.1.1", "255.255.0.0"), temporary)
    (tmp_path / "main.cf").write_text(f"{START}mynetworks_style = host\n")
    (tmp_path / "master.cf").write_text(f"smtp unix - - n - - smtp {options}\n")
    found = [fault for fault in check(made, config_directory=str(tmp_path)) if fault.kind.startswith("bind-")]
    assert [(fault.element, fault.parameter) for fault in found] == [(text, "inet_interfaces") for text in families]


def found_beside(main_cf: str, master_cf: str, folder: Path) -> list[tuple[str, str, str, int | None]]:
    """Kind, severity, parameter and line in master.cf of what is found; the line is None in main.cf."""
    (folder / "main.cf").write_text(START + main_cf)
    (folder / "master.cf").write_text(master_cf)
    found = check(HOST, config_directory=str(folder))
    return [
        (
            fault.kind,
            fault.severity,
            fault.parameter,
            fault.place.line if fault.place.file != str(folder / "main.cf") else None,
        )
        for fault in found
    ]


SMTP = "smtp unix - - n - - smtp"
ABSENT, LOOP = "-o smtp_bind_address=203.0.113.9", "-o smtp_bind_address=127.0.0.1"
BESIDE: dict[str, tuple[str, str, list[tuple[str, str, str, int | None]]]] = {
    "absent": ("", f"{SMTP} {ABSENT}\n", [("bind-absent", "medium", "smtp_bind_address", 1)]),
    "absent, of 6": (
        "",
        f"{SMTP}\n  -o smtp_bind_address6=2001:db8:9::9\n",
        [("bind-absent", "medium", "smtp_bind_address6", 2)],
    ),
    "in braces, by a name": (
        "own = 203.0.113.9\n",
        f"{SMTP} -o {{ smtp_bind_address = $own }}\n",
        [("bind-absent", "medium", "smtp_bind_address", 1)],
    ),
    "enforced": (
        "",
        f"{SMTP} {ABSENT} -o smtp_bind_address_enforce=yes\n",
        [("bind-absent", "high", "smtp_bind_address", 1)],
    ),
    "another transport": (
        "",
        f"{SMTP}\nmore unix - - n - - smtp {ABSENT}\n",
        [("bind-absent", "medium", "smtp_bind_address", 2)],
    ),
    "an address of the host": ("", f"{SMTP} -o smtp_bind_address=192.0.2.25\n", []),
    "a family that is not in use there": ("", f"{SMTP} {ABSENT} -o inet_protocols=ipv6\n", []),
    "another program": ("", f"{SMTP}\nx unix - n n - - pipe {ABSENT} argv=x\n", []),
    "an smtpd": ("", f"{SMTP}\nsmtp inet n - y - - smtpd {ABSENT}\n", []),
    "LMTP has its own": ("", f"{SMTP}\nlmtp unix - - n - - lmtp {ABSENT}\n", []),
    "LMTP's own": (
        "",
        f"{SMTP}\nlmtp unix - - n - - lmtp -o lmtp_bind_address=203.0.113.9\n",
        [("bind-absent", "medium", "lmtp_bind_address", 2)],
    ),
    "a path of the program": (
        "",
        f"x unix - - n - - /usr/lib/postfix/smtp {ABSENT}\n",
        [("bind-absent", "medium", "smtp_bind_address", 1)],
    ),
    "no number": ("", f"{SMTP} -o smtp_bind_address=eth0\n", [("bind-bad", "high", "smtp_bind_address", 1)]),
    "a macro": ("", f"{SMTP} -o smtp_bind_address=${{x\n", [("bind-macro", "high", "smtp_bind_address", 1)]),
    "no choice": (
        "",
        f"{SMTP} -o smtp_bind_address_enforce=maybe\n",
        [("bad-choice", "high", "smtp_bind_address_enforce", 1)],
    ),
    "main.cf's, taken": (
        "smtp_bind_address = 203.0.113.9\n",
        f"{SMTP}\nmore unix - - n - - smtp -o smtp_bind_address=192.0.2.25\n",
        [("bind-absent", "medium", "smtp_bind_address", None)],
    ),
    "main.cf's, taken by nobody": (
        "smtp_bind_address = 203.0.113.9\n",
        f"{SMTP} -o smtp_bind_address=192.0.2.25\nrelay unix - - n - - smtp -o smtp_bind_address=\n",
        [],
    ),
    "main.cf's, no master.cf to speak of": (
        "smtp_bind_address = 203.0.113.9\n",
        "# nothing\n",
        [("bind-absent", "medium", "smtp_bind_address", None)],
    ),
    "main.cf's loopback, not for other hosts": (
        "smtp_bind_address = 127.0.0.1\n",
        f"{SMTP} -o smtp_bind_address=192.0.2.25\nscan unix - - n - - smtp\n",
        [],
    ),
    "main.cf's loopback, by a transport of another name": (
        "smtp_bind_address = 127.0.0.1\ndefault_transport = out\n",
        "out unix - - n - - smtp\n",
        [("bind-loopback", "high", "smtp_bind_address", None)],
    ),
    "main.cf's loopback, and a pipe for other hosts": (
        "smtp_bind_address = 127.0.0.1\ndefault_transport = uucp\n",
        f"{SMTP}\nuucp unix - n n - - pipe argv=uux\n",
        [],
    ),
    "main.cf's, taken by nobody, and LMTP has its own": (
        "smtp_bind_address = 203.0.113.9\n",
        f"{SMTP} -o smtp_bind_address=192.0.2.25\nlmtp unix - - n - - lmtp\n",
        [],
    ),
    "main.cf's, beside its own of 6": (
        "smtp_bind_address = 203.0.113.9\n",
        f"{SMTP}\n  -o smtp_bind_address6=2001:db8:9::9\n",
        [
            ("bind-absent", "medium", "smtp_bind_address", None),
            ("bind-absent", "medium", "smtp_bind_address6", 2),
        ],
    ),
    "absent, of both": (
        "",
        f"{SMTP} {ABSENT}\n  -o smtp_bind_address6=2001:db8:9::9\n",
        [
            ("bind-absent", "medium", "smtp_bind_address", 1),
            ("bind-absent", "medium", "smtp_bind_address6", 2),
        ],
    ),
    "malformed, nobody knows what for": (
        "",
        f"{SMTP}\nmore unix - - n - - smtp -o smtp_bind_address=[x\n",
        [("bind-malformed", "high", "smtp_bind_address", 2)],
    ),
    "main.cf's of the other family, taken by nobody": (
        "smtp_bind_address = 2001:db8::25\n",
        f"{SMTP} -o smtp_bind_address=\n",
        [],
    ),
    "what nobody knows": (
        "",
        f"{SMTP} -o smtp_bind_address=$luser_relay\n",
        [("needs-postfix", "info", "smtp_bind_address", 1)],
    ),
    "beside interfaces at fault": (
        "inet_interfaces = 203.0.113.9\n",
        f"{SMTP} {ABSENT}\n",
        [("interface-not-local", "high", "inet_interfaces", None)],
    ),
    "beside interfaces that nobody knows": (
        "inet_interfaces = $luser_relay\n",
        f"{SMTP} {ABSENT}\n",
        [("needs-postfix", "info", "inet_interfaces", None)],
    ),
    "loopback": ("", f"{SMTP} {LOOP}\n", [("bind-loopback", "high", "smtp_bind_address", 1)]),
    "loopback, relay here": ("relayhost = [127.0.0.1]:10025\n", f"{SMTP} {LOOP}\n", []),
    "loopback, filter here": (
        "content_filter = scan:[127.0.0.1]:10024\n",
        f"{SMTP}\nscan unix - - n - - smtp {LOOP}\n",
        [],
    ),
    "loopback, filter here by a service": (
        "",
        f"{SMTP}\nscan unix - - n - - smtp {LOOP}\nsmtp inet n - y - - smtpd -o content_filter=scan:localhost:10024\n",
        [],
    ),
    "loopback, filter elsewhere": (
        "content_filter = scan:[192.0.2.77]:10024\n",
        f"{SMTP}\nscan unix - - n - - smtp {LOOP}\n",
        [("bind-loopback", "high", "smtp_bind_address", 2)],
    ),
    "loopback, nobody knows what for": (
        "",
        f"{SMTP}\nscan unix - - n - - smtp {LOOP}\n",
        [("bind-loopback", "info", "smtp_bind_address", 2)],
    ),
    "loopback, LMTP's socket": (
        "virtual_transport = lmtp:unix:/run/lmtp\n",
        f"{SMTP}\nlmtp unix - - n - - lmtp -o lmtp_bind_address=127.0.0.1\n",
        [],
    ),
}


@pytest.mark.parametrize(("main_cf", "master_cf", "expected"), BESIDE.values(), ids=BESIDE)
def test_what_a_transport_sets_for_itself_is_judged_where_it_stands(
    main_cf: str, master_cf: str, expected: list[tuple[str, str, str, int | None]], tmp_path: Path
) -> None:
    """And main.cf's value only if a transport takes it."""
    assert found_beside(main_cf, master_cf, tmp_path) == expected


def test_what_a_transport_should_set_is_a_command(tmp_path: Path) -> None:
    """A postconf -P that writes it; the commands for main.cf have nothing of it."""
    folder = tmp_path / "my copy"
    folder.mkdir()
    (folder / "main.cf").write_text(START)
    (folder / "master.cf").write_text(f"{SMTP}\nmore unix - - n - - smtp {ABSENT}\n")
    (found,) = check(HOST, config_directory=str(folder))
    assert found.suggestion == f"postconf -c '{folder}' -P more/unix/smtp_bind_address=192.0.2.25"
    assert (found.element, found.place.column) == ("203.0.113.9", len(f"more unix - - n - - smtp {ABSENT}") - 10)
    assert "transport more" in found.remark


ENFORCED = {
    "absent": ("smtp_bind_address = 203.0.113.9\n", "bind-absent"),
    "absent of 6": ("smtp_bind_address6 = 2001:db8:9::9\n", "bind-absent"),
    "other family": ("smtp_bind_address = 2001:db8::25\n", "bind-family"),
    "link-local without its zone": ("smtp_bind_address6 = fe80::25\n", "bind-link-local"),
}


@pytest.mark.parametrize(("text", "kind"), ENFORCED.values(), ids=ENFORCED)
def test_an_address_that_is_enforced_and_cannot_be_bound_is_high(text: str, kind: str) -> None:
    """Mail is deferred; without smtp_bind_address_enforce it goes from another address."""
    made = host(*HOST.addresses, address("fe80::25", "ffff:ffff:ffff:ffff::"))
    for enforce, severity in (("yes", "high"), ("no", "medium")):
        (found,) = found_in(f"{START}{text}smtp_bind_address_enforce = {enforce}\n", made)
        assert (found.kind, found.severity) == (kind, severity)


def test_what_is_neither_yes_nor_no_enforces_nothing() -> None:
    """The client does not start with it, which is told."""
    text = "smtp_bind_address = 203.0.113.9\nsmtp_bind_address_enforce = zero\n"
    found = [(fault.kind, fault.severity) for fault in found_in(START + text, HOST)]
    assert found == [("bad-choice", "high"), ("bind-absent", "medium")]


PEER = """
import select, socket
listening = []
for family, address in ((socket.AF_INET, "192.0.2.77"), (socket.AF_INET6, "2001:db8::77")):
    listening.append(socket.socket(family))
    listening[-1].bind((address, 25))
    listening[-1].listen()
print(flush=True)
while True:
    for ready in select.select(listening, [], [])[0]:
        connection, _ = ready.accept()
        connection.sendall(b"554 no service\\r\\n")
        connection.close()
"""


@pytest.fixture(scope="module")
def link() -> Iterator[Namespace]:
    """A host with 192.0.2.25 and 2001:db8::25, and on its link a server that refuses all mail."""
    import subprocess

    with Namespace() as ours, Namespace() as theirs:
        if not ours.as_root:
            pytest.skip("not root: a Postfix instance cannot be started")
        ours.run(["ip", "link", "add", "eth0", "type", "veth", "peer", "name", "eth0", "netns", theirs.name])
        for namespace, last in ((ours, "25"), (theirs, "77")):
            for command in (
                "link set lo up",
                "link set eth0 up",
                f"addr add 192.0.2.{last}/24 dev eth0",
                f"addr add 2001:db8::{last}/64 dev eth0 nodad",
            ):
                namespace.run(["ip", *command.split()])
        peer = subprocess.Popen(theirs.argv([sys.executable, "-c", PEER]), stdout=subprocess.PIPE)
        assert peer.stdout is not None
        assert peer.stdout.readline() == b"\n"
        yield ours
        peer.kill()
        peer.communicate()


OF_4, OF_6 = "user@[192.0.2.77]", "user@[IPv6:2001:db8::77]"
REACHED = "refused to talk to me: 554 no service"
DELIVERIES: dict[str, tuple[dict[str, str | None], str, str, str]] = {
    "nothing set": ({}, OF_4, REACHED, ""),
    "nothing set for 6": ({}, OF_6, REACHED, ""),
    "loopback": ({"smtp_bind_address": "127.0.0.1"}, OF_4, "Invalid argument", "bind-loopback"),
    "other loopback": ({"smtp_bind_address": "127.0.0.2"}, OF_4, "Invalid argument", "bind-loopback"),
    "loopback of 6": ({"smtp_bind_address6": "::1"}, OF_6, "Connection timed out", "bind-loopback"),
    "relay on loopback": (
        {"smtp_bind_address": "127.0.0.1", "relayhost": "[127.0.0.1]:10025"},
        OF_4,
        "connect to 127.0.0.1[127.0.0.1]:10025: Connection refused",  # reached: nothing listens there
        "",
    ),
    "absent": ({"smtp_bind_address": "203.0.113.9"}, OF_4, REACHED, "bind-absent"),
    "absent, enforced": (
        {"smtp_bind_address": "203.0.113.9", "smtp_bind_address_enforce": "yes"},
        OF_4,
        "server configuration error",
        "bind-absent",
    ),
    "other family, enforced": (
        {"smtp_bind_address": "2001:db8::25", "smtp_bind_address_enforce": "yes"},
        OF_4,
        "server configuration error",
        "bind-family",
    ),
    "mapped": ({"smtp_bind_address6": "::ffff:192.0.2.25"}, OF_6, "Address family not supported", "bind-family"),
}


@pytest.mark.netns
@pytest.mark.parametrize(("parameters", "recipient", "expected", "kind"), DELIVERIES.values(), ids=DELIVERIES)
def test_a_real_smtp_does_what_the_finding_says(
    link: Namespace, parameters: dict[str, str | None], recipient: str, expected: str, kind: str
) -> None:
    """It comes through to the other host unless a finding of high severity says that mail is deferred."""
    with SmtpClient(parameters, link) as client:
        said = client.deliver(recipient)
        done = link.run([*CLI, "check", "--json", "-c", str(client.folder / "etc")], check=False)
    assert expected in said
    found = [fault for fault in json.loads(done.stdout)["findings"] if fault["severity"] in ("high", "medium")]
    assert [fault["kind"] for fault in found] == ([kind] if kind else [])
    assert ("high" in [fault["severity"] for fault in found]) == (REACHED not in said and bool(kind))
    for fault in found:
        assert (fault["postfix_says"] or "") in said


OWN: dict[str, tuple[str, dict[str, str | None], str, str]] = {
    "absent": ("-o smtp_bind_address=203.0.113.9", {}, REACHED, "bind-absent"),
    "absent, enforced": (
        "-o smtp_bind_address=203.0.113.9 -o smtp_bind_address_enforce=yes",
        {},
        "server configuration error",
        "bind-absent",
    ),
    "loopback": ("-o smtp_bind_address=127.0.0.1", {}, "Invalid argument", "bind-loopback"),
    "by a name": ("-o { smtp_bind_address = $own }", {"own": "203.0.113.9"}, REACHED, "bind-absent"),
    "no number": ("-o smtp_bind_address=eth0", {}, "bad smtp_bind_address parameter: eth0", "bind-bad"),
    "a macro": ("-o smtp_bind_address=${x", {}, "macro processing error", "bind-macro"),
    "no choice": ("-o smtp_bind_address_enforce=maybe", {}, "bad boolean configuration", "bad-choice"),
    "main.cf's is not taken": ("-o smtp_bind_address=192.0.2.25", {"smtp_bind_address": "127.0.0.1"}, REACHED, ""),
    "main.cf's is not taken, nor another": ("-o smtp_bind_address=", {"smtp_bind_address": "127.0.0.1"}, REACHED, ""),
}


@pytest.mark.netns
@pytest.mark.parametrize(("options", "parameters", "expected", "kind"), OWN.values(), ids=OWN)
def test_a_real_transport_does_what_the_finding_says(
    link: Namespace, options: str, parameters: dict[str, str | None], expected: str, kind: str
) -> None:
    """With what master.cf sets for it."""
    with SmtpClient(parameters, link, options) as client:
        said = client.deliver(OF_4)
        done = link.run([*CLI, "check", "--json", "-c", str(client.folder / "etc")], check=False)
    assert expected in said
    found = [fault for fault in json.loads(done.stdout)["findings"] if fault["severity"] in ("high", "medium")]
    assert [fault["kind"] for fault in found] == ([kind] if kind else [])
    assert ("high" in [fault["severity"] for fault in found]) == (REACHED not in said and bool(kind))
    for fault in found:
        assert (fault["postfix_says"] or "") in said
        assert fault["place"]["file"].endswith("/master.cf")


OF_LMTP: dict[str, tuple[str, dict[str, str | None], str, str]] = {
    "the SMTP client's": (
        "-o smtp_bind_address=127.0.0.1",
        {"smtp_bind_address": "127.0.0.1"},
        "Connection refused",
        "",
    ),
    "its own": ("-o lmtp_bind_address=203.0.113.9", {}, "bind 203.0.113.9: Cannot assign", "bind-absent"),
    "its own, no number": ("-o lmtp_bind_address=eth0", {}, "bad lmtp_bind_address parameter: eth0", "bind-bad"),
    "its own, loopback": ("-o lmtp_bind_address=127.0.0.1", {}, "Invalid argument", "bind-loopback"),
}


@pytest.mark.netns
@pytest.mark.parametrize(("options", "parameters", "expected", "kind"), OF_LMTP.values(), ids=OF_LMTP)
def test_a_real_lmtp_takes_no_source_address_of_the_smtp_client(
    link: Namespace, options: str, parameters: dict[str, str | None], expected: str, kind: str
) -> None:
    """Nobody listens to LMTP on the other host, which refuses the connection if it is reached."""
    with SmtpClient(parameters, link, options, "lmtp") as client:
        said = client.deliver(OF_4)
        done = link.run([*CLI, "check", "--json", "-c", str(client.folder / "etc")], check=False)
    assert expected in said
    found = [fault for fault in json.loads(done.stdout)["findings"] if fault["severity"] in ("high", "medium")]
    assert [fault["kind"] for fault in found] == ([kind] if kind else [])
    for fault in found:
        assert (fault["postfix_says"] or "") in said
