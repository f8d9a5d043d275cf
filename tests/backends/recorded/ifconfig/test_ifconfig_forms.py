"""Texts of ifconfig made here: printed by the real programs, and by a builder in the form of each platform."""

from __future__ import annotations

import shutil
import socket
from typing import TYPE_CHECKING, NamedTuple

import pytest
from hypothesis import given, settings, strategies as st
from support.examples import examples
from support.made import NAMES, maybe
from support.need import need
from support.shapes import SHAPES

from ifdiscover import mynetworks
from ifdiscover._backends.recorded.ifconfig import link_encap
from ifdiscover._backends.recorded.replay import decode
from ifdiscover._packed import contiguous_prefixlen, netmask_of
from ifdiscover.errors import IfdiscoverError
from ifdiscover.model import BITS, IFF_POINTOPOINT

if TYPE_CHECKING:
    from collections.abc import Callable

    from support.namespaces import Namespace

    from ifdiscover.model import Address, Host

PROGRAMS = {
    "net-tools": ("ifconfig", "-a"),
    "busybox": ("busybox", "ifconfig", "-a"),
    "toybox": ("toybox", "ifconfig", "-a"),
}
"""The programs of Linux that show IPv6 addresses too, by their Debian packages."""

V4, V6 = socket.AF_INET, socket.AF_INET6


def key(address: Address) -> tuple[object, ...]:
    """What both ways of asking Linux tell of an address."""
    is_point_to_point = (address.interface.flags or 0) & IFF_POINTOPOINT
    return (
        address.interface.name,
        address.packed,
        address.packed_netmask,
        address.label,
        address.packed_peer if is_point_to_point and address.family == V4 else None,
        address.packed_broadcast,
        address.scope if address.family == V6 else None,
    )


def networks(host: Host) -> set[str]:
    """What Postfix would trust of it, in style subnet; nothing if it would not start."""
    try:
        return set(map(str, mynetworks(host, style="subnet")))
    except IfdiscoverError:
        return set()


@pytest.mark.netns
@pytest.mark.parametrize("package", PROGRAMS)
@pytest.mark.parametrize("name", SHAPES)
def test_what_ifconfig_shows_is_what_rtnetlink_reads(name: str, package: str, namespace: Namespace) -> None:
    """All interfaces, all IPv6 addresses, of the IPv4 addresses one for each label, and never trust for others."""
    namespace.build(SHAPES[name].steps)
    shown = shown_by(package, namespace)
    read = decode(namespace.ifdiscover("snapshot", "--backend", "rtnetlink").stdout.encode())
    assert_shows(shown, read)


@pytest.mark.netns
@pytest.mark.parametrize("name", SHAPES)
def test_what_inetutils_shows_is_never_more_than_rtnetlink_reads(name: str, namespace: Namespace) -> None:
    """It shows no IPv6 address and no label, and of each interface one IPv4 address at most."""
    namespace.build(SHAPES[name].steps)
    shown = shown_by("inetutils-tools", namespace, "inetutils-ifconfig", "-a")
    read = decode(namespace.ifdiscover("snapshot", "--backend", "rtnetlink").stdout.encode())
    assert "ipv6 addresses" in shown.blind_to
    assert link_encap.NO_IPV6 in shown.warnings
    assert {(i.name, (i.flags or 0) & 0xFFFF) for i in shown.interfaces} <= {
        (i.name, (i.flags or 0) & 0xFFFF) for i in read.interfaces
    }
    assert {a.family for a in shown.addresses} <= {V4}
    known = {(a.interface.name, a.packed, a.packed_netmask) for a in read.addresses}
    assert {(a.interface.name, a.packed, a.packed_netmask) for a in shown.addresses} <= known
    assert networks(shown) <= networks(read)


def shown_by(package: str, namespace: Namespace, *program: str) -> Host:
    """What the ifconfig of a Debian package shows of a namespace."""
    program = program or PROGRAMS[package]
    path = shutil.which(program[0], path="/usr/sbin:/sbin:/usr/bin:/bin")
    need(None if path else f"no {program[0]}: install Debian's {package}")
    return decode(namespace.run([str(path), *program[1:]]).stdout.encode("utf-8", "surrogateescape"))


