"""Every fault of the parameters at once, and whether a real Postfix dies of what is said to be fatal."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from support.made import address, host
from support.namespaces import CLI, ROOT
from support.postfix.live_smtpd import REFUSED, Smtpd
from support.program import in_process

from ifdiscover.postfix.check.parameters import check_configuration, is_main_cf
from ifdiscover.postfix.findings import DIES, HIGH, INFO, KINDS, LOW, MEDIUM, NO_SMTPD
from ifdiscover.postfix.parameters.configuration import Configuration
from ifdiscover.postfix.parameters.main_cf import parse

if TYPE_CHECKING:
    from pathlib import Path

    from ifdiscover.postfix.findings import Finding

HOST = host(
    address("192.0.2.7", "255.255.255.0"),
    address("240.0.0.1", "255.255.255.0"),
    address("2001:db8::7", "ffff:ffff:ffff:ffff::", flags=0x01),
)


def found_in(text: str) -> list[Finding]:
    """What is wrong with a main.cf on that host."""
    return check_configuration(Configuration(parse(text), None, "mail"), HOST)


GOOD = "compatibility_level = 3.6\ninet_interfaces = 192.0.2.7\nmyhostname = mail.example.com\n"

FAULTY = {
    "no equals sign": ("mynetworks 10.0.0.0/8\n", "main-cf-line", (4, 1)),
    "first line": (" a = b\n" + GOOD, "leading-white-space", (1, 1)),
    "NUL": ("a = b\0c\n", "nul", (4, 1)),
    "set twice": ("inet_interfaces = 127.0.0.1\ninet_interfaces = 192.0.2.7\n", "setting-overridden", (4, 1)),
    "undefined": ("mynetworks = 10.0.0.0/8 $nosuch\n", "undefined-name", (None, None)),
    "misspelt": ("mynetwork = 10.0.0.0/8\n", "misspelt-name", (4, 1 + len("mynetwork = "))),
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
    "table of parents": ("parent_domain_matches_subdomains = hash:/x\n", "needs-postfix", (4, 36)),
    "table": ("mynetworks = hash:/etc/nets\n", "needs-postfix", (4, 14)),
}


@pytest.mark.parametrize(("text", "kind", "position"), FAULTY.values(), ids=FAULTY)
def test_a_fault_is_found_where_it_stands(text: str, kind: str, position: tuple[int | None, int | None]) -> None:
    """Under its name, at its line and column; of an expanded value only the line is known."""
    found = [finding for finding in found_in(text if text.startswith(" ") else GOOD + text) if finding.id == kind]
    assert found
    if position != (None, None):
        assert (found[0].place.line, found[0].place.column) == position


def test_a_good_main_cf_has_no_findings() -> None:
    """What is as it should be is not complained of, and neither are parameters that are not looked at."""
    assert found_in(GOOD + "mynetworks = 192.0.2.0/24 [2001:db8::]/64\nrelay_domains = hash:/x\nmy_own = 1\n") == []


def test_a_host_without_an_active_interface_does_not_hide_a_name_that_is_not_found() -> None:
    """Postfix stops at the name; the host is at fault too, and that is told once for all words that are found."""
    text = GOOD.replace("192.0.2.7", "127.0.0.1 nosuch..invalid 192.0.2.7") + "inet_protocols = ipv4\n"
    found = check_configuration(Configuration(parse(text), None, "mail"), host())
    assert [(finding.id, finding.place.column) for finding in found] == [
        ("no-active-interface", 19),
        ("interface-not-found", 29),
    ]


def test_faults_of_several_parameters_come_at_once() -> None:
    """Postfix would stop at the first; a line that is none does not hide the others."""
    text = "inet_protocols = ipv5\nnonsense\nmynetworks = fe80::1\nsmtp_address_preference = both\n"
    kinds = {finding.id for finding in found_in(GOOD + text)}
    assert kinds == {"protocol-unknown", "main-cf-line", "address-as-table", "bad-choice"}


def test_myhostname_that_only_the_daemons_know_is_told() -> None:
    """Without a line for it, $myhostname is empty to postconf and a name, here an unknown one, to the daemons."""
    found = {finding.id: finding for finding in found_in("inet_interfaces = $myhostname\n")}
    assert set(found) == {"postconf-differs", "interface-not-found"}
    assert found["interface-not-found"].postfix_says.endswith("host not found: mail.localdomain")
    assert "empty" in found["postconf-differs"].remark


@pytest.mark.parametrize(
    ("text", "blamed", "suggestion"),
    [
        ("myhostname = mail.example.com.\n", "myhostname", "mail.example.com"),
        ("mydomain = example.com.\n", "mydomain", "example.com"),
        ("myhostname = mail.\n", "myhostname", "mail"),
        ("myhostname = [192.0.2.7]\n", "myhostname", "a name of letters, digits, hyphens and dots"),
        ("mydomain =\n", "mydomain", "a name of letters, digits, hyphens and dots"),
    ],
)
def test_a_name_that_is_made_of_another_is_not_blamed(text: str, blamed: str, suggestion: str) -> None:
    """One finding for one mistake, at the parameter that is set."""
    (found,) = found_in("inet_interfaces = 192.0.2.7\n" + text)
    assert (found.id, found.parameter, found.suggestion) == ("bad-hostname", blamed, suggestion)


@pytest.mark.parametrize(
    ("text", "kind", "blamed"),
    [
        ("mydomain = $luser_relay\nmyhostname = mail\n", "needs-postfix", "mydomain"),
        ("mydomain = ${x\nmyhostname = mail.example.com\n", "macro", "mydomain"),
        ("myhostname = ${x\n", "macro", "myhostname"),
    ],
)
def test_what_hides_the_names_of_host_and_domain_is_told_once(text: str, kind: str, blamed: str) -> None:
    """A macro in the name of which the other is made."""
    configuration = Configuration(parse("inet_interfaces = 192.0.2.7\n" + text), None, "")
    (found,) = check_configuration(configuration, HOST)
    assert (found.id, found.parameter) == (kind, blamed)


@pytest.mark.parametrize("text", ["", "mydomain = example.com\n"])
def test_a_recording_that_does_not_name_its_host_is_no_fault_of_main_cf(text: str) -> None:
    """Postfix gets that name from the kernel."""
    configuration = Configuration(parse("inet_interfaces = 192.0.2.7\n" + text), None, "")
    assert check_configuration(configuration, HOST) == []


@pytest.mark.parametrize(
    ("text", "blamed"),
    [
        ("myhostname = mail.$inet_protocols\n", "myhostname"),  # set by then: the installed Postfix starts
        ("myhostname = $mail_name\n", "myhostname"),  # not set by then: it does not
        ("mydomain = $mail_name\n", "mydomain"),
        ("mydomain = $luser_relay\n", "mydomain"),
        ("myhostname = ${{$compatibility_level} <level {2} ? {mail} : {-}}\n", "myhostname"),
    ],
)
def test_a_host_name_made_of_a_default_is_not_judged(text: str, blamed: str) -> None:
    """Nor the name that is made of it: some defaults are set by then, others are not."""
    (found,) = found_in("inet_interfaces = 192.0.2.7\n" + text)
    assert (found.id, found.parameter) == ("needs-postfix", blamed)


def test_a_faulty_domain_is_not_told_of_the_host_too() -> None:
    """Where the kernel's name is to be followed by it."""
    (found,) = found_in("inet_interfaces = 192.0.2.7\nmydomain = ${x\n")
    assert (found.id, found.parameter) == ("macro", "mydomain")


