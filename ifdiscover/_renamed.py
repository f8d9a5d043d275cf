"""Names that were other ones before 0.2.0, so that who uses an old one is told the new one."""

from __future__ import annotations

NEW_NAMES = {
    "ifdiscover": {
        "is_local": "is_local_destination",
        "OwnAddresses": "Addresses",
    },
    "ifdiscover.model": {"Gateway": "Route"},
    "Host": {"gateways": "routes"},
    "Finding": {"id": "kind", "consequence_here": "consequence"},
    "LocalDestinations": {"judge": "decide"},
}
"""New names by old ones, of each module and each class that had any."""


def no_attribute(owner: str, name: str) -> AttributeError:
    """The exception to raise for an attribute that is not there; it has the new name of an old one.

    >>> no_attribute("Host", "gateways")
    AttributeError('Host.gateways is called routes since 0.2.0')
    """
    new = NEW_NAMES.get(owner, {}).get(name)
    if new is None:
        return AttributeError(f"{owner!r} has no attribute {name!r}")
    return AttributeError(f"{owner}.{name} is called {new} since 0.2.0")
