"""Ten hosts for Ansible: network namespaces, joined by a bridge, three of them relays with an sshd and a Postfix each.

``ip netns exec`` binds ``/etc/netns/NAME/postfix`` over ``/etc/postfix``, so that each host has a main.cf of its own.
"""

from __future__ import annotations

import contextlib
import os
import pathlib
import shutil
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

from support.namespaces import Namespace, why_no_namespaces
from support.need import need
from support.postfix.live_server import CLIENT, REFUSED, UNREACHABLE

if TYPE_CHECKING:
    from collections.abc import Iterable
    from types import TracebackType

    from typing_extensions import Self

PYTHON = "/usr/bin/python3"
RELAYS = ("relay1", "relay2", "relay3")
FOREIGN = b"eth\xff".decode("utf-8", "surrogateescape")

# Each host, and what it has besides lo and an eth0 on the bridge with 192.0.2.N and 2001:db8::N.
HOSTS: dict[str, list[str]] = {
    **{relay: [] for relay in RELAYS},
    "plain": [],
    "two": ["addr add 192.0.2.44/24 dev eth0", "addr add 198.51.100.5/25 dev eth0"],
    "local": ["link add local type ifb", "link set local up", "addr add 203.0.113.6/28 dev local"],
    "foreign": [f"link add {FOREIGN} type ifb", f"link set {FOREIGN} up", f"addr add 203.0.113.17/28 dev {FOREIGN}"],
    "without6": ["sysctl ipv6/conf/all/disable_ipv6=1"],
    "broken": [],
    "down": ["link set eth0 down", "link set lo down"],
}
"""In their order; N counts them from 1."""

MAIN_CF = {
    "compatibility_level": "3.6",
    "myhostname": "{host}.example.com",
    "mydestination": "",
    "inet_interfaces": "all",
    "queue_directory": "{folder}/queue",
    "data_directory": "{folder}/data",
    "maillog_file": "{folder}/log",
    "maillog_file_prefixes": "{folder}",
    "smtpd_relay_restrictions": "permit_mynetworks, reject_unauth_destination",
    "default_transport": "error:no-delivery",
    "local_recipient_maps": "",
    "alias_maps": "",
    "disable_dns_lookups": "yes",
    "smtpd_peername_lookup": "no",
}
"""A relay's main.cf. It delivers nothing."""
OWN = {"relay3": {"inet_interfaces": "loopback-only"}}  # which clients do not reach: this has to change
BROKEN = "mynetworks = 127.0.0.0/8\nthis sets nothing\n"

RELAYS_VARS = ["postfix_trust_clients={{ groups['clients'] }}", 'postfix_trust_parameters={"inet_interfaces": "all"}']

SERVICES = """\
smtp inet n - n - - smtpd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
error unix - - n - - error
rewrite unix - - n - - trivial-rewrite
anvil unix - - n - 1 anvil
postlog unix-dgram n - n - 1 postlogd
"""

SSHD = """\
Port 22
ListenAddress {address}
HostKey {folder}/key
PidFile {folder}/sshd.pid
AuthorizedKeysFile {folder}/key.pub
UsePAM no
StrictModes no
PermitRootLogin prohibit-password
"""


def why_no_fleet() -> str | None:
    """Why there can be none here; None if there can."""
    if os.geteuid() != 0:
        return "not root: Ansible enters a namespace by ip netns exec"
    for program, package in (("sshd", "openssh-server"), ("ssh-keygen", "openssh-client"), ("postfix", "postfix")):
        if shutil.which(program, path=os.environ.get("PATH", "") + ":/usr/sbin") is None:
            return f"no {program}: install Debian's {package}"
    return why_no_namespaces()


