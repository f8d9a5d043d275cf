"""What can go wrong where a host is read.

Each start imports these errors, so they are few. ``ifdiscover.errors`` hands out all that there are.
"""

from __future__ import annotations

from ifdiscover._record import Renamed

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from collections.abc import Iterable


class IfdiscoverError(Renamed, Exception):
    """Any failure that ifdiscover reports.

    Attributes:
        status: the exit status of the command line, from sysexits.h.
    """

    status: int = 70

    def __init_subclass__(cls) -> None:
        """Let tracebacks, pickles and help() name our errors as they are imported."""
        if cls.__module__.startswith(__name__):
            cls.__module__ = "ifdiscover.errors"

    def __reduce__(self) -> tuple[object, ...]:
        """Copies and pickles are made without another call of ``__init__``, whose arguments differ."""
        return _again, (type(self), self.args), vars(self)

    @property
    def lines(self) -> tuple[str, ...]:
        """The message, split into lines; escape each line before you print it (``ifdiscover.printable()``)."""
        return (str(self),)


def _again(kind: type[IfdiscoverError], arguments: tuple[object, ...]) -> IfdiscoverError:
    return kind.__new__(kind, *arguments)


class UsageError(IfdiscoverError):
    """Options that contradict each other."""

    status = 64


class BackendError(IfdiscoverError):
    """A backend did not give a host."""


class UnknownBackendError(BackendError):
    """No backend has that name."""

    status = 64


class UnavailableError(BackendError):
    """The backend exists, but cannot work on this host.

    Attributes:
        reason: why not, with the remedy; in the message the backend's name stands before it.
    """

    status = 69
    reason: str

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(f"backend {name} is not available: {reason}")
        self.reason = reason


class NoBackendError(BackendError):
    """None of the backends tried can work on this host.

    Attributes:
        refusals: the message of each.
    """

    status = 69
    refusals: tuple[str, ...]

    def __init__(self, refusals: Iterable[str]) -> None:
        self.refusals = tuple(refusals)
        super().__init__("\n".join(self.lines))

    @property
    def lines(self) -> tuple[str, ...]:
        """One line for each refusal."""
        return ("no backend can read this host:", *(f"  {refusal}" for refusal in self.refusals))


class DiscoveryError(BackendError):
    """The backend works on this host, but the host refused, or its answer makes no sense."""

    status = 71


class NotPermittedError(DiscoveryError):
    """The host refused, since this process has no permission."""

    status = 77


def refusal(what: str, number: int | None, detail: str = "") -> DiscoveryError:
    """The exception to raise if a system call failed: NotPermittedError for EPERM and EACCES, else DiscoveryError.

    Args:
        what: the call, or its caller; the message begins with it, and the system's reason follows.
        number: the call's errno.
        detail: the end of the message.

    >>> from errno import EPERM
    >>> refusal("SIOCGIFCONF", EPERM)
    NotPermittedError('SIOCGIFCONF: Operation not permitted')
    """
    from errno import EACCES, EPERM
    from os import strerror

    kind = NotPermittedError if number in (EPERM, EACCES) else DiscoveryError
    return kind(f"{what}: {strerror(number or 0)}" + (f": {detail}" if detail else ""))


class UnansweredError(DiscoveryError):
    """The kernel took a request, and never answered: a sandbox may swallow what is sent."""


class TornReadError(DiscoveryError):
    """Addresses changed during every attempt to read them, so no attempt gave a whole answer."""

    status = 75


IfdiscoverError.__module__ = "ifdiscover.errors"
