"""Look-ups in one reading of a host, and the kernel's word on whose an address is."""

from __future__ import annotations

import ipaddress
import socket
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from support.made import address, host, hosts
from support.namespaces import Namespace, why_no_namespaces
from support.need import need

from ifdiscover import discover
from ifdiscover._backends.recorded.replay import decode
from ifdiscover.errors import AddressTextError, BlindError, NotOneAddressError, UnknownInterfaceError
from ifdiscover.model import BLINDNESS, IFF_LOOPBACK, IFF_UP, Address, Host, Interface, Recorded

if TYPE_CHECKING:
    from collections.abc import Iterator

LO = Interface("lo", 1, IFF_UP | IFF_LOOPBACK)
ETH0 = Interface("eth0", 2, IFF_UP)
BR0 = Interface("br0", 3, 0, kind="bridge")
FULL = "255.255.255.255"
WIDE = "ffff:ffff:ffff:ffff::"


def at(interface: Interface, text: str, mask: str | None = None, **more: Any) -> Address:
    """An address on an interface."""
    return address(text, mask, **more)._replace(interface=interface)


def made(*addresses: Address, **more: Any) -> Host:
    """A host with these addresses, recorded on Linux."""
    return host(*addresses, **{"recorded": Recorded(system="Linux 6.1 x86_64"), **more})


LOOPBACK = at(LO, "127.0.0.1", "255.0.0.0", scope="host", flags=0x80)
PUBLIC = at(ETH0, "192.0.2.1", "255.255.255.0", scope="global", flags=0x80)
SECOND = at(ETH0, "192.0.2.7", "255.255.255.0", scope="global", flags=0x81)
BRIDGE = at(BR0, "172.17.0.1", "255.255.0.0", scope="global", flags=0x80)
STATIC = at(ETH0, "2001:db8::1", WIDE, scope="global", flags=0x80)
TEMPORARY = at(ETH0, "2001:db8::7", WIDE, scope="global", flags=0x01)
LINK = at(ETH0, "fe80::1", WIDE, scope="link", flags=0x80, scope_id=2)
HOST = made(LOOPBACK, PUBLIC, SECOND, BRIDGE, STATIC, TEMPORARY, LINK)


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({}, HOST.addresses),
        ({"family": 4}, (LOOPBACK, PUBLIC, SECOND, BRIDGE)),
        ({"family": 6}, (STATIC, TEMPORARY, LINK)),
        ({"interface": "eth0", "family": 4}, (PUBLIC, SECOND)),
        ({"interface": 3}, (BRIDGE,)),
        ({"interface": BR0}, (BRIDGE,)),
        ({"interface": BR0._replace(mtu=1)}, (BRIDGE,)),
        ({"kind": "bridge"}, (BRIDGE,)),
        ({"kind": "tun"}, ()),
        ({"scope": "host"}, (LOOPBACK,)),
        ({"scope": "global", "up": True}, (PUBLIC, SECOND, STATIC, TEMPORARY)),
        ({"within": "172.16.0.0/12"}, (BRIDGE,)),
        ({"within": ipaddress.ip_network("2001:db8::/32")}, (STATIC, TEMPORARY)),
        ({"within": "::/0"}, (STATIC, TEMPORARY, LINK)),
        ({"private": True}, (BRIDGE,)),
        ({"private": False, "family": 4}, (LOOPBACK, PUBLIC, SECOND)),
        ({"stable": True}, (PUBLIC, SECOND, BRIDGE, STATIC)),
        ({"stable": False}, (LOOPBACK, TEMPORARY, LINK)),
        ({"up": False}, (BRIDGE,)),
    ],
    ids=str,
)
def test_filters_narrow_in_the_kernels_order(filters: dict[str, Any], expected: tuple[Address, ...]) -> None:
    """All that are given must fit."""
    assert HOST.find(**filters) == expected


@pytest.mark.parametrize(("text", "private"), [
    *[(text, True) for text in ("10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.0.1", "fc00::1", "fdff::1")],
    *[(text, False) for text in ("9.255.255.255", "11.0.0.0", "172.15.0.1", "172.32.0.1", "192.169.0.1", "192.0.2.1")],
    *[(text, False) for text in ("100.64.0.1", "127.0.0.1", "169.254.0.1", "fe80::1", "2001:db8::1", "::1", "fe00::1")],
])  # fmt: skip
def test_private_is_what_two_documents_call_so(text: str, private: bool) -> None:
    """RFC 1918 and RFC 4193; ``ipaddress`` has documentation, loopback and test networks in ``is_private`` too."""
    assert bool(made(address(text)).find(private=True)) is private
    assert bool(made(address(text)).find(private=False)) is not private


