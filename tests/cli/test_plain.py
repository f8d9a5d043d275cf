"""Plain command lines are read as argparse reads them, and whatever is not plain is left to it."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, strategies as st

from ifdiscover._cli import COMMANDS, command_module
from ifdiscover._cli.parser import Parser, Stop
from ifdiscover._cli.plain import PlainOptions

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


def declare(command: str, parser: Any) -> Any:
    """The parser, told the options of a command."""
    command_module(command).add_options(parser)
    return parser


PARSERS = {command: declare(command, Parser(command, "something")) for command in COMMANDS}
FLAGS = {command: sorted(parser._option_string_actions) for command, parser in PARSERS.items()}
WORDS = st.sampled_from(
    ("", "-", "a", "lines", "json", "192.0.2.1", "subnet", "x=y", "a b", "--", "-1", "-a", "--st", "--style", "--none")
)


@st.composite
def command_lines(draw: st.DrawFn) -> tuple[str, list[str]]:
    """A command, and up to six arguments: its own options in every form, others' and words."""
    command = draw(st.sampled_from(sorted(COMMANDS)))
    flag = st.sampled_from(FLAGS[command])
    with_value = st.builds("{}={}".format, flag, WORDS)
    return command, draw(
        st.lists(st.one_of(flag, flag, WORDS, with_value, st.builds("{}{}".format, flag, WORDS)), max_size=6)
    )


def by_argparse(command: str, arguments: Sequence[str]) -> dict[str, Any] | None:
    """What argparse makes of them; None if it refuses, or prints a page."""
    with contextlib.suppress(Stop):
        parser: Parser = PARSERS[command]
        return parser.read(arguments)
    return None


@given(command_lines())
def test_what_is_read_is_what_argparse_reads(line: tuple[str, list[str]]) -> None:
    """The same values for the same names; nothing is read that argparse would refuse."""
    command, arguments = line
    plain = declare(command, PlainOptions()).read(arguments)
    assert plain is None or plain == by_argparse(command, arguments)


@pytest.mark.parametrize(
    ("command", "line"),
    [
        ("addresses", "-i eth0 --interface eth1 -j"),
        ("mynetworks", "--style subnet --format value -4"),
        ("mynetworks", "--style=subnet -c /etc/postfix -o inet_interfaces=all -o inet_protocols=all --from -"),
        ("match", "--mynetworks 192.0.2.0/24 192.0.2.1 2001:db8::1=name"),
        ("own", ""),
        ("local", "192.0.2.1 [192.0.2.1]"),
        ("check", "file --json --fail-on=low"),
        ("postconf", "-n -h mynetworks"),
        ("snapshot", "-v"),
        ("backends", "--compare"),
        ("watch", "--json --debounce 2 --exec postfix-needs --json -- act"),
    ],
)
def test_what_people_write_is_plain(command: str, line: str) -> None:
    """And is read without argparse."""
    plain = declare(command, PlainOptions()).read(line.split())
    assert plain is not None
    assert plain == by_argparse(command, line.split())


@pytest.mark.parametrize(
    ("command", "line"),
    [
        ("mynetworks", "--help"),
        ("mynetworks", "--nothing"),
        ("mynetworks", "word"),
        ("mynetworks", "--style"),
        ("mynetworks", "--style -4"),
        ("mynetworks", "--format value --json"),
        ("mynetworks", "--json=1"),
        ("mynetworks", "--format table"),
        ("mynetworks", "--format="),
        ("addresses", "-ieth0"),
        ("postconf", "-nh"),
        ("match", "--style host"),
        ("match", "192.0.2.1 --style host 192.0.2.2"),
        ("check", "one two"),
        ("local", "-- -1"),
        ("check", "--backend=--"),  # to argparse before Python 3.13 a list of no values
    ],
)
def test_what_is_not_plain_is_left_to_argparse(command: str, line: str) -> None:
    """Mistakes, short options run together, ``--``."""
    assert declare(command, PlainOptions()).read(line.split()) is None


@pytest.mark.parametrize(
    "add",
    [
        lambda options: options.add_argument("--number", type=int),
        lambda options: options.add_argument("--number", action="count"),
        lambda options: options.add_argument("--pair", nargs=2),
        lambda options: (options.add_argument("one"), options.add_argument("two")),
        lambda options: options.add_argument("one"),
    ],
)
def test_what_it_does_not_understand_is_left_to_argparse(add: Callable[[PlainOptions], object]) -> None:
    """A declaration of another kind makes no command line of that command plain."""
    options = PlainOptions()
    add(options)
    options.add_argument("--json", action="store_true")
    assert options.read(["--json"]) is None


def test_a_list_is_a_new_one_each_time() -> None:
    """What one command line adds is not there in the next."""
    options = declare("addresses", PlainOptions())
    assert [options.read(["-i", name])["interfaces"] for name in ("eth0", "eth1")] == [["eth0"], ["eth1"]]


@pytest.mark.parametrize("line", ["--exec", "-q --exec a -- --exec -q", "--exec --help", "--exec=a", "-q=1 --exec a"])
def test_all_words_after_exec_are_the_commands(line: str) -> None:
    """Its own options and a ``--`` as well, whoever reads the line."""
    command, words, rest = "watch", line.split(), line.partition("--exec ")[2]
    plain = declare(command, PlainOptions()).read(words)
    by_other = by_argparse(command, words)
    assert plain is None or plain == by_other
    assert by_other is None or by_other["command"] == (rest.split() if "=" not in line else ["a"])
