"""Decode what plain ``ip addr`` printed, of iproute2 of all ages and of BusyBox; with -d, -s or -N too.

Pure: text in, records out. A line that tells of an address is read or refused, with its number. Other lines are passed
over where they are what ip(8) is known to print there, and otherwise named in a warning.
"""

from __future__ import annotations

import re
from _socket import AF_INET, AF_INET6

from ifdiscover._backends.recorded.fields import HIGHEST_U32, MAX_NAME
from ifdiscover._backends.recorded.ip.links import (
    FLAG_WORDS,
    PERMANENT,
    Links,
    hardware_address,
    hexadecimal,
    interface_flags,
    lifetime,
    protocol,
    scope,
)
from ifdiscover._backends.recorded.lines import FAMILIES, MAY_BE_CUT_OFF, Line, is_address, is_network, lines_of
from ifdiscover._names import to_bytes
from ifdiscover.errors import RecordingError
from ifdiscover.model import Interface

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import NoReturn

    from ifdiscover._backends.recorded.ip.links import Refuse
    from ifdiscover.model import Host

_HEADS = re.compile(rb"^[0-9]+: [^ \n]+: <[^<>\n]*> mtu ", re.MULTILINE)
# INDEX: NAME[@LINK]: <FLAGS> mtu MTU, then qdisc, master, state and more. A name has no blanks: dev_valid_name().
_HEAD = re.compile(r"([0-9]{1,10}): ([^ ]+): <([^<>]*)> mtu ([0-9]{1,10})( .*)?")
_MASTER = re.compile(r" master ([^ ]+)")
_LINK_MODE = re.compile(r" mode (?:DEFAULT|DORMANT|[0-9]+) ")  # ip addr does not print it, ip link does
_ONE_LINE = re.compile(r"\\ +link/")  # -o puts it there for a newline
_ELSEWHERE = re.compile(r"@(?:NONE|if[0-9]+)$")
# What may follow link/TYPE where the link has no address.
_BEHIND_TYPE = re.compile(r"brd|peer|link-netns(?:id)?|new-netnsid|protodown|promiscuity|allmulti|minmtu|permaddr")
_LIFETIME = re.compile(r"(-?[0-9]{1,10})sec")
_LENGTH = re.compile(r"(/[0-9]+)(?=(?:metric|brd|any|scope) )")  # iproute2 of 2017 left out the blank behind it

# What tells of an address or begins an interface, wherever it stands in a line: such a line is never passed over.
_TELLING = re.compile(
    r"^[ \t]+[0-9]+: [^ ]+: <|(?:^|[^\w.:-])inet6?[ \t]+[0-9a-fA-F.:]+(?:/| peer )|valid_lft|preferred_lft"
    r"|[ \t]scope[ \t]+(?:global|site|link|host|nowhere|[0-9]+)(?:[ \t]|$)"
)

# How the lines begin that -d and -s print, and altname. A link's kind is the name of a kernel module.
_DETAIL = re.compile(
    r"[ \t]+(?:altname|vf|prog/xdp|parentbus|parentdev|addrgenmode|numtxqueues|promiscuity|protodown|portname|portid"
    r"|switchid|ingress-qos-map|egress-qos-map|bitrate|sample-point|tq|prop-seg|dbitrate|dsample-point|dtq|dprop-seg"
    r"|clock|restart-ms|re-started|termination|tdcv|encap|6rd-prefix|[RT]X:|[RT]X errors:"
    r"|amt|bareudp|batadv|bond|bridge|caif|can|dsa|dummy|erspan|geneve|gre|gretap|gtp|hsr|ifb|ip6erspan|ip6gre"
    r"|ip6gretap|ip6tnl|ipip|ipoib|ipvlan|ipvtap|lowpan|macsec|macvlan|macvtap|netdevsim|netkit|nlmon|openvswitch|ovpn"
    r"|pfcp|ppp|rmnet|sit|team|tun|vcan|veth|virt_wifi|vlan|vrf|vti|vti6|vxcan|vxlan|wireguard|wwan|xfrm)"
    r"(?:_slave)?(?:[ \t]|$)"
    r"|[ \t]+[\w-]+: d?tseg1 "  # a CAN controller, and what it can do
    r"|[ \t0-9.kMGTPEi]+(?:numtxqueues .*)?$"  # counts, below RX: and TX:
)