@pytest.mark.parametrize("flag", [0x01, 0x08, 0x20, 0x40], ids=["temporary", "dadfailed", "deprecated", "tentative"])
def test_what_passes_is_not_stable(flag: int) -> None:
    """The lowest bit means another thing for IPv4."""
    assert made(STATIC._replace(flags=flag)).find(stable=True) == ()
    assert bool(made(PUBLIC._replace(flags=flag)).find(stable=True)) is (flag == 0x01)
    assert made(STATIC._replace(flags=None)).find(stable=True) == ()


@pytest.mark.parametrize(
    ("filters", "word"),
    [
        ({"kind": "bridge"}, "interface kinds"),
        ({"scope": "global"}, "scope"),
        ({"stable": True}, "scope"),
        ({"stable": False}, "address flags"),
        ({"up": True}, "interface flags"),
        ({"family": 6}, "ipv6 addresses"),
        ({"family": 4}, "ipv4 addresses"),
        ({"interface": 2}, "interface index"),
    ],
    ids=str,
)
def test_a_filter_that_the_backend_cannot_see_is_an_error(filters: dict[str, Any], word: str) -> None:
    """Which names the field and the backend, as an empty answer would be a wrong one; for every look-up."""
    blind = HOST._replace(blind_to=(word,))
    for look_up in (blind.find, blind.pick, blind.networks):
        with pytest.raises(BlindError) as error:
            look_up(**filters)
        assert f"{next(iter(filters))}= " in str(error.value)
        assert BLINDNESS[word] in str(error.value)
        assert "backend test " in str(error.value)
    assert blind.find(private=True, within="0.0.0.0/0") == (BRIDGE,)


def test_where_nobody_knows_what_is_up_neither_answer_fits() -> None:
    """Of one interface, where the backend sees others."""
    unknown = made(PUBLIC._replace(interface=ETH0._replace(flags=None)), BRIDGE)
    assert unknown.find(up=True) == ()
    assert unknown.find(up=False) == (BRIDGE,)


WRONG: dict[str, tuple[dict[str, Any], type[Exception], str]] = {
    "family": ({"family": 10}, ValueError, "family is 4 or 6, and not 10"),
    "interface": ({"interface": "eth9"}, UnknownInterfaceError, "eth0"),
    "scope": ({"scope": "globl"}, ValueError, 'scope is global, .*"globl"'),
    "host bits": ({"within": "10.0.0.1/8"}, AddressTextError, '192.0.2.0/24, and not "10.0.0.1/8"'),
    "number": ({"within": 10}, TypeError, "within is a text or a network of ipaddress, and not int"),
    "word": ({"private": "yes"}, TypeError, "private is True or False, and not str"),
    "kind": ({"kind": 7}, TypeError, "kind is a text, and not int"),
    "misspelt": ({"famly": 4}, TypeError, "famly"),
}


@pytest.mark.parametrize(("filters", "error", "message"), WRONG.values(), ids=WRONG)
def test_a_wrong_filter_is_an_error_that_says_so(filters: dict[str, Any], error: type[Exception], message: str) -> None:
    """And never an answer."""
    for look_up in (HOST.find, HOST.pick, HOST.networks):
        with pytest.raises(error, match=message):
            look_up(**filters)


def test_one_is_picked_or_all_are_listed() -> None:
    """With what would part them; or what fits nothing."""
    assert HOST.pick(family=4, kind="bridge") is BRIDGE
    with pytest.raises(NotOneAddressError) as several:
        HOST.pick(family=6, scope="global")
    assert several.value.addresses == (STATIC, TEMPORARY)
    assert several.value.lines == (
        "2 addresses fit family=6, scope='global'; add stable= or within= to have one of them",
        "  2001:db8::1 on eth0",
        "  2001:db8::7 on eth0",
    )
    with pytest.raises(NotOneAddressError, match="none of the 7 addresses of this host fits kind='tun'") as none:
        HOST.pick(kind="tun")
    assert none.value.addresses == ()
    with pytest.raises(NotOneAddressError, match="this host has 7 addresses; add family= or interface= or"):
        HOST.pick()
    with pytest.raises(NotOneAddressError, match=r"this host has no address$"):
        made().pick()


