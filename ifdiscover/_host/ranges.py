"""Ranges of packed addresses that are set apart by an RFC."""

from __future__ import annotations


def is_private(packed: bytes) -> bool:
    r"""Whether an address is in 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16 (RFC 1918) or fc00::/7 (RFC 4193).

    >>> is_private(bytes([172, 31, 0, 1])), is_private(bytes([172, 32, 0, 1])), is_private(b"\xfd" + bytes(15))
    (True, False, True)
    """
    if len(packed) == 16:
        return packed[0] & 0xFE == 0xFC
    return packed[0] == 10 or packed[:2] == b"\xc0\xa8" or (packed[0] == 172 and packed[1] & 0xF0 == 16)


def is_inner(packed: bytes) -> bool:
    """Whether an address is private, as in ``is_private()``, or shared by a provider's customers (RFC 6598).

    >>> is_inner(bytes([100, 64, 0, 1])), is_inner(bytes([100, 128, 0, 1]))
    (True, False)
    """
    return is_private(packed) or (len(packed) == 4 and packed[0] == 100 and packed[1] & 0xC0 == 64)


def is_beyond_the_link(packed: bytes) -> bool:
    """Whether an address may be known beyond one link: not 0.0.0.0/8, 127.0.0.0/8, 169.254.0.0/16, ::/120, fe80::/10.

    Of ::/120 only :: and ::1 are in use.

    >>> is_beyond_the_link(bytes([169, 254, 0, 1])), is_beyond_the_link(bytes([10, 0, 0, 1]))
    (False, True)
    """
    if len(packed) == 16:
        return any(packed[:15]) and not (packed[0] == 0xFE and packed[1] & 0xC0 == 0x80)
    return packed[0] not in (0, 127) and packed[:2] != b"\xa9\xfe"
