"""``-c DIR``, ``-o NAME=VALUE`` and ``$name`` on the commands that apply Postfix's rules."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from support.made import ETH0, address, host
from support.namespaces import ROOT, environment
from support.program import besides_main_cf, in_process
from support.schemas import validated

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Main = Callable[[str], str]


FOLLOWERS = [["mynetworks"], ["own"], ["local", "192.0.2.1"], ["match", "192.0.2.1"], ["check"], ["postconf"]]
"""The commands that take their parameters from main.cf, as short as they can be written."""


@pytest.fixture
def main_cf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Main:
    """A function that writes main.cf and gives its folder; the host has an address of each family."""
    lo = ETH0._replace(name="lo", index=1)
    made = host(
        address("127.0.0.1", "255.0.0.0")._replace(interface=lo),
        address("192.0.2.1", "255.255.255.0"),
        address("2001:db8::1", "ffff:ffff:ffff:ffff::"),
    )
    monkeypatch.setattr("ifdiscover._cli.host.discover", lambda _backend, **_wanted: made)

    def write(text: str) -> str:
        tmp_path.joinpath("main.cf").write_text(text)
        return str(tmp_path)

    return write


def test_every_command_takes_its_values_from_main_cf(main_cf: Main) -> None:
    """As the daemons see them."""
    folder = main_cf("inet_protocols = $x\nx = ipv4\ninet_interfaces = 192.0.2.1\nmynetworks_style = class\n")
    assert in_process("own", "-c", folder)[:2] == (0, "192.0.2.1\n")
    assert in_process("mynetworks", "-c", folder)[:2] == (0, "mynetworks = 192.0.2.0/24\n")


def test_an_option_comes_before_an_override_and_that_before_main_cf(main_cf: Main) -> None:
    """Whatever else main.cf says."""
    folder = main_cf("inet_protocols = ipv4\n")
    assert in_process("own", "-c", folder, "-o", "inet_protocols=ipv6")[1] == "2001:db8::1\n"
    asked = ["own", "-c", folder, "-o", "inet_protocols=ipv6", "-4", "--inet-interfaces", "loopback-only"]
    assert in_process(*asked)[1] == "127.0.0.1\n"
    asked = ["own", "-c", folder, "--inet-protocols", "all", "-o", "inet_protocols=x", "-o", "x=y"]
    assert in_process(*asked)[1].split() == ["127.0.0.1", "192.0.2.1", "2001:db8::1"]


def test_options_are_expanded_with_and_without_main_cf(main_cf: Main) -> None:
    """With everything: main.cf, overrides, defaults."""
    folder = main_cf("smtp_bind_address = 192.0.2.1\n")
    assert in_process("own", "-c", folder, "--inet-interfaces", "$smtp_bind_address")[1] == "192.0.2.1\n"
    assert in_process("own", "--inet-interfaces", " $x ", "-o", "x=127.0.0.1")[1] == "127.0.0.1\n"
    asked = ("mynetworks", "-4", "--style", "${{$compatibility_level} <level {2} ? {subnet} : {host}}")
    assert in_process(*asked)[1] == "mynetworks = 127.0.0.0/8 192.0.2.0/24\n"
    assert in_process(*asked, "-o", "compatibility_level=3.6")[1] == "mynetworks = 127.0.0.1/32 192.0.2.1/32\n"


def test_the_daemons_know_the_hosts_name(main_cf: Main) -> None:
    """And fail where postconf, which does not, prints an empty mynetworks."""
    folder = main_cf("inet_interfaces = $myhostname\nmydomain = nowhere.invalid\n")
    assert in_process("postconf", "-c", folder, "mynetworks")[:2] == (0, "mynetworks =\n")
    status, _, err = in_process("mynetworks", "-c", folder)
    assert status == 78
    assert "config variable inet_interfaces: host not found: " in err
    assert ".nowhere.invalid" in err


@pytest.mark.parametrize(
    ("text", "arguments", "style"),
    [
        (None, [], "host"),
        (None, ["-o", "inet_interfaces=all"], "host"),
        (None, ["-o", "compatibility_level=1"], "subnet"),
        (None, ["-o", "mynetworks_style=class"], "class"),
        ("", [], "subnet"),
        ("compatibility_level = 2\n", [], "host"),
        ("compatibility_level = 2\n", ["-o", "compatibility_level=1.9"], "subnet"),
        ("mynetworks_style = $x\nx = class\n", [], "class"),
        ("mynetworks_style = class\n", ["--style", "host"], "host"),
    ],
)
def test_the_style_is_postfixs_where_there_is_a_main_cf(
    text: str | None, arguments: list[str], style: str, main_cf: Main
) -> None:
    """Explicit, or by compatibility level; without -c it is host unless one of the two is given."""
    folder = [] if text is None else ["-c", main_cf(text)]
    status, out, err = in_process("mynetworks", "--json", "-v", *folder, *arguments)
    assert (status, json.loads(out)["style"]) == (0, style)
    assert (f"style {style}: " in err) == ("--style" not in arguments)


def test_all_styles_are_asked_for_by_option_only(main_cf: Main) -> None:
    """In main.cf, `all` is a style that Postfix does not have."""
    folder = main_cf("mynetworks_style = all\n")
    assert in_process("mynetworks", "-c", folder)[0] == 78
    assert in_process("mynetworks", "-c", folder, "--style", "all")[1].count("\n") == 3


def test_a_mynetworks_that_is_set_is_printed_unless_a_style_is_asked_about(main_cf: Main) -> None:
    """As postconf prints it: with its names, and each run of blanks as one."""
    folder = main_cf("mynetworks = 127.0.0.0/8,\n  $lan\nlan = 192.0.2.0/28\n")
    assert in_process("mynetworks", "-q", "-c", folder) == (0, "mynetworks = 127.0.0.0/8, $lan\n", "")
    assert in_process("mynetworks", "-q", "-c", folder, "--format", "value") == (0, "127.0.0.0/8, $lan\n", "")
    document = validated(in_process("mynetworks", "-c", folder, "--json")[1])
    assert (document["value"], document["style"], document["networks"]) == ("127.0.0.0/8, $lan", None, None)
    asked = ["mynetworks", "-q", "-c", folder, "--style", "host", "-4"]
    assert in_process(*asked) == (0, "mynetworks = 127.0.0.1/32 192.0.2.1/32\n", "")
    assert in_process("mynetworks", "-o", "mynetworks=10.1")[1] == "mynetworks = 10.1\n"


@pytest.mark.parametrize("option", ["-4", "--inet-protocols=all", "--inet-interfaces=all"])
def test_what_a_mynetworks_that_is_set_is_not_made_of_is_refused(option: str, main_cf: Main) -> None:
    """Nothing that was asked for is passed over in silence."""
    folder = main_cf("mynetworks = 127.0.0.0/8\n")
    for command in (["mynetworks"], ["match", "192.0.2.1"]):
        status, out, err = in_process(*command, "-c", folder, option)
        assert (status, out) == (64, "")
        assert "ask for a style (--style)" in err


def test_no_host_is_read_for_a_mynetworks_that_is_set(main_cf: Main, monkeypatch: pytest.MonkeyPatch) -> None:
    """But one that is named is, since it may not be there."""
    folder = main_cf("mynetworks = 127.0.0.0/8\n")
    monkeypatch.setattr("ifdiscover._cli.host.discover", None)
    assert in_process("mynetworks", "-c", folder)[0] == 0
    assert in_process("mynetworks", "-c", folder, "--from", "/nonexistent")[0] == 66


@pytest.mark.parametrize("command", ["own", "mynetworks"])
def test_postfixs_warnings_are_said_and_in_the_document(command: str, main_cf: Main) -> None:
    """Once each, before the host's."""
    folder = main_cf("x = 1\nx = $q\n")
    warnings = [
        f"{folder}/main.cf, line 2: overriding earlier entry: x=1",
        f"{folder}/main.cf: undefined parameter: q",
    ]
    status, out, err = in_process(command, "-c", folder, "--json")
    assert (status, json.loads(out)["warnings"]) == (0, warnings)
    assert besides_main_cf(err) == "".join(f"ifdiscover: warning: {warning}\n" for warning in warnings)


