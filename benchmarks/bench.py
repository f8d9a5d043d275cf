"""Measure ifdiscover and its peers in one run, and compare the ratios with the promises.

Whole processes and single calls are measured separately, on hosts with 5 to 100,000 addresses and with 2,000 links;
each host is a network namespace. Quote the ratios only: the milliseconds depend on this machine. A full run writes
results.json, the plots, and the figures in the documents.

It needs root, a C compiler, a real (not an editable) installation, and the peers. ``make bench`` installs what pip can.
"""

from __future__ import annotations

import argparse
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
from typing import TYPE_CHECKING, Any

import contestants as who
import main_cfs
import report
from big_hosts import SHAPES, in_namespace
from measuring import BEST_OF, ROUNDS, SLOW, Sample, compare, of_call, of_process, peak, seconds
from promises import LOOKUPS, OF_MAIN_CF, ratios_of_promises, too_much_memory

import ifdiscover

if TYPE_CHECKING:
    from collections.abc import Iterable

    from measuring import Times

# Contestants that would take minutes, and whose smaller sizes show enough; with the reason.
TOO_SLOW = {
    "100000 addresses": {
        "ioctl": "its time grows with the square of the addresses on a link",
        who.IFADDR: "its time grows with the square of the addresses",
    },
    "2000 links": {
        "netifaces": "netifaces-plus, on which it rests, takes the better part of a minute for one reading",
    },
}


def inside(work: dict[str, Any]) -> dict[str, Any]:
    """Measure everything in this process's namespace, which has one of the shapes."""
    if "main.cf" in work:
        runs = {name: of_process(argv) for name, argv in who.of_main_cf(work["main.cf"]).items()}
        for run in runs.values():
            run()  # the kernel may still be busy with the namespace, and what is slow at first is run no more
        return {"processes": compare(runs, work["rounds"])}
    programs, too_slow, rounds = who.Programs(*work["programs"]), work["too_slow"], work["rounds"]
    processes = {name: argv for name, argv in who.processes(programs).items() if name not in too_slow}
    calls = {name: call for name, call in who.calls().items() if name not in too_slow}
    whole = compare({name: of_process(argv) for name, argv in processes.items()}, rounds)
    return {
        "processes": whole,
        "calls": compare({name: of_call(call) for name, call in calls.items()}, rounds),
        "decoding": compare({name: of_call(call) for name, call in who.decodings().items()}, rounds),
        "of host": compare({name: of_call(call) for name, call in who.of_host().items()}, rounds),
        "peaks": {
            name: peak(programs.peak, argv) for name, argv in processes.items() if whole[name][0][0].wall < 10 * SLOW
        },
    }


def build(folder: str, zipapp: str) -> who.Programs:
    """Compile the C programs."""
    for name in ("getifaddrs", "peak"):
        source = report.ROOT / "benchmarks" / f"{name}.c"
        subprocess.run(["cc", "-O2", "-o", f"{folder}/{name}", str(source)], check=True)
    return who.Programs(f"{folder}/getifaddrs", f"{folder}/peak", str(pathlib.Path(zipapp).resolve()))


def figures(times: Times) -> dict[str, dict[str, float]]:
    """For each contestant the median time of its best repetition, in milliseconds."""
    return {
        name: {f"{metric}_ms": round(seconds(times, name, metric) * 1000, 3) for metric in ("wall", "cpu")}
        for name in times
    }


def measure(shapes: list[str], programs: who.Programs, rounds: int) -> dict[str, Any]:
    """Measure all shapes; return the contents of results.json."""
    results: dict[str, Any] = {"measured": report.circumstances(), "shapes": {}}
    raw: dict[str, dict[str, Times]] = {}
    peaks: dict[str, dict[str, float]] = {}
    for shape in shapes:
        print(f"... {shape}", file=sys.stderr, flush=True)
        too_slow = TOO_SLOW.get(shape, {})
        found = in_namespace(shape, {"programs": programs, "too_slow": list(too_slow), "rounds": rounds})
        peaks[shape] = found.pop("peaks")
        raw[shape] = {kind: _samples(times) for kind, times in found.items()}
        by_kind: dict[str, Any] = {kind: figures(times) for kind, times in raw[shape].items()}
        for name, size in peaks[shape].items():
            by_kind["processes"][name]["peak_mib"] = round(size, 1)
        results["shapes"][shape] = {**by_kind, "skipped": too_slow}
    print("... look-ups", file=sys.stderr, flush=True)
    raw[LOOKUPS] = {"calls": compare({name: of_call(call) for name, call in who.lookups().items()}, rounds)}
    results["lookups"] = {
        name: {"us": round(seconds(raw[LOOKUPS]["calls"], name, "cpu") / who.PATTERNS * 1e6, 3)}
        for name in raw[LOOKUPS]["calls"]
    }
    results["rows"] = [row._asdict() for row in ratios_of_promises(raw)]
    results["too much memory"] = too_much_memory(peaks)
    return results


