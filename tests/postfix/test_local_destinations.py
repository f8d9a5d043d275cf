"""Which mail for ``user@[address]`` is ours: the library, and ``ifdiscover local ADDRESS``."""

from __future__ import annotations

import json
from socket import AF_INET, AF_INET6, inet_pton
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st
from support.made import ETH0, TEXTS, address, host, hosts
from support.namespaces import ROOT
from support.postfix.resolver import names_asked
from support.program import besides_main_cf, in_process, run
from support.schemas import validated

from ifdiscover import LocalDestinations, is_local_destination
from ifdiscover.errors import AddressTextError, InterfacesError, PostfixError, ProtocolsError
from ifdiscover.model import Host, Recorded

if TYPE_CHECKING:
    from ifdiscover.model import Address

RECORDED = json.loads((ROOT / "fixtures" / "postfix" / "local.json").read_text())["hosts"]
MASKS = {AF_INET: "255.255.255.0", AF_INET6: "ffff:ffff:ffff:ffff::"}


def at(text: str, interface: str = "eth0", *, up: bool = True) -> Address:
    """An address on an interface of that name."""
    found = address(text, MASKS[AF_INET6 if ":" in text else AF_INET])
    return found._replace(interface=ETH0._replace(name=interface, flags=int(up)))


OURS = host(at("127.0.0.1", "lo"), at("192.0.2.10"), at("8.0.0.1"), at("::1", "lo"), at("2001:db8::10"))


@pytest.mark.parametrize("recorded", RECORDED, ids=lambda recorded: recorded["host"])
def test_recorded_answers_of_postfix(recorded: dict[str, Any]) -> None:
    """On hosts with these addresses, Postfix gave these answers, and said these sentences."""
    made = host(*(at(text, name, up=up) for name, up, text in recorded["addresses"]))
    for inet_interfaces, inet_protocols, literal, verdict, said in recorded["cases"]:
        if verdict == "fatal":
            with pytest.raises(PostfixError) as raised:
                LocalDestinations(made, inet_interfaces=inet_interfaces, inet_protocols=inet_protocols)
            assert raised.value.postfix_says == said
            continue
        answer = LocalDestinations(made, inet_interfaces=inet_interfaces, inet_protocols=inet_protocols).decide(literal)
        assert answer.verdict == verdict, literal
        assert answer.reason == said or verdict != "malformed"


# What an smtpd of Postfix 3.7.11 on OURS answered to RCPT TO:<u@TEXT>: 250, 554, 501.
ANSWERED = {
    "[192.0.2.10]": "local",
    "[192.0.2.11]": "remote",
    "[192.0.2.10].": "local",
    "[192.0.2.10]..": "malformed",
    "[010.0.0.1]": "local",
    "[000000000000000000000000000010.0.0.1]": "local",
    "[0000000000000000000000000000000000000000192.0.2.10]": "malformed",
    "[08.0.0.1]": "remote",
    "[IPv6:2001:db8::10]": "local",
    "[IPv6:2001:db8::10].": "local",
    "[ipv6:2001:DB8::10]": "local",
    "[2001:db8::10]": "malformed",
    "[IPv6:1:2:3]": "remote",
    "[IPv6:::ffff:192.0.2.10]": "remote",
    "[IPv6:fe80::1%eth0]": "malformed",
    "[IPv6:::]": "remote",
    "[0.0.0.0]": "remote",
    "[192.0.2.10]x": "malformed",
    "x[192.0.2.10]": "malformed",
    "[[192.0.2.10]]": "malformed",
    "[192.0.2.10]]": "malformed",
    "192.0.2.10]": "malformed",
    "192.0.2.10": "malformed",
    "2001:db8::10": "malformed",
    "IPv6:2001:db8::10": "malformed",
    "[192.0.2.10.]": "malformed",
    "[ 192.0.2.10]": "malformed",
    "[]": "malformed",
    "[.]": "malformed",
    " [192.0.2.10]": "local",
    "\t[192.0.2.10] . ": "local",
    "[192.0.2.10]. .": "malformed",
    "[192.0.2.10] [192.0.2.10]": "malformed",
    '"[192.0.2.10]"': "local",
    '" [192.0.2.11]" .': "remote",
    '"[192.0.2.10] ".': "local",
    '"[192.0.2.10"]': "local",
    '"[192.0.2.10" "]"': "malformed",
    '"[192.0.2.10]': "malformed",
    '[192.0.2.10]""': "malformed",
    "\\[192.0.2.10]": "local",
    "[192.0\\.2.10]": "local",
    "[192.0.2.10]\\": "malformed",
    "(a(b)) [192.0.2.10](c": "local",
    "[(c)192.0.2.10]": "malformed",
    "[192.0.2.10],;": "local",
    "[192.0.2.10]\\,": "malformed",
    "[192.0.2.10": "local",
    "": "malformed",
    ".": "malformed",
}


