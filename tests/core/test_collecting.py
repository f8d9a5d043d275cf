"""The garbage collector is paused where many records are made, and never left off."""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING

import pytest
from support.made import address, host
from support.program import in_process

from ifdiscover import discover, mynetworks
from ifdiscover._collecting import CollectingPaused, CollectingResumed
from ifdiscover.errors import AddressClassError

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(params=[True, False], ids=["on", "off"])
def collecting(request: pytest.FixtureRequest) -> Iterator[bool]:
    """Whether the collector is on before."""
    was_on = gc.isenabled()
    (gc.enable if request.param else gc.disable)()
    yield request.param
    (gc.enable if was_on else gc.disable)()


def test_it_is_off_inside_and_afterwards_as_before(collecting: bool) -> None:
    """One in another, too."""
    with CollectingPaused():
        assert not gc.isenabled()
        with CollectingPaused():
            pass
        assert not gc.isenabled()
    assert gc.isenabled() is collecting


def test_a_command_that_goes_on_has_it_on(collecting: bool) -> None:
    """Though main() pauses it."""
    with CollectingPaused(), CollectingResumed():
        assert gc.isenabled()
    assert gc.isenabled() is collecting
    with CollectingResumed():
        assert gc.isenabled()
    assert gc.isenabled() is collecting


def test_nobody_leaves_it_otherwise(collecting: bool) -> None:
    """Neither by an answer nor by an error."""
    discover()
    with pytest.raises(AddressClassError):
        mynetworks(host(address("240.0.0.1", "255.0.0.0")), style="class")
    in_process("addresses")
    in_process("addresses", "--no-such-option")
    assert gc.isenabled() is collecting
