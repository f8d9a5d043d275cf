"""The netifaces backend: its decoder on made answers, its reader on a made netifaces and in namespaces."""

from __future__ import annotations

import builtins
import errno
import json
import socket
import sys
import types
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import pytest
from support.need import need
from support.shapes import SHAPES

from ifdiscover._backends.packages import address_text, via_netifaces
from ifdiscover.errors import DiscoveryError, NotPermittedError
from ifdiscover.model import BLINDNESS, KERNEL, NextHop, Route

if TYPE_CHECKING:
    from support.namespaces import Namespace

    from ifdiscover.model import Address, Host, NextHop, Route

AF_LINK = 17
V4, V6 = int(socket.AF_INET), int(socket.AF_INET6)
MAC = {AF_LINK: [{"addr": "02:00:00:00:00:01", "broadcast": "ff:ff:ff:ff:ff:ff"}]}


@pytest.fixture
def netifaces() -> Any:
    """The real one."""
    need(None if find_spec("netifaces") else "no netifaces: pip install netifaces-plus")
    import netifaces

    return netifaces


def decode(entries: dict[str, Any], gateways: Any = None, **indexes: int) -> Host:
    """The decoder's answer; without indexes there is an eth0, whose index is 2."""
    return via_netifaces.decode(entries, gateways, AF_LINK, (indexes or {"eth0": 2}).get)


def only(family: int, **entry: str) -> Address:
    """The one address that eth0 then has."""
    (address,) = decode({"eth0": {family: [entry]}}).addresses
    return address


def test_it_declares_its_blindness_in_the_vocabulary() -> None:
    """What it cannot tell, it says in words that there are."""
    assert set(via_netifaces.BLIND_TO) <= set(BLINDNESS)


