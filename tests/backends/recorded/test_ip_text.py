"""What plain ``ip addr`` printed: the host of ``ip -j addr``; a damaged line is refused or named, never passed over."""

from __future__ import annotations

import shutil
import socket
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from support.made import NAMES, maybe
from support.namespaces import ROOT
from support.need import need
from support.record_hosts import build, read_steps
from support.shapes import LO, SHAPES

from ifdiscover import mynetworks
from ifdiscover._backends.recorded.replay import decode
from ifdiscover._names import to_bytes
from ifdiscover._packed import netmask_of
from ifdiscover.errors import IfdiscoverError, RecordingError
from ifdiscover.model import ADDRESS_FLAGS, BITS, KERNEL, SCOPES, Address, Host, Interface

if TYPE_CHECKING:
    from pathlib import Path

    from support.namespaces import Namespace

V4, V6 = socket.AF_INET, socket.AF_INET6
PERMANENT = 0x80
LOOPBACK = (
    b"1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue state UNKNOWN\n"
    b"    link/loopback 00:00:00:00:00:00 brd 00:00:00:00:00:00\n"
    b"    inet 127.0.0.1/8 scope host lo\n       valid_lft forever preferred_lft forever\n"
)
HEAD = b"2: eth0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc mq state UP group default qlen 1000\n"
ETHER = b"    link/ether 02:00:5e:10:00:01 brd ff:ff:ff:ff:ff:ff\n"
FOREVER = b"       valid_lft forever preferred_lft forever\n"
INET = b"    inet 192.0.2.10/24 brd 192.0.2.255 scope global eth0\n" + FOREVER
INET6 = b"    inet6 2001:db8::10/64 scope global \n" + FOREVER


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
        (b"inet 192.0.2.1/24 scope global my label", "one with blanks"),
        (b"inet 192.0.2.1/24 scope global dynamic", "or that is a flag's word, is ambiguous here: use ip -j addr"),
        (b"inet 192.0.2.1/24 scope global flags 100000000 eth0", "must be flags in hexadecimal"),
        (b"inet6 2001:db8::1/64 scope global eth0", "must have known words behind it"),
        (b"inet6 2001:db8::1/64 scope global bogus tentative", "must have known words behind it"),
        (b"valid_lft forever", "must be valid_lft N preferred_lft N"),
        (b"preferred_lft forever valid_lft forever", "must be as ip addr prints it"),
        (b"valid_lft forever preferred_lft 5min", "a lifetime must be forever or a number of seconds like 60sec"),
        (b"valid_lft 4294967296sec preferred_lft 5sec", "a lifetime must be"),
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


# What is written in this form is read back


class Written(NamedTuple):
    """A host that tests write as ``ip addr`` does, and what is to be read of it."""

    lines: list[bytes]
    host: Host


WORDS = {"dynamic", "secondary", "temporary", "metric", "brd", "any", "scope", "flags", "proto"} | set(
    ADDRESS_FLAGS[V4].values()
)
WORD: st.SearchStrategy[str] = NAMES.filter(lambda name: not set(name) & set(" \t\r\n@:") and name not in WORDS)
FLAGS = {"UP": 1, "BROADCAST": 2, "LOOPBACK": 8, "POINTOPOINT": 0x10, "MULTICAST": 0x1000, "LOWER_UP": 0x10000}
DETAILS = [
    "    altname enp0s31f6",
    "    veth numtxqueues 2 numrxqueues 2",
    "    bridge_slave state forwarding priority 32 cost 2",
    "    vxlan id 5 remote 192.0.2.9 srcport 0 0 dstport 4789",
    "    vf 0     link/ether 02:00:5e:10:00:09 brd ff:ff:ff:ff:ff:ff, spoof checking on",
    "      ingress-qos-map { 1:2 }",
    "    RX:  bytes packets errors dropped  missed   mcast           ",
    "        1.2M    16.0k      0       0       0       0 ",
    "    TX errors: aborted   fifo  window heartbt transns",
    "    alias inet 192.0.2.1/8 scope global x",
]
U32 = st.integers(0, 2**32 - 1)


