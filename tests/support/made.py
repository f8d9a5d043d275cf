"""Hosts and addresses that tests make by hand."""

from __future__ import annotations

import ctypes
import socket
from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st

from ifdiscover import model
from ifdiscover._packed import contiguous_prefixlen
from ifdiscover.model import Address, Host, Interface, NextHop, Recorded, Route

if TYPE_CHECKING:
    import pytest

ETH0 = Interface("eth0", 2, model.IFF_UP)


def address(text: str, mask: str | None = None, **more: Any) -> Address:
    """An address on eth0, without a mask one with a null netmask."""
    family = socket.AF_INET6 if ":" in text else socket.AF_INET
    netmask = None if mask is None else socket.inet_pton(family, mask)
    more.setdefault("netmask_origin", None if mask is None else model.KERNEL)
    length = None if netmask is None else contiguous_prefixlen(netmask)
    return Address(ETH0, family, socket.inet_pton(family, text), length, netmask, **more)


def host(*addresses: Address, **more: Any) -> Host:
    """A host with these addresses, on the interfaces that they name."""
    return Host(tuple(dict.fromkeys(a.interface for a in addresses)), addresses, "test", **more)


class FakeLibc(ctypes.CDLL):
    """A C library whose getifaddrs answers what a test wants, and which counts its calls and those of freeifaddrs."""

    def __init__(self, head: int = 0, error: int = 0) -> None:
        self.head, self.error = head, error
        self.asked = 0
        self.freed: list[int] = []

    def getifaddrs(self, pointer: Any) -> int:
        """Store the head where the caller points, or fail with errno."""
        self.asked += 1
        ctypes.set_errno(self.error)
        pointer._obj.value = self.head
        return -1 if self.error else 0

    def freeifaddrs(self, head: Any) -> None:
        """Remember the head."""
        self.freed.append(head.value)


def fake_libc(monkeypatch: pytest.MonkeyPatch, libc: FakeLibc) -> None:
    """Let the reader load that library instead of the process's own."""
    monkeypatch.setattr(ctypes, "CDLL", lambda *_args, **_keywords: libc)


NAMES = (
    st.binary(min_size=1, max_size=15)
    .filter(lambda name: b"\0" not in name)
    .map(lambda name: name.decode("utf-8", "surrogateescape"))
)
# Text that may hold names: what bytes can spell, controls and lone bytes included.
TEXTS = st.one_of(NAMES, st.binary(max_size=30).map(lambda raw: raw.decode("utf-8", "surrogateescape")))


def maybe(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """The strategy's values, or None for unknown."""
    return st.one_of(st.none(), strategy)


@st.composite
def routes(draw: st.DrawFn) -> Route:
    """Any route."""
    family, size = draw(st.sampled_from([(socket.AF_INET, 4), (socket.AF_INET6, 16)]))
    packed = st.binary(min_size=size, max_size=size)
    gateways = maybe(st.one_of(packed, st.binary(min_size=16, max_size=16)))
    hops = draw(st.lists(st.builds(NextHop, gateways, NAMES), min_size=1, max_size=3))
    metric, source = draw(maybe(st.integers(0, 2**32 - 1))), draw(maybe(packed))
    return Route(family, tuple(hops), draw(st.booleans()), metric, source)


@st.composite
def hosts(draw: st.DrawFn) -> Host:
    """Any host that the model can hold."""
    u32 = st.integers(0, 2**32 - 1)
    interfaces = draw(
        st.lists(
            st.builds(
                Interface,
                NAMES,
                maybe(st.integers(1, 2**32 - 1)),
                maybe(st.integers(0, 2**64 - 1)),
                maybe(u32),
                maybe(st.binary(max_size=32)),
                maybe(TEXTS),
                maybe(NAMES),
                maybe(NAMES),
            ),
            max_size=4,
            unique_by=(lambda interface: interface, lambda interface: interface.index or object()),
        )
    )
    addresses = []
    for interface in draw(st.lists(st.sampled_from(interfaces), max_size=8)) if interfaces else []:
        family, size = draw(st.sampled_from([(socket.AF_INET, 4), (socket.AF_INET6, 16)]))
        packed = st.binary(min_size=size, max_size=size)
        ones = draw(st.integers(0, size * 8))
        netmask = draw(
            maybe(st.one_of(packed, st.just(((1 << size * 8) - (1 << size * 8 - ones)).to_bytes(size, "big"))))
        )
        addresses.append(
            Address(
                interface,
                family,
                draw(packed),
                None if netmask is None else contiguous_prefixlen(netmask),
                netmask,
                None if netmask is None else draw(st.sampled_from([model.KERNEL, model.ASSUMED])),
                draw(u32),
                draw(maybe(packed)),
                draw(maybe(packed)),
                draw(maybe(NAMES)),
                draw(maybe(st.sampled_from(model.SCOPES))),
                draw(maybe(st.integers(0, 2 * max(model.BSD_FLAGS) - 1))),
                draw(maybe(st.integers(0, 255))),
                draw(maybe(u32)),
                draw(maybe(u32)),
            )
        )
    texts = st.lists(TEXTS, max_size=3).map(tuple)
    families = st.lists(st.sampled_from([socket.AF_INET, socket.AF_INET6]), max_size=2).map(tuple)
    four, six = (st.binary(min_size=size, max_size=size) for size in (4, 16))
    sources = st.one_of(st.just(()), st.tuples(four), st.tuples(six), st.tuples(four, six))
    return Host(
        tuple(interfaces),
        tuple(draw(st.permutations(addresses))),
        draw(TEXTS),
        draw(texts),
        draw(texts),
        draw(texts),
        draw(maybe(st.booleans())),
        draw(maybe(st.lists(routes(), max_size=2).map(tuple))),
        Recorded(draw(maybe(TEXTS)), draw(maybe(TEXTS)), draw(maybe(TEXTS)), draw(maybe(families))),
        draw(maybe(sources)),
    )


def active(made: Host) -> Host:
    """The same host with each interface up and nobody's but its own, and with every protocol."""
    up = {one: one._replace(flags=(one.flags or 0) | model.IFF_UP, set_apart=None) for one in made.interfaces}
    addresses = tuple(one._replace(interface=up[one.interface]) for one in made.addresses)
    return made._replace(interfaces=tuple(up.values()), addresses=addresses, recorded=Recorded(None, None, None, None))


def active_hosts() -> st.SearchStrategy[Host]:
    """Hosts of ``hosts()`` of which Postfix finds at least one address: it has a netmask, and its interface is up."""
    return hosts().filter(lambda made: any(one.packed_netmask for one in made.addresses)).map(active)


def seen_by(backend: str, *addresses: Address, blind_to: tuple[str, ...] = ()) -> Host:
    """The host as a backend sees it."""
    return host(*addresses)._replace(backend=backend, blind_to=blind_to)
