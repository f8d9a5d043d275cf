"""Why an address of a host makes no network."""

from __future__ import annotations

from ifdiscover._postfix.active_addresses import listing_of
from ifdiscover._record import Record
from ifdiscover.model import FAMILY_TITLES, IFF_UP

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ifdiscover._postfix.lists.match_list import MatchList
    from ifdiscover._postfix.mynetworks import Network
    from ifdiscover.model import Address, Host


class LeftOut(Record):
    """An address of a host that a list leaves out.

    Attributes:
        address: the ``Address``.
        reason: why no network is made of it, or why the list does not trust it.
    """

    address: Address
    reason: str


def left_out_of(networks: Iterable[Network], host: Host, families: Iterable[int]) -> Iterator[LeftOut]:
    """The addresses of a host that make no network of a computed list.

    Args:
        networks: the list.
        host: the host.
        families: those that inet_protocols leaves.
    """
    used = {(address.family, address.packed) for network in networks for address in network.sources}
    families = tuple(families)
    for address in host.addresses:
        if (address.family, address.packed) not in used:
            yield LeftOut(address, _why(address, host, families))


def not_trusted_by(match_list: MatchList, addresses: Iterable[Address]) -> Iterator[LeftOut]:
    """Those of a host's addresses that a list that is set does not trust.

    Raises:
        MatchListError: Postfix does not start with the list.
    """
    for address in addresses:
        decision = match_list.decide(address)
        if not decision.trusted:
            by = "" if decision.element is None else f"{decision.element.text}: "
            yield LeftOut(address, f"{by}{decision.reason}")


def _why(address: Address, host: Host, families: tuple[int, ...]) -> str:
    """The first reason that Postfix meets."""
    interface, listing = address.interface, listing_of(host)
    if address.family not in families:
        return f"Postfix uses no {FAMILY_TITLES[address.family]} (inet_protocols)"
    if interface.set_apart is not None:
        return f"the system keeps it from Postfix: {interface.set_apart}"
    if listing.tests_up:
        if interface.flags is None:
            return f"backend {host.backend} cannot tell whether {interface.name} is up"
        if not interface.flags & IFF_UP:
            return f"{interface.name} is down"
    elif not listing.is_told_of(interface):
        return "the system tells it only to those who ask for it"
    if address.packed_netmask is None:
        return "null netmask: it would make Postfix trust everyone"
    if not any(address.packed):
        return "it stands for every address"
    return "inet_interfaces does not have it"
