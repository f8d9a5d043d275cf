"""Mutants that live, and why: each is the same program, or differs in nothing that anybody is promised."""

from __future__ import annotations

EXPLAINED: dict[tuple[str, str, str], str] = {}
"""By module, the line as it is, and the line of the mutant."""
