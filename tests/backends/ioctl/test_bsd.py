"""The ioctl backend on the BSDs and macOS, answered by simulated kernels that check every number and size."""

from __future__ import annotations

import errno
import socket
from typing import Any

import pytest
from hypothesis import given, strategies as st
from support.kernels.simulated_bsd import HOST, LAYOUTS, Configured, Link, SimulatedBSD

from ifdiscover import mynetworks
from ifdiscover._backends.ioctl import bsd, requests
from ifdiscover._backends.ioctl.requests import decode_record, name_of, split
from ifdiscover._backends.ioctl.rows import ROWS
from ifdiscover._backends.kame import extract
from ifdiscover.errors import DiscoveryError, NotPermittedError
from ifdiscover.model import ASSUMED, IFF_BROADCAST, IFF_POINTOPOINT, KERNEL, Host

UP = 0x8843
ANY_BSD = ROWS["freebsd", 8]


@pytest.fixture(params=LAYOUTS)
def kernel(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> SimulatedBSD:
    """A kernel of each system and width."""
    return SimulatedBSD(request.param, monkeypatch)


@pytest.fixture
def openbsd(monkeypatch: pytest.MonkeyPatch) -> SimulatedBSD:
    """One that has no SIOCGIFALIAS."""
    return SimulatedBSD("openbsd-64", monkeypatch)


def text(family: int, packed: bytes | None) -> str | None:
    """An address, or None."""
    return None if packed is None else socket.inet_ntop(family, packed)


def told(host: Host) -> list[Any]:
    """What a host has, in the words of what was configured."""
    return [
        (
            interface.name,
            interface.flags,
            [
                (str(a), a.prefixlen, text(a.family, a.packed_broadcast), text(a.family, a.packed_peer))
                for a in host.addresses_of(interface)
            ],
        )
        for interface in host.interfaces
    ]


def configured(*, in6: bool) -> list[Any]:
    """The same of what was configured, and what is left of it where nothing can be asked about IPv6."""

    def words(a: Configured, flags: int) -> tuple[str, int, str | None, str | None]:
        if a.family == socket.AF_INET6 and not in6:
            return (a.address, 128, None, None)
        broadcast, peer = (None, a.other) if flags & IFF_POINTOPOINT else (a.other, None)
        return (a.address, a.prefixlen, broadcast, peer)

    return [(link.name, link.flags, [words(a, link.flags) for a in link.addresses]) for link in HOST]


def test_it_finds_what_was_configured(kernel: SimulatedBSD) -> None:
    """In order, with netmasks and what stands at the other end; a row without SIOCGIFNETMASK_IN6 assumes /128."""
    host = kernel.host()
    in6 = "SIOCGIFNETMASK_IN6" in kernel.table["ioctl"]
    assert told(host) == configured(in6=in6)
    assert [interface.index for interface in host.interfaces] == [1, 2, 3, 4, 5]
    assert {interface.mtu for interface in host.interfaces} == {1500}
    assert {a.netmask_origin for a in host.addresses} == ({KERNEL} if in6 else {KERNEL, ASSUMED})
    assert len(host.warnings) == (0 if in6 else 1)


def test_zones_are_taken_out_of_addresses_and_peers(kernel: SimulatedBSD) -> None:
    """The model has them beside the address, whatever the kernel embeds."""
    host = kernel.host()
    link_local = [a for a in host.addresses if a.packed[:1] == b"\xfe"]
    assert [(a.packed[2:4], a.scope_id) for a in link_local] == [(b"\0\0", a.interface.index) for a in link_local]
    assert len(link_local) == 4
    assert {a.scope_id for a in host.addresses if a not in link_local} == {0}
    assert [a.packed_peer[2:4] for a in link_local if a.packed_peer] == [b"\0\0"] * (
        "SIOCGIFDSTADDR_IN6" in kernel.asked
    )


def test_peers_are_asked_for_on_point_to_point_links_alone(kernel: SimulatedBSD) -> None:
    """Elsewhere the kernel has none."""
    kernel.links = HOST[:4]
    kernel.host()
    assert [request for request in kernel.asked if "DSTADDR" in request] == []


def test_a_whole_socket_address_is_sent_and_nothing_behind_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """The kernel's old memory stands there in the list of NetBSD."""
    kernel = SimulatedBSD("netbsd-64", monkeypatch, HOST[1:2])
    answer, sent = kernel.answer, []
    records = [record[: 15 + record[16]] + b"\1" + record[16 + record[16] :] for record in kernel.records()]
    monkeypatch.setattr(kernel, "records", lambda: records)  # whose addresses do not end with a zero

    def noted(request: str, descriptor: int, argument: bytearray) -> None:
        if request in ("SIOCGIFALIAS", "SIOCGIFNETMASK_IN6"):
            sent.append(bytes(argument).rstrip(b"\0"))
        answer(request, descriptor, argument)

    monkeypatch.setattr(kernel, "answer", noted)
    kernel.host()
    assert sent == [record[: 16 + record[16]] for record in records[1:]]


def test_hardware_addresses_come_from_the_list(kernel: SimulatedBSD) -> None:
    """OpenBSD's has none; that of a loopback has no bytes."""
    macs = [None if kernel.system == "openbsd" else link.mac for link in HOST]
    assert [interface.hardware_address for interface in kernel.host().interfaces] == macs


def test_of_several_hardware_addresses_nobody_knows_which_is_in_use() -> None:
    """NetBSD lists all that were ever set."""
    assert bsd.decode_link(b"em0", bytes(32), bytes(32), 1, {b"\2\0\0\0\0\1"}).hardware_address == b"\2\0\0\0\0\1"
    assert bsd.decode_link(b"em0", bytes(32), bytes(32), 1, {b"\2\0\0\0\0\1", b"\2\0\0\0\0\2"})[4] is None


@pytest.mark.parametrize("count", [0, 1, 2, 3, 7, 8, 9, 50])
def test_the_buffer_grows_until_all_fits(kernel: SimulatedBSD, count: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each kernel leaves off in its own way, and none says so."""
    monkeypatch.setattr(requests, "FIRST_CAPACITY", 1)
    many = tuple(Configured(f"10.0.0.{n + 1}", 24, "10.0.0.255") for n in range(count))
    kernel.links = (Link("em0", UP, b"\2\0\0\0\0\1", (*many, Configured("2001:db8::1", 64))),)
    assert len(kernel.host().addresses) == count + 1


def test_a_kernel_that_is_never_content_is_an_error(kernel: SimulatedBSD, monkeypatch: pytest.MonkeyPatch) -> None:
    """Growing ends, in an error rather than a full memory."""
    monkeypatch.setattr(requests, "MAX_CAPACITY", 1 << 10)
    with pytest.raises(DiscoveryError, match="SIOCGIFCONF: the kernel says that 1024 bytes are too few"):
        kernel.host()


def test_a_netmask_of_zeros_may_have_no_bytes(kernel: SimulatedBSD) -> None:
    """It is one all the same, but in SIOCGIFALIAS, which writes more than a netmask, one that nobody wrote."""
    kernel.links = (Link("em0", UP, b"", (Configured("192.0.2.1", 0, "192.0.2.255"),)),)
    (address,) = kernel.host().addresses
    assert (address.packed_netmask, address.prefixlen) == ((None, None) if kernel.system == "netbsd" else (bytes(4), 0))


def test_without_sockets_of_ipv6_its_netmasks_are_assumed(kernel: SimulatedBSD) -> None:
    """As Postfix does: /128, marked, with one warning, so that no neighbour is trusted."""
    host = kernel.host(ipv6=False)
    assert {(a.prefixlen, a.netmask_origin) for a in host.addresses if a.family == socket.AF_INET6} == {(128, ASSUMED)}
    assert {a.netmask_origin for a in host.addresses if a.family == socket.AF_INET} == {KERNEL}
    assert len(host.warnings) == 1
    assert "/128" in host.warnings[0]
    assert "::]/64" not in str(mynetworks(host, style="subnet"))


@pytest.mark.parametrize("number", [errno.ENOTTY, errno.EINVAL, errno.EOPNOTSUPP])
def test_a_kernel_that_does_not_know_the_request_is_one_without(openbsd: SimulatedBSD, number: int) -> None:
    """Whatever the error for an unknown request is."""
    openbsd.refuse = {"SIOCGIFNETMASK_IN6": number}
    assert {a.netmask_origin for a in openbsd.host().addresses if a.family == socket.AF_INET6} == {ASSUMED}


@pytest.mark.parametrize("request_name", ["SIOCGIFNETMASK", "SIOCGIFNETMASK_IN6", "SIOCGIFALIAS"])
def test_an_answer_that_was_not_written_tells_no_netmask(request_name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The address that was sent is not taken for its own netmask."""
    layout = "netbsd-64" if request_name == "SIOCGIFALIAS" else "openbsd-64"
    kernel = SimulatedBSD(layout, monkeypatch)
    kernel.silent = {request_name}
    family = socket.AF_INET6 if request_name.endswith("_IN6") else socket.AF_INET
    found = {(a.prefixlen, a.netmask_origin) for a in kernel.host().addresses if a.family == family}
    assert found == {(128, ASSUMED) if family == socket.AF_INET6 else (None, None)}


def test_an_alias_borrows_no_netmask(kernel: SimulatedBSD) -> None:
    """Where the kernel answers for the first address only, the others have no netmask, and warnings say so."""
    kernel.first_only = True
    host = kernel.host()
    netmasks = {str(a): a.prefixlen for a in host.addresses}
    assert (netmasks["192.0.2.10"], netmasks["192.0.2.77"], netmasks["10.0.0.1"]) == (24, None, None)
    assert "192.0.2.77 on em0: the kernel does not tell its netmask" in host.warnings
    assert "192.0.2.77" not in str(mynetworks(host, style="host"))


def test_an_ipv6_netmask_of_no_bytes_is_none(openbsd: SimulatedBSD, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is not ::/0, which would be everybody."""
    monkeypatch.setattr(openbsd, "netmask", lambda _found: bytes(16))
    assert {(a.prefixlen, a.netmask_origin) for a in openbsd.host().addresses if a.family == socket.AF_INET6} == {
        (128, ASSUMED)
    }


def test_netmasks_keep_their_bytes(openbsd: SimulatedBSD, monkeypatch: pytest.MonkeyPatch) -> None:
    """One that looks like an address with a zone in it is not taken apart."""
    odd = bytes.fromhex("fe80ffff" + "00" * 12)
    monkeypatch.setattr(openbsd, "netmask", lambda _found: b"\x1c" + bytes(7) + odd + bytes(4))
    assert {a.packed_netmask for a in openbsd.host().addresses if a.family == socket.AF_INET6} == {odd}


def test_an_address_that_is_there_twice_has_one_netmask(openbsd: SimulatedBSD) -> None:
    """The kernel finds the first, whichever is asked about."""
    openbsd.links = (
        Link("em0", UP, b"", (Configured("192.0.2.1", 28, "192.0.2.15"), Configured("192.0.2.1", 8, "192.0.2.15"))),
    )
    host = openbsd.host()
    assert [a.prefixlen for a in host.addresses] == [28, None]
    assert "more than once" in host.warnings[0]


@pytest.mark.parametrize("number", [errno.ENXIO, errno.EADDRNOTAVAIL, errno.ENODEV])
@pytest.mark.parametrize("request_name", ["SIOCGIFNETMASK", "SIOCGIFBRDADDR", "SIOCGIFDSTADDR", "SIOCGIFADDR"])
def test_an_address_that_went_away_is_left_out(openbsd: SimulatedBSD, request_name: str, number: int) -> None:
    """With a warning, and the interface stays."""
    openbsd.refuse = {request_name: number}
    host = openbsd.host()
    assert len(host.interfaces) == len(HOST)
    gone = [link for link in HOST if "DST" not in request_name or link.flags & IFF_POINTOPOINT]
    gone = [link for link in gone if "BRD" not in request_name or link.flags & IFF_BROADCAST]
    names = [a.address for link in gone for a in link.addresses if a.family == socket.AF_INET]
    assert [warning.split()[0] for warning in host.warnings] == names
    assert not {str(a) for a in host.addresses} & set(names)


def test_an_interface_that_went_away_is_left_out(kernel: SimulatedBSD) -> None:
    """With all its addresses."""
    records = kernel.records()
    kernel.links = HOST[:1]
    kernel.records = lambda: records  # type: ignore[method-assign]  # the list is older than the answers
    assert told(kernel.host())[0][0] == "lo0"
    assert len(kernel.host().interfaces) == 1


@pytest.mark.parametrize("request_name", ["SIOCGIFFLAGS", "SIOCGIFMTU"])
def test_an_interface_that_goes_between_two_questions_is_left_out(kernel: SimulatedBSD, request_name: str) -> None:
    """The other one was answered."""
    kernel.refuse = {request_name: errno.ENXIO}
    assert (kernel.host().interfaces, kernel.host().addresses) == ((), ())


@pytest.mark.parametrize("request_name", ["SIOCGIFCONF", "SIOCGIFFLAGS", "SIOCGIFNETMASK", "SIOCGIFNETMASK_IN6"])
@pytest.mark.parametrize(("number", "kind"), [(errno.EPERM, NotPermittedError), (errno.ENOMEM, DiscoveryError)])
def test_a_refusal_names_the_request(
    openbsd: SimulatedBSD, request_name: str, number: int, kind: type[DiscoveryError]
) -> None:
    """The message has the kernel's reason too, and the exception tells want of permission from the rest."""
    openbsd.refuse = {request_name: number}
    with pytest.raises(DiscoveryError, match=request_name) as raised:
        openbsd.host()
    assert type(raised.value) is kind


@pytest.mark.parametrize(
    "sockaddr",
    [b"\x07\x02" + b"\x01" * 14, b"\x10\x1c" + b"\x01" * 14, b"\x1b\x1c" + b"\x01" * 25, b"\x07\x12" + b"\x01" * 14],
    ids=["IPv4 of 7 bytes", "IPv6 of 16 bytes", "IPv6 without a scope id", "a link's of 7 bytes"],
)
def test_an_address_shorter_than_its_family_is_an_error(sockaddr: bytes) -> None:
    """What lies behind it is not read for it."""
    with pytest.raises(DiscoveryError, match="em0: a socket address of"):
        decode_record(b"em0".ljust(16, b"\0") + sockaddr, ANY_BSD)


@pytest.mark.parametrize(("name_length", "size", "found"), [(3, 6, b"\2\0\0\0\0\1"), (3, 7, None), (200, 6, None)])
def test_a_link_whose_lengths_lie_has_no_hardware_address(name_length: int, size: int, found: bytes | None) -> None:
    """Nothing is read beyond the socket address, and the index is told all the same."""
    sockaddr = bytes([17, 18, 2, 0, 6, name_length, size, 0]) + b"em0\2\0\0\0\0\1"
    entry = decode_record(b"em0".ljust(16, b"\0") + sockaddr + b"\xee" * 8, ANY_BSD, "<")
    assert (entry.index, entry.hardware_address) == (2, found)


def test_a_socket_address_may_end_with_its_address() -> None:
    """The zeros behind an IPv4 address say nothing."""
    assert decode_record(b"em0".ljust(16, b"\0") + bytes([8, 2, 0, 0, 192, 0, 2, 1]), ANY_BSD).packed == b"\xc0\0\2\1"


def test_a_name_may_fill_its_room() -> None:
    """Sixteen bytes without a NUL."""
    assert name_of(b"0123456789abcdef\x10") == b"0123456789abcdef"
    assert decode_record(b"0123456789abcdef" + bytes(16), ANY_BSD).name == b"0123456789abcdef"


@pytest.mark.parametrize("length", range(29))
def test_records_step_by_the_length_of_their_address(length: int) -> None:
    """Sixteen for the name, and no less than sixteen for the address."""
    record = b"em0".ljust(16, b"\0") + bytes([length, 255]).ljust(max(length, 16), b"\0")
    assert split(record * 3, ANY_BSD) == [record] * 3
    assert decode_record(record, ANY_BSD).family == 0


@given(st.binary(max_size=300))
def test_any_bytes_are_records_or_an_error(data: bytes) -> None:
    """No list makes the decoder fail otherwise."""
    for row in ROWS.values():
        try:
            for record in split(data, row):
                decode_record(record, row)
        except DiscoveryError:
            pass


@pytest.mark.parametrize(
    ("address", "scope_id", "clean", "zone"),
    [
        ("fe80:5::1", 0, "fe80::1", 5),
        ("fe80:5::1", None, "fe80::1", 5),
        ("febf:102::1", 0, "febf::1", 0x102),
        ("fe80:5::1", 5, "fe80::1", 5),
        ("fe80:5::1", 3, "fe80::1", 3),
        ("fe80::1", 3, "fe80::1", 3),
        ("fec0:5::1", 0, "fec0:5::1", 0),
        ("fd80:5::1", 0, "fd80:5::1", 0),
        ("2001:db8::1", 0, "2001:db8::1", 0),
    ],
)
def test_a_zone_comes_out_of_link_local_addresses_alone(
    address: str, scope_id: int | None, clean: str, zone: int | None
) -> None:
    """High byte first; what is told beside the address stays."""
    packed, found = extract(socket.inet_pton(socket.AF_INET6, address), scope_id)
    assert (socket.inet_ntop(socket.AF_INET6, packed), found) == (clean, zone)
