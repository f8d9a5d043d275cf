"""Targets: what kernels and C libraries answer."""

from __future__ import annotations

import bisect
import contextlib
import ctypes
import functools
import struct
from errno import EADDRNOTAVAIL, EINVAL, ENODEV, ENOTTY, EPERM
from socket import AF_INET, AF_INET6
from typing import TYPE_CHECKING, Any

from fuzz.laws import demand, demand_round_trip, hosts
from support.kernels import netlink as made
from support.kernels.linux_ioctl import LINE, MadeKernel
from support.kernels.recorded import RecordedKernel
from support.memory.images import Image, images
from support.memory.segments import Segments, StrayReadError

from ifdiscover._backends.ioctl import bsd, linux, procnet, requests, siocgif, siocglif
from ifdiscover._backends.ioctl.rows import LIF_ROWS, ROWS
from ifdiscover._backends.libc import getifaddrs
from ifdiscover._backends.libc.layouts import ROWS as LAYOUTS
from ifdiscover._backends.netlink import dump, events, messages, news, route_messages
from ifdiscover.errors import DiscoveryError
from ifdiscover.model import Host, Interface

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from ifdiscover._backends.ioctl.rows import Row
    from ifdiscover._backends.netlink.runs import Run


def netlink(data: bytes) -> None:
    """Two dumps. Raises DiscoveryError alone; messages in runs are what each of them is by itself."""
    size = int.from_bytes(data[:2], "little")
    links: list[Run] = []
    addresses: list[Run] = []
    with contextlib.suppress(DiscoveryError):
        messages.collect(data[2 : 2 + size], 0, messages.RTM_NEWLINK, links)
        messages.collect(data[2 + size :], 0, messages.RTM_NEWADDR, addresses)
    together, alone = _reading(links, addresses), _reading(_single(links), _single(addresses))
    demand(together == alone, "runs say what messages say")


def _reading(links: list[Run], addresses: list[Run]) -> object:
    try:
        return repr(vars(messages.decode(links, addresses)))
    except DiscoveryError:
        return None


def _single(runs: list[Run]) -> list[Run]:
    return [(datagram, start, end, 0, 1) for datagram, start, end, _ in messages.messages_of(runs)]


def netlink_seeds() -> Iterator[bytes]:
    """The dumps of the recorded hosts, and runs of many alike."""
    for host in hosts():
        if len(host.addresses) < 60 and all(interface.index for interface in host.interfaces):
            links, addresses = _dumps(host)
            yield struct.pack("<H", len(links)) + links + addresses
    link = made.link(2, b"eth0")
    run = b"".join(made.ipv4(2, bytes([10, 0, 0, n])) for n in range(40))
    yield struct.pack("<H", len(link)) + link + run
    run6 = b"".join(made.newaddr(2, AF_INET6, 64, [(1, bytes(15) + bytes([n])), (8, bytes(4))]) for n in range(20))
    yield struct.pack("<H", len(link)) + link + run6 + run[: 18 * 40]


def _dumps(host: Host) -> tuple[bytes, bytes]:
    links = b"".join(
        made.link(i.index or 0, i.name.encode("utf-8", "surrogateescape"), i.mtu or 0, i.hardware_address)
        for i in host.interfaces
    )
    addresses = b""
    for a in host.addresses:
        told = [(messages.IFA_ADDRESS, a.packed_peer or a.packed), (messages.IFA_LOCAL, a.packed)]
        told += [(messages.IFA_BROADCAST, a.packed_broadcast)] if a.packed_broadcast else []
        told += [(messages.IFA_LABEL, a.label.encode("utf-8", "surrogateescape") + b"\0")] if a.label else []
        addresses += made.newaddr(a.interface.index or 0, a.family, a.prefixlen or 0, told)
    return links, addresses


class _Channel(made.Kernel):
    """A kernel that has nothing more to say, where the one of other tests would fail a test."""

    def receive(self, flags: int = 0) -> tuple[bytes, bool, int]:
        if not flags and not self.pending:
            raise BlockingIOError
        return super().receive(flags)


