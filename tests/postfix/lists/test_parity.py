"""A real smtpd and a match list: the same verdicts, and the same words in its log."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st
from support.postfix.live_smtpd import REFUSED, Smtpd

from ifdiscover._postfix.lists.configured import has_parent_domains
from ifdiscover._postfix.lists.match_list import MatchList
from ifdiscover.errors import MatchListError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.netns

FILES = {
    "networks": "# ours\n10.1.0.0/16\n\n[2001:db8:1::]/48 10.2.0.0/16\n",
    "negated": "!10.1.1.0/24\n10.1.0.0/16\n",
    "nested": "@/networks\n10.3.0.0/16\n",
    "bad": "10.1.0.0/16\n10.2.0.1/16\n10.3.0.0/16\n",
    "names": "example.com\nmail.example.net\n",
    "cidr": "10.1.0.0/16 ok\n!10.0.0.0/8 ok\n[2001:db8::]/32 ok\n",
    "texthash": "10.1.1.1 ok\nexample.com ok\n2001:db8::1 ok\n",
    "twice": "10.1.1.1 ok\n10.1.1.1 ok\n",
}

LISTS = [
    "",
    "127.0.0.0/8 [::1]/128",
    "10.0.0.0/8",
    "10.1.1.1",
    "[10.1.1.1]",
    "[10.1.0.0]/16",
    "[10.1.0.0/16]",
    "!10.1.1.0/24 10.1.0.0/16",
    "!!10.1.0.0/16",
    "10.1.0.0/16, !10.1.1.1",
    "10.1.1.1/16",
    "10.1.0.0/255.255.0.0",
    "10.1.0.0/33",
    "10.1.0.0/",
    "10.1",
    "10.1.1.",
    "10.1.1.*",
    "010.1.0.0/16",
    "0/0",
    "0.0.0.0/0",
    "0.0.0.0/256",
    "[::]/256",
    "10.0.0.0/264",
    "2001:db8::/32 10.0.0.0/8",
    "10.0.0.0/8 2001:db8::/32",
    "[2001:db8::]/32",
    "[2001:db8::1]/32 10.0.0.0/8",
    "![2001:db8::1] [2001:db8::]/32",
    "[2001:DB8::]/32",
    "[fe80::1%eth0]",
    "[::ffff:10.1.1.1]",
    "example.com",
    ".example.com",
    "!mail.example.com example.com",
    "unknown",
    "10.2.0.0/16 # 10.1.0.0/16",
    "{10.1.0.0/16 10.2.0.0/16}",
    "! 10.0.0.0/8",
    "10.0.0.0/8 !",
    "::/0",
    "@/networks",
    "!@/networks 10.0.0.0/8",
    "@/negated",
    "@/nested",
    "@/bad",
    "@/names",
    "@/nosuch 10.0.0.0/8",
    "10.0.0.0/8 @/nosuch",
    "cidr:@/cidr",
    "!cidr:@/cidr 10.0.0.0/8",
    "texthash:@/texthash",
    "texthash:@/twice 10.0.0.0/8",
    "texthash:@/twice 10.1.0.0/16",
    "inline:{10.1.1.1=x}",
    "inline:{EXAMPLE.COM=x}",
    "inline:{.example.com=x}",
    "texthash:@ 10.0.0.0/8",
    "cidr:@ 10.0.0.0/8",
    "inline:{ {example.com = x} }",
    "static:all",
    "fail:x",
    "cidr:@/nosuch",
    "foo:bar 10.0.0.0/8",
    "@",
]
CLIENTS = [
    ("10.1.1.1", None),
    ("10.2.0.9", "mail.example.com"),
    ("10.3.3.3", "example.com"),
    ("192.0.2.1", "www.example.net"),
    ("2001:db8::1", None),
    ("2001:db8:1::7", "mail.example.com"),
]


def decided(text: str, client: str, name: str | None) -> str:
    """What ifdiscover says, in the harness's words; Postfix calls a client without a name unknown."""
    try:
        return MatchList(text).decide(client, name=name or "unknown").verdict
    except MatchListError:
        return REFUSED