def test_what_would_part_them_is_something_that_the_backend_sees() -> None:
    """The advice must not lead into another error."""
    blind = made(STATIC, TEMPORARY, blind_to=("address flags",))
    with pytest.raises(NotOneAddressError, match="add within= to have"):
        blind.pick()


@pytest.mark.parametrize(
    ("asked", "owner"),
    [
        ("192.0.2.1", PUBLIC),
        (ipaddress.ip_address("192.0.2.7"), SECOND),
        (STATIC, STATIC),
        ("::ffff:192.0.2.1", PUBLIC),
        (ipaddress.ip_address("::ffff:c000:201"), PUBLIC),
        ("192.0.2.2", None),
        ("172.17.0.1", BRIDGE),  # br0 is down
        ("127.0.0.1", LOOPBACK),
        ("127.255.3.4", LOOPBACK),
        ("::ffff:127.9.9.9", LOOPBACK),
        ("fe80::1", LINK),
        ("fe80::1%eth0", LINK),
        ("fe80::1%2", LINK),
        ("fe80::1%eth1", None),
        (ipaddress.ip_address("fe80::1%eth0"), LINK),
        (ipaddress.ip_address("fe80::1%3"), None),
        ("2001:db8::2", None),
        ("0.0.0.0", None),
    ],
    ids=str,
)
def test_an_address_is_this_hosts_by_one_of_its_own(asked: Any, owner: Address | None) -> None:
    """Whatever form it is asked about in."""
    assert HOST.owner_of(asked) == owner


def test_a_wide_netmask_owns_nothing() -> None:
    """Only a loopback interface stands for its network, on Linux; 127.0.0.0/8 does everywhere."""
    assert made(at(ETH0, "192.0.2.1", "0.0.0.0")).owner_of("127.0.0.1") is None
    anycast = at(LO, "203.0.113.1", "255.255.255.0")
    assert made(anycast).owner_of("203.0.113.77") == anycast
    bsd = Recorded(system="FreeBSD 14.1 amd64")
    assert made(anycast, LOOPBACK, recorded=bsd).owner_of("203.0.113.77") is None
    assert made(anycast, LOOPBACK, recorded=bsd).owner_of("127.0.0.2") == LOOPBACK
    wide = made(at(LO, "2001:db8:5::1", WIDE), at(ETH0, "7f00::1", WIDE))
    assert [wide.owner_of(text) for text in ("2001:db8:5::2", "7f00::2")] == [None, None]  # of IPv4 only


def test_a_zone_is_the_scope_id_or_else_the_index() -> None:
    """Where a backend tells no scope id, the interface's index is the one that people write."""
    for scope_id, zone in ((0, "2"), (2, "2"), (9, "9")):
        link = made(LINK._replace(scope_id=scope_id))
        assert link.owner_of(f"fe80::1%{zone}") is not None
        assert link.owner_of("fe80::1%3") is None
        assert link.owner_of("fe80::1%0") is None


def test_a_kind_is_compared_as_a_text() -> None:
    """It may be another object with the same letters."""
    assert HOST.find(kind="Bridge".lower()) == (BRIDGE,)


@pytest.mark.parametrize(("flags", "owned"), [(0x48, False), (0x40, False), (0x08, False), (0x44, True), (0x20, True)])
def test_an_address_that_another_may_have_is_not_reached(flags: int, owned: bool) -> None:
    """Tentative or duplicate; an optimistic one answers already (RFC 4429), and a deprecated one still."""
    assert (made(STATIC._replace(flags=flags)).owner_of("2001:db8::1") is not None) is owned


@pytest.mark.parametrize("text", ["fe80::1%", "%eth0", "192.0.2.0/24", "[::1]", "host", ""])
def test_what_is_no_address_is_nobodys(text: str) -> None:
    """An error, and no None: that would say that it is not this host's."""
    with pytest.raises(AddressTextError):
        HOST.owner_of(text)
    with pytest.raises(TypeError):
        HOST.owner_of(ipaddress.ip_network("192.0.2.0/24"))  # type: ignore[arg-type]  # the wrong type is the test


