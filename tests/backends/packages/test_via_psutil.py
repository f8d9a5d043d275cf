"""The psutil backend: its decoder on made answers, its reader on a made psutil and in namespaces."""

from __future__ import annotations

import builtins
import errno
import json
import socket
import sys
import types
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
from support.need import need
from support.shapes import SHAPES

from ifdiscover._backends.packages import address_text, via_psutil
from ifdiscover.errors import DiscoveryError, NotPermittedError
from ifdiscover.model import ASSUMED, BLINDNESS, IFF_BROADCAST, IFF_POINTOPOINT, IFF_UP, KERNEL

if TYPE_CHECKING:
    from support.namespaces import Namespace

    from ifdiscover.model import Address, Host

AF_LINK = 17


class Entry(NamedTuple):
    """What psutil calls an snicaddr."""

    family: int
    address: str
    netmask: str | None = None
    broadcast: str | None = None
    ptp: str | None = None


class Stats(NamedTuple):
    """What psutil calls snicstats."""

    flags: str = "up,broadcast,running,multicast"
    isup: bool = True
    mtu: int = 1500


@pytest.fixture
def psutil() -> Any:
    """The real one."""
    need(None if find_spec("psutil") else "no psutil: pip install psutil")
    import psutil

    return psutil


def ipv4(address: str, netmask: str | None = "255.255.255.0", **more: str) -> Entry:
    """An IPv4 entry."""
    return Entry(socket.AF_INET, address, netmask, **more)


def ipv6(address: str, netmask: str | None = "ffff:ffff:ffff:ffff::", **more: str) -> Entry:
    """An IPv6 entry."""
    return Entry(socket.AF_INET6, address, netmask, **more)


def decode(entries: dict[str, list[Entry]], stats: dict[str, Any] | None = None, **indexes: int) -> Host:
    """The decoder's answer; without stats or indexes there is an eth0, whose index is 2."""
    return via_psutil.decode(
        entries, {"eth0": Stats()} if stats is None else stats, AF_LINK, (indexes or {"eth0": 2}).get
    )


def only(*entries: Entry) -> Address:
    """The one address that eth0 then has."""
    (address,) = decode({"eth0": list(entries)}).addresses
    return address


def test_it_declares_its_blindness_in_the_vocabulary() -> None:
    """What it cannot tell, it says in words that there are."""
    assert set(via_psutil.BLIND_TO) <= set(BLINDNESS)


def test_ipv4_netmasks_are_psutils() -> None:
    """They come from the kernel."""
    address = only(ipv4("192.0.2.9", "255.255.255.240"))
    assert (address.prefixlen, address.netmask_origin) == (28, KERNEL)
    assert address.packed_netmask == socket.inet_aton("255.255.255.240")


@pytest.mark.parametrize("netmask", ["ffff:ffff:ffff:ffff::", None])
def test_every_ipv6_address_is_assumed_to_be_128(netmask: str | None) -> None:
    """Whatever psutil says of its netmask, and marked as assumed."""
    address = only(ipv6("2001:db8::1", netmask))
    assert (address.prefixlen, address.packed_netmask, address.netmask_origin) == (128, b"\xff" * 16, ASSUMED)


def test_one_warning_tells_of_the_assumption() -> None:
    """Once, however many IPv6 addresses there are, and with what it means for style subnet."""
    warnings = decode({"eth0": [ipv6("2001:db8::1"), ipv6("2001:db8::2"), ipv4("192.0.2.1")]}).warnings
    assert len(warnings) == 1
    assert "/128" in warnings[0]
    assert "subnet" in warnings[0]
    assert decode({"eth0": [ipv4("192.0.2.1")]}).warnings == ()


def test_an_entry_without_netmask_has_none() -> None:
    """A null netmask is no netmask of zeros."""
    address = only(ipv4("192.0.2.1", None))
    assert (address.packed_netmask, address.prefixlen, address.netmask_origin) == (None, None, None)


def test_up_is_the_word_and_not_isup() -> None:
    """The field isup says whether there is a carrier; what is up without one still counts."""
    stats = {
        "eth0": Stats("up,broadcast", isup=False),
        "eth1": Stats("broadcast,running", isup=True),
    }
    assert [i.is_up for i in decode({}, stats, eth0=2, eth1=3).interfaces] == [True, False]


@pytest.mark.parametrize(
    ("words", "flags"),
    [
        ("up", 0x1),
        ("up,broadcast,running", IFF_UP | IFF_BROADCAST | 0x40),
        ("up,pointopoint,noarp", IFF_UP | IFF_POINTOPOINT | 0x80),
        ("loopback,promisc,allmulti", 0x308),
        ("upper,downer", 0),
        ("", None),
    ],
)
def test_flags_are_psutils_words(words: str, flags: int | None) -> None:
    """Each word is a bit, no words at all mean that psutil has none for this platform."""
    assert via_psutil.flags_of(words) == flags


