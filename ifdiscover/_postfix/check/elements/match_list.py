"""Finds every fault of a match list at once. Postfix stops at the first one that a client reaches."""

from __future__ import annotations

from _socket import AF_INET, AF_INET6, inet_ntop

from ifdiscover._packed import cut, pattern_text
from ifdiscover._postfix.check.elements.exclusions import Exclusions
from ifdiscover._postfix.check.elements.known import Known
from ifdiscover._postfix.check.elements.order import is_mapped, late_finding, network_of, never_deciding
from ifdiscover._postfix.lists.reader import ONLY_TRUSTING, Pattern
from ifdiscover._postfix.syntax.findings import ERROR, INFO, NOT_ON_THIS_MACHINE, Finding, Findings, with_parameter
from ifdiscover._postfix.syntax.lines import UTF16
from ifdiscover._postfix.syntax.list_words import with_negation
from ifdiscover._postfix.syntax.networks import over_a_byte, packed_or_none, parse_network
from ifdiscover.model import BITS

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ifdiscover._postfix.lists.match_list import MatchList
    from ifdiscover._postfix.lists.reader import Element
    from ifdiscover._postfix.syntax.machine import Machine
    from ifdiscover._postfix.syntax.networks import Parsed

_LOOPBACK = {AF_INET: "127.0.0.0/8", AF_INET6: "[::1]/128"}


def check_list(match_list: MatchList, known: Known | None = None) -> Findings:
    """The faults of a match list, in the order of its words and files.

    Args:
        match_list: the list.
        known: what is known beside the list; None: nothing.
    """
    known = known or Known()
    check = _Check(match_list, known)
    parameter = match_list.parameter
    found = Findings()
    excluded = Exclusions(match_list.elements)
    findings = iter(match_list.placed_findings)
    before, fault = next(findings, (None, None))
    for number in range(len(match_list.elements) + 1):
        while fault is not None and before == number:
            # Postfix complains once about an unusable file or table. The elements below report it each time.
            if fault.level != ERROR and not excluded.cover(fault, number):
                found.append(with_parameter(parameter, check.while_reading(number, fault)))
            before, fault = next(findings, (None, None))
        if number < len(match_list.elements):
            found += check.element(number)
    sources = _source_findings(match_list.elements, excluded, known.machine)
    found += (with_parameter(parameter, fault) for fault in sources)
    return _without_effects_of_marks(found)


def _source_findings(elements: tuple[Element, ...], excluded: Exclusions, machine: Machine) -> Iterator[Finding]:
    """The faults of the texts that Postfix does not read: those from which postmap makes the tables of a list."""
    looked_at = set()
    for number, element in enumerate(elements):
        if isinstance(element.content, Finding) and element.content.element not in looked_at:
            from ifdiscover._postfix.lists.indexed import source_findings
            from ifdiscover._postfix.lists.table_faults import of_negated_table

            looked_at.add(element.content.element)
            for fault in source_findings(element.content.element, machine):
                harmless = element.negated and fault.kind in ONLY_TRUSTING
                if not harmless and not excluded.cover(fault, number):
                    yield of_negated_table(fault) if element.negated else fault


def _without_effects_of_marks(found: Findings) -> Findings:
    """The findings, without those that a byte order mark causes in its line, or in UTF-16 in all lines."""
    marks = {fault.place.file: fault for fault in found if fault.kind == "byte-order-mark"}
    if not marks:
        return found
    kept: list[Finding] = []
    said: dict[str | None, str] = {}
    for fault in found:
        mark = marks.get(fault.place.file)
        if mark is None or mark is fault or (fault.place.line != 1 and mark.element != UTF16):
            kept.append(fault)
        else:
            said.setdefault(fault.place.file, fault.postfix_says)
    return Findings(
        fault._replace(postfix_says=said.get(fault.place.file, "")) if fault.kind == "byte-order-mark" else fault
        for fault in kept
    )


