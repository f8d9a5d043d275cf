"""Turn values into text. Nothing here reads a host or writes to a stream.

The room itself has what most commands print: addresses and parameters.
"""

from __future__ import annotations

from _operator import itemgetter
from _socket import inet_ntop
from itertools import groupby, repeat

from ifdiscover._host import Address

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

_NETMASK = itemgetter(*map(Address._fields.index, ("family", "prefixlen", "packed_netmask")))
_PACKED = itemgetter(Address._fields.index("packed"))


def address_text(addresses: Iterable[Address], *, prefixlen: bool = False, kame: bool = False) -> str:
    """A line ``ADDRESS/NETMASK`` for each address, as Postfix's inet_addr_local prints it.

    Args:
        addresses: the addresses, in the order of the lines.
        prefixlen: print the prefix length instead of the netmask, if there is one.
        kame: print a link-local address with its scope id inside, fe80:1::1, as on FreeBSD 4; never a netmask.

    If the netmask is null, only the address is printed, without a slash.
    """
    if kame:
        embed = _embedding()
        addresses = [address._replace(packed=embed(address.packed, address.scope_id)) for address in addresses]
    groups = []
    # Addresses of one netmask mostly stand together. Then inet_ntop(3) is all that is done for each.
    for (family, length, netmask), group in groupby(addresses, _NETMASK):
        if netmask is None:
            end = "\n"
        elif prefixlen and length is not None:
            end = f"/{length}\n"
        else:
            end = f"/{inet_ntop(family, netmask)}\n"
        groups += [end.join(map(inet_ntop, repeat(family), map(_PACKED, group))), end]
    return "".join(groups)


def _embedding() -> Callable[[bytes, int], bytes]:
    from ifdiscover._backends.kame import embed

    return embed


def parameter(name: str, value: str) -> str:
    """``NAME = VALUE`` as postconf(1) prints it; if the value is empty, without a blank at the end."""
    return f"{name} = {value}" if value else f"{name} ="
