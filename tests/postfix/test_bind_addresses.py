"""What Postfix's SMTP client binds to. The sentences and consequences are those of an smtp(8) of Postfix 3.7.11."""

from __future__ import annotations

from socket import AF_INET, AF_INET6
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st
from support.made import ETH0, address, host, hosts

from ifdiscover._postfix.bind_addresses import bind_addresses
from ifdiscover._postfix.syntax.findings import Finding
from ifdiscover.errors import InterfacesError, PostfixError
from ifdiscover.model import ADDRESS_FLAGS, Address, Host, Recorded


def at(text: str, *flags: str, interface: str = "eth0", blind: bool = False) -> Address:
    """An address with these flags, or of a backend that cannot tell."""
    family = AF_INET6 if ":" in text else AF_INET
    found = address(text, "ffff:ffff:ffff:ffff::" if ":" in text else "255.255.255.0")
    bits = {word: bit for bit, word in ADDRESS_FLAGS[family].items()}
    number = None if blind else sum(bits[flag] for flag in flags)
    return found._replace(interface=ETH0._replace(name=interface), flags=number)


LO4, LO6 = at("127.0.0.1", interface="lo"), at("::1", interface="lo")
OURS = host(LO4, at("192.0.2.10"), LO6, at("2001:db8::10"))


def bound(made: Host, *values: str, **more: Any) -> dict[int, str | None]:
    """What is bound, by family."""
    return {binding.family: binding.address for binding in bind_addresses(made, *values, **more).bindings}


def fault_of(made: Host, *values: str, **more: Any) -> Finding:
    """The one fault."""
    (fault,) = bind_addresses(made, *values, **more).findings
    return fault


@pytest.mark.parametrize("value", ["192.0.2.10", "[192.0.2.10]", "  192.0.2.10\t"])
def test_an_address_of_the_host_is_bound(value: str) -> None:
    """With brackets or without; of the other family nothing is said."""
    report = bind_addresses(OURS, value, "2001:db8::10")
    assert [tuple(binding) for binding in report.bindings] == [
        (AF_INET, "192.0.2.10", "smtp_bind_address"),
        (AF_INET6, "2001:db8::10", "smtp_bind_address6"),
    ]
    assert report.findings == ()


@pytest.mark.parametrize("value", ["0.0.0.0", "0300.0.2.10"])
def test_what_can_be_bound_is_no_fault(value: str) -> None:
    """The wildcard, and numbers in any form that the system reads."""
    assert bind_addresses(OURS, value).findings == ()
    assert bound(OURS, "0.0.0.0")[AF_INET] is None
    assert bound(OURS, "0300.0.2.10")[AF_INET] == "192.0.2.10"


@pytest.mark.parametrize(
    ("values", "suggestion"),
    [
        (("127.0.0.1", "::"), "smtp_bind_address = 192.0.2.10"),
        (("127.9.9.9", "::"), "smtp_bind_address = 192.0.2.10"),
        (("[127.1]", "::"), "smtp_bind_address = 192.0.2.10"),
        (("0.0.0.0", "::1"), "smtp_bind_address6 = 2001:db8::10"),
    ],
)
def test_from_a_loopback_address_no_other_host_is_reached(values: tuple[str, str], suggestion: str) -> None:
    """It is bound, enforced or not, and Postfix says nothing of its own; all other mail is deferred."""
    fault = fault_of(OURS, *values)
    assert (fault.kind, fault.severity, fault.postfix_says) == ("bind-loopback", "high", "")
    assert fault.suggestion == suggestion
    assert fault_of(OURS, *values, enforced=True) == fault


def test_a_loopback_address_that_the_host_lacks_is_absent() -> None:
    """All of 127.0.0.0/8 can be bound, but ::1 only if an interface has it."""
    made = host(LO4, at("192.0.2.10"), at("2001:db8::10"))
    assert fault_of(made, "0.0.0.0", "::1").kind == "bind-absent"