def assert_shows(shown: Host, read: Host) -> None:
    """That a host as ifconfig shows it is the one that was read, up to what it hides."""
    names = {interface.name for interface in read.interfaces}
    # A label that does not begin with its interface's name is to ifconfig an interface.
    assert {i.name: ((i.flags or 0) & 0xFFFF, i.mtu) for i in shown.interfaces if i.name in names} == {
        i.name: ((i.flags or 0) & 0xFFFF, i.mtu) for i in read.interfaces
    }
    visible = [a for a in read.addresses if a.label is None or a.label.startswith(f"{a.interface.name}:")]
    found = [a for a in shown.addresses if a.interface.name in names]
    assert {key(a) for a in found if a.family == V6} == {key(a) for a in visible if a.family == V6}
    assert {key(a) for a in found if a.family == V4} <= {key(a) for a in visible if a.family == V4}
    assert sorted((a.interface.name, a.label or "") for a in found if a.family == V4) == sorted(
        {(a.interface.name, a.label or "") for a in visible if a.family == V4}
    )
    assert networks(shown) <= networks(read)


class Line(NamedTuple):
    """An address of a made host."""

    family: int
    packed: bytes
    netmask: bytes
    peer: bytes | None
    scope_id: int

    @property
    def text(self) -> str:
        """It, without netmask."""
        return socket.inet_ntop(self.family, self.packed)

    @property
    def length(self) -> int | None:
        """Its prefix length."""
        return contiguous_prefixlen(self.netmask)

    @property
    def arrow(self) -> str:
        """Its peer, behind BSD's arrow."""
        return "" if self.peer is None else f" --> {socket.inet_ntop(self.family, self.peer)}"


class Link(NamedTuple):
    """An interface of a made host."""

    name: str
    is_up: bool
    mtu: int
    lines: list[Line]


@st.composite
def lines(draw: st.DrawFn) -> Line:
    """Any address; of IPv4 any netmask that BSD's ifconfig prints with eight digits."""
    family = draw(st.sampled_from([V4, V6]))
    size = BITS[family] // 8
    packed = draw(st.binary(min_size=size, max_size=size).filter(any))
    if family == V6 and packed[0] == 0xFE and packed[1] & 0xC0 == 0x80:
        packed = packed[:2] + b"\0\0" + packed[4:]
    netmask = netmask_of(draw(st.integers(0, BITS[family])), family)
    if family == V4:
        holed = st.binary(min_size=4, max_size=4).filter(lambda mask: mask[0] >= 0x10)
        netmask = draw(st.one_of(st.just(netmask), holed))
    peer = draw(maybe(st.binary(min_size=size, max_size=size).filter(lambda other: any(other) and other != packed)))
    if peer is not None and peer[0] == 0xFE:
        peer = None
    return Line(family, packed, netmask, peer, draw(st.integers(0, 2**32 - 1)) if family == V6 else 0)


links = st.lists(
    st.builds(
        Link,
        # \ufeff: at the start of a recording it is UTF-8's mark, and no part of a name
        NAMES.filter(lambda name: name.strip("\ufeff") == name.strip() == name and not set(name) & set("\n\r\t :")),
        st.booleans(),
        st.integers(0, 2**32 - 1),
        st.lists(lines(), max_size=4),
    ),
    min_size=1,
    max_size=4,
    unique_by=lambda link: link.name,
)


def flags(link: Link, multicast: int, *more: str) -> str:
    """Flags in hexadecimal and words, of an interface on which anything goes."""
    words = (["UP"] if link.is_up else []) + ["POINTOPOINT", "RUNNING", "MULTICAST", *more]
    return f"{multicast | 0x50 | link.is_up:x}<{','.join(words)}>"


def hex_mask(line: Line) -> str:
    """A netmask as BSD prints it."""
    return f"{int.from_bytes(line.netmask, 'big'):x}"


