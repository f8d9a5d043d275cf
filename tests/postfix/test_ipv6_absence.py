"""IPv6 that is asked for and absent: each way told apart, with what to set, on made hosts and in namespaces."""

from __future__ import annotations

import json
import socket
from typing import TYPE_CHECKING, Any

import pytest
from support.made import address, host
from support.namespaces import CLI, ROOT, environment
from support.need import need
from support.program import besides_main_cf, in_process

from ifdiscover._postfix.inet_protocols import Protocols
from ifdiscover._postfix.ipv6_absence import disabled_reader, disabled_unknown, ipv6_absence, read_disable_ipv6
from ifdiscover._postfix.syntax.findings import KINDS
from ifdiscover.model import IFF_LOOPBACK, IFF_UP, Interface, Recorded

if TYPE_CHECKING:
    from pathlib import Path

    from support.namespaces import Namespace

    from ifdiscover.model import Address, Host

BOTH = Protocols((socket.AF_INET, socket.AF_INET6))
LO = Interface("lo", 1, IFF_UP | IFF_LOOPBACK)
DOWN = Interface("eth1", 3, 0)
ALL_ONES = "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"


def on_lo(text: str) -> Address:
    """An address of lo."""
    return address(text, ALL_ONES if ":" in text else "255.0.0.0")._replace(interface=LO)


IPV4 = (on_lo("127.0.0.1"), address("192.0.2.7", "255.255.255.0"))
GLOBAL = address("2001:db8::7", "ffff:ffff:ffff:ffff::")
ON_DOWN = GLOBAL._replace(interface=DOWN)
UNCLEAR = GLOBAL._replace(interface=Interface("eth1", 3, None))

HOSTS: dict[str, tuple[Host, set[str], str | None]] = {
    "all is there": (host(*IPV4, on_lo("::1"), GLOBAL), {"lo", "eth0"}, None),
    "every interface": (host(*IPV4), {"lo", "eth0"}, "ipv6-disabled"),
    "every interface that is up": (host(*IPV4, ON_DOWN), {"lo", "eth0"}, "ipv6-disabled"),
    "one of two": (host(*IPV4), {"eth0"}, "ipv6-no-address"),
    "no address": (host(*IPV4), set(), "ipv6-no-address"),
    "an address that is down": (host(*IPV4, ON_DOWN), {"eth1"}, "ipv6-no-address"),
    "nothing up": (host(ON_DOWN), {"eth1"}, "ipv6-no-address"),
    "::1 alone": (host(*IPV4, on_lo("::1")), set(), "ipv6-loopback-only"),
    "::1 alone, else switched off": (host(*IPV4, on_lo("::1")), {"eth0"}, "ipv6-loopback-only"),
    "no ::1": (host(*IPV4, GLOBAL), set(), "ipv6-no-loopback"),
    "no ::1, switched off": (host(*IPV4, GLOBAL), {"lo"}, "ipv6-no-loopback"),
    "no loopback of either family": (host(address("192.0.2.7", "255.255.255.0"), GLOBAL), set(), None),
    "nobody knows what is up": (host(*IPV4, UNCLEAR), set(), None),
}


@pytest.mark.parametrize(("made", "disabled", "kind"), HOSTS.values(), ids=HOSTS)
def test_each_way_is_told_apart(made: Host, disabled: set[str], kind: str | None) -> None:
    """By the addresses that Postfix takes notice of, and by what is switched off."""
    absence = ipv6_absence(made, BOTH, disabled.__contains__)
    assert (absence and absence.kind) == kind
    if absence is not None:
        assert absence.kind in KINDS
        assert absence.suggestion.startswith("set inet_protocols = ipv4, or ")
        assert absence.postfix_says == ""
        for name in disabled & {"lo", "eth0"}:
            assert name in absence.remark