@st.composite
def addresses(draw: st.DrawFn, family: int, interface: Interface, *, is_timed: bool) -> tuple[Address, list[bytes]]:
    """An address and the lines that ip prints of it."""
    size = BITS[family] // 8
    packed = st.binary(min_size=size, max_size=size)
    own, peer = draw(packed), draw(maybe(packed))
    if peer == own:
        peer = None
    length = draw(st.integers(0, BITS[family]))
    scope = draw(st.sampled_from(SCOPES))
    broadcast = draw(maybe(packed)) if family == V4 else None
    suffix = draw(st.one_of(st.just(""), WORD.map(":{}".format))) if family == V4 else ""
    flags = draw(st.sampled_from([0, PERMANENT])) | draw(st.sampled_from([0, 1, 0x40, 0x20, 0x202, 0x40001000]))
    protocol = draw(maybe(st.integers(0, 255)))
    valid, preferred = draw(st.tuples(maybe(U32), maybe(U32))) if is_timed else (None, None)
    said = ["inet" if family == V4 else "inet6", socket.inet_ntop(family, own)]
    said += ["peer", f"{socket.inet_ntop(family, peer)}/{length}"] if peer else []
    if peer is None:
        said[-1] += f"/{length}"
    said += ["metric", "7"] if draw(st.booleans()) else []
    said += ["brd", socket.inet_ntop(V4, broadcast)] if broadcast else []
    said += ["scope", draw(st.sampled_from([scope, str(SCOPES.index(scope))]))]
    words = {**ADDRESS_FLAGS[family], PERMANENT: ""}
    said += [word for bit, word in words.items() if word and flags & bit]
    said += [] if flags & PERMANENT else ["dynamic"]
    rest = flags & ~sum(words)
    said += ["flags", f"{rest:02x}"] if rest else []
    said += ["proto", draw(st.sampled_from([f"{protocol:#x}", str(protocol)]))] if protocol is not None else []
    said.append(interface.name + suffix if family == V4 else "")
    lines = [f"    {' '.join(said)}"]
    if is_timed:
        shown = [draw(st.just("forever")) if time in (None, 2**32 - 1) else f"{time}sec" for time in (valid, preferred)]
        lines.append(f"       valid_lft {shown[0]} preferred_lft {shown[1]}")
    made = Address(
        interface,
        family,
        own,
        length,
        netmask_of(length, family),
        KERNEL,
        interface.index or 0 if family == V6 and scope == "link" else 0,
        broadcast,
        peer,
        interface.name + suffix if suffix else None,
        scope,
        flags,
        protocol,
        None if preferred == 2**32 - 1 else preferred,
        None if valid == 2**32 - 1 else valid,
    )
    return made, [to_bytes(line) for line in lines]


@st.composite
def written(draw: st.DrawFn, *, is_timed: bool | None = None) -> Written:
    """Lo and some more links, with addresses and with what -d and -s print."""
    timed = {V4: draw(st.booleans()) if is_timed is None else is_timed, V6: True}
    names = ["lo", *draw(st.lists(WORD.filter(lambda name: name != "lo"), max_size=4, unique=True))]
    lines: list[bytes] = []
    interfaces: list[Interface] = []
    found: dict[int, list[Address]] = {V4: [], V6: []}
    for index, name in enumerate(names, 1):
        words = (
            ["LOOPBACK"] if name == "lo" else draw(st.lists(st.sampled_from(["BROADCAST", "MULTICAST"]), unique=True))
        )
        words += draw(st.sampled_from([[], ["UP"], ["UP", "LOWER_UP"], ["NO-CARRIER", "UP"]]))
        running = 0x40 if "UP" in words and "NO-CARRIER" not in words else 0
        raw = draw(maybe(st.binary(min_size=6, max_size=8)))
        interface = Interface(name, index, sum(FLAGS.get(word, 0) for word in words) | running, draw(U32), raw)
        interfaces.append(interface)
        below = draw(st.sampled_from(["", "@if7", "@NONE", "@lo"]))
        lines.append(to_bytes(f"{index}: {name}{below}: <{','.join(words)}> mtu {interface.mtu} qdisc mq state UP"))
        lines.append(f"    link/ether {raw.hex(':')} brd {raw.hex(':')}".encode() if raw else b"    link/none ")
        lines += [line.encode() for line in draw(st.lists(st.sampled_from(DETAILS), max_size=2))]
        for family in (V4, V6):
            for _ in range(draw(st.integers(0, 3))):
                made, of_address = draw(addresses(family, interface, is_timed=timed[family]))
                if not any(
                    (a.interface, a.packed, a.prefixlen) == (interface, made.packed, made.prefixlen)
                    for a in found[family]
                ):
                    found[family].append(made)
                    lines += of_address
    return Written(lines, Host(tuple(interfaces), (*found[V4], *found[V6]), "ip"))


@settings(max_examples=120)
@given(made=written())
def test_what_is_written_in_this_form_is_read_back(made: Written) -> None:
    """Every interface and address, with all that the form tells, in the kernel's order."""
    host = decode(b"\n".join(made.lines) + b"\n")
    assert host.interfaces == made.host.interfaces
    assert host.addresses == made.host.addresses
    assert host.warnings == ()