def test_only_an_address_without_a_rival_is_suggested() -> None:
    """One that lasts and reaches other hosts; of two, nobody knows which was meant."""
    lasting = (at("192.0.2.10"), at("169.254.3.3"), at("2001:db8::10"), at("2001:db8::20", "temporary"), at("fe80::10"))
    made = host(LO4, LO6, *lasting)
    assert fault_of(made, "192.0.2.99", "::").suggestion == "smtp_bind_address = 192.0.2.10"
    assert fault_of(made, "0.0.0.0", "2001:db8::99").suggestion == "smtp_bind_address6 = 2001:db8::10"
    made = host(*made.addresses, at("192.0.2.11"))
    assert fault_of(made, "192.0.2.99", "::").suggestion == ""
    assert "remove smtp_bind_address" in fault_of(made, "127.0.0.1", "::").suggestion


MALFORMED = {
    "no bracket": ("[192.0.2.10", "malformed smtp_bind_address parameter: [192.0.2.10", "192.0.2.10"),
    "port": ("[192.0.2.10]:25", "malformed smtp_bind_address parameter: [192.0.2.10]:25", "192.0.2.10"),
    "text in brackets": ("[a]b]", "malformed smtp_bind_address parameter: [a]b]", ""),
    "bracket only": (
        "192.0.2.10]",
        "bad smtp_bind_address parameter: 192.0.2.10]: Name or service not known",
        "192.0.2.10",
    ),
    "name": ("localhost", "bad smtp_bind_address parameter: localhost: Name or service not known", ""),
    "interface": ("eth0", "bad smtp_bind_address parameter: eth0: Name or service not known", ""),
    "two": (
        "192.0.2.10,127.0.0.1",
        "bad smtp_bind_address parameter: 192.0.2.10,127.0.0.1: Name or service not known",
        "",
    ),
    "nothing": ("[]", "bad smtp_bind_address parameter: : Name or service not known", ""),
    "final dot": ("192.0.2.10.", "bad smtp_bind_address parameter: 192.0.2.10.: Name or service not known", ""),
    "literal": (
        "IPv6:2001:db8::10",
        "bad smtp_bind_address parameter: IPv6:2001:db8::10: Name or service not known",
        "2001:db8::10",
    ),
}


@pytest.mark.parametrize(("value", "sentence", "meant"), MALFORMED.values(), ids=MALFORMED)
def test_what_is_no_address_stops_the_client(value: str, sentence: str, meant: str) -> None:
    """Fatal at each delivery; the address that was probably meant is suggested, for its own family."""
    fault = fault_of(OURS, value)
    assert fault.kind == ("bind-malformed" if sentence.startswith("malformed") else "bind-bad")
    assert (fault.parameter, fault.element) == ("smtp_bind_address", value)
    assert fault.postfix_says == f"smtp_connect_addr: {sentence}"
    assert "the SMTP client stops" in fault.consequence
    name = "smtp_bind_address6" if ":" in meant else "smtp_bind_address"
    assert fault.suggestion == (f"{name} = {meant}" if meant else "")
    assert bound(OURS, value)[AF_INET] is None


def test_a_value_with_a_nul_is_no_address() -> None:
    """C would take what stands before it."""
    assert fault_of(OURS, "192.0.2.10\0.example.com").kind == "bind-bad"


def test_an_address_of_a_family_not_in_use_stops_the_client() -> None:
    """In the system's words; the other parameter is not even looked at."""
    fault = fault_of(OURS, "2001:db8::10", "garbage", inet_protocols="ipv4")
    said = "bad smtp_bind_address parameter: 2001:db8::10: Address family for hostname not supported"
    assert (fault.kind, fault.postfix_says) == ("bind-bad", f"smtp_connect_addr: {said}")
    assert bound(OURS, "::ffff:192.0.2.10", inet_protocols="ipv4") == {AF_INET: "192.0.2.10"}
    assert bind_addresses(OURS, "garbage", inet_protocols="") == ((), ())


