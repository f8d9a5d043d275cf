"""Lines that belong to the parameter above them, and lines that run together."""

from __future__ import annotations

from functools import partial

import pytest
from hypothesis import given, strategies as st
from support.counting import calls
from support.made import address, host
from support.postfix.checks import found_in, run_check

from ifdiscover._postfix.check.parameters import check
from ifdiscover._postfix.check.swallowed import swallowed_settings
from ifdiscover._postfix.parameters.configuration import Configuration
from ifdiscover._postfix.parameters.main_cf import parse
from ifdiscover._postfix.syntax.words import shortened
from ifdiscover.model import Recorded

HOST = host(address("192.0.2.7", "255.255.255.0"), address("192.0.2.8", "255.255.255.0"))
START = "compatibility_level = 3.6\ninet_protocols = ipv4\ninet_interfaces = 192.0.2.7\nmyhostname = mail.example.com\n"
"""Four lines without a fault on that host."""

SWALLOWED = {
    "keyword": ("inet_interfaces = all\n smtp_tls_loglevel = 1\n", "inet_interfaces", (6, 2), "high"),
    "tab and comment": ("inet_interfaces = all\n\n# TLS\n\tsmtp_tls_loglevel=1\n", "inet_interfaces", (8, 2), "high"),
    "address": ("inet_interfaces = 192.0.2.7\n  my_own = x\n", "inet_interfaces", (6, 3), "high"),
    "nothing before it": ("proxy_interfaces =\n relayhost = x\n", "proxy_interfaces", (6, 2), "high"),
    "protocols": ("inet_protocols = ipv4\n biff = no\n", "inet_protocols", (6, 2), "high"),
    "host name": ("myhostname = mail.example.com\n mydomain = example.com\n", "myhostname", (6, 2), "high"),
    "domain": ("mydomain = example.com\n myorigin = $mydomain\n", "mydomain", (6, 2), "high"),
    "style": ("mynetworks_style = host\n relay_domains = x\n", "mynetworks_style", (6, 2), "high"),
    "level": ("compatibility_level = 3.6\n biff = no\n", "compatibility_level", (6, 2), "high"),
    "source address": ("smtp_bind_address = 192.0.2.7\n biff = no\n", "smtp_bind_address", (6, 2), "high"),
    "choice": ("smtp_address_preference = any\n biff = no\n", "smtp_address_preference", (6, 2), "high"),
    "list": ("mynetworks = 127.0.0.0/8\n  192.0.2.0/24\n relayhost = x\n", "mynetworks", (7, 2), "medium"),
    "run together": ("mynetworks = 127.0.0.0/8 biff = no\n", "mynetworks", (5, 26), "medium"),
    "run together without a blank": ("mynetworks = 127.0.0.0/8relayhost = x\n", "mynetworks", (5, 25), "medium"),
    "keyword without a blank": ("inet_interfaces = allrelayhost = x\n", "inet_interfaces", (5, 22), "high"),
    "run together after a bracket": ("mynetworks = [::1]/128, [::2]biff = no\n", "mynetworks", (5, 30), "medium"),
    "through a name": ("lan = 192.0.2.0/24\n biff = no\nmynetworks = $lan\n", "lan", (6, 2), "medium"),
    "fatal through a name": ("x = all\n biff = no\ninet_interfaces = $x\n", "x", (6, 2), "high"),
    "everybody": ("mynetworks = 127.0.0.0/8\n relay_domains = 0.0.0.0/0\n", "mynetworks", (6, 2), "high"),
    "after a comment": ("mynetworks = 127.0.0.0/8 $x # ours\n biff = no\nx =\n", "mynetworks", (6, 2), "medium"),
    "other parameter": ("mydestination = localhost\n relay_domains = x\n", "mydestination", (6, 2), "medium"),
    "text of a banner": ("smtpd_banner = $myhostname ESMTP biff = no\n", "smtpd_banner", (5, 34), "medium"),
    "no blanks": (
        "smtpd_tls_security_level=may smtp_tls_security_level=may\n",
        "smtpd_tls_security_level",
        (5, 30),
        "medium",
    ),
    "the whole value": ("mynetworks = biff = no\n", "mynetworks", (5, 14), "medium"),
    "after braces": ("mynetworks = inline:{192.0.2.1=x} biff = no\n", "mynetworks", (5, 35), "medium"),
    "a name that ends as Postfix's": ("mynetworks = 127.0.0.0/8\n xrelayhost = x\n", "mynetworks", (6, 2), "medium"),
    "far behind": (f"mynetworks = {'10.0.0.0/24 ' * 17}\n own = x\n", "mynetworks", (6, 2), "medium"),
    "after another name's": ("own = x\n biff = no\nmydestination = a\n biff = no\n", "mydestination", (8, 2), "medium"),
    "after an unknown word's": (
        "mydestination = localhost\n  colour = red\n relayhost = x\n",
        "mydestination",
        (7, 2),
        "medium",
    ),
    "in a command, with a blank": ("mailbox_command = deliver\n relayhost =x\n", "mailbox_command", (6, 2), "medium"),
    "name of our own": (
        "mydestination = localhost\n own = x\nrelay_domains = $own\n",
        "mydestination",
        (6, 2),
        "medium",
    ),
}