@pytest.mark.parametrize("command", ["own", "mynetworks", "postconf"])
@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        (["-o", "x"], 64, "invalid parameter override: x: missing '=' after attribute name"),
        (["-o", "x=1\nmynetworks=0.0.0.0/0"], 64, "control character"),
        (["-o", "inet_protocols=$inet_protocols"], 78, 'unreasonable macro call nesting: "inet_protocols"'),
        (["-c", "/nonexistent"], 66, "open /nonexistent/main.cf: No such file or directory"),
        (["-c", "/dev/null"], 66, "open /dev/null/main.cf: Not a directory"),
    ],
    ids=["no =", "newline", "recursion", "missing", "no folder"],
)
def test_what_cannot_be_used_is_refused_by_every_command(
    command: str, arguments: list[str], status: int, said: str, main_cf: Main
) -> None:
    """With nothing printed."""
    folder = [] if "-c" in arguments else ["-c", main_cf("")]
    answered, out, err = in_process(command, *folder, *arguments)
    assert (answered, out, besides_main_cf(err).count("\n")) == (status, "", 1)
    assert said in err


@pytest.mark.parametrize(
    "argv",
    [
        [],
        ["addresses", "-4"],
        ["own", "--inet-interfaces", "loopback-only"],
        ["mynetworks", "--style", "class"],
    ],
    ids=str,
)
def test_what_reads_main_cf_is_not_imported_without_need(argv: list[str]) -> None:
    """It costs as much as the rest; here no main.cf is there."""
    code = (
        "from ifdiscover._postfix import in_force; in_force.DIRECTORY = '/nonexistent'\n"
        f"import sys; from ifdiscover._cli import main; main({argv!r})\n"
        "print(*[m for m in sys.modules if m.startswith('ifdiscover._postfix.')], file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT, env=environment()
    )
    loaded = {name.removeprefix("ifdiscover._postfix.") for name in done.stderr.split("\n")[-2].split()}
    assert {"inet_protocols", "in_force"} <= loaded
    assert not {name for name in loaded if name.startswith("parameters")}
    assert not loaded & {"syntax.files", "syntax.lines"}