def test_networks_are_few() -> None:
    """Two halves make a whole, and what is inside of another is left out; IPv4 comes first."""
    halves = made(
        address("2001:db8::1", WIDE),
        address("10.0.1.1", "255.255.255.0"),
        address("10.0.0.1", "255.255.255.0"),
        address("10.0.0.9", FULL),
    )
    assert list(map(str, halves.networks())) == ["10.0.0.0/23", "2001:db8::/64"]
    assert list(map(str, halves.networks(family=6))) == ["2001:db8::/64"]


def test_without_a_prefix_length_an_address_counts_as_itself() -> None:
    """A null netmask would otherwise let everyone in, and one with holes is no network."""
    odd = made(address("192.0.2.1"), address("198.51.100.1", "255.0.255.0"))
    assert list(map(str, odd.networks())) == ["192.0.2.1/32", "198.51.100.1/32"]


@given(hosts())
def test_networks_are_never_wider_than_their_union(any_host: Host) -> None:
    """Nor narrower: as many addresses are in them as in the networks of the host, each counted once."""
    found = any_host.networks()
    for family in (socket.AF_INET, socket.AF_INET6):
        edges: list[tuple[int, int]] = []
        for one in any_host.addresses:
            if one.family == family:
                network = ipaddress.ip_network(
                    (one.packed, len(one.packed) * 8 if one.prefixlen is None else one.prefixlen), strict=False
                )
                edges.append((int(network.network_address), int(network.broadcast_address)))
        count, reached = 0, -1
        for first, last in sorted(edges):
            count += max(0, last - max(first, reached + 1) + 1)
            reached = max(reached, last)
        version = 4 if family == socket.AF_INET else 6
        assert sum(network.num_addresses for network in found if network.version == version) == count


@pytest.fixture(scope="module")
def namespace() -> Iterator[Namespace]:
    """A namespace with a bridge, a port of it, and addresses of every kind."""
    need(why_no_namespaces())
    with Namespace() as built:
        built.build(
            [
                "link set lo up",
                "addr add 203.0.113.1/24 dev lo",
                "link add br0 type bridge",
                "link set br0 up",
                "addr add 10.0.0.1/24 brd + dev br0",
                "link add port0 up master br0 type veth peer name far0",
                "addr add 10.9.0.1/24 dev far0",
                "addr add 2001:db8::1/64 dev br0 nodad",
            ]
        )
        yield built


def read(namespace: Namespace) -> Host:
    """The host that a namespace is, by its snapshot."""
    return decode(namespace.ifdiscover("snapshot").stdout.encode())


KERNELS = [
    *("127.0.0.1", "127.9.9.9", "127.255.255.254", "203.0.113.1", "203.0.113.77", "203.0.114.1", "10.0.0.1"),
    *("10.0.0.2", "10.0.0.255", "10.9.0.1", "2001:db8::1", "2001:db8::2", "::1"),
]


def test_the_kernel_says_the_same(namespace: Namespace) -> None:
    """What it routes to itself is this host's own, and nothing else; that far0 is down does not matter."""
    seen = read(namespace)
    for text in KERNELS:
        route = namespace.run(["ip", "-6" if ":" in text else "-4", "route", "get", text], check=False).stdout
        assert (seen.owner_of(text) is not None) is route.startswith("local "), (text, route)


def test_kinds_and_masters_are_the_kernels(namespace: Namespace) -> None:
    """As ``ip -d link`` has them."""
    seen = {interface.name: interface for interface in read(namespace).interfaces}
    assert {name: (one.kind, one.master) for name, one in seen.items() if name in ("lo", "br0", "port0", "far0")} == {
        "lo": (None, None),
        "br0": ("bridge", None),
        "port0": ("veth", "br0"),
        "far0": ("veth", None),
    }
    assert (seen["lo"].is_loopback, seen["br0"].is_loopback) == (True, False)
    assert (seen["far0"].is_up, seen["far0"].is_running) == (False, False)
    assert (seen["lo"].is_up, seen["lo"].is_running) == (True, True)


def test_flags_have_words_where_all_systems_agree() -> None:
    """Other bits are numbers: 0x1000 is multicast to Linux, and another thing to the BSDs."""
    assert Interface("lo", flags=0x1049).flag_names == ("up", "loopback", "running", "0x1000")
    assert Interface("lo").flag_names is None
    assert Interface("lo").is_running is None
    assert Interface("lo").is_loopback is None


def test_this_host_can_be_asked() -> None:
    """The loopback address is where it always is."""
    found = discover().owner_of("127.0.0.1")
    assert found is not None
    assert str(found) == "127.0.0.1"