def channel(data: bytes) -> None:
    """A socket's datagrams. Raises DiscoveryError alone; a whole reading can be written as a snapshot."""
    links: list[made.Reply] = []
    addresses: list[made.Reply] = []
    news: list[bytes] = []
    while data:
        mode, size = data[0], int.from_bytes(data[1:3], "little")
        datagram, data = data[3 : 3 + size], data[3 + size :]
        if mode & 3 >= 2:
            news.append(datagram)
        else:
            (links, addresses)[mode & 3].append((datagram, bool(mode & 4), mode >> 3))
    kernel = _Channel([links], [addresses])
    kernel.news = news
    try:
        reading = dump.read_whole(kernel)
    except DiscoveryError:
        return
    demand(reading.torn is None, "a torn reading is an error")
    host = dump.host_of(reading, "rtnetlink", ())
    # What a snapshot cannot hold, and no kernel says: another index, or a name that is long or has a NUL in it.
    names = [text for i in host.interfaces for text in (i.name, i.kind)] + [a.label for a in host.addresses]
    if all((i.index or 0) > 0 and len(i.hardware_address or b"") < 200 for i in host.interfaces) and not any(
        name is not None and ("\0" in name or len(name) > 200) for name in names
    ):
        demand_round_trip(host)


def channel_seeds() -> Iterator[bytes]:
    """The dumps of the recorded hosts in datagrams, and news."""
    end = made.done()
    for host in hosts():
        if len(host.addresses) < 40 and all(interface.index for interface in host.interfaces):
            links, addresses = _dumps(host)
            yield b"".join(
                struct.pack("<BH", mode, len(datagram)) + datagram
                for mode, datagram in ((0, links), (0, end), (1, addresses), (1, end), (2, links[:60]))
            )
    yield struct.pack("<BH", 0, 36) + made.failure(EPERM)


def routes(data: bytes) -> None:
    """Answers about routes, and news. Raises DiscoveryError alone, and for news nothing."""
    with contextlib.suppress(DiscoveryError):
        route_messages.decode(data, 0)
    events.can_change_the_answer(data)
    with contextlib.suppress(DiscoveryError):
        news.of_links([data], [Interface("lo", 1, 73), Interface("eth0", 2, 0)])
    with contextlib.suppress(DiscoveryError):
        news.of_addresses([data], [])
    for family in (AF_INET, AF_INET6):
        runs: list[Run] = []
        with contextlib.suppress(DiscoveryError):
            messages.collect(data, 0, route_messages.RTM_NEWROUTE, runs)
            found = route_messages.destinations(messages.messages_of(runs), family)
            demand(all(len(packed) == (4 if family == AF_INET else 16) for packed, _ in found), "packed by its family")


def routes_seeds() -> Iterator[bytes]:
    """Routes of each kind of attribute."""
    hop = struct.pack("=HBxi", 16, 0, 2) + made.attribute(5, bytes([192, 0, 2, 1]))
    for family, size in ((AF_INET, 4), (AF_INET6, 16)):
        body = struct.pack("=BBBBBBBBI", family, 0, 0, 0, 254, 3, 0, 1, 0)
        told = [(1, bytes(size)), (4, b"\2\0\0\0"), (5, bytes(size)), (6, b"\1\0\0\0"), (7, bytes(size))]
        told += [(9, hop), (15, b"\xfe\0\0\0"), (18, b"\x0a\0" + bytes(16))]
        for many in range(1, len(told) + 1):
            yield made.message(24, body + b"".join(made.attribute(*pair) for pair in told[:many]))
        yield made.message(24, struct.pack("=BBBBBBBBI", family, 24, 0, 0, 254, 3, 0, 1, 0) + made.attribute(*told[0]))
    yield made.link(2, b"eth0") + made.failure(EPERM) + made.done()


class _Flat(Segments):
    """Memory in which each read finds its segment at once."""

    def __init__(self, segments: dict[int, bytes]) -> None:
        super().__init__(segments)
        self.starts = sorted(segments)

    def read(self, address: int, size: int) -> bytes:
        at = bisect.bisect_right(self.starts, address) - 1
        if at >= 0 and size >= 0:
            begin = address - self.starts[at]
            data = self.segments[self.starts[at]][begin : begin + size]
            if len(data) == size:
                return data
        raise StrayReadError(f"{size} bytes at {address:#x}")

    def string(self, address: int, size: int) -> bytes:
        at = bisect.bisect_right(self.starts, address) - 1
        data = self.segments[self.starts[at]][address - self.starts[at] :][:size] if at >= 0 else b""
        if b"\0" not in data and len(data) < size:
            raise StrayReadError(f"{size} bytes at {address:#x}")
        return data.partition(b"\0")[0]


