"""A redacted host is the same host to everything that counts, and a redacted text has nothing that was replaced."""

from __future__ import annotations

import functools
import re
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings, strategies as st
from support.examples import examples
from support.made import ETH0, active_hosts, address, host, hosts
from support.namespaces import ROOT, Namespace
from support.shapes import SHAPES

from ifdiscover import Finding, mynetworks, replay, snapshot
from ifdiscover._backends.recorded.replay import decode
from ifdiscover._kernel import record
from ifdiscover._packed import cut, text_of
from ifdiscover._report.name_map import NameMap
from ifdiscover._report.prefix_map import PrefixMap
from ifdiscover._report.redaction import Redaction
from ifdiscover.errors import IfdiscoverError
from ifdiscover.model import Host, Recorded

KEY = b"k" * 32
KEYS = st.binary(min_size=32, max_size=32)
STYLES = ("class", "subnet", "host")
HOSTS = sorted((ROOT / "fixtures/hosts").glob("*/snapshot.json"))
patient = settings(suppress_health_check=[HealthCheck.too_slow])


def trusted(made: Host, style: str) -> str:
    """What Postfix would trust, or the error's type: its sentence names addresses."""
    try:
        return str(mynetworks(made, style=style))
    except IfdiscoverError as error:
        return type(error).__name__


def assert_same_but_for_names(made: Host, key: bytes) -> None:
    """A mapped host's mynetworks is the mapped mynetworks; its masks, its order and its numbers are the host's."""
    redaction = Redaction(key, made)
    shown = redaction.host(made)
    for style in STYLES:
        assert trusted(shown, style) == redaction.text(trusted(made, style)), style
    assert len(shown.interfaces) == len(made.interfaces)
    for before, after in zip(made.interfaces, shown.interfaces):
        assert (before.index, before.flags, before.mtu) == (after.index, after.flags, after.mtu)
    positions = {interface: number for number, interface in reversed(list(enumerate(made.interfaces)))}
    again = {interface: number for number, interface in reversed(list(enumerate(shown.interfaces)))}
    assert len(shown.addresses) == len(made.addresses)
    for one, other in zip(made.addresses, shown.addresses):
        assert (one.family, one.prefixlen, one.packed_netmask) == (other.family, other.prefixlen, other.packed_netmask)
        assert one[8:9] == other[8:9] or one.packed_peer is not None
        assert one[10:] == other[10:]
        if positions.keys() == set(made.interfaces) and len(again) == len(positions):
            assert positions[one.interface] == again[other.interface]
        if one.packed_broadcast is not None and one.prefixlen is not None and one.family == 2:
            last = cut(one.packed_broadcast, one.prefixlen) == cut(one.packed, one.prefixlen) and is_last(
                one.packed_broadcast, one.prefixlen
            )
            assert not last or is_last(other.packed_broadcast, one.prefixlen)
    equal = [[a.packed == b.packed for b in made.addresses] for a in made.addresses]
    assert equal == [[a.packed == b.packed for b in shown.addresses] for a in shown.addresses]


def is_last(packed: bytes | None, length: int) -> bool:
    """Whether an address is the last one of its network."""
    assert packed is not None
    rest = (1 << len(packed) * 8 - length) - 1
    return int.from_bytes(packed, "big") & rest == rest


def without_holes(made: Host) -> Host:
    """Without netmasks with holes: what they leave of an address is no prefix, which no such map can keep."""
    kept = [each for each in made.addresses if each.packed_netmask is None or each.prefixlen is not None]
    return made._replace(addresses=tuple(kept))


@patient
@given(active_hosts(), KEYS)
def test_mynetworks_of_a_mapped_host_is_the_mapped_mynetworks(made: Host, key: bytes) -> None:
    """In every style, as text, for hosts that are made up."""
    assert_same_but_for_names(without_holes(made), key)


