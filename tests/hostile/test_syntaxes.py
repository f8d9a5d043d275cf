"""JSON, YAML and lists for other programs: no text breaks out of them, and what is read back is what was there."""

from __future__ import annotations

import json
from importlib import import_module
from ipaddress import ip_address, ip_network
from typing import TYPE_CHECKING, Any

import pytest
from hostile.test_terminals import every_form, snapshot_with
from support.hostile import TEXTS
from support.need import need
from support.program import in_process

from ifdiscover import printable, replay
from ifdiscover._names import to_bytes, unescape

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NAMES = {what: text for what, text in TEXTS.items() if text and "\0" not in text and len(text) < 255}

SYNTACTIC = [what for what in NAMES if what.startswith("YAML")] + [
    *("newline", "C1 control", "line separator", "not UTF-8", "beyond the BMP", "double quote", "backslash", "Jinja"),
]


@pytest.fixture(params=list(NAMES.values()), ids=list(NAMES))
def name(request: pytest.FixtureRequest) -> str:
    """The name of an interface."""
    text: str = request.param
    return text


@pytest.fixture
def recording(name: str, tmp_path: Path) -> str:
    """A snapshot with that name."""
    file = tmp_path / "snapshot.json"
    file.write_bytes(snapshot_with(name))
    return str(file)


def named(document: object) -> Iterator[dict[str, Any]]:
    """Every object in a document that tells the name of an interface, at whatever depth."""
    if isinstance(document, list):
        for value in document:
            yield from named(value)
    elif isinstance(document, dict):
        if isinstance(document.get("interface"), str):
            yield document
        for value in document.values():
            yield from named(value)


def test_json_has_the_name_and_its_bytes(name: str, recording: str) -> None:
    """In each document of each command; unescaped it is the name again."""
    found = 0
    for asked in every_form(recording):
        if "json" not in asked and asked[0] != "snapshot":
            continue
        status, out, err = in_process(*asked)
        assert bool(out) is (status in (0, 1)), err
        assert out.isascii()
        for told in named(json.loads(out) if out else None):
            if printable(name) == told["interface"]:
                found += 1
                assert unescape(told["interface"]) == name
                raw = bytes.fromhex(told["interface_hex"]) if "interface_hex" in told else told["interface"].encode()
                assert raw == to_bytes(name), err
    assert found > 5
    assert name in [interface.name for interface in replay(recording).interfaces]


@pytest.mark.parametrize("what", SYNTACTIC)
def test_yaml_reads_the_facts_as_json_does(what: str, tmp_path: Path) -> None:
    """Facter takes JSON for YAML."""
    parser = yaml_parser()
    file = tmp_path / "snapshot.json"
    file.write_bytes(snapshot_with(TEXTS[what]))
    _status, out, _err = in_process("facts", "--format", "facter", "--from", str(file))
    assert parser(out) == json.loads(out)


def yaml_parser() -> Any:
    """A function that reads YAML, of whichever package is there."""
    try:
        return import_module("yaml").safe_load
    except ImportError:
        pass
    try:
        return import_module("ruamel.yaml").YAML(typ="safe", pure=True).load
    except ImportError:
        need("no parser of YAML: pip install pyyaml")


def test_lists_for_other_programs_hold_networks_and_nothing_else(recording: str) -> None:
    """HAProxy, nftables and the like read them: a name is in none, whatever it is."""
    relay = ["--from", recording]
    for asked in (
        ["mynetworks", "--style", "subnet", "--format", "cidr", *relay],
        ["merge", "--format", "cidr", recording],
    ):
        lines = in_process(*asked)[1].splitlines()
        assert lines
        assert [str(ip_network(line)) for line in lines] == lines
    for asked in (["addresses", "--format", "address"], ["source", "-q"], ["own"]):
        lines = in_process(*asked, *relay)[1].splitlines()
        assert lines
        assert all(ip_address(line.partition("%")[0]) for line in lines)