@functools.lru_cache(maxsize=1)
def _lists() -> list[Image]:
    return [image for image in images("image_ifaddrs") if (image.platform, image.pointer_size) in LAYOUTS]


def ifaddrs(data: bytes) -> None:
    """Memory of a C library: the first byte says which image, the others stand in the place of its own.

    Raises what ``getifaddrs.read()`` turns into its error, and StrayReadError for what would be no memory.
    """
    if not data:
        return
    image, left, segments = _lists()[data[0] % len(_lists())], data[1:], {}
    for start, own in image.segments.items():
        segments[start] = left[: len(own)] + own[len(left) :]
        left = left[len(own) :]
    entries, getifaddrs.MAX_ENTRIES = getifaddrs.MAX_ENTRIES, 500
    try:
        interfaces, addresses = getifaddrs.decode(
            _Flat(segments), image.head, image.layout, lambda _name: None, image.byte_order
        )
        known = set(interfaces)
        demand(all(a.interface in known for a in addresses), "each address is on a listed interface")
        demand(all(len(a.packed) == (4 if a.family == AF_INET else 16) for a in addresses), "packed by its family")
    except (DiscoveryError, StrayReadError, OverflowError, struct.error):
        pass
    finally:
        getifaddrs.MAX_ENTRIES = entries


def ifaddrs_seeds() -> Iterator[bytes]:
    """Each image, as it is."""
    for number, image in enumerate(_lists()):
        yield bytes([number]) + b"".join(image.segments.values())


_ALL_ROWS: list[tuple[tuple[str, int], Row]] = [*ROWS.items(), *LIF_ROWS.items()]


def ifconf(data: bytes) -> None:
    """A list of SIOCGIFCONF or SIOCGLIFCONF; the first byte says of which kernel. Raises DiscoveryError alone."""
    if not data:
        return
    _, row = _ALL_ROWS[(data[0] >> 1) % len(_ALL_ROWS)]
    with contextlib.suppress(DiscoveryError):
        records = requests.split(data[1:], row)
        demand(b"".join(records)[: len(data) - 1] == data[1:], "records are the list")
        for record in records:
            with contextlib.suppress(DiscoveryError):
                listed = requests.decode_record(record, row, "<>"[data[0] & 1])
                demand(len(listed.packed) == {0: 0, AF_INET: 4, AF_INET6: 16}[listed.family], "packed by its family")


def ifconf_seeds() -> Iterator[bytes]:
    """The lists of two real kernels, as each row would read them."""
    for number in range(len(_ALL_ROWS)):
        for system in ("netbsd", "freebsd"):
            for order in (0, 1):
                yield bytes([number << 1 | order]) + RecordedKernel(system).list[:2000]


_ERRORS = (ENODEV, EADDRNOTAVAIL, EINVAL, ENOTTY, EPERM)
_WAYS = (("linux", 8), ("netbsd", 8), ("freebsd", 8), ("openbsd", 8), ("darwin", 8), ("sunos", 8), ("sunos lif", 8))


