"""What can be wrong with Postfix's parameters.

A ``Kind`` of fault has a name that never changes, a severity and a consequence. A ``Finding`` is a fault in one place.
"""

from __future__ import annotations

from ifdiscover._record import Record

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from collections.abc import Iterable

    from ifdiscover.errors import PostfixError
    from ifdiscover.model import Address

FATAL, ERROR, WARNING, SILENT = "fatal", "error", "warning", "silent"
"""What Postfix does: it does not start; it cannot use something; it ignores something; it is silent."""

HIGH = "high"  # mail stops, or anybody may relay
MEDIUM = "medium"  # something is silently not what it seems
LOW = "low"  # it works, and is not what was meant
INFO = "info"  # nothing is known to be wrong
SEVERITIES = (HIGH, MEDIUM, LOW, INFO)
"""The worst first."""

DIES = "Postfix does not start"
NO_SERVICE = "the program of this service does not start"
NO_SMTPD = "smtpd does not start, and no mail comes in"
FAILS = "451 Temporary lookup failure for every client that comes this far in the list"
FAILS_OR_COUNTS = f"if Postfix can read it there, what is in it counts at this place of the list; if not, {FAILS}"
FAILS_FAMILY = "451 Temporary lookup failure for every client of this address family that comes this far in the list"
IGNORED = "silently ignored"
STAYS = "the SMTP client stops, and the mail stays in the queue"
UNREACHABLE = "Postfix still looks up IPv6 addresses of other hosts, and cannot reach them"
UNBOUND = "the source address is not the one that was meant"


NEEDS_POSTFIX = "needs-postfix"
"""The kind of a possible fault that Postfix could judge, and ifdiscover cannot."""
FOR_POSTFIX = "table-for-postfix"
"""The kind of a table that Postfix can ask, and ifdiscover cannot."""
NOT_ON_THIS_MACHINE = "not-on-this-machine"
"""The kind of what only a recorded host can judge: its files, and the names that its resolver knows."""


class Kind(Record):
    """A kind of finding."""

    severity: str
    consequence: str
    cannot_tell: bool = False  # ifdiscover does not know whether something is wrong


