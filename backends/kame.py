"""The zone that KAME's descendants, macOS and the BSDs, keep inside a link-local address."""

from __future__ import annotations


def extract(packed: bytes, scope_id: int | None) -> tuple[bytes, int | None]:
    """An IPv6 address as the rest of the world writes it, and its zone.

    A KAME kernel keeps the index of a link-local address's interface in its bytes 2 and 3, high byte first on every
    machine (RFC 4291 has zeros there, in fe80::/10). Not to be used on what Linux or illumos tell, nor on netmasks.

    Args:
        packed: 16 bytes.
        scope_id: what the kernel told beside the address; kept if it is not 0 or None.

    >>> extract(bytes.fromhex("fe800005000000000000000000000001"), 0)[1]
    5
    """
    zone = int.from_bytes(packed[2:4], "big")
    if not zone or packed[0] != 0xFE or packed[1] & 0xC0 != 0x80:
        return packed, scope_id
    return packed[:2] + b"\0\0" + packed[4:], scope_id or zone
