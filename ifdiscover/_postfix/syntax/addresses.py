"""Which texts Postfix takes for an address: its valid_hostaddr and the checks round it.

Each function answers with what is wrong, in Postfix's words without ``warning:``, or with None. The first fault from
the left counts. These checks are neither inet_pton(3)'s nor getaddrinfo(3)'s: leading zeros pass, and so does an IPv6
address of too few groups.

A text is bytes to Postfix. Here it is UTF-8 with ``surrogateescape``; what is quoted of it is not escaped, and at most
100 bytes long.
"""

from __future__ import annotations

from ifdiscover._names import to_bytes, to_text

_DIGITS = b"0123456789"
_HEX_DIGITS = b"0123456789abcdefABCDEF"
_QUOTED = 100  # bytes of a text that Postfix repeats in a warning
_TAG = "ipv6:"
_INSIDE = 45  # bytes between the brackets of a literal, tag included


def hostaddr_fault(text: str) -> str | None:
    """What valid_hostaddr says of an address without brackets and tag: with a colon the IPv6 rules, else IPv4's."""
    data = _bytes(text)
    if not data:
        return "valid_hostaddr: empty address"
    return _ipv6_fault(data) if b":" in data else _ipv4_fault(data)


def mailhost_addr_fault(text: str) -> str | None:
    """What valid_mailhost_addr says of the inside of a literal: after ``IPv6:`` an IPv6 address, else an IPv4 one."""
    address = untagged(text)
    return _ipv4_fault(_bytes(text)) if address == text else _ipv6_fault(_bytes(address))


def mailhost_literal_fault(text: str) -> str | None:
    """What valid_mailhost_literal says of an address literal (RFC 5321, section 4.1.3), brackets included."""
    inside, bracket, rest = text[1:].partition("]")
    for wrong, what in (
        (text[:1] != "[", "'[' expected at start"),
        (not bracket, "']' expected at end"),
        (rest, "unexpected text after ']'"),
        (len(_bytes(inside)) > _INSIDE, "too much text"),
    ):
        if wrong:
            return _fault("valid_mailhost_literal", what, _bytes(text))
    return mailhost_addr_fault(inside)


def untagged(inside: str) -> str:
    """The inside of a literal without its tag ``IPv6:``, in any case.

    >>> untagged("ipv6:2001:db8::1")
    '2001:db8::1'
    """
    return inside[len(_TAG) :] if inside[: len(_TAG)].lower() == _TAG else inside


def _ipv4_fault(data: bytes) -> str | None:
    """Four numbers up to 255, the first of them 0 only if all are."""
    octets = 0
    value = -1  # of the number that stands here; -1 outside of one
    for place, byte in enumerate(data):
        if byte in _DIGITS:
            octets += value < 0
            value = max(value, 0) * 10 + byte - 48
            if value > 255:
                return _fault("valid_ipv4_hostaddr", "invalid octet value", data)
        elif byte == 0x2E:
            if value < 0 or place == len(data) - 1:
                return _fault("valid_ipv4_hostaddr", "misplaced dot", data)
            if octets == 1 and value == 0 and data.strip(b"0."):
                return _fault("valid_ipv4_hostaddr", "bad initial octet value", data)
            value = -1
        else:
            return _fault("valid_ipv4_hostaddr", f"invalid character {byte}(decimal)", data)
    return None if octets == 4 else _fault("valid_ipv4_hostaddr", "invalid octet count", data)


def _ipv6_fault(data: bytes) -> str | None:
    """Colons and the digits between them are counted, groups are not."""
    colons = doubles = 0
    start = 0  # of the run of digits that stands here
    for place, byte in enumerate(data):
        if byte == 0x3A:
            following = data[place + 1 : place + 2]
            colons += 1
            doubles += following == b":"
            start = place + 1
            if place == 0 and following.isalnum():
                return _fault("valid_ipv6_hostaddr", "bad null first field in IPv6 address", data)
            if colons > 7:
                return _fault("valid_ipv6_hostaddr", "too many `:' in IPv6 address", data)
            if doubles > 1:
                return _fault("valid_ipv6_hostaddr", "too many `::' in IPv6 address", data)
        elif byte == 0x2E:
            if not 2 <= colons <= 6:
                return _fault("valid_ipv6_hostaddr", "malformed IPv4-in-IPv6 address", data)
            return _ipv4_fault(data[start:])
        elif byte not in _HEX_DIGITS:
            return _fault("valid_ipv6_hostaddr", f"invalid character {byte}(decimal) in IPv6 address", data)
        elif place - start == 4:
            return _fault("valid_ipv6_hostaddr", "malformed IPv6 address", data)
    if colons < 2:
        return _fault("valid_ipv6_hostaddr", "too few `:' in IPv6 address", data)
    if start == len(data) and not data.endswith(b"::"):
        return _fault("valid_ipv6_hostaddr", "bad null last field in IPv6 address", data)
    return None


def _bytes(text: str) -> bytes:
    try:
        return to_bytes(text)
    except UnicodeEncodeError:  # a surrogate that stands for no byte, and so for no part of an address
        return text.encode("utf-8", "replace")


def _fault(function: str, fault: str, data: bytes) -> str:
    return f"{function}: {fault}: {to_text(data[:_QUOTED])}"
