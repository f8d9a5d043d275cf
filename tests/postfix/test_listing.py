"""How Postfix lists addresses on the systems that its IPv6 document names, of a live host and of a recorded one."""

from __future__ import annotations

import os
from socket import AF_INET6

import pytest
from support.kernels.simulated_solaris import SimulatedSolaris
from support.made import ETH0, address, host
from support.namespaces import ROOT
from support.program import in_process

from ifdiscover import model, mynetworks, own_addresses
from ifdiscover._postfix.active_addresses import LISTINGS, OTHER, active_addresses, find_active, listing_of
from ifdiscover.discovery import BUILT_IN
from ifdiscover.errors import NoActiveInterfaceError
from ifdiscover.model import ASSUMED, KERNEL, Address, Host, Interface, Recorded

SLASH_24 = "255.255.255.0"
SLASH_64 = "ffff:ffff:ffff:ffff::"
DOWN = ETH0._replace(flags=0)
UNKNOWN = ETH0._replace(flags=None)
UNTESTED = [name for name, row in LISTINGS.items() if not row.tests_up]
TESTED = [*(name for name, row in LISTINGS.items() if row.tests_up), "dragonfly", ""]
FOLDER = ROOT / "fixtures" / "recorded" / "ifconfig"


def recorded(system: str | None, *addresses: Address) -> Host:
    """A recorded host of a system."""
    return host(*addresses)._replace(recorded=Recorded(system=system))


@pytest.mark.parametrize("name", UNTESTED)
@pytest.mark.parametrize("interface", [DOWN, UNKNOWN], ids=["down", "unknown"])
def test_where_postfix_does_not_look_at_iff_up_what_is_down_is_listed(name: str, interface: Interface) -> None:
    """Its code for SIOCGLIFCONF and SIOCGIFCONF has no such test."""
    made = recorded(f"{name.upper()} 5.1 x", address("192.0.2.1", SLASH_24)._replace(interface=interface))
    assert list(map(str, find_active(made))) == ["192.0.2.1"]
    assert list(map(str, own_addresses(made))) == ["192.0.2.1"]
    assert str(mynetworks(made, style="subnet")) == "192.0.2.0/24"


@pytest.mark.parametrize("name", TESTED)
def test_elsewhere_what_is_down_is_left_out(name: str) -> None:
    """A system that nobody knows is taken for one that looks: that trusts less."""
    made = recorded(name or None, address("192.0.2.1", SLASH_24)._replace(interface=DOWN))
    assert list(find_active(made)) == []
    with pytest.raises(NoActiveInterfaceError, match="no interface that is up has an address"):
        active_addresses(made)


@pytest.mark.parametrize("name", LISTINGS)
def test_an_ipv6_netmask_is_what_postfix_takes_it_for(name: str) -> None:
    """On AIX and Tru64 /128, whatever the system says; the host keeps what it said."""
    made = recorded(name, address("2001:db8::1", SLASH_64), address("192.0.2.1", SLASH_24))
    ipv4, ipv6 = find_active(made)
    assumes = name in ("aix", "osf1")
    assert (ipv6.prefixlen, ipv6.netmask_origin) == ((128, ASSUMED) if assumes else (64, KERNEL))
    assert (
        str(mynetworks(made, style="subnet")) == f"192.0.2.0/24 {'[2001:db8::1]/128' if assumes else '[2001:db8::]/64'}"
    )
    assert ipv4.prefixlen == 24
    assert made.addresses[0].prefixlen == 64


def test_an_ipv6_netmask_that_was_not_told_is_assumed_where_postfix_assumes_it() -> None:
    """Elsewhere a null netmask is left out."""
    assert [a.prefixlen for a in find_active(recorded("AIX", address("2001:db8::1")))] == [128]
    assert list(find_active(recorded("FreeBSD", address("2001:db8::1")))) == []


