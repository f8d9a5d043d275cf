"""A change in a line: what was found, what came and went, and what Postfix needs."""

from __future__ import annotations

from support.made import address, host
from support.schemas import validated

from ifdiscover._postfix.parameters.configuration import Configuration
from ifdiscover._render.changes import change_line, change_object
from ifdiscover._watching.change import Step, reading_of

ONE = host(address("192.0.2.1", "255.255.255.0"), packed_sources=(bytes([192, 0, 2, 1]),))
TWO = host(address("192.0.2.1", "255.255.255.0"), address("192.0.2.2", "255.255.255.0", flags=0x20), packed_sources=())
BOUND = Configuration(None, {"inet_interfaces": "192.0.2.2"}, "mail")


def test_the_first_line_is_what_was_found() -> None:
    """With what there is none of; deprecated addresses are told if there are any."""
    first = Step(None, reading_of(ONE, None)).change
    assert change_line(first) == "own 192.0.2.1; mynetworks 192.0.2.1/32; source 192.0.2.1"
    other = Step(None, reading_of(TWO, None)).change
    assert change_line(other) == (
        "own 192.0.2.1 192.0.2.2; deprecated 192.0.2.2; mynetworks 192.0.2.1/32 192.0.2.2/32; source none"
    )
    assert validated(change_object(first))["needs"] is None


def test_a_later_line_is_what_came_and_went() -> None:
    """And what Postfix needs; what stayed is left out."""
    change = Step(reading_of(ONE, None), reading_of(TWO, None)).change
    line = change_line(change)
    assert line.startswith(
        "own +192.0.2.2; deprecated +192.0.2.2; mynetworks +192.0.2.2/32; source -192.0.2.1; Postfix needs reload: "
    )
    assert "; until then " in line
    assert validated(change_object(change))["gone"]["source_addresses"] == ["192.0.2.1"]


def test_a_postfix_that_cannot_start_is_told_in_its_words() -> None:
    """And that it can again."""
    well, ill = reading_of(TWO, BOUND), reading_of(ONE, BOUND)
    says = (
        "Postfix cannot start: parameter inet_interfaces: no local interface found for 192.0.2.2; "
        "Postfix needs edit, then restart: "
    )
    assert says in change_line(Step(well, ill).change)
    assert "Postfix can start again; Postfix needs " in change_line(Step(ill, well).change)
