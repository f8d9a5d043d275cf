"""Parse addresses as other packages print them, and describe the failures of these packages."""

from __future__ import annotations

from _socket import inet_pton

from ifdiscover._backends.kame import extract
from ifdiscover._backends.platforms import PLATFORMS, here
from ifdiscover.errors import DiscoveryError, refusal

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from collections.abc import Callable


# Packages print the addresses of getifaddrs(3) unchanged.
EMBEDS_SCOPE_ID: bool = getattr(PLATFORMS.get(here()[0]), "embeds_scope_id", False)


def parse_packed(family: int, text: str) -> bytes:
    """The bytes of an address or netmask without a zone.

    Raises:
        DiscoveryError: it is no address of that family.
    """
    try:
        return inet_pton(family, text)
    except OSError as error:
        raise DiscoveryError(f'"{text}", from the package, is no address') from error


def parse_address(family: int, text: str, index_of: Callable[[str], int | None]) -> tuple[bytes, int]:
    """The address in a text that may end in a zone, and the zone's index; 0 if there is no zone.

    Raises:
        DiscoveryError: it is no address of that family.
    """
    address, _, zone = text.partition("%")
    packed = parse_packed(family, address)
    # Try the zone as a name first: an interface's name may be a number.
    scope_id = index_of(zone) if zone else 0
    if scope_id is None:
        scope_id = int(zone) if zone.isascii() and zone.isdigit() else 0
    if EMBEDS_SCOPE_ID:
        packed, known = extract(packed, scope_id)
        scope_id = known or 0
    return packed, scope_id


def parse_hardware_address(text: str) -> bytes | None:
    """The bytes of a hexadecimal hardware address with colons or hyphens; None if it is malformed."""
    try:
        return bytes.fromhex(text.replace(":", "").replace("-", ""))
    except ValueError:
        return None


def read_failure(package: str, error: BaseException) -> DiscoveryError:
    """The exception to raise if a package could not read the host."""
    if isinstance(error, OSError):
        return refusal(package, error.errno, error.filename) if error.errno else DiscoveryError(f"{package}: {error}")
    return DiscoveryError(
        f"{package} cannot read this host, because the name of an interface is not UTF-8; "
        "rename it, or use backend rtnetlink, getifaddrs or ioctl"
    )
