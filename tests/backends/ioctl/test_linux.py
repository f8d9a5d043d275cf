"""Linux's part of the ioctl backend: its decoders on built bytes, its questions on a made kernel."""

from __future__ import annotations

import errno
import socket
import struct
from typing import Any

import pytest
from support.kernels.linux_ioctl import ETH0, LINE, TUN, UP, MadeKernel, eth0, ifreq, ipv4, sockaddr

from ifdiscover._backends.ioctl import linux, requests
from ifdiscover.errors import DiscoveryError, NotPermittedError
from ifdiscover.model import IFF_LOOPBACK, IFF_UP, Interface


def test_each_address_has_its_own_netmask() -> None:
    """The whole record goes back: by name alone the kernel answers for the interface's first address."""
    kernel = MadeKernel({b"eth0": UP}, eth0("192.0.2.1", "255.255.255.255"), eth0("192.0.2.9"))
    assert [(str(a), a.prefixlen) for a in kernel.host().addresses] == [("192.0.2.1", 32), ("192.0.2.9", 24)]


def test_the_buffer_grows_until_there_is_room_to_spare() -> None:
    """A full buffer may hide addresses, so that a list which fills it exactly is asked for again."""
    for count in (63, 64, 65, 300):
        many = [eth0(f"10.0.{n // 250}.{n % 250}") for n in range(count)]
        assert len(MadeKernel({b"eth0": UP}, *many).host().addresses) == count


def test_a_kernel_that_is_never_content_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    """Growing ends, in an error rather than a full memory."""
    monkeypatch.setattr(requests, "MAX_CAPACITY", 1 << 13)
    kernel = MadeKernel({b"eth0": UP}, *(eth0(f"10.0.0.{n}") for n in range(250)))
    with pytest.raises(DiscoveryError, match="SIOCGIFCONF"):
        kernel.host()


@pytest.mark.parametrize(
    ("flags", "broadcast", "peer"),
    [(UP, "192.0.2.255", None), (TUN, None, "192.0.2.255"), (IFF_UP | IFF_LOOPBACK, None, None)],
    ids=["broadcast", "point-to-point", "neither"],
)
def test_the_flags_decide_between_peer_and_broadcast(flags: int, broadcast: str | None, peer: str | None) -> None:
    """What the interface is not made for is not asked."""
    kernel = MadeKernel({b"eth0": flags}, eth0("192.0.2.1", other="192.0.2.255"))
    (address,) = kernel.host().addresses
    assert address.packed_broadcast == (ipv4(broadcast) if broadcast else None)
    assert address.packed_peer == (ipv4(peer) if peer else None)


@pytest.mark.parametrize("other", ["192.0.2.1", "0.0.0.0"])
@pytest.mark.parametrize("flags", [UP, TUN])
def test_no_broadcast_and_no_peer_are_none(flags: int, other: str) -> None:
    """The kernel says so by zeros, or by the address itself."""
    (address,) = MadeKernel({b"eth0": flags}, eth0("192.0.2.1", other=other)).host().addresses
    assert (address.packed_broadcast, address.packed_peer) == (None, None)


def test_labels_belong_to_the_interface_before_the_colon() -> None:
    """A label has its interface's name before a colon, and no interface's name has a colon."""
    kernel = MadeKernel({b"eth0": UP}, eth0("192.0.2.1"), eth0("192.0.2.2", label=b"eth0:1"))
    host = kernel.host()
    assert [a.label for a in host.addresses] == [None, "eth0:1"]
    assert {a.interface for a in host.addresses} == set(host.interfaces)
    assert len(host.interfaces) == 1


def test_a_label_that_names_no_interface_stands_for_one_of_which_nothing_is_known() -> None:
    """Its address is kept, without netmask and without flags, and a warning says why."""
    host = MadeKernel({b"eth0": UP}, eth0("192.0.2.1", label=b"mail")).host()
    (address,) = host.addresses
    assert address.interface == Interface("mail")
    assert (address.packed_netmask, address.prefixlen, address.netmask_origin) == (None, None, None)
    assert "192.0.2.1 on mail: no interface has this name" in host.warnings[0]


