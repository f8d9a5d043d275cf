"""The table of targets: what is fed with bytes, and the bytes to begin with.

A target takes bytes and returns. It lets pass only the errors that its docstring names; whatever else comes out of it
is a finding.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from fuzz import growth, kernel, postfix, recordings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable


class Target(NamedTuple):
    """One line of the table."""

    run: Callable[[bytes], None]
    seeds: Callable[[], Iterable[bytes]]
    most: int = 8192  # bytes of an input
    rooms: tuple[str, ...] = ("ifdiscover._backends.recorded",)


_KERNEL = tuple(f"ifdiscover._backends.{room}" for room in ("netlink", "libc", "ioctl"))
_POSTFIX = ("ifdiscover._postfix",)

TARGETS: dict[str, Target] = {
    "netlink": Target(kernel.netlink, kernel.netlink_seeds, rooms=_KERNEL),
    "netlink-channel": Target(kernel.channel, kernel.channel_seeds, rooms=_KERNEL),
    "netlink-routes": Target(kernel.routes, kernel.routes_seeds, 1024, _KERNEL),
    "ifaddrs": Target(kernel.ifaddrs, kernel.ifaddrs_seeds, rooms=_KERNEL),
    "ifconf": Target(kernel.ifconf, kernel.ifconf_seeds, 2048, _KERNEL),
    "ioctl": Target(kernel.ioctl, kernel.ioctl_seeds, rooms=_KERNEL),
    "if-inet6": Target(kernel.if_inet6, kernel.if_inet6_seeds, 1024, _KERNEL),
    "snapshot": Target(recordings.json_recording, recordings.snapshot_seeds),
    "ip-json": Target(recordings.json_recording, recordings.ip_json_seeds),
    "ansible": Target(recordings.recording, recordings.ansible_seeds),
    **{
        f"{kind}-values": Target(partial(recordings.values, kind), partial(recordings.values_seeds, kind), 65)
        for kind in recordings.JSON_SEEDS
    },
    "facts": Target(recordings.recording, recordings.facts_seeds),
    "ip-text": Target(recordings.recording, recordings.ip_text_seeds, 4096),
    **{
        f"ifconfig-{form}": Target(recordings.recording, partial(recordings.ifconfig_seeds, form), 4096)
        for form in recordings.IFCONFIG
    },
    "main-cf": Target(postfix.main_cf, postfix.main_cf_seeds, 2048, _POSTFIX),
    "macro": Target(postfix.macro, postfix.macro_seeds, 512, _POSTFIX),
    "master-cf": Target(postfix.master_cf, postfix.master_cf_seeds, 4096, _POSTFIX),
    "services": Target(postfix.services, postfix.services_seeds, 4096, _POSTFIX),
    "match-list": Target(postfix.match_list, postfix.match_list_seeds, 512, _POSTFIX),
    **{
        f"table-{kind}": Target(partial(postfix.table, kind), partial(postfix.table_seeds, kind), 1024, _POSTFIX)
        for kind in ("cidr", "inline", "texthash", "static")
    },
    "literal": Target(postfix.literal, postfix.literal_seeds, 128, _POSTFIX),
    "growth": Target(growth.growth, growth.growth_seeds, 128, _POSTFIX),
}
