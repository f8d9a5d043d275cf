"""Postfix's own addresses: answers that cannot be changed, zones, and what is refused."""

from __future__ import annotations

import copy
import pickle
from typing import TYPE_CHECKING

import pytest
from support.made import address, host

from ifdiscover import own_addresses
from ifdiscover.errors import InterfacesError, NoActiveInterfaceError, PostfixError

if TYPE_CHECKING:
    from ifdiscover.model import Host

SLASH_24 = "255.255.255.0"


def test_answers_can_be_copied_and_not_changed() -> None:
    """Pickled, copied, compared; no attribute can be set."""
    made = host(address("192.0.2.1", SLASH_24), address("192.0.2.2"))
    answer = own_addresses(made)
    for other in (pickle.loads(pickle.dumps(answer)), copy.deepcopy(answer)):
        assert (other, type(other), vars(other)) == (answer, type(answer), vars(answer))
    assert answer.warnings
    with pytest.raises(AttributeError, match="immutable"):
        answer.warnings = ()


def test_the_same_address_on_two_links_is_two_addresses() -> None:
    """Its zones tell them apart."""
    mask = "ffff:ffff:ffff:ffff::"
    found = host(address("fe80::1", mask, scope_id=1), address("fe80::1", mask, scope_id=2))
    assert len(own_addresses(found)) == 2


@pytest.mark.parametrize(
    ("made", "value", "error", "sentence"),
    [
        (
            host(address("192.0.2.1", SLASH_24)),
            "no.such.host.invalid",
            InterfacesError,
            "config variable inet_interfaces: host not found: no.such.host.invalid",
        ),
        (
            host(address("192.0.2.1", SLASH_24)),
            "192.0.2.7",
            InterfacesError,
            "parameter inet_interfaces: no local interface found for 192.0.2.7",
        ),
        (host(), "all", NoActiveInterfaceError, "could not find any active network interfaces"),
    ],
)
def test_typed_exceptions_carry_postfixs_sentence(
    made: Host, value: str, error: type[PostfixError], sentence: str
) -> None:
    """Each failure is an exception of its own, with Postfix's words and a remedy; nothing is printed."""
    with pytest.raises(error) as raised:
        own_addresses(made, inet_interfaces=value)
    assert raised.value.postfix_says == sentence
    assert str(raised.value).startswith(f"{sentence}; ")


def test_a_name_with_a_nul_is_not_found() -> None:
    """C would resolve what stands before it."""
    with pytest.raises(InterfacesError):
        own_addresses(host(address("127.0.0.1", "255.0.0.0")), inet_interfaces="127.0.0.1\0.example.com")


def test_with_no_protocol_nothing_else_is_looked_at() -> None:
    """Neither inet_interfaces nor the host."""
    assert own_addresses(None, inet_interfaces="no.such.host.invalid", inet_protocols=",") == ()