@pytest.fixture(scope="module")
def lists(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """The lists, with files for them to name."""
    folder = tmp_path_factory.mktemp("lists")
    for name, text in FILES.items():
        (folder / name).write_text(text.replace("@", str(folder)))
    return [text.replace("@", str(folder)) for text in LISTS]


@pytest.fixture(scope="module")
def smtpd(lists: list[str]) -> Iterator[Smtpd]:
    """A real smtpd with all of them."""
    with Smtpd(lists) as running:
        yield running


@pytest.mark.parametrize("number", range(len(LISTS)), ids=LISTS)
def test_a_real_smtpd_gives_the_same_verdict(number: int, lists: list[str], smtpd: Smtpd) -> None:
    """550 is trusted, 554 is not, 451 is "cannot tell", and no answer is a list with which Postfix does not start."""
    for client, name in CLIENTS:
        assert decided(lists[number], client, name) == smtpd.verdict(number, client, name), (client, name)


@pytest.mark.parametrize("number", range(len(LISTS)), ids=LISTS)
def test_a_real_smtpd_says_the_same(number: int, lists: list[str], smtpd: Smtpd) -> None:
    """Each sentence of its log about the list is among ours."""
    match_list = MatchList(lists[number])
    ours = {f"{fault.level}: {fault.postfix_says}" for fault in match_list.findings}
    for client, name in CLIENTS:
        smtpd.verdict(number, client, name)
        if not any(fault.level == "fatal" for fault in match_list.findings):
            ours |= {f"warning: {line}" for line in match_list.decide(client, name=name or "unknown").postfix_says}
    # 3.7 words this warning in another way.
    theirs = {line for line in smtpd.said(number) if "comment at end of line is not supported" not in line}
    assert theirs <= ours


PARENTS = [
    "",
    "mynetworks",
    "MyNetworks, relay_domains",
    "!mynetworks static:x",
    "@/parents",
    "relay_domains # mynetworks",
    "inline:{mynetworks=x}",
    "[mynetworks]",
    "10.0.0.1/8 mynetworks",
    "mynetworks /nosuch static:x",
    "mynetworks static:x /nosuch",
    "2001:db8::1 mynetworks",
    "mynetworks fail:x",
    "! mynetworks",
]
BY_NAME = ["example.com", ".example.com", "!mail.example.com example.com", "inline:{.example.com=x}"]


@pytest.mark.parametrize("value", PARENTS)
def test_a_real_smtpd_takes_parent_domains_to_match_by_the_same_values(value: str, tmp_path: Path) -> None:
    """It is a list of names, in which what would be a bad network is none, and with what it cannot ask smtpd dies."""
    (tmp_path / "parents").write_text("relay_domains\nmynetworks\n")
    value = value.replace("@", str(tmp_path))
    parents, reason = None, ""
    try:
        parents = has_parent_domains(value)
    except MatchListError as error:
        reason = error.postfix_says
    with Smtpd(BY_NAME, parameters={"parent_domain_matches_subdomains": value}) as running:
        for number, text in enumerate(BY_NAME):
            for client, name in CLIENTS:
                theirs = running.verdict(number, client, name)
                if parents is None:
                    assert theirs == REFUSED
                    assert f"fatal: {reason}" in running.said(number)
                else:
                    ours = MatchList(text, parent_domains=parents).decide(client, name=name or "unknown").verdict
                    assert ours == theirs, (text, client, name)


WORDS = st.sampled_from(
    [
        *("10.0.0.0/8", "10.1.0.0/16", "10.1.1.0/24", "10.1.1.1", "[10.1.1.1]", "[10.1.0.0]/16", "[10.1.0.0/16]"),
        *(
            "10.1.1.1/16",
            "10.1.0.0/8",
            "10.1.0.0/40",
            "10.1.0.0/272",
            "10.1.0.0/255.255.0.0",
            "10.1.",
            "0.0.0.0/0",
            "0/0",
        ),
        *(
            "[2001:db8::]/32",
            "[2001:db8::1]",
            "[2001:db8::1]/32",
            "[::]/0",
            "[::]/256",
            "2001:db8::1",
            "fe80::/10",
            "[x",
        ),
        *("example.com", ".example.com", "mail.example.com", "com", "unknown", "{10.1.1.1}", "a:b", "}", "#", "[]"),
        *(
            "texthash:@/twice 10.0.0.0/8",
            "texthash:@/twice 10.1.0.0/16",
            "inline:{10.1.1.1=x}",
            "inline:{EXAMPLE.COM=x}",
            "inline:{.example.com=x}",
            "texthash:@ 10.0.0.0/8",
            "cidr:@ 10.0.0.0/8",
            "cidr:{{10.1.0.0/16 ok}}",
            "cidr:{{!10.1.0.0/16 ok}}",
            "static:x",
            "inline:{example.com=x}",
        ),
    ]
)
GENERATED = st.lists(
    st.tuples(st.sampled_from(["", "", "", "!", "!!"]), WORDS, st.sampled_from([" ", ", ", ",\t"])), max_size=6
).map(lambda parts: "".join("".join(part) for part in parts).strip(" ,\t"))


@settings(max_examples=8, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(GENERATED, min_size=25, max_size=25))
def test_generated_lists_get_the_same_verdicts(generated: list[str]) -> None:
    """Whatever the list, a real smtpd and ifdiscover decide alike."""
    with Smtpd(generated) as running:
        for number, text in enumerate(generated):
            for client, name in CLIENTS:
                assert decided(text, client, name) == running.verdict(number, client, name), (text, client, name)
