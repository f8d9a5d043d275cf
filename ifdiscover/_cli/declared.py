"""Every command's options as they are declared, and what their values can be: for completion and the manual."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from ifdiscover.discovery import BUILT_IN

if TYPE_CHECKING:
    from collections.abc import Sequence

STYLES = ("class", "subnet", "host")

# What a shell knows better than any list: it is asked when somebody completes.
FILE, DIRECTORY, INTERFACE, NAMESPACE, PARAMETER, NOTHING = (
    *("file", "directory", "interface", "namespace", "parameter", "nothing"),
)

_BY_METAVAR = {
    "FILE": FILE,
    "RECORDING": FILE,
    "DIR": DIRECTORY,
    "IF": INTERFACE,
    "NAME|PATH|PID": NAMESPACE,
    "PARAMETER": PARAMETER,
    "NAME=VALUE": f"{PARAMETER}=",
    "COMMAND": "command",
}
_BY_FLAG: dict[str, tuple[str, ...]] = {
    "--backend": tuple(BUILT_IN),
    "--inet-protocols": ("all", "ipv4", "ipv6"),
    "--inet-interfaces": ("all", "loopback-only"),
    "--scope": ("global", "site", "link", "host"),
}


class Declared(NamedTuple):
    """One option of a command, or the words that belong to none.

    Attributes:
        flags: how it is written; empty: it is words.
        metavar: what its value is called; "" if it takes none.
        help: what it does, as in the help page.
        title: the title that it stands under in the help page.
        values: the words that it can be; or one of the kinds above, which a shell completes; "" if it takes no value.
        nargs: as of argparse.
    """

    flags: tuple[str, ...]
    metavar: str
    help: str
    title: str
    values: tuple[str, ...] | str
    nargs: str | None


class Recorder:
    """Takes declarations as ``argparse`` does, and keeps them."""

    def __init__(self, command: str, kept: list[Declared], title: str = "") -> None:
        self._command = command
        self._kept = kept
        self._title = title

    def add_argument(self, *flags: str, **declared: Any) -> None:
        """Keep an option."""
        is_option = flags[0].startswith("-")
        takes = declared.get("action", "store") in ("store", "append")
        metavar = str(declared.get("metavar") or "|".join(declared.get("choices", ()))) if takes else ""
        self._kept.append(
            Declared(
                flags if is_option else (),
                metavar,
                declared["help"].replace("%%", "%"),
                self._title,
                self._values(flags[0], metavar, declared.get("choices", ())) if takes else "",
                declared.get("nargs"),
            )
        )

    def _values(self, flag: str, metavar: str, choices: Sequence[str]) -> tuple[str, ...] | str:
        if choices:
            return tuple(choices)
        if flag == "--style":
            return (*STYLES, "all") if self._command == "mynetworks" else STYLES
        return _BY_FLAG.get(flag) or _BY_METAVAR.get(metavar, NOTHING)

    def add_argument_group(self, title: str) -> Recorder:
        """The same, under a title."""
        return Recorder(self._command, self._kept, title)

    def add_mutually_exclusive_group(self) -> Recorder:
        """The same: that options exclude each other is no matter here."""
        return self


def declared(command: str, module: Any) -> list[Declared]:
    """The options of a command, which its module declares, in order; ``--help`` first."""
    flags = ("--help",) if command == "postconf" else ("-h", "--help")
    kept = [Declared(flags, "", "this page", "", "", None)]
    module.add_options(Recorder(command, kept))
    return kept
