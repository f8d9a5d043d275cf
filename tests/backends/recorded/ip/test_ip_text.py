"""Plain ``ip addr``, line by line: a line that tells of an address is read or refused, never passed over."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support.ip_texts import ETHER, FOREVER, HEAD, INET, INET6, LOOPBACK

from ifdiscover._backends.recorded.replay import decode
from ifdiscover.errors import RecordingError

if TYPE_CHECKING:
    from ifdiscover.model import Host


def texts(host: Host) -> list[str]:
    """The addresses, and what each is on."""
    return [f"{address.interface.name} {address}/{address.prefixlen}" for address in host.addresses]


# Lines


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (b"inet 192.0.2.1", "must be ADDRESS/LENGTH"),
        (b"inet", "must be ADDRESS/LENGTH"),
        (b"inet 192.0.2.1/33 scope global eth0", "a prefix length must be a whole number from 0 to 32"),
        (b"inet 192.0.2.1/ scope global eth0", "a prefix length must be"),
        (b"inet 192.0.2.1/-1 scope global eth0", "a prefix length must be"),
        (b"inet 192.0.2.1/2_4 scope global eth0", "a prefix length must be"),
        (b"inet 192.0.2.300/24 scope global eth0", "IPv4 address here"),
        (b"inet 2001:db8::1/64 scope global eth0", "a prefix length must be"),
        (b"inet6 192.0.2.1/24 scope global", "IPv6 address here"),
        (b"inet6 fe80::1%eth0/64 scope link", "IPv6 address here"),
        (b"inet mx1.example/24 scope global eth0", "IPv4 address here"),
        (b"inet 192.0.2.1 peer 192.0.2.2 scope global eth0", "must be ADDRESS/LENGTH"),
        (b"inet 192.0.2.1/24 peer 192.0.2.2/24 scope global eth0", "IPv4 address here"),
        (b"inet 192.0.2.1/24 brd scope global eth0", "must have one label at the end"),
        (b"inet 192.0.2.1/24 brd 192.0.2.255 brd 192.0.2.0 scope global eth0", "must come once"),
        (b"inet 192.0.2.1/24 brd 192.0.2.255", "an IPv4 address must have one label"),
        (b"inet 192.0.2.1/24 brd 192.0.2.255 eth0", "must have a scope"),
        (b"inet 192.0.2.1/24 scope everywhere eth0", "must be global, site, link, host, nowhere, or a number"),
        (b"inet 192.0.2.1/24 scope 256 eth0", "or a number up to 255"),
        (b"inet 192.0.2.1/24 scope", "a word with a value must come once"),
        (b"inet 192.0.2.1/24 192.0.2.255 scope global eth0", "must have one label at the end"),
        (b"inet 192.0.2.1/24 scope global", "must have one label at the end"),
        (b"inet 192.0.2.1/24 scope global eth0:" + b"e" * 251, "a label must have 1 to 255 bytes"),
        (b"inet 192.0.2.1/24 scope global my label", "one with blanks"),
        (b"inet 192.0.2.1/24 scope global dynamic", "or that is a flag's word, is ambiguous here: use ip -j addr"),
        (b"inet 192.0.2.1/24 scope global flags 100000000 eth0", "must be flags in hexadecimal"),
        (b"inet6 2001:db8::1/64 scope global eth0", "must have known words behind it"),
        (b"inet6 2001:db8::1/64 scope global bogus tentative", "must have known words behind it"),
        (b"valid_lft forever", "must be valid_lft N preferred_lft N"),
        (b"preferred_lft forever valid_lft forever", "must be as ip addr prints it"),
        (b"valid_lft forever preferred_lft 5min", "a lifetime must be forever or a number of seconds like 60sec"),
        (b"valid_lft 4294967296sec preferred_lft 5sec", "a lifetime must be"),
        (b"valid_lft -2147483649sec preferred_lft 5sec", "a lifetime must be"),
        (b"valid_lft forever preferred_lft forever\n    valid_lft 1sec preferred_lft 1sec", "which is not there"),
        (b"link/ether 02:00:5e:10:00:02 brd ff:ff:ff:ff:ff:ff", "link/TYPE must come once"),
        (b"3: eth1: <UP> mtu 1500 qdisc mq", "must be as ip addr prints it"),
        (b"** inet 192.0.2.1/24 scope global eth0 **", "must be as ip addr prints it"),
        (b"+inet 192.0.2.1/24 brd 192.0.2.255", "must be as ip addr prints it"),
        (b"inett 192.0.2.1/24 scope global eth0", "must be as ip addr prints it"),
        (b"veth inet6 2001:db8::1/64", "must be as ip addr prints it"),
        (b"192.0.2.1/24 scope global eth0", "must be as ip addr prints it"),
        (b"inet 192.0.2.1/24 \xc2\xa0 scope global eth0", "must have one label at the end"),
        (b"altname \0", "must have no NUL"),
    ],
    ids=lambda value: value.decode("utf-8", "replace") if isinstance(value, bytes) else "",
)
def test_a_line_about_an_address_is_read_or_refused_with_its_number(line: bytes, message: str) -> None:
    """It is never passed over."""
    with pytest.raises(RecordingError) as raised:
        decode(LOOPBACK + HEAD + ETHER + INET.removesuffix(FOREVER) + b"    " + line + b"\n")
    assert message in str(raised.value)
    assert str(raised.value).startswith(("line 8: ", "line 9: "))


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (b"eth1: <UP> mtu 1500", "a line that is not indented must begin an interface"),
        (b"0: eth1: <UP> mtu 1500", "an index must be a whole number from 1"),
        (b"4294967296: eth1: <UP> mtu 1500", "an index must be"),
        (b"3: eth 1: <UP> mtu 1500", "must begin an interface"),
        (b"3: eth1: UP mtu 1500", "must begin an interface"),
        (b"3: eth1: <UP>", "must begin an interface"),
        (b"3: eth1: <UP> mtu 15000000000", "must begin an interface"),
        (b"3: eth1: <UP> mtu 4294967296", "mtu must be a whole number"),
        (b"3: eth1: <UP,LOOP> mtu 1500", 'must be a flag that ip prints, not "LOOP"'),
        (b"3: eth1: <UP,-1> mtu 1500", "must be a flag that ip prints"),
        (b"3: eth1: <UP> mtu 1500 qdisc mq    inet 192.0.2.1/24 scope global eth1", "must begin an interface"),
        (b"3: a@b@c: <UP> mtu 1500", 'a name with @ in it is ambiguous here; use ip -j addr, not "a@b@c"'),
        (b"3: eth0: <UP> mtu 1500\n    link/none", "must have one index, and this name has 2 too"),
        (b"2: eth0: <UP> mtu 1500\n    link/none", "a link that comes again must be what it was"),
        (b"3: " + b"e" * 256 + b": <UP> mtu 1500\n    link/none", "must have a name of 1 to 255 bytes"),
        (b"$ exit", "must begin an interface"),
        (b"inet 192.0.2.1/24 scope global eth0", "must begin an interface"),
        (b"Deleted 3: eth1: <UP> mtu 1500", "must begin an interface"),
        (b"3: eth1: <UP> mtu 1500", "must have a line link/TYPE, as others have"),
    ],
    ids=lambda value: value.decode()[:60] if isinstance(value, bytes) else "",
)
def test_a_line_at_the_margin_begins_an_interface_or_is_refused(line: bytes, message: str) -> None:
    """Otherwise the addresses below it would be another interface's, which may be up."""
    with pytest.raises(RecordingError) as raised:
        decode(LOOPBACK + HEAD + ETHER + INET + line + b"\n" + (ETHER if b"@" in line else b""))
    assert message in str(raised.value)
    assert str(raised.value).startswith("line 9: ")


