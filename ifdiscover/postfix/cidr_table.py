"""Tables of type cidr: networks, of which the first that has an address in it answers; cidr_table(5)."""

from __future__ import annotations

from _socket import AF_INET, AF_INET6, inet_pton

from ifdiscover._record import Record
from ifdiscover.postfix.logical_lines import WHITE_SPACE
from ifdiscover.postfix.lookup_table import Table, is_utf8, table_lines, value_error
from ifdiscover.postfix.network_pattern import PatternError, parse_network

_BLANKS = str.maketrans(dict.fromkeys(WHITE_SPACE, " "))


class _Test(Record):
    """A network before a result or after an ``if``."""

    family: int
    number: int  # the network, its host bits shifted away
    host_bits: int
    negated: bool

    def holds(self, family: int, address: int) -> bool:
        # What is not in a network is only an address of the same family.
        return family == self.family and (address >> self.host_bits == self.number) is not self.negated


class CidrTable(Table):
    """An open cidr table.

    However many plain rules there are, a query looks at no more of them than there are different prefix lengths;
    rules that are negated or stand after an ``if`` are looked at one by one.
    """

    fixed = False

    def __init__(self, word: str, name: str, text: str) -> None:
        """Take the rules out of the text; those that Postfix leaves out are told in the warnings.

        Args:
            word: as in ``Table``.
            name: how Postfix calls the table in its warnings: the file's path, or the rules in their braces.
            text: what the file holds.
        """
        self._name = name
        self._plain: dict[int, dict[int, dict[int, int]]] = {AF_INET: {}, AF_INET6: {}}
        """By family, host bits and network without them: the first line that names it."""
        self._conditional: list[tuple[int, tuple[_Test, ...]]] = []
        """Line, and what must hold for it to answer: all the ``if`` around it, and its own network."""
        self._not_utf8: dict[int, str] = {}
        """By line: results that make a query fail."""
        self._open: list[tuple[int, _Test]] = []
        """The ``if`` that have no ``endif`` yet."""
        warnings: list[str] = []
        for line in table_lines(name, text, warnings):
            try:
                self._add(line.number, line.text.rstrip(WHITE_SPACE))
            except PatternError as fault:
                warnings.append(f"cidr map {name}, line {line.number}: {fault}: skipping this rule")
        warnings += [f"cidr map {name}, line {line}: IF has no matching ENDIF" for line, _test in reversed(self._open)]
        super().__init__(word, warnings)

    def find(self, key: str) -> str | None:  # noqa: D102 - as in Table
        family = AF_INET6 if ":" in key else AF_INET
        try:
            address = int.from_bytes(inet_pton(family, key), "big")
        except (OSError, ValueError):  # ValueError: a NUL, or a surrogate
            return None
        found = self._first_line(family, address)
        if found is None:
            return None
        if found in self._not_utf8:
            raise value_error(self.word, key, self._not_utf8[found])
        return f"{self._name}, line {found}"

    def _first_line(self, family: int, address: int) -> int | None:
        lines = [networks.get(address >> host_bits) for host_bits, networks in self._plain[family].items()]
        first = min((line for line in lines if line is not None), default=None)
        for line, tests in self._conditional:
            if first is not None and line > first:
                break
            if all(test.holds(family, address) for test in tests):
                return line
        return first

    def _add(self, line: int, text: str) -> None:
        if _is_keyword(text, "if"):
            self._open.append((line, _test(*_split_sense(text[len("if") :]))))
        elif _is_keyword(text, "endif"):
            if len(text) > len("endif"):
                raise PatternError("table-rule-ignored", "garbage after ENDIF")
            if not self._open:
                raise PatternError("table-rule-ignored", "ENDIF without IF")
            self._open.pop()
        else:
            self._add_rule(line, text)

    def _add_rule(self, line: int, text: str) -> None:
        sense, rest = _split_sense(text)
        network = rest.translate(_BLANKS).partition(" ")[0]
        test = _test(sense, network)
        result = rest[len(network) :].lstrip(WHITE_SPACE)
        if not result:
            raise PatternError("table-rule-ignored", "no lookup result")
        if not is_utf8(result):
            self._not_utf8[line] = result
        if test.negated or self._open:
            self._conditional.append((line, (*[test for _line, test in self._open], test)))
        else:
            self._plain[test.family].setdefault(test.host_bits, {}).setdefault(test.number, line)


def _is_keyword(text: str, keyword: str) -> bool:
    """Whether a line begins with a word of the table's language, in any case."""
    following = text[len(keyword) : len(keyword) + 1]
    return text[: len(keyword)].lower() == keyword and not (following.isascii() and following.isalnum())


def _split_sense(text: str) -> tuple[str, str]:
    """The ``!`` and blanks before a network, and the rest."""
    rest = text.lstrip(WHITE_SPACE + "!")
    return text[: len(text) - len(rest)], rest


def _test(sense: str, network: str) -> _Test:
    if not network:
        raise PatternError("table-rule-ignored", "no address pattern")
    family, packed, prefixlen = parse_network(network)
    host_bits = len(packed) * 8 - prefixlen
    return _Test(family, int.from_bytes(packed, "big") >> host_bits, host_bits, sense.count("!") % 2 == 1)
