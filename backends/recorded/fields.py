"""What every JSON form of a recorded host has: addresses, netmasks, names, as text that may be wrong."""

from __future__ import annotations

from _socket import inet_pton

from ifdiscover._names import spelled, unescape
from ifdiscover.model import BITS, FAMILY_NAMES, FAMILY_TITLES, SCOPES

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from ifdiscover._backends.recorded.strict_json import Field

MAX_NAME = 255  # bytes; no kernel has longer ones
FAMILIES = {name: family for family, name in FAMILY_NAMES.items()}
HIGHEST_U32, HIGHEST_U64 = 2**32 - 1, 2**64 - 1


def packed(field: Field, family: int) -> bytes:
    """An address of a family, without zone."""
    text = field.text()
    try:
        return inet_pton(family, text)
    except (OSError, ValueError):
        field.refuse(f"must be an {FAMILY_TITLES[family]} address")


def packed_or_none(field: Field, family: int) -> bytes | None:
    """An address, or None."""
    return packed(field, family) if field.known else None


def prefix_length(field: Field, family: int) -> int:
    """A prefix length of a family."""
    return field.whole(0, BITS[family])


def hardware_address(field: Field) -> bytes | None:
    """Bytes in hexadecimal with colons between, or None."""
    if not field.known:
        return None
    text = field.text()
    try:
        found = bytes.fromhex(text.replace(":", ""))
    except ValueError:
        found = None
    if found is None or found.hex(":") != text.lower() or len(found) > MAX_NAME:
        field.refuse("must be bytes in hexadecimal with colons between")
    return found


def scope_or_none(field: Field) -> str | None:
    """A scope in a word or a number, as ip(8) writes them, or None."""
    if not field.known:
        return None
    scope = field.text()
    if scope not in SCOPES:
        field.refuse("must be global, site, link, host, nowhere, or a number up to 255")
    return scope


def checked_name(field: Field, name: str) -> str:
    """An interface's name or a label, unescaped."""
    raw = _spelled(field, name)
    if not raw or b"\0" in raw or len(raw) > MAX_NAME:
        field.refuse(f"must be a name of 1 to {MAX_NAME} bytes, none of them NUL")
    return name


def unescaped(field: Field) -> str:
    """A string in which names may be escaped, as they were."""
    try:
        text = unescape(field.text())
    except ValueError as error:
        field.refuse(f"must be escaped as ifdiscover does it ({error})")
    _spelled(field, text)
    return text


def _spelled(field: Field, text: str) -> bytes:
    """The bytes of a text, which an escape may have made one that no bytes spell."""
    try:
        return spelled(text)
    except UnicodeEncodeError:
        field.refuse("must be text without lone surrogates")