def test_what_stands_before_the_first_interface_is_refused() -> None:
    """A prompt, or the rest of an interface whose beginning is lost."""
    with pytest.raises(RecordingError, match="line 1: a line that is not indented must begin an interface"):
        decode(b"$ ip addr\n" + LOOPBACK)
    with pytest.raises(RecordingError, match="line 1: the first line must begin an interface"):
        decode(INET + LOOPBACK)


def test_an_address_without_the_lifetimes_that_others_have_is_refused() -> None:
    """Each family for itself: kernels before 3.9 tell none of IPv4 addresses."""
    bare, bare6 = INET.removesuffix(FOREVER), INET6.removesuffix(FOREVER)
    with pytest.raises(RecordingError, match="line 7: an address must have a line valid_lft, as others have"):
        decode(LOOPBACK + HEAD + ETHER + bare)
    with pytest.raises(RecordingError, match="line 9: an address must have a line valid_lft"):
        decode(LOOPBACK + HEAD + ETHER + INET + bare6 + INET6.replace(b"::10", b"::11"))
    old = decode(LOOPBACK.removesuffix(FOREVER) + HEAD + ETHER + bare + INET6)
    assert "lifetimes" in old.blind_to
    assert len(old.addresses) == 3


@pytest.mark.parametrize("lines", [ETHER + ETHER, ETHER + INET + ETHER, INET + ETHER], ids=["twice", "again", "late"])
def test_a_type_of_link_comes_once_and_before_the_addresses(lines: bytes) -> None:
    """Between two of them the line that began an interface is lost."""
    with pytest.raises(RecordingError, match="link/TYPE must come once, before the addresses of an interface"):
        decode(LOOPBACK + HEAD + lines)


