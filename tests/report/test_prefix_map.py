"""The map of addresses keeps what netmasks go by, and hides the rest; whatever the key and the addresses are."""

from __future__ import annotations

import ipaddress
import socket
from typing import Any

import pytest
from hypothesis import assume, given, strategies as st

from ifdiscover._packed import cut, text_of
from ifdiscover._report.prefix_map import _IPV6, KEEP, MAP, PrefixMap

KEYS = st.binary(min_size=32, max_size=32)
FOUR, SIX, MACS = (st.binary(min_size=size, max_size=size) for size in (4, 16, 6))
SPECIAL = [
    *("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24"),
    *("192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24"),
    *("224.0.0.0/4", "240.0.0.0/4"),
    *("::1/128", "fc00::/7", "fe80::/10", "fec0::/10", "ff00::/8", "2001:db8::/32", "3fff::/20", "2002::/16"),
]
NETWORKS: list[Any] = list(map(ipaddress.ip_network, SPECIAL))


def packed(text: str) -> bytes:
    """An address by its text."""
    return ipaddress.ip_address(text).packed


def shared(one: bytes, other: bytes) -> int:
    """How many leading bits two addresses share."""
    width = len(one) * 8
    return width - (int.from_bytes(one, "big") ^ int.from_bytes(other, "big")).bit_length()


def near(one: bytes, length: int, other: bytes) -> bytes:
    """An address that shares as many bits with one, at least, and has the others of another one."""
    rest = (1 << len(one) * 8 - length) - 1
    return (int.from_bytes(cut(one, length), "big") | int.from_bytes(other, "big") & rest).to_bytes(len(one), "big")


def is_made_of_a_mac(address: bytes) -> bool:
    """Whether the end of an IPv6 address is an EUI-64."""
    return len(address) == 16 and address[11:13] == b"\xff\xfe"


@st.composite
def pairs(draw: st.DrawFn) -> tuple[bytes, bytes]:
    """Two addresses of a family, near to each other or to a range that is special."""
    family = draw(st.sampled_from([FOUR, SIX]))
    one, other = draw(family), draw(family)
    special = draw(st.sampled_from([network for network in NETWORKS if network.max_prefixlen == len(one) * 8]))
    if draw(st.booleans()):
        one = near(special.network_address.packed, draw(st.integers(0, special.prefixlen)), one)
    return one, near(one, draw(st.integers(0, len(one) * 8)), other)


@given(KEYS, pairs())
def test_two_addresses_share_as_many_bits_as_before(key: bytes, pair: tuple[bytes, bytes]) -> None:
    """So those that were equal are, and no others; an interface identifier that is made of a MAC goes with its MAC."""
    assume(not any(map(is_made_of_a_mac, pair)))
    one, other = map(PrefixMap(key).address, pair)
    assert shared(one, other) == shared(*pair)


@given(KEYS, pairs(), st.lists(st.tuples(FOUR, st.integers(0, 32)) | st.tuples(SIX, st.integers(0, 128)), max_size=5))
def test_networks_that_are_known_change_nothing_of_that(
    key: bytes, pair: tuple[bytes, bytes], networks: list[tuple[bytes, int]]
) -> None:
    """The pair's own among them."""
    assume(not any(map(is_made_of_a_mac, pair)))
    known = PrefixMap(key, [*networks, (pair[0], shared(*pair)), (pair[1], len(pair[1]) * 4)])
    assert shared(*map(known.address, pair)) == shared(*pair)


@given(KEYS, pairs(), st.data())
def test_the_first_and_the_last_address_of_a_known_network_stay_so(
    key: bytes, pair: tuple[bytes, bytes], data: st.DataObject
) -> None:
    """Whatever the length; nobody else becomes one of them."""
    one = pair[0]
    length = data.draw(st.integers(0, len(one) * 8))
    first = cut(one, length)
    last = near(first, length, b"\xff" * len(one))
    assume(not any(map(is_made_of_a_mac, (first, last))))
    known = PrefixMap(key, [(one, length)])
    if len(one) == 16 and any(one[:12] == packed(text)[:12] for text in ("::", "::ffff:0:0", "64:ff9b::", "fe80::")):
        return  # inside the IPv4 address of an IPv6 one: that goes by the map of IPv4
    if one[:2] == b"\x20\x02" and length < 48:
        return  # as above
    assert known.address(first) == known.network(first, length) == cut(known.address(last), length)
    assert known.address(last) == near(known.address(first), length, b"\xff" * len(one))