class Fleet:
    """The hosts; a context manager that skips where there can be none.

    Args:
        folder: an empty folder, which other users than root may enter: Postfix has its queues there.

    Attributes:
        hosts: the namespace of each host by its name.
        control: the namespace from which they are reached.
    """

    def __init__(self, folder: pathlib.Path) -> None:
        self.folder = folder
        self.hosts: dict[str, Namespace] = {}
        self._cleanup = contextlib.ExitStack()

    def __enter__(self) -> Self:
        need(why_no_fleet())
        with self._cleanup:
            self.control = self._cleanup.enter_context(Namespace())
            self.control.build(
                [
                    "link set lo up",
                    "link add bridge type bridge",
                    "link set bridge up",
                    "addr add 192.0.2.254/24 dev bridge",
                ]
            )
            for number, (host, steps) in enumerate(HOSTS.items(), 1):
                self._add(number, host, steps)
            self._cleanup = self._cleanup.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._cleanup.close()

    def inventory(self, clients: Iterable[str], relays: Iterable[str] = RELAYS, python: str = PYTHON) -> str:
        """The path of a file that names all hosts. RELAYS are reached by ssh, all others by ``ip netns exec``.

        Args:
            clients: the hosts of the group ``clients``, which each relay serves.
            relays: the hosts of the group ``relays``.
            python: what runs modules on the hosts.
        """
        lines = []
        for number, host in enumerate(HOSTS, 1):
            words = f"ansible_connection=netns ansible_netns={self.hosts[host].name}"
            if host in RELAYS:
                words = f"ansible_host=192.0.2.{number} ansible_ssh_private_key_file={self.folder}/{host}/key"
            lines.append(f"{host} ansible_python_interpreter={python} {words}")
        groups = {"clients": clients, "relays": relays, "relays:vars": RELAYS_VARS}
        lines += [line for name, members in groups.items() for line in (f"[{name}]", *members)]
        path = self.folder / "inventory.ini"
        path.write_text("\n".join(lines) + "\n")
        return str(path)

    def main_cf(self, host: str) -> pathlib.Path:
        """The main.cf of a host."""
        return pathlib.Path("/etc/netns", self.hosts[host].name, "postfix", "main.cf")

    def answer(self, host: str, source: str, relay: str) -> str:
        """What a client meets at a relay: the code of the reply to a recipient elsewhere, or why there is none."""
        server = f"{'2001:db8::' if ':' in source else '192.0.2.'}{[*HOSTS].index(relay) + 1}"
        argv = [sys.executable, "-c", CLIENT, source, server, "user@example.net"]
        reply = self.hosts[host].run(argv).stdout.strip()
        return reply if reply in (REFUSED, UNREACHABLE) else reply[:3]

    def log(self, relay: str) -> str:
        """What the Postfix of a relay said so far."""
        return (self.folder / relay / "log").read_text()

    def _add(self, number: int, host: str, steps: list[str]) -> None:
        namespace = self.hosts[host] = self._cleanup.enter_context(Namespace())
        self._cleanup.callback(self._end_all, namespace)
        # Before anything runs there: what is not there yet is not bound over the main.cf of this machine.
        self.main_cf(host).parent.mkdir()
        (self.folder / host).mkdir()
        self.control.build(
            [
                f"link add to{number} type veth peer name eth0 netns {namespace.name}",
                f"link set to{number} master bridge",
                f"link set to{number} up",
            ]
        )
        own = [f"addr add 192.0.2.{number}/24 dev eth0", f"addr add 2001:db8::{number}/64 dev eth0"]
        namespace.build(["link set lo up", "link set eth0 up", *own, *steps])
        if host in RELAYS:
            self._start_sshd(number, host)
            self._start_postfix(host)
        elif host == "broken":
            self.main_cf(host).write_text(BROKEN)

    def _start_sshd(self, number: int, host: str) -> None:
        folder = self.folder / host
        pathlib.Path("/run/sshd").mkdir(exist_ok=True)
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(folder / "key")], check=True)
        (folder / "sshd.conf").write_text(SSHD.format(address=f"192.0.2.{number}", folder=folder))
        self.hosts[host].run(["/usr/sbin/sshd", "-E", str(folder / "sshd.log"), "-f", str(folder / "sshd.conf")])

    def _start_postfix(self, host: str) -> None:
        folder = self.folder / host
        lines = {**MAIN_CF, **OWN.get(host, {})}
        text = "".join(f"{name} = {value}\n" for name, value in lines.items()).format(host=host, folder=folder)
        self.main_cf(host).write_text(text)
        self.main_cf(host).with_name("master.cf").write_text(SERVICES)
        shutil.copy("/etc/postfix/postfix-files", self.main_cf(host).parent)
        for name in ("queue", "data"):
            (folder / name).mkdir()
        shutil.chown(folder / "data", "postfix")
        # The daemon must not hold what the tests wait for.
        self.hosts[host].run(["sh", "-c", f"postfix start </dev/null >{folder}/said 2>&1"])

    @staticmethod
    def _end_all(namespace: Namespace) -> None:
        """End Postfix, sshd, its sessions and all else that runs in a namespace of the fleet, and only there."""
        for _ in range(3):  # some start others meanwhile
            listed = subprocess.run(["ip", "netns", "pids", namespace.name], capture_output=True, text=True, check=True)
            for process in map(int, listed.stdout.split()):
                with contextlib.suppress(ProcessLookupError):
                    os.kill(process, signal.SIGKILL)
