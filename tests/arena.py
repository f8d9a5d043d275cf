"""Memory that a test fills: lists of ``struct ifaddrs`` built from a row of the layout table."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from ifdiscover.backends.layouts import Fields, Layout

BASE = 0x10000  # addresses under it are nobody's, 0 among them


class StrayReadError(Exception):
    """A read of bytes that no object owns."""


class Arena:
    """Objects at addresses, and a list of entries among them; a ``Memory`` for the decoder."""

    def __init__(self, layout: Layout, byte_order: str = "<") -> None:
        self.layout = layout
        self.order = byte_order
        self.objects: dict[int, bytes] = {}
        self.end = BASE
        self.entries: list[int] = []

    def place(self, data: bytes) -> int:
        """Put an object into memory, well apart from all others; its address."""
        address = self.end
        self.objects[address] = data
        self.end += len(data) + 64
        return address

    def record(self, fields: Fields, size: int, **values: Any) -> bytes:
        """Bytes of a structure with these fields set."""
        data = bytearray(size)
        for name, value in values.items():
            offset, code = fields[name]
            code = self.layout.pointer if code == "P" else code
            if code.endswith("s"):
                data[offset : offset + len(value)] = value
            else:
                struct.pack_into(self.order + code, data, offset, value)
        return bytes(data)

    def ipv4(self, packed: bytes) -> int:
        """A sockaddr_in; its address."""
        return self.place(self.record(self.layout.sockaddr_in, 16, sa_family=self.layout.af_inet, sin_addr=packed))

    def ipv6(self, packed: bytes, scope_id: int = 0) -> int:
        """A sockaddr_in6; its address."""
        fields = {"sa_family": self.layout.af_inet6, "sin6_addr": packed, "sin6_scope_id": scope_id}
        return self.place(self.record(self.layout.sockaddr_in6, 28, **fields))

    def link(self, index: int, hardware_address: bytes) -> int:
        """A sockaddr_ll; its address."""
        fields = {"sll_ifindex": index, "sll_halen": len(hardware_address), "sll_addr": hardware_address}
        data = bytearray(self.record(self.layout.sockaddr_link, 12 + max(8, len(hardware_address)), **fields))
        struct.pack_into(self.order + "H", data, 0, self.layout.af_link)
        return self.place(bytes(data))

    def add(self, name: bytes, flags: int, addr: int = 0, netmask: int = 0, dstaddr: int = 0) -> int:
        """Append an entry to the list and link the one before to it; its address."""
        size = 8 * struct.calcsize("=" + self.layout.pointer)
        data = self.record(
            self.layout.ifaddrs,
            size,
            ifa_name=self.place(name + b"\0"),
            ifa_flags=flags,
            ifa_addr=addr,
            ifa_netmask=netmask,
            ifa_dstaddr=dstaddr,
        )
        address = self.place(data)
        if self.entries:
            self.follow(self.entries[-1], address)
        self.entries.append(address)
        return address

    def follow(self, entry: int, address: int) -> None:
        """Let an entry's ifa_next point somewhere."""
        data = bytearray(self.objects[entry])
        struct.pack_into(self.order + self.layout.pointer, data, self.layout.ifaddrs["ifa_next"][0], address)
        self.objects[entry] = bytes(data)

    @property
    def head(self) -> int:
        """The address of the first entry; 0 for none."""
        return self.entries[0] if self.entries else 0

    def read(self, address: int, size: int) -> bytes:
        """Bytes of one object."""
        for start, data in self.objects.items():
            if start <= address and address + size <= start + len(data):
                return data[address - start : address - start + size]
        raise StrayReadError(f"{size} bytes at {address:#x}")

    def string(self, address: int) -> bytes:
        """The bytes of one object up to its first NUL."""
        size = 0
        while self.read(address + size, 1) != b"\0":
            size += 1
        return self.read(address, size)

    def unpacker(self, code: str) -> Callable[[int], tuple[Any, ...]]:
        """A function that reads a structure."""
        record = struct.Struct(code)
        return lambda address: record.unpack(self.read(address, record.size))
