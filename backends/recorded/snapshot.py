"""Decode what ``ifdiscover snapshot`` wrote; see ``ifdiscover/schemas/snapshot-1.json``."""

from __future__ import annotations

from ifdiscover.backends.recorded.fields import (
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
from ifdiscover.model import ADDRESS_FLAGS, ASSUMED, KERNEL, Address, Gateway, Host, Interface, Recorded
from ifdiscover.names import to_bytes
from ifdiscover.packed import contiguous_prefixlen, netmask_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ifdiscover.backends.recorded.strict_json import Field

SCHEMA = "ifdiscover.snapshot/1"


def decode(document: Field) -> Host:
    """The host that a snapshot holds.

    Raises:
        RecordingError: a value that a snapshot cannot have; the message has its place and the rule.
    """
    schema = document["schema"]
    if schema.value != SCHEMA:
        schema.refuse(f'must be "{SCHEMA}", the one version that this ifdiscover reads')
    interfaces: list[Interface] = []
    addresses: list[list[Address]] = []
    indexes: set[int | None] = set()
    for field in document["interfaces"].items():
        interface = Interface(
            _name(field, "name"),
            field["index"].whole(1, HIGHEST_U32) if field["index"].known else None,
            field["flags"].whole(0, HIGHEST_U64) if field["flags"].known else None,
            field["mtu"].whole(0, HIGHEST_U32) if field["mtu"].known else None,
            hardware_address(field["hardware_address"]),
        )
        if interface.index is not None and interface.index in indexes:
            field["index"].refuse("must be this interface's own")
        indexes.add(interface.index)
        interfaces.append(interface)
        addresses.append([_address(item, interface) for item in field["addresses"].items()])
    return Host(
        tuple(interfaces),
        _ordered(document["order"], addresses),
        unescaped(document["backend"]),
        _texts(document["blind_to"]),
        _texts(document["warnings"]),
        _texts(document["refusals"]) if document["refusals"].known else (),
        document["consistent"].truth() if document["consistent"].known else None,
        tuple(map(_gateway, document["gateways"].items())) if document["gateways"].known else None,
        Recorded(
            unescaped(document["host"]) if document["host"].known else None,
            unescaped(document["taken_at"]) if document["taken_at"].known else None,
            unescaped(document["system"]) if document["system"].known else None,
            tuple(map(_family, document["families"].items())) if document["families"].known else None,
        ),
    )


def _ordered(field: Field, addresses: list[list[Address]]) -> tuple[Address, ...]:
    """The addresses in the kernel's order, each named once by its interface's place and its own."""
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


def _gateway(field: Field) -> Gateway:
    family = _family(field["family"])
    return Gateway(family, packed(field["address"], family), _name(field, "interface"), field["is_default"].truth())


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
    bits = {word: bit for bit, word in ADDRESS_FLAGS[family].items()}
    flags = 0
    for item in field.items():
        word = item.text()
        if word not in bits:
            try:
                bits[word] = int(word, 16)
            except ValueError:
                item.refuse(f"must be one of {', '.join(bits)}, or a bit in hexadecimal")
            if word != hex(bits[word]) or bits[word] > HIGHEST_U32:
                item.refuse("must be a bit of 32 in hexadecimal, like 0x1000")
        flags |= bits[word]
    return flags


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


def _texts(field: Field) -> tuple[str, ...]:
    return tuple(map(unescaped, field.items()))