@pytest.mark.parametrize("path", HOSTS, ids=lambda path: path.parent.name)
def test_so_it_is_for_recorded_hosts(path: Any) -> None:
    """With several keys; those of documentation as well, which stay as they are."""
    made = replay(path)
    for n in range(4):
        assert_same_but_for_names(made, bytes([n]) * 32)


@pytest.mark.parametrize("path", HOSTS, ids=lambda path: path.parent.name)
def test_so_it_is_for_the_same_hosts_with_public_addresses(path: Any) -> None:
    """Where all of their addresses are turned into others first, so that something is left to be mapped."""
    made = replay(path)
    public = made._replace(
        addresses=tuple([each._replace(packed=to_public(each.packed)) for each in made.addresses]),
        recorded=Recorded(None, None, None, None),
    )
    assert_same_but_for_names(public, KEY)
    changed = list(zip(public.addresses, Redaction(KEY, public).host(public).addresses))
    assert not changed or any(one.packed != other.packed for one, other in changed)


def to_public(packed: bytes) -> bytes:
    """Documentation and private addresses become public ones, one to one; loopback and link-local ones stay."""
    if len(packed) == 16:
        return b"\x2a\x01" + packed[2:] if packed[:2] in (b"\x20\x01", b"\xfd\x00") else packed
    return packed if packed[0] in (0, 127, 169) else bytes([packed[0] ^ 0x10]) + packed[1:]


@pytest.mark.netns
@pytest.mark.parametrize("name", SHAPES)
def test_so_it_is_for_shapes_of_hosts(name: str, namespace: Namespace) -> None:
    """As the kernel has them."""
    namespace.build(SHAPES[name].steps)
    assert_same_but_for_names(decode(namespace.ifdiscover("snapshot").stdout.encode()), KEY)


@patient
@given(hosts(), KEYS)
def test_a_mapped_host_is_a_host(made: Host, key: bytes) -> None:
    """Its snapshot is read back as itself."""
    shown = Redaction(key, made).host(made)
    assert decode(snapshot(shown).encode()) == shown


def test_a_host_that_is_not_recorded_stays_so() -> None:
    """And one whose routes nobody looked at."""
    made = host(address("5.6.7.8", "255.255.255.0"))
    shown = Redaction(KEY, made).host(made)
    assert (shown.recorded, shown.routes, shown.packed_sources) == (None, None, None)
    assert record(shown).recorded is not None


# A public address of each family, a MAC in each spelling, and a name: the text, and what may not be found any more.
PUBLIC_4 = st.binary(min_size=4, max_size=4).map(lambda raw: text_of(bytes([raw[0] % 80 + 20]) + raw[1:]))
PUBLIC_6 = st.binary(min_size=16, max_size=16).map(lambda raw: text_of(b"\x2a" + raw[1:]))
HEX = st.binary(min_size=6, max_size=6).filter(lambda raw: raw[1] not in (0, 255)).map(bytes.hex)


def spelled_mac(digits: str, separator: str) -> str:
    """A MAC with a separator between its bytes, as Cisco writes it, or without any."""
    size = 4 if separator == "." else 2
    return separator.join([digits[at : at + size] for at in range(0, 12, size)])


MACS = st.builds(spelled_mac, HEX, st.sampled_from([":", "-", ".", ""]))
LABELS = st.text("abcdefghijklmnopqrstuvwxyz0123456789", min_size=6, max_size=12).map(lambda text: f"q{text}")
NAMES = st.lists(LABELS, min_size=2, max_size=4).map(".".join)
SECRETS = st.one_of(PUBLIC_4, PUBLIC_6, MACS, NAMES)
AROUND = st.sampled_from(
    [
        *(
            " ",
            ", ",
            "!",
            "[",
            "]",
            "(",
            ")",
            '"',
            "'",
            "/24",
            "/32, ",
            "]/64 ",
            "]:25",
            ": ",
            "; ",
            "=",
            "%eth0 ",
            ".",
        ),
        *(
            "",
            "`",
            "$",
            "\x1b",
            "\udcff",
            "\n",
            "/",
            "type:",
            "inet:",
            "user@",
            "!/",
            "//",
            "# ",
            "x ",
            "\u202e",
            "{",
            "}",
        ),
    ]
)
TEXTS = st.lists(st.tuples(AROUND, st.one_of(SECRETS, st.text(max_size=5)), AROUND), max_size=6)


