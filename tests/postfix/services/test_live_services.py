"""Verdicts and refusals are those of the real master and smtpd, on Unix-domain sockets and by TCP."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support.made import address, host
from support.namespaces import Namespace
from support.postfix.live_smtpd import Smtpd

from ifdiscover import service_verdicts
from ifdiscover._postfix.check.parameters import check
from ifdiscover._postfix.parameters.configuration import Configuration
from ifdiscover._postfix.parameters.main_cf import read as read_main_cf
from ifdiscover._postfix.services.master_cf import parse, read
from ifdiscover._postfix.services.service import service_configuration
from ifdiscover._postfix.syntax.findings import FATAL, NO_SERVICE
from ifdiscover._postfix.syntax.machine import Machine

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from ifdiscover import ServiceVerdict

pytestmark = pytest.mark.netns

CLIENT = "10.99.0.1"
MAIN = {
    "mynetworks": "127.0.0.0/8 $others",
    "others": "192.168.0.0/16",
    "lan": "10.99.0.0/24",
    "every_lan": "$lan 172.16.0.0/12",
    "smtpd_relay_restrictions": "permit_mynetworks, reject_unauth_destination",
}

OVERRIDES = {
    "": "no",
    "-o mynetworks=10.0.0.0/8": "yes",
    "-omynetworks=10.0.0.0/8": "yes",
    "-vomynetworks=10.0.0.0/8": "yes",
    "{-o mynetworks=10.0.0.0/8}": "yes",
    "-o { mynetworks = 192.168.0.0/16 10.0.0.0/8 }": "yes",
    "-o mynetworks=192.168.0.0/16,10.0.0.0/8": "yes",
    "-o mynetworks=10.0.0.0/8 -o mynetworks=192.168.0.0/16": "no",
    "-o mynetworks=$lan": "yes",
    "-o mynetworks=${lan}": "yes",
    "-o mynetworks=$every_lan": "yes",
    "-o mynetworks=$every_lan -o lan=192.168.0.0/16": "no",
    "-o others=10.0.0.0/8": "yes",
    "-o lan=192.168.0.0/16": "no",
    "-o mynetworks={10.0.0.0/8}": "no",
    "-o mynetworks=": "no",
    "-o { mynetworks = ${{$service_name} == {case16} ? {10.0.0.0/8} : {}} }": "yes",
    "-o { mynetworks = ${{$process_name} == {smtpd} ? {10.0.0.0/8} : {}} }": "yes",
    "-o { mynetworks = !10.99.0.1 10.0.0.0/8 }": "no",
    "-o mynetworks=10.0.0.0/8 -o smtpd_relay_restrictions=permit_sasl_authenticated,reject": "no",
    "-o smtpd_relay_restrictions=permit_mynetworks": "does not start",
    "-o smtpd_relay_restrictions= -o smtpd_recipient_restrictions=": "does not start",
    "-o mynetworks": "does not start",
    "-o {mynetworks}": "does not start",
    "-o =10.0.0.0/8": "does not start",
    "-o mynetworks=10.0.0.0/8, 192.168.0.0/16": "does not start",
    "-o mynetworks=10.0.0.0/8 #lan": "does not start",
    "-- -o mynetworks=10.0.0.0/8": "does not start",
    "-o mynetworks=10.0.0.0/8 --": "yes",
    "-v -o mynetworks=10.0.0.0/8 x": "does not start",
    "-o mynetworks=${stress:10.0.0.0/8}": "yes",
    "-o mynetworks=${stress?10.0.0.0/8}": "no",
    "-o mynetworks=10.0.0.0/8 -o": "does not start",
    "-o mynetworks=$(lan": "does not start",
    "-o mynetworks=$mynetworks": "does not start",
}


class Services(Smtpd):
    """A real smtpd with a service for each text, case0 and so on."""

    def __init__(self, texts: Sequence[str], more: str = "", namespace: Namespace | None = None) -> None:
        super().__init__([], parameters=dict(MAIN), namespace=namespace)
        self.texts = texts
        self.more = more

    def _services(self, settings: dict[str, str | None]) -> list[str]:
        lines = [f"case{n} unix n - n - 1 smtpd -o syslog_name=case{n} {text}" for n, text in enumerate(self.texts)]
        return [*super()._services(settings), *lines, *filter(None, [self.more])]

    def may_relay(self, number: int, client: str) -> str:
        """The answer of one service: "yes", "no", or that it does not start."""
        commands = [f"XCLIENT ADDR={client} NAME=[UNAVAILABLE]", "MAIL FROM:<>", "RCPT TO:<user@example.net>"]
        reply = self._last_reply(f"case{number}", commands)
        return "does not start" if reply is None else "yes" if "no-delivery" in reply else "no"


@pytest.fixture(scope="module")
def smtpd() -> Iterator[Services]:
    """One instance for all overrides."""
    running = Services(list(OVERRIDES))
    with running:
        yield running


def as_inet(folder: Path, texts: Sequence[str]) -> str:
    """The instance's main.cf, and its services as if they were in the network."""
    folder.joinpath("main.cf").write_text("".join(f"{name} = {value}\n" for name, value in {**START, **MAIN}.items()))
    lines = [f"case{number} inet n - n - 1 smtpd {text}\n" for number, text in enumerate(texts)]
    folder.joinpath("master.cf").write_text("".join(lines))
    return str(folder)


