"""Whether smtpd starts: it does not without one of some restrictions."""

from __future__ import annotations

from ifdiscover._postfix.syntax.words import split
from ifdiscover.errors import ConfigurationError, UnknownDefaultError

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ifdiscover._postfix.parameters.configuration import Configuration
    from ifdiscover._postfix.syntax.findings import Finding

_LISTS = ("smtpd_relay_restrictions", "smtpd_recipient_restrictions")
_REFUSING = {"reject_unauth_destination", "defer_unauth_destination"}
_UNDOING = {"permit", "warn_if_reject"}


def starts_plainly(configuration: Configuration) -> bool:
    """Whether smtpd evidently starts with its restrictions, so that these need no closer look.

    What looks closer is slow to import, and few restrictions need it.
    """
    if configuration.main_cf is None:
        return True
    values = [configuration.all_written[name] for name in _LISTS if configuration.is_set(name)]
    words = [split(value) for value in values if "$" not in value]
    return not values or any(_REFUSING.intersection(row) and not _UNDOING.intersection(row) for row in words)


def check_required(configuration: Configuration) -> Iterator[Finding]:
    """The fault of an smtpd without any required restriction. If it sets none, its default depends on the level.

    Args:
        configuration: what is in force for this smtpd.
    """
    if starts_plainly(configuration):
        return
    from ifdiscover._postfix.services.restrictions import missing_required

    try:
        missing = missing_required(configuration)
    except (ConfigurationError, UnknownDefaultError):  # for another reason smtpd does not start, or it is not known
        return
    if missing is not None:
        yield missing
