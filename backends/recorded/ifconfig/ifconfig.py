"""Decode what ``ifconfig -a`` printed, for hosts on which nothing of ours runs.

The forms that begin ``NAME: flags=``: Linux (net-tools since 2.0), macOS, FreeBSD, NetBSD, OpenBSD, DragonFly, Solaris
and illumos, AIX, Tru64; the other one of Linux is in ``link_encap.py``. They are told apart by what they hold.
"""

from __future__ import annotations

import re
from _socket import AF_INET, AF_INET6

from ifdiscover._backends.kame import extract
from ifdiscover._backends.platforms import PLATFORMS
from ifdiscover._backends.recorded.fields import HIGHEST_U32, HIGHEST_U64
from ifdiscover._backends.recorded.ifconfig import link_encap, others
from ifdiscover._backends.recorded.ifconfig.bsd_words import address_flags, lifetimes
from ifdiscover._backends.recorded.ifconfig.text import (
    Entry,
    Form,
    Stanza,
    hardware_address,
    host_of,
    is_part,
    number_or_none,
)
from ifdiscover._backends.recorded.lines import FAMILIES, MAY_BE_CUT_OFF, Line, lines_of
from ifdiscover._names import to_text
from ifdiscover._packed import netmask_of
from ifdiscover.model import IFF_IPMP, IFF_NOFAILOVER, IFF_NOXMIT, IFF_TEMPORARY, IFF_UP

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from collections.abc import Sequence

    from ifdiscover.model import Host

# What follows the name, from the last ": flags=" on; names may hold anything. Where no flag is set, FreeBSD 14 prints
# no <> and net-tools no >.
_MARK = ": flags="
_HEAD = re.compile(r"(?:0x)?(-?[0-9a-f]{1,16})(,[0-9a-f]{1,8})?(?:<([^<>]*)>|<(?=  mtu ))?([ \t\w]*)", re.ASCII)
_MOST_BEFORE = 16  # lines that a shell or stderr may have put before the first interface
_RULE = re.compile(r"(?:pass|block)(?: \S+){0,4} on \S.*")  # of OpenBSD's bridge, which does not indent it
_NUMBER = re.compile(r"[0-9]+", re.ASCII)
_JSON = re.compile(r"\{|\[\s*(?:[\[{\]]|$)")

# <net/if.h>: the same bits everywhere.
PORTABLE = {"UP": 0x1, "BROADCAST": 0x2, "LOOPBACK": 0x8, "POINTOPOINT": 0x10, "RUNNING": 0x40}

# Words of a line that a value follows, and what may stand there.
_VALUES = ("netmask", "prefixlen", "broadcast", "destination", "scopeid", "flags", "vhid", "pltime", "vltime", "ipmtu")
_MASKS = ("/", "prefixlen", "netmask")
_ARROWS = ("-->", "->")
_MARK_WORD = re.compile(r"[a-z][a-z_]+|clat46")  # no rest of a torn number, address or line
_HEAD_INSIDE = re.compile(r"flags=\S*<.*[ \t]mtu[ \t]")  # a damaged line that names an interface
_OF_SOLARIS = ("inet", "inet6", "tunnel", "all-zones", "usesrc", "ipib")  # lines that say nothing of trust
_SCOPES = {"global": "global", "link": "link", "host": "host", "site": "site", "compat": "global"}


class _Flagged(Form):
    """A form that prints interface flags as a number and in words."""

    base = 16
    own_words: tuple[tuple[str, int], ...] = ()  # other flags that decide whom Postfix trusts
    multicast = 0x8000  # IFF_MULTICAST, which each has its own bit for: a number that is another system's is noticed
    embeds_scope_id = False
    zero_tells_nothing = False  # an IPv6 prefix length of 0 is no netmask, which would let everyone be trusted
    unmaps = False  # it shows ::ffff:192.0.2.1 as 192.0.2.1

    def flags(self, line: Line, number: str, words: str) -> int:
        """The number, which must say what the words say."""
        flags = line.whole(number, "flags", 0, HIGHEST_U64, self.base)
        said = set(words.split(","))
        for word, bit in (*PORTABLE.items(), ("MULTICAST", self.multicast), *self.own_words):
            if bool(flags & bit) != (word in said):
                line.refuse(
                    f"flags must say the same as a number and in words, and of {word} they do not, "
                    f"read as those of {self.name}",
                    f"{number}<{words}>",
                )
        return flags


