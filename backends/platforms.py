"""The address constants of each platform, one row each, and the platform of this process.

All backends of a platform share its row. What only one backend needs stands in its own table (``libc/layouts.py``,
``ioctl/rows.py``), whose rows refer to these.
"""

from __future__ import annotations

import sys

from ifdiscover._record import Record


class Platform(Record):
    """One platform's constants and habits, the same at every pointer width."""

    af_inet6: int  # AF_*: <sys/socket.h>
    af_link: int  # the family of a link-layer address: AF_PACKET, AF_LINK
    has_sa_len: bool  # a socket address begins with one byte of length and one of family; if not, two of family
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
    """The platform of this process without its release (freebsd14 is freebsd), and the bytes of a pointer in it.

    Some tables have this pair as their key. The platform may be one that no table has.
    """
    return sys.platform.rstrip("0123456789."), POINTER_SIZE
