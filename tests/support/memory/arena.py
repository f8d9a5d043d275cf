"""Memory that a test fills: lists of ``struct ifaddrs`` built from a row of the layout table."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Any

from support.memory.segments import Segments

if TYPE_CHECKING:
    from ifdiscover._backends.libc.layouts import Fields, Layout

BASE = 0x10000  # addresses under it are nobody's, 0 among them
POISON = b"\xee"


class Arena(Segments):
    """Objects at addresses, and a list of entries among them; a ``Memory`` for the decoder."""

    def __init__(self, layout: Layout, byte_order: str = "<") -> None:
        super().__init__({})
        self.layout = layout
        self.order = byte_order
        self.end = BASE
        self.entries: list[int] = []

    def place(self, data: bytes) -> int:
        """Put an object into memory, well apart from all others; its address."""
        address = self.end
        self.segments[address] = data
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

    def socket_address(self, fields: Fields, family: int, size: int, length: int | None = None, **values: Any) -> int:
        """A socket address; its address. Where it has a length, only that many bytes are there, and no others."""
        if "sa_len" not in fields:
            return self.place(self.record(fields, size, sa_family=family, **values))
        length = size if length is None else length
        whole = self.record(fields, size, sa_len=length, sa_family=family, **values)
        return self.place(whole[: max(length, 2)].ljust(4, POISON))

    def ipv4(self, packed: bytes, **more: int) -> int:
        """A sockaddr_in; its address."""
        fields, family = self.layout.sockaddr_in, more.pop("family", self.layout.platform.af_inet)
        return self.socket_address(fields, family, 16, sin_addr=packed, **more)

    def ipv6(self, packed: bytes, scope_id: int = 0, **more: int) -> int:
        """A sockaddr_in6; its address."""
        fields, family = self.layout.sockaddr_in6, more.pop("family", self.layout.platform.af_inet6)
        return self.socket_address(fields, family, 28, sin6_addr=packed, sin6_scope_id=scope_id, **more)

    def link(self, index: int, hardware_address: bytes, name: bytes = b"") -> int:
        """A sockaddr_ll or sockaddr_dl; its address."""
        fields, family = self.layout.sockaddr_link, self.layout.platform.af_link
        if "sll_addr" in fields:
            values = {"sll_ifindex": index, "sll_halen": len(hardware_address), "sll_addr": hardware_address}
            data = bytearray(self.record(fields, 36, **values))  # as glibc and musl make it
        else:
            lengths = {"sdl_nlen": len(name), "sdl_alen": len(hardware_address)}
            behind = name + hardware_address
            data = bytearray(self.record(fields, 8 + len(behind), sdl_index=index, **lengths, sdl_data=behind))
        if "sdl_len" in fields:
            data[:2] = len(data), family
        else:
            struct.pack_into(self.order + "H", data, 0, family)
        return self.place(bytes(data))

    def add(
        self, name: bytes, flags: int, addr: int = 0, netmask: int = 0, dstaddr: int = 0, *, end: bytes = b"\0"
    ) -> int:
        """Append an entry to the list and link the one before to it; its address."""
        size = 8 * struct.calcsize("=" + self.layout.pointer)
        data = self.record(
            self.layout.ifaddrs,
            size,
            ifa_name=self.place(name + end),
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
        self.point(entry, self.layout.ifaddrs["ifa_next"][0], address)

    def point(self, entry: int, offset: int, address: int) -> None:
        """Let the pointer at an offset of an entry lead somewhere."""
        data = bytearray(self.segments[entry])
        struct.pack_into(self.order + self.layout.pointer, data, offset, address)
        self.segments[entry] = bytes(data)

    @property
    def head(self) -> int:
        """The address of the first entry; 0 for none."""
        return self.entries[0] if self.entries else 0