START = {"compatibility_level": "3.6", "myhostname": "mail.example.com"}


@pytest.mark.parametrize("text", OVERRIDES)
def test_what_a_service_sets_counts_as_with_smtpd(text: str, smtpd: Services, tmp_path: Path) -> None:
    """The client of each row may relay, or not, or smtpd does not start with it."""
    number = list(OVERRIDES).index(text)
    folder = as_inet(tmp_path, list(OVERRIDES))
    found = {verdict.service: verdict for verdict in service_verdicts(CLIENT, config_directory=folder)}
    ours = said(found[f"case{number}"])
    assert ours == OVERRIDES[text]
    assert smtpd.may_relay(number, CLIENT) == ours


def said(verdict: ServiceVerdict) -> str:
    """As ``Services.may_relay()`` says it."""
    return "does not start" if verdict.reason.startswith("smtpd does not start: ") else verdict.may_relay


LINES = (
    "s tcp n - n - - smtpd",
    "s",
    "s inet",
    "s inet n",
    "s unix n -",
    "s unix n - n",
    "s unix n - n -",
    "s unix n - n - -",
    "2525 inet y - n - - smtpd",
    "2525 inet - - n - - smtpd",
    "s unix x - n - - smtpd",
    "s unix n x n - - smtpd",
    "s unix n - Y - - smtpd",
    "s unix n - n x - smtpd",
    "s unix n - n -1 - smtpd",
    "s unix n - n ? - smtpd",
    "s unix n - n - +4 smtpd",
    "s unix n - n - - smtpd -o {a=b",
    "s unix n - n - - smtpd -o {a=b}c",
    "# a comment\n\ns\n  tcp n\n  - n - - smtpd",
    "s unix n - n - - smtpd\n  {a} {b",
    # These start.
    "s unix n - n 3?? 1x smtpd",
    "s unix n - n - - smtpd -o a={b",
    "s unix n - n - - {smtpd",
    "s unix n - n - - smtpd\n  # {b",
    "s unix n - n 3 99999999999 smtpd",
    " tcp",
)


@pytest.mark.parametrize("line", LINES)
def test_what_master_refuses_is_refused_in_its_words(line: str) -> None:
    """With the line's number; and what it takes is taken."""
    with Services([], line) as running:
        path = f"{running.folder}/etc/master.cf"
        text = running.folder.joinpath("etc/master.cf").read_text()
        refused = [fault.postfix_says for fault in parse(text, path).findings if fault.level == FATAL]
        assert [f"fatal: {sentence}" for sentence in refused] == [running.refusal] * (running.refusal is not None)