def recognises(data: bytes) -> bool:
    """Whether a line of it begins an interface as ``ip addr`` does."""
    return _HEADS.search(data) is not None


def decode(data: bytes) -> Host:
    """The host that ``ip addr`` showed.

    Raises:
        RecordingError: a line that it does not print, or that can be read in two ways; the message has its number.
    """
    stanzas: list[_Stanza] = []
    unknown: list[int] = []
    for line in lines_of(data):
        if not line.is_indented:
            stanzas.append(_Stanza(line))
        elif not stanzas:
            line.refuse("the first line must begin an interface: INDEX: NAME: <FLAGS> mtu MTU")
        elif not stanzas[-1].read(line):
            unknown.append(line.number)
    _refuse_lost_lines(stanzas)
    links = Links()
    has_ipv6 = any(entry.family == AF_INET6 for stanza in stanzas for entry in stanza.entries)
    links.tells_near_peers = not has_ipv6 or any(stanza.has_group for stanza in stanzas)  # BusyBox knows no groups
    for stanza in stanzas:
        stanza.take(links)
    addresses = [entry for stanza in stanzas for entry in stanza.entries]
    return links.host(
        () if all(entry.lifetimes for entry in addresses) else ("lifetimes",),
        (_passed_over(unknown),) if unknown else (),
    )


def _passed_over(numbers: Sequence[int]) -> str:
    several = f"lines {', '.join(map(str, numbers[:5]))}" if len(numbers) > 1 else f"line {numbers[0]}"
    more = f" and {len(numbers) - 5} more" if len(numbers) > 5 else ""
    return f"{several}{more}: not known to be printed by ip addr, and passed over"


def _refuse_lost_lines(stanzas: Sequence[_Stanza]) -> None:
    """Refuse a text in which one interface or address lacks a line that others have: it was damaged.

    Without the first line of an interface its addresses would be those of the one before it, which may be up.
    """
    if not any(stanza.entries for stanza in stanzas) and any(_LINK_MODE.search(s.line.text) for s in stanzas):
        raise RecordingError("this is what ip link prints, without addresses; use ip -j addr or ip addr")
    with_type = [stanza.link_type is not None for stanza in stanzas]
    if any(with_type) and not all(with_type):
        stanzas[with_type.index(False)].line.refuse("an interface must have a line link/TYPE, as others have")
    for family in FAMILIES.values():
        entries = [entry for stanza in stanzas for entry in stanza.entries if entry.family == family]
        # Kernels before 3.9 tell no lifetimes of IPv4 addresses.
        with_lifetimes = [entry.lifetimes is not None for entry in entries]
        if any(with_lifetimes) and not all(with_lifetimes):
            entries[with_lifetimes.index(False)].line.refuse("an address must have a line valid_lft, as others have")


def _words(text: str) -> list[str]:
    """The words of a line, parted by blanks; other white space of Unicode may be in a name."""
    return [word for word in text.replace("\t", " ").split(" ") if word]


def _may_hide_address(words: Sequence[str]) -> bool:
    """Whether a line that looks like one of -d or -s may be a damaged line of an address.

    Tunnels have addresses behind words like remote, and 6rd a network behind 6rd-prefix.
    """
    if not FAMILIES.keys().isdisjoint(words) or any(map(is_address, words[:2])):
        return True
    return any(is_network(word) and "prefix" not in before for before, word in zip(("", *words), words))


