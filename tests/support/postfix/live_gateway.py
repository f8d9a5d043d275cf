"""A container with a real smtpd, behind a gateway that masquerades or passes connections on, and a client outside.

Each is a network namespace. The gateway has a bridge with the container as its port, as container engines make it.
"""

from __future__ import annotations

import contextlib
import re
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

from support.namespaces import Namespace
from support.need import need
from support.postfix.live_smtpd import Smtpd, why_no_smtpd

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

BRIDGE = "br-0a1b2c3d4e5f"
GATEWAY, GATEWAY6 = "172.30.0.1", "fd00:30::1"
CONTAINER, CONTAINER6 = "172.30.0.5", "fd00:30::5"
OUTSIDE, OUTSIDE6 = "198.51.100.1", "2001:db8:9::1"  # the gateway's own, where the client finds it
CLIENT, CLIENT6 = "198.51.100.9", "2001:db8:9::9"
PORT = 2500  # of the first list; the next one has the next

# Connects, offers one recipient elsewhere, and prints the last reply.
ASK = """
import socket, sys
with socket.create_connection((sys.argv[1], int(sys.argv[2])), 20) as connection:
    lines = connection.makefile("rb")
    reply = lines.readline()
    for command in (b"HELO there", b"MAIL FROM:<>", b"RCPT TO:<user@example.net>", b"QUIT"):
        if command == b"QUIT" or not reply.startswith(b"2"):
            break
        connection.sendall(command + b"\\r\\n")
        reply = lines.readline()
print(reply.decode(), end="")
"""

# A userland proxy: listens on one address, and passes what comes to another. It ends when its standard input does.
PROXY = """
import socket, sys, threading

def copy(source, target):
    while data := source.recv(4096):
        target.sendall(data)
    target.shutdown(socket.SHUT_WR)

def serve():
    while True:
        client, _ = server.accept()
        there = socket.create_connection((sys.argv[3], int(sys.argv[4])))
        for pair in ((client, there), (there, client)):
            threading.Thread(target=copy, args=pair, daemon=True).start()

family = socket.AF_INET6 if ":" in sys.argv[1] else socket.AF_INET
server = socket.create_server((sys.argv[1], int(sys.argv[2])), family=family)
threading.Thread(target=serve, daemon=True).start()
print("ready", flush=True)
sys.stdin.read()
"""

# What Docker's own rules do for a published port, and, in postrouting, what makes one address of all clients.
MASQUERADE = f"""
table inet nat {{
    chain prerouting {{
        type nat hook prerouting priority dstnat;
        ip daddr {OUTSIDE} tcp dport {PORT}-{PORT + 9} dnat ip to {CONTAINER}
        ip6 daddr {OUTSIDE6} tcp dport {PORT}-{PORT + 9} dnat ip6 to {CONTAINER6}
    }}
    chain postrouting {{
        type nat hook postrouting priority srcnat;
        %s
    }}
}}
"""
ALL_CLIENTS = f"oifname {BRIDGE} masquerade"
ONLY_OUTGOING = f"ip saddr 172.30.0.0/16 oifname != {BRIDGE} masquerade"


def why_no_gateway() -> str | None:
    """Why no gateway can be made here; None if one can."""
    if shutil.which("nft") is None:
        return "no nft: install Debian's nftables"
    return why_no_smtpd()


class ReachableSmtpd(Smtpd):
    """A real smtpd that also listens on TCP, a port for each list."""

    def seen(self) -> str:
        """The address from which the last client came that was refused a recipient, as smtpd logged it."""
        self._read_log()
        found = [re.search(r"RCPT from \S+\[([^\]]+)\]", text) for _program, text in self.log]
        return [match[1] for match in found if match][-1]

    def _configure(self) -> None:
        super()._configure()
        services = self.folder / "etc" / "master.cf"
        own = [line for line in services.read_text().splitlines() if line.startswith("list")]
        ports = [re.sub(r"^list\d+ unix", f"{PORT + number} inet", line) for number, line in enumerate(own)]
        services.write_text(services.read_text() + "\n".join(ports) + "\n")


@contextlib.contextmanager
def behind_a_gateway() -> Iterator[tuple[Namespace, Namespace, Namespace]]:
    """The namespaces of the container, of its gateway, and of a client outside."""
    need(why_no_gateway())
    with Namespace() as container, Namespace() as gateway, Namespace() as client:
        gateway.build(
            [
                "link set lo up",
                f"link add {BRIDGE} type bridge",
                f"link add vethc type veth peer name eth0 netns {container.name}",
                f"link add wan type veth peer name eth0 netns {client.name}",
                f"link set vethc master {BRIDGE} up",
                f"link set {BRIDGE} up",
                "link set wan up",
                f"address add {GATEWAY}/16 dev {BRIDGE}",
                f"address add {GATEWAY6}/64 dev {BRIDGE} nodad",
                f"address add {OUTSIDE}/24 dev wan",
                f"address add {OUTSIDE6}/64 dev wan nodad",
                "sysctl ipv4/ip_forward=1",
                "sysctl ipv6/conf/all/forwarding=1",
            ]
        )
        for inner, four, six, router, router6 in (
            (container, f"{CONTAINER}/16", f"{CONTAINER6}/64", GATEWAY, GATEWAY6),
            (client, f"{CLIENT}/24", f"{CLIENT6}/64", OUTSIDE, OUTSIDE6),
        ):
            inner.build(
                [
                    "link set lo up",
                    "link set eth0 up",
                    f"address add {four} dev eth0",
                    f"address add {six} dev eth0 nodad",
                    f"route add default via {router}",
                    f"route add ::/0 via {router6}",
                ]
            )
        yield container, gateway, client


@contextlib.contextmanager
def proxy(namespace: Namespace, listening: tuple[str, int], to: tuple[str, int]) -> Iterator[None]:
    """A userland proxy in a namespace, while the context lasts."""
    argv = namespace.argv([sys.executable, "-c", PROXY, listening[0], str(listening[1]), to[0], str(to[1])])
    with subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        yield
        process.communicate()


def reply_to(namespace: Namespace, address: str, number_of_list: int = 0) -> str:
    """The reply to a recipient elsewhere, offered from a namespace to the smtpd of a list at this address."""
    argv: Sequence[str] = [sys.executable, "-c", ASK, address, str(PORT + number_of_list)]
    return namespace.run(argv).stdout
