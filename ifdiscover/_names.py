"""Names and file texts, which anyone may choose: bytes to the system, text here, and when shown no more than seen.

Names are escaped once, where text leaves: towards a terminal, a log, a JSON document. ``unescape()`` gives back what
was escaped, to the byte.
"""

from __future__ import annotations


def to_text(raw: bytes) -> str:
    r"""Bytes of the host, a name or what a file holds, as text: UTF-8 whatever the locale, other bytes as surrogates.

    >>> to_text(b"eth\xff")
    'eth\udcff'
    """
    return raw.decode("utf-8", "surrogateescape")


def to_bytes(text: str) -> bytes:
    r"""The bytes that ``to_text()`` made this text of.

    Raises:
        UnicodeEncodeError: the text holds a surrogate that stands for no byte.

    >>> to_bytes("eth\udcff")
    b'eth\xff'
    """
    return text.encode("utf-8", "surrogateescape")


def printable(text: str) -> str:
    r"""The text with every character that could do more than be seen written as a backslash escape.

    Escaped are the backslash itself and all that ``str.isprintable()`` refuses: controls, bidirectional overrides,
    separators other than the space, and the surrogates that stand for bytes that are not UTF-8, shown as ``\xff``.

    >>> printable("eth0\x1b[31m")
    'eth0\\x1b[31m'
    >>> printable("\udcff\u202e")
    '\\xff\\u202e'
    """
    if text.isprintable() and "\\" not in text:
        return text if text.isascii() else _detached(text)
    return _detached("".join(map(_escaped, text)))


def _detached(text: str) -> str:
    """The text, its first character escaped if it would combine with whatever stands before it."""
    from unicodedata import category

    return _code(text[0]) + text[1:] if text and category(text[0]) in ("Mn", "Me") else text


def _escaped(character: str) -> str:
    if character == "\\":
        return "\\\\"
    return character if character.isprintable() else _code(character)


def _code(character: str) -> str:
    code = ord(character)
    if 0xDC80 <= code <= 0xDCFF:  # surrogateescape
        return f"\\x{code - 0xDC00:02x}"
    # \x80 to \xff are bytes: the characters of those numbers are written with four digits.
    return f"\\x{code:02x}" if code < 0x80 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def unescape(text: str) -> str:
    r"""The text that ``printable()`` made this of.

    Raises:
        ValueError: a backslash that begins no escape of ``printable()``.

    >>> unescape(printable("a\\\x1b\udcff\u0085")) == "a\\\x1b\udcff\u0085"
    True
    """
    head, *rest = text.split("\\")
    parts = [head]
    pieces = iter(rest)
    for piece in pieces:
        if not piece:  # two in a row: the first escapes the second
            following = next(pieces, None)
            if following is None:
                raise ValueError("a backslash at the end escapes nothing")
            parts += ["\\", following]
            continue
        size = {"x": 2, "u": 4, "U": 8}.get(piece[0], 0)
        digits = piece[1 : 1 + size]
        if not size or len(digits) != size or digits.strip("0123456789abcdef"):
            raise ValueError(f"\\{piece[:3]} is no escape; write \\\\ for a backslash")
        code = int(digits, 16)
        if code > 0x10FFFF:
            raise ValueError(f"\\{piece[:9]} is beyond Unicode")
        parts += [chr(code + 0xDC00 if size == 2 and code >= 0x80 else code), piece[1 + size :]]
    return "".join(parts)