@pytest.mark.parametrize(("text", "verdict"), ANSWERED.items(), ids=[text or "empty" for text in ANSWERED])
def test_a_mail_address_is_judged_as_smtpd_judges_it(text: str, verdict: str) -> None:
    """Only literals are taken, one final dot after them is cut, and what RFC 822 allows around them is left out."""
    assert LocalDestinations(OURS).decide(f"u@{text}").verdict == verdict


BARE = {
    "192.0.2.10": ("local", "192.0.2.10"),
    "192.0.2.11": ("remote", "192.0.2.11"),
    "2001:DB8:0::10": ("local", "2001:db8::10"),
    "ipv6:2001:db8::10": ("local", "2001:db8::10"),
    "IPv6:fd00::10": ("remote", "fd00::10"),
    "010.0.0.1": ("malformed", None),
    "1:2:3": ("malformed", None),
    "::ffff:192.0.2.10": ("remote", "::ffff:192.0.2.10"),
    "192.0.2.10.": ("malformed", None),
    "192.0.2.0/24": ("malformed", None),
    "fe80::1%eth0": ("malformed", None),
    "IPv6:192.0.2.10": ("malformed", None),
    "127.1": ("malformed", None),
    "mail.example.com": ("malformed", None),
}


@pytest.mark.parametrize(("text", "expected"), BARE.items(), ids=BARE)
def test_a_bare_address_means_its_literal(text: str, expected: tuple[str, str | None]) -> None:
    """In the forms of inet_pton(3), and with the tag of a literal as inside of one."""
    answer = LocalDestinations(OURS).decide(text)
    assert (answer.verdict, answer.address) == expected
    assert answer.text == text


@pytest.mark.parametrize("text", ["example.com", "user@example.com", "user@192.0.2.10"])
def test_a_domain_is_not_judged(text: str) -> None:
    """Whether it is local is for mydestination to say, which is not known here."""
    assert "mydestination decides about domains" in LocalDestinations(OURS).decide(text).reason


REASONS = {
    "own": ("[192.0.2.10]", "own address 192.0.2.10 on eth0"),
    "own on three": ("[IPv6:2001:db8::3]", "own address 2001:db8::3 on eth0 and 2 more"),
    "own on two": ("[IPv6:2001:db8::10]", "own address 2001:db8::10 on eth0 and 1 more"),
    "proxy": ("[203.0.113.5]", "proxy_interfaces has 203.0.113.5"),
    "down": ("[192.0.2.77]", "192.0.2.77 on eth1 is not one of Postfix's own addresses"),
    "elsewhere": ("[010.0.0.2]", "8.0.0.2 is not an address of this host"),
    "no number": ("[IPv6:1:2:3]", "1:2:3 is no IPv6 address to the system's resolver"),
    "malformed": ("[1.2.3]", "valid_ipv4_hostaddr: invalid octet count: 1.2.3"),
}


@pytest.mark.parametrize(("text", "reason"), REASONS.values(), ids=REASONS)
def test_the_reason_says_where_the_address_is(text: str, reason: str) -> None:
    """On which interface, in which parameter, or what is wrong in Postfix's words."""
    three = [at("2001:db8::3", name) for name in ("eth0", "eth1", "eth2")]
    two = [at("2001:db8::10", name) for name in ("eth0", "eth1")]
    made = host(at("192.0.2.10"), *two, *three, at("192.0.2.77", "eth1", up=False))
    assert LocalDestinations(made, proxy_interfaces="203.0.113.5").decide(text).reason == reason


