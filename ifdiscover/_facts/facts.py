"""The facts of a host as one dict: what a fleet's tools keep of each host, and templates ask."""

from __future__ import annotations

from ifdiscover._facts.parts import Parts
from ifdiscover._facts.versions import versions
from ifdiscover._names import printable
from ifdiscover._packed import cidr_text
from ifdiscover._postfix.in_force import NAMED, NONE
from ifdiscover._postfix.mynetworks import STYLES, mynetworks
from ifdiscover._render.documents import address_fields, head, interface_fields, name_fields, route_fields
from ifdiscover.discovery import discover

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from ifdiscover.model import Host

_FAMILIES = {"ipv4": 4, "ipv6": 6}
_OF_HOST = ("interfaces", "addresses", "routes", "sources", "stable_addresses", "mynetworks")
_OF_POSTFIX = ("postfix", "findings")


def facts(host: Host | None = None, *, config_directory: str | None = None) -> dict[str, Any]:
    """All that ifdiscover knows of a host, as in the command ``ifdiscover facts``: plain values that JSON has.

    A part that cannot be had is None, and ``errors`` says why; nothing of the host raises an exception. Names are
    escaped. What may wait for a name server is waited for five seconds, and then is None too. ``ifdiscover/schemas/``
    has the schema, and docs/fleet.md tells each field.

    Args:
        host: the host; None: this host, discovered now with its routes.
        config_directory: the folder whose main.cf is read. None: no main.cf is read.

    Raises:
        TypeError: an argument has another type.
    """
    from ifdiscover._misuse import demand_host, demand_texts_or_none

    demand_host(host)
    demand_texts_or_none(config_directory=config_directory)
    chosen_by = NONE if config_directory is None else NAMED
    return facts_of(lambda: discover(routes=True) if host is None else host, (config_directory, chosen_by))


def facts_of(
    read_host: Callable[[], Host], main_cf: tuple[str | None, str] = (None, NONE), *, netns: str | None = None
) -> dict[str, Any]:
    """``facts()`` of a host that is read here, so that an error of that is in the facts too.

    Args:
        read_host: reads the host.
        main_cf: the folder of main.cf and how it was chosen: an answer of ``which_directory()``.
        netns: the network namespace that the host is read in.

    Raises:
        UsageError, UnknownBackendError: the caller asked for what cannot be.
    """
    parts = Parts()
    host = parts.take("interfaces", read_host)
    directory, chosen_by = main_cf
    found: dict[str, Any] = {**dict.fromkeys((*_OF_HOST, *_OF_POSTFIX)), "more": []}
    is_here = netns is None and (host is None or host.recorded is None)
    known = {"versions": parts.take("versions", lambda: versions(host, with_postfix=is_here))}
    if host is None:
        sentence = "the host cannot be read: see interfaces"
        parts.lose([*_OF_HOST[1:], *(() if directory is None else _OF_POSTFIX)], sentence)
    else:
        parts.warnings += host.warnings
        found.update(_of_host(parts, host))
        if directory is not None:
            found.update(_of_postfix(parts, host, directory, chosen_by, netns))
    backend = None if host is None else host.backend
    return {**head("facts", backend, dict.fromkeys(parts.warnings)), "errors": parts.errors, **known, **found}


def _of_host(parts: Parts, host: Host) -> dict[str, Any]:
    """What is told of the host by itself, whatever its Postfix is."""
    if host.routes is None:
        parts.lose(["routes"], f"backend {host.backend} tells no routes here")
    return {
        "interfaces": parts.take("interfaces", lambda: [interface_fields(host, each) for each in host.interfaces]),
        "addresses": parts.take("addresses", lambda: list(map(address_fields, host.addresses))),
        "routes": parts.take("routes", lambda: None if host.routes is None else list(map(route_fields, host.routes))),
        "sources": {
            name: parts.take(f"sources.{name}", lambda: _source(host, family))  # noqa: B023 - called at once
            for name, family in _FAMILIES.items()
        },
        "stable_addresses": {
            name: parts.take(f"stable_addresses.{name}", lambda: _stable(host, family))  # noqa: B023 - called at once
            for name, family in _FAMILIES.items()
        },
        "mynetworks": {
            style: parts.take(f"mynetworks.{style}", lambda: _networks(parts, host, style))  # noqa: B023 - called at once
            for style in STYLES
        },
    }


def _of_postfix(parts: Parts, host: Host, directory: str, chosen_by: str, netns: str | None) -> dict[str, Any]:
    from ifdiscover._facts.postfix import findings, postfix_fields

    of_postfix = parts.take("postfix", lambda: postfix_fields(parts, host, directory, chosen_by))
    found = parts.take_soon("findings", lambda: findings(host, directory, chosen_by, netns))
    return {"postfix": of_postfix, **(found or {})}


def _source(host: Host, family: int) -> dict[str, Any] | None:
    """The address that packets to everywhere else leave from; None: none can leave."""
    source = host.source(family)
    if source is None:
        return None
    address = next((each for each in host.addresses if each.packed == source.packed), None)
    flags = None if address is None else address.flag_names
    return {
        "address": str(source),
        **name_fields("interface", None if address is None else address.interface.name),
        "flags": None if flags is None else list(flags),
    }


def _stable(host: Host, family: int) -> dict[str, Any]:
    address, reason = host.stable_address(family)
    return {
        "address": None if address is None else str(address),
        **name_fields("interface", None if address is None else address.interface.name),
        "reason": printable(reason),
    }


def _networks(parts: Parts, host: Host, style: str) -> dict[str, Any]:
    """What Postfix would trust by default in a style, if it listened on all addresses."""
    networks = mynetworks(host, style=style)
    parts.warnings += networks.warnings
    return {"value": str(networks), "networks": [cidr_text(*each[:3]) for each in networks]}
