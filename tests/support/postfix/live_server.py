"""A real Postfix that listens in a namespace, and clients in another one, joined by a veth pair.

Nobody claims to be another client: each connects by TCP from an address that it has. Postfix is started, reloaded and
stopped by postfix(1), as an administrator does it.
"""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
import time
from typing import TYPE_CHECKING

from support.namespaces import Namespace
from support.postfix.live_smtpd import PATIENCE, SCRIPT, Smtpd

if TYPE_CHECKING:
    from collections.abc import Mapping

REFUSED = "connection refused"
UNREACHABLE = "no answer"

SERVICES = """\
smtp inet n - n - - smtpd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
"""

# Offers one recipient from an address; prints the last reply, or why there is none.
CLIENT = """
import socket, sys
source, server, recipient = sys.argv[1:]
family = socket.AF_INET6 if ":" in server else socket.AF_INET
with socket.socket(family) as connection:
    connection.settimeout(8)  # longer than the kernel asks for a neighbour that is not there: no question is left over
    connection.bind((source, 0))
    try:
        connection.connect((server, 25))
        stream = connection.makefile("rwb")
        reply = stream.readline()
        for command in ("MAIL FROM:<>", f"RCPT TO:<{recipient}>"):
            stream.write(command.encode() + b"\\r\\n")
            stream.flush()
            reply = stream.readline()
        print(reply.decode().strip())
    except ConnectionRefusedError:
        print("connection refused")
    except OSError:
        print("no answer")
"""


class Server(Smtpd):
    """A Postfix with an smtpd on port 25; a context manager that skips without root.

    The namespace gets an eth0 whose other end is the eth0 of ``far``. Nothing but lo has an address at first.

    Args:
        steps: what to do in the namespace before Postfix starts, for ``Namespace.build()``.
        far_steps: likewise in the clients' namespace.
        parameters: lines of main.cf, as those of ``Smtpd``.

    Attributes:
        far: the namespace of the clients.
    """

    script = SCRIPT[: SCRIPT.index('"$2/master"')] + 'postfix -c "$1/etc" start </dev/null >/dev/null 2>&1\nexec sh\n'

    def __init__(
        self,
        namespace: Namespace,
        steps: list[str],
        far_steps: list[str],
        parameters: Mapping[str, str | None] | None = None,
    ) -> None:
        super().__init__([], parameters=parameters, namespace=namespace)
        self._steps, self._far_steps = steps, far_steps

    def answer(self, source: str, server: str, recipient: str = "user@example.net", *, is_near: bool = False) -> str:
        """The code of Postfix's reply to a recipient, or REFUSED, or UNREACHABLE.

        Args:
            source: the client's address, in ``far``.
            server: the address that it connects to.
            recipient: whom it offers a mail for.
            is_near: whether the client is on Postfix's own host, and not in ``far``.
        """
        assert self.namespace is not None
        argv = (self.namespace if is_near else self.far).argv([sys.executable, "-c", CLIENT, source, server, recipient])
        with subprocess.Popen(argv, stdout=subprocess.PIPE) as process:
            assert process.stdout is not None
            reply = self._all_of(process.stdout.fileno())
        return reply if reply in (REFUSED, UNREACHABLE) else reply[:3]

    def postfix(self, *arguments: str) -> tuple[int, str]:
        """Run Postfix's own command where this Postfix runs; its status, and what it said."""
        return self.shell(shlex.join(["postfix", "-c", f"{self.folder}/etc", *arguments]))

    def shell(self, line: str) -> tuple[int, str]:
        """Run a line of shell where this Postfix runs; its status, and what it said."""
        fifo = self.folder / "answer"
        assert self.process.stdin is not None
        self.process.stdin.write(f"{{ ( {line} ) </dev/null 2>&1; echo $?; }} >{fifo}\n".encode())
        self.process.stdin.flush()
        descriptor = os.open(fifo, os.O_RDONLY | os.O_NONBLOCK)
        try:
            said, _, status = self._all_of(descriptor).rpartition("\n")
        finally:
            os.close(descriptor)
        return int(status), said

    def write_main_cf(self, parameters: Mapping[str, str | None]) -> None:
        """Change lines of main.cf; None takes one away."""
        self.parameters.update(parameters)
        self._write_main_cf()

    def _all_of(self, descriptor: int) -> str:
        """What comes until the end; the log is read meanwhile, since all of Postfix waits for who does not read it."""
        received = b""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            if descriptor in self._wait(descriptor):
                data = os.read(descriptor, 4096)
                if not data:
                    return received.decode().strip()
                received += data
        raise AssertionError(f"no end of {received!r}: {self.log}")

    def _start(self) -> None:
        assert self.namespace is not None
        self.far = self._cleanup.enter_context(Namespace())
        self.namespace.build(
            ["link set lo up", f"link add eth0 type veth peer name eth0 netns {self.far.name}", "link set eth0 up"]
        )
        self.far.build(["link set lo up", "link set eth0 up", *self._far_steps])
        self.namespace.build(self._steps)
        super()._start()

    def _configure(self) -> None:
        super()._configure()
        self._make_queue()
        with (self.folder / "etc" / "master.cf").open("a") as file:
            file.write(SERVICES)
        os.mkfifo(self.folder / "answer")
