"""A client with an IPv4-mapped address (RFC 4291, 2.5.5.2) is judged as smtpd sees it."""

from __future__ import annotations

import re
from ipaddress import ip_address
from typing import TYPE_CHECKING

import pytest
from support.made import address, host
from support.postfix.live_smtpd import Smtpd
from support.program import in_process

from ifdiscover import MatchList, ProtocolsError, match_list_of, mynetworks, trusted_clients

if TYPE_CHECKING:
    from pathlib import Path

MAPPED = "[::ffff:203.0.113.0]/120"
PLAIN = "203.0.113.0/24"
CLIENT = "::ffff:203.0.113.7"
SPELLINGS = [CLIENT, "::FFFF:203.0.113.7", "::ffff:cb00:7107", "0:0:0:0:0:ffff:203.0.113.7"]

HEAD = "compatibility_level = 3.6\nmyhostname = mail.example.com\n"


@pytest.mark.parametrize("client", SPELLINGS)
def test_smtpd_takes_a_mapped_client_for_the_ipv4_client(client: str) -> None:
    """However it is written: no mapped network trusts it, and the IPv4 network does."""
    for text in (MAPPED, "[::ffff:203.0.113.7]", "[::]/0"):
        assert not MatchList(text).decide_text(client).trusted
        assert not MatchList(text).decide(client).trusted
    for text in (PLAIN, "203.0.113.7", "[203.0.113.7]", "cidr:{{203.0.113.0/24 OK}}", "inline:{203.0.113.7=x}"):
        assert MatchList(text).decide_text(client).trusted
        assert MatchList(text).decide(ip_address(client)).trusted
    assert not MatchList(f"!{PLAIN} 0.0.0.0/0").decide(client).trusted


def test_a_fault_of_the_other_family_does_not_concern_a_mapped_client() -> None:
    """The faults that it meets are those of IPv4 networks."""
    assert MatchList("[2001:db8::1]/64 203.0.113.0/24").decide(CLIENT).trusted
    assert MatchList("203.0.113.1/24").decide(CLIENT).verdict == "cannot tell"


def test_the_decision_says_what_smtpd_sees() -> None:
    """Of a mapped client only: others are seen as they are written."""
    reason = "no element of the list matches it; smtpd sees such a client as 203.0.113.7"
    assert MatchList(MAPPED).decide(CLIENT).reason == reason
    assert "smtpd sees" not in MatchList(MAPPED).decide("203.0.113.7").reason
    assert "smtpd sees" not in MatchList(MAPPED, inet_protocols="ipv6").decide(CLIENT).reason


@pytest.mark.parametrize("client", ["::203.0.113.7", "::fffe:203.0.113.7", "2001:db8::ffff:cb00:7107", "64:ff9b::1"])
def test_what_only_resembles_a_mapped_address_is_ipv6(client: str) -> None:
    """Not the IPv4-compatible form, which nobody uses any more."""
    assert MatchList("[::]/0").decide(client).trusted


@pytest.mark.parametrize(
    ("protocols", "kept"), [("all", False), ("ipv4", False), ("ipv6, ipv4", False), ("ipv6", True)]
)
def test_only_ipv6_alone_keeps_the_mapped_form(protocols: str, kept: bool) -> None:
    """Whatever the list is."""
    listed = MatchList(MAPPED, inet_protocols=protocols)
    assert listed.keeps_mapped is kept
    assert listed.decide(CLIENT).trusted is kept


def test_a_list_refuses_an_inet_protocols_that_postfix_refuses() -> None:
    """With the error of all others."""
    with pytest.raises(ProtocolsError):
        MatchList(MAPPED, inet_protocols="ipv5")


@pytest.mark.parametrize(("line", "status"), [("", 1), ("inet_protocols = ipv6\n", 0), ("inet_protocols = all\n", 1)])
def test_match_takes_inet_protocols_from_where_it_is_in_force(line: str, status: int, tmp_path: Path) -> None:
    """The main.cf that sets the list, or an option; the output names the client as it was given."""
    (tmp_path / "main.cf").write_text(f"{HEAD}{line}mynetworks = 127.0.0.0/8 {MAPPED}\n")
    for more in ([], ["--mynetworks", MAPPED]):
        code, out, err = in_process("match", "-q", "-c", str(tmp_path), *more, CLIENT)
        assert (code, err) == (status, "")
        assert out.startswith(f"{CLIENT}: {'not trusted: no element' if status else 'trusted by [::ffff:'}")
        assert out.endswith("" if not status else "; smtpd sees such a client as 203.0.113.7\n")
        assert in_process("match", "-q", "-c", str(tmp_path), *more, "-o", "inet_protocols=ipv6", CLIENT)[0] == 0
    folder = str(tmp_path)
    assert trusted_clients(config_directory=folder).match_list.decide(CLIENT).trusted is not bool(status)


def test_a_list_alone_is_judged_by_the_default() -> None:
    """Which is all."""
    assert in_process("match", "-q", "--mynetworks", PLAIN, CLIENT)[0] == 0
    assert not trusted_clients(mynetworks=MAPPED).match_list.decide(CLIENT).trusted


def test_a_computed_list_has_the_protocols_that_it_was_computed_from() -> None:
    """An address of the host may be a mapped one."""
    on = host(address("::ffff:203.0.113.7", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"))
    for protocols, trusted in (("all", False), ("ipv6", True)):
        assert trusted_clients(on, inet_protocols=protocols).match_list.decide(CLIENT).trusted is trusted
        networks = mynetworks(on, inet_protocols=protocols)
        assert match_list_of(networks, inet_protocols=protocols).decide(CLIENT).trusted is trusted


@pytest.mark.netns
@pytest.mark.parametrize("protocols", ["all", "ipv4", "ipv6"])
def test_a_real_smtpd_is_of_the_same_opinion(protocols: str) -> None:
    """It also says the client's address in its log as it sees it."""
    lists = [PLAIN, MAPPED, "203.0.113.7", "[::ffff:203.0.113.7]"]
    parameters = {"inet_protocols": protocols, "smtpd_authorized_xclient_hosts": "static:all"}
    with Smtpd(lists, parameters=parameters) as smtpd:
        for number, text in enumerate(lists):
            ours = MatchList(text, inet_protocols=protocols).decide(CLIENT)
            assert smtpd.verdict(number, CLIENT) == ours.verdict
    seen = CLIENT if protocols == "ipv6" else "203.0.113.7"
    assert set(re.findall(r"reject: RCPT from unknown\[(.*?)\]", str(smtpd.log))) == {seen}


def test_match_tells_of_an_inet_protocols_with_which_smtpd_does_not_start(tmp_path: Path) -> None:
    """Nobody is trusted then, whatever the list is."""
    (tmp_path / "main.cf").write_text(f"{HEAD}inet_protocols = ipv5\nmynetworks = {PLAIN}\n")
    status, out, err = in_process("match", "-q", "-c", str(tmp_path), "203.0.113.7")
    assert (status, out) == (78, "")
    assert 'unknown inet_protocols value "ipv5"' in err
