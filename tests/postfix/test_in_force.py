"""Which value is in force: given, an override's, main.cf's, or the default."""

from __future__ import annotations

from errno import EACCES
from typing import TYPE_CHECKING

import pytest
from support.made import host

from ifdiscover._postfix.in_force import (
    DEFAULTS,
    ENVIRONMENT,
    INSTALLED,
    NAMED,
    NONE,
    configuration_of,
    hostname_of,
    in_force,
    machine_of,
    path_of_master_cf,
    text_of_master_cf,
    which_directory,
)
from ifdiscover._postfix.mynetworks import DEFAULT_STYLE
from ifdiscover._postfix.own_addresses import own_addresses
from ifdiscover._postfix.parameters.configuration import Configuration
from ifdiscover._postfix.parameters.main_cf import parse
from ifdiscover.errors import (
    ConfigFileError,
    InterfacesError,
    MacroError,
    MainCfError,
    NotOnThisMachineError,
    UnknownDefaultError,
)
from ifdiscover.model import Host, Recorded

if TYPE_CHECKING:
    from pathlib import Path

WANTED = dict.fromkeys(DEFAULTS)
ELSEWHERE = host(recorded=Recorded("mail.example.com"))
NAMELESS = host(recorded=Recorded(None))


def of(text: str | None, **overrides: str) -> Configuration:
    """A configuration of a main.cf's text, and of overrides."""
    return Configuration(None if text is None else parse(text), overrides, "relay")


def test_where_nothing_is_said_the_defaults_hold() -> None:
    """Postfix's documented ones, and no configuration is made for them."""
    found = in_force(None, None, **WANTED)
    assert found == {
        "inet_interfaces": "all",
        "inet_protocols": "all",
        "mynetworks_style": "host",
        "proxy_interfaces": "",
        "smtp_bind_address": "",
        "smtp_bind_address6": "",
    }
    assert found["mynetworks_style"] == DEFAULT_STYLE
    assert (found.configuration, found.warnings) == (None, ())


def test_only_what_is_wanted_is_looked_for() -> None:
    """A value that cannot be expanded keeps nobody from another."""
    assert in_force(of("inet_interfaces = $(\n"), None, inet_protocols=None) == {"inet_protocols": "all"}


def test_a_given_value_comes_before_an_override_and_that_before_main_cf() -> None:
    """Whatever the others say."""
    configuration = of("inet_protocols = ipv4\ninet_interfaces = 192.0.2.1\n", inet_protocols="ipv6")
    found = in_force(configuration, None, inet_protocols=None, inet_interfaces=None)
    assert found == {"inet_protocols": "ipv6", "inet_interfaces": "192.0.2.1"}
    assert found.configuration is configuration
    assert in_force(configuration, None, inet_protocols="all") == {"inet_protocols": "all"}


@pytest.mark.parametrize("name", sorted(DEFAULTS))
def test_an_override_without_a_main_cf_is_in_force_as_with_one(name: str) -> None:
    """Only the style has another default there."""
    value = "ipv4" if name == "inet_protocols" else "192.0.2.1"
    for text in (None, ""):
        assert in_force(of(text, **{name: value}), None, **{name: None}) == {name: value}


def test_an_empty_value_is_a_value() -> None:
    """It names no protocol; None is what is not given."""
    assert in_force(None, None, inet_protocols="") == {"inet_protocols": ""}
    assert in_force(of("inet_protocols = ipv4\n"), None, inet_protocols="") == {"inet_protocols": ""}


def test_a_given_value_is_expanded_as_one_of_main_cf_is() -> None:
    """Trimmed before, and not after: what blanks a name stands for stay."""
    configuration = of("x = y\n")
    assert in_force(configuration, None, inet_interfaces=" $x ") == {"inet_interfaces": "y"}
    assert in_force(configuration, None, inet_interfaces="${x? all}") == {"inet_interfaces": " all"}
    with pytest.raises(InterfacesError, match="host not found: all"):
        own_addresses(
            host(), inet_interfaces=in_force(configuration, None, inet_interfaces="${x? all}")["inet_interfaces"]
        )


