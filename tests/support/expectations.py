"""What the expectations beside recorded texts have of a host."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ifdiscover.model import Host


def interfaces_told(host: Host) -> list[list[Any]]:
    """Of each interface its name, index, MTU, hardware address, and whether it is up."""
    return [
        [i.name, i.index, i.mtu, i.hardware_address and i.hardware_address.hex(":"), i.is_up] for i in host.interfaces
    ]