def test_every_kind_has_a_severity_and_a_consequence() -> None:
    """Judges of risk add to the same table."""
    for name, kind in KINDS.items():
        assert name == name.lower()
        assert kind.severity in (HIGH, MEDIUM, LOW, INFO)
        assert kind.consequence


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("# c\nmynetworks = 10.0.0.0/8\n", True),
        ("a=b", True),
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


def run_check(*arguments: str) -> tuple[int, list[str]]:
    """Status, and the names of what was found, of a check on a host that lacks nothing."""
    relay = str(ROOT / "fixtures/hosts/mail-relay/snapshot.json")
    status, out, err = in_process("check", "--json", "--from", relay, *arguments)
    assert err == ""
    return status, [finding["id"] for finding in json.loads(out)["findings"]]


def test_the_status_tells_faults_from_what_only_postfix_can_tell() -> None:
    """0 clean, 1 faults, 65 a table that ifdiscover does not ask."""
    assert run_check("--mynetworks", "192.0.2.0/24") == (0, [])
    assert run_check("--mynetworks", "192.0.2.7/24") == (1, ["host-bits"])
    assert run_check("--mynetworks", "hash:/x") == (65, ["needs-postfix"])
    assert run_check("--mynetworks", "hash:/x 10.1") == (1, ["needs-postfix", "matches-nothing"])


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


def test_the_documentation_has_every_kind() -> None:
    """With its severity and consequence, as the table in the code has them."""
    text = (ROOT / "docs" / "check.md").read_text()
    for name, kind in KINDS.items():
        assert f"| `{name}` | {kind.severity} | {kind.consequence} |\n" in text


