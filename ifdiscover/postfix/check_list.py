"""Every fault of a match list at once; Postfix stops at the first that a client meets."""

from __future__ import annotations

from _socket import AF_INET, inet_ntop, inet_pton

from ifdiscover.postfix.findings import Finding, of_fault
from ifdiscover.postfix.matchlist_reader import Pattern, Unusable
from ifdiscover.postfix.network_pattern import PatternError, parse_network, pattern_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ifdiscover.postfix.matchlist import MatchList
    from ifdiscover.postfix.matchlist_reader import Element


def check_list(match_list: MatchList) -> list[Finding]:
    """What is wrong with a match list that has been read, in the order of its files and words."""
    parameter = match_list.label
    found: list[Finding] = []
    faults = iter(match_list.placed_faults)
    before, fault = next(faults, (None, None))
    for number in range(len(match_list.elements) + 1):
        while fault is not None and before == number:
            found.append(of_fault(parameter, fault))
            before, fault = next(faults, (None, None))
        if number < len(match_list.elements):
            found += _check_element(parameter, match_list.elements[number])
    return found


def _check_element(parameter: str, element: Element) -> Iterator[Finding]:
    content = element.content
    place, text = element.place, element.text
    if isinstance(content, Unusable) and content.needs_postfix:
        yield Finding("needs-postfix", parameter, place, text, remark=content.reason)
    if not isinstance(content, Pattern):
        return
    mark = "!" * (len(text) - len(text.lstrip("!")))
    if content.fault is not None:
        meant = content.fault.suggestion
        yield Finding(content.fault.kind, parameter, place, text, str(content.fault), meant and mark + meant)
    elif content.network is None:
        guess = _probably_meant(content.word)
        if guess is not None:
            yield Finding("matches-nothing", parameter, place, text, suggestion=guess and mark + guess)
    else:
        family, packed, prefixlen = content.network
        asked = content.word.replace("]", "").rpartition("/")[2]
        if "/" in content.word and int(asked) != prefixlen:
            remark = f"/{asked} is /{prefixlen} to Postfix: {pattern_text(family, packed, prefixlen)}"
            yield Finding("length-over-a-byte", parameter, place, text, remark=remark)
        if prefixlen == 0 and not element.negated:
            yield Finding("everyone", parameter, place, text, suggestion="the networks of those who may relay")


def _probably_meant(word: str) -> str | None:
    """What was probably meant by a word that matches nothing; "" if that is not known, None if it does match."""
    if _is_address(word.strip("[]")) or _is_hostname(word):
        return None
    for candidate in (word.partition("#")[0], word.partition("%")[0] + "]", word.strip("."), word.strip("{}")):
        if candidate != word and (
            _is_address(candidate.strip("[]")) or _is_network(candidate) or _is_hostname(candidate)
        ):
            return candidate
    return _short_network(word)


def _short_network(word: str) -> str:
    """The network that ``10.0.0.``, ``10.1`` or ``10.0.0.*`` probably means."""
    octets = word.rstrip("*.").split(".")
    length = len(octets) * 8
    text = ".".join(octets + ["0"] * (4 - len(octets))) + f"/{length}"
    return text if length < 32 and _is_network(text) else ""


def _is_address(word: str) -> bool:
    # Only IPv4: an IPv6 address has been read as a network of one address.
    try:
        return inet_ntop(AF_INET, inet_pton(AF_INET, word)) == word
    except (OSError, ValueError):
        return False


def _is_network(word: str) -> bool:
    try:
        parse_network(word)
    except PatternError:
        return False
    return True


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