@pytest.mark.parametrize("others", [[], [(b"eth1", b"eth1", "10.0.0.1", "255.0.0.0", "0.0.0.0")]])
def test_a_label_that_names_another_interface_does_not_borrow_its_netmask(others: list[Any]) -> None:
    """Asked about an address that eth1 does not have, the kernel tells the netmask of one that it has."""
    host = MadeKernel({b"eth0": UP, b"eth1": UP}, eth0("203.0.113.5", label=b"eth1"), *others).host()
    assert "203.0.113.5" not in [str(a) for a in host.addresses]
    assert "203.0.113.5 on eth1 is left out" in host.warnings[0]
    assert len(host.addresses) == len(others)


def test_of_an_address_that_is_there_twice_only_the_first_netmask_is_known() -> None:
    """The kernel finds the first, whichever is asked about: the second's is not guessed."""
    host = MadeKernel({b"eth0": UP}, eth0("192.0.2.1", "255.255.255.240"), eth0("192.0.2.1", "255.0.0.0")).host()
    assert [a.prefixlen for a in host.addresses] == [28, None]
    assert "more than once" in host.warnings[0]


def test_a_netmask_with_holes_has_no_prefixlen() -> None:
    """The mask is kept as it is."""
    (address,) = MadeKernel({b"eth0": UP}, eth0("10.1.2.3", "255.0.255.0")).host().addresses
    assert (address.prefixlen, address.packed_netmask) == (None, ipv4("255.0.255.0"))


def test_a_netmask_of_zeros_is_one() -> None:
    """The kernel's /0 is a netmask, unlike an answer that was never written."""
    (address,) = MadeKernel({b"eth0": UP}, eth0("10.1.2.3", "0.0.0.0")).host().addresses
    assert (address.prefixlen, address.packed_netmask) == (0, bytes(4))


@pytest.mark.parametrize("request_name", ["SIOCGIFNETMASK", "SIOCGIFBRDADDR"])
def test_an_answer_that_was_not_written_says_nothing(request_name: str) -> None:
    """A kernel that succeeds and leaves the address in the record has told no netmask."""
    kernel = MadeKernel({b"eth0": UP}, eth0("192.0.2.1", other="192.0.2.255"))
    kernel.silent = {request_name}
    (address,) = kernel.host().addresses
    assert (address.packed_netmask if request_name == "SIOCGIFNETMASK" else address.packed_broadcast) is None


def test_an_answer_of_another_family_says_nothing() -> None:
    """What is no AF_INET address is none."""
    record = ifreq(b"eth0", sockaddr("192.0.2.1"))
    answers = {"SIOCGIFADDR": record, "SIOCGIFNETMASK": ifreq(b"eth0", sockaddr("255.0.0.0", 0))}
    assert linux.decode_ipv4(record, answers, ETH0).packed_netmask is None


def test_interfaces_have_index_flags_mtu_and_hardware_address() -> None:
    """All interfaces are there, those without addresses too."""
    host = MadeKernel({b"lo": IFF_LOOPBACK, b"eth0": 0x9043}).host()
    assert [i[:4] for i in host.interfaces] == [("lo", 1, 8, 1500), ("eth0", 2, 0x9043, 1500)]
    assert host.interfaces[1].hardware_address == b"\2\0\0\0\0\1"


@pytest.mark.parametrize(("kind", "told"), [(1, True), (772, True), (0xFFFE, False), (32, False), (768, False)])
def test_hardware_addresses_of_unknown_length_are_not_told(kind: int, told: bool) -> None:
    """Ethernet's and the loopback's have six bytes; of a tunnel's or InfiniBand's the kernel does not say."""
    zeros = ifreq(b"x")
    link = linux.decode_link(b"x", zeros, zeros, zeros, ifreq(b"x", struct.pack("=H6s", kind, b"abcdef")))
    assert link.hardware_address == (b"abcdef" if told else None)


