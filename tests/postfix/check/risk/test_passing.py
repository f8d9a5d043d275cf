"""Computed networks that hang on what passes, or on what no netmask of the host says."""

from __future__ import annotations

import ipaddress
import time
from socket import AF_INET6

import pytest
from support.made import address, host
from support.namespaces import Namespace
from support.need import need
from support.postfix.checks import found_in
from support.postfix.live_smtpd import TRUSTED, Smtpd, why_no_smtpd

from ifdiscover.model import ADDRESS_FLAGS, ASSUMED, BSD_FLAGS, IFF_LOOPBACK, IFF_UP, Address, Interface, Recorded

FLAGS = {word: bit for bit, word in [*ADDRESS_FLAGS[AF_INET6].items(), *BSD_FLAGS.items()]}
NEW = "myhostname = mail.example.com\ncompatibility_level = 3.6\n"
CLASS = NEW + "mynetworks_style = class\n"
LO = Interface("lo", 1, IFF_UP | IFF_LOOPBACK)
TUN0 = Interface("tun0", 3, IFF_UP)
LOOPBACK = (
    address("127.0.0.1", "255.0.0.0")._replace(interface=LO),
    address("::1", "ffff:" * 7 + "ffff")._replace(interface=LO),
)


def at(text: str, *flags: str, on: Interface | None = None) -> Address:
    """An address with its prefix length and flags, on eth0 or another interface."""
    written = ipaddress.ip_interface(text)
    bits = sum(FLAGS[word] for word in flags)
    made = address(str(written.ip), str(written.netmask), flags=bits)
    return made if on is None else made._replace(interface=on)


STABLE = at("2001:db8::25/64", "permanent")


def kinds(text: str, *addresses: Address) -> list[tuple[str, str]]:
    """What is found on a host with loopback and these addresses, and how severe it is."""
    found = found_in(text, host(*LOOPBACK, *addresses, recorded=Recorded("mail")))
    return [(fault.kind, fault.severity) for fault in found]


@pytest.mark.parametrize("word", ["temporary", "deprecated", "tentative", "detached"])
def test_an_address_that_does_not_stay_is_info_in_style_host(word: str) -> None:
    """Whatever else it is; in style subnet its network is trusted anyway."""
    passing = at("2001:db8::d0c5/64", word, "mngtmpaddr")
    assert kinds(NEW, STABLE, passing) == [("passing-address", "info")]
    assert kinds(NEW + "mynetworks_style = host\n", STABLE, passing) == [("passing-address", "info")]
    assert kinds(NEW + "mynetworks = 127.0.0.0/8\n", STABLE, passing) == []
    subnet = kinds(NEW + "mynetworks_style = subnet\n", STABLE, passing)
    assert subnet == [("strangers", "low")]


def test_all_that_pass_are_one_finding() -> None:
    """With what each of them is."""
    on = host(*LOOPBACK, STABLE, *[at(f"2001:db8::{n}:1/64", "temporary", "deprecated") for n in range(1, 8)])
    (found,) = found_in(NEW, on)
    assert found.remark.startswith("2001:db8::1:1 is temporary and deprecated, 2001:db8::2:1 is ")
    assert found.remark.endswith(", and 2 more")
    assert len(found.place.sources) == 7


def test_an_address_that_another_host_has_is_medium() -> None:
    """Its failure counts, and not that it is tentative too; one that another interface has for good is this host's."""
    duplicate = at("2001:db8::99/64", "dadfailed", "tentative")
    (found,) = found_in(NEW, host(*LOOPBACK, STABLE, duplicate))
    assert (found.kind, found.severity, found.element) == ("duplicate-address", "medium", "[2001:db8::99]/128")
    assert str(found.place) == "2001:db8::99 on eth0"
    assert kinds(NEW, STABLE, duplicate, at("2001:db8::99/128", "permanent", on=TUN0)) == []
    assert kinds(NEW + "mynetworks = [2001:db8::]/120\n", STABLE) == [("strangers", "info")]


@pytest.mark.parametrize("words", [(), ("permanent",), ("nodad", "stable-privacy"), ("secondary",)])
def test_an_address_that_stays_is_quiet(words: tuple[str, ...]) -> None:
    """With flags or without; a secondary IPv4 address has the bit of a temporary IPv6 one."""
    if words == ("secondary",):
        assert kinds(NEW, STABLE, address("192.0.2.25", "255.255.255.0", flags=0x01)) == []
    else:
        assert kinds(NEW, at("2001:db8::25/64", *words)) == []
    assert kinds(NEW, STABLE._replace(flags=None)) == []


CLASSES = {
    "a VPN's address": (["10.8.0.6/32"], ["medium"]),
    "one of a pair": (["10.8.0.6/31"], ["medium"]),
    "a small network in a class A": (["10.20.30.25/24"], ["low"]),
    "a network in a class A": (["10.20.30.25/16"], ["low"]),
    "a VPN in a network in a class A": (["10.8.0.6/32", "10.20.30.25/16"], ["low"]),
    "a container's network in a class B": (["172.17.0.1/24"], ["low"]),
    "one address in a class C": (["192.168.1.5/32"], ["medium"]),
    "a whole class": (["10.1.2.3/8", "172.17.0.1/16", "192.168.1.5/24"], []),
    "half a class": (["10.1.2.3/9", "172.17.0.1/20", "192.168.1.5/25"], []),
    "wider than a class": (["172.16.0.1/12", "192.168.1.5/16"], []),
}


