"""Faults of myhostname and mydomain, which every program of Postfix checks at its start."""

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
"""In Postfix's order. The default of each depends on the other, if that is set."""


def check_hostnames(configuration: Configuration, values: Mapping[str, str]) -> list[Finding]:
    """Values of myhostname and mydomain with which Postfix does not start. A fault is reported where it was set.

    Postfix checks these names when only some defaults are set, and ifdiscover does not know which. So a name that uses
    a default is not judged, and neither is a name that depends on it.

    Args:
        configuration: the parameters in force.
        values: the values that could be expanded, by name.
    """
    written = [name for name in HOSTNAMES if configuration.is_set(name)]
    doubtful = [name for name in written if _depends_on_default(configuration, name, values.get(name))]
    remark = "it uses a default, and ifdiscover does not know whether Postfix has set that before it checks the name"
    found = [
        Finding(NEEDS_POSTFIX, place=configuration.place_of(name), remark=remark, parameter=name)
        for name in doubtful
        if name in values
    ]
    judged = [name for name in HOSTNAMES if name not in doubtful and (name in written or not doubtful)]
    return found + _bad_hostnames(configuration, {name: values[name] for name in judged if name in values})


def _bad_hostnames(configuration: Configuration, values: Mapping[str, str]) -> list[Finding]:
    """Empty names, then malformed ones: Postfix's order."""
    sentences = [(name, f"bad string length 0 < 1: {name} = ", "") for name, value in values.items() if not value]
    path = "main.cf" if configuration.main_cf is None else configuration.main_cf.path
    for name, value in values.items():
        fault = hostname_fault(value)
        if fault and value:
            sentences.append((name, f"file {path}: parameter {name}: bad parameter value: {shortened(value)}", fault))
    found: dict[str, Finding] = {}
    for name, sentence, fault in sentences:
        cause = _cause(configuration, name, values)
        place, meant = configuration.place_of(cause), _suggestion(values.get(cause, ""))
        found.setdefault(
            cause, Finding("bad-hostname", sentence, place, suggestion=meant, remark=fault, parameter=cause)
        )
    return list(found.values())


def _cause(configuration: Configuration, name: str, values: Mapping[str, str]) -> str:
    """The parameter to which a bad name is due: the other one, if the name is made of that."""
    if configuration.is_set(name):
        return name
    if configuration.is_set("myhostname"):
        return "myhostname"
    # A name of the kernel without a dot is followed by the domain, which may be good.
    label, _dot, domain = values[name].partition(".")
    is_domain_at_fault = domain == values.get("mydomain") and not hostname_fault(f"{label}.localdomain")
    return "mydomain" if configuration.is_set("mydomain") and is_domain_at_fault else name


def _depends_on_default(configuration: Configuration, name: str, value: str | None) -> bool:
    try:
        return configuration.value_by_main_cf(name) != value
    except MacroError:
        return True


def _suggestion(value: str) -> str:
    """The name without stray characters around it, if that is a host name; otherwise a description of a name."""
    bare = value.strip(" \t.[]")
    return "a name of letters, digits, hyphens and dots" if hostname_fault(bare) else bare