NO_GROUP, NO_QUEUE = HEAD.replace(b" group default", b""), HEAD.replace(b" qdisc mq", b"")
LO_ALONE = b"".join(LOOPBACK.splitlines(keepends=True)[:2])


@pytest.mark.parametrize(
    ("text", "blind_to"),
    [
        (LOOPBACK + HEAD + ETHER + INET + INET6, set()),
        (LOOPBACK + NO_GROUP + ETHER + INET, set()),
        (LOOPBACK + NO_GROUP + ETHER + INET + INET6, {"near peers"}),  # BusyBox
        (LO_ALONE + HEAD + ETHER + INET6, set()),
        (LO_ALONE.replace(b" qdisc noqueue", b"") + HEAD + ETHER + INET6, set()),
        (LO_ALONE + NO_QUEUE + ETHER + INET6, set()),
        (
            LO_ALONE.replace(b" qdisc noqueue", b"") + NO_QUEUE + ETHER + INET6,  # ip -6 -d
            {"ipv4 addresses", "interfaces without addresses"},
        ),
    ],
    ids=["whole", "old", "BusyBox", "no IPv4", "one queue", "the other", "-6"],
)
def test_what_a_form_of_ip_does_not_tell_is_known(text: bytes, blind_to: set[str]) -> None:
    """By what it prints of links: no form tells less of one link than of another."""
    words = {"near peers", "ipv4 addresses", "interfaces without addresses", "hardware addresses"}
    assert blind_to == words.intersection(decode(text).blind_to)


def test_an_ipv4_address_behind_ipv6_addresses_is_refused() -> None:
    """Of one interface the kernel has IPv4 first; the line that began another one is lost."""
    with pytest.raises(RecordingError, match="line 9: an IPv4 address must come before the IPv6 addresses"):
        decode(LOOPBACK + HEAD + ETHER + INET6 + INET)


def test_a_strange_label_is_refused_where_nothing_else_shows_that_an_interface_began() -> None:
    """Ip -4 addr has no line link/TYPE, so that eth1's addresses would be lo's."""
    text = b"".join(line for line in (LOOPBACK + HEAD + INET).splitlines(keepends=True) if b"link/" not in line)
    assert texts(decode(text)) == ["lo 127.0.0.1/8", "eth0 192.0.2.10/24"]
    with pytest.raises(RecordingError, match="line 4: a label must begin with the name of its interface"):
        decode(text.replace(HEAD, b""))
    whole = decode(LOOPBACK + HEAD + ETHER + INET.replace(b"eth0", b"vip"))
    assert whole.addresses[1].label == "vip"


def test_lines_that_nobody_knows_are_named_in_one_warning() -> None:
    """A kind of link that is newer than this; none of them tells of an address."""
    made = decode(LOOPBACK + HEAD + ETHER + b"    newkind remote 192.0.2.1 local 192.0.2.2\n" + INET)
    assert made.warnings == ("line 7: not known to be printed by ip addr, and passed over",)
    five = decode(LOOPBACK + HEAD + ETHER + b"    newkind x\n" * 5 + INET)
    assert five.warnings == ("lines 7, 8, 9, 10, 11: not known to be printed by ip addr, and passed over",)
    many = decode(LOOPBACK + HEAD + ETHER + b"    newkind x\n" * 7 + INET)
    assert many.warnings == ("lines 7, 8, 9, 10, 11 and 2 more: not known to be printed by ip addr, and passed over",)


def test_an_alias_is_free_text() -> None:
    """It may look like anything that stands in one line."""
    alias = b"    alias inet 203.0.113.1/8 scope global eth0 valid_lft forever\n"
    assert decode(LOOPBACK + HEAD + ETHER + alias + INET) == decode(LOOPBACK + HEAD + ETHER + INET)


