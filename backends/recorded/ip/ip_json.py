"""Decode what ``ip -j addr`` or ``ip -d -j addr`` printed."""

from __future__ import annotations

from ifdiscover._backends.recorded.fields import HIGHEST_U32, checked_name, packed, packed_or_none, prefix_length
from ifdiscover._backends.recorded.ip import evident
from ifdiscover._backends.recorded.ip.links import (
    FLAG_WORDS,
    PERMANENT,
    Links,
    hardware_address,
    hexadecimal,
    interface_flags,
    lifetime,
    protocol,
    scope,
)
from ifdiscover._backends.recorded.lines import FAMILIES
from ifdiscover._backends.recorded.strict_json import Field, begins_with, load_all
from ifdiscover._names import to_text
from ifdiscover.errors import RecordingError
from ifdiscover.model import Interface

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from ifdiscover.model import Host

_OF_DETAILS = ('"linkinfo"', '"promiscuity"')  # keys that only -d prints
_OTHERS = {  # keys that are another output's, and which
    "lladdr": "ip -j neigh",
    "dst": "ip -j route",
    "priority": "ip -j rule",
    "maddr": "ip -j maddr",
}


def recognises(data: bytes) -> bool:
    """Whether it is a list of JSON."""
    return begins_with(data, b"[")


def decode(data: bytes) -> Host:
    """The host that ip(8) showed, in one list or in several.

    Raises:
        RecordingError: a value that ip(8) does not print; the message has its place and the rule.
    """
    # ip(8) writes names as they are, controls and bytes that are not UTF-8 too; old ones wrote ' as \'.
    text = without_escaped_apostrophes(to_text(data))
    try:
        documents = load_all(text)
    except RecordingError as error:
        if any(key in text for key in _OF_DETAILS):
            raise RecordingError(
                f"{error}; some versions of ip write broken JSON with -d: use ip -j addr without -d"
            ) from None
        raise
    links = Links()
    shown = [_take(document, links) for document in documents]
    # What one of several outputs leaves out may be in another, as with -4 and -6.
    links.is_filtered = links.is_filtered and len(documents) == 1
    links.is_thinned = links.is_thinned and links.is_filtered
    # Two outputs of one family have it in the order in which they were asked for.
    is_jumbled = any(sum(family in families for families in shown) > 1 for family in FAMILIES.values())
    return links.host(("order",) if is_jumbled else ())


def without_escaped_apostrophes(text: str) -> str:
    r"""The text with ``\'``, which old versions of ip(8) write and JSON does not know, as ``'``."""
    if "\\'" not in text:
        return text
    import re

    return re.sub(r"\\(.)", lambda found: "'" if found[1] == "'" else found[0], text, flags=re.DOTALL)


def _take(document: Field, links: Links) -> set[int]:
    """Take what one list shows; the families of its addresses come back."""
    families = set()
    for link in document.items():
        _refuse_other_outputs(link)
        if _is_filtered_out(link):
            links.is_filtered = True
            continue
        interface = links.link(_interface(link), link["ifname"].refuse)
        if link["linkinfo"].known or link["promiscuity"].known:  # keys of -d
            links.with_details.add(interface.index or 0)
        links.tells_types = links.tells_types or link["link_type"].known
        links.tells_queues = links.tells_queues or link["qdisc"].known
        around = link["addr_info"]
        for number, told in enumerate(around.listed()):
            address = evident.address(told, interface)
            if address is not None:
                families.add(address.family)
                links.add(address)
                continue
            item = Field(told, number, around)
            if told == {}:
                links.is_filtered = links.is_thinned = True
                continue
            family = FAMILIES.get(item["family"].text())
            if family is None:
                item["family"].refuse("must be inet or inet6")
            families.add(family)
            _take_address(item, interface, family, links)
    return families


def _refuse_other_outputs(link: Field) -> None:
    """Refuse what is no list of ``ip -j addr``, by its name."""
    if type(link.value) is not dict:
        return  # refused where a value of it is asked for
    keys = link.value.keys()
    addresses = link.value.get("addr_info")
    first = addresses[0] if type(addresses) is list and addresses and type(addresses[0]) is dict else {}
    if "dev" in first or {"index", "dev"} <= keys:
        raise RecordingError("this is what ip -o -j addr prints, without flags; use ip -j addr without -o")
    for key, output in _OTHERS.items():
        if key in keys:
            raise RecordingError(f"this is what {output} prints, not the addresses of a host; use ip -j addr")
    if "ifname" in keys and addresses is None:
        raise RecordingError("this is what ip -j link prints, without addresses; use ip -j addr in place of ip -j link")
    if "ifname" in keys and not {"ifindex", "flags"} & keys:
        raise RecordingError("this is what ip -br -j addr prints, without flags; use ip -j addr without -br")


def _is_filtered_out(link: Field) -> bool:
    """Whether ip(8) left this for a link that its arguments filtered out: {}, and from 4.14 to 4.16 an empty list."""
    return link.value == {} or (
        type(link.value) is dict
        and link.value.keys() == {"addr_info"}
        and all(item.value == {} for item in link["addr_info"].items())
    )


def _interface(link: Field) -> Interface:
    address, link_type = link["address"], link["link_type"]
    known_type = link_type.text() if link_type.known else None
    return Interface(
        checked_name(link["ifname"], link["ifname"].text()),
        link["ifindex"].whole(1, HIGHEST_U32),
        interface_flags((item.text(), item.refuse) for item in link["flags"].items()),
        link["mtu"].whole(0, HIGHEST_U32) if link["mtu"].known else None,
        hardware_address(address.text(), known_type, address.refuse) if address.known else None,
        kind=_kind(link["linkinfo"]),
        master=_name_or_none(link["master"]),
    )


def _kind(details: Field) -> str | None:
    """What made a link. Only a port of a bridge or a bond has details without it."""
    return _name_or_none(details["info_kind"]) if details.known else None


def _name_or_none(field: Field) -> str | None:
    return checked_name(field, field.text()) if field.known else None


def _take_address(item: Field, interface: Interface, family: int, links: Links) -> None:
    links.address(
        interface,
        family,
        packed(item["local"], family),  # always there: "address" beside it is the peer, and must not stand in for it
        prefix_length(item["prefixlen"], family),
        peer=packed_or_none(item["address"], family),
        broadcast=packed_or_none(item["broadcast"], family),
        scope=scope(item["scope"].text(), item["scope"].refuse) if item["scope"].known else None,
        flags=_address_flags(item, family),
        label=checked_name(item["label"], item["label"].text()) if item["label"].known else None,
        protocol=protocol(item["protocol"].text()) if item["protocol"].known else None,
        preferred_lifetime=_lifetime(item["preferred_life_time"]),
        valid_lifetime=_lifetime(item["valid_life_time"]),
    )


def _address_flags(item: Field, family: int) -> int:
    flags = 0 if item["dynamic"].known and item["dynamic"].truth() else PERMANENT
    for word, bit in FLAG_WORDS[family].items():
        if item[word].known and item[word].truth():
            flags |= bit
    rest = item["ifa_flags"]
    return flags | hexadecimal(rest.text(), rest.refuse, "must be hexadecimal") if rest.known else flags


def _lifetime(field: Field) -> int | None:
    return lifetime(field.whole(-(1 << 31), HIGHEST_U32)) if field.known else None
