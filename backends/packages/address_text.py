"""Addresses as other packages print them, and what to say of these packages' failures."""

from __future__ import annotations

import sys
from _socket import inet_pton

from ifdiscover.backends.libc.layouts import row_of
from ifdiscover.errors import DiscoveryError, refusal
from ifdiscover.kame import extract

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from ifdiscover.model import Address, Interface


def embeds_scope_id(platform: str) -> bool:
    """Whether scope ids are inside the addresses that packages print on a ``sys.platform``: those of getifaddrs(3)."""
    row = row_of(platform, 8)  # those of both widths agree
    return row is not None and row.embeds_scope_id


EMBEDS_SCOPE_ID = embeds_scope_id(sys.platform)


def parse_packed(family: int, text: str) -> bytes:
    """The bytes of an address or netmask, without zone.

    Raises:
        DiscoveryError: it is none of that family.
    """
    try:
        return inet_pton(family, text)
    except OSError as error:
        raise DiscoveryError(f"not an address: {text}") from error


def parse_address(family: int, text: str, index_of: Callable[[str], int | None]) -> tuple[bytes, int]:
    """The address in a text that may end in a zone, and the zone's index; 0 without one.

    Raises:
        DiscoveryError: it is no address of that family.
    """
    address, _, zone = text.partition("%")
    packed = parse_packed(family, address)
    # A name first: an interface may be called by a number.
    scope_id = index_of(zone) if zone else 0
    if scope_id is None:
        scope_id = int(zone) if zone.isascii() and zone.isdigit() else 0
    if EMBEDS_SCOPE_ID:
        packed, known = extract(packed, scope_id)
        scope_id = known or 0
    return packed, scope_id


def parse_hardware_address(text: str) -> bytes | None:
    """The bytes of a hardware address in hexadecimal, parted by colons or hyphens; None if it is none."""
    try:
        return bytes.fromhex(text.replace(":", "").replace("-", ""))
    except ValueError:
        return None


def without_itself(address: Address) -> Address:
    """The address, without a broadcast or peer that is the address itself: what a C library says for "none"."""
    if address.packed not in (address.broadcast, address.peer):
        return address
    return address._replace(
        broadcast=None if address.broadcast == address.packed else address.broadcast,
        peer=None if address.peer == address.packed else address.peer,
    )


def label_warning(interface: Interface, package: str) -> str:
    """What to say of an interface that has no index, because there is none of that name."""
    return f"{interface.name}: no interface is called so: a label, on an interface that {package} does not name"


def failure(package: str, error: BaseException) -> DiscoveryError:
    """The error to raise for a package that could not read the host."""
    if isinstance(error, OSError):
        files = [str(error.filename)] if error.filename else []
        return refusal(package, error.errno, *files, reason=error.strerror or str(error))
    return DiscoveryError(
        f"{package} cannot read this host, because the name of an interface is not UTF-8; "
        "rename it, or use backend rtnetlink, getifaddrs or ioctl"
    )
