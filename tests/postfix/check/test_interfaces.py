"""inet_protocols, inet_interfaces and proxy_interfaces where several faults meet."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import pytest
from support.counting import calls
from support.made import address, host
from support.postfix.checks import GOOD, found_in

from ifdiscover._postfix.syntax import findings
from ifdiscover.model import Recorded

if TYPE_CHECKING:
    from ifdiscover._postfix.syntax.findings import Finding

START = "compatibility_level = 3.6\nmyhostname = mail.example.com\n"
WITHOUT_IPV6 = "no interface that is up has an IPv6 address, says backend test"


def test_a_host_without_an_active_interface_does_not_hide_a_name_that_is_not_found() -> None:
    """Postfix stops at the name; the host is at fault too, and that is told once for all words that are found."""
    text = GOOD.replace("192.0.2.7", "127.0.0.1 nosuch..invalid 192.0.2.7") + "inet_protocols = ipv4\n"
    found = found_in(text, host())
    assert [(finding.kind, finding.place.column) for finding in found] == [
        ("no-active-interface", 19),
        ("interface-not-found", 29),
    ]


@pytest.mark.parametrize("word", ["nosuch..invalid", "mail.example.com"])
def test_a_host_without_an_active_interface_is_told_after_the_words_before(word: str) -> None:
    """Once, and no later word is passed over for it, nor a name that only the recorded host can look up."""
    text = GOOD.replace("192.0.2.7", f"{word} 127.0.0.1 {word}") + "inet_protocols = ipv4\n"
    recorded = Recorded() if word == "mail.example.com" else None
    found = [finding for finding in found_in(text, host(recorded=recorded)) if not finding.element]
    assert [(finding.kind, finding.place.column) for finding in found] == [("no-active-interface", 19)]
    named = [finding.place.column for finding in found_in(text, host(recorded=recorded)) if finding.element == word]
    assert named == [19, 19 + len(f"{word} 127.0.0.1 ")]


@pytest.mark.parametrize(
    ("protocols", "remarks"),
    [
        ("ipv6", {"no-active-interface": WITHOUT_IPV6}),
        ("all", {"ipv6-no-address": WITHOUT_IPV6, "no-active-interface": ""}),
        ("ipv4", {"no-active-interface": ""}),
    ],
)
def test_ipv6_that_is_missing_is_the_cause_where_postfix_uses_it_alone(protocols: str, remarks: dict[str, str]) -> None:
    """Where it uses IPv4 too, no address of that is there either."""
    found = found_in(START + f"inet_protocols = {protocols}\n", host())
    assert {finding.kind: finding.remark for finding in found} == remarks


@pytest.mark.parametrize(
    ("text", "kind", "remark"),
    [
        ("inet_interfaces = wan0\n", "interface-not-found", "wan0 is an interface"),
        ("inet_interfaces = 203.0.113.9\n", "interface-not-local", ""),
    ],
)
def test_ipv6_that_is_missing_is_told_beside_what_it_did_not_cause(text: str, kind: str, remark: str) -> None:
    """Each with its own remark."""
    wan0 = address("192.0.2.7", "255.255.255.0")
    made = host(wan0._replace(interface=wan0.interface._replace(name="wan0")))
    found = {finding.kind: finding.remark for finding in found_in(START + text, made)}
    assert found == {"ipv6-no-address": WITHOUT_IPV6, kind: remark}


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("inet_interfaces = mail.example.com\n", "not-on-this-machine"),
        ("inet_interfaces = nosuch\n", "not-on-this-machine"),
        ("inet_interfaces = 192.0.2.7\n", "interface-not-found"),
    ],
)
def test_other_faults_of_a_host_for_ipv6_alone_keep_their_own_remarks(text: str, kind: str) -> None:
    """Which IPv6 has no part in."""
    found = found_in(START + "inet_protocols = ipv6\n" + text, host(recorded=Recorded()))
    assert kind in [finding.kind for finding in found]
    assert [finding.kind for finding in found if finding.remark == WITHOUT_IPV6] == (
        [] if kind == "interface-not-found" else ["no-active-interface"]
    )


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


@pytest.mark.parametrize("word", ["192.0.2.99", "nosuch..invalid", "::1"])
def test_of_very_many_faulty_words_some_are_told_and_the_others_counted(
    word: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each costs as much as the one before: twice as many words are twice the work."""
    monkeypatch.setattr(findings, "KEPT", 100)
    on = host(address("127.0.0.1", "255.0.0.0"), address("192.0.2.7", "255.255.255.0"))

    def told(count: int) -> list[Finding]:
        found = found_in(START + f"inet_interfaces = {f'{word} ' * count}\n", on)
        return [fault for fault in found if fault.parameter == "inet_interfaces"]

    found = told(1000)
    assert (sum(1 + fault.more for fault in found), len(found)) == (1000, 101)
    assert calls(partial(told, 2000)) < 2.2 * calls(partial(told, 1000))
