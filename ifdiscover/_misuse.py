"""What is said to those who use an old name, misspell one, or pass an argument of a wrong type."""

from __future__ import annotations

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from collections.abc import Iterable

NEW_NAMES = {
    "ifdiscover": {"is_local": "is_local_destination", "OwnAddresses": "Addresses"},
    "ifdiscover.model": {"Gateway": "Route"},
    "Host": {"gateways": "routes"},
    "PostfixError": {"sentence": "postfix_says"},
    "Finding": {"id": "kind"},
    "LocalDestinations": {"judge": "decide"},
    "MatchList": {"label": "parameter"},
}
"""For each module and class: the old names, and the names since 0.2.0."""


def missing(owner: str | type, name: str) -> Exception:
    """The exception to raise for an attribute that is not there; for an old name, the message has the new one.

    For an old name of a module it is ImportError: ``from ifdiscover import is_local`` shows its message, but would hide
    the message of an AttributeError.

    >>> missing("ifdiscover.model", "Gateway")
    ImportError('ifdiscover.model.Gateway is called Route since 0.2.0')
    """
    owners = [owner] if isinstance(owner, str) else [kind.__name__ for kind in owner.__mro__]
    for known in owners:
        new = NEW_NAMES.get(known, {}).get(name)
        if new is not None:
            kind = ImportError if isinstance(owner, str) else AttributeError
            return kind(f"{known}.{name} is called {new} since 0.2.0")
    return AttributeError(f"{owners[0]!r} has no attribute {name!r}")


def demand_host(host: object, **texts: object) -> None:
    """Check that ``host`` is a host or None, and that the other arguments are texts.

    Raises:
        TypeError: one is not; the message has its name.
    """
    if host is not None and not hasattr(host, "blind_to"):
        raise TypeError(
            f"host is what discover() or replay() returns, and not {type(host).__name__}; "
            'the other arguments are given by name, as in mynetworks(host, style="subnet")'
        )
    demand_texts(**texts)


def demand_texts_or_none(**texts: object) -> None:
    """Check that the arguments that are given are texts.

    Raises:
        TypeError: one is not; the message has its name.
    """
    demand_texts(**{name: text for name, text in texts.items() if text is not None})


def demand_texts(**texts: object) -> None:
    """Check that arguments are texts.

    Raises:
        TypeError: one is not; the message has its name.
    """
    for name, text in texts.items():
        if not isinstance(text, str):
            raise TypeError(f"{name} is a text, and not {type(text).__name__}")


def hint(name: str, known: Iterable[str]) -> str:
    """The end of an error about an unknown name: the one that was perhaps meant; empty if none is near.

    >>> hint("eht0", ["lo", "eth0"])
    '; did you mean eth0?'
    """
    from difflib import get_close_matches

    near = get_close_matches(name, list(known), n=1)
    return f"; did you mean {near[0]}?" if near else ""
