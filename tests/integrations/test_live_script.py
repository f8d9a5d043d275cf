"""The script of integrations/systemd/ and a real Postfix: for each answer, what clients meet when it has acted."""

from __future__ import annotations

import shlex
import sys
from typing import TYPE_CHECKING

import pytest
from support.namespaces import ROOT
from support.need import need
from support.postfix.live_server import REFUSED, Server
from support.postfix.live_smtpd import why_no_smtpd

from ifdiscover import discover
from ifdiscover._postfix.in_force import configuration_of
from ifdiscover._render.changes import change_object
from ifdiscover._watching.change import Reading, Step, reading_of

if TYPE_CHECKING:
    from support.namespaces import Namespace

pytestmark = pytest.mark.netns

SCRIPT = ROOT / "integrations/systemd/postfix-needs"
TRUSTED, NOT_TRUSTED = "550", "554"  # both transports refuse, and what is not ours is not relayed
NEAR = ["addr add 192.0.2.10/24 dev eth0"]
FAR = ["addr add 192.0.2.1/24 dev eth0", "addr add 172.18.0.1/16 dev eth0", "route add default via 192.0.2.10"]
CLIENT = ("192.0.2.1", "192.0.2.10")


class Acting:
    """A Postfix whose needs the script is told of.

    Attributes:
        logged: what the script wrote to the mail log, the last time.
    """

    def __init__(self, server: Server) -> None:
        self.server = server
        self.logged: list[str] = []
        self._folder = server.folder / "programs"
        self._folder.mkdir()
        # The systemd of this machine knows another Postfix, and its log is no place for a test.
        for name, body in (("systemctl", "exit 1"), ("logger", f'shift 5; echo "$*" >>{self._folder}/log')):
            (self._folder / name).write_text(f"#!/bin/sh\n{body}\n")
            (self._folder / name).chmod(0o755)
        self._before = self._reading()

    def act(self) -> int:
        """Run the script for what changed since the last time; its status."""
        after = self._reading()
        (self._folder / "change").write_text(change_object(Step(self._before, after).change))
        self._before = after
        (self._folder / "log").write_text("")
        self.server.log.clear()
        environment = f"PATH={self._folder}:$PATH MAIL_CONFIG={self.server.folder}/etc"
        argv = shlex.join([sys.executable, str(SCRIPT), "act"])
        status, said = self.server.shell(f"{environment} {argv} <{self._folder}/change")
        assert "Traceback" not in said
        self.logged = (self._folder / "log").read_text().splitlines()
        return status

    def of_master(self) -> list[str]:
        """What master(8) said since."""
        return [text.split()[0] for program, text in self.server.log if program == "postfix/master"]

    def _reading(self) -> Reading:
        assert self.server.namespace is not None
        host = discover(netns=self.server.namespace.name, routes=True)
        return reading_of(host, configuration_of(host, f"{self.server.folder}/etc"))


@pytest.fixture
def server(namespace: Namespace) -> Server:
    """A Postfix that trusts its own networks."""
    need(why_no_smtpd())
    return Server(namespace, NEAR, FAR, {"mynetworks_style": "subnet", "inet_interfaces": "all"})


def test_what_needs_nothing_is_left_alone(server: Server) -> None:
    """Postfix hears nothing of it."""
    with server:
        assert server.namespace is not None
        acting = Acting(server)
        server.namespace.build(["route add default via 192.0.2.1"])
        assert acting.act() == 0
        assert server.answer(*CLIENT) == TRUSTED
        assert (acting.logged, acting.of_master()) == ([], [])


def test_a_reload_is_done(server: Server) -> None:
    """A network appears: its clients are trusted then."""
    with server:
        assert server.namespace is not None
        acting = Acting(server)
        server.namespace.build(["route add 172.18.0.0/16 dev eth0"])
        assert server.answer("172.18.0.1", "192.0.2.10") == NOT_TRUSTED
        server.namespace.build(["addr add 172.18.0.10/16 dev eth0"])
        assert acting.act() == 0
        assert server.answer("172.18.0.1", "192.0.2.10") == TRUSTED
        assert acting.logged[-1] == "reload done"
        assert acting.of_master() == ["reload"]


def test_a_restart_is_done(server: Server) -> None:
    """A named address comes, to which a reload opens no socket; and a Postfix that runs is there afterwards."""
    server.parameters["inet_interfaces"] = "192.0.2.10"
    with server:
        assert server.namespace is not None
        acting = Acting(server)
        server.namespace.build(["addr add 192.0.2.20/24 dev eth0"])
        server.write_main_cf({"inet_interfaces": "192.0.2.10, 192.0.2.20"})
        assert server.answer("192.0.2.1", "192.0.2.20") == REFUSED
        assert acting.act() == 0
        assert server.answer("192.0.2.1", "192.0.2.20") == TRUSTED
        assert acting.logged[-1] == "restart done"
        assert acting.of_master() == ["terminating", "daemon"]


def test_an_edit_is_only_told(server: Server) -> None:
    """main.cf stays as it is, and so does Postfix; a restart that follows the edit is done."""
    server.parameters["inet_interfaces"] = "192.0.2.10"
    with server:
        assert server.namespace is not None
        acting = Acting(server)
        main_cf = server.folder / "etc" / "main.cf"
        text = main_cf.read_text()
        server.namespace.build(["addr del 192.0.2.10/24 dev eth0", "addr add 192.0.2.20/24 dev eth0"])
        assert acting.act() == 0
        assert (main_cf.read_text(), acting.of_master()) == (text, [])
        assert acting.logged[-1].endswith("mend inet_interfaces; inet_interfaces = 192.0.2.20")
        server.write_main_cf({"inet_interfaces": "192.0.2.20"})
        assert acting.act() == 0
        assert server.answer("192.0.2.1", "192.0.2.20") == TRUSTED
