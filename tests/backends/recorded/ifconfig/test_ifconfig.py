"""What ``ifconfig -a`` printed, of every platform: read as a host, or refused with the line and the rule."""

from __future__ import annotations

import contextlib
import ipaddress
import json
import socket
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings, strategies as st
from support.examples import examples
from support.expectations import interfaces_told
from support.namespaces import ROOT
from support.need import need

from ifdiscover import active_addresses, mynetworks, replay, snapshot
from ifdiscover._backends.recorded import lines as recorded_lines
from ifdiscover._backends.recorded.replay import decode
from ifdiscover.errors import IfdiscoverError, RecordingError
from ifdiscover.model import ASSUMED, Host

if TYPE_CHECKING:
    from collections.abc import Sequence

FOLDER = ROOT / "fixtures" / "recorded" / "ifconfig"
TEXTS = sorted(FOLDER.glob("*.txt"))


def text_of(address: bytes | None) -> str | None:
    """A packed address in words."""
    return (
        None if address is None else socket.inet_ntop(socket.AF_INET if len(address) == 4 else socket.AF_INET6, address)
    )


def told(host: Host) -> dict[str, Any]:
    """What the expectation beside a text has."""
    return {
        "interfaces": interfaces_told(host),
        "addresses": [
            [a.interface.name, str(a), a.prefixlen, a.netmask_origin, text_of(a.packed_peer), a.scope_id, a.label]
            for a in host.addresses
        ],
    }


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.stem)
def test_every_platforms_text_is_the_host_it_tells_of(path: Path) -> None:
    """Recognised by what it holds; the expectation stands beside it."""
    expected = json.loads(path.with_suffix(".json").read_text())
    host = replay(path)
    assert told(host) == {key: expected[key] for key in ("interfaces", "addresses")}
    if "postfix_finds" in expected:
        assert [f"{a}/{a.prefixlen}" for a in active_addresses(host)] == expected["postfix_finds"]
        warned = [int(warning[5:].partition(":")[0]) for warning in host.warnings if warning.startswith("line ")]
        assert warned == expected["warned_of_lines"]


def test_every_text_has_its_expectation_and_its_origin() -> None:
    """The README says of each where its shape comes from."""
    readme = FOLDER.joinpath("README.md").read_text()
    assert len(TEXTS) >= 14
    for path in TEXTS:
        assert f"`{path.name}`" in readme
    assert {path.stem for path in FOLDER.glob("*.json")} == {path.stem for path in TEXTS}


def trusted(host: Host) -> list[Any] | None:
    """The networks of style subnet; None if Postfix would not start."""
    try:
        return [network.network for network in mynetworks(host, style="subnet")]
    except IfdiscoverError:
        return None


def within(network: Any, others: Sequence[Any]) -> bool:
    """Whether one of the others holds the network."""
    return any(network.version == other.version and network.subnet_of(other) for other in others)


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.stem)
def test_a_text_cut_off_anywhere_never_widens_trust(path: Path) -> None:
    """Each beginning of it is refused, or has addresses of the whole, and makes Postfix trust no other network."""
    data = path.read_bytes()
    host = decode(data)
    whole = trusted(host)
    assert whole
    for end in range(len(data)):
        try:
            part = decode(data[:end])
        except RecordingError:
            continue
        assert {address.packed for address in part.addresses} <= {address.packed for address in host.addresses}, end
        for network in trusted(part) or ():
            assert within(network, whole), (end, data[max(0, end - 60) : end], network)


BSD = b"em0: flags=8843<UP,BROADCAST,RUNNING,SIMPLEX,MULTICAST> metric 0 mtu 1500\n%b\n"
OLD = b"eth0      Link encap:Ethernet  HWaddr 00:00:5E:00:53:01  \n%b\n          UP  MTU:1500  Metric:1\n"
NAMED = b"%b: flags=8049<UP,LOOPBACK,RUNNING,MULTICAST> mtu 1500\n\tinet 192.0.2.1 netmask 0xffffff00\n"
NAMED_OLD = (
    b"%b        Link encap:Ethernet  HWaddr 00:00:5E:00:53:01  \n"
    b"          inet addr:192.0.2.1  Mask:255.255.255.0\n          UP MULTICAST  MTU:1500  Metric:1\n"
)
SOLARIS = b"hme0: flags=1000843<UP,BROADCAST,RUNNING,MULTICAST,IPv4> mtu 1500 index 2\n%b\n"