class _Linux(_Flagged):
    base, multicast, unmaps = 10, 0x1000, True

    def flags(self, line: Line, number: str, words: str) -> int:
        """The number; net-tools has it in 16 bits with a sign, which DYNAMIC sets."""
        if number.startswith("-"):
            number = str(0x10000 - line.whole(number[1:], "flags", 1, 0x8000))
        return super().flags(line, number, words)


class _Bsd(_Flagged):
    embeds_scope_id = PLATFORMS["freebsd"].embeds_scope_id  # as on the others of this form


class _Solaris(_Flagged):
    multicast = 0x800
    telling = IFF_UP | IFF_NOXMIT | IFF_TEMPORARY
    own_words = (
        ("NOXMIT", IFF_NOXMIT),
        ("TEMPORARY", IFF_TEMPORARY),
        ("NOFAILOVER", IFF_NOFAILOVER),
        ("IPMP", IFF_IPMP),
    )

    def flags(self, line: Line, number: str, words: str) -> int:
        """The number; each stanza is of one family, and says so."""
        if "IPv4" not in words and "IPv6" not in words:
            line.refuse("flags of Solaris must have the word IPv4 or IPv6", words)
        return super().flags(line, number, words)


class _Aix(_Flagged):
    multicast = 0x80000
    zero_tells_nothing = True


class _Tru64(_Flagged):
    multicast = 0x400


LINUX = _Linux(
    "Linux",
    ("hardware addresses", "odd labels", "broadcast peer", "secondary addresses"),
    labels=True,
    by_family=True,
    system="Linux",
)
BSD = _Bsd("BSD or macOS", (), tells_flags=True)
SOLARIS = _Solaris("Solaris", ("hardware addresses",), labels=True, repeats=True, system="SunOS")
AIX = _Aix(
    "AIX",
    ("hardware addresses",),
    system="AIX",
    assumes="every IPv6 netmask, and a length of 0, as it shows for ::1, is taken for one that is not told",
)
TRU64 = _Tru64("Tru64", ("hardware addresses",), assumes="IPv6 netmasks", system="OSF1")


def recognises(data: bytes) -> bool:
    """Whether a text begins as that of ifconfig -a does, perhaps behind a few lines of a shell, or in no English."""
    texts = to_text(data[:8192].lstrip(b"\r\n \t")).split("\n", _MOST_BEFORE + 1)
    return _first_of(texts) is not None or (not _JSON.match(texts[0]) and others.is_in_another_language(texts[0]))


def _first_of(texts: Sequence[str]) -> int | None:
    """The place of the line that names the first interface; None if this is no text of ifconfig."""
    for place, text in enumerate(texts[: _MOST_BEFORE + 1]):
        if text[:1] in (" ", "\t"):
            return None
        if _head(text.rstrip("\r")) is not None or link_encap.recognises(text.rstrip("\r")):
            return place
        # An interface may be called "[", but JSON in which a name holds a newline is none of ours.
        if _JSON.match(text) or "inet" in text:
            return None
    return None


def decode(data: bytes) -> Host:
    """The host that ``ifconfig -a`` showed.

    Addresses are in the order of the text, but for Linux, whose kernel has all IPv4 addresses first.

    Raises:
        RecordingError: a line that ifconfig does not print; the message has its number, the rule and what stands there.
    """
    lines = lines_of(data)
    first = _first_of([line.text for line in lines[: _MOST_BEFORE + 1]])
    if first is None:
        lines[0].refuse("the first line must name an interface", remedy=others.ENGLISH)
    warnings = [line.passed_over() for line in lines[:first]]
    lines = lines[first:]
    if link_encap.recognises(lines[0].text):
        return link_encap.decode(lines, warnings)
    form = _form_of(lines)
    stanzas: list[Stanza] = []
    for line in lines:
        if line.is_indented:
            if _read(line, stanzas[-1], form):
                continue
            # What follows it would be taken for what the interface above it has.
            if _head(line.text) is not None or _HEAD_INSIDE.search(line.text):
                line.refuse("a line that names an interface must not be indented")
            if form is SOLARIS and line.text.split()[0] not in _OF_SOLARIS:  # it may be a damaged zone or groupname
                line.refuse("it must be a line that ifconfig of Solaris prints")
            if line.may_hide_address:
                warnings.append(line.passed_over())
        elif form is not BSD or _RULE.fullmatch(line.text) is None:
            stanzas.append(_stanza(line, form))
    if form is LINUX:
        warnings.append(link_encap.ALIASES_MISSING)
    elif form is SOLARIS:
        _set_apart_tests(stanzas)
    return host_of(stanzas, form, warnings)


