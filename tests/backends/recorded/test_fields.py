"""What a value of a recording may be: the last that is read, and the first that is not."""

from __future__ import annotations

from socket import AF_INET, AF_INET6
from typing import TYPE_CHECKING, Any

import pytest

from ifdiscover._backends.recorded import fields
from ifdiscover._backends.recorded.strict_json import Field
from ifdiscover.errors import RecordingError

if TYPE_CHECKING:
    from collections.abc import Callable

BYTES = "must be bytes in hexadecimal with colons between"
NAME = "must be a name of 1 to 255 bytes, none of them NUL"
SURROGATES = "must be text without lone surrogates"


def checked_name(field: Field) -> str:
    """A name that is written as it is."""
    return fields.checked_name(field, field.value)


def packed4(field: Field) -> bytes:
    """An IPv4 address."""
    return fields.packed(field, AF_INET)


def packed6_or_none(field: Field) -> bytes | None:
    """An IPv6 address or none."""
    return fields.packed_or_none(field, AF_INET6)


def length4(field: Field) -> int:
    """An IPv4 prefix length."""
    return fields.prefix_length(field, AF_INET)


def length6(field: Field) -> int:
    """An IPv6 prefix length."""
    return fields.prefix_length(field, AF_INET6)


@pytest.mark.parametrize(
    ("read", "value", "expected"),
    [
        (packed4, "192.0.2.1", bytes([192, 0, 2, 1])),
        (packed6_or_none, "::1", bytes([*bytes(15), 1])),
        (packed6_or_none, None, None),
        (length4, 0, 0),
        (length4, 32, 32),
        (length6, 128, 128),
        (fields.hardware_address, None, None),
        (fields.hardware_address, "00:0A", b"\x00\x0a"),
        (fields.hardware_address, ":".join(["5e"] * 255), b"\x5e" * 255),
        (fields.scope_or_none, None, None),
        (fields.scope_or_none, "link", "link"),
        (fields.scope_or_none, "17", "17"),
        (checked_name, "e", "e"),
        (checked_name, "e" * 255, "e" * 255),
        (fields.unescaped, "a\\x1b", "a\x1b"),
    ],
)
def test_what_is_good_is_read_as_it_stands(read: Callable[[Field], object], value: Any, expected: object) -> None:
    """The smallest and the largest too."""
    assert read(Field(value, "key")) == expected


@pytest.mark.parametrize(
    ("read", "value", "rule"),
    [
        (packed4, "192.0.2.256", "must be an IPv4 address"),
        (packed4, "192.0.2.1\0", "must be an IPv4 address"),
        (packed4, "::1", "must be an IPv4 address"),
        (packed6_or_none, "192.0.2.1", "must be an IPv6 address"),
        (length4, -1, "must be a whole number from 0 to 32"),
        (length4, 33, "must be a whole number from 0 to 32"),
        (length6, 129, "must be a whole number from 0 to 128"),
        (fields.hardware_address, "zz", BYTES),
        (fields.hardware_address, "000a", BYTES),
        (fields.hardware_address, "00:0a:", BYTES),
        (fields.hardware_address, ":".join(["5e"] * 256), BYTES),
        (fields.scope_or_none, "256", "must be global, site, link, host, nowhere, or a number up to 255"),
        (checked_name, "", NAME),
        (checked_name, "a\0", NAME),
        (checked_name, "e" * 256, NAME),
        (checked_name, "\u00e9" * 128, NAME),
        (checked_name, "\ud800", SURROGATES),
        (fields.unescaped, "a\\q", "must be escaped as ifdiscover does it"),
        (fields.unescaped, "\\ud800", SURROGATES),
    ],
)
def test_what_is_not_is_refused_with_its_rule(read: Callable[[Field], object], value: str, rule: str) -> None:
    """And with its place."""
    with pytest.raises(RecordingError) as raised:
        read(Field(value, "key"))
    assert str(raised.value).startswith(f"key: {rule}")
