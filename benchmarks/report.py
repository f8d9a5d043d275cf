"""Results as text: the tables of a run, and the blocks of figures in README.md and docs/performance.md."""

from __future__ import annotations

import contextlib
import os
import pathlib
import platform
import subprocess
import sys
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Any

import apart
import contestants as who
import plots
from measuring import SLOW

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

ROOT = pathlib.Path(__file__).resolve().parent.parent
RESULTS = ROOT / "benchmarks" / "results.json"
BEGIN = "<!-- written by make bench: {} -->"
END = "<!-- end of what make bench wrote -->"

PEERS = ("psutil", "ifaddr", "netifaces-plus", "pyroute2", "pytricia")


def circumstances() -> dict[str, str]:
    """The machine, and every version that a figure depends on."""
    found = {"machine": _machine(), "kernel": f"{platform.system()} {platform.release()}"}
    found["libc"] = " ".join(platform.libc_ver())
    found["python"] = f"{platform.python_implementation()} {platform.python_version()}"
    for peer in ("ifdiscover", *PEERS):
        with contextlib.suppress(PackageNotFoundError):
            found[peer] = version(peer)
    found["iproute2"] = _first_line("ip", "-V").rpartition("-")[2].partition(",")[0]
    found["postfix"] = _first_line("postconf", "-dh", "mail_version")
    return found


def _machine() -> str:
    lines = pathlib.Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return f"{len(os.sched_getaffinity(0))} cores of {models[0] if models else platform.machine()}"


def _first_line(*argv: str) -> str:
    return subprocess.run(argv, capture_output=True, text=True, check=True).stdout.splitlines()[0].strip()


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table in Markdown, padded so that people can read it on a terminal too."""
    lines = [head, *rows]
    widths = [max(len(line[column]) for line in lines) for column in range(len(head))]

    def line(cells: Sequence[str]) -> str:
        padded = [c.ljust(w) if n == 0 else c.rjust(w) for n, (c, w) in enumerate(zip(cells, widths))]
        return f"| {' | '.join(padded)} |"

    rule = ["-" * widths[0], *("-" * (width - 1) + ":" for width in widths[1:])]
    return "\n".join([line(head), line(rule), *map(line, lines[1:])])


def verdicts(rows: Iterable[dict[str, Any]]) -> str:
    """A table of the promises: goal, limit, measured ratio and verdict."""
    shown = []
    for row in rows:
        seen = row["seen"]
        verdict = "goal" if seen <= row["goal"] else "limit" if seen <= row["limit"] else "MISSED"
        ratios = [f"{row[column]:.2f}x" for column in ("goal", "limit", "seen")]
        shown.append([row["what"], row["shape"], row["baseline"], *ratios, verdict])
    return table(["what", "where", "compared with", "goal", "limit", "seen", "within"], shown)


def times(results: dict[str, Any], kind: str, metric: str, digits: int = 1) -> str:
    """A table of one figure: a row for each contestant, a column for each shape."""
    shapes = [shape for shape in results["shapes"] if results["shapes"][shape].get(kind)]
    names = list(dict.fromkeys(name for shape in shapes for name in results["shapes"][shape][kind]))
    rows = []
    for name in names:
        found = [results["shapes"][shape][kind].get(name, {}).get(metric) for shape in shapes]
        if any(value is not None for value in found):
            rows.append([name, *("-" if value is None else f"{value:,.{digits}f}" for value in found)])
    return table([{"processes": "process", "calls": "call"}.get(kind, kind), *shapes], rows)


def skipped(results: dict[str, Any]) -> list[str]:
    """What was not measured, and why."""
    return [
        f"{name} at {shape}: {why}" for shape, of in results["shapes"].items() for name, why in of["skipped"].items()
    ]


def footnote(results: dict[str, Any]) -> str:
    """A sentence that says where the figures were measured, and with which versions."""
    versions = dict(results["measured"])
    head = f"{versions.pop('machine')}, {versions.pop('kernel')}, {versions.pop('libc')}, {versions.pop('python')}"
    return f"Measured on {head}, with " + ", ".join(f"{name} {number}" for name, number in versions.items()) + "."


def blocks(results: dict[str, Any]) -> dict[str, dict[str, str]]:
    """The text of each block, by file and then by the name of the block's mark."""
    return {
        "README.md": {"in a sentence": compared(results)},
        "docs/performance.md": {
            "in short": in_short(results),
            "promises": f"{verdicts(results['rows'])}\n\n{footnote(results)}",
            "processes": times(results, "processes", "wall_ms"),
            "main.cf": of_main_cfs(results["main.cf"]),
            "memory": times(results, "processes", "peak_mib"),
            "zipapp": times(results, "zipapp", "cpu_ms"),
            "calls": f"{times(results, 'calls', 'cpu_ms', 2)}\n\n{image(results, 'calls', 'plots')}",
            "decoding": times(results, "decoding", "cpu_ms", 2),
            "of host": times(results, "of host", "cpu_ms", 2),
            "snapshot": times(results, "snapshot", "cpu_ms", 2),
            **{name: of_apart(results, name) for name in apart.APART},
            "not measured": "\n".join(f"- {line}" for line in skipped(results)) or "Everything was.",
        },
    }


