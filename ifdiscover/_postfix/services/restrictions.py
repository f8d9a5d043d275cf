"""Would smtpd let a client relay? Its restriction lists, followed as smtpd follows them (SMTPD_ACCESS_README).

The question: a client at an address sends a message to a recipient in a domain that is not this host's. It has not
authenticated, and shows no certificate. Does smtpd accept RCPT?

Each list is followed word by word. A refusal in any list ends all. What permits ends only its list. What only others
can tell (DNS, a policy service, a table that ifdiscover cannot read, the sender) is followed in every direction. If all
ways end alike, that is the answer; otherwise it is CANNOT_TELL. Nothing is asked of DNS or of a service.

The client is taken for an ordinary one, as ``restriction_words`` says. Before and after the restrictions, a milter, a
limit or a lack of TLS may still refuse it; this is not looked at.
"""

from __future__ import annotations

from ifdiscover._host.asked import packed_address
from ifdiscover._postfix.inet_protocols import is_ipv6_alone
from ifdiscover._postfix.lists.configured import parents_list
from ifdiscover._postfix.lists.lookup_table import TableError
from ifdiscover._postfix.lists.match_list import CANNOT_TELL, NOT_TRUSTED, TRUSTED, as_seen, domains_above
from ifdiscover._postfix.services.restriction_lists import (
    LISTS,
    RECIPIENTS,
    RELAY,
    ClassLoopError,
    Restrictions,
    Tables,
)
from ifdiscover._postfix.services.restriction_ways import Client, TooManyWaysError, Ways
from ifdiscover._postfix.services.restriction_words import REQUIRED, WORDS
from ifdiscover._postfix.syntax.findings import Place
from ifdiscover._postfix.syntax.list_words import fold_case
from ifdiscover._record import Record
from ifdiscover.errors import ConfigurationError, MacroLimitError, NotOnThisMachineError, UnknownDefaultError

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from ifdiscover._postfix.parameters.configuration import Configuration
    from ifdiscover._postfix.services.restriction_lists import Rule
    from ifdiscover._postfix.services.restriction_ways import Refusal, Way
    from ifdiscover._postfix.syntax.findings import Finding
    from ifdiscover._postfix.syntax.machine import Machine

YES, NO = "yes", "no"

_NO_ADDRESS = "no address"


class Relay(Record):
    """Whether a client may relay. Nothing in it is escaped.

    Attributes:
        verdict: YES, NO or CANNOT_TELL.
        restriction: the word that decides, as it is written; empty: none does.
        parameter: the parameter in whose value it is; empty: none.
        reason: one sentence.
        place: the place of the word.
    """

    verdict: str
    restriction: str
    parameter: str
    reason: str
    place: Place


class Relaying:
    """Which clients may send mail through one smtpd service to domains of others. What hangs on no client is read once.

    Args:
        configuration: the parameters of the service: main.cf's, and its ``-o`` before them.
        machine: where tables are read.
    """

    def __init__(self, configuration: Configuration, machine: Machine) -> None:
        self._answer_to_all: Relay | None = None
        self._tables = Tables(machine)
        try:
            self._restrictions = Restrictions(configuration)
            self._keeps_mapped = is_ipv6_alone(configuration.value("inet_protocols"))
            reason = self._restrictions.why_not_started(self._tables)
            if reason:
                self._answer_to_all = Relay(NO, "", "", f"smtpd does not start: {reason}", Place())
                return
            self._has_parents = _has_parents(configuration, machine)
        except (UnknownDefaultError, NotOnThisMachineError, MacroLimitError) as error:
            self._answer_to_all = Relay(CANNOT_TELL, "", "", str(error), Place())
        except ConfigurationError as error:
            self._answer_to_all = Relay(NO, "", "", f"smtpd does not start: {error.postfix_says}", Place())

    def of(self, client: str, name: str | None, trusted: str) -> Relay:
        """Whether a client may.

        Args:
            client: the client's address, without brackets, zone and length.
            name: its host name, which leads to its address and back; "unknown": it has none; None or "": not known.
            trusted: whether it is in the mynetworks of the service: TRUSTED, NOT_TRUSTED or CANNOT_TELL of
                ``lists.match_list``.

        Raises:
            AddressTextError: the text is no address.
        """
        from _socket import inet_ntop

        address = inet_ntop(*packed_address(client))
        if self._answer_to_all is not None:
            return self._answer_to_all
        if not self._keeps_mapped:
            address = as_seen(address)
        parents = tuple(domains_above(fold_case(name or ""), parent_domains=self._has_parents))
        try:
            return _Reasons(self._restrictions, self._tables, Client(address, name or None, parents, trusted)).relay()
        except TooManyWaysError:
            return Relay(CANNOT_TELL, "", "", "the restrictions are too many to be followed", Place())


