"""Read the socket addresses of a getifaddrs(3) list by one row of the layout table.

The readers are chosen once, before a list is decoded. So a platform takes no time for habits that it does not have.
"""

from __future__ import annotations

from ifdiscover._backends.kame import extract
from ifdiscover._backends.shared import trimmed
from ifdiscover._record import Record
from ifdiscover.errors import DiscoveryError

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, Optional

    from ifdiscover._backends.libc.layouts import Layout
    from ifdiscover._backends.libc.memory import Memory

    # From the address of a socket address to the index and hardware address in it; None: it is too short.
    LinkReader = Callable[[int], tuple[Optional[int], Optional[bytes]]]

# The bytes of sll_addr in the answers of glibc and musl, where <netpacket/packet.h> has 8; sll_halen may be larger.
MAX_SLL_ADDR = 24

# The size of sdl_data on illumos, whose struct sockaddr_dl has no length.
MAX_SDL_DATA = 244


# A reader returns a pair, and the address or netmask stands at this place in it. The other one is its neighbour in
# memory: on Linux one call of ``struct`` reads both, and a function that picks one of them would be slower.
IPV4_PLACE = 1  # behind the family
IPV6_PLACE = 0  # before the scope id


class Readers(Record):
    """Functions from the address of a socket address to its contents."""

    ipv4: Callable[[int], tuple[Any, ...]]  # family, address; the address counts only if the family is AF_INET
    ipv4_netmask: Callable[[int], tuple[Any, ...]]  # the netmask, at IPV4_PLACE
    ipv4_other: Callable[[int], tuple[Any, ...]]  # the broadcast or peer, at IPV4_PLACE; None for none
    ipv6: Callable[[int], tuple[Any, ...]]  # address, scope id
    ipv6_netmask: Callable[[int], tuple[Any, ...]]  # the netmask, at IPV6_PLACE
    ipv6_other: Callable[[int], tuple[Any, ...]]  # the peer, at IPV6_PLACE; None for none
    link: LinkReader


def readers(memory: Memory, layout: Layout, byte_order: str) -> Readers:
    """The readers of a row."""
    if layout.platform.has_sa_len:
        return _readers_with_sa_len(memory, layout, byte_order)
    ipv4 = memory.unpacker(layout.format(layout.sockaddr_in, ("sa_family", "sin_addr"), byte_order))
    ipv6 = memory.unpacker(layout.format(layout.sockaddr_in6, ("sin6_addr", "sin6_scope_id"), byte_order))
    link = _sockaddr_ll if "sll_addr" in layout.sockaddr_link else _sockaddr_dl
    return Readers(ipv4, ipv4, ipv4, ipv6, ipv6, ipv6, link(memory, layout, byte_order))


def _readers_with_sa_len(memory: Memory, layout: Layout, byte_order: str) -> Readers:
    """The readers of a row whose socket addresses begin with their length; nothing behind this length is read."""
    read = memory.read
    header = memory.unpacker(layout.format(layout.sockaddr_in, ("sa_len", "sa_family"), byte_order))
    scope_at, code = layout.sockaddr_in6["sin6_scope_id"]
    scope_id_at = memory.unpacker(byte_order + code)
    ipv4_at, ipv6_at = layout.sockaddr_in["sin_addr"][0], layout.sockaddr_in6["sin6_addr"][0]
    clean = extract if layout.platform.embeds_scope_id else _unchanged
    af_inet, af_inet6 = layout.platform.af_inet, layout.platform.af_inet6

    def address(at: int, length: int, start: int, size: int) -> bytes:
        if length < start + size:
            raise DiscoveryError(f"getifaddrs gave a socket address of {length} bytes, too short for its family")
        return read(at + start, size)

    def ipv4(at: int) -> tuple[int, bytes]:
        length, family = header(at)
        return family, address(at, length, ipv4_at, 4) if family == af_inet else b""

    def ipv6(at: int) -> tuple[bytes, int | None]:
        length, _ = header(at)
        packed = address(at, length, ipv6_at, 16)
        scope_id = scope_id_at(at + scope_at)[0] if length >= scope_at + 4 else 0
        return clean(packed, scope_id)

    def netmask(at: int, start: int, size: int) -> bytes:
        length = min(read(at, 1)[0], start + size)
        return trimmed(read(at, length or 1), start, size)

    def other(at: int, family: int, start: int, size: int) -> bytes | None:
        # A length of 0 means "no peer"; the bytes of a socket address may then be missing.
        length, its_family = header(at)
        return read(at + start, size) if length >= start + size and its_family == family else None

    def ipv6_other(at: int) -> tuple[bytes | None, None]:
        packed = other(at, af_inet6, ipv6_at, 16)
        return (clean(packed, None)[0] if packed else None), None  # macOS embeds scope ids in peers only

    return Readers(
        ipv4,
        lambda at: (None, netmask(at, ipv4_at, 4)),
        lambda at: (None, other(at, af_inet, ipv4_at, 4)),
        ipv6,
        lambda at: (netmask(at, ipv6_at, 16), None),
        ipv6_other,
        _sockaddr_dl(memory, layout, byte_order),
    )


def _unchanged(packed: bytes, scope_id: int | None) -> tuple[bytes, int | None]:
    return packed, scope_id


def _sockaddr_ll(memory: Memory, layout: Layout, byte_order: str) -> LinkReader:
    fields = {**layout.sockaddr_link, "sll_addr": (layout.sockaddr_link["sll_addr"][0], f"{MAX_SLL_ADDR}s")}
    head = memory.unpacker(layout.format(fields, tuple(fields), byte_order))

    def link(at: int) -> tuple[int, bytes]:
        index, length, room = head(at)
        return index, room[:length]

    return link


def _sockaddr_dl(memory: Memory, layout: Layout, byte_order: str) -> LinkReader:
    fields = ("sdl_index", "sdl_nlen", "sdl_alen")
    head = memory.unpacker(layout.format(layout.sockaddr_link, fields, byte_order))
    start = layout.sockaddr_link["sdl_data"][0]
    counted = "sdl_len" in layout.sockaddr_link

    def link(at: int) -> tuple[int | None, bytes | None]:
        room = memory.read(at, 1)[0] - start if counted else MAX_SDL_DATA
        if room < 0:
            return None, None
        index, name_length, length = head(at)  # the hardware address stands behind the interface's name
        length = min(length, room - name_length)
        return index, memory.read(at + start + name_length, length) if length > 0 else b""

    return link
