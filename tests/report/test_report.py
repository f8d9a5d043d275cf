"""``ifdiscover report``: sections, what is not in them, and what becomes of a report."""

from __future__ import annotations

import json
import os
import re
import unicodedata
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st
from support.examples import examples
from support.made import ETH0, NAMES as INTERFACE_NAMES, address, hosts
from support.namespaces import CLI, ROOT
from support.need import need
from support.program import in_process, run
from support.reports import Report, read_report, snapshot_of
from support.schemas import validated

from ifdiscover import mynetworks, replay, snapshot
from ifdiscover._backends.recorded.replay import decode
from ifdiscover._report.markdown import markdown
from ifdiscover._report.report import Asked, Section, report
from ifdiscover.errors import DiscoveryError, IfdiscoverError, NoBackendError
from ifdiscover.model import Host, NextHop, Recorded, Route

if TYPE_CHECKING:
    from pathlib import Path

    from support.namespaces import Namespace

SECTIONS = (
    *("What is wrong", "Versions", "Backends", "Backends compared", "Answers", "Parameters of Postfix", "Findings"),
    "Snapshot",
)
RELAY = str(ROOT / "fixtures/hosts/mail-relay/snapshot.json")
FAULTY = str(ROOT / "fixtures/main_cf/faulty")
KEY = b"k" * 32


def told(*arguments: str) -> Report:
    """A report of this host, or of one that the arguments name."""
    status, out, err = in_process("report", *arguments)
    assert (status, err) == (0, "")
    return read_report(out)


def reported(made: Host, folder: Path | None = None, *, key: bytes | None = KEY, is_recorded: bool = True) -> str:
    """The report of a host that was made by hand, with the main.cf of a folder."""
    directory = None if folder is None else str(folder)
    chosen_by = "none" if folder is None else "named"
    sections = report(Asked(lambda: made, directory, chosen_by, None, is_recorded, key))
    return markdown(sections, is_redacted=key is not None)


def test_a_report_of_this_host_has_all_that_is_asked_of_one() -> None:
    """Versions, kernel, Python; backends and why not; what they say; addresses; main.cf; findings; a snapshot."""
    made = told("-c", FAULTY)
    assert tuple(made.blocks) == SECTIONS
    uname = os.uname()
    assert f"kernel      {uname.sysname} {uname.release} {uname.machine}\n" in made.block("Versions")
    assert re.search(r"(?m)^python      3\.\d+\.\d+$", made.block("Versions"))
    assert "backend rtnetlink read the host\n" in made.block("Backends")
    assert "siocglif    not available: SIOCGLIFCONF is a request of Solaris" in made.block("Backends")
    assert re.search(r"(?m)^ *rtnetlink +getifaddrs ", made.block("Backends compared"))
    assert "127.0.0.1/8 " in made.block("Answers")
    assert re.search(r"(?m)^host: .*127\.0\.0\.1/32", made.block("Answers"))
    assert "\ncompatibility_level = 3.6\n" in made.block("Parameters of Postfix")
    assert "[length-over-a-byte]" in made.block("Findings")
    validated(made.block("Snapshot"))
    assert decode(made.block("Snapshot").encode()).interfaces


def test_a_recorded_host_is_told_without_a_word_of_this_machine() -> None:
    """Its kernel is the recording's, no backend is asked, and Postfix's version is not known."""
    made = told("--from", RELAY, "-c", str(ROOT / "fixtures/main_cf/relay"))
    recorded = replay(RELAY).recorded
    assert recorded is not None
    assert f"kernel      {recorded.system}\npostfix     not known\n" in made.block("Versions")
    assert (made.blocks["Backends"], made.blocks["Backends compared"]) == ([], [])
    assert decode(made.block("Snapshot").encode()) == replay(RELAY)
    assert os.uname().nodename not in "".join(block for blocks in made.blocks.values() for _info, block in blocks)


