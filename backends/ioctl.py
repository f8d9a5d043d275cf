"""Read the host with ioctl(2), and its IPv6 addresses from /proc: without netlink, which a sandbox may refuse.

Sees all interfaces with index, MTU and the low 16 of their flags; of IPv4 netmasks, broadcasts, point-to-point peers
and labels; of IPv6 prefix lengths, scopes, scope ids and the low eight flags. SIOCGIFCONF lists addresses as interfaces
were registered, if_inet6 as they lie in a hash table: neither is the kernel's order. Cannot tell IPv6 peers, lifetimes,
how long an unusual hardware address is, nor whether anything changed meanwhile. For each request the kernel searches
the interface's list: the time grows with the square of the IPv4 addresses on one interface.
"""

from __future__ import annotations

import _socket
import sys
from _socket import AF_INET, AF_INET6
from errno import EADDRNOTAVAIL, EAFNOSUPPORT, EINVAL, ENODEV, ENOENT, ENOTTY, ENXIO, EOPNOTSUPP
from os import strerror
from struct import Struct

from ifdiscover._record import Record
from ifdiscover.backends.procnet import decode_dev, decode_if_inet6, read_proc
from ifdiscover.errors import DiscoveryError, refused
from ifdiscover.model import IFF_BROADCAST, IFF_POINTOPOINT, KERNEL, Address, Host, Interface, contiguous_prefixlen

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any, Optional

    Links = dict[bytes, Optional[Interface]]  # by name; None: it went away

NOTE = (
    "its time grows with the square of the IPv4 addresses on one interface: "
    "the kernel searches them all for each request"
)
BLIND_TO = (
    "order",
    "address flags",
    "lifetimes",
    "scope",
    "origin protocol",
    "odd labels",
    "same address twice",
    "peers",
    "broadcast peer",
    "hardware addresses",
    "gateways",
    "interruption",
)


class Row(Record):
    """What one kernel's requests take: numbers, sizes in bytes, ``struct`` formats."""

    requests: Mapping[str, int]
    ifconf: str  # length and address of the records
    ifreq_size: int
    step: int  # from one record of SIOCGIFCONF to the next
    largest_record: int


_LINUX_REQUESTS = {  # <linux/sockios.h>
    "SIOCGIFNAME": 0x8910,
    "SIOCGIFCONF": 0x8912,
    "SIOCGIFFLAGS": 0x8913,
    "SIOCGIFADDR": 0x8915,
    "SIOCGIFDSTADDR": 0x8917,
    "SIOCGIFBRDADDR": 0x8919,
    "SIOCGIFNETMASK": 0x891B,
    "SIOCGIFMTU": 0x8921,
    "SIOCGIFHWADDR": 0x8927,
    "SIOCGIFINDEX": 0x8933,
}
ROWS = {
    ("linux", 4): Row(_LINUX_REQUESTS, "=iI", 32, 32, 32),
    ("linux", 8): Row(_LINUX_REQUESTS, "=i4xQ", 40, 40, 40),
}
"""Rows by ``sys.platform`` and the bytes of a pointer."""

_KEY = sys.platform, 8 if sys.maxsize > 2**32 else 4

# struct ifreq: a name of 16 bytes, and behind it one of these.
_SOCKADDR_IN = Struct("=16xH2x4s")
_HARDWARE = Struct("=16xH6s")
_SHORT = Struct("=16xH")
_INT = Struct("=16xi")

MAX_CAPACITY = 1 << 26  # bytes, for SIOCGIFCONF: 1.6 million addresses
_GONE = (ENODEV, EADDRNOTAVAIL, ENXIO)
_UNKNOWN_REQUEST = (ENOTTY, EINVAL, EOPNOTSUPP)
_OPTIONAL = ("SIOCGIFMTU", "SIOCGIFHWADDR", "SIOCGIFBRDADDR", "SIOCGIFDSTADDR", "SIOCGIFNAME")
_SIX_BYTES = (1, 772)  # ARPHRD_ETHER, ARPHRD_LOOPBACK: of others SIOCGIFHWADDR does not tell the length


