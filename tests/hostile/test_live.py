"""Names that a kernel takes, through every command at a terminal, and beside a command that a watch runs."""

from __future__ import annotations

import json
import sys
import time
from typing import TYPE_CHECKING

import pytest
from support.hostile import TEXTS
from support.namespaces import ROOT, Namespace, environment
from support.watching import LONGEST, TWO_ENDS, Watching

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

MOST = 15  # bytes of a name in Linux
COMMANDS = [
    [],
    ["addresses", "--format", "table", "-v"],
    ["addresses", "--json"],
    ["interfaces"],
    ["interfaces", "--json"],
    ["source", "--format", "table"],
    ["source", "--json"],
    ["mynetworks", "-q", "--style", "all"],
    ["mynetworks", "-q", "--style", "subnet", "--format", "explain"],
    ["own", "-q", "-v"],
    ["local", "-q", "192.0.2.1", "[fe80::1]"],
    ["match", "-q", "--style", "subnet", "192.0.2.1"],
    ["check", "-q", "--mynetworks", "192.0.2.1"],
    ["addresses", "-i", "not there"],
    ["snapshot"],
    ["facts"],
    ["backends"],
    ["backends", "--compare"],
]
SHOW = """
import json, sys
from support.hostile import on_terminal
shown = [on_terminal(*arguments) for arguments in json.loads(sys.argv[1])]
json.dump([[one.status, one.text] for one in shown], sys.stdout)
"""


def kernel_names(texts: Iterable[str]) -> list[str]:
    """Those that Linux takes for an interface, cut to its length; dev_valid_name() of the kernel refuses the others."""
    names = []
    for text in texts:
        raw = text.encode("utf-8", "surrogateescape")[:MOST]
        name = raw.decode("utf-8", "surrogateescape")
        if raw and not any(byte in b"/: \t\n\v\f\r\xa0\0" for byte in raw) and name not in names and "%" not in name:
            names.append(name)
    return names


NAMES = [name for name in kernel_names(TEXTS.values()) if name[0] != "-"]


@pytest.mark.netns
def test_names_of_interfaces_and_labels_steer_nothing(namespace: Namespace) -> None:
    """Of a kernel that is asked now, with a label and another name that are as bad."""
    namespace.build(["link set lo up"])
    assert len(NAMES) > 25
    for number, name in enumerate(NAMES, 1):
        namespace.run(["ip", "link", "add", "name", name, "type", "ifb"])
        namespace.run(["ip", "link", "property", "add", "dev", name, "altname", f"{name}other"])
        namespace.run(["ip", "link", "set", "dev", name, "up"])
        label = f"{name[:8]}:\x1b[31m"
        namespace.run(["ip", "addr", "add", f"192.0.2.{number}/24", "dev", name, "label", label], check=False)
    env = environment(PYTHONPATH=f"{ROOT}:{ROOT}/tests", NO_COLOR="1", TERM="xterm", MAIL_CONFIG="/nonexistent")
    done = namespace.run([sys.executable, "-c", SHOW, json.dumps(COMMANDS)], env=env)
    for arguments, (status, text) in zip(COMMANDS, json.loads(done.stdout)):
        assert status in (0, 1, 64, 65, 66, 69), (arguments, text)
        assert all(line.isprintable() for line in text.split("\n")), arguments
    assert "\x1b[31m" in namespace.run(["ip", "addr"]).stdout


@pytest.mark.netns
def test_a_name_reaches_no_command_but_in_json(namespace: Namespace, tmp_path: Path) -> None:
    """What --exec runs has the arguments and the environment that were given, and its input is ASCII."""
    namespace.build(TWO_ENDS)
    for name in ("$(touch owned)"[:MOST].replace(" ", ""), "`id`;\x1b[31m"):
        namespace.run(["ip", "link", "add", "name", name, "type", "ifb"])
        namespace.run(["ip", "link", "set", "dev", name, "up"])
    log = tmp_path / "log"
    new = tmp_path / "new"
    script = (
        "import json, os, sys; "
        "told = [sys.argv[1:], dict(os.environ), sys.stdin.buffer.read().decode('latin-1')]; "
        f"open({str(new)!r}, 'w').write(json.dumps(told)); os.rename({str(new)!r}, {str(log)!r})"
    )
    command = [sys.executable, "-c", script, "$(x)", "{name}", "%s", "a b", ""]
    with Watching(namespace, "--exec", *command) as watching:
        namespace.run(["ip", "addr", "add", "198.51.100.1/24", "dev", "`id`;\x1b[31m"])
        report = watching.report()
        end = time.monotonic() + LONGEST
        while not log.exists():
            assert time.monotonic() < end
            time.sleep(0.05)
    argv, env, stdin = json.loads(log.read_text())
    assert argv == command[3:]
    assert {name for name, value in env.items() if environment().get(name) != value} <= {"LC_CTYPE"}
    assert stdin.isascii()
    assert json.loads(stdin) == report
