"""Which texts Postfix accepts as a host name: its valid_hostname, which myhostname and mydomain must pass."""

from __future__ import annotations

from ifdiscover._names import to_bytes, to_text

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_LABEL = 63
MAX_LENGTH = 255
"""Both in bytes."""

_MAX_QUOTED = 100  # bytes of a text that Postfix repeats in a warning
_DIGITS = b"0123456789"
_WORD = _DIGITS + b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_"


def hostname_fault(text: str) -> str | None:
    """The first fault from the left, in Postfix's words without ``warning:``; None if the text is a host name.

    An underscore counts as a letter. A host name must not have only digits and dots.
    """
    data = to_bytes(text)
    if not data:
        return "valid_hostname: empty hostname"
    fault = next(_faults(data), None)
    if fault is None and len(data) > MAX_LENGTH:
        return f"valid_hostname: bad length {len(data)} for {_quoted(data)}..."
    return fault and f"valid_hostname: {fault}: {_quoted(data)}"


def _faults(data: bytes) -> Iterator[str]:
    length = 0  # of the label so far
    for place, byte in enumerate(data):
        before, after = data[place - 1 : place], data[place + 1 : place + 2]
        if byte in _WORD:
            length += 1
            if length > MAX_LABEL:
                yield "hostname label too long"
        elif byte == 0x2E:
            if not length or not after:
                yield "misplaced delimiter"
            length = 0
        elif byte == 0x2D:
            length += 1
            if before in (b"", b".") or after in (b"", b"."):
                yield "misplaced hyphen"
        else:
            yield f"invalid character {byte}(decimal)"
    if not data.strip(_DIGITS + b"."):
        yield "numeric hostname"


def _quoted(data: bytes) -> str:
    return to_text(data[:_MAX_QUOTED])
