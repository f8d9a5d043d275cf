"""Kinds of ``ifconfig -a`` from the field: what is well-formed is read, what is damaged is told, a refusal helps."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings, strategies as st
from support.examples import examples
from support.ifconfig_texts import SOLARIS_LO, found, read
from support.namespaces import ROOT
from support.schemas import validated

from ifdiscover import replay, snapshot
from ifdiscover._backends.recorded.replay import decode
from ifdiscover.errors import RecordingError
from ifdiscover.model import BSD_FLAGS

if TYPE_CHECKING:
    from pathlib import Path

    from ifdiscover.model import Host

FOLDER = ROOT / "fixtures" / "recorded" / "ifconfig"
REFUSED = sorted(FOLDER.joinpath("refused").glob("*.txt"))

LO = "lo0: flags=8049<UP,LOOPBACK,RUNNING,MULTICAST> metric 0 mtu 16384\n\tinet 127.0.0.1 netmask 0xff000000\n"
EM = "em0: flags=8843<UP,BROADCAST,RUNNING,SIMPLEX,MULTICAST> metric 0 mtu 1500\n{}\n"
OLD_LO = (
    "lo        Link encap:Local Loopback  \n          inet addr:127.0.0.1  Mask:255.0.0.0\n"
    "          UP LOOPBACK RUNNING  MTU:65536  Metric:1\n\n"
)
OLD = (
    "eth0      Link encap:{}\n          inet addr:192.0.2.10  Bcast:192.0.2.255  Mask:255.255.255.0\n{}"
    "          UP BROADCAST RUNNING MULTICAST  MTU:1500  Metric:1{}\n\n"
)
LINUX_LO = "lo: flags=73<UP,LOOPBACK,RUNNING>  mtu 65536\n        inet 127.0.0.1  netmask 255.0.0.0\n\n"


def outcome(text: str) -> tuple[Host | None, tuple[str, ...]]:
    """The host of a text and its warnings, or None and the error."""
    try:
        host = read(text)
    except RecordingError as error:
        return None, (str(error),)
    return host, host.warnings


def flags_of(word: str) -> tuple[str, ...] | None:
    """The flags of an IPv6 address behind which BSD printed a word."""
    host = read(LO + EM.format(f"\tinet6 2001:db8::1 prefixlen 64 {word}"))
    return host.addresses[-1].flag_names


@pytest.mark.parametrize("path", REFUSED, ids=lambda path: path.stem)
def test_a_refusal_names_what_it_seems_to_be_and_what_makes_a_good_one(path: Path) -> None:
    """Another language, or a system that is not served: status 65."""
    with pytest.raises(RecordingError) as raised:
        replay(path)
    for part in json.loads(path.with_suffix(".json").read_text()):
        assert part in str(raised.value)
    assert raised.value.status == 65
    assert f"`refused/{path.name}`" in FOLDER.joinpath("README.md").read_text()


@pytest.mark.parametrize(
    ("flags", "system"),
    [
        ("1<UP,CKSUM>", "IRIX"),
        ("801<UP,MULTICAST>", "IRIX"),
        ("8801<UP,SIMPLEX,MULTICAST>", None),
        ("8001<UP,MULTICAST>", None),
        ("801<UP>", None),
    ],
)
def test_irix_is_known_by_a_word_of_its_own_or_by_its_bit_for_multicast(flags: str, system: str | None) -> None:
    """Either tells it apart from a BSD, which has that bit for SIMPLEX."""
    text = f"ec0: flags={flags} mtu 1500\n\tinet 192.0.2.10 netmask 0xffffff00\n"
    host, (message,) = outcome(text)
    assert (host is None) == (system is not None)
    assert message.startswith(
        f"line 1: this seems to be what ifconfig of {system} prints" if system else "ec0: it is alone"
    )


@pytest.mark.parametrize(
    "title",
    [
        "(hwtype unknown)",
        "(Cisco)-HDLC",
        "16/4 Mbps Token Ring (New)",
        "6LoWPAN",
        "[NULL]",
        "?",
        "Ethernet  HWaddr 02:00:5E:10:00:01",
        "Ethernet  HWaddr 02:00:5e:10:00:01  Driver virtio_net",
        "Ethernet  HWaddr 02:00:5E:10:00:01  Media:10baseT(auto)",
        "UNSPEC  HWaddr 00-00-00-00  ",
    ],
)
def test_any_title_of_a_link_type_is_read(title: str) -> None:
    """Some begin with no letter; a driver or a medium may follow. Only an Ethernet address is one for sure."""
    host = read(OLD_LO + OLD.format(title, "", ""))
    assert found(host) == ["127.0.0.1/8", "192.0.2.10/24"]
    assert host.interface("eth0").mac == ("02:00:5e:10:00:01" if "Ethernet" in title else None)


@pytest.mark.parametrize("tail", ["  Outfill:0  Keepalive:0", "  Outfill:4", "  Keepalive:9"])
def test_what_slip_prints_behind_the_metric_hides_no_flags(tail: str) -> None:
    """The line tells them all the same."""
    assert read(OLD_LO + OLD.format("Serial Line IP", "", tail)).interface("eth0").is_up


@pytest.mark.parametrize("zone", ["", "%11228640", "%3070123456789", "%eth0"])
@pytest.mark.parametrize("scope", [" Scope:Link", " Scope: Link", ""])
def test_a_zone_that_busybox_never_set_is_no_zone(zone: str, scope: str) -> None:
    """Whatever stands there; toybox puts a blank into the scope."""
    host = read(OLD_LO + OLD.format("Ethernet", f"          inet6 addr: fe80::1{zone}/64{scope}\n", ""))
    (address,) = (one for one in host.addresses if str(one) == "fe80::1")
    assert (address.scope_id, address.scope) == (0, "link" if scope else None)
    assert "scope ids" in host.blind_to


def test_an_interface_without_flags_may_have_half_a_bracket() -> None:
    """So net-tools prints it; a number that is not 0 must have its words."""
    head = "sit0: flags={}<  mtu 1480\n        sit  txqueuelen 1000  (IPv6-in-IPv4)\n"
    assert read(LINUX_LO + head.format("0")).interface("sit0").flags == 0
    with pytest.raises(RecordingError, match="must say the same"):
        read(LINUX_LO + head.format("1"))
    with pytest.raises(RecordingError, match="line 4: a line that is not indented"):
        read(LINUX_LO + head.format("73").replace("<", "<UP,LOOPBACK,RUNNING"))


@pytest.mark.parametrize(
    "rule",
    [
        "block out on em0 src 02:00:5e:10:00:09",
        "pass in on em0 src 02:00:5e:10:00:09 dst 02:00:5e:10:00:01 tag LAN",
        "block in out on em0",
        "pass in on em0 arp request spa 192.0.2.1",
    ],
)
def test_rules_of_openbsds_bridge_stand_at_the_margin(rule: str) -> None:
    """They name no interface of their own, and in no other text may they stand there."""
    bridge = f"bridge0: flags=41<UP,RUNNING>\n\tpriority 32768\n{rule}\n"
    assert found(read(bridge + LO)) == ["127.0.0.1/8"]
    with pytest.raises(RecordingError, match="line 4: a line that is not indented"):
        read(LINUX_LO + rule)


@pytest.mark.parametrize(
    "line",
    [
        "Warning: cannot open /proc/net/dev (Permission denied). Limited output.",
        "-bash: warning: setlocale: LC_ALL: cannot change locale (de_DE.UTF-8)",
        "[root@relay ~]# ifconfig -a",
        "$ /sbin/ifconfig -a\n",
    ],
)
@pytest.mark.parametrize("text", [LO, OLD_LO, LINUX_LO, SOLARIS_LO], ids=["BSD", "old Linux", "Linux", "Solaris"])
def test_a_line_of_the_shell_before_the_first_interface_is_told(line: str, text: str) -> None:
    """It is no part of ifconfig's text, which is read without it."""
    host = read(f"{line}\n{text}")
    assert host.addresses == read(text).addresses
    assert host.warnings[0].startswith("line 1: passed over, since ifconfig prints no such line: ")
    assert not any("line" in warning for warning in read(text).warnings)


