"""What people write in lookup tables that a match list does not read so.

A list only asks whether a key is there. It does not look at the result, and to a table of whole keys a network is a key
like any other, for which nobody asks.
"""

from __future__ import annotations

from _socket import inet_ntop

from ifdiscover._packed import cut, pattern_text
from ifdiscover._postfix.syntax.findings import Finding, Findings, Place
from ifdiscover._postfix.syntax.networks import PatternError, over_a_byte, parse_network
from ifdiscover._record import Record
from ifdiscover.model import BITS

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ifdiscover._postfix.syntax.networks import Parsed

NOWHERE = Place()
LEAVE_OUT = "leave this line out"
_IN_LIST = " in the list itself"

# From access(5): the actions that refuse a client, after which a text may follow.
_ACTIONS = frozenset({"defer", "defer_if_permit", "defer_if_reject", "discard", "reject"})
_REFUSALS = frozenset({"block", "deny", "drop", "dunno", "exclude", "false", "never", "no", "off", "refuse"})
"""Words that refuse a client if nothing stands behind them; "no" may also begin a comment."""

_NETWORK_CHARACTERS = frozenset("0123456789abcdef.:[]/")
_DIGITS = frozenset("0123456789")
_HEX_DIGITS = frozenset("0123456789abcdef")
_MAX_QUOTED = 40  # characters of a result that a remark repeats


class Entry(Record):
    """A key with its result in a table of whole keys. In a table that is no file its place is empty."""

    key: str
    result: str
    place: Place


def reads_as_refusal(result: str) -> bool:
    """Whether the result of a table says that a client is not trusted, or that nothing is decided about it."""
    words = result.lower().split(None, 2)
    if not words:
        return False
    first = words[0].rstrip(":;,.!") or words[0]
    if first in _ACTIONS or first.startswith(("reject_", "defer_")):
        return True
    if first in _REFUSALS:
        return len(words) == 1 or words[1][0] == "#"
    # A reply of SMTP, 4NN or 5NN, or an enhanced status code (RFC 3463).
    numbers = first.split(".")
    if first[0] not in "45" or not all(number.isascii() and number.isdecimal() for number in numbers):
        return False
    return [len(numbers), len(numbers[0])] in ([1, 3], [3, 1])


def result_finding(result: str, place: Place = NOWHERE, element: str = "", suggestion: str = "") -> Finding:
    """The finding for a result that reads as a refusal.

    Args:
        result: the result.
        place: its place.
        element: the key or network before it.
        suggestion: what to do instead; "": not known.
    """
    quoted = result if len(result) <= _MAX_QUOTED else f"{result[:_MAX_QUOTED]}..."
    remark = f'Postfix does not look at "{quoted}"'
    return Finding("table-result-ignored", "", place, element, suggestion, remark)


def entry_findings(entries: Iterable[Entry], path: str = "", *, folded: bool = False) -> list[Finding]:
    """The faults of a table of whole keys about which Postfix is silent.

    Args:
        entries: its entries.
        path: the name of the table's file; "": in no file.
        folded: whether the keys are put in lower case before they are compared.
    """
    entries = list(entries)
    refused = [entry for entry in entries if reads_as_refusal(entry.result)]
    trusted_above: set[str] = set()  # the domains above the names that are trusted
    if refused:
        for entry in entries:
            if not reads_as_refusal(entry.result):
                trusted_above.update(_parents(entry.key))
    as_cidr = path and all(_is_network(entry.key) for entry in entries)  # a name is no line of a cidr table
    found = Findings()
    for entry in entries:
        meant = meant_by_key(entry.key, folded=folded)
        if meant is not None:
            found.append(_network_finding(entry, meant, f"cidr:{path}" if as_cidr else ""))
        elif reads_as_refusal(entry.result):
            pattern = f"[{entry.key}]" if ":" in entry.key else entry.key
            suggestion = "" if entry.key in trusted_above else exclusion(pattern)
            found.append(result_finding(entry.result, entry.place, entry.key, suggestion))
    return found


def exclusion(pattern: str) -> str:
    """How to exclude what a table cannot exclude."""
    return f"!{pattern} before the table"