@pytest.mark.parametrize("request_name", ["SIOCGIFMTU", "SIOCGIFHWADDR", "SIOCGIFBRDADDR"])
@pytest.mark.parametrize("number", [errno.ENOTTY, errno.EINVAL, errno.EOPNOTSUPP])
def test_a_request_that_the_kernel_does_not_know_costs_only_its_answer(request_name: str, number: int) -> None:
    """A kernel such as gVisor lacks some."""
    kernel = MadeKernel({b"eth0": UP}, eth0("192.0.2.1", other="192.0.2.255"))
    kernel.refuse = {request_name: number}
    (address,) = kernel.host().addresses
    untold = {
        "SIOCGIFMTU": address.interface.mtu,
        "SIOCGIFHWADDR": address.interface.hardware_address,
        "SIOCGIFBRDADDR": address.packed_broadcast,
    }
    assert [name for name, value in untold.items() if value is None] == [request_name]


@pytest.mark.parametrize("number", [errno.ENODEV, errno.EADDRNOTAVAIL, errno.ENXIO])
def test_an_interface_that_vanishes_is_left_out(number: int) -> None:
    """Between the questions an interface may go, and with it all that was on it."""
    kernel = MadeKernel({b"eth0": UP}, eth0("192.0.2.1"))
    kernel.files["if_inet6"] = LINE.replace(b"02", b"07", 1)
    kernel.refuse = {"SIOCGIFMTU": number}
    host = kernel.host()
    assert (host.interfaces, host.addresses) == ((), ())


@pytest.mark.parametrize("number", [errno.ENODEV, errno.EADDRNOTAVAIL, errno.ENXIO])
def test_an_address_that_vanishes_is_left_out(number: int) -> None:
    """Its interface stays."""
    kernel = MadeKernel({b"eth0": UP}, eth0("192.0.2.1"))
    kernel.refuse = {"SIOCGIFNETMASK": number}
    host = kernel.host()
    assert [i.name for i in host.interfaces] == ["eth0"]
    assert host.addresses == ()


def test_an_interface_that_appears_is_taken_in() -> None:
    """One that is not in /proc/net/dev yet is asked about by the name or index that addresses come with."""
    kernel = MadeKernel({b"eth0": UP, b"eth1": UP}, eth0("192.0.2.1"))
    kernel.files["dev"] = b""
    kernel.files["if_inet6"] = LINE
    host = kernel.host()
    assert [(str(a), a.interface.name) for a in host.addresses] == [("192.0.2.1", "eth0"), ("2001:db8::1", "eth1")]
    assert {a.interface for a in host.addresses} == set(host.interfaces)


@pytest.mark.parametrize("request_name", ["SIOCGIFCONF", "SIOCGIFFLAGS", "SIOCGIFNETMASK"])
@pytest.mark.parametrize(
    ("number", "kind", "status"),
    [(errno.EPERM, NotPermittedError, 77), (errno.EACCES, NotPermittedError, 77), (errno.ENOMEM, DiscoveryError, 71)],
)
def test_a_refusal_names_the_request(request_name: str, number: int, kind: type[DiscoveryError], status: int) -> None:
    """The message has the request and the kernel's reason, the exception its status."""
    kernel = MadeKernel({b"eth0": UP}, eth0("192.0.2.1"))
    kernel.refuse = {request_name: number}
    with pytest.raises(DiscoveryError, match=request_name) as raised:
        kernel.host()
    assert type(raised.value) is kind
    assert raised.value.status == status