def test_what_comes_before_must_be_short_and_no_other_recording() -> None:
    """Neither a long text, nor JSON in which a name looks like a line of ifconfig, nor half an interface."""
    assert read("$\n" * 16 + LO).addresses == read(LO).addresses
    for before in ("$\n" * 17, '[{"ifname":"\n', "{\n", "\tinet 192.0.2.1 netmask 0xffffff00\n", "x: inet 10.0.0.1\n"):
        with pytest.raises(RecordingError):
            read(before + LO)


DAMAGED = [
    "   **     inet6 2001:db8::10  prefixlen 64",
    "\t> inet 192.0.2.10 netmask 0xffffff00",
    "\t1net 192.0.2.10 netmask 0xffffff00",
    "\tine6 2001:db8::10 prefixlen 64",
    "\tine6 2001:db8::10/64 flags 0x0",
    "\t192.0.2.10 broadcast 192.0.2.255",
    "\t| inet alias 192.0.2.10/24",
    "\tinex6 2001:db8::10",
    "\tin 192.0.2.10",
]


@pytest.mark.parametrize("line", DAMAGED)
def test_a_damaged_line_of_an_address_is_told_with_its_number(line: str) -> None:
    """It is in no list, and never passed over in silence."""
    host = read(LO + EM.format(line))
    assert found(host) == ["127.0.0.1/8"]
    assert [warning for warning in host.warnings if warning.startswith("line 4: passed over")]


