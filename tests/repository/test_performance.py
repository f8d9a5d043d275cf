"""Figures in documents and plots are generated: they are those of benchmarks/results.json, held to the promises."""

from __future__ import annotations

import json
import re
from typing import Any
from xml.etree import ElementTree as ET

import bench
import plots
import pytest
from measuring import Sample, ratio
from promises import OF_MAIN_CF, PEAKS, PROMISES, Promise, Row, not_measured, ratios_of_promises, with_promises_of_now
from report import BEGIN, END, RESULTS, blocks
from support.namespaces import ROOT

FIGURES = json.loads(RESULTS.read_text(encoding="utf-8"))

TWICE = Promise("twice as long", 1.5, 1.9, "a host", "calls", "ours", "theirs")
SMALLER = Promise("smaller", 0.5, 0.6, "a host", PEAKS, "ours", "theirs")
MEASURED: dict[str, dict[str, Any]] = {
    "a host": {
        "calls": {
            "ours": [Sample(9, 2), Sample(9, 20), Sample(9, 3)],
            "theirs": [Sample(1, 1), Sample(1, 10), Sample(1, 1)],
        },
        PEAKS: {"ours": 10.0, "theirs": 20.0},
    }
}


@pytest.mark.parametrize("name", ["README.md", "docs/performance.md"])
def test_what_make_bench_writes_is_what_it_measured(name: str) -> None:
    """Each block, and no other."""
    text = ROOT.joinpath(name).read_text(encoding="utf-8")
    pattern = re.escape(BEGIN).replace(re.escape("{}"), "(.+?)") + r"\n(.*?)\n" + re.escape(END)
    assert dict(re.findall(f"(?s){pattern}", text)) == blocks(FIGURES)[name]


def test_every_promise_was_measured() -> None:
    """In the run whose figures are shown, kept or missed."""
    for rows, promises in ((FIGURES["rows"], PROMISES), (FIGURES["main.cf"]["rows"], OF_MAIN_CF)):
        assert [(row["what"], row["shape"], row["goal"], row["limit"]) for row in rows] == [
            (promise.what, promise.shape, promise.goal, promise.limit) for promise in promises
        ]


def test_no_other_figure_stands_in_the_page() -> None:
    """Outside of the blocks, docs/performance.md has no time, memory or ratio."""
    text = re.sub(r"(?s)<!-- written.*?<!-- end", "", ROOT.joinpath("docs/performance.md").read_text(encoding="utf-8"))
    assert re.findall(r"\d[\d.,]* ?(?:ms|µs|x\b|MiB|seconds)", text) == []


def test_no_goal_lies_beyond_its_limit() -> None:
    """And no row is there twice."""
    promises = [*PROMISES, *OF_MAIN_CF]
    assert [promise.what for promise in promises if promise.goal > promise.limit] == []
    assert len({(promise.what, promise.shape, promise.baseline) for promise in promises}) == len(promises)


def test_a_ratio_is_the_median_over_pairs_of_one_round() -> None:
    """Of processor times: a round in which the machine was slow counts no more than another one."""
    assert ratio(MEASURED["a host"]["calls"], "ours", "theirs") == 2.0


def test_a_row_compares_processor_time_or_peak_memory() -> None:
    """Of the two contestants of a promise."""
    assert [row.seen for row in ratios_of_promises(MEASURED, (TWICE, SMALLER))] == [2.0, 0.5]


@pytest.mark.parametrize(
    "missing", [{"shape": "another host"}, {"kind": "processes"}, {"contestant": "nobody"}, {"baseline": "nobody"}]
)
def test_a_promise_whose_contestants_were_not_there_has_no_row(missing: dict[str, str]) -> None:
    """And is told of as such."""
    promise = TWICE._replace(**missing)  # type: ignore[arg-type]  # all of these fields are text
    rows = ratios_of_promises(MEASURED, (promise, SMALLER))
    assert [row.what for row in rows] == ["smaller"]
    assert not_measured(rows, (promise, SMALLER)) == [promise]


