"""The lines of a recorded text: what a word may be, how much there may be, and what the end may have cut off."""

from __future__ import annotations

from socket import AF_INET, AF_INET6

import pytest

from ifdiscover._backends.recorded import lines
from ifdiscover._backends.recorded.lines import Line, is_address, is_network, lines_of
from ifdiscover.errors import RecordingError

CUT_OFF = "what the end of the text may have cut off is not believed; end the text with a newline"


@pytest.mark.parametrize("word", ["192.0.2.1", "::1", "fe80::1%eth0", "::ffff:192.0.2.1"])
def test_a_word_is_an_address_with_a_zone_or_without(word: str) -> None:
    """Of either family."""
    assert is_address(word)


@pytest.mark.parametrize("word", ["192.0.2", "192.0.2.256", "eth0", "1:2", "192.0.2.1\0", "192.0.2.1/24", ""])
def test_a_word_that_is_no_address_is_none(word: str) -> None:
    """Whatever is wrong with it."""
    assert not is_address(word)


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("192.0.2.0/24", True),
        ("192.0.2.999/1", True),
        ("::/0", True),
        ("fe80::1/128", True),
        ("192.0.2/24", False),
        ("192.0.2.0.0/24", False),
        ("1:2/24", False),
        ("a/24", False),
        ("192.0.2.0", False),
        ("192.0.2.0/", False),
        ("192.0.2.0/x", False),
        ("192.0.2.0/1234", False),
    ],
)
def test_what_looks_like_a_network_is_told_by_its_dots_or_colons(word: str, expected: bool) -> None:
    """A damaged one as well: it is to be refused, and not passed over."""
    assert is_network(word) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("inet", True),
        ("x netmask", True),
        ("x 192.0.2.0/24", True),
        ("x y 192.0.2.1", True),
        ("x y z 192.0.2.1", False),
        ("status: active", False),
        ("tunnel inet 192.0.2.1 --> 192.0.2.2", False),
        ("description: inet 192.0.2.1", False),
        ("groups:", False),
    ],
)
def test_a_line_may_hide_an_address_by_its_words(text: str, expected: bool) -> None:
    """Those that say what people wrote never do."""
    assert Line(1, text, is_cut=False).may_hide_address is expected


def test_a_line_is_indented_by_its_first_character() -> None:
    """A blank or a tab."""
    assert [Line(1, text, is_cut=False).is_indented for text in (" x", "\tx", "x ", "")] == [True, True, False, False]


def test_a_refused_line_shows_what_stands_there_and_what_to_do() -> None:
    """The whole line, if no part of it is named."""
    line = Line(7, "a b", is_cut=False)
    for arguments, message in (
        (("must be good",), 'line 7: must be good, not "a b"'),
        (("must be good", "b"), 'line 7: must be good, not "b"'),
        (("must be good", "", "mend it"), 'line 7: must be good, not ""; mend it'),
    ):
        with pytest.raises(RecordingError) as raised:
            line.refuse(*arguments)
        assert str(raised.value) == message


@pytest.mark.parametrize(
    ("text", "low", "high", "base", "expected"),
    [
        ("0", 0, 9, 10, 0),
        ("9", 0, 9, 10, 9),
        ("0" * 19 + "9", 0, 9, 10, 9),
        ("ff", 0, 255, 16, 255),
        ("0xFF", 0, 255, 16, 255),
    ],
)
def test_a_number_is_read_in_its_base(text: str, low: int, high: int, base: int, expected: int) -> None:
    """Up to twenty digits."""
    assert Line(1, "", is_cut=False).whole(text, "it", low, high, base) == expected


@pytest.mark.parametrize(
    ("text", "base"),
    [(None, 10), ("", 10), ("1", 10), ("10", 10), ("0x9", 10), ("9x", 10), ("0" * 20 + "9", 10), ("g", 16), ("a", 16)],
)
def test_what_is_no_number_of_a_range_is_refused(text: str | None, base: int) -> None:
    """With what stands there."""
    with pytest.raises(RecordingError) as raised:
        Line(1, "", is_cut=False).whole(text, "it", 2, 9, base)
    assert str(raised.value) == f'line 1: it must be a whole number from 2 to 9, not "{text or ""}"'


def test_a_number_is_decimal_unless_it_is_said_to_be_another() -> None:
    """Nine is the last digit."""
    assert Line(1, "", is_cut=False).whole("19", "it", 0, 19) == 19


@pytest.mark.parametrize("text", ["192.0.2", "192.0.2.1\0"])
def test_an_address_is_one_of_its_family(text: str) -> None:
    """Or is refused."""
    assert Line(1, "", is_cut=False).packed(AF_INET, "192.0.2.1") == bytes([192, 0, 2, 1])
    with pytest.raises(RecordingError, match="line 1: must have an IPv4 address here, not "):
        Line(1, "", is_cut=False).packed(AF_INET, text)