@pytest.mark.parametrize("blank", ["\x1c", "\x1f", "\x85", "\xa0", "\u2003", "\f\v"])
def test_a_line_of_any_white_space_says_nothing(blank: str) -> None:
    """Of each platform's text: it has no word, not even a first one."""
    for text in (LO, OLD_LO, LINUX_LO, SOLARIS_LO):
        assert read(f"{text}  {blank}\n{blank}\n") == read(text)


@settings(max_examples=examples(300))
@given(st.data())
def test_whatever_is_put_before_an_address_it_is_not_lost_in_silence(data: st.DataObject) -> None:
    """In each platform's text: the line is refused, or draws a warning, or is read all the same."""
    texts = [path.read_text() for path in sorted(FOLDER.glob("*.txt"))]
    lines = data.draw(st.sampled_from(texts)).split("\n")
    numbers = [number for number, line in enumerate(lines, 1) if line.split()[:1] in (["inet"], ["inet6"])]
    number = data.draw(st.sampled_from(numbers))
    blanks = lines[number - 1][: -len(lines[number - 1].lstrip())]
    put = data.draw(st.text(st.sampled_from("*>|-+#~ xX0.:"), min_size=1, max_size=6))
    lines[number - 1] = f"{blanks}{put}{lines[number - 1].lstrip()}"
    without = read("\n".join([*lines[: number - 1], *lines[number:]]))
    host, said = outcome("\n".join(lines))
    gained = host is not None and len(host.addresses) > len(without.addresses)
    assert gained or any(text.startswith(f"line {number}: ") for text in said) or "tunnel" in lines[number - 1]


@pytest.mark.parametrize(
    "line", ["        * inet addr:192.0.2.9  Mask:255.255.255.0", "          ine6 addr: 2001:db8::1/64 Scope:Global"]
)
def test_in_the_old_form_a_damaged_line_is_refused(line: str) -> None:
    """It may be another language, in which all is lost."""
    with pytest.raises(RecordingError, match=r"line 7: a line of an address must begin with .*LC_ALL=C ifconfig -a"):
        read(OLD_LO + OLD.format("Ethernet", line + "\n", ""))


@pytest.mark.parametrize(
    "line",
    [
        "\ttunnel inet 192.0.2.1 --> 192.0.2.2",
        "\ttunnel: inet6 2001:db8::1 --> 2001:db8::2 ttl 64 nodf",
        "\tphysical address inet 192.0.2.1 --> 192.0.2.2",
        "\tdescription: inet uplink 192.0.2.0/24",
        "\tgroups: inet",
        "\tmedia: Ethernet 10/100baseTX <full-duplex>",
        "\t\twgaip 10.0.0.0/24",
        "\twgendpoint 192.0.2.1 51820",
        "\tmember: em1 flags=143<LEARNING,DISCOVER,AUTOEDGE,AUTOPTP>",
    ],
)
def test_lines_that_only_look_like_an_addresss_draw_no_warning(line: str) -> None:
    """Ends of tunnels, and what people wrote."""
    assert read(LO + EM.format(line)).warnings == ()


@pytest.mark.parametrize(
    "text",
    [
        LO + EM.format("\tstatus: active\n   ** em1: flags=8802<BROADCAST,SIMPLEX,MULTICAST> mtu 1500"),
        OLD_LO + "     **   eth0  Link encap:Ethernet\n",
    ],
)
def test_an_interface_whose_line_is_damaged_lends_nothing_to_the_one_above_it(text: str) -> None:
    """An address of one that is down would be trusted there."""
    with pytest.raises(RecordingError, match="line 5"):
        read(text)


