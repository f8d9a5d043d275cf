"""What one smtpd service makes of a client."""

from __future__ import annotations

from ifdiscover._postfix.lists.match_list import CANNOT_TELL
from ifdiscover._postfix.syntax.findings import Place
from ifdiscover._record import Record

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from typing import NoReturn

    from ifdiscover._postfix.lists.match_list import Decision
    from ifdiscover._postfix.parameters.configuration import Configuration
    from ifdiscover._postfix.services.restrictions import Relay

_FOLLOWERS = {
    "postscreen_access_list": "permit_mynetworks",
    "smtpd_client_event_limit_exceptions": "${smtpd_client_connection_limit_exceptions:$mynetworks}",
    "smtpd_forbid_bare_newline_exclusions": "$mynetworks",
}
"""What else is about the clients of mynetworks by default, and how (as postconf -d says)."""


def followers(configuration: Configuration) -> list[str]:
    """The parameters that are about the clients of mynetworks too, unless main.cf says otherwise."""
    values = configuration.all_written
    return [name for name, default in _FOLLOWERS.items() if "mynetworks" in values.get(name, default)]


class ServiceVerdict(Record):
    """What one smtpd service makes of a client. Nothing in it is escaped.

    A ServiceVerdict is neither true nor false; use ``trusted`` or ``may_relay``.

    Attributes:
        client: the client's address, as it was asked.
        name: the client's host name; None: not known.
        service: the name of the service in master.cf, such as ``smtp``; None: main.cf alone was asked.
        decision: the ``Decision`` of the service's mynetworks.
        relay: what its restrictions make of the client; None: not known, because no main.cf was read or the client is
            no address.
        trusted: whether the client is in mynetworks.
        may_relay: "yes", "no" or "cannot tell".
        reason: why it may relay or not, in one sentence.
        place: the ``Place`` of the restriction that decides; empty: not known, or in no file.
    """

    client: str
    name: str | None
    service: str | None
    decision: Decision
    relay: Relay | None = None

    @property
    def trusted(self) -> bool:
        """Whether the client is in mynetworks; also False if Postfix cannot tell."""
        return self.decision.trusted

    @property
    def may_relay(self) -> str:
        """Whether the client may relay: "yes", "no" or "cannot tell"."""
        return CANNOT_TELL if self.relay is None else self.relay.verdict

    @property
    def reason(self) -> str:
        """Why the client may relay or not, in one sentence."""
        return self.decision.reason if self.relay is None else self.relay.reason

    @property
    def place(self) -> Place:
        """The place of the restriction that decides."""
        return Place() if self.relay is None else self.relay.place

    def __bool__(self) -> NoReturn:
        """Refuse: as a tuple, a ServiceVerdict would be true for every client.

        Raises:
            TypeError: always.
        """
        raise TypeError("a ServiceVerdict is neither true nor false; ask .trusted or .may_relay")
