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

if TYPE_CHECKING:
    from collections.abc import Iterator

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
    "listening here": ("inet_interfaces = 127.0.0.1\nmynetworks = 127.0.0.0/8\n", []),
}


@pytest.mark.parametrize(("text", "parameters"), LOOPBACK.values(), ids=LOOPBACK)
def test_loopback_is_a_fault_unless_all_mail_goes_there(text: str, parameters: list[str]) -> None:
    """A relay or a transport on this host is reached from it."""
    found = found_in(START + text, HOST)
    assert [(fault.kind, fault.severity) for fault in found] == [("bind-loopback", "high")] * len(parameters)
    assert [fault.parameter for fault in found] == parameters


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
