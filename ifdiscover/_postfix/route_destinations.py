"""Where the routes of a host lead, for whoever asks whether a network can be reached."""

from __future__ import annotations

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Optional

    from ifdiscover.model import Host

    # Takes AF_INET or AF_INET6, returns the packed network and the prefix length of each route, default routes left
    # out; None if not known.
    Destinations = Callable[[int], Optional[Sequence[tuple[bytes, int]]]]


def destinations_reader(host: Host, netns: str | None = None) -> Destinations:
    """The function that tells where the routes of a host lead. It asks once a family. A recording does not tell.

    Args:
        host: the host. If its routes were not looked at, they are not looked at now.
        netns: the network namespace from which it was read, as ``discover()`` takes it; None: this one.
    """
    if host.recorded is not None or host.routes is None:
        return destinations_unknown

    told: dict[int, Sequence[tuple[bytes, int]] | None] = {}

    def read(family: int) -> Sequence[tuple[bytes, int]] | None:
        if family not in told:
            from ifdiscover._backends.routing import destinations

            told[family] = destinations(family, netns)
        return told[family]

    return read


def destinations_unknown(_family: int) -> None:
    """The answer for a recorded host: not known."""
