"""Backends of other distributions, so that a fault of one is told as that backend's, and never taken for an answer.

Their code may raise anything, end the process or print, in the middle of a document too. What they print goes to
standard error here, every exception becomes an error that names the backend, and what they return is looked at.
"""

from __future__ import annotations

import sys
from contextlib import redirect_stdout

from ifdiscover._errors import DiscoveryError, IfdiscoverError, UnavailableError
from ifdiscover.model import BITS, Address, Host, Interface

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from collections.abc import Callable
    from importlib.metadata import EntryPoint
    from typing import Any

_NAMES = ("BLIND_TO", "unavailable", "read")
_TYPES = {"str": str, "int": int, "bytes": bytes, "None": type(None), "Interface": Interface}  # of a record's fields


class Guarded:
    """A backend of another distribution. What it has besides is there under the same names.

    Args:
        point: its entry point.

    Raises:
        UnavailableError: it cannot be loaded, or is no backend; the message says why.
    """

    def __init__(self, point: EntryPoint) -> None:
        self._name, self._value = point.name, point.value
        if point.pattern.match(point.value) is None:
            raise UnavailableError(self._name, f'its entry point "{point.value}" cannot be loaded: it names no module')
        try:
            self._backend = _quietly(point.load)
            missing = [name for name in _NAMES if not hasattr(self._backend, name)]
            blind_to = () if missing else tuple(self._backend.BLIND_TO)
            note = getattr(self._backend, "NOTE", None)
        except (Exception, SystemExit) as error:  # the import of a foreign module may raise anything
            raise UnavailableError(self._name, f"{self._value} cannot be loaded: {_told(error)}") from error
        if missing:
            raise self._is_no_backend(f"it has no {' and no '.join(missing)}")
        if not (all(isinstance(word, str) for word in blind_to) and not isinstance(self._backend.BLIND_TO, str)):
            raise self._is_no_backend("its BLIND_TO is no tuple of texts")
        self.BLIND_TO: tuple[str, ...] = blind_to
        self.NOTE = None if note is None else str(note)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._backend, name)

    def unavailable(self) -> str | None:
        """Why it cannot work on this host; that it fails to tell is a reason, too."""
        try:
            reason = _quietly(self._backend.unavailable)
        except (Exception, SystemExit) as error:  # noqa: BLE001 - as above
            return f"{self._value} failed to tell whether it works here: {_told(error)}"
        return None if reason is None else str(reason)

    def read(self, **options: Any) -> Host:
        """What it reads.

        Raises:
            DiscoveryError: it raised something, or what it returned is no host.
        """
        try:
            host: Host = _quietly(lambda: self._backend.read(**options))
        except IfdiscoverError:
            raise
        except (Exception, SystemExit) as error:  # as above
            raise DiscoveryError(f"backend {self._name} failed: {_told(error)}") from error
        fault = _fault(host)
        if fault:
            raise DiscoveryError(f"backend {self._name} returned no host: {fault}")
        return host

    def _is_no_backend(self, why: str) -> UnavailableError:
        return UnavailableError(self._name, f"{self._value} is no backend: {why}")


def _quietly(ask: Callable[[], Any]) -> Any:
    """What a function returns; what it prints goes to standard error, since standard output has the answer."""
    with redirect_stdout(sys.stderr):
        return ask()


def _told(error: BaseException) -> str:
    """The message of an exception; its type, if it has none or fails to tell it."""
    if isinstance(error, SystemExit):
        return f"it ends the process with {error.code!r}"
    try:
        return str(error) or type(error).__name__
    except Exception:  # noqa: BLE001 - foreign code as well
        return type(error).__name__


def _fault(host: object) -> str:
    """What makes it no host; "" if it is one."""
    if not isinstance(host, Host):
        return f"it is {type(host).__name__}"
    for field in ("interfaces", "addresses", "blind_to", "warnings"):
        if not isinstance(getattr(host, field), tuple):
            return f"its {field} are no tuple"
    for field in ("backend", "blind_to", "warnings"):
        value = getattr(host, field)
        if not all(isinstance(text, str) for text in (value if isinstance(value, tuple) else (value,))):
            return f"its {field} is no text, or has a part that is no text"
    records: list[tuple[object, type]] = [
        *((each, Interface) for each in host.interfaces),
        *((each, Address) for each in host.addresses),
    ]
    for record, kind in records:
        if not isinstance(record, kind):
            return f"where each is {kind.__name__}, one is {type(record).__name__}"
        for field, annotation in kind.__annotations__.items():
            if not isinstance(getattr(record, field), tuple(_TYPES[word] for word in annotation.split(" | "))):
                return f"{field} of {kind.__name__} is {annotation}, and not {getattr(record, field)!r}"
    for address in host.addresses:
        width = BITS.get(address.family, 0) // 8
        for packed in (address.packed, address.packed_netmask, address.packed_broadcast, address.packed_peer):
            if packed is not None and len(packed) != width:
                return f"an address of family {address.family} has {width} bytes, and not {len(packed)}"
    return ""