@pytest.mark.parametrize(("here", "name"), [(ELSEWHERE, "mail.example.com"), (NAMELESS, None)])
def test_a_name_of_the_host_is_that_of_the_host_which_is_asked_about(here: Host, name: str | None) -> None:
    """A recorded one's is in its recording, or nowhere; it is needed with and without main.cf."""
    for configuration in (None, configuration_of(here, overrides={"x": "1"})):
        if name is None:
            with pytest.raises(UnknownDefaultError, match="does not name its host"):
                in_force(configuration, here, inet_interfaces="$myhostname")
        else:
            assert in_force(configuration, here, inet_interfaces="$myhostname") == {"inet_interfaces": name}


@pytest.mark.parametrize(
    ("text", "overrides", "style"),
    [
        (None, {"x": "1"}, "host"),
        (None, {"compatibility_level": "1"}, "subnet"),
        (None, {"compatibility_level": "2"}, "host"),
        (None, {"mynetworks_style": "class"}, "class"),
        ("", {}, "subnet"),
        ("compatibility_level = 2\n", {}, "host"),
        ("mynetworks_style = class\n", {"compatibility_level": "2"}, "class"),
    ],
)
def test_the_style_is_postfixs_once_main_cf_or_a_level_is_known(
    text: str | None, overrides: dict[str, str], style: str
) -> None:
    """Until then it is the documented one, and not that of level 0."""
    assert in_force(of(text, **overrides), None, mynetworks_style=None) == {"mynetworks_style": style}


def test_what_is_odd_is_in_the_warnings() -> None:
    """Postfix's own of main.cf, then overrides that nothing uses, then names in given values that stand for nothing."""
    found = in_force(of("a = $b\n", inet_interface="all", used="1"), None, inet_interfaces="$used $nothing")
    assert found.warnings == (
        "main.cf: undefined parameter: b",
        "-o: unused parameter: inet_interface=all; did you mean inet_interfaces?",
        "undefined parameter: nothing: Postfix takes it for empty",
    )


def test_what_postfix_cannot_expand_is_an_error() -> None:
    """Of a given value and of one that is set."""
    for configuration, given in ((None, "$"), (of("inet_protocols = $\n"), None)):
        with pytest.raises(MacroError):
            in_force(configuration, None, inet_protocols=given)


def test_a_configuration_is_made_only_if_something_is_named(tmp_path: Path) -> None:
    """A folder of main.cf, or an override."""
    assert configuration_of(None) is configuration_of(None, None, {}) is None
    tmp_path.joinpath("main.cf").write_text("inet_protocols = ipv4\n")
    both = configuration_of(None, str(tmp_path), {"x": "1"})
    assert both is not None
    assert (both.value("inet_protocols"), both.value("x")) == ("ipv4", "1")
    overridden = configuration_of(None, None, {"x": "1"})
    assert overridden is not None
    assert overridden.main_cf is None


def test_a_main_cf_that_cannot_be_used_is_an_error(tmp_path: Path) -> None:
    """It is not there, or a line of it is none."""
    with pytest.raises(ConfigFileError):
        configuration_of(None, str(tmp_path))
    tmp_path.joinpath("main.cf").write_text("garbage\n")
    with pytest.raises(MainCfError):
        configuration_of(None, str(tmp_path))


def test_a_live_hosts_name_is_the_kernels_to_tell() -> None:
    """And a recorded host's never is."""
    assert [hostname_of(one) for one in (None, host(), ELSEWHERE, NAMELESS)] == [None, None, "mail.example.com", ""]


