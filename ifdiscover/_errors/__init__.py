"""What can go wrong where a host is read.

Each start imports these errors, so they are few. ``ifdiscover.errors`` hands out all that there are.
"""

from __future__ import annotations

from ifdiscover._record import Renamed


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


class DiscoveryError(BackendError):
    """The backend works on this host, but the host refused, or its answer makes no sense."""

    status = 71


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

    from ifdiscover._errors.reading import NotPermittedError

    kind = NotPermittedError if number in (EPERM, EACCES) else DiscoveryError
    try:
        reason = strerror(number or 0)
    except OverflowError:  # what netlink sends may be no errno
        reason = f"Unknown error {number}"
    return kind(f"{what}: {reason}" + (f": {detail}" if detail else ""))


IfdiscoverError.__module__ = "ifdiscover.errors"