KINDS = {
    # Elements of a match list.
    "address-as-table": Kind(HIGH, f"to Postfix this is a type:table, and not an address: {FAILS}"),
    "host-bits": Kind(HIGH, FAILS_FAMILY),
    "bad-mask": Kind(HIGH, FAILS_FAMILY),
    "bad-length": Kind(HIGH, FAILS_FAMILY),
    "bad-network": Kind(HIGH, FAILS_FAMILY),
    "bad-brackets": Kind(HIGH, FAILS_FAMILY),
    "length-over-a-byte": Kind(HIGH, "Postfix keeps the length in one byte, and so uses the length modulo 256"),
    "everyone": Kind(HIGH, "every client of this address family is trusted"),
    "no-pattern": Kind(HIGH, NO_SMTPD),
    "list-file-unreadable": Kind(HIGH, NO_SMTPD),
    "list-file-missing": Kind(HIGH, FAILS),
    "list-file-loop": Kind(HIGH, FAILS),
    "table-unusable": Kind(HIGH, FAILS),
    "table-fatal": Kind(HIGH, NO_SMTPD),
    "matches-nothing": Kind(MEDIUM, IGNORED + ": no address and no host name can match it"),
    "names-nobody": Kind(MEDIUM, "to Postfix this is a host name, and no client has it"),
    "network-without-length": Kind(MEDIUM, "to Postfix this is one address, and no client has it"),
    "mapped-network": Kind(MEDIUM, "no client matches: smtpd sees IPv4 clients by their IPv4 addresses"),
    "never-decides": Kind(MEDIUM, IGNORED + ": an element before it decides about all its clients"),
    "comment-in-line": Kind(MEDIUM, "the rest of the line is ignored"),
    "leading-white-space": Kind(MEDIUM, "the line is ignored, with those that continue it"),
    "nul": Kind(MEDIUM, "the rest of the line is ignored"),
    "table-rule-ignored": Kind(MEDIUM, "this line of the table is ignored"),
    "table-if-ignored": Kind(HIGH, "the rules up to its endif apply to every client"),
    "table-if-unclosed": Kind(MEDIUM, "the if applies to all rules that follow"),
    "table-key-with-colon": Kind(MEDIUM, "the colon is part of the key"),
    "table-result": Kind(HIGH, "451 Server configuration error for every client that matches this"),
    "table-result-ignored": Kind(MEDIUM, "a list only asks whether a key is there: all that this matches is trusted"),
    "table-key-network": Kind(
        MEDIUM, "a table of this type is asked for whole addresses and names, and never for this"
    ),
    "table-stale": Kind(MEDIUM, "the old content of the table counts until postmap makes it again"),
    # Networks that trust more clients than was meant.
    "nearly-everyone": Kind(HIGH, "anybody may relay from a quarter of the Internet or more"),
    "wide-network": Kind(MEDIUM, "every client with one of these public addresses may relay, whoever has it"),
    "strangers": Kind(MEDIUM, "every client with one of these public addresses may relay, whoever has it"),
    "class-too-wide": Kind(LOW, "clients of networks that this host is not in may relay if they can reach it"),
    "duplicate-address": Kind(MEDIUM, "the other host that has this address may relay"),
    "passing-address": Kind(
        INFO, "a new address is not trusted at once, and one that is gone is trusted until each smtpd has ended"
    ),
    "assumed-netmask": Kind(INFO, "Postfix may trust the whole network of such an address", cannot_tell=True),
    "whole-range": Kind(INFO, "every neighbour with such an address may relay"),
    # Networks and addresses of a list that trust more clients than was meant.
    "trusted-gateway": Kind(
        MEDIUM,
        "clients that the gateway masquerades come from its address: if it masquerades strangers, anybody may relay",
    ),
    "trusted-bridge": Kind(
        INFO, "if this host masquerades strangers there, or has a proxy for them, anybody may relay"
    ),
    "trusted-proxy": Kind(INFO, "if a proxy connects from this address for strangers, anybody may relay"),
    # Networks that are not where they were.
    "moved-network": Kind(
        MEDIUM, "whoever gets the addresses of the old network may relay, and clients in the new one may not"
    ),
    "stale-network": Kind(
        INFO, "its clients can only come by a default gateway, and whoever has these addresses now is trusted"
    ),
    # main.cf and the parameters that it sets.
    "main-cf-line": Kind(HIGH, DIES),
    "macro": Kind(HIGH, DIES),
    "setting-overridden": Kind(MEDIUM, "the earlier line is ignored"),
    "swallowed-setting": Kind(
        MEDIUM, "the text is part of the value before it, and the parameter that it names is not set"
    ),
    "byte-order-mark": Kind(MEDIUM, "Postfix takes the mark for the first characters of the first line"),
    "misspelt-name": Kind(MEDIUM, "no parameter has this name, and nothing uses it"),
    "undefined-name": Kind(MEDIUM, "Postfix takes it for empty"),
    "compatibility-level": Kind(HIGH, DIES),
    "bad-hostname": Kind(HIGH, DIES),
    "protocol-unknown": Kind(HIGH, DIES),
    "no-protocol": Kind(HIGH, "every network service of Postfix is disabled, and it trusts nobody"),
    "ipv6-not-in-kernel": Kind(LOW, "each program of Postfix warns of it, and goes on with IPv4"),
    "ipv6-disabled": Kind(LOW, UNREACHABLE),
    "ipv6-no-address": Kind(LOW, UNREACHABLE),
    "ipv6-loopback-only": Kind(LOW, UNREACHABLE),
    "ipv6-no-loopback": Kind(
        LOW,
        "mynetworks has no [::1], and inet_interfaces cannot have a name that resolves to ::1, as localhost often does",
    ),
    "loopback-only": Kind(
        MEDIUM, "Postfix listens on loopback addresses alone: the clients of these networks are refused the connection"
    ),
    "interface-not-found": Kind(HIGH, DIES),
    "interface-not-local": Kind(HIGH, DIES),
    "no-active-interface": Kind(HIGH, DIES),
    "no-own-address": Kind(MEDIUM, "Postfix has no own address, and by default trusts nobody"),
    "proxy-not-found": Kind(HIGH, "Postfix's trivial-rewrite stops at user@[address], and such mail is refused"),
    "style": Kind(HIGH, DIES),
    "class-e": Kind(HIGH, DIES),
    "parents-unusable": Kind(HIGH, NO_SMTPD),
    "postconf-differs": Kind(MEDIUM, "postconf computes mynetworks from another value than the daemons use"),
    "bad-choice": Kind(HIGH, "the SMTP client does not start: mail for other hosts stays in the queue"),
    "bind-macro": Kind(HIGH, "the SMTP client does not start: mail for other hosts stays in the queue"),
    # master.cf and its services.
    "master-cf-line": Kind(HIGH, DIES),
    "service-option": Kind(HIGH, NO_SERVICE),
    "no-relay-restriction": Kind(HIGH, NO_SMTPD),
    "service-twice": Kind(MEDIUM, "the earlier service of this name is ignored"),
    # Source addresses of the SMTP client. Each finding has its own_consequence.
    "bind-malformed": Kind(HIGH, STAYS),
    "bind-bad": Kind(HIGH, STAYS),
    "bind-loopback": Kind(HIGH, "mail for other hosts is deferred"),
    "bind-family": Kind(MEDIUM, UNBOUND),
    "bind-absent": Kind(MEDIUM, UNBOUND),
    "bind-dadfailed": Kind(MEDIUM, UNBOUND),
    "bind-tentative": Kind(MEDIUM, UNBOUND),
    "bind-link-local": Kind(MEDIUM, UNBOUND),
    "bind-temporary": Kind(MEDIUM, UNBOUND),
    "bind-deprecated": Kind(MEDIUM, UNBOUND),
    "unseen-addresses": Kind(INFO, "not looked at: the backend could not see them", cannot_tell=True),
    NEEDS_POSTFIX: Kind(INFO, "not looked at: only Postfix itself can tell", cannot_tell=True),
    NOT_ON_THIS_MACHINE: Kind(INFO, "not looked at: only the recorded host can tell", cannot_tell=True),
    FOR_POSTFIX: Kind(INFO, "the table is there, and only Postfix itself can ask it"),
}
"""Every kind, by its name."""


