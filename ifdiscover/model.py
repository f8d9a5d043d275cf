"""What a host has: interfaces and their addresses, in the order in which the kernel gave them.

Every record is immutable and hashable. None means that the backend cannot tell (``Host.blind_to`` says of which
fields that is true) or that there is none. No backend guesses, with one named exception: a netmask whose
``netmask_origin`` is ``"assumed"``.

Names of interfaces are bytes to the kernel. Here they are text: UTF-8 with ``surrogateescape``, whatever the locale.
They may hold anything but NUL, so escape them before you print them (``ifdiscover.names``).
"""

from __future__ import annotations

from _socket import AF_INET, AF_INET6, inet_ntop

from ifdiscover._record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    import ipaddress
    from typing import Union

    IPAddress = Union[ipaddress.IPv4Address, ipaddress.IPv6Address]
    IPInterface = Union[ipaddress.IPv4Interface, ipaddress.IPv6Interface]
    IPNetwork = Union[ipaddress.IPv4Network, ipaddress.IPv6Network]

# <net/if.h>: the same numbers on Linux, the BSDs, macOS, illumos and AIX.
IFF_UP = 0x1
IFF_BROADCAST = 0x2
IFF_LOOPBACK = 0x8
IFF_POINTOPOINT = 0x10

# <linux/if_addr.h>, in the words of ip(8).
_FLAGS = {
    0x02: "nodad",
    0x04: "optimistic",
    0x08: "dadfailed",
    0x10: "home",
    0x20: "deprecated",
    0x40: "tentative",
    0x80: "permanent",
    0x100: "mngtmpaddr",
    0x200: "noprefixroute",
    0x400: "autojoin",
    0x800: "stable-privacy",
}
ADDRESS_FLAGS = {AF_INET: {0x01: "secondary", **_FLAGS}, AF_INET6: {0x01: "temporary", **_FLAGS}}

# /etc/iproute2/rt_scopes; the kernel's number is the place.
SCOPES = list(map(str, range(256)))
SCOPES[0], SCOPES[200], SCOPES[253], SCOPES[254], SCOPES[255] = "global", "site", "link", "host", "nowhere"

KERNEL = "kernel"
ASSUMED = "assumed"

FAMILY_NAMES = {AF_INET: "ipv4", AF_INET6: "ipv6"}  # as parameters and documents write them
FAMILY_TITLES = {AF_INET: "IPv4", AF_INET6: "IPv6"}  # as sentences do
BITS = {AF_INET: 32, AF_INET6: 128}

BLINDNESS = {
    "order": "the kernel's order of addresses",
    "interfaces without addresses": "interfaces that have none",
    "interface flags": "whether an interface is up",
    "interface index": "the index of an interface",
    "mtu": "the MTU of an interface",
    "hardware addresses": "the link-layer address of an interface",
    "ipv6 netmasks": "IPv6 netmasks: /128 is assumed",
    "ipv6 addresses": "IPv6 addresses, all of them",
    "labels": "the labels of IPv4 addresses",
    "odd labels": "whose an IPv4 address is whose label does not begin with its interface's name",
    "secondary addresses": "all but one IPv4 address of each interface and of each label",
    "same address twice": "all but the first netmask of an address that one interface has more than once",
    "scope ids": "the zone of a link-local address",
    "broadcasts": "broadcast addresses",
    "peers": "the other end of point-to-point links",
    "broadcast peer": "the peer of an address on an interface that is not point-to-point",
    "scope": "the scope of an address",
    "address flags": "whether an address is temporary, deprecated, tentative, ...",
    "lifetimes": "how long an address stays preferred and valid",
    "origin protocol": "who configured an address (IFA_PROTO)",
    "gateways": "default gateways",
    "interruption": "whether addresses changed while they were read",
}
"""What a backend can be blind to, and what is then None or not to be relied on; the one vocabulary for it."""


class Interface(Record):
    """One interface of a host."""

    name: str
    index: int | None = None  # type: ignore[assignment]  # hides tuple.index(). Positive: RFC 3493, section 4
    flags: int | None = None  # IFF_* of <net/if.h>
    mtu: int | None = None  # bytes
    hardware_address: bytes | None = None  # any length: 6 for Ethernet, 20 for InfiniBand, 0 for a tunnel

    @property
    def is_up(self) -> bool | None:
        """Whether it is configured up (IFF_UP), which is not whether it has a carrier (IFF_RUNNING)."""
        return None if self.flags is None else bool(self.flags & IFF_UP)


