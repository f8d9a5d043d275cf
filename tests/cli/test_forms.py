"""The form of an answer: ``--format NAME`` on each command that has several, and what became of older options."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from support.namespaces import ROOT
from support.program import in_process
from support.schemas import validated

from ifdiscover._cli import COMMANDS, command_module
from ifdiscover._cli.parser import REMOVED_OPTIONS
from ifdiscover._cli.plain import PlainOptions

if TYPE_CHECKING:
    from collections.abc import Sequence

RELAY = ["--from", str(ROOT / "fixtures/hosts/mail-relay/snapshot.json")]
ROUTED = ["--from", str(ROOT / "fixtures/hosts/docker-mail-host/snapshot.json")]

# Each form of each command, and how its answer to the question begins.
QUESTIONS = {
    "addresses": ["-i", "eth1", *RELAY],
    "interfaces": ["-i", "eth1", *RELAY],
    "source": ["-q", "--family", "4", *ROUTED],
    "mynetworks": ["--style", "host", "-4", *RELAY],
    "merge": [RELAY[1]],
    "own": ["-4", *RELAY],
    "local": ["10.20.30.25", *RELAY],
    "match": ["--mynetworks", "10.0.0.0/8", "10.20.30.25", *RELAY],
    "check": ["--mynetworks", "10.1", *RELAY],
    "facts": RELAY,
    "diff": [RELAY[1], str(ROOT / "fixtures/differences/later.txt")],
    "backends": [],
}
FORMS = {
    "addresses": {
        "lines": "10.20.30.25/255.255.0.0\n",
        "cidr": "10.20.30.25/16\n",
        "address": "10.20.30.25\n",
        "table": "interface  state  address",
        "json": "{\n",
    },
    "interfaces": {"table": "interface  state  kind", "json": "{\n"},
    "source": {"lines": "203.0.113.70\n", "table": "source        interface", "json": "{\n"},
    "mynetworks": {
        "postfix": "mynetworks = 127.0.0.1/32 ",
        "value": "127.0.0.1/32 ",
        "cidr": "127.0.0.1/32\n",
        "explain": "mynetworks: computed in style host: ",
        "json": "{\n",
    },
    "merge": {
        "postfix": "mynetworks = 10.20.30.25/32 ",
        "value": "10.20.30.25/32 ",
        "cidr": "10.20.30.25/32\n",
        "explain": "network                  hosts  names\n",
        "json": "{\n",
    },
    "own": {"lines": "127.0.0.1\n203.0.113.25\n", "json": "{\n"},
    "local": {"lines": "10.20.30.25: local: ", "json": "{\n"},
    "match": {"lines": "10.20.30.25: trusted by 10.0.0.0/8 ", "json": "{\n"},
    "check": {"lines": "mynetworks: 10.1 (medium) [matches-nothing]\n", "json": "{\n"},
    "facts": {"json": '{\n  "schema": ', "facter": '{\n  "ifdiscover": {\n'},
    "diff": {"lines": "- address 203.0.113.25/28 on eth0\n", "json": "{\n"},
    "backends": {"table": "rtnetlink   ", "json": "{\n"},
}


def declared_forms(command: str) -> Sequence[str]:
    """The names that a command's --format takes; none if it has no such option."""
    options = PlainOptions()
    command_module(command).add_options(options)
    return next((argument.choices or () for argument in options._arguments if argument.name == "form"), ())


def test_every_command_with_several_forms_is_here() -> None:
    """With all of them; a snapshot is JSON, a report Markdown, postconf has its own options, and watch does not end."""
    ending = [command for command in COMMANDS if command != "watch"]  # tests/watching/ has the forms of that
    assert {command: tuple(FORMS.get(command, ())) for command in ending} == {
        command: tuple(declared_forms(command)) for command in ending
    }


@pytest.mark.parametrize(("command", "form"), [(command, form) for command in FORMS for form in FORMS[command]])
def test_each_form_is_asked_for_by_name(command: str, form: str) -> None:
    """JSON by two short ones, too; the first is what comes without any."""
    asked = [command, *QUESTIONS[command]]
    status, out, err = in_process(*asked, "--format", form)
    assert status == (1 if command in ("check", "diff") else 0), err
    assert out.startswith(FORMS[command][form])
    assert in_process(*asked, f"--format={form}") == (status, out, err)
    if form == "json":
        validated(out)
        for short in ("--json", "-j"):
            assert in_process(*asked, short) == (status, out, err)
    if form == next(iter(FORMS[command])):
        assert in_process(*asked) == (status, out, err)


@pytest.mark.parametrize("command", FORMS)
def test_a_form_that_a_command_has_not_is_refused_with_those_that_it_has(command: str) -> None:
    """So are two forms at once."""
    for wrong in (["--format", "yaml"], ["--format", ""], ["--format"], ["--json=1"]):
        status, out, _ = in_process(command, *QUESTIONS[command], *wrong)
        assert (status, out) == (64, ""), wrong
    assert all(form in in_process(command, *QUESTIONS[command], "--format", "yaml")[2] for form in FORMS[command])
    first = next(iter(FORMS[command]))
    assert in_process(command, *QUESTIONS[command], "--json", f"--format={first}")[0] == 64


