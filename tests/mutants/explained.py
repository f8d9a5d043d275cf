"""Mutants that live, and why: each is the same program, or differs in nothing that anybody is promised."""

from __future__ import annotations

_MYNETWORKS = "ifdiscover/_postfix/mynetworks.py"
_ACTIVE = "ifdiscover/_postfix/active_addresses.py"
_OWN = "ifdiscover/_postfix/own_addresses.py"
_MATCH_LIST = "ifdiscover/_postfix/lists/match_list.py"
_PACKED = "ifdiscover/_packed.py"
_NETWORKS = "ifdiscover/_postfix/syntax/networks.py"

_MESSAGES = "backends/netlink/messages.py"
_RUNS = "backends/netlink/runs.py"
_ADDRESS_RUNS = "backends/netlink/address_runs.py"
_DUMP = "backends/netlink/dump.py"
_SOCKADDRS = "backends/libc/sockaddrs.py"
_KAME = "backends/kame.py"
_IN_FORCE = "ifdiscover/_postfix/in_force.py"
_LOOKUPS = "ifdiscover/_host/lookups.py"
_INTERVALS = "ifdiscover/_postfix/lists/intervals.py"
_CIDR = "ifdiscover/_postfix/lists/cidr_table.py"
_LINUX = "backends/ioctl/linux.py"
_GETIFADDRS = "backends/libc/getifaddrs.py"
_MACROS = "ifdiscover/_postfix/parameters/macros.py"
_MAIN_CF = "ifdiscover/_postfix/parameters/main_cf.py"
_RESTRICTIONS = "ifdiscover/_postfix/services/restrictions.py"
_WAYS = "ifdiscover/_postfix/services/restriction_ways.py"
_SERVICES = "ifdiscover/_postfix/services"
_RESTRICTION_LISTS = f"{_SERVICES}/restriction_lists.py"
_RESTRICTION_WORDS = f"{_SERVICES}/restriction_words.py"
_RELAY = f"{_SERVICES}/relay.py"
_MASTER_CF = f"{_SERVICES}/master_cf.py"
_ACCESS = f"{_SERVICES}/access_table.py"
_SERVICE = f"{_SERVICES}/service.py"
_TRANSPORTS = f"{_SERVICES}/transports.py"
_IP_JSON = "backends/recorded/ip/ip_json.py"
_IP_TEXT = "backends/recorded/ip/ip_text.py"
_IFCONFIG = "backends/recorded/ifconfig/ifconfig.py"
_READER = "ifdiscover/_postfix/lists/reader.py"
_ADDRESSES = "ifdiscover/_postfix/syntax/addresses.py"

