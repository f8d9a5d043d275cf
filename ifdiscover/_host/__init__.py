"""What a host has: interfaces, their addresses, and routes.

``ifdiscover.model`` hands them out, and says what None, names and assumed netmasks are.
"""

from __future__ import annotations

from _socket import AF_INET, AF_INET6, inet_ntop

from ifdiscover._record import Record

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    import ipaddress
    from collections.abc import Mapping
    from typing import Union

    IPAddress = Union[ipaddress.IPv4Address, ipaddress.IPv6Address]
    IPInterface = Union[ipaddress.IPv4Interface, ipaddress.IPv6Interface]
    IPNetwork = Union[ipaddress.IPv4Network, ipaddress.IPv6Network]

# <net/if.h>: the same numbers on Linux, the BSDs, macOS, illumos and AIX.
IFF_UP = 0x1
IFF_BROADCAST = 0x2
IFF_LOOPBACK = 0x8
IFF_POINTOPOINT = 0x10
IFF_RUNNING = 0x40

# Those that mean the same on all of them; of the other bits each system has its own.
_INTERFACE_WORDS = {
    IFF_UP: "up",
    IFF_BROADCAST: "broadcast",
    0x4: "debug",
    IFF_LOOPBACK: "loopback",
    IFF_POINTOPOINT: "pointopoint",
    IFF_RUNNING: "running",
    0x80: "noarp",
    0x100: "promisc",
    0x200: "allmulti",
}

# <net/if.h> of Solaris and illumos: why an address is kept from a program that does not ask for such addresses.
IFF_NOXMIT = 0x10000  # the interface sends nothing
IFF_NOFAILOVER = 0x8000000  # it stays on its interface when that fails: a test address
IFF_TEMPORARY = 0x800000000  # RFC 4941
IFF_IPMP = 0x8000000000  # the interface stands for a group of others

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

# What only BSD's ifconfig(8) says of an address. Linux has no bits for it: these are beyond the 32 that it may use.
BSD_FLAGS = {1 << 32: "autoconf", 1 << 33: "detached", 1 << 34: "anycast"}
_WORDS = {family: {**words, **BSD_FLAGS} for family, words in ADDRESS_FLAGS.items()}

# /etc/iproute2/rt_scopes, by the kernel's number.
SCOPES = list(map(str, range(256)))
SCOPES[0], SCOPES[200], SCOPES[253], SCOPES[254], SCOPES[255] = "global", "site", "link", "host", "nowhere"

KERNEL = "kernel"
ASSUMED = "assumed"

FAMILY_NAMES = {AF_INET: "ipv4", AF_INET6: "ipv6"}  # for parameters and JSON documents
FAMILY_TITLES = {AF_INET: "IPv4", AF_INET6: "IPv6"}  # for sentences
BITS = {AF_INET: 32, AF_INET6: 128}

BLINDNESS = {
    "order": "the kernel's order of addresses",
    "interfaces without addresses": "interfaces that have none",
    "interface flags": "whether an interface is up",
    "carriers": "whether an interface that is up can send",
    "interface index": "the index of an interface",
    "mtu": "the MTU of an interface",
    "hardware addresses": "the link-layer address of an interface",
    "interface kinds": "whether an interface is a bridge, a veth, a tun, ...",
    "masters": "the bridge or bond that an interface is a port of",
    "ipv6 netmasks": "IPv6 netmasks: /128 is assumed",
    "ipv4 addresses": "IPv4 addresses, all of them",
    "ipv6 addresses": "IPv6 addresses, all of them",
    "other interfaces": "interfaces that were not asked for, and what is on them",
    "other addresses": "addresses that were not asked for",
    "labels": "the labels of IPv4 addresses",
    "odd labels": "whose an IPv4 address is whose label does not begin with its interface's name",
    "secondary addresses": "all but one IPv4 address of each interface and of each label",
    "same address twice": "all but the first netmask of an address that one interface has more than once",
    "scope ids": "the zone of a link-local address",
    "broadcasts": "broadcast addresses",
    "peers": "the other end of point-to-point links",
    "peer netmasks": "the netmask of an IPv4 address that has a peer: it is told as /32",
    "near peers": "the IPv6 peer that has the first 32 bits of its address",
    "broadcast peer": "the peer of an address on an interface that is not point-to-point",
    "scope": "the scope of an address",
    "address flags": "whether an address is temporary, deprecated, tentative, ...",
    "lifetimes": "how long an address stays preferred and valid",
    "origin protocol": "who configured an address (IFA_PROTO)",
    "routes": "default routes",
    "interruption": "whether addresses changed while they were read",
}
"""The words for what a backend can be blind to, and the values that are then None or not reliable."""


