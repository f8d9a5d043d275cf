"""Measure ifdiscover and its peers in one run, and compare the ratios with the promises.

Whole processes and single calls are measured separately, on hosts with 5 to 100,000 addresses and with 2,000 links;
each host is a network namespace, without a main.cf. Quote the ratios only: the milliseconds depend on this machine. A
full run writes results.json, the plots, and the figures in the documents, whether or not all promises are kept.

It needs root, a C compiler, a real (not an editable) installation, the peers, and the other Pythons of the zipapp's
promises. ``make bench`` installs what pip can.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
from typing import TYPE_CHECKING, Any

import apart
import calls
import contestants as who
import main_cfs
import plots
import report
from big_hosts import SHAPES, in_namespace
from measuring import ROUNDS, SLOW, Sample, compare, of_call, of_process, peak, seconds
from promises import OF_MAIN_CF, PEAKS, not_measured, ratios_of_promises, with_promises_of_now

import ifdiscover

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from measuring import Times

SMALLEST = next(iter(SHAPES))

PROCESSES = 3  # in which the calls are measured, one after the other

# Contestants that would take minutes, and whose smaller sizes show enough; with the reason.
TOO_SLOW = {
    "100000 addresses": {
        "ioctl": "its time grows with the square of the addresses on a link",
        who.IFADDR: "its time grows with the square of the addresses",
    },
    "2000 links": {
        "netifaces": "netifaces-plus, on which it rests, is not measured",
        who.NETIFACES: "it takes the better part of a minute for one reading",
    },
}


def inside(work: dict[str, Any], folder: str) -> dict[str, Any]:
    """Measure everything in this process's namespaces, whose network has one of the shapes."""
    rounds = work["rounds"]
    if "calls" in work:
        contestants = calls.of_kernel()
        return compare({name: of_call(contestants[name]) for name in work["calls"]}, rounds, slow=math.inf)
    hide_main_cf(folder)

    def of_processes(argvs: Mapping[str, list[str]]) -> Times:
        return compare({name: of_process(argv) for name, argv in argvs.items()}, rounds)

    def of_calls(contestants: Mapping[str, Callable[[], object]]) -> Times:
        return compare({name: of_call(c) for name, c in contestants.items() if name not in work["too_slow"]}, rounds)

    if "main.cf" in work:
        argvs = who.of_main_cf(work["main.cf"])
        for argv in argvs.values():  # the kernel may still be busy, and what is slow at first is run once only
            of_process(argv)()
        return {"processes": of_processes(argvs)}
    programs = who.Programs(*work["programs"])
    processes = {name: argv for name, argv in who.processes(programs).items() if name not in work["too_slow"]}
    whole = of_processes(processes)
    return {
        "processes": whole,
        **({"zipapp": of_processes(who.zipapps(programs))} if work["shape"] == SMALLEST else {}),
        "calls": in_several_processes(of_calls(calls.of_kernel()), rounds),
        "decoding": of_calls(calls.of_decoding()),
        "of host": of_calls(calls.of_host()),
        "snapshot": of_calls(calls.of_snapshot(folder)),
        PEAKS: {name: peak(programs.peak, argv) for name, argv in processes.items() if whole[name][0].wall < 10 * SLOW},
    }


def in_several_processes(times: Times, rounds: int) -> Times:
    """Add samples from other processes: where a process has its memory changes a call's time by some percent."""
    quick = [name for name, samples in times.items() if len(samples) > 1]
    work = json.dumps({"calls": quick, "rounds": rounds})
    for _ in range(PROCESSES - 1):
        argv = [sys.executable, sys.argv[0], "--inside"]
        done = subprocess.run(argv, input=work, stdout=subprocess.PIPE, text=True, check=True)
        for name, samples in _samples(json.loads(done.stdout)).items():
            times[name] += samples
    return times


def hide_main_cf(folder: str) -> None:
    """Show a folder with nothing but an empty master.cf as /etc/postfix, in this process's mount namespace only.

    ``ip netns exec`` makes one. Where no main.cf is found, ours reads none, just as ``postconf -d``.
    """
    place = pathlib.Path("/etc/postfix")
    if place.is_dir():
        empty = pathlib.Path(folder, "postfix")
        empty.mkdir()
        (empty / "master.cf").touch()
        subprocess.run(["mount", "--bind", str(empty), str(place)], check=True)


def build(folder: str, zipapp: str, pythons: list[str]) -> who.Programs:
    """Compile the C programs, and find the other Pythons: those that start."""
    for name in ("getifaddrs", "peak"):
        source = report.ROOT / "benchmarks" / f"{name}.c"
        subprocess.run(["cc", "-O2", "-o", f"{folder}/{name}", str(source)], check=True)
    found = {}
    for python in pythons:
        try:
            asked = [python, "-c", "import sys; print('%d.%d' % sys.version_info[:2], sys.executable)"]
            number, path = subprocess.run(asked, capture_output=True, text=True, check=True).stdout.split()
        except (OSError, subprocess.CalledProcessError) as error:
            print(f"bench: {python} does not start: {error}", file=sys.stderr)
            continue
        if number != f"{sys.version_info.major}.{sys.version_info.minor}":
            found[number] = path
    return who.Programs(f"{folder}/getifaddrs", f"{folder}/peak", str(pathlib.Path(zipapp).resolve()), found)


def figures(times: Times) -> dict[str, dict[str, float]]:
    """For each contestant the median time, in milliseconds."""
    return {
        name: {f"{metric}_ms": round(seconds(times, name, metric) * 1000, 3) for metric in ("wall", "cpu")}
        for name in times
    }


