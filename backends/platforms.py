"""What is to be known of each platform's addresses, one row a platform, and which of them this one is.

It is the same for all who ask there: the C library, ioctl(2), the packages that print what these say. What only one of
them must know stands in its own table (``libc/layouts.py``, ``ioctl/rows.py``), whose rows refer to these.
"""

from __future__ import annotations

import sys

from ifdiscover._record import Record


class Platform(Record):
    """One platform's constants and habits, the same at every pointer width."""

    af_inet6: int  # AF_*: <sys/socket.h>
    af_link: int  # the family of a link-layer address: AF_PACKET, AF_LINK
    has_sa_len: bool  # a socket address begins with a length and a family of a byte each; otherwise a family of two
    embeds_scope_id: bool  # KAME: an IPv6 address may hold its scope id, see kame.py
    af_inet: int = 2  # everywhere


PLATFORMS = {
    "linux": Platform(10, 17, has_sa_len=False, embeds_scope_id=False),
    "darwin": Platform(30, 18, has_sa_len=True, embeds_scope_id=True),
    "dragonfly": Platform(28, 18, has_sa_len=True, embeds_scope_id=True),
    "freebsd": Platform(28, 18, has_sa_len=True, embeds_scope_id=True),
    "netbsd": Platform(24, 18, has_sa_len=True, embeds_scope_id=True),
    "openbsd": Platform(24, 18, has_sa_len=True, embeds_scope_id=True),
    "sunos": Platform(26, 25, has_sa_len=False, embeds_scope_id=False),
}
"""Rows by ``sys.platform`` without the release behind it; sunos is Solaris and illumos."""

POINTER_SIZE = 8 if sys.maxsize > 2**32 else 4
"""The bytes of a pointer in this process."""


def here() -> tuple[str, int]:
    """The platform of this process and the bytes of a pointer in it: freebsd14 and sunos5 are freebsd and sunos.

    It is the key of the tables that depend on both. A platform that no table has may come out too.
    """
    return sys.platform.rstrip("0123456789."), POINTER_SIZE
