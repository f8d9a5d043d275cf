"""What ``ip -j addr`` printed, made up here: its fields, several outputs one behind the other, and parts of a host."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from ifdiscover._backends.recorded.replay import decode
from ifdiscover.errors import RecordingError

if TYPE_CHECKING:
    pass


def document(*links: dict[str, Any]) -> bytes:
    """A list of links as ip prints it."""
    return json.dumps(links).encode() + b"\n"


def link(name: str, index: int, *addresses: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A link that is up."""
    return {
        "ifindex": index,
        "ifname": name,
        "flags": ["LOOPBACK", "UP"] if name == "lo" else ["UP"],
        "mtu": 1500,
        **more,
        "addr_info": list(addresses),
    }


def inet(text: str, length: int, **more: Any) -> dict[str, Any]:
    """An address."""
    family = "inet6" if ":" in text else "inet"
    return {"family": family, "local": text, "prefixlen": length, "scope": "global", **more}


LO = link("lo", 1, inet("127.0.0.1", 8), inet("::1", 128), link_type="loopback")


@pytest.mark.parametrize(
    ("link_type", "address", "raw"),
    [
        ("ether", "02:00:5e:10:00:01", "02005e100001"),
        ("[1]", "02:00:5e:10:00:01", "02005e100001"),
        ("ieee1394", "10:20:30:40:50:60:70:80", "1020304050607080"),
        ("gre6", "10:20:30:40:50:60:70:80", None),
        ("[823]", "10:20:30:40:50:60:70:80", None),
        ("tunnel6", "2001:db8:1:2:3:4:5:6", None),
        ("tunnel6", "::", None),
        ("gre6", "20:01:0d:b8:00:00:00:00:00:00:00:00:00:00:00:01", None),
        ("sit", "192.0.2.1", None),
        ("ipip", "0.0.0.0", None),
        ("gre", "c0:00:02:01", None),
        ("ax25", "N0CALL-1", None),
        ("phonet", "15", "15"),
        ("infiniband", ":".join(["80"] * 20), "80" * 20),
        (None, "02:00:5e:10:00:01", "02005e100001"),
        (None, "192.0.2.1", None),
        (None, "2001:db8::1", None),
    ],
)
def test_the_type_of_a_link_tells_a_hardware_address_from_the_end_of_a_tunnel(
    link_type: str | None, address: str, raw: str | None
) -> None:
    """The text alone does not: eight groups of two digits are both. Plain ip addr and ip -j say the same."""
    more = {"address": address} if link_type is None else {"link_type": link_type, "address": address}
    found = decode(document(LO, link("e", 2, **more))).interfaces[1].hardware_address
    assert found == (None if raw is None else bytes.fromhex(raw))
    if link_type is not None:
        text = f"2: e: <UP> mtu 1500 qdisc noop\n    link/{link_type} {address} brd {address}\n"
        assert decode(text.encode()).interfaces[0].hardware_address == found


@pytest.mark.parametrize("address", ["02:00:5e:10:00:0g", "2:0:5e:10:0:1", "02-00-5e-10-00-01", "", "2001:db8::1"])
def test_what_is_no_address_of_its_type_is_refused(address: str) -> None:
    """Only a tunnel's end may be anything."""
    with pytest.raises(RecordingError, match="address: must be bytes in hexadecimal"):
        decode(document(LO, link("e", 2, link_type="ether", address=address)))


@pytest.mark.parametrize(
    ("shown", "scope"),
    [("0", "global"), ("200", "site"), ("253", "link"), ("254", "host"), ("255", "nowhere"), ("77", "77")],
)
def test_a_scope_in_a_number_is_the_scope_in_a_word(shown: str, scope: str) -> None:
    """As ip -N prints it, in JSON and plain; a link-local address has its zone."""
    made = decode(document(LO, link("e", 2, inet("fe80::1", 64, scope=shown))))
    text = f"2: e: <UP> mtu 1500 qdisc noop\n    link/[1]\n    inet6 fe80::1/64 scope {shown} \n"
    for address in (made.addresses[-1], decode(text.encode()).addresses[-1]):
        assert (address.scope, address.scope_id) == (scope, 2 if scope == "link" else 0)


@pytest.mark.parametrize("shown", ["256", "-1", "²", "everywhere", "", "0254"])
def test_what_is_no_scope_is_refused(shown: str) -> None:
    """Words and numbers up to 255."""
    with pytest.raises(RecordingError, match="scope: must be global, site, link, host, nowhere, or a number"):
        decode(document(LO, link("e", 2, inet("fe80::1", 64, scope=shown))))