@pytest.mark.parametrize(
    ("arguments", "now"),
    [
        (["addresses", "--prefixlen"], "--format cidr"),
        (["--prefixlen"], "--format cidr"),
        (["addresses", "--long", "-v"], "--format table"),
        (["addresses", "--prefixlen", "--json"], "--format cidr"),
        (["mynetworks", "--value-only"], "--format value"),
        (["mynetworks", "--style", "all", "--value-only"], "--format value"),
        (["addresses", "-c", "/etc/postfix"], "--inet-protocols"),
        (["addresses", "-o", "inet_protocols=ipv4"], "--inet-protocols"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_an_option_that_is_gone_names_the_one_that_came_after(arguments: list[str], now: str) -> None:
    """With the status of any usage that is wrong."""
    status, out, err = in_process(*arguments)
    assert (status, out) == (64, "")
    assert " is gone: " in err
    assert now in err


def test_what_is_gone_is_not_there() -> None:
    """And of no other command is it said that it had been."""
    for command, gone in REMOVED_OPTIONS.items():
        assert not set(gone).intersection(in_process(command, "--help")[1].replace(",", " ").split())
    for arguments in (["own", "--value-only"], ["match", "10.0.0.1", "--long"]):
        status, _, err = in_process(*arguments)
        assert (status, "unrecognized arguments" in err, "gone" in err) == (64, True, False)


def test_a_value_is_the_line_without_the_name_in_each_style() -> None:
    """An empty one is an empty line."""
    asked = ["mynetworks", "-q", "--style", "all", *RELAY]
    lines, values = (in_process(*asked, "--format", form)[1].splitlines() for form in ("postfix", "value"))
    assert [line.replace("mynetworks = ", "") for line in lines] == values
    assert in_process("mynetworks", "-q", "--format", "value", "--inet-protocols", "", *RELAY) == (0, "\n", "")


def test_the_document_of_a_mynetworks_that_is_set_says_that_no_style_made_it() -> None:
    """What it does not know is null."""
    asked = ["mynetworks", "-j", "-o", "mynetworks=10.0.0.0/8, $x", "-o", "x=10.1", *RELAY]
    document = json.loads(in_process(*asked)[1])
    assert {key: document[key] for key in ("style", "value", "networks")} == {
        "style": None,
        "value": "10.0.0.0/8, $x",
        "networks": None,
    }


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("127.0.0.0/8 [::1]/128", "127.0.0.0/8\n::1/128\n"),
        ("192.0.2.7, [2001:db8::7]", "192.0.2.7/32\n2001:db8::7/128\n"),
        ("[192.0.2.0]/24", "192.0.2.0/24\n"),
        ("127.0.0.0/8 example.com static:all", "127.0.0.0/8\n"),
        ("", ""),
    ],
)
def test_a_list_that_is_set_is_told_as_networks(text: str, plain: str) -> None:
    """Without brackets; a word that is no network is left out with a warning, which only narrows."""
    status, out, err = in_process("mynetworks", "--format", "cidr", "-o", f"mynetworks={text}", *RELAY)
    assert (status, out) == (0, plain), err
    assert err.count(" is no network, and left out: ") == sum(word in text for word in ("example", "static"))


@pytest.mark.parametrize(
    ("word", "what"),
    [("example.com", "it is a name"), ("static:all", "it is a table"), ("192.0.2.0/24;", "no client matches it")],
)
def test_what_is_left_out_of_networks_is_told_for_what_it_is(word: str, what: str) -> None:
    """A name and a table trust somebody. Another word trusts nobody."""
    _status, _out, err = in_process("mynetworks", "-q", "--format", "cidr", "-o", f"mynetworks={word}", *RELAY)
    assert err == f"ifdiscover: warning: {word} is no network, and left out: {what} (column 1)\n"


@pytest.mark.parametrize(
    "text", ["!192.0.2.7 192.0.2.0/24", "192.0.2.0/24 !192.0.2.7", "2001:db8::/64 10.0.0.0/8", "10.1.0.0/8"]
)
def test_a_list_of_which_a_part_would_trust_more_is_not_told_as_networks(text: str) -> None:
    """An exclusion, and a word at which Postfix stops: to leave it out would widen trust."""
    status, out, err = in_process("mynetworks", "--format", "cidr", "-o", f"mynetworks={text}", *RELAY)
    assert (status, out) == (64, "")
    assert "and without it would trust more: " in err


def test_networks_of_three_styles_are_not_one_list() -> None:
    """One a line, nobody could tell them apart."""
    status, out, err = in_process("mynetworks", "--style", "all", "--format", "cidr", *RELAY)
    assert (status, out) == (64, "")
    assert "name one style" in err