def _head(text: str) -> re.Match[str] | None:
    _, mark, rest = text.rpartition(_MARK)
    return _HEAD.fullmatch(rest.rstrip()) if mark else None


def _form_of(lines: Sequence[Line]) -> _Flagged:
    """The form of a text: by words that only one system has."""
    for line in lines:
        if not line.is_indented:
            found = _head(line.text)
            if found is None:
                continue  # refused where it is read
            words = (found[3] or "").split(",")
            if "IPv4" in words or "IPv6" in words:
                return SOLARIS
            if found[2] or "GROUPRT" in words or "64BIT" in words:
                return AIX
            if "  mtu " in found[4] and not line.text.partition(_MARK)[2].startswith("0x"):
                return LINUX
        else:
            words = line.text.split()
            if words[0] == "tcp_sendspace":
                return AIX
            if words[0] == "inet" and "netmask" in words[:-1] and _is_bare_hex(words[words.index("netmask") + 1]):
                return TRU64  # Solaris writes masks so too, and is known by the flags of its first line
    return BSD


def _is_bare_hex(text: str) -> bool:
    return not text.startswith("0x") and "." not in text


def _stanza(line: Line, form: _Flagged) -> Stanza:
    found = _head(line.text)
    if found is None:
        line.refuse("a line that is not indented must be NAME: flags=NUMBER<WORDS> ...")
    if form in (BSD, TRU64):
        words = (found[3] or "").split(",")
        others.refuse_unserved(line, int(found[1], 16), words, found[4], bare_netmasks=form is TRU64)
    stanza = Stanza(line, line.text.rpartition(_MARK)[0], form.flags(line, found[1], found[3] or ""))
    rest = found[4].split()
    if form is SOLARIS and rest[::2] not in ([], ["mtu"], ["mtu", "index"]):
        line.refuse("a line that names an interface must end with its mtu and index", found[4].strip())
    stanza.mtu = number_or_none(line, rest, "mtu")
    stanza.index = number_or_none(line, rest, "index", 1)
    return stanza


def _read(line: Line, stanza: Stanza, form: _Flagged) -> bool:
    """Take what an indented line says; whether it is a line that is known here."""
    words = line.text.split()
    kind, values = words[0], words[1:]
    if kind in FAMILIES:
        if values[:1] != ["tunnel"] or form is not SOLARIS:  # inet tunnel src A tunnel dst B
            if form is LINUX and kind == "inet" and any(entry.family == AF_INET for entry in stanza.entries):
                line.refuse("an interface must have one line inet; is the line lost that names the next one?")
            stanza.entries.append(_entry(line, FAMILIES[kind], values, form))
    elif kind in ("ether", "lladdr", "address:") and len(values) > 0 and not FAMILIES.keys() & values:
        stanza.hardware_address = stanza.hardware_address or hardware_address(values[0])
    elif kind == "index" and "llprio" in values:  # OpenBSD
        stanza.index = number_or_none(line, words, "index", 1)
    elif (
        form is SOLARIS
        and kind != "tunnel"
        and ("zone" in line.text or "groupname" in line.text)
        and words != ["all-zones"]
    ):
        # A line of these that is misread would let its addresses be trusted.
        if kind not in ("zone", "groupname") or len(values) != 1:
            line.refuse("it must be zone NAME, all-zones or groupname NAME")
        if kind == "zone":
            stanza.set_apart = " ".join(words)
        else:
            stanza.group = values[0]
    else:
        return False
    return True


def _set_apart_tests(stanzas: Sequence[Stanza]) -> None:
    """Set the test addresses apart: those of interfaces that are in the group of an IPMP interface.

    Before Solaris 11 groups have no interface of their own, and test addresses are as others. Of a recording that can
    only be a part, nobody knows that.
    """
    groups = {stanza.group for stanza in stanzas if (stanza.flags or 0) & IFF_IPMP}
    names = {stanza.name.partition(":")[0]: stanza.group for stanza in stanzas if stanza.group}
    for stanza in stanzas:
        flags, group = stanza.flags or 0, names.get(stanza.name.partition(":")[0])
        is_test = flags & IFF_NOFAILOVER and (groups or is_part(stanzas))
        if not flags & IFF_IPMP and (is_test or (group and group in groups)):
            stanza.set_apart = stanza.set_apart or f"groupname {group or '?'}"


