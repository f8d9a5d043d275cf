"""Run the command line on this host: as a program, or within this process."""

from __future__ import annotations

import contextlib
import io
import subprocess

from support.namespaces import CLI, ROOT, environment

from ifdiscover._cli import main


def run(*arguments: str, shell: str = '"$@"', **env: str) -> subprocess.CompletedProcess[str]:
    """Run the command line on this host, through a line of shell in which "$@" is the command."""
    return subprocess.run(
        ["sh", "-c", shell, "sh", *CLI, *arguments],
        capture_output=True,
        text=True,
        check=False,
        env=environment(**env),
        cwd=ROOT,
    )


def in_process(*arguments: str) -> tuple[int, str, str]:
    """Status, stdout and stderr of main()."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        status = main(arguments)
    return status, out.getvalue(), err.getvalue()


def besides_main_cf(err: str) -> str:
    """Standard error without the line that says which main.cf was used."""
    lines = err.splitlines(keepends=True)
    return "".join(line for line in lines if not line.startswith("ifdiscover: main.cf used: "))
