"""What differs between two readings of a host: facts that are gone, that have come, or that say something else."""

from __future__ import annotations

from ifdiscover._differences.consequences import consequences, findings
from ifdiscover._differences.facts import SUBJECTS, UNKNOWN_IF_NONE, Fact, facts_of
from ifdiscover._differences.sight import in_common, left_out, settled
from ifdiscover._kernel import record
from ifdiscover._postfix.changes.answer import on_this_machine
from ifdiscover._postfix.in_force import configuration_of
from ifdiscover._record import Record

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from ifdiscover._postfix.changes.needs import Need
    from ifdiscover.errors import IfdiscoverError
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
        need: what Postfix needs after that; None: it cannot be told.
        not_compared: what one of the readings could not see, in words of ``model.BLINDNESS``.
        not_told: why ``need`` is None; empty: it is not.
        trouble: the error that kept it, and mynetworks, from being told; None: no error did.
        warnings: what one of the readings may have left out, a sentence each.
    """

    found: tuple[Difference, ...]
    need: Need | None
    not_compared: tuple[str, ...]
    not_told: str = ""
    trouble: IfdiscoverError | None = None
    warnings: tuple[str, ...] = ()


def differences(
    before: Host, after: Host, *, config_directory: str | None = None, overrides: Mapping[str, str] | None = None
) -> Differences:
    """What differs between two readings of a host, and what its Postfix needs.

    What either could not see is no difference. Nor are lifetimes, indexes, zones, and the order of addresses. What
    only the recorded host could look up, such as a name in inet_interfaces, is an error in the answer and not raised.

    Args:
        before: the first reading.
        after: the second.
        config_directory: the folder whose main.cf is read; what ``check`` finds is then compared, too. None: no main.cf
            is read, and mynetworks is that of style host.
        overrides: values by name that come before those of main.cf.

    Raises:
        ConfigFileError, MainCfError, BackendError: as ``postfix_needs()``.
    """
    before = on_this_machine(before, after)
    if before.recorded is not None:
        after = record(after)  # nothing is looked up here for one of them alone
    old, new = cut = in_common(before, after)
    facts = [list(told) for told in told_of(old, new)]
    configurations = (
        configuration_of(old, config_directory, overrides),
        configuration_of(new, config_directory, overrides),
    )
    meant = consequences((before, after), cut, configurations)
    more = [meant.facts]
    if "interface flags" not in old.blind_to:
        more.append(findings(cut, configurations, checked=config_directory is not None))
    for gone, come in more:
        facts[0] += gone
        facts[1] += come
    return Differences(
        tuple(compared(*facts)),
        meant.need,
        old.blind_to,
        meant.not_told,
        meant.trouble,
        tuple(left_out(before, after)),
    )


def told_of(old: Host, new: Host) -> tuple[list[Fact], list[Fact]]:
    """What two readings say that ``in_common()`` made comparable."""
    names = None
    if {"interfaces without addresses", "other interfaces", "odd labels"}.intersection(old.blind_to):
        names = {interface.name for interface in old.interfaces} & {interface.name for interface in new.interfaces}
    return list(facts_of(settled(old), names)), list(facts_of(settled(new), names))


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
