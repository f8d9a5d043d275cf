"""The interfaces of a host as a table for people."""

from __future__ import annotations

from ifdiscover._columns import BOLD, GREEN, MAGENTA, RED, Cell, columns, plain
from ifdiscover._host.table import NONE, UNKNOWN, address_text
from ifdiscover._names import printable
from ifdiscover._packed import text_of

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from ifdiscover._columns import Paint
    from ifdiscover.model import Host, Interface

_HEADER = ("interface", "state", "kind", "mac", "mtu", "master", "address", "gateway")
_COLOURS = {"up": GREEN, "down": RED, "no carrier": MAGENTA}


def interface_lines(host: Host, shown: Iterable[Interface], paint: Paint = plain) -> Iterator[str]:
    """A header, and for each interface a line for each of its addresses; one line if it has none.

    ``?`` means that the backend cannot tell, ``-`` that there is none. What stands in the line above is left out.
    """
    rows: list[Sequence[str]] = [[Cell(title, BOLD) for title in _HEADER]]
    for interface in shown:
        addresses = [address_text(address) for address in host.addresses_of(interface)] or [NONE]
        gateways = _gateways(host, interface)
        lines = max(len(addresses), len(gateways))
        heads = [_head(host, interface), *[("",) * 6] * (lines - 1)]
        rows += [
            (*head, *(texts[number] if number < len(texts) else "" for texts in (addresses, gateways)))
            for number, head in enumerate(heads)
        ]
    return columns(rows, paint)


def _head(host: Host, interface: Interface) -> tuple[str, ...]:
    def told(value: object, word: str) -> str:
        if value is None:
            return UNKNOWN if word in host.blind_to else NONE
        return printable(str(value))

    return (
        printable(interface.name),
        _state(host, interface),
        told(interface.kind, "interface kinds"),
        told(interface.mac, "hardware addresses"),
        told(interface.mtu, "mtu"),
        told(interface.master, "masters"),
    )


def _state(host: Host, interface: Interface) -> str:
    if interface.is_up is None:
        return UNKNOWN
    state = "up" if interface.is_up else "down"
    if interface.is_up and not interface.is_running and "carriers" not in host.blind_to:
        state = "no carrier"
    return Cell(state, _COLOURS[state])


def _gateways(host: Host, interface: Interface) -> list[str]:
    if host.routes is None:
        return [UNKNOWN]
    found = []
    for route in host.routes:
        for hop in route.next_hops:
            if hop.interface_name == interface.name:
                packed = hop.packed_gateway
                text = "no router" if packed is None else text_of(packed)
                found.append(text if route.is_default else f"({text})")
    return list(dict.fromkeys(found)) or [NONE]
