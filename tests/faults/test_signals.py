"""A signal at any call, or at any moment, ends a command as a signal does: without a traceback.

What Python itself does before the first of our lines is beyond us: there an interrupt shows its traceback. ``python -m
ifdiscover`` and the program as one file are guarded from their first line on, the installed command from main() on.
"""

from __future__ import annotations

import os
import random
import runpy
import shutil
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest
from faults.injected import CALLS, LONG, PATIENCE, Fault, Shim, bounded, plain_environment
from support.namespaces import CLI, ROOT, environment

if TYPE_CHECKING:
    from pathlib import Path

INTERRUPTED = {130, -signal.SIGINT}
"""As main() says it, and as the system does, which a shell shows as 130 too."""
SAMPLE = 25


@pytest.mark.parametrize(
    "arguments", [["addresses"], ["interfaces", "--json"], ["addresses", "--backend", "getifaddrs"]]
)
def test_an_interrupt_at_each_call(shim: Shim, arguments: list[str]) -> None:
    """From the opening of the command line's first module on, to the last write."""
    bounded([*CLI, *arguments], env=environment())  # now its bytecode is there
    usual, counts = shim.run(arguments, None)
    faults = [
        Fault(call, at, "signal", signal.SIGINT) for call, made in zip(CALLS, counts) for at in range(1, made + 1)
    ]
    if not LONG:
        faults = random.Random(len(faults)).sample(faults, SAMPLE)
    for fault in faults:
        ended, met = shim.run(arguments, fault)
        assert met[-1] == 1, fault
        assert ended.status in INTERRUPTED, (str(fault), ended)
        assert ended.err == "", (str(fault), ended)
        assert usual.out.startswith(ended.out), fault


@pytest.mark.parametrize(
    ("name", "status"), [("SIGTERM", -signal.SIGTERM), ("SIGHUP", -signal.SIGHUP), ("SIGWINCH", 0), ("SIGCHLD", 0)]
)
def test_another_signal_at_a_call_does_what_it_does_to_any_process(shim: Shim, name: str, status: int) -> None:
    """Those that end none leave the answer as it is."""
    usual, _ = shim.run(["addresses"], None)
    for call in ("socket", "recvmsg", "read", "write"):
        ended, _ = shim.run(["addresses"], Fault(call, 1, "signal", getattr(signal, name)))
        assert ended.status == status, (call, ended)
        assert ended.out == (b"" if status else usual.out)
        assert "Traceback" not in ended.err


def interrupted_after(argv: list[str], delay: float, env: dict[str, str]) -> tuple[int | None, bytes, str]:
    """How a program ends that says when it starts, and is interrupted so long after."""
    reader, writer = os.pipe()
    with subprocess.Popen(
        argv, env=env, stdin=writer, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True, cwd=ROOT
    ) as child:
        os.close(writer)
        os.read(reader, 1)
        os.close(reader)
        time.sleep(delay)
        child.send_signal(signal.SIGINT)
        try:
            out, err = child.communicate(timeout=PATIENCE)
        except subprocess.TimeoutExpired:
            os.killpg(child.pid, signal.SIGKILL)
            pytest.fail(f"{argv} hung after an interrupt after {delay} seconds")
        return child.returncode, out, err.decode()


def test_an_interrupt_at_a_random_moment() -> None:
    """The program tells by a byte that its first line runs, and then runs as ``python -m ifdiscover`` does."""
    code = (
        "import runpy, os; from _signal import *; signal(SIGINT, SIG_DFL); os.write(0, b'x'); "
        "runpy.run_module('ifdiscover', run_name='__main__', alter_sys=True)"
    )
    argv = [sys.executable, "-c", code]
    env = plain_environment()
    usual = bounded([*CLI], env=environment()).out
    moments = random.Random(2)
    ends = set()
    for _ in range(600 if LONG else 40):
        status, out, err = interrupted_after(argv, moments.random() * 0.08, env)
        assert status in {0, *INTERRUPTED}, err
        assert err == ""
        assert out in (b"", usual)
        assert status != 0 or out == usual
        ends.add(status)
    assert ends & INTERRUPTED


def test_an_interrupt_that_is_ignored_stays_ignored(shim: Shim) -> None:
    """As a shell without job control starts what goes on in the background."""
    argv = ["sh", "-c", 'trap "" INT; exec "$@"', "sh"]
    code = "import os, signal; os.kill(0, signal.SIGINT); from ifdiscover._cli import main; raise SystemExit(main())"
    ended = bounded([*argv, sys.executable, "-c", code, "addresses"], env=plain_environment())
    assert (ended.status, ended.err) == (0, "")
    usual = shim.run(["addresses"], None)[0].out
    assert ended.out == usual


def test_a_caller_keeps_its_handler() -> None:
    """main() with arguments is a function of somebody's program, who may have a handler."""
    code = (
        "import signal; from ifdiscover._cli import main; before = signal.getsignal(signal.SIGINT); "
        "main(['--version']); assert signal.getsignal(signal.SIGINT) is before is signal.default_int_handler"
    )
    ended = bounded([sys.executable, "-c", code], env=plain_environment())
    assert (ended.status, ended.err) == (0, "")


def test_an_interrupt_while_the_one_file_starts(shim: Shim, tmp_path: Path) -> None:
    """It imports nothing else than its modules, and is guarded before the first of them."""
    folder = tmp_path / "installed"
    shutil.copytree(ROOT / "ifdiscover", folder / "ifdiscover", ignore=shutil.ignore_patterns("__pycache__"))
    made = tmp_path / "ifdiscover.pyz"
    runpy.run_path(str(ROOT / "one_file/make.py"))["main"](str(folder), str(made), sys.executable)
    started = [sys.executable, str(made)]
    reads = shim.run([], None, arm="ifdiscover.pyz", argv=started)[1][CALLS.index("read")]
    assert reads > 3
    found = set()
    for at in range(1, reads + 1):
        ended, _ = shim.run([], Fault("read", at, "signal", signal.SIGINT), arm="ifdiscover.pyz", argv=started)
        if "start.py" not in ended.err and "_cli" not in ended.err:  # zipimport reads before the first of our lines
            found.add(ended.status)
            assert "Traceback" not in ended.err or "zipimport" in ended.err or "runpy" in ended.err, ended
        else:
            pytest.fail(f"interrupted before read {at}: {ended}")
    assert found & INTERRUPTED
