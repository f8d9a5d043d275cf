"""The mynetworks of a configuration as a match list, each element with its place in main.cf."""

from __future__ import annotations

from ifdiscover.postfix.faults import Place
from ifdiscover.postfix.matchlist import TRUSTED, MatchList
from ifdiscover.postfix.matchlist_reader import column

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ifdiscover.postfix.configuration import Configuration
    from ifdiscover.postfix.matchlist_reader import Locate


def configured_list(configuration: Configuration) -> MatchList:
    """The mynetworks that main.cf, or an override, sets.

    Raises:
        UnknownDefaultError, MacroError: as ``Configuration.value()`` does.
    """
    name = "mynetworks"
    return MatchList(
        configuration.value(name),
        name,
        locate=locator(configuration, name),
        parent_domains=has_parent_domains(configuration, name),
    )


def has_parent_domains(configuration: Configuration, name: str) -> bool:
    """Whether in this parameter a domain matches the names below it: parent_domain_matches_subdomains says so."""
    deciding = "parent_domain_matches_subdomains"
    listed = MatchList(configuration.value(deciding), deciding, parent_domains=False)
    return listed.decide("", name).verdict == TRUSTED


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
