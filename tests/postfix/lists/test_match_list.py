"""Match lists: what Postfix answered, what a walk from left to right answers, and files that others may have made."""

from __future__ import annotations

import ipaddress
import json
import os
import re
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import example, given, strategies as st
from support.counting import calls
from support.made import address, host
from support.namespaces import ROOT

from ifdiscover._postfix.lists import reader
from ifdiscover._postfix.lists.match_list import (
    CANNOT_TELL,
    NOT_TRUSTED,
    TRUSTED,
    MatchList,
    client_warning,
    match_list_of,
)
from ifdiscover._postfix.mynetworks import mynetworks
from ifdiscover._postfix.syntax.findings import NEEDS_POSTFIX, SILENT, Finding
from ifdiscover.errors import MatchListError

if TYPE_CHECKING:
    from pathlib import Path

RECORDED = json.loads((ROOT / "fixtures" / "postfix" / "match_lists.json").read_text())
LABEL = "command line"
VERDICTS = {"yes": TRUSTED, "no": NOT_TRUSTED, "error": CANNOT_TELL}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files that recorded lists name."""
    made = tmp_path_factory.mktemp("lists")
    for name, text in RECORDED["files"].items():
        (made / name).write_bytes(text.replace("@", str(made)).encode("utf-8", "surrogateescape"))
    return made


def needs_postfix(match_list: MatchList) -> bool:
    """Whether an element is one of which ifdiscover says that only Postfix can tell."""
    contents = [element.content for element in match_list.elements]
    return any(isinstance(content, Finding) and content.kind == NEEDS_POSTFIX for content in contents)


@pytest.mark.parametrize("case", RECORDED["cases"], ids=lambda case: f"{case['patterns']} {case['address']}"[:60])
def test_a_recorded_client_is_decided_as_by_postfix(case: dict[str, Any], folder: Path) -> None:
    """The same verdict and the same words; where only Postfix can tell, that is said."""
    # namadr_list compares an IPv4-mapped address as it is; so does smtpd, under this value.
    match_list = MatchList(case["patterns"].replace("@", str(folder)), parameter=LABEL, inet_protocols="ipv6")
    said = [f"{fault.level}: {fault.postfix_says}" for fault in match_list.findings if fault.level != SILENT]
    if case["verdict"] == "fatal":
        with pytest.raises(MatchListError) as caught:
            match_list.decide_text(case["address"], case["name"])
        said = [next(line for line in said if line.startswith("fatal"))]
        assert caught.value.postfix_says in said[0]
    else:
        decision = match_list.decide_text(case["address"], case["name"])
        if needs_postfix(match_list):
            assert decision.verdict == CANNOT_TELL
            assert decision.postfix_says == ()
            return
        assert decision.verdict == VERDICTS[case["verdict"]]
        said += [f"warning: {line}" for line in decision.postfix_says]
    assert [line.replace(str(folder), "@") for line in said] == case["said"]


def walk(words: list[str], client: str) -> str:
    """The verdict of the first network that holds the client, from left to right."""
    for word in words:
        bare = word.lstrip("!")
        if ipaddress.ip_address(client) in ipaddress.ip_network(bare.replace("[", "").replace("]", "")):
            return NOT_TRUSTED if (len(word) - len(bare)) % 2 else TRUSTED
    return NOT_TRUSTED


def networks_of(family: type[ipaddress.IPv4Address | ipaddress.IPv6Address], bits: int) -> st.SearchStrategy[str]:
    """Words whose networks often hold each other: their addresses differ in few bits."""

    def word(high: int, low: int, length: int, marks: int) -> str:
        network = ipaddress.ip_network((family(high << (bits - 3) | low), length), strict=False)
        text = str(network) if bits == 32 else f"[{network.network_address}]/{network.prefixlen}"
        return "!" * marks + text

    lengths = st.sampled_from([0, 1, 2, 3, bits - 3, bits - 2, bits - 1, bits])
    return st.builds(word, st.integers(0, 7), st.integers(0, 7), lengths, st.integers(0, 2))


CLIENTS = st.one_of(
    st.builds(lambda high, low: str(ipaddress.IPv4Address(high << 29 | low)), st.integers(0, 7), st.integers(0, 8)),
    st.builds(lambda high, low: str(ipaddress.IPv6Address(high << 125 | low)), st.integers(0, 7), st.integers(0, 8)),
)
WORDS = st.lists(st.one_of(networks_of(ipaddress.IPv4Address, 32), networks_of(ipaddress.IPv6Address, 128)), max_size=9)


@given(WORDS, st.lists(CLIENTS, min_size=1, max_size=6))
def test_the_first_match_decides(words: list[str], clients: list[str]) -> None:
    """A list of networks answers as a walk from left to right does, "!" and all."""
    match_list = MatchList(" ".join(words))
    for client in clients:
        decision = match_list.decide(client)
        assert decision.verdict == walk(words, client)
        if decision.number is not None:
            assert decision.element is not None
            assert words[decision.number - 1] == decision.element.text


MAPPED = st.builds(lambda low: f"::ffff:10.0.0.{low}", st.integers(0, 9))
OTHER_WORDS = st.sampled_from(
    ["10.0.0.1", "[::1]", "::1", "host", "10.0.0.0/33", "1.2.3.4/8", "/nothing", "cidr:/nothing"]
)


@given(
    st.one_of(WORDS, st.tuples(WORDS, OTHER_WORDS, WORDS).map(lambda parts: [*parts[0], parts[1], *parts[2]])),
    st.lists(st.one_of(CLIENTS, MAPPED, st.just("10.0.0.1")), min_size=1, max_size=6),
    st.sampled_from([None, "", "host", "10.0.0.0/8"]),
    st.sampled_from(["all", "ipv6"]),
)
@example(["[::1]"], ["::1"], None, "all")
@example(["192.0.2.0/24", "10.0.0.0/8"], ["192.0.2.1", "198.51.100.1"], "10.0.0.0/8", "all")
@example(["10.0.0.0/8"], ["::ffff:10.0.0.1"], None, "all")
def test_an_address_is_decided_about_as_its_text_is(
    words: list[str], clients: list[str], name: str | None, protocols: str
) -> None:
    """A list of nothing but networks needs no texts; every field of the decision is the same without them."""
    match_list = MatchList(" ".join(words), inet_protocols=protocols)
    for client in clients:
        written = str(ipaddress.ip_address(client)) if "ffff:" not in client else client  # as inet_ntop(3) writes it
        try:
            wanted = match_list.decide_text(written, name)
        except MatchListError as error:
            with pytest.raises(MatchListError, match=re.escape(str(error))):
                match_list.decide(client, name=name)
        else:
            assert match_list.decide(client, name=name) == wanted


def test_a_list_of_networks_is_asked_in_few_calls() -> None:
    """For the address, the interval and the decision, and none for texts."""
    of_networks = MatchList("10.0.0.0/8 [2001:db8::]/32 !192.0.2.0/24")
    with_an_address = MatchList("10.0.0.0/8 [2001:db8::]/32 192.0.2.1")
    for client in ("10.0.0.1", "2001:db8::1", "192.0.2.2", "198.51.100.1"):
        by_networks = partial(of_networks.decide, client)
        by_texts = partial(with_an_address.decide, client)
        assert by_networks().verdict == by_texts().verdict  # the indexes are made now
        assert 2 * calls(by_networks) < calls(by_texts)


def test_a_name_is_compared_where_one_is_given() -> None:
    """Without one the decision says which element could not be compared."""
    match_list = MatchList("!bad.example 192.0.2.0/24")
    assert match_list.decide("192.0.2.1", name="www.Bad.Example").verdict == NOT_TRUSTED
    decision = match_list.decide("192.0.2.1")
    assert decision.verdict == TRUSTED
    assert "!bad.example may be a host name" in decision.reason
    assert "host name" not in match_list.decide("192.0.2.1", name="good.example").reason


def test_without_parent_domains_only_a_domain_with_a_dot_holds_the_names_below() -> None:
    """That is what parent_domain_matches_subdomains switches off."""
    match_list = MatchList("example.com .example.net", parent_domains=False)
    names = ["example.com", "www.example.com", "example.net", "www.example.net"]
    verdicts = [match_list.decide("192.0.2.1", name=name).verdict for name in names]
    assert verdicts == [TRUSTED, NOT_TRUSTED, NOT_TRUSTED, TRUSTED]


def test_an_element_in_a_file_stands_at_its_line_and_column(tmp_path: Path) -> None:
    """Also in a line that continues another, and in a file that a file names."""
    inner = tmp_path / "inner"
    inner.write_text("# c\n192.0.2.0/24,\n  198.51.100.0/24\n")
    outer = tmp_path / "outer"
    outer.write_text(f"203.0.113.0/24 !{inner}\n")
    decision = MatchList(f"10.0.0.0/8 {outer}").decide("198.51.100.7")
    assert decision.element is not None
    assert decision.verdict == NOT_TRUSTED
    assert (decision.element.place.file, *decision.element.place[1:3]) == (str(inner), 3, 3)
    assert decision.number == 4


def test_a_computed_list_stands_at_the_addresses_that_made_it() -> None:
    """A network of mynetworks is followed back to the interface."""
    found = host(address("198.51.100.1", "255.255.255.255"), address("192.0.2.7", "255.255.255.0"))
    decision = match_list_of(mynetworks(found, style="subnet")).decide("192.0.2.200")
    assert decision.element is not None
    assert (decision.verdict, str(decision.element.place)) == (TRUSTED, "192.0.2.7 on eth0")


def test_a_file_that_names_itself_ends(tmp_path: Path) -> None:
    """Postfix runs out of descriptors there; what stands before that still counts."""
    loop = tmp_path / "loop"
    loop.write_text(f"10.0.0.0/8\n{loop}\n192.0.2.0/24\n")
    match_list = MatchList(str(loop))
    assert match_list.decide("10.1.1.1").verdict == TRUSTED
    decision = match_list.decide("192.0.2.1")
    assert (decision.verdict, decision.reason) == (CANNOT_TELL, f"open file {loop}: Too many open files")


def test_a_fifo_is_never_opened(tmp_path: Path) -> None:
    """Neither it nor a device keeps anybody waiting: ifdiscover cannot tell."""
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    for path in (str(fifo), "/dev/zero"):
        decision = MatchList(f"10.0.0.0/8 {path}").decide("192.0.2.1")
        assert decision.verdict == CANNOT_TELL
        assert "not a regular file" in decision.reason


def test_files_that_name_each_other_twice_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Twenty such files would be a million readings: there is a limit, and behind it ifdiscover cannot tell."""
    monkeypatch.setattr(reader, "MAX_FILES", 50)
    for number in range(20):
        (tmp_path / str(number)).write_text(f"{tmp_path / str(number + 1)} {tmp_path / str(number + 1)}\n" * 2)
    (tmp_path / "20").write_text("10.0.0.1\n")
    decision = MatchList(str(tmp_path / "0")).decide("192.0.2.1")
    assert decision.verdict == CANNOT_TELL
    assert "50 files" in decision.reason


