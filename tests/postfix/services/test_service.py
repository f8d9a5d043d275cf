"""What is in force for a service: its own -o, then overrides, main.cf, and the defaults."""

from __future__ import annotations

import pytest

from ifdiscover._postfix.parameters.configuration import Configuration
from ifdiscover._postfix.parameters.main_cf import parse as parse_main_cf
from ifdiscover._postfix.services.master_cf import parse
from ifdiscover._postfix.services.service import SmtpdService, master_cf_of, smtpd_services
from ifdiscover._postfix.syntax.machine import Machine
from ifdiscover.errors import MasterCfError

MAIN_CF = "mynetworks = 10.0.0.0/8 $other\nother = 192.168.0.0/16\nsubmission_networks = 172.16.0.0/12 $other\n"


def services(master_cf: str, main_cf: str = MAIN_CF, **overrides: str) -> list[SmtpdService]:
    """The smtpd services of two files."""
    configuration = Configuration(parse_main_cf(main_cf, "main.cf"), overrides, "mail.example.com")
    return smtpd_services(configuration, parse(master_cf, "master.cf"))


def test_what_a_service_sets_is_in_force_for_it_alone() -> None:
    """And a name that it sets counts wherever a value mentions it."""
    smtp, narrow, by_name, named = services(
        "smtp inet n - n - - smtpd\n"
        "587 inet n - n - - smtpd -o mynetworks=127.0.0.0/8\n"
        "588 inet n - n - - smtpd -o mynetworks=$submission_networks\n"
        "589 inet n - n - - smtpd -o other=::1\n"
    )
    assert smtp.configuration.value("mynetworks") == "10.0.0.0/8 192.168.0.0/16"
    assert narrow.configuration.value("mynetworks") == "127.0.0.0/8"
    assert by_name.configuration.value("mynetworks") == "172.16.0.0/12 192.168.0.0/16"
    assert named.configuration.value("mynetworks") == "10.0.0.0/8 ::1"


def test_a_services_own_value_is_before_an_override() -> None:
    """An override stands for a line of main.cf, before which master.cf counts."""
    narrow, smtp = services("25 inet n - n - - smtpd -o mynetworks=::1\nsmtp inet n - n - - smtpd\n", mynetworks="::2")
    assert [one.configuration.value("mynetworks") for one in (narrow, smtp)] == ["::1", "::2"]


def test_a_value_has_its_place_in_master_cf() -> None:
    """A value from main.cf keeps its place there."""
    (smtp,) = services("smtp inet n - n - - smtpd\n  -o mynetworks=10.0.0.0/8\n")
    assert str(smtp.configuration.place_of("mynetworks", 3)) == "master.cf, line 2, column 20"
    assert str(smtp.configuration.place_of("other")) == "main.cf, line 2, column 9"
    numbers = [getattr(smtp.configuration.setting(name), "number", None) for name in ("mynetworks", "other")]
    assert numbers == [2, 2]


def test_a_name_that_nothing_defines_is_told_with_its_place() -> None:
    """In Postfix's own sentence; its service name is defined."""
    (smtp,) = services("smtp inet n - n - - smtpd -o mynetworks=$nobody -o syslog_name=x/$service_name\n")
    assert [(fault.postfix_says, str(fault.place)) for fault in smtp.configuration.findings] == [
        ("master.cf: undefined parameter: nobody", "master.cf, line 1")
    ]
    assert smtp.configuration.value("syslog_name") == "x/smtp"
    of = {"nobody": "mynetworks", "service_name": "syslog_name", "other": "submission_networks"}
    assert smtp.configuration.mentioned == of


def test_what_is_odd_in_main_cf_is_odd_for_a_service_too() -> None:
    """In addition to what is odd in its own line; without a main.cf there is only that."""
    (smtp,) = services("smtp inet n - n - - smtpd -o a=$b\n", "x = 1\nx = 2\n")
    assert [fault.kind for fault in smtp.configuration.findings] == ["setting-overridden", "undefined-name"]
    (smtp,) = smtpd_services(Configuration(), parse("smtp inet n - n - - smtpd -o a=$b\n"))
    assert [fault.kind for fault in smtp.configuration.findings] == ["undefined-name"]


def test_only_smtpd_in_the_network_counts() -> None:
    """Not clients, and not an smtpd on a Unix-domain socket; the last of two is in force."""
    found = services(
        "smtp unix - - n - - smtp\n"
        "smtp inet n - n - - smtpd\n"
        "in unix n - n - - smtpd\n"
        "smtpd pass - - n - - smtpd\n"
        "[::1]:2525 inet n - n - - smtpd\n"
        "qmqp inet n - n - - qmqpd\n"
        "2526 fifo n - n - - smtpd\n"
        "2527 inet n n n - 0 spawn user=nobody argv=/bin/true\n"
        "2528 inet n - n - - discard\n"
        "smtp inet n - n - - smtpd -o other=x\n"
    )
    assert [(one.name, list(one.smtpd.overrides)) for one in found] == [("smtp", ["other"]), ("[::1]:2525", [])]


def test_behind_postscreen_the_smtpd_of_type_pass_serves() -> None:
    """Its own -o count, and not postscreen's; smtpd_service_name has its name."""
    master_cf = (
        "smtp inet n - n - 1 postscreen -o mynetworks=::3\n"
        "smtpd pass - - n - - smtpd -o mynetworks=::1\n"
        "other pass - - n - - smtpd -o mynetworks=::2\n"
    )
    (smtp,) = services(master_cf)
    assert (smtp.name, smtp.smtpd.name, smtp.configuration.value("mynetworks")) == ("smtp", "smtpd", "::1")
    (smtp,) = services(master_cf, smtpd_service_name="other")
    assert smtp.configuration.value("mynetworks") == "::2"
    (smtp,) = services(master_cf.replace("=::3", "=::3 -o smtpd_service_name=other"))
    assert smtp.configuration.value("mynetworks") == "::2"
    for unknown in ("nobody", "$(x", "$smtpd_banner"):
        assert services(master_cf, smtpd_service_name=unknown) == []


@pytest.mark.parametrize(
    ("name", "is_smtp", "is_loopback"),
    [
        ("smtp", True, False),
        ("25", True, False),
        ("192.0.2.1:smtp", True, False),
        ("[::1]:25", True, True),
        ("::1:smtp", True, True),
        ("127.0.0.2:025", True, True),
        ("localhost:smtp", True, True),
        (":25", True, False),
        ("a.example.com:25", True, False),
        ("mail.example.com:25", True, False),
        ("24", False, False),
        ("submission", False, False),
        ("2525", False, False),
        ("127.0.0.1:10025", False, True),
    ],
)
def test_port_and_address_are_in_the_name(name: str, *, is_smtp: bool, is_loopback: bool) -> None:
    """By the port's name or number."""
    (one,) = services(f"{name} inet n - n - - smtpd\n")
    assert (one.is_smtp, one.is_loopback) == (is_smtp, is_loopback)


def test_a_file_that_postfix_refuses_has_no_services() -> None:
    """In master's words."""
    with pytest.raises(MasterCfError, match=r"master\.cf: line 1: bad transport type: tcp"):
        services("smtp tcp n - n - - smtpd\n")


def test_a_main_cf_from_no_folder_has_no_master_cf() -> None:
    """As one that came by standard input."""
    assert master_cf_of(Configuration(parse_main_cf("", "standard input")), Machine()) is None
    assert master_cf_of(Configuration(), Machine()) is None
