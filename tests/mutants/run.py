"""Change a module in one small way, run its tests, and see whether they notice: a seeded sample of such mutants.

``python tests/mutants/run.py MODULE...`` prints each mutant that no test noticed. The operators are cosmic-ray's; what
is ours is the sample, and a child process for each mutant that starts with pytest imported, in a copy of the tree.
"""

from __future__ import annotations

import argparse
import compileall
import contextlib
import importlib.util
import os
import pathlib
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import traceback
from typing import NoReturn

import hypothesis
import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "tests")]

from mutants.explained import EXPLAINED  # noqa: E402 - found by the path above
from mutants.modules import TESTS  # noqa: E402
from mutants.mutations import Mutant, sample  # noqa: E402

# A mutant may take this many times the processor time of the unchanged module, and a second; one that waits instead of
# counting is ended by the clock.
PATIENCE = 5
LONGEST = 120


def main() -> int:
    """Run the mutants of the modules named, most of them in a second; returns the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("modules", nargs="*", metavar="MODULE", help="a path in modules.py; all, if none is named")
    parser.add_argument("--count", type=int, default=100, help="mutants of each module (default: 100)")
    parser.add_argument("--seed", type=int, default=21, help="which of them (default: 21)")
    options = parser.parse_args()
    unknown = [module for module in options.modules if module not in TESTS]
    if unknown:
        parser.error(f"no tests are named for {' '.join(unknown)}: add a line to tests/mutants/modules.py")
    # The same examples in each run, and no search for a smaller one when one has failed.
    phases = (hypothesis.Phase.explicit, hypothesis.Phase.generate)
    hypothesis.settings.register_profile("mutants", derandomize=True, deadline=None, database=None, phases=phases)
    with tempfile.TemporaryDirectory() as folder:
        copy(pathlib.Path(folder))
        os.chdir(folder)
        for module in options.modules or TESTS:
            attack(module, options.count, options.seed)
    return 0


def copy(folder: pathlib.Path) -> None:
    """Copy what git knows into a folder, links as links, and compile it."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True)
    for name in listed.stdout.split("\0")[:-1]:
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / name, target, follow_symlinks=False)
    for part in ("ifdiscover", "backends"):
        compileall.compile_dir(str(folder / part), quiet=1)
    # Some tests ask git what belongs to the package.
    subprocess.run(["git", "init", "--quiet"], cwd=folder, check=True)
    subprocess.run(["git", "add", "--all"], cwd=folder, check=True)


def attack(module: str, count: int, seed: int) -> None:
    """Run the mutants of one module, and print those that live."""
    path = pathlib.Path(module)
    source = path.read_text(encoding="utf-8")
    tests = TESTS[module]
    status, seconds = run(tests, resource.RLIM_INFINITY, write_bytecode=True)
    if status != 0:
        sys.exit(f"the tests of {module} fail without any mutant: {' '.join(tests)}")
    limit = int(seconds * PATIENCE) + 1
    mutants = sample(source, count, seed)
    alive: list[Mutant] = []
    for mutant in mutants:
        # Bytecode is held to a time of whole seconds and a size, and a mutant may have both of the module.
        pathlib.Path(importlib.util.cache_from_source(module)).unlink(missing_ok=True)
        path.write_text(mutant.source, encoding="utf-8")
        if run(tests, limit)[0] == 0:
            alive.append(mutant)
    path.write_text(source, encoding="utf-8")
    say(f"{module}: {len(mutants) - len(alive)} of {len(mutants)} killed")
    for mutant in alive:
        why = EXPLAINED.get((module, mutant.before, mutant.after), "nobody knows why")
        say(f"  line {mutant.line}: {why}\n    - {mutant.before}\n    + {mutant.after}")


def say(text: str) -> None:
    """Print at once: a run takes minutes."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def run(tests: tuple[str, ...], limit: int, *, write_bytecode: bool = False) -> tuple[int, float]:
    """Run tests in a child process that starts with pytest imported.

    Returns:
        0 if all passed, and the seconds of processor time that the child and its own children took.
    """
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    child = os.fork()
    if child == 0:
        become_pytest(tests, limit, write_bytecode=write_bytecode)
    deadline = time.monotonic() + LONGEST
    done, status = os.waitpid(child, os.WNOHANG)
    while not done:
        if time.monotonic() > deadline and limit != resource.RLIM_INFINITY:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(child, signal.SIGKILL)
        time.sleep(0.01)
        done, status = os.waitpid(child, os.WNOHANG)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(child, signal.SIGKILL)  # what a mutant has left behind
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return status, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def become_pytest(tests: tuple[str, ...], limit: int, *, write_bytecode: bool) -> NoReturn:
    """Be pytest, with a bound on processor time, and on memory for a mutant that collects without end."""
    os.setsid()
    resource.setrlimit(resource.RLIMIT_CPU, (limit, limit))
    resource.setrlimit(resource.RLIMIT_AS, (4 << 30, 4 << 30))
    if not write_bytecode:
        quiet = os.open(os.devnull, os.O_WRONLY)
        os.dup2(quiet, 1)
        os.dup2(quiet, 2)
        sys.dont_write_bytecode = True
        os.environ["PYTHONDONTWRITEBYTECODE"] = "1"
    sys.path[:] = [place for place in sys.path if not place.startswith(str(ROOT / "tests"))]
    options = ["-x", "-q", "--assert=plain", "--hypothesis-profile=mutants", "-p", "no:cacheprovider", "-p", "no:xdist"]
    status = 70
    try:
        status = int(pytest.main([*options, *tests]))
    except BaseException:  # noqa: BLE001 - this process is a copy of another, which must not go on in it
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        os._exit(status)


if __name__ == "__main__":
    sys.exit(main())
