"""Change a module in one small way, run its tests, and see whether they notice: a seeded sample of such mutants.

``python tests/mutants/run.py MODULE...`` prints each mutant that no test noticed. The operators are cosmic-ray's; what
is ours is the sample, the choice of the tests that run what a mutant changes (``covering.py``), and a child process for
each mutant that starts with pytest imported, in a copy of the tree.
"""

from __future__ import annotations

import argparse
import ast
import compileall
import contextlib
import gc
import hashlib
import importlib
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
from typing import TYPE_CHECKING, NoReturn

import hypothesis
import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "tests")]

from mutants.covering import Chosen, Covering, Watch, covering  # noqa: E402 - found by the path above
from mutants.explained import EXPLAINED  # noqa: E402
from mutants.modules import TESTS  # noqa: E402
from mutants.mutations import Mutant, sample  # noqa: E402

# A mutant may take this many times the processor time of the unchanged module, and a second; one that waits instead of
# counting is ended by the clock.
PATIENCE = 3
LONGEST = 120

# Tests of many modules that no mutant is shown.
TAKE_LONG = ("tests/core/test_model.py::test_every_module_imports_alone",)

# What most tests import, and hypothesis when its first test runs. Nothing of ifdiscover: a child imports the mutant.
IMPORTED_ONCE = (
    *("_hypothesis_pytestplugin", "hypothesis.strategies", "hypothesis.internal.conjecture.engine", "_pytest.doctest"),
    *("ctypes", "ipaddress", "json", "pty", "subprocess", "unittest.mock"),
)


def main() -> int:
    """Run the mutants of the modules named, most of them in a second; returns 1 if tests fail without a mutant."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("modules", nargs="*", metavar="MODULE", help="a path in modules.py; all, if none is named")
    parser.add_argument("--count", type=int, default=100, help="mutants of each module (default: 100)")
    parser.add_argument("--seed", type=int, default=21, help="which of them (default: 21)")
    parser.add_argument("--resume", action="store_true", help="pass over what a run with --resume has killed before")
    options = parser.parse_args()
    unknown = [module for module in options.modules if module not in TESTS]
    if unknown:
        parser.error(f"no tests are named for {' '.join(unknown)}: add a line to tests/mutants/modules.py")
    # The same examples in each run, and no search for a smaller one when one has failed.
    phases = (hypothesis.Phase.explicit, hypothesis.Phase.generate)
    hypothesis.settings.register_profile(
        "mutants", derandomize=True, deadline=None, database=None, phases=phases, max_examples=20
    )
    with tempfile.TemporaryDirectory() as folder:
        copy(pathlib.Path(folder))
        os.chdir(folder)
        for name in IMPORTED_ONCE:
            importlib.import_module(name)
        gc.freeze()
        modules = options.modules or TESTS
        attacked = [attack(module, options.count, options.seed, resume=options.resume) for module in modules]
    return 0 if all(attacked) else 1


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


def attack(module: str, count: int, seed: int, *, resume: bool) -> bool:
    """Run the mutants of one module, and print those that live; False: its tests fail without any mutant."""
    path = pathlib.Path(module)
    source = path.read_text(encoding="utf-8")
    tree = ast.parse(source)
    answer = pathlib.Path("covering.json").resolve()
    began = time.monotonic()
    if run(TESTS[module], resource.RLIM_INFINITY, lambda: Watch(path, answer), write_bytecode=True) != 0:
        say(f"the tests of {module} fail without any mutant: {' '.join(TESTS[module])}")
        return False
    covered = covering(answer)
    known = Known(module, source) if resume else None
    mutants = sample(source, count, seed)
    alive: list[tuple[Mutant, int]] = []
    for mutant in mutants:
        if known is not None and mutant.source in known:
            continue
        tests = covered.of(tree, mutant.line)
        # Bytecode is held to a time of whole seconds and a size, and a mutant may have both of the module.
        pathlib.Path(importlib.util.cache_from_source(module)).unlink(missing_ok=True)
        path.write_text(mutant.source, encoding="utf-8")
        if killed(tests, covered):
            if known is not None:
                known.add(mutant.source)
        else:
            alive.append((mutant, len(tests)))
    path.write_text(source, encoding="utf-8")
    minutes = (time.monotonic() - began) / 60
    say(f"{module}: {len(mutants) - len(alive)} of {len(mutants)} killed, in {minutes:.1f} minutes")
    for mutant, asked in alive:
        why = EXPLAINED.get((module, mutant.before, mutant.after), f"nobody knows why; {asked} tests run it")
        say(f"  line {mutant.line}: {why}\n    - {mutant.before}\n    + {mutant.after}")
    return True


def killed(tests: list[str], covered: Covering) -> bool:
    """Whether one of these tests fails with the mutant that is in place now."""
    if not tests:
        return False
    seconds = covered.starting + sum(covered.seconds[test] for test in tests)
    files = tuple(sorted({test.partition("::")[0] for test in tests}))
    status = run(files, int(seconds * PATIENCE) + 1, lambda: Chosen(tests))
    # Where a mutant changes the names of all tests, none is left to run, and none has failed.
    return os.waitstatus_to_exitcode(status) not in (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED)


class Known:
    """The mutants of a module that earlier runs killed, in a file, for as long as the module stays as it is."""

    def __init__(self, module: str, source: str) -> None:
        self._file = ROOT / "dist" / "mutants" / f"{module.replace('/', '.')}.{digest(source)}"
        self._file.parent.mkdir(parents=True, exist_ok=True)
        self._digests = set(self._file.read_text().split()) if self._file.exists() else set[str]()

    def __contains__(self, mutated: str) -> bool:
        return digest(mutated) in self._digests

    def add(self, mutated: str) -> None:
        """Write at once: a run may be ended."""
        with self._file.open("a") as file:
            file.write(f"{digest(mutated)}\n")


def digest(text: str) -> str:
    """A short name for a text."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def say(text: str) -> None:
    """Print at once: a run takes minutes."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def run(tests: tuple[str, ...], limit: int, make: Callable[[], object], *, write_bytecode: bool = False) -> int:
    """Run tests in a child process that starts with pytest imported, and ``make()`` its plugin.

    Returns:
        0 if all passed.
    """
    child = os.fork()
    if child == 0:
        become_pytest(tests, limit, make, write_bytecode=write_bytecode)
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
    return status


def become_pytest(tests: tuple[str, ...], limit: int, make: Callable[[], object], *, write_bytecode: bool) -> NoReturn:
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
    options = ["-x", "-q", "--assert=plain", "--hypothesis-profile=mutants", "-m", "not netns"]
    options += ["--ignore-glob=*/test_live*.py", "-o", "addopts=--import-mode=importlib"]  # without doctests
    options += [f"--deselect={test}" for test in TAKE_LONG]
    # To look for plugins takes long, and so does the collection of garbage by the last of these.
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    for plugin in ("_hypothesis_pytestplugin", "no:cacheprovider", "no:unraisableexception"):
        options += ["-p", plugin]
    status = 70
    try:
        status = int(pytest.main([*options, *tests], plugins=[make()]))
    except BaseException:  # noqa: BLE001 - this process is a copy of another, which must not go on in it
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        os._exit(status)


if __name__ == "__main__":
    sys.exit(main())