def trusted(host: Host) -> list[Any]:
    """The networks of style subnet; none if Postfix would not start."""
    try:
        return [network.network for network in mynetworks(host, style="subnet")]
    except IfdiscoverError:
        return []


def is_told(host: Host) -> set[tuple[object, ...]]:
    """Which addresses there are, on interfaces that are up or not."""
    return {(a.interface.name, a.interface.is_up, a.family, a.packed, a.prefixlen) for a in host.addresses}


def assert_no_wider_and_not_silent(damaged: bytes, whole: Host) -> None:
    """A damaged text is refused, or names the damage, or has the same addresses; it never makes Postfix trust more."""
    try:
        host = decode(damaged)
    except RecordingError:
        return
    assert is_told(host) <= is_told(whole)
    assert is_told(host) == is_told(whole) or host.warnings != whole.warnings
    networks = trusted(whole)
    for network in trusted(host):
        assert any(network.version == other.version and network.subnet_of(other) for other in networks)


@settings(max_examples=150)
@given(made=written(is_timed=True), data=st.data())
def test_a_lost_line_is_noticed_or_does_no_harm(made: Written, data: st.DataObject) -> None:
    """No address goes to another interface, and none is lost without a word."""
    whole = decode(b"\n".join(made.lines) + b"\n")
    lost = data.draw(st.integers(0, len(made.lines) - 1))
    lines = [line for number, line in enumerate(made.lines) if number != lost]
    assert_no_wider_and_not_silent(b"\n".join(lines) + b"\n", whole)


JUNK = st.text(
    st.characters(min_codepoint=32, max_codepoint=126, exclude_characters="0123456789"), min_size=1, max_size=4
)


@settings(max_examples=150)
@given(made=written(is_timed=True), data=st.data())
def test_a_damaged_line_is_noticed_or_does_no_harm(made: Written, data: st.DataObject) -> None:
    """Something before it, a word of it gone, its end or its newline gone."""
    whole = decode(b"\n".join(made.lines) + b"\n")
    lines = list(made.lines)
    number = data.draw(st.integers(0, len(lines) - 1))
    line = lines[number]
    how = data.draw(st.sampled_from(["before", "word", "end", "newline", "twice"]))
    if how == "before":
        line = data.draw(JUNK).encode() + line
    elif how == "word":
        words = line.split(b" ")
        del words[data.draw(st.sampled_from([n for n, word in enumerate(words) if word]))]
        line = b" ".join(words)
    elif how == "end":
        # What is cut within a number or a name is another number or name.
        line = line.rpartition(b" ")[0]
    elif how == "newline":
        assume(number + 1 < len(lines))
        line += lines.pop(number + 1)
    else:
        line += b"\n" + line
    lines[number] = line
    assert_no_wider_and_not_silent(b"\n".join(lines) + b"\n", whole)


@settings(max_examples=50)
@given(made=written(is_timed=True), end=st.floats(0, 1))
def test_a_text_that_is_cut_never_widens_trust(made: Written, end: float) -> None:
    """Each beginning is refused, or has addresses of the whole with the same netmasks."""
    text = b"\n".join(made.lines) + b"\n"
    whole = decode(text)
    try:
        part = decode(text[: int(len(text) * end)])
    except RecordingError:
        return
    assert is_told(part) <= is_told(whole)


@pytest.mark.parametrize("path", sorted((ROOT / "fixtures/recorded/ip").glob("[!r]*.txt")), ids=lambda path: path.stem)
def test_a_recording_that_is_cut_anywhere_never_widens_trust(path: Path) -> None:
    """Every beginning of every fixture."""
    data = path.read_bytes()
    whole = is_told(decode(data))
    for end in range(len(data)):
        try:
            part = decode(data[:end])
        except RecordingError:
            continue
        assert is_told(part) <= whole, data[max(0, end - 60) : end]


# Held to ip -j, in the same namespace


def without_clock(host: Host) -> list[Address]:
    """The addresses, but for lifetimes that run between two commands."""
    return [
        address._replace(
            preferred_lifetime=address.preferred_lifetime and 1, valid_lifetime=address.valid_lifetime and 1
        )
        for address in host.addresses
    ]


IP = [["ip", "addr"], ["ip", "-d", "addr"], ["ip", "-s", "-s", "addr"], ["ip", "-N", "addr"], ["busybox", "ip", "addr"]]