class _Stanza:
    """What stands under one interface."""

    def __init__(self, line: Line) -> None:
        found = _HEAD.fullmatch(line.text)
        if found is None or _TELLING.search(found[5] or ""):
            line.refuse("a line that is not indented must begin an interface: INDEX: NAME: <FLAGS> mtu MTU")
        if _ONE_LINE.search(found[5] or ""):
            raise RecordingError(f"line {line.number}: this is what ip -o prints; use ip -j addr or ip addr without -o")
        if line.is_cut:
            line.refuse(f"{MAY_BE_CUT_OFF}; end the text with a newline")
        self.line = line
        self.index = line.whole(found[1], "an index", 1, HIGHEST_U32)
        self.shown_name = found[2]
        self.flags = interface_flags((word, _refuser(line, word)) for word in found[3].split(",") if word)
        self.mtu = line.whole(found[4], "mtu", 0, HIGHEST_U32)
        self.master = _master(line, found[5] or "")
        self.has_queue = " qdisc " in (found[5] or "")
        self.has_group = " group " in (found[5] or "")
        self.link_type: str | None = None
        self.hardware_address: bytes | None = None
        self.entries: list[_Entry] = []

    def read(self, line: Line) -> bool:
        """Take what an indented line says; False if nobody knows what it is, and it tells of no address."""
        words = _words(line.text)
        kind = words[0]
        if kind in FAMILIES:
            self._read_address(line, FAMILIES[kind], words[1:])
        elif kind == "valid_lft":
            if not self.entries or self.entries[-1].lifetimes is not None:
                line.refuse("lifetimes must follow the line of an address, which is not there")
            self.entries[-1].lifetimes = _lifetimes(line, words)
        elif kind == "alias":  # free text
            return True
        elif _TELLING.search(line.text):
            line.refuse("a line that tells of an address or an interface must be as ip addr prints it")
        elif kind.startswith("link/"):
            self._read_type(line, words)
        else:
            return _DETAIL.match(line.text) is not None and not _may_hide_address(words)
        return True

    def _read_address(self, line: Line, family: int, words: list[str]) -> None:
        # The kernel has all IPv4 addresses before all IPv6 addresses.
        if family == AF_INET and self.entries and self.entries[-1].family == AF_INET6:
            line.refuse("an IPv4 address must come before the IPv6 addresses of its interface; is a line lost?")
        self.entries.append(_Entry(line, family, words))

    def _read_type(self, line: Line, words: list[str]) -> None:
        """link/TYPE [ADDRESS] [brd|peer ADDRESS] and more, like link-netnsid and promiscuity."""
        if self.link_type is not None or self.entries:
            line.refuse("link/TYPE must come once, before the addresses of an interface; is a line lost?")
        self.link_type = words[0].removeprefix("link/")
        if len(words) == 1 or _BEHIND_TYPE.fullmatch(words[1]):
            return
        self.hardware_address = hardware_address(words[1], self.link_type, _refuser(line, words[1]))
        other = words[3] if len(words) > 3 and words[2] in ("brd", "peer") else ""
        if line.is_cut and len(other) != len(words[1]):
            line.refuse(f"{MAY_BE_CUT_OFF}; end the text with a newline")

    def name(self) -> str:
        """The interface's own name, without the link that it stands on."""
        shown = self.shown_name
        base = shown.rpartition("@")[0]
        if not base:
            return shown
        labels = [entry.label for entry in self.entries if entry.label is not None]
        for name in (shown, base):
            if any(label == name or label.startswith(f"{name}:") for label in labels):
                return name
        if "@" in base and not _ELSEWHERE.search(shown):
            self.line.refuse("a name with @ in it is ambiguous here; use ip -j addr", shown)
        return base

    def take(self, links: Links) -> None:
        """Give what it says to the host."""
        name = self.name()
        if len(to_bytes(name)) > MAX_NAME:
            self.line.refuse(f"an interface must have a name of 1 to {MAX_NAME} bytes", name)
        links.tells_types = links.tells_types or self.link_type is not None
        links.tells_queues = links.tells_queues or self.has_queue
        interface = links.link(
            Interface(name, self.index, self.flags, self.mtu, self.hardware_address, master=self.master),
            _refuser(self.line, self.shown_name),
        )
        for entry in self.entries:
            entry.refuse_if_cut(name)
            if self.link_type is None and (entry.label or name).partition(":")[0] != name:
                # Nothing else shows with -4 that the first line of an interface was lost.
                entry.line.refuse("a label must begin with the name of its interface where there is no link/TYPE")
            valid, preferred = entry.lifetimes or (None, None)
            links.address(
                interface,
                entry.family,
                entry.packed,
                entry.prefixlen,
                peer=entry.peer,
                broadcast=entry.broadcast,
                scope=entry.scope,
                flags=entry.flags,
                label=entry.label,
                protocol=entry.protocol,
                preferred_lifetime=preferred,
                valid_lifetime=valid,
            )


def _master(line: Line, told: str) -> str | None:
    """The link that a link is a port of, from what stands behind its MTU."""
    found = _MASTER.search(told)
    if found is not None and len(to_bytes(found[1])) > MAX_NAME:
        line.refuse(f"a master must have a name of 1 to {MAX_NAME} bytes", found[1])
    return found and found[1]


