"""Hosts that tests write as ip(8) prints them, plainly and as JSON."""

from __future__ import annotations

import json
import socket
from typing import NamedTuple

from hypothesis import strategies as st
from support.made import NAMES, maybe

from ifdiscover._names import to_bytes
from ifdiscover._packed import netmask_of
from ifdiscover.model import ADDRESS_FLAGS, BITS, KERNEL, SCOPES, Address, Host, Interface

V4, V6 = socket.AF_INET, socket.AF_INET6
PERMANENT = 0x80
LOOPBACK = (
    b"1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue state UNKNOWN\n"
    b"    link/loopback 00:00:00:00:00:00 brd 00:00:00:00:00:00\n"
    b"    inet 127.0.0.1/8 scope host lo\n       valid_lft forever preferred_lft forever\n"
)
HEAD = b"2: eth0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc mq state UP group default qlen 1000\n"
ETHER = b"    link/ether 02:00:5e:10:00:01 brd ff:ff:ff:ff:ff:ff\n"
FOREVER = b"       valid_lft forever preferred_lft forever\n"
INET = b"    inet 192.0.2.10/24 brd 192.0.2.255 scope global eth0\n" + FOREVER
INET6 = b"    inet6 2001:db8::10/64 scope global \n" + FOREVER


class Written(NamedTuple):
    """A host that tests write as ``ip addr`` does, and what is to be read of it."""

    lines: list[bytes]
    host: Host


WORDS = {"dynamic", "secondary", "temporary", "metric", "brd", "any", "scope", "flags", "proto"} | set(
    ADDRESS_FLAGS[V4].values()
)
WORD: st.SearchStrategy[str] = NAMES.filter(lambda name: not set(name) & set(" \t\r\n@:") and name not in WORDS)
FLAGS = {"UP": 1, "BROADCAST": 2, "LOOPBACK": 8, "POINTOPOINT": 0x10, "MULTICAST": 0x1000, "LOWER_UP": 0x10000}
DETAILS = [
    "    altname enp0s31f6",
    "    veth numtxqueues 2 numrxqueues 2",
    "    bridge_slave state forwarding priority 32 cost 2",
    "    vxlan id 5 remote 192.0.2.9 srcport 0 0 dstport 4789",
    "    vf 0     link/ether 02:00:5e:10:00:09 brd ff:ff:ff:ff:ff:ff, spoof checking on",
    "      ingress-qos-map { 1:2 }",
    "    RX:  bytes packets errors dropped  missed   mcast           ",
    "        1.2M    16.0k      0       0       0       0 ",
    "    TX errors: aborted   fifo  window heartbt transns",
    "    alias inet 192.0.2.1/8 scope global x",
]
U32 = st.integers(0, 2**32 - 1)


@st.composite
def addresses(draw: st.DrawFn, family: int, interface: Interface, *, is_timed: bool) -> tuple[Address, list[bytes]]:
    """An address and the lines that ip prints of it."""
    size = BITS[family] // 8
    packed = st.binary(min_size=size, max_size=size)
    own, peer = draw(packed), draw(maybe(packed))
    if peer == own:
        peer = None
    length = draw(st.integers(0, BITS[family]))
    scope = draw(st.sampled_from(SCOPES))
    broadcast = draw(maybe(packed)) if family == V4 else None
    suffix = draw(st.one_of(st.just(""), WORD.map(":{}".format))) if family == V4 else ""
    flags = draw(st.sampled_from([0, PERMANENT])) | draw(st.sampled_from([0, 1, 0x40, 0x20, 0x202, 0x40001000]))
    protocol = draw(maybe(st.integers(0, 255)))
    valid, preferred = draw(st.tuples(maybe(U32), maybe(U32))) if is_timed else (None, None)
    said = ["inet" if family == V4 else "inet6", socket.inet_ntop(family, own)]
    said += ["peer", f"{socket.inet_ntop(family, peer)}/{length}"] if peer else []
    if peer is None:
        said[-1] += f"/{length}"
    said += ["metric", "7"] if draw(st.booleans()) else []
    said += ["brd", socket.inet_ntop(V4, broadcast)] if broadcast else []
    said += ["scope", draw(st.sampled_from([scope, str(SCOPES.index(scope))]))]
    words = {**ADDRESS_FLAGS[family], PERMANENT: ""}
    said += [word for bit, word in words.items() if word and flags & bit]
    said += [] if flags & PERMANENT else ["dynamic"]
    rest = flags & ~sum(words)
    said += ["flags", f"{rest:02x}"] if rest else []
    said += ["proto", draw(st.sampled_from([f"{protocol:#x}", str(protocol)]))] if protocol is not None else []
    said.append(interface.name + suffix if family == V4 else "")
    lines = [f"    {' '.join(said)}"]
    if is_timed:
        shown = [draw(st.just("forever")) if time in (None, 2**32 - 1) else f"{time}sec" for time in (valid, preferred)]
        lines.append(f"       valid_lft {shown[0]} preferred_lft {shown[1]}")
    made = Address(
        interface,
        family,
        own,
        length,
        netmask_of(length, family),
        KERNEL,
        interface.index or 0 if family == V6 and scope == "link" else 0,
        broadcast,
        peer,
        interface.name + suffix if suffix else None,
        scope,
        flags,
        protocol,
        None if preferred == 2**32 - 1 else preferred,
        None if valid == 2**32 - 1 else valid,
    )
    return made, [to_bytes(line) for line in lines]