REFUSED_LINES = {
    "mask short": (
        b"\tinet 192.0.2.1 netmask 0xffffff0",
        'line 2: a netmask must be dotted, or eight hexadecimal digits, not "0xffffff0"',
    ),
    "mask long": (b"\tinet 192.0.2.1 netmask 0xfffffff00", "eight hexadecimal digits"),
    "mask of three": (b"\tinet 192.0.2.1 netmask 255.255.255", "IPv4 address here"),
    "mask missing": (b"\tinet 192.0.2.1 netmask", "eight hexadecimal digits"),
    "mask twice": (b"\tinet 192.0.2.1 netmask 0xffffff00 netmask 0x0", "a word must come once"),
    "mask and length": (b"\tinet 192.0.2.1/24 netmask 0xffffff00", "must have one netmask"),
    "length 33": (b"\tinet 192.0.2.1/33", "from 0 to 32"),
    "length negative": (b"\tinet 192.0.2.1/-1", "from 0 to 32"),
    "length in other digits": ("\tinet 192.0.2.1/\uff124".encode(), "from 0 to 32"),
    "length 300": (
        b"\tinet6 2001:db8::1 prefixlen 300",
        'line 2: a prefix length must be a whole number from 0 to 128, not "300"',
    ),
    "length missing": (b"\tinet6 2001:db8::1 prefixlen", "a prefix length must be"),
    "mask on IPv6": (b"\tinet6 2001:db8::1 netmask 0xffffff00", "prefix length, not a netmask"),
    "IPv4 after inet6": (b"\tinet6 192.0.2.1 prefixlen 64", "IPv6 address"),
    "no address": (b"\tinet 192.0.2.300 netmask 0xffffff00", "IPv4 address"),
    "IPv4 with a zone": (b"\tinet 192.0.2.1%em0 netmask 0xffffff00", "no zone"),
    "Solaris's tunnel": (b"\tinet tunnel src 192.0.2.1", "IPv4 address"),
    "nothing after inet": (b"\tinet", "an address must follow"),
    "Linux's scope": (b"\tinet6 fe80::1%em0 prefixlen 64 scopeid 0x20<link>", "scopeid must be a number"),
    "scope id too large": (b"\tinet6 fe80::1%em0 prefixlen 64 scopeid 0x1ffffffff", "scopeid must be"),
    "zone too large": (b"\tinet6 fe80::1%99999999999 prefixlen 64", "a zone must be"),
    "not indented": (b"inet 192.0.2.1 netmask 0xffffff00", "line 2: a line that is not indented must be NAME: flags="),
    "a prompt": (b"# ifconfig -a", "line 2: a line that is not indented"),
    "NUL": (b"\tether \0", "line 2: must have no NUL"),
    "long line": (b"\tmedia: " + b"x" * (1 << 24), "line 2: must have at most 16384 characters"),
    "twice": (BSD % b"", "line 2: an interface must be listed once, and this one is on line 1 already"),
    "Linux": (b"eth0: flags=4163<UP,BROADCAST,RUNNING,MULTICAST>  mtu 1500", "read as those of Linux"),
    "old Linux": (OLD % b"", "not indented"),
}
REFUSED_OLD_LINES = {
    "mask twice": (b"          inet addr:192.0.2.1  Mask:255.255.255.0  Mask:0.0.0.0", "each once"),
    "German": (b"          inet Adresse:192.0.2.1  Maske:255.255.255.0", "must be followed by addr:"),
    "no address": (b"          inet Mask:255.255.255.0", "must be followed by addr:"),
    "length 129": (b"          inet6 addr: 2001:db8::1/129 Scope:Global", "from 0 to 128"),
    "no length": (b"          inet6 addr: 2001:db8::1 Scope:Global", "ADDRESS/LENGTH"),
    "flags twice": (b"          UP  MTU:1500  Metric:1", "once for an interface"),
    "BSD": (BSD % b"", "as the first one is"),
}
REFUSED_TEXTS = {
    "BSD after Solaris": (SOLARIS % BSD % b"", "must have the word IPv4 or IPv6"),
    "index twice": (
        SOLARIS % b"hme1: flags=1000842<BROADCAST,RUNNING,MULTICAST,IPv4> mtu 1500 index 2",
        "an index must be an interface's own, and hme0 has it",
    ),
    "another system's flags": (
        b"ee0: flags=8843<UP,BROADCAST,RUNNING,MULTICAST,SIMPLEX>\n\tinet 192.0.2.1 netmask ffffff00\n",
        "read as those of Tru64",
    ),
    "UP in the number": (b"a: flags=8843<BROADCAST,RUNNING,SIMPLEX,MULTICAST> mtu 1500\n", "of UP they do not"),
    "UP in words": (b"a: flags=8842<UP,BROADCAST,RUNNING,SIMPLEX,MULTICAST> mtu 1500\n", "of UP they do not"),
    "flags cut": (b"a: flags=8843<UP,BROADCAST\n", "neither a snapshot"),
    "no name": (b": flags=8049<UP,LOOPBACK,RUNNING,MULTICAST> mtu 1\n", "a name of 1 to 255 bytes"),
    "long name": (b"x" * 256 + b": flags=8049<UP,LOOPBACK,RUNNING,MULTICAST>\n", "a name of 1 to 255 bytes"),
    "mtu too large": (b"a: flags=8049<UP,LOOPBACK,RUNNING,MULTICAST> mtu 99999999999\n", "mtu must be"),
    "German": (b"eth0      Protokoll:Ethernet  Hardware Adresse 00:00:5e:00:53:01\n", "LC_ALL=C ifconfig -a"),
    **{f"in BSD: {name}": (BSD % line, message) for name, (line, message) in REFUSED_LINES.items()},
    **{f"in old Linux: {name}": (OLD % line, message) for name, (line, message) in REFUSED_OLD_LINES.items()},
}