class _Entry:
    """inet|inet6 ADDRESS[ peer ADDRESS]/LENGTH [metric N] [brd B] [any A] scope S [FLAGS] [proto P] [LABEL]."""

    def __init__(self, line: Line, family: int, words: list[str]) -> None:
        words = _words(_LENGTH.sub(r"\1 ", " ".join(words)))
        self.line = line
        self.family = family
        self.peer: bytes | None = None
        self.broadcast: bytes | None = None
        self.protocol: int | None = None
        self.label: str | None = None
        self.lifetimes: tuple[int | None, int | None] | None = None  # valid, preferred
        said = self._said(words[self._read_addresses(words) :])
        if "scope" not in said:
            line.refuse("an address must have a scope")
        self.scope = scope(said["scope"], _refuser(line, said["scope"]))
        if "brd" in said:
            self.broadcast = line.packed(family, said["brd"])
        if "proto" in said:
            self.protocol = protocol(said["proto"])

    def _read_addresses(self, words: list[str]) -> int:
        """The address, its peer and its length; how many words they are comes back."""
        has_peer = words[1:2] == ["peer"]
        last = words[2:3] if has_peer else words[:1]
        text, slash, length = last[0].partition("/") if last else ("", "", "")
        if not slash:
            self.line.refuse("must be ADDRESS/LENGTH or ADDRESS peer ADDRESS/LENGTH after inet and inet6")
        self.prefixlen = self.line.prefixlen(self.family, length)
        self.packed = self.line.packed(self.family, words[0] if has_peer else text)
        if has_peer:
            self.peer = self.line.packed(self.family, text)
        return 3 if has_peer else 1

    def _said(self, words: list[str]) -> dict[str, str]:
        """The words that have a value. Flags are kept, and what is left at the end is the label."""
        self.flags = PERMANENT
        said: dict[str, str] = {}
        place = 0
        while place < len(words):
            word = words[place]
            following = words[place + 1] if place + 1 < len(words) else ""
            place += 1
            if word in ("metric", "brd", "any", "scope", "flags", "proto"):
                if word in said or not following:
                    self.line.refuse("a word with a value must come once", word)
                said[word] = following
                place += 1
            elif word == "dynamic":
                self.flags &= ~PERMANENT
            elif word in FLAG_WORDS[self.family]:
                self.flags |= FLAG_WORDS[self.family][word]
            else:
                place -= 1
                break
        if "flags" in said:  # those that this ip has no word for
            self.flags |= hexadecimal(said["flags"], _refuser(self.line, said["flags"]), "must be flags in hexadecimal")
        self._read_label(words[place:])
        return said

    def _read_label(self, words: list[str]) -> None:
        if self.family == AF_INET6:
            if words:
                self.line.refuse("an IPv6 address must have known words behind it", words[0])
        elif len(words) != 1:
            self.line.refuse(
                "an IPv4 address must have one label at the end; one with blanks, or that is a flag's word, "
                "is ambiguous here: use ip -j addr",
                " ".join(words),
            )
        elif len(to_bytes(words[0])) > MAX_NAME:
            self.line.refuse(f"a label must have 1 to {MAX_NAME} bytes", words[0])
        else:
            self.label = words[0]

    def refuse_if_cut(self, name: str) -> None:
        """Refuse a line that the end of the text may have cut; with its interface's name as label it is whole."""
        if self.line.is_cut and self.label != name:
            self.line.refuse(f"{MAY_BE_CUT_OFF}; end the text with a newline")


def _lifetimes(line: Line, words: list[str]) -> tuple[int | None, int | None]:
    """Valid and preferred lifetime of ``valid_lft N preferred_lft N``."""
    if len(words) != 4 or words[2] != "preferred_lft":
        line.refuse("must be valid_lft N preferred_lft N")
    return _seconds(line, words[1]), _seconds(line, words[3])


def _seconds(line: Line, text: str) -> int | None:
    if text == "forever":
        return None
    found = _LIFETIME.fullmatch(text)
    if found is None or not -(1 << 31) <= int(found[1]) <= HIGHEST_U32:
        line.refuse("a lifetime must be forever or a number of seconds like 60sec", text)
    return lifetime(int(found[1]))


def _refuser(line: Line, value: str) -> Refuse:
    """What refuses a word of a line."""

    def refuse(rule: str) -> NoReturn:
        line.refuse(rule, value)

    return refuse
