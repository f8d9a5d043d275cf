"""What inet_interfaces is advised to be: what was meant, and never more."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING

import pytest
from support.made import ETH0, address, host
from support.namespaces import CLI, Namespace
from support.need import need
from support.postfix.checks import found_in

from ifdiscover import model

if TYPE_CHECKING:
    from pathlib import Path

    from ifdiscover.model import Address, Host

MASKS = {4: "255.255.255.0", 6: "ffff:ffff:ffff:ffff::"}
START = "compatibility_level = 3.6\nmyhostname = mail.example.com\n"


def on(interface: str, text: str, *, up: bool = True) -> Address:
    """An address on an interface."""
    found = address(text, MASKS[6 if ":" in text else 4])
    return found._replace(interface=ETH0._replace(name=interface, flags=model.IFF_UP if up else 0))


LO4, LO6 = on("lo", "127.0.0.1"), on("lo", "::1")
BOTH = host(LO4, on("eth0", "192.0.2.25"), LO6, on("eth0", "2001:db8::25"), on("eth0", "fe80::25"))
NO_V6 = host(LO4, on("eth0", "192.168.1.10"))
NO_LOOPBACK6 = host(LO4, on("eth0", "192.168.1.10"), on("eth0", "2001:db8::25"))
MANY = host(LO4, *(on("eth0", f"192.0.2.{number}") for number in range(1, 10)), on("eth1", "198.51.100.1", up=False))
IPV4 = "inet_protocols = ipv4\n"

ADVICE: dict[str, tuple[Host, str, str]] = {
    "no ::1": (NO_V6, "inet_interfaces = 127.0.0.1, ::1\n", "inet_interfaces = loopback-only"),
    "no ::1 in brackets": (NO_V6, "inet_interfaces = [127.0.0.1] [::1]\n", "inet_interfaces = loopback-only"),
    "no ::1 alone": (NO_V6, "inet_interfaces = ::1\n", "inet_interfaces = loopback-only"),
    "no ::1 among others": (
        NO_V6,
        "inet_interfaces = 192.168.1.10, ::1\n",
        "leave ::1 out, and set inet_protocols = ipv4",
    ),
    "no ::1 but IPv6": (NO_LOOPBACK6, "inet_interfaces = 192.168.1.10, ::1\n", "leave ::1 out"),
    "no address of that name": (NO_V6, f"{IPV4}inet_interfaces = nosuch..invalid\n", "192.168.1.10"),
    "no IPv6": (
        NO_V6,
        "inet_interfaces = 192.168.1.10 2001:db8::25\n",
        "leave 2001:db8::25 out, and set inet_protocols = ipv4",
    ),
    "other loopback": (BOTH, "inet_interfaces = 127.0.0.2\n", "inet_interfaces = loopback-only"),
    "other loopback too": (BOTH, "inet_interfaces = 127.0.0.2 192.0.2.25\n", "127.0.0.1"),
    "one address": (BOTH, "inet_interfaces = 203.0.113.9\n", "192.0.2.25"),
    "one address of 6": (BOTH, "inet_interfaces = 127.0.0.1 2001:db8::9\n", "2001:db8::25"),
    "several": (
        MANY,
        f"{IPV4}inet_interfaces = 203.0.113.9\n",
        "one of this host's addresses: 192.0.2.1, 192.0.2.2, 192.0.2.3, 192.0.2.4 and 5 more",
    ),
    "down": (
        MANY,
        f"{IPV4}inet_interfaces = 198.51.100.1\n",
        "set the interface up, or name addresses of interfaces that are up",
    ),
    "interface": (BOTH, "inet_interfaces = eth0\n", "192.0.2.25, 2001:db8::25"),
    "interface of one family": (BOTH, f"{IPV4}inet_interfaces = eth0\n", "192.0.2.25"),
    "interface lo": (BOTH, "inet_interfaces = lo\n", "loopback-only"),
    "interface lo and another word": (BOTH, "inet_interfaces = lo, 192.0.2.25\n", "127.0.0.1, ::1"),
    "no loopback at all": (
        host(on("eth0", "192.0.2.25")),
        f"{IPV4}inet_interfaces = loopback-only\n",
        "give this host a loopback address, on Linux by: ip address add 127.0.0.1/8 dev lo",
    ),
    "no loopback of either family": (
        host(on("eth0", "192.0.2.25"), on("eth0", "2001:db8::25")),
        "inet_interfaces = ::1 192.0.2.25\n",
        "name addresses of interfaces that are up",
    ),
    "four addresses": (
        host(*(on("eth0", f"192.0.2.{number}") for number in range(1, 5))),
        f"{IPV4}inet_interfaces = 203.0.113.9\n",
        "one of this host's addresses: 192.0.2.1, 192.0.2.2, 192.0.2.3, 192.0.2.4",
    ),
    "nothing": (BOTH, "inet_interfaces =\n", "loopback-only, or addresses of this host"),
}


@pytest.mark.parametrize(("made", "text", "suggestion"), ADVICE.values(), ids=ADVICE)
def test_what_was_meant_is_suggested(made: Host, text: str, suggestion: str) -> None:
    """In one finding, which has the cause too."""
    (found,) = found_in(START + text, made)
    assert (found.parameter, found.suggestion) == ("inet_interfaces", suggestion)
    if "::" in found.element and "inet_protocols" in suggestion + found.suggestion:
        assert "IPv6" in found.remark


@pytest.mark.parametrize(("made", "text", "suggestion"), ADVICE.values(), ids=ADVICE)
def test_all_is_never_suggested(made: Host, text: str, suggestion: str) -> None:
    """To a configuration that meant fewer addresses: it would open a server for this host alone to the network."""
    assert suggestion
    for fault in found_in(START + text, made):
        assert " all" not in f" {fault.suggestion}"


@pytest.mark.parametrize("name", ["no ::1", "one address", "several", "interface", "interface of one family"])
def test_advice_that_is_followed_leaves_no_fault(name: str) -> None:
    """The word is replaced, or the whole line."""
    made, text, suggestion = ADVICE[name]
    (found,) = found_in(START + text, made)
    if suggestion.startswith("inet_interfaces"):
        mended = suggestion + "\n"
    else:
        mended = text.replace(found.element, suggestion.rpartition(": ")[2].partition(" and ")[0])
    assert {fault.severity for fault in found_in(START + mended, made)} <= {"low"}


def test_an_interface_without_an_address_is_told_as_that() -> None:
    """No address can be suggested."""
    made = host(LO4, on("eth0", "192.0.2.25"), on("eth1", "198.51.100.1", up=False))
    (found,) = found_in(f"{START}{IPV4}inet_interfaces = eth1\n", made)
    assert "eth1 has no address" in found.remark
    assert found.suggestion == "192.0.2.25"


def test_an_interface_of_a_recorded_host_is_told_as_that() -> None:
    """Its names cannot be looked up here, but this is none; no sentence of Postfix is given."""
    recorded = BOTH._replace(recorded=model.Recorded())
    (found,) = found_in(f"{START}inet_interfaces = eth0\n", recorded)
    assert (found.kind, found.severity, found.postfix_says) == ("interface-not-found", "high", "")
    assert found.suggestion == "192.0.2.25, 2001:db8::25"


def test_for_a_name_that_nobody_knows_addresses_of_the_host_are_suggested() -> None:
    """At which other hosts reach it."""
    (found,) = found_in(f"{START}inet_interfaces = nosuch..invalid\n", BOTH)
    assert found.suggestion == "one of this host's addresses: 192.0.2.25, 2001:db8::25"


def test_for_a_name_of_a_recorded_host_its_addresses_are_suggested() -> None:
    """Which only that host can look up."""
    recorded = BOTH._replace(recorded=model.Recorded())
    (found,) = found_in(f"{START}inet_interfaces = mail.example.com\n", recorded)
    assert (found.kind, found.suggestion) == (
        "not-on-this-machine",
        "the addresses that this name has on the recorded host",
    )


def test_ipv6_that_is_missing_is_no_reason_why_an_ipv4_address_is() -> None:
    """Which is told on its own."""
    found = {fault.kind: fault for fault in found_in(f"{START}inet_interfaces = 203.0.113.9\n", NO_V6)}
    assert set(found) == {"interface-not-local", "ipv6-no-address"}
    assert found["interface-not-local"].suggestion == "192.168.1.10"
    assert found["interface-not-local"].remark == ""


def test_of_several_interfaces_that_are_down_the_first_is_named() -> None:
    """One of them has to be set up."""
    made = host(LO4, *(on(name, "198.51.100.1", up=False) for name in ("eth2", "eth1", "eth3")))
    (found,) = found_in(f"{START}{IPV4}inet_interfaces = 198.51.100.1\n", made)
    assert found.remark == "interface eth2 has this address, and is down"


NAMES = {
    "localhost": ["127.0.0.1", "::1"],
    "ip6-localhost": ["::1"],
    "ip6-loopback": ["127.0.0.2", "::1"],
    "mail.example.com": ["192.168.1.10", "2001:db8::25"],
    "mail6.example.com": ["2001:db8::9"],
}


@pytest.mark.parametrize(
    ("made", "word", "suggestion"),
    [
        (NO_V6, "localhost", "inet_protocols = ipv4, or 127.0.0.1 in place of localhost"),
        (NO_V6, "[LOCALHOST]", "inet_protocols = ipv4, or 127.0.0.1 in place of [LOCALHOST]"),
        (NO_LOOPBACK6, "localhost", "127.0.0.1 in place of localhost, or inet_protocols = ipv4"),
        (NO_V6, "mail.example.com", "inet_protocols = ipv4"),
        (NO_V6, "mail6.example.com", "leave mail6.example.com out, and set inet_protocols = ipv4"),
        (NO_V6, "ip6-localhost", "leave ip6-localhost out, and set inet_protocols = ipv4"),
        (NO_LOOPBACK6, "ip6-localhost", "leave ip6-localhost out"),
        (host(on("lo", "127.0.0.2"), on("eth0", "192.168.1.10")), "ip6-loopback", "inet_protocols = ipv4"),
    ],
)
def test_a_name_with_an_ipv6_address_that_the_host_lacks(
    monkeypatch: pytest.MonkeyPatch, made: Host, word: str, suggestion: str
) -> None:
    """It stays where IPv4 is enough; a name without an IPv4 address would not be found then."""

    def look_up(name: str, families: tuple[int, ...]) -> list[tuple[int, bytes, int]]:
        texts = NAMES.get(name.lower(), [name])
        found = [(address(text).family, address(text).packed, 0) for text in texts]
        return [entry for entry in found if entry[0] in families]

    monkeypatch.setattr("ifdiscover._postfix.syntax.machine.host_addresses", look_up)
    (found,) = [fault for fault in found_in(f"{START}inet_interfaces = 192.168.1.10, {word}\n", made) if fault.element]
    assert (found.kind, found.element, found.suggestion) == ("interface-not-local", word, suggestion)
    assert "IPv6" in found.remark


@pytest.mark.parametrize("value", ["localhost", "localhost, 192.0.2.25"])
@pytest.mark.netns
def test_a_real_postfix_starts_with_what_is_suggested(tmp_path: Path, value: str) -> None:
    """Where localhost has ::1 in hosts(5), and the host does not."""
    need(None if shutil.which("postconf", path="/usr/sbin") else "no postconf: install Debian's postfix")
    with Namespace() as namespace:
        namespace.run(["sh", "-c", "ip link set lo up; ip addr add 192.0.2.25/32 dev lo; ip -6 addr flush dev lo"])
        (tmp_path / "master.cf").write_text("")

        def answer(text: str) -> tuple[int, list[dict[str, str]]]:
            (tmp_path / "main.cf").write_text(START + text)
            real = namespace.run(["/usr/sbin/postconf", "-c", str(tmp_path), "mynetworks"], check=False)
            ours = namespace.run([*CLI, "check", "--json", "-c", str(tmp_path)], check=False)
            return real.returncode, json.loads(ours.stdout)["findings"]

        status, (found,) = answer(f"inet_interfaces = {value}\n")
        assert (status, found["kind"], found["element"]) == (1, "interface-not-local", "localhost")
        assert "IPv6" in found["remark"]
        if value == "localhost":
            assert found["suggestion"] == "inet_interfaces = loopback-only"
            assert answer("inet_interfaces = loopback-only\n")[0] == 0
        else:
            assert found["suggestion"] == "inet_protocols = ipv4, or 127.0.0.1 in place of localhost"
            assert answer(f"inet_protocols = ipv4\ninet_interfaces = {value}\n") == (0, [])
            assert answer("inet_interfaces = 127.0.0.1, 192.0.2.25\n")[0] == 0
