"""Nothing that a kernel, a file or a person can give makes a decoder fail in a way of its own."""

from __future__ import annotations

import importlib.util

import pytest
from fuzz.run import fuzz
from fuzz.targets import TARGETS
from support.need import need

RUNS = 300
"""Inputs for a target here; ``make fuzz``, in CI too, feeds all targets with as many as fit into its time."""


@pytest.mark.parametrize("name", TARGETS)
def test_a_target_takes_its_seeds(name: str) -> None:
    """What the fuzzer begins with is good, where there is no fuzzer too."""
    seeds = list(TARGETS[name].seeds())
    assert seeds
    for data in seeds:
        TARGETS[name].run(data)


@pytest.mark.parametrize(
    "name", ["netlink-routes", "facts", "literal"]
)  # one of each file: each takes seconds to start
def test_a_target_lets_only_its_own_errors_pass(name: str) -> None:
    """For a few inputs that are made of the seeds."""
    need(None if importlib.util.find_spec("atheris") else "atheris, which has no wheel for this Python")
    outcome = fuzz(name, seconds=0, runs=RUNS)
    assert not outcome.finding
    assert outcome.runs >= RUNS