@pytest.mark.parametrize(("addresses", "severities"), CLASSES.values(), ids=CLASSES)
def test_a_class_that_is_much_wider_than_the_netmask_is_told(addresses: list[str], severities: list[str]) -> None:
    """The suggestion trusts what the netmasks say, and draws nothing."""
    own = [at(text, on=TUN0) for text in addresses] + [at("fd12:3456:789a::5/64")]
    found = found_in(CLASS, host(*LOOPBACK, *own))
    assert [(fault.kind, fault.severity) for fault in found] == [
        ("class-too-wide", severity) for severity in severities
    ]
    for fault in found:
        assert (fault.suggestion, fault.place.line) == ("mynetworks_style = subnet", 3)
        assert kinds(f"{NEW}{fault.suggestion}\n", *own) == []


def test_the_arithmetic_of_a_class_names_the_address_that_it_comes_from() -> None:
    """With the number of addresses of both."""
    own = (at("10.8.0.6/32", on=TUN0), at("172.20.1.1/24"), at("2001:db8::25/128"))
    (found,) = found_in(CLASS, host(*LOOPBACK, *own))
    assert found.remark == (
        "10.0.0.0/8: 16,777,216 addresses, and 10.8.0.6 on tun0 has no network of its own; "
        "172.20.0.0/16: 65,536 addresses, and 172.20.1.1 on eth0 has 256 in its netmask"
    )


def test_a_class_is_measured_at_the_widest_network_in_it() -> None:
    """The address with that netmask is named."""
    own = (at("10.8.0.6/32", on=TUN0), at("10.20.30.25/24"), at("2001:db8::25/128"))
    (found,) = found_in(CLASS, host(*LOOPBACK, *own))
    assert found.remark.endswith("and 10.20.30.25 on eth0 has 256 in its netmask")


def test_a_public_class_is_told_as_strangers_alone() -> None:
    """One trouble, one finding; and subnet is not suggested where it has strangers too."""
    assert kinds(CLASS, at("9.1.2.3/32"), at("2001:db8::25/128")) == [("strangers", "medium")]
    own = (at("10.8.0.6/32", on=TUN0), at("192.0.2.25/24"), at("2001:db8::25/128"))
    found = {fault.kind: fault.suggestion for fault in found_in(CLASS, host(*LOOPBACK, *own))}
    assert found == {"class-too-wide": "mynetworks_style = host", "strangers": "mynetworks_style = host"}


def test_an_assumed_netmask_cannot_be_judged_where_postfix_knows_it() -> None:
    """In style subnet and class; style host looks at no netmask, and where Postfix assumes it too nothing is open."""
    assumed = at("2001:db8::25/128")._replace(netmask_origin=ASSUMED)
    for style in ("subnet", "class"):
        (found,) = found_in(f"{NEW}mynetworks_style = {style}\n", host(*LOOPBACK, assumed))
        assert (found.kind, found.severity, found.cannot_tell) == ("assumed-netmask", "info", True)
        assert "2001:db8::25" in found.remark
    assert kinds(NEW, assumed) == []
    loopback = (LOOPBACK[0], LOOPBACK[1]._replace(netmask_origin=ASSUMED))
    assert found_in(f"{NEW}mynetworks_style = subnet\n", host(*loopback, at("2001:db8::25/128"))) == []
    tru64 = host(*LOOPBACK, assumed, recorded=Recorded("mail", system="OSF1"))
    assert [fault.kind for fault in found_in(f"{NEW}mynetworks_style = subnet\n", tru64)] == []


@pytest.mark.netns
def test_a_real_smtpd_trusts_an_address_that_another_host_has() -> None:
    """Postfix does not look at what duplicate address detection found."""
    need(why_no_smtpd())
    with Namespace() as namespace:
        namespace.build(["link set lo up", "link add eth0 type veth peer name eth1", "link set eth1 up"])
        namespace.build(["address add 2001:db8::99/64 dev eth1 nodad", "sysctl ipv6/conf/eth0/accept_dad=1"])
        namespace.build(["link set eth0 up", "address add 2001:db8::99/64 dev eth0"])
        for _ in range(100):
            if "dadfailed" in namespace.run(["ip", "address", "show", "dev", "eth0"]).stdout:
                break
            time.sleep(0.1)
        namespace.build(["address delete 2001:db8::99/64 dev eth1"])
        with Smtpd([None], namespace=namespace) as smtpd:
            assert smtpd.verdict(0, "2001:db8::99") == TRUSTED
            folder = str(smtpd.folder / "etc")
            done = namespace.ifdiscover("check", "-q", "-c", folder, check=False)
            assert "[2001:db8::99]/128 (medium) [duplicate-address]" in done.stdout
