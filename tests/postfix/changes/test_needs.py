"""What Postfix needs after a change, decided from two answers; test_live_*.py hold the rules to a real Postfix."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from support.made import ETH0, address, host

from ifdiscover import NotOnThisMachineError, mynetworks, own_addresses, postfix_needs
from ifdiscover._postfix.changes.answer import answer_of, on_this_machine
from ifdiscover._postfix.changes.needs import EDIT, NOTHING, RELOAD, RESTART, needs
from ifdiscover._postfix.in_force import configuration_of
from ifdiscover.model import Recorded

if TYPE_CHECKING:
    from pathlib import Path

    from ifdiscover import Address, Host, Need
    from ifdiscover._postfix.changes.answer import Answer

RECORDED = Recorded("mail.example.com")
LO = ETH0._replace(name="lo", index=1)
ETH1 = ETH0._replace(name="eth1", index=3)
LOCAL = address("127.0.0.1", "255.0.0.0")._replace(interface=LO)
MASK, MASK6 = "255.255.255.0", "ffff:ffff:ffff:ffff::"
TEN, TWENTY = address("192.0.2.10", MASK), address("192.0.2.20", MASK)
TEN6 = address("2001:db8::10", MASK6)


def recorded(*addresses: Address) -> Host:
    """A recorded host with lo and these addresses."""
    return host(LOCAL, *addresses, recorded=RECORDED)


def folder_of(tmp_path: Path, text: str) -> str:
    """A folder with a main.cf."""
    tmp_path.joinpath("main.cf").write_text(f"compatibility_level = 3.6\n{text}\n")
    return str(tmp_path)


def needed(tmp_path: Path, text: str, before: Host, after: Host) -> Need:
    """What Postfix needs with one main.cf."""
    return postfix_needs(after, before=before, config_directory=folder_of(tmp_path, text))


def answer(tmp_path: Path, text: str) -> Answer:
    """The answer of one host with a main.cf."""
    return answer_of(recorded(TEN), configuration_of(None, folder_of(tmp_path, text)))


def test_an_equal_host_needs_nothing() -> None:
    """Whatever counts down, and in whatever order the kernel tells addresses."""
    before = recorded(TEN._replace(valid_lifetime=60, preferred_lifetime=30), TWENTY)
    after = recorded(TWENTY, TEN._replace(valid_lifetime=58, preferred_lifetime=28))
    assert postfix_needs(after, before=before) == (NOTHING, (), (), (), "")
    assert answer_of(before) == answer_of(recorded(TEN, TWENTY))


def test_the_answer_is_what_the_other_functions_say() -> None:
    """Own addresses and mynetworks, each once."""
    one = recorded(TEN, TEN._replace(interface=ETH1), TEN6)
    answer = answer_of(one)
    assert answer.own_addresses == tuple(dict.fromkeys(map(str, own_addresses(one))))
    assert answer.mynetworks == tuple(map(str, mynetworks(one)))
    assert answer.listens_on == ("0.0.0.0", "::")
    assert answer.source_addresses == ()
    assert answer_of(one._replace(packed_sources=(TEN.packed, TEN6.packed))).source_addresses == (str(TEN), str(TEN6))


def test_a_deprecated_address_changes_the_answer_and_needs_nothing() -> None:
    """Postfix does not look at the flag; who looks at the answer does."""
    fresh, old = recorded(TEN6._replace(flags=0x80)), recorded(TEN6._replace(flags=0x20))
    assert answer_of(fresh).deprecated == ()
    assert answer_of(old).deprecated == ("2001:db8::10",)
    assert postfix_needs(old, before=fresh).what == NOTHING


def test_an_excluded_network_is_no_trusted_one(tmp_path: Path) -> None:
    """When an exclusion goes, its clients may become trusted: nothing else is said of them."""
    before = answer_of(
        recorded(TEN), configuration_of(None, folder_of(tmp_path, "mynetworks = !192.0.2.7 192.0.2.0/24"))
    )
    after = answer_of(recorded(TEN), configuration_of(None, folder_of(tmp_path, "mynetworks = 192.0.2.0/24")))
    told = needs(before, after)
    assert (told.what, told.reasons) == (RELOAD, ("mynetworks changed",))
    assert "stay trusted" not in told.until[0]


ONE_SUCCESSOR = {
    "one for one": ((TEN,), (TWENTY,), "inet_interfaces = 127.0.0.1, 192.0.2.20"),
    "two for one": ((TEN,), (TWENTY, address("192.0.2.30", MASK)), ""),
    "one for two": ((TEN, address("192.0.2.30", MASK)), (TWENTY,), ""),
    "one on another interface": ((TEN,), (TWENTY._replace(interface=ETH1),), ""),
    "one of the other family": ((TEN,), (TEN6,), ""),
    "one of each family": ((TEN,), (TWENTY, TEN6), "inet_interfaces = 127.0.0.1, 192.0.2.20"),
    "one that was there before": ((TEN, TWENTY), (TWENTY,), ""),
    "none": ((TEN,), (), ""),
}


@pytest.mark.parametrize(("before", "after", "mended"), ONE_SUCCESSOR.values(), ids=ONE_SUCCESSOR)
def test_a_mended_line_is_offered_for_one_successor(
    before: tuple[Address, ...], after: tuple[Address, ...], mended: str, tmp_path: Path
) -> None:
    """On the same interface, of the same family, and when nothing else came or went there."""
    told = needed(tmp_path, "inet_interfaces = 127.0.0.1, 192.0.2.10", recorded(*before), recorded(*after))
    (edit,) = told.edits
    assert (told.what, told.then, edit.suggestion) == (EDIT, RESTART, mended)
    assert (edit.word, edit.place.line, edit.place.column) == ("192.0.2.10", 2, 30)


@pytest.mark.parametrize(
    ("text", "line", "word"),
    [
        ("own = 192.0.2.10\ninet_interfaces = $own", 3, "192.0.2.10"),
        ("inet_interfaces = 192.0.2.10,\n  192.0.2.10", 2, "192.0.2.10"),
    ],
)
def test_no_mended_line_where_the_word_is_not_there_once(text: str, line: int, word: str, tmp_path: Path) -> None:
    """Through a macro, or twice: only the line is told."""
    told = needed(tmp_path, text, recorded(TEN), recorded(TWENTY))
    assert [(edit.suggestion, edit.word, edit.place.line) for edit in set(told.edits)] == [("", word, line)]


def test_a_bracketed_word_keeps_its_brackets(tmp_path: Path) -> None:
    """And a word on a line of its own is found there."""
    text = "inet_interfaces = 127.0.0.1,\n    [2001:db8::10]"
    after = address("2001:db8::20", MASK6, flags=0x80)
    (edit,) = needed(tmp_path, text, recorded(TEN6), recorded(after)).edits
    assert edit.suggestion == "inet_interfaces = 127.0.0.1, [2001:db8::20]"
    assert (edit.place.line, edit.place.column) == (3, 5)


SPELLINGS = {
    "inet_interfaces = 127.0.0.1, 2001:DB8::10": "inet_interfaces = 127.0.0.1, 2001:db8::20",
    "inet_interfaces = 127.0.0.1, [2001:DB8:0:0::10]": "inet_interfaces = 127.0.0.1, [2001:db8::20]",
    "inet_interfaces = 2001:0db8::0010 ::FFFF:192.0.2.1": "",
    "inet_interfaces = 2001:db8::10 2001:DB8::10": "",
    "inet_interfaces = 2001:DB8::10 2001:DB8::20": "",
    "inet_interfaces = 2001:DB8::10 127.0.0.1 127.0.0.1": "inet_interfaces = 2001:db8::20 127.0.0.1",
    "smtp_bind_address6 = 2001:DB8::10": "smtp_bind_address6 = 2001:db8::20",
    "smtp_bind_address6 = [2001:DB8:0::10]": "smtp_bind_address6 = [2001:db8::20]",
}


@pytest.mark.parametrize(("line", "mended"), SPELLINGS.items(), ids=SPELLINGS)
def test_addresses_are_compared_and_not_their_spelling(line: str, mended: str, tmp_path: Path) -> None:
    """A mended line names no address twice. If an address is named twice, or the new one already, none is offered."""
    after = address("2001:db8::20", MASK6, flags=0x80)
    told = needed(tmp_path, line, recorded(TEN6), recorded(after))
    assert told.what == EDIT
    assert {edit.suggestion for edit in told.edits} == {mended}


def test_a_line_is_mended_for_all_addresses_that_are_gone(tmp_path: Path) -> None:
    """A line that names one of them still would not let Postfix start."""
    one, other = TEN._replace(interface=ETH1), TEN6
    new, new6 = TWENTY._replace(interface=ETH1), address("2001:db8::20", MASK6, flags=0x80)
    line = "inet_interfaces = 192.0.2.10, [2001:DB8::10]"
    told = needed(tmp_path, line, recorded(one, other), recorded(new, new6))
    assert [edit.word for edit in told.edits] == ["192.0.2.10", "[2001:DB8::10]"]
    assert {edit.suggestion for edit in told.edits} == {"inet_interfaces = 192.0.2.20, [2001:db8::20]"}
    told = needed(tmp_path, line, recorded(one, other), recorded(new))
    assert {edit.suggestion for edit in told.edits} == {""}


def test_an_override_has_no_place() -> None:
    """But the parameter is told."""
    told = postfix_needs(recorded(TWENTY), before=recorded(TEN), overrides={"inet_interfaces": "192.0.2.10"})
    assert (told.what, told.edits) == (EDIT, (("inet_interfaces", (None, None, None, ()), "192.0.2.10", ""),))


def test_a_source_address_that_goes_needs_an_edit_and_a_reload(tmp_path: Path) -> None:
    """With what becomes of the mail, and what else changed."""
    text = "smtp_bind_address = 192.0.2.10\nmynetworks = 127.0.0.1"
    told = needed(tmp_path, text, recorded(TEN), recorded(TWENTY))
    (edit,) = told.edits
    assert (told.what, told.then) == (EDIT, RELOAD)
    assert (edit.suggestion, edit.place.line) == ("smtp_bind_address = 192.0.2.20", 2)
    assert "the system chooses the source address" in told.until[0]
    assert any("user@[192.0.2.20]" in sentence for sentence in told.until)


def test_all_lines_that_name_an_address_that_is_gone_are_told_at_once(tmp_path: Path) -> None:
    """Whoever mends only the first is not told of the other later: an edited main.cf makes no news."""
    text = "inet_interfaces = 127.0.0.1, 192.0.2.10\nsmtp_bind_address = 192.0.2.10"
    told = needed(tmp_path, text, recorded(TEN), recorded(TWENTY))
    assert (told.what, told.then) == (EDIT, RESTART)
    assert [edit.suggestion for edit in told.edits] == [
        "inet_interfaces = 127.0.0.1, 192.0.2.20",
        "smtp_bind_address = 192.0.2.20",
    ]


def test_a_source_address_that_never_was_needs_its_edit_still(tmp_path: Path) -> None:
    """A need that is not met stays until it is."""
    told = needed(tmp_path, "smtp_bind_address = 192.0.2.10", recorded(TWENTY), recorded(TWENTY))
    assert (told.what, told.edits[0].suggestion) == (EDIT, "")


def test_a_host_without_any_address_is_nothing_that_a_reload_mends() -> None:
    """It would fail."""
    told = postfix_needs(host(recorded=RECORDED), before=recorded(TEN))
    assert told.what == NOTHING
    assert "fail: could not find any active network interfaces" in told.until[0]


def test_after_a_state_in_which_postfix_could_not_start_it_needs_a_restart() -> None:
    """Where its sockets are is not known from that state, and a reload opens none."""
    told = postfix_needs(recorded(TEN), before=host(recorded=RECORDED))
    assert (told.what, len(told.reasons)) == (RESTART, 2)


@pytest.mark.parametrize(
    ("text", "flags"),
    [
        ("fe80::1", 0x80),
        ("2001:db8::99", 0x01),
        ("2001:db8::99", 0x20),
        ("2001:db8::99", 0x40),
        ("2001:db8::99", 0x48),
        ("2001:db8::99", None),
        ("2001:db8::99", 0x80),
    ],
)
def test_an_address_that_does_not_stay_is_no_successor(text: str, flags: int | None, tmp_path: Path) -> None:
    """Postfix would not start with a link-local one, and the others are gone tomorrow."""
    before, after = recorded(address("2001:db8::25", MASK6, flags=0x80)), recorded(address(text, MASK6, flags=flags))
    told = needed(tmp_path, "inet_interfaces = 2001:db8::25, 127.0.0.1", before, after)
    expected = "inet_interfaces = 2001:db8::99, 127.0.0.1" if flags == 0x80 and text[0] == "2" else ""
    assert [edit.suggestion for edit in told.edits] == [expected]


def test_an_address_that_is_named_already_is_no_successor(tmp_path: Path) -> None:
    """To name it twice mends nothing that is known."""
    before, after = recorded(TEN), recorded(TWENTY)
    told = needed(tmp_path, "inet_interfaces = 192.0.2.10 192.0.2.20", before, after)
    assert [edit.suggestion for edit in told.edits] == [""]


def test_the_same_protocols_in_other_words_need_nothing(tmp_path: Path) -> None:
    """master(8) warns, and nothing is different."""
    one, other = answer(tmp_path, "inet_protocols = all"), answer(tmp_path, "inet_protocols = ipv4, ipv6")
    assert one != other
    assert needs(one, other).what == NOTHING


def test_a_name_of_a_recorded_host_is_not_looked_up(tmp_path: Path) -> None:
    """Nobody here knows its address there."""
    with pytest.raises(NotOnThisMachineError):
        needed(tmp_path, "inet_interfaces = mail.example.com", recorded(TEN), recorded(TWENTY))


def test_long_lists_are_cut() -> None:
    """A host with a thousand addresses makes no sentence of a thousand words."""
    many = [address(f"198.51.100.{number}", MASK) for number in range(1, 200)]
    told = postfix_needs(recorded(*many), before=recorded())
    assert told.reasons[0].endswith("198.51.100.5 and 194 more")


def test_an_earlier_reading_of_this_machine_has_this_machines_names_and_files(tmp_path: Path) -> None:
    """So that a list in a file is the same list for both; a recording of another host has not."""
    networks = tmp_path / "networks"
    networks.write_text("192.0.2.0/24\n")
    folder = folder_of(tmp_path, f"mynetworks = {networks}, $myhostname\nmyhostname = localhost")
    here = host(LOCAL, TEN)
    for name in (None, os.uname().nodename):
        before = here._replace(recorded=Recorded(name))
        assert postfix_needs(here, before=before, config_directory=folder).what == NOTHING
    of_another = here._replace(recorded=Recorded("another.example.com"))
    assert on_this_machine(of_another, here) is of_another
    assert on_this_machine(of_another, of_another) is of_another


@pytest.mark.parametrize("flags", [0x40, 0x48], ids=["tentative", "duplicate"])
def test_no_restart_is_needed_while_postfix_would_not_start(flags: int, tmp_path: Path) -> None:
    """The kernel refuses a socket to an address that another host may have; when none may, the restart is told."""
    named = "inet_interfaces = 192.0.2.10, 2001:db8::10"
    waiting = recorded(TEN, TEN6._replace(flags=flags))
    fails = "postfix start fails so long as 2001:db8::10 is tentative or a duplicate"
    told = needed(tmp_path, named, recorded(TEN), waiting)
    assert (told.what, told.until[-1]) == (RELOAD, fails)
    told = needed(tmp_path, "inet_interfaces = all", recorded(TEN), waiting)
    assert (told.what, fails in told.until) == (RELOAD, False)
    told = needed(tmp_path, named, waiting, recorded(TEN, TEN6))
    assert (told.what, told.until) == (RESTART, ("connections to 2001:db8::10 are refused",))


def test_an_address_that_becomes_a_duplicate_is_still_listened_on(tmp_path: Path) -> None:
    """The socket that was opened before stays, and nothing is needed for it."""
    after = recorded(TEN, TEN6._replace(flags=0x48))
    assert needed(tmp_path, "inet_interfaces = 192.0.2.10, 2001:db8::10", recorded(TEN, TEN6), after).what == NOTHING


def test_an_optimistic_address_takes_a_socket(tmp_path: Path) -> None:
    """RFC 4429: it is used although it is tentative."""
    optimistic = recorded(TEN, TEN6._replace(flags=0x44))
    assert needed(tmp_path, "inet_interfaces = 192.0.2.10, 2001:db8::10", recorded(TEN), optimistic).what == RESTART
