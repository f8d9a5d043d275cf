"""Networks as match lists and cidr tables write them."""

from __future__ import annotations

from socket import AF_INET, AF_INET6, inet_pton

import pytest

from ifdiscover._postfix.syntax.networks import PatternError, ipv4_or_none, over_a_byte, parse_network, without_repeats

READ = {
    "address": ("192.0.2.7", AF_INET, "192.0.2.7", 32),
    "address in brackets": ("[192.0.2.7]", AF_INET, "192.0.2.7", 32),
    "network": ("192.0.2.0/24", AF_INET, "192.0.2.0", 24),
    "length outside brackets": ("[2001:db8::]/32", AF_INET6, "2001:db8::", 32),
    "length inside brackets": ("[2001:db8::/32]", AF_INET6, "2001:db8::", 32),
    "no brackets": ("2001:db8::/32", AF_INET6, "2001:db8::", 32),
    "leading zeros of a length": ("10.0.0.0/008", AF_INET, "10.0.0.0", 8),
    "everyone": ("0.0.0.0/0", AF_INET, "0.0.0.0", 0),
    "length of one byte": ("0.0.0.0/256", AF_INET, "0.0.0.0", 0),
    "length beyond a byte": ("[2001:db8::]/288", AF_INET6, "2001:db8::", 32),
}

REFUSED = {
    "no closing bracket": ("[::1/128", "missing ']' character after \"[::1/128\"", "[::1]/128"),
    "text after the bracket": ("[10.0.0.0/8]x", 'garbage after "[10.0.0.0/8]"', ""),
    "two lengths": ("[10.0.0.0/8]/8", 'bad network value in "10.0.0.0/8/8"', ""),
    "two slashes": ("10.0.0.0/8/8", 'bad mask value in "10.0.0.0/8/8"', ""),
    "netmask": ("10.0.0.9/255.255.255.0", 'bad mask value in "10.0.0.9/255.255.255.0"', "10.0.0.0/24"),
    "hostmask": ("10.0.0.0/0.0.0.255", 'bad mask value in "10.0.0.0/0.0.0.255"', "10.0.0.0/24"),
    "no length": ("10.0.0.0/", 'bad mask value in "10.0.0.0/"', ""),
    "other digits": ("10.0.0.0/٨", 'bad mask value in "10.0.0.0/٨"', ""),
    "length before network": ("foo/99", 'bad mask length in "foo/99"', ""),
    "largest length": ("10.0.0.0/9223372036854775808", 'bad mask length in "10.0.0.0/9223372036854775808"', ""),
    "very many digits": ("10.0.0.0/" + "9" * 5000, f'bad mask length in "10.0.0.0/{"9" * 5000}"', ""),
    "leading zero of an octet": ("010.0.0.0/8", 'bad network value in "010.0.0.0/8"', ""),
    "not an address": ("[be:be]", 'bad address pattern: "be:be"', ""),
    "range": ("10.0.0.1-2", 'bad address pattern: "10.0.0.1-2"', ""),
    "host bits": (
        "192.0.2.7/24",
        'non-null host address bits in "192.0.2.7/24", perhaps you should use "192.0.2.0/24" instead',
        "192.0.2.0/24",
    ),
    "host bits of IPv6": (
        "[2001:db8::1]/64",
        'non-null host address bits in "2001:db8::1/64", perhaps you should use "2001:db8::/64" instead',
        "[2001:db8::]/64",
    ),
}


@pytest.mark.parametrize(("text", "family", "network", "prefixlen"), READ.values(), ids=READ)
def test_a_network_is_read_as_postfix_reads_it(text: str, family: int, network: str, prefixlen: int) -> None:
    """Brackets may stand round the address or the whole; a length counts modulo 256."""
    assert parse_network(text) == (family, inet_pton(family, network), prefixlen)


@pytest.mark.parametrize(("text", "sentence", "suggestion"), REFUSED.values(), ids=REFUSED)
def test_a_network_is_refused_in_postfix_words(text: str, sentence: str, suggestion: str) -> None:
    """The first fault wins; what was probably meant is suggested in a form that Postfix reads."""
    with pytest.raises(PatternError) as caught:
        parse_network(text)
    assert (str(caught.value), caught.value.finding.suggestion) == (sentence, suggestion)
    if suggestion:
        parse_network(suggestion)


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        ("", ""),
        (" 10.0.0.0/8 ", " 10.0.0.0/8 "),
        ("10.0.0.0/8 [10.0.0.0/8], 10.0.0.0/8 x x  y", "10.0.0.0/8 x  y"),
        ("!10.0.0.0/8 !!10.0.0.0/8 10.0.0.0/8, 10.0.0.0/8,", "!10.0.0.0/8 !!10.0.0.0/8 10.0.0.0/8,"),
        ("!10.0.0.0/8, ![10.0.0.0]/8 10.0.0.0/9", "!10.0.0.0/8 10.0.0.0/9"),
        ("x, x b/0 b/0 !x", "x b/0 !x"),
    ],
)
def test_what_was_said_before_is_left_out_with_the_blanks_before_it(value: str, kept: str) -> None:
    """Networks by what they are, other words by their text; ! and !! are other words."""
    assert without_repeats(value) == kept


@pytest.mark.parametrize(
    ("text", "over"),
    [
        ("10.0.0.0", False),
        ("0.0.0.0/0", False),
        ("[2001:db8::]/128", False),
        ("192.0.2.0/255", False),
        ("0.0.0.0/256", True),
        ("10.0.0.0/264", True),
        ("10.0.0.0/511", True),
        ("10.0.0.0/1000", True),
    ],
)
def test_a_length_from_256_on_does_not_fit_in_a_byte(text: str, over: object) -> None:
    """Postfix takes the rest for it."""
    assert over_a_byte(text) is over


def test_an_ipv4_address_may_have_a_whole_pair_of_brackets() -> None:
    """And nothing else about it."""
    packed = bytes([192, 0, 2, 1])
    assert [ipv4_or_none(word) for word in ("192.0.2.1", "[192.0.2.1]")] == [packed, packed]
    for word in ("[192.0.2.1", "[192.0.2.10", "192.0.2.1]", "(192.0.2.1)", "{192.0.2.1}", "[]", "", "::1"):
        assert ipv4_or_none(word) is None


@pytest.mark.parametrize(
    ("text", "remark"),
    [
        ("192.0.2.7/24", ""),
        ("[2001:db8::7]/64", ""),
        ("192.0.2.7/0", "do not write 0.0.0.0/0: that is every client of this address family"),
        ("192.0.2.7/256", "do not write 0.0.0.0/0: that is every client of this address family"),
        ("192.0.2.7/264", "do not write 192.0.0.0/8: that is probably not the network that was meant"),
    ],
)
def test_postfixs_advice_is_warned_of_where_it_lets_others_in(text: str, remark: str) -> None:
    """Otherwise it is the suggestion."""
    with pytest.raises(PatternError) as caught:
        parse_network(text)
    assert caught.value.finding.remark == remark


@pytest.mark.parametrize("rest", [".", "0", "x", " "])
def test_after_a_bracket_comes_a_slash(rest: str) -> None:
    """Whether the character sorts before it or after."""
    with pytest.raises(PatternError, match="garbage after"):
        parse_network(f"[10.0.0.0]{rest}8")