@pytest.mark.parametrize(
    ("shown", "number"),
    [
        ("kernel_ra", 2),
        ("0x2", 2),
        ("2", 2),
        ("0x11", 17),
        ("17", 17),
        ("0xff", 255),
        ("0x100", None),
        ("256", None),
        ("mine", None),
        ("0x", None),
        ("-1", None),
    ],
)
def test_a_protocol_is_a_word_or_a_number(shown: str, number: int | None) -> None:
    """Newer versions write those without a word in hexadecimal; a word of that host's own says nothing here."""
    assert decode(document(LO, link("e", 2, inet("192.0.2.1", 24, protocol=shown)))).addresses[1].protocol == number


def test_flags_without_a_word_are_kept() -> None:
    """Ip prints them in hexadecimal."""
    made = decode(document(LO, link("e", 2, inet("192.0.2.1", 24, ifa_flags="1000", dynamic=True))))
    assert made.addresses[1].flag_names == ("0x1000",)
    with pytest.raises(RecordingError, match="ifa_flags: must be hexadecimal"):
        decode(document(LO, link("e", 2, inet("192.0.2.1", 24, ifa_flags="0x10"))))


def test_a_negative_lifetime_is_the_kernels_number() -> None:
    """Old versions print that of a deprecated address with a sign."""
    made = decode(document(LO, link("e", 2, inet("2001:db8::1", 64, preferred_life_time=-5, valid_life_time=300))))
    assert made.addresses[-1][-2:] == (2**32 - 5, 300)


# Several outputs in one file


@pytest.mark.parametrize("seconds", [-(1 << 31) - 1, 1 << 32])
def test_a_lifetime_that_no_kernel_has_is_refused(seconds: int) -> None:
    """It is a number of 32 bits, with a sign or without."""
    with pytest.raises(RecordingError, match=r"must be a whole number from -2147483648 to 4294967295"):
        decode(document(LO, link("eth0", 2, inet("192.0.2.1", 24, valid_life_time=seconds))))


@pytest.mark.parametrize(
    ("written", "name"), [("a\\'b", "a'b"), ("'\\'", "''"), ("a\\\\'", "a\\'"), ("a\\\"\\'", "a\"'"), ("a'b", "a'b")]
)
def test_an_apostrophe_may_be_escaped_as_old_versions_wrote_it(written: str, name: str) -> None:
    """What JSON itself escapes stays so."""
    text = document(LO, link("eth0", 2, inet("192.0.2.1", 24))).replace(b"eth0", written.encode())
    assert decode(text).interfaces[1].name == name


def test_what_was_filtered_out_hides_nothing_behind_it() -> None:
    """Neither a link nor an address."""
    host = decode(document({}, LO, {}, link("eth0", 2, {}, inet("192.0.2.1", 24), {}, inet("192.0.2.2", 24))))
    assert [str(address) for address in host.addresses] == ["127.0.0.1", "192.0.2.1", "192.0.2.2", "::1"]


def test_another_output_is_told_by_its_first_address() -> None:
    """Whatever follows."""
    for addresses in ([{"dev": "eth0"}], [{"dev": "eth0"}, 7]):
        with pytest.raises(RecordingError, match="use ip -j addr without -o"):
            decode(json.dumps([{**link("eth0", 2), "addr_info": addresses}]).encode())


def test_two_outputs_by_family_are_one_host_in_the_kernels_order() -> None:
    """Ip -j -4 addr; ip -j -6 addr: as if one had been asked."""
    lo4, lo6 = link("lo", 1, inet("127.0.0.1", 8)), link("lo", 1, inet("::1", 128))
    e4, e6 = link("e", 2, inet("192.0.2.1", 24)), link("e", 2, inet("2001:db8::1", 64))
    both = decode(document(lo4, {}, e4) + document(lo6, e6, {}))  # some versions leave {} for links without that family
    assert [str(address) for address in both.addresses] == ["127.0.0.1", "192.0.2.1", "::1", "2001:db8::1"]
    assert [interface.name for interface in both.interfaces] == ["lo", "e"]
    assert both.warnings == ()
    assert "order" not in both.blind_to
    assert {"hardware addresses", "interfaces without addresses"} <= set(both.blind_to)


def test_two_outputs_of_one_family_hide_the_kernels_order() -> None:
    """They are in the order in which they were asked for."""
    both = decode(document(link("e", 2, inet("192.0.2.1", 24))) + document(LO))
    assert "order" in both.blind_to


