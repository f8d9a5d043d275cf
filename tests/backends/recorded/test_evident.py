"""What is evidently good in a recording is read at once; nothing passes so that would not pass value by value."""

from __future__ import annotations

import itertools
import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, strategies as st
from support.made import address, host

from ifdiscover import snapshot
from ifdiscover._backends.recorded import evident, snapshot as decoder, strict_json
from ifdiscover._backends.recorded.ip import evident as evident_ip, ip_json
from ifdiscover._backends.recorded.replay import decode
from ifdiscover._backends.recorded.strict_json import MAX_DEPTH, MAX_DIGITS, load
from ifdiscover.errors import RecordingError

if TYPE_CHECKING:
    from collections.abc import Iterator

DOCUMENT = snapshot(
    host(
        *(address(f"10.0.0.{n}", "255.255.255.0", flags=0x80, scope="global") for n in (1, 2)),
        address("2001:db8::1", "ffff:ffff::", flags=0x80, label="lo", preferred_lifetime=9, valid_lifetime=2**32 - 1),
    )
)
ODD: list[Any] = [
    None, True, False, 0, 1, 2, 24, 24.0, 0.0, -1, 2**40, "", "10.0.0.9", "::1", "ipv4", "ipv6", "eth0", "lo", "global",
    "kernel", "assumed", "\\x", "\0", "a\\\\", "\u00e9", "a" * 256, "0:0", "00:0A", "00:0a", 2**32 - 1, 2**32, 10**19,
    [], ["permanent"], ["0x1000"], [True], ["permanent", "permanent"], {}, {"a": [1]}, {"permanent": 1}, [[]],
]  # fmt: skip
GONE = object()
FOR_EVER = {"scope": "global", "valid_life_time": 2**32 - 1, "preferred_life_time": 2**32 - 1}
IP: list[dict[str, Any]] = [
    {
        "ifindex": 2,
        "ifname": "eth0",
        "flags": ["UP"],
        "addr_info": [
            {"family": "inet", "local": "192.0.2.1", "prefixlen": 24, "broadcast": "192.0.2.255", "secondary": True}
            | {"dynamic": True, "label": "eth0:1", "protocol": "kernel_lo", **FOR_EVER, "valid_life_time": 60},
            {"family": "inet6", "local": "fe80::1", "address": "fe80::2", "prefixlen": 64, **FOR_EVER, "scope": "link"},
        ],
    }
]
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
    """Nothing is evidently good."""
    asked: list[object] = []
    monkeypatch.setattr(evident, "interface", asked.append)
    monkeypatch.setattr(evident, "address", lambda *told: asked.append(told))
    monkeypatch.setattr(evident_ip, "address", lambda *told: asked.append(told))
    monkeypatch.setattr(decoder, "_ordered", decoder._checked_order)
    monkeypatch.setattr(strict_json, "_may_have_long_numbers", lambda _text: True)
    yield None
    assert asked


def documents() -> Iterator[str]:
    """Each with one value of an interface or an address changed, left out or added, or with another order."""
    told = json.loads(DOCUMENT)["interfaces"][0]
    ways: list[tuple[Any, ...]] = [("addresses", n) for n in range(3)]
    ways += [(*way, key) for way in ways for key in (*told["addresses"][0], "label_hex", "other")]
    ways += [(key,) for key in (*told, "name_hex", "kind_hex", "master_hex", "set_apart", "other")]
    for *around, key in ways:
        for value in (*ODD, GONE):
            document = json.loads(DOCUMENT)
            found = document["interfaces"][0]
            for step in around:
                found = found[step]
            if value is not GONE:
                found[key] = value
            elif isinstance(found, list) or key in found:
                del found[key]
            yield json.dumps(document)
    for order in ORDERS:
        yield json.dumps({**json.loads(DOCUMENT), "order": order})
    for number, key in itertools.product((0, 1), (*IP[0]["addr_info"][0], "address", "nodad", "ifa_flags", "other")):
        for value in (*ODD, GONE):
            links = json.loads(json.dumps(IP))
            found = links[0]["addr_info"][number]
            found.update({key: value} if value is not GONE else {})
            found.pop(key if value is GONE else None, None)
            yield json.dumps(links)


ALIKE = [answer(text) for text in documents()]


@pytest.mark.usefixtures("one_by_one")
def test_what_is_read_at_once_is_what_would_be_read_value_by_value() -> None:
    """With the same error, at the same place; 1, 1.0 and true are three values."""
    assert [answer(text) for text in documents()] == ALIKE
    assert sum(isinstance(one, str) for one in ALIKE) > len(ALIKE) // 2


@given(st.integers(), st.integers(0, 30), st.sampled_from(["", "-"]), st.sampled_from(["", '"']))
def test_a_number_that_is_too_long_is_found_without_looking_at_each(
    number: int, digits: int, sign: str, quote: str
) -> None:
    """And so is one beside it; digits in a string are none."""
    text = sign + "1" + "0" * digits
    document = f'{{"a": [{number}, {quote}{text}{quote}]}}'
    if max(len(str(number)), 0 if quote else len(text)) > MAX_DIGITS:
        with pytest.raises(RecordingError, match="a number has at most 20 digits"):
            load(document)
    else:
        assert load(document).value == json.loads(document)


@given(st.text('[]{}"\\ a,:', max_size=90), st.integers(0, 2 * MAX_DEPTH))
def test_what_is_evidently_shallow_is_shallow(text: str, depth: int) -> None:
    """Whatever stands in strings."""
    for one in (text, "[" * depth + json.dumps(text) + "]" * depth, '{"a":' * depth + "1" + "}" * depth):
        if strict_json._is_evidently_shallow(strict_json._marks(one)):
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


def test_what_a_recording_usually_holds_is_read_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Addresses of both families, with what a kernel tells of them and without: none is looked at value by value."""
    asked: list[object] = []
    for module, name in ((decoder, "_interface"), (decoder, "_address"), (decoder, "_checked_order")):
        monkeypatch.setattr(module, name, lambda *told: asked.append(told))
    monkeypatch.setattr(ip_json, "_take_address", lambda *told: asked.append(told))
    told = host(
        address("192.0.2.1", "255.255.255.0"),
        address("10.0.0.1", "255.0.0.0", label="eth0:1", packed_broadcast=bytes(4), scope="link", flags=0x81),
        address("2001:db8::1", "ffff:ffff::", flags=0x320, preferred_lifetime=0, valid_lifetime=9, protocol=2),
        address("fe80::1", "ffff:ffff:ffff:ffff::", netmask_origin="assumed", scope_id=2, packed_peer=bytes(16)),
    )
    decode(snapshot(told).encode())
    decode(json.dumps(IP).encode())
    assert asked == []


def test_what_was_read_of_one_host_lets_nothing_pass_of_the_next() -> None:
    """Nothing is remembered of one recording that lets anything pass in the next."""
    decode(DOCUMENT.encode())
    moved = json.loads(DOCUMENT)
    moved["interfaces"][0]["name"] = "eth1"
    with pytest.raises(RecordingError, match="must be the name of the interface that it is listed under"):
        decode(json.dumps(moved).encode())
    moved["interfaces"][0].update(name="eth0", index=7)
    assert [one.interface.index for one in decode(json.dumps(moved).encode()).addresses] == [7, 7, 7]
