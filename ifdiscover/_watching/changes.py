"""``changes()``: the library's way to hear of changes."""

from __future__ import annotations

from ifdiscover._watching.change import reading_of
from ifdiscover._watching.watch import DEBOUNCE, Watch

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from collections.abc import Mapping

    from ifdiscover._watching.change import Change, Reading


class Changes:
    """What ``changes()`` returns: an iterator over ``Change``, and a context manager that closes its socket.

    What a reading raises, ``next()`` raises too: main.cf is broken while somebody writes it, or the host cannot be read
    at that moment. The watch goes on: the next ``next()`` waits for what changes next, and reads again after some
    seconds. A ``for`` ends there, like any.
    """

    def __init__(self, watch: Watch) -> None:
        self._watch = watch

    def __iter__(self) -> Changes:
        return self

    def __next__(self) -> Change:
        return next(self._watch).change

    def stop(self) -> None:
        """Let the iteration end. Another thread or a signal's handler may call this."""
        self._watch.stop()

    def close(self) -> None:
        """Stop, and close the socket. ``with`` does it."""
        self._watch.close()

    def __enter__(self) -> Changes:  # noqa: PYI034 - Self is not in 3.9's typing
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()


def changes(
    debounce: float = DEBOUNCE,
    *,
    netns: str | None = None,
    config_directory: str | None = None,
    overrides: Mapping[str, str] | None = None,
) -> Changes:
    """What Postfix makes of this host, and each change of that as it comes: on Linux, by rtnetlink(7).

    The first ``Change`` has nothing before it; each other one begins with what the last one ended with. Lifetimes and
    names of interfaces are no change. ``next()`` waits without polling, and main.cf is read again at each change.

    Args:
        debounce: seconds without news after which changes are told, joined; if news never ends, ten times as many.
        netns: another network namespace, by name, path or process number. When that is gone, ``next()`` raises
            UnknownNamespaceError.
        config_directory: the folder whose main.cf is read. None: no main.cf is read.
        overrides: values by name that come before those of main.cf.

    Raises:
        UnavailableError: this is not Linux.
        UnknownNamespaceError: there is no such namespace.
        UsageError: ``debounce`` is not from 0 to 3600.
        DiscoveryError, NotPermittedError: the kernel refused.
        TypeError: an argument has another type.
    """
    from ifdiscover._misuse import demand_texts_or_none
    from ifdiscover._postfix.in_force import configuration_of
    from ifdiscover.discovery import discover

    demand_texts_or_none(netns=netns, config_directory=config_directory)

    def _read() -> Reading:
        host = discover(netns=netns, routes=True)
        return reading_of(host, configuration_of(host, config_directory, overrides))

    return Changes(Watch(_read, debounce=debounce, netns=netns))