class Interface(Record):
    """One interface of a host.

    Attributes:
        name: its name; escape it before you print it (``ifdiscover.printable()``).
        index: its number, positive (RFC 3493, section 4); None: the backend cannot tell.
        flags: the bits IFF_* of <net/if.h>; None: the backend cannot tell.
        mtu: the largest packet that it sends, in bytes; None: the backend cannot tell.
        hardware_address: its link-layer address: 6 bytes for Ethernet, 20 for InfiniBand; None for some tunnels.
        set_apart: what Solaris keeps its addresses for, in the words of ifconfig(8): ``zone web``, or
            ``groupname ipmp0`` for test addresses. Only a program that asks for such addresses gets them. None:
            nothing, or not known.
        kind: what made it, in the word of the kernel (IFLA_INFO_KIND): ``bridge``, ``veth``, ``tun``, ``vlan``. None:
            nothing did, as of hardware and of Linux' own loopback; or the backend cannot tell.
        master: the name of the bridge, bond or VRF that it is a port of; None: none, or the backend cannot tell.
    """

    name: str
    index: int | None = None  # type: ignore[assignment]  # hides tuple.index()
    flags: int | None = None
    mtu: int | None = None
    hardware_address: bytes | None = None
    set_apart: str | None = None
    kind: str | None = None
    master: str | None = None

    def __repr__(self) -> str:
        return f"Interface({self.name!r}, index={self.index})"

    @property
    def is_up(self) -> bool | None:
        """Whether it is set up (IFF_UP), even without a carrier; None: the backend cannot tell."""
        return self._has(IFF_UP)

    @property
    def is_running(self) -> bool | None:
        """Whether it can send, as with a cable in it (IFF_RUNNING); None: the backend cannot tell.

        If it is blind to "carriers", False says nothing.
        """
        return self._has(IFF_RUNNING)

    @property
    def is_loopback(self) -> bool | None:
        """Whether what it sends never leaves the host (IFF_LOOPBACK); None: the backend cannot tell."""
        return self._has(IFF_LOOPBACK)

    @property
    def flag_names(self) -> tuple[str, ...] | None:
        """The flags as words, lowest bit first; None: the backend cannot tell.

        A bit that does not mean the same on every system is written as a hexadecimal number.
        """
        return None if self.flags is None else _words(self.flags, _INTERFACE_WORDS)

    def _has(self, flag: int) -> bool | None:
        return None if self.flags is None else bool(self.flags & flag)

    @property
    def mac(self) -> str | None:
        """The link-layer address in hexadecimal, 02:00:5e:10:00:01; None: none, or the backend cannot tell."""
        return self.hardware_address.hex(":") if self.hardware_address else None


class Address(Record):
    """One address as it is configured on one interface.

    ``str(address)`` is only the address as inet_ntop(3) writes it, without netmask and zone.

    Attributes:
        interface: the ``Interface`` that has it.
        family: this host's AF_INET or AF_INET6, for a recorded host too.
        packed: the address: 4 or 16 bytes in network order, never with a KAME zone inside.
        prefixlen: the number of one bits in the netmask; None: the netmask is null, or not contiguous.
        packed_netmask: the netmask, as many bytes as the address; None: the netmask is null, the kernel gave none.
        netmask_origin: KERNEL or ASSUMED; None: the netmask is null.
        scope_id: the zone index (RFC 4007); 0: none.
        packed_broadcast: the broadcast address, for IPv4 only; None: none.
        packed_peer: the other end of a point-to-point link; None: none.
        label: IFA_LABEL, such as ``eth0:1``; None: none, or it equals the interface's name.
        scope: global, site, link, host, nowhere, or a number (/etc/iproute2/rt_scopes).
        flags: the bits IFA_F_* of <linux/if_addr.h>, and beyond its 32 bits those of ``BSD_FLAGS``.
        protocol: who configured it (IFA_PROTO); 0: nobody in particular.
        preferred_lifetime: seconds until the address is deprecated; None: for ever, or not known.
        valid_lifetime: seconds until the address goes; None: for ever, or not known.
    """

    interface: Interface
    family: int
    packed: bytes
    prefixlen: int | None
    packed_netmask: bytes | None
    netmask_origin: str | None = KERNEL
    scope_id: int = 0
    packed_broadcast: bytes | None = None
    packed_peer: bytes | None = None
    label: str | None = None
    scope: str | None = None
    flags: int | None = None
    protocol: int | None = None
    preferred_lifetime: int | None = None
    valid_lifetime: int | None = None

    def __str__(self) -> str:
        return inet_ntop(self.family, self.packed)

    def __repr__(self) -> str:
        text = str(self) if self.prefixlen is None else self.cidr
        return f"Address({text!r}, interface={self.interface.name!r})"

    @property
    def flag_names(self) -> tuple[str, ...] | None:
        """The address's flags as words, lowest bit first; None: the backend cannot tell.

        The lowest bit is ``secondary`` for IPv4 and ``temporary`` for IPv6. If a bit has no word, it is written as a
        hexadecimal number.
        """
        return None if self.flags is None else _words(self.flags, _WORDS[self.family])

    @property
    def ip(self) -> IPAddress:
        """The address as an ``ipaddress`` object, without its zone (see ``scope_id``)."""
        import ipaddress

        return ipaddress.ip_address(self.packed)

    @property
    def netmask(self) -> IPAddress | None:
        """The netmask as an ``ipaddress`` object; None: the netmask is null."""
        return ip_or_none(self.packed_netmask)

    @property
    def broadcast(self) -> IPAddress | None:
        """The broadcast address as an ``ipaddress`` object; None: none, or the backend cannot tell."""
        return ip_or_none(self.packed_broadcast)

    @property
    def peer(self) -> IPAddress | None:
        """The other end of a point-to-point link as an ``ipaddress`` object; None: none, or the backend cannot tell."""
        return ip_or_none(self.packed_peer)

    @property
    def cidr(self) -> str:
        """Address and prefix length, such as 192.0.2.1/24, without a zone.

        Raises:
            NetmaskError: the netmask is null or not contiguous, so there is no prefix length.
        """
        return f"{self}/{self._known_prefixlen()}"

    @property
    def ip_interface(self) -> IPInterface:
        """Address and prefix length as an ``ipaddress`` object.

        Raises:
            NetmaskError: the netmask is null or not contiguous, so there is no prefix length.
        """
        import ipaddress

        return ipaddress.ip_interface((self.packed, self._known_prefixlen()))

    @property
    def network(self) -> IPNetwork:
        """The address's network, with host bits cleared, as an ``ipaddress`` object.

        Raises:
            NetmaskError: the netmask is null or not contiguous, so there is no prefix length.
        """
        import ipaddress

        return ipaddress.ip_network((self.packed, self._known_prefixlen()), strict=False)

    def _known_prefixlen(self) -> int:
        if self.prefixlen is None:
            from ifdiscover.errors import NetmaskError

            mask = self.packed_netmask
            what = "null" if mask is None else f"{inet_ntop(self.family, mask)}, which is not contiguous"
            raise NetmaskError(f"{self} on {self.interface.name} has no prefix length: its netmask is {what}")
        return self.prefixlen