def _entry(line: Line, family: int, words: list[str], form: _Flagged) -> Entry:
    """An address: ADDRESS[%ZONE][/LENGTH] [--> PEER] and words, some with a value."""
    if words[:1] == ["alias"]:  # NetBSD before 7
        words = words[1:]
    if not words:
        line.refuse("an address must follow inet and inet6")
    if line.is_cut and len(words) == 1 and "/" not in words[0]:
        line.refuse(f"{MAY_BE_CUT_OFF}; end the text with a newline", words[0])
    text, slash, length = words[0].rpartition("/")
    if not slash:
        text, length = words[0], ""
    packed, scope_id = _address(line, family, text, form)
    said = _values(line, words[1:])
    peer = None
    for written in (*said.get("destination", ()), *said.get("-->", ())):
        other, slash_there, length_there = written.partition("/")
        peer, _ = _address(line, family, other, form)
        if slash_there:  # FreeBSD with -f inet:cidr
            said.setdefault("/", []).append(length_there)
    if slash:
        said.setdefault("/", []).append(length)
    netmask = _netmask(line, family, [(key, value) for key in _MASKS for value in said.get(key, ())])
    if netmask is None and not form.assumes:
        line.refuse("an address must have a netmask or a prefix length", remedy=others.ENGLISH)
    if form.zero_tells_nothing and family == AF_INET6 and netmask == bytes(16):
        netmask = None
    broadcast = line.packed(family, said["broadcast"][0]) if family == AF_INET and "broadcast" in said else None
    scope = None
    if "scopeid" in said:
        number, bracket, names = said["scopeid"][0].partition("<")
        value = line.whole(number, "scopeid", 0, HIGHEST_U32, 16)
        if form is LINUX:  # there it is no zone, but the kind of scope
            scope = next((_SCOPES[name] for name in names.rstrip(">").split(",") if name in _SCOPES), None)
        elif bracket:
            line.refuse("scopeid must be a number", said["scopeid"][0])
        else:
            scope_id = value or scope_id
    return Entry(
        family,
        packed,
        netmask,
        scope_id=scope_id,
        peer=peer,
        broadcast=broadcast,
        scope=scope,
        flags=address_flags(family, said) if form.tells_flags else None,
        lifetimes=lifetimes(line, said),
    )


def _netmask(line: Line, family: int, told: Sequence[tuple[str, str]]) -> bytes | None:
    """The netmask, told in one of the ways of ``_MASKS`` or not at all."""
    if not told:
        return None
    if len(told) > 1:
        line.refuse("an address must have one netmask")
    key, value = told[0]
    if key != "netmask":
        return netmask_of(line.prefixlen(family, value), family)
    if family == AF_INET6:
        line.refuse("an IPv6 address must have a prefix length, not a netmask", value)
    return line.netmask(value)


def _values(line: Line, words: Sequence[str]) -> dict[str, list[str]]:
    """The values of the words that have one, and under "" the others, which are marks, like temporary and secured."""
    said: dict[str, list[str]] = {"": []}
    place = 0
    while place < len(words):
        word = words[place]
        following = words[place + 1] if place + 1 < len(words) else ""
        place += 1
        if word in _ARROWS:
            # OpenBSD draws an arrow to nothing where there is no peer.
            if following and following not in _VALUES:
                said.setdefault("-->", []).append(following)
                place += 1
        elif word in _VALUES:
            if word in said:
                line.refuse("a word must come once", word)
            said[word] = [following]
            place += 1
        else:
            if _MARK_WORD.fullmatch(word) is None or word in FAMILIES:
                line.refuse("an address must have no such word behind it", word, others.ENGLISH)
            said[""].append(word)
    return said


def _address(line: Line, family: int, text: str, form: _Flagged) -> tuple[bytes, int]:
    """An address and its zone, if that is told as a number."""
    address, _, zone = text.partition("%")
    is_mapped = form.unmaps and family == AF_INET6 and ":" not in address
    packed = line.packed(family, f"::ffff:{address}" if is_mapped else address)
    scope_id = 0
    if zone and family == AF_INET:
        line.refuse("an IPv4 address must have no zone", text)
    if _NUMBER.fullmatch(zone):
        scope_id = line.whole(zone, "a zone", 0, HIGHEST_U32)
    if form.embeds_scope_id:  # old programs show it as the kernel keeps it
        packed, known = extract(packed, scope_id)
        scope_id = known or 0
    return packed, scope_id
