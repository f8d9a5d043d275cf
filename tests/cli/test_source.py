"""``ifdiscover source``: the address alone on standard output, and what to mind of it elsewhere."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest
from support.made import address, host
from support.namespaces import ROOT, Namespace, why_no_namespaces
from support.need import need
from support.program import in_process
from support.schemas import validated

from ifdiscover import snapshot
from ifdiscover._postfix.sending import sendings
from ifdiscover.model import NextHop, Recorded, Route

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from ifdiscover.model import Host

WIDE = "ffff:ffff:ffff:ffff::"
STATIC = address("2001:db8::1", WIDE, scope="global", flags=0x80)
TEMPORARY = address("2001:db8::7", WIDE, scope="global", flags=0x01)
VALUES = {"inet_interfaces": "all", "inet_protocols": "all", "smtp_bind_address": "", "smtp_bind_address6": ""}


def routed(*addresses: object, source: bytes) -> Host:
    """A recorded host with a default route for IPv6 and a source."""
    route = Route(STATIC.family, (NextHop(None, "eth0"),), is_default=True)
    recorded = Recorded("mail", "2026-11-24T09:00:00Z", "Linux 6.1 x86_64")
    return host(*addresses, routes=(route,), packed_sources=(source,), recorded=recorded)  # type: ignore[arg-type]  # addresses


@pytest.mark.parametrize(
    ("flags", "words"),
    [
        (0x01, ["it is temporary"]),
        (0x21, ["it is temporary", "it is deprecated"]),
        (0x40, ["it is tentative"]),
        (0x08, ["it is a duplicate"]),
        (0x80, []),
    ],
)
def test_what_will_go_is_remarked(flags: int, words: list[str]) -> None:
    """Each flag of its own."""
    made = routed(STATIC._replace(flags=flags), source=STATIC.packed)
    (answer,) = sendings(made, [STATIC.packed], VALUES)
    assert [remark.partition(":")[0] for remark in answer.remarks] == words


def test_a_temporary_source_is_told_with_the_one_that_stays() -> None:
    """The kernel prefers the temporary one, and Postfix should not."""
    (answer,) = sendings(routed(TEMPORARY, STATIC, source=TEMPORARY.packed), [TEMPORARY.packed], VALUES)
    assert str(answer) == "2001:db8::7"
    assert answer.recommended == "smtp_bind_address6 = 2001:db8::1"
    assert "permanent address of eth0" in answer.reason


@pytest.mark.parametrize(
    ("values", "remark"),
    [
        ({"smtp_bind_address6": "2001:db8::1"}, []),
        ({"smtp_bind_address6": "2001:db8::7"}, ["it differs from smtp_bind_address6 = 2001:db8::7"]),
        ({"smtp_bind_address6": "2001:db8::99"}, ["it differs from smtp_bind_address6 = 2001:db8::99"]),
        ({"smtp_bind_address": "192.0.2.9"}, []),
        (
            {"inet_interfaces": "2001:db8::7"},
            [
                "it is not one of Postfix's own addresses (inet_interfaces = 2001:db8::7)",
                "Postfix's SMTP client sends from 2001:db8::7 instead (inet_interfaces)",
            ],
        ),
        ({"inet_interfaces": "192.0.2.99"}, ["nobody knows whether it is one of Postfix's own addresses: "]),
    ],
    ids=str,
)
def test_what_postfix_makes_of_it_is_remarked(values: dict[str, str], remark: list[str]) -> None:
    """Its own addresses, and the address that its SMTP client binds to."""
    (answer,) = sendings(routed(STATIC, TEMPORARY, source=STATIC.packed), [STATIC.packed], {**VALUES, **values})
    assert len(answer.remarks) == len(remark)
    assert all(found.startswith(expected) for found, expected in zip(answer.remarks, remark))


def test_transports_that_send_from_another_address_are_named(tmp_path: Path) -> None:
    """Those of master.cf that set one for themselves, if it can be bound and is another."""
    (tmp_path / "main.cf").write_text("other = 2001:db8::7\nlmtp_bind_address6 = 2001:db8::7\n")
    (tmp_path / "master.cf").write_text(
        "smtp unix - - n - - smtp\n"
        "same unix - - n - - smtp -o smtp_bind_address6=2001:db8::1\n"
        "more unix - - n - - smtp -o { smtp_bind_address6 = $other }\n"
        "four unix - - n - - smtp -o smtp_bind_address=192.0.2.9\n"
        "gone unix - - n - - smtp -o smtp_bind_address6=2001:db8::99\n"
        "wild unix - - n - - smtp -o smtp_bind_address6=::\n"
        "odd unix - - n - - smtp -o smtp_bind_address6=${x\n"
        "bad unix - - n - - smtp -o inet_protocols=odd -o smtp_bind_address6=2001:db8::7\n"
        "lmtp unix - - n - - lmtp -o smtp_bind_address6=2001:db8::7\n"
        "box unix - - n - - lmtp -o lmtp_bind_address6=[2001:db8::7]\n"
        "pipe unix - n n - - pipe -o smtp_bind_address6=2001:db8::7 argv=x\n"
    )
    path = tmp_path / "snapshot.json"
    path.write_text(snapshot(routed(STATIC, TEMPORARY, source=STATIC.packed)))
    status, out, err = in_process("source", "-c", str(tmp_path), "-q", "--from", str(path))
    assert (status, out) == (0, "2001:db8::1\n")
    assert err.splitlines() == [
        "ifdiscover: 2001:db8::1: the transport more sends from 2001:db8::7 instead (smtp_bind_address6 in master.cf)",
        "ifdiscover: 2001:db8::1: the transport box sends from 2001:db8::7 instead (lmtp_bind_address6 in master.cf)",
    ]


def test_a_link_local_source_and_one_that_nobody_lists_are_remarked() -> None:
    """There is no default route, and so nothing is recommended; the reason says so."""
    link = address("fe80::1", WIDE, scope="link", flags=0x80)
    nowhere = host(link, routes=(), packed_sources=(), recorded=Recorded(system="Linux 6.1 x86_64"))
    (answer,) = sendings(nowhere, [link.packed], VALUES)
    assert [remark.partition(":")[0] for remark in answer.remarks] == ["it is link-local"]
    assert answer.recommended is None
    assert "no way" in answer.reason
    (answer,) = sendings(nowhere, [STATIC.packed], VALUES)
    assert answer.address is None
    assert answer.remarks[0] == "no interface of this host lists it"


def test_where_nobody_knows_what_stays_nothing_is_recommended() -> None:
    """The reason has the backend."""
    made = routed(STATIC._replace(flags=None), source=STATIC.packed)
    (answer,) = sendings(made, [STATIC.packed], VALUES)
    assert answer.recommended is None
    assert "backend test " in answer.reason


def test_standard_output_is_the_address_alone(tmp_path: Path) -> None:
    """And the remarks are on standard error; in JSON they are in the document."""
    path = tmp_path / "host.json"
    path.write_text(snapshot(routed(TEMPORARY, STATIC, source=TEMPORARY.packed)))
    status, out, err = in_process("source", "-q", "--from", str(path))
    assert (status, out) == (0, "2001:db8::7\n")
    assert err == "ifdiscover: 2001:db8::7: it is temporary: it goes soon, and DNS has no name for it\n"
    status, out, err = in_process("source", "-q", "--json", "--from", str(path))
    assert (status, err) == (0, "")
    validated(out)
    (answer,) = json.loads(out)["sources"]
    assert list(answer) == ["family", "address", "interface", "flags", "remarks", "recommended", "reason"]
    assert answer["recommended"] == "smtp_bind_address6 = 2001:db8::1"
    assert in_process("source", "-q", "--family", "4", "--from", str(path))[:2] == (69, "")


def test_a_recording_without_sources_says_what_has_them() -> None:
    """And one cannot be asked for the way to one address."""
    old = str(ROOT / "fixtures/hosts/mail-relay/snapshot.json")
    status, out, err = in_process("source", "-q", "--from", old)
    assert (status, out) == (65, "")
    assert "ifdiscover snapshot does" in err
    status, out, err = in_process("source", "-q", "--to", "192.0.2.1", "--from", old)
    assert (status, out) == (64, "")
    assert "give one of them" in err


@pytest.mark.parametrize(
    ("arguments", "status", "words"),
    [
        (["--to", "nonsense"], 65, '"nonsense" is not an address'),
        (["--to", "fe80::1"], 65, "add the interface"),
        (["--to", "192.0.2.1", "--family", "6"], 64, "192.0.2.1 is no IPv6 address"),
        (["--family", "5"], 64, '"5" is none of 4, 6'),
    ],
    ids=str,
)
def test_a_destination_that_is_none_is_refused(arguments: list[str], status: int, words: str) -> None:
    """With the remedy, and nothing on standard output."""
    found, out, err = in_process("source", "-q", *arguments)
    assert (found, out) == (status, "")
    assert words in err


@pytest.fixture(scope="module")
def namespace() -> Iterator[Namespace]:
    """Two ways out, and a temporary address beside a static one."""
    need(why_no_namespaces())
    with Namespace() as built:
        built.build(
            [
                "link set lo up",
                "sysctl ipv6/conf/default/use_tempaddr=2",
                "link add eth0 type veth peer name far0",
                "link add eth1 type veth peer name far1",
                *(f"link set {name} up" for name in ("far0", "far1", "eth0", "eth1")),
                "addr add 192.0.2.1/24 dev eth0",
                "addr add 198.51.100.1/24 dev eth1",
                "route add default via 192.0.2.254",
                "route add 203.0.113.0/24 via 198.51.100.254",
                "addr add 2001:db8:1::1/64 dev eth0 nodad mngtmpaddr",
                "route add default via 2001:db8:1::fe dev eth0",
            ]
        )
        yield built


def test_the_command_tells_the_kernels_choice(namespace: Namespace) -> None:
    """For everywhere else and for one address; a temporary address is told with what stays."""
    done = namespace.ifdiscover(
        "source", "-q", "--family", "4", "-o", "inet_interfaces=all", "-o", "smtp_bind_address="
    )
    assert (done.stdout, done.stderr) == ("192.0.2.1\n", "")
    assert namespace.ifdiscover("source", "-q", "--to", "203.0.113.7").stdout == "198.51.100.1\n"
    assert namespace.ifdiscover("source", "-q", "--to", "127.0.0.1").stdout == "127.0.0.1\n"
    done = namespace.ifdiscover("source", "-q", "--family", "6", "--format", "table")
    chosen = re.findall(r"(?m)^(2001:db8:1::?[0-9a-f:]+) ", done.stdout)
    told = namespace.run(["ip", "-6", "route", "get", "2001:db8:9::1"]).stdout
    assert [re.findall(r"src (\S+)", told)] == [chosen]
    assert "smtp_bind_address6 = 2001:db8:1::1 " in done.stdout
    assert ("it is temporary" in done.stderr) is (chosen != ["2001:db8:1::1"])


def test_without_a_way_the_status_says_so() -> None:
    """And standard output is empty, in each form."""
    need(why_no_namespaces())
    with Namespace() as lonely:
        lonely.build(["link set lo up"])
        for form in ("lines", "table", "json"):
            done = lonely.ifdiscover("source", "-q", "--format", form, check=False)
            assert (done.returncode, done.stdout) == (69, "")
            assert "no default route leads out" in done.stderr
