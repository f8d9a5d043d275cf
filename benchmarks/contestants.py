"""The contestants: every way to read a process's host, ours and the peers', and to compute with its addresses."""

from __future__ import annotations

import ctypes
import json
import pathlib
import random
import subprocess
import sys
from ipaddress import ip_interface, ip_network
from socket import AF_INET, inet_ntop
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable
    from ipaddress import IPv4Network, IPv6Network

    from ifdiscover import Address, Host
    from ifdiscover._backends.netlink.runs import Run

NOTHING = "python -c pass"
BARE = "ifdiscover"
LIBRARY = "import ifdiscover; discover()"
MYNETWORKS = "ifdiscover mynetworks --style subnet"
ZIPAPP = "ifdiscover.pyz mynetworks --style subnet"
PSUTIL = "psutil.net_if_addrs()"
IFADDR = "ifaddr.get_adapters()"
NETIFACES = "netifaces-plus, each interface"
PYROUTE2 = "pyroute2 get_addr()"
IP_JSON = "ip -j addr, parsed"
IP_BRIEF = "ip -br addr"
POSTCONF = "postconf -d mynetworks"
CHECK = "ifdiscover check"
POSTCONF_SET = "postconf -n"
C = "C getifaddrs()"
RAW = "rtnetlink, undecoded"

GETIFADDRS_DECODING = "getifaddrs, decoding"
RTNETLINK_DECODING = "rtnetlink and netlink, decoding"

FROM_HOST = "mynetworks of a Host"
BY_IPADDRESS = "the same with ipaddress, of texts"
BY_PACKED = "the same with ipaddress, of packed"

FIND = "the interval of an address"
PYTRICIA = "pytricia, packed"
DECIDE = "MatchList.decide() of a text"
PYTRICIA_TEXT = "pytricia, text"
PATTERNS = 100_000


class Programs(NamedTuple):
    """The paths of the programs that were built before the measuring."""

    getifaddrs: str
    peak: str
    zipapp: str


def processes(programs: Programs) -> dict[str, list[str]]:
    """Command lines of whole processes, by name."""
    scripts = pathlib.Path(sys.executable).parent
    python = str(scripts / "python")

    def one_liner(code: str) -> list[str]:
        return [python, "-c", code]

    return {
        NOTHING: one_liner("pass"),
        LIBRARY: one_liner("import ifdiscover; ifdiscover.discover()"),
        BARE: [str(scripts / "ifdiscover")],
        MYNETWORKS: [str(scripts / "ifdiscover"), "mynetworks", "--style", "subnet"],
        ZIPAPP: [python, programs.zipapp, "mynetworks", "--style", "subnet"],
        C: [programs.getifaddrs],
        IP_BRIEF: ["ip", "-br", "addr"],
        POSTCONF: ["postconf", "-d", "mynetworks"],
        PSUTIL: one_liner("import psutil; psutil.net_if_addrs()"),
        IFADDR: one_liner("import ifaddr; list(ifaddr.get_adapters())"),
        NETIFACES: one_liner("import netifaces as n; [n.ifaddresses(i) for i in n.interfaces()]"),
        IP_JSON: one_liner(
            "import json, subprocess as s; json.loads(s.run(['ip', '-j', 'addr'], stdout=s.PIPE, check=True).stdout)"
        ),
        PYROUTE2: one_liner("import pyroute2; r = pyroute2.IPRoute(); list(r.get_addr()); r.close()"),
    }


def of_main_cf(folder: str) -> dict[str, list[str]]:
    """Command lines of whole processes that read the main.cf of a folder, by name."""
    scripts = pathlib.Path(sys.executable).parent
    return {
        NOTHING: [str(scripts / "python"), "-c", "pass"],
        CHECK: [str(scripts / "ifdiscover"), "check", "-c", folder],
        POSTCONF_SET: ["postconf", "-n", "-c", folder],
    }


def calls() -> dict[str, Callable[[], object]]:
    """Calls in this process, without their imports."""
    import ifaddr  # pyright: ignore[reportMissingImports]  # make bench installs it
    import netifaces
    import psutil
    from pyroute2 import IPRoute

    from ifdiscover import discover
    from ifdiscover.discovery import BUILT_IN

    libc = ctypes.CDLL(None)

    def c_getifaddrs() -> None:
        head = ctypes.c_void_p()
        libc.getifaddrs(ctypes.byref(head))
        libc.freeifaddrs(head)

    def get_addr() -> None:
        with IPRoute() as route:
            list(route.get_addr())

    def ip() -> None:
        json.loads(subprocess.run(["ip", "-j", "addr"], stdout=subprocess.PIPE, check=True).stdout)

    found: dict[str, Callable[[], object]] = {PSUTIL: psutil.net_if_addrs}
    for name, module in BUILT_IN.items():
        # replay is never available, siocglif on Solaris only
        if __import__(module, fromlist=["unavailable"]).unavailable() is None:
            found[name] = lambda name=name: discover(name)  # type: ignore[misc]  # bound now, not later
    found[RAW] = dumps
    found[C] = c_getifaddrs
    found[IP_JSON] = ip
    found[IFADDR] = lambda: list(ifaddr.get_adapters())
    found[NETIFACES] = lambda: [netifaces.ifaddresses(n) for n in netifaces.interfaces()]
    found[PYROUTE2] = get_addr
    return found


