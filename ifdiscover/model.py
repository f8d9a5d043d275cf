"""What a host has: interfaces and their addresses, in the order in which the kernel gave them.

Every record is immutable and hashable. None means that there is no such value, or that the backend cannot tell it
(``Host.blind_to`` lists what it cannot tell). Backends guess one thing only: a netmask with the ``netmask_origin``
``"assumed"``.

Names of interfaces are bytes to the kernel. Here they are text: UTF-8 with ``surrogateescape``, whatever the locale.
They may hold anything but NUL, so escape them before you print them (``ifdiscover.printable()``).
"""

from __future__ import annotations

from ifdiscover._host import (
    ADDRESS_FLAGS as ADDRESS_FLAGS,
    ASSUMED as ASSUMED,
    BITS as BITS,
    BLINDNESS as BLINDNESS,
    BSD_FLAGS as BSD_FLAGS,
    FAMILY_NAMES as FAMILY_NAMES,
    FAMILY_TITLES as FAMILY_TITLES,
    IFF_BROADCAST as IFF_BROADCAST,
    IFF_IPMP as IFF_IPMP,
    IFF_LOOPBACK as IFF_LOOPBACK,
    IFF_NOFAILOVER as IFF_NOFAILOVER,
    IFF_NOXMIT as IFF_NOXMIT,
    IFF_POINTOPOINT as IFF_POINTOPOINT,
    IFF_RUNNING as IFF_RUNNING,
    IFF_TEMPORARY as IFF_TEMPORARY,
    IFF_UP as IFF_UP,
    KERNEL as KERNEL,
    SCOPES as SCOPES,
    Address as Address,
    Interface as Interface,
    NextHop as NextHop,
    Recorded as Recorded,
    Route as Route,
    StableAddress as StableAddress,
)
from ifdiscover._host.host import Host as Host

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from typing import NoReturn

    from ifdiscover._host import (
        IPAddress as IPAddress,
        IPInterface as IPInterface,
        IPNetwork as IPNetwork,
    )
    from ifdiscover._host.host import Filters as Filters

if not TYPE_CHECKING:

    def __getattr__(name: str) -> NoReturn:
        if name == "__path__":  # the import system asks for it at `from ifdiscover.model import`
            raise AttributeError(name)
        from ifdiscover._misuse import missing

        raise missing("ifdiscover.model", name)
