"""Starts harnesses, each in a process of its own, and tells what they found: ``make fuzz``."""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from fuzz.targets import TARGETS  # noqa: E402 - found by the path above


class Outcome(NamedTuple):
    """What became of one harness."""

    target: str
    runs: int
    seconds: int
    finding: str  # empty: none

    def __str__(self) -> str:
        return f"{self.target}: {self.runs:,} inputs in {self.seconds} s: {self.finding or 'nothing found'}"


def fuzz(name: str, *, seconds: int, runs: int, seed: int = 1) -> Outcome:
    """Run the harness of one target.

    Args:
        name: the target.
        seconds: when to stop; 0: not by the clock.
        runs: after how many inputs to stop; 0: not by their number.
        seed: of libFuzzer's random numbers.
    """
    target = TARGETS[name]
    with tempfile.TemporaryDirectory() as folder:
        seeds, corpus = Path(folder, "seeds"), Path(folder, "corpus")
        seeds.mkdir()
        corpus.mkdir()
        words: set[bytes] = set()
        for number, data in enumerate(target.seeds()):
            (seeds / f"{number:04}").write_bytes(data)
            words.update(re.findall(rb"[A-Za-z_][A-Za-z_0-9.-]{2,30}", data))
        Path(folder, "words").write_bytes(b"".join(b'"%s"\n' % word for word in sorted(words)[:400]))
        command = [sys.executable, str(Path(__file__).with_name("harness.py")), name, str(corpus), str(seeds)]
        command += [f"-artifact_prefix={folder}/", f"-max_len={target.most}", f"-seed={seed}"]
        command += [f"-dict={folder}/words"] if words else []
        # A slow machine is no finding: no input has a limit of time.
        command += ["-timeout=1000000", "-print_final_stats=1", f"-max_total_time={seconds}", f"-runs={runs or -1}"]
        # coverage would trace what atheris has instrumented.
        bare = {key: value for key, value in os.environ.items() if not key.startswith(("COVERAGE", "COV_"))}
        begin = time.monotonic()
        done = subprocess.run(
            command, capture_output=True, text=True, errors="replace", env={**bare, "PYTHONHASHSEED": "0"}, check=False
        )
        took = round(time.monotonic() - begin)
        count = re.search(r"stat::number_of_executed_units: (\d+)", done.stderr)
        finding = ""
        if done.returncode:
            inputs = [path.read_bytes() for path in Path(folder).glob("*-*") if path.is_file()]
            told = (done.stdout + done.stderr).strip().splitlines()
            kept = [line for line in told if not line.startswith(("INFO:", "#", "stat::", "\t", "0x"))][-25:]
            finding = "\n".join([f"status {done.returncode}", *kept, *(f"input: {data!r}" for data in inputs)])
        return Outcome(name, int(count[1]) if count else 0, took, finding)


def main() -> int:
    """Run the harnesses that the command line names, or all; 1 if one of them found something."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("targets", nargs="*", metavar="TARGET", help=f"one of {', '.join(TARGETS)}; none: all")
    parser.add_argument("--seconds", type=int, default=10, help="for each target; 0: no limit (default: 10)")
    parser.add_argument("--runs", type=int, default=0, help="inputs for each target; 0: no limit")
    parser.add_argument("--jobs", type=int, default=1, help="how many at a time")
    parser.add_argument("--seed", type=int, default=1, help="another number: other inputs (default: 1)")
    parser.add_argument("--json", type=Path, help="add the figures to this file, one object a line")
    options = parser.parse_args()
    unknown = [name for name in options.targets if name not in TARGETS]
    if unknown:
        parser.error(f"no such target: {', '.join(unknown)}")
    found = False
    with ThreadPoolExecutor(options.jobs) as pool:
        work = [
            pool.submit(fuzz, name, seconds=options.seconds, runs=options.runs, seed=options.seed)
            for name in options.targets or TARGETS
        ]
        for one in work:
            outcome = one.result()
            print(outcome, flush=True)  # noqa: T201 - a program
            found |= bool(outcome.finding)
            if options.json:
                with options.json.open("a") as file:
                    file.write(json.dumps(outcome._asdict()) + "\n")
    return int(found)


if __name__ == "__main__":
    sys.exit(main())