_FITS = "return length is not None and _prefixlen(length) != _number(length)"
_DISTINCT = "return len(set(map(_PACKED, found))) == len(found)"
_PAIRS = "pairs = list(zip(range(local, local + local_size), range(remote, remote + remote_size)))"
_SHORTER = "the other range ends the pairs, since both addresses have one size"
_NO_SIZE = "found: dict[int, tuple[int, int]] = dict.fromkeys((IFA_LOCAL, IFA_ADDRESS, IFA_BROADCAST), (0, 0))"
_OTHERWISE = (
    'otherwise = "the client may relay" if relay.verdict == YES else f"the client may not relay: {relay.reason}"'
)
_STEPS = "_MOST_STEPS = 50_000  # classes that each name the next one twice would take for ever, as they do in smtpd"
_REFUSES = "elif turn.effect == ERROR or (turn.effect == REJECT and not warned):"
_DEFERS = "elif turn.effect == DEFER and not warned:"
_PERMITS = "return (PERMIT,) if self._client.trusted == TRUSTED else (NEXT,)"
_TWO_KINDS = "found.setdefault((way.deferred is None, way.doubt), way)"
_ONE_STEP = "one step more or less is as good a limit"
_FREE = "FREE_MACROS, FREE_LENGTH = 1000, 1 << 20"
_MORE_FREE = "a little less or more that is free is as good; the limits of one value and of all are others"
_LOGIN = "LOGIN_MISMATCH = tuple(word for word, does in WORDS.items() if does.depends_on == _OWNER and not does.keys)"
_HOSTNAME = "NEEDS_HOSTNAME = tuple(word for word, does in WORDS.items() if does.depends_on == _HOSTNAME)"
_TABLE_WORD = 'elif ":" in word and word[0] != "{":'
_STRAY = 'if "v" not in word.text and "o" not in word.text[1:-1]:'
_ONE_LETTER = "an option with a value of one letter sets nothing, which is told instead"
_CODE = (
    'if len(words) > 1 and len(words[0]) == 3 and words[0][0] in "45" and words[0].isascii() and words[0].isdecimal():'
)
_WRITTEN = 'str(configuration.value(name)) if self.program == "smtp" or configuration.is_set(name) else ""'
_SMTP = 'if self.program == "smtp":'
_SMTP_LAST = "the other program is lmtp, which comes earlier in the alphabet"
_RENAME = 'return parameter.replace("smtp_", f"{self.program}_", 1)'
_SEVERAL = 'several = f"lines {\', \'.join(map(str, numbers[:5]))}" if len(numbers) > 1 else f"line {numbers[0]}"'
_LAST = "last = words[2:3] if has_peer else words[:1]"
_FIRST = 'text, slash, length = last[0].partition("/") if last else ("", "", "")'
_BEFORE = 'texts = to_text(data[:8192].lstrip(b"\\r\\n \\t")).split("\\n", _MOST_BEFORE + 1)'
_BROADCAST = (
    'broadcast = line.packed(family, said["broadcast"][0]) if family == AF_INET and "broadcast" in said else None'
)
_ONE_TEXT = "there is one such text"
_HEADS = "seems_alike = count >= many and alike(datagram, start, step, many, range(8)) == many"
_DRAINED = "if port == 0 and not cut and messages.collect(datagram, sequence, 0, [])[1] is not None:"
_NO_KIND = "the messages are thrown away, whichever they are"
_PARTED = 'if last in ("word", "atom") and (kind == "word" or (kind == "atom" and last == "word")):'
_DOT = "if value < 0 or place == len(data) - 1:"
_MARKS = "is_negated = negated ^ ((len(word) - len(bare)) % 2 == 1)"
_DEEP = "if len(self._files) == MAX_DEPTH or self._opened == MAX_FILES:"
_FITS_16 = 'if packed[2:4] != b"\\0\\0" or not 0 < scope_id < 1 << 16 or not is_ipv6_link_local(packed):'
_ZERO_INSIDE = "a scope id of 0 is the two zeros that are there"
_NOT_EMBEDDED = 'if packed[2:4] == b"\\0\\0" or not is_ipv6_link_local(packed):'
_SCOPE_AT = "scope_id = scope_id_at(at + scope_at)[0] if length >= scope_at + 4 else 0"
_ROOM = "room = memory.read(at, 1)[0] - start if counted else MAX_SDL_DATA"
_LISTED = "if any(links.get(to_bytes(a.interface.name)) != a.interface for a in host.addresses):"
_ABSENT = "if error.errno != ENOENT or has_ipv6():"
_SENTINEL = (
    "open_networks: list[tuple[int, int | None]] = [(1 << bits, None)]  # the end of each, and the first place inside"
)
_TOLD = "return self.call != SIOCGLIF or not (interface.flags or 0) & (IFF_NOXMIT | IFF_TEMPORARY)"

