"""What clients meet after a change of the host or of main.cf, seen with a real Postfix that they reach by TCP.

Of each change: what they meet at once, after a reload, and after a stop and a start; and what we say is needed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import pytest
from support.need import need
from support.postfix.live_changes import (
    DOCKER,
    FAR,
    LAN,
    LAN6,
    NEAR,
    NOT_TRUSTED,
    OURS,
    RENUMBERED,
    SET,
    SUBNET,
    TRUSTED,
    Live,
)
from support.postfix.live_server import REFUSED, UNREACHABLE, Server
from support.postfix.live_smtpd import why_no_smtpd

from ifdiscover._postfix.changes.needs import ALREADY, NOTHING, RELOAD, RESTART

if TYPE_CHECKING:
    from collections.abc import Mapping

    from support.namespaces import Namespace

pytestmark = pytest.mark.netns


class Row(NamedTuple):
    """A change, the client that shows it, and what it meets: at once, after a reload, after a stop and a start."""

    parameters: Mapping[str, str]
    near: list[str]
    steps: list[str]
    edit: Mapping[str, str]
    client: tuple[str, ...]
    seen: tuple[str, str, str, str]
    what: str
    until: tuple[str, ...]


NONE: Mapping[str, str] = {}

ROWS = {
    "a network appears": Row(
        SUBNET,
        NEAR,
        ["addr add 172.18.0.10/16 dev veth0", "route replace 172.18.0.0/16 dev eth0"],
        NONE,
        DOCKER,
        (NOT_TRUSTED, NOT_TRUSTED, TRUSTED, TRUSTED),
        RELOAD,
        (
            "mail for user@[172.18.0.10] is not taken as its own",
            "clients of 172.18.0.0/16 are not trusted",
        ),
    ),
    "a network goes": Row(
        SUBNET,
        [*NEAR, "addr add 172.18.0.10/16 dev veth0", "route replace 172.18.0.0/16 dev eth0"],
        ["addr del 172.18.0.10/16 dev veth0", "route replace 172.18.0.0/16 dev eth0"],
        NONE,
        DOCKER,
        (TRUSTED, TRUSTED, NOT_TRUSTED, NOT_TRUSTED),
        RELOAD,
        (
            "mail for user@[172.18.0.10] is still taken as its own",
            "clients of 172.18.0.0/16 stay trusted",
        ),
    ),
    "an interface with a network goes down": Row(
        SUBNET,
        [*NEAR, "addr add 172.18.0.10/16 dev veth0", "route replace 172.18.0.0/16 dev eth0"],
        ["link set veth0 down"],
        NONE,
        DOCKER,
        (TRUSTED, TRUSTED, NOT_TRUSTED, NOT_TRUSTED),
        RELOAD,
        (
            "mail for user@[172.18.0.10] is still taken as its own",
            "clients of 172.18.0.0/16 stay trusted",
        ),
    ),
    "a netmask becomes shorter": Row(
        SUBNET,
        [*NEAR[:2], "addr add 172.18.128.10/17 dev eth0", "route add 172.18.0.0/17 dev eth0"],
        ["addr add 172.18.128.10/16 dev eth0", "addr del 172.18.128.10/17 dev eth0"],
        NONE,
        DOCKER,
        (NOT_TRUSTED, NOT_TRUSTED, TRUSTED, TRUSTED),
        RELOAD,
        (
            "clients of 172.18.0.0/16 are not trusted",
            "clients of 172.18.128.0/17 stay trusted",
        ),
    ),
    "an own address appears, and Postfix listens everywhere": Row(
        SET,
        NEAR,
        ["addr add 192.0.2.20/24 dev eth0"],
        NONE,
        (*RENUMBERED[:1], "192.0.2.20"),
        (UNREACHABLE, TRUSTED, TRUSTED, TRUSTED),
        RELOAD,
        ("mail for user@[192.0.2.20] is not taken as its own",),
    ),
    "the literal of an own address that appears": Row(
        SET,
        NEAR,
        ["addr add 192.0.2.20/24 dev eth0"],
        NONE,
        (*DOCKER, "user@[192.0.2.20]"),
        (NOT_TRUSTED, NOT_TRUSTED, OURS, OURS),
        RELOAD,
        ("mail for user@[192.0.2.20] is not taken as its own",),
    ),
    "the literal of an own address that goes": Row(
        SET,
        [*NEAR, "addr add 192.0.2.20/24 dev eth0"],
        ["addr del 192.0.2.20/24 dev eth0"],
        NONE,
        (*DOCKER, "user@[192.0.2.20]"),
        (OURS, OURS, NOT_TRUSTED, NOT_TRUSTED),
        RELOAD,
        ("mail for user@[192.0.2.20] is still taken as its own",),
    ),
    "an address that inet_interfaces does not name": Row(
        {**SUBNET, "inet_interfaces": "192.0.2.10"},
        NEAR,
        ["addr add 192.0.2.20/24 dev eth0"],
        NONE,
        RENUMBERED,
        (UNREACHABLE, REFUSED, REFUSED, REFUSED),
        NOTHING,
        (),
    ),
    "IPv6 appears where Postfix began without": Row(
        SUBNET,
        ["sysctl ipv6/conf/all/disable_ipv6=1", *NEAR[:1]],
        ["sysctl ipv6/conf/all/disable_ipv6=0", "addr add 2001:db8::10/64 dev eth0 nodad"],
        NONE,
        LAN6,
        (UNREACHABLE, NOT_TRUSTED, TRUSTED, TRUSTED),
        RELOAD,
        (
            "mail for user@[IPv6:::1], user@[IPv6:2001:db8::10] is not taken as its own",
            "clients of [::1]/128, [2001:db8::]/64 are not trusted",
        ),
    ),
    "a loopback address appears under loopback-only": Row(
        {"inet_interfaces": "loopback-only"},
        NEAR,
        ["addr add 127.0.0.2/8 dev lo"],
        NONE,
        ("near", "127.0.0.1", "127.0.0.2"),
        (REFUSED, REFUSED, REFUSED, TRUSTED),
        RESTART,
        (
            "connections to 127.0.0.2 are refused",
            "mail for user@[127.0.0.2] is not taken as its own",
            "clients of 127.0.0.2/32 are not trusted",
        ),
    ),
    "inet_interfaces gets wider": Row(
        {**SET, "inet_interfaces": "192.0.2.10"},
        NEAR,
        [],
        {"inet_interfaces": "192.0.2.10, 2001:db8::10"},
        LAN6,
        (REFUSED, REFUSED, REFUSED, NOT_TRUSTED),
        RESTART,
        (
            "connections to 2001:db8::10 are refused",
            "mail for user@[IPv6:2001:db8::10] is not taken as its own",
        ),
    ),
    "inet_interfaces becomes all": Row(
        {**SET, "inet_interfaces": "192.0.2.10"},
        NEAR[:2],
        [],
        {"inet_interfaces": "all"},
        LAN6,
        (REFUSED, REFUSED, REFUSED, NOT_TRUSTED),
        RESTART,
        (
            "connections to every other IPv4 address, every IPv6 address are refused",
            "mail for user@[127.0.0.1], user@[IPv6:::1], user@[IPv6:2001:db8::10] is not taken as its own",
        ),
    ),
    "inet_interfaces becomes loopback-only": Row(
        SET,
        NEAR[:2],
        [],
        {"inet_interfaces": "loopback-only"},
        LAN,
        (TRUSTED, TRUSTED, TRUSTED, REFUSED),
        RESTART,
        (
            "Postfix still listens on every other IPv4 address, every other IPv6 address",
            "mail for user@[192.0.2.10], user@[IPv6:2001:db8::10] is still taken as its own",
        ),
    ),
    "inet_protocols gets IPv6": Row(
        {**SUBNET, "inet_protocols": "ipv4"},
        NEAR[:2],
        [],
        {"inet_protocols": "all"},
        LAN6,
        (REFUSED, REFUSED, REFUSED, TRUSTED),
        RESTART,
        (
            "connections to every IPv6 address are refused",
            "mail for user@[IPv6:::1], user@[IPv6:2001:db8::10] is not taken as its own",
            "clients of [::1]/128, [2001:db8::]/64 are not trusted",
        ),
    ),
    "inet_protocols loses IPv6": Row(
        SUBNET,
        NEAR[:2],
        [],
        {"inet_protocols": "ipv4"},
        LAN6,
        (TRUSTED, TRUSTED, UNREACHABLE, REFUSED),
        RESTART,
        (
            "a reload alone makes smtpd stop at each IPv6 client",
            "Postfix still listens on every IPv6 address",
            "mail for user@[IPv6:::1], user@[IPv6:2001:db8::10] is still taken as its own",
            "clients of [::1]/128, [2001:db8::]/64 stay trusted",
        ),
    ),
    "mynetworks is edited": Row(
        SET,
        NEAR,
        [],
        {"mynetworks": "172.18.0.0/16"},
        DOCKER,
        (NOT_TRUSTED, NOT_TRUSTED, TRUSTED, TRUSTED),
        RELOAD,
        ("clients of 172.18.0.0/16 are not trusted", "clients of 192.0.2.0/24 stay trusted"),
    ),
    "proxy_interfaces is edited": Row(
        SET,
        NEAR,
        [],
        {"proxy_interfaces": "198.51.100.1"},
        (*DOCKER, "user@[198.51.100.1]"),
        (NOT_TRUSTED, NOT_TRUSTED, OURS, OURS),
        RELOAD,
        ("proxy_interfaces is taken for empty",),
    ),
}


@pytest.mark.parametrize("name", ROWS)
def test_what_clients_meet_and_what_is_needed(name: str, namespace: Namespace) -> None:
    """And what we say is true until then is what a client meets until then."""
    need(why_no_smtpd())
    row = ROWS[name]
    with Server(namespace, row.near, FAR, row.parameters) as server:
        live = Live(server)
        assert live.meets(LAN) in (TRUSTED, NOT_TRUSTED, REFUSED)  # an smtpd runs before the change, if one listens
        seen = [live.meets(row.client)]
        namespace.build(row.steps)
        server.write_main_cf(row.edit)
        told = live.needs()
        seen.append(live.meets(row.client))
        assert server.postfix("reload")[0] == 0
        seen.append(live.meets(row.client))
        assert server.postfix("stop")[0] == 0
        assert server.postfix("start")[0] == 0
        seen.append(live.meets(row.client))
        assert tuple(seen) == row.seen
        still = (ALREADY,) if row.until else ()
        assert (told.what, told.until, told.edits) == (row.what, (*row.until, *still), ())
        assert bool(told.reasons) == (told.what != NOTHING)
