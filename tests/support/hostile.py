"""Texts that somebody chose, to steer a terminal or to break out of a syntax, and what reaches a terminal."""

from __future__ import annotations

import contextlib
import os
import pty
import re
import threading
import tty

from support.terminal import written_to

from ifdiscover._cli import main

TEXTS = {
    "colour": "\x1b[31m",
    "title": "\x1b]0;owned\x07",
    "device status": "\x1b[6n",
    "C1 control": "\x9b31m",
    "bell": "\x07",
    "backspace": "a\x08\x08b",
    "delete": "\x7f",
    "carriage return": "a\rb",
    "newline": "a\nifdiscover: forged",
    "tab": "a\tb",
    "vertical tab": "a\x0bb\x0c",
    "NUL": "a\x00b",
    "right to left": "\u202eetc",
    "isolate": "\u2066a\u2069",
    "Arabic mark": "\u061ca",
    "zero width": "a\u200bb\ufeff",
    "line separator": "a\u2028b\u2029c",
    "no-break space": "a\u00a0b",
    "combining": "\u0301\u0489",
    "not UTF-8": "\udcff\udcfe",
    "half a character": "\udce2\udc80",
    "beyond the BMP": "\U0001f600\U000e0001",
    "double quote": 'a"b',
    "single quote": "a'b",
    "backslash": "a\\b\\",
    "escape that looks like ours": "\\x1b[31m",
    "command": "$(touch owned)",
    "backtick": "`touch owned`",
    "separator": ";touch owned;",
    "pipe": "|touch owned&",
    "redirection": ">owned",
    "parameter": "${HOME}$HOME",
    "history": "!!a",
    "glob": "*?[a]~",
    "brace": "{a,b}",
    "Jinja": "{{7*7}}{% raw %}",
    "YAML tag": "!!python/object:os.system",
    "YAML mapping": "a: b",
    "YAML list": "- a",
    "YAML anchor": "&a *a",
    "YAML comment": "a #b",
    "YAML block": "| >",
    "YAML document": "---",
    "Markdown": "[a](b)*_`",
    "HTML": "<script>&lt;",
    "comma": "a,b",
    "equals": "a=b",
    "format": "%s%n%99999d",
    "str.format": "{0.__class__}",
    "option": "--help",
    "short option": "-rf",
    "empty": "",
    "blank": " ",
    "dots": "../../etc/passwd",
    "long": "x" * 5000,
}
"""By what each is for. A surrogate is a byte that is not UTF-8."""

STEERING = [text for text in TEXTS.values() if not text.isprintable()]
"""Those that no terminal may get as they are."""

_SGR = re.compile(r"\x1b\[[0-9;]*m")


class OnTerminal:
    """What a terminal got of one command, and the command's status."""

    def __init__(self, status: int, data: bytes) -> None:
        self.status = status
        self.text = data.decode("utf-8", "surrogateescape")

    @property
    def plain(self) -> str:
        """The text without colours."""
        return _SGR.sub("", self.text)

    @property
    def strange(self) -> list[str]:
        """The lines with anything but what is visible; colours count."""
        return [line for line in self.text.split("\n") if not line.isprintable()]


def on_terminal(*arguments: str) -> OnTerminal:
    """Run the command line in this process, with standard output and standard error on a terminal."""
    leader, follower = pty.openpty()
    tty.setraw(follower)  # what is written is what is read
    shown: list[bytes] = []
    reader = threading.Thread(target=lambda: shown.append(written_to(leader)), daemon=True)
    reader.start()
    screen = os.fdopen(follower, "w", encoding="utf-8")
    with screen, contextlib.redirect_stdout(screen), contextlib.redirect_stderr(screen):
        status = main(arguments)
    reader.join(60)
    return OnTerminal(status, b"".join(shown))
