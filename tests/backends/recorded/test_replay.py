"""Recorded hosts: what is kept comes back exactly, and what is broken is refused with its place and rule."""

from __future__ import annotations

import contextlib
import ipaddress
import json
import socket
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import example, given, settings, strategies as st
from support.examples import examples
from support.made import NAMES, TEXTS, address, host, hosts
from support.namespaces import CLI, ROOT
from support.program import run
from support.shapes import SHAPES

from ifdiscover import discover, replay, snapshot
from ifdiscover._backends.recorded import strict_json
from ifdiscover._backends.recorded.ip import ip_json
from ifdiscover._backends.recorded.replay import decode
from ifdiscover._kernel import record
from ifdiscover._names import printable, unescape
from ifdiscover.errors import RecordingError, RecordingInputError, UnavailableError
from ifdiscover.model import Host, Interface, NextHop, Recorded, Route

if TYPE_CHECKING:
    from pathlib import Path

    from support.namespaces import Namespace

RECORDED = record(host(address("192.0.2.1", "255.255.255.0"), address("2001:db8::1", "ffff:ffff:ffff:ffff::")))
DOCUMENT: dict[str, Any] = json.loads(snapshot(RECORDED))


@given(hosts())
def test_any_host_survives_a_round_trip(made: Host) -> None:
    """Snapshot, replay, snapshot: the same host and the same bytes, all ASCII."""
    text = snapshot(made)
    assert text.isascii()
    assert decode(text.encode()) == made
    assert snapshot(decode(text.encode())) == text


@given(st.one_of(TEXTS, NAMES, st.text(st.characters(exclude_categories=["Cs"]))))
@example("a\\")
@example("\u0085\udc85\\x85")
def test_escaping_can_be_undone(text: str) -> None:
    """No two texts look alike once escaped, and what is escaped can do nothing to a terminal."""
    escaped = printable(text)
    assert escaped.isprintable()
    assert unescape(escaped) == text


@pytest.mark.parametrize("text", ["\\", "a\\q", "\\x4", "\\xZZ", "\\u12", "\\U00110000", "\\x+1", "\\\\\\"])
def test_what_is_no_escape_is_refused(text: str) -> None:
    """A backslash that begins none."""
    with pytest.raises(ValueError, match=r"escape|Unicode"):
        unescape(text)


@settings(max_examples=examples(300))
@given(st.one_of(st.binary(), st.binary().map(lambda raw: b"{" + raw), st.binary().map(lambda raw: b"[" + raw)))
def test_any_bytes_are_a_host_or_an_error(data: bytes) -> None:
    """Nothing else comes out."""
    with contextlib.suppress(RecordingError):
        assert isinstance(decode(data), Host)


JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=5)),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=5), inner, max_size=3)),
    max_leaves=6,
)


@st.composite
def damaged(draw: st.DrawFn, document: Any) -> Any:
    """The document with something in it replaced, taken out or put in."""
    value = document
    path: list[Any] = []
    while isinstance(value, (dict, list)) and value and (not path or draw(st.integers(0, 4))):
        key = draw(st.sampled_from(sorted(value) if isinstance(value, dict) else list(range(len(value)))))
        path.append(key)
        value = value[key]
    made = json.loads(json.dumps(document))
    parent = made
    for key in path[:-1]:
        parent = parent[key]
    if draw(st.booleans()):
        del parent[path[-1]]
    else:
        parent[path[-1]] = draw(JSON)
    return made


@settings(max_examples=examples(300))
@given(damaged(DOCUMENT))
def test_a_damaged_snapshot_is_a_host_or_an_error(document: Any) -> None:
    """And where it is a host, that host survives a round trip as any other."""
    try:
        made = decode(json.dumps(document).encode())
    except RecordingError:
        return
    assert decode(snapshot(made).encode()) == made


def changed(*path: Any, to: Any) -> bytes:
    """The document as text, one value of it another."""
    made = json.loads(json.dumps(DOCUMENT))
    parent = made
    for key in path[:-1]:
        parent = parent[key]
    parent[path[-1]] = to
    return json.dumps(made).encode()


