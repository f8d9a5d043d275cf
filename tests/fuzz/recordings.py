"""Targets: what other programs told of a host, and our snapshots."""

from __future__ import annotations

import contextlib
import functools
import json
from typing import TYPE_CHECKING, Any

from fuzz.laws import demand, demand_round_trip, edited, texts

from ifdiscover._backends.recorded import evident, snapshot, strict_json
from ifdiscover._backends.recorded.ip import evident as evident_ip
from ifdiscover._backends.recorded.replay import decode
from ifdiscover.errors import RecordingError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

IFCONFIG = {
    "linux": ("linux", "net-tools-no-flags", "toybox", "busybox-zone", "warning-first-line", "damaged-inet-line"),
    "link-encap": ("linux-old", "inetutils", "busybox*", "slip-outfill"),
    "bsd": ("freebsd*", "netbsd*", "openbsd*", "dragonfly", "macos", "bsd-words"),
    "solaris": ("solaris*", "illumos*"),
    "aix": ("aix*",),
    "tru64": ("tru64",),
    "refused": ("refused/*",),
}
"""The files of each form of ifconfig."""


def recording(data: bytes) -> None:
    """A recording of any form. Raises RecordingError alone; what is read can be written as a snapshot."""
    try:
        host = decode(data)
    except RecordingError as error:
        demand(str(error), "an error says what is wrong")
        return
    demand_round_trip(host)


def json_recording(data: bytes) -> None:
    """JSON. As ``recording()``; and what is read at once is what would be read value by value, with the same error."""
    at_once = _answer(data)
    kept = [(module, name, getattr(module, name)) for module, name, _ in _SLOWLY]
    try:
        for module, name, slowly in _SLOWLY:
            setattr(module, name, slowly)
        demand(_answer(data) == at_once, "what is read at once is what is read value by value")
    finally:
        for module, name, quickly in kept:
            setattr(module, name, quickly)
    recording(data)


_SLOWLY: list[tuple[Any, str, Callable[..., object]]] = [
    (evident, "interface", lambda _told: None),
    (evident, "address", lambda *_told: None),
    (evident_ip, "address", lambda *_told: None),
    (snapshot, "_ordered", snapshot._checked_order),
    (strict_json, "_may_have_long_numbers", lambda _text: True),
]


def _answer(data: bytes) -> str:
    try:
        return repr(decode(data))
    except RecordingError as error:
        return f"error: {error}"


@functools.cache
def documents(kind: str) -> list[str]:
    """The small JSON documents of one kind, to be edited."""
    found = []
    for data in JSON_SEEDS[kind]():
        with contextlib.suppress(ValueError):  # some of ip(8)'s are no JSON
            found.append(json.dumps(json.loads(data)))
    return found


def values(kind: str, data: bytes) -> None:
    """As ``json_recording()``: one of ``documents()``, by the first byte, edited as the others say."""
    if data:
        document = json.loads(documents(kind)[data[0] % len(documents(kind))])
        json_recording(json.dumps(edited(document, data[1:])).encode())


def values_seeds(kind: str) -> Iterator[bytes]:
    """Each document with one edit at each of some places."""
    for number in range(len(documents(kind))):
        yield bytes([number])
        yield from (bytes([number, place, 0, way, 7 * place % 256]) for place in range(0, 250, 9) for way in range(5))


def snapshot_seeds() -> Iterator[bytes]:
    """Small snapshots."""
    for data in texts("hosts/*/snapshot.json", most=1 << 17):
        small = json.dumps(json.loads(data), separators=(",", ":")).encode()
        if len(small) < 6000:
            yield small


def ip_json_seeds() -> Iterator[bytes]:
    """What ``ip -j addr`` printed."""
    found = texts("recorded/ip/*.txt", "recorded/facts/ansible/*.ip.json")
    yield from (data for data in found if data.strip()[:1] == b"[")


def ip_text_seeds() -> Iterator[bytes]:
    """What ``ip addr`` printed."""
    yield from texts("recorded/ip/*.txt")


def ifconfig_seeds(form: str) -> Iterator[bytes]:
    """What ``ifconfig -a`` printed, in one form."""
    yield from texts(*(f"recorded/ifconfig/{name}.txt" for name in IFCONFIG[form]))


def ansible_seeds() -> Iterator[bytes]:
    """Facts of Ansible, as JSON."""
    found = texts("recorded/facts/ansible/*.json", most=1 << 15)
    yield from (json.dumps(json.loads(data), separators=(",", ":")).encode() for data in found if data[:1] == b"{")


def facts_seeds() -> Iterator[bytes]:
    """Facts of other programs, and what Ansible prints."""
    yield from texts("recorded/facts/others/*", "recorded/facts/ansible/*.txt")


JSON_SEEDS = {"snapshot": snapshot_seeds, "ip-json": ip_json_seeds, "ansible": ansible_seeds}
