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
from ifdiscover._postfix.services.access_table import DISCARD, action_of
from ifdiscover._postfix.services.restriction_lists import (
    LISTS,
    RECIPIENTS,
    RELAY,
    Restrictions,
    Rule,
    Tables,
    read_rules,
)
from ifdiscover._postfix.services.restriction_words import (
    ANYTHING,
    BY_MESSAGE,
    BY_REVERSE_NAME,
    DEFER,
    ERROR,
    LOGIN_MISMATCH,
    NEEDS_HOSTNAME,
    NEXT,
    PERMIT,
    RECIPIENT,
    REJECT,
    REQUIRED,
    SECONDS,
    SERVER,
    TABLE,
    WORDS,
)
from ifdiscover._postfix.syntax.findings import Place
from ifdiscover._postfix.syntax.list_words import fold_case
from ifdiscover._record import Record
from ifdiscover.errors import ConfigurationError, MacroLimitError, NotOnThisMachineError, UnknownDefaultError

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from collections.abc import Iterable

    from ifdiscover._postfix.parameters.configuration import Configuration
    from ifdiscover._postfix.services.access_table import AccessTable
    from ifdiscover._postfix.services.restriction_words import Word
    from ifdiscover._postfix.syntax.findings import Finding
    from ifdiscover._postfix.syntax.machine import Machine

YES, NO = "yes", "no"

UNKNOWN = "unknown"
"""The name of a client without one, to Postfix."""

_NO_ADDRESS = "no address"
_DEEPEST = 100  # lists within lists; smtpd then finds the recursion unreasonable
_CONFIGURATION_ERROR = "smtpd answers 451 Server configuration error"


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


def may_relay(configuration: Configuration, client: str, name: str | None, trusted: str, machine: Machine) -> Relay:
    """Whether a client may send mail through one smtpd service to domains of others.

    Args:
        configuration: the parameters of the service: main.cf's, and its ``-o`` before them.
        client: the client's address, without brackets, zone and length.
        name: its host name, which leads to its address and back; "unknown": it has none; None or "": not known.
        trusted: whether it is in the mynetworks of the service: TRUSTED, NOT_TRUSTED or CANNOT_TELL of
            ``lists.match_list``.
        machine: where tables are read.

    Raises:
        AddressTextError: the text is no address.
    """
    from _socket import inet_ntop

    address = inet_ntop(*packed_address(client))
    try:
        restrictions = Restrictions(configuration)
        if not is_ipv6_alone(configuration.value("inet_protocols")):
            address = as_seen(address)
        tables = Tables(machine)
        reason = restrictions.why_not_started(tables)
        if reason:
            return Relay(NO, "", "", f"smtpd does not start: {reason}", Place())
        parents = _parents(configuration, name or "", machine)
    except (UnknownDefaultError, NotOnThisMachineError, MacroLimitError) as error:
        return Relay(CANNOT_TELL, "", "", str(error), Place())
    except ConfigurationError as error:
        return Relay(NO, "", "", f"smtpd does not start: {error.postfix_says}", Place())
    return _Question(restrictions, tables, _Client(address, name or None, tuple(parents), trusted)).answer()


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
    except RecursionError:
        return None


def _parents(configuration: Configuration, name: str, machine: Machine) -> list[str]:
    """The domains above a name in the form in which access tables have them."""
    value = parents_list(configuration.value("parent_domain_matches_subdomains"), machine)
    decision = value.decide_text(_NO_ADDRESS, "smtpd_access_maps")
    if decision.verdict == CANNOT_TELL:
        raise UnknownDefaultError(f"parent_domain_matches_subdomains: {decision.reason}")
    return domains_above(fold_case(name), parent_domains=decision.verdict == TRUSTED)


class _Way(Record):
    """One way through the lists.

    Attributes:
        deferred: the rule because of which smtpd answers 450 in the end; None: there is none.
        doubt: the first rule at which this is not the ordinary way; None: it is the ordinary way.
        permits: the rules that permitted, a list each.
    """

    deferred: Rule | None = None
    doubt: Rule | None = None
    permits: tuple[Rule, ...] = ()