@pytest.mark.parametrize("command", FOLLOWERS)
def test_an_empty_mail_config_names_the_root_folder(command: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """As Postfix has it: set is set."""
    monkeypatch.setenv("MAIL_CONFIG", "")
    assert in_process(*command)[2].endswith(
        "error: open /main.cf: No such file or directory; name the folder that has a main.cf\n"
    )


def test_check_without_a_postfix_says_what_to_give(monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder, a file or a list; the other commands go on with the defaults."""
    monkeypatch.delenv("MAIL_CONFIG", raising=False)
    monkeypatch.setattr("ifdiscover._postfix.in_force.DIRECTORY", "/nonexistent")
    monkeypatch.setattr("ifdiscover._cli.postfix.check.DIRECTORY", "/nonexistent")
    status, out, err = in_process("check")
    assert (status, out) == (66, "")
    assert "open /nonexistent/main.cf: No such file or directory; " in err
    assert all(remedy in err for remedy in ("-c DIR", "FILE", "--mynetworks"))


def test_check_says_all_at_once_of_a_keyword_with_blanks_that_were_expanded(main_cf: Main) -> None:
    """That it is no keyword, and what is wrong with the bindings beside it."""
    folder = main_cf("inet_interfaces = ${x? all}\nx = 1\nsmtp_bind_address = 192.0.2.9\n")
    status, out, _ = in_process("check", "-c", folder)
    assert status == 1
    assert "inet_interfaces: all (high) [interface-not-found]" in out
    assert "smtp_bind_address: 192.0.2.9 (medium) [bind-absent]" in out
