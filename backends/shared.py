"""What several ways of asking do alike with what they were told.

One thing a backend guesses, and only one: /128, for an IPv6 address whose netmask it is not told. So Postfix does where
it cannot know. It is the narrowest netmask that there is: nobody is trusted who was not told of.
"""

from __future__ import annotations

from _socket import AF_INET6

from ifdiscover._packed import contiguous_prefixlen, netmask_of
from ifdiscover.model import ASSUMED, KERNEL

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from typing import Optional

    from ifdiscover.model import Address, Interface

    # The fields prefixlen, netmask and netmask_origin of an Address.
    Netmask = tuple[Optional[int], Optional[bytes], Optional[str]]

try:
    from _socket import if_nametoindex
except ImportError:  # PyPy 7.3.11 has it neither there nor in socket

    def if_nametoindex(name: str, /) -> int:
        """The C library's."""
        import ctypes
        import os

        index: int = ctypes.CDLL(None).if_nametoindex(os.fsencode(name))
        if index == 0:
            raise OSError
        return index


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


def without_itself(address: Address) -> Address:
    """The address, without a broadcast or peer that is the address itself: what a C library says for "none"."""
    if address.packed not in (address.packed_broadcast, address.packed_peer):
        return address
    return address._replace(
        packed_broadcast=None if address.packed_broadcast == address.packed else address.packed_broadcast,
        packed_peer=None if address.packed_peer == address.packed else address.packed_peer,
    )


def trimmed(sockaddr: bytes, start: int, size: int) -> bytes:
    """A field of the socket address that begins a run of bytes, of which only ``sa_len`` are its own; then zeros.

    So BSD kernels hand out netmasks: zeros at the end are left out, all of them of 0.0.0.0, and the family may be any.
    """
    return sockaddr[start : min(sockaddr[0], start + size)].ljust(size, b"\0")


def index_of(name: str | bytes) -> int | None:
    """The index of the interface of that name; None if there is none, or it went away."""
    try:
        return if_nametoindex(name)  # type: ignore[arg-type]  # it takes what fspath takes, bytes too
    except OSError:
        return None


def label_warning(interface: Interface, backend: str) -> str:
    """What to say of an interface that has no index, because there is none of that name."""
    return f"{interface.name}: no interface is called so: a label, on an interface that {backend} does not name"