@pytest.mark.parametrize(("data", "message"), REFUSED_TEXTS.values(), ids=REFUSED_TEXTS)
def test_what_ifconfig_does_not_print_is_refused_with_line_and_rule(data: bytes, message: str) -> None:
    """Status 65; nothing is taken for what it may have been meant to be."""
    with pytest.raises(RecordingError) as raised:
        decode(data)
    assert message in str(raised.value)
    assert raised.value.status == 65


def only(data: bytes) -> Any:
    """The one address of a text."""
    (address,) = decode(data).addresses
    return address


def test_a_netmask_with_holes_is_kept_without_a_prefix_length() -> None:
    """As a live kernel's would be."""
    address = only(BSD % b"\tinet 192.0.2.1 netmask 0xff00ff00")
    assert (address.packed_netmask, address.prefixlen) == (bytes([255, 0, 255, 0]), None)


@pytest.mark.parametrize("text", [b"\tinet 192.0.2.1 broadcast 192.0.2.255", b"\tinet6 2001:db8::1"])
def test_an_address_without_a_netmask_is_a_damaged_text(text: bytes) -> None:
    """Only AIX and Tru64 leave netmasks out; elsewhere nobody can tell what is lost, and nothing is read."""
    with pytest.raises(RecordingError, match="line 2: an address must have a netmask or a prefix length"):
        decode(BSD % (text + b"\n\tinet 10.0.0.1 netmask 0xff000000"))


def test_an_ipv4_netmask_that_aix_does_not_tell_is_null_and_trusts_nobody() -> None:
    """Its ifconfig leaves it out for an alias."""
    host = replay(FOLDER / "aix.txt")
    without = [address for address in host.addresses if address.packed_netmask is None]
    assert without
    answer = mynetworks(host, style="subnet")
    assert not {address for network in answer for address in network.sources}.intersection(without)
    assert any("null netmask" in warning for warning in answer.warnings)


