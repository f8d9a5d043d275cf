"""Choose a backend and read the host with it, once.

If the caller names a backend, only this one is asked, and its failure is raised. If not, the backends of ``BUILT_IN``
are tried in order until one answers. ``Host.refusals`` has the failures of those before it. If none answers, the error
has all failures.
"""

from __future__ import annotations

from ifdiscover._errors import (
    DiscoveryError,
    UnavailableError,
    UsageError,
)
from ifdiscover._record import CollectingPaused

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from importlib.metadata import EntryPoint
    from typing import Any

    from ifdiscover._backends.protocol import Backend
    from ifdiscover.model import Host


__all__ = ["BUILT_IN", "GROUP", "Backend", "discover", "load", "plug_ins"]

BUILT_IN = {
    "rtnetlink": "ifdiscover._backends.netlink.rtnetlink",
    "siocglif": "ifdiscover._backends.ioctl.siocglif",  # before getifaddrs, which on illumos lists only what is up
    "getifaddrs": "ifdiscover._backends.libc.getifaddrs",
    "netlink": "ifdiscover._backends.netlink.via_pyroute2",
    "ioctl": "ifdiscover._backends.ioctl.siocgif",
    "psutil": "ifdiscover._backends.packages.via_psutil",
    "netifaces": "ifdiscover._backends.packages.via_netifaces",
    "replay": "ifdiscover._backends.recorded.replay",
}
"""The backends of ifdiscover: names and modules, in the order in which they are tried."""

ASK_NETLINK = ("getifaddrs", "netlink", "psutil", "netifaces")
"""The backends that ask netlink too, on Linux: netlink itself, and the others by getifaddrs(3)."""

NOT_ASKED = "it would wait for the same answer, and without end"
"""Why these are not asked where the kernel does not answer."""

GROUP = "ifdiscover.backends"
"""The entry-point group for backends of other distributions; ``discover()`` uses one only if it is named."""


def load(name: str) -> Backend:
    """Import the backend of that name and make sure that it can work here.

    Raises:
        UnknownBackendError: no backend has that name.
        UnavailableError: the backend cannot work on this host; the message says why.
    """
    module = BUILT_IN.get(name)
    backend: Backend = _plug_in(name) if module is None else __import__(module, fromlist=["read"])
    reason = backend.unavailable()
    if reason is not None:
        raise UnavailableError(name, reason)
    return backend


def plug_ins() -> dict[str, EntryPoint]:
    """The backends of other distributions, by name; one with the name of a built-in backend is ignored."""
    from importlib.metadata import entry_points

    try:
        found = entry_points()
        # Python 3.9 knows no entry_points(group=...).
        group = found.select(group=GROUP) if hasattr(found, "select") else found.get(GROUP, ())
        return _offered(group)
    except Exception:  # noqa: BLE001 - a damaged entry_points.txt, of any distribution, may raise anything
        return _plug_ins_of_the_undamaged()


def _plug_ins_of_the_undamaged() -> dict[str, EntryPoint]:
    from importlib.metadata import distributions

    found: dict[str, EntryPoint] = {}
    for distribution in distributions():
        try:
            points = tuple(distribution.entry_points)
        except Exception:  # noqa: BLE001, S112 - as above: this is the one, and what it offers is not ours
            continue
        found = {**_offered(point for point in points if point.group == GROUP), **found}
    return found


def _offered(points: Iterable[EntryPoint]) -> dict[str, EntryPoint]:
    """By name; one without a name cannot be asked for."""
    return {point.name: point for point in points if point.name and point.name not in BUILT_IN}


def _plug_in(name: str) -> Backend:
    points = plug_ins()
    if name not in points:
        from ifdiscover._errors.reading import UnknownBackendError
        from ifdiscover._misuse import hint

        known = [*BUILT_IN, *sorted(points)]
        near = hint(name, known)
        raise UnknownBackendError(f'no backend is called "{name}"; choose one of {", ".join(known)}{near}')
    from ifdiscover._backends.guarded import Guarded

    return Guarded(points[name])


def discover(
    backend: str | None = None, *, netns: str | None = None, routes: bool = False, allow_torn: bool = False
) -> Host:
    """Read this host's interfaces and addresses.

    Args:
        backend: the name of the only backend to ask; None: the first of ``BUILT_IN`` that answers.
        netns: another network namespace, by name, path or process number; backend ``rtnetlink`` reads it, or
            ``netlink`` if it is named. The calling thread stays in its own.
        routes: fill ``Host.routes`` and ``Host.packed_sources`` too. Where no netlink tells routes, and backend
            ``netifaces`` is not named, the host gets its sources alone.
        allow_torn: instead of TornReadError, return an answer with ``consistent = False``. Backends that are blind to
            "interruption" never raise it.

    Raises:
        UnknownBackendError: no backend has that name.
        UnavailableError: the backend asked for cannot work on this host.
        DiscoveryError: the backend asked for failed; the message has the system's reason.
        TornReadError: addresses changed during every attempt to read them.
        NoBackendError: no backend was named, and none could answer; the message has the reason of each.
        UsageError: ``netns`` is given, and the named backend cannot see into it.
        UnknownNamespaceError: there is no such namespace.
    """
    if (backend, netns) != (None, None):
        from ifdiscover._misuse import demand_texts_or_none

        demand_texts_or_none(backend=backend, netns=netns)
    host = _discover(backend, netns, {"routes": routes, "allow_torn": allow_torn})
    if not routes:
        return host
    from ifdiscover._backends.routing import with_routes

    return with_routes(host, netns)


def _discover(backend: str | None, netns: str | None, wanted: dict[str, bool]) -> Host:
    if netns is not None:
        if backend not in (None, "rtnetlink", "netlink"):
            raise UsageError(f"backend {backend} sees this network namespace only; rtnetlink and netlink see others")
        return _read(load(backend or "rtnetlink"), wanted, netns)
    if backend is not None:
        return _read(load(backend), wanted)
    refusals: list[str] = []
    waiting: tuple[str, ...] = ()
    for name in BUILT_IN:
        if name in waiting:
            refusals.append(f"backend {name} was not asked: {NOT_ASKED}")
            continue
        try:
            host = _read(load(name), wanted)
        except (UnavailableError, DiscoveryError) as error:
            from ifdiscover._errors.reading import TornReadError, UnansweredError

            if isinstance(error, TornReadError):
                raise  # the next backend's answer may be torn too, but it would not notice
            if isinstance(error, UnansweredError):
                waiting = ASK_NETLINK
            refusals.append(str(error))
        else:
            return host._replace(refusals=tuple(refusals)) if refusals else host
    from ifdiscover._errors.reading import NoBackendError

    raise NoBackendError(refusals)


_NEEDS = {"routes": "routes", "allow_torn": "interruption"}  # a backend that is blind to this does not take the option


def _read(backend: Backend, wanted: dict[str, bool], netns: str | None = None) -> Host:
    options: dict[str, Any] = {
        option: True for option, is_wanted in wanted.items() if is_wanted and _NEEDS[option] not in backend.BLIND_TO
    }
    if netns is not None:
        options["netns"] = netns
    read: Callable[..., Host] = backend.read
    with CollectingPaused():
        return read(**options)


if not TYPE_CHECKING:

    def __getattr__(name: str) -> object:
        """Import ``Backend`` at its first use, since it needs ``typing``."""
        if name != "Backend":
            raise AttributeError(f"module 'ifdiscover.discovery' has no attribute {name!r}")
        from ifdiscover._backends.protocol import Backend

        return Backend