def test_a_kernel_without_the_family_is_told_in_postfixs_words() -> None:
    """Whatever addresses there seem to be."""
    warning = "inet_protocols: disabling IPv6 name/address support: Address family not supported by protocol"
    refused = Protocols((socket.AF_INET,), (warning,), (socket.AF_INET6,))
    absence = ipv6_absence(host(*IPV4), refused, disabled_unknown)
    assert absence is not None
    assert (absence.kind, absence.suggestion) == ("ipv6-not-in-kernel", "set inet_protocols = ipv4")
    assert absence.postfix_says == warning


def test_who_does_not_ask_for_ipv6_does_not_miss_it() -> None:
    """inet_protocols = ipv4 is what the remedies say."""
    assert ipv6_absence(host(*IPV4), Protocols((socket.AF_INET,)), lambda _name: True) is None


def test_a_backend_that_sees_no_ipv6_cannot_tell() -> None:
    """SIOCGIFCONF of Solaris has IPv4 only: that says nothing of the host."""
    assert ipv6_absence(host(*IPV4, blind_to=("ipv6 addresses",)), BOTH, disabled_unknown) is None


def test_nothing_is_read_where_nothing_is_missing() -> None:
    """A host may have a hundred thousand interfaces, each with a file."""

    def ask(name: str) -> bool:
        raise AssertionError(name)

    assert ipv6_absence(host(*IPV4, on_lo("::1"), GLOBAL), BOTH, ask) is None


def test_a_recorded_host_is_not_judged_by_the_files_of_this_one() -> None:
    """What its recording does not tell is not known."""
    recorded = host(*IPV4, recorded=Recorded())
    assert disabled_reader(recorded)("lo") is None
    assert disabled_reader(host(*IPV4)) is read_disable_ipv6
    absence = ipv6_absence(recorded, BOTH, disabled_reader(recorded))
    assert absence is not None
    assert absence.kind == "ipv6-no-address"


@pytest.mark.parametrize("name", ["no such interface", "a\0b", "../../../no"])
def test_a_file_that_is_not_there_tells_nothing(name: str) -> None:
    """On other systems there is none at all."""
    assert read_disable_ipv6(name) is None


def test_long_lists_of_interfaces_are_cut() -> None:
    """A sentence names three."""
    many = [Interface(f"eth{number}", number + 1, IFF_UP) for number in range(9)]
    absence = ipv6_absence(host(*IPV4)._replace(interfaces=tuple(many)), BOTH, lambda _name: True)
    assert absence is not None
    assert "eth0, eth1, eth2 and 6 more" in absence.remark


def test_a_recorded_host_is_told_of_in_every_command_that_says_more() -> None:
    """On stderr under -v, and not without."""
    snapshot = str(ROOT / "fixtures/hosts/ipv6-off/snapshot.json")
    for command in ("addresses", "mynetworks", "own"):
        _, out, err = in_process(command, "--from", snapshot)
        assert besides_main_cf(err) == ""
        _, more_out, more_err = in_process(command, "-v", "--from", snapshot)
        assert more_out == out
        assert "ifdiscover: IPv6: no interface that is up has an IPv6 address" in more_err
        assert "set inet_protocols = ipv4" in more_err
        _, _, quiet = in_process(command, "-v", "-4", "--from", snapshot)
        assert "IPv6:" not in quiet


BUILT = {
    "disable_ipv6": (["sysctl ipv6/conf/all/disable_ipv6=1", "link set lo up"], "ipv6-disabled"),
    "no address": (["link set lo up", "addr del ::1/128 dev lo"], "ipv6-no-address"),
    "::1 alone": (["link set lo up"], "ipv6-loopback-only"),
    "no ::1": (
        ["sysctl ipv6/conf/lo/disable_ipv6=1", "link set lo up", "link add eth0 type ifb", "link set eth0 up"],
        "ipv6-no-loopback",
    ),
    "no ::1, by hand": (
        ["link set lo up", "addr del ::1/128 dev lo", "link add eth0 type ifb", "link set eth0 up"],
        "ipv6-no-loopback",
    ),
    "all is there": (["link set lo up", "link add eth0 type ifb", "link set eth0 up"], None),
}
ON_ETH0 = ["addr add 192.0.2.7/24 dev eth0", "addr add 2001:db8::7/64 dev eth0 nodad"]