def test_what_comes_again_in_another_output_comes_once() -> None:
    """And what one of them leaves out of a link is taken from the other."""
    plain = link("e", 2, inet("192.0.2.1", 24))
    full = {**plain, "link_type": "ether", "address": "02:00:5e:10:00:01"}
    for data in (document(LO, plain) + document(LO, full), document(LO, full) + document(LO, plain)):
        made = decode(data)
        assert [str(address) for address in made.addresses] == ["127.0.0.1", "192.0.2.1", "::1"]
        assert made.interfaces[1].hardware_address == bytes.fromhex("02005e100001")
        assert made.addresses[1].interface == made.interfaces[1]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"flags": []}, "must be what it was"),
        ({"mtu": 9000}, "must be what it was"),
        ({"ifname": "f"}, "must be what it was"),
        ({"ifindex": 3}, "must have one index"),
    ],
)
def test_outputs_that_contradict_each_other_are_refused(change: dict[str, Any], message: str) -> None:
    """Whether an interface is up decides about trust; the place names the second list."""
    one = link("e", 2, inet("192.0.2.1", 24))
    with pytest.raises(RecordingError, match=message) as raised:
        decode(document(LO, one) + document({**one, **change}))
    assert str(raised.value).startswith("document 2: [0].ifname: ")


def test_what_is_wrong_in_a_second_output_is_named_with_its_place() -> None:
    """Its line too, where it is no JSON."""
    with pytest.raises(RecordingError, match=r"^document 2: \[0\]\.mtu: NaN is not JSON"):
        decode(document(LO) + b'[{"mtu": NaN}]')
    with pytest.raises(RecordingError, match=r"^line 2, column 2: not JSON"):
        decode(document(LO) + b"[")
    with pytest.raises(RecordingError, match=r"^line 2, column 1: not JSON: extra data"):
        decode(document(LO) + b"{}")


# A part of a host


ETH0 = link("eth0", 2, inet("192.0.2.1", 24), inet("2001:db8::1", 64), link_type="ether")


@pytest.mark.parametrize(
    ("links", "sign"),
    [
        ([ETH0], "no loopback interface"),
        ([], "no loopback interface"),
        ([{}, ETH0], "filtered out"),
        ([LO, {}], "filtered out"),
        ([{"addr_info": [{}, {}]}, ETH0], "filtered out"),
        ([LO, link("eth0", 2, {}, inet("fe80::1", 64, scope="link"), link_type="ether")], "filtered out"),
        ([link("lo", 1, inet("127.0.0.1", 8)), link("eth0", 2, inet("192.0.2.1", 24))], "IPv4 alone"),
        ([link("lo", 1, inet("::1", 128)), link("eth0", 2, inet("2001:db8::1", 64))], "IPv6 alone"),
        ([link("lo", 1, inet("::1", 128), link_type="loopback")], "IPv6 alone"),
    ],
    ids=["show dev", "nothing", "older show dev", "show up", "4.15", "scope link", "-4", "-6", "-d -6"],
)
def test_what_can_only_be_a_part_of_a_host_draws_a_warning(links: list[dict[str, Any]], sign: str) -> None:
    """Its other addresses are not trusted, and nobody would know why."""
    (warning,) = decode(document(*links)).warnings
    assert sign in warning
    assert "only a part of a host" in warning
    assert warning.endswith("record all of it: ip -j addr")


@pytest.mark.parametrize(
    ("text", "sign"),
    [
        ("2: eth0: <UP> mtu 1500 qdisc mq\n    link/ether\n    inet 192.0.2.1/24 scope global eth0\n", "no loopback"),
        ("1: lo: <LOOPBACK,UP> mtu 65536 qdisc mq\n    inet 127.0.0.1/8 scope host lo\n", "IPv4 alone"),
        ("1: lo: <LOOPBACK,UP> mtu 65536 qdisc mq\n    inet6 ::1/128 scope host \n", "IPv6 alone"),
    ],
)
def test_a_part_of_a_host_in_plain_text_draws_the_same_warning(text: str, sign: str) -> None:
    """Show dev, -4, -6."""
    (warning,) = decode(text.encode()).warnings
    assert sign in warning


@pytest.mark.parametrize(
    ("links", "words"),
    [
        ([link("lo", 1, inet("127.0.0.1", 8))], {"ipv6 addresses", "interfaces without addresses"}),
        ([link("lo", 1, inet("::1", 128))], {"ipv4 addresses", "interfaces without addresses"}),
        ([link("lo", 1, inet("::1", 128), link_type="loopback")], {"ipv4 addresses", "interfaces without addresses"}),
        ([LO, ETH0], set()),
        ([ETH0], {"other interfaces"}),
        ([LO, {}], {"other interfaces"}),
        ([LO, link("eth0", 2, {}, link_type="ether")], {"other interfaces", "other addresses"}),
    ],
    ids=["-4", "-6", "-d -6", "all", "show dev", "show up", "scope link"],
)
def test_what_was_not_asked_for_it_cannot_see(links: list[dict[str, Any]], words: set[str]) -> None:
    """And so a question about it is an error, and no difference is made of it."""
    asked = {
        "ipv4 addresses",
        "ipv6 addresses",
        "interfaces without addresses",
        "other interfaces",
        "other addresses",
    }
    assert asked.intersection(decode(document(*links)).blind_to) == words