@pytest.mark.parametrize(
    "bad",
    [
        LINE.replace(b" 40 ", b" 81 "),
        LINE.replace(b" 40 ", b" -1 "),
        LINE.replace(b" 40 ", b" xx "),
        LINE.replace(b"2001", b"20 1", 1),
        LINE.replace(b"2001", b"20", 1),
        LINE.replace(b"2001", b"\xff\xfe01", 1),
        LINE.replace(b" 02 ", b" 00 "),
        LINE.replace(b" 02 ", b" ffffffffff "),
        LINE[:40] + b"\n",
        LINE[:46] + b"\n",
        LINE[:20] + b"\n",
        b"nonsense\n",
    ],
)
def test_a_bad_line_ends_ipv6_with_a_warning(bad: bytes) -> None:
    """What came before it stays, what comes behind it is not believed."""
    kernel = MadeKernel({b"lo": IFF_UP, b"eth0": UP})
    kernel.files["if_inet6"] = LINE + bad + LINE
    host = kernel.host()
    assert [str(a) for a in host.addresses] == ["2001:db8::1"]
    assert host.warnings == ("unexpected data in /proc/net/if_inet6 - IPv6 addresses may be missing",)
    assert "ipv6 addresses" in host.blind_to


def test_no_if_inet6_is_warned_about() -> None:
    """The IPv4 part stays."""
    kernel = MadeKernel({b"eth0": UP}, eth0("192.0.2.1"))
    del kernel.files["if_inet6"]
    host = kernel.host()
    assert [str(a) for a in host.addresses] == ["192.0.2.1"]
    assert "ipv6 addresses" in host.blind_to
    assert host.warnings == ("can't open /proc/net/if_inet6 (No such file or directory) - skipping IPv6 configuration",)


def test_no_if_inet6_on_a_kernel_without_ipv6_is_no_matter() -> None:
    """There is nothing to skip."""
    kernel = MadeKernel({b"eth0": UP})
    del kernel.files["if_inet6"]
    assert kernel.host(has_ipv6=False).warnings == ()


def test_without_proc_net_dev_interfaces_come_from_addresses() -> None:
    """Only those without addresses are then missing, and a warning says so."""
    kernel = MadeKernel({b"eth0": UP, b"eth1": UP}, eth0("192.0.2.1"))
    del kernel.files["dev"]
    host = kernel.host()
    assert [i.name for i in host.interfaces] == ["eth0"]
    assert "/proc/net/dev" in host.warnings[0]


def test_all_ones_is_an_address_with_itself_as_netmask() -> None:
    """255.255.255.255/32: what is there is an answer, not what was asked."""
    (found,) = MadeKernel({b"eth0": UP}, eth0("255.255.255.255", "255.255.255.255")).host().addresses
    assert found.prefixlen == 32
    (found,) = MadeKernel({b"eth0": UP}, eth0("255.255.255.0", "255.255.255.0")).host().addresses
    assert found.packed_netmask is None  # nobody can tell, and trust is not widened on doubt


def test_interfaces_that_change_meanwhile_are_read_again() -> None:
    """An index in if_inet6 would be that of another interface than the one that had been asked about."""
    kernel = MadeKernel({b"lo": UP, b"eth0": UP}, eth0("192.0.2.1"))

    def made_again() -> None:
        kernel.links = {b"lo": UP, b"eth1": UP, b"eth0": UP}

    kernel.after["SIOCGIFNETMASK"] = made_again
    assert [(i.name, i.index) for i in kernel.host().interfaces] == [("lo", 1), ("eth0", 3)]


def test_a_link_that_is_made_again_under_its_name_is_read_again() -> None:
    """Its IPv4 addresses were those of the old one, its IPv6 addresses are those of the new one."""
    kernel = MadeKernel({b"lo": UP, b"eth0": UP}, eth0("192.0.2.1"))

    def made_again() -> None:
        kernel.links = {b"lo": UP, b"eth1": UP, b"eth0": UP}
        kernel.files["if_inet6"] = LINE.replace(b" 02 ", b" 03 ")

    kernel.after["SIOCGIFNETMASK"] = made_again
    assert {(str(a), a.interface.index) for a in kernel.host().addresses} == {("192.0.2.1", 3), ("2001:db8::1", 3)}


