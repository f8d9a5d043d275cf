"""Work grows with the number of addresses and no faster, counted in calls, which no clock disturbs."""

from __future__ import annotations

import json
from functools import partial
from socket import AF_INET, inet_ntop
from typing import TYPE_CHECKING, Any

import pytest
from support.counting import calls
from support.kernels.linux_ioctl import UP, MadeKernel, eth0
from support.kernels.netlink import Kernel, done, ipv4, link
from support.made import address, host
from support.memory.arena import Arena
from support.program import besides_main_cf, in_process

from ifdiscover import check, mynetworks, snapshot
from ifdiscover._backends.ioctl import procnet
from ifdiscover._backends.libc import getifaddrs
from ifdiscover._backends.libc.layouts import LINUX_64
from ifdiscover._backends.netlink.dump import read_whole
from ifdiscover._backends.recorded.replay import decode
from ifdiscover._differences.backends import compare
from ifdiscover._differences.differences import differences
from ifdiscover._postfix.check.elements.known import Known
from ifdiscover._postfix.check.elements.match_list import check_list
from ifdiscover._postfix.check.mynetworks import risks_of_list
from ifdiscover._postfix.check.parameters import check_configuration
from ifdiscover._postfix.ipv6_absence import disabled_unknown
from ifdiscover._postfix.lists.match_list import MatchList
from ifdiscover._postfix.parameters.configuration import Configuration
from ifdiscover._render.findings import report_lines
from ifdiscover._render.table import long_addresses
from ifdiscover.model import IFF_UP, Interface

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def packed(number: int) -> bytes:
    """An address of its own for each number."""
    return (0x0A000000 + number).to_bytes(4, "big")