@st.composite
def written(draw: st.DrawFn, *, is_timed: bool | None = None) -> Written:
    """Lo and some more links, with addresses and with what -d and -s print."""
    timed = {V4: draw(st.booleans()) if is_timed is None else is_timed, V6: True}
    names = ["lo", *draw(st.lists(WORD.filter(lambda name: name != "lo"), max_size=4, unique=True))]
    lines: list[bytes] = []
    interfaces: list[Interface] = []
    found: dict[int, list[Address]] = {V4: [], V6: []}
    for index, name in enumerate(names, 1):
        words = (
            ["LOOPBACK"] if name == "lo" else draw(st.lists(st.sampled_from(["BROADCAST", "MULTICAST"]), unique=True))
        )
        words += draw(st.sampled_from([[], ["UP"], ["UP", "LOWER_UP"], ["NO-CARRIER", "UP"]]))
        running = 0x40 if "UP" in words and "NO-CARRIER" not in words else 0
        raw = draw(maybe(st.binary(min_size=6, max_size=8)))
        interface = Interface(name, index, sum(FLAGS.get(word, 0) for word in words) | running, draw(U32), raw)
        interfaces.append(interface)
        below = draw(st.sampled_from(["", "@if7", "@NONE", "@lo"]))
        lines.append(to_bytes(f"{index}: {name}{below}: <{','.join(words)}> mtu {interface.mtu} qdisc mq state UP"))
        lines.append(f"    link/ether {raw.hex(':')} brd {raw.hex(':')}".encode() if raw else b"    link/none ")
        lines += [line.encode() for line in draw(st.lists(st.sampled_from(DETAILS), max_size=2))]
        for family in (V4, V6):
            for _ in range(draw(st.integers(0, 3))):
                made, of_address = draw(addresses(family, interface, is_timed=timed[family]))
                if not any(
                    (a.interface, a.packed, a.prefixlen) == (interface, made.packed, made.prefixlen)
                    for a in found[family]
                ):
                    found[family].append(made)
                    lines += of_address
    return Written(lines, Host(tuple(interfaces), (*found[V4], *found[V6]), "ip"))


def as_json(host: Host) -> bytes:
    """The host as ip -j prints it."""
    words = {bit: word for word, bit in FLAGS.items()}
    links = []
    for interface in host.interfaces:
        flags = interface.flags or 0
        shown = [words[bit] for bit in words if flags & bit] + (["NO-CARRIER"] if flags & 0x41 == 1 else [])
        infos = []
        for a in host.addresses_of(interface):
            known = {**ADDRESS_FLAGS[a.family], PERMANENT: ""}
            rest = (a.flags or 0) & ~sum(known)
            info = {
                "family": "inet" if a.family == V4 else "inet6",
                "local": str(a),
                "address": None if a.peer is None else str(a.peer),
                "prefixlen": a.prefixlen,
                "broadcast": None if a.broadcast is None else str(a.broadcast),
                "scope": a.scope,
                "dynamic": None if (a.flags or 0) & PERMANENT else True,
                **{word: True for bit, word in known.items() if word and (a.flags or 0) & bit},
                "ifa_flags": f"{rest:02x}" if rest else None,
                "protocol": None if a.protocol is None else hex(a.protocol),
                "label": (a.label or interface.name) if a.family == V4 else None,
                "valid_life_time": 2**32 - 1 if a.valid_lifetime is None else a.valid_lifetime,
                "preferred_life_time": 2**32 - 1 if a.preferred_lifetime is None else a.preferred_lifetime,
            }
            infos.append({key: value for key, value in info.items() if value is not None})
        raw = interface.hardware_address
        links.append(
            {
                "ifindex": interface.index,
                "ifname": interface.name,
                "flags": shown,
                "mtu": interface.mtu,
                "qdisc": "noqueue",
                "link_type": "ether" if raw else "none",
                **({"address": raw.hex(":")} if raw else {}),
                "addr_info": infos,
            }
        )
    return to_bytes(json.dumps(links, ensure_ascii=False))
