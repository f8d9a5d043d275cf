"""Calls in this process, without their imports: ours and the peers', on the host of this network namespace."""

from __future__ import annotations

import ctypes
import json
import pathlib
import subprocess
from ipaddress import ip_interface, ip_network
from socket import AF_NETLINK, SOCK_CLOEXEC, SOCK_RAW, socket
from typing import TYPE_CHECKING

import contestants as who

if TYPE_CHECKING:
    from collections.abc import Callable
    from ipaddress import IPv4Network, IPv6Network

    from ifdiscover import Address, Host
    from ifdiscover._backends.netlink.runs import Run

    Calls = dict[str, Callable[[], object]]

KERNEL_ONLY = "the kernel's dump, undecoded"

GETIFADDRS_DECODING = "getifaddrs, decoding"
RTNETLINK_DECODING = "rtnetlink and netlink, decoding"

FROM_HOST = "mynetworks of a Host"
BY_IPADDRESS = "the same with ipaddress, of texts"
BY_PACKED = "the same with ipaddress, of packed"

REPLAY = "replay() of a snapshot"
LOADS = "json.load() of the same file"


def of_kernel() -> Calls:
    """Ask the host for its addresses."""
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

    found: Calls = {who.PSUTIL: psutil.net_if_addrs}
    for name, module in BUILT_IN.items():
        # replay is never available, siocglif on Solaris only
        if __import__(module, fromlist=["unavailable"]).unavailable() is None:
            found[name] = lambda name=name: discover(name)  # type: ignore[misc]  # bound now, not later
    found[KERNEL_ONLY] = dumps
    found[who.C] = c_getifaddrs
    found[who.IP_JSON] = ip
    found[who.IFADDR] = lambda: list(ifaddr.get_adapters())
    found[who.NETIFACES] = lambda: [netifaces.ifaddresses(n) for n in netifaces.interfaces()]
    found[who.PYROUTE2] = get_addr
    return found


def dumps() -> list[tuple[int, list[bytes]]]:
    """The kernel's answers to RTM_GETLINK and RTM_GETADDR, each with the kind of its messages.

    This is all that a reading by netlink cannot do without: our own two requests, and their answers received.
    """
    from ifdiscover._backends.netlink import messages

    done = messages.HEADER.pack(messages.HEADER.size + 4, messages.NLMSG_DONE, 0, 0, 0)[:6]  # its length and type
    answers = []
    with socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, 0) as channel:
        channel.setsockopt(270, 12, 1)  # SOL_NETLINK, NETLINK_GET_STRICT_CHK
        for request, kind in (
            (messages.RTM_GETLINK, messages.RTM_NEWLINK),
            (messages.RTM_GETADDR, messages.RTM_NEWADDR),
        ):
            channel.sendto(messages.request(request, kind), (0, 0))
            datagrams = [channel.recv(1 << 16)]
            while datagrams[-1][-20:-14] != done:
                datagrams.append(channel.recv(1 << 16))
            answers.append((kind, datagrams))
    return answers


def of_decoding() -> Calls:
    """Only our own part of reading the host: the decoding of one answer of the C library and of the kernel."""
    from ifdiscover._backends.libc import getifaddrs
    from ifdiscover._backends.libc.layouts import ROWS
    from ifdiscover._backends.libc.memory import ProcessMemory
    from ifdiscover._backends.netlink import messages
    from ifdiscover._backends.platforms import here
    from ifdiscover._record import CollectingPaused

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

    ways: Calls = {GETIFADDRS_DECODING: of_getifaddrs, RTNETLINK_DECODING: of_rtnetlink}
    if len({way() for way in ways.values()}) != 1:
        raise AssertionError("they do not find as many addresses")
    return ways


def of_host() -> Calls:
    """Compute mynetworks for a host that is already read: with ifdiscover, and with the standard library."""
    from ifdiscover import discover, mynetworks

    host = discover()
    ways: Calls = {
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


def of_snapshot(folder: str) -> Calls:
    """Read a snapshot of this host from a file below ``folder``; and parse its JSON only, without a check."""
    from ifdiscover import discover, replay, snapshot

    host = discover()
    file = pathlib.Path(folder, "snapshot.json")
    file.write_text(snapshot(host), encoding="utf-8")
    if replay(file).addresses != host.addresses:
        raise AssertionError("it is not read as it was written")

    def loads() -> None:
        with file.open("rb") as stream:
            json.load(stream)

    return {REPLAY: lambda: replay(file), LOADS: loads}
