"""The rule about skipping: with a reason, and never where all is said to be there."""

from __future__ import annotations

import os

import pytest


def need(reason: str | None) -> None:
    """Skip for this reason, or, where IFDISCOVER_REQUIRE_ALL is set as in CI, fail for it; None: all is there."""
    if reason is None:
        return
    if os.environ.get("IFDISCOVER_REQUIRE_ALL"):
        pytest.fail(f"must not be missing here: {reason}")
    pytest.skip(reason)
