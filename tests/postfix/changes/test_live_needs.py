"""Which edit, reload or restart a real Postfix needs after a change; test_live_changes.py has the plain ones."""

from __future__ import annotations

import os
import signal
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from support.need import need
from support.postfix.live_changes import (
    DOCKER,
    FAR,
    LAN,
    LAN6,
    NEAR,
    NOT_TRUSTED,
    RENUMBERED,
    SET,
    SUBNET,
    TRUSTED,
    Live,
)
from support.postfix.live_server import REFUSED, UNREACHABLE, Server
from support.postfix.live_smtp import SmtpClient
from support.postfix.live_smtpd import why_no_smtpd

from ifdiscover import discover
from ifdiscover._postfix.changes.answer import answer_of
from ifdiscover._postfix.changes.needs import ALREADY, EDIT, RELOAD, RESTART, needs
from ifdiscover._postfix.in_force import configuration_of

if TYPE_CHECKING:
    from support.namespaces import Namespace

    from ifdiscover._postfix.changes.answer import Answer
    from ifdiscover._postfix.parameters.configuration import Configuration

pytestmark = pytest.mark.netns

NEAR_SMTP = ["link set veth1 up", "addr add 192.0.2.10/24 dev veth0"]
RENUMBER = ["addr del 192.0.2.10/24 dev eth0", "addr add 192.0.2.20/24 dev eth0"]


def test_a_program_that_starts_later_goes_by_the_new_addresses(namespace: Namespace) -> None:
    """So that without a reload some clients meet the old list and some the new one."""
    need(why_no_smtpd())
    with Server(namespace, NEAR, FAR, {**SUBNET, "max_use": "1"}) as server:
        live = Live(server)
        assert live.meets(DOCKER) == NOT_TRUSTED
        namespace.build(["addr add 172.18.0.10/16 dev veth0", "route replace 172.18.0.0/16 dev eth0"])
        assert live.meets(DOCKER) == TRUSTED
        assert live.needs().until[-1] == ALREADY


def test_a_named_address_that_is_renumbered_needs_an_edit_and_then_a_restart(namespace: Namespace) -> None:
    """Until then every postfix(1) fails; after the edit a reload is taken, and does not help."""
    need(why_no_smtpd())
    named = {**SET, "inet_interfaces": "127.0.0.1, 192.0.2.10"}
    with Server(namespace, NEAR, FAR, named) as server:
        live = Live(server)
        assert live.meets(LAN) == TRUSTED
        namespace.build(RENUMBER)
        told = live.needs()
        says = "parameter inet_interfaces: no local interface found for 192.0.2.10"
        assert (told.what, told.then) == (EDIT, RESTART)
        assert told.until[0] == f"postfix reload, postfix stop and postfix start fail: {says}"
        (edit,) = told.edits
        assert edit.suggestion == "inet_interfaces = 127.0.0.1, 192.0.2.20"
        assert edit.place.file == f"{server.folder}/etc/main.cf"
        lines = (server.folder / "etc" / "main.cf").read_text().splitlines()
        assert edit.place.line is not None
        assert lines[edit.place.line - 1][(edit.place.column or 0) - 1 :] == edit.word == "192.0.2.10"
        assert live.meets(RENUMBERED) == REFUSED
        assert [server.postfix(verb)[0] for verb in ("reload", "stop", "start")] == [1, 1, 1]
        assert ("postfix", f"fatal: {says}") in server.log
        assert live.meets(RENUMBERED) == REFUSED

        server.write_main_cf({"inet_interfaces": edit.suggestion.partition(" = ")[2]})
        assert live.needs().what == RESTART
        assert server.postfix("reload")[0] == 0
        assert live.meets(RENUMBERED) == REFUSED
        assert ("postfix/master", "warning: to change inet_interfaces, stop and start Postfix") in server.log
        assert [server.postfix(verb)[0] for verb in ("stop", "start")] == [0, 0]
        assert live.meets(RENUMBERED) == TRUSTED


def test_without_a_named_address_no_program_starts(namespace: Namespace) -> None:
    """So that soon no mail comes in, not even at the other addresses."""
    need(why_no_smtpd())
    with Server(namespace, NEAR, FAR, {"inet_interfaces": "192.0.2.10, 2001:db8::10", "max_use": "1"}) as server:
        live = Live(server)
        assert live.meets(LAN6) == NOT_TRUSTED
        namespace.build(["addr del 192.0.2.10/24 dev eth0"])
        told = live.needs()
        assert (told.what, told.edits[0].suggestion) == (EDIT, "")
        assert told.until[1] == "each program of Postfix that starts stops at once, so that soon no mail comes in"
        assert live.meets(LAN6) == UNREACHABLE


def test_of_a_named_address_that_comes_back_a_restart_is_told(namespace: Namespace) -> None:
    """The socket of master(8) was there all the time, so a reload is enough; but the answers cannot show that."""
    need(why_no_smtpd())
    with Server(namespace, NEAR, FAR, {**SET, "inet_interfaces": "192.0.2.10, 2001:db8::10"}) as server:
        live = Live(server)
        assert live.meets(LAN) == TRUSTED
        namespace.build(["addr del 192.0.2.10/24 dev eth0"])
        live.before, _ = live.answer()
        namespace.build(["addr add 192.0.2.10/24 dev eth0"])
        assert live.needs().what == RESTART
        assert live.meets(LAN) == TRUSTED
        assert server.postfix("reload")[0] == 0
        assert live.meets(LAN) == TRUSTED