def test_a_recording_that_is_broken_is_told_and_no_kernel_is() -> None:
    """The rest of the report is there; the status is 0."""
    made = told("--from", "/nonexistent.json", "-c", FAULTY, "--redact")
    assert "kernel      not known\npostfix     not known\n" in made.block("Versions")
    assert "No such file" in made.block("Answers")
    assert "No such file" in made.block("Snapshot")
    assert "compatibility_level = 3.6" in made.block("Parameters of Postfix")
    assert tuple(made.blocks) == SECTIONS


def test_without_a_main_cf_the_sections_say_so() -> None:
    """None is read of this machine for another host."""
    made = told("--from", RELAY)
    assert "No main.cf was read" in made.prose
    assert "Nothing was checked" in made.prose
    assert (made.blocks["Parameters of Postfix"], made.blocks["Findings"]) == ([], [])


def test_a_main_cf_at_which_postfix_stops_is_shown_all_the_same(tmp_path: Path) -> None:
    """With what check says of it; one that cannot be read is told."""
    (tmp_path / "main.cf").write_text("no parameter\nmynetworks = 10.1.2.3/8\n")
    made = told("--from", RELAY, "-c", str(tmp_path))
    assert "\nmynetworks = 10.1.2.3/8\n" in made.block("Parameters of Postfix")
    assert "[main-cf-line]" in made.block("Findings")
    made = told("--from", RELAY, "-c", str(tmp_path / "none"))
    assert "No such file" in made.block("Findings")
    assert any("No such file" in block for _info, block in made.blocks["Parameters of Postfix"])


def test_parameters_that_may_hold_secrets_are_not_shown(tmp_path: Path) -> None:
    """But for somebody's own that the value of an address parameter mentions."""
    (tmp_path / "main.cf").write_text(
        "smtp_sasl_password_maps = inline:{secret=hunter2}\nmy_key = hunter3\nmy_nets = 10.0.0.0/8\n"
        "mynetworks = $my_nets $smtp_sasl_password_maps\nrelayhost = [mail.corp.org]:587\n"
    )
    lines = told("--from", RELAY, "-c", str(tmp_path)).block("Parameters of Postfix").splitlines()
    names = [line.partition(" =")[0] for line in lines if not line.startswith("#")]
    assert names == ["config_directory", "my_nets", "mynetworks"]
    assert not any("hunter" in line for line in lines)


PARTS = {
    "ifdiscover._facts.versions.versions": "Versions",
    "ifdiscover._differences.availability.backend_rows": "Backends",
    "ifdiscover._differences.readings.compare_here": "Backends compared",
    "ifdiscover._postfix.mynetworks.mynetworks": "Answers",
    "ifdiscover._report.parameters.address_parameters": "Parameters of Postfix",
    "ifdiscover._facts.postfix.found_in": "Findings",
    "ifdiscover._render.snapshot.snapshot": "Snapshot",
    "ifdiscover._kernel.record": "Snapshot",
}