def test_ten_thousand_files_deep_is_not_read(tmp_path: Path) -> None:
    """Files within files are read to a depth, and behind it ifdiscover cannot tell."""
    for number in range(200):
        (tmp_path / str(number)).write_text(f"10.0.{number}.0/24 {tmp_path / str(number + 1)}\n")
    match_list = MatchList(str(tmp_path / "0"))
    assert match_list.decide("10.0.99.1").verdict == TRUSTED
    assert match_list.decide("10.0.100.1").verdict == CANNOT_TELL


def test_a_long_line_is_a_line() -> None:
    """Megabytes in one line, in braces or not, are read in one pass."""
    many = " ".join(f"10.{high}.{low}.0/24" for high in range(256) for low in range(256))
    decision = MatchList(f"{many} {many}").decide("10.255.255.9")
    assert (decision.verdict, decision.number) == (TRUSTED, 65536)
    assert MatchList("{" * 1_000_000).decide("192.0.2.1").verdict == NOT_TRUSTED


ODD = {
    "address": ("192.0.2.1", None),
    "brackets": ("[2001:db8::1]", "not an address"),
    "zone": ("fe80::1%eth0", "not an address"),
    "network": ("192.0.2.0/24", "not an address"),
    "NUL": ("192.0.2.1\0", "not an address"),
    "mapped": ("::ffff:192.0.2.1", None),
}


