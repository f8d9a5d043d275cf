"""What two readings of a host mean for its Postfix: mynetworks, what check finds, and what it needs."""

from __future__ import annotations

from _socket import AF_INET, AF_INET6

from ifdiscover._differences.facts import NETWORK, Fact, facts_of_findings
from ifdiscover._differences.sight import FAMILY_WORDS, settled
from ifdiscover._packed import text_of
from ifdiscover._postfix.changes.answer import answer_of
from ifdiscover._postfix.changes.difference import differences as answer_differences
from ifdiscover._postfix.changes.left_networks import left_networks
from ifdiscover._postfix.changes.needs import needs
from ifdiscover._postfix.check.parameters import check_configuration
from ifdiscover._postfix.ipv6_absence import disabled_unknown
from ifdiscover._record import Record
from ifdiscover.errors import IfdiscoverError, NotOnThisMachineError, UnknownDefaultError

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from ifdiscover._postfix.changes.answer import Answer
    from ifdiscover._postfix.changes.needs import Need
    from ifdiscover._postfix.parameters.configuration import Configuration
    from ifdiscover.model import Host

    Pair = tuple["Host", "Host"]
    Configurations = tuple["Configuration | None", "Configuration | None"]
    Facts = tuple[list[Fact], list[Fact]]

_PARTS = ("other interfaces", "other addresses")
_HIDING = {
    AF_INET: {FAMILY_WORDS[AF_INET], "secondary addresses", "odd labels", *_PARTS},
    AF_INET6: {FAMILY_WORDS[AF_INET6], *_PARTS},
}
"""Who is blind to one of these may not see an address that the host has."""


class Consequences(Record):
    """What two readings mean for Postfix.

    Attributes:
        facts: the elements of mynetworks that are gone and those that have come.
        need: what Postfix needs; None: it cannot be told.
        not_told: why not, as a sentence; empty: it is told.
        trouble: the error that kept it from being told; None: the readings did, or it is told.
    """

    facts: Facts
    need: Need | None = None
    not_told: str = ""
    trouble: IfdiscoverError | None = None


def consequences(whole: Pair, cut: Pair, configurations: Configurations) -> Consequences:
    """What two readings mean for Postfix.

    Args:
        whole: the readings.
        cut: the same without what either could not see.
        configurations: what main.cf and overrides set, for each.

    Raises:
        BackendError: the kernel refused a socket.
    """
    if "interface flags" in cut[0].blind_to:
        return Consequences(([], []), not_told="one of the two does not tell which interfaces are up")
    try:
        was, now = (answer_of(host, configuration) for host, configuration in zip(cut, configurations))
    except (NotOnThisMachineError, UnknownDefaultError) as error:
        return Consequences(([], []), not_told=str(error), trouble=error)
    found = _networks(was, now)
    for answer, of_whole, of_cut in zip((was, now), whole, cut):
        if _may_be_unseen(answer, of_whole, of_cut):
            return Consequences(found, not_told="one of the two does not show all addresses that main.cf names")
    return Consequences(found, needs(was, now, configurations[1]))


def findings(cut: Pair, configurations: Configurations, *, checked: bool) -> Facts:
    """What check finds of either reading, and what a list that is set has lost by the change.

    Args:
        cut: the readings without what either could not see.
        configurations: what main.cf and overrides set, for each.
        checked: whether check is to look at all of main.cf.
    """
    first, second = configurations
    if first is None or second is None:
        return [], []
    # Whether IPv6 is switched off, a recording does not tell.
    old, new = (
        list(facts_of_findings(check_configuration(configuration, settled(host), disabled_unknown))) if checked else []
        for configuration, host in zip((first, second), cut)
    )
    told = {fact.name for fact in (*old, *new)}
    return old, new + [fact for fact in facts_of_findings(left_networks(second, *cut)) if fact.name not in told]


def _networks(was: Answer, now: Answer) -> Facts:
    """The elements of mynetworks that are gone, and those that have come; none if Postfix does not start."""
    if was.error or now.error:
        return [], []
    for change in answer_differences(was, now):
        if change.field == NETWORK:
            return [Fact(NETWORK, None, text) for text in change.gone], [Fact(NETWORK, None, t) for t in change.come]
    return [], []


def _may_be_unseen(answer: Answer, whole: Host, cut: Host) -> bool:
    """Whether an address that Postfix misses may be there all the same."""
    blind = set(cut.blind_to)
    shown = {text_of(address.packed) for address in cut.addresses}
    hidden = {text_of(address.packed) for address in whole.addresses} - shown
    if any(
        missing.address in hidden or blind & _HIDING[AF_INET6 if ":" in missing.address else AF_INET]
        for missing in answer.missing
    ):
        return True
    return bool(answer.error) and not answer.parameter and bool(blind & {*FAMILY_WORDS.values(), *_PARTS})
