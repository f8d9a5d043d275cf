"""Scope ids inside addresses, as the KAME implementation of IPv6 keeps them in BSD kernels and macOS.

Such a kernel writes the index of a link-local address's interface into the third and fourth byte of the address, and
some of the ways to ask it hand the address out like that. On the wire those bytes are zero (RFC 4291, section 2.5.6).
"""

from __future__ import annotations

from ifdiscover._packed import is_ipv6_link_local


def extract(packed: bytes, scope_id: int | None) -> tuple[bytes, int | None]:
    """A link-local address (fe80::/10) without the scope id inside it, and that scope id; all others as they are.

    For addresses and peers only, and only of platforms that do this: on Linux and illumos those bytes, odd as they
    are, belong to the address, and to a netmask they belong everywhere.

    Args:
        packed: 4 or 16 bytes, network order.
        scope_id: what came beside the address; if it is neither 0 nor None, it is kept.

    >>> packed, scope_id = extract(bytes.fromhex("fe800005000000000000000000000001"), 0)
    >>> packed.hex(), scope_id
    ('fe800000000000000000000000000001', 5)
    """
    if packed[2:4] == b"\0\0" or not is_ipv6_link_local(packed):
        return packed, scope_id
    # Network order on every processor: seen on little- and big-endian ones.
    return packed[:2] + b"\0\0" + packed[4:], scope_id or int.from_bytes(packed[2:4], "big")


def embed(packed: bytes, scope_id: int) -> bytes:
    """A link-local address with its scope id inside, as ``extract()`` takes it out; all others as they are.

    One that does not fit, of more than 16 bits or where something else stands, stays outside.

    >>> embed(bytes.fromhex("fe800000000000000000000000000001"), 5).hex()
    'fe800005000000000000000000000001'
    """
    if packed[2:4] != b"\0\0" or not 0 < scope_id < 1 << 16 or not is_ipv6_link_local(packed):
        return packed
    return packed[:2] + scope_id.to_bytes(2, "big") + packed[4:]
