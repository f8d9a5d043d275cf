"""Explained lists of trusted clients for people: a paragraph for each element, then the styles side by side."""

from __future__ import annotations

from _socket import inet_ntop

from ifdiscover._columns import BOLD, MAGENTA, Cell, columns, plain
from ifdiscover._names import printable
from ifdiscover.model import FAMILY_TITLES

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from ifdiscover._columns import Paint
    from ifdiscover._postfix.explained.explained import Beyond, ExplainedElement, ExplainedList, Explanation, Total
    from ifdiscover.model import Address

_WIDTH = 80
_SHOWN = 6  # networks, or addresses, that one sentence names; --json has all
_LISTED = 24  # elements of a list beside the others, and addresses that are left out
_UNCOUNTED = ("name", "table", "file")
_GLUE = "\N{NO-BREAK SPACE}"  # no line ends there; what comes from elsewhere has it escaped
_FACTOR_BITS = 10  # of the number before a power of two
_TERMS = 3  # powers of two in one number
_READABLE = 40  # bits; longer numbers are written with powers of two
_IS_SET = "mynetworks"  # what a list is called that has no style


def explanation_lines(
    explanation: Explanation, why: str, paint: Paint = plain, *, every_style: bool = False
) -> Iterator[str]:
    """The list in force, what it leaves out, and the styles side by side.

    Args:
        explanation: what is explained.
        why: which list this is, for people.
        paint: colours a text.
        every_style: explain the elements of the lists of all styles, and not those of the one in force.
    """
    lists = explanation.styles if every_style else (explanation.explained,)
    for one in lists:
        head = f"style {one.style}" if every_style else why
        for line in _wrapped("", f"mynetworks: {head}"):
            yield paint(line, BOLD)
        yield ""
        if one.refused is not None:
            yield from _wrapped("    ", one.refused)
            yield ""
        for element in one.elements:
            yield from _element_lines(element, one, paint)
            yield ""
        if not one.elements and one.refused is None:
            yield from _wrapped("    ", "It is empty, and trusts nobody.")
            yield ""
        if one.elements:
            yield "In all, each address counted once:"
            for text in _totals(one.totals):
                yield from _wrapped("    ", text)
            if any(element.kind in _UNCOUNTED and element.count is None for element in one.elements):
                yield from _wrapped("    ", "and clients of the names, tables and files that are not counted")
            yield ""
    if explanation.left_out:
        title = "Own addresses that the list does not trust"
        if explanation.explained.style is not None:
            title = "Addresses that make no network"
        yield paint(title, BOLD)
        yield ""
        by_reason: dict[str, list[Address]] = {}
        for address, reason in explanation.left_out:
            by_reason.setdefault(reason, []).append(address)
        for reason, addresses in by_reason.items():
            yield from _wrapped("    ", f"{reason}:", hang="      ")
            yield from _wrapped("        ", _addresses(addresses, _LISTED))
        yield ""
    yield paint("The styles side by side", BOLD)
    yield ""
    beside = explanation.styles if explanation.explained.style else (explanation.explained, *explanation.styles)
    yield from _table(beside, paint)
    for one in beside:
        yield ""
        yield from _style_lines(one, paint)


def _table(lists: Sequence[ExplainedList], paint: Paint) -> Iterator[str]:
    """How many addresses of each family each list trusts, and how many are not the host's."""
    counted = [one for one in lists if one.refused is None]
    rows: list[list[str]] = [["", *(Cell(one.style or _IS_SET, BOLD) for one in counted)]]
    for totals in zip(*(one.totals for one in counted)):
        if not any(total.count for total in totals):
            continue
        rows.append([f"    {FAMILY_TITLES[totals[0].family]} addresses", *(number(total.count) for total in totals)])
        strangers = [number(total.strangers) for total in totals]
        rows.append(["    not this host's", *(Cell(text, MAGENTA) if text != "0" else text for text in strangers)])
    yield from columns(rows, paint)


def _element_lines(explained: ExplainedElement, one: ExplainedList, paint: Paint) -> Iterator[str]:
    element, is_set = explained.element, one.style is None
    yield f"{explained.number}. {paint(printable(element.text), BOLD)}"
    sources = element.place.sources
    for address in sources[:_SHOWN]:
        yield from _labelled("from", _source(address))
    if len(sources) > _SHOWN:
        yield from _labelled("from", f"{len(sources) - _SHOWN} more addresses (--json has them)")
    if is_set and str(element.place):
        yield from _labelled("where", str(element.place))
    yield from _labelled("rule", explained.rule)
    if explained.count is None:
        what = "no client" if explained.kind == "nobody" else "not counted"
        if explained.kind == "unusable":
            what = "nobody: 451 for each client that comes this far"
        if explained.own:
            what += f"; of this host {_addresses(explained.own)}"
        yield from _labelled("excludes" if element.negated else "trusts", what)
    else:
        colour = MAGENTA if explained.strangers and not element.negated else ""
        verb = "excludes" if element.negated else "trusts"
        what = _count(explained, is_set=is_set) if explained.count else "nobody"
        yield from _labelled(verb, what, paint, colour)
        if explained.count:
            yield from _order(explained, one)
    for remark in explained.remarks:
        yield from _labelled("mind", remark)


def _source(address: Address) -> str:
    netmask = address.packed_netmask
    mask = "null" if netmask is None else inet_ntop(address.family, netmask)
    if address.prefixlen is not None and ":" in mask:
        mask = f"/{address.prefixlen}"
    return f"{address} on {address.interface.name}, netmask {mask} ({address.netmask_origin})"


