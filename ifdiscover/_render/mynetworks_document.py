"""The document of ``ifdiscover mynetworks``, in which every list is explained. Its numbers are exact, however long."""

from __future__ import annotations

from _socket import inet_ntop

from ifdiscover._names import printable
from ifdiscover._render.documents import document, name_fields, place_fields
from ifdiscover.model import FAMILY_NAMES

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import Any

    from ifdiscover._postfix.explained.explained import Beyond, ExplainedElement, ExplainedList, Explanation, Total
    from ifdiscover.model import Address


def computed(backend: str | None, warnings: Iterable[str], explanation: Explanation, *, styles: bool) -> str:
    """The document of a computed mynetworks: the fields of one answer; with ``styles`` a list of all answers."""
    answers = [_answer(one) for one in (explanation.styles if styles else [explanation.explained])]
    found = {"styles": answers} if styles else answers[0]
    return _document(backend, warnings, found, explanation, "")


def as_set(backend: str | None, warnings: Iterable[str], value: str, explanation: Explanation | None) -> str:
    """The document of a mynetworks that is set, and so not computed.

    Args:
        backend: the backend that read the host; None: it was not read.
        warnings: warnings about the value.
        value: the value as it is written.
        explanation: None: the list cannot be explained, and a warning says why.
    """
    found: dict[str, Any] = {"style": None, "value": printable(value), "networks": None, "elements": None}
    if explanation is not None:
        explained = explanation.explained
        found["elements"] = [_element(one) for one in explained.elements]
        found["totals"] = _totals(explained.totals)
    return _document(backend, warnings, found, explanation, value)


def _document(
    backend: str | None, warnings: Iterable[str], found: dict[str, Any], explanation: Explanation | None, value: str
) -> str:
    """A document; what it has of an explanation besides the answers comes last."""
    if explanation is not None:
        found["left_out"] = [
            {**_source(address), "reason": printable(reason)} for address, reason in explanation.left_out
        ]
        lists = list(explanation.styles)
        if explanation.explained.style is None:
            lists.insert(0, explanation.explained)
        found["comparison"] = [_compared(one, value) for one in lists]
    return document("mynetworks", backend, dict.fromkeys(warnings), **found)


def _answer(one: ExplainedList) -> dict[str, Any]:
    networks = one.networks or ()
    return {
        "style": one.style,
        "value": str(networks or ""),
        "networks": [
            {
                "network": f"{inet_ntop(network.family, network.packed)}/{network.prefixlen}",
                "pattern": str(network),
                "sources": [_source(address) for address in network.sources],
                **_explained(explained),
            }
            for network, explained in zip(networks, one.elements)
        ],
        "totals": _totals(one.totals),
    }


def _element(explained: ExplainedElement) -> dict[str, Any]:
    element = explained.element
    return {
        "element": printable(element.text),
        "number": explained.number,
        "kind": explained.kind,
        "negated": element.negated,
        "place": place_fields(element.place),
        **_explained(explained),
    }


def _explained(explained: ExplainedElement) -> dict[str, Any]:
    return {
        "rule": printable(explained.rule),
        "remarks": list(map(printable, explained.remarks)),
        "count": explained.count,
        "strangers": explained.strangers,
        "own": [_address(address) for address in explained.own],
        "decided": explained.decided,
        "excluded": explained.excluded,
        "excluded_by": list(explained.excluded_by),
    }


def _compared(one: ExplainedList, value: str) -> dict[str, Any]:
    """A list beside the others; ``value`` is that of the list that is set."""
    return {
        "style": one.style,
        "value": printable(value) if one.style is None else None if one.networks is None else str(one.networks),
        "refused": None if one.refused is None else printable(one.refused),
        "totals": _totals(one.totals),
        "beyond": [{"style": beyond.style, "elements": _more(beyond)} for beyond in one.beyond],
    }


def _more(beyond: Beyond) -> list[dict[str, Any]]:
    return [{"element": printable(element.text), "count": count} for element, count in beyond.elements]


def _totals(totals: Sequence[Total]) -> list[dict[str, Any]]:
    return [
        {"family": FAMILY_NAMES[family], "count": count, "strangers": strangers} for family, count, strangers in totals
    ]


def _address(address: Address) -> dict[str, str | None]:
    return {**name_fields("interface", address.interface.name), "address": str(address)}


def _source(address: Address) -> dict[str, str | None]:
    netmask = address.packed_netmask
    return {
        **_address(address),
        "netmask": None if netmask is None else inet_ntop(address.family, netmask),
        "netmask_origin": address.netmask_origin,
    }
