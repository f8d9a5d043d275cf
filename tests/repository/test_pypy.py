"""PyPy, whose standard library lacks modules that CPython writes in C, runs every command, and says the same."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys

import pytest
from support.namespaces import ROOT, environment
from support.need import need

from ifdiscover._cli import COMMANDS

RECORDED = ("--from", "fixtures/hosts/mail-relay/snapshot.json")
CONFIGURED = ("-c", "fixtures/main_cf/lan-relay")

COMMAND_LINES: list[tuple[str, ...]] = [
    (),
    ("--help",),
    ("--nothing",),
    ("addresses", "--format", "table", *RECORDED),
    ("addresses", "--backend", "rtnetlink"),
    ("addresses", "--backend", "getifaddrs"),
    ("addresses", "--backend", "ioctl"),
    ("addresses", "--from", "fixtures/hosts/freebsd-4/ifconfig.txt"),
    ("interfaces", *RECORDED),
    ("source", "-q", "--format", "table"),
    ("mynetworks", "--style", "all", "--json"),
    ("mynetworks", *CONFIGURED, *RECORDED),
    ("mynetworks", "--format", "explain", *CONFIGURED, *RECORDED),
    ("merge", "--format", "explain", "fixtures/hosts/mail-relay/snapshot.json"),
    ("own",),
    ("local", "[192.0.2.1]", "[IPv6:::1]"),
    ("match", *CONFIGURED, "10.20.1.2", "10.20.66.6", "2001:db8::1"),
    ("check", "-c", "fixtures/main_cf/faulty", *RECORDED),
    ("check", "--json", "-c", "fixtures/main_cf/faulty", *RECORDED),
    ("postconf", *CONFIGURED, "mynetworks", *RECORDED),
    ("snapshot", *RECORDED),
    ("facts", *RECORDED, *CONFIGURED),
    ("report", *RECORDED, *CONFIGURED),
    ("completion", "zsh"),
    ("diff", "fixtures/hosts/docker-host/snapshot.json", "fixtures/hosts/mail-relay/snapshot.json"),
    ("watch", "--debounce", "x"),  # which it refuses, and so ends
    ("backends",),
]


def run(python: str, arguments: tuple[str, ...]) -> tuple[int, str, str]:
    """Status, stdout and stderr of the command line under a Python that has nothing installed."""
    done = subprocess.run(
        [python, "-S", "-m", "ifdiscover", *arguments],
        capture_output=True,
        text=True,
        check=False,
        env=environment(),
        cwd=ROOT,
    )
    return done.returncode, done.stdout, done.stderr


def test_every_command_is_run() -> None:
    """A new one as well."""
    assert {arguments[0] for arguments in COMMAND_LINES if arguments} >= set(COMMANDS)


@pytest.fixture
def pypy() -> str:
    """The program."""
    found = shutil.which("pypy3")
    need(None if found else "no pypy3")
    return str(found)


@pytest.mark.parametrize("arguments", COMMAND_LINES, ids=" ".join)
def test_a_command_says_under_pypy_what_it_says_under_cpython(arguments: tuple[str, ...], pypy: str) -> None:
    """In a bare clone, status and errors as well; but for the version of Python, which some tell."""
    mine, its = run(sys.executable, arguments), run(pypy, arguments)
    assert its == (
        mine[0],
        re.sub(r'(?<="python": ")[\d.]+|(?<=python {6})[\d.]+', _version_of(pypy), mine[1]),
        mine[2],
    )


def _version_of(python: str) -> str:
    code = "import platform; print(platform.python_version())"
    return subprocess.run([python, "-c", code], capture_output=True, text=True, check=True).stdout.strip()


def test_the_same_backends_read_the_same_host(pypy: str) -> None:
    """But for how long each took, and the width of that."""
    words = []
    for python in (pypy, sys.executable):
        status, compared, errors = run(python, ("backends", "--compare"))
        assert (status, errors) == (0, "")
        words.append([line.split() for line in compared.splitlines() if not line.startswith("milliseconds")])
    assert words[0] == words[1]