@pytest.mark.parametrize(
    ("family", "addr", "text", "prefixlen"),
    [
        (V4, "192.0.2.1", "255.255.255.240", 28),
        (V4, "192.0.2.1", "0.0.0.0", 0),
        (V6, "2001:db8::1", "ffff:ffff:ffff:ffff::/64", 64),
        (V6, "2001:db8::1", "ffff:ffff:ffff:ffff::", 64),
        (V6, "2001:db8::1", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff/128", 128),
        (V6, "2001:db8::1", "::/0", 0),
    ],
)
def test_netmasks_are_read_in_every_form(family: int, addr: str, text: str, prefixlen: int) -> None:
    """IPv6 masks come with their length behind them, or before netifaces 0.10.9 without it."""
    address = only(family, addr=addr, netmask=text)
    assert (address.prefixlen, address.netmask_origin) == (prefixlen, KERNEL)
    assert len(address.packed_netmask or b"") == len(address.packed)


@pytest.mark.parametrize("family", [V4, V6])
def test_an_entry_without_netmask_has_none(family: int) -> None:
    """A null netmask is no netmask of zeros."""
    address = only(family, addr="192.0.2.1" if family == V4 else "2001:db8::1")
    assert (address.packed_netmask, address.prefixlen, address.netmask_origin) == (None, None, None)


def test_a_netmask_with_holes_has_no_prefixlen() -> None:
    """The mask is kept as it is."""
    address = only(V4, addr="10.1.2.3", netmask="255.0.255.0")
    assert (address.prefixlen, address.packed_netmask) == (None, socket.inet_aton("255.0.255.0"))


def test_flags_are_not_known() -> None:
    """Whether an interface is up cannot be told."""
    (interface,) = decode({"eth0": MAC}).interfaces
    assert (interface[:4], interface.is_up) == (("eth0", 2, None, None), None)
    assert "interface flags" in via_netifaces.BLIND_TO


def test_link_entries_are_hardware_addresses() -> None:
    """They belong to the interface, and are no addresses of the host."""
    host = decode({"eth0": MAC})
    assert (host.interfaces[0].hardware_address, host.addresses) == (b"\2\0\0\0\0\1", ())


def test_a_peer_or_broadcast_that_is_the_address_is_none() -> None:
    """The loopback's peer is its own address, as is a broadcast that was never set."""
    assert only(V4, addr="127.0.0.1", peer="127.0.0.1").packed_peer is None
    assert only(V4, addr="10.0.0.1", peer="10.0.0.2").packed_peer == socket.inet_aton("10.0.0.2")
    assert only(V4, addr="192.0.2.1", broadcast="192.0.2.1").packed_broadcast is None
    assert only(V4, addr="192.0.2.1", broadcast="192.0.2.255").packed_broadcast == socket.inet_aton("192.0.2.255")
    assert only(V6, addr="fd00::1", peer="fd00::2").packed_peer == socket.inet_pton(socket.AF_INET6, "fd00::2")
    assert only(V6, addr="fd00::1", broadcast="fd00::2").packed_broadcast is None


def test_zones_become_scope_ids() -> None:
    """They are cut from the text."""
    address = only(V6, addr="fe80::1%eth0", netmask="ffff:ffff:ffff:ffff::/64")
    assert (str(address), address.scope_id, address.prefixlen) == ("fe80::1", 2, 64)


def test_scope_ids_inside_addresses_are_taken_out_where_kernels_put_them(monkeypatch: pytest.MonkeyPatch) -> None:
    """Never of netmasks."""
    monkeypatch.setattr(address_text, "EMBEDS_SCOPE_ID", True)
    address = only(V6, addr="fe80:5::1", peer="fe80:5::2", netmask="fe80:5::")
    assert (str(address), address.scope_id) == ("fe80::1", 5)
    assert (address.packed_peer, address.packed_netmask) == tuple(
        socket.inet_pton(V6, text) for text in ("fe80::2", "fe80:5::")
    )


def test_labels_belong_to_the_interface_before_the_colon() -> None:
    """It takes a label for an interface, and may name it first."""
    host = decode({"eth0:1": {V4: [{"addr": "192.0.2.2"}]}, "eth0": {**MAC, V4: [{"addr": "192.0.2.1"}]}})
    assert [(str(a), a.label) for a in host.addresses] == [("192.0.2.2", "eth0:1"), ("192.0.2.1", None)]
    assert [(i.name, i.hardware_address) for i in host.interfaces] == [("eth0", b"\2\0\0\0\0\1")]


def test_a_label_that_names_no_interface_is_warned_about() -> None:
    """Its address is kept."""
    host = decode({"mail": {V4: [{"addr": "192.0.2.1"}]}})
    assert host.addresses[0].interface[:2] == ("mail", None)
    assert "mail: no interface has this name" in host.warnings[0]


def test_an_interface_that_went_away_is_left_out() -> None:
    """Without entries and without index it is no more; with an index it is one without addresses."""
    assert [i.name for i in decode({"eth0": {}, "gone": {}}).interfaces] == ["eth0"]


def test_routes_are_default_routes() -> None:
    """IPv4 first, each with its interface and whether it is the one in use."""
    gateways = {
        "default": {V4: ("192.0.2.254", "eth0")},
        V6: [("fe80::9", "eth0", True)],
        V4: [("192.0.2.254", "eth0", True), ("198.51.100.1", "eth1", False)],
        99: [("nonsense", "x", False)],
    }
    assert decode({}, gateways).routes == (
        Route(V4, (NextHop(socket.inet_aton("192.0.2.254"), "eth0"),), is_default=True),
        Route(V4, (NextHop(socket.inet_aton("198.51.100.1"), "eth1"),), is_default=False),
        Route(V6, (NextHop(socket.inet_pton(V6, "fe80::9"), "eth0"),), is_default=True),
    )


def test_no_routes_are_not_unknown_ones() -> None:
    """None is for what could not be asked."""
    assert decode({}, {"default": {}}).routes == ()
    assert decode({}, None).routes is None


def test_a_text_that_is_no_address_is_an_error() -> None:
    """The message has it."""
    with pytest.raises(DiscoveryError, match=r'"300\.1\.1\.1", from the package, is no address'):
        only(V4, addr="300.1.1.1")


class MadeNetifaces(types.ModuleType):
    """A netifaces with one interface, some of whose functions fail."""

    AF_LINK = AF_LINK

    def __init__(self, **errors: BaseException) -> None:
        super().__init__("netifaces")
        self.errors = errors

    def _answer(self, name: str, value: Any) -> Any:
        if name in self.errors:
            raise self.errors[name]
        return value

    def interfaces(self) -> Any:
        """One."""
        return self._answer("interfaces", ["lo"])

    def ifaddresses(self, _name: str) -> Any:
        """One."""
        return self._answer("ifaddresses", {V4: [{"addr": "127.0.0.1", "netmask": "255.0.0.0"}]})

    def gateways(self) -> Any:
        """None."""
        return self._answer("gateways", {"default": {}})


@pytest.mark.parametrize(
    ("error", "kind", "words"),
    [
        (UnicodeDecodeError("utf-8", b"\xff", 0, 1, "invalid start byte"), DiscoveryError, "not UTF-8"),
        (SystemError("returned a result with an exception set"), DiscoveryError, "not UTF-8"),
        (OSError(errno.EMFILE, "Too many open files"), DiscoveryError, "netifaces: Too many open files"),
        (PermissionError(errno.EPERM, "Operation not permitted"), NotPermittedError, "not permitted"),
    ],
)
@pytest.mark.parametrize("function", ["interfaces", "ifaddresses"])
def test_failures_are_told(
    function: str, error: BaseException, kind: type[DiscoveryError], words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The message has the reason, and for a name that netifaces cannot read the way out."""
    monkeypatch.setitem(sys.modules, "netifaces", MadeNetifaces(**{function: error}))
    with pytest.raises(DiscoveryError, match=words) as raised:
        via_netifaces.read()
    assert type(raised.value) is kind
    assert ("getifaddrs" in str(raised.value)) == (words == "not UTF-8")


@pytest.mark.parametrize("error", [OSError("netlink message truncated"), NotImplementedError("no idea")])
def test_without_routes_there_are_still_addresses(error: Exception, monkeypatch: pytest.MonkeyPatch) -> None:
    """A warning says why there are none."""
    monkeypatch.setitem(sys.modules, "netifaces", MadeNetifaces(gateways=error))
    host = via_netifaces.read(routes=True)
    assert ([str(a) for a in host.addresses], host.routes) == (["127.0.0.1"], None)
    assert str(error) in host.warnings[-1]


def test_routes_are_read_if_they_are_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """Otherwise netifaces is not asked for gateways at all."""
    monkeypatch.setitem(sys.modules, "netifaces", MadeNetifaces(gateways=AssertionError("asked")))
    assert via_netifaces.read().routes is None


def test_an_interface_of_which_netifaces_knows_nothing_has_no_addresses(monkeypatch: pytest.MonkeyPatch) -> None:
    """It raises ValueError for a tunnel without addresses."""
    monkeypatch.setitem(sys.modules, "netifaces", MadeNetifaces(ifaddresses=ValueError("valid interface name")))
    assert via_netifaces.read().addresses == ()


def test_without_netifaces_it_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """The reason has the remedy."""
    monkeypatch.setitem(sys.modules, "netifaces", None)
    assert via_netifaces.unavailable() == "netifaces is not installed; try: pip install 'ifdiscover[netifaces]'"


def test_a_netifaces_that_cannot_be_imported_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is a C extension, which may be another Python's."""
    real = builtins.__import__

    def refuse(name: str, *rest: Any, **more: Any) -> Any:
        if name == "netifaces":
            raise ImportError("undefined symbol")
        return real(name, *rest, **more)

    monkeypatch.delitem(sys.modules, "netifaces", raising=False)
    monkeypatch.setattr(builtins, "__import__", refuse)
    assert "undefined symbol" in (via_netifaces.unavailable() or "")


@pytest.mark.usefixtures("netifaces")
def test_with_netifaces_it_is_available() -> None:
    """And asks for nothing more."""
    assert via_netifaces.unavailable() is None


CODE = """
import json
from ifdiscover._backends.netlink import rtnetlink
from ifdiscover._backends.packages import via_netifaces
def told(host):
    return [
        [[i.name, i.index, (i.hardware_address or b"").hex()] for i in host.interfaces],
        [
            [a.interface.name, a.packed.hex(), a.packed_netmask.hex(), a.prefixlen, a.scope_id, a.label or ""]
            for a in host.addresses
        ],
    ]
print(json.dumps([told(via_netifaces.read()), told(rtnetlink.read())]))
"""


@pytest.mark.netns
@pytest.mark.usefixtures("netifaces")
@pytest.mark.parametrize("name", SHAPES)
def test_it_agrees_with_rtnetlink(name: str, namespace: Namespace) -> None:
    """Interfaces and addresses are those that rtnetlink tells, up to their order."""
    namespace.build(SHAPES[name].steps)
    mine, theirs = json.loads(namespace.run([sys.executable, "-c", CODE]).stdout)
    assert list(map(sorted, mine)) == list(map(sorted, theirs))


@pytest.mark.netns
@pytest.mark.usefixtures("netifaces")
def test_routes_are_the_routing_tables(namespace: Namespace) -> None:
    """The default routes of both families, and of two metrics the lower one is the default."""
    namespace.build(SHAPES["one address of each family"].steps)
    for step in (
        "route add default via 192.0.2.1",
        "route add default via 192.0.2.2 metric 9",
        "route add 198.51.100.0/24 via 192.0.2.3",
        "-6 route add default via 2001:db8::1",
    ):
        namespace.run(["ip", *step.split()])
    code = (
        "from ifdiscover._backends.packages import via_netifaces\n"
        "for route in via_netifaces.read(routes=True).routes:\n"
        "    print(route.gateway, route.interface_name, route.is_default)"
    )
    assert namespace.run([sys.executable, "-c", code]).stdout.splitlines() == [
        "192.0.2.1 eth0 True",
        "192.0.2.2 eth0 False",
        "2001:db8::1 eth0 True",
    ]


@pytest.mark.netns
@pytest.mark.usefixtures("netifaces")
def test_a_name_that_is_not_utf_8_is_a_clear_failure(namespace: Namespace) -> None:
    """It is no traceback and no crash, and names the backends that can read such a host."""
    namespace.build(SHAPES["lo alone"].steps)
    name = "\udcff\udcfe"
    namespace.run(["ip", "link", "add", name, "type", "ifb"])
    namespace.run(["ip", "link", "set", name, "up"])
    namespace.run(["ip", "addr", "add", "192.0.2.1/24", "dev", name])
    namespace.run(["ip", "route", "add", "default", "via", "192.0.2.2"])
    code = (
        "from ifdiscover._backends.packages import via_netifaces\n"
        "from ifdiscover.errors import DiscoveryError\n"
        "try: via_netifaces.read()\n"
        "except DiscoveryError as error: print(error)"
    )
    assert "netifaces cannot read this host" in namespace.run([sys.executable, "-c", code]).stdout
