"""Tables of type cidr, cidr_table(5): the first network that contains an address answers."""

from __future__ import annotations

from _socket import AF_INET, AF_INET6

from ifdiscover._postfix.lists.lookup_table import Table, table_lines, value_error
from ifdiscover._postfix.lists.table_faults import reads_as_refusal, refused_networks, result_finding
from ifdiscover._postfix.syntax.files import is_utf8
from ifdiscover._postfix.syntax.findings import WARNING, Finding, Findings, Place
from ifdiscover._postfix.syntax.networks import PatternError, over_a_byte, packed_or_none, parse_network
from ifdiscover._postfix.syntax.words import WHITE_SPACE
from ifdiscover._record import Record
from ifdiscover.model import BITS

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ifdiscover._postfix.syntax.networks import Parsed

_MOST_TESTED = 1000  # rules, if some are tested one by one: with more, the networks of the table count as not known
_BLANKS = str.maketrans(dict.fromkeys(WHITE_SPACE, " "))


class _Test(Record):
    """A network before a result or after an ``if``."""

    family: int
    number: int  # the network, its host bits shifted away
    host_bits: int
    negated: bool

    def holds(self, family: int, address: int) -> bool:
        # A negated network matches only addresses of its own family.
        return family == self.family and (address >> self.host_bits == self.number) is not self.negated


class _Step(Record):
    """A line that is tested one by one: a rule, or an ``if``."""

    line: int
    test: _Test
    after_endif: int | None  # for an ``if``: the step after its ``endif``; None: a rule


class _Refused(Record):
    """A rule whose result reads as a refusal."""

    line: int
    element: str  # the network as it is written, with the ``!`` before it
    result: str
    network: Parsed | None  # None: the rule is negated or inside an ``if``