def measure(shapes: list[str], programs: who.Programs, rounds: int) -> dict[str, Any]:
    """Measure all shapes; return the contents of results.json."""
    results: dict[str, Any] = {"measured": report.circumstances(), "shapes": {}, "apart": {}}
    raw: dict[str, dict[str, Any]] = {}
    for shape in shapes:
        print(f"... {shape}", file=sys.stderr, flush=True)
        too_slow = TOO_SLOW.get(shape, {})
        work = {"shape": shape, "programs": programs, "too_slow": list(too_slow), "rounds": rounds}
        found = in_namespace(shape, work)
        raw[shape] = {kind: times if kind == PEAKS else _samples(times) for kind, times in found.items()}
        by_kind: dict[str, Any] = {kind: figures(times) for kind, times in raw[shape].items() if kind != PEAKS}
        for name, size in raw[shape][PEAKS].items():
            by_kind["processes"][name]["peak_mib"] = round(size, 1)
        results["shapes"][shape] = {**by_kind, "skipped": too_slow}
    for name, (contestants, repeats) in apart.APART.items():
        print(f"... {name}", file=sys.stderr, flush=True)
        times = compare({one: of_call(call) for one, call in contestants().items()}, rounds)
        raw[name] = {"calls": times}
        results["apart"][name] = {one: {"us": round(seconds(times, one, "cpu") / repeats * 1e6, 3)} for one in times}
    rows = ratios_of_promises(raw)
    results["rows"] = [row._asdict() for row in rows]
    results["without a row"] = [f"{promise.what} at {promise.shape}" for promise in not_measured(rows)]
    return results


def measure_main_cfs(folder: str, rounds: int) -> dict[str, Any]:
    """Measure what reads a main.cf, on a host with few addresses; a part of the contents of results.json."""
    shapes: dict[str, Any] = {}
    raw: dict[str, dict[str, Times]] = {}
    for shape, main_cf in main_cfs.write(folder).items():
        print(f"... {shape}", file=sys.stderr, flush=True)
        found = in_namespace(SMALLEST, {"main.cf": main_cf, "rounds": rounds})
        raw[shape] = {"processes": _samples(found["processes"])}
        shapes[shape] = {"processes": figures(raw[shape]["processes"])}
    rows = [row._asdict() for row in ratios_of_promises(raw, OF_MAIN_CF)]
    return {"measured": report.circumstances(), "shapes": shapes, "rows": rows}


def _samples(times: dict[str, Any]) -> Times:
    """Turn times from JSON back into samples."""
    return {name: [Sample(*sample) for sample in samples] for name, samples in times.items()}


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
        "--pythons",
        nargs="*",
        default=[],
        metavar="PYTHON",
        help="those of other versions on which the zipapp is measured, which must have their bytecode (default: none)",
    )
    parser.add_argument(
        "--main-cf", action="store_true", help="only the commands that read a main.cf; write their part"
    )
    parser.add_argument(
        "--again",
        action="store_true",
        help="measure nothing; write plots and documents again from results.json, by the goals and limits of now",
    )
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.again:
        results = json.loads(report.RESULTS.read_text(encoding="utf-8"))
        for part in (results, results["main.cf"]):
            part["rows"] = with_promises_of_now(part["rows"])
        write(results)
        return verdict([*results["rows"], *results["main.cf"]["rows"]])
    with tempfile.TemporaryDirectory() as folder:
        if arguments.inside:
            json.dump(inside(json.load(sys.stdin), folder), sys.stdout)
            return 0
        return _cannot_measure() or _measure(arguments, folder)


def _cannot_measure() -> int:
    """Print why this machine cannot measure; 77 if there is a reason."""
    missing = [program for program in ("ip", "cc", "postconf") if shutil.which(program) is None]
    if os.geteuid() != 0 or missing:
        print(f"bench: needs root to make network namespaces, and {', '.join(missing) or 'nothing else'}")
        return 77
    if pathlib.Path(ifdiscover.__file__).parent == report.ROOT / "ifdiscover":
        print(
            "bench: this Python has the checkout itself, or an editable installation, which starts slower; make bench"
        )
        return 77
    return 0


def _measure(arguments: argparse.Namespace, folder: str) -> int:
    of_main_cf = measure_main_cfs(folder, arguments.rounds)
    if arguments.main_cf:
        print(report.of_main_cfs(of_main_cf))
        write({**json.loads(report.RESULTS.read_text(encoding="utf-8")), "main.cf": of_main_cf})
        return verdict(of_main_cf["rows"])
    programs = build(folder, arguments.zipapp, arguments.pythons)
    results: dict[str, Any] = {**measure(arguments.shapes, programs, arguments.rounds), "main.cf": of_main_cf}
    print(report.everything(results))
    if arguments.shapes != list(SHAPES) or arguments.rounds != ROUNDS:
        print("nothing is written: this was a part of a run")
    elif results["without a row"]:
        print("nothing is written: a contestant of these promises was not there")
    else:
        write(results)
    for promise in results["without a row"]:
        print(f"not measured: {promise}")
    return verdict([*results["rows"], *of_main_cf["rows"]])


def verdict(rows: list[dict[str, Any]]) -> int:
    """Print what is beyond its limit; return 1 if there is anything."""
    missed = [row for row in rows if row["seen"] > row["limit"]]
    for row in missed:
        print(
            f"MISSED: {row['what']} at {row['shape']}: {row['seen']:.2f} times {row['baseline']}, "
            f"and the limit is {row['limit']:.2f}"
        )
    print(f"{len(rows) - len(missed)} of {len(rows)} promises that were measured are within their limits")
    return 1 if missed else 0


def write(results: dict[str, Any]) -> None:
    """Write results.json, and from it the plots and the figures in the documents."""
    report.RESULTS.write_text(json.dumps(results, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    plots.write(results)
    report.write_blocks(results)


if __name__ == "__main__":
    sys.exit(main())