def checked(namespace: Namespace, folder: Path, **env: Any) -> dict[str, dict[str, Any]]:
    """The findings about inet_protocols in a namespace, with a main.cf that says nothing of it, by kind."""
    folder.joinpath("main.cf").write_text("compatibility_level = 3.6\nmyhostname = mail.example.com\n")
    done = namespace.run([*CLI, "check", "-c", str(folder), "--json"], check=False, env=environment(**env))
    assert done.returncode == 0  # it works, and only not as it was meant
    return of_inet_protocols(done.stdout)


def of_inet_protocols(document: str) -> dict[str, dict[str, Any]]:
    """The findings of a document about inet_protocols, by kind."""
    found = json.loads(document)["findings"]
    return {finding["kind"]: finding for finding in found if finding["parameter"] == "inet_protocols"}


@pytest.mark.parametrize(("steps", "kind"), BUILT.values(), ids=BUILT)
def test_each_way_is_found_on_a_real_kernel(
    steps: list[str], kind: str | None, namespace: Namespace, tmp_path: Path
) -> None:
    """By check, with what to set, and under -v; Postfix itself says nothing of these."""
    namespace.build([*steps, *(ON_ETH0 if any("eth0" in step for step in steps) else [])])
    found = checked(namespace, tmp_path)
    assert list(found) == ([] if kind is None else [kind])
    said = namespace.ifdiscover("addresses", "-v").stderr
    assert ("ifdiscover: IPv6: " in said) == (kind is not None)
    assert "warning: inet_protocols" not in said
    if kind is not None:
        assert (found[kind]["severity"], found[kind]["postfix_says"]) == ("low", None)
        assert found[kind]["suggestion"].startswith("set inet_protocols = ipv4")
        quiet = namespace.ifdiscover("addresses").stderr
        assert "IPv6:" not in quiet


@pytest.mark.parametrize("steps", [steps for steps, _ in BUILT.values()], ids=BUILT)
def test_another_namespace_is_judged_by_its_own_files(steps: list[str], namespace: Namespace, tmp_path: Path) -> None:
    """An interface there may be called as one here is."""
    need(None if namespace.as_root else "entering another network namespace needs root")
    namespace.build([*steps, *(ON_ETH0 if any("eth0" in step for step in steps) else [])])
    inside = checked(namespace, tmp_path)
    outside = in_process("check", "-c", str(tmp_path), "--json", "--netns", namespace.name)[1]
    assert of_inet_protocols(outside) == inside
    said = [in_process("addresses", "-v", "--netns", namespace.name)[2], namespace.ifdiscover("addresses", "-v").stderr]
    there, here = ([line for line in text.splitlines() if " IPv6: " in line] for text in said)
    assert there == here


def test_the_remedy_for_a_missing_loopback_address_is_one(namespace: Namespace, tmp_path: Path) -> None:
    """What the suggestion names as a command mends it."""
    steps, kind = BUILT["no ::1"]
    namespace.build([*steps, *ON_ETH0])
    command = checked(namespace, tmp_path)[str(kind)]["suggestion"].rpartition("on Linux by: ")[2]
    assert command == "sysctl net.ipv6.conf.lo.disable_ipv6=0"
    namespace.build(["sysctl ipv6/conf/lo/disable_ipv6=0"])
    assert checked(namespace, tmp_path) == {}


def test_a_kernel_without_sockets_of_ipv6_is_told_apart(nosocket: Path, namespace: Namespace, tmp_path: Path) -> None:
    """By the warning that Postfix gives, and what to set."""
    namespace.build(["link set lo up"])
    found = checked(namespace, tmp_path, LD_PRELOAD=str(nosocket), NOSOCKET_IPV6="97")
    assert list(found) == ["ipv6-not-in-kernel"]
    assert found["ipv6-not-in-kernel"]["postfix_says"] == (
        "inet_protocols: disabling IPv6 name/address support: Address family not supported by protocol"
    )
    assert found["ipv6-not-in-kernel"]["suggestion"] == "set inet_protocols = ipv4"
