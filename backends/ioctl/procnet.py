"""Interfaces and IPv6 addresses in the files of Linux's /proc/net; this needs no socket."""

from __future__ import annotations

from _socket import AF_INET6

from ifdiscover._packed import netmask_of
from ifdiscover.model import KERNEL, Address

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from collections.abc import Callable

    from ifdiscover.model import Interface

_LINK_LOCAL = 0x20
_SCOPES = {0x10: "host", _LINK_LOCAL: "link", 0x40: "site"}  # IPV6_ADDR_LOOPBACK and so on, <net/ipv6.h>


def decode_if_inet6(text: bytes, interface_of: Callable[[int], Interface | None]) -> tuple[list[Address], bool]:
    """Decode if_inet6 up to the first line that is malformed.

    Args:
        text: the file's contents.
        interface_of: from an index to its interface, since the name on a line is padded; None if it went away, and then
            its addresses are left out.

    Returns:
        The addresses, and whether all lines are well formed.
    """
    addresses: list[Address] = []
    for line in text.split(b"\n"):
        if not line:
            continue
        first, *rest = line.split(b" ", 5)
        try:
            packed = bytes.fromhex(first.decode("ascii"))
            index, prefixlen, scope, flags = (int(field, 16) for field in rest[:4])
        except ValueError:
            return addresses, False
        if len(packed) != 16 or not 0 < index < 1 << 31 or not 0 <= prefixlen <= 128 or not b"".join(rest[4:]).strip():
            return addresses, False
        if not 0 <= scope < 1 << 32 or not 0 <= flags < 1 << 32:
            return addresses, False
        interface = interface_of(index)
        if interface is not None:
            netmask = netmask_of(prefixlen, AF_INET6)
            scope_id = index if scope == _LINK_LOCAL else 0
            address = Address(interface, AF_INET6, packed, prefixlen, netmask, KERNEL, scope_id)
            addresses.append(address._replace(scope=_SCOPES.get(scope, "global"), flags=flags))
    return addresses, True


def decode_dev(text: bytes) -> list[bytes]:
    """The interface names in /proc/net/dev; a name has no blank and no colon in it."""
    return [line.partition(b":")[0].lstrip(b" ") for line in text.split(b"\n") if b":" in line]


def read_proc(name: str) -> bytes:
    """The contents of a file of /proc/net in this thread's network namespace.

    Raises:
        OSError: it cannot be read.
    """
    missing = None
    for directory in ("/proc/thread-self/net", "/proc/self/net", "/proc/net"):  # the first since Linux 3.17
        try:
            with open(f"{directory}/{name}", "rb") as file:  # noqa: PTH123 - pathlib costs more than all of this
                return file.read()
        except FileNotFoundError as error:
            missing = error
    raise missing or FileNotFoundError