def remains(secret: str, text: str) -> bool:
    """Whether an address, a MAC or a name stands in a text as it was: no part of a longer number or word."""
    border = "[0-9]|[0-9]\\.|\\.[0-9]" if secret.replace(".", "").isdecimal() else "[0-9a-z]"
    before = "(?<![0-9])(?<![0-9]\\.)" if border != "[0-9a-z]" else "(?<![0-9a-z])"
    after = "(?![0-9]|\\.[0-9])" if border != "[0-9a-z]" else "(?![0-9a-z])"
    return re.search(before + re.escape(secret) + after, text.lower()) is not None


@settings(max_examples=examples(400))
@given(TEXTS, KEYS)
def test_nothing_that_is_replaced_is_left_in_a_text(pieces: list[tuple[str, str, str]], key: bytes) -> None:
    """Whatever stands around it; in upper case too."""
    text = "".join("".join(piece) for piece in pieces)
    secrets = {piece[1] for piece in pieces if re.fullmatch("[0-9a-f:.q-z-]{7,}|q.*", piece[1])}
    for written in (text, text.upper()):
        shown = Redaction(key).text(written)
        for secret in secrets:
            if remains(secret, written):
                assert not remains(secret, shown) or is_kept(secret), (secret, written, shown)


def is_kept(secret: str) -> bool:
    """Whether a text stays although it looks as if it did not: an end of seven characters that was cut off."""
    return Redaction(KEY).text(secret) == secret == Redaction(b"o" * 32).text(secret)


REPLACED = {
    "net": ("5.6.7.0/24", r"(\d+\.){3}0/24"),
    "bracketed": ("[2a01:4f8::]/32", r"\[2[0-9a-f]+:[0-9a-f]+::\]/32"),
    "mask": ("!5.6.7.0/255.255.255.0", r"!(\d+\.){3}0/255\.255\.255\.0"),
    "port": ("inet:[5.6.7.8]:25", r"inet:\[(\d+\.){3}\d+\]:25"),
    "port without brackets": ("inet:5.6.7.8:25", r"inet:(\d+\.){3}\d+:25"),
    "zone": ("2a01:4f8::9%eth0", r"2[0-9a-f:]+%eth0"),
    "beyond a byte": ("5.6.7.300", r"(\d+\.){3}300"),
    "leading zeros": ("005.006.007.008", r"[1-9]\d*(\.\d+){3}"),
    "a colon behind": ("2a01:4f8::9: left out", r"2[0-9a-f:]+: left out"),
    "dashes": ("AA-BB-CC-11-22-33", r"([0-9A-F]{2}-){5}[0-9A-F]{2}"),
    "in a name": ("enxaabbcc112233: down", r"enx[0-9a-f]{12}: down"),
    "a domain": ("user@relay17.corp.co.uk", r"user@(n[a-z2-7]{7}\.){4}example"),
    "of a URL": ("https://corp.co.uk/x", r"https://(n[a-z2-7]{7}\.){3}example/x"),
    "of a file": ("hash:/etc/corp.co.uk.db", r"hash:/etc/(n[a-z2-7]{7}\.){3}example\.db"),
    "below": (".corp.co.uk", r"\.(n[a-z2-7]{7}\.){3}example"),
}


@pytest.mark.parametrize("kind", REPLACED)
def test_what_is_replaced_keeps_its_form(kind: str) -> None:
    """Lengths, brackets, zones, separators and case."""
    text, form = REPLACED[kind]
    shown = Redaction(KEY).text(text)
    assert re.fullmatch(form, shown), shown
    assert shown != text


