"""What ip(8) printed: the host that it tells of, or a refusal that names what the file is and what to record."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from support.expectations import interfaces_told
from support.namespaces import ROOT
from support.program import in_process

from ifdiscover import replay, snapshot
from ifdiscover._backends.recorded.ip import others
from ifdiscover._backends.recorded.replay import decode
from ifdiscover.errors import RecordingError

if TYPE_CHECKING:
    from collections.abc import Callable

    from ifdiscover.model import Host

FOLDER = ROOT / "fixtures" / "recorded" / "ip"
TEXTS = sorted(FOLDER.glob("*.txt"))
READ = [path for path in TEXTS if not path.name.startswith("refused-")]
RECORDINGS = [
    *READ,
    *sorted(FOLDER.parent.glob("ifconfig/*.txt")),
    *sorted(ROOT.glob("fixtures/hosts/*/snapshot.json")),
]


def told(host: Host) -> dict[str, Any]:
    """What an expectation has."""
    return {
        "interfaces": interfaces_told(host),
        "addresses": [
            [
                a.interface.name,
                a.label,
                str(a),
                a.prefixlen,
                a.interface.is_up,
                a.peer and str(a.peer),
                a.scope_id,
            ]
            for a in host.addresses
        ],
        "hardware_addresses": {i.name: i.hardware_address and i.hardware_address.hex(":") for i in host.interfaces},
        "scopes": {str(a): a.scope for a in host.addresses},
    }


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.stem)
def test_every_output_is_the_host_it_tells_of_or_is_refused_by_its_name(path: Path) -> None:
    """The expectation stands beside it; the message has the file, what it is, and what to record."""
    expected = json.loads(path.with_suffix(".json").read_text())
    if "refused" in expected:
        with pytest.raises(RecordingError) as raised:
            replay(path)
        for words in (str(path), *expected["refused"]):
            assert words in str(raised.value)
        return
    host = replay(path)
    found = told(host)
    for key, value in expected.items():
        if isinstance(value, dict):
            assert value.items() <= found[key].items()
        else:
            assert found[key] == value
    assert [warning for warning in host.warnings if "only a part" not in warning] == []
    assert decode(snapshot(host).encode()) == host


def test_every_output_has_its_expectation_and_its_origin() -> None:
    """The README says of each what it is."""
    readme = FOLDER.joinpath("README.md").read_text()
    assert len(TEXTS) >= 13
    for path in TEXTS:
        assert f"`{path.name}`" in readme
    assert {path.stem for path in FOLDER.glob("*.json")} == {path.stem for path in TEXTS}


@pytest.mark.parametrize("path", READ, ids=lambda path: path.stem)
def test_a_recording_goes_through_the_program_and_comes_back(path: Path, tmp_path: Path) -> None:
    """Snapshot --from writes what --from reads as the same host, with its warnings."""
    status, out, _ = in_process("snapshot", "--from", str(path))
    assert status == 0
    kept = tmp_path / "kept.json"
    kept.write_text(out)
    assert replay(kept) == replay(path)
    assert in_process("addresses", "--all", "--from", str(kept)) == in_process(
        "addresses", "--all", "--from", str(path)
    )


# Every form: what Windows and Markdown do to a file.


@pytest.mark.parametrize("path", RECORDINGS, ids=lambda path: f"{path.parent.name}/{path.stem}")
@pytest.mark.parametrize(
    "wrap",
    [
        lambda data: data.decode().encode("utf-16"),
        lambda data: b"\xfe\xff" + data.decode().encode("utf-16-be"),
        lambda data: b"\xff\xfe" + data.decode().replace("\n", "\r\n").encode("utf-16-le"),
        lambda data: b"".join(b"    " + line for line in data.splitlines(keepends=True)),
        lambda data: b"\n" + b"".join(b"\t" + line for line in data.splitlines(keepends=True)) + b"\n",
        lambda data: b"".join(b"  " + line if line.strip() else line for line in data.splitlines(keepends=True)),
    ],
    ids=["UTF-16", "UTF-16-BE", "UTF-16 with CRLF", "four blanks", "a tab", "two blanks, empty lines without"],
)
def test_every_form_is_read_in_utf_16_and_indented(path: Path, wrap: Callable[[bytes], bytes]) -> None:
    """PowerShell writes UTF-16 with a mark; Markdown and mail indent. Warnings have the numbers of other lines then."""
    data = path.read_bytes()
    if data.startswith(b"\xff\xfe"):
        data = data.decode("utf-16").encode()
    assert decode(wrap(data))._replace(warnings=()) == decode(data)._replace(warnings=())


def test_a_name_that_begins_like_utf_16_is_a_name() -> None:
    """Which has no NUL in it."""
    data = FOLDER.joinpath("../ifconfig/linux.txt").read_bytes()
    assert decode(b"\xff\xfe" + data).interfaces[0].name == "\udcff\udcfe" + decode(data).interfaces[0].name


def test_damaged_utf_16_is_refused() -> None:
    """With the place; half a character is no text."""
    with pytest.raises(RecordingError, match="byte 4: not UTF-16"):
        decode(b"\xff\xfe[\0]")


@pytest.mark.parametrize("data", [b"", b"\n", b" \r\n\t\n", b"\xef\xbb\xbf", b"\xff\xfe\n\0"])
def test_an_empty_recording_is_called_empty(data: bytes) -> None:
    """And the commands that make one are named."""
    with pytest.raises(RecordingError, match=r"^empty; make a recording with: ifdiscover snapshot; ip -j addr; or LC"):
        decode(data)


# Outputs of ip(8) that hold no host.


LINK = '{"ifindex":1,"ifname":"lo","flags":["LOOPBACK","UP"],"mtu":65536,"link_type":"loopback","address":"00:00"'


@pytest.mark.parametrize(
    ("text", "what", "remedy"),
    [
        (f"[{LINK}}}]", "ip -j link", "use ip -j addr in place of ip -j link"),
        (f'[{LINK},"maddr":[]}}]', "ip -j maddr", "use ip -j addr"),
        (
            '[{"ifname":"lo","operstate":"UNKNOWN","addr_info":[{"local":"127.0.0.1","prefixlen":8}]}]',
            "ip -br -j addr",
            "use ip -j addr without -br",
        ),
        (
            '[{"addr_info":[{"index":1,"dev":"lo","family":"inet","local":"127.0.0.1","prefixlen":8}]},{"addr_info":[]}]',
            "ip -o -j addr",
            "use ip -j addr without -o",
        ),
        (
            '[{"index":1,"dev":"lo","family":"inet","local":"127.0.0.1"}]',
            "ip -o -j addr",
            "use ip -j addr without -o",
        ),
        ('[{"dst":"default","gateway":"192.0.2.1","dev":"eth0","flags":[]}]', "ip -j route", "use ip -j addr"),
        ('[{"dst":"192.0.2.1","dev":"eth0","lladdr":"02:00:5e:10:00:01"}]', "ip -j neigh", "use ip -j addr"),
        ('[{"priority":0,"src":"all","table":"local"}]', "ip -j rule", "use ip -j addr"),
        ("1: lo    inet 127.0.0.1/8 scope host lo\\       valid_lft forever\n", "ip -o addr", "ip -j addr or ip addr"),
        ("2: eth0    inet6 fe80::1/64 scope link \n", "ip -o addr", "ip -j addr or ip addr"),
        (
            "1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue \\    link/loopback 00:00 brd 00:00\n",
            "ip -o",
            "use ip -j addr or ip addr without -o",
        ),
        ("lo               UNKNOWN        127.0.0.1/8 ::1/128 \n", "ip -br addr", "ip -j addr or ip addr"),
        ("eth0@if7         UP             192.0.2.10/24 \r\n", "ip -br addr", "ip -j addr or ip addr"),
        ("sit0@NONE        DOWN\n", "ip -br addr", "ip -j addr or ip addr"),
        ("default via 192.0.2.1 dev eth0 proto dhcp metric 100 \n", "ip route", "ip -j addr or ip addr"),
        ("192.0.2.0/24 dev eth0 proto kernel scope link src 192.0.2.10 \n", "ip route", "ip -j addr or ip addr"),
        ("fe80::/64 dev eth0 proto kernel metric 256 pref medium\n", "ip route", "ip -j addr or ip addr"),
        ("unreachable default dev lo metric 4294967295 error -101\n", "ip route", "ip -j addr or ip addr"),
        ("192.0.2.1 dev eth0 lladdr 02:00:5e:10:00:09 REACHABLE\n", "ip neigh", "ip -j addr or ip addr"),
        ("0:\tfrom all lookup local\n", "ip rule", "ip -j addr or ip addr"),
        (
            "1: lo: <LOOPBACK,UP> mtu 65536 qdisc noqueue state UP mode DEFAULT group default\n    link/loopback\n",
            "ip link",
            "ip -j addr or ip addr",
        ),
        (
            "1: \x1b[36mlo: \x1b[0m<LOOPBACK,UP,LOWER_UP> mtu 65536\n    inet \x1b[35m::1\x1b[0m/8 scope host\n",
            "ip -c addr",
            "use ip -c=never addr",
        ),
    ],
)
def test_another_output_of_ip_is_named_with_what_to_use(text: str, what: str, remedy: str) -> None:
    """None of them tells which interfaces are up and which addresses they have."""
    with pytest.raises(RecordingError) as raised:
        decode(text.encode())
    assert f"this is what {what} prints" in str(raised.value)
    assert remedy in str(raised.value)


def test_the_beginning_of_a_text_tells_another_output_of_ip() -> None:
    """Empty lines before it do not count, unless there are more than anybody writes."""
    line = b"sit0 DOWN"
    assert others.recognises(b"\n" * (4096 - len(line)) + line)
    assert not others.recognises(b"\n" * (4097 - len(line)) + line)


def test_broken_json_is_put_down_to_details_only_where_there_are_any() -> None:
    """A file that was cut off is another matter."""
    for data, hint in ((b'[{"linkinfo":{"a":"b":"c"}}]', True), (b'[{"ifname":"a":"c"}]', False)):
        with pytest.raises(RecordingError, match="not JSON") as raised:
            decode(data)
        assert ("use ip -j addr without -d" in str(raised.value)) is hint