@pytest.mark.parametrize(("client", "warning"), ODD.values(), ids=ODD)
def test_a_text_that_is_no_address_is_told(client: str, warning: str | None) -> None:
    """No client of Postfix has it."""
    assert (warning or "") in (client_warning(client) or "")
    assert (client_warning(client) is None) == (warning is None)


@given(st.text(max_size=40), st.text(max_size=20), st.text(max_size=10))
def test_any_text_is_a_list(text: str, client: str, name: str) -> None:
    """Whatever it holds, it is decided or refused: files apart, which begin with a slash."""
    match_list = MatchList(text.replace("/", "0/"))
    if any(fault.level == "fatal" for fault in match_list.findings):
        with pytest.raises(MatchListError):
            match_list.decide_text(client, name)
    else:
        assert match_list.decide_text(client, name).verdict in VERDICTS.values()


LIKE = [
    "2001:DB8:0::1",
    ipaddress.ip_address("2001:db8::1"),
    ipaddress.ip_interface("2001:db8::1/32"),
    address("2001:db8::1", "ffff:ffff::"),
]


@pytest.mark.parametrize("client", LIKE, ids=lambda client: type(client).__name__)
def test_a_client_is_whatever_stands_for_an_address(client: Any) -> None:
    """A text in any spelling, an object of ipaddress, one of ours; as text it is Postfix's."""
    for text in ("[2001:db8::]/32", "[2001:db8::1]"):
        assert MatchList(text).decide(client).trusted, text


