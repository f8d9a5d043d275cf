"""Mutants of what tells trust, and of what a host has, that live, and why. See ``explained.py``."""

from __future__ import annotations

_MYNETWORKS = "ifdiscover/_postfix/mynetworks.py"
_ASKED = "ifdiscover/_host/asked.py"
_RANGES = "ifdiscover/_host/ranges.py"
_MAPPED = "if family == AF_INET6 and packed.startswith(_MAPPED):"
_ACTIVE = "ifdiscover/_postfix/active_addresses.py"
_OWN = "ifdiscover/_postfix/own_addresses.py"
_MATCH_LIST = "ifdiscover/_postfix/lists/match_list.py"
_PACKED = "ifdiscover/_packed.py"
_NETWORKS = "ifdiscover/_postfix/syntax/networks.py"
_LOOKUPS = "ifdiscover/_host/lookups.py"
_INTERVALS = "ifdiscover/_postfix/lists/intervals.py"
_CIDR = "ifdiscover/_postfix/lists/cidr_table.py"
_READER = "ifdiscover/_postfix/lists/reader.py"
_ADDRESSES = "ifdiscover/_postfix/syntax/addresses.py"
_FITS = "return length is not None and _prefixlen(length) != _number(length)"
_PARTED = 'if last in ("word", "atom") and (kind == "word" or (kind == "atom" and last == "word")):'
_DOT = "if value < 0 or place == len(data) - 1:"
_MARKS = "is_negated = negated ^ ((len(word) - len(bare)) % 2 == 1)"
_REFUSED = "if error.number is None or error.status == 77:"
_DEEP = "if len(self._files) == MAX_DEPTH or self._opened == MAX_FILES:"
_SENTINEL = (
    "open_networks: list[tuple[int, int | None]] = [(1 << bits, None)]  # the end of each, and the first place inside"
)
_STABLE = "ifdiscover/_host/stable.py"
_INDEXED = "ifdiscover/_postfix/lists/indexed.py"
_LOCAL = "ifdiscover/_postfix/local_destinations.py"
_VERSION = "version = 4 if family == AF_INET else 6"
_BLIND_OF_6 = "if family == AF_INET6 and any(address.flags is None for address in candidates):"
_TWO_FAMILIES = "there are two families, and AF_INET is the smaller number everywhere"
_ONCE = "CPython has each number below 257 once"
_ERRNO = "raise _unusable(word, name, file, error.errno or 0, machine) from error"
_MORE_NAMES = 'return first if len(names) == 1 else f"{first} and {len(names) - 1} more"'
_FIRST_LETTER = "the other two come later in the alphabet"
_ONE_TEXT = "there is one such text"
_TAGGED = "if without_tag(destination) != destination:"
_TOLD = "return self.call != SIOCGLIF or not (interface.flags or 0) & (IFF_NOXMIT | IFF_TEMPORARY)"