def missing_required(configuration: Configuration) -> Finding | None:
    """The finding if a service has no restriction without which smtpd does not start.

    Args:
        configuration: the parameters of the service.

    Raises:
        UnknownDefaultError: only Postfix knows a value that is needed.
        ConfigurationError: smtpd does not start, for another reason.
    """
    try:
        return Restrictions(configuration).missing_required()
    except ClassLoopError:
        return None


def _has_parents(configuration: Configuration, machine: Machine) -> bool:
    """Whether access tables are asked for the domains above a name without a dot before them."""
    value = parents_list(configuration.value("parent_domain_matches_subdomains"), machine)
    decision = value.decide_text(_NO_ADDRESS, "smtpd_access_maps")
    if decision.verdict == CANNOT_TELL:
        raise UnknownDefaultError(f"parent_domain_matches_subdomains: {decision.reason}")
    return decision.verdict == TRUSTED


class _Reasons:
    """Why a client may relay, or may not.

    Args:
        restrictions: the lists of the service.
        tables: the access tables that they name.
        client: the client.
    """

    def __init__(self, restrictions: Restrictions, tables: Tables, client: Client) -> None:
        self._restrictions = restrictions
        self._tables = tables
        self._trusted = client.trusted
        self._ways = Ways(restrictions, tables, client)

    def relay(self) -> Relay:
        """The verdict on the ordinary way, if all others end like it."""
        accepted = next((way for way in self._ways.accepted if way.doubt is None), None)
        if accepted is not None:
            relay = self._accepted(accepted)
            doubts = [refusal.way.doubt for refusal in self._ways.refusals]
        else:
            relay = self._refused(next(one for one in self._ways.refusals if one.way.doubt is None))
            doubts = [way.doubt for way in self._ways.accepted]
        doubt = next((doubt for doubt in doubts if doubt is not None), None)
        return relay if doubt is None else self._in_doubt(doubt, relay)

    def _accepted(self, way: Way) -> Relay:
        """The word that lets the client pass what would refuse it."""
        lead = {TRUSTED: "in mynetworks, and ", NOT_TRUSTED: "not in mynetworks, but "}.get(self._trusted, "")
        permits = [rule for rule in way.permits if rule.parameter in (RELAY, RECIPIENTS)] or way.permits
        for rule in permits:
            refusing = self._refusing_after(rule)
            if refusing is not None:
                return _relay(YES, rule, f"{lead}{rule} permits it before {refusing}")
        if permits:
            return _relay(YES, permits[0], f"{lead}{permits[0]} permits it, and nothing refuses it")
        return Relay(YES, "", "", "no restriction refuses it", Place())

    def _refusing_after(self, rule: Rule) -> Rule | None:
        """The word that would refuse a client after this one; None: there is none."""
        rules = self._restrictions.rules(rule.parameter) if rule.parameter in LISTS else []
        if rule not in rules:  # it is in a table
            return None
        after = rules[rules.index(rule) :]  # what permits is none of those
        return next((one for one in after if one.name in REQUIRED and not one.warns), None)

    def _refused(self, refusal: Refusal) -> Relay:
        rule, reason = refusal.rule, refusal.why
        if not reason and rule.name in REQUIRED:
            lead = {TRUSTED: "in mynetworks, but ", NOT_TRUSTED: "not in mynetworks, and "}.get(self._trusted, "")
            reason = f"{lead}nothing permits it before {rule}"
        return _relay(NO, rule, reason or f"{rule} refuses it")

    def _in_doubt(self, doubt: Rule, relay: Relay) -> Relay:
        asks = WORDS[doubt.name].depends_on or self._needs(doubt)
        otherwise = "the client may relay" if relay.verdict == YES else f"the client may not relay: {relay.reason}"
        return _relay(CANNOT_TELL, doubt, f"{doubt} depends on {asks}; if it decides nothing, {otherwise}")

    def _needs(self, rule: Rule) -> str:
        """What is missing to follow a rule that asks a table for the client."""
        try:
            self._tables.open(rule.argument or "")
        except (TableError, NotOnThisMachineError):
            return "a table that only Postfix can read"
        return "the client's host name"


def _relay(verdict: str, rule: Rule, reason: str) -> Relay:
    return Relay(verdict, rule.text, rule.parameter, reason, rule.place)
