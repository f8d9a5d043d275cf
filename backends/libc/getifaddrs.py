"""Read the host through getifaddrs(3), called with ctypes.

Sees names, interface flags, addresses, netmasks, broadcast and peer addresses, labels, hardware addresses, scope ids,
in the kernel's order. Cannot tell address flags, lifetimes, scopes or MTUs, nor whether anything changed between the
two dumps that a C library makes of it.
"""

from __future__ import annotations

import sys
from _socket import AF_INET, AF_INET6
from struct import error as struct_error

from ifdiscover._backends.libc.layouts import ROWS
from ifdiscover._backends.libc.memory import PAGE, ProbedMemory, ProcessMemory
from ifdiscover._backends.libc.sockaddrs import IPV4_PLACE, IPV6_PLACE, readers
from ifdiscover._backends.platforms import here
from ifdiscover._backends.shared import index_of, label_warning
from ifdiscover._names import to_text
from ifdiscover._packed import contiguous_prefixlen, is_ipv6_link_local
from ifdiscover.errors import DiscoveryError, refusal
from ifdiscover.model import IFF_BROADCAST, IFF_LOOPBACK, IFF_POINTOPOINT, IFF_UP, KERNEL, Address, Host, Interface

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    import ctypes
    from collections.abc import Callable

    from ifdiscover._backends.libc.layouts import Layout
    from ifdiscover._backends.libc.memory import Memory

BLIND_TO = (
    *getattr(ROWS.get(here()), "blind_to", ()),
    "mtu",
    "address flags",
    "lifetimes",
    "scope",
    "origin protocol",
    "odd labels",
    "broadcast peer",
    "routes",
    "interruption",
)

# Ten times the longest list of any host heard of. A list of this length is a ring, or not a list.
MAX_ENTRIES = 1 << 20

# What getifaddrs cannot tell of an address: its scope, flags, protocol and lifetimes.
UNTOLD = (None,) * 5


def decode(
    memory: Memory,
    head: int,
    layout: Layout,
    index_of: Callable[[bytes], int | None] = lambda _name: None,
    byte_order: str = "=",
) -> tuple[tuple[Interface, ...], tuple[Address, ...]]:
    """Turn the list that starts at ``head`` into interfaces and addresses, in its order.

    Args:
        memory: what the list's pointers point into.
        head: address of the first ``struct ifaddrs``; 0 for an empty list.
        layout: the row of the C library that made the list.
        index_of: asked for the index of an interface whose entry has no address to tell it (tun, WireGuard).
        byte_order: of the list, as ``struct`` writes it.

    Raises:
        DiscoveryError: the list does not end, or leads to where nothing can be.
    """
    read_ipv4, ipv4_netmask, ipv4_other, read_ipv6, ipv6_netmask, ipv6_other, link = readers(memory, layout, byte_order)
    af_inet, af_inet6, af_link = layout.platform.af_inet, layout.platform.af_inet6, layout.platform.af_link
    families, name_size = {af_inet, af_inet6}, layout.name_size

    # Links first: a C library may list an interface's addresses before the interface.
    interfaces: dict[bytes, Interface] = {}
    entries = []
    for entry in _walk(memory, head, layout, byte_order):
        addr = entry[3]
        family, packed = read_ipv4(addr) if addr else (af_link, b"")
        if family in families:
            entries.append((entry, family, packed))
        elif family == af_link:
            raw = memory.string(entry[1], name_size)
            index, hardware_address = link(addr) if addr else (None, None)
            interfaces[raw] = Interface(
                to_text(raw),
                index or index_of(raw),
                entry[2],
                None,
                # NetBSD lists all that an interface was given, and not which it uses.
                hardware_address
                if raw not in interfaces or interfaces[raw].hardware_address == hardware_address
                else None,
            )

    addresses = []
    prefixlens: dict[bytes | None, int | None] = {None: None}
    owners: dict[bytes, tuple[int, Interface, str | None]] = {}
    string = memory.string
    new = tuple.__new__  # Address(...) looks at its arguments by name, which costs half as much again
    for (_, name, flags, addr, netmask, dstaddr), family, ipv4 in entries:
        raw = string(name, name_size)
        owner = owners.get(raw)
        if owner is None or owner[0] != flags:
            owner = owners[raw] = (flags, *_interface_of(raw, flags, interfaces, index_of, layout))
        mask = broadcast = peer = None
        # Linux points ifa_dstaddr at the interface's own address where there is neither: the flags decide.
        if family == af_inet:
            packed, scope_id = ipv4, 0
            if netmask:
                mask = ipv4_netmask(netmask)[IPV4_PLACE]
            if dstaddr and flags & (IFF_BROADCAST | IFF_POINTOPOINT):
                other = ipv4_other(dstaddr)[IPV4_PLACE]
                if other == packed:
                    pass
                elif flags & IFF_POINTOPOINT:
                    peer = other
                else:
                    broadcast = other
        else:
            packed, scope_id = read_ipv6(addr)
            if netmask:
                mask = ipv6_netmask(netmask)[IPV6_PLACE]
            if dstaddr and flags & IFF_POINTOPOINT:
                other = ipv6_other(dstaddr)[IPV6_PLACE]
                if other != packed:
                    peer = other
        prefixlen = prefixlens.get(mask, -1)
        if prefixlen == -1 and mask is not None:
            prefixlen = prefixlens[mask] = contiguous_prefixlen(mask)
        addresses.append(
            new(
                Address,
                (
                    owner[1],
                    AF_INET if family == af_inet else AF_INET6,
                    packed,
                    prefixlen,
                    mask,
                    None if mask is None else KERNEL,
                    scope_id,
                    broadcast,
                    peer,
                    owner[2],
                    *UNTOLD,
                ),
            )
        )
    if layout.names_tell_scope_id:
        addresses = [_with_scope_id(address) for address in addresses]
    return tuple(interfaces.values()), tuple(addresses)


