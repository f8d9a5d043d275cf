"""Which addresses are public: those from which anybody may come.

Networks of documentation (192.0.2.0/24, 2001:db8::/32) and of benchmarks (198.18.0.0/15) count as public: in examples
and tests they stand for such networks.
"""

from __future__ import annotations

from _socket import AF_INET, AF_INET6

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from ifdiscover._postfix.syntax.networks import Parsed

LONGEST_WIDE = {AF_INET: 15, AF_INET6: 31}
"""By family: the prefix length from which on downwards a public network is wide. A provider has a /16, and a /32."""

# Where no public IPv4 client is: RFC 1122, 1918, 6598, 3927; and from 224.0.0.0 on multicast and class E.
_NOT_PUBLIC_IPV4 = (
    (0 << 24, 1 << 24),  # 0.0.0.0/8
    (10 << 24, 11 << 24),  # 10.0.0.0/8
    (0x64400000, 0x64800000),  # 100.64.0.0/10
    (127 << 24, 128 << 24),  # 127.0.0.0/8
    (0xA9FE0000, 0xA9FF0000),  # 169.254.0.0/16
    (0xAC100000, 0xAC200000),  # 172.16.0.0/12
    (0xC0A80000, 0xC0A90000),  # 192.168.0.0/16
    (224 << 24, 256 << 24),  # 224.0.0.0/3
)
_SHARED = _NOT_PUBLIC_IPV4[2]
_PUBLIC_IPV6 = (0x2 << 124, 0x4 << 124)  # 2000::/3, all global unicast (RFC 4291, section 2.4)


def span_of(network: Parsed) -> tuple[int, int]:
    """The first address of a network as a number, and the number behind its last one."""
    _family, packed, prefixlen = network
    first = int.from_bytes(packed, "big")
    return first, first + (1 << (len(packed) * 8 - prefixlen))


def public_between(family: int, first: int, end: int) -> int:
    """How many addresses from ``first`` to before ``end`` are public. 100.64.0.0/10 is not.

    >>> public_between(AF_INET, 9 << 24, 11 << 24) == 1 << 24  # 9.0.0.0/8, and 10.0.0.0/8
    True
    """
    if family != AF_INET:
        return _shared_part(first, end, _PUBLIC_IPV6)
    return max(0, end - first) - sum(_shared_part(first, end, span) for span in _NOT_PUBLIC_IPV4)


def has_strangers(network: Parsed) -> bool:
    """Whether a network has addresses that are public, or that customers of a provider share (RFC 6598).

    >>> has_strangers((AF_INET, bytes([100, 64, 0, 0]), 24)), has_strangers((AF_INET, bytes([10, 0, 0, 0]), 8))
    (True, False)
    """
    first, end = span_of(network)
    return public_between(network[0], first, end) > 0 or is_shared(network)


def is_shared(network: Parsed) -> bool:
    """Whether a network has addresses of 100.64.0.0/10."""
    return network[0] == AF_INET and _shared_part(*span_of(network), _SHARED) > 0


def is_most_of_all(family: int, public: int) -> bool:
    """Whether so many public addresses are a quarter of all that the family has, or more."""
    return public * 4 >= public_between(family, 0, 1 << (32 if family == AF_INET else 128))


def count_text(number: int) -> str:
    """A number of addresses for people: with commas, or if it is very large as a power of two.

    >>> count_text(4096), count_text(1 << 64), count_text((1 << 64) - 1)
    ('4,096', '2^64', 'almost 2^64')
    """
    if number < 1 << 33:
        return f"{number:,}"
    power = (number - 1).bit_length()
    return f"2^{power}" if number == 1 << power else f"almost 2^{power}"


def _shared_part(first: int, end: int, span: tuple[int, int]) -> int:
    return max(0, min(end, span[1]) - max(first, span[0]))
