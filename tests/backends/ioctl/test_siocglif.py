"""Backend siocglif, answered by a simulated kernel of Solaris and illumos that checks every number and size."""

from __future__ import annotations

import errno
import os
import socket
import sys
from typing import TYPE_CHECKING, Any

import pytest
from support.kernels.simulated_bsd import SimulatedBSD
from support.kernels.simulated_solaris import (
    ETHERNET,
    HOST,
    IFF_FIXEDMTU,
    IFF_IPV6,
    INDEXES,
    LAYOUTS,
    Logical,
    SimulatedSolaris,
)

from ifdiscover import mynetworks
from ifdiscover._backends import shared
from ifdiscover._backends.ioctl import requests, siocgif, siocglif
from ifdiscover.errors import DiscoveryError, NotPermittedError
from ifdiscover.model import ASSUMED, BLINDNESS, IFF_LOOPBACK, IFF_POINTOPOINT, IFF_UP, KERNEL, Host, Interface

if TYPE_CHECKING:
    from collections.abc import Callable

    Ioctl = Callable[[int, int, bytearray], int]


@pytest.fixture(params=LAYOUTS)
def kernel(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> SimulatedSolaris:
    """A kernel of each width, of 2005 and of today."""
    return SimulatedSolaris(request.param, monkeypatch)


@pytest.fixture
def illumos(monkeypatch: pytest.MonkeyPatch) -> SimulatedSolaris:
    """One of 64 bits."""
    return SimulatedSolaris("illumos-64", monkeypatch)


def told(host: Host) -> list[Any]:
    """What a host has, in the words of what was configured."""
    return [
        (
            a.label or a.interface.name,
            str(a),
            a.prefixlen,
            None
            if not (a.packed_peer or a.packed_broadcast)
            else socket.inet_ntop(a.family, a.packed_peer or a.packed_broadcast or b""),
        )
        for a in host.addresses
    ]


def test_it_finds_what_was_configured(kernel: SimulatedSolaris) -> None:
    """Both families, in order, with netmasks and what stands at the other end."""
    host = kernel.host()
    assert told(host) == [(one.name, one.address, one.prefixlen, one.other) for one in HOST]
    assert {a.netmask_origin for a in host.addresses} == {KERNEL}
    assert host.warnings == ()
    assert kernel.asked[:2] == ["SIOCGLIFNUM", "SIOCGLIFCONF"]


def test_link_local_addresses_have_the_zone_that_their_name_says(kernel: SimulatedSolaris) -> None:
    """The index of the interface before the colon; other addresses have none."""
    zones = {str(a): a.scope_id for a in kernel.host().addresses if a.scope_id}
    assert zones == {"fe80::2d0:b7ff:fe88:2ca7": 2, "fe80::9:1": 7}


def test_logical_interfaces_are_their_interfaces(kernel: SimulatedSolaris) -> None:
    """One record an interface, with the flags of the family that comes first, all 64 bits of them."""
    host = kernel.host()
    own = [interface for interface in host.interfaces if ":" not in interface.name]
    assert [(i.name, i.index) for i in own] == list(INDEXES.items())
    assert own[1].flags == ETHERNET | IFF_FIXEDMTU
    assert {i.mtu for i in host.interfaces} == {1500}
    assert {a.interface.name for a in host.addresses if a.label == "e1000g0:1"} == {"e1000g0"}


def test_a_logical_interface_that_is_down_by_itself_is_one_of_its_own(kernel: SimulatedSolaris) -> None:
    """Its address is not among those of the interface that is up, and so not in mynetworks."""
    host = kernel.host()
    (address,) = [a for a in host.addresses if str(a) == "198.51.100.9"]
    assert address.interface == Interface("e1000g0:2", None, ETHERNET - IFF_UP, 1500)
    assert address.interface in host.interfaces
    assert "198.51.100" not in str(mynetworks(host, style="subnet"))
    assert "192.0.2.64/26" in str(mynetworks(host, style="subnet"))


def test_a_family_that_is_down_by_itself_too(illumos: SimulatedSolaris, monkeypatch: pytest.MonkeyPatch) -> None:
    """Solaris takes IPv4 and IPv6 of an interface up one by one."""
    illumos.logical = (
        Logical("net0", ETHERNET, "192.0.2.1", 24, "192.0.2.255"),
        Logical("net0", IFF_IPV6, "fe80::1", 10),
    )
    monkeypatch.setitem(INDEXES, "net0", 3)
    host = illumos.host()
    assert [(a.interface.is_up, a.interface.index, a.scope_id) for a in host.addresses] == [
        (True, 3, 0),
        (False, None, 3),
    ]


def test_a_broadcast_is_no_difference_between_families(
    illumos: SimulatedSolaris, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No interface of IPv6 has one; a loopback and a point-to-point link are others."""
    four = Logical("net0", ETHERNET, "192.0.2.1", 24, "192.0.2.255")
    monkeypatch.setitem(INDEXES, "net0", 3)
    for flags, index in ((0, 3), (IFF_LOOPBACK, None), (IFF_POINTOPOINT, None)):
        illumos.logical = (Logical("net0", IFF_UP | IFF_IPV6 | flags, "2001:db8::1", 64), four)
        assert [a.interface.index for a in illumos.host().addresses] == [3, index]


def test_a_logical_interface_whose_interface_went_away_is_one_of_its_own(
    illumos: SimulatedSolaris, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The kernel answered about it alone."""
    answer = illumos.answer

    def partly(request: str, descriptor: int, argument: bytearray) -> None:
        if bytes(argument).startswith(b"e1000g0\0"):
            raise OSError(errno.ENXIO, "made")
        answer(request, descriptor, argument)

    monkeypatch.setattr(illumos, "answer", partly)
    found = {a.interface for a in illumos.host().addresses if a.label == "e1000g0:1"}
    assert {(i.name, i.index) for i in found} == {("e1000g0:1", None)}


def test_what_is_no_ip_address_is_passed_over(illumos: SimulatedSolaris, monkeypatch: pytest.MonkeyPatch) -> None:
    """What comes after it is not."""
    sockaddr = illumos.sockaddr

    def of_no_family(family: int, text: str) -> bytes:
        return b"\xff\xff" + bytes(14) if text == "192.0.2.10" else sockaddr(family, text)

    monkeypatch.setattr(illumos, "sockaddr", of_no_family)
    expected = [one.address for one in HOST if one.address != "192.0.2.10"]
    assert [str(a) for a in illumos.host().addresses] == expected


@pytest.mark.parametrize("counted", [0, 1, len(HOST), 1000, -1])
def test_the_buffer_grows_until_the_kernel_is_content(
    kernel: SimulatedSolaris, counted: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever SIOCGLIFNUM said: a short one is EINVAL, and more may have come meanwhile."""
    monkeypatch.setattr(requests, "FIRST_CAPACITY", 1)
    kernel.counted = counted
    assert len(kernel.host().addresses) == len(HOST)


@pytest.mark.parametrize("came", [0, 1])
def test_a_count_that_is_right_is_enough(kernel: SimulatedSolaris, came: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """The list is asked for once, if one address came meanwhile too."""
    monkeypatch.setattr(requests, "FIRST_CAPACITY", 1)
    kernel.counted = len(HOST) - came
    kernel.host()
    assert kernel.asked.count("SIOCGLIFCONF") == 1


def test_a_kernel_that_is_never_content_is_an_error(kernel: SimulatedSolaris, monkeypatch: pytest.MonkeyPatch) -> None:
    """EINVAL for ever ends, too."""
    monkeypatch.setattr(requests, "MAX_CAPACITY", 1 << 16)
    kernel.refuse = {"SIOCGLIFCONF": errno.EINVAL}
    with pytest.raises(DiscoveryError, match="SIOCGLIFCONF: the kernel says that 65536 bytes are too few"):
        kernel.host()


def test_a_netmask_that_was_not_written_is_none(illumos: SimulatedSolaris) -> None:
    """That of IPv6 is assumed to be /128, with a warning; of IPv4 there is none."""
    illumos.silent = {"SIOCGLIFNETMASK"}
    host = illumos.host()
    assert {(a.family, a.prefixlen, a.netmask_origin) for a in host.addresses} == {
        (socket.AF_INET, None, None),
        (socket.AF_INET6, 128, ASSUMED),
    }
    assert ["/128" in warning for warning in host.warnings] == [True]


def test_no_peer_is_none(illumos: SimulatedSolaris) -> None:
    """Said by zeros, by the address itself, or not at all."""
    flags = HOST[4].flags
    illumos.logical = (
        Logical("ip.tun0", flags, "10.9.8.1", 32, "0.0.0.0"),
        Logical("ip.tun0:1", flags, "10.9.8.3", 32, "10.9.8.3"),
    )
    assert {a.packed_peer for a in illumos.host().addresses} == {None}
    illumos.silent = {"SIOCGLIFDSTADDR"}
    assert {a.packed_peer for a in illumos.host().addresses} == {None}


def test_addresses_are_left_as_they_are(illumos: SimulatedSolaris) -> None:
    """Solaris embeds no zones: what looks like one is part of the address."""
    illumos.logical = (Logical("lo0", HOST[5].flags, "fe80:5::1", 64),)
    (address,) = illumos.host().addresses
    assert (str(address), address.scope_id) == ("fe80:5::1", 1)


def test_without_a_socket_of_ipv6_its_addresses_are_left_out(illumos: SimulatedSolaris) -> None:
    """On a socket of AF_INET the kernel would answer for another address."""
    host = illumos.host(ipv6=False)
    assert {a.family for a in host.addresses} == {socket.AF_INET}
    assert len(host.warnings) == 4
    assert "::1 on lo0 is left out: there is no socket to ask about it" in host.warnings


@pytest.mark.parametrize("word", ["FLAGS", "INDEX", "MTU", "NETMASK"])
def test_what_went_away_is_left_out(illumos: SimulatedSolaris, word: str) -> None:
    """With a warning."""
    illumos.refuse = {"SIOCGLIF" + word: errno.ENXIO}
    host = illumos.host()
    assert host.addresses == ()
    assert [warning.split()[0] for warning in host.warnings] == [one.address for one in HOST]


def test_requests_that_are_not_known_cost_only_their_answer(illumos: SimulatedSolaris) -> None:
    """Those without which addresses and netmasks are still true."""
    for request in ("SIOCGLIFNUM", "SIOCGLIFINDEX", "SIOCGLIFMTU", "SIOCGLIFBRDADDR", "SIOCGLIFDSTADDR"):
        illumos.refuse[request] = errno.ENOTTY
    host = illumos.host()
    assert [item[:3] for item in told(host)] == [(one.name, one.address, one.prefixlen) for one in HOST]
    assert {(i.index, i.mtu) for i in host.interfaces} == {(None, None)}
    assert {(a.packed_peer, a.packed_broadcast, a.scope_id) for a in host.addresses} == {(None, None, 0)}


@pytest.mark.parametrize("request_name", ["SIOCGLIFCONF", "SIOCGLIFFLAGS", "SIOCGLIFNETMASK"])
@pytest.mark.parametrize(("number", "kind"), [(errno.EPERM, NotPermittedError), (errno.ENOMEM, DiscoveryError)])
def test_a_refusal_names_the_request(
    illumos: SimulatedSolaris, request_name: str, number: int, kind: type[DiscoveryError]
) -> None:
    """The message has the kernel's reason too, and the exception tells want of permission from the rest."""
    illumos.refuse = {request_name: number}
    with pytest.raises(DiscoveryError, match=request_name) as raised:
        illumos.host()
    assert type(raised.value) is kind


def test_backend_ioctl_tells_ipv4_there_and_says_so(kernel: SimulatedSolaris) -> None:
    """SIOCGIFCONF lists nothing else on Solaris."""
    host = kernel.ipv4_host()
    assert told(host) == [
        (one.name, one.address, one.prefixlen, one.other) for one in HOST if one.family == socket.AF_INET
    ]
    assert host.backend == "ioctl"
    assert [interface.flags for interface in host.interfaces][:1] == [HOST[0].flags & 0xFFFF]
    assert ["siocglif" in warning for warning in host.warnings] == [True]


def test_its_buffer_grows_too(kernel: SimulatedSolaris, monkeypatch: pytest.MonkeyPatch) -> None:
    """EINVAL is a buffer too short there, for SIOCGIFCONF as well."""
    whole = kernel.ipv4_host()
    monkeypatch.setattr(requests, "FIRST_CAPACITY", 1)
    assert kernel.ipv4_host() == whole
    assert kernel.asked.count("SIOCGIFCONF") > 2


def test_broadcasts_are_of_ipv4(illumos: SimulatedSolaris) -> None:
    """Whatever flags an interface of IPv6 has."""
    illumos.logical = (Logical("e1000g0", ETHERNET | IFF_IPV6, "2001:db8::1", 64),)
    illumos.host()
    assert "SIOCGLIFBRDADDR" not in illumos.asked


def test_blindness_is_declared_in_the_one_vocabulary() -> None:
    """What it cannot tell, it says in words that there are."""
    assert set(siocglif.BLIND_TO) <= set(BLINDNESS)


def test_it_is_unavailable_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """With the reason; and there it is available."""
    assert (siocglif.unavailable() is None) == sys.platform.startswith("sunos")
    monkeypatch.setattr(siocglif, "here", lambda: ("linux", 8))
    monkeypatch.setattr("sys.platform", "linux")
    assert siocglif.unavailable() == (
        "SIOCGLIFCONF is a request of Solaris and illumos, and this is linux; try another backend"
    )
    monkeypatch.setattr(siocglif, "here", lambda: ("sunos", 8))
    assert siocglif.unavailable() is None


def through_sockets(kernel: Ioctl) -> Ioctl:
    """A kernel that is asked through real sockets, of which it looks at the family alone."""

    def answer(descriptor: int, number: int, argument: bytearray) -> int:
        with socket.socket(fileno=os.dup(descriptor)) as asked:
            return kernel({socket.AF_INET: 4, socket.AF_INET6: 6}[asked.family], number, argument)

    return answer


def test_the_readers_ask_the_kernel_they_are_on(illumos: SimulatedSolaris, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each through a socket of each family, by the row of its platform."""
    monkeypatch.setattr(siocglif, "here", lambda: ("sunos", 8))
    monkeypatch.setattr("fcntl.ioctl", through_sockets(illumos))
    assert siocglif.read() == illumos.host()
    monkeypatch.setattr(siocgif, "here", lambda: ("sunos", 8))
    assert siocgif.read().addresses == illumos.ipv4_host().addresses
    for system in ("freebsd", "netbsd", "openbsd", "darwin", "dragonfly"):
        bsd = SimulatedBSD(f"{system}-64", monkeypatch)
        monkeypatch.setattr(siocgif, "here", lambda key=(system, 8): key)
        monkeypatch.setattr(shared, "if_nametoindex", bsd.index_of)
        monkeypatch.setattr("fcntl.ioctl", through_sockets(bsd))
        assert siocgif.read().addresses == bsd.host().addresses
        assert siocgif.unavailable() is None