@pytest.mark.parametrize("function", PARTS)
def test_each_part_fails_by_itself(function: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """With whatever exception; what it says is redacted, and the other sections are there."""

    def fail(*_arguments: object, **_more: object) -> None:
        raise RecursionError("too deep at 5.6.7.8\x1b")

    monkeypatch.setattr(function, fail)
    made = told("-c", FAULTY, "--redact")
    assert tuple(made.blocks) == SECTIONS
    said = "".join(block for _info, block in made.blocks[PARTS[function]])
    assert "RecursionError: too deep at " in said
    assert "5.6.7.8" not in str(made) or function.endswith("mynetworks")
    failing = [name for name, blocks in made.blocks.items() if "RecursionError" in str(blocks)]
    assert failing == (["Answers", "Snapshot"] if function.endswith("record") else [PARTS[function]])


def test_a_host_that_cannot_be_read_leaves_the_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    """Names and addresses of what is left are replaced too."""

    def refuse(*_arguments: object, **_wanted: object) -> None:
        raise NoBackendError(["rtnetlink: no", f"getifaddrs: not 5.6.7.8, not {os.uname().nodename}"])

    monkeypatch.setattr("ifdiscover._cli.host.discover", refuse)
    made = told("--redact", "-c", FAULTY)
    assert "no backend can read this host" in made.block("Answers")
    assert "5.6.7.8" not in str(made)
    assert os.uname().nodename not in str(made.blocks)
    assert "rtnetlink   available" in made.block("Backends")


def test_the_status_is_0_but_for_usage_and_output() -> None:
    """And a misuse is refused before anything is written."""
    for wrong in (["--nothing"], ["--backend", "nothing"], ["--from", "x", "--backend", "rtnetlink"], ["word"]):
        assert in_process("report", *wrong)[:2] == (64, "")
    assert run("report", "--from", RELAY, shell='"$@" > /dev/full').returncode == 74
    status, out, _err = in_process("report", "--netns", "/nonexistent")
    assert (status, "/nonexistent" in out) == (0, True)


def test_on_a_terminal_somebody_is_told_what_a_report_has() -> None:
    """Unless it is redacted."""
    need(None if os.path.exists("/usr/bin/script") else "no script: install bsdutils")  # noqa: PTH110 - a program
    for more, expected in ([], True), (["--redact"], False):
        done = run(
            "report",
            "--from",
            RELAY,
            *more,
            shell=f'script -qec "{" ".join(CLI)} report --from {RELAY} {" ".join(more)} > /dev/null" /dev/null',
        )
        assert ("--redact replaces them" in done.stdout) is expected


@settings(max_examples=examples(60), suppress_health_check=[HealthCheck.too_slow])
@given(hosts())
def test_a_report_of_any_host_has_a_snapshot_of_it(made: Host) -> None:
    """Cut out by the rules of Markdown; of a redacted one, whose networks are those of the report."""
    plain = reported(made, key=None)
    assert decode(snapshot_of(plain).encode()) == made
    text = reported(made)
    again = decode(snapshot_of(text).encode())
    assert_harmless(text)
    for style in ("class", "subnet", "host"):
        try:
            line = f"{style}: {mynetworks(again, style=style)}\n"
        except IfdiscoverError as error:
            line = f"mynetworks of style {style}: {error.lines[0][:10]}"
        assert line in text


def assert_harmless(text: str) -> None:
    """No control but the end of a line, no mark of direction, and no heading but ours outside of fences."""
    categories = {unicodedata.category(character) for character in text if character != "\n"}
    assert categories.isdisjoint({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
    assert tuple(read_report(text).blocks) == SECTIONS


HOSTILE = st.one_of(
    INTERFACE_NAMES,
    st.sampled_from(
        ["```", "````\n# x", "~~~", "\n```\n## x", "</pre><script>", "`" * 15, "\u202ex", "\x1b[31m", "| a |"]
    ),
)


@settings(max_examples=examples(60), suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(HOSTILE, min_size=1, max_size=4, unique=True), st.lists(HOSTILE, max_size=4))
def test_nothing_hostile_breaks_out_of_a_fence(tmp_path_factory: Any, names: list[str], values: list[str]) -> None:
    """Neither the name of an interface, nor a value of main.cf, nor its folder."""
    folder = tmp_path_factory.mktemp("main_cf")
    written = "mynetworks = " + " ".join(values).replace("\n", "\n ") + "\nmyhostname = ``` x\n"
    (folder / "main.cf").write_bytes(written.encode("utf-8", "surrogateescape"))
    interfaces = [ETH0._replace(name=name, index=at + 1) for at, name in enumerate(names)]
    addresses = [address("5.6.7.8", "255.255.255.0")._replace(interface=each, label=each.name) for each in interfaces]
    made = Host(tuple(interfaces), tuple(addresses), "```", (), tuple(names), tuple(values), None, None, NOBODY)
    for key in (None, KEY):
        assert_harmless(reported(made, folder, key=key))


NOBODY = Recorded("x`y", None, "Linux ```", None)


def test_a_fence_is_longer_than_any_run_of_backticks_in_it() -> None:
    """As CommonMark wants it."""
    text = markdown([Section("Answers", "x", ("a", "````", "  ```````", "b"))], is_redacted=False)
    assert "\n````````text\na\n````\n  ```````\nb\n````````\n" in text


PUBLIC_4 = st.binary(min_size=4, max_size=4).map(lambda raw: bytes([raw[0] % 80 + 20]) + raw[1:])
PUBLIC_6 = st.binary(min_size=16, max_size=16).map(lambda raw: b"\x2a" + raw[1:])
MACS = st.binary(min_size=6, max_size=6).filter(lambda raw: len(set(raw)) > 2).map(lambda raw: bytes([2]) + raw[1:])
LABELS = st.text("abcdefghijkmnopqrstuvwxyz0123456789", min_size=7, max_size=10).map(lambda text: f"zq{text}")
AROUND = st.sampled_from(
    ["{}", "!{}", "[{}]", "{}/32", "[{}]/128", '"{}"', "hash:/etc/{}", "{}`", "{{{}}}", "{}:25", "x{}"]
)


@settings(max_examples=examples(80), suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_nothing_that_was_replaced_is_anywhere_in_a_report(tmp_path_factory: Any, data: st.DataObject) -> None:
    """Addresses, MACs in four spellings, and names: of the host, its routes and messages, and of main.cf."""
    fours, sixes = (
        data.draw(st.lists(PUBLIC_4, min_size=2, max_size=5)),
        data.draw(st.lists(PUBLIC_6, min_size=2, max_size=5)),
    )
    mac, labels = data.draw(MACS), data.draw(st.lists(LABELS, min_size=4, max_size=4, unique=True))
    name, domain = f"{labels[0]}.{labels[1]}.com", f"{labels[1]}.com"
    texts = [ipv4_text(packed) for packed in fours] + [address_text(packed) for packed in sixes]
    port = ETH0._replace(name=f"enx{mac.hex()}", hardware_address=mac, flags=1)
    found = [
        address(text, "255.255.255.0" if "." in text else "ffff:ffff:ffff:ffff::")._replace(
            interface=port,
            label=f"enx{mac.hex()}:1" if "." in text else None,
            packed_peer=fours[0] if "." in text else sixes[0],
        )
        for text in texts[:-2]
    ]
    identifier = bytes([mac[0] ^ 2]) + mac[1:3] + b"\xff\xfe" + mac[3:]
    found.append(
        address("fe80::1", "ffff:ffff:ffff:ffff::")._replace(interface=port, packed=b"\xfe\x80" + bytes(6) + identifier)
    )
    words = [data.draw(AROUND).format(word) for word in [*texts, name, mac.hex(":"), labels[2] + ".org"]]
    message = f"{port.name}: {' '.join(words)} left out, {mac.hex('-')}, {name}"
    made = Host(
        (port,), tuple(found), "test", (), (message,), (message,), None,
        (Route(2, (NextHop(fours[-1], port.name),), True, 0, fours[0]),),
        Recorded(name, "2026-01-01T00:00:00Z", f"Linux 6.1 {labels[0]}", (2, 10)), (fours[-1], sixes[-1]),
    )  # fmt: skip
    folder = tmp_path_factory.mktemp("main_cf")
    lines = [
        *(f"myhostname = {name}", f"mydomain = {domain}", f"mynetworks = {', '.join(words)}"),
        *(f"inet_interfaces = {texts[0]} {labels[3]}", f"proxy_interfaces = {texts[-1]}"),
        *(f"smtp_bind_address = {texts[0]}", f"relay_domains = .{domain}, $undefined_{labels[0]}x"),
    ]
    (folder / "main.cf").write_text("\n".join([*lines, ""]))
    (folder / "master.cf").write_text(f"{texts[0]}:smtp inet n - y - - smtpd -o mynetworks={texts[1]}/33,{name}\n")
    text = reported(made, folder)
    cisco = ".".join(mac.hex()[at : at + 4] for at in (0, 4, 8))
    secrets = [*texts, *(mac.hex(each) for each in ":-"), cisco, mac.hex(), name, domain, labels[2] + ".org", labels[3]]
    # The mapped text of an address may have another one's as a part: so a whole number or word is looked for.
    for secret in secrets:
        before, after = (
            ("(?<![0-9])(?<![0-9]\\.)", "(?![0-9]|\\.[0-9])")
            if secret in texts[: len(fours)]
            else ("(?<![0-9a-f])", "(?![0-9a-f])")
        )
        assert not re.search(before + re.escape(secret) + after, text.lower()), secret
    assert identifier[:2].hex() + ":" not in "".join(re.findall(r"fe80::[0-9a-f:]+", text)) or not any(identifier[:2])
    plain = reported(made, folder, key=None)
    assert all(secret in plain for secret in [*texts, name, mac.hex(":")])


def ipv4_text(packed: bytes) -> str:
    """Dotted."""
    return ".".join(map(str, packed))


def address_text(packed: bytes) -> str:
    """As inet_ntop(3) writes it."""
    return str(address("::1")._replace(packed=packed))


@pytest.mark.netns
def test_a_report_of_a_namespace_is_of_that_one(namespace: Namespace, tmp_path: Path) -> None:
    """Its addresses are compared there; replaced, its snapshot gives the mynetworks that the report has."""
    namespace.build(
        [
            *("link set lo up", "link add eth0 address 52:54:00:12:34:56 type ifb", "link set eth0 up"),
            *(
                "addr add 5.6.7.9/24 brd + dev eth0",
                "addr add 2a01:4f8:1:2::9/64 dev eth0",
                "route add default via 5.6.7.1",
            ),
        ]
    )
    (tmp_path / "main.cf").write_text("mynetworks_style = subnet\nmyhostname = relay17.corp.org\n")
    for options in (["--netns", namespace.name], []):
        argv = ["report", "--redact", "-c", str(tmp_path), *options]
        done = run(*argv) if options else namespace.ifdiscover(*argv)
        assert (done.returncode, done.stderr) == (0, "")
        made = read_report(done.stdout)
        assert "no differences\n" in made.block("Backends compared")
        again = decode(made.block("Snapshot").encode())
        (four,) = [each for each in again.addresses if each.family == 2 and each.interface.name == "eth0"]
        assert (four.prefixlen, four.packed_broadcast) == (24, four.packed[:3] + b"\xff")
        assert f"subnet: {mynetworks(again, style='subnet')}\n" in made.block("Answers")
        assert str(four) in made.block("Backends compared")
        assert not re.search(r"5\.6\.7\.|2a01:4f8|relay17|52:54:00:12:34:56", done.stdout)
        if not options and "postfix     not known" not in made.block("Versions"):
            assert f"# postconf mynetworks: mynetworks = {mynetworks(again, style='subnet')}\n" in made.block(
                "Parameters of Postfix"
            )


def test_two_reports_have_two_keys() -> None:
    """So that nobody can lay them side by side."""
    made = Host((ETH0,), (address("5.6.7.8", "255.255.255.0"),), "test", recorded=NOBODY)
    document = snapshot(made)
    arguments = ("report", "--redact", "--from", "-")
    texts = [run(*arguments, shell=f"printf %s '{document}' | \"$@\"").stdout for _ in range(2)]
    assert texts[0] != texts[1]
    assert all("5.6.7.8" not in text and json.loads(snapshot_of(text)) for text in texts)


def test_an_error_of_the_kernel_is_told_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """In the section that it is about."""

    def refuse(*_arguments: object) -> None:
        raise DiscoveryError("rtnetlink: no buffer")

    monkeypatch.setattr("ifdiscover._differences.readings.read_all", refuse)
    made = told()
    assert made.block("Backends compared") == "comparison: rtnetlink: no buffer\n"
    assert made.block("Answers").startswith("interface ")
