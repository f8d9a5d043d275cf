"""inet_protocols, inet_interfaces and proxy_interfaces where several faults meet."""

from __future__ import annotations

from support.made import address, host
from support.postfix.checks import GOOD, found_in

from ifdiscover.model import Recorded


def test_a_host_without_an_active_interface_does_not_hide_a_name_that_is_not_found() -> None:
    """Postfix stops at the name; the host is at fault too, and that is told once for all words that are found."""
    text = GOOD.replace("192.0.2.7", "127.0.0.1 nosuch..invalid 192.0.2.7") + "inet_protocols = ipv4\n"
    found = found_in(text, host())
    assert [(finding.kind, finding.place.column) for finding in found] == [
        ("no-active-interface", 19),
        ("interface-not-found", 29),
    ]


def test_each_word_is_told_at_its_own_place() -> None:
    """A word that stands twice too."""
    text = (
        GOOD.replace("192.0.2.7", "203.0.113.9, 192.0.2.7 203.0.113.9")
        + "proxy_interfaces = nosuch..invalid 203.0.113.1\n"
    )
    assert [(finding.kind, finding.place.column) for finding in found_in(text)] == [
        ("interface-not-local", 19),
        ("interface-not-local", 42),
        ("proxy-not-found", 20),
    ]


def test_where_no_protocol_is_in_use_no_interface_is_looked_at() -> None:
    """Neither is a proxy: Postfix resolves nothing then."""
    text = "inet_protocols =\ninet_interfaces = nosuch..invalid\nproxy_interfaces = nosuch..invalid\n"
    assert [finding.kind for finding in found_in("myhostname = mail.example.com\n" + text)] == ["no-protocol"]


def test_a_word_that_a_macro_makes_twice_is_told_twice() -> None:
    """Both stand at the macro's place, and are two words all the same."""
    found = found_in("x = eth0\n" + GOOD.replace("192.0.2.7", "$x $x"))
    assert [finding.kind for finding in found] == ["interface-not-found"] * 2


def test_white_space_that_a_macro_leaves_at_a_word_is_part_of_it() -> None:
    """Postfix trims no value that was expanded; so the word is a name, which on a recorded host nobody can look up."""
    own, proxy = "${myhostname?{192.0.2.7\r}}", "${myhostname?{203.0.113.1\r}}"
    text = GOOD.replace("192.0.2.7", own) + f"proxy_interfaces = {proxy}\n"
    assert [finding.kind for finding in found_in(text)] == ["interface-not-found", "proxy-not-found"]
    recorded = host(address("192.0.2.7", "255.255.255.0"), recorded=Recorded())
    assert [finding.kind for finding in found_in(text, recorded)].count("not-on-this-machine") == 2