@pytest.mark.parametrize(
    ("parameters", "parameter"),
    [({"inet_protocols": "ipv5"}, "inet_protocols"), ({"mynetworks_style": "net"}, "mynetworks_style")],
)
def test_a_main_cf_that_postfix_refuses_needs_an_edit(
    parameters: dict[str, str], parameter: str, namespace: Namespace
) -> None:
    """And postfix(1) says so, in the words that we have."""
    need(why_no_smtpd())
    with Server(namespace, NEAR, FAR) as server:
        live = Live(server)
        server.write_main_cf(parameters)
        told = live.needs()
        assert (told.what, told.edits[0].parameter) == (EDIT, parameter)
        assert server.postfix("reload")[0] == 1
        assert any(f"does not start: {text[7:]}" in told.reasons[0] for _program, text in server.log if "fatal" in text)


def test_a_source_address_that_goes_is_missed_at_the_next_mail(namespace: Namespace) -> None:
    """In the words of what we say is true until main.cf is mended."""
    need(why_no_smtpd())
    namespace.build(["link set lo up", "link add veth0 type veth peer name veth1", "link set veth0 up", *NEAR_SMTP])
    with SmtpClient({"smtp_bind_address": "192.0.2.10"}, namespace) as client:

        def answer() -> tuple[Answer, Configuration | None]:
            host = discover(netns=namespace.name)
            configuration = configuration_of(host, f"{client.folder}/etc")
            return answer_of(host, configuration), configuration

        before, _ = answer()
        refused = "warning: smtp_connect_addr: bind 192.0.2.10: Cannot assign requested address"
        assert refused not in client.deliver("user@[127.0.0.9]")
        namespace.build(["addr del 192.0.2.10/24 dev veth0", "addr add 192.0.2.20/24 dev veth0"])
        told = needs(before, *answer())
        assert refused in client.deliver("user@[127.0.0.9]")
        assert (told.what, told.then) == (EDIT, RELOAD)
        assert told.edits[0].suggestion == "smtp_bind_address = 192.0.2.20"
        assert told.until[0] == "a warning at each connection over IPv4, and the system chooses the source address"


def test_an_edited_source_address_counts_after_a_reload(namespace: Namespace) -> None:
    """The SMTP client that runs goes on with what it was started with."""
    need(why_no_smtpd())
    namespace.build(["link set lo up", "link add veth0 type veth peer name veth1", "link set veth0 up", *NEAR_SMTP])
    with SmtpClient({}, namespace) as client:
        absent = "warning: smtp_connect_addr: bind 192.0.2.99: Cannot assign requested address"
        assert absent not in client.deliver("user@[127.0.0.9]")
        client.parameters["smtp_bind_address"] = "192.0.2.99"
        client._write_main_cf()
        assert absent not in client.deliver("user@[127.0.0.9]")
        os.kill(child_of(child_of(client.process.pid)), signal.SIGHUP)  # unshare's child has master(8)
        for _ in range(100):
            if any(text.startswith("reload") for _program, text in client.log):
                break
            client._wait()  # for a second, or until something is said
        assert absent in client.deliver("user@[127.0.0.9]")


def child_of(process: int) -> int:
    """The number of a process's first child."""
    return int(Path(f"/proc/{process}/task/{process}/children").read_text().split()[0])


def test_postfix_starts_only_when_an_address_is_no_longer_tentative(namespace: Namespace) -> None:
    """Its master(8) ends at the first socket that the kernel refuses, and leaves no Postfix; a reload is taken."""
    need(why_no_smtpd())
    with Server(namespace, NEAR, FAR, {**SET, "inet_interfaces": "192.0.2.10, 2001:db8::10"}) as server:
        namespace.build(["addr del 2001:db8::10/64 dev eth0"])
        live = Live(server)
        namespace.build(
            [
                "sysctl ipv6/conf/eth0/accept_dad=1",
                "sysctl ipv6/conf/eth0/dad_transmits=30",
                "addr add 2001:db8::10/64 dev eth0",
            ]
        )
        told = live.needs()
        assert told.what == RELOAD
        assert told.until[-1] == "postfix start fails so long as 2001:db8::10 is tentative or a duplicate"
        assert server.postfix("reload")[0] == 0
        assert live.meets(LAN) == TRUSTED
        live.before, _ = live.answer()
        assert [server.postfix(verb)[0] for verb in ("stop", "start")] == [0, 1]
        says = "fatal: bind 2001:db8::10 port 25: Cannot assign requested address"
        assert ("postfix/master", says) in server.log
        namespace.build(["addr del 2001:db8::10/64 dev eth0", "addr add 2001:db8::10/64 dev eth0 nodad"])
        assert live.needs().what == RESTART
        assert server.postfix("start")[0] == 0
        assert live.meets(LAN) == TRUSTED