def test_a_link_that_goes_down_meanwhile_is_read_again() -> None:
    """Its address would else be trusted."""
    kernel = MadeKernel({b"lo": UP, b"eth0": UP}, eth0("192.0.2.1"))

    def down() -> None:
        kernel.links = {b"lo": UP, b"eth0": UP & ~IFF_UP}

    kernel.after["SIOCGIFNETMASK"] = down
    assert [(i.name, i.is_up) for i in kernel.host().interfaces] == [("lo", True), ("eth0", False)]


@pytest.mark.parametrize("request_name", ["SIOCGIFINDEX", "SIOCGIFFLAGS"])
def test_a_link_that_goes_before_it_is_asked_again_is_read_again(request_name: str) -> None:
    """It may go between any two questions."""
    kernel = MadeKernel({b"eth0": UP})
    kernel.after["SIOCGIFHWADDR"] = lambda: kernel.refuse.update({request_name: errno.ENODEV})
    assert kernel.host().interfaces == ()


def test_what_is_on_a_link_that_has_gone_hides_nothing_after_it() -> None:
    """/proc/net/dev still had it."""
    kernel = MadeKernel({b"eth0": UP}, (b"eth7", b"eth7", "10.0.0.1", "255.0.0.0", "0.0.0.0"), eth0("192.0.2.1"))
    kernel.files["dev"] = b"Inter-|   Receive\n face |bytes\n  eth7:  0 0\n  eth0:  0 0\n"
    host = kernel.host()
    assert ([i.name for i in host.interfaces], [str(a) for a in host.addresses]) == (["eth0"], ["192.0.2.1"])


def test_an_interface_without_a_flag_is_one() -> None:
    """It is down, and it stays as it is."""
    host = MadeKernel({b"eth0": 0}, eth0("192.0.2.1")).host()
    assert [(i.flags, i.is_up) for i in host.interfaces] == [(0, False)]
    assert [(str(a), a.prefixlen) for a in host.addresses] == [("192.0.2.1", 24)]


@pytest.mark.parametrize(
    ("number", "there"), [(errno.EAFNOSUPPORT, False), (errno.EACCES, True), (errno.ENOBUFS, True), (None, True)]
)
def test_only_a_kernel_that_says_so_has_no_ipv6(
    number: int | None, *, there: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever else it refuses a socket for."""

    class Socket:
        """A socket that the kernel may refuse."""

        def __init__(self, family: int, _kind: int) -> None:
            assert family == socket.AF_INET6
            if number is not None:
                raise OSError(number, "made")

        def close(self) -> None:
            """Nothing is open."""

    monkeypatch.setattr("_socket.socket", Socket)
    assert linux.has_ipv6() is there


def test_an_address_that_comes_twice_in_if_inet6_is_no_answer() -> None:
    """Each is on an interface once; the kernel's table was changed while it was read."""
    kernel = MadeKernel({b"lo": UP, b"eth0": UP})
    kernel.files["if_inet6"] = LINE + LINE
    with pytest.raises(DiscoveryError, match="changed during each of 10 readings"):
        kernel.host()


def test_interfaces_that_change_at_every_reading_are_an_error() -> None:
    """No answer is better than one of two moments."""
    kernel = MadeKernel({b"lo": UP, b"eth0": UP}, eth0("192.0.2.1"))

    def made_again() -> None:
        kernel.links = {b"lo": UP, f"x{len(kernel.links)}".encode(): UP, **kernel.links}
        kernel.after["SIOCGIFNETMASK"] = made_again

    kernel.after["SIOCGIFNETMASK"] = made_again
    with pytest.raises(DiscoveryError, match="interfaces or addresses changed during each of 10 readings"):
        kernel.host()
