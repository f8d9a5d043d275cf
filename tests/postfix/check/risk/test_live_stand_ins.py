"""Real NAT and a real proxy before a real smtpd: who trusts the gateway trusts all who come by it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import pytest
from support.postfix.live_gateway import (
    ALL_CLIENTS,
    BRIDGE,
    CLIENT,
    CONTAINER,
    GATEWAY,
    GATEWAY6,
    MASQUERADE,
    ONLY_OUTGOING,
    OUTSIDE,
    OUTSIDE6,
    PORT,
    ReachableSmtpd,
    behind_a_gateway,
    proxy,
    reply_to,
)

from ifdiscover import check, discover

if TYPE_CHECKING:
    from collections.abc import Iterator

    from support.namespaces import Namespace

    from ifdiscover.model import Host

pytestmark = pytest.mark.netns

SET = {"compatibility_level": "3.6", "myhostname": "mail.example.com"}

NETWORK = "127.0.0.0/8 172.30.0.0/16"
EXCLUDED = f"127.0.0.0/8 !{GATEWAY} 172.30.0.0/16"
NETWORK6 = "[::1]/128 [fd00:30::]/64"
EXCLUDED6 = f"[::1]/128 ![{GATEWAY6}] [fd00:30::]/64"
LISTS = [NETWORK, EXCLUDED, NETWORK6, EXCLUDED6, GATEWAY, None]
RELAYS, REFUSED = "550 5.1.0 <user@example.net>: no-delivery", "554 5.7.1 <user@example.net>: Relay access denied"


class Site(NamedTuple):
    """The three hosts, and the smtpd of the container."""

    container: Namespace
    gateway: Namespace
    client: Namespace
    smtpd: ReachableSmtpd

    def masquerade(self, rule: str) -> None:
        """Let the gateway forward the ports to the container, with this rule for the source addresses."""
        self.gateway.run(["nft", "-f", "-"], stdin="flush ruleset\n" + MASQUERADE % rule)

    def asked(self, address: str, text: str | None) -> tuple[str, str]:
        """The reply to the client at an address of the gateway, and the address that smtpd saw."""
        reply = reply_to(self.client, address, LISTS.index(text)).strip()
        assert reply.startswith(("550", "554")), reply
        return (RELAYS if "no-delivery" in reply else REFUSED), self.smtpd.seen()


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    """One for all tests of this module."""
    with behind_a_gateway() as (container, gateway, client), ReachableSmtpd(LISTS, namespace=container) as smtpd:
        yield Site(container, gateway, client, smtpd)


def found_in(namespace: Namespace, text: str | None) -> list[tuple[str, str, str]]:
    """Kind, severity and suggestion of what is found of a list on the host that a namespace is."""
    host = host_of(namespace)
    found = check(host, overrides=SET if text is None else {**SET, "mynetworks": text})
    return [(one.kind, one.severity, one.suggestion) for one in found if one.severity != "info"]


def host_of(namespace: Namespace) -> Host:
    """The host that a namespace is."""
    return discover(netns=namespace.name, routes=True)


def test_behind_a_gateway_that_masquerades_a_stranger_relays_by_the_gateways_address(site: Site) -> None:
    """Of each list that trusts the gateway check says so, and of no other."""
    site.masquerade(ALL_CLIENTS)
    for text, outside, verdict, suggestion in (
        (NETWORK, OUTSIDE, RELAYS, f"!{GATEWAY} 172.30.0.0/16"),
        (NETWORK6, OUTSIDE6, RELAYS, f"![{GATEWAY6}] [fd00:30::]/64"),
        (GATEWAY, OUTSIDE, RELAYS, "take it out, unless everybody who comes by it may relay"),
        (EXCLUDED, OUTSIDE, REFUSED, None),
        (EXCLUDED6, OUTSIDE6, REFUSED, None),
        (None, OUTSIDE, REFUSED, None),
        (None, OUTSIDE6, REFUSED, None),
    ):
        assert site.asked(outside, text) == (verdict, GATEWAY6 if ":" in outside else GATEWAY)
        expected = [] if suggestion is None else [("trusted-gateway", "medium", suggestion)]
        assert found_in(site.container, text) == expected


def test_a_gateway_that_masquerades_only_what_goes_out_hides_no_client(site: Site) -> None:
    """So the finding is medium and not high: a container cannot see which rules its gateway has."""
    site.masquerade(ONLY_OUTGOING)
    assert site.asked(OUTSIDE, NETWORK) == (REFUSED, CLIENT)


def test_clients_over_ipv6_of_a_userland_proxy_come_from_the_gateways_ipv4_address(site: Site) -> None:
    """As with a published port and a container network that has no IPv6."""
    site.gateway.run(["nft", "flush", "ruleset"])
    for text, verdict in ((NETWORK, RELAYS), (EXCLUDED, REFUSED), (None, REFUSED)):
        port = PORT + LISTS.index(text)
        with proxy(site.gateway, (OUTSIDE6, port), (CONTAINER, port)):
            assert site.asked(OUTSIDE6, text) == (verdict, GATEWAY)


def test_clients_of_a_proxy_inside_the_container_come_from_its_loopback_address(site: Site) -> None:
    """Stock lists trust it, so that nothing above info is said of it."""
    port = PORT + LISTS.index(NETWORK)
    site.masquerade(ONLY_OUTGOING)
    with proxy(site.container, (CONTAINER, PORT + 100), ("127.0.0.1", port)):
        assert site.asked(OUTSIDE, EXCLUDED) == (REFUSED, CLIENT)
        reply = reply_to(site.gateway, CONTAINER, 100)
        assert "no-delivery" in reply
        assert site.smtpd.seen() == "127.0.0.1"
    stock = "127.0.0.0/8 [::ffff:127.0.0.0]/104 [::1]/128"
    assert found_in(site.container, stock) == []
    found = check(host_of(site.container), overrides={**SET, "mynetworks": stock})
    assert [(one.kind, one.element) for one in found] == [
        ("trusted-proxy", "127.0.0.0/8"),
        ("mapped-network", "[::ffff:127.0.0.0]/104"),
    ]


def test_to_the_bridges_own_host_containers_come_from_their_own_addresses(site: Site) -> None:
    """The bridge's address is then the host itself, or a proxy on it: to trust it is info."""
    site.masquerade(ONLY_OUTGOING)
    with ReachableSmtpd([None], namespace=site.gateway) as smtpd:
        assert "Relay access denied" in reply_to(site.container, GATEWAY)
        assert smtpd.seen() == CONTAINER
        assert "no-delivery" in reply_to(site.gateway, GATEWAY)
        assert smtpd.seen() == GATEWAY
        with proxy(site.gateway, (OUTSIDE, PORT + 100), (GATEWAY, PORT)):
            assert "no-delivery" in reply_to(site.client, OUTSIDE, 100)
            assert smtpd.seen() == GATEWAY
    assert found_in(site.gateway, None) == []
    found = check(host_of(site.gateway), overrides=SET)
    assert [(one.kind, one.severity) for one in found] == [("trusted-bridge", "info")]
    assert f"on {BRIDGE}, a bridge of containers" in found[0].remark


def test_match_says_what_it_means_to_trust_the_gateway(site: Site) -> None:
    """Whether the list trusts it or not; of a client's own address it says nothing."""
    for text, status in ((NETWORK, 0), (EXCLUDED, 1)):
        done = site.container.ifdiscover("match", "-q", "-o", f"mynetworks={text}", GATEWAY, CONTAINER, check=False)
        assert done.returncode == status
        (line,) = done.stderr.splitlines()
        assert line.startswith(f"ifdiscover: warning: {GATEWAY} is the default gateway on eth0, a veth")
        assert "To trust it lets all of them relay; to refuse it refuses all of them" in line
    done = site.gateway.ifdiscover("match", "-q", "-o", f"mynetworks={NETWORK}", GATEWAY)
    assert f"{GATEWAY} is this host's own on {BRIDGE}, a bridge" in done.stderr
