"""Let a real smtp(8) try to deliver, and tell what becomes of the mail.

The instance of ``Smtpd`` gets the services that a delivery needs. The mail never leaves its network namespace.
"""

from __future__ import annotations

import re
import time
from socket import AF_UNIX, socket
from typing import TYPE_CHECKING

from support.postfix.live_smtpd import PATIENCE, Smtpd

if TYPE_CHECKING:
    from collections.abc import Mapping

    from support.namespaces import Namespace

SERVICES = """\
submission unix n - n - 1 smtpd -o mynetworks=127.0.0.1
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
"""


class SmtpClient(Smtpd):
    """A Postfix whose SMTP client delivers; a context manager that skips without root.

    Args:
        parameters: lines of main.cf.
        namespace: where Postfix runs.
        options: what master.cf has behind the client's program.
        program: the client's program, smtp or lmtp.
    """

    def __init__(
        self, parameters: Mapping[str, str | None], namespace: Namespace, options: str = "", program: str = "smtp"
    ) -> None:
        self._options = options
        self._program = program
        defaults: dict[str, str | None] = {"default_transport": "smtp", "smtp_connect_timeout": "5"}
        super().__init__([], parameters={**defaults, **parameters}, namespace=namespace)

    def deliver(self, recipient: str) -> str:
        """Hand over one mail; what the client says of it: its warnings and fatal errors, then ``status=...``."""
        begin = len(self.log)
        self._asked = "submission"
        commands = ["MAIL FROM:<>", f"RCPT TO:<{recipient}>", "DATA", "Subject: a test\r\n\r\n."]
        with socket(AF_UNIX) as connection:
            connection.connect(str(self.folder / "queue" / "public" / "submission"))
            assert self._reply(connection, "submission").startswith("2")
            for command in commands:
                connection.sendall(command.encode() + b"\r\n")
                reply = self._reply(connection, "submission")
                assert reply.startswith(("2", "3")), reply
            deadline = time.monotonic() + PATIENCE
            said: list[str] = []
            while not any("status=" in text or text.startswith("fatal: ") for text in said):
                assert time.monotonic() < deadline, self.log
                self._wait()
                said = [text for program, text in self.log[begin:] if program == f"postfix/{self._program}"]
        return "\n".join(re.sub(r"^.*, (?=status=)", "", text) for text in said)

    def _configure(self) -> None:
        super()._configure()
        self._make_queue()
        with (self.folder / "etc" / "master.cf").open("a") as file:
            file.write(f"{SERVICES}smtp unix - - n - 1 {self._program} {self._options}\n")
