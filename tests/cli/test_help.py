"""Help pages: commands by purpose, pages of any width, examples that are command lines, statuses that can be."""

from __future__ import annotations

import re
import shlex

import pytest
from support.namespaces import ROOT
from support.program import in_process, run

from ifdiscover._cli import COMMANDS, command_module
from ifdiscover._cli.help import EXAMPLES, GROUPS
from ifdiscover._cli.parser import Parser
from ifdiscover._cli.statuses import OF_COMMAND, STATUSES, WITHOUT, statuses_of


def test_every_command_is_in_one_group() -> None:
    """So that the first page has each once."""
    assert sorted(name for names in GROUPS.values() for name in names) == sorted(COMMANDS)


@pytest.mark.parametrize("columns", ["40", "80"])
@pytest.mark.parametrize("page", ["--help", *COMMANDS])
def test_a_page_is_as_wide_as_the_terminal(page: str, columns: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """And not wider."""
    monkeypatch.setenv("COLUMNS", columns)
    status, out, err = in_process(*([page] if page == "--help" else ["help", page]))
    assert (status, err) == (0, "")
    assert max(map(len, out.splitlines())) <= int(columns)


def test_help_is_a_command_too() -> None:
    """Alone it is --help, and with a command that command's."""
    assert in_process("help") == in_process("--help")
    assert in_process("help", "own") == in_process("own", "--help")
    assert in_process("help", "completion") == in_process("completion", "--help")
    assert in_process("help", "help") == in_process("--help")


@pytest.mark.parametrize("command", COMMANDS)
def test_examples_are_two_command_lines_of_the_command(command: str) -> None:
    """Their options are those that it has."""
    assert len(EXAMPLES[command]) == 2
    for line, _purpose in EXAMPLES[command]:
        program, name, *arguments = shlex.split(line.partition(" > ")[0])
        assert (program, name) == ("ifdiscover", command)
        parser = Parser(command, "")
        command_module(command).add_options(parser)
        parser.read(arguments)


def test_an_example_that_is_cut_is_one_line_to_a_shell(monkeypatch: pytest.MonkeyPatch) -> None:
    """A backslash stands where it goes on."""
    monkeypatch.setenv("COLUMNS", "40")
    page = in_process("help", "match")[1]
    lines = re.findall(r"(?m)^  ifdiscover (?:.*\\\n)*.*$", page)
    wanted = [line for line, _purpose in EXAMPLES["match"]]
    assert [shlex.split(line.replace("\\\n", "")) for line in lines] == list(map(shlex.split, wanted))


@pytest.mark.parametrize("command", COMMANDS)
def test_a_page_speaks_of_from_only_if_the_command_has_it(command: str) -> None:
    """Otherwise nobody finds there what it reads."""
    page = in_process("help", command)[1]
    assert ("--from" in page) is bool(re.search(r"(?m)^  --from FILE", page))


def test_statuses_are_those_of_the_page() -> None:
    """What a command is said to end with stands in docs/exit-statuses.md, and is no slip."""
    table = {
        int(number) for number in re.findall(r"(?m)^\| (\d+) \|", ROOT.joinpath("docs/exit-statuses.md").read_text())
    }
    assert {*OF_COMMAND, *WITHOUT} <= set(COMMANDS)
    for command in COMMANDS:
        assert set(statuses_of(command)) <= table
        assert set(WITHOUT.get(command, ())) <= set(STATUSES)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("onw", "did you mean own?"),
        ("help onw", 'no command is called "onw"'),
        ("help onw", "did you mean own?"),
        ("hlep", "did you mean help?"),
        ("mynetworks --explain", "did you mean --format explain? See ifdiscover mynetworks --help"),
        ("mynetworks --why", "did you mean --format explain?"),
        ("addresses --ipv6", "did you mean -6?"),
        ("addresses --global", "did you mean --scope global?"),
        ("source -4", "did you mean --family 4?"),
        ("source 192.0.2.1", "did you mean --to 192.0.2.1?"),
        ("addresses eth0", "did you mean -i eth0?"),
        ("mynetworks README.md", "did you mean --from README.md?"),
        (f"mynetworks {'x' * 5000}", "unrecognized arguments: xxx"),
        ("own --bakend ioctl", "did you mean --backend? See ifdiscover own --help"),
        ("own --style host", "--style is an option of mynetworks, merge, match"),
        ("--backend netlnk", "did you mean netlink?"),
        ("postconf mynetwork", "did you mean mynetworks?"),
        ("--format table -i eht0 --from fixtures/hosts/mail-relay/snapshot.json", "did you mean eth0?"),
    ],
)
def test_a_slip_is_answered_with_what_was_perhaps_meant(line: str, said: str) -> None:
    """Or with the commands that have such an option."""
    done = run(*line.split())
    assert done.returncode in (64, 66)
    assert said in done.stderr


def test_what_is_near_to_nothing_is_answered_without_a_guess() -> None:
    """A guess would be a second riddle."""
    assert "did you mean" not in run("qqqqqq").stderr


@pytest.mark.parametrize(
    ("more", "environment", "coloured"),
    [
        ([], {}, False),
        (["--color=always"], {"NO_COLOR": "1"}, True),
        (["--color", "always"], {}, True),
        ([], {"FORCE_COLOR": "1"}, True),
        ([], {"FORCE_COLOR": "1", "NO_COLOR": "1"}, False),
        (["--color=never"], {"FORCE_COLOR": "1"}, False),
        (["--color=auto"], {}, False),
    ],
)
def test_colours_are_as_asked(more: list[str], environment: dict[str, str], coloured: bool) -> None:
    """The option comes before NO_COLOR, and this before FORCE_COLOR."""
    line = "addresses --format table --from fixtures/hosts/mail-relay/snapshot.json"
    assert ("\x1b[" in run(*line.split(), *more, **environment).stdout) is coloured
