"""Mutants that live, and why: each is the same program, or differs in nothing that anybody is promised."""

from __future__ import annotations

from mutants.explained_backends import BACKENDS
from mutants.explained_check import CHECK
from mutants.explained_configuration import CONFIGURATION
from mutants.explained_recorded import RECORDED
from mutants.explained_risk import RISK
from mutants.explained_trust import TRUST

EXPLAINED = {**BACKENDS, **CHECK, **CONFIGURATION, **RECORDED, **RISK, **TRUST}
"""By module, the line as it is, and the line of the mutant."""