def _count(explained: ExplainedElement, *, is_set: bool) -> str:
    """How many addresses an element has, and whose they are."""
    count, strangers = explained.count or 0, explained.strangers or 0
    text = "1 address" if count == 1 else f"{number(count)} addresses"
    if not strangers:
        text += ", this host's own" if count == 1 else ", all of them this host's own"
    elif strangers == count:
        text += ", not this host's" if count == 1 else ", none of them this host's"
    else:
        text += f", {number(strangers)} of them not this host's"
    if is_set and explained.own:
        text += f"; its own: {_addresses(explained.own)}"
    return text


def _order(explained: ExplainedElement, one: ExplainedList) -> Iterator[str]:
    """What the elements before an element leave to it."""
    count, decided, excluded = explained.count or 0, explained.decided or 0, explained.excluded or 0
    if excluded:
        numbers = [f"{place}" for place in explained.excluded_by[:_SHOWN]]
        more = len(explained.excluded_by) - len(numbers)
        which = ", ".join(numbers) + (f" and {more} more" if more else "")
        fails = {one.elements[place - 1].kind == "unusable" for place in explained.excluded_by}
        how = "answered 451" if fails == {True} else "excluded" if fails == {False} else "excluded or answered 451"
        where = f"element{'' if len(explained.excluded_by) == 1 else 's'} {which}"
        yield from _labelled("less", f"{number(excluded)} {how} before, by {where}")
    known = count - decided - excluded
    if known:
        how_many = "all" if known == count else number(known)
        yield from _labelled("but", f"{how_many} already trusted, by elements before")
    if not decided:
        yield from _labelled("so", "it decides about nobody")


def _addresses(addresses: Sequence[Address], shown: int = _SHOWN) -> str:
    names = [f"{address} on {address.interface.name}" for address in addresses[:shown]]
    return _and_more(names, len(addresses))


def _and_more(names: Iterable[str], count: int) -> str:
    shown = list(names)
    return ", ".join(shown) + (f" and {count - len(shown)} more" if count > len(shown) else "")


def _style_lines(one: ExplainedList, paint: Paint) -> Iterator[str]:
    yield f"    {paint(_name(one.style), BOLD)}"
    if one.refused is not None:
        yield from _labelled("", f"not computed: {one.refused}", indent="        ")
    else:
        elements = [explained.element.text for explained in one.elements[:_LISTED]]
        more = len(one.elements) - len(elements)
        text = " ".join(elements) + (f" and {more} more" if more else "")
        yield from _labelled("", text or "(empty)", indent="        ")
        for beyond in one.beyond:
            yield from _labelled(f"not in {_name(beyond.style)}", _beyond(beyond), indent="        ")


def _beyond(beyond: Beyond) -> str:
    if not beyond.elements:
        return "nothing"
    names = [f"{element.text} ({number(count)})" for element, count in beyond.elements[:_SHOWN]]
    return _and_more(names, len(beyond.elements))


def _name(style: str | None) -> str:
    return _IS_SET if style is None else f"style {style}"


def _totals(totals: Iterable[Total]) -> Iterator[str]:
    for family, count, strangers in totals:
        who = f"{number(strangers)} of them not this host's" if strangers else "all this host's own"
        if strangers == count:
            who = "none this host's"
        if count:
            yield f"{FAMILY_TITLES[family]}: {number(count)} address{'' if count == 1 else 'es'}, {who}"


def number(value: int) -> str:
    """An exact number as people read it: with separators, and with powers of two if it is very long.

    >>> number(16777216), number(2**64 - 1), number(2**118 + 3 * 2**64 + 2), number(2**118 - 2**64)
    ('16,777,216', '2^64 - 1', '2^118 + 3 x 2^64 + 2', '2^118 - 2^64')
    """
    if value < 1 << _READABLE:
        return f"{value:,}"
    half = 1 << _READABLE - 1
    rest = (value + half) % (2 * half) - half
    whole = value - rest
    text = " + ".join(_powers(whole))
    if not text:
        power = whole.bit_length()
        lacking = _powers((1 << power) - whole)
        if not lacking:
            return f"{value:,}"
        text = " - ".join([f"2^{power}", *lacking])
    return text if not rest else f"{text} {'+' if rest > 0 else '-'} {abs(rest):,}"


def _powers(whole: int) -> list[str]:
    """The powers of two whose sum is a number, each with its factor; none if they would be too many to read."""
    terms = []
    while whole:
        shift = whole.bit_length() - _FACTOR_BITS
        factor = whole >> shift
        zeros = (factor & -factor).bit_length() - 1
        power = f"2^{shift + zeros}"
        terms.append(power if factor == 1 << zeros else f"{factor >> zeros} x {power}")
        whole -= factor << shift
    return terms if len(terms) <= _TERMS else []


def _labelled(label: str, text: str, paint: Paint = plain, colour: str = "", *, indent: str = "    ") -> Iterator[str]:
    """The lines of a text after a label, the text in a colour."""
    head = f"{label}: " if label else ""
    start = len(indent + head)
    for line in _wrapped(indent, head + text, hang=f"{indent}  "):
        yield line[:start] + (paint(line[start:], colour) if colour else line[start:])
        start = len(indent) + 2


def _wrapped(indent: str, text: str, *, hang: str | None = None) -> Iterator[str]:
    """The lines of a text, escaped, and not longer than the width if its words are not."""
    from textwrap import wrap

    words = printable(text).replace(" on ", f" on{_GLUE}")
    for sign in "+-x":
        words = words.replace(f" {sign} ", f"{_GLUE}{sign}{_GLUE}")
    for digit in "123456789":
        words = words.replace(f" ({digit}", f"{_GLUE}({digit}")
    for line in wrap(
        words,
        _WIDTH,
        initial_indent=indent,
        subsequent_indent=indent if hang is None else hang,
        break_long_words=False,
        break_on_hyphens=False,
    ):
        yield line.replace(_GLUE, " ")