def test_parent_domains_count_for_a_list_that_is_given() -> None:
    """Whether .example.com matches anything, parent_domain_matches_subdomains says."""
    assert run_check("--mynetworks", ".example.com") == (1, ["matches-nothing"])
    assert run_check("--mynetworks", ".example.com", "-o", "parent_domain_matches_subdomains=") == (0, [])
    expanded = ["-o", "parent_domain_matches_subdomains=$x", "-o", "x=relay_domains"]
    assert run_check("--mynetworks", ".example.com", *expanded) == (0, [])


def test_whatever_is_set_for_this_run_and_used_by_nothing_is_told(tmp_path: Path) -> None:
    """In main.cf only what resembles a parameter is: other names may be somebody's own."""
    (tmp_path / "main.cf").write_text("mynetworks = 192.0.2.0/24\nown = 1\n")
    (tmp_path / "networks").write_text("192.0.2.0/24\n")
    for checked in (["--mynetworks", "192.0.2.0/24"], ["-c", str(tmp_path)], [str(tmp_path / "networks")]):
        assert run_check(*checked, "-o", "anything=1") == (1, ["misspelt-name"])
        assert run_check(*checked, "-o", "smtpd_banner=1") == (0, [])


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("relay_domains", (0, [])),
        ("mynetworks", (1, ["matches-nothing"])),
        ("!", (1, ["no-pattern", "matches-nothing"])),
        ("/nosuch", (1, ["parents-unusable", "matches-nothing"])),
        ("hash:/nosuch", (1, ["needs-postfix", "matches-nothing"])),
        ("$luser_relay", (1, ["needs-postfix", "matches-nothing"])),
        ("${x", (1, ["macro", "matches-nothing"])),
        ("$nosuch", (1, ["undefined-name"])),
    ],
)
def test_what_is_wrong_with_parent_domains_does_not_end_the_check_of_a_list(
    value: str, expected: tuple[int, list[str]], tmp_path: Path
) -> None:
    """It is a finding beside those of the list, whether this is an option's or a file's."""
    (tmp_path / "networks").write_text(".example.com\n")
    for checked in (["--mynetworks", ".example.com"], [str(tmp_path / "networks")]):
        assert run_check(*checked, "-o", f"parent_domain_matches_subdomains={value}") == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("192.0.2.0/24 $x", (0, [])),
        ("192.0.2.0/24 $y", (1, ["host-bits"])),
        ("192.0.2.0/24 $nosuch", (1, ["undefined-name"])),
        ("192.0.2.0/24 $z", (1, ["undefined-name"])),
        ("192.0.2.0/24 ${x", (1, ["macro"])),
        ("$mynetworks", (1, ["macro"])),
        ("$luser_relay 192.0.2.7/24", (65, ["needs-postfix"])),
    ],
)
def test_names_in_a_list_that_is_given_are_checked_as_in_main_cf(text: str, expected: tuple[int, list[str]]) -> None:
    """What is wrong with a macro is a finding, and not the end."""
    values = {"$x": "x=198.51.100.0/24", "$y": "y=198.51.100.7/24", "$z": "z=$nosuch"}
    names = [word for name, override in values.items() if name in text for word in ("-o", override)]
    assert run_check("--mynetworks", text, *names) == expected


@pytest.mark.parametrize(
    ("text", "kind", "parameter"),
    [
        ("compatibility_level = x\nmynetworks_style = host\nmynetworks = 192.0.2.0/24\n", "compatibility-level", None),
        ("compatibility_level = x\n", "compatibility-level", None),
        ("mynetworks = ${{x}<level{2}}\n", "macro", "mynetworks"),
        ("mynetworks_style = ${{$inet_protocols}<level{2}:host}\n", "macro", "mynetworks_style"),
        ("smtp_bind_address = ${{x}<level{2}}\n", "bind-macro", "smtp_bind_address"),
    ],
)
def test_a_level_is_at_fault_only_if_it_is_compatibility_levels(text: str, kind: str, parameter: str | None) -> None:
    """Which is looked at even if nothing compares it; otherwise, whatever compares."""
    (found,) = found_in("inet_interfaces = 192.0.2.7\n" + text)
    assert (found.id, found.parameter) == (kind, parameter or "compatibility_level")


def test_a_macro_that_speaks_of_a_level_is_no_level() -> None:
    """The kind goes by what failed, and not by the words in it."""
    (found,) = found_in(GOOD + "smtp_bind_address = ${compatibility level\n")
    assert (found.id, found.place.line) == ("bind-macro", 4)
