"""What is written as ip(8) prints it is read back; what is damaged is noticed, or does no harm."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import assume, given, settings, strategies as st
from support.examples import examples
from support.ip_texts import DETAILS, ETHER, HEAD, INET, INET6, LOOPBACK, Written, as_json, written
from support.namespaces import ROOT

from ifdiscover import mynetworks, snapshot
from ifdiscover._backends.recorded.replay import decode
from ifdiscover.errors import IfdiscoverError, RecordingError

if TYPE_CHECKING:
    from pathlib import Path

    from ifdiscover.model import Host


@settings(max_examples=examples(120))
@given(made=written())
def test_what_is_written_in_this_form_is_read_back(made: Written) -> None:
    """Every interface and address, with all that the form tells, in the kernel's order."""
    host = decode(b"\n".join(made.lines) + b"\n")
    assert host.interfaces == made.host.interfaces
    assert host.addresses == made.host.addresses
    assert host.warnings == ()


@settings(max_examples=examples(120))
@given(made=written())
def test_what_is_written_in_json_is_read_back(made: Written) -> None:
    """The same hosts, with names of any bytes."""
    host = decode(as_json(made.host))
    assert host.interfaces == made.host.interfaces
    assert host.addresses == made.host.addresses
    assert host.warnings == ()


def trusted(host: Host) -> list[Any]:
    """The networks of style subnet; none if Postfix would not start."""
    try:
        return [network.network for network in mynetworks(host, style="subnet")]
    except IfdiscoverError:
        return []


def is_told(host: Host) -> set[tuple[object, ...]]:
    """Which addresses there are, on interfaces that are up or not."""
    return {(a.interface.name, a.interface.is_up, a.family, a.packed, a.prefixlen) for a in host.addresses}


def assert_no_wider_and_not_silent(damaged: bytes, whole: Host) -> None:
    """A damaged text is refused, or names the damage, or has the same addresses; it never makes Postfix trust more."""
    try:
        host = decode(damaged)
    except RecordingError:
        return
    assert is_told(host) <= is_told(whole)
    assert is_told(host) == is_told(whole) or host.warnings != whole.warnings
    networks = trusted(whole)
    for network in trusted(host):
        assert any(network.version == other.version and network.subnet_of(other) for other in networks)


@settings(max_examples=examples(150))
@given(made=written(is_timed=True), data=st.data())
def test_a_lost_line_is_noticed_or_does_no_harm(made: Written, data: st.DataObject) -> None:
    """No address goes to another interface, and none is lost without a word."""
    whole = decode(b"\n".join(made.lines) + b"\n")
    lost = data.draw(st.integers(0, len(made.lines) - 1))
    lines = [line for number, line in enumerate(made.lines) if number != lost]
    assert_no_wider_and_not_silent(b"\n".join(lines) + b"\n", whole)


JUNK = st.text(
    st.characters(min_codepoint=32, max_codepoint=126, exclude_characters="0123456789"), min_size=1, max_size=4
)


@settings(max_examples=examples(150))
@given(made=written(is_timed=True), data=st.data())
def test_a_damaged_line_is_noticed_or_does_no_harm(made: Written, data: st.DataObject) -> None:
    """Something before it, a word of it gone, its end or its newline gone."""
    whole = decode(b"\n".join(made.lines) + b"\n")
    lines = list(made.lines)
    number = data.draw(st.integers(0, len(lines) - 1))
    line = lines[number]
    how = data.draw(st.sampled_from(["before", "word", "end", "newline", "twice"]))
    if how == "before":
        line = data.draw(JUNK).encode() + line
    elif how == "word":
        words = line.split(b" ")
        del words[data.draw(st.sampled_from([n for n, word in enumerate(words) if word]))]
        line = b" ".join(words)
    elif how == "end":
        # What is cut within a number or a name is another number or name.
        line = line.rpartition(b" ")[0]
    elif how == "newline":
        assume(number + 1 < len(lines))
        line += lines.pop(number + 1)
    else:
        line += b"\n" + line
    lines[number] = line
    assert_no_wider_and_not_silent(b"\n".join(lines) + b"\n", whole)


PIECES = [
    *(line + b"\n" for line in (LOOPBACK + HEAD + ETHER + INET + INET6).splitlines()),
    *(line.encode() + b"\n" for line in DETAILS),
    *(
        b"3: ",
        b"eth1",
        b"@if3",
        b": <",
        b"UP",
        b"> mtu ",
        b"1500",
        b"\n",
        b" ",
        b"    inet ",
        b"inet6 ",
        b"::1",
        b"/64",
    ),
    *(
        b" peer ",
        b" brd ",
        b" scope ",
        b"link",
        b" flags ",
        b"    link/",
        b"valid_lft ",
        b"9sec",
        b"\\",
        b"\0",
        b"\xff",
    ),
]


@settings(max_examples=examples(300))
@given(st.lists(st.one_of(st.sampled_from(PIECES), st.binary(max_size=4)), max_size=12))
def test_any_pieces_of_the_text_are_a_host_or_an_error(pieces: list[bytes]) -> None:
    """Nothing else comes out, and a host that does can be kept."""
    try:
        host = decode(LOOPBACK + b"".join(pieces))
    except RecordingError:
        return
    assert decode(snapshot(host).encode()) == host


@settings(max_examples=examples(50))
@given(made=written(is_timed=True), end=st.floats(0, 1))
def test_a_text_that_is_cut_never_widens_trust(made: Written, end: float) -> None:
    """Each beginning is refused, or has addresses of the whole with the same netmasks."""
    text = b"\n".join(made.lines) + b"\n"
    whole = decode(text)
    try:
        part = decode(text[: int(len(text) * end)])
    except RecordingError:
        return
    assert is_told(part) <= is_told(whole)


@pytest.mark.parametrize("path", sorted((ROOT / "fixtures/recorded/ip").glob("[!r]*.txt")), ids=lambda path: path.stem)
def test_a_recording_that_is_cut_anywhere_never_widens_trust(path: Path) -> None:
    """Every beginning of every fixture."""
    data = path.read_bytes()
    whole = is_told(decode(data))
    for end in range(len(data)):
        try:
            part = decode(data[:end])
        except RecordingError:
            continue
        assert is_told(part) <= whole, data[max(0, end - 60) : end]
