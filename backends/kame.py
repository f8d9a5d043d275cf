"""Scope ids inside addresses, as the KAME implementation of IPv6 keeps them in BSD kernels and macOS.

Such a kernel writes the interface's index into the third and fourth byte of a link-local address. Some of its system
calls return the address in this form. On the wire these bytes are zero (RFC 4291, section 2.5.6).
"""

from __future__ import annotations

from ifdiscover._packed import is_ipv6_link_local


def extract(packed: bytes, scope_id: int | None) -> tuple[bytes, int | None]:
    """Take the scope id out of a link-local address (fe80::/10); any other address comes back unchanged.

    Call it for addresses and peers only, and only on platforms that do this. On Linux and illumos these bytes are part
    of the address. In a netmask they are part of the netmask on every platform.

    Args:
        packed: 4 or 16 bytes, network order.
        scope_id: the one that stood beside the address; if it is neither 0 nor None, it comes back.

    Returns:
        The address without the scope id, and the scope id.

    >>> packed, scope_id = extract(bytes.fromhex("fe800005000000000000000000000001"), 0)
    >>> packed.hex(), scope_id
    ('fe800000000000000000000000000001', 5)
    """
    if packed[2:4] == b"\0\0" or not is_ipv6_link_local(packed):
        return packed, scope_id
    # The scope id is in network order on every processor: seen on little- and big-endian ones.
    return packed[:2] + b"\0\0" + packed[4:], scope_id or int.from_bytes(packed[2:4], "big")


def embed(packed: bytes, scope_id: int) -> bytes:
    """Put the scope id into a link-local address, as ``extract()`` takes it out; any other comes back unchanged.

    The address also comes back unchanged if the scope id has more than 16 bits, or if its two bytes are not zero.

    >>> embed(bytes.fromhex("fe800000000000000000000000000001"), 5).hex()
    'fe800005000000000000000000000001'
    """
    if packed[2:4] != b"\0\0" or not 0 < scope_id < 1 << 16 or not is_ipv6_link_local(packed):
        return packed
    return packed[:2] + scope_id.to_bytes(2, "big") + packed[4:]
