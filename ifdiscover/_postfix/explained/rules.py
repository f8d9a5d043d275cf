"""Why an element of a list is what it is, in words: the style's rule for an address, or what a word matches."""

from __future__ import annotations

from _socket import AF_INET, inet_ntop

from ifdiscover._packed import cut, is_ipv6_link_local, pattern_text
from ifdiscover._postfix.check.elements.order import network_of
from ifdiscover._postfix.lists.reader import Pattern
from ifdiscover._postfix.lists.tables import FailTable
from ifdiscover._postfix.syntax.findings import FOR_POSTFIX, NEEDS_POSTFIX, NOT_ON_THIS_MACHINE, Finding
from ifdiscover._postfix.syntax.networks import over_a_byte
from ifdiscover.model import ASSUMED, BITS

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ifdiscover._postfix.lists.reader import Element
    from ifdiscover._postfix.mynetworks import Network
    from ifdiscover._postfix.syntax.networks import Parsed
    from ifdiscover.model import Address

NETWORK, ADDRESS, NAME, TABLE, FILE, NOBODY = "network", "address", "name", "table", "file", "nobody"
UNUSABLE = "unusable"
"""The kinds of elements. The words of a file are elements too: a FILE is one that could not be read here."""

_UNKNOWN = (NEEDS_POSTFIX, FOR_POSTFIX, NOT_ON_THIS_MACHINE)
_CLASSES = {8: ("A", "0 to 127"), 16: ("B", "128 to 191"), 24: ("C", "192 to 223"), 4: ("D", "224 to 239")}


def kind_of(element: Element) -> str:
    """What an element is: one of the kinds above."""
    content = element.content
    if fails(element):
        return UNUSABLE
    if not isinstance(content, Pattern):
        return FILE if element.text.lstrip("!")[:1] == "/" else TABLE
    network = network_of(element)
    if network is not None:
        return ADDRESS if network[2] == BITS[network[0]] else NETWORK
    return NAME if content.may_be_name else NOBODY


def fails(element: Element) -> bool:
    """Whether Postfix answers 451 to every client, perhaps of one family, that comes as far as to an element."""
    content = element.content
    if isinstance(content, Pattern):
        return content.is_faulty
    if isinstance(content, Finding):
        return content.kind not in _UNKNOWN
    return isinstance(content, FailTable)


def rule_of_element(element: Element, *, parent_domains: bool) -> str:
    """Which clients an element of a list that is set matches.

    Args:
        element: the element.
        parent_domains: as in ``MatchList``.
    """
    kind, content = kind_of(element), element.content
    if isinstance(content, FailTable):
        return "each query of this table fails"
    if isinstance(content, Finding):
        return "; ".join(filter(None, (content.postfix_says, content.remark)))
    if isinstance(content, Pattern) and content.fault:
        return content.fault.postfix_says
    if isinstance(content, Pattern) and kind == NAME:
        if content.word[0] == ".":
            return "a client whose name is below this domain" + (", and no client has it" if parent_domains else "")
        return "a client whose name is this" + (" or below it" if parent_domains else "")
    return {
        NETWORK: "a client whose address is in this network",
        ADDRESS: "a client whose address is this",
        TABLE: "a client whose address or name is found in this table",
        NOBODY: "nobody: this is no address, and no client has such a name",
    }[kind]


def rule_of_network(network: Network, style: str) -> str:
    """How a style makes a network of the addresses that it comes from."""
    return "; ".join(dict.fromkeys(_rule(address, network, style) for address in network.sources))


def _rule(address: Address, network: Network, style: str) -> str:
    if style == "host":
        return "the address alone"
    if style == "class" and address.family == AF_INET:
        name, octets = _CLASSES[network.prefixlen]
        return f"class {name} (first octet {octets}) is a /{network.prefixlen}, whatever the netmask is"
    rule = "address and netmask, since IPv6 has no classes" if style == "class" else "address and netmask"
    if address.prefixlen is None and address.packed_netmask is not None:
        mask = inet_ntop(address.family, address.packed_netmask)
        how = (
            f"it clears the host bits, and counts as /{network.prefixlen}, up to its last one bit"
            if address.family == AF_INET
            else f"it counts as /{network.prefixlen}, its octets of ones and the next octet up to its last one bit"
        )
        rule += f"; {mask} has holes: {how}"
    return rule


def remarks_on_element(element: Element) -> Iterator[str]:
    """What is to be minded of an element of a list that is set."""
    network, content = network_of(element), element.content
    if network is None or not isinstance(content, Pattern):
        return
    if over_a_byte(content.word):
        yield f"to Postfix it is {pattern_text(*network)}, since it keeps a length in one byte"
    yield from _remarks_on_parsed(network)


def remarks_on_network(network: Network) -> Iterator[str]:
    """What is to be minded of a computed network."""
    family, packed, prefixlen, sources = network
    yield from _remarks_on_parsed((family, packed, prefixlen))
    if len(sources) > 1:
        yield f"{len(sources)} addresses make this network; it stands in the list once, where the first puts it"
    for address in sources:
        if cut(address.packed, prefixlen) != packed:
            yield f"{address} itself is not in it"
        if address.netmask_origin == ASSUMED:
            yield f"the netmask of {address} is assumed: the narrowest, since the system did not tell it"


def _remarks_on_parsed(network: Parsed) -> Iterator[str]:
    family, packed, prefixlen = network
    if not prefixlen:
        yield "no bits are compared: every client of this address family is in it"
    if family == AF_INET and packed[0] == 127 and 8 <= prefixlen < BITS[family]:
        yield "127.0.0.0/8 is never seen outside of a host (RFC 1122, section 3.2.1.3)"
    if is_ipv6_link_local(packed):
        yield "link-local: Postfix's lists have no zones, so it counts on every link of this host"
