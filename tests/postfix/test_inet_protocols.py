"""inet_protocols on kernels that lack a family, and on those that refuse a socket."""

from __future__ import annotations

import errno
import os
import socket
from typing import TYPE_CHECKING

import pytest

from ifdiscover._postfix.inet_protocols import enabled_protocols, is_ipv6_alone
from ifdiscover.errors import DiscoveryError, NotPermittedError, ProtocolsError

if TYPE_CHECKING:
    from collections.abc import Callable


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


def test_a_word_that_is_none_of_the_three_is_refused() -> None:
    """With Postfix's sentence; capitals are other words."""
    with pytest.raises(ProtocolsError) as raised:
        enabled_protocols("ipv4, IPv6", without())
    assert raised.value.postfix_says == 'unknown inet_protocols value "IPv6" in "ipv4, IPv6"'


FAMILIES = {
    "all": (socket.AF_INET, socket.AF_INET6),
    "ipv4": (socket.AF_INET,),
    "ipv6": (socket.AF_INET6,),
    "ipv6, ipv4": (socket.AF_INET, socket.AF_INET6),
    "ipv6 ipv6": (socket.AF_INET6,),
    "ipv4 all": (socket.AF_INET, socket.AF_INET6),
    "": (),
    " ": (),
}


@pytest.mark.parametrize("value", FAMILIES)
def test_the_families_are_those_of_all_words(value: str) -> None:
    """IPv4 first, and none of a value without words; IPv6 is alone where it is the only one."""
    assert enabled_protocols(value, without()) == (FAMILIES[value], (), ())
    assert is_ipv6_alone(value) is (FAMILIES[value] == (socket.AF_INET6,))


def test_what_is_refused_is_refused_without_a_kernel_too() -> None:
    """The kernel is not asked."""
    with pytest.raises(ProtocolsError, match="unknown inet_protocols value"):
        is_ipv6_alone("ipv6 x")


def test_a_family_that_is_there_stays() -> None:
    """Whichever of the two is missing."""
    assert enabled_protocols("all", without(socket.AF_INET6))[::2] == ((socket.AF_INET,), (socket.AF_INET6,))
    assert enabled_protocols("all", without(socket.AF_INET))[::2] == ((socket.AF_INET6,), (socket.AF_INET,))