class Place(Record):
    """The place of an element or a fault. ``str()`` of it is for people.

    Attributes:
        file: the file's name; None: in no file.
        line: counted from 1; None: not known.
        column: counted from 1; None: not known, because the text is the value of a ``$name``.
        sources: for an element of a computed mynetworks: each ``Address`` that it comes from.
    """

    file: str | None = None
    line: int | None = None
    column: int | None = None
    sources: tuple[Address, ...] = ()

    def __str__(self) -> str:
        if self.sources:
            return ", ".join([f"{address} on {address.interface.name}" for address in self.sources])
        line = f"line {self.line}" if self.line else None
        column = f"column {self.column}" if self.column else None
        return ", ".join([part for part in (self.file, line, column) if part])


def place_in_text(offset: int) -> Place:
    """The place of an offset in a text that is in no file."""
    return Place(None, None, offset + 1)


class Finding(Record):
    """One fault in one place. Nothing in it is escaped.

    Attributes:
        kind: a key of ``KINDS``, explained in docs/check.md.
        postfix_says: Postfix's own words; empty: Postfix is silent.
        place: where the fault is; empty: not known, or in no file.
        element: the word with the fault; empty: the whole value or line.
        suggestion: the corrected text, or what to do; empty: not known.
        remark: more about this fault.
        parameter: the parameter with the faulty value.
        level: FATAL, ERROR, WARNING or SILENT.
        own_consequence: what Postfix does in this place, if that differs from the kind's ``consequence``.
        own_severity: the severity of this fault, if it differs from the kind's.
        more: how many further faults of this kind in this file are counted here, and are not in the list of findings.
    """

    kind: str
    postfix_says: str = ""
    place: Place = Place()
    element: str = ""
    suggestion: str = ""
    remark: str = ""
    parameter: str = ""
    level: str = SILENT
    own_consequence: str = ""
    own_severity: str = ""
    more: int = 0

    def __repr__(self) -> str:
        about = f"parameter={self.parameter!r}, element={self.element!r}, place={str(self.place)!r}"
        return f"Finding({self.kind!r}, {about})"

    @property
    def severity(self) -> str:
        """``high``, ``medium``, ``low`` or ``info``."""
        return self.own_severity or KINDS[self.kind].severity

    @property
    def cannot_tell(self) -> bool:
        """True if ifdiscover does not know whether this is a fault."""
        return KINDS[self.kind].cannot_tell

    @property
    def consequence(self) -> str:
        """What Postfix does because of the fault."""
        return self.own_consequence or KINDS[self.kind].consequence