def as_freebsd(made: list[Link]) -> str:
    """As FreeBSD, macOS, OpenBSD and DragonFly print it."""
    text = ""
    for link in made:
        text += f"{link.name}: flags={flags(link, 0x8000)} metric 0 mtu {link.mtu}\n"
        for one in link.lines:
            tail = f"netmask 0x{hex_mask(one)}" if one.family == V4 else f"prefixlen {one.length}"
            scope = f" scopeid 0x{one.scope_id:x}" if one.scope_id else ""
            text += f"\t{'inet' if one.family == V4 else 'inet6'} {one.text}{one.arrow} {tail}{scope}\n"
    return text


def as_netbsd(made: list[Link]) -> str:
    """As NetBSD prints it, which has no way to print a netmask with holes."""
    text = ""
    for link in made:
        text += f"{link.name}: flags=0x{flags(link, 0x8000)} mtu {link.mtu}\n"
        for one in link.lines:
            scope = f" scopeid 0x{one.scope_id:x}" if one.scope_id else ""
            arrow = one.arrow.replace("-->", "->")
            length = f"/{one.length}"
            text += f"\t{'inet' if one.family == V4 else 'inet6'} {one.text}{length}{arrow} flags 0x0{scope}\n"
    return text


def as_solaris(made: list[Link]) -> str:
    """As Solaris prints it: an address a stanza, all IPv4 before all IPv6."""
    text = ""
    for family, word in ((V4, "IPv4"), (V6, "IPv6")):
        for index, link in enumerate(made, 1):
            of_family = [one for one in link.lines if one.family == family]
            for number, one in enumerate(of_family):
                name = f"{link.name}:{number}" if number else link.name
                text += f"{name}: flags={flags(link, 0x800, word)} mtu {link.mtu} index {index}\n"
                if family == V4:
                    text += f"\tinet {one.text}{one.arrow} netmask {hex_mask(one)} \n"
                else:
                    text += f"\tinet6 {one.text}/{one.length}{one.arrow} \n"
    return text


def as_aix(made: list[Link]) -> str:
    """As AIX prints it."""
    text = ""
    for link in made:
        text += f"{link.name}: flags={flags(link, 0x80000, 'GROUPRT', '64BIT').replace('<', ',480<')}\n"
        for one in link.lines:
            zone = f"%{one.scope_id}" if one.scope_id else ""
            if one.family == V4:
                text += f"        inet {one.text}{one.arrow} netmask 0x{hex_mask(one)}\n"
            else:
                text += f"        inet6 {one.text}{zone}/{one.length}{one.arrow}\n"
        text += "         tcp_sendspace 131072 tcp_recvspace 131072 rfc1323 1\n"
    return text


def as_tru64(made: list[Link]) -> str:
    """As Tru64 prints it, IPv6 without netmask."""
    text = ""
    for link in made:
        text += f"{link.name}: flags={flags(link, 0x400)}\n     inet 10.0.0.1 netmask ff000000 ipmtu 1500 \n"
        for one in link.lines:
            if one.family == V4:
                text += f"     inet {one.text}{one.arrow} netmask {hex_mask(one)} ipmtu {link.mtu} \n"
            else:
                text += f"     inet6 {one.text}{one.arrow} \n"
        text += "\n"
    return text


def as_linux(made: list[Link]) -> str:
    """As net-tools prints it, the second IPv4 address and so on with labels."""
    text = ""
    for link in made:
        ipv4 = [one for one in link.lines if one.family == V4]
        for number in range(max(1, len(ipv4))):
            name = f"{link.name}:{number}" if number else link.name
            head = f"flags={0x1050 | link.is_up}<{'UP,' * link.is_up}POINTOPOINT,RUNNING,MULTICAST>"
            text += f"{name}: {head}  mtu {link.mtu}\n"
            for one in ipv4[number : number + 1]:
                peer = socket.inet_ntop(V4, one.peer or one.packed)
                text += f"        inet {one.text}  netmask {socket.inet_ntop(V4, one.netmask)}  destination {peer}\n"
            for one in link.lines if number == 0 else ():
                if one.family == V6:
                    text += f"        inet6 {one.text}  prefixlen {one.length}  scopeid 0x20<link>\n"
            text += "        unspec 00-00  txqueuelen 500  (UNSPEC)\n\n"
    return text