def both(namespace: Namespace, command: list[str]) -> tuple[bytes, Host]:
    """What a command prints plainly, and the host of ip -j addr, which was the same before and after."""
    for _ in range(20):
        before = decode(to_bytes(namespace.run(["ip", "-j", "addr"]).stdout))
        text = to_bytes(namespace.run(command).stdout)
        after = decode(to_bytes(namespace.run(["ip", "-j", "addr"]).stdout))
        # A kernel shows a change of carrier up to a second later.
        if before.interfaces == after.interfaces and without_clock(before) == without_clock(after):
            return text, after
    raise AssertionError("the namespace does not come to rest")


def assert_plain_says_what_json_does(namespace: Namespace) -> None:
    """Every way of printing it plainly."""
    for command in IP:
        if shutil.which(command[0]) is None:
            continue
        text, json = both(namespace, command)
        plain = decode(text)
        assert plain.interfaces == json.interfaces, command
        assert plain.warnings == json.warnings == (), (command, text)
        shown, expected = without_clock(plain), without_clock(json)
        if command[0] == "busybox":  # it compares four bytes to see whether there is a peer
            shown = [a if a.family == V4 else a._replace(packed_peer=None) for a in shown]
            expected = [a if a.family == V4 else a._replace(packed_peer=None) for a in expected]
        assert shown == expected, command


@pytest.mark.netns
@pytest.mark.parametrize("name", SHAPES)
def test_plain_ip_addr_is_the_host_of_ip_j(name: str, namespace: Namespace) -> None:
    """In every shape of the suite; of iproute2, and of BusyBox where it is."""
    namespace.build(SHAPES[name].steps)
    assert_plain_says_what_json_does(namespace)


HOSTS = sorted(path.parent for path in (ROOT / "fixtures/hosts").glob("*/steps"))


@pytest.mark.netns
@pytest.mark.parametrize("host", HOSTS, ids=lambda path: path.name)
def test_plain_ip_addr_of_a_recorded_host_is_the_host_of_ip_j(host: Path, namespace: Namespace) -> None:
    """Hostile names among them."""
    build(namespace, read_steps(host))
    assert_plain_says_what_json_does(namespace)


def test_busybox_is_there() -> None:
    """What its ip prints is compared above."""
    need(None if shutil.which("busybox") else "no busybox: install Debian's busybox")


UNDER = ["link add d0 type ifb", "link set d0 up", "link add v0 type veth peer name v1", "link set v1 up"]
KINDS = {
    "veth": "link add x0 type veth peer name x1",
    "bridge": "link add x0 type bridge",
    "ifb": "link add x0 type ifb",
    "dummy": "link add x0 type dummy",
    "tun": "tuntap add dev x0 mode tun",
    "tap": "tuntap add dev x0 mode tap",
    "macvlan": "link add x0 link v1 type macvlan mode bridge",
    "macvtap": "link add x0 link v1 type macvtap",
    "ipvlan": "link add x0 link v1 type ipvlan",
    "vlan": "link add x0 link v1 type vlan id 5 ingress-qos-map 1:2 egress-qos-map 0:1",
    "vxlan": "link add x0 type vxlan id 5 remote 192.0.2.9 dstport 4789",
    "geneve": "link add x0 type geneve id 5 remote 192.0.2.9",
    "gre": "link add x0 type gre local 192.0.2.1 remote 192.0.2.2",
    "gretap": "link add x0 type gretap local 192.0.2.1 remote 192.0.2.2",
    "erspan": "link add x0 type erspan local 192.0.2.1 remote 192.0.2.2 seq key 1 erspan_ver 1",
    "ip6gre": "link add x0 type ip6gre local 10:20:30:40:50:60:70:80 remote 2001:db8:1:2:3:4:5:6",
    "ip6gretap": "link add x0 type ip6gretap local 2001:db8::1 remote 2001:db8::2",
    "sit": "link add x0 type sit local 192.0.2.1 remote 192.0.2.2",
    "ipip": "link add x0 type ipip local 192.0.2.1 remote 192.0.2.2",
    "ip6tnl": "link add x0 type ip6tnl local 2001:db8::1 remote 2001:db8:1:2:3:4:5:6",
    "vti": "link add x0 type vti local 192.0.2.1 remote 192.0.2.2 key 1",
    "vti6": "link add x0 type vti6 local 2001:db8::1 remote 2001:db8::2",
    "xfrm": "link add x0 type xfrm dev d0 if_id 5",
    "wireguard": "link add x0 type wireguard",
    "bond": "link add x0 type bond",
    "team": "link add x0 type team",
    "vrf": "link add x0 type vrf table 10",
    "macsec": "link add x0 link v1 type macsec",
    "hsr": "link add x0 type hsr slave1 v0 slave2 v1",
    "nlmon": "link add x0 type nlmon",
    "vcan": "link add x0 type vcan",
    "netdevsim": "link add x0 type netdevsim",
    "batadv": "link add x0 type batadv",
    "amt": "link add x0 type amt mode relay local 192.0.2.1 dev d0 relay_port 2268",
    "bareudp": "link add x0 type bareudp dstport 6635 ethertype mpls_uc",
    "gtp": "link add x0 type gtp role sgsn",
}