class Kernel:
    """A kernel that answers requests.

    Args:
        ioctl: called like ``fcntl.ioctl``, with a mutable buffer.
        socket: descriptor of an AF_INET socket, which also says in which network namespace to ask.
        row: the kernel's row of ``ROWS``.
    """

    def __init__(self, ioctl: Callable[[int, int, bytearray], Any], socket: int, row: Row) -> None:
        self._ioctl = ioctl
        self._socket = socket
        self._row = row

    def records(self) -> list[bytes]:
        """The answer to SIOCGIFCONF: a record for each address, with its label.

        Raises:
            DiscoveryError: the kernel refused, or has more to say than is possible.
        """
        from array import array

        row = self._row
        ifconf = Struct(row.ifconf)
        capacity = 64 * row.largest_record
        while capacity <= MAX_CAPACITY:
            buffer = array("B", bytes(capacity))
            argument = bytearray(ifconf.pack(capacity, buffer.buffer_info()[0]))
            try:
                self._ioctl(self._socket, row.requests["SIOCGIFCONF"], argument)
            except OSError as error:
                raise refusal("SIOCGIFCONF", error) from error
            (length, _address) = ifconf.unpack(argument)
            # A buffer too short is no error: only room to spare shows that all is there.
            if 0 <= length <= capacity - row.largest_record:
                starts = range(0, length - row.ifreq_size + 1, row.step)
                return [buffer[start : start + row.ifreq_size].tobytes() for start in starts]
            capacity *= 2
        raise DiscoveryError(f"SIOCGIFCONF: the kernel says that {MAX_CAPACITY} bytes are too few")

    def ask(self, request: str, head: bytes) -> bytes | None:
        """The kernel's answer to a record that begins with ``head`` and goes on with zeros.

        Returns:
            The whole record, unchanged if the kernel does not know an optional request; None if what was asked about
            is not there.

        Raises:
            DiscoveryError: the kernel refused; the message has the request's name and the kernel's reason.
            NotPermittedError: it did so for want of permission.
        """
        record = bytearray(head.ljust(self._row.ifreq_size, b"\0"))
        try:
            self._ioctl(self._socket, self._row.requests[request], record)
        except OSError as error:
            if error.errno in _GONE:
                return None
            if request not in _OPTIONAL or error.errno not in _UNKNOWN_REQUEST:
                raise refusal(f"{request} of {_text(_name(head))}", error) from error
        return bytes(record)

    def link(self, name: bytes) -> Interface | None:
        """The interface of that name; None if there is none."""
        answers = []
        for request in ("SIOCGIFFLAGS", "SIOCGIFINDEX", "SIOCGIFMTU", "SIOCGIFHWADDR"):
            answer = self.ask(request, name)
            if answer is None:
                return None
            answers.append(answer)
        return decode_link(name, *answers)

    def about(self, record: bytes, flags: int) -> dict[str, bytes]:
        """What the kernel says of a record of SIOCGIFCONF, by request; nothing if that address is not there."""
        # If it does not find the address, it tells the netmask of another one. SIOCGIFADDR shows of which.
        requests = ["SIOCGIFADDR", "SIOCGIFNETMASK"]
        if flags & (IFF_POINTOPOINT | IFF_BROADCAST):
            requests.append("SIOCGIFDSTADDR" if flags & IFF_POINTOPOINT else "SIOCGIFBRDADDR")
        answers = {}
        for request in requests:
            answer = self.ask(request, record)
            if answer is None:
                return {}
            answers[request] = answer
        return answers if answers["SIOCGIFADDR"][16:24] == record[16:24] else {}


def refusal(what: str, error: OSError) -> DiscoveryError:
    """The exception for a system call that failed."""
    kind = refused(error.errno)
    return kind(f"{what}: {strerror(error.errno or 0)}")


def decode_link(name: bytes, flags: bytes, index: bytes, mtu: bytes, hardware: bytes) -> Interface:
    """An interface, from the answers to the requests about it."""
    kind, hardware_address = _HARDWARE.unpack_from(hardware)
    return Interface(
        _text(name),
        _INT.unpack_from(index)[0],
        _SHORT.unpack_from(flags)[0],
        _INT.unpack_from(mtu)[0] or None,
        hardware_address if kind in _SIX_BYTES else None,
    )


def decode_ipv4(record: bytes, answers: Mapping[str, bytes], interface: Interface) -> Address:
    """An IPv4 address, from its record of SIOCGIFCONF and the answers to the requests about it."""
    packed = record[20:24]
    told: dict[str, bytes | None] = {}
    for request, answer in answers.items():
        family, found = _SOCKADDR_IN.unpack_from(answer)
        # A kernel that leaves the address there has said nothing; nor is one its own broadcast or peer. But all ones
        # is the netmask of 255.255.255.255, and the narrowest one if it is not.
        said = found != packed or (request == "SIOCGIFNETMASK" and found == b"\xff" * 4)
        told[request] = found if family == AF_INET and said else None
    netmask, broadcast, peer = map(told.get, ("SIOCGIFNETMASK", "SIOCGIFBRDADDR", "SIOCGIFDSTADDR"))
    label = _name(record)
    return Address(
        interface,
        AF_INET,
        packed,
        None if netmask is None else contiguous_prefixlen(netmask),
        netmask,
        None if netmask is None else KERNEL,
        broadcast=None if broadcast == bytes(4) else broadcast,
        peer=None if peer == bytes(4) else peer,
        label=_text(label) if b":" in label else None,
    )


