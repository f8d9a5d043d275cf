"""The program ends at once when it has said all, unless somebody waits for its end."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from support.namespaces import ROOT

# A value whose end can be seen: Python takes it apart at its own end, and os._exit() does not.
WITNESS = """
import sys
from ifdiscover._cli import main
class Witness:
    def __del__(self): print("taken apart", flush=True)
witness = Witness()
sys.argv = ["ifdiscover", *sys.argv[1:]]
"""
AWAITED = {
    "registered with atexit": "import atexit; atexit.register(print, 'at exit')",
    "a debugger": "sys.settrace(getattr)",
    "a profiler": "sys.setprofile(getattr)",
    "another thread": "import threading, time; threading.Thread(target=time.sleep, args=(0.2,)).start()",
    "what is asked to go on": "import os; os.environ['PYTHONINSPECT'] = '1'",
}
if hasattr(sys, "monitoring"):
    AWAITED["a tool that monitors"] = "sys.monitoring.use_tool_id(3, 'test')"


def run(program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """A Python of its own, without what measures coverage in this one."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("COV", "COVERAGE"))}
    argv = [sys.executable, "-c", WITNESS + program, *arguments]
    return subprocess.run(
        argv, cwd=ROOT, env=environment, input="", capture_output=True, text=True, timeout=60, check=False
    )


@pytest.mark.skipif(sys.implementation.name != "cpython", reason="other Pythons do not say whether somebody waits")
@pytest.mark.parametrize(("argument", "status"), [("--version", 0), ("no-such-command", 64)])
def test_nothing_is_taken_apart_when_all_is_said(argument: str, status: int) -> None:
    """The answer and the status are the same; what stood in a stream of Python's is written."""
    ended = run("sys.stdout.write('before '); sys.exit(main())", argument)
    assert (ended.returncode, ended.stdout.partition(" ")[0]) == (status, "before")
    assert "taken apart" not in ended.stdout
    assert ended.stderr if status else ended.stdout.startswith("before ifdiscover ")


@pytest.mark.parametrize("awaited", AWAITED.values(), ids=AWAITED)
def test_python_ends_as_usual_if_somebody_waits(awaited: str) -> None:
    """Coverage, for one, writes its measure then."""
    ended = run(f"{awaited}\nsys.exit(main())", "--version")
    assert "taken apart" in ended.stdout
    assert ("at exit" in ended.stdout) == ("atexit" in awaited)


def test_a_caller_that_is_no_main_program_goes_on() -> None:
    """Such as a function of another module."""
    ended = run("exec('status = main()', {**globals(), '__name__': 'other'}); print('goes on')", "--version")
    assert "goes on" in ended.stdout


def test_a_caller_with_arguments_of_its_own_goes_on() -> None:
    """It gets the status."""
    ended = run("print('status', main(['--version']))")
    assert "status 0" in ended.stdout


def test_an_interrupt_lets_a_caller_that_is_no_main_program_clean_up() -> None:
    """It gets the status, as of any command."""
    module = (
        "import os, signal\nfrom ifdiscover._cli import host\n"
        "def discover(*_): os.kill(os.getpid(), signal.SIGINT)\nhost.discover = discover\n"
        "def tool():\n try: print('status', main(), flush=True)\n finally: print('cleaned up', flush=True)\n"
    )
    ended = run(f"exec({module!r}, tool := {{'__name__': 'tool', 'main': main}}); tool['tool']()")
    assert ended.stdout.splitlines()[:2] == ["status 130", "cleaned up"]


def test_an_interrupt_after_the_command_is_pythons_own() -> None:
    """At the prompt of ``python -i``, which an interrupt does not end."""
    said = "import os, signal\nos.kill(os.getpid(), signal.SIGINT)\nprint('the prompt', 'stays')\n"
    argv = [sys.executable, "-i", "-m", "ifdiscover", "--version"]
    ended = subprocess.run(argv, cwd=ROOT, input=said, capture_output=True, text=True, timeout=60, check=False)
    assert "the prompt stays" in ended.stdout
    assert ended.returncode == 0
