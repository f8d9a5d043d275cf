"""check finds what is wrong with the lines of master.cf, and with what its smtpd services set."""

from __future__ import annotations

from socket import AF_INET, AF_INET6
from typing import TYPE_CHECKING

import pytest
from support.made import address, host
from support.postfix.master_cf_files import FILES

from ifdiscover._postfix.check.parameters import check
from ifdiscover._postfix.syntax.findings import INFO
from ifdiscover.model import Recorded

if TYPE_CHECKING:
    from pathlib import Path

    from ifdiscover._postfix.syntax.findings import Finding

HOST = host(
    address("127.0.0.1", "255.0.0.0"),
    address("192.0.2.25", "255.255.255.0"),
    address("::1", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"),
    address("2001:db8::25", "ffff:ffff:ffff:ffff::"),
)
MAIN_CF = "compatibility_level = 3.6\nmyhostname = mail.example.com\nmynetworks = 127.0.0.0/8\n"


def found(folder: Path, master_cf: str, main_cf: str = MAIN_CF) -> list[tuple[str, str, str, int | None]]:
    """The kind, severity, parameter and line of each finding that is more than info."""
    return [
        (fault.kind, fault.severity, fault.parameter, fault.place.line) for fault in faults(folder, master_cf, main_cf)
    ]


def faults(folder: Path, master_cf: str, main_cf: str = MAIN_CF) -> list[Finding]:
    """The findings that are more than info."""
    (folder / "main.cf").write_text(main_cf)
    (folder / "master.cf").write_bytes(master_cf.encode(errors="surrogateescape"))
    return [fault for fault in check(HOST, config_directory=str(folder)) if fault.severity != INFO]


HEALTHY = [name for name in FILES if name not in ("services twice", "one twice with other options", "a mark")]
SAID = {
    "an option that sets nothing": {"service-option"},
    "braces": {"service-option"},  # words behind the options
    "odd": {"service-option"},  # a comment behind them
    "a NUL": {"nul"},
    "a blank first": {"leading-white-space"},
}


@pytest.mark.parametrize("name", HEALTHY)
def test_stock_files_draw_nothing(name: str, tmp_path: Path) -> None:
    """A false alarm is the worst fault of a checker."""
    assert {fault.kind for fault in faults(tmp_path, FILES[name])} == SAID.get(name, set())


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        ("10.0.0.1/8", "host-bits"),
        ("fe80::/10", "address-as-table"),
        ("10.1", "matches-nothing"),
        ("0.0.0.0/0", "everyone"),
        ("$lan", "host-bits"),
    ],
)
def test_the_list_of_a_service_is_checked(value: str, kind: str, tmp_path: Path) -> None:
    """With its place in master.cf, as parameter mynetworks."""
    row = found(tmp_path, f"smtp inet n - n - - smtpd\n587 inet n - n - - smtpd\n -o mynetworks={value}\n", LAN)
    assert [(one[0], one[2], one[3]) for one in row] == [(kind, "mynetworks", 3)]


LAN = f"{MAIN_CF}lan = 10.0.0.1/8\n"


def test_behind_postscreen_too(tmp_path: Path) -> None:
    """The smtpd of type pass has a list of its own."""
    master_cf = "smtp inet n - n - 1 postscreen\nsmtpd pass - - n - - smtpd -o { mynetworks = 127.0.0.0/8 10.1 }\n"
    assert found(tmp_path, master_cf) == [("matches-nothing", "medium", "mynetworks", 2)]


def test_a_fault_of_main_cf_is_told_once(tmp_path: Path) -> None:
    """Not for each service that takes the list from there."""
    master_cf = "smtp inet n - n - - smtpd\n587 inet n - n - - smtpd -o syslog_name=x\n"
    assert len(found(tmp_path, master_cf, MAIN_CF.replace("127.0.0.0/8", "127.0.0.1/8"))) == 1