@pytest.mark.parametrize("text", [EM.format("\tinet 192.0.2.1 netmask 0xffffff00"), OLD.format("Ethernet", "", "")])
def test_one_interface_alone_can_only_be_part_of_a_host(text: str) -> None:
    """Each host has a loopback interface, which may be all that it has."""
    loopback = OLD_LO if "encap" in text else LO
    assert any("can only be a part of a host" in warning for warning in read(text).warnings)
    for whole in (loopback, loopback + text):
        assert not any("part of a host" in warning for warning in read(whole).warnings)


@pytest.mark.parametrize(
    ("word", "flags"),
    [
        ("", ()),
        ("tentative", ("tentative",)),
        ("duplicated", ("dadfailed",)),
        ("deprecated", ("deprecated",)),
        ("temporary", ("temporary",)),
        ("autoconf secured", ("autoconf",)),
        ("autoconfprivacy", ("temporary", "autoconf")),
        ("detached", ("detached",)),
        ("anycast", ("anycast",)),
        ("no_dad", ("nodad",)),
        ("optimistic", ("optimistic",)),
        ("flags 0x40<AUTOCONF>", ("autoconf",)),
        ("flags 0x2a<TENTATIVE,DETACHED,NODAD>", ("nodad", "tentative", "detached")),
        ("flags 0x0", ()),
    ],
)
def test_the_words_of_bsd_are_flags_of_the_address(word: str, flags: tuple[str, ...]) -> None:
    """Linux's where it has one that means the same; the others have words and no bit of Linux's 32."""
    assert flags_of(word) == flags
    assert all(bit >= 1 << 32 for bit in BSD_FLAGS)


def test_the_words_of_bsd_are_told_by_bsd_alone() -> None:
    """Other forms are blind to them; an IPv4 address has no temporary, whose bit is another word there."""
    host = read(LO + EM.format("\tinet 192.0.2.1/24 flags 0x4<DETACHED> temporary"))
    assert host.addresses[-1].flag_names == ("detached",)
    assert "address flags" not in host.blind_to
    assert "address flags" in read(LINUX_LO).blind_to
    assert read(LINUX_LO).addresses[0].flags is None


@pytest.mark.parametrize(
    ("words", "lifetimes"),
    [
        ("pltime 604800 vltime 2592000", (604800, 2592000)),
        ("pltime 0 vltime infty", (0, None)),
        ("pltime infty vltime infty", (None, None)),
    ],
)
def test_lifetimes_are_read_where_bsd_prints_them(words: str, lifetimes: tuple[int | None, int | None]) -> None:
    """In seconds; infty is for ever. A text without any is blind to them."""
    host = read(LO + EM.format(f"\tinet6 2001:db8::1 prefixlen 64 autoconf {words}"))
    address = host.addresses[-1]
    assert (address.preferred_lifetime, address.valid_lifetime) == lifetimes
    assert "lifetimes" not in host.blind_to
    assert "lifetimes" in read(LO).blind_to
    with pytest.raises(RecordingError, match="a lifetime must be"):
        read(LO + EM.format("\tinet6 2001:db8::1 prefixlen 64 pltime soon"))


SECONDS = st.one_of(st.none(), st.integers(0, 2**32 - 2))
PRINTED = ("anycast", "tentative", "detached", "deprecated", "autoconf", "temporary")


@given(words=st.sets(st.sampled_from(PRINTED)), preferred=SECONDS, valid=SECONDS)
def test_what_bsd_prints_of_an_address_is_read_back(words: set[str], preferred: int | None, valid: int | None) -> None:
    """Any words, in the order in which its ifconfig has them, and any lifetimes."""
    printed = " ".join(word for word in PRINTED if word in words)
    times = [("pltime", preferred), ("vltime", valid)]
    behind = " ".join(f"{key} {'infty' if seconds is None else seconds}" for key, seconds in times)
    address = read(LO + EM.format(f"\tinet6 2001:db8::1 prefixlen 64 {printed} {behind}")).addresses[-1]
    assert set(address.flag_names or ()) == words
    assert (address.preferred_lifetime, address.valid_lifetime) == (preferred, valid)


def test_flags_and_lifetimes_of_bsd_survive_a_snapshot() -> None:
    """Words and bits, in a document that its schema allows."""
    host = replay(FOLDER / "bsd-words.txt")
    validated(snapshot(host))
    assert decode(snapshot(host).encode()) == host
    words: set[str] = set().union(*(address.flag_names or () for address in host.addresses))
    assert words == {"temporary", "deprecated", "tentative", "dadfailed", *BSD_FLAGS.values()}


