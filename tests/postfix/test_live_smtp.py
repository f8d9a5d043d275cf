"""The address that ``source()`` tells is the one that the peer of a real smtp(8) sees."""

from __future__ import annotations

import pytest
from support.namespaces import Namespace
from support.need import need
from support.postfix.live_smtpd import why_no_smtpd
from support.postfix.smtp_peer import PEERS, SmtpClientWithPeer

from ifdiscover import discover, source

pytestmark = pytest.mark.netns

DEFAULTS = ["route add default via 192.0.2.1", "route add ::/0 via 2001:db8::1"]
ADDRESSES = ["addr add 192.0.2.10/24 dev eth0", "addr add 2001:db8::10/64 dev eth0 nodad"]
SHAPES = {
    "plain": [*ADDRESSES, *DEFAULTS],
    "another source": [
        *ADDRESSES,
        "addr add 192.0.2.99/24 dev eth0",
        "addr add 2001:db8::99/64 dev eth0 nodad",
        "route add default via 192.0.2.1 src 192.0.2.99",
        "route add ::/0 via 2001:db8::1 src 2001:db8::10",
    ],
    "addresses of lo": [
        "addr add 198.51.100.10/32 dev lo",
        "addr add 2001:db8:1::10/128 dev lo nodad",
        *ADDRESSES,
        "addr add fe80::10/64 dev eth0 nodad",  # from which the kernel asks for the router's link-layer address
        "route add default via 192.0.2.1 src 198.51.100.10",
        "route add ::/0 via 2001:db8::1 src 2001:db8:1::10",
    ],
    "a table by a rule": [
        *ADDRESSES,
        "addr add 192.0.2.99/24 dev eth0",
        *DEFAULTS,
        "route add default via 192.0.2.1 src 192.0.2.99 table 100",
        f"rule add to {PEERS[4]} lookup 100",
    ],
    "a temporary address": [
        ADDRESSES[0],
        "sysctl ipv6/conf/eth0/use_tempaddr=2",
        "addr add 2001:db8::10/64 dev eth0 nodad mngtmpaddr",
        *DEFAULTS,
    ],
}


@pytest.mark.parametrize("name", SHAPES)
def test_the_peer_sees_the_source(name: str, namespace: Namespace) -> None:
    """Of each family, and of whatever made the kernel choose it."""
    need(why_no_smtpd())
    with SmtpClientWithPeer(namespace, SHAPES[name]) as client:
        for family, peer in PEERS.items():
            assert client.address_seen(family) == str(source(peer, netns=namespace.name))


def test_the_peer_sees_what_stays_if_it_is_bound(namespace: Namespace) -> None:
    """And the temporary address otherwise, which is not published."""
    need(why_no_smtpd())
    bound = {"smtp_bind_address6": "2001:db8::10"}
    with SmtpClientWithPeer(namespace, SHAPES["a temporary address"], bound) as client:
        host = discover(netns=namespace.name, routes=True)
        stable = host.stable_address(6).address
        assert str(stable) == bound["smtp_bind_address6"]
        assert host.source(6) != host.stable_address(6).address
        assert client.address_seen(6) == str(stable)
