"""The one edge at which names, which anyone may choose, become text for a terminal or a log."""

from __future__ import annotations


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
        return text
    return "".join(map(_escaped, text))


def _escaped(character: str) -> str:
    if character == "\\":
        return "\\\\"
    if character.isprintable():
        return character
    code = ord(character)
    if 0xDC80 <= code <= 0xDCFF:  # surrogateescape
        return f"\\x{code - 0xDC00:02x}"
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
