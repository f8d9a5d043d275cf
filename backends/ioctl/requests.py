"""Ask a kernel by ioctl(2), and take apart the list that it answers SIOCGIFCONF or SIOCGLIFCONF with.

``Kernel`` asks, through a function that tests replace; the rest is pure.
"""

from __future__ import annotations

from _socket import AF_INET, AF_INET6
from errno import EADDRNOTAVAIL, EINVAL, ENODEV, ENOTTY, ENXIO, EOPNOTSUPP
from struct import Struct

from ifdiscover._backends.kame import extract
from ifdiscover._names import to_text
from ifdiscover._record import Record
from ifdiscover.errors import DiscoveryError, refusal

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    import _socket
    from collections.abc import Callable
    from typing import Any

    from ifdiscover._backends.ioctl.rows import Row
    from ifdiscover.model import Host

FIRST_CAPACITY = 64  # records
MAX_CAPACITY = 1 << 26  # bytes: 1.6 million addresses on Linux
_GONE = (ENODEV, EADDRNOTAVAIL, ENXIO)
_UNKNOWN_REQUEST = (ENOTTY, EINVAL, EOPNOTSUPP)
# Others must be answered, or nothing can be said of a host.
_OPTIONAL = (
    "SIOCGIFMTU",
    "SIOCGIFHWADDR",
    "SIOCGIFBRDADDR",
    "SIOCGIFDSTADDR",
    "SIOCGIFNAME",
    "SIOCGIFNETMASK_IN6",
    "SIOCGIFDSTADDR_IN6",
    "SIOCGLIFNUM",
    "SIOCGLIFINDEX",
    "SIOCGLIFMTU",
    "SIOCGLIFBRDADDR",
    "SIOCGLIFDSTADDR",
)


class Kernel:
    """A kernel that answers requests.

    Args:
        ioctl: called like ``fcntl.ioctl``, with a mutable buffer.
        socket: descriptor of an AF_INET socket, which also says in which network namespace to ask.
        row: the kernel's row of ``rows``.
        socket6: descriptor of an AF_INET6 socket, for requests about IPv6; None if there can be none.
    """

    def __init__(
        self, ioctl: Callable[[int, int, bytearray], Any], socket: int, row: Row, socket6: int | None = None
    ) -> None:
        self._ioctl = ioctl
        self._sockets = {AF_INET: socket, AF_INET6: socket6}
        self._numbers = row.requests
        self._size = row.ifreq_size
        self.row = row

    def has_socket(self, family: int) -> bool:
        """Whether anything can be asked on a socket of that family."""
        return self._sockets[family] is not None

    def records(self, request: str = "SIOCGIFCONF", expected: int = 0) -> list[bytes]:
        """The records that SIOCGIFCONF or SIOCGLIFCONF answers with.

        Args:
            request: which of the two.
            expected: how many records there were a moment ago, if that is known.

        Raises:
            DiscoveryError: the kernel refused, has more to say than is possible, or its answer is not made of records.
            NotPermittedError: it refused for want of permission.
        """
        from array import array

        row = self.row
        ifconf = Struct("=" + row.ifconf)
        socket = self._sockets[AF_INET]
        capacity = max(FIRST_CAPACITY, expected + 2) * row.largest_record
        while capacity <= MAX_CAPACITY:
            buffer = array("B", bytes(capacity))
            argument = bytearray(ifconf.pack(capacity, buffer.buffer_info()[0]))
            try:
                self._ioctl(socket, row.requests[request], argument)  # type: ignore[arg-type]  # of AF_INET there is one
            except OSError as error:
                if error.errno != EINVAL or not row.refuses_short:
                    raise refusal(request, error.errno) from error
            else:
                (length, _address) = ifconf.unpack(argument)
                # A buffer too short is no error: only room to spare shows that all is there.
                if 0 <= length <= capacity - row.largest_record:
                    return split(buffer[:length].tobytes(), row)
            capacity *= 2
        raise DiscoveryError(f"{request}: the kernel says that {MAX_CAPACITY} bytes are too few")

    def ask(self, request: str, head: bytes, *, size: int = 0, family: int = AF_INET) -> bytes | None:
        """The kernel's answer to a record that begins with ``head`` and goes on with zeros.

        Args:
            request: its name; one that the row does not have is one that the kernel does not know.
            head: the beginning of the record.
            size: of the whole record; 0: that of the row.
            family: the socket's.

        Returns:
            The whole record, unchanged if the kernel does not know an optional request or has no such socket; None if
            what was asked about is not there.

        Raises:
            DiscoveryError: the kernel refused; the message has the request's name and the kernel's reason.
            NotPermittedError: it did so for want of permission.
        """
        record = bytearray(head.ljust(size or self._size, b"\0"))
        socket = self._sockets[family]
        if socket is None or request not in self._numbers:
            return bytes(record)
        try:
            self._ioctl(socket, self._numbers[request], record)
        except OSError as error:
            if error.errno in _GONE:
                return None
            if request not in _OPTIONAL or error.errno not in _UNKNOWN_REQUEST:
                raise refusal(f"{request} of {to_text(name_of(head, self.row.sockaddr))}", error.errno) from error
        return bytes(record)


