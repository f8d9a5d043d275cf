"""``ifdiscover diff``: what differs, and what Postfix needs after that."""

from __future__ import annotations

import io
import json
import sys
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from support.examples import examples
from support.made import ETH0, address, host, hosts
from support.program import in_process
from support.schemas import validated

from ifdiscover import snapshot
from ifdiscover._kernel import record

if TYPE_CHECKING:
    from pathlib import Path

    from support.namespaces import Namespace

    from ifdiscover import Host

MASK = "255.255.255.0"
UP = ETH0._replace(flags=0x41, mtu=1500)
LO = ETH0._replace(name="lo", index=1, flags=0x49, mtu=65536)
LOCAL = address("127.0.0.1", "255.0.0.0")._replace(interface=LO)
DOCKER = UP._replace(name="docker0", index=3, kind="bridge")
TEN, TWENTY = (address(text, MASK, flags=0x80)._replace(interface=UP) for text in ("192.0.2.10", "192.0.2.20"))
TEN6 = address("2001:db8::10", "ffff:ffff:ffff:ffff::", flags=0x80, scope="global")._replace(interface=UP)
BRIDGE = address("172.18.0.1", "255.255.0.0", flags=0x80)._replace(interface=DOCKER)
SUBNET = ("-o", "mynetworks_style=subnet")


def file_of(tmp_path: Path, name: str, *addresses: Any) -> str:
    """The snapshot of a host with lo and these addresses, as a file."""
    path = tmp_path / name
    path.write_text(snapshot(record(host(LOCAL, *addresses))))
    return str(path)


def test_each_kind_of_line_has_its_colour(tmp_path: Path) -> None:
    """And none is yellow, which cannot be read on white."""
    files = [
        file_of(tmp_path, "old", TEN),
        file_of(tmp_path, "new", TWENTY._replace(interface=UP._replace(mtu=9000))),
    ]
    _status, out, _err = in_process("diff", "--color", "always", *files)
    for line in ("31m- address 192.0.2.10", "32m+ address 192.0.2.20", "35m~ interface eth0: mtu was 1500, is 9000"):
        assert f"\x1b[{line}" in out


def test_another_source_is_told_by_its_addresses(tmp_path: Path) -> None:
    """The old one and the new one, each once."""
    files = []
    for number in (10, 20):
        made = host(LOCAL, TEN, TWENTY, routes=(), packed_sources=(bytes([192, 0, 2, number]),))
        files.append(tmp_path / str(number))
        files[-1].write_text(snapshot(record(made)))
    status, out, _err = in_process("diff", *map(str, files))
    assert status == 1
    assert out.splitlines()[0] == "~ source of IPv4 packets: was 192.0.2.10, is 192.0.2.20"


def test_equal_hosts_print_nothing(tmp_path: Path) -> None:
    """With status 0."""
    old = file_of(tmp_path, "old", TEN)
    assert in_process("diff", old, old) == (0, "", "")


def test_each_difference_is_a_line(tmp_path: Path) -> None:
    """With a mark, in words; then what Postfix needs, and what is true until then. The status is 1."""
    old = file_of(tmp_path, "old", TEN._replace(label="eth0:1"), BRIDGE)
    new = file_of(tmp_path, "new", TEN._replace(flags=0xA0), TWENTY)
    status, out, err = in_process("diff", old, new, *SUBNET)
    assert (status, err) == (1, "")
    assert out == (
        "- interface docker0, state up, kind bridge, mtu 1500\n"
        "~ address 192.0.2.10/24 on eth0: label was eth0:1, is none; flags was permanent, is deprecated,permanent\n"
        "- address 172.18.0.1/16 on docker0\n"
        "+ address 192.0.2.20/24 on eth0\n"
        "- mynetworks 172.18.0.0/16\n"
        "Postfix needs: reload\n"
        "    why: Postfix has a new own address: 192.0.2.20\n"
        "    why: an own address of Postfix is gone: 172.18.0.1\n"
        "    why: an element of mynetworks is gone: 172.18.0.0/16\n"
        "    until then: mail for user@[192.0.2.20] is not taken as its own\n"
        "    until then: mail for user@[172.18.0.1] is still taken as its own\n"
        "    until then: clients of 172.18.0.0/16 stay trusted\n"
        "    until then: this holds for programs of Postfix that run already; later ones go by what is now\n"
    )


def test_a_line_of_main_cf_to_mend_is_shown_with_its_place(tmp_path: Path) -> None:
    """And what check finds now."""
    text = "compatibility_level = 3.6\nmyhostname = mail.example.com\ninet_interfaces = 192.0.2.10\n"
    tmp_path.joinpath("main.cf").write_text(text)
    old, new = file_of(tmp_path, "old", TEN), file_of(tmp_path, "new", TWENTY)
    status, out, _err = in_process("diff", old, new, "-c", str(tmp_path))
    assert status == 1
    assert "\nPostfix needs: edit, then restart\n" in out
    assert "\n    write: inet_interfaces = 192.0.2.20\n" in out
    assert f"\n    where: {tmp_path}/main.cf, line 3, column 19\n" in out
    assert "+ finding interface-not-local: inet_interfaces: 192.0.2.10, severity high" in out