class _Check:
    """The check of one list, element by element."""

    def __init__(self, match_list: MatchList, known: Known) -> None:
        self._list = match_list
        self._known = known
        self._late = never_deciding(match_list)
        self._networks: dict[bool, set[Parsed]] = {False: set(), True: set()}  # by whether they are negated
        for element in match_list.elements:
            network = network_of(element)
            if network is not None:
                self._networks[element.negated].add(network)

    def while_reading(self, number: int, fault: Finding) -> Finding:
        """A fault that Postfix found before the element of this number, with what was probably meant."""
        after = self._bare(number)
        if fault.kind == "list-file-unreadable" and fault.element.lstrip("!") == "/" and after.isdecimal():
            remark = "blanks stand around the slash"
            return fault._replace(suggestion=self._joined(number - 1, f"/{after}"), remark=remark)
        if fault.kind == "no-pattern" and after:
            return fault._replace(suggestion=fault.element + after, remark="a blank stands behind the exclamation mark")
        return fault._replace(suggestion=self._with_length(fault.suggestion))

    def _bare(self, number: int) -> str:
        """The text of an element without its ``!``; "" if there is no such element."""
        is_there = 0 <= number < len(self._list.elements)
        return self._list.elements[number].text.lstrip("!") if is_there else ""

    def _joined(self, number: int, length: str) -> str:
        """The network of an element and of the length that was parted from it, negated as the element is."""
        return with_negation(self._list.elements[number].text, _networks_meant(self._bare(number) + length))

    def element(self, number: int) -> Iterator[Finding]:
        """The faults of one element."""
        element = self._list.elements[number]
        for fault in self._faults(number, element):
            yield fault._replace(
                place=element.place,
                element=element.text,
                suggestion=with_negation(element.text, self._with_length(fault.suggestion)),
                parameter=self._list.parameter,
                level=Finding("").level,
            )
        if number in self._late:
            yield late_finding(self._list, self._late[number])

    def _faults(self, number: int, element: Element) -> Iterator[Finding]:
        content = element.content
        if isinstance(content, Finding):
            yield self._fault_of_file_or_table(number, content)
        elif isinstance(content, Pattern):
            network = network_of(element)
            fault = content.fault
            if fault is not None:
                yield self._with_next_word(number, fault)
            elif network is None or (content.network is None and network[1][0] == 255):
                from ifdiscover._postfix.check.elements.words import fault_of_word  # most words are networks

                before = self._list.elements[number - 1].text if number else ""
                fault = fault_of_word(content.word, before, self._known, parent_domains=self._list.parent_domains)
                if fault is not None:
                    yield fault
            if network is not None and not content.is_faulty:
                yield from self._faults_of_network(number, content.word, network)

    def _fault_of_file_or_table(self, number: int, content: Finding) -> Finding:
        fault = content
        path = self._bare(number)
        if content.kind == "table-unusable":
            of_label = self._known.networks_of_interface(path)
            return fault if of_label is None else fault._replace(suggestion=of_label, remark="this is a label")
        if content.kind not in ("list-file-missing", NOT_ON_THIS_MACHINE) or not _is_length(path):
            return fault
        if content.kind == NOT_ON_THIS_MACHINE:
            fault = Finding("list-file-missing")  # no host has such a file, and there Postfix's words are not known
        name = self._known.empty_name_before(path)
        if name:
            return fault._replace(remark=f"this is a length without an address: ${name} before it is empty")
        meant = self._joined(number - 1, path)
        remark = "this is a length without an address: "
        remark += "a blank stands before the slash" if meant else "a variable before it may be empty"
        return fault._replace(suggestion=meant, remark=remark)

    def _with_next_word(self, number: int, fault: Finding) -> Finding:
        """The fault of a network, with the length that stands behind a blank, as in ``10.0.0.0/ 8``."""
        word, after = self._bare(number), self._bare(number + 1)
        if word.endswith("/") and after.isdecimal():
            return fault._replace(suggestion=_networks_meant(word + after), remark="a blank stands behind the slash")
        return fault

    def _faults_of_network(self, number: int, word: str, network: Parsed) -> Iterator[Finding]:
        family, packed, prefixlen = network
        negated = self._list.elements[number].negated
        if "/" in word and over_a_byte(word):
            yield Finding("length-over-a-byte", remark=f"to Postfix it is {pattern_text(family, packed, prefixlen)}")
        if prefixlen == 0 and not negated:
            remark = "this suggestion trusts the host itself; add the networks of your own clients"
            yield Finding("everyone", suggestion=_LOOPBACK[family], remark=remark)
        if not any(packed) and prefixlen == BITS[family]:
            remark = f"{inet_ntop(family, packed)} is one address here, and no client has it"
            yield Finding("matches-nothing", remark=remark)
        if is_mapped(network) and not self._list.keeps_mapped:
            yield self._mapped_network(packed[12:], prefixlen - 96, negated=negated)
        if "/" not in word:
            meant = self._known.network_at(family, packed)
            if meant and not self._is_elsewhere(number, meant):
                remark = f"{inet_ntop(family, packed)} is the first address of {meant}"
                yield Finding("network-without-length", suggestion=meant, remark=remark)

    def _is_elsewhere(self, number: int, meant: str) -> bool:
        """Whether the network that begins at an element is in the list, or its length is the word behind it."""
        element, after = self._list.elements[number], self._bare(number + 1)
        if _is_length(after) or self._is_listed(meant, negated=element.negated):
            return True
        from ifdiscover._postfix.check.elements.words import network_in_two

        return bool(network_in_two(self._bare(number), after))

    def _mapped_network(self, packed: bytes, prefixlen: int, *, negated: bool) -> Finding:
        for length in range(prefixlen + 1):
            if (AF_INET, cut(packed, length), length) in self._networks[negated]:
                text = pattern_text(AF_INET, cut(packed, length), length)
                return Finding("mapped-network", remark=f"{text} is in the list too, and is enough", own_severity=INFO)
        meant = _networks_meant(pattern_text(AF_INET, packed, prefixlen))
        return Finding("mapped-network", suggestion=meant.removesuffix("/32"))

    def _is_listed(self, text: str, *, negated: bool) -> bool:
        return bool(text) and parse_network(text) in self._networks[negated]

    def _with_length(self, suggestion: str) -> str:
        """A suggestion of one address, as a network if that is what begins there."""
        bare = suggestion.strip("[]")
        family = AF_INET6 if ":" in bare else AF_INET
        packed = packed_or_none(family, bare)
        return suggestion if packed is None else self._known.network_at(family, packed) or suggestion


def _networks_meant(word: str) -> str:
    from ifdiscover._postfix.syntax.meant import networks_meant  # most words have no fault

    return networks_meant(word)


def _is_length(word: str) -> bool:
    """Whether a word is ``/24``, ``/255.255.255.0`` or a netmask, as it is left of a network that lost its address."""
    if word[:1] == "/" and word[1:].isdecimal():
        return True
    packed = packed_or_none(AF_INET, word.lstrip("/"))
    return packed is not None and packed[0] == 255