def test_a_service_without_a_required_restriction_is_high(tmp_path: Path) -> None:
    """Smtpd does not start; its neighbour with one does."""
    lacking = "587 inet n - n - - smtpd\n  -o smtpd_relay_restrictions=permit_mynetworks\n"
    assert found(tmp_path, lacking) == [("no-relay-restriction", "high", "smtpd_relay_restrictions", 2)]
    assert found(tmp_path, lacking.replace("permit_mynetworks", "permit_mynetworks,reject")) == []
    of_main_cf = f"{MAIN_CF}smtpd_relay_restrictions = permit_mynetworks\n"
    row = ("no-relay-restriction", "high", "smtpd_relay_restrictions", 4)
    assert found(tmp_path, "smtp inet n - n - - smtpd\n587 inet n - n - - smtpd\n", of_main_cf) == [row]
    assert found(tmp_path, "smtp unix - - n - - smtp\n", of_main_cf) == [row]


def test_without_a_master_cf_main_cf_is_checked(tmp_path: Path) -> None:
    """Its restrictions too."""
    (tmp_path / "main.cf").write_text(f"{MAIN_CF}smtpd_relay_restrictions = permit_mynetworks\n")
    assert [fault.kind for fault in check(HOST, config_directory=str(tmp_path))] == ["no-relay-restriction"]


def test_a_name_that_a_service_uses_is_not_misspelt(tmp_path: Path) -> None:
    """Though it resembles a parameter of Postfix."""
    main_cf = f"{MAIN_CF}mynetwork = 10.0.0.0/8\n"
    service = "smtp inet n - n - - smtpd\n"
    assert [one[0] for one in found(tmp_path, service, main_cf)] == ["misspelt-name"]
    assert found(tmp_path, f"{service}587 inet n - n - - smtpd -o mynetworks=$mynetwork\n", main_cf) == []


def test_a_name_that_nothing_defines_matters_only_in_a_list(tmp_path: Path) -> None:
    """A restriction's is info, as stock files have it."""
    line = "587 inet n - n - - smtpd -o {}\n"
    assert found(tmp_path, line.format("smtpd_client_restrictions=$mua_client_restrictions")) == []
    assert found(tmp_path, line.format("mynetworks=$lan")) == [("undefined-name", "medium", "master.cf", 1)]


def test_a_line_that_postfix_refuses_is_high(tmp_path: Path) -> None:
    """In master's words."""
    (fault,) = faults(tmp_path, "smtp inet n - n - - smtpd\nsmtp tcp n - n - - smtpd\n")
    assert (fault.kind, fault.severity, fault.element) == ("master-cf-line", "high", "tcp")
    assert fault.postfix_says == f"{tmp_path}/master.cf: line 2: bad transport type: tcp"


def test_the_style_of_a_service_is_checked_if_no_list_is_set(tmp_path: Path) -> None:
    """As the strangers of the class network that it trusts; beside a list of its own the style is nothing."""
    main_cf = MAIN_CF.replace("mynetworks = 127.0.0.0/8\n", "")
    service = "smtp inet n - n - - smtpd\n587 inet n - n - - smtpd\n  -o mynetworks_style={}\n"
    assert found(tmp_path, service.format("host"), main_cf) == []
    assert found(tmp_path, service.format("class"), main_cf) == [("strangers", "medium", "mynetworks_style", 3)]
    assert found(tmp_path, service.format("classes"), main_cf) == [("style", "high", "mynetworks_style", 3)]
    assert found(tmp_path, service.format("class -o mynetworks=127.0.0.0/8"), main_cf) == []


@pytest.mark.parametrize("options", ["-o mynetworks_style=", "-o mynetworks_style= -o mynetworks=10.0.0.0/8"])
def test_an_empty_style_is_a_fault_beside_a_list_too(options: str, tmp_path: Path) -> None:
    """The program does not start, wherever the list is set; a service that sets no style starts."""
    row = found(tmp_path, f"25 inet n - n - - smtpd -o mynetworks=10.0.0.0/8\n26 inet n - n - - smtpd {options}\n")
    assert row == [("style", "high", "mynetworks_style", 2)]


def test_a_level_is_told_once_though_a_service_has_a_list(tmp_path: Path) -> None:
    """The default of the style, which depends on it, is nothing to a list that is set."""
    row = found(tmp_path, "25 inet n - n - - smtpd -o mynetworks=10.0.0.0/8\n", MAIN_CF.replace("3.6", "x"))
    assert [one[0] for one in row] == ["compatibility-level"]


OWN_ADDRESSES = MAIN_CF + "lan = 192.0.2.25\ninet_interfaces = $lan, ::1\n"