def is_assignment(suggestion: str) -> bool:
    """Whether a suggestion is a line for main.cf, ``NAME = VALUE``, and not advice."""
    words = suggestion.split()
    return words[1:2] == ["="] and "or" not in words


def is_replacement(suggestion: str) -> bool:
    """Whether a suggestion can be written in place of the element: it is one word, or networks."""
    words = suggestion.split()
    return len(words) == 1 or (bool(words) and all("." in word or ":" in word for word in words))


def with_parameter(parameter: str, finding: Finding) -> Finding:
    """Add the parameter's name to a finding of a reader that does not know it."""
    # A kind can be fatal in one form, and only make an element unusable in another. Only smtpd reads lists.
    consequence = finding.own_consequence
    if finding.level == FATAL and finding.kind != "main-cf-line" and not consequence:
        consequence = NO_SMTPD
    return finding._replace(parameter=parameter, own_consequence=consequence)


def finding_of_error(kind: str, parameter: str, place: Place, error: PostfixError, element: str = "") -> Finding:
    """The finding for an error that stops Postfix.

    Args:
        kind: a key of ``KINDS``.
        parameter: the parameter with the faulty value.
        place: where the value is.
        error: has Postfix's sentence and a remedy.
        element: the faulty word; "": the whole value.
    """
    return Finding(kind, error.postfix_says, place, element, error.remedy, parameter=parameter)


def by_severity(found: Iterable[Finding]) -> list[Finding]:
    """The findings with the most severe first; those of one severity by file, line and column, those in no file last.

    What has the same severity and place stays in its order.
    """

    def rank(finding: Finding) -> tuple[int, bool, str, int, int]:
        place = finding.place
        severity = SEVERITIES.index(finding.severity)
        return severity, place.file is None, place.file or "", place.line or 0, place.column or 0

    return sorted(found, key=rank)


MOST = 100
"""So many findings of one kind are shown; the others are counted. A list of a million faulty words has as many."""


LONGEST = 2000
"""Characters that are shown of one text. No host name, path or sentence of Postfix's needs more."""
KEPT = 10_000
"""So many findings of one kind are kept in memory. A value for postconf(1) has no more words that can be mended."""


def shown(found: Iterable[Finding]) -> tuple[list[Finding], dict[str, int]]:
    """The first ``MOST`` findings of each kind, and how many more there are, by kind."""
    first: list[Finding] = []
    listed: dict[str, int] = {}
    more: dict[str, int] = {}
    for finding in found:
        kind = finding.kind
        listed[kind] = listed.get(kind, 0) + 1
        unlisted = finding.more
        if listed[kind] <= MOST:
            first.append(finding)
        else:
            unlisted += 1
        if unlisted:
            more[kind] = more.get(kind, 0) + unlisted
    return first, more


class Findings(list["Finding"]):
    """A list that keeps the first ``KEPT`` findings of each kind, and counts the others.

    They are counted in the ``more`` of a finding that is kept: of the same kind and severity, in the same file. So no
    severity is lost, and no file. Only ``append()``, ``extend()`` and ``+=`` count.
    """

    def __init__(self, found: Iterable[Finding] = ()) -> None:
        super().__init__()
        self._counts: dict[str, int] = {}
        self._counting: dict[tuple[object, ...], int] = {}  # where the finding is in which others are counted
        self.extend(found)

    def append(self, fault: Finding) -> None:
        """Add a finding, or count it."""
        count = self._counts.get(fault.kind, 0)
        if count >= KEPT:
            like = (fault.kind, fault.own_severity, fault.level, fault.parameter, fault.place.file)
            at = self._counting.setdefault(like, len(self))
            if at < len(self):
                self[at] = self[at]._replace(more=self[at].more + 1 + fault.more)
                return
        self._counts[fault.kind] = count + 1
        super().append(fault)

    def extend(self, found: Iterable[Finding]) -> None:
        """Add or count each of some findings."""
        for fault in found:
            self.append(fault)

    def __iadd__(self, found: Iterable[Finding]) -> Findings:  # type: ignore[override,misc]  # noqa: PYI034 - a list takes any values; Self is newer than Python 3.9
        self.extend(found)
        return self