@given(KEYS, FOUR, st.integers(0, 31))
def test_a_network_is_mapped_as_the_addresses_in_it(key: bytes, address: bytes, length: int) -> None:
    """Its first address is null behind the prefix, known or not."""
    plain = PrefixMap(key)
    assert plain.network(cut(address, length), length) == cut(plain.address(address), length)


@given(KEYS, pairs())
def test_what_is_special_stays_and_nothing_else_becomes_special(key: bytes, pair: tuple[bytes, bytes]) -> None:
    """In each range by itself; 2002::/16 has IPv4 inside, and only its border stays."""
    one = pair[0]
    mapped = PrefixMap(key).address(one)
    before, after = map(ipaddress.ip_address, (one, mapped))
    for network in NETWORKS:
        assert (before in network) == (after in network)
    if len(one) == 4 and any(before in network for network in NETWORKS):
        assert mapped == one
    if str(before).startswith("2001:db8:") and not is_made_of_a_mac(one):
        assert mapped == one


@given(KEYS, FOUR)
def test_classes_stay(key: bytes, address: bytes) -> None:
    """RFC 791: those of the leading bits 0, 10, 110, 1110 and 1111."""

    def leading(packed_address: bytes) -> int:
        return shared(packed_address[:1] + bytes(3), b"\xff" + bytes(3))

    assert min(leading(PrefixMap(key).address(address)), 4) == min(leading(address), 4)


@given(KEYS, FOUR)
def test_an_ipv4_address_inside_of_an_ipv6_one_is_mapped_as_ipv4(key: bytes, inner: bytes) -> None:
    """Mapped, compatible, NAT64, 6to4, and those of tunnels in IPv4."""
    made = PrefixMap(key)
    mapped = made.address(inner)
    for text in ("::ffff:0:0", "::", "64:ff9b::", "fe80::", "fe80::5efe:0:0", "fe80::200:5efe:0:0"):
        before = packed(text)[:12]
        assert made.address(before + inner) == before + mapped
    assert made.address(b"\x20\x02" + inner + bytes(10))[:6] == b"\x20\x02" + mapped


@given(KEYS, SIX)
def test_what_has_an_address_or_a_name_inside_is_mapped(key: bytes, address: bytes) -> None:
    """Behind a prefix that stays: Teredo, NAT64 of a site, ORCHID, multicast with a unicast prefix inside."""
    made = PrefixMap(key)
    for text, rest in _IPV6.items():
        if rest == MAP and text != "2000::/3":
            first, _slash, length = text.partition("/")
            inside = near(packed(first), int(length), address)
            mapped = made.address(inside)
            assert cut(mapped, int(length)) == packed(first)
            assert made.address(cut(inside, 128)) == mapped
    assert {rest for text, rest in _IPV6.items() if text in ("::/0", "2001:db8::/32")} == {KEEP}


@given(KEYS, MACS, MACS, st.integers(0, 47))
def test_macs_keep_who_gave_them_and_how_much_they_share(key: bytes, one: bytes, other: bytes, length: int) -> None:
    """The two low bits of the first byte stay; bytes that are equal stay equal from the first byte on."""
    made = PrefixMap(key)
    other = near(one, length, other)
    assume(all(raw.strip(b"\0") and raw.strip(b"\xff") for raw in (one, other)))
    mapped = made.mac(one), made.mac(other)
    assert [found[0] & 3 for found in mapped] == [one[0] & 3, other[0] & 3]
    same = next((at for at in range(6) if one[at] != other[at]), 6)
    assert next((at for at in range(6) if mapped[0][at] != mapped[1][at]), 6) == same
    assert (mapped[0] == mapped[1]) == (one == other)
    assert (made.mac(bytes(6)), made.mac(b"\xff" * 6)) == (bytes(6), b"\xff" * 6)