class _Turn(Record):
    """What a rule can do: an effect, or a list of rules that is followed.

    Attributes:
        effect: NEXT, PERMIT, REJECT, ERROR or DEFER; "": the list counts.
        why: why it refuses; "": its word says it.
        rules: the list.
        inside: what the list stands in, outermost first.
        may_permit: False: smtpd answers 451 if the list permits.
    """

    effect: str
    why: str = ""
    rules: tuple[Rule, ...] = ()
    inside: tuple[str, ...] = ()
    may_permit: bool = True


class _Refusal(Record):
    way: _Way
    rule: Rule
    why: str


class _Client(Record):
    """A client, as smtpd knows it.

    Attributes:
        address: its address.
        name: its host name; None: not known here.
        parents: the domains above the name, as access tables are asked for them.
        trusted: whether mynetworks has it.
    """

    address: str
    name: str | None
    parents: tuple[str, ...]
    trusted: str


class _Question:
    """A client, and the lists that are followed for it."""

    def __init__(self, restrictions: Restrictions, tables: Tables, client: _Client) -> None:
        self._restrictions = restrictions
        self._tables = tables
        self._client = client
        self._refusals: list[_Refusal] = []

    def answer(self) -> Relay:
        """Follow all lists."""
        ways = [_Way()]
        before = [name for name in LISTS if name not in (RELAY, RECIPIENTS)]
        last = [RELAY, RECIPIENTS] if self._restrictions.relay_first else [RECIPIENTS, RELAY]
        for parameter in (*before, *last):
            step, table_word = LISTS[parameter]
            rules = self._restrictions.rules(parameter)
            known = RECIPIENT if self._restrictions.delays else step
            through, permitted = self._follow(rules, ways, known, table_word, warns=False, inside=())
            ways = _distinct([*through, *permitted])
        for way in ways:
            if way.deferred is not None:
                why = f"{way.deferred} puts off what would be accepted"
                self._refusals.append(_Refusal(way, way.deferred, why))
        accepted = [way for way in ways if way.deferred is None]
        return self._verdict(accepted)

    def _follow(
        self,
        rules: Iterable[Rule],
        ways: list[_Way],
        step: int,
        table_word: str,
        *,
        warns: bool,
        inside: tuple[str, ...],
    ) -> tuple[list[_Way], list[_Way]]:
        """Follow one list. Refusals are noted.

        Args:
            rules: the list.
            ways: the ways that lead to it.
            step: how far the conversation is.
            table_word: as in ``read_rules()``.
            warns: whether warn_if_reject stands before the list.
            inside: the classes and results of tables that the list stands in.

        Returns:
            The ways on which nothing was decided, and those on which the list permits.
        """
        permitted: list[_Way] = []
        for rule in rules:
            if not ways:
                break
            turns = self._turns(rule, step, table_word, inside)
            through: list[_Way] = []
            for number, turn in enumerate(turns):
                branch = ways if not number else [way._replace(doubt=way.doubt or rule) for way in ways]
                warned = warns or rule.warns
                if not turn.effect:
                    on, granted = self._follow(turn.rules, branch, step, table_word, warns=warned, inside=turn.inside)
                    through += on
                    if turn.may_permit:
                        permitted += granted
                    else:
                        self._refusals += [_Refusal(way, rule, turn.why) for way in granted]
                elif turn.effect == PERMIT:
                    permitted += [way._replace(permits=(*way.permits, rule)) for way in branch]
                elif turn.effect == ERROR or (turn.effect == REJECT and not warned):
                    self._refusals += [_Refusal(way, rule, turn.why) for way in branch]
                elif turn.effect == DEFER and not warned:
                    through += [way._replace(deferred=way.deferred or rule) for way in branch]
                else:
                    through += branch
            ways = _distinct(through)
        return ways, _distinct(permitted)

    def _turns(self, rule: Rule, step: int, table_word: str, inside: tuple[str, ...]) -> list[_Turn]:
        """What a rule can do, first what it does if nothing special is found."""
        word = WORDS.get(rule.name)
        if word is None:
            return [self._class(rule, table_word, inside)]
        if word.argument:
            fault = _fault_of_argument(rule, word)
            if fault:
                return [_Turn(ERROR, fault)]
            if rule.argument is None:  # a list in DNS without its name is left out
                return [_Turn(NEXT)]
        if word.step > step:
            return [_Turn(NEXT)]
        if word.keys and rule.argument is not None:
            return self._asked(rule, rule.argument, word, table_word, inside)
        return [_Turn(effect) for effect in self._effects(rule, word)]

    def _effects(self, rule: Rule, word: Word) -> tuple[str, ...]:
        """The effects of a word, after what is known of the client."""
        if rule.name == "permit_mynetworks" and self._client.trusted in (TRUSTED, NOT_TRUSTED):
            return (PERMIT,) if self._client.trusted == TRUSTED else (NEXT,)
        if rule.name in LOGIN_MISMATCH and not self._restrictions.asks_for_login():
            return (NEXT,)
        if rule.name in NEEDS_HOSTNAME and self._client.name is not None:
            if self._client.name != UNKNOWN:
                return (NEXT,)
            # A name that does not lead back to the address is none to smtpd, and still a reverse name.
            return word.effects if "reverse" in rule.name else (REJECT,)
        return word.effects

    def _class(self, rule: Rule, table_word: str, inside: tuple[str, ...]) -> _Turn:
        """What a word does that is none of smtpd's own: it names a class, or nothing."""
        if rule.text not in self._restrictions.classes:
            return _Turn(ERROR, f"smtpd knows no restriction {rule.text}, and answers 451 Server configuration error")
        if rule.text in inside or len(inside) == _DEEPEST:
            return _Turn(ERROR, f"restriction class {rule.text} names itself")
        rules = self._restrictions.rules_of_class(rule.text, table_word)
        return _Turn("", "", tuple(rules), (*inside, rule.text))

    def _asked(self, rule: Rule, argument: str, word: Word, table_word: str, inside: tuple[str, ...]) -> list[_Turn]:
        """What a rule that asks an access table can do."""
        if argument[0] == "{":  # no table has such a name
            return [_Turn(REJECT, f"{argument} is no table, and {_CONFIGURATION_ERROR}")]
        try:
            table = self._tables.open(argument)
            results = self._results(table, word)
        except NotOnThisMachineError:
            return [_Turn(effect) for effect in ANYTHING]
        except TableError as error:
            if error.needs_postfix:
                return [_Turn(effect) for effect in ANYTHING]
            return [_Turn(REJECT, f"{error.reason}, and {_CONFIGURATION_ERROR}")]
        turns = [self._result(rule, result, word, table_word, inside) for result in results]
        return list(dict.fromkeys(turns))

    def _results(self, table: AccessTable, word: Word) -> list[str | None]:
        if word.keys == BY_MESSAGE:
            return table.for_message()
        name = self._client.name
        if word.keys == BY_REVERSE_NAME and name == UNKNOWN:  # it may be called something all the same
            name = None
        return table.for_client(self._client.address, name, self._client.parents)

    def _result(self, rule: Rule, result: str | None, word: Word, table_word: str, inside: tuple[str, ...]) -> _Turn:
        """What a result of a table does."""
        if result is None:
            return _Turn(NEXT)
        if not result:
            return _Turn(REJECT, f"{rule} has an empty result, and {_CONFIGURATION_ERROR}")
        action = action_of(result)
        if action == DISCARD:
            return _Turn(ERROR, f"{rule} has {result}: smtpd accepts the message and throws it away")
        if action == ERROR:
            return _Turn(ERROR, f"{rule} has {result}, and {_CONFIGURATION_ERROR}")
        may_permit = word.keys != BY_REVERSE_NAME
        why = f"{rule} has {result}"
        if not may_permit:
            why = f"{why}, which may not permit there, and {_CONFIGURATION_ERROR}"
        if action == PERMIT and not may_permit:
            return _Turn(ERROR, why)
        if action:
            return _Turn(action, f"{rule} has {result}")
        if len(inside) == _DEEPEST:
            return _Turn(ERROR, f"{rule} causes unreasonable recursion")
        rules = read_rules(result, rule.parameter, table_word, lambda _offset: rule.place)
        return _Turn("", why, tuple(rules), (*inside, ""), may_permit)

    def _verdict(self, accepted: list[_Way]) -> Relay:
        """The verdict, after all ways have come to an end."""
        if all(refusal.way.doubt for refusal in self._refusals):
            ordinary = next(way for way in accepted if way.doubt is None)
            doubts = [refusal.way.doubt for refusal in self._refusals]
            relay = self._why_accepted(ordinary)
        else:
            refusal = next(refusal for refusal in self._refusals if refusal.way.doubt is None)
            doubts = [way.doubt for way in accepted]
            relay = self._why_refused(refusal)
        for doubt in doubts:
            if doubt is not None:
                return self._why_in_doubt(doubt, relay)
        return relay

    def _why_accepted(self, way: _Way) -> Relay:
        """The word that lets the client pass what would refuse it."""
        permits = [rule for rule in way.permits if rule.parameter in (RELAY, RECIPIENTS)] or list(way.permits)
        for rule in permits:
            refusing = self._refusing_after(rule)
            if refusing is not None:
                return _relay(YES, rule, f"{self._place_in_list()}{rule} permits it before {refusing}")
        if permits:
            return _relay(YES, permits[0], f"{self._place_in_list()}{permits[0]} permits it, and nothing refuses it")
        return Relay(YES, "", "", "no restriction refuses it", Place())

    def _refusing_after(self, rule: Rule) -> Rule | None:
        """The word that would refuse a client after this one; None: there is none."""
        parameters = [rule.parameter] if rule.parameter in LISTS else []
        for parameter in parameters:
            rules = self._restrictions.rules(parameter)
            places = [number for number, one in enumerate(rules) if one == rule]
            for after in rules[places[0] + 1 :] if places else []:
                if after.name in REQUIRED and not after.warns:
                    return after
        return None

    def _place_in_list(self) -> str:
        return {TRUSTED: "in mynetworks, and ", NOT_TRUSTED: "not in mynetworks, but "}.get(self._client.trusted, "")

    def _why_refused(self, refusal: _Refusal) -> Relay:
        rule = refusal.rule
        reason = refusal.why
        if not reason and rule.name in REQUIRED:
            lead = {TRUSTED: "in mynetworks, but ", NOT_TRUSTED: "not in mynetworks, and "}.get(
                self._client.trusted, ""
            )
            reason = f"{lead}nothing permits it before {rule}"
        return _relay(NO, rule, reason or f"{rule} refuses it")

    def _why_in_doubt(self, doubt: Rule, relay: Relay) -> Relay:
        word = WORDS.get(doubt.name)
        asks = word.depends_on if word is not None else ""
        if not asks:
            asks = "a table that only Postfix can read"
            try:
                if doubt.argument is not None:
                    self._tables.open(doubt.argument)
                    asks = "the client's host name"
            except (TableError, NotOnThisMachineError):
                pass
        otherwise = "the client may relay" if relay.verdict == YES else f"the client may not relay: {relay.reason}"
        reason = f"{doubt} depends on {asks}; if it decides nothing, {otherwise}"
        return _relay(CANNOT_TELL, doubt, reason)


def _relay(verdict: str, rule: Rule, reason: str) -> Relay:
    return Relay(verdict, rule.text, rule.parameter, reason, rule.place)


def _fault_of_argument(rule: Rule, word: Word) -> str:
    """Why smtpd cannot use what follows a word; "" if it can."""
    argument = rule.argument or ""
    if word.argument == TABLE and ":" not in argument:
        return f"{rule}: need maptype:mapname, and {_CONFIGURATION_ERROR}"
    if word.argument == SECONDS and not (argument.isascii() and argument.isdecimal()):
        return f"{rule} must be followed by a number, and {_CONFIGURATION_ERROR}"
    if word.argument == SERVER and not argument:
        return f"{rule} must be followed by transport:server, and {_CONFIGURATION_ERROR}"
    return ""


def _distinct(ways: Iterable[_Way]) -> list[_Way]:
    """The ways of which no two go on in the same manner for the same reason."""
    found: dict[tuple[bool, Rule | None], _Way] = {}
    for way in ways:
        found.setdefault((way.deferred is None, way.doubt), way)
    return list(found.values())
