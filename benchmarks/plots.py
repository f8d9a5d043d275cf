"""Draw time and memory against the number of addresses, on logarithmic axes, a line for each contestant, as SVG.

Each plot has a ground of its own, so that it is legible on whatever page shows it, and colours for light and for dark.
A contestant has the same colour and the same marker in each plot; ours have the one strong colour and the thickest
lines. No contestant is told by its colour alone: it has its marker, and its name stands at the end of its line.
"""

from __future__ import annotations

import pathlib
from html import escape
from math import log10
from typing import TYPE_CHECKING, Any, NamedTuple

import calls
import contestants as who

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

FOLDER = pathlib.Path(__file__).resolve().parent.parent / "docs" / "plots"


class Look(NamedTuple):
    """How a contestant is drawn in each plot."""

    name: str  # of its rule in the style sheet
    light: str  # its colour on a light ground
    dark: str  # and on a dark one
    marker: str  # a path around 0,0


_CIRCLE = "M-4,0a4,4 0 1,0 8,0a4,4 0 1,0 -8,0z"
_RING = "M-5,0a5,5 0 1,0 10,0a5,5 0 1,0 -10,0zM-2.5,0a2.5,2.5 0 1,1 5,0a2.5,2.5 0 1,1 -5,0z"
_SQUARE = "M-4,-4h8v8h-8z"
_UP = "M0,-5l5,9h-10z"
_DOWN = "M0,5l5,-9h-10z"
_DIAMOND = "M0,-5.5l5,5.5l-5,5.5l-5,-5.5z"
_CROSS = "M-5,-3.5l1.5,-1.5l3.5,3.5l3.5,-3.5l1.5,1.5l-3.5,3.5l3.5,3.5l-1.5,1.5l-3.5,-3.5l-3.5,3.5l-1.5,-1.5l3.5,-3.5z"
_BAR = "M-5,-1.5h10v3h-10z"

OURS = ("#c2410c", "#ff8c42")

LOOKS = {
    who.BARE: Look("ours", *OURS, _CIRCLE),
    who.MYNETWORKS: Look("ours", *OURS, _RING),
    "rtnetlink": Look("ours", *OURS, _CIRCLE),
    who.POSTCONF: Look("postconf", "#1d4ed8", "#8ab4ff", _SQUARE),
    who.PSUTIL: Look("psutil", "#0f766e", "#5ed3c3", _UP),
    who.IP_BRIEF: Look("ip", "#57606a", "#b1bac4", _DIAMOND),
    who.PYROUTE2: Look("pyroute2", "#7e22ce", "#d6a8ff", _DOWN),
    who.C: Look("c", "#0b0b0b", "#ffffff", _CROSS),
    who.NOTHING: Look("nothing", "#8a6d00", "#d9b93a", _BAR),
    calls.KERNEL_ONLY: Look("kernel", "#9f1239", "#ff9bb5", _BAR),
}


class Plot(NamedTuple):
    """What a plot shows."""

    title: str
    kind: str
    metric: str
    unit: str
    contestants: Sequence[str]


PLOTS = {
    "time": Plot(
        "Wall time of whole processes",
        "processes",
        "wall_ms",
        "ms",
        (who.BARE, who.MYNETWORKS, who.POSTCONF, who.PSUTIL, who.IP_BRIEF, who.PYROUTE2, who.NOTHING),
    ),
    "memory": Plot(
        "Peak memory of whole processes",
        "processes",
        "peak_mib",
        "MiB",
        (who.BARE, who.POSTCONF, who.PSUTIL, who.IP_BRIEF, who.PYROUTE2, who.NOTHING),
    ),
    "calls": Plot(
        "Processor time of one call that reads the host",
        "calls",
        "cpu_ms",
        "ms",
        ("rtnetlink", who.PSUTIL, who.C, calls.KERNEL_ONLY, who.PYROUTE2),
    ),
}

WIDTH, HEIGHT = 840, 420
LEFT, RIGHT, TOP, BOTTOM = 64, 550, 52, 366  # the edges of the field of the lines
LINE = 17  # from one label to the next, at least