@pytest.mark.parametrize("is_here", [True, False])
@pytest.mark.parametrize("is_installed", [True, False])
@pytest.mark.parametrize("in_environment", [None, "/b", ""])
@pytest.mark.parametrize("named", [None, "/a", ""])
def test_main_cf_is_the_named_one_then_the_environments_then_the_installed_one(  # noqa: PLR0917 - two are pytest's
    named: str | None,
    in_environment: str | None,
    is_installed: bool,
    is_here: bool,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The last two of this machine only. As Postfix has it, an empty MAIL_CONFIG names the root folder."""
    monkeypatch.setattr("ifdiscover._postfix.in_force.DIRECTORY", str(tmp_path))
    if is_installed:
        tmp_path.joinpath("main.cf").touch()
    if in_environment is not None:
        monkeypatch.setenv("MAIL_CONFIG", in_environment)
    expected: tuple[str | None, str] = (None, NONE)
    if named is not None:
        expected = (named, NAMED)
    elif is_here and in_environment is not None:
        expected = (in_environment, ENVIRONMENT)
    elif is_here and is_installed:
        expected = (str(tmp_path), INSTALLED)
    assert which_directory(named, is_here=is_here) == expected


def test_an_installed_main_cf_that_cannot_be_read_is_in_force_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else defaults would be taken for what Postfix does. A folder that is none has no main.cf."""
    monkeypatch.setattr("ifdiscover._postfix.in_force.DIRECTORY", str(tmp_path))
    tmp_path.joinpath("main.cf").symlink_to("nowhere")
    assert which_directory() == (str(tmp_path), INSTALLED)
    monkeypatch.setattr("ifdiscover._postfix.in_force.DIRECTORY", "/dev/null")
    assert which_directory() == (None, NONE)

    def refuse(_path: str) -> None:
        raise PermissionError(EACCES, "Permission denied")

    monkeypatch.setattr("os.lstat", refuse)
    assert which_directory() == ("/dev/null", INSTALLED)


def test_config_directory_is_set_where_the_folder_was_named(tmp_path: Path) -> None:
    """Only postconf shows the difference."""
    tmp_path.joinpath("main.cf").touch()
    for is_set in (True, False):
        found = configuration_of(None, str(tmp_path), directory_is_set=is_set)
        assert found is not None
        assert found.is_set("config_directory") == is_set


def test_master_cf_is_the_one_beside_main_cf(tmp_path: Path) -> None:
    """A link that leads nowhere is there, and says nothing; without a main.cf there is none."""
    tmp_path.joinpath("main.cf").touch()
    found = configuration_of(None, str(tmp_path))
    assert found is not None
    assert path_of_master_cf(found) is None
    assert text_of_master_cf(found, machine_of(found, None)) == ""
    path = tmp_path / "master.cf"
    path.symlink_to("nowhere")
    assert path_of_master_cf(found) == str(path)
    assert text_of_master_cf(found, machine_of(found, None)) == ""
    path.unlink()
    path.write_text("smtp inet n - n - - smtpd\n")
    assert text_of_master_cf(found, machine_of(found, None)) == "smtp inet n - n - - smtpd\n"
    assert path_of_master_cf(Configuration(None, {}, "relay")) is None


def test_master_cf_is_looked_for_where_main_cf_was_read_from(tmp_path: Path) -> None:
    """A main.cf that is only a text has a path, or nothing."""
    tmp_path.joinpath("master.cf").touch()
    assert path_of_master_cf(Configuration(parse("", f"{tmp_path}/main.cf"))) == f"{tmp_path}/master.cf"
    assert path_of_master_cf(Configuration(parse("", "main.cf"))) is None


def test_files_of_a_copied_folder_are_read_from_the_copy(tmp_path: Path) -> None:
    """config_directory names the folder that main.cf was written for."""
    tmp_path.joinpath("main.cf").write_text("config_directory = /nonexistent/postfix\n")
    tmp_path.joinpath("networks").write_text("10.0.0.0/8\n")
    found = configuration_of(None, str(tmp_path))
    machine = machine_of(found, None)
    assert machine.read("/nonexistent/postfix/networks") == "10.0.0.0/8\n"
    with pytest.raises(ConfigFileError):
        machine_of(None, None).read("/nonexistent/postfix/networks")


def test_a_config_directory_that_cannot_be_known_is_the_folder_itself(tmp_path: Path) -> None:
    """As where its value goes in a circle."""
    tmp_path.joinpath("main.cf").write_text("config_directory = $(\n")
    tmp_path.joinpath("networks").write_text("10.0.0.0/8\n")
    machine = machine_of(configuration_of(ELSEWHERE, str(tmp_path)), ELSEWHERE)
    assert machine.read(f"{tmp_path}/networks") == "10.0.0.0/8\n"
    with pytest.raises(NotOnThisMachineError):
        machine.read("/etc/hosts")