class Listed(Record):
    """What one record of the list says."""

    name: bytes
    family: int  # AF_INET or AF_INET6 of the host this runs on; 0: another, or none
    packed: bytes = b""
    scope_id: int = 0
    index: int | None = None  # type: ignore[assignment]  # hides tuple.index(). Of the interface, in a link record
    hardware_address: bytes | None = None


def split(data: bytes, row: Row) -> list[bytes]:
    """The records of a list, each without what belongs to the next.

    Raises:
        DiscoveryError: the last one is not whole.
    """
    step = row.step
    if step:
        starts = [*range(0, len(data), step)]
        end = len(starts) * step
        records = [data[start : start + step] for start in starts]
    else:
        records = []
        end = 0
        while end < len(data):
            start = end
            # A socket address shorter than struct sockaddr lies in the room of one, that of no bytes too.
            end += 16 + max(data[start + 16], 16) if start + 16 < len(data) else 32
            records.append(data[start:end])
    if end != len(data):
        raise DiscoveryError(f"the list of addresses ends at byte {len(data)}, amid a record that ends at {end}")
    return records


def decode_record(record: bytes, row: Row, byte_order: str = "=") -> Listed:
    """Decode one record of the list.

    Raises:
        DiscoveryError: it has an address of a family, and not that family's size.
    """
    at = row.sockaddr
    name = name_of(record, at)
    if row.platform.has_sa_len:
        length, family = record[at], record[at + 1]
    else:
        length, (family,) = len(record) - at, Struct(byte_order + "H").unpack_from(record, at)
    # What lies behind sa_len is not the address's: NetBSD leaves old memory of the kernel there.
    sockaddr = record[at : at + length]
    if family == AF_INET:
        _whole(sockaddr, 8, name)
        return Listed(name, AF_INET, sockaddr[4:8])
    if family == row.platform.af_inet6:
        _whole(sockaddr, 28, name)
        packed, (scope_id,) = sockaddr[8:24], Struct(byte_order + "I").unpack_from(sockaddr, 24)
        if row.platform.embeds_scope_id:
            packed, known = extract(packed, scope_id)
            scope_id = known or 0
        return Listed(name, AF_INET6, packed, scope_id)
    if row.lists_links and family == row.platform.af_link:
        _whole(sockaddr, 8, name)
        index, _kind, name_length, size = Struct(byte_order + "HBBB").unpack_from(sockaddr, 2)
        hardware_address = sockaddr[8 + name_length : 8 + name_length + size]
        return Listed(name, 0, b"", 0, index or None, hardware_address if len(hardware_address) == size else None)
    return Listed(name, 0)


def _whole(sockaddr: bytes, size: int, name: bytes) -> None:
    if len(sockaddr) < size:
        raise DiscoveryError(f"{to_text(name)}: a socket address of {len(sockaddr)} bytes, where its family has {size}")


def name_of(record: bytes, size: int = 16) -> bytes:
    """The name that a record begins with, up to a NUL or its whole room."""
    return record[:size].partition(b"\0")[0]


def with_sockets(row: Row, ask: Callable[[Kernel], Host], *, ipv6: bool = True) -> Host:
    """Ask this kernel through a socket of AF_INET and, if wanted and possible, one of AF_INET6.

    Raises:
        DiscoveryError: there can be no socket of AF_INET, or the kernel refused.
        NotPermittedError: for want of permission.
    """
    import _socket
    from fcntl import ioctl

    try:
        socket = _socket.socket(AF_INET, _socket.SOCK_DGRAM)
    except OSError as error:
        raise refusal("a socket for ioctl", error.errno) from error
    socket6 = _socket6() if ipv6 else None
    try:
        return ask(Kernel(ioctl, socket.fileno(), row, None if socket6 is None else socket6.fileno()))
    finally:
        socket.close()
        if socket6 is not None:
            socket6.close()


def _socket6() -> _socket.socket | None:
    """A socket of AF_INET6; None if there can be none: what then cannot be asked is assumed, with a warning."""
    import _socket

    try:
        return _socket.socket(AF_INET6, _socket.SOCK_DGRAM)
    except OSError:
        return None