UNBOUND = {
    "family": (["2001:db8::10", "::"], "bind-family", "bind 2001:db8::10: Address family not supported by protocol"),
    "family of 6": (["0.0.0.0", "192.0.2.10"], "bind-family", "bind 192.0.2.10: Invalid argument"),
    "mapped": (
        ["::ffff:192.0.2.10", "::"],
        "bind-family",
        "bind ::ffff:192.0.2.10: Address family not supported by protocol",
    ),
    "absent": (["192.0.2.99", "::"], "bind-absent", "bind 192.0.2.99: Cannot assign requested address"),
    "absent of 6": (["0.0.0.0", "2001:db8::99"], "bind-absent", "bind 2001:db8::99: Cannot assign requested address"),
    "tentative": (["0.0.0.0", "2001:db8::20"], "bind-tentative", "bind 2001:db8::20: Cannot assign requested address"),
    "dadfailed": (["0.0.0.0", "2001:db8::30"], "bind-dadfailed", "bind 2001:db8::30: Cannot assign requested address"),
    "link-local": (["0.0.0.0", "fe80::10"], "bind-link-local", "bind fe80::10: Invalid argument"),
}


@pytest.mark.parametrize(("values", "identifier", "sentence"), UNBOUND.values(), ids=UNBOUND)
def test_what_cannot_be_bound_is_not(values: list[str], identifier: str, sentence: str) -> None:
    """A warning, and the mail goes from another address; enforced, it is deferred."""
    made = host(
        *OURS.addresses, at("2001:db8::20", "tentative"), at("2001:db8::30", "tentative", "dadfailed"), at("fe80::10")
    )
    fault = fault_of(made, *values)
    assert (fault.kind, fault.postfix_says) == (identifier, f"smtp_connect_addr: {sentence}")
    assert "the system chooses" in fault.consequence
    assert set(bound(made, *values).values()) == {None}
    enforced = fault_of(made, *values, enforced=True)
    assert "deferred" in enforced.consequence
    assert enforced.severity == "high"
    assert enforced._replace(own_consequence="", own_severity=fault.own_severity) == fault._replace(own_consequence="")


def test_an_address_of_the_other_family_belongs_to_the_other_parameter() -> None:
    """A mapped one can be bound, but reaches nobody."""
    assert fault_of(OURS, "2001:db8::10", "::").suggestion == "smtp_bind_address6 = 2001:db8::10"
    assert fault_of(OURS, "0.0.0.0", "192.0.2.10").suggestion == "smtp_bind_address = 192.0.2.10"
    mapped = fault_of(OURS, "0.0.0.0", "::ffff:192.0.2.10")
    assert (mapped.kind, mapped.postfix_says) == ("bind-family", "")
    assert mapped.suggestion == "smtp_bind_address = 192.0.2.10"


@pytest.mark.parametrize("flag", ["temporary", "deprecated"])
def test_an_address_that_will_go_is_a_fault(flag: str) -> None:
    """It is bound, and Postfix does not notice; with a copy without the flag, or of a blind backend, it is none."""
    made = host(LO4, LO6, at("2001:db8::20", flag))
    fault = fault_of(made, "", "2001:db8::20")
    assert (fault.kind, fault.postfix_says) == (f"bind-{flag}", "")
    assert bound(made, "", "2001:db8::20")[AF_INET6] == "2001:db8::20"
    for other in (at("2001:db8::20", interface="eth1"), at("2001:db8::20", interface="eth1", blind=True)):
        assert bind_addresses(host(*made.addresses, other), "", "2001:db8::20").findings == ()


