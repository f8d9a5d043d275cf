"""Names that nothing uses or that are defined nowhere, values that cannot be expanded, and what postconf sees."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support.postfix.checks import GOOD, found_in, run_check

if TYPE_CHECKING:
    from pathlib import Path


def test_myhostname_that_only_the_daemons_know_is_told() -> None:
    """Without a line for it, $myhostname is empty to postconf and a name, here an unknown one, to the daemons."""
    found = {finding.kind: finding for finding in found_in("inet_interfaces = $myhostname\n")}
    assert set(found) == {"postconf-differs", "interface-not-found"}
    assert found["interface-not-found"].postfix_says.endswith("host not found: mail.localdomain")
    assert "empty" in found["postconf-differs"].remark


def test_whatever_is_set_for_this_run_and_used_by_nothing_is_told(tmp_path: Path) -> None:
    """In main.cf only what resembles a parameter is: other names may be somebody's own."""
    (tmp_path / "main.cf").write_text("mynetworks = 192.0.2.0/24\nown = 1\n")
    (tmp_path / "networks").write_text("192.0.2.0/24\n")
    for checked in (["--mynetworks", "192.0.2.0/24"], ["-c", str(tmp_path)], [str(tmp_path / "networks")]):
        assert run_check(*checked, "-o", "anything=1") == (1, ["misspelt-name"])
        assert run_check(*checked, "-o", "smtpd_banner=1") == (0, [])


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
        ("compatibility_level = x\nmynetworks_style = host\nmynetworks = 10.0.0.0/8\n", "compatibility-level", None),
        ("compatibility_level = x\n", "compatibility-level", None),
        ("mynetworks = ${{x}<level{2}}\n", "macro", "mynetworks"),
        ("mynetworks_style = ${{$inet_protocols}<level{2}:host}\n", "macro", "mynetworks_style"),
        ("mynetworks_style = host\nsmtp_bind_address = ${{x}<level{2}}\n", "bind-macro", "smtp_bind_address"),
    ],
)
def test_a_level_is_at_fault_only_if_it_is_compatibility_levels(text: str, kind: str, parameter: str | None) -> None:
    """Which is looked at even if nothing compares it; otherwise, whatever compares."""
    (found,) = found_in("inet_interfaces = 192.0.2.7\n" + text)
    assert (found.kind, found.parameter) == (kind, parameter or "compatibility_level")


@pytest.mark.parametrize("value", ["${a", "${{1} =~ {2} ? {} : {}}"])
def test_a_fault_beside_that_of_the_level_is_told_too(value: str) -> None:
    """Another sentence of Postfix, wherever it stands in the alphabet."""
    found = found_in(f"inet_interfaces = 192.0.2.7\ncompatibility_level = x\nproxy_interfaces = {value}\n")
    assert [(fault.kind, fault.parameter) for fault in found] == [
        ("compatibility-level", "compatibility_level"),
        ("macro", "proxy_interfaces"),
    ]


@pytest.mark.parametrize(
    ("value", "seen"),
    [
        ("${mail_name?{class}:{host}}", "to postconf it is host; to the daemons class"),
        ("${mail_name?{host}:{subnet}}", "to postconf it is subnet; to the daemons host"),
        ("${mail_name?{host}}", "to postconf it is empty; to the daemons host"),
        (
            "${{$compatibility_level} <level {3} ? {host} : {host}}",
            'to postconf it is a fault (malformed compatibility level syntax: ""); to the daemons host',
        ),
        ("${mail_name?{host}:{host}}", None),
    ],
)
def test_a_style_that_postconf_expands_without_defaults_is_told(value: str, seen: str | None) -> None:
    """Whatever comes of it there."""
    found = {
        fault.kind: fault.remark for fault in found_in(f"inet_interfaces = 192.0.2.7\nmynetworks_style = {value}\n")
    }
    assert found.get("postconf-differs") == seen


def test_a_name_that_is_not_defined_is_told_with_the_one_that_was_meant() -> None:
    """If there is one; all other findings about lines have their own advice."""
    text = GOOD + "office_lan = 10.0.0.0/8\nmynetworks = 127.0.0.0/8 $office_lam $nosuch\nno line\n"
    found = {fault.element or fault.kind: fault.suggestion for fault in found_in(text)}
    assert found["$office_lam"] == "$office_lan"
    assert found["$nosuch"] == ""
    assert found["main-cf-line"].startswith("write NAME = VALUE")


def test_a_macro_that_speaks_of_a_level_is_no_level() -> None:
    """The kind goes by what failed, and not by the words in it."""
    (found,) = found_in(GOOD + "smtp_bind_address = ${compatibility level\n")
    assert (found.kind, found.place.line) == ("bind-macro", 4)


@pytest.mark.parametrize(
    "name",
    ["mynetworks_v4", "mynetworks_v", "mynetworks_table", "mynetworks2", "mynetworks_style2", "inet_interfaces_ext"],
)
def test_a_name_that_goes_on_after_a_parameters_name_is_not_misspelt(name: str) -> None:
    """The administrator made it up, perhaps for master.cf; to write the parameter instead would trust more."""
    text = f"myhostname = mail.example.com\nmynetworks = 127.0.0.0/8\n{name} = 10.0.0.0/8\n"
    assert "misspelt-name" not in {finding.kind for finding in found_in(text)}


@pytest.mark.parametrize(
    "service",
    [
        "-o mynetworks=$mynetwork",
        "-o { mynetworks = 127.0.0.0/8, ${mynetwork} }",
        "-o smtpd_client_restrictions=${mynetwork?{permit}:{reject}}",
        "\n  -o syslog_name=x\n  -o mynetworks=$(mynetwork)",
    ],
)
def test_a_name_that_master_cf_uses_is_not_misspelt(service: str, tmp_path: Path) -> None:
    """However it is mentioned there; a comment is no mention."""
    (tmp_path / "main.cf").write_text("mynetworks = 192.0.2.0/24\nmynetwork = 192.0.2.0/24\n")
    (tmp_path / "master.cf").write_text(f"587 inet n - y - - smtpd {service}\n")
    assert run_check("-c", str(tmp_path)) == (0, [])
    commented = f"587 inet n - y - - smtpd {service}\n".replace("\n ", "\n# ")
    for other in (f"# {commented}", "smtp inet n - y - - smtpd\n"):
        (tmp_path / "master.cf").write_text(other)
        assert run_check("-c", str(tmp_path)) == (1, ["misspelt-name"])


def test_an_address_of_ipv4_is_set_without_a_4() -> None:
    """One expects a 4 beside smtp_bind_address6."""
    text = "myhostname = mail.example.com\nmynetworks = 127.0.0.0/8\nsmtp_bind_address4 = 192.0.2.7\n"
    (found,) = [finding for finding in found_in(text) if finding.kind == "misspelt-name"]
    assert found.suggestion == "smtp_bind_address"
