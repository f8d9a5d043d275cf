"""Access tables, access(5): what they have for a client, and what smtpd does with it.

A table is opened as smtpd opens it, which is not as in a match list: here the results count, and the keys are folded to
lower case.
"""

from __future__ import annotations

from ifdiscover._postfix.lists.cidr_table import CidrTable
from ifdiscover._postfix.lists.key_table import inline_entries, texthash_entries
from ifdiscover._postfix.lists.lookup_table import QueryError, TableError
from ifdiscover._postfix.lists.tables import StaticTable, open_table
from ifdiscover._postfix.services.restriction_words import DEFER, ERROR, NEXT, PERMIT, REJECT
from ifdiscover._postfix.syntax.list_words import fold_case
from ifdiscover._postfix.syntax.words import WHITE_SPACE

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from ifdiscover._postfix.syntax.machine import Machine

DISCARD = "discard"
"""smtpd accepts the message and throws it away."""

_ACTIONS = {
    "ok": PERMIT,
    "relay": PERMIT,
    "reject": REJECT,
    "defer": REJECT,
    "defer_if_permit": DEFER,
    "discard": DISCARD,
    **dict.fromkeys(("dunno", "defer_if_reject", "prepend", "hold", "filter", "redirect", "bcc", "info", "warn"), NEXT),
}


def action_of(result: str) -> str:
    """What a result in a table makes smtpd do: one of the effects, DISCARD, or "" if it is a list of restrictions.

    >>> action_of("554 go away"), action_of("554"), action_of("permit_mynetworks, reject")
    ('reject', 'permit', '')
    """
    words = result.translate(_BLANKS).split(" ")
    if result.isascii() and result.isdecimal():
        return PERMIT
    if len(words) > 1 and len(words[0]) == 3 and words[0][0] in "45" and words[0].isascii() and words[0].isdecimal():
        return REJECT
    action = _ACTIONS.get(words[0].lower(), "")
    # "Do not specify lookup tables inside SMTPD access maps; define a restriction class instead."
    return ERROR if not action and ":" in result else action


_BLANKS = str.maketrans(dict.fromkeys(WHITE_SPACE, " "))


class AccessTable:
    """An open table.

    Args:
        entries: a table of whole keys: each key in lower case, with its result.
        rules: a table of type cidr.
        always: the result for every key; None: the table is none of that kind.
    """

    def __init__(
        self, entries: Mapping[str, str] | None = None, rules: CidrTable | None = None, always: str | None = None
    ) -> None:
        self._entries = entries or {}
        self._rules = rules
        self._always = always

    def for_client(self, address: str, name: str | None, parents: Sequence[str]) -> list[str | None]:
        """What the table may have for a client, first what it has if no name in it is the client's; None: nothing.

        Args:
            address: as smtpd writes it.
            name: the client's host name; None: not known.
            parents: the name's parents, as smtpd looks them up.

        Raises:
            TableError: the table cannot answer.
        """
        if self._always is not None:
            return [self._always]
        if self._rules is not None:
            try:
                return [self._rules.result(address)]
            except QueryError as error:
                raise TableError(str(error)) from error
        by_address = self._first(_networks(address))
        if name is None:
            named = [result for key, result in self._entries.items() if _may_be_name(key)]
            return [by_address, *dict.fromkeys(named)]
        by_name = self._first([fold_case(name), *parents])
        return [by_address if by_name is None else by_name]

    def for_message(self) -> list[str | None]:
        """What the table may have for a message of which nothing is known, first what is likely."""
        if self._always is not None:
            return [self._always]
        # A network in a table of type cidr is no name and no mail address.
        return [None, *dict.fromkeys(self._entries.values())]

    def _first(self, keys: Iterable[str]) -> str | None:
        found = (self._entries.get(key) for key in keys)
        return next((result for result in found if result is not None), None)


def open_access(word: str, machine: Machine) -> AccessTable:
    """The access table that a word names.

    Args:
        word: ``type:name``.
        machine: where its file is read.

    Raises:
        TableError: Postfix or ifdiscover cannot use the table.
        FatalTableError: smtpd stops with a fatal error.
        NotOnThisMachineError: its file is on a recorded host.
    """
    kind, _colon, name = word.partition(":")
    if kind == "inline" and name:
        return AccessTable({fold_case(entry.key): entry.result for entry in inline_entries(word, name)})
    if kind == "texthash" and name:
        entries = texthash_entries(name, machine, [], fold_case)
        return AccessTable({key: entry.result for key, entry in entries.items()})
    table = open_table(word, machine)
    if isinstance(table, StaticTable):
        return AccessTable(always=table.value)
    if isinstance(table, CidrTable):
        return AccessTable(rules=table)
    raise TableError(f"{word} lookup error")  # type fail


def _networks(address: str) -> Iterator[str]:
    """An address, and what is left of it if its last part is cut off, again and again."""
    separator = ":" if ":" in address else "."
    while address:
        yield address
        address = address.rpartition(separator)[0]


def _may_be_name(key: str) -> bool:
    return ":" not in key and "@" not in key and not key.replace(".", "").isdecimal()
