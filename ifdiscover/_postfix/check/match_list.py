"""Finds every fault of a match list at once. Postfix stops at the first one that a client reaches."""

from __future__ import annotations

from _socket import AF_INET, inet_ntop

from ifdiscover._packed import pattern_text
from ifdiscover._postfix.check.exclusions import Exclusions
from ifdiscover._postfix.lists.reader import ONLY_TRUSTING, Pattern
from ifdiscover._postfix.syntax.findings import ERROR, Finding, with_parameter
from ifdiscover._postfix.syntax.list_words import with_negation
from ifdiscover._postfix.syntax.machine import Machine
from ifdiscover._postfix.syntax.networks import PatternError, over_a_byte, packed_or_none, parse_network

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ifdiscover._postfix.lists.match_list import MatchList
    from ifdiscover._postfix.lists.reader import Element


def check_list(match_list: MatchList, machine: Machine | None = None) -> list[Finding]:
    """The faults of a match list, in the order of its words and files.

    Args:
        match_list: the list.
        machine: where its files and tables were read; None: this machine.
    """
    parameter = match_list.parameter
    found: list[Finding] = []
    excluded = Exclusions(match_list.elements)
    findings = iter(match_list.placed_findings)
    before, fault = next(findings, (None, None))
    for number in range(len(match_list.elements) + 1):
        while fault is not None and before == number:
            # Postfix complains once about an unusable file or table. The elements below report it each time.
            if fault.level != ERROR and not excluded.cover(fault, number):
                found.append(with_parameter(parameter, fault))
            before, fault = next(findings, (None, None))
        if number < len(match_list.elements):
            found += _check_element(match_list, match_list.elements[number])
    sources = _source_findings(match_list.elements, excluded, machine or Machine())
    return found + [with_parameter(parameter, fault) for fault in sources]


def _source_findings(elements: tuple[Element, ...], excluded: Exclusions, machine: Machine) -> Iterator[Finding]:
    """The faults of the texts that Postfix does not read: those from which postmap makes the tables of a list."""
    looked_at = set()
    for number, element in enumerate(elements):
        if isinstance(element.content, Finding) and element.content.element not in looked_at:
            from ifdiscover._postfix.lists.indexed import source_findings

            looked_at.add(element.content.element)
            for fault in source_findings(element.content.element, machine):
                harmless = element.negated and fault.kind in ONLY_TRUSTING
                if not harmless and not excluded.cover(fault, number):
                    yield fault


def _check_element(match_list: MatchList, element: Element) -> Iterator[Finding]:
    content = element.content
    parameter, place, text = match_list.parameter, element.place, element.text

    def finding(kind: str, says: str = "", suggestion: str = "", remark: str = "", consequence: str = "") -> Finding:
        meant = with_negation(text, suggestion)
        return Finding(kind, says, place, text, meant, remark, parameter, own_consequence=consequence)

    if isinstance(content, Finding):
        yield finding(content.kind, content.postfix_says, content.suggestion, content.remark, content.own_consequence)
    if not isinstance(content, Pattern):
        return
    if content.fault is not None:
        yield finding(content.fault.kind, content.fault.postfix_says, content.fault.suggestion)
    elif content.network is None:
        guess = _probably_meant(content.word, parent_domains=match_list.parent_domains)
        if guess is not None:
            yield finding("matches-nothing", suggestion=guess)
    else:
        family, packed, prefixlen = content.network
        if over_a_byte(content.word):
            remark = f"to Postfix it is {pattern_text(family, packed, prefixlen)}"
            yield finding("length-over-a-byte", remark=remark)
        if prefixlen == 0 and not element.negated:
            yield finding("everyone")


def _probably_meant(word: str, *, parent_domains: bool) -> str | None:
    """What was probably meant by a word that matches nothing; "" if not known; None if the word can match."""
    name = word if parent_domains else word[word.startswith(".") :]
    if _is_address(word.strip("[]")) or _is_hostname(name):
        return None
    head, _percent, tail = word.partition("%")
    candidates = (word.partition("#")[0], f"{head}]{tail.partition(']')[2]}", word.strip("."), word.strip("{}"))
    for candidate in candidates:
        if candidate == word:
            continue
        if _is_address(candidate.strip("[]")) or _is_hostname(candidate):
            return candidate
        network = _network_meant(candidate)
        if network:
            return network
    return _short_network(word)


def _network_meant(text: str) -> str:
    """The text if it is a network, or the network that its fault suggests; "" if there is none or it is /0."""
    try:
        _family, _packed, prefixlen = parse_network(text)
    except PatternError as error:
        return error.finding.suggestion
    return text if prefixlen and not over_a_byte(text) else ""


def _short_network(word: str) -> str:
    """The network that ``10.0.0.``, ``10.1`` or ``10.0.0.*`` probably means."""
    octets = word.rstrip("*.").split(".")
    if not 2 <= len(octets) <= 3:
        return ""
    return _network_meant(".".join(octets + ["0"] * (4 - len(octets))) + f"/{len(octets) * 8}")


def _is_address(word: str) -> bool:
    # Only IPv4: an IPv6 address was already read as a network of one address.
    packed = packed_or_none(AF_INET, word)
    return packed is not None and inet_ntop(AF_INET, packed) == word


def _is_hostname(word: str) -> bool:
    """Whether a client can have this name or one below it (RFC 1123, and the underscore that Postfix takes)."""
    labels = word.split(".")
    return (
        len(word) <= 255
        and not labels[-1].isdecimal()
        and all(0 < len(label) < 64 and label.strip("-") == label and _is_label(label) for label in labels)
    )


def _is_label(label: str) -> bool:
    return label.replace("-", "").replace("_", "").isalnum()