@pytest.mark.parametrize(("text", "parameter", "position", "severity"), SWALLOWED.values(), ids=SWALLOWED)
def test_a_swallowed_line_is_the_one_finding(
    text: str, parameter: str, position: tuple[int, int], severity: str
) -> None:
    """At its own place, and as severe as what comes of it; what comes of it is not told apart."""
    found = [fault for fault in found_in(START + text, HOST) if fault.kind not in ("comment-in-line", "strangers")]
    assert [fault.kind for fault in found if fault.kind != "setting-overridden"] == ["swallowed-setting"]
    (fault,) = [fault for fault in found if fault.kind == "swallowed-setting"]
    assert (fault.parameter, fault.severity) == (parameter, severity)
    assert (fault.place.line, fault.place.column) == position
    name = fault.element.partition("=")[0].strip()
    assert f"{name} is not set here" in fault.remark
    begins_line = "\n " in text or "\n\t" in text
    assert ("begin it in column 1" if begins_line else "on a line of its own") in fault.suggestion
    assert bool(fault.postfix_says) <= (severity == "high")


@pytest.mark.parametrize("name", ["keyword", "nothing before it", "fatal through a name"])
def test_of_a_recorded_host_it_is_as_severe(name: str) -> None:
    """Its names cannot be looked up here, but what has an equals sign is no name of a host."""
    text, _parameter, _position, severity = SWALLOWED[name]
    found = found_in(START + text, HOST._replace(recorded=Recorded()))
    assert [fault.severity for fault in found if fault.kind == "swallowed-setting"] == [severity]


