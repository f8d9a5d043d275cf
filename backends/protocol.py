"""What a backend must have, for type checkers and for authors of backends."""

from __future__ import annotations

from typing import Protocol

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from ifdiscover.model import Host


class Backend(Protocol):
    """One way to learn a host's interfaces and addresses: a module, or any object with these names."""

    @property
    def BLIND_TO(self) -> tuple[str, ...]:  # noqa: N802 - a constant of a module
        """What it cannot see, in words of ifdiscover.model.BLINDNESS."""
        ...

    def unavailable(self) -> str | None:
        """Why this backend cannot work on this host, with the remedy; None if it can."""
        ...

    def read(self) -> Host:
        """Read the host.

        A backend that is not blind to "interruption" also takes ``allow_torn=True``, and one that is not blind to
        "routes" ``routes=True``, without which it need not look at them.

        Raises:
            DiscoveryError: the host refused, or its answer makes no sense.
        """
        ...
