"""SIOCGIFCONF and related requests on Linux: interfaces and IPv4; IPv6 comes from files of /proc/net.

The requests tell an interface's index, MTU and low 16 flags, and an IPv4 address's netmask, broadcast, point-to-point
peer and label. /proc tells an IPv6 address's prefix length, scope, scope id and low eight flags. SIOCGIFCONF lists
addresses in the order in which interfaces were registered, if_inet6 in that of a hash table: neither is the kernel's
order. IPv6 peers, lifetimes, the length of an unusual hardware address and changes during the reading are not seen.
"""

from __future__ import annotations

import _socket
from _socket import AF_INET, AF_INET6
from errno import EAFNOSUPPORT, ENOENT
from struct import Struct

from ifdiscover._backends.ioctl.procnet import decode_dev, decode_if_inet6
from ifdiscover._backends.ioctl.requests import name_of
from ifdiscover._backends.shared import label_remark
from ifdiscover._names import to_bytes, to_text
from ifdiscover._packed import contiguous_prefixlen
from ifdiscover.errors import DiscoveryError
from ifdiscover.model import IFF_BROADCAST, IFF_POINTOPOINT, IFF_UP, KERNEL, Address, Host, Interface

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Optional

    from ifdiscover._backends.ioctl.requests import Kernel

    Links = dict[bytes, Optional[Interface]]  # by name; None: it went away

# struct ifreq: a name of 16 bytes, then one of these.
_SOCKADDR_IN = Struct("=16xH2x4s")
_HARDWARE = Struct("=16xH6s")
_SHORT = Struct("=16xH")
_INT = Struct("=16xi")

ATTEMPTS = 10
_SIX_BYTES = (1, 772)  # ARPHRD_ETHER, ARPHRD_LOOPBACK; for other types SIOCGIFHWADDR does not tell the length


def link(kernel: Kernel, name: bytes) -> Interface | None:
    """Ask for the interface of that name; None if there is none."""
    answers = []
    for request in ("SIOCGIFFLAGS", "SIOCGIFINDEX", "SIOCGIFMTU", "SIOCGIFHWADDR"):
        answer = kernel.ask(request, name)
        if answer is None:
            return None
        answers.append(answer)
    return decode_link(name, *answers)


def ask_about(kernel: Kernel, record: bytes, flags: int) -> dict[str, bytes]:
    """The kernel's answers about a record of SIOCGIFCONF, by request; empty if its address is not there."""
    # If the kernel does not find the address, it answers for another one. SIOCGIFADDR shows for which one.
    requests = ["SIOCGIFADDR", "SIOCGIFNETMASK"]
    if flags & (IFF_POINTOPOINT | IFF_BROADCAST):
        requests.append("SIOCGIFDSTADDR" if flags & IFF_POINTOPOINT else "SIOCGIFBRDADDR")
    answers = {}
    for request in requests:
        answer = kernel.ask(request, record)
        if answer is None:
            return {}
        answers[request] = answer
    return answers if answers["SIOCGIFADDR"][16:24] == record[16:24] else {}


def decode_link(name: bytes, flags: bytes, index: bytes, mtu: bytes, hardware: bytes) -> Interface:
    """An interface, from the answers to the requests about it."""
    kind, hardware_address = _HARDWARE.unpack_from(hardware)
    return Interface(
        to_text(name),
        _INT.unpack_from(index)[0],
        _SHORT.unpack_from(flags)[0],
        _INT.unpack_from(mtu)[0] or None,
        hardware_address if kind in _SIX_BYTES else None,
    )


def decode_ipv4(record: bytes, answers: Mapping[str, bytes], interface: Interface) -> Address:
    """An IPv4 address, from its record of SIOCGIFCONF and the answers to the requests about it."""
    packed = record[20:24]
    values: dict[str, bytes | None] = {}
    for request, answer in answers.items():
        family, value = _SOCKADDR_IN.unpack_from(answer)
        # If the address itself comes back, the kernel wrote nothing. Only an all-ones netmask is then believed: it may
        # be that of 255.255.255.255, and no netmask is narrower.
        written = value != packed or (request == "SIOCGIFNETMASK" and value == b"\xff" * 4)
        values[request] = value if family == AF_INET and written else None
    netmask, broadcast, peer = map(values.get, ("SIOCGIFNETMASK", "SIOCGIFBRDADDR", "SIOCGIFDSTADDR"))
    label = name_of(record)
    return Address(
        interface,
        AF_INET,
        packed,
        None if netmask is None else contiguous_prefixlen(netmask),
        netmask,
        None if netmask is None else KERNEL,
        packed_broadcast=None if broadcast == bytes(4) else broadcast,
        packed_peer=None if peer == bytes(4) else peer,
        label=to_text(label) if b":" in label else None,
    )