def test_of_two_services_master_takes_the_last() -> None:
    """And says so."""
    running = Services(["-o mynetworks="], "case0 unix n - n - 1 smtpd -o syslog_name=case0 -o mynetworks=$lan")
    with running:
        assert running.may_relay(0, CLIENT) == "yes"
        warnings = [text for _program, text in running.log if "duplicate" in text]
        configuration = Configuration(read_main_cf(f"{running.folder}/etc"))
        found = read(f"{running.folder}/etc/master.cf", Machine())
    assert warnings == ['warning: duplicate master.cf entry for service "case0" (public/case0) -- using the last entry']
    assert [fault.kind for fault in found.findings] == ["service-twice"]
    (last,) = [service for service in found.services if service.name == "case0"]
    assert service_configuration(configuration, last).value("mynetworks") == "10.99.0.0/24"


BY_TCP = """\
import socket, sys
source, port = sys.argv[1:]
with socket.create_connection((source, int(port)), 20, (source, 0)) as connection:
    file = connection.makefile("rw", newline="\\r\\n")
    reply = file.readline()
    for command in ("HELO x", "MAIL FROM:<>", "RCPT TO:<user@example.net>"):
        if reply[0] == "2":
            file.write(command + "\\r\\n")
            file.flush()
            reply = file.readline()
print(reply)
"""

NETWORK = """\
smtp inet n - n - 1 postscreen -o postscreen_greet_wait=1 -o mynetworks=0.0.0.0/0
smtpd pass - - n - - smtpd -o mynetworks=127.0.0.0/8
587 inet n - n - - smtpd -o { mynetworks = $lan }
2525 inet n - n - - smtpd -o mynetworks=$lan,127.0.0.1 -o smtpd_relay_restrictions=permit_auth_destination,reject
"""


def test_by_tcp_each_service_makes_of_a_client_what_is_said(tmp_path: Path) -> None:
    """Behind postscreen the smtpd of type pass decides; each port has its own list and restrictions."""
    with Namespace() as namespace:
        for command in ("link set lo up", "addr add 10.99.0.1/24 dev lo"):
            namespace.run(["ip", *command.split()])
        answers = {}
        with Services([], NETWORK.rstrip("\n"), namespace=namespace) as running:
            for port in ("25", "587", "2525"):
                for client in ("127.0.0.1", "10.99.0.1"):
                    reply = namespace.run(["python3", "-c", BY_TCP, client, port]).stdout
                    answers[f"{port} {client}"] = "yes" if "no-delivery" in reply else "no"
                    running.said(0)  # reads the log: Postfix waits if nobody does
    folder = as_inet(tmp_path, [])
    (tmp_path / "master.cf").write_text(NETWORK)
    ours = {}
    for client in ("127.0.0.1", "10.99.0.1"):
        for verdict in service_verdicts(client, config_directory=folder):
            ours[f"{verdict.service} {client}".replace("smtp ", "25 ")] = verdict.may_relay
    assert ours == answers
    assert sorted(answers.values()) == ["no", "no", "no", "no", "yes", "yes"]


OWN_ADDRESSES = (
    "",
    "-o inet_protocols=ipv4",
    "-o inet_protocols=ipv4 -o inet_interfaces=127.0.0.1",
    "-o inet_interfaces=192.0.2.99",
    "-o lan=192.0.2.98",
    "-o lan=::1",
)


def test_smtpd_does_not_start_with_the_own_addresses_of_which_check_says_so(tmp_path: Path) -> None:
    """Those of main.cf, with what the service sets of them, on a host that has lo alone."""
    running = Services(OWN_ADDRESSES)
    settings = {"lan": "127.0.0.1", "inet_interfaces": "$lan, ::1", "inet_protocols": "all"}
    running.parameters.update(settings)
    with running:
        dead = {n for n in range(len(OWN_ADDRESSES)) if running.may_relay(n, CLIENT) == "does not start"}
    folder = as_inet(tmp_path, OWN_ADDRESSES)
    with tmp_path.joinpath("main.cf").open("a") as main_cf:
        main_cf.writelines(f"{name} = {value}\n" for name, value in settings.items())
    lo = host(address("127.0.0.1", "255.0.0.0"), address("::1", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"))
    found = [fault.place for fault in check(lo, config_directory=folder) if fault.consequence == NO_SERVICE]
    assert {place.line - 1 for place in found if place.line is not None} == dead == {1, 3, 4}
