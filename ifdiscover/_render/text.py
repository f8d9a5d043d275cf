"""Lines for people and scripts: addresses, parameters, judgements and decisions."""

from __future__ import annotations

from _operator import itemgetter
from _socket import inet_ntop
from itertools import groupby, repeat

from ifdiscover._host.records import Address
from ifdiscover._names import printable

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from ifdiscover._postfix.lists.match_list import Decision
    from ifdiscover._postfix.local_destinations import Judgement
    from ifdiscover._postfix.services.restrictions import Relay
    from ifdiscover._postfix.services.verdict import ServiceVerdict

_NETMASK = itemgetter(*map(Address._fields.index, ("family", "prefixlen", "packed_netmask")))
_PACKED = itemgetter(Address._fields.index("packed"))

_LAST = ("reject_unauth_destination", "defer_unauth_destination", "reject", "defer")
"""Restrictions with which a list ends, for all that it did not permit."""


def address_text(addresses: Iterable[Address], *, prefixlen: bool = False, kame: bool = False) -> str:
    """A line ``ADDRESS/NETMASK`` for each address, as Postfix's inet_addr_local prints it.

    Args:
        addresses: the addresses, in the order of the lines.
        prefixlen: print the prefix length instead of the netmask, if there is one.
        kame: print a link-local address with its scope id inside, fe80:1::1, as on FreeBSD 4; never a netmask.

    If the netmask is null, only the address is printed, without a slash.
    """
    if kame:
        embed = _embedding()
        addresses = [address._replace(packed=embed(address.packed, address.scope_id)) for address in addresses]
    groups = []
    # Addresses of one netmask mostly stand together. Then inet_ntop(3) is all that is done for each.
    for (family, length, netmask), group in groupby(addresses, _NETMASK):
        if netmask is None:
            end = "\n"
        elif prefixlen and length is not None:
            end = f"/{length}\n"
        else:
            end = f"/{inet_ntop(family, netmask)}\n"
        groups += [end.join(map(inet_ntop, repeat(family), map(_PACKED, group))), end]
    return "".join(groups)


def _embedding() -> Callable[[bytes, int], bytes]:
    from ifdiscover._backends.kame import embed

    return embed


def judgement_lines(judgements: Iterable[Judgement]) -> Iterator[str]:
    """``TEXT: VERDICT: REASON`` for each judgement, text and reason escaped."""
    for verdict, reason, text, _address in judgements:
        yield f"{printable(text)}: {verdict}: {printable(reason)}"


def parameter(name: str, value: str) -> str:
    """``NAME = VALUE`` as postconf(1) prints it; if the value is empty, without a blank at the end."""
    return f"{name} = {value}" if value else f"{name} ="


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
