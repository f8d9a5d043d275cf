"""Postfix's parameters in force: where each value is from, and with what it is expanded."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from support.made import address, host

from ifdiscover import LocalDestinations, mynetworks, own_addresses
from ifdiscover._postfix import DIRECTORY
from ifdiscover._postfix.bind_addresses import bind_addresses
from ifdiscover._postfix.parameters.configuration import (
    DEFAULTS,
    PARAMETERS,
    Configuration,
    load,
    parse_overrides,
)
from ifdiscover._postfix.parameters.main_cf import parse
from ifdiscover._postfix.parameters.names import NAMES
from ifdiscover._postfix.syntax.findings import Place
from ifdiscover._postfix.syntax.words import Expanded
from ifdiscover.errors import ConfigurationError, InterfacesError, MacroError, UnknownDefaultError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from ifdiscover.model import Host


def of(text: str, hostname: str = "relay", **overrides: str) -> Configuration:
    """A configuration of a main.cf's text, in /dir."""
    return Configuration(parse(text, "/dir/main.cf", {"config_directory": "/dir"}), overrides, hostname, "/dir")


def test_an_override_comes_before_main_cf_and_main_cf_before_the_default() -> None:
    """Each name for itself."""
    made = of("inet_protocols = ipv4\ninet_interfaces = $inet_protocols\n", inet_protocols="ipv6")
    assert [made.value(name) for name in ("inet_protocols", "inet_interfaces", "smtp_address_preference")] == [
        "ipv6",
        "ipv6",
        "any",
    ]
    assert [made.is_set(name) for name in ("inet_protocols", "inet_interfaces", "proxy_interfaces")] == [1, 1, 0]


def test_a_setting_has_its_place_unless_it_is_overridden() -> None:
    """For messages that point at it."""
    made = of("# c\na =\n  b\n", c="1")
    setting = made.setting("a")
    assert setting is not None
    assert (setting.value, setting.place()) == ("b", Place("/dir/main.cf", 3, 3))
    assert made.setting("c") is None
    assert made.setting("nowhere") is None
    assert of("a = 1\n", a="2").setting("a") is None


def test_a_place_in_a_value_is_known_unless_the_value_is_expanded() -> None:
    """Then only its line is; of what main.cf does not set, no place is known."""
    made = of("a =\n  b c\nd = $a\n", e="1")
    assert made.place_of("a", 2) == Place("/dir/main.cf", 2, 5)
    assert made.place_of("d", 1) == Place("/dir/main.cf", 3)
    assert made.place_of("e") == made.place_of("nowhere") == Place()
    assert Configuration().setting("a") is None


def test_the_daemons_know_the_defaults_and_postconf_only_what_is_set() -> None:
    """inet_interfaces = $myhostname without a myhostname line is empty to the one and fatal to the others."""
    made = of("inet_interfaces = $myhostname\n")
    assert made.value("inet_interfaces") == "relay.localdomain"
    assert made.value_by_main_cf("inet_interfaces") == ""
    made = of("inet_interfaces = $myhostname\nmyhostname = mail.$mydomain\nmydomain = example.com\n")
    assert made.value("inet_interfaces") == made.value_by_main_cf("inet_interfaces") == "mail.example.com"


@pytest.mark.parametrize(
    ("text", "kernel", "hostname", "domain"),
    [
        ("", "relay", "relay.localdomain", "localdomain"),
        ("", "relay.example.com", "relay.example.com", "example.com"),
        ("mydomain = example.com", "relay", "relay.example.com", "example.com"),
        ("mydomain = example.com", "a.b.c", "a.b.c", "example.com"),
        ("mydomain =", "relay", "relay.", ""),
        ("mydomain = $myhostname", "relay", "relay.", "relay."),
        ("myhostname = foo", "relay", "foo", "localdomain"),
        ("myhostname = foo.", "relay", "foo.", ""),
        ("myhostname = a.b.c", "relay", "a.b.c", "b.c"),
        ("myhostname =", "relay", "", "localdomain"),
        ("myhostname = host.$mydomain", "relay", "host.", ""),
    ],
)
def test_myhostname_and_mydomain_are_made_of_each_other(text: str, kernel: str, hostname: str, domain: str) -> None:
    """What main.cf does not set; of the kernel's name if neither is set."""
    made = of(text, kernel)
    assert (made.value("myhostname"), made.value("mydomain")) == (hostname, domain)