def test_a_run_fails_beyond_a_limit_and_names_each_such_row(capsys: pytest.CaptureFixture[str]) -> None:
    """A missed goal is no failure."""
    rows = [row._asdict() for row in ratios_of_promises(MEASURED, (TWICE, SMALLER._replace(goal=0.4)))]
    assert bench.verdict(rows) == 1
    assert capsys.readouterr().out.splitlines() == [
        "MISSED: twice as long at a host: 2.00 times theirs, and the limit is 1.90",
        "1 of 2 promises that were measured are within their limits",
    ]
    assert bench.verdict(rows[1:]) == 0


def test_a_limit_that_is_set_anew_needs_no_new_run() -> None:
    """Its row takes it over, and what was measured stays; a promise that is gone takes its row with it."""
    promise = PROMISES[0]
    old = Row(promise.what, promise.shape, promise.baseline, goal=90.0, limit=99.0, seen=42.0)._asdict()
    assert with_promises_of_now([old, {**old, "what": "gone"}]) == [
        {**old, "goal": promise.goal, "limit": promise.limit, "seen": 42.0}
    ]


@pytest.mark.parametrize("name", plots.PLOTS)
def test_each_plot_is_drawn_from_what_was_measured(name: str) -> None:
    """Nobody draws one by hand, or forgets to."""
    assert (plots.FOLDER / f"{name}.svg").read_text(encoding="utf-8") == plots.drawn(FIGURES, name)


@pytest.mark.parametrize("name", plots.PLOTS)
def test_each_plot_says_in_words_what_it_shows(name: str) -> None:
    """Its title, and the figures at both ends of each line."""
    root = ET.fromstring(plots.drawn(FIGURES, name))
    title, described = (root.findtext(f"{{*}}{tag}") for tag in ("title", "desc"))
    assert title == plots.PLOTS[name].title
    assert all(f"{contestant} from " in (described or "") for contestant in plots.PLOTS[name].contestants)


@pytest.mark.parametrize("name", plots.PLOTS)
def test_each_plot_shows_its_scale(name: str) -> None:
    """Two figures tell it. One could stand on any scale."""
    root = ET.fromstring(plots.drawn(FIGURES, name))
    texts = root.iterfind(".//{http://www.w3.org/2000/svg}text[@text-anchor='end']")
    assert len({text.text for text in texts}) > 1


def test_what_leads_to_the_label_of_a_shorter_line_is_no_part_of_it() -> None:
    """It is dotted: where nothing was measured, no line goes."""
    lines = plots.curves(FIGURES, plots.PLOTS["memory"])
    last = max(points[-1][0] for points in lines.values())
    shorter = {plots.LOOKS[name].name for name, points in lines.items() if points[-1][0] < last}
    drawn = plots.drawn(FIGURES, "memory")
    assert {name for name in shorter if f'class="lead far {name}"' in drawn} == shorter
    assert drawn.count('class="lead far ') == len(shorter)


def test_labels_of_lines_never_lie_on_another() -> None:
    """However near the lines end to each other; those that end apart stay where they are."""
    wanted = {"a": 100.0, "b": 101.0, "c": 101.5, "d": 117.0, "e": 200.0}
    found = plots.spread(wanted)
    heights = [found[name] for name in wanted]
    assert all(below - above >= plots.LINE for above, below in zip(heights, heights[1:]))
    assert found["e"] == 200.0


@pytest.mark.parametrize("ground", ["light", "dark"])
def test_colours_stand_out_from_the_ground(ground: str) -> None:
    """By the 4.5 to 1 that the Web Content Accessibility Guidelines ask of text."""
    behind = _luminance({"light": plots.LIGHT, "dark": plots.DARK}[ground][".ground"])
    for name, look in plots.LOOKS.items():
        dim, bright = sorted((behind, _luminance(getattr(look, ground))))
        assert (bright + 0.05) / (dim + 0.05) >= 4.5, name


def test_each_contestant_of_a_plot_has_a_marker_of_its_own() -> None:
    """So that nobody needs to tell colours apart."""
    for plot in plots.PLOTS.values():
        assert len({plots.LOOKS[name].marker for name in plot.contestants}) == len(plot.contestants)


def _luminance(colour: str) -> float:
    """The relative luminance of a colour, #rrggbb, as these guidelines define it."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