TRUST = {
    (_ASKED, _MAPPED, _MAPPED.replace("==", "<=")): "an address of 4 octets does not begin with 12",
    (
        _ASKED,
        _MAPPED,
        _MAPPED.replace("==", ">="),
    ): "there are two families, and AF_INET is the smaller number everywhere",
    (_ASKED, _MAPPED, _MAPPED.replace("==", "is")): "CPython has each number below 257 once",
    (
        _ASKED,
        "return AF_INET if len(packed) == 4 else AF_INET6, packed",
        "return AF_INET if len(packed) <= 4 else AF_INET6, packed",
    ): "an address has 4 octets or 16",
    (_RANGES, "if len(packed) == 16:", "if len(packed) >= 16:"): "an address has 4 octets or 16",
    (_MYNETWORKS, "if length == 0:", "if length <= 0:"): "a length is never negative",
    (
        _MYNETWORKS,
        'kept = int.from_bytes(mask, "big") if size == 4 else whole',
        'kept = int.from_bytes(mask, "big") if size <= 4 else whole',
    ): "a netmask has 4 octets or 16",
    (
        _MYNETWORKS,
        "length = _ipv4_length(mask) if size == 4 else _ipv6_length(mask)",
        "length = _ipv4_length(mask) if size <= 4 else _ipv6_length(mask)",
    ): "a netmask has 4 octets or 16",
    (_MYNETWORKS, 'length, zeros = 0, b""', 'length, zeros = -1, b""'): "the first netmask sets both",
    (
        _ACTIVE,
        "if family == AF_INET6 and not listing.knows_ipv6_netmasks and netmask != _NARROWEST:",
        "if family >= AF_INET6 and not listing.knows_ipv6_netmasks and netmask != _NARROWEST:",
    ): "there are two families, and AF_INET is the smaller number everywhere",
    (_OWN, 'if parameter != "inet_interfaces":', 'if parameter > "inet_interfaces":'): (
        "the other parameter is proxy_interfaces, which comes later in the alphabet"
    ),
    (
        _PACKED,
        'zeros = (1 << bits) - 1 - int.from_bytes(netmask, "big")  # contiguous: 2**n - 1',
        'zeros = (1 << bits) - 1 ^ int.from_bytes(netmask, "big")  # contiguous: 2**n - 1',
    ): "all ones less a number is that number inverted",
    (
        _PACKED,
        'return ("", f"/{prefixlen}") if family == AF_INET else ("[", f"]/{prefixlen}")',
        'return ("", f"/{prefixlen}") if family <= AF_INET else ("[", f"]/{prefixlen}")',
    ): "there are two families, and AF_INET is the smaller number everywhere",
    (_NETWORKS, "if base != packed:", "if base < packed:"): "an address without its host bits is never larger",
    (_NETWORKS, _FITS, _FITS.replace("!=", "<")): "the rest of a number is never larger than the number",
    (
        _NETWORKS,
        _FITS,
        _FITS.replace("!=", "is not"),
    ): "CPython has each number below 257 once, and the rest is below 256",
    (_NETWORKS, 'return int(digits.lstrip("0")[:30] or "0")', 'return int(digits.lstrip("0")[: 31] or "0")'): (
        "either is beyond the largest number of 64 bits, from which on all are one"
    ),
    (
        _NETWORKS,
        "if fault.finding.suggestion != pattern_text(family, base, prefixlen):",
        "if fault.finding.suggestion < pattern_text(family, base, prefixlen):",
    ): "a suggestion that is another text is an empty one, which comes first in the alphabet",
    (_MATCH_LIST, "break", "continue"): "tables stand in the order of the list: all later ones are passed over, too",
    (_MATCH_LIST, "while dot >= 0:", "while dot >= 1:"): "only a name that begins with a dot, which no client has",
    (_MATCH_LIST, 'dot = name.find(".", dot + 1)', 'dot = name.find(".", dot + 2)'): (
        "only a name with two dots in a row, which no client has"
    ),
    (
        _MATCH_LIST,
        "are_networks = sum(map(len, networks.values())) == self._size",
        "are_networks = sum(map(len, networks.values())) is self._size",
    ): "large numbers are equal and not the same then: the list is asked the slower way, with the same answer",
    (_ACTIVE, "if self.call == SIOCGLIF:", "if self.call is SIOCGLIF:"): "each system has that very text",
    (_ACTIVE, _TOLD, _TOLD.replace("IFF_NOXMIT | IFF", "IFF_NOXMIT + IFF")): "two different bits",
    (_ACTIVE, _TOLD, _TOLD.replace("flags or 0", "flags or 1")): "the lowest bit is neither of these",
    (
        _ACTIVE,
        _TOLD,
        _TOLD.replace("!=", "<"),
    ): "it is asked where IFF_UP does not count: the other call there is SIOCGIFCONF, earlier in the alphabet",
    (
        _ADDRESSES,
        _PARTED,
        _PARTED.replace('kind == "atom"', 'kind <= "atom"'),
    ): "the other kinds come later in the alphabet",
    (_ADDRESSES, _DOT, _DOT.replace("==", ">=")): "there is no later place",
    (_ADDRESSES, "value = -1", "value = - 2"): "any negative number says that there is no digit yet",
    (_ADDRESSES, "elif place - start == 4:", "elif place - start >= 4:"): "the fourth place comes before the fifth",
    (_READER, _MARKS, _MARKS.replace("-", "+")): "the sum of two numbers is odd if the difference is",
    (_READER, _MARKS, _MARKS.replace("==", ">=")): "a remainder of 2 is 0 or 1",
    (_READER, _REFUSED, _REFUSED.replace("== 77", ">= 77")): "no status of a file is larger",
    (_READER, _DEEP, _DEEP.replace("== MAX_DEPTH", "is MAX_DEPTH")): "CPython has each number below 257 once",
    (_CIDR, "self._steps.append(_Step(line, test, 0))", "self._steps.append(_Step(line, test, 1))"): (
        "any number says that it is an if; its endif, or the end of the table, sets the right one"
    ),
    (_CIDR, 'if len(text) > len("endif"):', 'if len(text) != len("endif"):'): "the text begins with it",
    (_INTERVALS, "self._starts: list[int] = [0]", "self._starts: list[int] = [ -1]"): (
        "no address is there, and no network covers it"
    ),
    (
        _INTERVALS,
        "first = place if outer is None or place < outer else outer",
        "first = place if outer is None or place <= outer else outer",
    ): "no two networks have one place",
    (_INTERVALS, _SENTINEL, _SENTINEL.replace("(1 <<", "( 2 <<")): "any number beyond all networks ends none of them",
    (_LOOKUPS, "return found[0]", "return found[ -1]"): "there is one, the first and the last",
    (
        _LOOKUPS,
        'if name == "family" and value in (4, 6):',
        'if name == "family" or value in (4, 6):',
    ): "only family and interface take a number; of an interface the index is asked for below",
    (_STABLE, _VERSION, _VERSION.replace("==", "<=")): _TWO_FAMILIES,
    (_STABLE, _VERSION, _VERSION.replace("==", "is")): _ONCE,
    (_STABLE, _BLIND_OF_6, _BLIND_OF_6.replace("==", ">=")): _TWO_FAMILIES,
    (_STABLE, _BLIND_OF_6, _BLIND_OF_6.replace("==", "is")): _ONCE,
    (_INDEXED, _ERRNO, _ERRNO.replace("0", "-1")): "stat(2) gives a reason",
    (_INDEXED, _ERRNO, _ERRNO.replace("0", "1")): "stat(2) gives a reason",
    (
        _INDEXED,
        'if number == ENOENT and file.endswith(".db"):',
        'if number <= ENOENT and file.endswith(".db"):',
    ): "EPERM is the only smaller one, which is told above",
    (_LOCAL, "return self.verdict == LOCAL", "return self.verdict <= LOCAL"): _FIRST_LETTER,
    (_LOCAL, "return self.verdict == LOCAL", "return self.verdict is LOCAL"): _ONE_TEXT,
    (_LOCAL, "if judgement.verdict == MALFORMED:", "if judgement.verdict is MALFORMED:"): _ONE_TEXT,
    (_LOCAL, "return judgement.verdict == LOCAL", "return judgement.verdict <= LOCAL"): _FIRST_LETTER,
    (_LOCAL, "return judgement.verdict == LOCAL", "return judgement.verdict is LOCAL"): _ONE_TEXT,
    (_LOCAL, _MORE_NAMES, _MORE_NAMES.replace("== 1", "<= 1")): "an address is on one interface at least",
    (_LOCAL, _TAGGED, _TAGGED.replace("!=", "is not")): "without a tag it is the same text",
}
