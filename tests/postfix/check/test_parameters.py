"""Every fault of the parameters at once, and whether a real Postfix dies of what is said to be fatal."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from support.made import host
from support.namespaces import CLI
from support.postfix.checks import GOOD, HOST, found_in, run_check
from support.postfix.live_smtpd import REFUSED, Smtpd
from support.program import in_process

from ifdiscover._postfix.check.parameters import check, check_configuration, is_main_cf
from ifdiscover._postfix.parameters.configuration import Configuration
from ifdiscover._postfix.parameters.main_cf import parse
from ifdiscover._postfix.syntax.findings import DIES, NO_SMTPD
from ifdiscover.errors import UsageError
from ifdiscover.model import Recorded

if TYPE_CHECKING:
    from pathlib import Path

    from ifdiscover._postfix.syntax.machine import Answers
    from ifdiscover.model import Host


FAULTY = {
    "no equals sign": ("mynetworks 10.0.0.0/8\n", "main-cf-line", (4, 1)),
    "first line": (" a = b\n" + GOOD, "leading-white-space", (1, 1)),
    "NUL": ("a = b\0c\n", "nul", (4, 1)),
    "set twice": ("inet_interfaces = 127.0.0.1\ninet_interfaces = 192.0.2.7\n", "setting-overridden", (4, 1)),
    "undefined": ("mynetworks = 10.0.0.0/8 $nosuch\n", "undefined-name", (None, None)),
    "misspelt": ("mynetwork = 10.0.0.0/8\n", "misspelt-name", (4, 1)),
    "recursion": ("mynetworks = $mynetworks\n", "macro", (4, None)),
    "macro": ("mynetworks = ${x\n", "macro", (4, None)),
    "level": ("compatibility_level = bogus\n", "compatibility-level", (4, 23)),
    "host name": ("mydomain = example.com.\n", "bad-hostname", (4, 12)),
    "protocol": ("inet_protocols = ipv5\n", "protocol-unknown", (4, 18)),
    "no protocol": ("inet_protocols =\n", "no-protocol", (4, 17)),
    "name": ("inet_interfaces = 192.0.2.7,\n  nosuch..invalid\n", "interface-not-found", (5, 3)),
    "address": ("inet_interfaces = 192.0.2.7, 203.0.113.9\n", "interface-not-local", (4, 30)),
    "no own": ("inet_interfaces = loopback-only\n", "no-own-address", (4, 19)),
    "proxy": ("proxy_interfaces = 203.0.113.1 nosuch..invalid\n", "proxy-not-found", (4, 32)),
    "style": ("mynetworks_style = net\n", "style", (4, 20)),
    "no style": ("mynetworks_style =\nmynetworks = 10.0.0.0/8\n", "style", (4, 19)),
    "class E": ("mynetworks_style = class\ninet_interfaces = all\n", "class-e", (4, 20)),
    "preference": ("smtp_address_preference = both\n", "bad-choice", (4, 27)),
    "enforce": ("smtp_bind_address_enforce = maybe\n", "bad-choice", (4, 29)),
    "bind": ("smtp_bind_address = 203.0.113.9\n", "bind-absent", (4, 21)),
    "temporary": ("smtp_bind_address6 = 2001:db8::7\n", "bind-temporary", (4, 22)),
    "word": ("mynetworks = 10.0.0.0/8,\n   fe80::/10\n", "address-as-table", (5, 4)),
    "expanded word": ("x = fe80::/10\nmynetworks = $x\n", "address-as-table", (5, None)),
    "parents": ("parent_domain_matches_subdomains = mynetworks /nosuch\n", "parents-unusable", (4, 36)),
    "fatal parents": ("parent_domain_matches_subdomains = !\n", "no-pattern", (None, None)),
    "table of parents": ("parent_domain_matches_subdomains = pcre:/x\n", "needs-postfix", (4, 36)),
    "table": ("mynetworks = pcre:/etc/nets\n", "needs-postfix", (4, 14)),
}


@pytest.mark.parametrize(("text", "kind", "position"), FAULTY.values(), ids=FAULTY)
def test_a_fault_is_found_where_it_stands(text: str, kind: str, position: tuple[int | None, int | None]) -> None:
    """Under its name, at its line and column; of an expanded value only the line is known."""
    found = [finding for finding in found_in(text if text.startswith(" ") else GOOD + text) if finding.kind == kind]
    assert found
    if position != (None, None):
        assert (found[0].place.line, found[0].place.column) == position


def test_a_good_main_cf_has_no_findings() -> None:
    """What is as it should be is not complained of, and neither are parameters that are not looked at."""
    assert (
        found_in(GOOD + "mynetworks = 198.51.100.0/24 [2001:db8:1::]/64\nrelay_domains = hash:/x\nmy_own = 1\n") == []
    )


def test_faults_of_several_parameters_come_at_once() -> None:
    """Postfix would stop at the first; a line that is none does not hide the others."""
    text = "inet_protocols = ipv5\nnonsense\nmynetworks = fe80::1\nsmtp_address_preference = both\n"
    kinds = {finding.kind for finding in found_in(GOOD + text)}
    assert kinds == {"protocol-unknown", "main-cf-line", "address-as-table", "bad-choice"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("# c\nmynetworks = 10.0.0.0/8\n", True),
        ("a=b", True),
        (" dropped\nmynetworks = 10.0.0.0/8\n", True),
        ("10.0.0.0/8\n", False),
        ("inline:{a=b}\n", False),
        ("", False),
        ("cidr:{{10.0.0.0/8 x=y}}\n", False),
    ],
)
def test_a_main_cf_is_told_from_a_list(text: str, expected: bool) -> None:
    """By the first line that counts."""
    assert is_main_cf(text) is expected


LIVE: dict[str, dict[str, str | None]] = {
    "clean": {},
    "name": {"inet_interfaces": "nosuch.invalid"},
    "address": {"inet_interfaces": "203.0.113.9"},
    "list with all": {"inet_interfaces": "all, 127.0.0.1"},
    "empty interfaces": {"inet_interfaces": ""},
    "myhostname": {"inet_interfaces": "$myhostname", "myhostname": None},
    "undefined": {"inet_interfaces": "$nosuch"},
    "host name": {"myhostname": "mail example.com"},
    "host name and domain": {"myhostname": "mail.-", "mydomain": "x.-"},
    "domain": {"myhostname": None, "mydomain": "example.com."},
    "empty domain": {"mydomain": ""},
    "domain made empty": {"myhostname": "mail."},
    "address for a name": {"myhostname": "192.0.2.7"},
    "protocol": {"inet_protocols": "ipv5"},
    "protocol in capitals": {"inet_protocols": "ALL"},
    "empty style": {"mynetworks_style": "", "mynetworks": "10.0.0.0/8"},
    "unused style": {"mynetworks_style": "bogus", "mynetworks": "10.0.0.0/8"},
    "empty style and no list": {"mynetworks_style": "$nosuch", "mynetworks": None},
    "level": {"compatibility_level": "3.6-snap"},
    "level that nothing compares": {"compatibility_level": "3.6-snap", "mynetworks_style": "host"},
    "empty level": {"compatibility_level": ""},
    "comparison": {"inet_protocols": "${{x} <level {2} ? {ipv4} : {all}}"},
    "comparison of smtp(8)": {"smtp_bind_address": "${{x} <level {2} ? {192.0.2.7}}"},
    "recursion": {"mynetworks": "$mynetworks"},
    "macro": {"mynetworks": "${x"},
    "choices": {"smtp_address_preference": "both", "smtp_bind_address_enforce": "maybe"},  # fatal to smtp(8) alone
    "bind": {"smtp_bind_address": "foo"},  # the same
    "list": {"mynetworks": "10.0.0.0/8 !"},  # fatal to smtpd(8) alone, as are the next two
    "table": {"mynetworks": "::1:"},
    "parents": {"parent_domain_matches_subdomains": "!"},
    "swallowed line": {"inet_interfaces": "all\n smtp_tls_loglevel = 1"},
    "swallowed line of a host name": {"myhostname": "mail.example.com\n mydomain = example.com"},
    "lines run together": {"inet_protocols": "ipv4 mynetworks_style = host"},
    "swallowed line of a style": {"mynetworks_style": "host\n#\n relay_domains = x", "mynetworks": None},
    "swallowed line of a list": {"mynetworks": "127.0.0.0/8\n inet_protocols = ipv4"},
    "swallowed line of a list of interfaces": {"proxy_interfaces": "\n biff = no"},
    "proxy": {"proxy_interfaces": "nosuch.invalid"},  # fatal to trivial-rewrite(8) alone
}


@pytest.mark.netns
@pytest.mark.parametrize("parameters", LIVE.values(), ids=LIVE)
def test_a_real_postfix_dies_of_what_is_said_to_be_fatal(parameters: dict[str, str | None]) -> None:
    """Of that and of nothing else, with the sentence that the finding has."""
    with Smtpd([None], parameters={"mynetworks": "127.0.0.0/8", **parameters}) as smtpd:
        assert smtpd.namespace is not None
        done = smtpd.namespace.run([*CLI, "check", "--json", "-c", str(smtpd.folder / "etc")], check=False)
        findings = json.loads(done.stdout)["findings"]
        ours, of_smtpd = (
            [finding["postfix_says"] for finding in findings if finding["consequence"] == consequence]
            for consequence in (DIES, NO_SMTPD)
        )
        assert bool(smtpd.refusal) == bool(ours), (smtpd.refusal, ours)
        assert (smtpd.verdict(0, "192.0.2.1") == REFUSED) == bool(ours or of_smtpd)
        if of_smtpd:
            assert smtpd.said(0)[-1].partition(": ")[2] in of_smtpd
        if smtpd.refusal:
            theirs = [smtpd.refusal, *(line for _program, line in smtpd.log)]
            assert any(line.partition(": ")[2] in ours for line in theirs), (theirs, ours)


def test_the_status_tells_faults_from_what_only_postfix_can_tell() -> None:
    """0 clean, 1 faults, 65 a table that ifdiscover does not ask."""
    assert run_check("--mynetworks", "192.0.2.0/24") == (0, [])
    assert run_check("--mynetworks", "192.0.2.7/24") == (1, ["host-bits"])
    assert run_check("--mynetworks", "pcre:/x") == (65, ["needs-postfix"])
    assert run_check("--mynetworks", "pcre:/x 10.1") == (1, ["matches-nothing", "needs-postfix"])


def test_a_file_is_checked_as_a_list_or_as_a_main_cf(tmp_path: Path) -> None:
    """Its first line tells which; a list may lie in several lines."""
    listed = tmp_path / "networks"
    listed.write_text("# ours\n192.0.2.0/24\n192.0.2.7/24\n")
    assert run_check(str(listed)) == (1, ["host-bits"])
    main_cf = tmp_path / "main.cf"
    main_cf.write_text("mynetworks = 192.0.2.7/24\n")
    assert run_check(str(main_cf)) == (1, ["host-bits"])
    assert run_check("-c", str(tmp_path)) == (1, ["host-bits"])


def test_two_things_to_check_are_one_too_many() -> None:
    """Which one was meant is not guessed."""
    status, out, err = in_process("check", "--mynetworks", "", "-c", "/etc/postfix")
    assert (status, out) == (64, "")
    assert "--mynetworks and -c" in err


def test_a_list_is_checked_with_what_is_set_for_it() -> None:
    """And what is set has faults of its own: a name that nothing defines."""
    assert [fault.kind for fault in check(HOST, mynetworks="127.0.0.1")] == []
    found = check(HOST, mynetworks="$lan", overrides={"lan": "10.0.0.1/8"})
    assert [(fault.kind, fault.parameter) for fault in found] == [("host-bits", "mynetworks")]
    found = check(HOST, mynetworks="$lan", overrides={"lan": "127.0.0.1 $nobody"})
    assert [(fault.kind, fault.postfix_says) for fault in found] == [("undefined-name", "")]
    with pytest.raises(UsageError, match="not both"):
        check(HOST, mynetworks="127.0.0.1", config_directory="/etc/postfix")


def test_this_host_is_read_with_its_routes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Unless one is given, or only a list is checked."""
    asked: list[dict[str, bool]] = []

    def discover(**wanted: bool) -> Host:
        asked.append(wanted)
        return HOST

    monkeypatch.setattr("ifdiscover.discovery.discover", discover)
    check(mynetworks="127.0.0.1")
    check(HOST, overrides={"inet_protocols": "ipv4"})
    assert asked == []
    check(overrides={"inet_protocols": "ipv4"})
    assert asked == [{"routes": True}]


def test_only_on_this_machine_a_main_cf_names_another_folder(tmp_path: Path) -> None:
    """Of a recorded host nobody knows in which folder its main.cf is."""
    (tmp_path / "main.cf").write_text(f"{GOOD}config_directory = /etc/postfix\n")
    recorded = host(*HOST.addresses, recorded=Recorded(system="Linux"))
    told = [
        "setting-overridden" in {fault.kind for fault in check(on, config_directory=str(tmp_path))}
        for on in (HOST, recorded)
    ]
    assert told == [True, False]


def test_names_that_were_looked_up_are_kept_for_the_next_check() -> None:
    """As for a program that checks again and again; without a dict each check asks anew."""
    answers: Answers = {}
    configuration = Configuration(parse(f"{GOOD}proxy_interfaces = localhost\n"), None, "mail")
    found = check_configuration(configuration, HOST, answers=answers)
    assert answers
    assert check_configuration(configuration, HOST) == found