@pytest.mark.parametrize(
    ("family", "text", "believed"),
    [
        (AF_INET, "0", True),
        (AF_INET, "1", False),
        (AF_INET, "3", False),
        (AF_INET, "4", True),
        (AF_INET, "32", True),
        (AF_INET6, "12", False),
        (AF_INET6, "13", True),
    ],
)
def test_a_length_to_which_a_digit_may_be_missing_is_not_believed(family: int, text: str, believed: bool) -> None:
    """Where the text ends with it, without a newline."""
    for line in (Line(1, f"inet /{text}", is_cut=False), Line(1, f"inet /{text} up", is_cut=True)):
        assert line.prefixlen(family, text) == int(text)
    cut = Line(1, f"inet /{text}", is_cut=True)
    if believed:
        assert cut.prefixlen(family, text) == int(text)
    else:
        with pytest.raises(RecordingError, match=CUT_OFF):
            cut.prefixlen(family, text)


def test_a_length_is_from_zero_to_the_bits_of_its_family() -> None:
    """As the error says."""
    for text in ("33", None):
        with pytest.raises(RecordingError, match="line 1: a prefix length must be a whole number from 0 to 32, not "):
            Line(1, "", is_cut=False).prefixlen(AF_INET, text)


@pytest.mark.parametrize(
    ("text", "expected", "believed"),
    [
        ("255.255.25.0", [255, 255, 25, 0], True),
        ("255.255.0.25", [255, 255, 0, 25], False),
        ("255.255.0.26", [255, 255, 0, 26], True),
        ("ffffff00", [255, 255, 255, 0], True),
        ("0xFFFF0000", [255, 255, 0, 0], True),
        ("0", [0, 0, 0, 0], False),
        ("0x0", [0, 0, 0, 0], False),
    ],
)
def test_a_netmask_to_which_a_digit_may_be_missing_is_not_believed(
    text: str, expected: list[int], believed: bool
) -> None:
    """Eight digits are all that there are."""
    for line in (Line(1, f"netmask {text}", is_cut=False), Line(1, f"netmask {text} up", is_cut=True)):
        assert line.netmask(text) == bytes(expected)
    cut = Line(1, f"netmask {text}", is_cut=True)
    if believed:
        assert cut.netmask(text) == bytes(expected)
    else:
        with pytest.raises(RecordingError, match=CUT_OFF):
            cut.netmask(text)


@pytest.mark.parametrize("text", [None, "", "ffffff0", "0xffffff000", "00", "gfffff00"])
def test_what_is_no_netmask_is_refused(text: str | None) -> None:
    """A lost digit would make it another one."""
    with pytest.raises(RecordingError, match="line 1: a netmask must be dotted, or eight hexadecimal digits, not "):
        Line(1, "", is_cut=False).netmask(text)


def test_lines_have_their_numbers_and_the_last_may_be_cut_off() -> None:
    """What is empty has a number too, and is left out."""
    found = lines_of(b"a\r\n\n \t\nb\xff\nc")
    assert [(line.number, line.text, line.is_cut) for line in found] == [
        (1, "a", False),
        (4, "b\udcff", False),
        (5, "c", True),
    ]
    assert not lines_of(b"c\n")[0].is_cut


def test_a_line_is_as_long_as_a_description_may_be_and_no_longer() -> None:
    """And has no NUL."""
    assert len(lines_of(b"x\n" + b"a" * 16384 + b"\n")[1].text) == 16384
    with pytest.raises(RecordingError, match="line 2: must have at most 16384 characters"):
        lines_of(b"x\n" + b"a" * 16385 + b"\n")
    with pytest.raises(RecordingError, match="line 2: must have no NUL"):
        lines_of(b"x\na\0\n")


def test_a_text_has_no_more_lines_than_the_largest_host(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is refused before it is cut into lines."""
    assert lines_of(b"\n" * ((1 << 20) + 1)) == []
    with pytest.raises(RecordingError, match="more than 2097152 lines"):
        lines_of(b"\n" * ((1 << 21) + 1))
    monkeypatch.setattr(lines, "MAX_LINES", 3)
    assert len(lines_of(b"a\n" * 2)) == 2
    assert len(lines_of(b"a\n" * 3)) == 3
    with pytest.raises(RecordingError, match="more than 3 lines"):
        lines_of(b"a\n" * 4)


def test_a_line_that_is_passed_over_is_shown() -> None:
    """Without the blanks around it."""
    said = Line(3, "\tmedia: x \n", is_cut=False).passed_over()
    assert said == 'line 3: passed over, since ifconfig prints no such line: "media: x"'