def test_inet_interfaces_and_inet_protocols_decide() -> None:
    """An address of the host that they leave out is remote, and the reason says so."""
    only = LocalDestinations(OURS, inet_interfaces="loopback-only", inet_protocols="ipv4")
    assert only.decide("[127.0.0.1]").verdict == "local"
    reason = "192.0.2.10 on eth0 is not one of Postfix's own addresses"
    assert only.decide("[192.0.2.10]") == ("remote", reason, "[192.0.2.10]", "192.0.2.10")
    assert only.decide("[IPv6:::1]")[:2] == ("remote", "inet_protocols leaves IPv6 out")
    none = LocalDestinations(
        OURS, inet_interfaces="no.such.host.invalid", proxy_interfaces="no.such.host.invalid", inet_protocols=""
    )
    assert none.decide("[127.0.0.1]")[:2] == ("remote", "inet_protocols enables no protocol")


def test_mapped_addresses_are_ipv4_where_ipv4_is_alone() -> None:
    """Postfix 3.7.11 answers so in both places; with both families they are IPv6."""
    alone = LocalDestinations(OURS, proxy_interfaces="[::ffff:203.0.113.7]", inet_protocols="ipv4")
    mapped = alone.decide("[IPv6:::ffff:192.0.2.10]")
    assert (mapped.address, mapped.verdict) == ("192.0.2.10", "local")
    assert alone.decide("[203.0.113.7]").verdict == "local"
    both = LocalDestinations(OURS, proxy_interfaces="::ffff:203.0.113.7")
    assert both.decide("[IPv6:::ffff:192.0.2.10]").verdict == "remote"
    assert both.decide("[203.0.113.7]").verdict == "remote"
    assert both.decide("[IPv6:::ffff:203.0.113.7]").verdict == "local"


def test_proxy_interfaces_is_read_once_an_address_is_not_own() -> None:
    """Its faults are fatal then, in Postfix's words, and not before."""
    asked = LocalDestinations(OURS, proxy_interfaces="no.such.host.invalid, 203.0.113.5")
    for text in ("[192.0.2.10]", "[1.2.3]", "[08.0.0.1]"):
        asked.decide(text)
    with pytest.raises(InterfacesError) as raised:
        asked.decide("[203.0.113.5]")
    assert raised.value.postfix_says == "config variable proxy_interfaces: host not found: no.such.host.invalid"
    with pytest.raises(InterfacesError, match="proxy_interfaces: host not found: all; proxy_interfaces takes"):
        is_local_destination("203.0.113.5", host=OURS, proxy_interfaces="all")


def test_proxy_interfaces_is_resolved_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """However many addresses are asked for."""
    asked = names_asked(monkeypatch, {b"proxy.example.com": "203.0.113.5"})
    destinations = LocalDestinations(OURS, proxy_interfaces="proxy.example.com", inet_protocols="ipv4")
    assert asked == []
    verdicts = [destinations.decide(f"[203.0.113.{n}]").verdict for n in range(4, 7)]
    assert verdicts == ["remote", "local", "remote"]
    assert asked == [b"proxy.example.com"]


def test_is_local_answers_or_raises() -> None:
    """True or False of an address; a text that is none raises what says why."""
    assert is_local_destination("u@[192.0.2.10]", host=OURS) is True
    assert is_local_destination("2001:db8::11", host=OURS) is False
    with pytest.raises(AddressTextError, match=r"invalid octet count: 1\.2\.3$") as raised:
        is_local_destination("[1.2.3]", host=OURS)
    assert isinstance(raised.value, ValueError)
    with pytest.raises(ProtocolsError):
        is_local_destination("192.0.2.10", host=OURS, inet_protocols="ipv5")
    assert is_local_destination("127.0.0.1", inet_protocols="") is False


class Counted(tuple["Address", ...]):  # noqa: SLOT001 - it counts beside its elements
    """Addresses that count how often they are gone through."""

    times = 0

    def __iter__(self) -> Any:
        type(self).times += 1
        return super().__iter__()