def test_one_recording_is_compared_with_this_host(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Which is read with its routes."""
    asked: list[dict[str, bool]] = []

    def discovered(_backend: str | None, **wanted: bool) -> Host:
        asked.append(wanted)
        return host(LOCAL, TWENTY)

    monkeypatch.setattr("ifdiscover._cli.host.discover", discovered)
    status, out, _err = in_process("diff", file_of(tmp_path, "old", TWENTY))
    assert (status, out, asked) == (0, "", [{"routes": True}])
    status, out, _err = in_process("diff", file_of(tmp_path, "old", TEN))
    assert (status, out.splitlines()[0]) == (1, "- address 192.0.2.10/24 on eth0")


def test_a_main_cf_of_this_host_that_does_not_count_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every other command takes it. With -c, and of two recorded hosts, nothing is to be told."""
    now = host(LOCAL, TEN)
    monkeypatch.setattr("ifdiscover._cli.host.discover", lambda *_, **_wanted: now)
    (tmp_path / "main.cf").write_text("mynetworks = 192.0.2.0/24\n")
    monkeypatch.setenv("MAIL_CONFIG", str(tmp_path))
    old = file_of(tmp_path, "old", TEN)
    told = f"ifdiscover: main.cf used: none (-c {tmp_path} uses this host's)\n"
    assert in_process("diff", old)[2] == told
    assert in_process("diff", old, "-c", str(tmp_path))[2] == in_process("diff", old, old)[2] == ""


def test_one_of_the_two_may_be_standard_input(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not both: it is read once."""
    old = file_of(tmp_path, "old", TEN)
    new = file_of(tmp_path, "new", TWENTY)
    with open(old, "rb") as file:  # noqa: PTH123 - as the shell opens it
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(file))
        status, out, _err = in_process("diff", "-", new)
    assert (status, out.splitlines()[0]) == (1, "- address 192.0.2.10/24 on eth0")
    status, out, err = in_process("diff", "-", "-")
    assert (status, out) == (64, "")
    assert "read once: give a file's name for one of the two" in err


@pytest.mark.parametrize(
    ("arguments", "status", "says"),
    [
        ([], 64, "the following arguments are required: FILE"),
        (["a", "b", "c"], 64, "diff compares two hosts, and not 3: give one FILE or two"),
        (["/nonexistent", "{new}"], 66, "/nonexistent: cannot be read: No such file or directory"),
        (["{broken}", "{new}"], 65, "broken"),
        (["{new}", "{new}", "-c", "/nonexistent"], 66, "open /nonexistent/main.cf"),
        (["{new}", "{new}", "-o", "nothing"], 64, "invalid parameter override"),
        (["{new}", "{new}", "--netns", "other"], 64, "--netns is the host to compare one FILE with, and there are two"),
        (["{new}", "--netns", "no-such-namespace"], 66, "no-such-namespace"),
        (["{new}", "{new}", "-o", "inet_interfaces=mail.example.com"], 65, "mail.example.com is a name"),
        (["{new}", "{new}", "-o", "inet_interfaces=$default_privs"], 65, "its default is not known"),
    ],
)
def test_trouble_has_our_statuses(arguments: list[str], status: int, says: str, tmp_path: Path) -> None:
    """Never 1, which says that something differs, and nothing on standard output."""
    files = {"new": file_of(tmp_path, "new", TEN), "broken": str(tmp_path / "broken")}
    tmp_path.joinpath("broken").write_text("{")
    found, out, err = in_process("diff", *(text.format(**files) for text in arguments))
    assert (found, out) == (status, "")
    assert says in err


def test_what_differs_is_told_although_a_name_cannot_be_looked_up(tmp_path: Path) -> None:
    """The host and the findings are; then comes the error, and its status says that the answer is not whole."""
    text = "compatibility_level = 3.6\nmyhostname = mail.example.com\ninet_interfaces = mail.example.com\n"
    tmp_path.joinpath("main.cf").write_text(text)
    files = file_of(tmp_path, "old", TEN), file_of(tmp_path, "new", TWENTY)
    status, out, err = in_process("diff", *files, "-c", str(tmp_path))
    assert (status, out) == (65, "- address 192.0.2.10/24 on eth0\n+ address 192.0.2.20/24 on eth0\n")
    assert "error: inet_interfaces: mail.example.com is a name, and only the recorded host knows" in err
    status, out, _err = in_process("diff", "--json", *files, "-c", str(tmp_path))
    document = validated(out)
    assert (status, document["needs"], len(document["differences"])) == (65, None, 2)
    assert "mail.example.com is a name" in document["not_told"]


def test_a_line_that_names_several_addresses_that_are_gone_is_shown_once(tmp_path: Path) -> None:
    """As it reads when all are mended."""
    text = "compatibility_level = 3.6\nmyhostname = mail.example.com\ninet_interfaces = 192.0.2.10, 2001:DB8::10\n"
    tmp_path.joinpath("main.cf").write_text(text)
    new6 = TEN6._replace(packed=TEN6.packed[:-1] + b"\x20")
    old, new = file_of(tmp_path, "old", TEN, TEN6), file_of(tmp_path, "new", TWENTY, new6)
    _status, out, _err = in_process("diff", old, new, "-c", str(tmp_path))
    assert [line for line in out.splitlines() if "write:" in line] == [
        "    write: inet_interfaces = 192.0.2.20, 2001:db8::20"
    ]


def test_a_family_that_was_not_asked_for_is_said_not_to_be_compared(tmp_path: Path) -> None:
    """Without --verbose: half of the host is no small thing."""
    old = file_of(tmp_path, "old", TEN, TEN6)
    part = tmp_path / "part"
    part.write_text(
        "1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue\n    inet 127.0.0.1/8 scope host lo\n"
        "2: eth0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc mq\n    inet 192.0.2.10/24 scope global eth0\n"
    )
    status, out, err = in_process("diff", old, str(part))
    assert (status, out) == (0, "")
    assert "warning: not compared, since the second of the two cannot tell: IPv6 addresses, all of them" in err


@pytest.mark.netns
def test_one_recording_is_compared_with_another_namespace(tmp_path: Path, namespace: Namespace) -> None:
    """With its routes, as --netns of other commands."""
    if not namespace.as_root:
        pytest.skip("a namespace has a name only if root makes it")
    namespace.build(["link set lo up", "addr add 192.0.2.10/32 dev lo"])
    old = tmp_path / "old"
    old.write_text(namespace.ifdiscover("snapshot").stdout)
    assert in_process("diff", str(old), "--netns", namespace.name) == (0, "", "")
    namespace.build(["addr add 192.0.2.11/32 dev lo"])
    status, out, _err = in_process("diff", str(old), "--netns", namespace.name)
    assert (status, out.splitlines()[0]) == (1, "+ address 192.0.2.11/32 on lo")


def test_a_value_that_postfix_refuses_is_an_answer(tmp_path: Path) -> None:
    """It is what Postfix needs that it tells: the host differs all the same."""
    old, new = file_of(tmp_path, "old", TEN), file_of(tmp_path, "new", TWENTY)
    status, out, _err = in_process("diff", old, new, "-o", "inet_protocols=ipv5")
    assert status == 1
    assert "Postfix needs: edit, then restart" in out


def test_what_was_not_compared_is_told_with_verbose(tmp_path: Path) -> None:
    """On standard error."""
    old = file_of(tmp_path, "old", TEN)
    text = json.loads((tmp_path / "old").read_text())
    tmp_path.joinpath("new").write_text(json.dumps({**text, "blind_to": ["mtu"]}))
    status, out, err = in_process("diff", old, str(tmp_path / "new"), "-v")
    assert (status, out) == (0, "")
    assert "ifdiscover: not compared, since one of the two cannot tell: mtu\n" in err


def test_the_document_has_what_the_lines_have(tmp_path: Path) -> None:
    """And both readings."""
    old, new = file_of(tmp_path, "old", TEN, BRIDGE), file_of(tmp_path, "new", TEN)
    status, out, _err = in_process("diff", "--json", old, new, *SUBNET)
    document = validated(out)
    assert status == 1
    assert [(item["change"], item["subject"], item["name"]) for item in document["differences"]] == [
        ("gone", "interface", None),
        ("gone", "address", "172.18.0.1"),
        ("gone", "mynetworks", "172.18.0.0/16"),
    ]
    assert {"name": "netmask", "before": "/16", "after": None} in document["differences"][1]["values"]
    assert document["needs"]["what"] == "reload"
    assert "clients of 172.18.0.0/16 stay trusted" in document["needs"]["until"]
    assert document["before"]["backend"] == "test"


def test_hostile_names_are_escaped(tmp_path: Path) -> None:
    """In lines and documents, which have the bytes too."""
    odd = UP._replace(name="e\x1b[31m\udcff")
    new = file_of(tmp_path, "new", TEN._replace(interface=odd, label="e\x1b:1"))
    old = file_of(tmp_path, "old")
    status, out, _err = in_process("diff", old, new)
    assert status == 1
    assert "+ address 192.0.2.10/24 on e\\x1b[31m\\xff, label e\\x1b:1\n" in out
    document = validated(in_process("diff", "--json", old, new)[1])
    assert document["differences"][0]["interface_hex"] == odd.name.encode("utf-8", "surrogateescape").hex()


@settings(max_examples=examples(60), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(before=hosts(), after=hosts())
def test_any_two_hosts_make_a_valid_document_and_plain_lines(before: Host, after: Host, tmp_path: Path) -> None:
    """Whatever their names and values are."""
    files = []
    for name, one in (("old", before), ("new", after)):
        tmp_path.joinpath(name).write_text(snapshot(one))
        files.append(str(tmp_path / name))
    status, out, err = in_process("diff", *files)
    assert status in (0, 1, 71)
    assert all(line.isprintable() for line in (out + err).split("\n"))
    assert bool(out) == (status == 1)
    again, document, _err = in_process("diff", "--json", *files)
    assert again == status
    if status != 71:
        assert bool(validated(document)["differences"]) == (status == 1)
