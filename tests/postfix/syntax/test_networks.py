"""Networks as match lists and cidr tables write them."""

from __future__ import annotations

from socket import AF_INET, AF_INET6, inet_pton

import pytest

from ifdiscover._postfix.syntax.networks import PatternError, parse_network

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
