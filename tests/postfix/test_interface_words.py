"""The words of inet_interfaces and proxy_interfaces: which family they are of, and how often they are looked up."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest
from support.made import host
from support.need import need
from support.postfix.elsewhere import HOST, folder_of
from support.postfix.parity import Case, disagreements
from support.postfix.resolver import names_asked
from support.program import in_process

from ifdiscover import check, discovery, own_addresses
from ifdiscover._cli import host as options
from ifdiscover.errors import InterfacesError
from ifdiscover.model import Recorded

if TYPE_CHECKING:
    from pathlib import Path

    from support.namespaces import Namespace


@pytest.mark.parametrize("parameter", ["inet_interfaces", "proxy_interfaces"])
@pytest.mark.parametrize(
    ("protocols", "word", "title"),
    [
        ("ipv4", "::1", "IPv6"),
        ("ipv4", "[2001:db8::7]", "IPv6"),
        ("ipv6", "127.0.0.1", "IPv4"),
        ("ipv6", "127.1", "IPv4"),
    ],
)
def test_an_address_of_a_family_that_is_not_in_use_is_named_as_that(
    parameter: str, protocols: str, word: str, title: str
) -> None:
    """On every host, since no resolver is needed. It is no interface's name."""
    for this in (HOST, host(*HOST.addresses)):
        settings = {"myhostname": "a.example.com", "inet_protocols": protocols, parameter: f"{word}"}
        (found,) = [finding for finding in check(this, overrides=settings) if finding.parameter == parameter]
        assert (
            found.kind == {"inet_interfaces": "interface-not-found", "proxy_interfaces": "proxy-not-found"}[parameter]
        )
        assert found.postfix_says == f"config variable {parameter}: host not found: {word}"
        bare = word.strip("[]")
        assert found.suggestion == (
            f"leave {bare} out, or set inet_protocols = all: it is an {title} address, and {title} is not in use"
        )
    with pytest.raises(InterfacesError, match=f"leave .* out, or set inet_protocols = all: it is an {title} address"):
        own_addresses(HOST, inet_interfaces=word, inet_protocols=protocols)


def test_a_family_that_the_kernel_lacks_cannot_be_asked_for() -> None:
    """So the advice is only to leave the word out."""
    this = host(*HOST.addresses[:2], recorded=Recorded("x", families=(HOST.addresses[0].family,)))
    with pytest.raises(InterfacesError, match="leave ::1 out: it is an IPv6 address, and the kernel has no IPv6"):
        own_addresses(this, inet_interfaces="127.0.0.1, ::1")


def test_a_name_is_advised_about_as_before(monkeypatch: pytest.MonkeyPatch) -> None:
    """Under one protocol too."""
    names_asked(monkeypatch)
    with pytest.raises(InterfacesError, match="but no interface names"):
        own_addresses(host(*HOST.addresses), inet_interfaces="eth0", inet_protocols="ipv4")


def test_the_resolver_is_asked_once_for_a_name_in_a_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever is asked of its answer, and also if there is none."""
    live = host(*HOST.addresses)
    for module in (discovery, options):
        monkeypatch.setattr(module, "discover", lambda *_names, **_options: live)
    asked = names_asked(monkeypatch, {b"mail.example.com": "192.0.2.7", b"one.example.com": "192.0.2.7"})
    text = "inet_interfaces = mail.example.com, {}, mail.example.com\nproxy_interfaces = mail.example.com\n"
    for other in ("one.example.com", "nosuch.example.com"):
        folder = folder_of(tmp_path, text.format(other))
        for command in (
            ["check"],
            ["own"],
            ["mynetworks"],
            ["mynetworks", "--style", "all"],
            ["match", "192.0.2.1"],
            ["local", "203.0.113.1", "203.0.113.2"],
            ["postconf", "mynetworks"],
        ):
            in_process(command[0], "-q", "-c", folder, *command[1:])
            assert sorted(asked) == sorted({b"mail.example.com", other.encode()}), command
            asked.clear()
        check(live, config_directory=folder)
        assert len(asked) == 2
        asked.clear()


@pytest.mark.netns
@pytest.mark.usefixtures("postconf")
def test_postfix_3_7_can_print_the_networks_in_the_opposite_order(tmp_path: Path, namespace: Namespace) -> None:
    """It sorts IPv4 addresses by the last octet, if the machine has that first; the order of words does not count."""
    if not namespace.run(["postconf", "-h", "mail_version"]).stdout.startswith("3.7.") or sys.byteorder == "big":
        need("no postconf of Postfix 3.7 on a little-endian machine")
    namespace.build(["link set lo up", "addr add 198.51.100.5/24 dev lo", "addr add 192.0.2.10/24 dev lo"])
    for words in ("198.51.100.5, 192.0.2.10", "192.0.2.10, 198.51.100.5"):
        folder = folder_of(tmp_path, f"mynetworks_style = host\ninet_interfaces = {words}\n")
        theirs = namespace.run(["postconf", "-c", folder, "-h", "mynetworks"]).stdout.split()
        ours = namespace.ifdiscover("mynetworks", "-q", "-c", folder, "--format", "value").stdout.split()
        assert ours == ["192.0.2.10/32", "198.51.100.5/32"] == theirs[::-1]


@pytest.mark.netns
@pytest.mark.usefixtures("postconf")
def test_postfix_does_not_find_an_address_of_a_family_that_is_not_in_use(namespace: Namespace) -> None:
    """Its sentence is that for a host name."""
    namespace.build(["link set lo up"])
    rows = [("::1", "ipv4"), ("[::1]", "ipv4"), ("127.0.0.1", "ipv6"), ("127.1", "ipv6"), ("::ffff:127.0.0.1", "ipv4")]
    assert disagreements(namespace, [Case("host", word, protocols) for word, protocols in rows]) == []