BSD_HEAD = "em0: flags=8843<UP,BROADCAST,RUNNING,SIMPLEX,MULTICAST> metric 0 mtu 1500\n"
LINUX_HEAD = "eth0: flags=4163<UP,BROADCAST,RUNNING,MULTICAST>  mtu 1500\n"
SOLARIS_HEAD = "net0:1: flags=1000843<UP,BROADCAST,RUNNING,MULTICAST,IPv4> mtu 1500 index 2\n"
AIX_HEAD = "en0: flags=1e084863,480<UP,BROADCAST,NOTRAILERS,RUNNING,SIMPLEX,MULTICAST,GROUPRT,64BIT>\n"
TORN = {
    "a netmask in two": AIX_HEAD + "\tinet 192.0.2.10 netmask 0 xffffff00 broadcast 192.0.2.255\n",
    "a length in two": BSD_HEAD + "\tinet6 2001:db8::1 prefixlen 6 4\n",
    "a length in two behind a slash": SOLARIS_HEAD + "\tinet 192.0.2.1/2 4 broadcast 192.0.2.255\n",
    "a length in two of an old form": OLD_LO
    + OLD.format("Ethernet", "          inet6 addr: 2001:db8::1/6 4 Scope:Global\n", ""),
    "the next head behind an address": LINUX_HEAD
    + "        inet 192.0.2.10  netmask 255.255.255.0  broadcast 192.0.2.255 eth1: flags=4098<BROADCAST>  mtu 1500\n"
    + "        inet 10.7.0.1  netmask 255.0.0.0  broadcast 10.255.255.255\n",
    "an indented head that is damaged": LINUX_HEAD
    + "        inet6 fe80::1  prefixlen 64  scopeid 0x20<link>\n"
    + "        eth1: flags=4098<BROADCAST,MULTICAS  mtu 1500\n        inet 10.7.0.1  netmask 255.0.0.0\n",
    "a head that is lost": LINUX_HEAD
    + "        inet 192.0.2.10  netmask 255.255.255.0  broadcast 192.0.2.255\n"
    + "        inet 10.7.0.1  netmask 255.0.0.0  broadcast 10.255.255.255\n",
    "a zone's word": SOLARIS_HEAD + "\tzne web\n\tinet 198.51.100.10 netmask ffffff00 broadcast 198.51.100.255\n",
    "a zone behind a head": SOLARIS_HEAD.rstrip("\n")
    + " zone web\n\tinet 198.51.100.10 netmask ffffff00 broadcast 198.51.100.255\n",
    "a flag's bit": "net0:1: flags=1000843<UP,BROADCAST,RUNNING,MULTICAST,IPv4,NOXMIT> mtu 1500 index 2\n"
    "\tinet 198.51.100.10 netmask ffffff00 broadcast 198.51.100.255\n",
    "a netmask's word": LINUX_HEAD + "        inet 192.0.2.10 etmask 255.255.255.0\n",
    "no length": BSD_HEAD + "\tinet6 2001:db8::10\n",
    "another language": LINUX_HEAD + "        inet 192.0.2.1  Netzmaske 255.255.255.0\n",
    "no mask in an old form": OLD_LO
    + OLD.format("Ethernet", "          inet addr:10.0.0.1\n", "").replace("192.0.2", "10.9.9"),
    "the flags of an old form": OLD_LO + OLD.format("Ethernet", "", "").replace("UP BROADCAST", "U P BROADCAST"),
}


@pytest.mark.parametrize("text", TORN.values(), ids=TORN)
def test_what_could_widen_trust_or_hide_an_address_is_refused_with_its_line(text: str) -> None:
    """One damaged character or line is enough: the rest would be another length, interface or zone."""
    with pytest.raises(RecordingError, match=r"^line \d+: "):
        read(text)


HIDING = {
    "behind a hardware address": BSD_HEAD + "\tether 02:00:5e:10:00:01 inet 192.0.2.10 netmask 0xffffff00\n",
    "in two": BSD_HEAD + "\tin et 192.0.2.10 netmask 0xffffff00\n",
    "alone": BSD_HEAD + "\t192.0.2.10\n",
}


@pytest.mark.parametrize("text", HIDING.values(), ids=HIDING)
def test_a_line_that_hides_an_address_is_told_with_its_number(text: str) -> None:
    """By a warning, if nothing else is wrong."""
    assert any(warning.startswith("line 2: ") for warning in read(text).warnings)