NO_ADDRESS = ["x", "[192.0.2.1]", "192.0.2.0/24", "fe80::1%eth0", "192.0.2.1\0", ""]


@pytest.mark.parametrize("client", NO_ADDRESS)
def test_a_text_that_is_no_address_is_not_judged(client: str) -> None:
    """It would match no network, and be called not trusted for want of a better word."""
    with pytest.raises(ValueError, match=r"is not an address; write 192\.0\.2\.1 or"):
        MatchList("10.0.0.0/8").decide(client)


@pytest.mark.parametrize("client", [7, None, b"\x0a\0\0\1", ipaddress.ip_network("10.0.0.0/8")], ids=repr)
def test_what_is_no_address_is_a_type_error(client: Any) -> None:
    """A network too, of which a part may be trusted and another not."""
    with pytest.raises(TypeError, match="an address is a text"):
        MatchList("10.0.0.0/8").decide(client)


def test_a_decision_is_no_answer_by_itself() -> None:
    """`if match_list.decide(client):` would trust everybody."""
    for text, trusted in (("10.0.0.0/8", True), ("!10.0.0.0/8", False), ("fe80::/10", False)):
        decision = MatchList(text).decide("10.0.0.1")
        assert decision.trusted is trusted
        with pytest.raises(TypeError, match=r"\.trusted"):
            bool(decision)


def test_a_network_of_ours_is_no_client() -> None:
    """Its first address may be trusted, and the others not."""
    networks = mynetworks(host(address("10.20.30.25", "255.255.0.0")), style="subnet")
    with pytest.raises(TypeError, match="an address is a text"):
        MatchList("10.20.0.0/32").decide(networks[0])  # type: ignore[arg-type]  # what is tested


@pytest.mark.parametrize(
    ("element", "reason"),
    [
        ("2001:db8::1", "without brackets this is a type:table to Postfix; write [2001:db8::1]"),
        ("nosuchtype:x", "unsupported dictionary type: nosuchtype"),
        ("10.0.0.1/8", "write 10.0.0.0/8"),
    ],
)
def test_what_cannot_be_asked_is_named_by_its_place_and_what_to_write(element: str, reason: str) -> None:
    """Counted from 1; only an address is said to lack brackets."""
    decision = MatchList(f"127.0.0.0/8, {element}, 192.0.2.0/24").decide("192.0.2.1")
    assert (decision.verdict, decision.number) == (CANNOT_TELL, 2)
    assert decision.element is not None
    assert decision.element.text == element
    assert reason in decision.reason
    assert ("without brackets" in decision.reason) == (element == "2001:db8::1")


def test_of_several_host_names_the_first_is_named() -> None:
    """It is the first that may decide."""
    decision = MatchList("127.0.0.0/8, a.example, b.example").decide("192.0.2.1")
    assert "; a.example may be a host name, and no name was given for this client" in decision.reason


def test_a_table_tells_where_the_client_was_found(tmp_path: Path) -> None:
    """The line; a table that has no lines tells nothing more."""
    table = tmp_path / "clients.cidr"
    table.write_text("198.51.100.0/24 x\n192.0.2.0/24 x\n", encoding="utf-8")
    assert MatchList(f"cidr:{table}").decide("192.0.2.1").reason == f"192.0.2.1 is found in it ({table}, line 2)"
    assert MatchList("inline:{192.0.2.1=x}").decide("192.0.2.1").reason == "192.0.2.1 is found in it"


def test_options_of_a_list_are_named() -> None:
    """Nobody has to remember which comes first."""
    with pytest.raises(TypeError, match="positional"):
        MatchList("127.0.0.0/8", "mynetworks")  # type: ignore[call-arg]  # this is the point