@given(KEYS, MACS)
def test_an_interface_identifier_made_of_a_mac_is_the_mapped_macs(key: bytes, mac: bytes) -> None:
    """Else the map of MACs would hide nothing (RFC 4291, appendix A)."""
    assume(not mac[0] & 1)  # a group's, which no interface has
    made = PrefixMap(key)

    def identifier(raw: bytes) -> bytes:
        return bytes([raw[0] ^ 2]) + raw[1:3] + b"\xff\xfe" + raw[3:]

    for text in ("fe80::", "fd00:1:2:3::", "2001:db8::"):
        assert made.address(packed(text)[:8] + identifier(mac)) == packed(text)[:8] + identifier(made.mac(mac))


@given(KEYS, st.binary(min_size=20, max_size=20), st.sampled_from([0, 2]))
def test_an_address_of_infiniband_goes_with_its_guid(key: bytes, raw: bytes, bit: int) -> None:
    """Whether the driver inverts the universal bit or leaves it."""
    assume(raw.strip(b"\0") and raw.strip(b"\xff"))
    made = PrefixMap(key)
    made.learn(raw)
    guid, mapped = raw[12:], made.hardware(raw)[12:]
    link_local = packed("fe80::")[:8]
    assume(guid[:4] not in (bytes(4), packed("0.0.94.254"), packed("2.0.94.254")))
    found = made.address(link_local + bytes([guid[0] ^ bit]) + guid[1:])
    assert found == link_local + bytes([mapped[0] ^ bit]) + mapped[1:]


@given(KEYS, st.binary(max_size=40), st.binary(max_size=40))
def test_hardware_addresses_of_any_length_stay_apart(key: bytes, one: bytes, other: bytes) -> None:
    """And as long as they were; those of tunnels are IP addresses."""
    made = PrefixMap(key)
    mapped = made.hardware(one), made.hardware(other)
    assert list(map(len, mapped)) == [len(one), len(other)]
    assert (mapped[0] == mapped[1]) == (one == other)
    for raw in (one, other):
        if len(raw) in (4, 16):
            assert made.hardware(raw) == made.address(raw)


def test_another_key_is_another_map() -> None:
    """And one key is one map; a public address is hidden in all bits that are not shared with a special range."""
    first, again, other = PrefixMap(b"a" * 32), PrefixMap(b"a" * 32), PrefixMap(b"b" * 32)
    texts = ["5.6.7.8", "130.9.9.9", "2a01:4f8::1", "2600::dead:beef"]
    assert [first.address(packed(text)) for text in texts] == [again.address(packed(text)) for text in texts]
    for text in texts:
        assert first.address(packed(text)) != other.address(packed(text))
    found = {PrefixMap(bytes([n]) * 32).address(packed("2a01:4f8::1"))[6] for n in range(64)}
    assert len(found) > 32


@pytest.mark.parametrize("netmask", [f"{2**32 - 2**n}" for n in range(30)])
def test_netmasks_stay(netmask: str) -> None:
    """But 128.0.0.0, which may be an address; of IPv6 all, which are multicast to the map."""
    raw = int(netmask).to_bytes(4, "big")
    assert PrefixMap(b"a" * 32).address(raw) == raw
    for length in range(8, 129):
        mask = (2**128 - 2 ** (128 - length)).to_bytes(16, "big")
        assert PrefixMap(b"a" * 32).address(mask) == mask, text_of(mask)


def test_an_address_beside_a_special_range_shares_as_much_with_it() -> None:
    """Which no such map can hide: 203.0.112.9 is one bit away from documentation."""
    for n in range(16):
        mapped = PrefixMap(bytes([n]) * 32).address(packed("203.0.112.9"))
        assert cut(mapped, 24) == packed("203.0.112.0")
    assert socket.inet_ntoa(PrefixMap(b"a" * 32).address(packed("203.0.113.9"))) == "203.0.113.9"
