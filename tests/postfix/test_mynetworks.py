"""Postfix's rules where no Linux host can show them: null netmasks, holes, wildcards, kernels without a family."""

from __future__ import annotations

import copy
import errno
import ipaddress
import os
import pickle
import socket
from typing import TYPE_CHECKING

import pytest
from support.made import ETH0, address, host

from ifdiscover import mynetworks, own_addresses
from ifdiscover.errors import (
    AddressClassError,
    DiscoveryError,
    InterfacesError,
    NoActiveInterfaceError,
    NotPermittedError,
    ProtocolsError,
    StyleError,
)
from ifdiscover.postfix.inet_protocols import enabled_protocols
from ifdiscover.postfix.local_addresses import local_addresses
from ifdiscover.postfix.mynetworks import networks_of

if TYPE_CHECKING:
    from collections.abc import Callable

SLASH_24 = "255.255.255.0"
ALL_ONES = "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"


def test_a_null_netmask_is_left_out_with_a_warning() -> None:
    """In mynetworks, a null netmask would match everyone."""
    made = host(address("192.0.2.1"), address("192.0.2.2", SLASH_24))
    answer = mynetworks(made, "subnet")
    assert str(answer) == "192.0.2.0/24"
    (warning,) = answer.warnings
    assert "ignoring interface with null netmask, address family 2" in warning
    assert "eth0, 192.0.2.1" in warning


def test_networks_of_leaves_out_a_null_netmask_whoever_calls_it() -> None:
    """In every style, host too: what has no netmask is not trusted."""
    for style in ("class", "subnet", "host"):
        answer = networks_of([address("192.0.2.1")], style)
        assert str(answer) == ""
        assert answer.warnings == ("eth0: null netmask: 192.0.2.1 left out",)


@pytest.mark.parametrize("text", ["0.0.0.0", "::"])
def test_wildcard_addresses_are_left_out(text: str) -> None:
    """Postfix skips them without a word."""
    mask = ALL_ONES if ":" in text else SLASH_24
    assert local_addresses(host(address(text, mask))) == ((), ())


def test_an_interface_that_may_be_down_is_left_out_with_a_warning() -> None:
    """Trust is never widened on doubt."""
    unknown = address("192.0.2.1", SLASH_24)._replace(interface=ETH0._replace(flags=None))
    found = local_addresses(host(unknown))
    assert found.addresses == ()
    assert "cannot tell whether it is up" in found.warnings[0]


@pytest.mark.parametrize(
    ("text", "mask", "pattern"),
    [
        ("10.1.2.3", "255.0.255.0", "10.0.2.0/24"),
        ("10.1.2.3", "0.0.0.1", "0.0.0.1/32"),
        ("2001:db8:1:2::3", "ffff:0:ffff::", "[2001::]/16"),
        ("2001:db8:1:2::3", "ffff:a000::", "[2001::]/19"),
    ],
)
def test_a_netmask_with_holes_counts_as_in_postfix_and_is_flagged(text: str, mask: str, pattern: str) -> None:
    """IPv4 to the last one bit, cut by the mask; IPv6 to the last one bit of the first octet that is not all ones."""
    answer = mynetworks(host(address(text, mask)), "subnet")
    assert str(answer) == pattern
    assert "is not contiguous" in answer.warnings[0]


def test_an_empty_netmask_is_passed_on_and_cried_out() -> None:
    """Postfix trusts everyone then, without a word; the text is the same, the word is ours."""
    answer = mynetworks(host(address("198.51.100.1", "0.0.0.0")), "subnet")
    assert str(answer) == "0.0.0.0/0"
    assert answer.warnings == ("eth0: netmask of no bits: 198.51.100.1 makes Postfix trust everyone",)


def test_elements_know_their_network_and_what_made_them() -> None:
    """Two addresses of one subnet make one element, which names both."""
    one, two = address("192.0.2.1", SLASH_24), address("192.0.2.2", SLASH_24)
    (element,) = mynetworks(host(one, two), "subnet")
    assert element.network == ipaddress.ip_network("192.0.2.0/24")
    assert element.sources == (one, two)


