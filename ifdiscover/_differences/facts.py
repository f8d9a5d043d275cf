"""What one reading says of a host, as facts that are equal if they say the same.

No fact counts: lifetimes, indexes, zones, the kernel's order and the time of the reading are none.
"""

from __future__ import annotations

from _socket import AF_INET, AF_INET6

from ifdiscover._differences.backends import ADDRESS_ASPECTS, INTERFACE_ASPECTS
from ifdiscover._packed import text_of
from ifdiscover._record import Record
from ifdiscover.model import ASSUMED, FAMILY_TITLES

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from typing import Any, Optional

    from ifdiscover._postfix.syntax.findings import Finding
    from ifdiscover.model import Host, Interface, Route

    Aspect = tuple[str, tuple[str, ...], Callable[[Any], Optional[str]]]

INTERFACE, ADDRESS, ROUTE, SOURCE, NETWORK, FINDING = "interface", "address", "route", "source", "mynetworks", "finding"
SUBJECTS = (INTERFACE, ADDRESS, ROUTE, SOURCE, NETWORK, FINDING)

_NUMBERING = ("index", "zone")  # the kernel's own; another one after each start
UNKNOWN_IF_NONE = ("state", "carrier", "mtu", "scope", "flags", "protocol", "metric", "source")
"""The values whose None means that nobody knows. Of the others it means that there is none."""


class Fact(Record):
    """One thing that a reading says. Nothing in it is escaped.

    Attributes:
        subject: one of the words above.
        interface: the name of the interface that it is about; None: it is about none.
        name: what it is about: an address, a route, a network or a finding; empty: the interface itself.
        values: what is said of it, each with the name of the value.
    """

    subject: str
    interface: str | None
    name: str
    values: tuple[tuple[str, str | None], ...] = ()


def facts_of(host: Host, names: Iterable[str] | None = None) -> Iterator[Fact]:
    """What a reading says: of each interface, each address, each route and source.

    Args:
        host: the reading; what its ``blind_to`` says is left out.
        names: the interfaces of which it is told that they are there; None: of all.
    """
    told = None if names is None else set(names)
    aspects = _seen((*INTERFACE_ASPECTS, *_MORE), host.blind_to)
    for interface in host.interfaces:
        if told is None or interface.name in told:
            yield Fact(INTERFACE, interface.name, "", _values(interface, aspects))
    (netmask, *others) = ADDRESS_ASPECTS
    aspects = _seen(others, _hides_peers(host.blind_to))
    for address in host.addresses:
        mask = _values(address, () if address.netmask_origin == ASSUMED else (netmask,))
        yield Fact(ADDRESS, address.interface.name, str(address), mask + _values(address, aspects))
    for route in host.routes or ():
        values = (("metric", _number(route.metric)), ("source", _text(route.packed_source)))
        yield Fact(ROUTE, route.interface_name, _route_name(route), values)
    for packed in host.packed_sources or ():
        yield Fact(
            SOURCE, None, FAMILY_TITLES[AF_INET if len(packed) == 4 else AF_INET6], (("address", text_of(packed)),)
        )


def facts_of_findings(found: Iterable[Finding]) -> Iterator[Fact]:
    """What ``check`` says: a fact for each finding."""
    for finding in found:
        about = ": ".join(filter(None, (finding.parameter, finding.element)))
        where = str(finding.place)
        values = (
            ("severity", finding.severity),
            ("place", where or None),
            ("suggestion", finding.suggestion or None),
            ("remark", finding.remark or finding.postfix_says or None),
        )
        yield Fact(FINDING, None, f"{finding.kind}: {about}", values)


def _seen(aspects: Sequence[Aspect], blind: Sequence[str]) -> list[Aspect]:
    return [aspect for aspect in aspects if aspect[0] not in _NUMBERING and not set(aspect[1]).intersection(blind)]


def _hides_peers(blind: Sequence[str]) -> tuple[str, ...]:
    """Who takes a broadcast address for a peer, or the other way round, is blind to both."""
    more = ("peers", "broadcasts") if "broadcast peer" in blind else ()
    return (*blind, *more, *(("labels",) if "odd labels" in blind else ()))


def _values(record: object, aspects: Iterable[Aspect]) -> tuple[tuple[str, str | None], ...]:
    return tuple((name, text_of_value(record)) for name, _words, text_of_value in aspects)


def _carrier(interface: Interface) -> str | None:
    if not interface.is_up:
        return None
    return "yes" if interface.is_running else "no"


_MORE: tuple[Aspect, ...] = (
    ("carrier", ("interface flags", "carriers"), _carrier),
    ("set apart", (), lambda interface: interface.set_apart),
)


def _route_name(route: Route) -> str:
    kind = f"{'default' if route.is_default else 'other default'} {FAMILY_TITLES[route.family]}"
    hops = []
    for hop in route.next_hops:
        router = _text(hop.packed_gateway) or "no router"
        hops.append(router if hop.interface_name == route.interface_name else f"{router} on {hop.interface_name}")
    return f"{kind} by {', '.join(hops)}"


def _number(value: int | None) -> str | None:
    return None if value is None else str(value)


def _text(packed: bytes | None) -> str | None:
    return None if packed is None else text_of(packed)
