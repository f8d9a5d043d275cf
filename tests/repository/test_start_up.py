"""Starting costs no more than it must, held without a clock: imports, questions to the kernel, instructions."""

from __future__ import annotations

import functools
import re
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import main_cfs
import pytest
from support.namespaces import ROOT, Namespace, environment, why_no_namespaces
from support.need import need

from ifdiscover._cli import COMMANDS

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

SLOW_TO_IMPORT = frozenset(
    [
        "argparse",
        "asyncio",
        "ctypes",
        "ctypes.util",
        "dataclasses",
        "enum",
        "functools",
        "importlib.metadata",
        "ipaddress",
        "json",
        "logging",
        "netifaces",
        "pathlib",
        "psutil",
        "pyroute2",
        "re",
        "shutil",
        "socket",
        "subprocess",
        "threading",
        "typing",
    ]
)
RE = "re"
JSON = f"json {RE}"
ARGPARSE = f"argparse {RE}"  # where something is wrong with the arguments, or they are written in an unusual way
CONFIGURED = ["-c", "fixtures/main_cf/relay"]
RECORDED = ["--from", "fixtures/hosts/mail-relay/snapshot.json"]

COMMAND_LINES: list[tuple[list[str], str]] = [
    ([], ""),
    (["--version"], ""),
    (["addresses", "--format=table"], ""),
    (["addresses", "-i", "lo", "--json"], JSON),
    (["addresses", *RECORDED], JSON),
    (["addresses", "--netns", "/proc/self/ns/net"], "ctypes"),
    (["interfaces"], ""),
    (["interfaces", "--up", "--json"], JSON),
    (["source"], "ipaddress"),
    (["mynetworks", "--style=host"], ""),
    (["mynetworks", "--style=host", *CONFIGURED], ""),
    (["mynetworks", *CONFIGURED, *RECORDED], JSON),
    (["mynetworks", "--format=explain"], RE),
    (["merge", RECORDED[1]], JSON),
    (["own"], ""),
    (["local", "192.0.2.1"], ""),
    (["match", "--style=subnet", "192.0.2.1"], ""),
    (["check", *CONFIGURED, *RECORDED], JSON),
    (["postconf", "-d", "mynetworks"], ""),
    (["snapshot"], JSON),
    (["facts", *RECORDED], JSON),
    (["report", *RECORDED], JSON),
    (["report", "--redact", *RECORDED], JSON),
    (["diff", RECORDED[1], RECORDED[1]], JSON),
    (["watch", "--debounce", "x"], "signal"),  # which it refuses, and so ends; what it imports to wait is under LIBRARY
    (["--nothing"], f"{ARGPARSE} json"),  # for the options of the other commands
]

LIBRARY = {
    "import ifdiscover; ifdiscover.discover('rtnetlink')": "",
    "import ifdiscover; ifdiscover.discover('getifaddrs')": "ctypes",
    "import ifdiscover; ifdiscover.discover(routes=True)": "",
    "import ifdiscover; ifdiscover.source()": "ipaddress",
    "import ifdiscover; next(ifdiscover.changes())": "",
    "import ifdiscover; str(ifdiscover.mynetworks())": "",
    "import ifdiscover; ifdiscover.is_local_destination('[192.0.2.1]', host=ifdiscover.discover())": "",
    "import ifdiscover; ifdiscover.MatchList('192.0.2.0/24').decide('192.0.2.1')": "",
}

NOT_FOR_A_PLAIN_MAIN_CF = {
    "ifdiscover._columns",
    "ifdiscover._postfix.lists.cidr_table",
    "ifdiscover._postfix.lists.indexed",
    "ifdiscover._postfix.lists.key_table",
    "ifdiscover._postfix.lists.table_faults",
    "ifdiscover._postfix.lists.tables",
    "ifdiscover._postfix.mynetworks",
    "ifdiscover._postfix.syntax.addresses",
    "ifdiscover._render",
}
"""What check needs for tables, computed networks, source addresses and findings."""

# Where Postfix is installed its main.cf would be read, which is work that no other machine has.
NO_MAIN_CF = "from ifdiscover._postfix import in_force; in_force.DIRECTORY = '/nonexistent'; "

