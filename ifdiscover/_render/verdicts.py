"""Lines for people and scripts: judgements of mail addresses, and verdicts on clients."""

from __future__ import annotations

from ifdiscover._names import printable
from ifdiscover._postfix.local_destinations import MALFORMED, literal_meant

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ifdiscover._postfix.lists.match_list import Decision
    from ifdiscover._postfix.local_destinations import Judgement
    from ifdiscover._postfix.services.restrictions import Relay
    from ifdiscover._postfix.services.verdict import ServiceVerdict

_LAST = ("reject_unauth_destination", "defer_unauth_destination", "reject", "defer")
"""Restrictions with which a list ends, for all that it did not permit."""


def judgement_lines(judgements: Iterable[Judgement]) -> Iterator[str]:
    """``TEXT: VERDICT: REASON`` for each judgement, text and reason escaped, and what to write for a malformed one."""
    for verdict, reason, text, _address in judgements:
        meant = literal_meant(text) if verdict == MALFORMED else ""
        yield printable(f"{text}: {verdict}: {reason}{'; write ' * bool(meant)}{meant}")


def verdict_line(verdict: ServiceVerdict, number: int = 0) -> str:
    """``CLIENT: VERDICT``, with the element that decided, its place, and the reason.

    The verdict of the list is the whole answer where the restrictions do what the list is for: who is in it may relay,
    and nobody else. Otherwise what the restrictions do comes first.

    Args:
        verdict: what a service makes of a client.
        number: 0: the first service that is asked; its name is left out.
    """
    who = verdict.client if not number else f"{verdict.client} at {verdict.service}"
    by_list = _decision(verdict.decision)
    relay = verdict.relay
    if relay is None or _is_plain(verdict.decision.verdict, relay):
        return printable(f"{who}: {by_list}")
    says = {"yes": "may relay", "no": "may not relay"}.get(relay.verdict, relay.verdict)
    where = ", ".join(filter(None, (relay.parameter, str(relay.place))))
    reason = f"{relay.reason} ({where})" if where else relay.reason
    if relay.verdict != "yes" and by_list.startswith("trusted by "):  # not in one line with "may not"
        by_list = f"the list has it by {by_list.removeprefix('trusted by ')}"
    return printable(f"{who}: {says}: {reason}; {by_list}")


def _is_plain(decided: str, relay: Relay) -> bool:
    """Whether the restrictions do what the list is for, or cannot tell because of the list."""
    if decided == "trusted":
        return relay.verdict == "yes" and relay.restriction == "permit_mynetworks"
    if decided == "not trusted":
        return relay.verdict == "no" and relay.restriction in _LAST
    return relay.verdict == decided and relay.restriction == "permit_mynetworks"


def _decision(decision: Decision) -> str:
    element = decision.element
    if element is None:
        return f"{decision.verdict}: {decision.reason}"
    preposition = "by" if decision.verdict.endswith("trusted") else "at"
    where = ", ".join(filter(None, (f"element {decision.number}", str(element.place))))
    return f"{decision.verdict} {preposition} {element.text} ({where}): {decision.reason}"