def everything(results: dict[str, Any]) -> str:
    """All that was measured, for the terminal."""
    titled = {
        "Whole processes, wall time in ms": times(results, "processes", "wall_ms"),
        "Whole processes, processor time in ms": times(results, "processes", "cpu_ms"),
        "Whole processes, peak memory in MiB": times(results, "processes", "peak_mib"),
        "The zipapp, processor time in ms": times(results, "zipapp", "cpu_ms"),
        "Calls, processor time in ms": times(results, "calls", "cpu_ms", 2),
        "Decoding alone, processor time in ms": times(results, "decoding", "cpu_ms", 2),
        "mynetworks of a host that was read, processor time in ms": times(results, "of host", "cpu_ms", 2),
        "Recorded hosts, processor time in ms": times(results, "snapshot", "cpu_ms", 2),
        **{f"Apart from a host: {name}": of_apart(results, name) for name in apart.APART},
        "Commands that read a main.cf, wall time in ms": of_main_cfs(results["main.cf"]),
        "Against goals and limits: medians of interleaved pairs": verdicts(results["rows"]),
    }
    parts = [footnote(results), *(f"{title}\n\n{body}" for title, body in titled.items())]
    parts += ["\n".join([*(f"not measured: {line}" for line in skipped(results)), f"over {SLOW:.0f} s: run once"])]
    return "\n\n".join(parts)


def of_main_cfs(found: dict[str, Any]) -> str:
    """The figures of the commands that read a main.cf, with their promises. They may be of another run."""
    return f"{times(found, 'processes', 'wall_ms')}\n\n{verdicts(found['rows'])}\n\n{footnote(found)}"


def in_short(results: dict[str, Any]) -> str:
    """A table of the few processes that readers compare, and two plots."""
    chosen = (
        *(who.NOTHING, who.BARE, who.IP_BRIEF, who.MYNETWORKS, who.POSTCONF),
        *(who.PSUTIL, who.IFADDR, who.PYROUTE2, who.IP_JSON),
    )
    shapes = {}
    for shape, of in results["shapes"].items():
        shapes[shape] = {"processes": {name: of["processes"][name] for name in chosen if name in of["processes"]}}
    table_of_chosen = times({"shapes": shapes}, "processes", "wall_ms")
    images = "\n".join(image(results, name, "plots") for name in ("time", "memory"))
    return "\n\n".join([table_of_chosen, images, footnote(results)])


def compared(results: dict[str, Any]) -> str:
    """What starts faster on a small host, and what is faster on a large one, by name."""

    def ms(shape: str, name: str) -> str:
        return f"{results['shapes'][shape]['processes'][name]['wall_ms']:,.1f} ms"

    def pair(shape: str, ours: str, theirs: str) -> str:
        return f"`{ours}` takes {ms(shape, ours)} and `{theirs}` {ms(shape, theirs)}"

    small, large = "5 addresses", "20000 addresses"
    return (
        f"With 5 addresses, {pair(small, who.BARE, who.IP_BRIEF)}; {pair(small, who.MYNETWORKS, who.POSTCONF)}.\n"
        f"Programs in C start faster: Python alone (`{who.NOTHING}`) takes {ms(small, who.NOTHING)}.\n"
        f"With 20,000 addresses, {pair(large, who.BARE, who.IP_BRIEF)}; {pair(large, who.MYNETWORKS, who.POSTCONF)};\n"
        f"`{who.PSUTIL}` in Python takes {ms(large, who.PSUTIL)}."
    )


def image(results: dict[str, Any], name: str, folder: str) -> str:
    """A plot in Markdown, with what it shows in words."""
    return f"![{plots.description(results, name)}]({folder}/{name}.svg)"


def of_apart(results: dict[str, Any], name: str) -> str:
    """A table of the microseconds that one of many takes, of a comparison that needs no host."""
    return table([name, "µs"], [[one, f"{of['us']:.2f}"] for one, of in results["apart"][name].items()])


def write_blocks(results: dict[str, Any]) -> None:
    """Write each block between its marks."""
    for name, parts in blocks(results).items():
        path = ROOT / name
        text = path.read_text(encoding="utf-8")
        for mark, body in parts.items():
            head, begin, rest = text.partition(BEGIN.format(mark) + "\n")
            _old, end, tail = rest.partition(END)
            if not begin or not end:
                sys.exit(f"{name} has no place for: {mark}")
            text = f"{head}{begin}{body}\n{end}{tail}"
        path.write_text(text, encoding="utf-8")