def meant_by_key(key: str, *, folded: bool) -> str | None:
    """The network or address that a key stands for, if a list never asks for this key.

    A list asks for a client's name, for the domains above it, and for its address as inet_ntop(3) writes it.

    Returns:
        None: a list may ask for this key. "": what was meant is not known, or would trust everybody.
    """
    lower = key.lower()
    try:
        network = parse_network(lower)
    except PatternError as error:
        if key[:1] == "[" or ("/" in key and _NETWORK_CHARACTERS.issuperset(lower) and not _DIGITS.isdisjoint(key)):
            meant = error.finding.suggestion
            address = meant.removesuffix("/32").removesuffix("/128")
            return meant if "/" in address else address.strip("[]")
        return _prefix_meant(lower)
    family, packed, prefixlen = network
    if prefixlen < BITS[family]:
        return pattern_text(family, packed, prefixlen) if prefixlen and not over_a_byte(lower) else ""
    text = inet_ntop(family, packed)
    return None if text == (lower if folded else key) else text


def refused_networks(refused: Iterable[Parsed], trusted: Iterable[Parsed]) -> Iterator[str]:
    """What to do about each network of a cidr table whose result reads as a refusal; "": not known.

    An exclusion before the table would also exclude the networks within it that the table trusts.

    Args:
        refused: family, packed network and prefix length of each.
        trusted: the same of the networks with another result.
    """
    from bisect import bisect_left, bisect_right

    in_order = sorted(trusted)
    known = set(in_order)
    for family, packed, prefixlen in refused:
        host_bits = len(packed) * 8 - prefixlen
        last = (int.from_bytes(packed, "big") | ((1 << host_bits) - 1)).to_bytes(len(packed), "big")
        begin = bisect_left(in_order, (family, packed, prefixlen))
        has_smaller = begin < bisect_right(in_order, (family, last, BITS[family]))
        if not has_smaller and prefixlen:
            yield exclusion(_shortest(family, packed, prefixlen))
        else:
            is_within = any((family, cut(packed, length), length) in known for length in range(prefixlen))
            yield "" if is_within else LEAVE_OUT


def _shortest(family: int, packed: bytes, prefixlen: int) -> str:
    """A network as it stands in a list, without a length if it is one address."""
    text = pattern_text(family, packed, prefixlen)
    return text.rpartition("/")[0] if prefixlen == BITS[family] else text


def of_negated_table(fault: Finding) -> Finding:
    """The fault of a table that stands behind a ``!`` in the list: what is moved into the list is to be excluded."""
    is_moved = fault.suggestion.endswith(_IN_LIST)
    return fault._replace(suggestion=f"!{fault.suggestion}") if is_moved else fault


def _network_finding(entry: Entry, meant: str, cidr_table: str) -> Finding:
    """The finding for a key that stands for a network or an address, and for which no list asks.

    Args:
        entry: the key.
        meant: what it stands for; "": not known.
        cidr_table: the same file as a table in which all its keys mean what they say; "": there is none.
    """
    if not meant:
        suggestion = ""
    elif reads_as_refusal(entry.result):
        suggestion = exclusion(f"[{meant}]" if ":" in meant and meant[0] != "[" else meant)
    elif "/" not in meant:
        suggestion = meant
    else:
        suggestion = cidr_table or meant + _IN_LIST
    return Finding("table-key-network", "", entry.place, entry.key, suggestion)


def _is_network(text: str) -> bool:
    try:
        parse_network(text)
    except PatternError:
        return False
    return True


def _prefix_meant(key: str) -> str | None:
    """The same of a key that is no network to Postfix: ``192.168.1``, ``10.*``, ``2001:db8``, ``010.0.0.1``."""
    groups = key.split(":")
    if 2 <= len(groups) < 8 and all(0 < len(group) <= 4 and _HEX_DIGITS.issuperset(group) for group in groups):
        return _network_or_nothing(f"[{key}::]/{16 * len(groups)}")
    octets = key.strip(".*").split(".")
    if len(octets) > 4 or not all(octet.isascii() and octet.isdecimal() for octet in octets):
        return None
    if len(octets) == 4:
        return _network_or_nothing(".".join(octets) + "/32").partition("/")[0]
    return _network_or_nothing(".".join(octets + ["0"] * (4 - len(octets))) + f"/{8 * len(octets)}")


def _network_or_nothing(text: str) -> str:
    """A network in Postfix's spelling; "" if Postfix reads none from the text."""
    try:
        return pattern_text(*parse_network(text))
    except PatternError:
        return ""


def _parents(name: str) -> Iterator[str]:
    """The domains above a name."""
    dot = name.find(".")
    while dot >= 0:
        yield name[dot + 1 :]
        dot = name.find(".", dot + 1)
