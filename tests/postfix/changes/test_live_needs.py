"""What Postfix needs after a change, seen with a real Postfix and clients that reach it by TCP.

Of each change: what its clients meet at once, after a reload, and after a stop and a start; and what we say is needed.
"""

from __future__ import annotations

import os
import signal
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest
from support.need import need
from support.postfix.live_server import REFUSED, UNREACHABLE, Server
from support.postfix.live_smtp import SmtpClient
from support.postfix.live_smtpd import why_no_smtpd

from ifdiscover import discover
from ifdiscover._postfix.changes.answer import answer_of
from ifdiscover._postfix.changes.needs import ALREADY, EDIT, NOTHING, RELOAD, RESTART, needs
from ifdiscover._postfix.in_force import configuration_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from support.namespaces import Namespace

    from ifdiscover._postfix.changes.answer import Answer
    from ifdiscover._postfix.changes.needs import Need
    from ifdiscover._postfix.parameters.configuration import Configuration

pytestmark = pytest.mark.netns

TRUSTED, OURS, NOT_TRUSTED = "550", "550", "554"  # both transports refuse, and what is not ours is not relayed

NEAR = [
    "addr add 192.0.2.10/24 dev eth0",
    "addr add 2001:db8::10/64 dev eth0 nodad",
    "link add veth0 type veth peer name veth1",
    "link set veth0 up",
    "link set veth1 up",
    "route add 172.18.0.0/16 dev eth0",
]
FAR = [
    "addr add 192.0.2.1/24 dev eth0",
    "addr add 172.18.0.1/16 dev eth0",
    "addr add 2001:db8::1/64 dev eth0 nodad",
    "route add default via 192.0.2.10",
]
NEAR_SMTP = ["link set veth1 up", "addr add 192.0.2.10/24 dev veth0"]
LAN, LAN6, DOCKER = ("192.0.2.1", "192.0.2.10"), ("2001:db8::1", "2001:db8::10"), ("172.18.0.1", "192.0.2.10")
RENUMBERED = ("192.0.2.1", "192.0.2.20")


class Row(NamedTuple):
    """A change, the client that shows it, and what it meets: at once, after a reload, after a stop and a start."""

    parameters: Mapping[str, str]
    near: list[str]
    steps: list[str]
    edit: Mapping[str, str]
    client: tuple[str, ...]
    seen: tuple[str, str, str, str]
    what: str
    until: tuple[str, ...]


NONE: Mapping[str, str] = {}
SUBNET = {"mynetworks_style": "subnet"}
SET = {"mynetworks": "192.0.2.0/24"}
RENUMBER = ["addr del 192.0.2.10/24 dev eth0", "addr add 192.0.2.20/24 dev eth0"]