def test_a_question_goes_through_no_list() -> None:
    """However many addresses there are, they are gone through when the destinations are made, and never again."""
    many = Counted(at(f"10.0.{n // 256}.{n % 256}") for n in range(3000))
    destinations = LocalDestinations(Host((many[0].interface,), many, "test"), proxy_interfaces="203.0.113.5")
    before = Counted.times
    assert before
    for n in range(3000):
        assert destinations.decide(f"[10.0.{n // 256}.{n % 256}]").verdict == "local"
    assert destinations.decide("[10.1.0.0]").verdict == "remote"
    assert Counted.times == before


@given(st.lists(st.ip_addresses(), max_size=8), st.lists(st.ip_addresses(), max_size=4))
def test_own_addresses_are_local_and_no_others(own: list[Any], others: list[Any]) -> None:
    """Whatever the addresses are, but for those that no literal can name."""
    made = host(at("127.0.0.1", "lo"), *(at(str(ip)) for ip in own))
    destinations = LocalDestinations(made)
    ours = {ip.packed for ip in own if any(ip.packed)} | {inet_pton(AF_INET, "127.0.0.1")}
    for ip in [*own, *others]:
        answer = destinations.decide(f"[IPv6:{ip}]" if ip.version == 6 else f"[{ip}]")
        if ip.packed[0] == 0 and ip.version == 4 and any(ip.packed):
            assert answer.verdict == "malformed"
        else:
            assert (answer.verdict == "local") == (ip.packed in ours)


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(hosts(), st.one_of(TEXTS, st.text(max_size=20)), st.sampled_from(["{}", "[{}]", "u@[{}]", "[IPv6:{}]"]))
def test_any_text_gets_a_verdict(made: Host, text: str, form: str) -> None:
    """Nothing raises but what own_addresses() raises, and a reason is never missing."""
    asked = form.format(text)
    try:
        answer = LocalDestinations(made._replace(recorded=Recorded())).decide(asked)
    except PostfixError:
        return
    assert answer.text == asked
    assert answer.verdict in ("local", "remote", "malformed")
    assert answer.reason
    assert (answer.address is not None) or answer.verdict != "local"


@pytest.fixture
def ours(monkeypatch: pytest.MonkeyPatch) -> list[str | None]:
    """Every command sees OURS; how often it was read is the length of the list."""
    read: list[str | None] = []

    def discover(backend: str | None) -> Host:
        read.append(backend)
        return OURS

    monkeypatch.setattr("ifdiscover._cli.host.discover", discover)
    return read


def test_a_line_each_and_one_reading(ours: list[str | None]) -> None:
    """Text, verdict, reason; as many lines as arguments, and the host is read once."""
    status, out, err = in_process("local", "[192.0.2.10]", "u@[IPv6:2001:db8::11]", "127.0.0.1")
    assert (status, besides_main_cf(err), len(ours)) == (1, "", 1)
    assert out == (
        "[192.0.2.10]: local: own address 192.0.2.10 on eth0\n"
        "u@[IPv6:2001:db8::11]: remote: 2001:db8::11 is not an address of this host\n"
        "127.0.0.1: local: own address 127.0.0.1 on lo\n"
    )


STATUSES = {
    "all local": (["192.0.2.10", "[IPv6:::1]"], 0),
    "one remote": (["192.0.2.10", "192.0.2.11"], 1),
    "malformed wins": (["192.0.2.11", "[1.2.3]", "192.0.2.10"], 65),
    "a name": (["example.com"], 65),
    "empty": ([""], 65),
    "proxy": (["203.0.113.5", "--proxy-interfaces", "[203.0.113.5]"], 0),
    "the other family": (["-4", "[IPv6:2001:db8::10]"], 1),
    "inet_interfaces": (["--inet-interfaces", "loopback-only", "192.0.2.10"], 1),
    "fatal proxy": (["192.0.2.10", "192.0.2.11", "--proxy-interfaces", "no.such.host.invalid"], 78),
    "fatal interfaces": (["192.0.2.10", "--inet-interfaces", "no.such.host.invalid"], 78),
    "proxy that is not needed": (["192.0.2.10", "--proxy-interfaces", "no.such.host.invalid"], 0),
}


@pytest.mark.usefixtures("ours")
@pytest.mark.parametrize(("arguments", "status"), STATUSES.values(), ids=STATUSES)
def test_the_exit_status_sums_up(arguments: list[str], status: int) -> None:
    """0 all local, 1 one is not, 65 one is malformed; what Postfix calls fatal prints no answer."""
    got, out, err = in_process("local", *arguments)
    assert got == status
    assert bool(out) == (status != 78) == (not besides_main_cf(err))