# Instructions of a whole process, callgrind's count, divided by those of `python -c pass`: the most that any Python
# from 3.9 to 3.13 took, and a tenth. Unlike a time they are the same on a busy machine.
INSTRUCTIONS = {"": 2.8, "mynetworks --style=subnet": 2.95}

PLAIN = {
    "from ifdiscover._cli import main; main([])": 24,
    "from ifdiscover._cli import main; main(['mynetworks', '--style=subnet'])": 28,
    "import ifdiscover; ifdiscover.discover()": 13,
}
"""The usual starts, and how many of our modules each imports: it may import no more."""

NOT_FOR_A_PLAIN_START = {
    "collections",
    "struct",
    "ifdiscover._backends.kame",
    "ifdiscover._backends.netlink.address_runs",
    "ifdiscover._backends.netlink.runs",
    "ifdiscover._errors.asked",
    "ifdiscover._errors.postfix",
    "ifdiscover._host.asked",
    "ifdiscover._misuse",
    "ifdiscover._postfix.syntax.words",
    "ifdiscover.errors",
    "ifdiscover.model",
}
"""Where nothing is wrong, and a host has few addresses; classes above all take their time to be made."""


def imported(code: str, of: Collection[str] | None = SLOW_TO_IMPORT) -> set[str]:
    """Which modules of a set a program has imported at its end; None: all."""
    report = f"{code}\nimport os, sys\nos.write(2, b'\\n' + ' '.join(sys.modules).encode())"
    argv = [sys.executable, "-S", "-c", report]
    done = subprocess.run(argv, capture_output=True, text=True, check=True, env=environment(), cwd=ROOT)
    found = set(done.stderr.splitlines()[-1].split())
    return found if of is None else found.intersection(of)


@functools.cache
def with_what_they_import(allowed: str) -> set[str]:
    """These modules and what they import in this Python: argparse of 3.14 has dataclasses for its first parser."""
    parser = "; argparse.ArgumentParser()" if "argparse" in allowed.split() else ""
    return imported(f"import {', '.join(allowed.split())}{parser}") if allowed else set()


@pytest.mark.parametrize(
    ("arguments", "allowed"), COMMAND_LINES, ids=lambda value: " ".join(value) if isinstance(value, list) else ""
)
def test_a_command_imports_nothing_slow_that_it_does_not_need(arguments: list[str], allowed: str) -> None:
    """What is slow to import is imported by nobody who does not need it."""
    assert imported(f"{NO_MAIN_CF}from ifdiscover._cli import main; main({arguments})") <= with_what_they_import(
        allowed
    )


@pytest.mark.parametrize("code", PLAIN)
def test_a_plain_start_imports_only_what_it_needs(code: str) -> None:
    """No error that is not raised, no record that is not made, and no module more than it does now."""
    whole = f"{NO_MAIN_CF}{code}" if "main" in code else code
    assert imported(whole, NOT_FOR_A_PLAIN_START) == set()
    assert len([name for name in imported(whole, None) if name.startswith("ifdiscover")]) <= PLAIN[code]


def test_check_of_a_plain_main_cf_imports_only_what_it_needs(tmp_path: Path) -> None:
    """On a host that lacks nothing, so that there is no finding, and without the mapped network, which is told."""
    (tmp_path / "main.cf").write_text(main_cfs.SHORT.replace("[::ffff:127.0.0.0]/104 ", ""))
    command = ["check", "-q", "-c", str(tmp_path), *RECORDED]
    code = f"{NO_MAIN_CF}from ifdiscover._cli import main; assert main({command}) == 0"
    assert imported(code, NOT_FOR_A_PLAIN_MAIN_CF) == set()


def test_every_command_is_looked_at() -> None:
    """All but backends, which imports the other packages to say whether they are there."""
    assert {arguments[0] for arguments, _ in COMMAND_LINES if arguments} >= set(COMMANDS) - {"backends"}


