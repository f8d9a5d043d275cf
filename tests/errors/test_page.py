"""docs/errors.md is what the cases print, and they reach every place that makes an error."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from typing import TYPE_CHECKING

import pytest
from errors import page
from errors.raises import PUBLIC, places, reached
from errors.unwalked import NEVER_LEAVES, REASONS, SEVERAL

from ifdiscover import errors

if TYPE_CHECKING:
    from errors.raises import Place

PLACES = places()


@pytest.fixture(scope="module")
def walked() -> tuple[str, set[Place]]:
    """The page as it would be now, and the places that the cases reached."""
    with reached(PLACES) as ran:
        written = page.written()
    return written, ran


def test_the_page_is_what_the_cases_print(walked: tuple[str, set[Place]]) -> None:
    """Byte for byte."""
    written = page.PAGE.read_text(encoding="utf-8")
    assert walked[0] == written, "run: PYTHONPATH=.:tests python tests/errors/page.py"


def test_every_case_ends_in_an_error(walked: tuple[str, set[Place]]) -> None:
    """A status that is no answer or an exception, and a message below it."""
    blocks = re.findall(r"(?ms)^```text\n(.*?)^```$", walked[0])
    assert all(re.search(r"\n {6}\S.*\n\Z", block) for block in blocks)
    assert all(
        re.match(r"(6[4-9]|7[0-8]|\w+Error)(  |\n)| {6}\S| {8}\S", line)
        for block in blocks
        for line in block.splitlines(True)
    )


def test_every_place_is_reached_or_has_its_reason(walked: tuple[str, set[Place]]) -> None:
    """A new error needs a case in the modules of_*.py of this room, or a line in unwalked.py."""
    left = Counter(
        f"{place.file} {place.function}"
        for place in PLACES
        if place not in walked[1] and place.makes not in NEVER_LEAVES
    )
    known = Counter({key: SEVERAL.get(key, 1) for key in REASONS})
    assert dict(left - known) == {}, "add a case of each to tests/errors/of_*.py, or a reason to unwalked.py"
    assert dict(known - left) == {}, "cases reach these, or they are gone: take them out of unwalked.py"


def test_every_public_error_is_on_the_page(walked: tuple[str, set[Place]]) -> None:
    """Made by a statement that a case reaches; those that only others derive from are made nowhere."""
    made = {place.makes for place in walked[1]}
    by_helper = defaultdict(set)
    by_helper["refusal"] = {"DiscoveryError", "NotPermittedError"}
    by_helper["_fatal_error"] = by_helper["_fault"] = {"MacroError"}
    by_helper["_malformed"] = {"CompatibilityLevelError"}
    by_helper["error"] = {"ProtocolsError", "StyleError"}  # words.known_words(), for a parameter's error
    by_helper["_fatal_error"] |= {"CompatibilityLevelError"}
    shown = made | {name for helper in made for name in by_helper[helper]}
    bases = {base.__name__ for name in PUBLIC for base in getattr(errors, name).__mro__[1:]}
    assert PUBLIC - shown - bases == set()
