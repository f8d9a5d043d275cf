"""The meaning of each exit status, for help pages and the manual; ``errors.py`` lists each error's status."""

from __future__ import annotations

STATUSES = {
    0: "done",
    64: "usage",
    65: "the recording of --from is broken",
    66: "no such file, interface or network namespace",
    69: "no backend can read the host",
    70: "a fault of ifdiscover; please report it",
    71: "the system refused",
    74: "the output could not be written",
    75: "addresses changed during every attempt to read them; try again",
    77: "no permission",
    78: "a value that Postfix refuses",
}
"""What each status means for a command that has no other meaning for it in ``OF_COMMAND``."""

_NO_ADDRESS = "no backend can read the host, or no interface that is up has an address of a protocol in use"
_CANNOT_TELL = "a recording is broken, or only Postfix itself can tell"

OF_COMMAND: dict[str, dict[int, str]] = {
    "addresses": {69: _NO_ADDRESS},
    "source": {
        65: "--to is no address, or the recording is broken or does not tell it",
        69: "nothing can leave this host",
    },
    "diff": {1: "something differs", 65: "a recording is broken, or only its own host can tell what Postfix needs"},
    "watch": {
        0: "a signal ended it",
        65: "only Postfix itself can tell",
        69: "no backend can read the host, or it is not Linux",
    },
    "backends": {1: "with --compare: two backends contradict each other"},
    "mynetworks": {65: _CANNOT_TELL, 69: _NO_ADDRESS},
    "merge": {1: "two hosts have one address", 65: "a recording is broken, and was skipped"},
    "own": {65: _CANNOT_TELL, 69: _NO_ADDRESS},
    "local": {
        1: "mail for an address is not this host's own",
        65: "an address or a recording is broken, or only Postfix itself can tell",
        69: _NO_ADDRESS,
    },
    "match": {
        1: "a client may not relay, or is not in the list",
        65: "a client's address or a recording is broken, or only Postfix itself can tell",
        69: _NO_ADDRESS,
    },
    "check": {
        1: "a finding is as severe as --fail-on, or more",
        65: "a recording is broken, or only Postfix itself can tell whether something is wrong",
    },
    "postconf": {65: _CANNOT_TELL, 69: _NO_ADDRESS},
}
"""What else a status means, by command."""

WITHOUT = {
    "interfaces": (78,),
    "snapshot": (78,),
    "facts": (65, 69, 75, 77, 78),
    "report": (65, 66, 69, 75, 77, 78),
    "backends": (65, 69, 75, 78),
    "merge": (69, 75),
}
"""The statuses that a command never has."""


def statuses_of(command: str) -> dict[int, str]:
    """The statuses that a command can have, in order, and what each means."""
    told = {**STATUSES, **OF_COMMAND.get(command, {})}
    return {status: told[status] for status in sorted(told) if status not in WITHOUT.get(command, ())}
