"""``ifdiscover postconf`` against the real one: recorded everywhere, and asked anew where Postfix is installed."""

from __future__ import annotations

import json
import os
import socket
import subprocess
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st
from support.made import ETH0, address, host
from support.namespaces import CLI, ROOT, Namespace, environment, why_no_namespaces
from support.need import need
from support.postfix.checks import found_in
from support.postfix.main_cf_cases import CASES
from support.postfix.main_cf_parity import (
    FIXTURE,
    HOSTNAME,
    HOSTS,
    STEPS,
    Case,
    Said,
    agree,
    agree_in_what_is_printed,
    ask,
    disagreements,
)
from support.program import in_process

from ifdiscover import snapshot
from ifdiscover._cli import COMMANDS
from ifdiscover._postfix.parameters.configuration import PARAMETERS, Configuration
from ifdiscover._postfix.parameters.main_cf import parse
from ifdiscover._postfix.parameters.postconf import Form, answer, line
from ifdiscover._postfix.syntax import resolver
from ifdiscover.errors import MacroError

if TYPE_CHECKING:
    from pathlib import Path

RECORDED = json.loads(FIXTURE.read_text())
LO = ETH0._replace(name="lo", index=1)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder for main.cf, whose mynetworks is set, so that no host is asked."""
    tmp_path.joinpath("main.cf").write_text("mynetworks = 192.0.2.0/24\ninet_protocols = ipv4\n")
    return tmp_path


@pytest.fixture
def recorded_host(monkeypatch: pytest.MonkeyPatch) -> None:
    """The host at which the answers were recorded: its addresses, its names, its kernel."""
    here = host(
        address("127.0.0.1", "255.0.0.0")._replace(interface=LO),
        address("192.0.2.10", "255.255.255.0"),
        address("::1", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff")._replace(interface=LO),
        address("2001:db8:1::10", "ffff:ffff:ffff:ffff::"),
    )
    names: dict[bytes, list[str]] = {}
    for number, name in map(str.split, HOSTS.splitlines()):
        names.setdefault(name.encode(), []).append(number)
    real = socket.getaddrinfo

    def getaddrinfo(name: bytes, port: None, family: int, kind: int, *_more: int) -> Any:
        numbers = names.get(name.lower(), [name.decode()])
        return [found for n in numbers for found in real(n, port, family, kind, 0, socket.AI_NUMERICHOST)]

    monkeypatch.setattr(resolver, "getaddrinfo", getaddrinfo)
    monkeypatch.setattr(os, "uname", lambda: SimpleNamespace(sysname="Linux", nodename=HOSTNAME))
    monkeypatch.setattr("ifdiscover._cli.host.discover", lambda _backend, **_wanted: here)


@pytest.mark.usefixtures("recorded_host")
@pytest.mark.parametrize("number", range(len(RECORDED)))
def test_recorded_answers_are_given(number: int, tmp_path: Path) -> None:
    """The same bytes, or the same fatal error for the same reason, for each main.cf that was put to postconf 3.7.11."""
    case = RECORDED[number]
    if case["main_cf"] is not None:
        tmp_path.joinpath("main.cf").write_bytes(case["main_cf"].encode("utf-8", "surrogateescape"))
    status, out, err = in_process("postconf", "-c", str(tmp_path), *case["arguments"])
    ours = Said(status, out.replace(str(tmp_path), "DIR"), err.replace(str(tmp_path), "DIR"))
    assert agree(ours, Said(case["status"], case["stdout"], case["stderr"])), (ours, case)


@pytest.fixture(scope="module")
def ready() -> Any:
    """The namespace at which the answers were recorded."""
    need(why_no_namespaces())
    with Namespace(HOSTS) as made:
        if not made.as_root:
            need("a hosts file of the namespace's own needs root")
        made.build(STEPS)
        yield made


@pytest.mark.netns
@pytest.mark.usefixtures("postconf")
def test_the_installed_postconf_says_so_too(ready: Namespace) -> None:
    """Of every case, and all cases are recorded."""
    assert disagreements(ready, CASES) == []
    assert [(case["main_cf"], case["arguments"]) for case in RECORDED] == list(map(tuple, CASES))


def postconf_sees_otherwise(main_cf: str) -> bool:
    """Whether check tells that postconf computes mynetworks from other values than the daemons, or cannot tell."""
    return bool({"postconf-differs", "needs-postfix"}.intersection(finding.kind for finding in found_in(main_cf)))


@pytest.mark.usefixtures("recorded_host")
@pytest.mark.parametrize("number", [n for n, case in enumerate(RECORDED) if case["arguments"] == ["mynetworks"]])
def test_mynetworks_is_what_postconf_printed(number: int, tmp_path: Path) -> None:
    """Set or computed, unless postconf sees other values than the daemons."""
    case = RECORDED[number]
    if case["main_cf"] is not None:
        tmp_path.joinpath("main.cf").write_bytes(case["main_cf"].encode("utf-8", "surrogateescape"))
    ours = Said(*in_process("mynetworks", "-c", str(tmp_path)))
    real = Said(case["status"], case["stdout"], case["stderr"])
    assert agree_in_what_is_printed(ours, real) or postconf_sees_otherwise(case["main_cf"]), (ours, case)


@pytest.mark.netns
@pytest.mark.usefixtures("postconf")
def test_mynetworks_is_what_the_installed_postconf_prints(ready: Namespace) -> None:
    """Of every main.cf that there is here; README tells in which scopes they may differ."""
    texts = [case.main_cf for case in CASES if case.main_cf is not None]
    texts += [path.read_text() for path in sorted(ROOT.glob("fixtures/main_cf/*/main.cf"))]
    answers = ask(ready, [Case(text, ["mynetworks"]) for text in dict.fromkeys(texts)], "mynetworks")
    differ = [case.main_cf for case, ours, real in answers if not agree_in_what_is_printed(ours, real)]
    assert [text for text in differ if text is None or not postconf_sees_otherwise(text)] == []
    assert len(differ) < len(answers) / 10


SETTABLE = ("inet_protocols", "inet_interfaces", "mynetworks_style", "compatibility_level", "myhostname", "mydomain")
OWN = ("x", "y", "z")
WORDS = ("all", "ipv4", "ipv6", "subnet", "host", "class", "192.0.2.10", "127.0.0.1", "localhost", "2", "3.6", "$$", "")
BROKEN = ("$", "${", "${x", "$(x}", "${x-y}", "${{a}}", "${{a}=={b}c}", "${x?{a}b}", "$x$-", "${{1} <level {a}}")
BLANKS = st.sampled_from(("", "", " ", "\t"))


@st.composite
def mentioned(draw: st.DrawFn, text: st.SearchStrategy[str]) -> str:
    """A macro of any form."""
    name = draw(
        st.sampled_from((*OWN, *SETTABLE, "q", "myorigin", "mail_name", "smtp_bind_address", "mynetworks_style"))
    )
    first, second, third, fourth = draw(text), draw(text), draw(text), draw(text)
    b = draw(BLANKS)
    operator = draw(st.sampled_from(("==", "!=", "<", "<=", ">", ">=", "<level", "==level")))
    return draw(
        st.sampled_from(
            (
                f"${name}",
                f"${{{b}{name}{b}}}",
                f"$({name})",
                f"${{{name}?{first}}}",
                f"${{{name}{b}:{first}}}",
                f"${{{name}?{b}{{{first}}}{b}:{b}{{{second}}}}}",
                f"${{{{{first}}}{b}{operator}{b}{{{second}}}{b}?{b}{{{third}}}{b}:{b}{{{fourth}}}{b}}}",
                f"${{{{{first}}}{operator}{{{second}}}}}",
                draw(st.sampled_from((*BROKEN, f"${name}", f"${name}", f"${name}", f"${name}"))),
            )
        )
    )


VALUES = st.recursive(
    st.sampled_from(WORDS), lambda inner: st.one_of(mentioned(inner), st.tuples(inner, inner).map(" ".join))
)


@st.composite
def main_cfs(draw: st.DrawFn) -> Case:
    """A main.cf of up to six lines, and a question."""
    lines = []
    for name in draw(st.lists(st.sampled_from((*SETTABLE, *SETTABLE, *OWN, *OWN, "mynetworks", "#", " ")), max_size=6)):
        value = draw(VALUES)
        equals = draw(st.sampled_from((" = ", "=", "\t=\n ", " =  ", "=\n# c\n\n\t")))
        lines.append(f"{name}{equals}{value}" + draw(st.sampled_from(("", "", " ", "\r", "\n  ipv4"))))
    names = draw(st.lists(st.sampled_from(sorted(PARAMETERS - {"config_directory"})), max_size=3))
    flags = draw(st.sampled_from(("", "", "-x", "-n", "-d", "-xn", "-dx", "-h", "-xh", "-f")))
    overrides = (
        [] if "d" in flags else draw(st.lists(st.tuples(st.sampled_from((*SETTABLE, *OWN)), VALUES), max_size=1))
    )
    arguments = [*([flags] if flags else []), *(w for n, v in overrides for w in ("-o", f"{n}={v}"))]
    if not names and "n" not in flags:
        names = ["mynetworks"]
    return Case("\n".join(lines) + "\n", [*arguments, *names])


@pytest.mark.netns
@pytest.mark.usefixtures("postconf")
@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(cases=st.lists(main_cfs(), min_size=20, max_size=20))
def test_any_main_cf_is_read_as_postconf_reads_it(ready: Namespace, cases: list[Case]) -> None:
    """Eight times twenty files made up of all that may stand in one, with whatever is asked of them."""
    assert disagreements(ready, cases, reasons=False) == []


def test_an_unknown_parameter_is_refused_with_nothing_printed(folder: Path) -> None:
    """The real one warns and goes on, so that a script reads less than it asked for."""
    for name in ("inet_protocol", "smtpd_banner", "INET_PROTOCOLS", ""):
        status, out, err = in_process("postconf", "-c", str(folder), "inet_protocols", name)
        assert (status, out) == (64, "")
        assert f"error: {name}: not a parameter that ifdiscover knows; " in err
        assert "postconf knows all" in err


def test_an_argument_that_postconf_would_write_is_refused(folder: Path) -> None:
    """main.cf is only read."""
    status, out, err = in_process("postconf", "-c", str(folder), "inet_protocols=ipv6")
    assert (status, out) == (64, "")
    assert "ifdiscover only reads; use -o inet_protocols=ipv6" in err
    assert folder.joinpath("main.cf").read_text() == "mynetworks = 192.0.2.0/24\ninet_protocols = ipv4\n"


def test_no_names_are_all_names(folder: Path) -> None:
    """Sorted, as postconf does it with those that it knows."""
    _, out, _ = in_process("postconf", "-c", str(folder), "-H")
    assert out.split() == sorted(PARAMETERS)
    assert in_process("postconf", "-c", str(folder), "-n")[1] == (
        f"config_directory = {folder}\ninet_protocols = ipv4\nmynetworks = 192.0.2.0/24\n"
    )


def test_h_is_postconfs_and_help_has_its_long_name_only() -> None:
    """Elsewhere -h is help."""
    status, out, _ = in_process("postconf", "--help")
    assert (status, "-h, --help" in out, "values without" in out) == (0, False, True)
    assert all("-h, --help" in in_process(command, "-h")[1] for command in COMMANDS if command != "postconf")
    assert in_process("postconf", "-dhq", "inet_protocols") == (0, "all\n", "")


def test_the_environment_names_the_folder_as_to_postconf(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """MAIL_CONFIG, before which comes -c."""
    monkeypatch.setenv("MAIL_CONFIG", str(folder))
    assert in_process("postconf", "-n", "config_directory")[1] == f"config_directory = {folder}\n"
    assert in_process("postconf", "-c", "/nonexistent", "mynetworks")[0] == 66
    monkeypatch.setenv("MAIL_CONFIG", "/nonexistent")
    assert "open /nonexistent/main.cf: No such file or directory" in in_process("postconf", "mynetworks")[2]
    assert in_process("postconf", "-dq", "inet_protocols") == (0, "inet_protocols = all\n", "")


def test_no_host_is_asked_where_none_is_needed(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """If mynetworks is set, or with -d if it is not asked for."""
    monkeypatch.setattr("ifdiscover._cli.host.discover", None)
    assert in_process("postconf", "-q", "-c", str(folder), "mynetworks") == (0, "mynetworks = 192.0.2.0/24\n", "")
    assert in_process("postconf", "-dxq", "mynetworks_style") == (0, "mynetworks_style = subnet\n", "")


def test_a_recorded_host_is_asked_for_addresses_and_name(tmp_path: Path) -> None:
    """As if postconf had run there."""
    tmp_path.joinpath("main.cf").write_text("compatibility_level = 3\n")
    taken = snapshot(host(address("192.0.2.1", "255.255.255.0")))
    document = {**json.loads(taken), "host": "elsewhere.example.net"}
    recording = tmp_path / "host.json"
    recording.write_text(json.dumps(document))
    asked = ["postconf", "-c", str(tmp_path), "--from", str(recording), "mynetworks", "mydomain"]
    assert in_process(*asked)[1] == "mynetworks = 192.0.2.1/32\nmydomain = example.net\n"
    recording.write_text(json.dumps({**document, "host": None}))
    status, _, err = in_process(*asked)
    assert status == 65
    assert "does not name its host" in err


@pytest.mark.parametrize("locale", ["C", "C.UTF-8"])
def test_bytes_of_main_cf_come_out_as_they_went_in(locale: str, folder: Path) -> None:
    """Whatever the locale; in -o too."""
    folder.joinpath("main.cf").write_bytes(b"mynetworks = \xe9 \xc3\xa9 $x\r\n")
    override = os.fsdecode(b"x=\xc3\xa9\xff")
    env = environment(PYTHONUTF8="0", PYTHONCOERCECLOCALE="0", LC_ALL=locale)
    argv = [*CLI, "postconf", "-x", "-c", str(folder), "-o", override, "mynetworks"]
    done = subprocess.run(argv, capture_output=True, check=True, env=env, cwd=ROOT)
    assert done.stdout == b"mynetworks = \xe9 \xc3\xa9 \xc3\xa9\xff\n"


HOSTILE = {
    "a missing folder": (None, 66),
    "recursion": ("mynetworks = $x\nx = $mynetworks\n", 78),
    "10,000 deep": ("mynetworks = " + "${x?{" * 10_000 + "}}" * 10_000 + "\nx = 1\n", 78),
    "doubling": ("mynetworks = $a0\n" + "".join(f"a{n} = $a{n + 1}$a{n + 1}\n" for n in range(90)), 78),
    "a long line that is none": ("x" * (4 << 20), 78),
    "a long value": ("mynetworks = " + "192.0.2.0/24 " * (1 << 18) + "\n", 0),
    "NUL": ("mynetworks = 1\0\n", 0),
    "CRLF": ("mynetworks = 1\r\n\r\n", 0),
    "Latin-1": ("mynetworks = \udce9\n", 0),
}


@pytest.mark.parametrize(("text", "status"), HOSTILE.values(), ids=HOSTILE)
def test_hostile_files_are_answered_or_refused_in_a_line(text: str | None, status: int, tmp_path: Path) -> None:
    """Nothing half done, no traceback, and a message that a person can read."""
    if text is not None:
        tmp_path.joinpath("main.cf").write_bytes(text.encode("utf-8", "surrogateescape"))
    argv = [*CLI, "postconf", "-x", "-c", str(tmp_path), "mynetworks"]
    done = subprocess.run(argv, capture_output=True, check=False, env=environment(), cwd=ROOT)
    assert (done.returncode, bool(done.stdout)) == (status, status == 0)
    assert len(done.stderr) < 3000
    assert done.stderr.count(b"ifdiscover: error: ") == (status != 0)
    assert done.stderr.count(b"\n") <= 3
    assert b"Traceback" not in done.stderr


def test_a_fifo_for_main_cf_is_not_waited_for(tmp_path: Path) -> None:
    """It is refused."""
    os.mkfifo(tmp_path / "main.cf")
    status, _, err = in_process("postconf", "-c", str(tmp_path), "mynetworks")
    assert (status, "not a regular file" in err) == (66, True)


@pytest.mark.parametrize(
    ("value", "printed"),
    [
        ("", ["a ="]),
        ("x" * 36 + " " + "y" * 39, ["a = " + "x" * 36 + " " + "y" * 39]),  # 80 columns
        ("x" * 36 + " " + "y" * 40, ["a = " + "x" * 36, "    " + "y" * 40]),
        ("x" * 90 + " y z " + "w" * 80, ["a =", "    " + "x" * 90, "    y z", "    " + "w" * 80]),
    ],
    ids=["empty", "80", "81", "long words"],
)
def test_a_line_is_folded_at_80_columns(value: str, printed: list[str]) -> None:
    """Between words; one that is longer stands alone."""
    assert line("a", value, Form(folded=True)).split("\n") == printed
    assert line("a", value) == " ".join(["a =", *value.split()])
    assert line("a", value, Form(name=False, folded=True)).split() == value.split()


def test_what_is_not_set_has_its_default_unless_only_what_is_set_is_asked_for() -> None:
    """As without and with -n."""
    made = Configuration(parse("mynetworks = ::1\n"))
    names = ["mynetworks", "inet_protocols"]
    assert answer(made, names, lambda *_values: "") == ["mynetworks = ::1", "inet_protocols = all"]
    assert answer(made, names, lambda *_values: "", only_set=True) == ["mynetworks = ::1"]


def test_a_name_is_looked_up_by_main_cf_alone_only_for_the_default_of_the_other() -> None:
    """With mydomain set, myhostname may say what only the defaults make good: postconf 3.7 was seen to print this."""
    text = "myhostname = ${myorigin:${x-y}}\nmynetworks = 127.0.0.0/8\n"

    def printed(main_cf: str) -> list[str]:
        return answer(Configuration(parse(main_cf)), ["myhostname"], lambda *_values: "", expanded=True)

    assert printed(text + "mydomain = example.com\n") == ["myhostname ="]
    with pytest.raises(MacroError):
        printed(text)
