"""A host beside which lists are checked."""

from __future__ import annotations

from support.made import address, host

from ifdiscover.model import IFF_LOOPBACK, IFF_UP, Interface

_LO = Interface("lo", 1, IFF_UP | IFF_LOOPBACK)

HOST = host(
    address("127.0.0.1", "255.0.0.0")._replace(interface=_LO),
    address("192.0.2.25", "255.255.255.0"),
    address("198.51.100.1", "255.255.255.128", label="eth0:1")._replace(interface=Interface("eth1", 3, IFF_UP)),
    address("::1", "ffff:" * 7 + "ffff")._replace(interface=_LO),
    address("2001:db8::25", "ffff:ffff:ffff:ffff::"),
    address("fe80::25", "ffff:ffff:ffff:ffff::", scope_id=2),
)
"""lo, and eth0 with one IPv4, one IPv6 and one link-local network; eth1 with a label."""

TWO_INTERFACES = host(
    address("127.0.0.1", "255.0.0.0")._replace(interface=_LO),
    address("192.0.2.25", "255.255.255.0"),
    address("::1", "ffff:" * 7 + "ffff")._replace(interface=_LO),
    address("2001:db8::25", "ffff:ffff:ffff:ffff::"),
)
"""lo, and eth0 with one IPv4 and one IPv6 network."""
