"""Decode what ``ifdiscover snapshot`` wrote, now or before 0.2.0; see ``ifdiscover/schemas/``."""

from __future__ import annotations

from _socket import AF_INET, AF_INET6
from itertools import chain

from ifdiscover._backends.recorded import evident
from ifdiscover._backends.recorded.fields import (
    FAMILIES,
    HIGHEST_U32,
    HIGHEST_U64,
    checked_name,
    hardware_address,
    packed,
    packed_or_none,
    prefix_length,
    scope_or_none,
    unescaped,
)
from ifdiscover._backends.recorded.strict_json import Field
from ifdiscover._names import to_bytes
from ifdiscover._packed import contiguous_prefixlen, netmask_of
from ifdiscover.model import (
    ASSUMED,
    KERNEL,
    Address,
    Host,
    Interface,
    NextHop,
    Recorded,
    Route,
)

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from collections.abc import Mapping

SCHEMAS = ("ifdiscover.snapshot/2", "ifdiscover.snapshot/1")
"""The versions that are read: the one that is written now, and that of 0.1, which has gateways in place of routes."""


def decode(document: Field) -> Host:
    """The host that a snapshot holds.

    Raises:
        RecordingError: a value that a snapshot cannot have; the message has its place and the rule.
    """
    schema = document["schema"]
    if schema.value not in SCHEMAS:
        schema.refuse(f"must be {' or '.join(SCHEMAS)}, the versions that this ifdiscover reads")
    told = document.value
    is_old = schema.value != SCHEMAS[0]
    interfaces: list[Interface] = []
    addresses: list[list[Address]] = []
    indexes: set[int | None] = set()
    for field in document["interfaces"].items():
        interface = evident.interface(field.value) or _interface(field)
        if interface.index is not None and interface.index in indexes:
            field["index"].refuse("must be this interface's own")
        indexes.add(interface.index)
        interfaces.append(interface)
        addresses.append(_addresses(field["addresses"], interface))
    return Host(
        tuple(interfaces),
        _ordered(document["order"], addresses),
        _text(document, "backend"),
        _blindness(document, is_old=is_old),
        _texts(document["warnings"]),
        _texts(document["refusals"]) if told.get("refusals") is not None else (),
        document["consistent"].truth() if told.get("consistent") is not None else None,
        _gateways(document["gateways"]) if is_old else _routes(document["routes"]),
        Recorded(
            _text_or_none(document, "host"),
            _text_or_none(document, "taken_at"),
            _text_or_none(document, "system"),
            tuple(map(_family, document["families"].items())) if told.get("families") is not None else None,
        ),
        _sources(document["sources"]),
    )


def _blindness(document: Field, *, is_old: bool) -> tuple[str, ...]:
    """What the backend was blind to, and what nobody asked it for when the snapshot was made."""
    words = _texts(document["blind_to"])
    if is_old:
        words = tuple(["routes" if word == "gateways" else word for word in words])
    untold = [word for key, word in _ADDED if any(key not in told for told in document.value["interfaces"])]
    return (*words, *(word for word in untold if word not in words))


_ADDED = (("kind", "interface kinds"), ("master", "masters"))  # in the course of snapshot/2


def _ordered(field: Field, addresses: list[list[Address]]) -> tuple[Address, ...]:
    """The addresses in the kernel's order, each named once by its interface's place and its own."""
    places = [[number, place] for number, found in enumerate(addresses) for place in range(len(found))]
    told = field.value
    is_numbers = type(told) is list and {*map(type, told)} <= {list} and {*map(type, chain(*told))} <= {int}
    if is_numbers and sorted(told) == places:
        return tuple([addresses[number][place] for number, place in told])
    return _checked_order(field, addresses)


def _checked_order(field: Field, addresses: list[list[Address]]) -> tuple[Address, ...]:
    """The same, one by one: for the error that says which is wrong."""
    found = []
    seen = set()
    if not any(addresses) and field.items():
        field.refuse("must be empty, as there is no address")
    for item in field.items():
        pair = item.items()
        if len(pair) != 2:
            item.refuse("must be two numbers: the place of an interface and of an address in it")
        number = pair[0].whole(0, len(addresses) - 1)
        place = pair[1].whole(0, len(addresses[number]) - 1)
        if (number, place) in seen:
            item.refuse("must name each address once")
        seen.add((number, place))
        found.append(addresses[number][place])
    count = sum(map(len, addresses))
    if len(found) != count:
        field.refuse(f"must name each of the {count} addresses once")
    return tuple(found)


def _interface(field: Field) -> Interface:
    return Interface(
        _name(field, "name"),
        field["index"].whole(1, HIGHEST_U32) if field["index"].known else None,
        field["flags"].whole(0, HIGHEST_U64) if field["flags"].known else None,
        field["mtu"].whole(0, HIGHEST_U32) if field["mtu"].known else None,
        hardware_address(field["hardware_address"]),
        unescaped(field["set_apart"]) if field["set_apart"].known else None,
        _name(field, "kind") if field["kind"].known else None,
        _name(field, "master") if field["master"].known else None,
    )


def _addresses(field: Field, interface: Interface) -> list[Address]:
    name = interface.name if evident.is_plain_name(interface.name) else None
    return [
        evident.address(told, interface, name) or _address(Field(told, number, field), interface)
        for number, told in enumerate(field.listed())
    ]


