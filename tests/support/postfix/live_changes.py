"""A real Postfix whose host or main.cf changes, the clients that show it, and what we say it needs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from support.postfix.live_server import Server

from ifdiscover import discover
from ifdiscover._postfix.changes.answer import answer_of
from ifdiscover._postfix.changes.needs import needs
from ifdiscover._postfix.in_force import configuration_of

if TYPE_CHECKING:
    from ifdiscover._postfix.changes.answer import Answer
    from ifdiscover._postfix.changes.needs import Need
    from ifdiscover._postfix.parameters.configuration import Configuration

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
LAN, LAN6, DOCKER = ("192.0.2.1", "192.0.2.10"), ("2001:db8::1", "2001:db8::10"), ("172.18.0.1", "192.0.2.10")
RENUMBERED = ("192.0.2.1", "192.0.2.20")

SUBNET = {"mynetworks_style": "subnet"}
SET = {"mynetworks": "192.0.2.0/24"}


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