def test_the_kernel_is_asked_for_its_name() -> None:
    """Where nobody says another; a recording that does not tell gives an error, and no other host's name."""
    assert load().value("myhostname").startswith(os.uname().nodename)
    with pytest.raises(UnknownDefaultError, match="does not name its host"):
        load(hostname="").value("myhostname")
    assert load(hostname="").value("inet_interfaces") == "all"


def test_a_name_defined_nowhere_is_empty_with_postfixs_warning() -> None:
    """Wherever in main.cf it is mentioned; not the names that Postfix has defaults for."""
    made = of("a = ${q?{$r}}\nmynetworks = 127.0.0.1 $smtpd_banner $a\n")
    assert made.warnings == ("/dir/main.cf: undefined parameter: q", "/dir/main.cf: undefined parameter: r")
    assert made.value("a") == ""
    assert Configuration(overrides={"a": "$q"}).warnings == ("-o: undefined parameter: q",)
    # To postconf this is no parameter.
    assert of("default_rbl_reply = $rbl_what\n").warnings == ()


def test_a_default_that_only_postfix_knows_is_not_guessed() -> None:
    """Empty in its place, the value could trust or distrust anyone; an arm that is not taken needs none."""
    made = of("mynetworks = ${smtpd_banner:0.0.0.0/0}\ninet_interfaces = ${nowhere?$smtpd_banner}all\n")
    with pytest.raises(UnknownDefaultError, match=r"\$smtpd_banner is not set, and its default is not known") as caught:
        made.value("mynetworks")
    assert caught.value.status == 65
    assert made.value("inet_interfaces") == "all"
    with pytest.raises(UnknownDefaultError, match="its default depends on the host"):
        of("").value("mynetworks")
    with pytest.raises(UnknownDefaultError, match="not a parameter of Postfix"):
        of("").value("nonsense")
    assert of("").with_default("mynetworks", "x").value("mynetworks") == "x"


def test_all_that_a_value_can_hang_on_is_reached_from_it() -> None:
    """Through other values, in arms that are not taken, and through defaults; in a circle once."""
    made = of("a = $b\nb = ${c?{$d}} $$x\nc = 1\nd = $a\ne = $f\n")
    assert made.reached_from(["a"]) == {"a", "b", "c", "d"}
    assert made.reached_from(["c", "myorigin"]) == {"c", "myorigin", "myhostname"}


def test_faults_have_the_fatal_the_reason_the_parameter_and_the_remedy() -> None:
    """All in one message, in Postfix's words."""
    made = of("mynetworks = $mynetworks\ninet_interfaces = ${\n")
    with pytest.raises(MacroError) as caught:
        made.value("mynetworks")
    assert str(caught.value).startswith(
        'macro processing error: unreasonable macro call nesting: "mynetworks"; in the value of mynetworks: '
    )
    with pytest.raises(ConfigurationError, match=r"^dictionary mail_dict: macro processing error: truncated"):
        made.value_by_main_cf("inet_interfaces")
    with pytest.raises(ConfigurationError, match=r"^macro processing error: empty macro name"):
        made.expand("$")


def test_a_text_from_the_command_line_is_expanded_as_values_are() -> None:
    """With everything."""
    made = of("x = $y\ny = 1\n")
    assert made.expand("$x ${inet_protocols} $$") == "1 all $"


def test_what_has_been_expanded_is_marked_so() -> None:
    """Whoever reads it can tell it from what is written, whether there was anything to expand or not."""
    made = of("inet_interfaces = ${x? all}\nx = 1\n")
    values = [made.value("inet_interfaces"), made.value("x"), made.expand("$x "), made.value_by_main_cf("x")]
    assert values == [" all", "1", "1 ", "1"]
    assert {type(value) for value in values} == {Expanded}
    assert type(made.written("inet_interfaces")) is str


