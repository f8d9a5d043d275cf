"""What can go wrong where a host is read, beyond what each start imports."""

from __future__ import annotations

from ifdiscover._errors import BackendError, DiscoveryError

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from collections.abc import Iterable


class UnknownBackendError(BackendError):
    """No backend has that name."""

    status = 64


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


class NotPermittedError(DiscoveryError):
    """The host refused, since this process has no permission."""

    status = 77


class UnansweredError(DiscoveryError):
    """The kernel took a request, and never answered: a sandbox may swallow what is sent."""


class TornReadError(DiscoveryError):
    """Addresses changed during every attempt to read them, so no attempt gave a whole answer."""

    status = 75