LIGHT = {".ground": "#ffffff", ".text": "#1f2328", ".grid": "#d8dee4", ".fine": "#eff2f5"}
DARK = {".ground": "#0d1117", ".text": "#e6edf3", ".grid": "#3d444d", ".fine": "#21262d"}


def curves(results: dict[str, Any], plot: Plot) -> dict[str, list[tuple[int, float]]]:
    """For each contestant of a plot: numbers of addresses, and the figure that was measured at each."""
    found: dict[str, list[tuple[int, float]]] = {name: [] for name in plot.contestants}
    for shape, of in results["shapes"].items():
        count, _, what = shape.partition(" ")
        if what == "addresses":
            for name, points in found.items():
                if plot.metric in of[plot.kind].get(name, {}):
                    points.append((int(count), of[plot.kind][name][plot.metric]))
    return {name: points for name, points in found.items() if points}


def description(results: dict[str, Any], name: str) -> str:
    """A plot in words, for those who do not see it: the figures at both ends of each line."""
    plot = PLOTS[name]
    lines = curves(results, plot)
    least = min(points[0][0] for points in lines.values())
    most = max(points[-1][0] for points in lines.values())
    told = []
    for contestant, points in lines.items():
        (_count, first), (last, value) = points[0], points[-1]
        where = "" if last == most else f" at {last:,}"
        told.append(f"{contestant} from {_figure(first)} to {_figure(value)}{where}")
    return f"{plot.title}, in {plot.unit}, from {least} to {most:,} addresses on one link: {'; '.join(told)}"


def drawn(results: dict[str, Any], name: str) -> str:
    """A plot as SVG."""
    plot = PLOTS[name]
    lines = curves(results, plot)
    counts = sorted({count for points in lines.values() for count, _value in points})
    values = [value for points in lines.values() for _count, value in points]
    across = _axis(counts[0], counts[-1], LEFT + 16, RIGHT - 6)
    up = _axis(min(values), max(values), BOTTOM - 12, TOP + 8)
    # What is drawn later lies above: ours.
    in_order = sorted(lines.items(), key=lambda line: (LOOKS[line[0]].name == "ours", line[0]))
    ends = {contestant: (across(points[-1][0]), up(points[-1][1])) for contestant, points in lines.items()}
    labels = spread({contestant: height for contestant, (_x, height) in ends.items()})
    size = f'viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}"'
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" aria-labelledby="title description">',
            f'<title id="title">{escape(plot.title)}</title>',
            f'<desc id="description">{escape(description(results, name))}</desc>',
            f"<style>\n{_style()}\n</style>",
            f'<rect class="ground" width="{WIDTH}" height="{HEIGHT}" rx="8"/>',
            f'<text class="text title" x="{LEFT - 48}" y="28">{escape(plot.title)}, {plot.unit}</text>',
            *_grid(counts, across, min(values), max(values), up),
            *(
                part
                for contestant, points in in_order
                for part in _line(contestant, [(across(count), up(value)) for count, value in points])
            ),
            *(
                part
                for contestant, points in in_order
                for part in _label(
                    contestant, f"{_figure(points[-1][1])} {plot.unit}", ends[contestant], labels[contestant]
                )
            ),
            "</svg>\n",
        ]
    )


def write(results: dict[str, Any]) -> None:
    """Write all plots."""
    for name in PLOTS:
        (FOLDER / f"{name}.svg").write_text(drawn(results, name), encoding="utf-8")


def _axis(least: float, most: float, begin: float, end: float) -> Any:
    """A function from a figure to its place on a logarithmic axis."""
    scale = (end - begin) / (log10(most / least) or 1)
    return lambda figure: begin + scale * log10(figure / least)