def test_a_link_local_address_reaches_its_link() -> None:
    """With a zone IPv6 is bound, and IPv4 always."""
    made = host(at("169.254.3.3"), at("fe80::10"))
    report = bind_addresses(made, "169.254.3.3", "fe80::10%1")
    assert [binding.address for binding in report.bindings] == ["169.254.3.3", "fe80::10"]
    assert [(fault.kind, fault.postfix_says) for fault in report.findings] == [("bind-link-local", "")] * 2


IMPLICIT = {
    "one of each": ("192.0.2.10, 2001:db8::10", {AF_INET: "192.0.2.10", AF_INET6: "2001:db8::10"}),
    "one of a family": ("192.0.2.10", {AF_INET: "192.0.2.10", AF_INET6: None}),
    "with loopback": ("192.0.2.10 127.0.0.1", {AF_INET: None, AF_INET6: None}),
    "loopback alone": ("127.0.0.1", {AF_INET: None, AF_INET6: None}),
    "loopback of 6 alone": ("192.0.2.10 ::1", {AF_INET: "192.0.2.10", AF_INET6: None}),
    "all": ("all", {AF_INET: None, AF_INET6: None}),
}


@pytest.mark.parametrize(("inet_interfaces", "expected"), IMPLICIT.values(), ids=IMPLICIT)
def test_the_only_own_address_is_bound(inet_interfaces: str, expected: dict[int, str | None]) -> None:
    """By family, and unless it is loopback."""
    assert bound(OURS, inet_interfaces=inet_interfaces) == expected


def test_duplicates_count() -> None:
    """The same address on two interfaces is two; named, it is one."""
    made = host(at("192.0.2.10"), at("192.0.2.10", interface="eth1"))
    assert bound(made, inet_protocols="ipv4") == {AF_INET: None}
    assert bound(made, inet_protocols="ipv4", inet_interfaces="192.0.2.10") == {AF_INET: "192.0.2.10"}


def test_the_implicit_binding_is_judged_and_never_enforced() -> None:
    """Its parameter is inet_interfaces; the mail goes on, from another address."""
    made = host(LO4, LO6, at("2001:db8::20", "tentative"), at("fe80::10"))
    for named, identifier in (("2001:db8::20", "bind-tentative"), ("fe80::10", "bind-link-local")):
        fault = fault_of(made, inet_interfaces=named, enforced=True)
        assert (fault.kind, fault.parameter, fault.element) == (identifier, "inet_interfaces", named)
        assert "the system chooses" in fault.consequence
        assert bound(made, inet_interfaces=named)[AF_INET6] is None


def test_the_only_address_of_all_is_bound_with_its_zone() -> None:
    """As the kernel gives it; it reaches its link and no more."""
    made = host(LO4, at("fe80::10"))
    report = bind_addresses(made)
    assert report.bindings[1].address == "fe80::10"
    assert [(fault.kind, fault.postfix_says) for fault in report.findings] == [("bind-link-local", "")]


def test_own_addresses_are_asked_for_where_a_value_is_missing() -> None:
    """A fault of inet_interfaces is no fault of the binding where both parameters have values."""
    assert bound(OURS, "192.0.2.10", "::", inet_interfaces="no.such.host.invalid")[AF_INET] == "192.0.2.10"
    with pytest.raises(InterfacesError):
        bind_addresses(OURS, "192.0.2.10", inet_interfaces="no.such.host.invalid")


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(hosts(), st.text(max_size=12), st.text("0123456789abcdef:.[]%\0", max_size=20), st.booleans())
def test_any_value_has_an_answer(made: Host, value: str, value6: str, enforced: bool) -> None:
    """Nothing raises but what own_addresses() raises, and each fault has an identifier and a consequence."""
    try:
        report = bind_addresses(made._replace(recorded=Recorded()), value, value6, enforced=enforced)
    except PostfixError:
        return
    assert [binding.family for binding in report.bindings] == [AF_INET, AF_INET6]
    assert all(fault.kind.startswith("bind-") and fault.consequence for fault in report.findings)
