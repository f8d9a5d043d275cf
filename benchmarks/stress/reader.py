"""Read the host with one backend, many times, and print what differs from what stays.

``python -m stress.reader BACKEND READS SECONDS`` gets the facts that stay on standard input, as JSON. It prints a line
of JSON for each reading: [when it began, when it ended, facts that do not stay, facts that stay and are missing, why
the backend refused or "", why the answer is no host or ""].
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from functools import lru_cache
from socket import inet_ntop
from typing import TYPE_CHECKING

from ifdiscover import discover, snapshot
from ifdiscover._backends.recorded.replay import decode
from ifdiscover._kernel import record
from ifdiscover.errors import DiscoveryError, RecordingError
from stress.oracle import projected

if TYPE_CHECKING:
    from ifdiscover.model import Host

IP = "ip -j addr"
"""The peer that is measured beside the backends."""


def read(backend: str) -> Host:
    """The host by that backend."""
    if backend == IP:
        done = subprocess.run(IP.split(), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True)
        return decode(done.stdout)
    return discover(backend, allow_torn=True)


def facts_of(host: Host) -> list[str]:
    """All that a host says, as facts of ``kinds``."""
    facts = [f"link {interface.name} {interface.index}" for interface in host.interfaces]
    facts += [f"up {interface.name}" for interface in host.interfaces if interface.is_up]
    for interface, family, packed, prefixlen, *_ in host.addresses:
        facts.append(f"address {interface.name} {text_of(family, packed)}/{prefixlen}")
    return facts


text_of = lru_cache(None)(inet_ntop)
"""It is asked for the same addresses at each reading."""


def fault_of(host: Host, new: set[str]) -> str:
    """Why an answer is no whole host: it cannot be recorded, or its ``consistent`` cannot be true.

    Args:
        host: the answer.
        new: its facts that do not stay. Addresses that stay are not recorded, which would take longer than to read.
    """
    if host.backend in ("rtnetlink", "netlink") and host.consistent is None:
        return "consistent is not known"
    if "interruption" in host.blind_to and host.consistent is not None:
        return "consistent is known to a backend that cannot know it"
    if not set({id(a.interface): a.interface for a in host.addresses}.values()) <= set(host.interfaces):
        return "an address is on an interface that is not listed"
    names = {fact.split(" ")[1] for fact in new}
    try:
        recorded = record(host._replace(addresses=tuple(a for a in host.addresses if a.interface.name in names)))
        return "" if decode(snapshot(recorded).encode()) == recorded else "its snapshot is read back as another host"
    except RecordingError as error:
        return f"its snapshot is not read back: {error}"


def main(backend: str, reads: int, seconds: float) -> None:
    """Read so often, or for so long."""
    stays = set(json.loads(sys.stdin.readline()))
    wanted: set[str] = set()
    start = time.monotonic()
    for _ in range(reads):
        began = time.monotonic()
        if began - start > seconds:
            break
        new: set[str] = set()
        lost: set[str] = set()
        refused = fault = ""
        try:
            host = read(backend)
            ended = time.monotonic()
        except (DiscoveryError, RecordingError) as error:
            ended = time.monotonic()
            refused = str(error)
        else:
            listed = facts_of(host)
            facts = projected(listed, host.blind_to)
            wanted = wanted or projected(stays, host.blind_to)
            new, lost = facts - wanted, wanted - facts
            refused = "; ".join(host.warnings) if host.consistent is False else ""
            fault = fault_of(host, new) or ("a fact comes twice" if len(listed) > len(set(listed)) else "")
        answer = [began, ended, sorted(new), sorted(lost), refused, fault]
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), float(sys.argv[3]))