def many(count: int) -> Any:
    """A host of so many addresses."""
    ipv4 = [address(".".join(map(str, packed(n))), "255.255.255.0") for n in range(count // 2)]
    return host(*ipv4, *(address(f"2001:db8::{n:x}", "ffff:ffff::") for n in range(1, count // 2 + 1)))


def rtnetlink(count: int) -> Callable[[], object]:
    """Reading that many from a kernel of tests."""
    datagrams = [b"".join(ipv4(2, packed(n)) for n in range(start, start + 50)) for start in range(0, count, 50)]
    return lambda: read_whole(Kernel([[link(2, b"eth0") + done()]], [[*datagrams, done()]]))


def arena(count: int) -> Callable[[], object]:
    """Decoding a list of that many."""
    made = Arena(LINUX_64)
    mask = made.ipv4(bytes([255, 255, 255, 0]))
    for n in range(count):
        made.add(b"eth0", IFF_UP, made.ipv4(packed(n)), mask)

    class Direct(Arena):
        """The same memory, its objects found without a search."""

        def read(self, address: int, size: int) -> bytes:
            return made.segments[address][:size] if address in made.segments else made.read(address, size)

        def string(self, address: int, size: int) -> bytes:
            return made.segments[address].partition(b"\0")[0][:size]

    return lambda: getifaddrs.decode(Direct(LINUX_64), made.head, LINUX_64, byte_order="<")


def if_inet6(count: int) -> Callable[[], object]:
    """Decoding that many lines."""
    text = b"".join(b"%032x 02 40 00 80     eth0\n" % (1 + n) for n in range(count))
    return lambda: procnet.decode_if_inet6(text, {2: Interface("eth0", 2, IFF_UP)}.get)


def replay(count: int) -> Callable[[], object]:
    """Reading a snapshot of that many."""
    data = snapshot(many(count)).encode()
    return lambda: decode(data)


def ip_json(count: int) -> Callable[[], object]:
    """Reading that many addresses from the text of ip -j addr."""
    told = {"family": "inet", "prefixlen": 24, "scope": "global", "label": "eth0", "secondary": True}
    told |= {"valid_life_time": 2**32 - 1, "preferred_life_time": 2**32 - 1}
    addresses = [{**told, "local": inet_ntop(AF_INET, packed(n))} for n in range(count)]
    links = [{"ifindex": 2, "ifname": "eth0", "flags": ["UP"], "mtu": 1500, "addr_info": addresses}]
    data = json.dumps(links).encode()
    return lambda: decode(data)


def match_list(count: int) -> Callable[[], object]:
    """Reading a list of that many networks, and making its index."""
    text = " ".join(f"10.{n >> 8}.{n & 255}.0/24" for n in range(count))
    return lambda: MatchList(text).decide("192.0.2.1")


def checked_list(count: int) -> Callable[[], object]:
    """Checking a list of that many networks, every tenth of which is faulty, and telling people what was found."""
    text = " ".join(f"10.{n >> 8}.{n & 255}.{int(n % 10 == 0)}/24" for n in range(count))
    return lambda: list(report_lines(check(mynetworks=text), [], "docs/check.md"))


def check_of_networks(count: int) -> Callable[[], object]:
    """The check of a list of that many networks, excluded ones, mapped ones and addresses, on a host of as many."""
    text = " ".join(
        f"!10.{n >> 8}.{n & 255}.0/24 [::ffff:10.{n >> 8}.{n & 255}.0]/{120 - n % 8} 10.{n >> 8}.{n & 255}.0"
        for n in range(count // 3)
    )
    match_list, on = MatchList(f"10.0.0.0/9 {text}"), many(count)
    return lambda: check_list(match_list, Known(on))


def risks_of_networks(count: int) -> Callable[[], object]:
    """What is told of a list of that many networks, wide ones and excluded ones among them, on a host in as many."""
    text = " ".join(
        f"!{n % 200 + 20}.{n >> 8}.0.0/16 {n % 200 + 20}.{n & 254}.0.0/15 10.{n >> 8}.{n & 255}.0/24 [2{n:03x}::]/16"
        for n in range(count // 4)
    )
    match_list, on = MatchList(text), many(count)
    return lambda: list(risks_of_list(match_list, on))


def strangers_of_host(count: int) -> Callable[[], object]:
    """What is told of the computed networks of a host of that many, each in a network of its own."""
    on = host(*(address(f"2001:db8:{n:x}::1", "ffff:ffff:ffff:ffff::") for n in range(count)))
    configuration = Configuration(None, {"mynetworks_style": "subnet", "inet_protocols": "ipv6"}, "mail")
    return lambda: check_configuration(configuration, on, disabled_unknown)


def check_of_words(count: int) -> Callable[[], object]:
    """The check of a list of that many words with a fault."""
    words = ("!n{0}.example.com", "192.0.2.{0}]", "fd::{0}/8", "10.0.0.1-{0}", "eth{0}", "/{0}")
    match_list = MatchList("example.com " + " ".join(words[n % 6].format(n % 200) for n in range(count)))
    return lambda: check_list(match_list)


def ifconfig(count: int) -> Callable[[], object]:
    """Reading that many addresses from the text of ifconfig, each on an interface of its own."""
    head = "flags=8049<UP,LOOPBACK,RUNNING,MULTICAST> mtu 1500"
    text = "".join(f"n{n}: {head}\n\tinet {inet_ntop(AF_INET, packed(n))} netmask 0xffffff00\n" for n in range(count))
    return lambda: decode(text.encode())


def ip_addr(count: int) -> Callable[[], object]:
    """Reading that many addresses from the text of ip addr, each on an interface of its own, the whole indented."""
    text = "".join(
        f"    {n}: n{n}: <LOOPBACK,UP> mtu 1500\n        inet {inet_ntop(AF_INET, packed(n))}/24 scope global n{n}\n"
        for n in range(1, count + 1)
    )
    return lambda: decode(text.encode())


def of_host(use: Callable[[Any], object]) -> Callable[[int], Callable[[], object]]:
    """Doing something with a host of that many."""

    def make(count: int) -> Callable[[], object]:
        made = many(count)
        return lambda: use(made)

    return make


def compared(host: Any) -> object:
    """What two backends see of a host, side by side."""
    return compare([host, host._replace(blind_to=("ipv6 netmasks", "odd labels"))])


@pytest.mark.parametrize(
    "make",
    [
        rtnetlink,
        arena,
        if_inet6,
        replay,
        ip_json,
        ifconfig,
        ip_addr,
        of_host(snapshot),
        match_list,
        checked_list,
        check_of_networks,
        check_of_words,
        risks_of_networks,
        strangers_of_host,
        of_host(lambda host: str(mynetworks(host, style="subnet"))),
        of_host(lambda host: str(mynetworks(host, style="host"))),
        of_host(compared),
        of_host(lambda host: differences(host, host._replace(addresses=host.addresses[::2]))),
        of_host(lambda host: list(long_addresses(host.addresses))),
    ],
    ids=[
        "rtnetlink",
        "getifaddrs",
        "if_inet6",
        "replay",
        "ip -j addr",
        "ifconfig",
        "ip addr",
        "snapshot",
        "match list",
        "check of a list",
        "check of networks",
        "check of words",
        "risks of networks",
        "strangers of a host",
        "subnet",
        "host",
        "compare",
        "differences",
        "long",
    ],
)
def test_twice_the_addresses_are_twice_the_work(make: Callable[[int], Callable[[], object]]) -> None:
    """From 500 to 1000, and from 1000 to 2000, the calls added per address stay the same.

    The first call of all compiles patterns and imports modules, which is no work per address: it is not counted.
    """
    make(300)()  # enough that layouts of messages are learnt
    few, more, most = (calls(make(count)) for count in (500, 1000, 2000))
    assert (most - more) / (more - few) < 2.2


@pytest.mark.parametrize(
    ("make", "most"),
    [(replay, 16), (ip_json, 18), (of_host(snapshot), 15), (of_host(compared), 30)],
    ids=["replay", "ip -j addr", "snapshot", "compare"],
)
def test_an_address_among_many_takes_few_calls(make: Callable[[int], Callable[[], object]], most: int) -> None:
    """Of a recording each is checked at once, and what many have in common is judged and written once."""
    make(10)()
    few, more = (calls(make(count)) for count in (1000, 2000))
    assert (more - few) / 1000 < most


@pytest.mark.parametrize(
    "command",
    [
        "addresses",
        "addresses --all --format cidr",
        "addresses --format table",
        "addresses --json",
        "mynetworks --style all",
        "mynetworks --style subnet --json",
        "mynetworks --style subnet --format explain",
        "mynetworks -c {folder} --style all --format explain",
        "mynetworks --inet-interfaces loopback-only",
        "own",
        "local 192.0.2.1 [IPv6:::1] --json",
        "match --style subnet 192.0.2.1",
        "match --style host 127.0.0.1 --json",
        "check -c {folder}",
        "postconf -c {folder} mynetworks",
        "snapshot",
    ],
)
def test_a_command_for_twice_the_addresses_is_twice_the_work(command: str, tmp_path: Path) -> None:
    """From reading a recorded host to its output, whole."""
    (tmp_path / "main.cf").write_text("mynetworks_style = subnet\nmyhostname = mail.example.com\n")

    def work(count: int) -> int:
        file = tmp_path / f"{count}.json"
        made = many(count)
        loopback = address("127.0.0.1", "255.0.0.0"), address("::1", "f" * 4 + ":ffff" * 7)
        file.write_text(snapshot(made._replace(addresses=(*loopback, *made.addresses))))
        argv = [*command.format(folder=tmp_path).split(), "--from", str(file)]
        status, _out, err = in_process(*argv)  # what is imported and made once is not counted
        assert status in (0, 1)
        assert besides_main_cf(err) == ""
        return calls(lambda: in_process(*argv))

    few, more, most = map(work, (250, 500, 1000))
    assert (most - more) / (more - few) < 2.2


def test_a_client_is_decided_about_among_many_as_among_few() -> None:
    """A list of 20,000 networks takes no more calls for a client than one of 200."""
    few, more = (MatchList(" ".join(f"10.{n >> 8}.{n & 255}.0/24" for n in range(count))) for count in (200, 20000))
    for listed in (few, more):
        listed.decide("192.0.2.1")  # the index is made now
    for client in ("10.0.7.1", "192.0.2.1"):
        assert calls(partial(few.decide, client)) == calls(partial(more.decide, client))


def test_ioctl_asks_so_many_questions_for_each_address() -> None:
    """No more for one among many; how long the kernel looks for each answer is its own affair."""
    asked = []
    for count in (100, 200, 400):
        kernel = MadeKernel({b"eth0": UP}, *(eth0(".".join(map(str, packed(n)))) for n in range(1, count + 1)))
        assert len(kernel.host().addresses) == count
        asked.append(len(kernel.asked))
    assert (asked[2] - asked[1]) == 2 * (asked[1] - asked[0]) == 2 * 100 * 3