def test_an_assumed_netmask_is_said_to_be_so() -> None:
    """Once, with what it means for style subnet."""
    host = replay(FOLDER / "tru64.txt")
    assumed = [address for address in host.addresses if address.netmask_origin == ASSUMED]
    assert {str(address) for address in assumed} == {"fe80::200:5eff:fe00:5301", "::1"}
    (warning,) = host.warnings
    assert "a network of its own, /128" in warning
    assert "none of its neighbours" in warning
    assert "ipv6 netmasks" in host.blind_to


@pytest.mark.parametrize("name", ["aix", "aix-old"])
def test_a_length_of_0_on_aix_is_one_that_is_not_told(name: str) -> None:
    """Its ::1/0 would trust everyone, where Postfix on AIX takes every IPv6 netmask for /128; a warning says so."""
    host = replay(FOLDER / f"{name}.txt")
    (loopback,) = (address for address in host.addresses if str(address) == "::1")
    assert (loopback.prefixlen, loopback.packed_netmask, loopback.netmask_origin) == (128, b"\xff" * 16, ASSUMED)
    (warning,) = host.warnings
    assert "a length of 0, as it shows for ::1, is taken for one that is not told" in warning
    assert "ipv6 netmasks" in host.blind_to
    for style in ("class", "subnet", "host"):
        assert "[::1]/128" in str(mynetworks(host, style=style)).split()
        assert "[::]/0" not in str(mynetworks(host, style=style))


def test_a_length_of_0_is_kept_where_it_is_told() -> None:
    """No other system shows one that it does not mean, and Postfix takes it as it is."""
    host = decode(BSD % b"\tinet6 2001:db8::1 prefixlen 0")
    assert host.addresses[0].packed_netmask == bytes(16)
    assert any("makes Postfix trust everyone" in warning for warning in mynetworks(host, style="subnet").warnings)


def test_an_interface_without_any_flag_has_no_words() -> None:
    """FreeBSD 14 leaves out the <> then; a number that is not 0 must have its words."""
    rest = b"enc0: flags=0 metric 0 mtu 1536\n\tgroups: enc\n"
    host = decode(BSD % b"\tinet 192.0.2.1 netmask 0xffffff00" + b"\n" + rest)
    assert [(interface.name, interface.flags) for interface in host.interfaces][-1] == ("enc0", 0)
    with pytest.raises(RecordingError, match="must say the same"):
        decode(rest.replace(b"flags=0", b"flags=43"))


def test_linuxs_ifconfig_is_said_to_hide_addresses() -> None:
    """It shows one IPv4 address for each label."""
    for name in ("linux", "linux-old"):
        host = replay(FOLDER / f"{name}.txt")
        assert "secondary addresses" in host.blind_to
        assert "ip -j addr" in host.warnings[0]


def test_linuxs_highest_flag_makes_its_number_negative() -> None:
    """As net-tools 2.10 prints it of an interface that is set dynamic; on no other system."""
    head = b"eth0: flags=-32573<UP,BROADCAST,RUNNING,NOARP,DYNAMIC>%b mtu 1500\n"
    assert decode(head % b" ").interfaces[0].flags == 0x80C3
    with pytest.raises(RecordingError, match="flags must be a whole number"):
        decode(head % b"")


def test_ipv4_comes_first_of_a_linux_host() -> None:
    """As its kernel has it; of the others the text's order is kept."""
    families = [address.family for address in replay(FOLDER / "linux.txt").addresses]
    assert families == sorted(families)
    assert [str(a) for a in replay(FOLDER / "openbsd.txt").addresses][:3] == ["::1", "fe80::1", "127.0.0.1"]


def test_a_logical_interface_that_is_down_is_listed_by_itself() -> None:
    """On Solaris each has an IFF_UP of its own, and each family too. Postfix does not look at it there."""
    host = replay(FOLDER / "solaris.txt")
    down = {address.interface.name for address in host.addresses if not address.interface.is_up}
    assert down == {"hme0:2", "hme1"}
    assert "198.51.100.0/24" in str(mynetworks(host, style="subnet"))