def dumps() -> list[tuple[int, list[bytes]]]:
    """The kernel's answers to RTM_GETLINK and RTM_GETADDR, each with the kind of its messages."""
    from ifdiscover._backends.netlink import messages, rtnetlink

    done = messages.NLMSG_DONE.to_bytes(2, sys.byteorder)
    answers = []
    channel = rtnetlink.Socket()
    for request, kind in ((messages.RTM_GETLINK, messages.RTM_NEWLINK), (messages.RTM_GETADDR, messages.RTM_NEWADDR)):
        channel.send(messages.request(request, kind))
        datagrams = [channel.receive()[0]]
        while datagrams[-1][-16:-14] != done:  # the type of the last message, which has 20 bytes
            datagrams.append(channel.receive()[0])
        answers.append((kind, datagrams))
    channel.close()
    return answers


def decodings() -> dict[str, Callable[[], object]]:
    """Only our own part of reading the host: the decoding of one answer of the C library and of the kernel.

    The promise of linear growth is for this part. The parts of the kernel and the C library are not linear.
    """
    from ifdiscover._backends.libc import getifaddrs
    from ifdiscover._backends.libc.layouts import ROWS
    from ifdiscover._backends.libc.memory import ProcessMemory
    from ifdiscover._backends.netlink import messages
    from ifdiscover._backends.platforms import here
    from ifdiscover._collecting import CollectingPaused

    layout = ROWS.get(here())
    head = ctypes.c_void_p()
    if layout is None or ctypes.CDLL(None).getifaddrs(ctypes.byref(head)):
        raise AssertionError("getifaddrs fails here")
    start = head.value or 0
    answers = dumps()

    def of_getifaddrs() -> int:
        with CollectingPaused():
            return len(getifaddrs.decode(ProcessMemory(start), start, layout)[1])

    def of_rtnetlink() -> int:
        with CollectingPaused():
            links: list[Run] = []
            addresses: list[Run] = []
            for runs, (kind, datagrams) in zip((links, addresses), answers):
                for datagram in datagrams:
                    messages.collect(datagram, kind, kind, runs)
            return len(messages.decode(links, addresses).addresses)

    ways: dict[str, Callable[[], object]] = {GETIFADDRS_DECODING: of_getifaddrs, RTNETLINK_DECODING: of_rtnetlink}
    if len({way() for way in ways.values()}) != 1:
        raise AssertionError("they do not find as many addresses")
    return ways


def of_host() -> dict[str, Callable[[], object]]:
    """Compute mynetworks for a host that is already read: with ifdiscover, and with the standard library."""
    from ifdiscover import discover, mynetworks

    host = discover()
    ways: dict[str, Callable[[], object]] = {
        FROM_HOST: lambda: str(mynetworks(host, style="subnet")),
        BY_IPADDRESS: lambda: with_ipaddress(host, lambda a: ip_interface(f"{a}/{a.prefixlen}").network),
        BY_PACKED: lambda: with_ipaddress(host, lambda a: ip_network((a.packed, a.prefixlen or 0), strict=False)),
    }
    if len({way() for way in ways.values()}) != 1:
        raise AssertionError("they do not make the same")
    return ways


def with_ipaddress(host: Host, network_of: Callable[[Address], IPv4Network | IPv6Network]) -> str:
    """Compute style subnet with the standard library; this is right on hosts without special cases only."""
    ordered = sorted(host.addresses, key=lambda address: address.family)
    networks = dict.fromkeys(network_of(address) for address in ordered if address.interface.is_up)
    return " ".join(str(n) if n.version == 4 else f"[{n.network_address.compressed}]/{n.prefixlen}" for n in networks)


def lookups() -> dict[str, Callable[[], object]]:
    """Look up as many clients as there are patterns: once only search, with packed addresses; once decide, with texts.

    pytricia returns the longest match and no reason. A match list needs the first match and its element, and also
    compares names, texts and tables: ``DECIDE`` does all that.
    """
    import pytricia  # pyright: ignore[reportMissingImports]  # make bench installs it

    from ifdiscover import MatchList
    from ifdiscover._postfix.lists.intervals import Intervals

    chance = random.Random(8)
    networks = []
    tree = pytricia.PyTricia(32)
    for place in range(PATTERNS):
        length = chance.randint(16, 32)
        packed = (chance.getrandbits(length) << 32 - length).to_bytes(4, "big")
        networks.append((packed, length, place))
        tree.insert(f"{inet_ntop(AF_INET, packed)}/{length}", place)
    find = Intervals(networks, 32).find
    decide = MatchList(" ".join(f"{inet_ntop(AF_INET, packed)}/{n}" for packed, n, _place in networks)).decide
    clients = [chance.getrandbits(32).to_bytes(4, "big") for _ in range(PATTERNS)]
    texts = [inet_ntop(AF_INET, client) for client in clients]

    def each(look: Callable[[Any], object], of: list[bytes] | list[str]) -> Callable[[], object]:
        def run() -> None:
            for client in of:
                look(client)

        return run

    return {
        FIND: each(find, clients),
        PYTRICIA: each(tree.get, clients),
        DECIDE: each(decide, texts),
        PYTRICIA_TEXT: each(tree.get, texts),
    }
