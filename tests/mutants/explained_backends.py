"""Mutants of backends that live, and why. See ``explained.py``."""

from __future__ import annotations

_MESSAGES = "backends/netlink/messages.py"
_RUNS = "backends/netlink/runs.py"
_ADDRESS_RUNS = "backends/netlink/address_runs.py"
_DUMP = "backends/netlink/dump.py"
_NEWS = "backends/netlink/news.py"
_SOCKADDRS = "backends/libc/sockaddrs.py"
_KAME = "backends/kame.py"
_LINUX = "backends/ioctl/linux.py"
_GETIFADDRS = "backends/libc/getifaddrs.py"
_DISTINCT = "return len(set(map(_PACKED, found))) == len(found)"
_PAIRS = "pairs = list(zip(range(local, local + local_size), range(remote, remote + remote_size)))"
_SHORTER = "the other range ends the pairs, since both addresses have one size"
_NO_SIZE = "found: dict[int, tuple[int, int]] = dict.fromkeys((IFA_LOCAL, IFA_ADDRESS, IFA_BROADCAST), (0, 0))"
_HEADS = "seems_alike = count >= many and alike(datagram, start, step, many, range(8)) == many"
_OF_PORTS = "if family != 0:  # what a bridge tells of its ports"
_CAME = "if (kind == RTM_NEWLINK) != (index in flags):"
_UP = "if kind == RTM_NEWLINK and (flags[index] ^ now) & IFF_UP:"
_IS_SO = "if all(is_there == (key in listed) for key, is_there in last.items()):"
_HAS_HEAD = "if kind not in (RTM_NEWADDR, RTM_DELADDR) or len(body) < IFADDRMSG.size:"
_EVENT = "yield (index, packed, prefixlen, None if remote == packed else remote), kind == RTM_NEWADDR"
_NEW_OR_GONE = "it is either news that it is there or that it is gone, which is the next number"
_LOWEST_BIT = "IFF_UP is the lowest bit, which a sum and a difference have as well"
_ONCE = "CPython has each number below 257 once"
_FITS_16 = 'if packed[2:4] != b"\\0\\0" or not 0 < scope_id < 1 << 16 or not is_ipv6_link_local(packed):'
_ZERO_INSIDE = "a scope id of 0 is the two zeros that are there"
_NOT_EMBEDDED = 'if packed[2:4] == b"\\0\\0" or not is_ipv6_link_local(packed):'
_SCOPE_AT = "scope_id = scope_id_at(at + scope_at)[0] if length >= scope_at + 4 else 0"
_ROOM = "room = memory.read(at, 1)[0] - start if counted else MAX_SDL_DATA"
_LISTED = "if any(links.get(to_bytes(a.interface.name)) != a.interface for a in host.addresses):"
_ABSENT = "if error.errno != ENOENT or has_ipv6():"

BACKENDS = {
    (_MESSAGES, "if count == MANY:", "if count is MANY:"): _ONCE,
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
    ): _ONCE,
    (_ADDRESS_RUNS, _NO_SIZE, _NO_SIZE.replace("(0, 0)", "( -1, 0)")): "where there is no size, the place is not used",
    (_ADDRESS_RUNS, _PAIRS, _PAIRS.replace("local + ", "local * ")): _SHORTER,
    (_ADDRESS_RUNS, _PAIRS, _PAIRS.replace("local + ", "local << ")): _SHORTER,
    (
        _DUMP,
        "code = -_ERRNO.unpack_from(datagram, start)[0] if end - start >= 4 else 0",
        "code = -_ERRNO.unpack_from(datagram, start)[ -1] if end - start >= 4 else 0",
    ): "there is one number, the first and the last",
    (
        _DUMP,
        "sequence = 0",
        "sequence = -1",
    ): "the first request is then number 0",
    (_DUMP, "if code == EINTR:", "if code is EINTR:"): _ONCE,
    (
        _NEWS,
        "if family != 0:  # what a bridge tells of its ports",
        "if family > 0:  # what a bridge tells of its ports",
    ): ("a family is never negative"),
    (_NEWS, _CAME, _CAME.replace("==", "<=")): _NEW_OR_GONE,
    (_NEWS, _CAME, _CAME.replace("==", "is")): _ONCE,
    (_NEWS, _UP, _UP.replace("==", "<=")): _NEW_OR_GONE,
    (_NEWS, _UP, _UP.replace("==", "is")): _ONCE,
    (_NEWS, _UP, _UP.replace("^", "+")): _LOWEST_BIT,
    (_NEWS, _UP, _UP.replace("^", "-")): _LOWEST_BIT,
    (_NEWS, _IS_SO, _IS_SO.replace("==", "is")): "True and False are there once each",
    (
        _NEWS,
        _HAS_HEAD,
        _HAS_HEAD.replace("<", "<="),
    ): "a message about an address has one in it",
    (_NEWS, _EVENT, _EVENT.replace("kind ==", "kind <=")): _NEW_OR_GONE,
    (_NEWS, _EVENT, _EVENT.replace("kind ==", "kind is")): _ONCE,
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
        _LINUX,
        "_INT.unpack_from(index)[0],",
        "_INT.unpack_from(index)[ -1],",
    ): "there is one number, the first and the last",
    (_LINUX, _LISTED, _LISTED.replace("!=", "is not")): "an address has the very record that is listed, or another one",
    (_LINUX, _ABSENT, _ABSENT.replace("!=", "is not")): _ONCE,
    (
        _LINUX,
        "answers = ask_about(kernel, record, interface.flags or 0)",
        "answers = ask_about(kernel, record, interface.flags or 1)",
    ): "the lowest bit is neither of those that it looks at",
}