@pytest.mark.parametrize(
    "name",
    [
        b"inet",
        b"{",
        b"[",
        b"{{7*7}}",
        b"\xff\x1b[31m",
        "\u3000".encode(),
        b"x: flags=1<>",
        b"Link encap:Ethernet",
        b"a b",
    ],
    ids=repr,
)
def test_names_may_be_anything(name: bytes) -> None:
    """What stands in a name is not read."""
    for form in (NAMED, NAMED_OLD):
        host = decode(form % name)
        assert [interface.name for interface in host.interfaces] == [name.decode("utf-8", "surrogateescape")]
        assert str(mynetworks(host, style="subnet")) == "192.0.2.0/24"
        assert decode(snapshot(host).encode()) == host


def test_old_linux_without_its_flags_is_not_taken_for_up() -> None:
    """Cut off before that line, nothing says so."""
    host = decode(OLD.partition(b"%b")[0] + b"          inet addr:192.0.2.1  Mask:255.255.255.0\n")
    assert host.interfaces[0].is_up is None
    assert "interface flags" in host.blind_to


def test_lines_may_end_as_windows_writes_them() -> None:
    """A text that was pasted there is the same."""
    for path in TEXTS:
        data = path.read_bytes()
        assert decode(data.replace(b"\n", b"\r\n")) == decode(data)


def test_more_lines_than_any_host_has_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Before they are split."""
    monkeypatch.setattr(recorded_lines, "MAX_LINES", 3)
    with pytest.raises(RecordingError, match="more than 3 lines"):
        decode(BSD % b"\n\n\n")


@settings(max_examples=examples(400))
@given(st.data())
def test_a_damaged_text_is_a_host_or_an_error(data: st.DataObject) -> None:
    """Bytes put in, taken out or taken from another platform's text: never another exception."""
    text = data.draw(st.sampled_from(TEXTS)).read_bytes()
    other = data.draw(st.sampled_from(TEXTS)).read_bytes()
    start, end = sorted(data.draw(st.tuples(*[st.integers(0, len(text))] * 2)))
    piece = data.draw(
        st.one_of(
            st.binary(max_size=6),
            st.sampled_from([b"\n", b"\t", b"inet ", b"/0", b"%", b" --> ", b"netmask ", b"flags=", b"<", b":", b"\0"]),
            st.integers(0, len(other)).map(lambda place: other[place : place + 80]),
        )
    )
    with contextlib.suppress(RecordingError):
        host = decode(text[:start] + piece + text[min(end, start + 40) :])
        assert decode(snapshot(host).encode()) == host


def seen_by_jc(text: str) -> set[tuple[str, str, int]]:
    """The interfaces, addresses and prefix lengths that jc finds in a text."""
    import jc

    found = set()
    interfaces: Any = jc.parse("ifconfig", text, quiet=True)
    for interface in interfaces:
        for one in interface.get("ipv4") or ():
            length = ipaddress.ip_network(f"0.0.0.0/{one['mask']}").prefixlen
            found.add((interface["name"], str(ipaddress.ip_address(one["address"])), length))
        for one in interface.get("ipv6") or ():
            address = one["address"].split()[0].partition("%")[0]  # it takes the peer for a part of the address
            found.add((interface["name"], str(ipaddress.ip_address(address)), one["mask"]))
    return found


JC_MISSES = {  # what jc 1.26 does not find: NetBSD's aliases; of old Linux some IPv6 and all point-to-point addresses
    "netbsd-old": {"192.0.2.81"},
    "linux-old": {"2001:db8::1", "10.8.0.1", "::192.0.2.1", "10.64.64.64"},
}


@pytest.mark.parametrize("name", ["freebsd", "dragonfly", "macos", "openbsd", "linux", *JC_MISSES])
def test_jc_finds_the_same_addresses(name: str) -> None:
    """A second opinion, on the forms that jc reads."""
    try:
        import jc  # noqa: F401 - asked for, used by seen_by_jc()
    except ImportError:
        need("no jc: pip install jc")
    path = FOLDER / f"{name}.txt"
    ours = {(a.label or a.interface.name, str(a), a.prefixlen) for a in replay(path).addresses}
    assert seen_by_jc(path.read_text()) == {one for one in ours if one[1] not in JC_MISSES.get(name, ())}