def test_answers_can_be_copied_and_not_changed() -> None:
    """Pickled, copied, compared; no attribute can be set."""
    made = host(address("192.0.2.1", SLASH_24), address("192.0.2.2"))
    for answer in (mynetworks(made, "subnet"), own_addresses(made)):
        for other in (pickle.loads(pickle.dumps(answer)), copy.deepcopy(answer)):
            assert (other, type(other), vars(other)) == (answer, type(answer), vars(answer))
        assert answer.warnings
        with pytest.raises(AttributeError, match="immutable"):
            answer.warnings = ()


def test_zones_vanish() -> None:
    """The same link-local address on two links is one element."""
    mask = "ffff:ffff:ffff:ffff::"
    found = host(address("fe80::1", mask, scope_id=1), address("fe80::1", mask, scope_id=2))
    assert str(mynetworks(found, "host")) == "[fe80::1]/128"
    assert len(own_addresses(found)) == 2


def test_typed_exceptions_carry_postfixs_sentence() -> None:
    """Each failure is an exception of its own, with Postfix's words and a remedy; nothing is printed."""
    made = host(address("240.0.0.1", SLASH_24))
    for error, sentence, call in (
        (StyleError, 'unknown mynetworks mask style value "Host" in "Host"', lambda: mynetworks(made, "Host")),
        (
            ProtocolsError,
            'unknown inet_protocols value "ipv5" in "ipv5"',
            lambda: mynetworks(made, inet_protocols="ipv5"),
        ),
        (AddressClassError, "mynetworks_core: unknown address class: 240.0.0.1", lambda: mynetworks(made, "class")),
        (
            InterfacesError,
            "config variable inet_interfaces: host not found: no.such.host.invalid",
            lambda: own_addresses(made, "no.such.host.invalid"),
        ),
        (
            InterfacesError,
            "parameter inet_interfaces: no local interface found for 192.0.2.7",
            lambda: own_addresses(made, "192.0.2.7"),
        ),
        (NoActiveInterfaceError, "could not find any active network interfaces", lambda: own_addresses(host())),
    ):
        with pytest.raises(error) as raised:
            call()
        assert raised.value.sentence == sentence
        assert str(raised.value).startswith(f"{sentence}; ")


def test_a_name_with_a_nul_is_not_found() -> None:
    """C would resolve what stands before it."""
    with pytest.raises(InterfacesError):
        own_addresses(host(address("127.0.0.1", "255.0.0.0")), "127.0.0.1\0.example.com")


def without(*families: int, number: int = errno.EAFNOSUPPORT) -> Callable[[int], None]:
    """A probe of a kernel that lacks these families."""

    def probe(family: int) -> None:
        if family in families:
            raise OSError(number, os.strerror(number))

    return probe


@pytest.mark.parametrize("number", [errno.EAFNOSUPPORT, errno.EPROTONOSUPPORT])
def test_a_family_that_the_kernel_lacks_is_dropped_with_postfixs_warning(number: int) -> None:
    """IPv6 is tried first, so its warning comes first."""
    found = enabled_protocols("all", without(socket.AF_INET, socket.AF_INET6, number=number))
    assert found.families == ()
    assert found.refused == (socket.AF_INET6, socket.AF_INET)
    assert found.warnings == tuple(
        f"inet_protocols: disabling {name} name/address support: {os.strerror(number)}" for name in ("IPv6", "IPv4")
    )


def test_a_family_that_is_not_asked_for_is_not_probed() -> None:
    """With ipv4 alone nobody misses IPv6."""
    assert enabled_protocols("ipv4", without(socket.AF_INET6)) == ((socket.AF_INET,), (), ())


def test_any_other_refusal_of_a_socket_is_fatal() -> None:
    """Too many open files is no reason to do without IPv6."""
    with pytest.raises(DiscoveryError, match="socket: Too many open files"):
        enabled_protocols("all", without(socket.AF_INET6, number=errno.EMFILE))


def test_a_refusal_for_want_of_permission_is_told_apart() -> None:
    """Status 77, as under seccomp."""
    with pytest.raises(NotPermittedError, match="socket: Operation not permitted"):
        enabled_protocols("all", without(socket.AF_INET6, number=errno.EPERM))


def test_with_no_protocol_nothing_else_is_looked_at() -> None:
    """Neither the style nor inet_interfaces nor the host."""
    assert str(mynetworks(None, "nonsense", "no.such.host.invalid", "")) == ""
    assert own_addresses(None, "no.such.host.invalid", ",") == ()
