"""Figures in documents are generated: they are those of benchmarks/results.json."""

from __future__ import annotations

import json
import re

import pytest
from promises import OF_MAIN_CF, PROMISES
from report import BEGIN, END, RESULTS, blocks
from support.namespaces import ROOT

FIGURES = json.loads(RESULTS.read_text(encoding="utf-8"))


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
