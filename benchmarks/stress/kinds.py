"""The kinds of change: each a generator that makes one change at a time and then says what is true.

What is true is a set of facts: "link NAME INDEX", "up NAME", "address NAME ADDRESS/PREFIXLEN". Of the links that stay
only the facts that come and go are told. A change that the kernel makes in several steps, each of which can be seen,
yields what is true after each of them. For IPv6 the kernel removes the addresses of a link that goes down.
"""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING

from stress.rtnl import Kernel, elsewhere

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    State = set[str]

IPV4, IPV6 = "192.0.2.10/24", "2001:db8:ffff::10/64"
BRIDGE = "br0"
OTHERS = [f"n{n}" for n in range(10)]


def addresses_of_one_link(kernel: Kernel) -> Iterator[list[State]]:
    """On the link that has most addresses."""
    return _addresses(kernel, [BRIDGE])


def addresses_of_other_links(kernel: Kernel) -> Iterator[list[State]]:
    """On links that have few or none."""
    return _addresses(kernel, OTHERS)


def _addresses(kernel: Kernel, names: list[str]) -> Iterator[list[State]]:
    indexes = [kernel.index(name) for name in names]
    for n in count():
        number = 1 + n % 40
        cidr = f"10.250.{number}.1/24" if number % 2 else f"2001:db8:ffff:{number:x}::1/64"
        index, name = indexes[n % len(names)], names[n % len(names)]
        kernel.add(index, cidr)
        yield [{f"address {name} {cidr}"}]
        kernel.remove(index, cidr)
        yield [set()]


def made_again(kernel: Kernel) -> Iterator[list[State]]:
    """A link is made, gets addresses, and is deleted; the next one has the same name."""
    while True:
        index = kernel.make("t0")
        link = {f"link t0 {index}"}
        yield [link]
        yield from _dressed(kernel, index, "t0")
        kernel.delete(index)
        yield [*_undressing(link, "t0"), set()]


def renamed(kernel: Kernel) -> Iterator[list[State]]:
    """A link that is up has one name, and then another one."""
    index = kernel.make("t0")
    yield [{f"link t0 {index}"}]
    yield from _dressed(kernel, index, "t0")
    while True:
        for name in ("t1", "t0"):
            kernel.rename(index, name)
            yield [{f"link {name} {index}", *_all_of(name)}]


def moved(kernel: Kernel) -> Iterator[list[State]]:
    """A link is moved to another network namespace, and back; it loses its addresses, and goes down."""
    other, here, there = elsewhere()
    index = kernel.make("t0")
    while True:
        link = {f"link t0 {index}"}
        yield [link]
        yield from _dressed(kernel, index, "t0")
        kernel.move(index, there)
        yield [*_undressing(link, "t0"), set()]
        other.move(other.index("t0"), here)
        index = kernel.index("t0")


def flipped(kernel: Kernel) -> Iterator[list[State]]:
    """A link goes up, gets an IPv6 address, and goes down, which takes the address away; the IPv4 address stays."""
    index = kernel.make("t0")
    kernel.add(index, IPV4)
    down = {f"link t0 {index}", f"address t0 {IPV4}"}
    yield [down]
    while True:
        kernel.set_up(index, True)
        yield [{*down, "up t0"}]
        kernel.add(index, IPV6)
        yield [{*down, "up t0", f"address t0 {IPV6}"}]
        kernel.set_up(index, False)
        yield [{*down, f"address t0 {IPV6}"}, down]


def masks(kernel: Kernel) -> Iterator[list[State]]:
    """An address is replaced by the same with another netmask."""
    index = kernel.index(OTHERS[0])
    for n in count():
        for cidr in (f"192.0.2.10/{16 + n % 16}", f"2001:db8:ffff::10/{48 + n % 16}"):
            kernel.add(index, cidr)
            yield [{f"address {OTHERS[0]} {cidr}"}]
            kernel.remove(index, cidr)
            yield [set()]


def _dressed(kernel: Kernel, index: int, name: str) -> Iterator[list[State]]:
    """A link that was just made goes up and gets an address of each family."""
    now = {f"link {name} {index}"}
    kernel.set_up(index, True)
    yield [now := {*now, f"up {name}"}]
    kernel.add(index, IPV4)
    yield [now := {*now, f"address {name} {IPV4}"}]
    kernel.add(index, IPV6)
    yield [{*now, f"address {name} {IPV6}"}]


def _all_of(name: str) -> State:
    return {f"up {name}", f"address {name} {IPV4}", f"address {name} {IPV6}"}


def _undressing(link: State, name: str) -> list[State]:
    """What can be seen of a link that goes away: down first, then without IPv6, then without IPv4."""
    four, six = f"address {name} {IPV4}", f"address {name} {IPV6}"
    return [{*link, four, six}, {*link, four}, link]


KINDS: dict[str, Callable[[Kernel], Iterator[list[State]]]] = {
    "same link": addresses_of_one_link,
    "other links": addresses_of_other_links,
    "masks": masks,
    "made again": made_again,
    "renamed": renamed,
    "moved": moved,
    "flipped": flipped,
}
