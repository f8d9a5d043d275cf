"""What a host and its Postfix were at one moment, and what changed from one moment to another."""

from __future__ import annotations

from ifdiscover._host import FAMILY_NAMES
from ifdiscover._postfix.active_addresses import demand_both_seen
from ifdiscover._postfix.changes.answer import Answer, answer_of
from ifdiscover._postfix.changes.difference import COMPARED, differences
from ifdiscover._postfix.changes.needs import NOTHING, needs
from ifdiscover._record import Record

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ifdiscover._postfix.changes.difference import Change as Difference
    from ifdiscover._postfix.changes.needs import Need
    from ifdiscover._postfix.parameters.configuration import Configuration
    from ifdiscover.model import Host

LISTS = tuple(field for field in COMPARED if field != "error")
"""The lists of an ``Answer``."""


class Change(Record):
    """A change of what Postfix makes of a host. Nothing in it is escaped.

    Attributes:
        before: the ``Answer`` before, which is ``after`` of the change before; None: this is the first answer.
        after: the ``Answer`` now.
        needs: what Postfix needs therefore; None: this is the first answer.
        backend: the backend that read the host.
        warnings: warnings about the host.
    """

    before: Answer | None
    after: Answer
    needs: Need | None
    backend: str
    warnings: tuple[str, ...]

    @property
    def gone(self) -> dict[str, tuple[str, ...]]:
        """What was in ``own_addresses``, ``deprecated``, ``mynetworks`` and ``source_addresses``, and is not now."""
        return {**dict.fromkeys(LISTS, ()), **{found.field: found.gone for found in self._differences()}}

    @property
    def added(self) -> dict[str, tuple[str, ...]]:
        """What is in these lists now, and was not; of the first answer all."""
        return {**dict.fromkeys(LISTS, ()), **{found.field: found.come for found in self._differences()}}

    def _differences(self) -> Iterator[Difference]:
        before = Answer() if self.before is None else self.before
        return (found for found in differences(before, self.after) if found.field in LISTS)


class Reading(Record):
    """What was read at one moment."""

    answer: Answer
    configuration: Configuration | None = None  # says where main.cf names an address
    backend: str = ""
    warnings: tuple[str, ...] = ()


class Step(Record):
    """Two readings, the first perhaps None, and all that came between them."""

    before: Reading | None
    after: Reading

    def joined(self, later: Step) -> Step:
        """This step and a later one as one."""
        return Step(self.before, later.after)

    @property
    def change(self) -> Change:
        """What it is to Postfix."""
        after = self.after
        if self.before is None:
            return Change(None, after.answer, None, after.backend, after.warnings)
        before = self.before.answer
        need = needs(before, after.answer, after.configuration)
        return Change(before, after.answer, need, after.backend, after.warnings)

    @property
    def is_news(self) -> bool:
        """Whether it is to be told: whether a list changed, or Postfix needs something that it did not need before.

        An interface with another name, or a lifetime, is nothing to Postfix.
        """
        change = self.change
        old, new, need = change.before, change.after, change.needs
        if old is None or need is None or old.missing != new.missing or differences(old, new):
            return True
        # What was missing before, and still is, is not said again.
        return need.what != NOTHING and not new.error and not new.missing


def reading_of(host: Host, configuration: Configuration | None) -> Reading:
    """What Postfix makes of a host, as a reading.

    Raises:
        UnknownDefaultError, NotOnThisMachineError, BackendError: as in ``answer_of()``.
        BlindError: a protocol is in use of which the backend saw no address.
    """
    answer = answer_of(host, configuration)
    demand_both_seen(host, [family for family, name in FAMILY_NAMES.items() if name in answer.families])
    return Reading(answer, configuration, host.backend, host.warnings)