LINK = b'[{"ifname": "a", "ifindex": 1, "flags": [%b]}]'
FIRST = ("interfaces", 0, "addresses", 0)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "empty; make a recording with: ifdiscover snapshot"),
        (b"inet 127.0.0.1", "neither a snapshot"),
        (b"Linux mx1 6.1.0 x86_64\n", "snapshot; ip -j addr; or LC_ALL=C ifconfig -a"),
        (b"{", "line 1, column 2: not JSON: expecting property name"),
        (json.dumps(DOCUMENT).encode()[:-20], "not JSON"),
        (json.dumps(DOCUMENT).encode() + b"x", "not JSON: extra data"),
        (b'{"\xff": 1}', "byte 2: not UTF-8; convert it with iconv, or record the host again"),
        (b'{"a": "\x1b"}', "not JSON: invalid control character"),
        (b'{"schema": 1, "schema": 1}', 'top: the key "schema" comes twice'),
        (b'{"a": {"b": 1, "b": 2}}', 'a: the key "b" comes twice'),
        (
            changed("schema", to="ifdiscover.snapshot/3"),
            "schema: must be ifdiscover.snapshot/2 or ifdiscover.snapshot/1",
        ),
        (changed("schema", to=None), "schema: must be"),
        (changed("interfaces", to={}), "interfaces: must be a list, not an object"),
        (changed("interfaces", 0, to=[]), "interfaces[0]: must be an object, not a list"),
        (
            changed("interfaces", 0, "index", to=True),
            "[0].index: must be a whole number from 1 to 4294967295, not true",
        ),
        (changed("interfaces", 0, "index", to=0), "interfaces[0].index: must be a whole number from 1"),
        (changed("interfaces", 0, "index", to="2"), 'must be a whole number from 1 to 4294967295, not "2"'),
        (changed("interfaces", 0, "mtu", to=float("nan")), "interfaces[0].mtu: NaN is not JSON"),
        (changed("interfaces", 0, "mtu", to=1.0), "mtu: must be a whole number from 0 to 4294967295, not 1.0"),
        (changed("interfaces", 0, "mtu", to=10**30), "interfaces[0].mtu: a number has at most 20 digits"),
        (changed("interfaces", 0, "name", to=""), "interfaces[0].name: must be a name of 1 to 255 bytes"),
        (changed("interfaces", 0, "name", to="a\0"), "must be a name of 1 to 255 bytes, none of them NUL"),
        (changed("interfaces", 0, "name", to="a\\q"), "interfaces[0].name: must be escaped"),
        (changed("interfaces", 0, "name", to="\ud800"), "interfaces[0].name: must be text without lone surrogates"),
        (changed("interfaces", 0, "name_hex", to="00"), "interfaces[0].name_hex: must be the bytes of name"),
        (changed("interfaces", 0, "hardware_address", to="02-00"), "hardware_address: must be bytes in hexadecimal"),
        (changed("interfaces", 0, "set_apart", to=5), "interfaces[0].set_apart: must be a string, not 5"),
        (changed(*FIRST, "prefixlen", to=33), "addresses[0].prefixlen: must be a whole number from 0 to 32, not 33"),
        (changed(*FIRST, "prefixlen", to=False), "prefixlen: must be a whole number from 0 to 32, not false"),
        (changed(*FIRST, "prefixlen", to=8), "prefixlen: must be the length of netmask 255.255.255.0, not 8"),
        (changed(*FIRST, "netmask", to="ffff::"), "netmask: must be an IPv4 address"),
        (changed(*FIRST, "netmask_origin", to=None), "netmask_origin: must be kernel or assumed"),
        (changed(*FIRST, "netmask_origin", to="guessed"), "netmask_origin: must be kernel or assumed"),
        (changed(*FIRST, "family", to="inet"), 'family: must be ipv4 or ipv6, not "inet"'),
        (changed(*FIRST, "address", to="2001:db8::1"), "address: must be an IPv4 address"),
        (changed(*FIRST, "address", to="192.0.2.1\0"), "address: must be an IPv4 address"),
        (changed(*FIRST, "scope", to="\\x1b[31m"), "addresses[0].scope: must be global, site, link"),
        (changed(*FIRST, "scope", to="256"), "addresses[0].scope: must be global, site, link"),
        (changed(*FIRST, "label", to="\\ud800"), "addresses[0].label: must be text without lone surrogates"),
        (changed(*FIRST, "interface", to="eth9"), "interface: must be the name of the interface that it is listed"),
        (changed("host", to="\\udfff"), "host: must be text without lone surrogates"),
        (changed("interfaces", to=DOCUMENT["interfaces"] * 2), "interfaces[1].index: must be this interface's own"),
        (changed("interfaces", to=[]), "order: must be empty, as there is no address"),
        (
            changed(
                "routes",
                to=[{"family": "ipv4", "is_default": True, "next_hops": [{"gateway": None, "interface": "\\ud800"}]}],
            ),
            "routes[0].next_hops[0].interface: must be text without lone surrogates",
        ),
        (
            changed("routes", to=[{"family": "ipv6", "is_default": True, "next_hops": []}]),
            "routes[0].next_hops: must have at least one",
        ),
        (
            changed("sources", to=[{"family": "ipv4", "address": f"192.0.2.{n}"} for n in (1, 2)]),
            "sources[1].family: must be another one in each of the sources",
        ),
        (
            changed("sources", to=[{"family": "ipv4", "address": "2001:db8::1"}]),
            "sources[0].address: must be an IPv4 address",
        ),
        (changed("sources", to="192.0.2.1"), "sources: must be a list"),
        (b"{" + b",".join(b'"%d":1' % n for n in range(300_000)) + b',"7":2}', 'top: the key "7" comes twice'),
        (b"[" + b"[]," * 2_000_000 + b"[]]", "more than 1048576 of [ in it"),
        (b'["' + b"\\" * 3_000_000, "more than 1048576 of \\ in it"),
        (b"[" + b"0," * 9_000_000 + b"0]", "more than 8388608 of , in it"),
        (LINK % b'"-1"], "addr_info": [', "[0].flags[0]: must be a flag that ip prints"),
        (LINK % b'"1_0"], "addr_info": [', "[0].flags[0]: must be a flag that ip prints"),
        (changed(*FIRST, "flags", to=["wild"]), "flags[0]: must be one of secondary"),
        (changed(*FIRST, "flags", to=["0x100000000"]), "flags[0]: must be a bit of 32"),
        (changed(*FIRST, "flags", to=["-1"]), "flags[0]: must be a bit of 32"),
        (changed("order", to=[[0, 0]]), "order: must name each of the 2 addresses once"),
        (changed("order", to=[[0, 0], [0, 0]]), "order[1]: must name each address once"),
        (changed("order", to=[[0, 0], [0, 2]]), "order[1][1]: must be a whole number from 0 to 1"),
        (changed("order", to=[[0, 0], [1, 0]]), "order[1][0]: must be a whole number from 0 to 0"),
        (changed("families", to=["ipx"]), "families[0]: must be ipv4 or ipv6"),
        (b"[" * 100_000, "nested deeper than 32 levels"),
        (b'{"a":' * 100_000, "nested deeper than 32 levels"),
        (b'["' + b'["' * 10, "not JSON"),
        (b"[1]", "[0]: must be an object, not 1"),
        (
            LINK % b'"UP"], "addr_info": [{"family": "ipx"}',
            "must be inet or inet6",
        ),
        (
            LINK % b'"LOOP"], "addr_info": [',
            "[0].flags[0]: must be a flag that ip prints",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_broken_is_refused_with_place_and_rule(data: bytes, message: str) -> None:
    """Status 65; what would take for ever is refused before it is begun."""
    with pytest.raises(RecordingError) as raised:
        decode(data)
    assert message in str(raised.value)
    assert raised.value.status == 65


@pytest.mark.parametrize(
    "name", ["hosts/freebsd-4/snapshot.json", "recorded/ifconfig/freebsd.txt", "recorded/ifconfig/linux-old.txt"]
)
def test_a_mark_of_utf8_is_no_part_of_a_recording(name: str) -> None:
    """Windows' programs write one; the first interface would be called by it."""
    data = ROOT.joinpath("fixtures", name).read_bytes()
    assert decode(b"\xef\xbb\xbf" + data) == decode(data)


def test_a_protocol_of_many_digits_is_unknown() -> None:
    """Not a number that Python would refuse to read."""
    info = {"family": "inet", "local": "1.2.3.4", "prefixlen": 8, "scope": "global", "protocol": "1" * 5000}
    made = decode(json.dumps([{"ifname": "e", "ifindex": 1, "flags": ["UP"], "addr_info": [info]}]).encode())
    assert made.addresses[0].protocol is None


def test_what_is_too_large_is_refused_unparsed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No more than the bound is ever read, from a file without end either."""
    monkeypatch.setattr("ifdiscover._backends.recorded.replay.MAX_SIZE", 1 << 20)
    with pytest.raises(RecordingError, match="/dev/zero: larger than 1 MiB"):
        replay("/dev/zero")
    file = tmp_path / "large.json"
    file.write_bytes(b"[" + b" " * (1 << 20) + b"]")
    with pytest.raises(RecordingError, match="larger than 1 MiB"):
        replay(file)


@pytest.mark.parametrize(
    ("path", "why"), [("nowhere.json", "No such file"), (".", "Is a directory"), ("a\0b", "it is not there")]
)
def test_a_file_that_cannot_be_read_is_said_so(path: str, why: str, tmp_path: Path) -> None:
    """Status 66, with the system's reason."""
    with pytest.raises(RecordingInputError, match=why) as raised:
        replay(f"{tmp_path}/{path}")
    assert raised.value.status == 66


def test_replay_is_no_way_to_ask_this_host() -> None:
    """Without a file it is unavailable, and says how to give one."""
    with pytest.raises(UnavailableError, match="--from FILE"):
        discover("replay")


def test_snapshot_and_from_through_the_program(tmp_path: Path) -> None:
    """The file's name stands in the error; standard input is `-`."""
    file = tmp_path / "host.json"
    file.write_text(snapshot(RECORDED))
    assert run("own", "--from", str(file)).stdout == "192.0.2.1\n2001:db8::1\n"
    assert run("own", "--from", "-", shell=f'"$@" <{file}').stdout == "192.0.2.1\n2001:db8::1\n"
    assert run("snapshot", "--from", str(file)).stdout == file.read_text()
    closed = run("own", "--from", "-", shell='"$@" <&-')
    assert closed.returncode == 66
    assert closed.stderr == "ifdiscover: error: standard input: cannot be read: it is not there\n"
    both = run("own", "--from", str(file), "--backend", "getifaddrs")
    assert (both.returncode, both.stdout) == (64, "")
    file.write_text("[]x")
    done = run("--from", str(file))
    assert (done.returncode, done.stdout) == (65, "")
    assert done.stderr == f"ifdiscover: error: {file}: line 1, column 3: not JSON: extra data\n"


def test_where_and_when_is_said_on_asking() -> None:
    """A recording is data about trust: whose and how old."""
    made = RECORDED._replace(recorded=Recorded("mx1\x1b", "2026-01-02T03:04:05Z", None, None))
    text = json.dumps(json.loads(snapshot(made)))
    done = run("own", "-v", "--from", "-", shell=f"printf '%s' '{text}' | sed 's/x/x/' | \"$@\"")
    assert "ifdiscover: recorded on mx1\\x1b at 2026-01-02T03:04:05Z\n" in done.stderr


def test_a_kernel_without_a_family_stays_without_in_replay() -> None:
    """What the recorded kernel had sockets for decides, not what this one has."""
    from ifdiscover import mynetworks

    without = RECORDED._replace(recorded=Recorded(families=(socket.AF_INET,)))
    answer = mynetworks(without, style="subnet")
    assert str(answer) == "192.0.2.0/24"
    assert "disabling IPv6 name/address support" in answer.warnings[0]
    assert str(mynetworks(RECORDED._replace(recorded=Recorded()), style="host")) == "192.0.2.1/32 [2001:db8::1]/128"


def test_old_ips_quotes_are_understood() -> None:
    r"""Old versions write ' as \', which JSON does not know; a backslash before it stays one."""
    assert ip_json.without_escaped_apostrophes(r'"it\'s"') == '"it\'s"'
    assert ip_json.without_escaped_apostrophes(r'"a\\" \"') == r'"a\\" \"'


def test_an_unlisted_interface_is_no_snapshot() -> None:
    """A host that contradicts itself is not written."""
    with pytest.raises(ValueError, match="does not list: eth0"):
        snapshot(RECORDED._replace(interfaces=()))


@pytest.mark.netns
@pytest.mark.parametrize("name", SHAPES)
@pytest.mark.parametrize("ip", [["ip", "-j", "addr"], ["ip", "-d", "-j", "addr"]], ids=" ".join)
def test_ips_output_is_the_host_that_rtnetlink_reads(name: str, ip: list[str], namespace: Namespace) -> None:
    """All that ip(8) prints is what a dump tells, in the same order; the protocol alone it may not know."""
    namespace.build(SHAPES[name].steps)
    shown = decode(namespace.run(ip).stdout.encode("utf-8", "surrogateescape"))
    read = decode(namespace.ifdiscover("snapshot", "--backend", "rtnetlink").stdout.encode())
    tells_kinds = "interface kinds" not in shown.blind_to
    assert tells_kinds is ({"-d", "-j"} <= set(ip))

    def known(interface: Interface) -> Interface:
        return interface if tells_kinds else interface._replace(kind=None)

    assert list(shown.interfaces) == [known(interface) for interface in read.interfaces]
    assert [a._replace(protocol=None) for a in shown.addresses] == [
        a._replace(protocol=None, interface=known(a.interface)) for a in read.addresses
    ]


@pytest.mark.netns
@pytest.mark.parametrize("name", SHAPES)
def test_answers_are_the_same_live_and_replayed(name: str, namespace: Namespace, tmp_path: Path) -> None:
    """Every command, byte for byte, its JSON and its failures too."""
    namespace.build(SHAPES[name].steps)
    file = tmp_path / "host.json"
    file.write_text(namespace.ifdiscover("snapshot").stdout)
    (tmp_path / "main.cf").write_text("")
    main_cf = ["-c", str(tmp_path)]
    for command in (
        ["addresses"],
        ["addresses", "--all", "--json"],
        ["addresses", "--format=table"],
        ["own", "--json", *main_cf],
        ["mynetworks", "--style", "all", *main_cf],
        ["mynetworks", "--style", "subnet", "--json", "--inet-interfaces", "loopback-only", *main_cf],
        ["snapshot"],
    ):
        live = namespace.run([*CLI, *command], check=False)
        kept = namespace.run([*CLI, *command, "--from", str(file)], check=False)
        if command == ["snapshot"]:
            assert kept.stdout == file.read_text()
        else:
            assert (live.returncode, live.stdout, live.stderr) == (kept.returncode, kept.stdout, kept.stderr)


def test_a_hundred_thousand_addresses_are_no_trouble() -> None:
    """The bound on size and the strictness leave room for the largest hosts; time and memory grow with the size."""
    one = RECORDED.addresses[0]
    many = tuple(one._replace(packed=ipaddress.ip_address(0x0A000000 + n).packed) for n in range(20_000))
    text = snapshot(RECORDED._replace(addresses=many))
    assert len(text) * 5 * 2 < strict_json.MAX_SIZE
    assert decode(text.encode()).addresses == many


def test_the_gateways_of_an_old_snapshot_are_routes() -> None:
    """Snapshots of 0.1 had the address and the interface of each, and its blindness by that name."""
    old = json.loads(changed("schema", to="ifdiscover.snapshot/1"))
    del old["routes"]
    old["blind_to"] = ["gateways"]
    old["gateways"] = [{"family": "ipv4", "address": "192.0.2.254", "interface": "eth0", "is_default": True}]
    host = decode(json.dumps(old).encode())
    hop = NextHop(bytes([192, 0, 2, 254]), "eth0")
    assert (host.routes, host.blind_to) == ((Route(socket.AF_INET, (hop,), is_default=True),), ("routes",))
    assert decode(snapshot(host).encode()) == host


@pytest.mark.parametrize("key", ["kind", "master"])
@pytest.mark.parametrize("value", [7, "", "x" * 300, "a\\x00b", []], ids=str)
def test_what_is_no_name_is_no_kind_and_no_master(key: str, value: object) -> None:
    """A snapshot may be anyone's file."""
    document = json.loads(snapshot(host(address("192.0.2.1", "255.255.255.0"))))
    document["interfaces"][0][key] = value
    with pytest.raises(RecordingError, match=key):
        decode(json.dumps(document).encode())


def test_a_snapshot_of_before_is_blind_to_what_it_does_not_tell() -> None:
    """One that tells that there is none is not."""
    document = json.loads(snapshot(host(address("192.0.2.1", "255.255.255.0"))))
    assert decode(json.dumps(document).encode()).blind_to == ()
    for interface in document["interfaces"]:
        del interface["kind"], interface["master"]
    assert decode(json.dumps(document).encode()).blind_to == ("interface kinds", "masters")
