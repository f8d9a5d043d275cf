"""A connected UDP socket tells the source that the kernel takes, and sends nothing."""

from __future__ import annotations

import errno
import json
import os
import socket
import sys
from typing import TYPE_CHECKING, Any

import pytest
from support.route_shapes import ELSEWHERE, PLAIN, ROUTE_SHAPES, link

from ifdiscover._backends import connected
from ifdiscover._backends.far import FAR
from ifdiscover.errors import DiscoveryError

if TYPE_CHECKING:
    from support.namespaces import Namespace

ASK = """
import json, socket, sys
from ifdiscover._backends.connected import read_source
def ask(family, *more):
    found = read_source(family, *more)
    return None if found is None else socket.inet_ntop(family, found)
"""


def asked(namespace: Namespace, *expressions: str) -> list[str | None]:
    """What expressions with ``ask`` say in a namespace."""
    code = f"{ASK}print(json.dumps([{', '.join(expressions)}]))"
    return json.loads(namespace.run([sys.executable, "-c", code]).stdout)  # type: ignore[no-any-return]  # JSON


def sent(namespace: Namespace) -> list[int]:
    """How many packets each interface has sent."""
    links = json.loads(namespace.run(["ip", "-j", "-s", "link"]).stdout)
    return [link["stats64"]["tx"]["packets"] for link in links if not link["ifname"].startswith("p-")]


@pytest.mark.netns
@pytest.mark.parametrize("name", ROUTE_SHAPES)
def test_it_is_the_kernels_own_choice(name: str, namespace: Namespace) -> None:
    """That of ip route get, to any of several addresses that are far: of two routers the kernel takes one for each."""
    namespace.build(ROUTE_SHAPES[name].steps)
    four, six = asked(namespace, "ask(socket.AF_INET)", "ask(socket.AF_INET6)")
    for family, found in ((4, four), (6, six)):
        number = socket.AF_INET if family == 4 else socket.AF_INET6
        far = [*ELSEWHERE[family], *(socket.inet_ntop(number, packed) for packed in FAR[number])]
        answers = [namespace.run(["ip", "-j", "route", "get", to, "ipproto", "udp"], check=False) for to in far]
        truth = [json.loads(done.stdout)[0]["prefsrc"] for done in answers if not done.returncode]
        assert found in (truth or [None])


@pytest.mark.netns
def test_one_address_may_be_asked_for(namespace: Namespace) -> None:
    """With its zone if it is link-local; None where there is no way."""
    namespace.build([*PLAIN, "addr add fe80::10/64 dev eth0 nodad", "route add blackhole 203.0.113.0/24"])
    index = namespace.run(["sh", "-c", "cat /sys/class/net/eth0/ifindex || ip -o link show eth0"]).stdout.split(":")[0]
    assert asked(
        namespace,
        "ask(socket.AF_INET, socket.inet_aton('127.0.0.9'))",
        "ask(socket.AF_INET, socket.inet_aton('203.0.113.9'))",
        f"ask(socket.AF_INET6, socket.inet_pton(socket.AF_INET6, 'fe80::9'), {int(index)})",
    ) == ["127.0.0.1", None, "fe80::10"]


@pytest.mark.netns
@pytest.mark.parametrize("steps", [["route add default via 192.0.2.1"], []], ids=["with a way", "without"])
def test_nothing_is_sent(steps: list[str], namespace: Namespace) -> None:
    """Neither by it nor by netlink: not even a question for a router's link-layer address."""
    # Without IPv6, whose kernel tells its multicast groups whenever it likes.
    quiet = "sysctl ipv6/conf/default/disable_ipv6=1"
    namespace.build(["link set lo up", quiet, *link("eth0", "192.0.2.10/24"), *steps])
    before = sent(namespace)
    asked(namespace, "ask(socket.AF_INET)", "ask(socket.AF_INET6)")
    code = "from ifdiscover import discover, source; discover(routes=True); source(); source('192.0.2.77')"
    namespace.run([sys.executable, "-c", code])
    assert sent(namespace) == before
    namespace.run([sys.executable, "-c", "import socket; socket.socket(2, 2).sendto(b'', ('192.0.2.77', 9))"])
    assert sent(namespace) != before


class Refusing:
    """A socket whose connect() fails."""

    closed = 0

    def __init__(self, number: int) -> None:
        self.number = number

    def connect(self, _where: object) -> None:
        """Fail."""
        raise OSError(self.number, os.strerror(self.number))

    def close(self) -> None:
        """Count it."""
        Refusing.closed += 1


@pytest.mark.parametrize("number", [errno.ENETUNREACH, errno.EHOSTUNREACH, errno.EACCES, errno.EADDRNOTAVAIL])
def test_a_refused_way_is_none(number: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each address that is far is tried, and each socket closed."""
    made: Any = lambda *_arguments: Refusing(number)  # noqa: E731 - it stands for a class
    monkeypatch.setattr(connected, "socket", made)
    monkeypatch.setattr(Refusing, "closed", 0)
    assert connected.read_source(socket.AF_INET) is None
    assert Refusing.closed == len(FAR[socket.AF_INET])


def test_a_kernel_without_the_family_has_no_source(monkeypatch: pytest.MonkeyPatch) -> None:
    """EAFNOSUPPORT; any other refusal is an error."""

    def refuse(number: int) -> Any:
        def made(*_arguments: object) -> None:
            raise OSError(number, os.strerror(number))

        return made

    monkeypatch.setattr(connected, "socket", refuse(errno.EAFNOSUPPORT))
    assert connected.read_source(socket.AF_INET6) is None
    monkeypatch.setattr(connected, "socket", refuse(errno.EMFILE))
    with pytest.raises(DiscoveryError, match=os.strerror(errno.EMFILE)):
        connected.read_source(socket.AF_INET6)
