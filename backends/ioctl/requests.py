"""Ask a kernel with ioctl(2), and decode its answer to SIOCGIFCONF or SIOCGLIFCONF.

``Kernel`` asks, through a function that tests replace. The decoding is pure.
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
# A kernel may not know these. If it does not know another one, the host cannot be read.
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
        socket: the descriptor of an AF_INET socket; the kernel answers for this socket's network namespace.
        row: the kernel's row in the table of ``rows``.
        socket6: the descriptor of an AF_INET6 socket, for requests about IPv6; None if the kernel has none.
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
        """Whether there is a socket of that family to ask on."""
        return self._sockets[family] is not None

    def records(self, request: str = "SIOCGIFCONF", expected: int = 0) -> list[bytes]:
        """The records that SIOCGIFCONF or SIOCGLIFCONF answers with.

        Args:
            request: which of the two.
            expected: how many records there were a moment ago; 0: not known.

        Raises:
            DiscoveryError: the kernel refused, its answer is longer than MAX_CAPACITY, or it is not made of records.
            NotPermittedError: this process has no permission.
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
                # Most kernels fill a short buffer without an error. The answer is whole only if some room is left.
                if 0 <= length <= capacity - row.largest_record:
                    return split(buffer[:length].tobytes(), row)
            capacity *= 2
        raise DiscoveryError(f"{request}: the kernel says that {MAX_CAPACITY} bytes are too few")

    def ask(self, request: str, head: bytes, *, size: int = 0, family: int = AF_INET) -> bytes | None:
        """Send a record and return it as the kernel filled it in.

        Args:
            request: the request's name; if the row does not have it, the kernel does not know it.
            head: the first bytes of the record; zeros follow.
            size: the bytes of the whole record; 0: the row's ``ifreq_size``.
            family: the family of the socket to ask on.

        Returns:
            The whole record; unchanged if the kernel does not know an optional request, or if there is no such socket.
            None if the interface or address is not there.

        Raises:
            DiscoveryError: the kernel refused; the message has the request's name and the kernel's reason.
            NotPermittedError: this process has no permission.
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
    """One record of the list, decoded."""

    name: bytes
    family: int  # this host's AF_INET or AF_INET6; 0: the record has no IP address
    packed: bytes = b""
    scope_id: int = 0
    index: int | None = None  # type: ignore[assignment]  # hides tuple.index(). The interface's, if the record has it
    hardware_address: bytes | None = None


def split(data: bytes, row: Row) -> list[bytes]:
    """Split a list into its records.

    Raises:
        DiscoveryError: the last record is not whole.
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
            # A socket address takes at least the 16 bytes of struct sockaddr, even if its length is 0 or not there.
            end += 16 + max([16, *data[start + 16 : start + 17]])
            records.append(data[start:end])
    if end != len(data):
        raise DiscoveryError(f"the list of addresses ends at byte {len(data)}, amid a record that ends at {end}")
    return records


def decode_record(record: bytes, row: Row, byte_order: str = "=") -> Listed:
    """Decode one record of the list.

    Raises:
        DiscoveryError: its address is shorter than its family needs.
    """
    at = row.sockaddr
    name = name_of(record, at)
    if row.platform.has_sa_len:
        # The address ends at sa_len. Behind it NetBSD leaves old memory of the kernel.
        end, family = at + record[at], record[at + 1]
    else:
        end, (family,) = len(record), Struct(byte_order + "H").unpack_from(record, at)
    sockaddr = record[at:end]
    if family == AF_INET:
        _demand_size(sockaddr, 8, name)
        return Listed(name, AF_INET, sockaddr[4:8])
    if family == row.platform.af_inet6:
        _demand_size(sockaddr, 28, name)
        packed, (scope_id,) = sockaddr[8:24], Struct(byte_order + "I").unpack_from(sockaddr, 24)
        if row.platform.embeds_scope_id:
            packed, known = extract(packed, scope_id)
            scope_id = known or 0
        return Listed(name, AF_INET6, packed, scope_id)
    if row.lists_links and family == row.platform.af_link:
        _demand_size(sockaddr, 8, name)
        index, _kind, name_length, size = Struct(byte_order + "HBBB").unpack_from(sockaddr, 2)
        hardware_address = sockaddr[8 + name_length : 8 + name_length + size]
        return Listed(name, 0, b"", 0, index or None, hardware_address if len(hardware_address) == size else None)
    return Listed(name, 0)


def _demand_size(sockaddr: bytes, size: int, name: bytes) -> None:
    if len(sockaddr) < size:
        raise DiscoveryError(f"{to_text(name)}: a socket address of {len(sockaddr)} bytes, where its family has {size}")


def name_of(record: bytes, size: int = 16) -> bytes:
    """The name at the start of a record: up to a NUL, and at most ``size`` bytes."""
    return record[:size].partition(b"\0")[0]


def with_sockets(row: Row, ask: Callable[[Kernel], Host], *, ipv6: bool = True) -> Host:
    """Ask this kernel on a socket of AF_INET, and on one of AF_INET6 if ``ipv6`` is set and the kernel has it.

    Raises:
        DiscoveryError: the kernel refused a request, or a socket of AF_INET.
        NotPermittedError: this process has no permission.
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
    """A socket of AF_INET6; None if the kernel refuses it. Netmasks are then assumed, with a warning."""
    import _socket

    try:
        return _socket.socket(AF_INET6, _socket.SOCK_DGRAM)
    except OSError:
        return None