@pytest.mark.parametrize(
    "links",
    [
        [link("lo", 1, link_type="loopback")],
        [link("lo", 1, inet("127.0.0.1", 8), link_type="loopback")],
        [link("lo", 1, inet("::1", 128), link_type="loopback", qdisc="noqueue")],
        [link("lo", 1, inet("192.0.2.53", 32), link_type="loopback"), ETH0],
        [link("lo", 1, inet("::1", 128), link_type="loopback", qdisc="noqueue"), link("eth0", 2, link_type="ether")],
    ],
    ids=["no address", "no IPv6", "no IPv4", "no 127.0.0.1", "eth0 without address"],
)
def test_a_bare_host_is_no_part_of_one(links: list[dict[str, Any]]) -> None:
    """An administrator may take away any address, and whole families."""
    assert decode(document(*links)).warnings == ()


def test_a_peer_is_never_taken_for_the_own_address() -> None:
    """ip(8) prints "local" for every address; a text that lost it is damaged."""
    link = (
        '[{"ifindex":2,"ifname":"tun0","flags":["POINTOPOINT","UP"],"addr_info":'
        '[{"family":"inet","locl":"10.0.0.1","address":"10.9.9.9","prefixlen":8}]}]'
    )
    with pytest.raises(RecordingError, match=r"addr_info\[0\]\.local: must be a string, not null"):
        decode(link.encode())


def test_details_tell_kinds_and_every_output_masters() -> None:
    """Without -d nobody knows what a link is, and the host is blind to it."""
    port = link("port0", 2, master="br0", promiscuity=1, linkinfo={"info_kind": "veth"})
    bridge = link("br0", 3, promiscuity=0, linkinfo={"info_kind": "bridge", "info_data": {}})
    nic = link("nic0", 4, master="br0", promiscuity=0, linkinfo={"info_slave_kind": "bridge"})
    lo = link("lo", 1, promiscuity=0)
    detailed = decode(document(lo, port, bridge, nic))
    assert [(one.kind, one.master) for one in detailed.interfaces] == [
        (None, None),
        ("veth", "br0"),
        ("bridge", None),
        (None, "br0"),
    ]
    assert not {"interface kinds", "masters"} & set(detailed.blind_to)
    bare = decode(document(link("lo", 1), link("port0", 2, master="br0")))
    assert [(one.kind, one.master) for one in bare.interfaces] == [(None, None), (None, "br0")]
    assert "interface kinds" in bare.blind_to
    assert "interface kinds" in decode(document(lo, link("port0", 2, master="br0"))).blind_to


def test_details_of_a_second_output_complete_the_first() -> None:
    """And must not contradict them."""
    first, second = link("br0", 3), link("br0", 3, promiscuity=0, linkinfo={"info_kind": "bridge"})
    both = decode(document(first) + document(second))
    assert [one.kind for one in both.interfaces] == ["bridge"]
    with pytest.raises(RecordingError, match="must be what it was"):
        decode(document(link("a", 3, master="br0")) + document(link("a", 3, master="br1")))


@pytest.mark.parametrize("more", [{"master": 7}, {"master": ""}, {"linkinfo": {"info_kind": "x" * 300}}], ids=str)
def test_kinds_and_masters_are_names(more: dict[str, Any]) -> None:
    """Of a size that a name can have."""
    with pytest.raises(RecordingError, match=r"(master|info_kind)"):
        decode(document(link("lo", 1, **more)))


def test_plain_text_tells_masters() -> None:
    """And no kinds."""
    text = (
        "1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue state UNKNOWN group default qlen 1000\n"
        "    link/loopback 00:00:00:00:00:00 brd 00:00:00:00:00:00\n"
        "2: port0@if3: <BROADCAST,MULTICAST,UP> mtu 1500 qdisc noqueue master br0 state UP group default qlen 1000\n"
        "    link/ether 02:00:5e:10:00:01 brd ff:ff:ff:ff:ff:ff link-netnsid 0\n"
    )
    shown = decode(text.encode())
    assert [one.master for one in shown.interfaces] == [None, "br0"]
    assert "interface kinds" in shown.blind_to
    with pytest.raises(RecordingError, match=r"a master must have a name of 1 to 255 bytes, not \"b"):
        decode(text.replace("br0", "b" * 300).encode())
