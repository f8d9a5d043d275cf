"""Draw time and memory against the number of addresses, on log-log axes, a line for each contestant."""

from __future__ import annotations

import pathlib
from typing import TYPE_CHECKING, Any

import matplotlib as mpl  # pyright: ignore[reportMissingImports]  # make bench installs it

mpl.use("svg")
from matplotlib import pyplot as plt  # pyright: ignore[reportMissingImports]  # make bench installs it

if TYPE_CHECKING:
    from collections.abc import Iterable

FOLDER = pathlib.Path(__file__).resolve().parent.parent / "docs" / "plots"

PLOTS = {
    "time": ("processes", "wall_ms", "whole process, milliseconds"),
    "memory": ("processes", "peak_mib", "peak memory of a whole process, MiB"),
    "calls": ("calls", "cpu_ms", "a call, imports done, milliseconds of processor time"),
}

OURS = ("ifdiscover", "import ifdiscover", "rtnetlink", "getifaddrs", "netlink")

# Text stays text in the file, and equal results give equal files.
mpl.rcParams.update({"svg.fonttype": "none", "svg.hashsalt": "ifdiscover", "font.size": 9})


def curves(results: dict[str, Any], kind: str, metric: str) -> dict[str, tuple[list[int], list[float]]]:
    """For each contestant: the numbers of addresses, and the figure measured at each."""
    found: dict[str, tuple[list[int], list[float]]] = {}
    for shape, of in results["shapes"].items():
        count, _, what = shape.partition(" ")
        if what != "addresses":
            continue
        for name, figures in of[kind].items():
            if metric in figures:
                counts, values = found.setdefault(name, ([], []))
                counts.append(int(count))
                values.append(figures[metric])
    return found


def draw(results: dict[str, Any], names: Iterable[str] = PLOTS) -> None:
    """Write the plots."""
    FOLDER.mkdir(exist_ok=True)
    for name in names:
        kind, metric, label = PLOTS[name]
        figure, axes = plt.subplots(figsize=(8, 4.5))
        colours = iter(mpl.colormaps["tab20"].colors)
        lines = curves(results, kind, metric)
        for contestant, (counts, values) in sorted(lines.items(), key=lambda item: -item[1][1][-1]):
            ours = contestant.startswith(OURS)
            style = {"linewidth": 2.5, "marker": "o"} if ours else {"linewidth": 1, "marker": ".", "linestyle": "--"}
            axes.plot(counts, values, label=contestant, color=next(colours), **style)
        axes.set(xscale="log", yscale="log", xlabel="addresses on one link", ylabel=label)
        axes.grid(which="both", alpha=0.2)
        axes.legend(loc="center left", bbox_to_anchor=(1, 0.5), frameon=False)
        figure.savefig(FOLDER / f"{name}.svg", bbox_inches="tight", metadata={"Date": None})
        plt.close(figure)