def test_blanks_may_have_become_tabs_and_lines_end_as_on_windows() -> None:
    """What an editor or a mail does to a text."""
    whole = LOOPBACK + HEAD + ETHER + INET + INET6
    for text in (whole.replace(b"    ", b"\t"), whole.replace(b"\n", b"\r\n"), whole.replace(b"\n", b"\n\n")):
        assert decode(text) == decode(whole)


@pytest.mark.parametrize(
    ("end", "is_whole"),
    [
        (INET[:-1], True),
        (INET6[:-1], True),
        (INET.removesuffix(FOREVER)[:-1], True),
        (INET.removesuffix(FOREVER)[:-1] + b":1", False),
        (INET.removesuffix(FOREVER)[:-3], False),
        (INET6.removesuffix(FOREVER)[:-1], False),
        (INET[:-4], False),
        (b"", True),
    ],
)
def test_a_text_without_a_newline_at_its_end_is_believed_where_it_is_whole(end: bytes, *, is_whole: bool) -> None:
    """As $(ip addr) gives it; what may have been cut is refused."""
    start = LOOPBACK + HEAD + (ETHER if end else ETHER[:-1])
    if b"valid_lft" not in end:
        start = start.replace(FOREVER, b"")
    if is_whole:
        assert len(decode(start + end).addresses) == (2 if end else 1)
    else:
        with pytest.raises(RecordingError, match=r"line [678]: "):
            decode(start + end)


def test_a_cut_hardware_address_is_refused() -> None:
    """The first bytes of an address are another address."""
    for cut in (ETHER[:20], ETHER[:-5]):
        with pytest.raises(RecordingError, match="line 6: "):
            decode(LOOPBACK + HEAD + cut)


@pytest.mark.parametrize(
    ("shown", "label", "name"),
    [
        ("eth0", "eth0", "eth0"),
        ("eth0@if3", "eth0", "eth0"),
        ("eth0@NONE", None, "eth0"),
        ("vlan5@eth0", "vlan5:x", "vlan5"),
        ("a@b", "a@b", "a@b"),
        ("a@b", "a@b:1", "a@b"),
        ("a@b", None, "a"),
        ("a@b@if3", None, "a@b"),
        ("a@b@c", "a@b", "a@b"),
        ("@b", None, "@b"),
        ("a:b", "a:b", "a:b"),
    ],
)
def test_a_name_is_told_from_the_link_below_it(shown: str, label: str | None, name: str) -> None:
    """By a label, by if3 and NONE, and where nothing tells, as ip prints it: NAME@LINK."""
    address = f"    inet 192.0.2.10/24 scope global {label}\n".encode() + FOREVER if label else b""
    assert decode(LOOPBACK + HEAD.replace(b"eth0", shown.encode()) + ETHER + address).interfaces[1].name == name


def test_a_length_without_a_blank_behind_it_is_read() -> None:
    """As iproute2 printed it for a while."""
    whole = LOOPBACK + HEAD + ETHER + INET
    assert decode(whole.replace(b"/24 brd", b"/24brd").replace(b"/8 scope", b"/8scope")) == decode(whole)


@pytest.mark.parametrize(
    "line",
    ["bridge 192.0.2.9/24 eth0", "dummy net 192.0.2.9/24", "vlan id 5 inet 192.0.2.9", "192.0.2.9", "tun 2001:db8::9"],
)
def test_a_line_of_details_that_may_hide_an_address_is_told_with_its_number(line: str) -> None:
    """A damaged line of an address can begin like one that -d prints."""
    host = decode(LOOPBACK + HEAD + ETHER + INET + f"    {line}\n".encode())
    number = (LOOPBACK + HEAD + ETHER + INET).count(b"\n") + 1
    assert [warning for warning in host.warnings if warning.startswith(f"line {number}: ")]


@pytest.mark.parametrize(
    "line",
    [
        "gre remote 192.0.2.9 local 192.0.2.8 ttl inherit",
        "sit ip6ip remote any 6rd-prefix 2002::/16 6rd-relay_prefix 192.0.2.0/24",
        "vxlan id 5 group 239.1.1.1 dev eth0 srcport 0 0 dstport 4789",
        "altname enp0s31f6",
    ],
)
def test_the_addresses_of_tunnels_hide_none(line: str) -> None:
    """What -d prints of a link draws no warning."""
    assert not decode(LOOPBACK + HEAD + ETHER + INET + f"    {line}\n".encode()).warnings