def as_old_linux(made: list[Link]) -> str:
    """As net-tools printed it before 2.0."""
    text = ""
    for link in made:
        ipv4 = [one for one in link.lines if one.family == V4]
        for number in range(max(1, len(ipv4))):
            name = f"{link.name}:{number}" if number else link.name
            text += f"{name:<9} Link encap:UNSPEC  HWaddr 00-00-00-00  \n"
            for one in ipv4[number : number + 1]:
                peer = socket.inet_ntop(V4, one.peer or one.packed)
                text += f"          inet addr:{one.text}  P-t-P:{peer}  Mask:{socket.inet_ntop(V4, one.netmask)}\n"
            for one in link.lines if number == 0 else ():
                if one.family == V6:
                    text += f"          inet6 addr: {one.text}/{one.length} Scope:Link\n"
            text += f"          {'UP ' * link.is_up}POINTOPOINT RUNNING MULTICAST  MTU:{link.mtu}  Metric:1\n\n"
    return text


def as_toybox(made: list[Link]) -> str:
    """As toybox prints it: the form of old net-tools, with a blank in the scope and no odd hardware address."""
    return as_old_linux(made).replace("Scope:", "Scope: ").replace("  HWaddr 00-00-00-00", "")


Builder = tuple["Callable[[list[Link]], str]", frozenset[str]]
BUILDERS: dict[str, Builder] = {
    "freebsd": (as_freebsd, frozenset({"mtu", "scope ids", "IPv6 peers", "holes"})),
    "netbsd": (as_netbsd, frozenset({"mtu", "scope ids", "IPv6 peers"})),
    "solaris": (as_solaris, frozenset({"mtu", "IPv6 peers", "holes"})),
    "aix": (as_aix, frozenset({"scope ids", "IPv6 peers", "holes"})),
    "tru64": (as_tru64, frozenset({"IPv6 peers", "no IPv6 netmasks", "holes"})),
    "linux": (as_linux, frozenset({"mtu", "holes"})),
    "linux-old": (as_old_linux, frozenset({"mtu", "holes"})),
    "toybox": (as_toybox, frozenset({"mtu", "holes"})),
}


@pytest.mark.parametrize("name", BUILDERS)
@settings(max_examples=examples(150))
@given(made=links)
def test_what_is_printed_in_a_platforms_form_is_read_back(name: str, made: list[Link]) -> None:
    """Every interface and address, up to what the form tells."""
    build, tells = BUILDERS[name]
    if "holes" not in tells:
        made = [link._replace(lines=[one for one in link.lines if one.length is not None]) for link in made]
    if name == "solaris":  # an interface without address is in no stanza here
        made = [link for link in made if link.lines]
    text = build(made)
    if not text:
        return
    host = decode(text.encode("utf-8", "surrogateescape"))
    expected = []
    for link in made:
        for one in link.lines:
            unknown = one.family == V6 and ("no IPv6 netmasks" in tells or (name == "aix" and one.length == 0))
            peer = one.peer if one.family == V4 or "IPv6 peers" in tells else None
            scope_id = one.scope_id if "scope ids" in tells else 0
            netmask = netmask_of(128, V6) if unknown else one.netmask
            expected.append((link.name, link.is_up, one.packed, netmask, peer, scope_id))
        if name == "tru64":  # what makes its text known, and is printed with every interface
            expected.append((link.name, link.is_up, bytes([10, 0, 0, 1]), bytes([255, 0, 0, 0]), None, 0))
    found = [
        (a.interface.name, a.interface.is_up, a.packed, a.packed_netmask, a.packed_peer, a.scope_id)
        for a in host.addresses
    ]
    assert sorted(found, key=repr) == sorted(expected, key=repr)
    mtus = {link.name: (link.is_up, link.mtu if "mtu" in tells else None) for link in made}
    assert {i.name: (i.is_up, i.mtu) for i in host.interfaces} == mtus