def _style() -> str:
    """The style sheet: colours for light, and for dark if the reader's pages are dark."""
    light = {**LIGHT, **{f".{look.name}": look.light for look in LOOKS.values()}}
    dark = {**DARK, **{f".{look.name}": look.dark for look in LOOKS.values()}}

    def rules(colours: dict[str, str]) -> str:
        return "\n".join(f"{selector} {{ color: {colour} }}" for selector, colour in colours.items())

    return "\n".join(
        (
            "text { font: 13px system-ui, 'DejaVu Sans', sans-serif; fill: currentColor }",
            ".title { font-size: 16px; font-weight: bold }",
            ".ground, .marker { fill: currentColor }",
            ".curve, .grid, .fine, .lead { fill: none; stroke: currentColor; stroke-width: 1 }",
            ".curve { stroke-width: 1.5 }",
            ".curve.ours { stroke-width: 3.5 }",
            ".lead.far { stroke-dasharray: 2 5 }",
            "text.ours { font-weight: bold }",
            rules(light),
            f"@media (prefers-color-scheme: dark) {{\n{rules(dark)}\n}}",
        )
    )


def _grid(counts: list[int], across: Any, least: float, most: float, up: Any) -> Iterable[str]:
    """The axes: a line for each number of addresses, and for 1, 2 and 5 of each power of ten.

    Figures stand at the powers. Where these are few, the scale would not be seen, and they stand at 2 and 5 too.
    """
    told = (1,) if most / least >= 1000 else (1, 2, 5)
    for count in counts:
        x = f"{across(count):.1f}"
        yield f'<path class="fine" d="M{x},{TOP}V{BOTTOM}"/>'
        yield f'<text class="text" x="{x}" y="{BOTTOM + 20}" text-anchor="middle">{count:,}</text>'
    for power in range(-2, 6):
        for digit in (1, 2, 5):
            figure = digit * 10.0**power
            if least <= figure <= most:
                kind, y = "grid" if digit == 1 else "fine", up(figure)
                yield f'<path class="{kind}" d="M{LEFT},{y:.1f}H{RIGHT}"/>'
                if digit in told:
                    yield f'<text class="text" x="{LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{figure:,g}</text>'
    middle = (LEFT + RIGHT) / 2
    yield f'<text class="text" x="{middle}" y="{HEIGHT - 12}" text-anchor="middle">addresses on one link</text>'


def _line(name: str, places: list[tuple[float, float]]) -> Iterable[str]:
    """The line of a contestant, and its markers."""
    look = LOOKS[name]
    yield f'<path class="curve {look.name}" d="M{"L".join(f"{x:.1f},{y:.1f}" for x, y in places)}"/>'
    for x, y in places:
        yield f'<path class="marker {look.name}" transform="translate({x:.1f},{y:.1f})" d="{look.marker}"/>'


def _label(name: str, figure: str, end: tuple[float, float], height: float) -> Iterable[str]:
    """The name of a contestant and its last figure, led to from the end of its line."""
    look = LOOKS[name]
    far = " far" if end[0] < RIGHT - 6 else ""  # not measured as far as others: this is no part of its line
    yield f'<path class="lead{far} {look.name}" d="M{end[0] + 7:.1f},{end[1]:.1f}L{RIGHT + 12},{height:.1f}"/>'
    text = f"{escape(name.partition(' --')[0])} {figure}"
    yield f'<text class="{look.name}" x="{RIGHT + 16}" y="{height + 4:.1f}">{text}</text>'


def spread(places: dict[str, float]) -> dict[str, float]:
    """Heights for labels, as near to the wanted ones as is possible without one lying on another."""
    order = sorted(places, key=lambda name: places[name])
    found: dict[str, float] = {}
    groups: list[tuple[float, list[str]]] = []  # the middle of each group of labels that touch
    for name in order:
        groups.append((places[name], [name]))
        while len(groups) > 1 and _top(groups[-1]) < _bottom(groups[-2]):
            _middle, names = groups.pop()
            _middle, before = groups.pop()
            together = [*before, *names]
            groups.append((sum(places[one] for one in together) / len(together), together))
    for middle, names in groups:
        found.update({name: middle + LINE * (n - (len(names) - 1) / 2) for n, name in enumerate(names)})
    return found


def _top(group: tuple[float, list[str]]) -> float:
    return group[0] - LINE * len(group[1]) / 2


def _bottom(group: tuple[float, list[str]]) -> float:
    return group[0] + LINE * len(group[1]) / 2


def _figure(value: float) -> str:
    """A figure of three digits, or all before the point."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"
