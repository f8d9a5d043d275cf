"""What is wrong with myhostname and mydomain, which every program of Postfix looks at as it starts."""

from __future__ import annotations

from ifdiscover._postfix.syntax.findings import NEEDS_POSTFIX, Finding
from ifdiscover._postfix.syntax.hostnames import hostname_fault
from ifdiscover._postfix.syntax.words import shortened
from ifdiscover.errors import MacroError

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from collections.abc import Mapping

    from ifdiscover._postfix.parameters.configuration import Configuration

HOSTNAMES = ("myhostname", "mydomain")
"""In the order in which Postfix looks at them; of which one that is not set is made of the other."""


def check_hostnames(configuration: Configuration, values: Mapping[str, str]) -> list[Finding]:
    """The names of host and domain that Postfix does not start with, each told at the parameter that is set.

    A name that is made of a default is not judged, nor is the other if that is made of it: some defaults are set by
    then, others are not.

    Args:
        configuration: what is in force.
        values: those that could be expanded, by name.
    """
    written = [name for name in HOSTNAMES if configuration.is_set(name)]
    doubtful = [name for name in written if _is_made_of_a_default(configuration, name, values.get(name))]
    remark = "it is made of a default, and whether Postfix has set that by then is not known here"
    found = [
        Finding(NEEDS_POSTFIX, place=configuration.place_of(name), remark=remark, parameter=name)
        for name in doubtful
        if name in values
    ]
    judged = [name for name in HOSTNAMES if name not in doubtful and (name in written or not doubtful)]
    return found + _bad_ones(configuration, {name: values[name] for name in judged if name in values})


def _bad_ones(configuration: Configuration, values: Mapping[str, str]) -> list[Finding]:
    """All that are empty, then all that are no names, as Postfix finds them."""
    said = [(name, f"bad string length 0 < 1: {name} = ", "") for name, value in values.items() if not value]
    path = "main.cf" if configuration.main_cf is None else configuration.main_cf.path
    for name, value in values.items():
        fault = hostname_fault(value)
        if fault and value:
            said.append((name, f"file {path}: parameter {name}: bad parameter value: {shortened(value)}", fault))
    found: dict[str, Finding] = {}
    for name, sentence, fault in said:
        other = HOSTNAMES[name == HOSTNAMES[0]]
        cause = other if configuration.is_set(other) and not configuration.is_set(name) else name
        place, meant = configuration.place_of(cause), _meant(values.get(cause, ""))
        found.setdefault(
            cause, Finding("bad-hostname", sentence, place, suggestion=meant, remark=fault, parameter=cause)
        )
    return list(found.values())


def _is_made_of_a_default(configuration: Configuration, name: str, value: str | None) -> bool:
    try:
        return configuration.value_by_main_cf(name) != value
    except MacroError:
        return True


def _meant(value: str) -> str:
    """The name without what stands round it, if that is one; else what a name is made of."""
    bare = value.strip(" \t.[]")
    return "a name of letters, digits, hyphens and dots" if hostname_fault(bare) else bare
