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
_CAME = "is_there = kind == RTM_NEWLINK"
_GONE = "if is_there != (index in flags):"
_TWO = "True and False are there once each"
_UP = "if is_there and (flags[index] ^ now) & IFF_UP:"
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
_MEMORY = "backends/libc/memory.py"
_PROCNET = "backends/ioctl/procnet.py"
_REQUESTS = "backends/ioctl/requests.py"
_BSD = "backends/ioctl/bsd.py"
_SIOCGIF = "backends/ioctl/siocgif.py"
_SIOCGLIF = "backends/ioctl/siocglif.py"
_IN_VIEW = 'in_view = sys.implementation.name == "cpython" and POINTER_SIZE == 8 and pointer <= sys.maxsize'
_MOST_BYTES = "MAX_CAPACITY = 1 << 26  # bytes: 1.6 million addresses on Linux"
_LIMIT = "a little less or more is as good a limit"
_RECORDS = 'def records(self, request: str = "SIOCGIFCONF", expected: int = 0) -> list[bytes]:'
_FEW_EXPECTED = "the buffer begins with room for more"
_OPENBSD = 'hardware = ("hardware addresses",) if kernel == "openbsd" else ()  # its list has no link records'
_LATEST = "the kernels that are left come earlier in the alphabet"
_FLAGS_OF = (
    'return Interface(to_text(name), index or None, Struct("=" + flags).unpack_from(answers["FLAGS"])[0], mtu or None)'
)
_SHARED = "backends/shared.py"
_ASSUMED = "return (128, NARROWEST, ASSUMED) if family == AF_INET6 else (None, None, None)"
_SETTLED = "if answers[-TIMES:] == [host] * TIMES or (None not in indexes and len(indexes) == len(host.interfaces)):"
_FAILED = "failed = libc.getifaddrs(ctypes.byref(head)) != 0"
_HARDWARE = 'return Listed(name, 0, b"", 0, index or None, hardware_address if len(hardware_address) == size else None)'
_OWN_MASK = 'return None if netmask == own and netmask != b"\\xff" * len(own) else netmask'
_ONE_NUMBER = "there is one number, the first and the last"

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
    (_NEWS, _CAME, _CAME.replace("==", "<=")): _NEW_OR_GONE,
    (_NEWS, _CAME, _CAME.replace("==", "is")): _ONCE,
    (_NEWS, _GONE, _GONE.replace("!=", "is not")): _TWO,
    (_NEWS, _UP, _UP.replace("^", "+")): _LOWEST_BIT,
    (_NEWS, _UP, _UP.replace("^", "-")): _LOWEST_BIT,
    (_NEWS, _IS_SO, _IS_SO.replace("==", "is")): _TWO,
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
    (_MEMORY, "def __init__(self, pointer: int = 0) -> None:", "def __init__(self, pointer: int = 1) -> None:"): (
        "the view begins at 0"
    ),
    (_MEMORY, _IN_VIEW, _IN_VIEW.replace("<=", "<")): "no record fits where the view ends",
    (_MEMORY, _IN_VIEW, _IN_VIEW.replace("SIZE ==", "SIZE >=")): "no pointer is longer",
    (_MEMORY, "if error.errno == EFAULT:", "if error.errno is EFAULT:"): _ONCE,
    (_PROCNET, "continue", "break"): "only the last line is empty",
    (_REQUESTS, "FIRST_CAPACITY = 64  # records", "FIRST_CAPACITY = 63  # records"): "it grows where it is too small",
    (_REQUESTS, _MOST_BYTES, _MOST_BYTES.replace("26", "25")): _LIMIT,
    (_REQUESTS, _MOST_BYTES, _MOST_BYTES.replace("= 1", "= 2")): _LIMIT,
    (_REQUESTS, "while capacity <= MAX_CAPACITY:", "while capacity < MAX_CAPACITY:"): _LIMIT,
    (
        _REQUESTS,
        "end, family = at + record[at], record[at + 1]",
        "end, family = at + record[at], record[at ^ 1]",
    ): "it is at an even place",
    (_REQUESTS, _HARDWARE, _HARDWARE.replace("==", "is")): _ONCE,
    (_REQUESTS, _RECORDS, _RECORDS.replace("= 0", "= 1")): _FEW_EXPECTED,
    (
        _BSD,
        "index = indexes[0] if indexes else index_of(name)",
        "index = indexes[ -1] if indexes else index_of(name)",
    ): "an interface has one index, in each of its records",
    (_BSD, "_SHORT.unpack_from(flags)[0],", "_SHORT.unpack_from(flags)[ -1],"): _ONE_NUMBER,
    (_BSD, "if entry.family == AF_INET6:", "if entry.family is AF_INET6:"): _ONCE,
    (_BSD, _OWN_MASK, _OWN_MASK.replace("!=", "<")): "nothing of that size is more than all ones",
    (_SIOCGIF, 'if kernel == "sunos":', 'if kernel >= "sunos":'): _LATEST,
    (_SIOCGIF, _OPENBSD, _OPENBSD.replace("==", ">=")): _LATEST,
    (_SIOCGIF, 'if here()[0] == "aix":', 'if here()[0] <= "aix":'): "no system comes earlier in the alphabet",
    (
        _SIOCGLIF,
        "_COMPARED_FLAGS = IFF_UP | IFF_LOOPBACK | IFF_POINTOPOINT  # no IPv6 interface has IFF_BROADCAST there",
        "_COMPARED_FLAGS = IFF_UP ^ IFF_LOOPBACK | IFF_POINTOPOINT  # no IPv6 interface has IFF_BROADCAST there",
    ): "two different bits",
    (
        _SIOCGLIF,
        "expected = 0 if answer is None else _LIFNUM.unpack(answer)[1]",
        "expected = 1 if answer is None else _LIFNUM.unpack(answer)[1]",
    ): _FEW_EXPECTED,
    (
        _SIOCGLIF,
        "def _ask(kernel: Kernel, requests: Requests, expected: int = 0) -> Host:",
        "def _ask(kernel: Kernel, requests: Requests, expected: int = 1) -> Host:",
    ): _FEW_EXPECTED,
    (
        _SIOCGLIF,
        "elif flags & IFF_BROADCAST and listed.family == AF_INET:",
        "elif flags & IFF_BROADCAST and listed.family is AF_INET:",
    ): _ONCE,
    (_SHARED, "if index == 0:", "if index <= 0:"): "an index is never negative",
    (_SHARED, "ATTEMPTS = 10", "ATTEMPTS = 9"): _LIMIT,
    (_SHARED, "ATTEMPTS = 10", "ATTEMPTS = 11"): _LIMIT,
    (_SHARED, _ASSUMED, _ASSUMED.replace("==", ">=")): "there are two families, and AF_INET is the smaller number",
    (_SHARED, _SETTLED, _SETTLED.replace("len(indexes) ==", "len(indexes) >=")): "a set of them is never larger",
    (_SHARED, _FAILED, _FAILED.replace("!=", "<")): "it returns 0 or -1",
    (_SHARED, "return results[0]", "return results[ -1]"): "there is one result, the first and the last",
    (_SIOCGLIF, _FLAGS_OF, _FLAGS_OF.replace("[0]", "[ -1]")): _ONE_NUMBER,
}
