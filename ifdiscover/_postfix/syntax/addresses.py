"""Which texts Postfix accepts as an address: its valid_hostaddr and related checks.

Each function returns the first fault from the left, in Postfix's words without ``warning:``, or None. These checks
differ from inet_pton(3) and getaddrinfo(3): leading zeros pass, and so does an IPv6 address with too few groups.

Postfix checks bytes. Here a text is UTF-8 with ``surrogateescape``. A sentence quotes at most 100 bytes of it,
unescaped.
"""

from __future__ import annotations

from ifdiscover._names import to_bytes, to_text

_DIGITS = b"0123456789"
_HEX_DIGITS = b"0123456789abcdefABCDEF"
_MAX_QUOTED = 100  # bytes of a text that Postfix repeats in a warning
_TAG = "ipv6:"
_BLANKS = " \t"
_SEPARATORS = ",;"  # of addresses; at the end of one they are no part of it
_MARKS = ".:])<>@" + _SEPARATORS  # with these, words need no blank between them
_MAX_INSIDE = 45  # bytes between the brackets of a literal, with the tag


def hostaddr_fault(text: str) -> str | None:
    """The fault that valid_hostaddr finds in an address without brackets and tag. A colon makes it IPv6."""
    data = to_bytes(text)
    if not data:
        return "valid_hostaddr: empty address"
    return _ipv6_fault(data) if b":" in data else _ipv4_fault(data)


def mailhost_addr_fault(text: str) -> str | None:
    """The fault that valid_mailhost_addr finds inside a literal. The tag ``IPv6:`` makes it IPv6, otherwise IPv4."""
    address = without_tag(text)
    return _ipv4_fault(to_bytes(text)) if address == text else _ipv6_fault(to_bytes(address))


def mailhost_literal_fault(text: str) -> str | None:
    """The fault that valid_mailhost_literal finds in an address literal with its brackets (RFC 5321, section 4.1.3)."""
    inside, bracket, rest = text[1:].partition("]")
    for wrong, what in (
        (text[:1] != "[", "'[' expected at start"),
        (not bracket, "']' expected at end"),
        (rest, "unexpected text after ']'"),
        (len(to_bytes(inside)) > _MAX_INSIDE, "too much text"),
    ):
        if wrong:
            return _fault("valid_mailhost_literal", what, to_bytes(text))
    return mailhost_addr_fault(inside)


def without_tag(inside: str) -> str:
    """The inside of a literal without the tag ``IPv6:``, which may be upper or lower case.

    >>> without_tag("ipv6:2001:db8::1")
    '2001:db8::1'
    """
    return inside[len(_TAG) :] if inside[: len(_TAG)].lower() == _TAG else inside


def unquoted_domain(text: str) -> str:
    """The domain of a mail address as Postfix reads it: without blanks, comments, quotes and backslashes (RFC 822).

    Blanks inside brackets stay, and brackets that are open at the end are closed. A ``"`` stays that is not closed; one
    is set between words that only blanks or nothing part. So such a text is no literal.

    Args:
        text: what follows the last ``@`` of a mail address.

    >>> unquoted_domain(' "[127.0.0.1]" (this host)')
    '[127.0.0.1]'
    """
    if not _ends_outside_quotes(text):
        return text
    kept: list[str] = []
    end = 0  # of what was read
    size = 0  # of what is kept, without commas and semicolons at its end
    last = ""  # the kind of the last piece but blanks and comments: word, atom (a word that may go on), mark
    while end < len(text):
        start, character = end, text[end]
        if character in " \t(":
            end = _comment_end(text, start) if character == "(" else start + 1
            last = "word" if last == "atom" else last
            continue
        if character in '"[':
            end, inside = _until(text, start + 1, '"' if character == '"' else "]")
            kind, piece = "word", inside if character == '"' else f"[{inside}]"
        elif character in _MARKS:
            end, kind, piece = start + 1, "mark", character
        else:
            escaped = character == "\\"
            end, kind, piece = start + 1 + escaped, "atom", text[start + escaped]
        if last in ("word", "atom") and (kind == "word" or (kind == "atom" and last == "word")):
            kept.append('"')
        kept.append(piece)
        last = kind
        size = size if piece in _SEPARATORS and kind == "mark" else len(kept)
    # Postfix reads the result once more, when it rewrites the address: a bracket and blanks from quotes count again.
    domain = "".join(kept[:size]).lstrip(_BLANKS)
    if domain[:1] == "[" and "]" not in domain:
        return f"{domain}]"
    domain = domain.rstrip(_BLANKS)
    return f"{domain[:-1].rstrip(_BLANKS)}." if domain.endswith(".") else domain


def _ends_outside_quotes(text: str) -> bool:
    """Whether each quote is closed, and no backslash is last: what follows in SMTP's command would belong to it."""
    place, inside = 0, False
    while place < len(text):
        inside ^= text[place] == '"'
        place += 2 if text[place] == "\\" else 1
    return not inside and place == len(text)


def _until(text: str, start: int, closing: str) -> tuple[int, str]:
    """The offset after a closing character, or after a text without it; and what is before, without backslashes."""
    inside = []
    while start < len(text) and text[start] != closing:
        start += text[start] == "\\"
        inside.append(text[start : start + 1])
        start += 1
    return start + 1, "".join(inside)


def _comment_end(text: str, start: int) -> int:
    """The offset after the comment that begins at ``start``; comments nest, and one may be left open."""
    depth = 0
    while start < len(text):
        character = text[start]
        depth += (character == "(") - (character == ")")
        start += 2 if character == "\\" else 1
        if not depth:
            break
    return start


def _ipv4_fault(data: bytes) -> str | None:
    """Four numbers up to 255. The first may be 0 only if all are 0."""
    octets = 0
    value = -1  # of the current number; -1: no digit yet
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
    """Postfix counts colons and the digits between them; it does not count groups."""
    colons = doubles = 0
    start = 0  # of the current run of digits
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


def _fault(function: str, fault: str, data: bytes) -> str:
    return f"{function}: {fault}: {to_text(data[:_MAX_QUOTED])}"
