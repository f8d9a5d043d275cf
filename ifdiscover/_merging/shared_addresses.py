"""Addresses that several hosts have: which of them are faults, and which are meant to be on many hosts."""

from __future__ import annotations

from _socket import inet_ntop

from ifdiscover._host.ranges import is_beyond_the_link, is_private
from ifdiscover._postfix.check.risk.container_networks import is_container_network
from ifdiscover._record import Record
from ifdiscover.model import BITS, BSD_FLAGS, IFF_POINTOPOINT

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ifdiscover.model import Address, Host, IPAddress

_ANYCAST = next(bit for bit, word in BSD_FLAGS.items() if word == "anycast")
_FAMILY_BY_SIZE = {bits // 8: family for family, bits in BITS.items()}

FEW = 5
"""Of fewer hosts than this "every host has it" is no convention: they may be copies of one image."""


class Owner(Record):
    """A host that has an address which other hosts have too.

    Attributes:
        host: the host's name; where the recording does not tell it, the file and line.
        interface_name: the interface that has the address.
        excuse: why another host may have the address as well; None: it may not.
    """

    host: str
    interface_name: str
    excuse: str | None


class SharedAddress(Record):
    """An address that several hosts have. ``str()`` of it is the address.

    Attributes:
        family: AF_INET or AF_INET6.
        packed: 4 or 16 bytes.
        is_fault: whether two of the hosts disturb each other; False: it is only remarked.
        reason: why it is a fault, or why it is none.
        owners: every ``Owner``, in the order in which they were read.
    """

    family: int
    packed: bytes
    is_fault: bool
    reason: str
    owners: tuple[Owner, ...]

    def __str__(self) -> str:
        return inet_ntop(self.family, self.packed)

    @property
    def ip(self) -> IPAddress:
        """The address as an ``ipaddress`` object."""
        import ipaddress

        return ipaddress.ip_address(self.packed)


class Owners:
    """Remembers who has each address. The hosts themselves are not kept."""

    def __init__(self) -> None:
        self._first: dict[bytes, tuple[int, str, str | None]] = {}  # the size of the address tells the family
        self._others: dict[bytes, list[tuple[int, str, str | None]]] = {}
        self._words: dict[str, str] = {}  # interfaces of many hosts have the same names: each is kept once

    def add(self, number: int, host: Host, addresses: Iterable[Address]) -> None:
        """Note the addresses of a host; hosts with the same number are the same."""
        for address in addresses:
            packed = address.packed
            if not is_beyond_the_link(packed):
                continue
            name = self._words.setdefault(address.interface.name, address.interface.name)
            owner = (number, name, excuse_of(address, host))
            first = self._first.setdefault(packed, owner)
            if first[0] != number:
                self._others.setdefault(packed, [first]).append(owner)

    def shared(self, names: Sequence[str]) -> tuple[SharedAddress, ...]:
        """The addresses that several hosts have, faults first, each kind in ascending order, IPv4 first.

        Args:
            names: the hosts' names, by number.
        """
        found = []
        for packed, owners in self._others.items():
            unique = {(number, name): excuse for number, name, excuse in owners}
            listed = tuple([Owner(names[number], name, excuse) for (number, name), excuse in unique.items()])
            hosts = {number for number, _name in unique}
            outside = {number for (number, _name), excuse in unique.items() if excuse is None}
            is_fault, reason = _judge(packed, len(hosts), len(outside), listed, len(names))
            found.append(SharedAddress(_FAMILY_BY_SIZE[len(packed)], packed, is_fault, reason, listed))
        return tuple(sorted(found, key=lambda one: (not one.is_fault, len(one.packed), one.packed)))


def excuse_of(address: Address, host: Host) -> str | None:
    """Why another host may have an address as well; None: it may not."""
    interface = address.interface
    if address.flags is not None and address.flags & _ANYCAST:
        return "it is an anycast address"
    if address.prefixlen == BITS[address.family] and (interface.is_loopback or interface.kind == "dummy"):
        return "it is on a loopback interface, as addresses of anycast services are"
    if is_container_network(interface, host):
        return "each host has a bridge of containers for itself"
    if interface.flags is not None and interface.flags & IFF_POINTOPOINT and is_private(address.packed):
        return "each tunnel has private addresses for itself"
    return None


def _judge(packed: bytes, host_count: int, outside: int, owners: Sequence[Owner], all_hosts: int) -> tuple[bool, str]:
    """Whether an address that several hosts have is a fault, and why."""
    if outside <= 1:
        excuse = next(owner.excuse for owner in owners if owner.excuse is not None)
        return False, f"no fault: {excuse}"
    if host_count == all_hosts >= FEW:
        return False, "no fault: every host has it"
    if is_private(packed):
        return True, "a fault, unless these hosts are in private networks apart"
    return True, "a fault: two hosts cannot have the same address"