def _words(flags: int, words: Mapping[int, str]) -> tuple[str, ...]:
    bits = [1 << n for n in range(flags.bit_length()) if flags >> n & 1]
    return tuple(words.get(bit) or hex(bit) for bit in bits)


def ip_or_none(packed: bytes | None) -> IPAddress | None:
    if packed is None:
        return None
    import ipaddress

    return ipaddress.ip_address(packed)


class NextHop(Record):
    """Where a route sends packets first.

    Attributes:
        packed_gateway: the router's address, of either family (RFC 8950); None: the packets need no router.
        interface_name: the name of the interface that sends the packets.
    """

    packed_gateway: bytes | None
    interface_name: str

    @property
    def gateway(self) -> IPAddress | None:
        """The router's address as an ``ipaddress`` object; None: the packets need no router."""
        return ip_or_none(self.packed_gateway)


class Route(Record):
    """One route of a host.

    Attributes:
        family: the destinations' AF_INET or AF_INET6.
        next_hops: every ``NextHop`` that the kernel may take, at least one.
        is_default: whether the kernel takes it if no other route fits; if there are several, only the one in use.
        metric: the kernel takes the route with the lowest; None: the backend cannot tell.
        packed_source: the preferred source address; None: none, or the backend cannot tell.
    """

    family: int
    next_hops: tuple[NextHop, ...]
    is_default: bool
    metric: int | None = None
    packed_source: bytes | None = None

    def __repr__(self) -> str:
        to = f"{'default' if self.is_default else 'other'} {FAMILY_TITLES[self.family]}"
        hops = [f"{hop.gateway or 'no router'} on {hop.interface_name!r}" for hop in self.next_hops]
        return f"Route({to} by {', '.join(hops)})"

    @property
    def gateway(self) -> IPAddress | None:
        """The router of the first next hop as an ``ipaddress`` object; None: the packets need no router."""
        return self.next_hops[0].gateway

    @property
    def interface_name(self) -> str:
        """The name of the interface of the first next hop."""
        return self.next_hops[0].interface_name

    @property
    def source(self) -> IPAddress | None:
        """The preferred source address as an ``ipaddress`` object; None: none, or the backend cannot tell."""
        return ip_or_none(self.packed_source)


class StableAddress(Record):
    """Which address of a host stays, and why.

    Attributes:
        address: the ``Address``; None: none does.
        reason: why it is this one, or why there is none.
    """

    address: Address | None
    reason: str


class Recorded(Record):
    """Where and when a recorded host was read.

    Attributes:
        host: the host's name; here and below, None: the recording does not say.
        taken_at: the time as in RFC 3339, in UTC.
        system: system, release and machine, as in uname(1); for an ``ifconfig -a`` only the system.
        families: the address families that its kernel had sockets for.
    """

    host: str | None = None
    taken_at: str | None = None
    system: str | None = None
    families: tuple[int, ...] | None = None