NEIGHBOURS = {
    "list over lines": "mynetworks = 127.0.0.0/8,\n  192.0.2.0/24\n# ours\n  198.51.100.0/24\n",
    "macro": "mynetworks = ${myhostname ? {192.0.2.0/24} : {biff = no}}\n",
    "inline table": "mynetworks = inline:{192.0.2.1=biff, {192.0.2.2 = biff}}\n",
    "inline table over lines": "mynetworks = inline:{\n  {192.0.2.2 = x}\n  biff = no }\n",
    "comment": "mynetworks = 127.0.0.0/8\n # inet_protocols = ipv4\n",
    "debugger": "debugger_command = PATH=/bin:/usr/bin\n\tddd $daemon_directory/$process_name $process_id & sleep 5\n",
    "environment": "import_environment = MAIL_CONFIG LANG=C\n  mail_owner=x XAUTHORITY\n",
    "environment of a command": "mailbox_command = home_mailbox=Maildir/ mail_owner=x deliver\n  biff=no\n",
    "transport": "default_transport = smtp:[192.0.2.1]:25\nvirtual_alias_maps = static:x=y, hash:/etc/biff=no\n",
    "procmail": 'mailbox_command = procmail -a "$EXTENSION" DEFAULT=$HOME/Maildir/ MAILDIR=$HOME/Maildir\n',
    "options": "mailbox_command = deliver -o mail_location = x\n -o recipient_delimiter = +\n",
    "option with a name of Postfix": "mailbox_command = deliver -o biff = no\n",
    "number sign in braces": "mynetworks = inline:{ 192.0.2.1=x, # biff = no }\n",
    "short name at the end of a word": "mynetworks = 127.0.0.0/8xbiff = no\n",
    "milter": "smtpd_milters = inet:localhost:1, { inet:localhost:2, connect_timeout=10s, biff = no }\n",
    "block lists": "postscreen_dnsbl_sites = zen.example.org=127.0.0.[2..11]*3,\n bl.example.org=127.0.0.2\n",
    "query": "users_query = SELECT x FROM y WHERE\n  mail_owner = '%s'\n",
    "regular expression": "header_checks = regexp:{ {/^X-biff = no/ IGNORE} }\n",
    "unknown words": "mydestination = localhost\n  colour = red\n",
}


@pytest.mark.parametrize("text", NEIGHBOURS.values(), ids=NEIGHBOURS)
def test_what_belongs_to_the_value_is_not_swallowed(text: str) -> None:
    """Braces, comments, environments, options, and words that Postfix has no parameter for."""
    assert "swallowed-setting" not in {fault.kind for fault in found_in(START + text, HOST)}


def test_a_comment_in_the_line_is_told_as_that() -> None:
    """What follows it in the line is no line that was lost."""
    found = found_in(START + "mynetworks = 127.0.0.0/8 # biff = no\n", HOST)
    assert [fault.kind for fault in found] == ["comment-in-line"]


def test_what_stands_before_the_swallowed_line_is_still_judged() -> None:
    """And so is the rest of main.cf."""
    text = "mynetworks = 192.0.2.7/24\n biff = no\nproxy_interfaces = nosuch..invalid\n"
    kinds = [fault.kind for fault in found_in(START + text, HOST)]
    assert sorted(kinds) == ["host-bits", "proxy-not-found", "swallowed-setting"]


def test_several_lines_in_one_value_are_one_finding() -> None:
    """It names each parameter that is lost, and stands at the first."""
    text = "mynetworks = 127.0.0.0/8\n biff = no\n  relayhost = x\n\tlan = 192.0.2.0/24\nrelay_domains = $lan\n"
    (found,) = found_in(START + text, HOST)
    assert (found.kind, found.place.line, found.element) == ("swallowed-setting", 6, "biff = no")
    assert "biff, relayhost, lan are not set here" in found.remark
    assert "each" in found.suggestion


@pytest.mark.parametrize(
    ("count", "lost"),
    [(1, "p0 is"), (2, "p0, p1 are"), (5, "p0, p1, p2, p3, p4 are"), (6, "p0, p1, p2, p3, p4 and more are")],
)
def test_of_many_names_that_are_lost_the_first_are_named(count: int, lost: str) -> None:
    """After the value as Postfix takes it."""
    lines = [f"p{number} = 1" for number in range(count)]
    (found,) = found_in(START + "mynetworks = 127.0.0.0/8\n " + "\n ".join(lines) + "\n", HOST)
    value = " ".join(["127.0.0.0/8", *lines])
    assert found.remark == f"to Postfix the value of mynetworks is: {value}; {lost} not set here"


def test_of_a_long_value_a_part_is_shown() -> None:
    """The 60 characters before what was swallowed, and as much of it as of any value."""
    before, swallowed = "a.example " * 7, "relay_domains = " + "x" * 200
    (found,) = found_in(f"{START}mydestination = {before}\n {swallowed}\n", HOST)
    value = shortened(f"{before} {swallowed}"[11:], 160)
    assert found.remark == f"to Postfix the value of mydestination is: ...{value}; relay_domains is not set here"
    assert found.element == shortened(swallowed, 100)
    assert found.suggestion == f"begin it in column 1: {shortened(swallowed, 100)}"