KEPT = [
    *(
        "10.1.2.3",
        "192.168.0.0/16",
        "127.0.0.1",
        "[::1]/128",
        "169.254.1.1",
        "100.64.3.4/10",
        "fe80::1%eth0",
        "fd00::/8",
    ),
    *(
        "192.0.2.7",
        "198.51.100.0/24",
        "203.0.113.9",
        "2001:DB8:0:0::1",
        "255.255.240.0",
        "ffff:ffff:ff00::",
        "0.0.0.0/0",
    ),
    *("main.cf", "/etc/postfix/networks.cidr", "hash:/etc/aliases.db", "mail.example.com", "localhost.localdomain"),
    *(
        "localhost",
        "relay.example",
        "line 12, column 3",
        "12:34:56",
        "3.7.11",
        "mynetworks_style = subnet",
        "::",
        "[::]/0",
    ),
    *(
        "$mydomain, localhost.$mydomain",
        "00:00:00:00:00:00",
        "ff:ff:ff:ff:ff:ff",
        "2^64",
        "4,096 addresses",
        "eth0.100",
    ),
    *("call ifdiscover.replay(file)", "systemctl --user restart", "net.ipv6.conf.all.disable_ipv6=0"),
]


@pytest.mark.parametrize("text", KEPT)
def test_what_says_nothing_of_a_host_stays_as_it_is_written(text: str) -> None:
    """Private, loopback, link-local, shared and documentation addresses, files, parameters, times and numbers."""
    assert Redaction(KEY).text(text) == text


def test_a_name_that_is_known_is_found_where_nothing_shows_that_it_is_one() -> None:
    """In a path, alone, in any case; but no common word, and no interface of that name."""
    made = host(address("10.0.0.1", "255.0.0.0"), recorded=Recorded("relay17.corp.co.uk", None, None, None))
    redaction = Redaction(KEY, made, ["dmzhost", "mail", "eth0"])
    shown = redaction.text("/srv/corp.co.uk/relay17.cidr: RELAY17 dmzhost, mail for eth0 by relay17.corp.co.uk.")
    assert re.fullmatch(
        r"/srv/(n\w{7}\.){3}example/(n\w{7})\.cidr: \2 n\w{7}, mail for eth0 by \2\.(n\w{7}\.){3}example\.", shown
    )
    assert redaction.system("Linux 5.15.167.4-relay17 x86_64.fc40") == "Linux 5.15.167.4-relay17 x86_64.fc40"
    assert redaction.system("Linux relay17").startswith("Linux n")
    recorded = redaction.host(made).recorded
    assert recorded is not None
    assert recorded.host == redaction.text("relay17.corp.co.uk")


def test_an_address_is_no_name_although_a_host_is_called_so() -> None:
    """A node may be called cafe or db8."""
    redaction = Redaction(KEY, None, ["cafe", "dead"])
    shown = redaction.text("2a01:cafe::dead")
    assert shown == Redaction(KEY).text("2a01:cafe::dead")


def test_words_of_a_list_are_addresses_in_other_forms_too() -> None:
    """Two or three numbers of one, and what inet_aton(3) takes; elsewhere they are versions."""
    redaction = Redaction(KEY, None, words=["5.6.7", "0x05060708", "84281096", "10.1", "25"])
    begins = Redaction(KEY).text("5.6.7.0/24").removesuffix(".0/24")
    whole = Redaction(KEY).text("5.6.7.8")
    assert redaction.text("5.6.7 5.6.7/24, 5.6.7.") == f"{begins} {begins}/24, {begins}."
    assert redaction.text("0x05060708 84281096") == f"{whole} {whole}"
    of_table = Redaction(KEY, None, words=["2a01:4f8::"])
    group = Redaction(KEY).text("2a01:4f8::").partition(":")[0]
    shown = of_table.text("unsupported dictionary type: 2a01, of 2a01:4f8::")
    assert shown == f"unsupported dictionary type: {group}, of {Redaction(KEY).text('2a01:4f8::')}"
    assert redaction.text("10.1 25 3.7.11 15.6.7 5.6.71") == "10.1 25 3.7.11 15.6.7 5.6.71"


