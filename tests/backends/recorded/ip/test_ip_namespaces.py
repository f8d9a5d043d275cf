"""Plain ``ip addr`` of a namespace is the host of ``ip -j addr`` of the same namespace."""

from __future__ import annotations

import shutil
import socket
from typing import TYPE_CHECKING

import pytest
from support.namespaces import ROOT
from support.need import need
from support.record_hosts import build, read_steps
from support.shapes import LO, SHAPES

from ifdiscover._backends.recorded.replay import decode
from ifdiscover._names import to_bytes
from ifdiscover.errors import RecordingError

if TYPE_CHECKING:
    from pathlib import Path

    from support.namespaces import Namespace

    from ifdiscover.model import Address, Host

V4 = socket.AF_INET


def without_clock(host: Host) -> list[Address]:
    """The addresses, but for lifetimes that run between two commands."""
    return [
        address._replace(
            preferred_lifetime=address.preferred_lifetime and 1, valid_lifetime=address.valid_lifetime and 1
        )
        for address in host.addresses
    ]


IP = [["ip", "addr"], ["ip", "-d", "addr"], ["ip", "-s", "-s", "addr"], ["ip", "-N", "addr"], ["busybox", "ip", "addr"]]


def both(namespace: Namespace, command: list[str]) -> tuple[bytes, Host]:
    """What a command prints plainly, and the host of ip -j addr, which was the same before and after."""
    for _ in range(20):
        before = decode(to_bytes(namespace.run(["ip", "-j", "addr"]).stdout))
        text = to_bytes(namespace.run(command).stdout)
        after = decode(to_bytes(namespace.run(["ip", "-j", "addr"]).stdout))
        # A kernel shows a change of carrier up to a second later.
        if before.interfaces == after.interfaces and without_clock(before) == without_clock(after):
            return text, after
    raise AssertionError("the namespace does not come to rest")


def assert_plain_says_what_json_does(namespace: Namespace) -> None:
    """Every way of printing it plainly."""
    for command in IP:
        if shutil.which(command[0]) is None:
            continue
        text, asked = both(namespace, command)
        plain = decode(text)
        assert plain.interfaces == asked.interfaces, command
        assert plain.warnings == asked.warnings == (), (command, text)
        shown, expected = without_clock(plain), without_clock(asked)
        if command[0] == "busybox":  # it compares four bytes to see whether there is a peer
            shown = [a if a.family == V4 else a._replace(packed_peer=None) for a in shown]
            expected = [a if a.family == V4 else a._replace(packed_peer=None) for a in expected]
        assert shown == expected, command


@pytest.mark.netns
@pytest.mark.parametrize("name", SHAPES)
def test_plain_ip_addr_is_the_host_of_ip_j(name: str, namespace: Namespace) -> None:
    """In every shape of the suite; of iproute2, and of BusyBox where it is."""
    namespace.build(SHAPES[name].steps)
    assert_plain_says_what_json_does(namespace)


HOSTS = sorted(path.parent for path in (ROOT / "fixtures/hosts").glob("*/steps"))


@pytest.mark.netns
@pytest.mark.parametrize("host", HOSTS, ids=lambda path: path.name)
def test_plain_ip_addr_of_a_recorded_host_is_the_host_of_ip_j(host: Path, namespace: Namespace) -> None:
    """Hostile names among them."""
    build(namespace, read_steps(host))
    assert_plain_says_what_json_does(namespace)


def test_busybox_is_there() -> None:
    """What its ip prints is compared above."""
    need(None if shutil.which("busybox") else "no busybox: install Debian's busybox")


UNDER = ["link add d0 type ifb", "link set d0 up", "link add v0 type veth peer name v1", "link set v1 up"]
KINDS = {
    "veth": "link add x0 type veth peer name x1",
    "bridge": "link add x0 type bridge",
    "ifb": "link add x0 type ifb",
    "dummy": "link add x0 type dummy",
    "tun": "tuntap add dev x0 mode tun",
    "tap": "tuntap add dev x0 mode tap",
    "macvlan": "link add x0 link v1 type macvlan mode bridge",
    "macvtap": "link add x0 link v1 type macvtap",
    "ipvlan": "link add x0 link v1 type ipvlan",
    "vlan": "link add x0 link v1 type vlan id 5 ingress-qos-map 1:2 egress-qos-map 0:1",
    "vxlan": "link add x0 type vxlan id 5 remote 192.0.2.9 dstport 4789",
    "geneve": "link add x0 type geneve id 5 remote 192.0.2.9",
    "gre": "link add x0 type gre local 192.0.2.1 remote 192.0.2.2",
    "gretap": "link add x0 type gretap local 192.0.2.1 remote 192.0.2.2",
    "erspan": "link add x0 type erspan local 192.0.2.1 remote 192.0.2.2 seq key 1 erspan_ver 1",
    "ip6gre": "link add x0 type ip6gre local 10:20:30:40:50:60:70:80 remote 2001:db8:1:2:3:4:5:6",
    "ip6gretap": "link add x0 type ip6gretap local 2001:db8::1 remote 2001:db8::2",
    "sit": "link add x0 type sit local 192.0.2.1 remote 192.0.2.2",
    "ipip": "link add x0 type ipip local 192.0.2.1 remote 192.0.2.2",
    "ip6tnl": "link add x0 type ip6tnl local 2001:db8::1 remote 2001:db8:1:2:3:4:5:6",
    "vti": "link add x0 type vti local 192.0.2.1 remote 192.0.2.2 key 1",
    "vti6": "link add x0 type vti6 local 2001:db8::1 remote 2001:db8::2",
    "xfrm": "link add x0 type xfrm dev d0 if_id 5",
    "wireguard": "link add x0 type wireguard",
    "bond": "link add x0 type bond",
    "team": "link add x0 type team",
    "vrf": "link add x0 type vrf table 10",
    "macsec": "link add x0 link v1 type macsec",
    "hsr": "link add x0 type hsr slave1 v0 slave2 v1",
    "nlmon": "link add x0 type nlmon",
    "vcan": "link add x0 type vcan",
    "netdevsim": "link add x0 type netdevsim",
    "batadv": "link add x0 type batadv",
    "amt": "link add x0 type amt mode relay local 192.0.2.1 dev d0 relay_port 2268",
    "bareudp": "link add x0 type bareudp dstport 6635 ethertype mpls_uc",
    "gtp": "link add x0 type gtp role sgsn",
}