EXPLAINED = {
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
    (_MESSAGES, "if count == MANY:", "if count is MANY:"): "CPython has each number below 257 once",
    (
        _MESSAGES,
        "if count == MANY:",
        "if count > MANY:",
    ): "one message more is looked at by itself, with the same count",
    (_MESSAGES, "FEW = 4", "FEW = 5"): "one message more is read before its layout is learnt, to the same values",
    (_MESSAGES, "break", "continue"): "the next message is another one, or there is none: the loop ends by itself",
    (_MESSAGES, _DISTINCT, _DISTINCT.replace("==", ">=")): "a set of them is never larger",
    (_RUNS, _HEADS, _HEADS.replace("(8)", "( 9)")): "a plan wants that byte equal too: it is of an attribute's length",
    (_RUNS, "same = 0", "same = 1"): "a piece of many has two messages at least, and else it is set below",
    (
        _RUNS,
        "count = next(n for n in range(count) if column[n] != its_twin[n])",
        "count = next(n for n in range(count) if column[n] is not its_twin[n])",
    ): "CPython has each number below 257 once",
    (_ADDRESS_RUNS, _NO_SIZE, _NO_SIZE.replace("(0, 0)", "( -1, 0)")): "where there is no size, the place is not used",
    (_ADDRESS_RUNS, _PAIRS, _PAIRS.replace("local + ", "local * ")): _SHORTER,
    (_ADDRESS_RUNS, _PAIRS, _PAIRS.replace("local + ", "local << ")): _SHORTER,
    (
        _IP_JSON,
        "links.with_details.add(interface.index or 0)",
        "links.with_details.add(interface.index or -1)",
    ): "an index of ip is never 0",
    (_IP_JSON, "type(link.value) is dict", "type(link.value) == dict"): "types have no equality of their own",
    (_IP_TEXT, _SEVERAL, _SEVERAL.replace("[0]", "[ -1]")): "there is one, the first and the last",
    (_IP_TEXT, _LAST, _LAST.replace("2:3", "2: 4")): "only the first of these is used",
    (_IP_TEXT, _FIRST, _FIRST.replace("[0]", "[ -1]")): "there is one, the first and the last",
    (_IFCONFIG, _BEFORE, _BEFORE.replace("+", "^")): "an even number",
    (
        _IFCONFIG,
        'flags, group = stanza.flags or 0, names.get(stanza.name.partition(":")[0])',
        'flags, group = stanza.flags or -1, names.get(stanza.name.partition(":")[0])',
    ): "flags of Solaris have IPv4 or IPv6 at least",
    (_IFCONFIG, _BROADCAST, _BROADCAST.replace("==", "is")): "CPython has each number below 257 once",
    (_RESTRICTION_WORDS, _LOGIN, _LOGIN.replace("== _OWNER", "is _OWNER")): _ONE_TEXT,
    (_RESTRICTION_WORDS, _HOSTNAME, _HOSTNAME.replace("== _HOST", "is _HOST")): _ONE_TEXT,
    (_RESTRICTION_LISTS, "argument = next(words, (0, None))[1]", "argument = next(words, ( -1, None))[1]"): (
        "the place of what is not there is not used"
    ),
    (_RESTRICTION_LISTS, _TABLE_WORD, _TABLE_WORD.replace("!=", "<")): (
        "no type of table begins with what comes later in the alphabet, and a type that is not known is passed over"
    ),
    (
        _RELAY,
        "return False, False, number",
        "return True, False, number",
    ): "where there are no services, there is one row",
    (_MASTER_CF, "while len(found) < most:", "while len(found) != most:"): "they come one by one",
    (_MASTER_CF, 'place = word.text.find("o", 1)', 'place = word.text.find("o", 0)'): "the first letter is -",
    (_MASTER_CF, "if place < 0:", "if place < 1:"): "the first letter is -",
    (_MASTER_CF, "break", "continue"): "there is no further word",
    (_MASTER_CF, _STRAY, _STRAY.replace("-1", "- 2")): _ONE_LETTER,
    (_MASTER_CF, _STRAY, _STRAY.replace("-1", "~1")): _ONE_LETTER,
    (_ACCESS, _CODE, _CODE.replace("> 1", "!= 1")): "a text has one word at least",
    (_ACCESS, _CODE, _CODE.replace("> 1", "> 0")): "a number alone was taken before",
    (_SERVICE, "if fault.level == FATAL:", "if fault.level is FATAL:"): _ONE_TEXT,
    (_SERVICE, "if fault.level == FATAL:", "if fault.level <= FATAL:"): (
        "the other levels here come later in the alphabet"
    ),
    (_TRANSPORTS, _RENAME, _RENAME.replace(", 1)", ", 2)")): "no name has it twice",
    (_TRANSPORTS, _WRITTEN, _WRITTEN.replace("==", ">=")): _SMTP_LAST,
    (_TRANSPORTS, _WRITTEN, _WRITTEN.replace("==", ">")): "the defaults of SMTP, too, are empty and no",
    (_TRANSPORTS, _SMTP, _SMTP.replace("==", ">=")): _SMTP_LAST,
    (_TRANSPORTS, _SMTP, _SMTP.replace("==", ">")): "each name of SMTP is replaced by itself then",
    (_MACROS, _FREE, _FREE.replace("1000", "999")): _MORE_FREE,
    (_MACROS, _FREE, _FREE.replace("1 <<", "2 <<")): _MORE_FREE,
    (_MACROS, "return -1", "return - 2"): "any negative number says that it is not closed",
    (_MAIN_CF, "if end == start:", "if end <= start:"): "it ends nowhere before it starts",
    (
        _RESTRICTIONS,
        "if decision.verdict == CANNOT_TELL:",
        "if decision.verdict is CANNOT_TELL:",
    ): _ONE_TEXT,
    (
        _RESTRICTIONS,
        "if decision.verdict == CANNOT_TELL:",
        "if decision.verdict <= CANNOT_TELL:",
    ): "the other two come later in the alphabet",
    (_RESTRICTIONS, "return decision.verdict == TRUSTED", "return decision.verdict is TRUSTED"): _ONE_TEXT,
    (_RESTRICTIONS, "return decision.verdict == TRUSTED", "return decision.verdict >= TRUSTED"): (
        "the other two come earlier in the alphabet"
    ),
    (_RESTRICTIONS, _OTHERWISE, _OTHERWISE.replace("== YES", "is YES")): _ONE_TEXT,
    (_WAYS, _STEPS, _STEPS.replace("50_000", "49999")): _ONE_STEP,
    (_WAYS, "self._steps = 0", "self._steps = 1"): _ONE_STEP,
    (_WAYS, "break", "continue"): "where there is no way, no rule does anything",
    (_WAYS, _REFUSES, _REFUSES.replace("== ERROR", "is ERROR")): _ONE_TEXT,
    (_WAYS, _DEFERS, _DEFERS.replace("==", "is")): _ONE_TEXT,
    (_WAYS, _PERMITS, _PERMITS.replace("==", "is")): _ONE_TEXT,
    (
        _WAYS,
        "if action == PERMIT and not may_permit:",
        "if action is PERMIT and not may_permit:",
    ): _ONE_TEXT,
    (_WAYS, "if action == DISCARD:", "if action is DISCARD:"): _ONE_TEXT,
    (_WAYS, "if len(inside) == DEEPEST:", "if len(inside) is DEEPEST:"): "CPython has each number below 257 once",
    (_WAYS, _TWO_KINDS, _TWO_KINDS.replace("is None", "is not None")): "it tells the same two kinds apart",
    (
        _DUMP,
        "code = -_ERRNO.unpack_from(datagram, start)[0] if end - start >= 4 else 0",
        "code = -_ERRNO.unpack_from(datagram, start)[ -1] if end - start >= 4 else 0",
    ): "there is one number, the first and the last",
    (_DUMP, _DRAINED, _DRAINED.replace("port == 0", "port <= 0")): "a port is never negative",
    (_DUMP, _DRAINED, _DRAINED.replace("0, []", "1, []")): _NO_KIND,
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
    (_READER, _DEEP, _DEEP.replace("== MAX_DEPTH", "is MAX_DEPTH")): "CPython has each number below 257 once",
    (_GETIFADDRS, "if owner is None or owner[0] != flags:", "if owner is None or owner[ -1] != flags:"): (
        "the owner is looked for once more, and is the same"
    ),
    (_SOCKADDRS, _SCOPE_AT, _SCOPE_AT.replace("scope_at + 4", "scope_at ^ 4")): "it is at 24 in each row",
    (
        _SOCKADDRS,
        "length = min(read(at, 1)[0], start + size)",
        "length = min(read(at, 2)[0], start + size)",
    ): "the second byte counts for nothing; a socket address takes four at least",
    (_SOCKADDRS, _ROOM, _ROOM.replace("[0]", "[ -1]")): "one byte is the first and the last",
    (_KAME, _NOT_EMBEDDED, _NOT_EMBEDDED.replace("==", "<=")): "nothing of two bytes is less than two zeros",
    (_KAME, _FITS_16, _FITS_16.replace("!=", ">")): "nothing of two bytes is less than two zeros",
    (_KAME, _FITS_16, _FITS_16.replace("0 < s", "-1 < s")): _ZERO_INSIDE,
    (_KAME, _FITS_16, _FITS_16.replace("0 < s", "0 <= s")): _ZERO_INSIDE,
    (_KAME, _FITS_16, _FITS_16.replace("0 < s", "0 != s")): "a scope id is never negative",
    (
        _IN_FORCE,
        "if configuration is None or folder is None:",
        "if configuration is None and folder is None:",
    ): "a machine without a folder of main.cf looks at no folder that it is a copy of",
    (
        _LINUX,
        "_INT.unpack_from(index)[0],",
        "_INT.unpack_from(index)[ -1],",
    ): "there is one number, the first and the last",
    (_LINUX, _LISTED, _LISTED.replace("!=", "is not")): "an address has the very record that is listed, or another one",
    (_LINUX, _ABSENT, _ABSENT.replace("!=", "is not")): "CPython has each number below 257 once",
    (
        _LINUX,
        "answers = ask_about(kernel, record, interface.flags or 0)",
        "answers = ask_about(kernel, record, interface.flags or 1)",
    ): "the lowest bit is neither of those that it looks at",
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
}
"""By module, the line as it is, and the line of the mutant."""