def ask(kernel: Kernel, read_proc: Callable[[str], bytes], has_ipv6: Callable[[], bool]) -> Host:
    """Ask for everything.

    Args:
        kernel: answers requests.
        read_proc: the contents of a file of /proc/net; raises OSError.
        has_ipv6: whether the kernel has IPv6 at all; asked if there is no if_inet6.
    """
    warnings: list[str] = []
    links: Links = {}
    try:
        names = decode_dev(read_proc("dev"))  # not if_nameindex(3), which asks netlink
    except OSError as error:
        names = []
        warnings.append(f"can't open /proc/net/dev ({error.strerror}) - skipping interfaces without addresses")
    links.update((name, kernel.link(name)) for name in names)
    addresses = _ask_ipv4(kernel, links, warnings)
    try:
        if_inet6 = read_proc("if_inet6")
    except OSError as error:
        if error.errno != ENOENT or has_ipv6():
            warnings.append(f"can't open /proc/net/if_inet6 ({error.strerror}) - skipping IPv6 configuration")
    else:
        addresses += _ask_ipv6(kernel, links, warnings, if_inet6)
    interfaces = tuple(interface for interface in links.values() if interface is not None)
    return Host(interfaces, tuple(addresses), "ioctl", BLIND_TO, tuple(warnings))


def _ask_ipv4(kernel: Kernel, links: Links, warnings: list[str]) -> list[Address]:
    addresses = []
    seen: set[bytes] = set()
    for record in kernel.records():
        label = _name(record)
        name = label.partition(b":")[0]
        if name not in links:
            links[name] = kernel.link(name) or Interface(_text(name))
        interface = links[name]
        if interface is None:
            continue
        answers: dict[str, bytes] = {}
        where = f"{'.'.join(map(str, record[20:24]))} on {_text(label)}"
        if interface.index is None:
            warnings.append(f"{where}: no interface is called so: a label, on one that ioctl does not name")
        elif record in seen:
            warnings.append(f"{where} is there more than once, and ioctl tells the netmask of the first only")
        else:
            answers = kernel.about(record, interface.flags or 0)
            if not answers:
                warnings.append(f"{where} is left out: it went away, or that is a label, on another interface")
                continue
        seen.add(record)
        addresses.append(decode_ipv4(record, answers, interface))
    return addresses


def _ask_ipv6(kernel: Kernel, links: Links, warnings: list[str], if_inet6: bytes) -> list[Address]:
    by_index = {interface.index: interface for interface in links.values() if interface is not None}

    def interface_of(index: int) -> Interface | None:
        if index not in by_index:  # it came after the links were listed
            name = _name(kernel.ask("SIOCGIFNAME", _INT.pack(index)) or b"")
            interface = kernel.link(name) if name else None
            if interface is None:
                return None
            links[name] = by_index[index] = interface
        return by_index[index]

    addresses, whole = decode_if_inet6(if_inet6, interface_of)
    if not whole:
        warnings.append("unexpected data in /proc/net/if_inet6 - skipping IPv6 configuration")
    return addresses


def _name(record: bytes) -> bytes:
    return record[:16].partition(b"\0")[0]


def _text(name: bytes) -> str:
    return name.decode("utf-8", "surrogateescape")


def unavailable() -> str | None:
    """Why these requests cannot be made here; None if they can."""
    return (
        None if _KEY in ROWS else f"the numbers of its requests are not known for {sys.platform}; try another backend"
    )


def read() -> Host:
    """Ask the kernel, in this thread's network namespace.

    Raises:
        DiscoveryError: the kernel refused; the message has the request's name and the kernel's reason.
        NotPermittedError: it did so for want of permission.
    """
    from fcntl import ioctl

    try:
        socket = _socket.socket(AF_INET, _socket.SOCK_DGRAM)
    except OSError as error:
        raise refusal("a socket for ioctl", error) from error
    try:
        return ask(Kernel(ioctl, socket.fileno(), ROWS[_KEY]), read_proc, has_ipv6)
    finally:
        socket.close()


def has_ipv6() -> bool:
    """Whether this kernel has IPv6: without it, it makes no such socket."""
    try:
        _socket.socket(AF_INET6, _socket.SOCK_DGRAM).close()
    except OSError as error:
        return error.errno != EAFNOSUPPORT
    return True
