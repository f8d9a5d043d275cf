"""The mynetworks of a configuration as a match list, each element with its place in main.cf."""

from __future__ import annotations

from ifdiscover._postfix.lists.match_list import CANNOT_TELL, TRUSTED, MatchList
from ifdiscover._postfix.syntax.findings import place_in_text
from ifdiscover.errors import MatchListError, UnknownDefaultError

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from ifdiscover._postfix.lists.match_list import Decision
    from ifdiscover._postfix.parameters.configuration import Configuration
    from ifdiscover._postfix.syntax.machine import Machine

PARAMETER = "mynetworks"
PARENTS = "parent_domain_matches_subdomains"

# PARENTS is a list of parameter names. _OTHER_PARAMETER is a name that it does not have.
_NO_ADDRESS = "no address"
_OTHER_PARAMETER = "another"


def configured_list(
    configuration: Configuration,
    value: str,
    machine: Machine | None = None,
    *,
    parent_domains: bool = True,
    inet_protocols: str = "all",
) -> MatchList:
    """The mynetworks of a configuration.

    Args:
        configuration: gives the place of the value.
        value: the value, expanded.
        machine: where the files that it names are read; None: this one.
        parent_domains: the result of ``has_parent_domains()``.
        inet_protocols: as in ``MatchList``.
    """
    locate = place_in_text if configuration.setting(PARAMETER) is None else configuration.locator(PARAMETER)
    return MatchList(
        value,
        parameter=PARAMETER,
        locate=locate,
        parent_domains=parent_domains,
        inet_protocols=inet_protocols,
        _machine=machine,
    )


def parents_list(value: str, machine: Machine | None = None) -> MatchList:
    """A value of parent_domain_matches_subdomains as a match list. Its elements are names of parameters."""
    return MatchList(value, parameter=PARENTS, parent_domains=False, _machine=machine)


def decide_parents(value: MatchList) -> Decision:
    """Whether parent_domain_matches_subdomains has mynetworks in it.

    smtpd also looks for other parameters in the list. If the list cannot be decided for one of them, smtpd does not
    start. In this case the decision about that parameter is returned.

    Raises:
        MatchListError: Postfix does not start with the list.
    """
    asked, another = [value.decide_text(_NO_ADDRESS, name) for name in (PARAMETER, _OTHER_PARAMETER)]
    return another if another.verdict == CANNOT_TELL else asked


def has_parent_domains(value: str, machine: Machine | None = None) -> bool:
    """Whether a domain in mynetworks also matches the names below it.

    Args:
        value: the value of parent_domain_matches_subdomains.
        machine: where the files that it names are read; None: this one.

    Raises:
        MatchListError: Postfix does not start with this value.
        UnknownDefaultError: the value names a table or file that only Postfix, or only a recorded host, can ask.
    """
    decision = decide_parents(parents_list(value, machine))
    if decision.verdict == CANNOT_TELL:
        if not decision.postfix_says:
            raise UnknownDefaultError(f"{PARENTS}: {decision.reason}")
        raise MatchListError(decision.postfix_says[-1], decision.reason)
    return decision.verdict == TRUSTED
