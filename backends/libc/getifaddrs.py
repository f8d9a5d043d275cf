"""Read the host through getifaddrs(3), called with ctypes.

It sees names, interface flags, addresses, netmasks, broadcast and peer addresses, labels, hardware addresses and scope
ids, in the kernel's order. It cannot see address flags, lifetimes, scopes or MTUs. The C library reads the kernel in
two dumps: changes between them are not seen either.
"""

from __future__ import annotations

import sys
from _socket import AF_INET, AF_INET6
from struct import error as struct_error

from ifdiscover._backends.libc.layouts import ROWS
from ifdiscover._backends.libc.memory import PAGE, ProbedMemory, ProcessMemory
from ifdiscover._backends.libc.sockaddrs import IPV4_PLACE, IPV6_PLACE, readers
from ifdiscover._backends.platforms import here
from ifdiscover._backends.shared import call_getifaddrs, index_of, label_warning, settled
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
    "interface kinds",
    "masters",
    "address flags",
    "lifetimes",
    "scope",
    "origin protocol",
    "odd labels",
    "broadcast peer",
    "routes",
    "interruption",
)

# Ten times the longest list known of any host. If a list is longer, its pointers run in a circle or are garbage.
MAX_ENTRIES = 1 << 20

# The last fields of an Address, which getifaddrs cannot tell: scope, flags, protocol and the two lifetimes.
UNKNOWN_FIELDS = (None,) * 5


def decode(
    memory: Memory,
    head: int,
    layout: Layout,
    index_of: Callable[[bytes], int | None] = lambda _name: None,
    byte_order: str = "=",
) -> tuple[tuple[Interface, ...], tuple[Address, ...]]:
    """Turn the list that starts at ``head`` into interfaces and addresses, in the list's order.

    Args:
        memory: the memory that the list's pointers point into.
        head: the address of the first ``struct ifaddrs``; 0 for an empty list.
        layout: the row of the C library that made the list.
        index_of: from an interface's name to its index, if its entry has no address with the index (tun, WireGuard).
        byte_order: the list's byte order, as ``struct`` writes it.

    Raises:
        DiscoveryError: the list does not end, or has a pointer to no memory.
    """
    read_ipv4, ipv4_netmask, ipv4_other, read_ipv6, ipv6_netmask, ipv6_other, link = readers(memory, layout, byte_order)
    af_inet, af_inet6, af_link = layout.platform.af_inet, layout.platform.af_inet6, layout.platform.af_link
    families, name_size = {af_inet, af_inet6}, layout.name_size
    new = tuple.__new__  # Address(...) would take half as much time again, for its arguments' names

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
            interfaces[raw] = new(
                Interface,
                (
                    to_text(raw),
                    index or index_of(raw),
                    entry[2],
                    None,
                    # NetBSD lists every hardware address that was ever set, and does not say which one is in use.
                    hardware_address
                    if raw not in interfaces or interfaces[raw].hardware_address == hardware_address
                    else None,
                    None,
                    None,
                    None,
                ),
            )

    addresses = []
    prefixlens: dict[bytes | None, int | None] = {None: None}
    owners: dict[bytes, tuple[int, Interface, str | None]] = {}
    string = memory.string
    for (_, name, flags, addr, netmask, dstaddr), family, ipv4 in entries:
        raw = string(name, name_size)
        owner = owners.get(raw)
        if owner is None or owner[0] != flags:
            owner = owners[raw] = (flags, *_interface_of(raw, flags, interfaces, index_of, layout))
        mask = broadcast = peer = None
        # If there is neither peer nor broadcast, Linux points ifa_dstaddr at the address itself. So the flags decide.
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
                    *UNKNOWN_FIELDS,
                ),
            )
        )
    if layout.names_tell_scope_id:
        addresses = [_with_scope_id(address) for address in addresses]
    return tuple(interfaces.values()), tuple(addresses)


def _with_scope_id(address: Address) -> Address:
    """Give a link-local address without a scope id the index of its interface as its scope id."""
    if address.scope_id or not is_ipv6_link_local(address.packed):
        return address
    return address._replace(scope_id=address.interface.index or 0)


def _walk(memory: Memory, head: int, layout: Layout, byte_order: str) -> list[tuple[int, ...]]:
    """Follow ``ifa_next`` from ``head`` on; return the fields of every ``struct ifaddrs``."""
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
    """The interface of an address's entry, and the address's label if it has one.

    If an IPv4 address has a label, Linux puts it into the entry instead of the interface's name. No interface name has
    a ":" in it, so the text before a ":" is taken for the name. But a label may be any text, even the name of another
    interface. The entry's flags are those of the true interface. If they differ from the named interface's flags, the
    address is not on that one: the result is an extra interface without an index.

    On illumos "em0:1" is a logical interface of em0 and no label; it may have its own flags.
    """
    name, colon, _ = raw.partition(b":")
    interface = interfaces.get(name)
    if interface is None or _differ(interface.flags, flags):
        index = index_of(name) if interface is None or layout.names_tell_scope_id else None
        key = name if interface is None else b"%s:%d" % (name, flags)
        interface = interfaces[key] = Interface(to_text(name), index, flags)
    return interface, to_text(raw) if colon else None


def _differ(flags: int | None, others: int) -> bool:
    # Others, such as IFF_RUNNING, may change between the dump of links and the dump of addresses.
    return flags is None or bool((flags ^ others) & (IFF_UP | IFF_LOOPBACK | IFF_POINTOPOINT | IFF_BROADCAST))


def unavailable() -> str | None:
    """Why getifaddrs(3) cannot be used here; None if it can."""
    try:
        _libc(_row())
    # An unknown layout; a Python without ctypes or linked without a C library; a C library without the function.
    except (LookupError, ImportError, OSError, AttributeError) as error:
        return f"{error}; try another backend"
    return None


def read() -> Host:
    """Call getifaddrs(3) and decode its answer.

    Raises:
        DiscoveryError: it failed (the message has errno's text), its answer cannot be decoded, or interfaces changed
            during each attempt.
        NotPermittedError: this process has no permission.
        UnansweredError: it does not return: glibc waits without end for an answer that a sandbox swallows,
            or that it cannot take, as that of a link with dozens of long alternative names.
    """
    return settled(_read_once, "getifaddrs")


def _read_once() -> Host:
    import ctypes

    layout = _row()
    libc = _libc(layout)
    start, number = call_getifaddrs(libc)
    if number is not None:
        raise refusal("getifaddrs", number)
    # The tests run on Linux, so its layout is known to be right. No other row has been used on its own system yet.
    memory = ProcessMemory(start) if here()[0] == "linux" else ProbedMemory()
    try:
        interfaces, addresses = decode(memory, start, layout, index_of)
    except (OverflowError, struct_error) as error:  # an address beyond all memory
        raise DiscoveryError(f"getifaddrs gave a pointer that leads nowhere: {error}") from error
    finally:
        libc.freeifaddrs(ctypes.c_void_p(start))  # a plain int would be cut to 32 bits
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

    # None is the C library of this process. find_library("c") would take 12 ms, and finds nothing on Alpine.
    libc = ctypes.CDLL(layout.library, use_errno=True)
    _ = libc.getifaddrs, libc.freeifaddrs
    return libc