def measure_main_cfs(folder: str, rounds: int) -> dict[str, Any]:
    """Measure what reads a main.cf, on a host with few addresses; a part of the contents of results.json."""
    shapes: dict[str, Any] = {}
    raw: dict[str, dict[str, Times]] = {}
    for shape, main_cf in main_cfs.write(folder).items():
        print(f"... {shape}", file=sys.stderr, flush=True)
        found = in_namespace(next(iter(SHAPES)), {"main.cf": main_cf, "rounds": rounds})
        raw[shape] = {"processes": _samples(found["processes"])}
        shapes[shape] = {"processes": figures(raw[shape]["processes"])}
    rows = [row._asdict() for row in ratios_of_promises(raw, OF_MAIN_CF)]
    return {"measured": report.circumstances(), "shapes": shapes, "rows": rows}


def _samples(times: dict[str, Any]) -> Times:
    """Turn times from JSON back into samples."""
    return {name: [[Sample(*sample) for sample in of] for of in repetitions] for name, repetitions in times.items()}


def show(results: dict[str, Any]) -> int:
    """Print the tables; return 1 if a promise is beyond its limit."""
    print(report.footnote(results))
    for title, body in {
        "Whole processes, wall time in ms": report.times(results, "processes", "wall_ms"),
        "Whole processes, processor time in ms": report.times(results, "processes", "cpu_ms"),
        "Whole processes, peak memory in MiB": report.times(results, "processes", "peak_mib"),
        "Calls, processor time in ms": report.times(results, "calls", "cpu_ms", 2),
        "Decoding alone, processor time in ms": report.times(results, "decoding", "cpu_ms", 2),
        "mynetworks of a host that was read, processor time in ms": report.times(results, "of host", "cpu_ms", 2),
        "Look-ups": report.look_ups(results),
        f"Against goals and limits: ratios of one run, best of {BEST_OF}": report.verdicts(results["rows"]),
    }.items():
        print(f"\n{title}\n\n{body}")
    for line in report.skipped(results):
        print(f"not measured: {line}")
    print(f"What takes longer than {SLOW:.0f} s is run once.")
    print(f"\nCommands that read a main.cf, wall time in ms\n\n{report.of_main_cfs(results['main.cf'])}")
    return _complain([*results["rows"], *results["main.cf"]["rows"]], results["too much memory"])


def _complain(rows: Iterable[dict[str, Any]], too_much_memory: Iterable[str]) -> int:
    """Print what is beyond its limit; return 1 if there is anything."""
    missed = [f"{row['what']} at {row['shape']}" for row in rows if row["seen"] > row["limit"]]
    missed += [f"memory at {shape}" for shape in too_much_memory]
    for line in missed:
        print(f"MISSED: {line}")
    return 1 if missed else 0


def main() -> int:
    """Measure, print the tables, and write the results of a full run.

    Returns:
        0; 1 if a promise is beyond its limit; 77 if this machine cannot measure.
    """
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shapes", nargs="*", choices=SHAPES, default=list(SHAPES), metavar="SHAPE", help="only these")
    parser.add_argument("--rounds", type=int, default=ROUNDS, help="at most (default: %(default)s)")
    parser.add_argument("--zipapp", default="dist/ifdiscover.pyz", help="made by make zipapp (default: %(default)s)")
    parser.add_argument(
        "--main-cf", action="store_true", help="only the commands that read a main.cf; write their part"
    )
    parser.add_argument("--again", action="store_true", help="write plots and documents again from results.json")
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.inside:
        json.dump(inside(json.load(sys.stdin)), sys.stdout)
        return 0
    if arguments.again:
        write(json.loads(report.RESULTS.read_text(encoding="utf-8")))
        return 0
    missing = [program for program in ("ip", "cc", "postconf") if shutil.which(program) is None]
    if os.geteuid() != 0 or missing:
        print(f"bench: needs root to make network namespaces, and {', '.join(missing) or 'nothing else'}")
        return 77
    if pathlib.Path(ifdiscover.__file__).parent == report.ROOT / "ifdiscover":
        print(
            "bench: this Python has the checkout itself, or an editable installation, which starts slower; make bench"
        )
        return 77
    with tempfile.TemporaryDirectory() as folder:
        of_main_cf = measure_main_cfs(folder, arguments.rounds)
        if arguments.main_cf:
            keep({**json.loads(report.RESULTS.read_text(encoding="utf-8")), "main.cf": of_main_cf})
            print(report.of_main_cfs(of_main_cf))
            return _complain(of_main_cf["rows"], [])
        results = measure(arguments.shapes, build(folder, arguments.zipapp), arguments.rounds)
        results["main.cf"] = of_main_cf
    if arguments.shapes == list(SHAPES) and arguments.rounds == ROUNDS:
        write(results)
    return show(results)


def write(results: dict[str, Any]) -> None:
    """Write results.json, and from it the plots and the figures in the documents."""
    import plots

    keep(results)
    plots.draw(results)


def keep(results: dict[str, Any]) -> None:
    """Write results.json, and from it the figures in the documents."""
    report.RESULTS.write_text(json.dumps(results, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    report.write_blocks(results)


if __name__ == "__main__":
    sys.exit(main())
