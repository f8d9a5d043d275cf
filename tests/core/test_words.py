"""Numbers and words of the model: those of the headers and of ip(8), and what each property makes of them."""

from __future__ import annotations

import ipaddress
import socket

import pytest
from support.made import ETH0, address

from ifdiscover import _host as model
from ifdiscover.errors import NetmaskError
from ifdiscover.model import Address, Interface, NextHop, Recorded, Route

NUMBERS = {
    # <net/if.h>
    "IFF_UP": 0x1,
    "IFF_BROADCAST": 0x2,
    "IFF_LOOPBACK": 0x8,
    "IFF_POINTOPOINT": 0x10,
    "IFF_RUNNING": 0x40,
    # <net/if.h> of illumos
    "IFF_NOXMIT": 1 << 16,
    "IFF_NOFAILOVER": 1 << 27,
    "IFF_TEMPORARY": 1 << 35,
    "IFF_IPMP": 1 << 39,
}


@pytest.mark.parametrize("name", NUMBERS)
def test_a_flag_has_the_number_of_the_header(name: str) -> None:
    """Decoders and their tests take it from here."""
    assert getattr(model, name) == NUMBERS[name]


OF_INTERFACES = (
    "up",
    "broadcast",
    "debug",
    "loopback",
    "pointopoint",
    "0x20",
    "running",
    "noarp",
    "promisc",
    "allmulti",
)
OF_ADDRESSES = (
    *("nodad", "optimistic", "dadfailed", "home", "deprecated", "tentative", "permanent"),
    *("mngtmpaddr", "noprefixroute", "autojoin", "stable-privacy", "0x1000"),
)


def test_the_bits_of_an_interface_are_these_words() -> None:
    """Lowest bit first; one that systems differ about is a number."""
    assert Interface("x", flags=0x3FF).flag_names == OF_INTERFACES
    assert Interface("x", flags=0x400).flag_names == ("0x400",)
    assert Interface("x", flags=0).flag_names == ()
    assert Interface("x").flag_names is None


@pytest.mark.parametrize(("text", "lowest"), [("192.0.2.1", "secondary"), ("2001:db8::1", "temporary")])
def test_the_bits_of_an_address_are_the_words_of_ip(text: str, lowest: str) -> None:
    """The lowest bit is another word in each family; beyond 32 bits are the BSDs' words."""
    one = address(text)
    assert one._replace(flags=0x1FFF).flag_names == (lowest, *OF_ADDRESSES)
    assert one._replace(flags=7 << 32).flag_names == ("autoconf", "detached", "anycast")
    assert one._replace(flags=0).flag_names == ()
    assert one._replace(flags=None).flag_names is None


@pytest.mark.parametrize(("name", "bit"), [("is_up", 0x1), ("is_loopback", 0x8), ("is_running", 0x40)], ids=str)
def test_a_flag_is_its_bit_alone(name: str, bit: int) -> None:
    """All others say nothing of it, and without flags nobody knows."""
    assert getattr(Interface("x", flags=bit), name) is True
    assert getattr(Interface("x", flags=0xFFFF & ~bit), name) is False
    assert getattr(Interface("x"), name) is None


def test_scopes_are_the_numbers_of_rt_scopes() -> None:
    """Those without a word are numbers, from 0 to 255."""
    words = {0: "global", 200: "site", 253: "link", 254: "host", 255: "nowhere"}
    assert [words.get(number, str(number)) for number in range(256)] == model.SCOPES
    assert model.BITS == {socket.AF_INET: 32, socket.AF_INET6: 128}
    assert (model.KERNEL, model.ASSUMED) == ("kernel", "assumed")
    assert model.FAMILY_NAMES == {socket.AF_INET: "ipv4", socket.AF_INET6: "ipv6"}
    assert model.FAMILY_TITLES == {socket.AF_INET: "IPv4", socket.AF_INET6: "IPv6"}


def test_what_nobody_tells_is_not_known() -> None:
    """A record without a field says None, and an address has no zone and a netmask of the kernel's."""
    assert Interface("x") == ("x", None, None, None, None, None, None, None)
    assert Address(ETH0, socket.AF_INET, b"\0" * 4, 0, b"\0" * 4)[5:] == ("kernel", 0, *[None] * 8)
    assert Recorded() == (None, None, None, None)
    assert Route(socket.AF_INET, (), is_default=False)[3:] == (None, None)


def test_a_link_layer_address_is_written_with_colons() -> None:
    """One of no bytes is none."""
    assert Interface("x", hardware_address=bytes([2, 0, 0x5E, 0x10, 0, 1])).mac == "02:00:5e:10:00:01"
    assert Interface("x", hardware_address=b"").mac is None
    assert Interface("x").mac is None


def test_optional_addresses_are_made_of_their_bytes() -> None:
    """Each of its own field, and None where there is none."""
    one = address("192.0.2.1", "255.255.255.0")
    two = one._replace(packed_broadcast=bytes([192, 0, 2, 255]), packed_peer=bytes([192, 0, 2, 7]))
    assert [str(two.ip), str(two.netmask), str(two.broadcast), str(two.peer)] == [
        *("192.0.2.1", "255.255.255.0", "192.0.2.255", "192.0.2.7")
    ]
    assert (one.broadcast, one.peer, address("192.0.2.1", None).netmask) == (None, None, None)
    assert (two.cidr, str(two.network), str(two.ip_interface)) == ("192.0.2.1/24", "192.0.2.0/24", "192.0.2.1/24")


def test_a_netmask_of_no_bits_is_a_length_and_none_is_not() -> None:
    """Zero is the network of everybody; where there is no length, nothing is made of it."""
    everybody = address("192.0.2.1", "0.0.0.0")
    assert (everybody.cidr, everybody.network) == ("192.0.2.1/0", ipaddress.ip_network("0.0.0.0/0"))
    with pytest.raises(NetmaskError, match=r"192\.0\.2\.1 on eth0 has no prefix length: its netmask is null"):
        _ = address("192.0.2.1", None).cidr


def test_a_record_is_shown_as_what_it_is() -> None:
    """With its prefix length if there is one, and a route with its routers."""
    assert repr(Interface("x", 7)) == "Interface('x', index=7)"
    assert repr(address("192.0.2.1", "255.255.255.0")) == "Address('192.0.2.1/24', interface='eth0')"
    assert repr(address("192.0.2.1", None)) == "Address('192.0.2.1', interface='eth0')"
    hops = (NextHop(bytes([192, 0, 2, 254]), "eth0"), NextHop(None, "tun0"))
    route = Route(socket.AF_INET, hops, is_default=True, packed_source=bytes([192, 0, 2, 1]))
    assert repr(route) == "Route(default IPv4 by 192.0.2.254 on 'eth0', no router on 'tun0')"
    assert repr(route._replace(is_default=False)).startswith("Route(other IPv4 by ")
    assert (str(route.gateway), route.interface_name, str(route.source)) == ("192.0.2.254", "eth0", "192.0.2.1")
    assert (hops[1].gateway, route._replace(next_hops=hops[::-1]).interface_name) == (None, "tun0")
