"""What the words of BSD behind an address are to the model: bits, and seconds."""

from __future__ import annotations

from socket import AF_INET, AF_INET6

import pytest

from ifdiscover._backends.recorded.ifconfig.bsd_words import address_flags, lifetimes
from ifdiscover._backends.recorded.lines import Line
from ifdiscover.errors import RecordingError
from ifdiscover.model import ADDRESS_FLAGS

BITS = {word: bit for bit, word in ADDRESS_FLAGS[AF_INET6].items()}
LINE = Line(1, "", is_cut=False)


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({}, []),
        ({"": ["secured", "clat46"]}, []),
        ({"": ["tentative", "deprecated"]}, ["tentative", "deprecated"]),
        ({"": ["duplicated"], "flags": ["0x8<DUPLICATED>"]}, ["dadfailed"]),
        ({"flags": ["0x6<TENTATIVE,NODAD>"]}, ["tentative", "nodad"]),
        ({"flags": ["0x0"]}, []),
    ],
)
@pytest.mark.parametrize("family", [AF_INET, AF_INET6])
def test_marks_and_flags_are_the_bits_that_they_name(said: dict[str, list[str]], words: list[str], family: int) -> None:
    """Either family has those; other words have none."""
    assert address_flags(family, said) == sum(BITS[word] for word in words)


def test_an_ipv4_address_is_not_temporary() -> None:
    """Linux has that bit for a secondary one; what else is said of it stays."""
    said = {"": ["autoconf", "temporary", "tentative"]}
    assert address_flags(AF_INET6, said) - address_flags(AF_INET, said) == BITS["temporary"]
    assert address_flags(AF_INET, {"": ["temporary"]}) == 0
    assert address_flags(AF_INET6, {"": ["autoconfprivacy"]}) == address_flags(
        AF_INET6, {"": ["autoconf", "temporary"]}
    )


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("infty", None),
        ("forever", None),
        ("0", 0),
        ("1", 1),
        ("4294967294", 4294967294),
        ("4294967295", None),
        ("4294967296", None),
        ("9223372036854775808", None),
    ],
)
def test_a_lifetime_beyond_what_a_kernel_counts_is_for_ever(text: str, seconds: int | None) -> None:
    """One that is not told is for ever beside one that is."""
    assert lifetimes(LINE, {"pltime": [text], "vltime": ["7"]}) == (seconds, 7)
    assert lifetimes(LINE, {"pltime": [text]}) == (seconds, None)
    assert lifetimes(LINE, {"vltime": [text]}) == (None, seconds)


def test_lifetimes_may_not_be_told() -> None:
    """Then there are none, which is not the same as for ever."""
    assert lifetimes(LINE, {"": ["autoconf"]}) is None


@pytest.mark.parametrize("text", ["", "soon", "-1", "9223372036854775809"])
def test_what_is_no_lifetime_is_refused(text: str) -> None:
    """With the numbers that are."""
    with pytest.raises(
        RecordingError, match="line 1: a lifetime must be a whole number from 0 to 9223372036854775808, "
    ):
        lifetimes(LINE, {"pltime": [text]})
