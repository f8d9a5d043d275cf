"""The target that doubles its input: work that more than triples, twice in a row, grows faster than its input."""

from __future__ import annotations

import contextlib
import struct
import sys
from typing import TYPE_CHECKING, Any

from fuzz import kernel, postfix
from fuzz.laws import demand

from ifdiscover._backends.recorded.replay import decode
from ifdiscover.errors import IfdiscoverError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import FrameType

STEPS = (16, 32, 64, 128)
"""How often the piece stands in the input."""


def _decode(data: bytes) -> None:
    with contextlib.suppress(IfdiscoverError):
        decode(data)


def _netlink(data: bytes) -> None:
    kernel.netlink(struct.pack("<H", len(kernel.LINK)) + kernel.LINK + data)


READERS: tuple[Callable[[bytes], None], ...] = (
    _decode,
    postfix.main_cf,
    postfix.macro,
    postfix.master_cf,
    postfix.match_list,
    lambda data: postfix.table("cidr", data),
    lambda data: postfix.table("inline", data),
    lambda data: postfix.table("texthash", data),
    postfix.literal,
    kernel.if_inet6,
    kernel.routes,
    _netlink,
)


def growth(data: bytes) -> None:
    """Three parts, of which the middle one is repeated; ``%d`` in it becomes the number of the repetition.

    Raises nothing; the first byte says which reader's work is counted.
    """
    if len(data) < 4:
        return
    reader = READERS[data[0] % len(READERS)]
    head, _, rest = data[1:].partition(b"\xff\xfe")
    piece, _, tail = rest.partition(b"\xff\xfe")
    if not piece:
        return
    inputs = [head + b"".join(piece.replace(b"%d", b"%d" % n) for n in range(times)) + tail for times in STEPS]
    reader(inputs[-1])  # imports, and what is computed once
    work = [lines(reader, data) for data in inputs]
    tripled = [more > 3 * less for less, more in zip(work, work[1:])]
    demand(not (tripled[-1] and tripled[-2]), f"work grows with the input, and not as {work}")


def lines(reader: Callable[[bytes], None], data: bytes) -> int:
    """How many lines of Python a reader runs through."""
    count = 0

    def tally(_frame: FrameType, event: str, _argument: Any) -> Any:
        nonlocal count
        count += event == "line"
        return tally

    before = sys.gettrace()
    sys.settrace(tally)
    try:
        reader(data)
    finally:
        sys.settrace(before)
    return count


def growth_seeds() -> Iterator[bytes]:
    """For each reader, pieces of what it reads."""
    mark = b"\xff\xfe"
    pieces = {
        0: [
            b"lo: flags=73<UP,LOOPBACK,RUNNING>  mtu 65536\n" + mark + b"        inet 127.0.0.%d  netmask 255.0.0.0\n",
            mark + b"eth%d: flags=4163<UP>  mtu 1500\n        inet 10.0.0.1  netmask 255.0.0.0\n",
            b"1: lo: <LOOPBACK,UP> mtu 65536\n" + mark + b"    inet 127.0.0.%d/8 scope host lo\n",
            mark + b"eth%d      Link encap:Ethernet  HWaddr 02:00:5e:10:00:01\n          UP MTU:1500\n",
            b"[" + mark + b'{"ifindex":%d,"ifname":"a%d","flags":[],"addr_info":[]},' + mark + b"{}]",
            b"[" + mark + b"[" + mark,
            b'{"schema":' + mark + b'"a":"%d",' + mark + b"}",
        ],
        1: [mark + b"a%d = $b\n", mark + b"mynetworks = 10.0.%d.0/24\n", b"mynetworks =" + mark + b" 10.%d.0.1/24"],
        2: [mark + b"${a}", mark + b"${a?{" + mark, mark + b"$(a"],
        3: [mark + b"s%d inet n - y - - smtpd\n", b"smtp inet n - n - - smtpd" + mark + b" -o a%d=b", mark + b"{ "],
        4: [mark + b"10.%d.0.0/16 ", mark + b"!a%d.b, ", mark + b"inline:{a=%d} ", mark + b"10.0.0.%d/8\n"],
        5: [mark + b"10.%d.0.0/16 OK\n", mark + b"if 10.0.0.0/8\n", mark + b"!10.0.0.%d REJECT\n"],
        6: [mark + b"{a%d = b}, "],
        7: [mark + b"a%d b\n", mark + b'"'],
        8: [mark + b"1.", mark + b"[", b"IPv6:" + mark + b":"],
        9: [mark + b"20010db8000000000000000000000001 02 40 00 80     eth0\n"],
        10: [mark + kernel.LINK],
        11: [mark + kernel.ADDRESS],
    }
    for number, found in pieces.items():
        yield from (bytes([number]) + piece for piece in found)
