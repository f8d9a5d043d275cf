"""Each shell completes command lines, from the options as they are declared."""

from __future__ import annotations

import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest
from support.need import need
from support.program import in_process

from ifdiscover._cli import every_command
from ifdiscover._cli.completion import SCRIPTS
from ifdiscover._cli.declared import declared

if TYPE_CHECKING:
    from pathlib import Path

ASKED = [
    ("ifdiscover my", {"mynetworks"}),
    ("ifdiscover --vers", {"--version"}),
    ("ifdiscover --form", {"--format"}),
    ("ifdiscover help own", {"own"}),
    ("ifdiscover mynetworks --sty", {"--style"}),
    ("ifdiscover mynetworks --style ", {"class", "subnet", "host", "all"}),
    ("ifdiscover match --style ", {"class", "subnet", "host"}),
    ("ifdiscover addresses --format ta", {"table"}),
    ("ifdiscover --backend rt", {"rtnetlink"}),
    ("ifdiscover own --backend ioc", {"ioctl"}),
    ("ifdiscover check --fail-on hi", {"high"}),
    ("ifdiscover addresses -i l", {"lo"}),
    ("ifdiscover postconf mynetworks_", {"mynetworks_style"}),
    ("ifdiscover own -o inet_i", {"inet_interfaces="}),
    ("ifdiscover completion ", {"bash", "zsh", "fish"}),
]


def bash(line: str, script: Path) -> set[str]:
    """What bash offers."""
    words = line.split(" ")
    quoted = " ".join(word or "''" for word in words)
    program = (
        f"source {script}; COMP_WORDS=({quoted}); COMP_CWORD={len(words) - 1}; compopt() {{ :; }}; _ifdiscover; "
        "printf '%s\\n' \"${COMPREPLY[@]}\""
    )
    done = subprocess.run(["bash", "--norc", "-c", program], capture_output=True, text=True, check=True)
    assert done.stderr == ""
    return set(done.stdout.split())


def fish(line: str, script: Path) -> set[str]:
    """What fish offers."""
    done = subprocess.run(
        ["fish", "--no-config", "-c", f"source {script}; complete -C '{line}'"],
        capture_output=True,
        text=True,
        check=True,
        env={"HOME": str(script.parent), "PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"},
    )
    assert done.stderr == ""
    return {row.partition("\t")[0] for row in done.stdout.splitlines()}


@pytest.mark.parametrize(("line", "offered"), ASKED, ids=[line for line, _ in ASKED])
@pytest.mark.parametrize("shell", [bash, fish], ids=lambda shell: shell.__name__)
def test_a_shell_offers_what_there_is(shell: object, line: str, offered: set[str], tmp_path: Path) -> None:
    """Commands, options, and the values that are known; interfaces are those of the moment."""
    name = shell.__name__  # type: ignore[attr-defined]  # it is one of the two functions above
    need(None if shutil.which(name) else f"no {name}: install {name}")
    script = tmp_path / "script"
    script.write_text(in_process("completion", name)[1])
    found = shell(line, script)  # type: ignore[operator]  # as above
    assert (offered <= found) if line.endswith("-i l") else found == offered


@pytest.mark.parametrize(
    ("typed", "completed"),
    [
        ("my", "mynetworks"),
        ("mynetworks --sty", "mynetworks --style"),  # zsh takes its = away again
        ("addresses --format ta", "addresses --format table"),
        ("--backend rt", "--backend rtnetlink"),
        ("help ow", "help own"),
        ("addresses -i l", "addresses -i lo"),
        ("postconf mynetworks_", "postconf mynetworks_style"),
        ("check --fail-on=hi", "check --fail-on=high"),
    ],
)
def test_zsh_completes_what_is_typed(typed: str, completed: str, tmp_path: Path) -> None:
    """At a terminal, with a tab."""
    need(None if shutil.which("zsh") else "no zsh: install zsh")
    tmp_path.joinpath("_ifdiscover").write_text(
        SCRIPTS["zsh"](every_command()).replace("/sys/class/net", str(tmp_path / "net"))
    )
    tmp_path.joinpath("net").mkdir()
    tmp_path.joinpath("net", "lo").touch()
    program = f"""
        zmodload zsh/zpty
        zpty shell zsh -f -i
        zpty -w shell "PS1= fpath=({tmp_path} \\$fpath); autoload -U compinit; compinit -u -D"
        zpty -w shell 'ifdiscover() {{ print -r -- "GO""T:$*:EN""D"; exit }}'
        zpty -w -n shell $'ifdiscover {typed}\\t\\n'
        zpty -r -m shell said '*GOT:*:END*'
        print -r -- $said
    """
    done = subprocess.run(["zsh", "-f", "-c", program], capture_output=True, text=True, check=False, timeout=60)
    assert f"GOT:{completed}:END" in done.stdout


def test_bash_never_evaluates_a_name(tmp_path: Path) -> None:
    """An interface may be called anything: what it says is quoted, and not run."""
    need(None if shutil.which("bash") else "no bash: install bash")
    net = tmp_path / "net"
    net.mkdir()
    net.joinpath("$(touch owned)").touch()
    script = tmp_path / "script"
    script.write_text(SCRIPTS["bash"](every_command()).replace("/sys/class/net", str(net)))
    program = (
        f"cd {tmp_path}; source {script}; COMP_WORDS=(ifdiscover addresses -i ''); COMP_CWORD=3; _ifdiscover; "
        "eval \"printf '%s' ${COMPREPLY[0]}\""
    )
    done = subprocess.run(["bash", "--norc", "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "$(touch owned)"
    assert not tmp_path.joinpath("owned").exists()


@pytest.mark.parametrize("shell", SCRIPTS)
def test_a_script_is_one_to_its_shell(shell: str, tmp_path: Path) -> None:
    """It reads it without a word."""
    need(None if shutil.which(shell) else f"no {shell}: install {shell}")
    script = tmp_path / "script"
    script.write_text(SCRIPTS[shell](every_command()))
    done = subprocess.run([shell, "-n", script], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.mark.parametrize("shell", SCRIPTS)
def test_every_option_is_in_every_script(shell: str) -> None:
    """None is forgotten."""
    script = SCRIPTS[shell](every_command())
    for command, (_text, module) in every_command().items():
        for option in declared(command, module):
            for flag in option.flags:
                spelled = flag if shell != "fish" else f"-l {flag[2:]}" if flag[:2] == "--" else f"-s {flag[1:]}"
                assert spelled in script, (command, flag)


def test_an_unknown_shell_is_refused() -> None:
    """With those that are known."""
    status, _out, err = in_process("completion", "tcsh")
    assert status == 64
    assert "there are bash, zsh, fish" in err
    assert in_process("completion")[0] == 64