class Address(Record):
    """One address as it is configured on one interface.

    ``str()`` of it is the address alone, in the form of inet_ntop(3), without netmask or zone.
    """

    interface: Interface
    family: int  # AF_INET or AF_INET6 of the host this runs on
    packed: bytes  # the address: 4 or 16 bytes, network order, never with a KAME zone inside
    prefixlen: int | None  # None if the netmask is not contiguous, or null
    netmask: bytes | None  # as long as packed; None: null netmask, the kernel gave none at all
    netmask_origin: str | None = KERNEL  # or ASSUMED; None with a null netmask
    scope_id: int = 0  # RFC 4007 zone index, 0 for none
    broadcast: bytes | None = None  # IPv4 only
    peer: bytes | None = None  # the other end of a point-to-point link
    label: str | None = None  # IFA_LABEL, "eth0:1"; None if it is just the interface's name
    scope: str | None = None  # "global", "site", "link", "host", "nowhere", or a number (/etc/iproute2/rt_scopes)
    flags: int | None = None  # IFA_F_* of <linux/if_addr.h>; see flag_names
    protocol: int | None = None  # IFA_PROTO: who configured it; 0 for nobody in particular
    preferred_lifetime: int | None = None  # seconds; None for ever, or unknown
    valid_lifetime: int | None = None  # seconds; None for ever, or unknown

    def __str__(self) -> str:
        return inet_ntop(self.family, self.packed)

    @property
    def flag_names(self) -> tuple[str, ...] | None:
        """The address's flags as words, lowest bit first; None if the backend cannot tell.

        The lowest bit is ``secondary`` for IPv4 and ``temporary`` for IPv6. A bit without a word is a hexadecimal
        number.
        """
        if self.flags is None:
            return None
        words = ADDRESS_FLAGS[self.family]
        bits = [1 << n for n in range(self.flags.bit_length()) if self.flags >> n & 1]
        return tuple(words.get(bit) or hex(bit) for bit in bits)

    @property
    def ip(self) -> IPAddress:
        """The address as an ``ipaddress`` object, made on demand, without its zone (see ``scope_id``)."""
        import ipaddress

        return ipaddress.ip_address(self.packed)

    @property
    def ip_interface(self) -> IPInterface:
        """Address and prefix length as an ``ipaddress`` object, made on demand.

        Raises:
            NetmaskError: the netmask is null or not contiguous, so that there is no prefix length.
        """
        import ipaddress

        return ipaddress.ip_interface((self.packed, self._known_prefixlen()))

    @property
    def network(self) -> IPNetwork:
        """The network that the netmask cuts out, host bits cleared, as an ``ipaddress`` object made on demand.

        Raises:
            NetmaskError: the netmask is null or not contiguous, so that there is no prefix length.
        """
        import ipaddress

        return ipaddress.ip_network((self.packed, self._known_prefixlen()), strict=False)

    def _known_prefixlen(self) -> int:
        if self.prefixlen is None:
            from ifdiscover.errors import NetmaskError

            what = (
                "null" if self.netmask is None else f"{inet_ntop(self.family, self.netmask)}, which is not contiguous"
            )
            raise NetmaskError(f"{self} on {self.interface.name} has no prefix length: its netmask is {what}")
        return self.prefixlen


class Gateway(Record):
    """One gateway of the routing table."""

    family: int
    packed: bytes  # its address
    interface_name: str  # the interface that it is reached by
    is_default: bool


class Recorded(Record):
    """Where and when a recorded host was read; None where the recording does not say."""

    host: str | None = None  # the host's own name
    taken_at: str | None = None  # RFC 3339, UTC
    system: str | None = None  # uname(1): system, release, machine
    families: tuple[int, ...] | None = None  # those that its kernel had sockets for


class Host(Record):
    """What one reading of a host gave."""

    interfaces: tuple[Interface, ...]  # in the kernel's order
    addresses: tuple[
        Address, ...
    ]  # in the kernel's order, which interleaves interfaces: on Linux all IPv4, then all IPv6
    backend: str  # the name of the backend that read it
    blind_to: tuple[str, ...] = ()  # words of BLINDNESS
    warnings: tuple[str, ...] = ()  # names in them are not escaped
    refusals: tuple[str, ...] = ()  # backends that were asked before this one, and why they did not answer
    consistent: bool | None = None  # whether all of it was true at one time; None: the backend cannot see that
    gateways: tuple[Gateway, ...] | None = None  # None: the backend does not look at routes
    recorded: Recorded | None = None  # of a recorded host; None: this one, as it is now

    def addresses_of(self, interface: Interface) -> tuple[Address, ...]:
        """The addresses of one interface, in the kernel's order."""
        return tuple(
            address for address in self.addresses if address.interface is interface or address.interface == interface
        )
