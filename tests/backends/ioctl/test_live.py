"""The ioctl backend in namespaces, on this kernel, beside rtnetlink."""

from __future__ import annotations

import json
import socket
import sys
from typing import TYPE_CHECKING, Any

import pytest
from support.shapes import SHAPES

if TYPE_CHECKING:
    from support.namespaces import Namespace

CODE = """
import json
from ifdiscover._backends.ioctl import siocgif
from ifdiscover._backends.netlink import rtnetlink
def told(host):
    return [
        [[i.name, i.index, i.flags & 0xffff, i.mtu] for i in host.interfaces],
        [
            [a.interface.name, a.packed.hex(), a.prefixlen, a.packed_netmask.hex(), a.scope_id, a.label or ""]
            for a in host.addresses
        ],
        [a.flags & 0xff for a in sorted(host.addresses) if a.family != 2],
        list(host.warnings),
    ]
print(json.dumps([told(siocgif.read()), told(rtnetlink.read())]))
"""


def both(namespace: Namespace) -> tuple[Any, Any]:
    """What ioctl and rtnetlink say in a namespace, sorted, since ioctl is blind to order."""
    mine, theirs = json.loads(namespace.run([sys.executable, "-c", CODE]).stdout)
    assert mine[3] == []
    return [sorted(mine[0]), sorted(mine[1]), mine[2]], [sorted(theirs[0]), sorted(theirs[1]), theirs[2]]


@pytest.mark.netns
@pytest.mark.parametrize("name", SHAPES)
def test_it_agrees_with_rtnetlink(name: str, namespace: Namespace) -> None:
    """Interfaces and addresses are those that rtnetlink tells, up to their order."""
    namespace.build(SHAPES[name].steps)
    mine, theirs = both(namespace)
    assert mine == theirs


@pytest.mark.netns
def test_broadcasts_and_peers_are_rtnetlinks(namespace: Namespace) -> None:
    """On links that are made for them, and of IPv4."""
    namespace.build(
        [*SHAPES["point-to-point tunnel"].steps, *SHAPES["labels"].steps, "addr add 10.7.7.7/24 brd + dev eth0"]
    )
    code = (
        "from ifdiscover._backends.ioctl import siocgif\n"
        "from ifdiscover._backends.netlink import rtnetlink\n"
        "for backend in siocgif, rtnetlink:\n"
        "    found = [a for a in backend.read().addresses if a.family == 2]\n"
        "    print(sorted((str(a), a.packed_broadcast or b'', a.packed_peer or b'') for a in found))"
    )
    mine, theirs = namespace.run([sys.executable, "-c", code]).stdout.splitlines()
    assert mine == theirs
    assert repr(socket.inet_aton("10.7.7.255")) in mine
    assert repr(socket.inet_aton("10.8.1.9")) in mine


@pytest.mark.netns
def test_names_that_are_not_text_are_read(namespace: Namespace) -> None:
    """Interfaces may be called by any bytes, and keep their addresses of both families."""
    names = ["\udcff\udcfe", "\x01\x1b[31m", "-", "\u00e9t\u00e9", "a'\"b", "123456789012345"]
    steps = ["link set lo up"]
    for number, name in enumerate(names):
        namespace.run(["ip", "link", "add", name, "type", "ifb"])
        namespace.run(["ip", "addr", "add", f"10.0.{number}.1/24", "dev", name])
        namespace.run(["ip", "addr", "add", f"2001:db8:{number}::1/64", "dev", name])
    namespace.build(steps)
    mine, theirs = both(namespace)
    assert mine == theirs
    assert {address[0] for address in mine[1]} == {"lo", *names}


@pytest.mark.netns
def test_odd_labels_do_not_disturb_the_rest(namespace: Namespace) -> None:
    """An address whose label says nothing is without netmask; one whose label lies is left out."""
    namespace.build(
        [
            *SHAPES["one address of each family"].steps,
            "link add eth1 type ifb",
            "addr add 10.0.0.1/8 dev eth1",
            "addr add 203.0.113.5/32 dev eth0 label eth1",
            "addr add 203.0.113.6/32 dev eth0 label mail",
        ]
    )
    code = (
        "from ifdiscover._backends.ioctl import siocgif\n"
        "for a in siocgif.read().addresses: print(a.interface.name, a, a.prefixlen)"
    )
    lines = namespace.run([sys.executable, "-c", code]).stdout.splitlines()
    assert [line for line in lines if "203.0.113" in line] == ["mail 203.0.113.6 None"]
    assert "eth1 10.0.0.1 8" in lines
    assert "eth0 2001:db8::10 64" in lines


@pytest.mark.netns
def test_it_needs_no_netlink(namespace: Namespace) -> None:
    """Where AF_NETLINK is refused, as a sandbox may, it still answers."""
    namespace.build(SHAPES["one address of each family"].steps)
    code = (
        "import _socket\n"
        "real = _socket.socket\n"
        "class Refusing(real):\n"
        "    def __init__(self, family=2, *rest):\n"
        "        if family == _socket.AF_NETLINK: raise PermissionError(1, 'no')\n"
        "        super().__init__(family, *rest)\n"
        "_socket.socket = Refusing\n"
        "_socket.if_nameindex = None\n"
        "from ifdiscover._backends.ioctl import siocgif\n"
        "print(len(siocgif.read().addresses))"
    )
    assert namespace.run([sys.executable, "-c", code]).stdout == "4\n"
