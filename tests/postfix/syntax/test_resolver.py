"""What the system's resolver makes of names and numbers, without asking anybody else than this host."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING

import pytest

from ifdiscover._postfix.syntax.resolver import host_addresses, numeric_address

if TYPE_CHECKING:
    from collections.abc import Callable

BOTH = (socket.AF_INET, socket.AF_INET6)


def test_a_number_is_what_the_system_makes_of_it() -> None:
    """Leading zeros are octal, and a zone is a scope_id: not inet_pton(3)'s rules."""
    assert numeric_address("010.0.0.1", BOTH) == (socket.AF_INET, bytes([8, 0, 0, 1]), 0)
    assert numeric_address("fe80::1%1", BOTH) == (socket.AF_INET6, b"\xfe\x80" + bytes(13) + b"\1", 1)


def test_a_number_of_a_family_that_is_not_in_use_is_none() -> None:
    """As is a name, which is not looked up."""
    for text in ("2001:db8::1", "localhost"):
        with pytest.raises(OSError, match=r".+"):
            numeric_address(text, (socket.AF_INET,))


def test_a_host_has_addresses_in_any_form() -> None:
    """A number is one of them; the families in use bound what is found."""
    assert host_addresses("127.1", BOTH) == [(socket.AF_INET, bytes([127, 0, 0, 1]), 0)]
    assert (socket.AF_INET, bytes([127, 0, 0, 1]), 0) in host_addresses("localhost", BOTH)
    assert {family for family, _packed, _scope_id in host_addresses("localhost", (socket.AF_INET,))} == {socket.AF_INET}


@pytest.mark.parametrize("resolve", [host_addresses, numeric_address])
@pytest.mark.parametrize("text", ["127.0.0.1\0.example.com", "\ud800"], ids=["NUL", "no text"])
def test_what_no_program_can_ask_is_refused(resolve: Callable[[str, tuple[int, ...]], object], text: str) -> None:
    """C would stop at a NUL and resolve what stands before it."""
    with pytest.raises(ValueError, match=r".+"):
        resolve(text, BOTH)