def _with_scope_id(address: Address) -> Address:
    """A link-local address with the index of its interface as its scope id, if it came without one."""
    if address.scope_id or not is_ipv6_link_local(address.packed):
        return address
    return address._replace(scope_id=address.interface.index or 0)


def _walk(memory: Memory, head: int, layout: Layout, byte_order: str) -> list[tuple[int, ...]]:
    """The fields of every ``struct ifaddrs`` from ``head`` on, following the first of them, ifa_next."""
    entry = memory.unpacker(layout.format(layout.ifaddrs, tuple(layout.ifaddrs), byte_order))
    entries: list[tuple[int, ...]] = []
    following = head
    while following >= PAGE:
        fields = entry(following)
        following = fields[0]
        entries.append(fields)
        if len(entries) > MAX_ENTRIES:
            raise DiscoveryError(f"getifaddrs gave a list of more than {MAX_ENTRIES} entries: it does not end")
    if following:
        raise DiscoveryError(f"getifaddrs gave a list that leads to {following:#x}, where nothing is")
    mask = layout.flags_mask
    return entries if mask is None else [(*fields[:2], fields[2] & mask, *fields[3:]) for fields in entries]


def _interface_of(
    raw: bytes,
    flags: int,
    interfaces: dict[bytes, Interface],
    index_of: Callable[[bytes], int | None],
    layout: Layout,
) -> tuple[Interface, str | None]:
    """The interface that an address's entry belongs to, and the address's label if it has one.

    Linux puts the label of an IPv4 address where its interface's name would stand. No interface's name has a ":" in
    it, so what stands before one is a name. But a label may be any text, even another interface's name. The flags of
    the entry are those of the true interface: where they differ from the named one's, the address is not on that one,
    and gets an interface of its own, without an index.

    On illumos "em0:1" is no label but a logical interface of em0, and may have flags of its own.
    """
    name, colon, _ = raw.partition(b":")
    interface = interfaces.get(name)
    if interface is None or _differ(interface.flags, flags):
        index = index_of(name) if interface is None or layout.names_tell_scope_id else None
        key = name if interface is None else b"%s:%d" % (name, flags)
        interface = interfaces[key] = Interface(to_text(name), index, flags)
    return interface, to_text(raw) if colon else None


def _differ(flags: int | None, others: int) -> bool:
    # Not all flags: IFF_RUNNING and its like may change between the dump of links and that of addresses.
    return flags is None or bool((flags ^ others) & (IFF_UP | IFF_LOOPBACK | IFF_POINTOPOINT | IFF_BROADCAST))


def unavailable() -> str | None:
    """Why getifaddrs(3) cannot be used here; None if it can."""
    try:
        _libc(_row())
    # An unknown layout; a Python without ctypes, or linked without a C library; a C library without the function.
    except (LookupError, ImportError, OSError, AttributeError) as error:
        return f"{error}; try another backend"
    return None


def read() -> Host:
    """Call getifaddrs(3) and decode its answer.

    Raises:
        DiscoveryError: it failed, and the message has errno's text; or its answer cannot be decoded.
        NotPermittedError: it failed for want of permission.
    """
    import ctypes

    layout = _row()
    libc = _libc(layout)
    head = ctypes.c_void_p()
    if libc.getifaddrs(ctypes.byref(head)) != 0:
        raise refusal("getifaddrs", ctypes.get_errno())
    start = head.value or 0
    # Linux's layout is watched at every run of the tests; of the others, no row has met its own C library yet.
    memory = ProcessMemory(start) if here()[0] == "linux" else ProbedMemory()
    try:
        interfaces, addresses = decode(memory, start, layout, index_of)
    except (OverflowError, struct_error) as error:  # an address beyond all memory
        raise DiscoveryError(f"getifaddrs gave a pointer that leads nowhere: {error}") from error
    finally:
        libc.freeifaddrs(head)
    warnings = tuple(label_warning(interface, "getifaddrs") for interface in interfaces if interface.index is None)
    return Host(interfaces, addresses, "getifaddrs", BLIND_TO, warnings)


def _row() -> Layout:
    """The row of the layout table for this process.

    Raises:
        LookupError: there is none.
    """
    layout = ROWS.get(here())
    if layout is None:
        raise LookupError(f"the layout of its answer is not known for {sys.platform}")
    return layout


def _libc(layout: Layout) -> ctypes.CDLL:
    import ctypes

    # None is what the process is linked with: find_library("c") costs 12 ms, and finds nothing on Alpine.
    libc = ctypes.CDLL(layout.library, use_errno=True)
    _ = libc.getifaddrs, libc.freeifaddrs
    return libc