@pytest.mark.parametrize("code", LIBRARY)
def test_the_library_imports_nothing_slow_that_it_does_not_need(code: str) -> None:
    """Each function for itself."""
    assert imported(code) <= with_what_they_import(LIBRARY[code])


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["mynetworks", "--style=subnet"],
        ["mynetworks", "--style=all", "-v"],
        ["addresses", "--json"],
        ["local", "192.0.2.1"],
        ["own", "-v"],
    ],
    ids=" ".join,
)
def test_a_command_asks_the_kernel_once(arguments: list[str]) -> None:
    """One dump of links and one of addresses, over one socket, and no more; then a socket of each family to see it."""
    need(None if shutil.which("strace") else "no strace")
    argv = ["strace", "-qq", "-f", "-e", "trace=%network", sys.executable, "-m", "ifdiscover", *arguments]
    done = subprocess.run(argv, capture_output=True, text=True, check=False, env=environment())
    calls = re.findall(r"(?m)^(\w+)\((\w+)", done.stderr)
    assert [name for name, _ in calls].count("sendto") == 2
    opened = [family for name, family in calls if name == "socket"]
    assert sorted(opened) == ["AF_INET", "AF_INET6", "AF_NETLINK"]


@pytest.mark.parametrize(
    ("arguments", "times"),
    [([], 0), (["snapshot"], 0), (["mynetworks", "--style=subnet"], 1), (["own"], 1), (["match", "192.0.2.1"], 1)],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_a_main_cf_that_is_not_there_costs_one_question(arguments: list[str], times: int) -> None:
    """And nothing to the commands that read none."""
    need(None if shutil.which("strace") else "no strace")
    code = f"{NO_MAIN_CF}from ifdiscover._cli import main; main({arguments})"
    argv = ["strace", "-qq", "-f", "-e", "trace=%file", sys.executable, "-S", "-c", code]
    done = subprocess.run(argv, capture_output=True, text=True, check=False, env=environment(), cwd=ROOT)
    asked = [line for line in done.stderr.splitlines() if '"/nonexistent' in line or '"/etc/postfix' in line]
    assert len(asked) == times


def test_check_reads_master_cf_once(tmp_path: Path) -> None:
    """However many checks look into it: two reads may see two files."""
    need(None if shutil.which("strace") else "no strace")
    (tmp_path / "main.cf").write_text(main_cfs.SHORT + "inet_interfaces = loopback-only\nmynetworks_style = subnet\n")
    (tmp_path / "master.cf").write_text("smtp inet n - y - - smtpd\n -o smtp_bind_address=192.0.2.1\n")
    argv = [
        "strace",
        "-qq",
        "-f",
        "-e",
        "trace=openat",
        sys.executable,
        "-m",
        "ifdiscover",
        "check",
        "-c",
        str(tmp_path),
    ]
    done = subprocess.run(argv, capture_output=True, text=True, check=False, env=environment(), cwd=ROOT)
    assert done.returncode in (0, 1)
    assert done.stderr.count(f'"{tmp_path}/master.cf"') == 1


def instructions(namespace: Namespace, *argv: str) -> int:
    """How many the processor obeys while a program runs."""
    tool = ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null"]
    done = namespace.run([*tool, *argv], env=environment(PYTHONHASHSEED="0"))
    found = re.findall(r"Collected : (\d+)", done.stderr)
    if not found:
        pytest.skip("valgrind does not run programs of this processor")
    return int(found[0])


@pytest.mark.netns
def test_whole_commands_take_no_more_instructions_than_they_did() -> None:
    """On a host that has nothing but a loopback interface."""
    need(why_no_namespaces() or (None if shutil.which("valgrind") else "no valgrind"))
    with Namespace() as namespace:
        namespace.build(["link set lo up"])
        nothing = instructions(namespace, sys.executable, "-S", "-c", "pass")
        for arguments, most in INSTRUCTIONS.items():
            code = f"{NO_MAIN_CF}from ifdiscover._cli import main; main({arguments.split()})"
            argv = [sys.executable, "-S", "-c", code]
            namespace.run(argv)  # now its bytecode is there
            assert instructions(namespace, *argv) / nothing < most, arguments
