"""Names and file texts, which anyone may choose: from bytes to text and back, and escaped for output.

Names are escaped once, when text leaves the program: to a terminal, a log or a JSON document. ``unescape()`` gives
exactly the same text back.
"""

from __future__ import annotations


def to_text(raw: bytes) -> str:
    r"""Decode a name or the contents of a file: UTF-8 in every locale; other bytes become surrogates.

    >>> to_text(b"eth\xff")
    'eth\udcff'
    """
    return raw.decode("utf-8", "surrogateescape")


def to_bytes(text: str) -> bytes:
    r"""Encode a text: the reverse of ``to_text()``.

    A text with a surrogate that stands for no byte comes from no bytes. It becomes bytes that are not UTF-8: no name of
    the system's, and no text of Postfix's, is likely to have them.

    >>> to_bytes("eth\udcff")
    b'eth\xff'
    >>> to_bytes("eth\ud800")
    b'eth\xed\xa0\x80'
    """
    try:
        return spelled(text)
    except UnicodeEncodeError:
        return text.encode("utf-8", "surrogatepass")


def spelled(text: str) -> bytes:
    """The bytes that ``to_text()`` makes this text of.

    Raises:
        UnicodeEncodeError: there are none: the text holds a surrogate that stands for no byte.
    """
    return text.encode("utf-8", "surrogateescape")


def printable(text: str) -> str:
    r"""The text with a backslash escape for every character that is not simply visible.

    These are the backslash itself and all that ``str.isprintable()`` refuses: controls, bidirectional overrides,
    separators other than the space, and the surrogates for bytes that are not UTF-8, shown as ``\xff``.

    >>> printable("eth0\x1b[31m")
    'eth0\\x1b[31m'
    >>> printable("\udcff\u202e")
    '\\xff\\u202e'
    """
    if text.isprintable() and "\\" not in text:
        return text if text.isascii() else _detached(text)
    return _detached("".join(map(_escaped, text)))


def is_copyable(text: str) -> bool:
    r"""Whether a person can copy the text from a terminal: ``printable()`` shows it as it is.

    >>> is_copyable("eth0"), is_copyable("eth0\x1b[31m")
    (True, False)
    """
    return printable(text) == text


def _detached(text: str) -> str:
    """Escape the first character if it would combine with the character before the text."""
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
    # \x80 to \xff are bytes. The characters of these numbers are written with four digits.
    return f"\\x{code:02x}" if code < 0x80 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def encodable(text: str, encoding: str) -> str:
    r"""The text with the escapes of ``printable()`` for the characters that an encoding lacks.

    >>> encodable("\u00e9", "ascii")
    '\\u00e9'
    """
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        return "".join([_if_encodable(character, encoding) for character in text])
    return text


def _if_encodable(character: str, encoding: str) -> str:
    try:
        character.encode(encoding)
    except UnicodeEncodeError:
        return _code(character)
    return character


def unescape(text: str) -> str:
    r"""The reverse of ``printable()``.

    Raises:
        ValueError: a backslash does not begin an escape of ``printable()``.

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
