"""What holds for each input, whatever its bytes; a target that sees it broken raises BrokenLawError."""

from __future__ import annotations

import functools
import json
from typing import TYPE_CHECKING, Any

from support.namespaces import ROOT

from ifdiscover import snapshot
from ifdiscover._backends.recorded.replay import decode

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ifdiscover.model import Host

FIXTURES = ROOT / "fixtures"


class BrokenLawError(AssertionError):
    """Two ways to one answer gave two, or an answer is not what it promises."""


def demand(holds: object, law: str) -> None:
    """Raise BrokenLawError unless this law holds."""
    if not holds:
        raise BrokenLawError(law)


def demand_round_trip(host: Host) -> None:
    """A host that was read can be written as a snapshot, and what is read back is equal to it."""
    again = decode(snapshot(host).encode())
    demand(repr(again) == repr(host._replace(recorded=host.recorded or again.recorded)), "a snapshot is the host")


def texts(*patterns: str, most: int = 1 << 13) -> Iterator[bytes]:
    """The files of ``fixtures/`` with such names, of at most so many bytes."""
    for pattern in patterns:
        found = [path.read_bytes() for path in sorted(FIXTURES.glob(pattern))]
        yield from (data for data in found if len(data) <= most)


@functools.lru_cache(maxsize=1)
def hosts() -> list[Host]:
    """The recorded hosts of ``fixtures/hosts``."""
    return [decode(data) for data in texts("hosts/*/snapshot.json", most=1 << 17)]


# Values that JSON may have where another is expected.
ODD: list[Any] = [
    None, True, False, 0, 1, -1, 2, 24, 33, 129, 255, 256, 24.0, 1e999, 2**31, 2**32 - 1, 2**32, 2**64 - 1, 2**64,
    10**19, -(2**31), "", "0", "0x1000", "lo", "eth0", "a" * 16, "a" * 300, "\\x00", "\\\\", "\0", "\ud800", "\u00e9",
    "\u202e", "eth0:1", "lo:", "192.0.2.1", "0.0.0.0", "255.0.255.0", "255.255.255.0", "::", "::1", "fe80::1",
    "fe80::1%eth0", "ffff::", "inet", "inet6", "ipv4", "ipv6", "global", "link", "host", "kernel", "assumed",
    "permanent", "dynamic", "forever", "02:00:00:00:00:01", "02:00", [], {}, [None], [0, 0], [[0, 0]], [{}],
    ["UP"], ["UP", "UP"], {"": {}}, [[[]]],
]  # fmt: skip


def edited(document: Any, edits: bytes) -> Any:
    """A JSON document, changed in place: each four bytes say which value, what becomes of it, and by what."""
    for at in range(0, min(len(edits), 64) - 3, 4):
        places = list(_places(document))
        if not places:
            break
        around, key = places[int.from_bytes(edits[at : at + 2], "little") % len(places)]
        way, number = edits[at + 2] % 5, edits[at + 3]
        if way == 0:
            around[key] = json.loads(json.dumps(ODD[number % len(ODD)]))
        elif way == 1:
            del around[key]
        elif way == 2:  # the value that stands at another place
            other, there = places[number * len(places) >> 8]
            around[key] = json.loads(json.dumps(other[there]))
        elif way == 3 and isinstance(around, list):
            around.insert(key, json.loads(json.dumps(around[key])))
        elif isinstance(around[key], str):
            text = around[key]
            middle = number % (len(text) + 1)
            around[key] = text[:middle] + chr(32 + number % 96) + text[middle + 1 :]
        elif isinstance(around[key], int):
            around[key] += number - 128
    return document


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    keys: Iterable[Any] = value if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
    for key in keys:
        yield value, key
        yield from _places(value[key])