@pytest.mark.parametrize(
    ("setting", "kind"),
    [
        ("inet_interfaces=192.0.2.99", "interface-not-local"),
        ("inet_interfaces=192.0.2.25", None),
        ("inet_protocols=ipv5", "protocol-unknown"),
        ("inet_protocols=all", None),
        ("inet_protocols=ipv4", "interface-not-found"),  # main.cf names an IPv6 address
        ("inet_protocols=ipv4 -o inet_interfaces=192.0.2.25", None),
        ("lan=192.0.2.99", "interface-not-local"),
        ("lan=2001:db8::25", None),
        ("other=192.0.2.99", None),
    ],
)
def test_addresses_that_a_service_does_not_start_with_are_told(setting: str, kind: str | None, tmp_path: Path) -> None:
    """At their place in master.cf; the other services are not blamed."""
    master_cf = f"smtp inet n - n - - smtpd\n25 inet n - n - - smtpd -o {setting}\n"
    told = faults(tmp_path, master_cf, OWN_ADDRESSES)
    assert [fault.kind for fault in told] == ([kind] if kind else [])
    for fault in told:
        assert (fault.place.file, fault.place.line) == (str(tmp_path / "master.cf"), 2)
        assert fault.consequence == "the program of this service does not start"


def test_protocols_without_an_address_of_the_host_are_told_where_main_cf_names_no_addresses(tmp_path: Path) -> None:
    """inet_interfaces is Postfix's default there, which is in no file."""
    (tmp_path / "main.cf").write_text(MAIN_CF + "inet_protocols = ipv4\n")
    (tmp_path / "master.cf").write_text("25 inet n - n - - smtpd -o inet_protocols=ipv6\n")
    only_ipv4 = host(address("127.0.0.1", "255.0.0.0"), recorded=Recorded(families=(AF_INET, AF_INET6)))
    told = [fault for fault in check(only_ipv4, config_directory=str(tmp_path)) if fault.severity != INFO]
    where = str(tmp_path / "master.cf")
    assert [(fault.kind, fault.place.file, fault.place.line) for fault in told] == [("no-active-interface", where, 1)]


def test_own_addresses_that_are_faulty_in_main_cf_are_told_there_alone(tmp_path: Path) -> None:
    """Though the service, with its protocols, has the same fault."""
    master_cf = "25 inet n - n - - smtpd -o inet_protocols=ipv4\n"
    (told,) = faults(tmp_path, master_cf, MAIN_CF + "inet_interfaces = 192.0.2.99\n")
    assert (told.place.file, told.consequence) == (str(tmp_path / "main.cf"), "Postfix does not start")


def test_a_master_cf_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    """Nothing is known of its services then."""
    (tmp_path / "main.cf").write_text(MAIN_CF)
    (tmp_path / "master.cf").mkdir()
    (told,) = check(HOST, config_directory=str(tmp_path))
    assert (told.kind, told.parameter, told.cannot_tell) == ("needs-postfix", "master.cf", True)
    assert told.remark.startswith("no service is judged: ")


def test_the_master_cf_of_a_recorded_host_is_not_looked_for_elsewhere(tmp_path: Path) -> None:
    """A link that leaves the copy leads to another file than on that host."""
    (tmp_path / "copy").mkdir()
    (tmp_path / "master.cf").write_text("smtp inet n - n - - smtpd\n")
    (tmp_path / "copy" / "main.cf").write_text(MAIN_CF)
    (tmp_path / "copy" / "master.cf").symlink_to(tmp_path / "master.cf")
    (told,) = check(HOST._replace(recorded=Recorded()), config_directory=str(tmp_path / "copy"))
    assert (told.kind, told.parameter) == ("not-on-this-machine", "master.cf")


@pytest.mark.parametrize(("value", "kind"), [("10.0.0.1/8", "host-bits"), ("10.0.0.0/8 !10.1.0.0/16", "never-decides")])
def test_a_fault_of_a_list_that_a_service_names_is_told(value: str, kind: str, tmp_path: Path) -> None:
    """Only a misspelt name is none, if a service has it."""
    main_cf = MAIN_CF.replace("127.0.0.0/8", value)
    row = found(tmp_path, "587 inet n - n - - smtpd -o smtpd_authorized_xclient_hosts=$mynetworks\n", main_cf)
    assert [(one[0], one[3]) for one in row] == [(kind, 3)]


