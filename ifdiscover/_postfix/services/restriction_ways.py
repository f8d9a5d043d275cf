"""The ways on which smtpd can go through its restriction lists for one client.

A list is followed word by word. A refusal in any list ends all. What permits ends only its list. Where ifdiscover does
not know what a word does, every way is followed.
"""

from __future__ import annotations

from ifdiscover._postfix.lists.lookup_table import TableError
from ifdiscover._postfix.lists.match_list import NOT_TRUSTED, TRUSTED
from ifdiscover._postfix.services.access_table import DISCARD, action_of
from ifdiscover._postfix.services.restriction_lists import DEEPEST, LISTS, RECIPIENTS, RELAY, Rule, read_rules
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
    SECONDS,
    SERVER,
    TABLE,
    WORDS,
)
from ifdiscover._record import Record
from ifdiscover.errors import NotOnThisMachineError

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from collections.abc import Iterable

    from ifdiscover._postfix.services.access_table import AccessTable
    from ifdiscover._postfix.services.restriction_lists import Restrictions, Tables
    from ifdiscover._postfix.services.restriction_words import Word

UNKNOWN = "unknown"
"""The name of a client without one, to Postfix."""

_MOST_STEPS = 50_000  # classes that each name the next one twice would take for ever, as they do in smtpd
_CONFIGURATION_ERROR = "smtpd answers 451 Server configuration error"


class TooManyWaysError(Exception):
    """The lists take longer to follow than ifdiscover goes on. Postfix may get to an end."""


class Way(Record):
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


class Refusal(Record):
    """The end of a way.

    Attributes:
        way: the way.
        rule: the rule that refuses.
        why: why it does; "": its word says it.
    """

    way: Way
    rule: Rule
    why: str


class Client(Record):
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


class Ways:
    """All ways through the lists of one service for one client.

    Attributes:
        accepted: those at whose end smtpd accepts the recipient.
        refusals: those at whose end it does not.

    Args:
        restrictions: the lists.
        tables: the access tables that they name.
        client: the client.

    Raises:
        TooManyWaysError: as it says.
    """

    accepted: list[Way]
    refusals: list[Refusal]

    def __init__(self, restrictions: Restrictions, tables: Tables, client: Client) -> None:
        self._restrictions = restrictions
        self._tables = tables
        self._client = client
        self.refusals = []
        self._steps = 0
        ways = [Way()]
        before = [name for name in LISTS if name not in (RELAY, RECIPIENTS)]
        last = [RELAY, RECIPIENTS] if restrictions.relay_first else [RECIPIENTS, RELAY]
        for parameter in (*before, *last):
            step, table_word = LISTS[parameter]
            known = RECIPIENT if restrictions.delays else step
            through, permitted = self._follow(
                restrictions.rules(parameter), ways, known, table_word, warns=False, inside=()
            )
            ways = _distinct([*through, *permitted])
        for way in ways:
            if way.deferred is not None:
                why = f"{way.deferred} puts off what would be accepted"
                self.refusals.append(Refusal(way, way.deferred, why))
        self.accepted = [way for way in ways if way.deferred is None]

    def _follow(
        self,
        rules: Iterable[Rule],
        ways: list[Way],
        step: int,
        table_word: str,
        *,
        warns: bool,
        inside: tuple[str, ...],
    ) -> tuple[list[Way], list[Way]]:
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
        permitted: list[Way] = []
        for rule in rules:
            if not ways:
                break
            self._steps += len(ways)
            if self._steps > _MOST_STEPS:
                raise TooManyWaysError
            turns = self._turns(rule, step, table_word, inside)
            through: list[Way] = []
            for number, turn in enumerate(turns):
                branch = ways if not number else [way._replace(doubt=way.doubt or rule) for way in ways]
                warned = warns or rule.warns
                if not turn.effect:
                    on, granted = self._follow(turn.rules, branch, step, table_word, warns=warned, inside=turn.inside)
                    through += on
                    if turn.may_permit:
                        permitted += granted
                    else:
                        self.refusals += [Refusal(way, rule, turn.why) for way in granted]
                elif turn.effect == PERMIT:
                    permitted += [way._replace(permits=(*way.permits, rule)) for way in branch]
                elif turn.effect == ERROR or (turn.effect == REJECT and not warned):
                    self.refusals += [Refusal(way, rule, turn.why) for way in branch]
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
        if rule.text in inside:
            return _Turn(ERROR, f"restriction class {rule.text} names itself")
        if len(inside) == DEEPEST:
            raise TooManyWaysError
        rules = self._restrictions.rules_of_class(rule.text, table_word)
        return _Turn("", "", rules, (*inside, rule.text))

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
        if len(inside) == DEEPEST:
            return _Turn(ERROR, f"{rule} causes unreasonable recursion")
        rules = read_rules(result, rule.parameter, table_word, lambda _offset: rule.place)
        return _Turn("", why, tuple(rules), (*inside, ""), may_permit)


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


def _distinct(ways: Iterable[Way]) -> list[Way]:
    """The ways of which no two go on in the same manner for the same reason."""
    found: dict[tuple[bool, Rule | None], Way] = {}
    for way in ways:
        found.setdefault((way.deferred is None, way.doubt), way)
    return list(found.values())
