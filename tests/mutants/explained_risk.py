"""Mutants of what check says of risky networks that live, and why. See ``explained.py``."""

from __future__ import annotations

_WIDE = "ifdiscover/_postfix/check/risk/wide.py"
_STRANGERS = "ifdiscover/_postfix/check/risk/strangers.py"
_STALE = "ifdiscover/_postfix/check/risk/stale.py"
_BEGINS = "if prefixlen >= 8 and packed == cut(inet_pton(AF_INET, text), 8)"
_BLOCK = "_family, base, length = found[0]"
_OWN_IPV4 = "if address.family == AF_INET"
_NARROWED = "if has_strangers(_parsed(network)) and _severity(network, private, is_set=True) != INFO"
_OTHERS = "others = reach.addresses(network, number) - len(inside) if inside else 0"
_OF_FAMILY = "if its_family == family:"
_LAST_SHOWN = "others = stale[_SHOWN:] if number == _SHOWN - 1 else []"
_NEAREST = "where[network] = near[0]"
_TAKEN = "return {network: candidate for network, candidate in where.items() if taken.count(candidate) == 1}"
_ONE = "there is one, the first and the last"
_ONCE = "CPython has each number below 257 once"

RISK = {
    (_WIDE, _BEGINS, _BEGINS.replace(">= 8", ">= 7")): "a /7 that begins with the octet of a block holds all of it",
    (_WIDE, _BLOCK, _BLOCK.replace("[0]", "[ -1]")): _ONE,
    (_WIDE, _OWN_IPV4, _OWN_IPV4.replace("==", "<=")): "of the two families this is the lesser",
    (_STRANGERS, _NARROWED, _NARROWED.replace("True", "False")): "either severity is above info",
    (_STRANGERS, _OTHERS, _OTHERS.replace("else 0", "else -1")): "neither is a number of strangers",
    (_STRANGERS, _OF_FAMILY, _OF_FAMILY.replace("==", ">=")): "no IPv6 address is cut to one of four bytes",
    (_STALE, _LAST_SHOWN, _LAST_SHOWN.replace("==", "is")): _ONCE,
    (_STALE, _NEAREST, _NEAREST.replace("[0]", "[ -1]")): _ONE,
    (_STALE, _TAKEN, _TAKEN.replace("==", "<=")): "each is among them once at least",
}
