"""What differs between two readings of a host: facts that are gone, that have come, or that say something else."""

from __future__ import annotations

from ifdiscover._differences.facts import NETWORK, SUBJECTS, UNKNOWN_IF_NONE, Fact, facts_of, facts_of_findings
from ifdiscover._differences.sight import in_common
from ifdiscover._postfix.changes.answer import answer_of, on_this_machine
from ifdiscover._postfix.changes.difference import differences as answer_differences
from ifdiscover._postfix.changes.needs import needs
from ifdiscover._postfix.check.parameters import check_configuration
from ifdiscover._postfix.in_force import configuration_of
from ifdiscover._postfix.ipv6_absence import disabled_unknown
from ifdiscover._record import Record

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from ifdiscover._postfix.changes.answer import Answer
    from ifdiscover._postfix.changes.needs import Need
    from ifdiscover._postfix.parameters.configuration import Configuration
    from ifdiscover.model import Host

    Key = tuple[str, "str | None", str]

GONE, COME, CHANGED = "gone", "come", "changed"


class Difference(Record):
    """One fact that differs. Nothing in it is escaped.

    Attributes:
        before: the ``Fact`` of the first reading; None: it has come.
        after: the one of the second; None: it is gone. If both are there, they are about the same thing.
    """

    before: Fact | None
    after: Fact | None

    @property
    def change(self) -> str:
        """``gone``, ``come`` or ``changed``."""
        return GONE if self.after is None else COME if self.before is None else CHANGED

    @property
    def fact(self) -> Fact:
        """What it is about: the fact that has come, or the one that is gone."""
        return next(fact for fact in (self.after, self.before) if fact is not None)

    @property
    def values(self) -> tuple[tuple[str, str | None, str | None], ...]:
        """The values that differ: the name of each, what it was, and what it is; None: there was or is none."""
        old, new = (dict(() if fact is None else fact.values) for fact in (self.before, self.after))
        names = dict.fromkeys((*old, *new))
        return tuple((name, old.get(name), new.get(name)) for name in names if old.get(name) != new.get(name))


class Differences(Record):
    """All that differs between two readings of a host.

    Attributes:
        found: a ``Difference`` each, in the order of ``SUBJECTS``; of each subject what is gone or changed first.
        need: what Postfix needs after that; None: one of the readings does not tell which interfaces are up.
        not_compared: what one of the readings could not see, in words of ``model.BLINDNESS``.
    """

    found: tuple[Difference, ...]
    need: Need | None
    not_compared: tuple[str, ...]


def differences(
    before: Host, after: Host, *, config_directory: str | None = None, overrides: Mapping[str, str] | None = None
) -> Differences:
    """What differs between two readings of a host, and what its Postfix needs.

    What either could not see is no difference. Nor are lifetimes, indexes, zones, and the order of addresses.

    Args:
        before: the first reading.
        after: the second.
        config_directory: the folder whose main.cf is read; what ``check`` finds is then compared, too. None: no main.cf
            is read, and mynetworks is that of style host.
        overrides: values by name that come before those of main.cf.

    Raises:
        ConfigFileError, MainCfError, UnknownDefaultError, NotOnThisMachineError, BackendError: as ``postfix_needs()``.
    """
    old, new = in_common(on_this_machine(before, after), after)
    facts = [list(told) for told in told_of(old, new)]
    need = None
    if "interface flags" not in old.blind_to:
        first, second = (configuration_of(host, config_directory, overrides) for host in (old, new))
        was, now = answer_of(old, first), answer_of(new, second)
        need = needs(was, now, second)
        more = [_networks(was, now)]
        if config_directory is not None and first is not None and second is not None:
            more.append((_findings(first, old), _findings(second, new)))
        for gone, come in more:
            facts[0] += gone
            facts[1] += come
    return Differences(tuple(compared(*facts)), need, old.blind_to)


def told_of(old: Host, new: Host) -> tuple[list[Fact], list[Fact]]:
    """What two readings say that ``in_common()`` made comparable."""
    names = None
    if {"interfaces without addresses", "odd labels"}.intersection(old.blind_to):
        names = {interface.name for interface in old.interfaces} & {interface.name for interface in new.interfaces}
    return list(facts_of(old, names)), list(facts_of(new, names))


def compared(before: Iterable[Fact], after: Iterable[Fact]) -> list[Difference]:
    """The facts that differ, each only as often as one side has it more often than the other.

    A value that one side does not know is no difference. Facts about the same thing are told as one that changed.
    """
    olds, news = _by_key(before), _by_key(after)
    changed: list[Difference] = []
    come: list[Difference] = []
    for key in dict.fromkeys((*olds, *news)):
        old, new = olds.get(key, []), news.get(key, [])
        if old and new:
            old, new = _known(old, new)
        old, new = _more_often(old, new), _more_often(new, old)
        both = min(len(old), len(new))
        changed += [Difference(one, other) for one, other in zip(old, new)]
        changed += [Difference(one, None) for one in old[both:]]
        come += [Difference(None, other) for other in new[both:]]
    found = changed + come
    return sorted(found, key=lambda difference: SUBJECTS.index(difference.fact.subject))


def _by_key(facts: Iterable[Fact]) -> dict[Key, list[Fact]]:
    found: dict[Key, list[Fact]] = {}
    for fact in facts:
        found.setdefault((fact.subject, fact.interface, fact.name), []).append(fact)
    return found


def _more_often(facts: Iterable[Fact], others: Iterable[Fact]) -> list[Fact]:
    """Each fact as many times as the others do not have it."""
    left: dict[Fact, int] = {}
    for fact in others:
        left[fact] = left.get(fact, 0) + 1
    found = []
    for fact in facts:
        if left.get(fact, 0):
            left[fact] -= 1
        else:
            found.append(fact)
    return found


def _known(old: Sequence[Fact], new: Sequence[Fact]) -> tuple[list[Fact], list[Fact]]:
    """Facts about the same thing, without the values that one of them does not know."""
    unknown = {
        name for fact in (*old, *new) for name, value in fact.values if value is None and name in UNKNOWN_IF_NONE
    }
    if not unknown:
        return list(old), list(new)

    def known(facts: Sequence[Fact]) -> list[Fact]:
        return [fact._replace(values=tuple(v for v in fact.values if v[0] not in unknown)) for fact in facts]

    return known(old), known(new)


def _networks(was: Answer, now: Answer) -> tuple[list[Fact], list[Fact]]:
    """The elements of mynetworks that are gone, and those that have come; none if Postfix does not start."""
    if was.error or now.error:
        return [], []
    for change in answer_differences(was, now):
        if change.field == NETWORK:
            return [Fact(NETWORK, None, text) for text in change.gone], [Fact(NETWORK, None, t) for t in change.come]
    return [], []


def _findings(configuration: Configuration, host: Host) -> list[Fact]:
    # Whether IPv6 is switched off, a recording does not tell.
    return list(facts_of_findings(check_configuration(configuration, host, disabled_unknown)))
