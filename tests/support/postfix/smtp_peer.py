"""Let a real smtp(8) deliver mail from a namespace, and see which address its peer sees.

The instance is ``Smtpd``'s, with the services that mail needs on its way out. The peer is a server in a namespace of
its own, on the far side of eth0.
"""

from __future__ import annotations

import os
import select
import subprocess
import sys
from typing import TYPE_CHECKING

from support.namespaces import Namespace
from support.postfix.live_smtpd import PATIENCE, Smtpd

if TYPE_CHECKING:
    from collections.abc import Mapping

PEERS = {4: "203.0.113.25", 6: "2001:db8:f::25"}

# The other end of eth0, and the peers behind it, with a way back to what only the namespace's lo has.
FAR_SIDE = [
    "link set lo up",
    "link set eth0 up",
    "addr add 192.0.2.1/24 dev eth0",
    "addr add 2001:db8::1/64 dev eth0 nodad",
    "addr add fe80::1/64 dev eth0 nodad",
    f"addr add {PEERS[4]} dev lo",
    f"addr add {PEERS[6]} dev lo nodad",
    "route add default via 192.0.2.10",
    "route add ::/0 via 2001:db8::10",
]

SERVICES = """
pickup unix n - n 1 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
smtp unix - - n - - smtp
relay unix - - n - - smtp
error unix - - n - - error
retry unix - - n - - error
"""

# Says who connects, and takes all mail.
SERVER = """
import socket, sys, threading
def serve(connection, peer):
    print(peer.partition("%")[0], flush=True)
    stream = connection.makefile("rwb")
    in_data = False
    def say(line):
        stream.write(line + b"\\r\\n")
        stream.flush()
    say(b"220 peer.example.net ESMTP")
    for line in stream:
        if in_data and line != b".\\r\\n":
            continue
        word = b"." if in_data else line[:4].upper()
        in_data = word == b"DATA"
        say(b"354 go on" if in_data else b"221 bye" if word == b"QUIT" else b"250 ok")
def accept(server):
    while True:
        connection, peer = server.accept()
        threading.Thread(target=serve, args=(connection, peer[0]), daemon=True).start()
for family, address in ((socket.AF_INET, "0.0.0.0"), (socket.AF_INET6, "::")):
    server = socket.socket(family)
    if family == socket.AF_INET6:
        server.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
    server.bind((address, 25))
    server.listen()
    threading.Thread(target=accept, args=(server,), daemon=True).start()
print("listening", flush=True)
sys.stdin.read()
"""


class SmtpClientWithPeer(Smtpd):
    """A Postfix whose smtp(8) delivers to ``PEERS``, by 192.0.2.1 and 2001:db8::1 behind eth0; a context manager.

    Args:
        namespace: where it runs; without an eth0, which is made.
        steps: what to do in the namespace once eth0 is up, for ``Namespace.build()``.
        parameters: as those of ``Smtpd``.
    """

    def __init__(
        self,
        namespace: Namespace,
        steps: list[str],
        parameters: Mapping[str, str | None] | None = None,
    ) -> None:
        more = {"default_transport": "smtp", **(parameters or {})}
        super().__init__([], parameters=more, namespace=namespace)
        self._steps = steps

    def _start(self) -> None:
        assert self.namespace is not None
        far = self._cleanup.enter_context(Namespace())
        self.namespace.build(
            ["link set lo up", f"link add eth0 type veth peer name eth0 netns {far.name}", "link set eth0 up"]
        )
        far.build(FAR_SIDE)
        self.namespace.build(self._steps)
        server = subprocess.Popen(
            far.argv([sys.executable, "-c", SERVER]), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self._cleanup.callback(server.communicate)
        assert server.stdout is not None
        self._seen = server.stdout
        assert self._seen.readline() == "listening\n"  # or the first mail is deferred, and nothing tries again in time
        super()._start()

    def _configure(self) -> None:
        super()._configure()
        self._make_queue()
        with (self.folder / "etc" / "master.cf").open("a") as file:
            file.write(SERVICES)

    def address_seen(self, family: int) -> str:
        """Send a mail to the peer of a family, 4 or 6; the address from which it came."""
        literal = f"[IPv6:{PEERS[6]}]" if family == 6 else f"[{PEERS[4]}]"
        argv = ["sendmail", "-C", str(self.folder / "etc"), "-f", "postmaster@mail.example.com", f"user@{literal}"]
        environment = {**os.environ, "PATH": os.environ.get("PATH", "") + ":/usr/sbin"}
        assert self.namespace is not None
        subprocess.run(self.namespace.argv(argv), input="Subject: test\n\n", text=True, check=True, env=environment)
        if not select.select([self._seen], [], [], PATIENCE)[0]:
            self._read_log()
            raise AssertionError(f"no mail came: {self.log}")
        return self._seen.readline().strip()
