"""Names that were other ones before 0.2.0, so that who uses an old one is told the new one."""

from __future__ import annotations

NEW_NAMES = {
    "ifdiscover": {"is_local": "is_local_destination", "OwnAddresses": "Addresses"},
    "ifdiscover.model": {"Gateway": "Route"},
    "Host": {"gateways": "routes"},
    "Finding": {"id": "kind"},
    "LocalDestinations": {"judge": "decide"},
    "MatchList": {"label": "parameter"},
}
"""New names by old ones, of each module and each class that had any."""


def missing(owner: str, name: str) -> Exception:
    """The exception to raise for an attribute that is not there; it has the new name of an old one.

    For an old name of a module it is ImportError, whose message ``from ifdiscover import is_local`` shows: that of an
    AttributeError would be lost.

    >>> missing("Host", "gateways")
    AttributeError('Host.gateways is called routes since 0.2.0')
    """
    new = NEW_NAMES.get(owner, {}).get(name)
    if new is None:
        return AttributeError(f"{owner!r} has no attribute {name!r}")
    kind = ImportError if owner.startswith("ifdiscover") else AttributeError
    return kind(f"{owner}.{name} is called {new} since 0.2.0")