@pytest.mark.netns
@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_link_is_shown_plainly_as_in_json(kind: str, namespace: Namespace) -> None:
    """With -d too, which tells what belongs to that kind; up, with addresses, an alias, another name, a master."""
    namespace.build([*LO, *UNDER])
    made = namespace.run(["ip", *KINDS[kind].split()], check=False)
    if made.returncode:
        pytest.skip(f"this kernel makes no {kind}: {made.stderr.strip().splitlines()[0]}")
    namespace.build(
        [
            "?link set x0 up",
            "?addr add 192.0.2.1/24 dev x0",
            "?addr add 192.0.2.3 peer 192.0.2.4/32 dev x0 label x0:1 valid_lft 9000 preferred_lft 8000",
            "?addr add 2001:db8::7/64 dev x0 nodad home valid_lft 9000 preferred_lft 0",
            "?link set x0 alias inet_203.0.113.1/8_scope",
            "?link property add dev x0 altname a-name-that-is-longer-than-16",
            "?link add br0 type bridge",
            "?link set x0 master br0",
        ]
    )
    assert_plain_says_what_json_does(namespace)


@pytest.mark.netns
@pytest.mark.parametrize(
    "selection", [["-4"], ["-6"], ["show", "dev", "eth0"], ["show", "scope", "global"]], ids=" ".join
)
def test_a_selection_draws_the_warning_that_a_whole_host_does_not(selection: list[str], namespace: Namespace) -> None:
    """As JSON and plain; in the JSON of both families in one file it is gone."""
    namespace.build(SHAPES["one address of each family"].steps)
    options, rest = (selection, []) if selection[0].startswith("-") else ([], selection)
    for form in ([], ["-j"]):
        part = decode(to_bytes(namespace.run(["ip", *form, *options, "addr", *rest]).stdout))
        assert ["only a part of a host" in warning for warning in part.warnings] == [True]
        text, asked = both(namespace, ["sh", "-c", f"ip {' '.join(form)} -4 addr; ip {' '.join(form)} -6 addr"])
        whole = decode(text)
        assert whole.warnings == asked.warnings == ()
        assert whole.addresses == tuple(
            a._replace(interface=a.interface._replace(hardware_address=None)) for a in asked.addresses
        )


@pytest.mark.netns
def test_a_label_with_blanks_is_refused_plainly_and_read_in_json(namespace: Namespace) -> None:
    """Ip prints it as it is, and nothing tells where it begins."""
    namespace.build(SHAPES["one address of each family"].steps)
    namespace.run(["ip", "addr", "add", "198.51.100.1/24", "dev", "eth0", "label", "eth0:a b"])
    assert "eth0:a b" in [a.label for a in decode(to_bytes(namespace.run(["ip", "-j", "addr"]).stdout)).addresses]
    with pytest.raises(RecordingError, match=r'one with blanks, .* is ambiguous here: use ip -j addr, not "eth0:a b"'):
        decode(to_bytes(namespace.run(["ip", "addr"]).stdout))


@pytest.mark.netns
def test_plain_text_goes_through_snapshot_and_gives_the_answers_of_the_live_host(
    namespace: Namespace, tmp_path: Path
) -> None:
    """Addresses and mynetworks, byte for byte."""
    namespace.build(SHAPES["labels"].steps)
    text, kept = tmp_path / "ip.txt", tmp_path / "kept.json"
    text.write_bytes(to_bytes(namespace.run(["ip", "addr"]).stdout))
    kept.write_text(namespace.ifdiscover("snapshot", "--from", str(text)).stdout)
    for command in (
        ["addresses", "--all"],
        ["addresses", "--format", "table"],
        ["mynetworks", "--style", "all"],
    ):
        live = namespace.ifdiscover(*command).stdout
        assert namespace.ifdiscover(*command, "--from", str(text)).stdout == live
        assert namespace.ifdiscover(*command, "--from", str(kept)).stdout == live