def test_a_dollar_sign_that_is_meant_is_told_beside_a_lost_name() -> None:
    """It is no mention of that name, though it looks like one."""
    text = "proxy_interfaces =\n lan = 192.0.2.0/24\nmynetworks = 127.0.0.0/8 $$lan $lan\n"
    found = [(fault.kind, fault.element) for fault in found_in(START + text, HOST)]
    assert found == [("swallowed-setting", "lan = 192.0.2.0/24"), ("matches-nothing", "$lan")]


def test_a_name_that_was_lost_is_not_told_as_undefined() -> None:
    """The swallowed line is the cause; a name that nobody defines is still told."""
    text = "proxy_interfaces =\n lan = 192.0.2.0/24\nmynetworks = 127.0.0.0/8 $lan $nosuch\n"
    found = {fault.kind: fault.element for fault in found_in(START + text, HOST)}
    assert found == {"swallowed-setting": "lan = 192.0.2.0/24", "undefined-name": "$nosuch"}


PIECES = st.sampled_from(
    [
        *"\n\n  \t{}$#,=",
        "\n ",
        " = ",
        "biff",
        "mynetworks",
        "inet_interfaces",
        "own",
        "127.0.0.0/8",
        "[::1]",
        "inline:",
        "-o",
        "${x?",
    ]
)


@given(st.lists(PIECES, max_size=30).map("".join))
def test_any_main_cf_can_be_asked(text: str) -> None:
    """Each swallowed setting stands where it is said to stand, and what remains swallows nothing."""
    configuration = Configuration(parse(f"mynetworks = {text}\nown = {text}\n"), None, "mail")
    swallowed = swallowed_settings(configuration)
    for found in swallowed:
        assert found.value[found.offset :].startswith(found.names[0])
        assert found.first.startswith(found.names[0])
    remaining = configuration.with_values({found.parameter: found.rest for found in swallowed})
    assert swallowed_settings(remaining) == []


def test_twice_the_settings_are_twice_the_work() -> None:
    """In one value, in many, and in a name without an end."""
    for text in (" biff = no\n", "mydestination = x\n biff = no\n", "# x\n own = # biff = no\n"):
        few, many = (
            Configuration(parse(f"{START}mynetworks = 127.0.0.0/8\n{text * number}"), None, "mail")
            for number in (100, 200)
        )
        assert calls(partial(swallowed_settings, many)) <= 2.2 * calls(partial(swallowed_settings, few))


@pytest.mark.parametrize(
    ("text", "suggestion"),
    [
        ("mynetworks = 127.0.0.0/8\n biff = no\n", "biff = no"),
        ("inet_interfaces = allrelayhost = x\n", "relayhost = x"),
    ],
)
def test_the_suggestion_mends_it(text: str, suggestion: str) -> None:
    """Written in column 1 of a line of its own, nothing is found."""
    (found,) = [fault for fault in found_in(START + text, HOST) if fault.kind == "swallowed-setting"]
    assert found.suggestion.endswith(f": {suggestion}")
    mended = text.replace(suggestion, "\n" + suggestion).replace("\n \n", "\n").replace("= all\n", "= 192.0.2.8\n")
    assert {fault.kind for fault in found_in(START + mended, HOST)} <= {"setting-overridden"}


def test_a_value_that_is_given_can_swallow_too() -> None:
    """By an option or the library; it is in no file, and has no place."""
    assert run_check("--mynetworks", "127.0.0.0/8 inet_protocols = ipv4") == (1, ["swallowed-setting"])
    (found,) = check(HOST, overrides={"mynetworks": "127.0.0.0/8 biff = no", "inet_protocols": "ipv4"})
    assert (found.kind, str(found.place)) == ("swallowed-setting", "")