def ask(
    kernel: Kernel, blind_to: tuple[str, ...], read_proc: Callable[[str], bytes], has_ipv6: Callable[[], bool]
) -> Host:
    """Ask for the whole host, again if an interface was made, renamed or removed meanwhile, or went up or down.

    Its index in one answer would then be another interface's in the next one. An answer with a warning is believed
    when it comes twice: an address without an interface has a label that hides it, or its interface was just renamed.

    Args:
        kernel: the kernel to ask.
        blind_to: the host's ``blind_to``, to which "ipv6 addresses" comes if they cannot be read.
        read_proc: from the name of a file in /proc/net to its contents; raises OSError.
        has_ipv6: whether the kernel has IPv6; called if there is no if_inet6.

    Raises:
        DiscoveryError: the kernel refused, or interfaces changed during each of ``ATTEMPTS``.
    """
    before = None
    for _ in range(ATTEMPTS):
        links: Links = {}
        host = _ask_once(kernel, links, blind_to, read_proc, has_ipv6)
        if not _is_of_one_moment(kernel, links, host):
            before = None
        elif not host.warnings or host == before:
            return host
        else:
            before = host
    raise DiscoveryError(f"ioctl: interfaces or addresses changed during each of {ATTEMPTS} readings; try again later")


def _is_of_one_moment(kernel: Kernel, links: Links, host: Host) -> bool:
    """Whether each interface still has its name, its index and its IFF_UP, and each address is on one of them."""
    if any(links.get(to_bytes(a.interface.name)) != a.interface for a in host.addresses):
        return False
    ipv6 = [(a.interface.index, a.packed) for a in host.addresses if a.family == AF_INET6]
    if len(set(ipv6)) < len(ipv6):  # the hash table was changed while it was read
        return False
    indexes = set()
    for name, interface in links.items():
        if interface is not None and interface.index:
            index, flags = kernel.ask("SIOCGIFINDEX", name), kernel.ask("SIOCGIFFLAGS", name)
            if index is None or flags is None or _INT.unpack_from(index)[0] != interface.index:
                return False
            if ((interface.flags or 0) ^ _SHORT.unpack_from(flags)[0]) & IFF_UP:
                return False
            indexes.add(interface.index)
    return len(indexes) == sum(1 for interface in links.values() if interface is not None and interface.index)


def _ask_once(
    kernel: Kernel,
    links: Links,
    blind_to: tuple[str, ...],
    read_proc: Callable[[str], bytes],
    has_ipv6: Callable[[], bool],
) -> Host:
    warnings: list[str] = []
    try:
        names = decode_dev(read_proc("dev"))  # not if_nameindex(3), which asks netlink
    except OSError as error:
        names = []
        warnings.append(f"can't open /proc/net/dev ({error.strerror}) - skipping interfaces without addresses")
    links.update((name, link(kernel, name)) for name in names)
    addresses = _ask_ipv4(kernel, links, warnings)
    try:
        if_inet6 = read_proc("if_inet6")
    except OSError as error:
        if error.errno != ENOENT or has_ipv6():
            warnings.append(f"can't open /proc/net/if_inet6 ({error.strerror}) - skipping IPv6 configuration")
            blind_to = (*blind_to, "ipv6 addresses")
    else:
        found, whole = _ask_ipv6(kernel, links, if_inet6)
        addresses += found
        if not whole:
            warnings.append("unexpected data in /proc/net/if_inet6 - IPv6 addresses may be missing")
            blind_to = (*blind_to, "ipv6 addresses")
    interfaces = tuple(interface for interface in links.values() if interface is not None)
    return Host(interfaces, tuple(addresses), "ioctl", blind_to, tuple(warnings))


def _ask_ipv4(kernel: Kernel, links: Links, warnings: list[str]) -> list[Address]:
    addresses = []
    seen: set[bytes] = set()
    for record in kernel.records():
        label = name_of(record)
        name = label.partition(b":")[0]
        if name not in links:
            links[name] = link(kernel, name) or Interface(to_text(name))
        interface = links[name]
        if interface is None:
            continue
        answers: dict[str, bytes] = {}
        where = f"{'.'.join(map(str, record[20:24]))} on {to_text(label)}"
        if interface.index is None:
            warnings.append(f"{where}: {label_remark('ioctl')}")
        elif record in seen:
            warnings.append(f"{where} is there more than once, and ioctl tells the netmask of the first only")
        else:
            answers = ask_about(kernel, record, interface.flags or 0)
            if not answers:
                warnings.append(f"{where} is left out: it went away, or that is a label, on another interface")
                continue
        seen.add(record)
        addresses.append(decode_ipv4(record, answers, interface))
    return addresses


def _ask_ipv6(kernel: Kernel, links: Links, if_inet6: bytes) -> tuple[list[Address], bool]:
    by_index = {interface.index: interface for interface in links.values() if interface is not None}

    def interface_of(index: int) -> Interface | None:
        if index not in by_index:  # the interface came after the links were listed
            name = name_of(kernel.ask("SIOCGIFNAME", _INT.pack(index)) or b"")
            interface = link(kernel, name) if name else None
            if interface is None:
                return None
            links[name] = by_index[index] = interface
        return by_index[index]

    return decode_if_inet6(if_inet6, interface_of)


def has_ipv6() -> bool:
    """Whether this kernel has IPv6: if not, it refuses the socket with EAFNOSUPPORT."""
    try:
        _socket.socket(AF_INET6, _socket.SOCK_DGRAM).close()
    except OSError as error:
        return error.errno != EAFNOSUPPORT
    return True
