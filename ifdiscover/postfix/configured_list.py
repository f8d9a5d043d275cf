"""The mynetworks of a configuration as a match list, each element with its place in main.cf."""

from __future__ import annotations

from ifdiscover.postfix.faults import FATAL, Place
from ifdiscover.postfix.matchlist import TRUSTED, MatchList
from ifdiscover.postfix.matchlist_reader import column

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ifdiscover.postfix.configuration import Configuration
    from ifdiscover.postfix.matchlist_reader import Locate

PARAMETER = "mynetworks"
PARENTS = "parent_domain_matches_subdomains"


def configured_list(configuration: Configuration, value: str, parents: str | None) -> MatchList:
    """The mynetworks of a configuration.

    Args:
        configuration: what sets it.
        value: its value, expanded.
        parents: the value of parent_domain_matches_subdomains, expanded; None: it is not known, and taken for Postfix's
            default.
    """
    return MatchList(
        value,
        PARAMETER,
        locate=locator(configuration, PARAMETER),
        parent_domains=parents is None or has_parent_domains(parents),
    )


def parents_list(value: str) -> MatchList:
    """A value of parent_domain_matches_subdomains: a match list of the names of parameters."""
    return MatchList(value, PARENTS, parent_domains=False)


def has_parent_domains(value: str) -> bool:
    """Whether by this value of parent_domain_matches_subdomains a domain in mynetworks matches the names below it.

    So it does by default, and where the value is none that Postfix starts with.
    """
    deciding = parents_list(value)
    if any(fault.level == FATAL for fault in deciding.faults):
        return True
    return deciding.decide("", PARAMETER).verdict == TRUSTED


def locator(configuration: Configuration, name: str) -> Locate:
    """A function from an offset in a parameter's value to where that stands.

    Of a value that had to be expanded, only the line in which the parameter is set.
    """
    setting = configuration.setting(name)
    if setting is None:
        return column
    if "$" in setting.value:
        return lambda _offset: Place(setting.path, setting.line.number)
    return lambda offset: Place(setting.path, *setting.position(offset))