@pytest.mark.netns
@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_link_is_shown_plainly_as_in_json(kind: str, namespace: Namespace) -> None:
    """With -d too, which tells what belongs to that kind; up, with addresses, an alias, another name, a master."""
    namespace.build([*LO, *UNDER])
    made = namespace.run(["ip", *KINDS[kind].split()], check=False)
    if made.returncode:
        pytest.skip(f"this kernel makes no {kind}: {made.stderr.strip().splitlines()[0]}")
    namespace.build(
        [
            "?link set x0 up",
            "?addr add 192.0.2.1/24 dev x0",
            "?addr add 192.0.2.3 peer 192.0.2.4/32 dev x0 label x0:1 valid_lft 9000 preferred_lft 8000",
            "?addr add 2001:db8::7/64 dev x0 nodad home valid_lft 9000 preferred_lft 0",
            "?link set x0 alias inet_203.0.113.1/8_scope",
            "?link property add dev x0 altname a-name-that-is-longer-than-16",
            "?link add br0 type bridge",
            "?link set x0 master br0",
        ]
    )
    assert_plain_says_what_json_does(namespace)


@pytest.mark.netns
@pytest.mark.parametrize(
    "selection", [["-4"], ["-6"], ["show", "dev", "eth0"], ["show", "scope", "global"]], ids=" ".join
)
def test_a_selection_draws_the_warning_that_a_whole_host_does_not(selection: list[str], namespace: Namespace) -> None:
    """As JSON and plain; in the JSON of both families in one file it is gone."""
    namespace.build(SHAPES["one address of each family"].steps)
    options, rest = (selection, []) if selection[0].startswith("-") else ([], selection)
    for form in ([], ["-j"]):
        part = decode(to_bytes(namespace.run(["ip", *form, *options, "addr", *rest]).stdout))
        assert ["only a part of a host" in warning for warning in part.warnings] == [True]
        text, json = both(namespace, ["sh", "-c", f"ip {' '.join(form)} -4 addr; ip {' '.join(form)} -6 addr"])
        whole = decode(text)
        assert whole.warnings == json.warnings == ()
        assert whole.addresses == tuple(
            a._replace(interface=a.interface._replace(hardware_address=None)) for a in json.addresses
        )


@pytest.mark.netns
def test_a_label_with_blanks_is_refused_plainly_and_read_in_json(namespace: Namespace) -> None:
    """Ip prints it as it is, and nothing tells where it begins."""
    namespace.build(SHAPES["one address of each family"].steps)
    namespace.run(["ip", "addr", "add", "198.51.100.1/24", "dev", "eth0", "label", "eth0:a b"])
    assert "eth0:a b" in [a.label for a in decode(to_bytes(namespace.run(["ip", "-j", "addr"]).stdout)).addresses]
    with pytest.raises(RecordingError, match=r'one with blanks, .* is ambiguous here: use ip -j addr, not "eth0:a b"'):
        decode(to_bytes(namespace.run(["ip", "addr"]).stdout))


@pytest.mark.netns
def test_plain_text_goes_through_snapshot_and_gives_the_answers_of_the_live_host(
    namespace: Namespace, tmp_path: Path
) -> None:
    """Addresses, mynetworks and own addresses, byte for byte."""
    namespace.build(SHAPES["labels"].steps)
    text, kept = tmp_path / "ip.txt", tmp_path / "kept.json"
    text.write_bytes(to_bytes(namespace.run(["ip", "addr"]).stdout))
    kept.write_text(namespace.ifdiscover("snapshot", "--from", str(text)).stdout)
    for command in (
        ["addresses", "--all"],
        ["addresses", "--format", "table"],
        ["mynetworks", "--style", "all"],
        ["own"],
    ):
        live = namespace.ifdiscover(*command).stdout
        assert namespace.ifdiscover(*command, "--from", str(text)).stdout == live
        assert namespace.ifdiscover(*command, "--from", str(kept)).stdout == live
