"""The socket addresses of a getifaddrs(3) list, read as one row of the layout table has them.

What a row's platform does not do costs nothing there: the readers are chosen once, before a list is decoded.
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

    # From the address of a socket address to the index and the hardware address in it; None: too short to tell.
    LinkReader = Callable[[int], tuple[Optional[int], Optional[bytes]]]

# sll_addr ends here in what glibc and musl hand out, whatever sll_halen says.
MAX_HARDWARE_ADDRESS = 24

# sdl_data ends here where no length is told; struct sockaddr_dl of illumos.
MAX_SDL_DATA = 244


# Where in a reader's answer the address or netmask is. Beside it stands what lies next to it in memory: on Linux one
# call of struct's reads both, which is quicker than a function of ours around it that would hand out one.
IPV4_PLACE = 1  # behind the family
IPV6_PLACE = 0  # before the scope id


class Readers(Record):
    """Functions from the address of a socket address to what is in it."""

    ipv4: Callable[[int], tuple[Any, ...]]  # family, address; of other families the address means nothing
    ipv4_netmask: Callable[[int], tuple[Any, ...]]  # the netmask, at IPV4_PLACE
    ipv4_other: Callable[[int], tuple[Any, ...]]  # the broadcast or peer, at IPV4_PLACE; None for none
    ipv6: Callable[[int], tuple[Any, ...]]  # address, scope id
    ipv6_netmask: Callable[[int], tuple[Any, ...]]  # the netmask, at IPV6_PLACE
    ipv6_other: Callable[[int], tuple[Any, ...]]  # the peer, at IPV6_PLACE; None for none
    link: LinkReader


def readers(memory: Memory, layout: Layout, byte_order: str) -> Readers:
    """The readers of a row."""
    if layout.platform.has_sa_len:
        return _counted(memory, layout, byte_order)
    ipv4 = memory.unpacker(layout.format(layout.sockaddr_in, ("sa_family", "sin_addr"), byte_order))
    ipv6 = memory.unpacker(layout.format(layout.sockaddr_in6, ("sin6_addr", "sin6_scope_id"), byte_order))
    link = _sockaddr_ll if "sll_addr" in layout.sockaddr_link else _sockaddr_dl
    return Readers(ipv4, ipv4, ipv4, ipv6, ipv6, ipv6, link(memory, layout, byte_order))


def _counted(memory: Memory, layout: Layout, byte_order: str) -> Readers:
    """The readers of a row whose socket addresses begin with their length: what lies behind it is another's."""
    read = memory.read
    header = memory.unpacker(layout.format(layout.sockaddr_in, ("sa_len", "sa_family"), byte_order))
    scope_at, code = layout.sockaddr_in6["sin6_scope_id"]
    scope_id_at = memory.unpacker(byte_order + code)
    ipv4_at, ipv6_at = layout.sockaddr_in["sin_addr"][0], layout.sockaddr_in6["sin6_addr"][0]
    clean = extract if layout.platform.embeds_scope_id else _as_it_is
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
        # A length of 0 says that there is no peer; not even the bytes of a whole socket address are then there.
        length, its_family = header(at)
        return read(at + start, size) if length >= start + size and its_family == family else None

    def ipv6_other(at: int) -> tuple[bytes | None, None]:
        packed = other(at, af_inet6, ipv6_at, 16)
        return (clean(packed, None)[0] if packed else None), None  # on macOS peers alone are embedded

    return Readers(
        ipv4,
        lambda at: (None, netmask(at, ipv4_at, 4)),
        lambda at: (None, other(at, af_inet, ipv4_at, 4)),
        ipv6,
        lambda at: (netmask(at, ipv6_at, 16), None),
        ipv6_other,
        _sockaddr_dl(memory, layout, byte_order),
    )


def _as_it_is(packed: bytes, scope_id: int | None) -> tuple[bytes, int | None]:
    return packed, scope_id


def _sockaddr_ll(memory: Memory, layout: Layout, byte_order: str) -> LinkReader:
    head = memory.unpacker(layout.format(layout.sockaddr_link, ("sll_ifindex", "sll_halen"), byte_order))
    start = layout.sockaddr_link["sll_addr"][0]

    def link(at: int) -> tuple[int, bytes]:
        index, length = head(at)
        return index, memory.read(at + start, min(length, MAX_HARDWARE_ADDRESS))

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