def _address(field: Field, interface: Interface) -> Address:
    family = _family(field["family"])
    if field["interface"].known and unescaped(field["interface"]) != interface.name:
        field["interface"].refuse("must be the name of the interface that it is listed under")
    netmask, prefixlen, origin = _netmask(field, family)
    return Address(
        interface,
        family,
        packed(field["address"], family),
        prefixlen,
        netmask,
        origin,
        field["scope_id"].whole(0, HIGHEST_U32) if field["scope_id"].known else 0,
        packed_or_none(field["broadcast"], family),
        packed_or_none(field["peer"], family),
        _name(field, "label") if field["label"].known else None,
        scope_or_none(field["scope"]),
        _flags(field["flags"], family) if field["flags"].known else None,
        field["protocol"].whole(0, 255) if field["protocol"].known else None,
        *(field[key].whole(0, HIGHEST_U32) if field[key].known else None for key in _LIFETIMES),
    )


def _sources(field: Field) -> tuple[bytes, ...] | None:
    """The address of each family; None for a snapshot of before there were any."""
    if not field.known:
        return None
    found: dict[int, bytes] = {}
    for item in field.items():
        family = _family(item["family"])
        if family in found:
            item["family"].refuse("must be another one in each of the sources")
        found[family] = packed(item["address"], family)
    return tuple(found.values())


def _routes(field: Field) -> tuple[Route, ...] | None:
    return tuple(map(_route, field.items())) if field.known else None


def _route(field: Field) -> Route:
    family = _family(field["family"])
    metric = field["metric"].whole(0, HIGHEST_U32) if field["metric"].known else None
    hops = tuple(map(_next_hop, field["next_hops"].items()))
    if not hops:
        field["next_hops"].refuse("must have at least one")
    return Route(family, hops, field["is_default"].truth(), metric, packed_or_none(field["source"], family))


def _next_hop(field: Field) -> NextHop:
    gateway = field["gateway"]
    # RFC 8950: an IPv4 route may have a gateway of IPv6.
    family = AF_INET6 if gateway.known and ":" in gateway.text() else AF_INET
    return NextHop(packed_or_none(gateway, family), _name(field, "interface"))


def _gateways(field: Field) -> tuple[Route, ...] | None:
    """The routes of a snapshot/1: each is a gateway and the interface that it is reached by."""
    return tuple(map(_gateway, field.items())) if field.known else None


def _gateway(field: Field) -> Route:
    family = _family(field["family"])
    hop = NextHop(packed(field["address"], family), _name(field, "interface"))
    return Route(family, (hop,), field["is_default"].truth())


_LIFETIMES = ("preferred_lifetime", "valid_lifetime")


def _netmask(field: Field, family: int) -> tuple[bytes | None, int | None, str | None]:
    """Netmask, prefix length and origin, which must not contradict each other."""
    netmask = packed_or_none(field["netmask"], family)
    prefixlen = prefix_length(field["prefixlen"], family) if field["prefixlen"].known else None
    if netmask is None and prefixlen is not None:  # written by hand
        netmask = netmask_of(prefixlen, family)
    if netmask is not None and contiguous_prefixlen(netmask) != prefixlen:
        field["prefixlen"].refuse(f"must be the length of netmask {field['netmask'].value}")
    origin = field["netmask_origin"]
    allowed = (None,) if netmask is None else (KERNEL, ASSUMED)
    if origin.value not in allowed:
        origin.refuse(f"must be {'null without a netmask' if netmask is None else f'{KERNEL} or {ASSUMED}'}")
    return netmask, prefixlen, origin.value


def _flags(field: Field, family: int) -> int:
    bits = evident.FLAG_BITS[family]
    flags = 0
    for item in field.items():
        word = item.text()
        flags |= bits[word] if word in bits else _unnamed_bit(item, word, bits)
    return flags


def _unnamed_bit(field: Field, word: str, bits: Mapping[str, int]) -> int:
    try:
        bit = int(word, 16)
    except ValueError:
        field.refuse(f"must be one of {', '.join(bits)}, or a bit in hexadecimal")
    if word != hex(bit) or bit > HIGHEST_U32:
        field.refuse("must be a bit of 32 in hexadecimal, like 0x1000")
    return bit


def _family(field: Field) -> int:
    family = FAMILIES.get(field.text())
    if family is None:
        field.refuse("must be ipv4 or ipv6")
    return family


def _name(field: Field, key: str) -> str:
    """A name, from its bytes where they stand beside it; the two must agree."""
    name = checked_name(field[key], unescaped(field[key]))
    raw = field[f"{key}_hex"]
    if raw.known and raw.text() != to_bytes(name).hex():
        raw.refuse(f"must be the bytes of {key}")
    return name


def _text(document: Field, key: str) -> str:
    told = document.value.get(key)
    return told if evident.is_plain_text(told) else unescaped(document[key])


def _text_or_none(document: Field, key: str) -> str | None:
    return None if document.value.get(key) is None else _text(document, key)


def _texts(field: Field) -> tuple[str, ...]:
    return tuple(map(unescaped, field.items())) if field.value != [] else ()
