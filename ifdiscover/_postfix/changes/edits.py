"""The lines of main.cf that name addresses which are gone, and how they read once they are mended."""

from __future__ import annotations

from _socket import AF_INET, AF_INET6, inet_ntop

from ifdiscover._postfix.syntax.findings import Place
from ifdiscover._postfix.syntax.networks import without_repeats
from ifdiscover._postfix.syntax.resolver import numeric_address
from ifdiscover._postfix.syntax.words import ADDRESS_SEPARATORS, split
from ifdiscover._record import Record

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ifdiscover._postfix.changes.answer import Answer, Missing
    from ifdiscover._postfix.parameters.configuration import Configuration


class Edit(Record):
    """A line of main.cf that names an address that is gone.

    Attributes:
        parameter: the parameter.
        place: where its value, or the word in it, stands; empty: in no file.
        word: the word that stands for the address; empty: the whole value.
        suggestion: the line to write instead, with each address that is gone mended; empty: nobody knows which address
            took the place of one of them.
    """

    parameter: str
    place: Place = Place()
    word: str = ""
    suggestion: str = ""


def edits_of(before: Answer, after: Answer, configuration: Configuration | None) -> tuple[Edit, ...]:
    """An edit for each address that main.cf names and the host does not have.

    Args:
        before: what Postfix made of the host when it had the addresses.
        after: what it makes of it now, with ``missing``.
        configuration: what ``after`` was made from.
    """
    return tuple(_edit_of(missing, before, after, configuration) for missing in after.missing)


def _edit_of(missing: Missing, before: Answer, after: Answer, configuration: Configuration | None) -> Edit:
    name, word = missing.parameter, missing.word
    setting = None if configuration is None else configuration.setting(name)
    if configuration is None or setting is None:
        return Edit(name, Place(), word)
    places = [offset for offset, other in _words(setting.value) if other == word]
    if "$" in setting.value or len(places) != 1:
        return Edit(name, configuration.place_of(name), word)
    lacking = {one.word: one.address for one in after.missing if one.parameter == name}
    value = _mended(setting.value, lacking, before, after)
    return Edit(name, configuration.place_of(name, places[0]), word, f"{name} = {value}" if value else "")


def _mended(value: str, lacking: dict[str, str], before: Answer, after: Answer) -> str:
    """The value with what took the place of each address that is gone; "" if that is not known of one of them.

    Addresses are compared, and not their texts: 2001:DB8:0::1 is 2001:db8::1.
    """
    words = list(_words(value))
    there = [_address(word) for _offset, word in words]
    new = ""
    end = 0
    for offset, word in words:
        new += value[end:offset]
        end = offset + len(word)
        if word not in lacking:
            new += word
            continue
        address = _address(word)
        successor = _successor(lacking[word], before, after) if address == lacking[word] else None
        if successor is None or successor in there:
            return ""
        there[there.index(address)] = successor
        if address in there:  # it is named twice
            return ""
        new += f"[{successor}]" if word[0] == "[" else successor
    return " ".join(without_repeats(new + value[end:]).split())


def _words(value: str) -> Iterator[tuple[int, str]]:
    """The words of a value, each with its offset."""
    end = 0
    for word in split(value, ADDRESS_SEPARATORS):
        start = value.index(word, end)
        end = start + len(word)
        yield start, word


def _address(word: str) -> str | None:
    """The address that a word is, in the spelling of inet_ntop(3); None: it is a name."""
    bare = word[1:-1] if word[:1] == "[" and word[-1:] == "]" else word
    try:
        family, packed, _scope_id = numeric_address(bare.partition("%")[0], (AF_INET, AF_INET6))
    except (OSError, ValueError):
        return None
    return inet_ntop(family, packed)


def _successor(address: str, before: Answer, after: Answer) -> str | None:
    """The one address that took an address's place: on its interface one came of its family, and one went."""
    names = {name for name, text in before.active if text == address}
    if len(names) != 1:
        return None
    gone = _of_place(names, address, set(before.active) - set(after.active))
    come = _of_place(names, address, set(after.active) - set(before.active))
    is_one = gone == [address] and len(come) == 1 and come[0] not in after.passing
    return come[0] if is_one else None


def _of_place(names: set[str], address: str, found: Iterable[tuple[str, str]]) -> list[str]:
    return [text for name, text in found if name in names and (":" in text) == (":" in address)]
