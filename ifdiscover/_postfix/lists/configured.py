"""The mynetworks of a configuration as a match list, each element with its place in main.cf."""

from __future__ import annotations

from ifdiscover._postfix.lists.match_list import CANNOT_TELL, TRUSTED, MatchList
from ifdiscover._postfix.syntax.findings import place_in_text
from ifdiscover.errors import MatchListError, UnknownDefaultError

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from ifdiscover._postfix.lists.match_list import Decision
    from ifdiscover._postfix.parameters.configuration import Configuration

PARAMETER = "mynetworks"
PARENTS = "parent_domain_matches_subdomains"

# That list is of names alone; _ANOTHER stands for a parameter that it does not name.
_NO_ADDRESS = "no address"
_ANOTHER = "another"


def configured_list(configuration: Configuration, value: str, *, parent_domains: bool = True) -> MatchList:
    """The mynetworks of a configuration.

    Args:
        configuration: what sets it.
        value: its value, expanded.
        parent_domains: what ``has_parent_domains()`` says; by default, so.
    """
    locate = place_in_text if configuration.setting(PARAMETER) is None else configuration.locator(PARAMETER)
    return MatchList(value, parameter=PARAMETER, locate=locate, parent_domains=parent_domains)


def parents_list(value: str) -> MatchList:
    """A value of parent_domain_matches_subdomains: a match list of the names of parameters."""
    return MatchList(value, parameter=PARENTS, parent_domains=False)


def about_parents(value: MatchList) -> Decision:
    """What a value of parent_domain_matches_subdomains says of mynetworks.

    Postfix's smtpd asks it about other parameters too, and does not start if it cannot tell of one of them. Then what
    it says of such a one comes back.

    Raises:
        MatchListError: Postfix does not start with it.
    """
    asked, another = [value.decide_text(_NO_ADDRESS, name) for name in (PARAMETER, _ANOTHER)]
    return another if another.verdict == CANNOT_TELL else asked


def has_parent_domains(value: str) -> bool:
    """Whether by this value of parent_domain_matches_subdomains a domain in mynetworks matches the names below it.

    Raises:
        MatchListError: Postfix does not start with it.
        UnknownDefaultError: only Postfix can ask a table that it names.
    """
    decision = about_parents(parents_list(value))
    if decision.verdict == CANNOT_TELL:
        if not decision.postfix_says:
            raise UnknownDefaultError(f"{PARENTS}: {decision.reason}")
        raise MatchListError(decision.postfix_says[-1], decision.reason)
    return decision.verdict == TRUSTED
