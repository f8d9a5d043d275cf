"""Decode what ``ifconfig -a`` of net-tools before 2.0, or of BusyBox, printed on Linux: ``NAME  Link encap:TYPE``."""

from __future__ import annotations

import re
from _socket import AF_INET, AF_INET6

from ifdiscover._backends.recorded.fields import HIGHEST_U32
from ifdiscover._backends.recorded.ifconfig.others import ENGLISH
from ifdiscover._backends.recorded.ifconfig.text import Entry, Form, Stanza, hardware_address, host_of
from ifdiscover._backends.recorded.lines import MAY_BE_CUT_OFF, Line
from ifdiscover._backends.recorded.linux import IFF_RUNNING, INTERFACE_FLAGS
from ifdiscover._packed import netmask_of

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from collections.abc import Sequence

    from ifdiscover.model import Host

_MARK = "Link encap:"
# Any title of a link type, such as "(hwtype unknown)" and "16/4 Mbps Token Ring"; then what only some have.
_HEAD = re.compile(
    r"[^\s:][^\t:]*?(?:  HWaddr ([0-9A-Fa-f:-]+))?(?:  Media:\S+)?(?:  Driver \S+)?",
    re.ASCII,
)
_FLAGS = {**INTERFACE_FLAGS, "RUNNING": IFF_RUNNING}
_NO_FLAGS = ("[NO", "FLAGS]")
_SCOPES = {"Global": "global", "Link": "link", "Host": "host", "Site": "site", "Compat": "global"}
MAX_NAME = 9  # bytes of a name, by net-tools

FORM = Form(
    "Linux",
    ("hardware addresses", "odd labels", "broadcast peer", "secondary addresses"),
    labels=True,
    repeats=True,
    by_family=True,
    system="Linux",
)
# That of GNU inetutils prints the form of net-tools, but for the parentheses behind these counts, and no IPv6 address.
INETUTILS = Form(
    FORM.name, (*FORM.blind_to, "ipv6 addresses"), labels=True, repeats=True, by_family=True, system="Linux"
)
_INETUTILS = re.compile(r" +RX bytes:[0-9]+  TX bytes:[0-9]+", re.ASCII)
NO_IPV6 = "ifconfig of GNU inetutils shows no IPv6 address; ip -j addr shows all"
ALIASES_MISSING = (
    "ifconfig on Linux shows one IPv4 address of an interface and one of each label; others are not in this "
    "recording, and are not trusted; ip -j addr shows all"
)


def recognises(text: str) -> bool:
    """Whether a line names an interface in this form."""
    return _parts(text) is not None


def _parts(text: str) -> tuple[str, re.Match[str]] | None:
    name, mark, rest = text.rpartition(_MARK)
    found = _HEAD.fullmatch(rest.rstrip()) if mark and name[-1:] == " " and name[:1] not in (" ", "\t") else None
    return None if found is None else (name.rstrip(" "), found)


def decode(lines: Sequence[Line], said: Sequence[str] = ()) -> Host:
    """The host that these lines tell of.

    Args:
        lines: the first one names an interface.
        said: warnings that come before others.

    Raises:
        RecordingError: a line that ifconfig does not print.
    """
    stanzas: list[Stanza] = []
    for line in lines:
        if not line.is_indented:
            parts = _parts(line.text)
            if parts is None:
                line.refuse(
                    f"a line that is not indented must be NAME {_MARK}TYPE ..., as the first one is", remedy=ENGLISH
                )
            name, found = parts
            stanza = Stanza(line, name)
            if found[1] and found[0].startswith("Ethernet"):
                stanza.hardware_address = hardware_address(found[1])
            stanzas.append(stanza)
        else:
            _read(line, stanzas[-1])
    is_inetutils = any(_INETUTILS.fullmatch(line.text) for line in lines)
    warnings = [*said, ALIASES_MISSING, *([NO_IPV6] if is_inetutils else ())]
    names: dict[str, int] = {}
    for stanza in stanzas:
        names[stanza.name] = names.get(stanza.name, 0) + 1
    warnings += [
        f"{name}: {count} interfaces or labels are called so, since ifconfig cut their names to {MAX_NAME} bytes"
        for name, count in names.items()
        if count > 1
    ]
    return host_of(stanzas, INETUTILS if is_inetutils else FORM, warnings)


def _read(line: Line, stanza: Stanza) -> None:
    words = line.text.split()
    if words[:1] == ["inet"]:
        stanza.entries.append(_ipv4(line, words[1:]))
    elif words[:1] == ["inet6"]:
        stanza.entries.append(_ipv6(line, words[1:]))
    elif any(word.startswith("Metric:") for word in words[1:]):  # on SLIP, Outfill and Keepalive follow
        _flags(line, words, stanza)
    elif line.may_hide_address or _MARK in line.text:
        line.refuse(
            "a line of an address must begin with inet addr: or inet6 addr:, and that of an interface with its name",
            remedy=ENGLISH,
        )


def _flags(line: Line, words: Sequence[str], stanza: Stanza) -> None:
    """The words of ``UP BROADCAST RUNNING MULTICAST  MTU:1500  Metric:1``; unknown ones are refused."""
    if stanza.flags is not None:
        line.refuse("flags must be told once for an interface")
    unknown = [word for word in words if ":" not in word and word not in _FLAGS and word not in _NO_FLAGS]
    if unknown:
        line.refuse("flags must be words that ifconfig prints", unknown[0], ENGLISH)
    stanza.flags = sum({_FLAGS.get(word, 0) for word in words})
    mtu = next((word[4:] for word in words if word.startswith("MTU:")), None)
    stanza.mtu = None if mtu is None else line.whole(mtu, "MTU", 0, HIGHEST_U32)


def _ipv4(line: Line, words: Sequence[str]) -> Entry:
    said: dict[str, str] = {}
    for word in words:
        key, colon, value = word.partition(":")
        if not colon or key not in ("addr", "P-t-P", "Bcast", "Mask") or key in said:
            line.refuse("inet must be followed by addr:, P-t-P:, Bcast: and Mask:, each once", word, ENGLISH)
        said[key] = value
    if "addr" not in said:
        line.refuse("inet must be followed by addr:", remedy=ENGLISH)
    if line.is_cut and "Mask" not in said:
        line.refuse(f"{MAY_BE_CUT_OFF}; end the text with a newline", words[-1])
    if "Mask" not in said:
        line.refuse("inet must have a Mask:", remedy=ENGLISH)
    packed = line.packed(AF_INET, said["addr"])
    peer, broadcast = (line.packed(AF_INET, said[key]) if key in said else None for key in ("P-t-P", "Bcast"))
    return Entry(AF_INET, packed, line.netmask(said["Mask"]), broadcast=broadcast, peer=peer)


def _ipv6(line: Line, words: Sequence[str]) -> Entry:
    """What follows ``inet6``: ``addr: fe80::1/64 Scope:Link``, or of toybox ``Scope: Link``."""
    said = "".join(words[2:])
    is_scope = not said or said.startswith("Scope:")
    if len(words) not in (2, 3, 4) or words[0] != "addr:" or "/" not in words[1] or not is_scope:
        line.refuse("inet6 must be followed by addr: ADDRESS/LENGTH Scope:WORD", remedy=ENGLISH)
    address, _, length = words[1].rpartition("/")
    scope = _SCOPES.get(said.partition(":")[2])
    # The zone that BusyBox prints is a number that it never set.
    packed = line.packed(AF_INET6, address.partition("%")[0])
    return Entry(AF_INET6, packed, netmask_of(line.prefixlen(AF_INET6, length), AF_INET6), scope=scope)
