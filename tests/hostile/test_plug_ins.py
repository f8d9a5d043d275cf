"""Backends of other distributions that fail in every way: what is said names them, and is never an answer."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

import pytest
from support.program import in_process
from support.schemas import validated

from ifdiscover.discovery import BUILT_IN, discover, load

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

GOOD = """
from ifdiscover.model import IFF_UP, Address, Host, Interface

BLIND_TO = ("routes", "interruption")
NOTE = None


def unavailable():
    return None


def read():
    plug0 = Interface("plug0", 1, IFF_UP)
    address = Address(plug0, 2, bytes([192, 0, 2, 77]), 32, bytes([255] * 4))
    return Host((plug0,), (address,), "toy", BLIND_TO)
"""


def good_but(old: str, new: str) -> str:
    """A backend that works, with one thing in it changed."""
    assert old in GOOD
    return GOOD.replace(old, new, 1)


RETURNED = 'return Host((plug0,), (address,), "toy", BLIND_TO)'
BLIND_TO = 'BLIND_TO = ("routes", "interruption")'
BROKEN = {
    "exits": ("import sys; sys.exit(0)", 69, "cannot be loaded: it ends the process with 0"),
    "no_syntax": ("def (", 69, "cannot be loaded: invalid syntax"),
    "no_end": ("def f(): f()\nf()", 69, "cannot be loaded: maximum recursion depth exceeded"),
    "silent": ("class E(Exception):\n    def __str__(self): raise ValueError\nraise E", 69, "cannot be loaded: E"),
    "no_attributes": ("def __getattr__(name): raise RuntimeError('\\x1b')", 69, "cannot be loaded: \\x1b"),
    "nothing": ("", 69, "is no backend: it has no BLIND_TO and no unavailable and no read"),
    "blind_to_5": (good_but(BLIND_TO, "BLIND_TO = 5"), 69, "cannot be loaded: 'int' object is not iterable"),
    "blind_to_a_text": (good_but(BLIND_TO, "BLIND_TO = 'order'"), 69, "its BLIND_TO is no tuple of texts"),
    "blind_to_bytes": (good_but(BLIND_TO, "BLIND_TO = (b'x',)"), 69, "its BLIND_TO is no tuple of texts"),
    "asked_exits": (good_but("return None", "raise SystemExit('x')"), 69, "it ends the process with 'x'"),
    "asked_fails": (good_but("return None", "return 1 / 0"), 69, "failed to tell whether it works here: division by"),
    "asked_answers_5": (good_but("return None", "return 5"), 69, "is not available: 5"),
    "asked_steers": (good_but("return None", "return '\\x1b[31m\\u202e'"), 69, "is not available: \\x1b[31m\\u202e"),
    "read_exits": (good_but("plug0 =", "raise SystemExit(0)\n    plug0 ="), 71, "failed: it ends the process with 0"),
    "read_fails": (good_but("plug0 =", "1 / 0\n    plug0 ="), 71, "failed: division by zero"),
    "read_is_refused": (good_but("plug0 =", "raise OSError(13, 'no')\n    plug0 ="), 71, "failed: [Errno 13] no"),
    "read_5": (good_but("def read():", "read = 5\ndef f():"), 71, "failed: 'int' object is not callable"),
    "no_host": (good_but(RETURNED, "return None"), 71, "returned no host: it is NoneType"),
    "a_list": (good_but("(plug0,)", "[plug0]"), 71, "returned no host: its interfaces are no tuple"),
    "other_records": (good_but("(address,)", "('x',)"), 71, "where each is Address, one is str"),
    "a_name_in_bytes": (good_but('"plug0"', "b'x'"), 71, "name of Interface is str, and not b'x'"),
    "an_address_as_text": (good_but("bytes([192, 0, 2, 77])", "'x'"), 71, "packed of Address is bytes, and not 'x'"),
    "a_short_address": (good_but("bytes([192, 0, 2, 77])", "b'x'"), 71, "of family 2 has 4 bytes, and not 1"),
    "a_short_netmask": (good_but("bytes([255] * 4)", "b''"), 71, "of family 2 has 4 bytes, and not 0"),
    "no_family": (good_but("(plug0, 2,", "(plug0, 99,"), 71, "of family 99 has 0 bytes, and not 4"),
    "warnings_in_bytes": (good_but("BLIND_TO)", "BLIND_TO, (b'x',))"), 71, "is no text"),
}
"""Each plug-in with the status that it is good for, and what is said."""

STEERING = 'a\\x1b[31m\\u202e\\n"'
WORKING = {
    "toy": GOOD,
    "loud": f"print('{{{STEERING}')\n" + good_but("plug0 =", "print('[')\n    plug0 ="),
    "steering": good_but('"plug0"', f"'{STEERING}'").replace('"toy"', f"'{STEERING}'"),
    "noting": good_but("NOTE = None", f"NOTE = '{STEERING}'"),
}


@pytest.fixture
def plug_ins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A distribution with all of them, and three entry points that lead nowhere; one has a name that steers."""
    sources = {**{name: source for name, (source, _status, _said) in BROKEN.items()}, **WORKING}
    for name, source in sources.items():
        (tmp_path / f"{name}.py").write_text(source)
    info = tmp_path / "plug_ins-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: plug_ins\nVersion: 1.0\n")
    points = [*(f"{name} = {name}" for name in sources), "nowhere = no_such_module", "no_value = !!", "no_name = os:no"]
    points.append("e\x1b[31m\u202e = exits")
    info.joinpath("entry_points.txt").write_text("\n".join(["[ifdiscover.backends]", *points, ""]), encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    yield
    for name in sources:
        sys.modules.pop(name, None)


@pytest.mark.usefixtures("plug_ins")
@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_plug_in_is_named(name: str) -> None:
    """No traceback, no fault of ours, and no status that would be an answer."""
    _source, status, said = BROKEN[name]
    for command in (["addresses"], ["match", "-q", "--style", "host", "192.0.2.77"], ["snapshot"]):
        done = in_process(*command, "--backend", name)
        assert done[:2] == (status, "")
        assert done[2].startswith(f"ifdiscover: error: backend {name} ")
        assert said in done[2]
        assert done[2][:-1].isprintable()


@pytest.mark.usefixtures("plug_ins")
@pytest.mark.parametrize("name", ["nowhere", "no_value", "no_name", "e\x1b[31m\u202e"])
def test_an_entry_point_that_leads_nowhere_is_unavailable(name: str) -> None:
    """Whatever its name is."""
    status, out, err = in_process("addresses", "--backend", name)
    assert (status, out) == (69, "")
    assert "cannot be loaded: " in err
    assert err[:-1].isprintable()


@pytest.mark.usefixtures("plug_ins")
def test_backends_lists_them_all() -> None:
    """One that fails hides no other, and none writes into the list."""
    status, out, err = in_process("backends", "--json")
    told = {row["name"]: row for row in validated(out)["backends"]}
    assert status == 0
    assert not any(told[name]["available"] for name, (_source, at, _said) in BROKEN.items() if at == 69)
    assert all(told[name]["available"] for name in WORKING)
    assert list(told)[: len(BUILT_IN)] == list(BUILT_IN)
    assert "e\\x1b[31m\\u202e" in told
    assert err == '{a\x1b[31m\u202e\n"\n'  # the plug-in's own words, on standard error
    status, out, _err = in_process("backends")
    assert status == 0
    assert all(line.isprintable() for line in out.split("\n"))


@pytest.mark.usefixtures("plug_ins")
def test_what_a_plug_in_prints_is_in_no_answer() -> None:
    """Neither at its import nor when it is read."""
    status, out, err = in_process("addresses", "--json", "--backend", "loud")
    assert (status, err) == (0, '{a\x1b[31m\u202e\n"\n[\n')
    assert validated(out)["addresses"][0]["interface"] == "plug0"


@pytest.mark.usefixtures("plug_ins")
@pytest.mark.parametrize("form", ["lines", "cidr", "table", "json"])
def test_the_names_that_a_plug_in_tells_steer_nothing(form: str) -> None:
    """Its own and its interface's."""
    status, out, err = in_process("addresses", "-v", "--format", form, "--backend", "steering")
    assert status == 0
    assert all(line.isprintable() for line in (out + err).split("\n"))
    if form == "json":
        document = validated(out)
        shown = 'a\\x1b[31m\\u202e\\x0a"'
        assert (document["backend"], document["addresses"][0]["interface"]) == (shown, shown)


@pytest.mark.usefixtures("plug_ins")
def test_the_library_gets_what_the_plug_in_has() -> None:
    """Its host, and its other names too."""
    assert json.dumps([str(address.ip) for address in discover("toy").addresses]) == '["192.0.2.77"]'
    assert getattr(load("noting"), "NOTE", "") == 'a\x1b[31m\u202e\n"'
    assert not hasattr(load("toy"), "MOST_INTERFACES")
