"""A command's options: what is declared is what its run() reads, and the host behind them is read once."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from support.made import address, host

from ifdiscover._cli import COMMANDS, command_module, host as cli_host, output
from ifdiscover._cli.host import HostOptions, argument_text
from ifdiscover._cli.plain import PlainOptions

if TYPE_CHECKING:
    from ifdiscover.model import Host

MODULES = {name: command_module(name) for name in COMMANDS}


def fields(options: type) -> set[str]:
    """The options that a class has a line for."""
    return {name for one in options.__mro__ for name in vars(one).get("__annotations__", ()) if name[0] != "_"}


@pytest.mark.parametrize("command", COMMANDS)
def test_what_is_declared_is_what_options_has(command: str) -> None:
    """By the same names, and with the same values where the command line does not say."""
    declared = PlainOptions()
    MODULES[command].add_options(declared)
    absent = {argument.name: argument.default for argument in declared._arguments}
    made = MODULES[command].Options()
    # What reads a host knows recordings; watch alone offers none, since a recording does not change.
    unoffered = {"recording"} if command == "watch" else set()
    assert absent.keys() == fields(MODULES[command].Options) - unoffered
    for name, default in absent.items():
        assert (getattr(made, name) or None) == (default or None), name


def test_what_the_command_line_says_comes_before_the_default() -> None:
    """And is this command's alone."""
    options = MODULES["addresses"].Options(form="table")
    assert (options.form, options.verbose, MODULES["addresses"].Options().form) == ("table", False, "lines")


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What is asked of discover(), which answers with a host."""
    asked: list[Any] = []

    def discover(*arguments: Any, **more: Any) -> Host:
        asked.append((arguments, more))
        return host(address("192.0.2.1", "255.255.255.0"))

    monkeypatch.setattr(cli_host, "discover", discover)
    monkeypatch.delenv("IFDISCOVER_BACKEND", raising=False)
    return asked


def test_a_host_is_read_when_it_is_asked_for_and_once(read: list[Any]) -> None:
    """However often it is asked for."""
    options = HostOptions()
    assert read == []
    assert options.host is options.host
    assert read == [((None,), {})]


@pytest.mark.parametrize(
    ("given", "asked"),
    [({"backend": "ioctl"}, (("ioctl",), {})), ({"netns": "mail"}, ((None,), {"netns": "mail"}))],
    ids=["backend", "netns"],
)
def test_a_host_that_is_named_is_read_though_nothing_is_wanted_of_it(
    given: dict[str, str], asked: object, read: list[Any]
) -> None:
    """What is wrong with the name is said; this host is left alone."""
    assert HostOptions().named_host is None
    assert read == []
    options = HostOptions(**given)
    assert options.named_host is options.host
    assert read == [asked]


@pytest.mark.parametrize("verbose", [False, True])
@pytest.mark.parametrize("terminal", [False, True])
def test_what_a_person_may_want_to_know_is_said_to_nobody_else(
    terminal: bool, verbose: bool, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """On a terminal, or under -v."""
    monkeypatch.setattr(output, "on_terminal", lambda: terminal)
    HostOptions(verbose=verbose).explain("why")
    assert capsys.readouterr().err == ("ifdiscover: why\n" if terminal or verbose else "")


def test_an_argument_is_the_text_that_a_file_would_hold(monkeypatch: pytest.MonkeyPatch) -> None:
    """UTF-8 with surrogateescape, in whichever way the locale had its bytes decoded."""
    assert argument_text("é") == "é"
    latin1 = SimpleNamespace(fsencode=lambda text: text.encode("latin-1"))
    monkeypatch.setattr(cli_host, "os", latin1)
    assert argument_text("Ã©") == "é"
    assert argument_text("\xff") == "\udcff"
    assert argument_text("\u20ac") == "\u20ac"  # not of a command line
