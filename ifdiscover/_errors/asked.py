"""What can go wrong where something is asked of a host: its names, its addresses, its recording."""

from __future__ import annotations

from ifdiscover._errors import IfdiscoverError

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from typing import Any


class UnknownNamespaceError(IfdiscoverError):
    """There is no such network namespace."""

    status = 66


class UnknownInterfaceError(IfdiscoverError):
    """The host has no interface of that name."""

    status = 66


class NotOneAddressError(IfdiscoverError):
    """One address was asked for, and none fits, or several do.

    Attributes:
        addresses: every ``Address`` that fits.
    """

    status = 69
    addresses: tuple[Any, ...]

    def __init__(self, head: str, addresses: tuple[Any, ...]) -> None:
        self.addresses = addresses
        self._head = head
        super().__init__("\n".join(self.lines))

    @property
    def lines(self) -> tuple[str, ...]:
        """What is wrong, and one line for each address."""
        return (self._head, *(f"  {address} on {address.interface.name}" for address in self.addresses))


class RecordingError(IfdiscoverError):
    """A recorded host that cannot be used; the message has the file, the place in it and the rule."""

    status = 65


class RecordingInputError(RecordingError):
    """A recorded host's file cannot be read at all."""

    status = 66


class BlindError(IfdiscoverError):
    """The record of a host does not tell what is asked of it: its backend cannot see that, or nobody looked."""

    status = 65


class NetmaskError(IfdiscoverError, ValueError):
    """A netmask that has no prefix length."""

    status = 65


class AddressTextError(IfdiscoverError, ValueError):
    """A text that is no address and no address literal."""

    status = 65
