"""The backends that read a Linux host: ask each in one namespace, and tell in what two of them differ."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

from ifdiscover.discovery import BUILT_IN

if TYPE_CHECKING:
    from support.namespaces import Namespace

ELSEWHERE = ("replay", "siocglif")
"""The backends that cannot read a Linux host."""
BACKENDS = [name for name in BUILT_IN if name not in ELSEWHERE]
"""Those that can."""

READ_ALL = """
import json, sys
from ifdiscover import mynetworks
from ifdiscover.discovery import discover
found = {}
for name in sys.argv[1:]:
    host = discover(name)
    listed = [
        [a.interface.name, str(a), a.prefixlen, a.family, a.label, a.interface.is_up] for a in host.addresses
    ]
    networks = [str(mynetworks(host, style=style)) for style in ("subnet", "host")] if host.addresses else []
    found[name] = [host.blind_to, listed, networks]
json.dump(found, sys.stdout)
"""


def disagreements(namespace: Namespace, backends: list[str]) -> list[str]:
    """In what two backends differ, in words; empty if they agree up to what either is blind to.

    Those that see the kernel's order give the same order, and the same mynetworks.
    """
    done = namespace.run([sys.executable, "-c", READ_ALL, *backends], check=False)
    if done.returncode:  # where nothing is up, mynetworks fails by every backend
        assert "NoActiveInterfaceError" in done.stderr, done.stderr
        code = READ_ALL.replace("if host.addresses else []", "if False else []")
        done = namespace.run([sys.executable, "-c", code, *backends])
    found = json.loads(done.stdout)
    ordered = {name: answer[1:] for name, answer in found.items() if "order" not in answer[0]}
    assert {"rtnetlink", "netlink", "getifaddrs"} <= set(ordered)
    name, first = next(iter(ordered.items()))
    wrong = [
        f"{name} and {other} differ in order or networks: {first} and {answer}"
        for other, answer in ordered.items()
        if [item[:3] for item in answer[0]] != [item[:3] for item in first[0]] or answer[1] != first[1]
    ]
    for one in found:
        for two in found:
            blind = {*found[one][0], *found[two][0]}
            if comparable(found[one][1], blind) != comparable(found[two][1], blind):
                wrong.append(f"{one} and {two} differ: {found[one][1]} and {found[two][1]}")
    return wrong


def comparable(listed: list[list[object]], blind: set[str]) -> set[tuple[object, ...]]:
    """What two backends must agree on, of which one or the other is blind to this."""
    count: dict[tuple[object, ...], int] = {}
    for interface, address, *_ in listed:
        count[interface, address] = count.get((interface, address), 0) + 1
    made: set[tuple[object, ...]] = set()
    for interface, address, prefixlen, family, label, up in listed:
        unknown = family != 2 and "ipv6 netmasks" in blind
        unknown = unknown or ("same address twice" in blind and count[interface, address] > 1)
        made.add(
            (
                interface,
                address,
                None if unknown else prefixlen,
                None if "labels" in blind else label,
                None if "interface flags" in blind else up,
            )
        )
    return made
