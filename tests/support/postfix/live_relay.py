"""Ask a real smtpd(8) whether a client may relay: one service for each set of parameters, in one Postfix instance.

Like live_smtpd, of which it is a kind. A recipient elsewhere is offered, by a client that says EHLO with its name. What
is accepted goes as far as cleanup(8), which throws it away when the client leaves before DATA.
"""

from __future__ import annotations

import re
import shutil
from typing import TYPE_CHECKING

from support.postfix.live_smtpd import REFUSED, Smtpd, xtext

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from support.namespaces import Namespace

YES, NO = "yes", "no"

# A transport that refuses would be a refusal to smtpd, which defer_if_reject changes.
_PARAMETERS = {
    "smtpd_relay_restrictions": None,
    "default_transport": "smtp",
    "in_flow_delay": "0",  # a second for each message that no queue manager takes
    "notify_classes": "",  # no mail to the postmaster about a fault in a list
}


class RelaySmtpd(Smtpd):
    """A real smtpd with several services, each with parameters of its own; a context manager that skips without root.

    Args:
        cases: for each service what its ``-o`` set, by name, with main.cf's meaning of "$". None: the parameter's
            default, which no ``-o`` can say; the harness's own setting of it is taken away for all services.
        parameters, namespace: as in ``Smtpd``.
    """

    def __init__(
        self,
        cases: Sequence[Mapping[str, str]],
        *,
        parameters: Mapping[str, str | None] | None = None,
        namespace: Namespace | None = None,
    ) -> None:
        super().__init__([], parameters={**_PARAMETERS, **(parameters or {})}, namespace=namespace)
        self.cases = list(cases)

    def _services(self, settings: dict[str, str | None]) -> list[str]:
        for name in ("incoming", "hold", "trace", "defer"):
            (self.folder / "queue" / name).mkdir()
            shutil.chown(self.folder / "queue" / name, "postfix")
        services = ["cleanup unix n - n - 0 cleanup"]
        for number, case in enumerate(self.cases):
            service = f"case{number} unix n - n - 1 smtpd -o syslog_name=case{number}"
            for name, value in case.items():
                settings[f"case_{number}_{name}"] = value  # by way of a parameter: master.cf would split the value
                service += f" -o {name}=$case_{number}_{name}"
            services.append(service)
        return services

    def reply(self, number: int, client: str, name: str | None = None) -> str | None:
        """The reply to RCPT, or to what is refused before it. None: smtpd does not start.

        Args:
            number: of the case, from 0.
            client: an IPv4 or IPv6 address.
            name: the client's name, looked up both ways; None is to Postfix the name "unknown".
        """
        address = f"IPV6:{client}" if ":" in client else client
        said = "[UNAVAILABLE]" if name is None else xtext(name)
        claim = f"XCLIENT ADDR={xtext(address)} NAME={said} REVERSE_NAME={said}"
        commands = [claim, "EHLO client.example.org", "MAIL FROM:<sender@example.org>", "RCPT TO:<user@example.net>"]
        return self._last_reply(f"case{number}", commands)

    def may_relay(self, number: int, client: str, name: str | None = None) -> str:
        """YES, NO or REFUSED; the arguments are those of ``reply()``."""
        reply = self.reply(number, client, name)
        if reply is None:
            return REFUSED
        return YES if reply.startswith("250 ") else NO

    def said_by(self, number: int) -> list[str]:
        """The warnings, errors and fatal errors of a case's smtpd."""
        self._read_log()
        return [
            text
            for speaker, text in self.log
            if speaker == f"case{number}/smtpd" and re.match("(warning|error|fatal|panic): ", text)
        ]
