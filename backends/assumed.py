"""The one thing that a backend ever guesses: /128, for an IPv6 address whose netmask it is not told.

So Postfix does where it cannot know. It is the narrowest netmask that there is: nobody is trusted who was not told of.
"""

from __future__ import annotations

from _socket import AF_INET6

from ifdiscover.model import ASSUMED, KERNEL, contiguous_prefixlen, netmask_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Optional

    # The fields prefixlen, netmask and netmask_origin of an Address.
    Netmask = tuple[Optional[int], Optional[bytes], Optional[str]]

NARROWEST = netmask_of(128, AF_INET6)


def netmask_or_assumed(family: int, told: bytes | None) -> Netmask:
    """The fields of an address that are about its netmask: what was told, or /128 of IPv6, or of IPv4 none."""
    if told is not None:
        return contiguous_prefixlen(told), told, KERNEL
    return (128, NARROWEST, ASSUMED) if family == AF_INET6 else (None, None, None)


def assumption(why: str) -> str:
    """The warning that goes with an assumed netmask.

    Args:
        why: who did not tell it.
    """
    return (
        f"{why}, so such an address is taken for a network of its own, /128: mynetworks_style = subnet trusts it, "
        "but none of its neighbours"
    )
