"""The garbage collector is paused where many records are made, and never left off."""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING

import pytest
from support.made import address, host
from support.program import in_process

from ifdiscover import MatchList, discover, mynetworks
from ifdiscover._record import CollectingPaused, CollectingResumed
from ifdiscover.errors import AddressClassError, MatchListError

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


def test_nothing_is_collected_while_a_match_list_is_read() -> None:
    """Nor while its index is made, for the first client."""
    text = " ".join(f"10.{n >> 8}.{n & 255}.0/24" for n in range(5000))
    phases: list[str] = []

    def note(phase: str, _info: object) -> None:
        phases.append(phase)

    gc.callbacks.append(note)
    try:
        MatchList(text).decide("192.0.2.1")
    finally:
        gc.callbacks.remove(note)
    assert phases.count("start") < 5  # before, between and after; it would be dozens


def test_nobody_leaves_it_otherwise(collecting: bool) -> None:
    """Neither by an answer nor by an error."""
    discover()
    with pytest.raises(AddressClassError):
        mynetworks(host(address("240.0.0.1", "255.0.0.0")), style="class")
    MatchList("10.0.0.0/8, host").decide("192.0.2.1")
    with pytest.raises(MatchListError):
        MatchList("10.0.0.0/8 !").decide("192.0.2.1")
    in_process("addresses")
    in_process("addresses", "--no-such-option")
    assert gc.isenabled() is collecting