class _Answering:
    """In the place of fcntl.ioctl: a kernel whose every answer is made of the next bytes."""

    def __init__(self, row: Row, data: bytes) -> None:
        self.row, self.data = row, data
        self.list = self.sized()

    def take(self, size: int) -> bytes:
        """The next bytes, with zeros where there are no more."""
        taken, self.data = self.data[:size], self.data[size:]
        return taken.ljust(size, b"\0")

    def sized(self) -> bytes:
        """The next bytes, as many as two bytes say."""
        return self.take(int.from_bytes(self.take(2), "little") % 8192)

    def read_proc(self, _name: str) -> bytes:
        """A file of /proc/net."""
        return self.sized()

    def __call__(self, _descriptor: int, number: int, argument: bytearray) -> int:
        """Answer one request, in place."""
        names = [name for name, known in self.row.requests.items() if known == number]
        if any(name.endswith("CONF") for name in names):
            shape = struct.Struct("=" + self.row.ifconf)
            capacity, pointer = shape.unpack(argument)
            fitting = self.list[:capacity]
            ctypes.memmove(pointer, fitting, len(fitting))
            argument[:] = shape.pack(len(fitting), pointer)
            return 0
        (code,) = self.take(1)
        if code & 1:
            raise OSError(_ERRORS[code // 2 % len(_ERRORS)], "made")
        argument[:] = self.take(len(argument))
        return 0


def ioctl(data: bytes) -> None:
    """A kernel's answers to each request; the first byte says of which kernel. Raises DiscoveryError alone."""
    if not data:
        return
    way, pointer = _WAYS[data[0] % len(_WAYS)]
    row = LIF_ROWS["sunos", 8] if way == "sunos lif" else ROWS[way, pointer]
    kernel = _Answering(row, data[1:])
    asked = requests.Kernel(kernel, 4, row, 6)
    capacity, requests.MAX_CAPACITY = requests.MAX_CAPACITY, 1 << 16
    try:
        if way == "linux":
            linux.ask(asked, siocgif.blindness(way), kernel.read_proc, lambda: True)
        elif way == "sunos":
            siocglif.ask_ipv4(asked, siocgif.blindness(way))
        elif way == "sunos lif":
            siocglif.ask(asked)
        else:
            bsd.ask(asked, siocgif.blindness(way), lambda _name: None)
    except DiscoveryError:
        pass
    finally:
        requests.MAX_CAPACITY = capacity


class _Noting:
    """Notes what a kernel of tests answers, in the form that the target reads."""

    def __init__(self, kernel: Callable[[int, int, bytearray], object], row: Row) -> None:
        self.kernel, self.row = kernel, row
        self.noted = b""
        self.list = b""

    def __call__(self, descriptor: int, number: int, argument: bytearray) -> int:
        """Let it answer, and note the answer."""
        if number == self.row.requests["SIOCGIFCONF"]:
            self.kernel(descriptor, number, argument)
            length, pointer = struct.unpack("=" + self.row.ifconf, argument)
            self.list = ctypes.string_at(pointer, length)
            return 0
        try:
            self.kernel(descriptor, number, argument)
        except OSError:
            self.noted += b"\1"
            raise
        self.noted += b"\0" + argument
        return 0


def ioctl_seeds() -> Iterator[bytes]:
    """What two real kernels answered, and one of tests that has a Linux of two addresses."""
    for number, (system, pointer) in enumerate(_WAYS[1:3], 1):
        kernel = RecordedKernel(system)
        noting = _Noting(kernel, ROWS[system, pointer])
        bsd.ask(requests.Kernel(noting, 4, noting.row, 6), siocgif.blindness(system), kernel.fail)
        yield bytes([number]) + struct.pack("<H", len(noting.list)) + noting.list + noting.noted
    addresses: Any = [(b"eth0", b"eth0:1", f"192.0.2.{n}", "255.255.255.0", "192.0.2.255") for n in (1, 2)]
    linux_kernel = MadeKernel({b"lo": 73, b"eth0": 67}, *addresses)
    noting = _Noting(linux_kernel, ROWS["linux", 8])
    linux.ask(requests.Kernel(noting, 9, noting.row), (), linux_kernel.read_proc, lambda: True)
    yield bytes([0]) + struct.pack("<H", len(noting.list)) + noting.list + noting.noted
    yield from (bytes([number]) for number in range(len(_WAYS)))


def if_inet6(data: bytes) -> None:
    """The files of /proc/net. Raises nothing, and what is read can be written."""
    links = {1: Interface("lo", 1, 73), 2: Interface("eth0", 2, 67)}
    addresses, _whole = procnet.decode_if_inet6(data, links.get)
    demand_round_trip(Host(tuple(links.values()), tuple(addresses), "ioctl", ()))
    procnet.decode_dev(data)


def if_inet6_seeds() -> Iterable[bytes]:
    """Lines as Linux writes them."""
    yield LINE
    yield LINE * 3 + LINE.replace(b" 02 ", b" 01 ").replace(b"eth0", b"  lo")
    yield b"Inter-|   Receive\n face |bytes\n  eth0: 0 0\n    lo: 1\n"
    for host in hosts():
        yield b"".join(
            b"%s %02x %02x 00 80     eth0\n" % (a.packed.hex().encode(), a.interface.index or 1, a.prefixlen or 0)
            for a in host.addresses
            if a.family == AF_INET6
        )


LINK = made.link(2, b"eth0")
ADDRESS = made.ipv4(2, bytes([192, 0, 2, 1]))
