"""``ifdiscover interfaces``, and the options that show some of a host's addresses."""

from __future__ import annotations

import json

import pytest
from support.namespaces import ROOT
from support.program import in_process
from support.schemas import validated

HOST = ["--from", str(ROOT / "fixtures/hosts/docker-mail-host/snapshot.json")]
OLD = ["--from", str(ROOT / "fixtures/hosts/docker-host/snapshot.json")]


def table(*arguments: str) -> dict[str, list[str]]:
    """The first line of each interface, as words."""
    status, out, err = in_process("interfaces", *arguments)
    assert (status, err) == (0, "")
    lines = [line.split() for line in out.splitlines() if line[:1] != " "]
    assert lines[0] == ["interface", "state", "kind", "mac", "mtu", "master", "address", "gateway"]
    return {words[0]: words[1:] for words in lines[1:]}


def test_every_interface_is_shown() -> None:
    """With what made it, whose port it is, and the default routes that leave by it; those without addresses too."""
    shown = table(*HOST)
    assert list(shown) == ["lo", "eth0", "eth1", "docker0", "c0", "veth3b1f7a0"]
    assert shown["eth0"] == ["up", "ifb", "02:00:5e:10:00:01", "1500", "-", "203.0.113.70/26", "203.0.113.65"]
    assert shown["eth1"][-1] == "(10.1.2.1)"
    assert shown["docker0"][1] == "bridge"
    assert shown["veth3b1f7a0"] == ["up", "veth", "02:00:5e:10:00:04", "1500", "docker0", "-", "-"]


def test_what_a_recording_does_not_tell_has_a_question_mark() -> None:
    """And no dash, which means that there is none."""
    shown = table(*OLD)
    assert shown["eth0"] == ["up", "?", "02:00:5e:10:00:01", "1500", "?", "203.0.113.70/26", "?"]
    status, out, _ = in_process("interfaces", *OLD)
    assert status == 0
    assert "\ndocker0          no carrier  ?" in out


@pytest.mark.parametrize(
    ("arguments", "names"),
    [
        (["-i", "eth1"], ["eth1"]),
        (["-i", "eth1", "-i", "lo"], ["lo", "eth1"]),
        (["--private"], ["eth1", "docker0"]),
        (["--scope", "host"], ["lo"]),
        (["--stable"], ["eth0", "eth1", "docker0"]),
        (["--up"], ["lo", "eth0", "eth1", "docker0", "c0", "veth3b1f7a0"]),
        (["--private", "-i", "eth0"], []),
    ],
    ids=" ".join,
)
def test_some_can_be_asked_for(arguments: list[str], names: list[str]) -> None:
    """By name; by their addresses, of which only those that fit are shown."""
    assert list(table(*arguments, *HOST)) == names


def test_the_document_has_all_of_it() -> None:
    """And is what its schema says."""
    status, out, err = in_process("interfaces", "--json", *HOST)
    assert (status, err) == (0, "")
    validated(out)
    found = {one["name"]: one for one in json.loads(out)["interfaces"]}
    assert found["eth0"]["gateways"] == [
        {"family": "ipv4", "gateway": "203.0.113.65", "is_default": True},
        {"family": "ipv6", "gateway": "fe80::1", "is_default": True},
    ]
    assert [gateway["is_default"] for gateway in found["eth1"]["gateways"]] == [False]
    assert found["veth3b1f7a0"]["master"] == "docker0"
    assert (found["lo"]["kind"], found["lo"]["is_running"], found["lo"]["gateways"]) == (None, True, [])
    assert found["eth0"]["flags"][:2] == ["up", "broadcast"]
    status, out, _ = in_process("interfaces", "--json", *OLD)
    validated(out)
    assert {one["gateways"] is None for one in json.loads(out)["interfaces"]} == {True}


def test_an_interface_that_is_not_there_is_an_error() -> None:
    """Which names those that are."""
    status, out, err = in_process("interfaces", "-i", "eth9", *HOST)
    assert (status, out) == (66, "")
    assert "docker0" in err


@pytest.mark.parametrize("option", [["--stable"], ["--private"], ["--up"], ["--scope", "link"]], ids=" ".join)
def test_what_looks_like_postfix_is_never_filtered(option: list[str]) -> None:
    """Postfix has no such options; every other form has them."""
    status, out, err = in_process("addresses", *option, *HOST)
    assert (status, out) == (64, "")
    assert f"error: {option[0]} goes with --format cidr, address, table or json: " in err
    for form in ("cidr", "address", "table", "json"):
        assert in_process("addresses", *option, "--format", form, *HOST)[0] == 0


def test_only_the_filters_that_were_asked_for_are_refused() -> None:
    """By their names."""
    assert "error: --private and --up go with " in in_process("addresses", "--up", "--private", *HOST)[2]


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["--stable"], ["203.0.113.70", "10.1.2.70", "172.17.0.1", "2001:db8:d0::70"]),
        (["--stable", "-4", "-i", "eth0"], ["203.0.113.70"]),
        (["--private"], ["10.1.2.70", "172.17.0.1"]),
        (["--scope", "host"], ["127.0.0.1", "::1"]),
        (["--scope", "link", "-i", "eth1"], ["fe80::5eff:fe10:2"]),
    ],
    ids=" ".join,
)
def test_addresses_alone_are_a_scripts_answer(arguments: list[str], expected: list[str]) -> None:
    """One a line, in the kernel's order."""
    assert in_process("addresses", "--format", "address", *arguments, *HOST)[:2] == (
        0,
        "".join(f"{text}\n" for text in expected),
    )


def test_up_parts_interfaces_that_are_down() -> None:
    """Where all addresses are asked for."""
    down = ["--from", str(ROOT / "fixtures/hosts/down-interfaces/snapshot.json")]
    everything = in_process("addresses", "--all", "--format", "address", *down)[1].splitlines()
    up = in_process("addresses", "--all", "--up", "--format", "address", *down)[1].splitlines()
    assert set(up) < set(everything)
    assert up == in_process("addresses", "--format", "address", *down)[1].splitlines()


def test_a_scope_that_there_is_not_is_refused() -> None:
    """With those that there are."""
    for command in ("interfaces", "addresses"):
        status, out, err = in_process(command, "--scope", "globl", "--json", *HOST)
        assert (status, out) == (64, "")
        assert "global, site, link, host" in err


def test_what_the_backend_cannot_see_is_an_error() -> None:
    """And no empty answer."""
    status, out, err = in_process("interfaces", "--stable", "--backend", "getifaddrs")
    assert (status, out) == (65, "")
    assert "backend getifaddrs is blind to that" in err