def test_all_of_a_finding_is_replaced() -> None:
    """Each of its texts, and the addresses of its place."""
    texts: dict[str, Any] = dict.fromkeys(
        ("postfix_says", "element", "suggestion", "remark", "own_consequence"), "5.6.7.8"
    )
    made = Finding("strangers", parameter="5.6.7.8:smtp/inet: mynetworks")._replace(**texts)
    made = made._replace(place=made.place._replace(file="/etc/5.6.7.8", sources=(address("5.6.7.8"),)))
    shown = Redaction(KEY).finding(made)
    assert "5.6.7.8" not in repr(tuple(shown)) + str(shown.place)
    assert shown.parameter.endswith(":smtp/inet: mynetworks")
    assert (shown.kind, shown.level) == (made.kind, made.level)


def test_macs_go_with_names_labels_masters_and_tunnels() -> None:
    """One interface by its MAC in all that names it; the two ends of a tunnel are addresses."""
    mac = bytes.fromhex("5254 0012 3456")
    port = ETH0._replace(name="enx525400123456", hardware_address=mac, master="br-525400123456")
    tunnel = ETH0._replace(name="gre1", index=3, hardware_address=bytes([5, 6, 7, 8]))
    made = host(
        address("5.6.7.8", "255.255.255.0", label="enx525400123456:1")._replace(interface=port),
        address("fe80::5054:ff:fe12:3456", "ffff:ffff:ffff:ffff::")._replace(interface=port),
        address("5.6.7.9", "255.255.255.255")._replace(interface=tunnel),
    )
    shown = Redaction(KEY, made).host(made)
    new = PrefixMap(KEY).mac(mac)
    assert (shown.interfaces[0].hardware_address, shown.interfaces[0].name) == (new, f"enx{new.hex()}")
    assert (shown.interfaces[0].master, shown.addresses[0].label) == (f"br-{new.hex()}", f"enx{new.hex()}:1")
    assert shown.addresses[1].packed[8:] == bytes([new[0] ^ 2]) + new[1:3] + b"\xff\xfe" + new[3:]
    assert shown.interfaces[1].hardware_address == shown.addresses[0].packed


@given(st.lists(LABELS, min_size=1, max_size=5), st.integers(1, 4), KEYS)
def test_a_name_below_another_one_is_below_it_afterwards(labels: list[str], count: int, key: bytes) -> None:
    """Label by label; mapped once more, a mapped name stays."""
    assume(len(labels) > 1)
    names = NameMap(PrefixMap(key))
    whole, domain = names.name(".".join(labels)), names.name(".".join(labels[-count:]))
    assert whole.endswith(domain if count > 1 else ".example")
    assert names.name(whole) == whole
    assert len(whole.split(".")) == len(labels) + 1


@pytest.mark.parametrize(
    "piece",
    ["a", "a.", "1.", "1.2.3.4", ":", "a:", "::", "aa:", "aa-", "x" * 9 + ".", "5.6.7.8/", "2a01:db8::", "\udcff"],
)
def test_a_long_text_takes_as_long_as_its_length(piece: str) -> None:
    """Counted in calls, and not by a clock: of ten times the length about ten times as many."""
    redaction = Redaction(KEY, None, ["relay17.corp.co.uk"], ["5.6.7"])

    @functools.lru_cache(None)
    def calls(count: int) -> int:
        import sys

        found = 0

        def count_calls(_frame: Any, event: str, _argument: Any) -> None:
            nonlocal found
            found += event in ("call", "c_call")

        before = sys.getprofile()
        sys.setprofile(count_calls)
        try:
            redaction.text(piece * count)
        finally:
            sys.setprofile(before)
        return found

    assert calls(4000) < 12 * calls(400) + 1000
    assert redaction.text(piece * 20_000)  # which comes to an end: a square of the length would take hours