class CidrTable(Table):
    """An open cidr table.

    A query needs one look-up for each prefix length among the plain rules, however many rules there are. Rules that are
    negated or inside an ``if`` are tested one by one.
    """

    asked_for_parents = False

    def __init__(self, word: str, name: str, text: str) -> None:
        """Parse the rules. A rule that Postfix leaves out becomes a finding.

        Args:
            word: as in ``Table``.
            name: the table's name in Postfix's warnings: the file's path, or the rules in their braces.
            text: the rules, as in the file.
        """
        self._name = name
        self._plain: dict[int, dict[int, dict[int, int]]] = {AF_INET: {}, AF_INET6: {}}
        """By family, number of host bits, and network without these bits: the line of the first such rule."""
        self._steps: list[_Step] = []
        self._results: dict[int, str] = {}
        """By line."""
        self._open: list[int] = []
        """The place in ``_steps`` of each ``if`` whose ``endif`` has not come yet."""
        self._refused: list[_Refused] = []
        findings = Findings()
        for line in table_lines(name, text, findings):
            stripped = line.text.rstrip(WHITE_SPACE)
            place = self._place_of(line.number)
            try:
                findings += [Finding(kind, place=place) for kind in self._add(line.number, stripped)]
            except PatternError as fault:
                kind = "table-if-ignored" if _is_keyword(stripped, "if") else "table-rule-ignored"
                sentence = f"cidr map {name}, line {line.number}: {fault}: skipping this rule"
                meant = fault.finding
                findings.append(Finding(kind, sentence, place, "", meant.suggestion, meant.remark, level=WARNING))
        for step in reversed(self._open):
            line_of_if = self._steps[step].line
            sentence = f"cidr map {name}, line {line_of_if}: IF has no matching ENDIF"
            findings.append(Finding("table-if-unclosed", sentence, self._place_of(line_of_if), level=WARNING))
            self._close(step)
        findings += self._refused_findings()
        super().__init__(word, findings)

    def networks(self) -> Iterator[Parsed]:
        if self._steps and len(self._steps) + self._count_plain() > _MOST_TESTED:
            return
        for family, by_host_bits in self._plain.items():
            bits = BITS[family]
            if self._steps:
                yield from self._found_networks(family)
                continue
            for host_bits, numbers in by_host_bits.items():
                for number in numbers:
                    yield family, (number << host_bits).to_bytes(bits // 8, "big"), bits - host_bits

    def _count_plain(self) -> int:
        return sum(len(numbers) for networks in self._plain.values() for numbers in networks.values())

    @property
    def results(self) -> Iterable[str]:
        """The results of all rules."""
        return self._results.values()

    def _found_networks(self, family: int) -> Iterator[Parsed]:
        """The networks of one family in which an address is found, where rules are tested one by one.

        The answer is the same from each end of a rule's network to the next.
        """
        from ifdiscover._postfix.syntax.meant import cover  # few tables have such rules

        bits = BITS[family]
        tests = [(test.number, test.host_bits) for _line, test, _after in self._steps if test.family == family]
        tests += [(number, size) for size, numbers in self._plain[family].items() for number in numbers]
        ends = {0, 1 << bits - 1, 1 << bits}  # no network of no bits, which is a finding in itself
        for number, host_bits in tests:
            ends.update((number << host_bits, number + 1 << host_bits))
        ordered = sorted(ends)
        for first, end in zip(ordered, ordered[1:]):
            if self._first_line(family, first) is not None:
                for number, prefixlen in cover(first, end - 1, bits):
                    yield family, number.to_bytes(bits // 8, "big"), prefixlen

    def place_of_network(self, network: Parsed) -> Place | None:
        family, packed, prefixlen = network
        host_bits = len(packed) * 8 - prefixlen
        line = self._plain[family].get(host_bits, {}).get(int.from_bytes(packed, "big") >> host_bits)
        place = Place() if line is None else self._place_of(line)
        return place if place.file else None

    def find(self, key: str) -> str | None:
        found = self._line(key)
        return None if found is None else f"{self._name}, line {found}"

    def result(self, key: str) -> str | None:
        """The result for a key; None if no rule has it.

        Raises:
            QueryError: as in ``find()``.
        """
        found = self._line(key)
        return None if found is None else self._results[found]

    def _line(self, key: str) -> int | None:
        """The line of the rule that answers."""
        family = AF_INET6 if ":" in key else AF_INET
        packed = packed_or_none(family, key)
        found = None if packed is None else self._first_line(family, int.from_bytes(packed, "big"))
        if found is not None and not is_utf8(self._results[found]):
            raise value_error(self.word, key, self._results[found])
        return found

    def _first_line(self, family: int, address: int) -> int | None:
        lines = [networks.get(address >> host_bits) for host_bits, networks in self._plain[family].items()]
        first = min((line for line in lines if line is not None), default=None)
        number = 0
        while number < len(self._steps):
            line, test, after_endif = self._steps[number]
            if first is not None and line > first:
                break
            holds = test.holds(family, address)
            if after_endif is None and holds:
                return line
            number = number + 1 if after_endif is None or holds else after_endif
        return first

    def _add(self, line: int, text: str) -> list[str]:
        """Add a line. Return the kinds of its faults about which Postfix is silent."""
        if _is_keyword(text, "if"):
            test = _test(*_split_negation(text[len("if") :]))
            self._open.append(len(self._steps))
            self._steps.append(_Step(line, test, 0))
            return []
        if _is_keyword(text, "endif"):
            if len(text) > len("endif"):
                raise PatternError("table-rule-ignored", "garbage after ENDIF")
            if not self._open:
                raise PatternError("table-rule-ignored", "ENDIF without IF")
            self._close(self._open.pop())
            return []
        return self._add_rule(line, text)

    def _place_of(self, line: int) -> Place:
        """The place of a line; of a table that is no file, none."""
        return Place() if self._name[0] == "{" else Place(self._name, line, 1)

    def _close(self, step: int) -> None:
        self._steps[step] = self._steps[step]._replace(after_endif=len(self._steps))

    def _add_rule(self, line: int, text: str) -> list[str]:
        negation, rest = _split_negation(text)
        network = rest.translate(_BLANKS).partition(" ")[0]
        test = _test(negation, network)
        result = rest[len(network) :].lstrip(WHITE_SPACE)
        if not result:
            raise PatternError("table-rule-ignored", "no lookup result")
        kinds = ["length-over-a-byte"] if over_a_byte(network) else []
        is_plain = not (test.negated or self._open)
        self._results[line] = result
        if not is_utf8(result):
            kinds.append("table-result")
        elif reads_as_refusal(result):
            parsed = _parsed(test.family, test.number, test.host_bits) if is_plain else None
            self._refused.append(_Refused(line, text[: len(text) - len(rest) + len(network)], result, parsed))
        if not is_plain:
            self._steps.append(_Step(line, test, None))
        else:
            self._plain[test.family].setdefault(test.host_bits, {}).setdefault(test.number, line)
            if test.host_bits == BITS[test.family]:
                kinds.append("everyone")
        return kinds

    def _refused_findings(self) -> Iterator[Finding]:
        """The findings for the rules whose result reads as a refusal."""
        if not self._refused:
            return
        lines = {rule.line for rule in self._refused}
        trusted = [
            _parsed(family, number, host_bits)
            for family, networks_by_bits in self._plain.items()
            for host_bits, networks in networks_by_bits.items()
            for number, line in networks.items()
            if line not in lines
        ]
        networks = [rule.network for rule in self._refused if rule.network]
        suggestions = refused_networks(networks, trusted)
        for rule in self._refused:
            suggestion = next(suggestions) if rule.network else ""
            yield result_finding(rule.result, self._place_of(rule.line), rule.element, suggestion)


def _parsed(family: int, number: int, host_bits: int) -> Parsed:
    bits = BITS[family]
    return family, (number << host_bits).to_bytes(bits // 8, "big"), bits - host_bits


def _is_keyword(text: str, keyword: str) -> bool:
    """Whether a line begins with ``if`` or ``endif``, in upper or lower case."""
    following = text[len(keyword) : len(keyword) + 1]
    return text[: len(keyword)].lower() == keyword and not (following.isascii() and following.isalnum())


def _split_negation(text: str) -> tuple[str, str]:
    """The ``!`` and white space before a network, and the rest."""
    rest = text.lstrip(WHITE_SPACE + "!")
    return text[: len(text) - len(rest)], rest


def _test(negation: str, network: str) -> _Test:
    if not network:
        raise PatternError("table-rule-ignored", "no address pattern")
    family, packed, prefixlen = parse_network(network)
    host_bits = len(packed) * 8 - prefixlen
    return _Test(family, int.from_bytes(packed, "big") >> host_bits, host_bits, negation.count("!") % 2 == 1)