def test_stats_without_flags_tell_none() -> None:
    """Before 5.9.3 psutil had no flags."""
    old = types.SimpleNamespace(isup=True, mtu=1500)
    assert decode({}, {"eth0": old}, eth0=2).interfaces[0][:4] == ("eth0", 2, None, 1500)


def test_an_interface_without_stats_has_no_flags() -> None:
    """Whether it is up is then not known."""
    (interface,) = decode({"eth0": [ipv4("192.0.2.1")]}, {}).interfaces
    assert interface[:4] == ("eth0", 2, None, None)


def test_interfaces_without_entries_are_there() -> None:
    """A tunnel without addresses has stats only."""
    assert [i.name for i in decode({}, {"lo": Stats(), "tun0": Stats()}, lo=1, tun0=2).interfaces] == ["lo", "tun0"]


def test_labels_belong_to_the_interface_before_the_colon() -> None:
    """It takes a label for an interface, and has no stats of it."""
    host = decode({"eth0": [ipv4("192.0.2.1")], "eth0:1": [ipv4("192.0.2.2")]})
    assert [(a.label, a.interface.name, a.interface.is_up) for a in host.addresses] == [
        (None, "eth0", True),
        ("eth0:1", "eth0", True),
    ]
    assert len(host.interfaces) == 1


def test_a_label_that_names_no_interface_has_no_flags() -> None:
    """Nothing is known of it, and a warning says so."""
    host = decode({"mail": [ipv4("192.0.2.1")]})
    assert host.addresses[0].interface[:3] == ("mail", None, None)
    assert "mail: no interface has this name" in host.warnings[0]


def test_a_broadcast_that_is_the_address_is_none() -> None:
    """It says so where there is no broadcast; another one is one."""
    assert only(ipv4("192.0.2.1", broadcast="192.0.2.1")).packed_broadcast is None
    assert only(ipv4("192.0.2.1", broadcast="192.0.2.255")).packed_broadcast == socket.inet_aton("192.0.2.255")


def test_the_other_end_is_the_peer() -> None:
    """In both families; one that is the address itself is none."""
    assert only(ipv4("10.0.0.1", ptp="10.0.0.2")).packed_peer == socket.inet_aton("10.0.0.2")
    assert only(ipv4("10.0.0.1", ptp="10.0.0.1")).packed_peer is None
    assert only(ipv6("fd00::1", ptp="fd00::2")).packed_peer == socket.inet_pton(socket.AF_INET6, "fd00::2")


@pytest.mark.parametrize(
    ("zone", "scope_id"), [("%eth0", 2), ("%7", 7), ("%0", 5), ("%gone", 0), ("", 0), ("%\N{SUPERSCRIPT TWO}", 0)]
)
def test_zones_become_scope_ids(zone: str, scope_id: int) -> None:
    """A name is looked up, even one that is a number; a number that is no name is the index itself."""
    host = decode({"eth0": [ipv6("fe80::1" + zone)]}, None, **{"eth0": 2, "0": 5})
    (address,) = host.addresses
    assert (str(address), address.scope_id) == ("fe80::1", scope_id)


