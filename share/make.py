"""Write the manual page and the completion scripts that a distribution installs; a test holds them to the options.

python3 share/make.py
"""

from __future__ import annotations

import re
import sys
from pathlib import Path
from textwrap import wrap

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from ifdiscover._cli import COMMANDS, every_command  # noqa: E402 - the path is set above
from ifdiscover._cli.completion import SCRIPTS  # noqa: E402
from ifdiscover._cli.declared import Declared, declared  # noqa: E402
from ifdiscover._cli.help import EXAMPLES, GROUPS  # noqa: E402
from ifdiscover._cli.statuses import OF_COMMAND, STATUSES  # noqa: E402
from ifdiscover._version import __version__  # noqa: E402

BEGUN = "2026-11-29"
"""The day that the manual has until CHANGELOG.md has one."""
FILES = {
    "/etc/postfix/main.cf": "Postfix's parameters, if neither -c nor MAIL_CONFIG names another folder.",
    "/etc/postfix/master.cf": "Postfix's services: match and check read the one beside main.cf.",
    "/run/netns/": "Network namespaces by name, for --netns.",
}
ENVIRONMENT = {
    "IFDISCOVER_BACKEND": "The only way to ask the host, as with --backend.",
    "MAIL_CONFIG": "The folder of main.cf, as for Postfix; -c comes before it.",
    "NO_COLOR": "If it is not empty, no colours; --color comes before it.",
    "FORCE_COLOR": "If it is not empty, colours in a pipe or file, too.",
    "COLUMNS": "The width of help pages.",
}


def day(changelog: str) -> str:
    """The day of the newest version that has one in the text of CHANGELOG.md."""
    return next(iter(re.findall(r"(?m)^## [\d.]+, (\d{4}-\d\d-\d\d)$", changelog)), BEGUN)


def manual() -> str:
    """The page of section 1."""
    released = day((ROOT / "CHANGELOG.md").read_text(encoding="utf-8"))
    lines = [
        f'.TH IFDISCOVER 1 {released} "ifdiscover {__version__}" "User Commands"',
        ".SH NAME",
        r"ifdiscover \- addresses and netmasks of a host, and whom its Postfix trusts",
        ".SH SYNOPSIS",
        ".B ifdiscover",
        r"[\fICOMMAND\fR] [\fIOPTION\fR]...",
        ".SH DESCRIPTION",
        "Prints what Postfix finds on a host, in Postfix's order,",
        "and the networks that it trusts, as",
        ".BR postconf (1)",
        "prints them.",
        "Without a command it is",
        '.BR "ifdiscover addresses" .',
        ".SH COMMANDS",
    ]
    for title, names in GROUPS.items():
        lines += [f".SS {roff(title[0].upper() + title[1:])}"]
        for name in names:
            lines += [".TP", f".B {name}", roff(sentence(COMMANDS[name]))]
    lines.append(".SH OPTIONS")
    for name, (_text, module) in every_command().items():
        lines += [f".SS ifdiscover {name}"]
        for option in declared(name, module):
            lines += [".TP", spelled(option), roff(sentence(option.help))]
    lines += [".SH EXIT STATUS"]
    for status, what in STATUSES.items():
        lines += [".TP", f".B {status}", roff(sentence(what))]
    for name, own in OF_COMMAND.items():
        for status, what in own.items():
            lines += [".TP", f'.BR {status} , " after " {name}', roff(sentence(what))]
    lines += [".SH ENVIRONMENT"]
    for variable, what in ENVIRONMENT.items():
        lines += [".TP", f".B {variable}", roff(what)]
    lines += [".SH FILES"]
    for path, what in FILES.items():
        lines += [".TP", f".I {path}", roff(what)]
    lines += [".SH EXAMPLES"]
    for examples in EXAMPLES.values():
        for line, purpose in examples:
            lines += [".TP", f".B {roff(line)}", roff(sentence(purpose))]
    lines += [".SH SEE ALSO", ".BR postconf (1),", ".BR postconf (5),", ".BR ip\\-address (8)"]
    return "\n".join(lines) + "\n"


def spelled(option: Declared) -> str:
    """An option or words as they stand in the page: flags bold, the value in italics."""
    value = rf"\fI{roff(option.metavar)}\fR" if option.metavar else ""
    if not option.flags:
        return value
    return ", ".join(rf"\fB{roff(flag)}\fR" + (f" {value}" if value else "") for flag in option.flags)


def sentence(text: str) -> str:
    """A text that begins with a capital, unless it is a word of a language, and ends with a full stop."""
    begin = text[:1].upper() + text[1:] if re.match(r"[a-z]+[ ,;:'()]", text) else text
    return begin if begin.endswith((".", "?")) else f"{begin}."


def roff(text: str) -> str:
    """A text in which nothing is a request or an escape to roff."""
    text = text.replace("\\", r"\e").replace("-", r"\-").replace("'", r"\(aq").replace("`", r"\(ga")
    text = text.replace("^", r"\(ha").replace("~", r"\(ti").replace('"', r"\(dq")
    return "\n".join(rf"\&{line}" if line.startswith(".") else line for line in wrap(text, 78, break_on_hyphens=False))


def written() -> dict[str, str]:
    """Each file's text, by its path under share/."""
    return {
        "man/man1/ifdiscover.1": manual(),
        "bash-completion/completions/ifdiscover": SCRIPTS["bash"](every_command()),
        "zsh/site-functions/_ifdiscover": SCRIPTS["zsh"](every_command()),
        "fish/vendor_completions.d/ifdiscover.fish": SCRIPTS["fish"](every_command()),
    }


if __name__ == "__main__":
    for name, text in written().items():
        path = ROOT / "share" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
