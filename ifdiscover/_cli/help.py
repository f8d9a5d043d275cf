"""The pages of ``ifdiscover --help`` and of ``ifdiscover COMMAND --help``: groups, examples, statuses, widths."""

from __future__ import annotations

import os
from textwrap import wrap

from ifdiscover._cli.statuses import STATUSES, statuses_of

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

GROUPS = {
    "what this host has": ("addresses", "interfaces", "source", "backends"),
    "whom its Postfix trusts, and its own": ("mynetworks", "match", "own", "local"),
    "what is wrong": ("check", "postconf", "report"),
    "keep a host, compare, follow": ("snapshot", "diff", "watch"),
    "many hosts": ("facts", "merge"),
}
"""The commands by what they are for."""

EXAMPLES = {
    "addresses": (
        ("ifdiscover addresses --format table", "with scopes, peers and flags"),
        ("ifdiscover addresses -i eth0 -4 --stable --format address", "the address of eth0 that stays"),
    ),
    "interfaces": (
        ("ifdiscover interfaces --up", "those that are up"),
        ("ifdiscover interfaces --from relay.json", "of a recorded host"),
    ),
    "source": (
        ("ifdiscover source --to 192.0.2.1", "on the way to this address"),
        ("ifdiscover source --format table", "with the address that stays, for SPF or main.cf, and why"),
    ),
    "snapshot": (
        ("ifdiscover snapshot > relay.json", "keep this host"),
        ("ifdiscover snapshot --netns mail > mail.json", "another network namespace"),
    ),
    "facts": (
        ("ifdiscover facts", "as Ansible takes them"),
        ("ifdiscover facts --format facter", "as facter takes them"),
    ),
    "report": (
        ("ifdiscover report --redact > report.md", "to publish: addresses and names are replaced"),
        ("ifdiscover report -c /srv/postfix", "with this main.cf"),
    ),
    "diff": (
        ("ifdiscover diff before.json", "what ifdiscover snapshot > before.json kept, and this host now"),
        ("ifdiscover diff before.json after.json -c /etc/postfix", "with what check finds, too"),
    ),
    "watch": (
        ("ifdiscover watch", "a line for each change, with what Postfix then needs"),
        ("ifdiscover watch --exec /usr/local/sbin/changed", "run a program for each change"),
    ),
    "backends": (
        ("ifdiscover backends", "which work here, and what each cannot see"),
        ("ifdiscover backends --compare", "ask all, and show where they differ"),
    ),
    "mynetworks": (
        ("ifdiscover mynetworks --style all", "the three styles side by side"),
        ("ifdiscover mynetworks --format explain", "where each network comes from, and whom it trusts"),
    ),
    "merge": (
        ("ifdiscover merge hosts/", "one list of all hosts that are recorded in a folder"),
        ("ifdiscover merge hosts/ --format cidr", "for exim, nft and others"),
    ),
    "own": (
        ("ifdiscover own", "the addresses at which Postfix takes mail"),
        ("ifdiscover own --inet-interfaces loopback-only", "if it listened there only"),
    ),
    "local": (
        ("ifdiscover local '[192.0.2.1]'", "is mail for user@[192.0.2.1] this host's?"),
        ("ifdiscover local 2001:db8::1 --from relay.json", "of a recorded host"),
    ),
    "match": (
        ("ifdiscover match 192.0.2.7=mail.example.com", "may this client relay? A list may have its name"),
        ("ifdiscover match 192.0.2.7 --mynetworks '192.0.2.0/28'", "by this list, which is in no main.cf yet"),
    ),
    "check": (
        ("ifdiscover check", "the main.cf in force"),
        ("ifdiscover check -c /etc/postfix --fail-on high", "status 1 for grave faults only"),
    ),
    "postconf": (
        ("ifdiscover postconf mynetworks", "as postconf mynetworks prints it"),
        ("ifdiscover postconf -n --from relay.json -c etc/postfix", "a recorded host's"),
    ),
}
"""Two command lines of each command, and what each is for."""


def width() -> int:
    """The width of help pages. ``shutil``, which could tell it, takes longer to import than a command."""
    try:
        columns = int(os.environ.get("COLUMNS") or os.get_terminal_size().columns)
    except (OSError, ValueError):
        columns = 80
    return max(columns, 40)


def first_page(commands: Mapping[str, str]) -> str:
    """What ``ifdiscover --help`` prints."""
    wide = width()
    lines = ["usage: ifdiscover [COMMAND] [OPTION]...", ""]
    lines += wrap(
        "Print a host's addresses and netmasks, and the networks that its Postfix would therefore trust.", wide
    )
    for title, names in GROUPS.items():
        lines += ["", f"{title}:", *_rows([(name, commands[name]) for name in names], wide)]
    lines += ["", "options:"]
    lines += _rows([("-h, --help", "this page"), ("--version", "the version of ifdiscover")], wide)
    lines += ["", "about this program:"]
    about = (
        ("help COMMAND", "the options of a command"),
        ("completion SHELL", "for bash, zsh or fish"),
    )
    lines += _rows(about, wide)
    lines += ["", "exit status:", *_rows([(str(status), what) for status, what in STATUSES.items()], wide)]
    end = "1 is an answer, such as no; of several answers the highest status counts"
    lines += wrap(end, wide, initial_indent="  ", subsequent_indent="  ")
    return "\n".join(lines) + "\n"


def usage(program: str, words: Iterable[str]) -> str:
    """The first lines of a command's page; all options stand below them."""
    return "\n".join(wrap(" ".join([f"usage: {program} [OPTION]...", *words]), width(), subsequent_indent="    "))


def end_of_page(command: str) -> str:
    """The end of a command's help page: two examples, and what each exit status means."""
    wide = width()
    lines = ["examples:"]
    for line, purpose in EXAMPLES[command]:
        parts = wrap(line, wide - 2, initial_indent="  ", subsequent_indent="    ", break_on_hyphens=False)
        lines += [*(f"{part} \\" for part in parts[:-1]), parts[-1]]
        lines += wrap(purpose, wide, initial_indent="      ", subsequent_indent="      ")
    lines += ["", "exit status:"]
    lines += _rows([(str(status), what) for status, what in statuses_of(command).items()], wide)
    return "\n".join(lines)


def _rows(rows: Iterable[tuple[str, str]], wide: int) -> list[str]:
    """Two columns, the second one wrapped."""
    rows = list(rows)
    column = max(len(left) for left, _right in rows) + 4
    lines = []
    for left, right in rows:
        first, *others = wrap(right, max(wide - column, 20))
        lines += [f"  {left.ljust(column - 2)}{first}", *(" " * column + text for text in others)]
    return lines