@pytest.mark.parametrize(("embeds", "expected"), [(True, ("fe80::1", 5)), (False, ("fe80:5::1", 0))])
def test_scope_ids_inside_addresses_are_taken_out_where_kernels_put_them(
    embeds: bool, expected: tuple[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of addresses and peers, which psutil prints as the C library gave them; on Linux they are left as they are."""
    monkeypatch.setattr(address_text, "EMBEDS_SCOPE_ID", embeds)
    address = only(ipv6("fe80:5::1", ptp="fe80:5::2"))
    assert (str(address), address.scope_id) == expected
    assert address.packed_peer == socket.inet_pton(socket.AF_INET6, "fe80::2" if embeds else "fe80:5::2")


@pytest.mark.parametrize(
    ("text", "packed"),
    [("02:00:00:00:00:01", b"\2\0\0\0\0\1"), ("02-00-00-00-00-01", b"\2\0\0\0\0\1"), ("nonsense", None)],
)
def test_link_entries_are_hardware_addresses(text: str, packed: bytes | None) -> None:
    """With colons, or as on Windows with hyphens."""
    host = decode({"eth0": [Entry(AF_LINK, text)]})
    assert (host.interfaces[0].hardware_address, host.addresses) == (packed, ())


def test_a_text_that_is_no_address_is_an_error() -> None:
    """The message has it."""
    with pytest.raises(DiscoveryError, match=r'"300\.1\.1\.1", from the package, is no address'):
        decode({"eth0": [ipv4("300.1.1.1")]})


class MadePsutil(types.ModuleType):
    """A psutil that fails."""

    AF_LINK = AF_LINK

    def __init__(self, error: BaseException) -> None:
        super().__init__("psutil")
        self.error = error

    def net_if_addrs(self) -> Any:
        """Fail."""
        raise self.error


@pytest.mark.parametrize(
    ("error", "kind", "words"),
    [
        (UnicodeDecodeError("utf-8", b"\xff", 0, 1, "invalid start byte"), DiscoveryError, "not UTF-8"),
        (UnicodeEncodeError("utf-8", "\udcff", 0, 1, "surrogates not allowed"), DiscoveryError, "not UTF-8"),
        (SystemError("returned a result with an exception set"), DiscoveryError, "not UTF-8"),
        (OSError(errno.EMFILE, "Too many open files"), DiscoveryError, "psutil: Too many open files"),
        (
            PermissionError(errno.EACCES, "Permission denied", "/proc/net/dev"),
            NotPermittedError,
            "denied: /proc/net/dev",
        ),
    ],
)
def test_failures_are_told(
    error: BaseException, kind: type[DiscoveryError], words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The message has the reason, and for a name that psutil cannot read the way out."""
    monkeypatch.setitem(sys.modules, "psutil", MadePsutil(error))
    with pytest.raises(DiscoveryError, match=words) as raised:
        via_psutil.read()
    assert type(raised.value) is kind
    assert ("getifaddrs" in str(raised.value)) == (words == "not UTF-8")


def test_without_psutil_it_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """The reason has the remedy."""
    monkeypatch.setitem(sys.modules, "psutil", None)
    assert via_psutil.unavailable() == "psutil is not installed; try: pip install 'ifdiscover[psutil]'"


@pytest.mark.parametrize(
    "error", [ImportError("wrong version"), NotImplementedError("platform plan9 is not supported")]
)
def test_a_psutil_that_cannot_be_imported_says_why(error: Exception, monkeypatch: pytest.MonkeyPatch) -> None:
    """It may be broken, or not know the platform."""
    real = builtins.__import__

    def refuse(name: str, *rest: Any, **more: Any) -> Any:
        if name == "psutil":
            raise error
        return real(name, *rest, **more)

    monkeypatch.delitem(sys.modules, "psutil", raising=False)
    monkeypatch.setattr(builtins, "__import__", refuse)
    assert str(error) in (via_psutil.unavailable() or "")


@pytest.mark.usefixtures("psutil")
def test_with_psutil_it_is_available() -> None:
    """And asks for nothing more."""
    assert via_psutil.unavailable() is None


CODE = """
import json
from ifdiscover._backends.netlink import rtnetlink
from ifdiscover._backends.packages import via_psutil
def told(host):
    return [
        [[i.name, i.index, i.is_up, i.mtu] for i in host.interfaces],
        [
            [a.interface.name, a.packed.hex(), a.prefixlen if a.family == 2 else 128, a.scope_id, a.label or ""]
            for a in host.addresses
        ],
        [[a.packed.hex(), (a.packed_peer or b"").hex()] for a in host.addresses if a.interface.flags & 0x10],
    ]
print(json.dumps([told(via_psutil.read()), told(rtnetlink.read())]))
"""


@pytest.mark.netns
@pytest.mark.usefixtures("psutil")
@pytest.mark.parametrize("name", SHAPES)
def test_it_agrees_with_rtnetlink(name: str, namespace: Namespace) -> None:
    """Interfaces and addresses are those that rtnetlink tells, up to their order and IPv6 netmasks."""
    namespace.build(SHAPES[name].steps)
    mine, theirs = json.loads(namespace.run([sys.executable, "-c", CODE]).stdout)
    assert list(map(sorted, mine)) == list(map(sorted, theirs))


@pytest.mark.netns
@pytest.mark.usefixtures("psutil")
def test_a_name_that_is_not_utf_8_is_a_clear_failure(namespace: Namespace) -> None:
    """It is no traceback, and names the backends that can read such a host."""
    namespace.build(SHAPES["lo alone"].steps)
    namespace.run(["ip", "link", "add", "\udcff\udcfe", "type", "ifb"])
    code = (
        "from ifdiscover._backends.packages import via_psutil\n"
        "from ifdiscover.errors import DiscoveryError\n"
        "try: via_psutil.read()\n"
        "except DiscoveryError as error: print(error)"
    )
    assert "psutil cannot read this host" in namespace.run([sys.executable, "-c", code]).stdout