ROWS = {
    "a network appears": Row(
        SUBNET,
        NEAR,
        ["addr add 172.18.0.10/16 dev veth0", "route replace 172.18.0.0/16 dev eth0"],
        NONE,
        DOCKER,
        (NOT_TRUSTED, NOT_TRUSTED, TRUSTED, TRUSTED),
        RELOAD,
        (
            "mail for user@[172.18.0.10] is not taken as its own",
            "clients of 172.18.0.0/16 are not trusted",
        ),
    ),
    "a network goes": Row(
        SUBNET,
        [*NEAR, "addr add 172.18.0.10/16 dev veth0", "route replace 172.18.0.0/16 dev eth0"],
        ["addr del 172.18.0.10/16 dev veth0", "route replace 172.18.0.0/16 dev eth0"],
        NONE,
        DOCKER,
        (TRUSTED, TRUSTED, NOT_TRUSTED, NOT_TRUSTED),
        RELOAD,
        (
            "mail for user@[172.18.0.10] is still taken as its own",
            "clients of 172.18.0.0/16 stay trusted",
        ),
    ),
    "an interface with a network goes down": Row(
        SUBNET,
        [*NEAR, "addr add 172.18.0.10/16 dev veth0", "route replace 172.18.0.0/16 dev eth0"],
        ["link set veth0 down"],
        NONE,
        DOCKER,
        (TRUSTED, TRUSTED, NOT_TRUSTED, NOT_TRUSTED),
        RELOAD,
        (
            "mail for user@[172.18.0.10] is still taken as its own",
            "clients of 172.18.0.0/16 stay trusted",
        ),
    ),
    "a netmask becomes shorter": Row(
        SUBNET,
        [*NEAR[:2], "addr add 172.18.128.10/17 dev eth0", "route add 172.18.0.0/17 dev eth0"],
        ["addr add 172.18.128.10/16 dev eth0", "addr del 172.18.128.10/17 dev eth0"],
        NONE,
        DOCKER,
        (NOT_TRUSTED, NOT_TRUSTED, TRUSTED, TRUSTED),
        RELOAD,
        (
            "clients of 172.18.0.0/16 are not trusted",
            "clients of 172.18.128.0/17 stay trusted",
        ),
    ),
    "an own address appears, and Postfix listens everywhere": Row(
        SET,
        NEAR,
        ["addr add 192.0.2.20/24 dev eth0"],
        NONE,
        (*RENUMBERED[:1], "192.0.2.20"),
        (UNREACHABLE, TRUSTED, TRUSTED, TRUSTED),
        RELOAD,
        ("mail for user@[192.0.2.20] is not taken as its own",),
    ),
    "the literal of an own address that appears": Row(
        SET,
        NEAR,
        ["addr add 192.0.2.20/24 dev eth0"],
        NONE,
        (*DOCKER, "user@[192.0.2.20]"),
        (NOT_TRUSTED, NOT_TRUSTED, OURS, OURS),
        RELOAD,
        ("mail for user@[192.0.2.20] is not taken as its own",),
    ),
    "the literal of an own address that goes": Row(
        SET,
        [*NEAR, "addr add 192.0.2.20/24 dev eth0"],
        ["addr del 192.0.2.20/24 dev eth0"],
        NONE,
        (*DOCKER, "user@[192.0.2.20]"),
        (OURS, OURS, NOT_TRUSTED, NOT_TRUSTED),
        RELOAD,
        ("mail for user@[192.0.2.20] is still taken as its own",),
    ),
    "an address that inet_interfaces does not name": Row(
        {**SUBNET, "inet_interfaces": "192.0.2.10"},
        NEAR,
        ["addr add 192.0.2.20/24 dev eth0"],
        NONE,
        RENUMBERED,
        (UNREACHABLE, REFUSED, REFUSED, REFUSED),
        NOTHING,
        (),
    ),
    "IPv6 appears where Postfix began without": Row(
        SUBNET,
        ["sysctl ipv6/conf/all/disable_ipv6=1", *NEAR[:1]],
        ["sysctl ipv6/conf/all/disable_ipv6=0", "addr add 2001:db8::10/64 dev eth0 nodad"],
        NONE,
        LAN6,
        (UNREACHABLE, NOT_TRUSTED, TRUSTED, TRUSTED),
        RELOAD,
        (
            "mail for user@[IPv6:::1], user@[IPv6:2001:db8::10] is not taken as its own",
            "clients of [::1]/128, [2001:db8::]/64 are not trusted",
        ),
    ),
    "a loopback address appears under loopback-only": Row(
        {"inet_interfaces": "loopback-only"},
        NEAR,
        ["addr add 127.0.0.2/8 dev lo"],
        NONE,
        ("near", "127.0.0.1", "127.0.0.2"),
        (REFUSED, REFUSED, REFUSED, TRUSTED),
        RESTART,
        (
            "connections to 127.0.0.2 are refused",
            "mail for user@[127.0.0.2] is not taken as its own",
            "clients of 127.0.0.2/32 are not trusted",
        ),
    ),
    "inet_interfaces gets wider": Row(
        {**SET, "inet_interfaces": "192.0.2.10"},
        NEAR,
        [],
        {"inet_interfaces": "192.0.2.10, 2001:db8::10"},
        LAN6,
        (REFUSED, REFUSED, REFUSED, NOT_TRUSTED),
        RESTART,
        (
            "connections to 2001:db8::10 are refused",
            "mail for user@[IPv6:2001:db8::10] is not taken as its own",
        ),
    ),
    "inet_interfaces becomes all": Row(
        {**SET, "inet_interfaces": "192.0.2.10"},
        NEAR[:2],
        [],
        {"inet_interfaces": "all"},
        LAN6,
        (REFUSED, REFUSED, REFUSED, NOT_TRUSTED),
        RESTART,
        (
            "connections to every other IPv4 address, every IPv6 address are refused",
            "mail for user@[127.0.0.1], user@[IPv6:::1], user@[IPv6:2001:db8::10] is not taken as its own",
        ),
    ),
    "inet_interfaces becomes loopback-only": Row(
        SET,
        NEAR[:2],
        [],
        {"inet_interfaces": "loopback-only"},
        LAN,
        (TRUSTED, TRUSTED, TRUSTED, REFUSED),
        RESTART,
        (
            "Postfix still listens on every other IPv4 address, every other IPv6 address",
            "mail for user@[192.0.2.10], user@[IPv6:2001:db8::10] is still taken as its own",
        ),
    ),
    "inet_protocols gets IPv6": Row(
        {**SUBNET, "inet_protocols": "ipv4"},
        NEAR[:2],
        [],
        {"inet_protocols": "all"},
        LAN6,
        (REFUSED, REFUSED, REFUSED, TRUSTED),
        RESTART,
        (
            "connections to every IPv6 address are refused",
            "mail for user@[IPv6:::1], user@[IPv6:2001:db8::10] is not taken as its own",
            "clients of [::1]/128, [2001:db8::]/64 are not trusted",
        ),
    ),
    "inet_protocols loses IPv6": Row(
        SUBNET,
        NEAR[:2],
        [],
        {"inet_protocols": "ipv4"},
        LAN6,
        (TRUSTED, TRUSTED, UNREACHABLE, REFUSED),
        RESTART,
        (
            "a reload alone makes smtpd stop at each IPv6 client",
            "Postfix still listens on every IPv6 address",
            "mail for user@[IPv6:::1], user@[IPv6:2001:db8::10] is still taken as its own",
            "clients of [::1]/128, [2001:db8::]/64 stay trusted",
        ),
    ),
    "mynetworks is edited": Row(
        SET,
        NEAR,
        [],
        {"mynetworks": "172.18.0.0/16"},
        DOCKER,
        (NOT_TRUSTED, NOT_TRUSTED, TRUSTED, TRUSTED),
        RELOAD,
        ("clients of 172.18.0.0/16 are not trusted", "clients of 192.0.2.0/24 stay trusted"),
    ),
    "proxy_interfaces is edited": Row(
        SET,
        NEAR,
        [],
        {"proxy_interfaces": "198.51.100.1"},
        (*DOCKER, "user@[198.51.100.1]"),
        (NOT_TRUSTED, NOT_TRUSTED, OURS, OURS),
        RELOAD,
        ("proxy_interfaces is taken for empty",),
    ),
}