@pytest.mark.parametrize("blanks", [" all", "all\t", " loopback-only "])
@pytest.mark.parametrize(
    "ask",
    [
        lambda here, value: own_addresses(here, inet_interfaces=value),
        lambda here, value: mynetworks(here, style="subnet", inet_interfaces=value),
        lambda here, value: LocalDestinations(here, inet_interfaces=value).decide("127.0.0.1"),
        lambda here, value: bind_addresses(here, inet_interfaces=value),
    ],
    ids=["own_addresses", "mynetworks", "LocalDestinations", "bind_addresses"],
)
def test_blanks_that_are_left_by_expanding_make_a_keyword_a_host_name(
    blanks: str, ask: Callable[[Host, str], object]
) -> None:
    """Postfix trims lines and not what it expands; every function that takes the value goes by that."""
    here = host(address("127.0.0.1", "255.0.0.0"), address("192.0.2.1", "255.255.255.0"))
    ask(here, blanks)
    with pytest.raises(InterfacesError, match=f"host not found: {blanks.strip()};"):
        ask(here, of("inet_interfaces = ${x?{" + blanks + "}}\nx = 1\n").value("inet_interfaces"))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a", "invalid parameter override: a: missing '=' after attribute name"),
        ("", "invalid parameter override: : missing attribute name"),
        ("=b", "invalid parameter override: =b: missing attribute name"),
        ("a b=c", "invalid parameter override: a b=c: missing '=' after attribute name"),
        ("a=b\nmynetworks=0.0.0.0/0", "control character"),
        ("a=\x1b[2J", "control character"),
        ("a=\x7f", "control character"),
        ("a=\0", "control character"),
    ],
)
def test_overrides_that_are_none_are_refused(text: str, message: str) -> None:
    """A newline would forge a line of main.cf."""
    with pytest.raises(UsageError) as caught:
        parse_overrides(["x=1", text])
    assert message in str(caught.value)


def test_overrides_are_read_as_lines_are() -> None:
    """Blanks around name and value fall away, and the last of a name wins."""
    assert parse_overrides([" a = 1\t2 ", "b=", "a==3"]) == {"a": "=3", "b": ""}


def test_an_override_that_changes_nothing_is_told() -> None:
    """With a name that is near. A name that a value, an override or another text mentions is used; so is Postfix's."""
    overrides = {"inet_interface": "all", "x": "$y", "y": "1", "z": "2", "smtpd_banner": "3"}
    configuration = Configuration(parse("mynetworks = $x\nown = 4\n"), overrides)
    unused = ("-o: unused parameter: inet_interface=all; did you mean inet_interfaces?", "-o: unused parameter: z=2")
    assert configuration.unused_overrides() == unused
    assert configuration.unused_overrides("", "${z}") == unused[:1]


def test_the_directory_counts_as_set_where_it_was_named(tmp_path: Path) -> None:
    """As to postconf -n; values may name it either way."""
    tmp_path.joinpath("main.cf").write_text("mynetworks = $config_directory/nets\n")
    named = load(str(tmp_path))
    assert (named.is_set("config_directory"), named.value("mynetworks")) == (True, f"{tmp_path}/nets")
    assert not load(str(tmp_path), directory_is_set=False).is_set("config_directory")
    assert load().value("config_directory") == DIRECTORY


def test_a_folder_that_main_cf_names_itself_is_told(tmp_path: Path) -> None:
    """Postfix warns; but in which folder another machine has its main.cf is not known."""
    tmp_path.joinpath("main.cf").write_text("config_directory = /etc/postfix\n")
    warning = f"{tmp_path}/main.cf, line 1: overriding earlier entry: config_directory={tmp_path}"
    assert load(str(tmp_path)).warnings == (warning,)
    assert load(str(tmp_path), is_here=False).warnings == ()
    assert load(str(tmp_path)).all_written == {"config_directory": "/etc/postfix"}


def test_the_defaults_are_those_of_the_installed_postfix(postconf: str, tmp_path: Path) -> None:
    """To the byte, and every name is one of its own."""
    (tmp_path / "master.cf").touch()
    done = subprocess.run([postconf, "-c", str(tmp_path), "-d"], capture_output=True, text=True, check=True)
    printed = dict(line.split(" =", 1) for line in done.stdout.splitlines())
    assert {name: printed[name].strip() for name in DEFAULTS} == DEFAULTS
    assert set(printed) >= PARAMETERS
    # Later versions have more; this list is of 3.7.
    assert set(printed) >= NAMES or "3.7" not in printed["mail_version"]
    assert not set(printed) - NAMES or "3.7" not in printed["mail_version"]


def test_the_list_of_postfixs_names_is_not_imported_without_need(monkeypatch: pytest.MonkeyPatch) -> None:
    """If nothing is set for this run, nothing that is set for it can be unused."""
    names = "ifdiscover._postfix.parameters.names"
    monkeypatch.delitem(sys.modules, names, raising=False)
    main_cf = parse("smtpd_banner = $myhostname ESMTP\nmy_own = 1\n")
    assert Configuration(main_cf).unused_overrides("$mydomain") == ()
    assert names not in sys.modules
    assert len(Configuration(main_cf, {"other": "1"}).unused_overrides()) == 1
    assert names in sys.modules
