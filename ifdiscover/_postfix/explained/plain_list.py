"""A list of trusted clients as networks alone, for programs that take nothing else."""

from __future__ import annotations

from ifdiscover._postfix.check.elements.order import network_of
from ifdiscover._postfix.explained.rules import FILE, UNUSABLE
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
            raise UsageError(
                f"a list of networks cannot say {text} ({one.element.place}), and without it would trust more: {why}; "
                "take --style for a computed list, or --format explain"
            )
        network = network_of(one.element)
        if network is None:
            warnings.append(f"{text} is no network, and left out: it is a {one.kind} ({one.element.place})")
        else:
            networks.append(network)
    return networks, warnings