@pytest.mark.usefixtures("ours")
def test_the_answers_are_json_too() -> None:
    """As the schema has them, in the order of the arguments; what is not printable comes with its bytes."""
    status, out, _ = in_process("local", "--json", "[192.0.2.10]", "[\x1b\udcff]", "1.2.3.4")
    assert status == 65
    document = validated(out)
    assert list(document) == ["schema", "version", "backend", "warnings", "answers"]
    assert document["answers"] == [
        {
            "text": "[192.0.2.10]",
            "address": "192.0.2.10",
            "verdict": "local",
            "reason": "own address 192.0.2.10 on eth0",
        },
        {
            "text": "[\\x1b\\xff]",
            "text_hex": "5b1bff5d",
            "address": None,
            "verdict": "malformed",
            "reason": "valid_ipv4_hostaddr: invalid character 27(decimal): \\x1b\\xff",
        },
        {
            "text": "1.2.3.4",
            "address": "1.2.3.4",
            "verdict": "remote",
            "reason": "1.2.3.4 is not an address of this host",
        },
    ]


@pytest.mark.usefixtures("ours")
@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("[2001:db8::10]", "; write [IPv6:2001:db8::10]"),
        ("a@b@[::1]", "; write a@b@[IPv6:::1]"),
        ("u@192.0.2.10", "; write u@[192.0.2.10]"),
        ("u@[192.0.2]", ""),
        ("u@example.com", ""),
    ],
)
def test_a_malformed_text_is_told_as_the_literal_that_was_meant(text: str, meant: str) -> None:
    """If there is an address in it. What is told is not malformed."""
    status, out, _err = in_process("local", text)
    assert (status, out) == (65, f"{text}: malformed: {LocalDestinations(OURS).decide(text).reason}{meant}\n")
    if meant:
        assert in_process("local", meant.removeprefix("; write "))[0] in (0, 1)


def test_an_interface_may_be_called_anything(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its name is escaped in the reason, on the terminal and in JSON."""
    monkeypatch.setattr(
        "ifdiscover._cli.host.discover", lambda _backend, **_wanted: host(at("192.0.2.10", "a\n\udcff"))
    )
    assert in_process("local", "192.0.2.10")[1] == "192.0.2.10: local: own address 192.0.2.10 on a\\x0a\\xff\n"
    (answer,) = validated(in_process("local", "192.0.2.10", "--json")[1])["answers"]
    assert answer["reason"] == "own address 192.0.2.10 on a\\x0a\\xff"


HOSTILE = ["\x1b[2J", "a\nx: local: forged", "\udcff\udcfe", "\u202e[192.0.2.10]", "[" * 10_000, "1." * 50_000, "\\"]


@pytest.mark.usefixtures("ours")
@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: ascii(text[:12]))
def test_hostile_arguments_do_no_more_than_be_seen(text: str) -> None:
    """One printable line, and 65."""
    for form in ("{}", "[{}]", "u@[{}]", "[IPv6:{}"):
        status, out, err = in_process("local", form.format(text))
        assert (status, out.count("\n"), besides_main_cf(err)) == (65, 1, "")
        assert out[:-1].isprintable()


def test_an_argument_that_is_not_text_reaches_the_program() -> None:
    """Bytes of any kind, through a real command line."""
    done = run("local", "-4", shell='"$@" "[$(printf \'\\377\')]"')
    assert (done.returncode, besides_main_cf(done.stderr)) == (65, "")
    assert done.stdout == "[\\xff]: malformed: valid_ipv4_hostaddr: invalid character 255(decimal): \\xff\n"


def test_a_judgement_is_no_answer_by_itself() -> None:
    """`if destinations.judge(text):` would take mail for everybody."""
    destinations = LocalDestinations(host(at("192.0.2.10", "eth0")))
    for text, ours in (("192.0.2.10", True), ("192.0.2.11", False), ("rubbish", False)):
        judgement = destinations.decide(text)
        assert judgement.is_local is ours
        with pytest.raises(TypeError, match=r"\.is_local"):
            bool(judgement)