class Live:
    """A Postfix that runs, and what it needs since it was started."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.before, _ = self.answer()

    def answer(self) -> tuple[Answer, Configuration | None]:
        """What Postfix would make of the host and of main.cf now."""
        assert self.server.namespace is not None
        host = discover(netns=self.server.namespace.name)
        configuration = configuration_of(host, f"{self.server.folder}/etc")
        return answer_of(host, configuration), configuration

    def needs(self) -> Need:
        """What Postfix needs now."""
        return needs(self.before, *self.answer())

    def meets(self, client: tuple[str, ...]) -> str:
        """What a client meets now; "near" before it: it is on Postfix's own host."""
        if client[0] == "near":
            return self.server.answer(*client[1:], is_near=True)
        return self.server.answer(*client)


@pytest.mark.parametrize("name", ROWS)
def test_what_clients_meet_and_what_is_needed(name: str, namespace: Namespace) -> None:
    """And what we say is true until then is what a client meets until then."""
    need(why_no_smtpd())
    row = ROWS[name]
    with Server(namespace, row.near, FAR, row.parameters) as server:
        live = Live(server)
        assert live.meets(LAN) in (TRUSTED, NOT_TRUSTED, REFUSED)  # an smtpd runs before the change, if one listens
        seen = [live.meets(row.client)]
        namespace.build(row.steps)
        server.write_main_cf(row.edit)
        told = live.needs()
        seen.append(live.meets(row.client))
        assert server.postfix("reload")[0] == 0
        seen.append(live.meets(row.client))
        assert server.postfix("stop")[0] == 0
        assert server.postfix("start")[0] == 0
        seen.append(live.meets(row.client))
        assert tuple(seen) == row.seen
        still = (ALREADY,) if row.until else ()
        assert (told.what, told.until, told.edits) == (row.what, (*row.until, *still), ())
        assert bool(told.reasons) == (told.what != NOTHING)


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