@pytest.mark.parametrize(
    "interface",
    [
        ETH0._replace(set_apart="zone web"),
        ETH0._replace(flags=model.IFF_NOXMIT | 1),
        ETH0._replace(flags=model.IFF_TEMPORARY | 1),
    ],
    ids=["zone", "NOXMIT", "TEMPORARY"],
)
def test_what_solaris_keeps_from_who_does_not_ask_postfix_is_not_told(interface: Interface) -> None:
    """The bits are Solaris' own, and mean nothing on another system. What is set apart is left out in any recording."""
    one = address("192.0.2.1", SLASH_24)._replace(interface=interface)
    made = recorded("SunOS 5.11 i86pc", one)
    assert list(find_active(made)) == []
    with pytest.raises(NoActiveInterfaceError, match="no interface that Postfix is told of has an address"):
        active_addresses(made)
    for system in ("Linux", None):
        assert len(find_active(recorded(system, one))) == (interface.set_apart is None)


@pytest.mark.parametrize(
    ("system", "name"), [("SunOS", "sunos"), ("AIX", "aix"), ("Linux", "linux"), ("FreeBSD", "freebsd"), ("x", None)]
)
def test_a_live_host_has_the_row_of_this_system(system: str, name: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    """As its kernel calls itself."""
    monkeypatch.setattr("os.uname", lambda: os.uname_result((system, "", "", "", "")))
    assert listing_of(host()) is (LISTINGS[name] if name else OTHER)


def test_a_live_solaris_is_asked_as_postfix_asks_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """With SIOCGLIFCONF before getifaddrs, which lists only what is up there: what is down is in Postfix's list."""
    order = list(BUILT_IN)
    assert order.index("siocglif") < order.index("getifaddrs")
    read = SimulatedSolaris("illumos-64", monkeypatch).host()
    down = [address for address in read.addresses if not address.interface.is_up and any(address.packed)]
    assert down
    monkeypatch.setattr("os.uname", lambda: os.uname_result(("SunOS", "", "", "", "")))
    assert set(down) <= set(find_active(read))


@pytest.mark.parametrize(
    ("text", "name"),
    [("aix", "aix"), ("tru64", "osf1"), ("solaris", "sunos"), ("illumos-zone", "sunos"), ("linux", "linux")],
)
def test_the_system_of_a_recorded_ifconfig_is_known_by_its_form(text: str, name: str) -> None:
    """And -v says how Postfix lists addresses there, once."""
    status, _out, err = in_process("addresses", "-v", "--from", str(FOLDER / f"{text}.txt"))
    assert status == 0
    assert err.splitlines().count(f"ifdiscover: {LISTINGS[name]}") == 1


def test_what_v_says_names_call_and_habits() -> None:
    """In a sentence for each system."""
    assert str(LISTINGS["linux"]) == "Postfix on Linux lists addresses by getifaddrs: of interfaces that are up"
    assert str(LISTINGS["aix"]) == (
        "Postfix on AIX lists addresses by SIOCGIFCONF: of interfaces up and down, each IPv6 address as /128"
    )
    assert str(LISTINGS["sunos"]).startswith("Postfix on Solaris lists addresses by SIOCGLIFCONF: of interfaces up and")
    assert "an unnamed system" in str(OTHER)


def test_the_page_on_platforms_has_every_row() -> None:
    """Its table says what the code does."""
    page = ROOT.joinpath("docs", "platforms.md").read_text()
    for row in LISTINGS.values():
        up, netmasks = ("no", "yes")[row.tests_up], "yes" if row.knows_ipv6_netmasks else "no, /128"
        assert f"| {row.system} | {row.call} | {up} | {netmasks} |" in page


def test_wildcard_addresses_are_left_out_by_every_call() -> None:
    """Solaris shows 0.0.0.0 and :: of interfaces that have no address yet."""
    made = recorded("SunOS", address("0.0.0.0", SLASH_24), address("::", SLASH_64))
    assert list(find_active(made, (AF_INET6, 2))) == []
