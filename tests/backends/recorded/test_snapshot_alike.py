"""What a snapshot repeats is checked once; that lets nothing pass that would not pass alone."""

from __future__ import annotations

import itertools
import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, strategies as st
from support.made import address, host

from ifdiscover import snapshot
from ifdiscover._backends.recorded import snapshot as decoder, strict_json
from ifdiscover._backends.recorded.replay import decode
from ifdiscover._backends.recorded.strict_json import MAX_DEPTH, load
from ifdiscover.errors import RecordingError

if TYPE_CHECKING:
    from collections.abc import Iterator

DOCUMENT = snapshot(host(*(address(f"10.0.0.{n}", "255.255.255.0", flags=0x80) for n in (1, 2, 3))))
ODD: list[Any] = [
    None, True, False, 0, 1, 2, 24, 24.0, 0.0, -1, 2**40, "", "10.0.0.9", "::1", "ipv4", "ipv6", "eth0", "lo", "global",
    "kernel", "assumed", "\\x", [], ["permanent"], ["0x1000"], [True], {}, {"a": [1]},
]  # fmt: skip
ORDERS: list[Any] = [
    [], None, {}, "abc", [[0, 0], [0, 1]], [[0, 2], [0, 1], [0, 0]], [[0, 0], [0, 0], [0, 1]], [[0, 0], [0, 1], [0, 3]],
    [[False, 0], [0, 1], [0, 2]], [[0, 0], [0, True], [0, 2]], [[0, 0], [0, 1.0], [0, 2]], [[0, 0], [0, 1], [0, 2, 3]],
    [[0, 0], [0, 1], [0]], [[0, 0], [0, 1], "02"], [[0, 0], [0, 1], {"0": 2}], [[0, 0], [0, 1], [1, 0]],
    [[0, 0], [0, 1], [-1, 2]], [[0, 0], [0, 1], [[0], 2]],
]  # fmt: skip


def answer(text: str) -> object:
    """The host, or why there is none."""
    try:
        return decode(text.encode())
    except RecordingError as error:
        return str(error)


@pytest.fixture
def one_by_one(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Nothing is found to be like anything before."""
    numbers = itertools.count()
    monkeypatch.setattr(decoder, "_rest", lambda _field: b"%d" % next(numbers))
    monkeypatch.setattr(decoder, "_as_pair", lambda _item: None)
    monkeypatch.setattr(decoder, "_known", {})
    yield None
    assert next(numbers) > 0


def documents() -> Iterator[str]:
    """The document with one value of its second address changed, left out or added, or with another order."""
    first = json.loads(DOCUMENT)["interfaces"][0]["addresses"][0]
    for key in (*first, "label_hex", "other"):
        for value in ODD:
            document = json.loads(DOCUMENT)
            document["interfaces"][0]["addresses"][1][key] = value
            yield json.dumps(document)
        document = json.loads(DOCUMENT)
        document["interfaces"][0]["addresses"][1].pop(key, None)
        yield json.dumps(document)
    for value in ODD:
        document = json.loads(DOCUMENT)
        document["interfaces"][0]["addresses"][1] = value
        yield json.dumps(document)
    for order in ORDERS:
        yield json.dumps({**json.loads(DOCUMENT), "order": order})


ALIKE = [answer(text) for text in documents()]


@pytest.mark.usefixtures("one_by_one")
def test_an_address_like_one_before_is_refused_or_read_as_if_it_were_alone() -> None:
    """With the same error, at the same place; 1, 1.0 and true are three values."""
    assert [answer(text) for text in documents()] == ALIKE
    assert sum(isinstance(one, str) for one in ALIKE) > len(ALIKE) // 2


@given(st.text('[]{}"\\ a,:', max_size=90), st.integers(0, 2 * MAX_DEPTH))
def test_what_is_evidently_shallow_is_shallow(text: str, depth: int) -> None:
    """Whatever stands in strings."""
    for one in (text, "[" * depth + json.dumps(text) + "]" * depth, '{"a":' * depth + "1" + "}" * depth):
        if strict_json._is_evidently_shallow(one):
            deepest = level = 0
            for found in strict_json._BRACKET_OR_STRING.finditer(one):
                level += {"[": 1, "{": 1, "]": -1, "}": -1}.get(found.group(), 0)
                deepest = max(deepest, level)
            assert deepest <= MAX_DEPTH


@pytest.mark.parametrize("pair", ["[]", "{}"])
def test_the_deepest_is_where_it_was(pair: str) -> None:
    """As deep as may be, and one level deeper."""
    opening = {"[]": "[", "{}": '{"a":'}[pair]
    assert load(opening * MAX_DEPTH + "1" + pair[1] * MAX_DEPTH).known
    with pytest.raises(RecordingError, match=f"deeper than {MAX_DEPTH} levels"):
        load(opening * (MAX_DEPTH + 1) + "1" + pair[1] * (MAX_DEPTH + 1))


def test_an_address_of_another_host_is_like_this_one_on_an_interface_of_the_same_name_only() -> None:
    """What is remembered of one recording lets nothing pass in the next."""
    decode(DOCUMENT.encode())
    moved = json.loads(DOCUMENT)
    moved["interfaces"][0]["name"] = "eth1"
    with pytest.raises(RecordingError, match="must be the name of the interface that it is listed under"):
        decode(json.dumps(moved).encode())
    moved["interfaces"][0].update(name="eth0", index=7)
    assert [one.interface.index for one in decode(json.dumps(moved).encode()).addresses] == [7, 7, 7]


def test_what_is_remembered_of_recordings_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """However many kinds of addresses strangers' files have."""
    monkeypatch.setattr(decoder, "_known", {})
    for number in range(decoder._MOST_KNOWN + 10):
        document = json.loads(DOCUMENT)
        document["interfaces"][0]["addresses"][0]["valid_lifetime"] = number
        decode(json.dumps(document).encode())
    assert len(decoder._known) == decoder._MOST_KNOWN
