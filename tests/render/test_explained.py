"""Explanations for people: numbers that can be read, lines that fit, names that do nothing."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st
from support.made import ETH0, address, host, hosts
from support.namespaces import ROOT
from support.program import in_process
from support.schemas import validated

from ifdiscover import explain_mynetworks
from ifdiscover._columns import coloured
from ifdiscover._render.explained import explanation_lines, number

if TYPE_CHECKING:
    from pathlib import Path

    from ifdiscover.model import Host

HERE = host(address("127.0.0.1", "255.0.0.0"), address("192.0.2.5", "255.255.255.0"))
EXPLAIN = ["mynetworks", "-q", "--format", "explain"]
RECORDED = sorted(ROOT.glob("fixtures/hosts/*/snapshot.json"))


def text_of(text: str, made: Host = HERE) -> str:
    """A given list, explained for people."""
    return "\n".join(explanation_lines(explain_mynetworks(made, mynetworks=text), "given"))


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"),
        (4095, "4,095"),
        (2**24, "16,777,216"),
        (2**32, "4,294,967,296"),
        (2**64, "2^64"),
        (2**64 - 1, "2^64 - 1"),
        (2**65 + 4096, "2^65 + 4,096"),
        (3 * 2**64 - 2, "3 x 2^64 - 2"),
        (2**118 + 2**64 + 1, "2^118 + 2^64 + 1"),
        (2**118 - 2**64 - 2, "2^118 - 2^64 - 2"),
        (2**128 - 2**64, "2^128 - 2^64"),
        (sum(2**n for n in range(40, 128, 13)), f"{sum(2**n for n in range(40, 128, 13)):,}"),
    ],
)
def test_numbers_are_written_so_that_they_can_be_read(value: int, text: str) -> None:
    """With separators, and as powers of two where there would be too many digits."""
    assert number(value) == text


@given(st.one_of(st.integers(0, 2**129), st.builds(lambda a, b, c: 2**a + 2**b + c, *[st.integers(0, 128)] * 3)))
def test_numbers_are_exact(value: int) -> None:
    """Whatever they look like."""
    assert eval(number(value).replace(",", "").replace("x", "*").replace("^", "**")) == value


@pytest.mark.parametrize("snapshot", RECORDED, ids=lambda path: path.parent.name)
@pytest.mark.parametrize("style", ["subnet", "all"])
def test_what_is_explained_fits_a_terminal(snapshot: Path, style: str) -> None:
    """80 columns, for each recorded host."""
    status, out, _err = in_process(*EXPLAIN, "--style", style, "--from", str(snapshot))
    assert status == (69 if snapshot.parent.name == "nothing-up" else 0)
    assert [line for line in out.splitlines() if len(line) > 80 or line != line.rstrip()] == []


def test_names_of_interfaces_are_escaped() -> None:
    """In each place where one stands."""
    odd = ETH0._replace(name="a\x1b[31m\u202e\\")
    down = ETH0._replace(name="b\x07\xa0", flags=0)
    made = host(
        address("192.0.2.5", "255.255.255.0")._replace(interface=odd),
        address("192.0.2.6", "255.255.255.0")._replace(interface=down),
    )
    for lines in (
        explanation_lines(explain_mynetworks(made, style="subnet"), "computed"),
        explanation_lines(explain_mynetworks(made, mynetworks="192.0.2.0/29 !b\x07\xa0"), "given"),
    ):
        text = list(lines)
        assert all(line.isprintable() for line in text)
        assert any(r"on a\x1b[31m\u202e\\" in line for line in text)
        assert any(r"b\x07\u00a0" in line for line in text)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(made=hosts(), style=st.sampled_from(["class", "subnet", "host", "all"]))
def test_any_host_is_explained_or_refused(made: Host, style: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """In printable lines and in a valid document; where one is refused, so is the other, unless it is of all styles."""
    monkeypatch.setattr("ifdiscover._cli.host.discover", lambda _, **_wanted: made)
    status, out, err = in_process(*EXPLAIN, "--style", style)
    assert all(line.isprintable() for line in (out + err).split("\n"))
    as_json, document, _err = in_process("mynetworks", "-q", "--json", "--style", style)
    if style != "all":
        assert as_json == status
    if as_json == 0:
        validated(document)


def test_strangers_are_coloured() -> None:
    """Those of an element that trusts them, and no other; its head is bold."""
    lines = list(explanation_lines(explain_mynetworks(HERE, mynetworks="192.0.2.0/24 !10.0.0.0/8"), "given", coloured))
    assert "1. \x1b[1m192.0.2.0/24\x1b[0m" in lines
    assert any(line.startswith("    trusts: \x1b[35m256 addresses, 255 of them") for line in lines)
    assert "    excludes: 16,777,216 addresses, none of them this host's" in lines


def test_what_an_element_before_takes_away_is_told() -> None:
    """With the numbers of these elements, and what is trusted anyway."""
    text = text_of("!192.0.2.1 !192.0.2.2 192.0.2.8/29 192.0.2.0/28 192.0.2.8/29")
    fourth, fifth = re.findall(r"(?ms)^[45]\. .*?\n\n", text)
    assert "    trusts: 16 addresses, 15 of them not this host's; its own: 192.0.2.5 on eth0\n" in fourth
    assert "    less: 2 excluded before, by elements 1, 2\n" in fourth
    assert "decides about nobody" not in fourth
    assert "    but: 8 already trusted, by elements before\n" in fourth
    assert "    but: all already trusted, by elements before\n    so: it decides about nobody\n" in fifth
    failing = text_of("!192.0.2.1 nonsense:x 192.0.2.1 192.0.2.2 192.0.2.0/30")
    assert re.findall(r"less: (.*)", failing) == [
        "1 excluded before, by element 1",
        "1 answered 451 before, by element 2",
        "4 excluded or answered 451 before, by elements 1, 2",
    ]


def test_what_cannot_be_counted_is_told() -> None:
    """A name, a table, and an element with which Postfix answers 451."""
    text = text_of("example.com mysql:/etc/x 10.0.0.1/8 192.168.1")
    assert text.count("    trusts: not counted") == 2
    assert "    trusts: nobody: 451 for each client that comes this far" in text
    assert "    trusts: no client" in text
    assert "and clients of the names, tables and files that are not counted" in text
    assert "not counted" not in text_of("10.0.0.1/8 192.168.1")


def test_long_lists_are_cut_and_say_so() -> None:
    """The addresses that made a network, the elements of a style, and what another has not."""
    made = host(*(address(f"10.{n}.0.1", "255.0.0.0") for n in range(30)))
    status = explain_mynetworks(made, style="subnet")
    text = "\n".join(explanation_lines(status, "computed"))
    assert text.count("    from: ") == 7
    assert "    from: 24 more addresses (--json has them)" in text
    assert " and 6 more" in " ".join(text.split())


def test_an_empty_list_says_so() -> None:
    """And that nobody is trusted."""
    text = text_of("")
    assert "It is empty, and trusts nobody." in text
    assert "(empty)" in text


def test_why_the_list_is_this_one_is_told() -> None:
    """By --style, by the parameters, or since it is set."""
    relay = ["-c", "fixtures/main_cf/lan-relay", "--from", "fixtures/hosts/mail-relay/snapshot.json"]
    for arguments, head in (
        (relay, "mynetworks: set by main.cf, and not computed"),
        ([*relay, "-o", "mynetworks=10.1"], "mynetworks: set by -o, and not computed"),
        ([*relay, "--style", "class"], "mynetworks: computed in style class: --style asks for it"),
        (relay[2:], "mynetworks: computed in style host: Postfix's default since 3.0; no main.cf was"),
    ):
        assert in_process(*EXPLAIN, *arguments)[1].splitlines()[0] == head


def test_a_list_that_cannot_be_explained_is_still_printed_in_json(tmp_path: Path) -> None:
    """As it is written, with a warning that says why; for people it is an error."""
    (tmp_path / "main.cf").write_text("compatibility_level = 3.6\nmynetworks = 10.0.0.0/8 !\n")
    asked = ["-c", str(tmp_path), "--from", str(RECORDED[0])]
    status, out, err = in_process("mynetworks", "-q", "--json", *asked)
    document = validated(out)
    assert (status, document["value"], document["networks"], document["elements"]) == (0, "10.0.0.0/8 !", None, None)
    assert "not explained: mynetworks: no pattern after '!'" in document["warnings"][0]
    assert "not explained: " in err
    assert in_process(*EXPLAIN, *asked)[0] == 78


def test_a_style_that_cannot_be_computed_is_told_beside_the_others() -> None:
    """Also where only the recorded host knows a name."""
    asked = ["-o", "inet_interfaces=mail.example.com", "-o", "mynetworks=10.0.0.0/8", "--from", str(RECORDED[0])]
    status, out, _err = in_process(*EXPLAIN, *asked)
    assert (status, out.count("not computed: inet_interfaces: mail.example.com")) == (0, 3)
    assert "    IPv4: 16,777,216 addresses, none this host's" in out
