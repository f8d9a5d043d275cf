"""What the styles of mynetworks have to do with each other, whatever the host."""

from __future__ import annotations

import ipaddress
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings, strategies as st
from support.made import active_hosts

from ifdiscover import mynetworks, own_addresses
from ifdiscover.errors import AddressClassError, NoActiveInterfaceError
from ifdiscover.model import BITS, Host

STYLES = ["host", "subnet", "class"]
any_host = given(made=active_hosts())
patient = settings(suppress_health_check=[HealthCheck.too_slow])


def trusted(made: Host, style: str) -> list[Any]:
    """The networks of a style; a host that has none, or an address of no class, is no example."""
    try:
        return [one.network for one in mynetworks(made, style=style)]
    except (AddressClassError, NoActiveInterfaceError):
        assume(False)
        raise


def is_within(inner: Any, outer: list[Any]) -> bool:
    """Whether one of these networks holds another one."""
    return any(one.version == inner.version and inner.subnet_of(one) for one in outer)


def class_length(packed: bytes) -> int:
    """The prefix length of an IPv4 address's class, by its leading bits (RFC 791, section 3.2); 0: it has none."""
    bits = f"{packed[0]:08b}"
    return next((length for start, length in (("0", 8), ("10", 16), ("110", 24)) if bits.startswith(start)), 0)


@patient
@any_host
@pytest.mark.parametrize("style", STYLES)
def test_own_addresses_are_trusted_by_every_style(style: str, made: Host) -> None:
    """Each whose netmask is known; the others are named in a warning, and make no network."""
    try:
        networks: Any = mynetworks(made, style=style)
    except (AddressClassError, NoActiveInterfaceError):
        assume(False)
        raise
    for address in own_addresses(made):
        if address.packed_netmask is None:
            assert any(f"null netmask: {address} left out" in warning for warning in networks.warnings)
        elif address.prefixlen is not None:  # a mask with holes need not match its own address, nor does Postfix's
            assert str(address) in networks
    assert all(one.sources and None not in [a.packed_netmask for a in one.sources] for one in networks)


@patient
@any_host
def test_host_is_within_subnet(made: Host) -> None:
    """No style trusts less than the address alone."""
    made = made._replace(addresses=tuple(a for a in made.addresses if a.prefixlen is not None))
    subnet = trusted(made, "subnet")
    assert all(is_within(one, subnet) for one in trusted(made, "host"))


@patient
@any_host
def test_subnet_is_within_class_where_a_netmask_is_no_shorter_than_the_class(made: Host) -> None:
    """Of IPv6, which has no classes, the two are the same."""

    def is_classful(family: int, packed: bytes, prefixlen: int | None) -> bool:
        return prefixlen is not None and (BITS[family] == 128 or prefixlen >= class_length(packed) > 0)

    kept = tuple(a for a in made.addresses if is_classful(a.family, a.packed, a.prefixlen))
    assume(kept)
    made = made._replace(addresses=kept)
    subnet, by_class = trusted(made, "subnet"), trusted(made, "class")
    assert all(is_within(one, by_class) for one in subnet)
    assert {one for one in subnet if one.version == 6} == {one for one in by_class if one.version == 6}
    assert {one.prefixlen for one in by_class if one.version == 4} <= {8, 16, 24, 4}


@patient
@given(made=active_hosts(), style=st.sampled_from(STYLES))
def test_more_addresses_never_trust_less(made: Host, style: str) -> None:
    """Each address alone makes networks that the whole host has."""
    whole = trusted(made, style)
    for address in own_addresses(made):
        alone = made._replace(addresses=(address,))
        assert set(trusted(alone, style)) <= set(whole)


def test_the_strategy_makes_hosts_that_decide() -> None:
    """Known once, so that the laws above are not empty: the classes of RFC 791."""
    assert [class_length(ipaddress.ip_address(text).packed) for text in ("126.0.0.1", "191.0.0.1", "223.0.0.1")] == [
        8,
        16,
        24,
    ]
