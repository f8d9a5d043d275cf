"""Texts of ``ifconfig -a`` made up here, and what Postfix finds on the host that they tell of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ifdiscover import active_addresses
from ifdiscover._backends.recorded.replay import decode

if TYPE_CHECKING:
    from ifdiscover.model import Host

SOLARIS_LO = (
    "lo0: flags=2001000849<UP,LOOPBACK,RUNNING,MULTICAST,IPv4,VIRTUAL> mtu 8232 index 1\n"
    "        inet 127.0.0.1 netmask ff000000 \n"
)


def read(text: str) -> Host:
    """The host of a text."""
    return decode(text.encode())


def found(host: Host) -> list[str]:
    """What Postfix finds there."""
    return [f"{address}/{address.prefixlen}" for address in active_addresses(host)]