@pytest.mark.parametrize(
    ("main_cf", "options", "row"),
    [
        ("mynetworks = 10.0.0.1/8\n", "mynetworks=10.0.0.1/8", ("host-bits", "high", "mynetworks", 4)),
        (
            "inet_interfaces = 203.0.113.9\n",
            "inet_interfaces=203.0.113.9",
            ("interface-not-local", "high", "inet_interfaces", 4),
        ),
        (
            "inet_interfaces = 203.0.113.9\n",
            "inet_protocols=ipv4",
            ("interface-not-local", "high", "inet_interfaces", 4),
        ),
    ],
)
def test_what_is_wrong_in_main_cf_is_not_told_of_a_service_too(
    main_cf: str, options: str, row: tuple[str, str, str, int], tmp_path: Path
) -> None:
    """If it sets the same, or something else."""
    assert [
        one
        for one in found(tmp_path, f"587 inet n - n - - smtpd -o {options}\n", MAIN_CF + main_cf)
        if one[0] != "setting-overridden"
    ] == [row]


def test_a_service_may_ask_for_ipv6_that_the_host_lacks(tmp_path: Path) -> None:
    """Its program starts all the same."""
    (tmp_path / "main.cf").write_text(f"{MAIN_CF}inet_protocols = ipv4\n")
    (tmp_path / "master.cf").write_text("587 inet n - n - - smtpd -o inet_protocols=all\n")
    assert check(host(address("192.0.2.25", "255.255.255.0")), config_directory=str(tmp_path)) == ()


def test_the_place_of_what_a_service_computes_is_in_master_cf(tmp_path: Path) -> None:
    """And what to write is an option there; a word that replaces another stays a word."""
    main_cf = MAIN_CF.replace("mynetworks = 127.0.0.0/8\n", "").replace("3.6", "1") + "inet_interfaces = 127.0.0.1\n"
    (told,) = faults(tmp_path, "587 inet n - n - - smtpd\n  -o inet_interfaces=192.0.2.25\n", main_cf)
    assert (told.kind, told.parameter, told.place.line) == ("strangers", "mynetworks_style", 2)
    assert (told.place.file, told.suggestion) == (f"{tmp_path}/master.cf", "-o { mynetworks_style = host }")
    (told,) = faults(tmp_path, "587 inet n - n - - smtpd -o mynetworks=10.0.0.1/8\n")
    assert told.suggestion == "10.0.0.0/8"


def test_a_list_that_is_given_is_in_no_file_though_a_service_changes_it(tmp_path: Path) -> None:
    """By a name that it mentions."""
    (tmp_path / "main.cf").write_text(f"{MAIN_CF}lan = 10.0.0.0/8\ninet_interfaces = 192.0.2.25\n")
    (tmp_path / "master.cf").write_text("587 inet n - n - - smtpd -o lan=10.0.0.1/8\n")
    (told,) = check(HOST, config_directory=str(tmp_path), overrides={"mynetworks": "$lan"})
    assert (told.kind, told.place.file) == ("host-bits", None)


@pytest.mark.parametrize(
    ("value", "kinds"),
    [
        ("permit_mynetworks, reject_unauth_destination", []),
        ("permit, reject_unauth_destination", ["no-relay-restriction"]),
        ("warn_if_reject reject_unauth_destination", ["no-relay-restriction"]),
        ("permit_mynetworks ${x", []),
        ("permit_mynetworks $luser_relay", []),
    ],
)
def test_a_restriction_counts_if_it_can_be_reached(value: str, kinds: list[str], tmp_path: Path) -> None:
    """Nothing is missed in a list that cannot be expanded."""
    text = f"{MAIN_CF}smtpd_relay_restrictions = {value}\n"
    assert [row[0] for row in found(tmp_path, "25 inet n - n - - smtpd\n", text)] == kinds


def test_without_a_main_cf_no_restriction_is_missed() -> None:
    """Options alone are no configuration of an smtpd."""
    options = {"smtpd_relay_restrictions": "permit_mynetworks", "mynetworks": "127.0.0.0/8"}
    assert check(HOST, overrides={**options, "myhostname": "mail.example.com"}) == ()
