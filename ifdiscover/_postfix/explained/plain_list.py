"""A list of trusted clients as networks alone, for programs that take nothing else."""

from __future__ import annotations

from ifdiscover._postfix.check.elements.order import network_of
from ifdiscover._postfix.explained.rules import FILE, NOBODY, UNUSABLE
from ifdiscover.errors import UsageError

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from ifdiscover._postfix.explained.explained import ExplainedList
    from ifdiscover._postfix.syntax.networks import Parsed

_WHY = {UNUSABLE: "Postfix cannot use it", FILE: "it could not be read here"}


def plain_networks(explained: ExplainedList) -> tuple[list[Parsed], list[str]]:
    """The networks and addresses of a list, in its order, and a warning for each other element, which is left out.

    Raises:
        UsageError: without an element the rest would trust more than the list does: an exclusion, a file that may hold
            one, or an element at which Postfix stops.
    """
    networks, warnings = [], []
    for one in explained.elements:
        text = one.element.text
        why = "it excludes clients" if one.element.negated else _WHY.get(one.kind)
        if why is not None:
            remedy = (
                "ifdiscover check says what to write" if one.kind == UNUSABLE else "--format explain shows the list"
            )
            raise UsageError(
                f"a list of networks cannot say {text} ({one.element.place}), and without it would trust more: {why}; "
                f"{remedy}, and --style computes another"
            )
        network = network_of(one.element)
        if network is None:
            what = "no client matches it" if one.kind == NOBODY else f"it is a {one.kind}"
            warnings.append(f"{text} is no network, and left out: {what} ({one.element.place})")
        else:
            networks.append(network)
    return networks, warnings
