"""Ask every backend and compare what they say, up to what each declares itself blind to."""

from __future__ import annotations

from _socket import AF_INET6, inet_ntop

from ifdiscover._record import Record
from ifdiscover.model import ASSUMED, IFF_POINTOPOINT

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from typing import Any, Optional, Union

    from ifdiscover.model import Address, Host, Interface

    Key = tuple[str, int, bytes]  # interface, family, packed address
    # What a backend says, in a tuple; or the mark of one that says nothing: BLIND, or ABSENT if it should.
    Said = Union[str, tuple[Any, ...]]
    _Says = dict[str, tuple[tuple[str, Optional[str]], ...]]  # by aspect, what each backend says


class Reading(Record):
    """What came of asking one backend."""

    backend: str
    host: Host | None  # None if it gave none
    reason: str | None = None  # why not
    milliseconds: float | None = None  # how long the reading took, its imports done
    available: bool = True


class Aspect(Record):
    """Something that backends say of one address."""

    name: str
    value: str | None  # what the first that can tell says; None if there is nothing to say
    marks: tuple[str, ...]  # one for each host, see below


class Row(Record):
    """One address of one interface, an interface itself, or the host; and what is said of it."""

    interface_name: str | None  # None: the host
    family: int | None  # None: the interface itself
    packed: bytes | None
    aspects: tuple[Aspect, ...]  # of an address the netmask first


class Difference(Record):
    """Something about which two backends disagree although neither is blind to it."""

    interface_name: str | None  # as in Row
    family: int | None
    packed: bytes | None
    aspect: str
    says: tuple[tuple[str, str | None], ...]  # backend, and what it says; None: nothing


class Comparison(Record):
    """What every backend says of one host, side by side."""

    readings: Sequence[Reading]  # in the order in which the backends are tried
    rows: Sequence[Row]
    differences: Sequence[Difference]


SAME = "="
BLIND = "?"
ASSUMES = "a"
DIFFERS = "!"
ABSENT = "-"


def compare_here() -> Comparison:
    """Read this host with every backend and compare what they say.

    If they differ all are asked once more, since a host may change between two readings; the second answer counts.
    """
    comparison = _compare_once()
    return _compare_once() if comparison.differences else comparison


def _compare_once() -> Comparison:
    readings = read_all()
    return Comparison(readings, *compare([reading.host for reading in readings if reading.host is not None]))


def compare_in(netns: str) -> Comparison:
    """``compare_here()`` in another network namespace.

    It forks, and must be called while the process has one thread. Only a process that is there as a whole can ask every
    backend there: entering a namespace moves a single thread, for good, and /proc/net shows that of the first thread.
    The child sends its answer, or its error, through a pipe.

    Args:
        netns: the name of one of ip-netns(8), a path, or the number of a process in it.

    Raises:
        UnavailableError: backend netlink, which knows the way in, cannot work here.
        UnknownNamespaceError: there is no such namespace.
        NotPermittedError: the kernel does not let this process in.
        DiscoveryError: the kernel refuses for another reason, or the child ended without an answer.
    """
    import os
    import pickle

    from ifdiscover.discovery import load
    from ifdiscover.errors import DiscoveryError, IfdiscoverError

    load("netlink")
    from ifdiscover._backends.netlink.via_pyroute2 import enter

    reader, writer = os.pipe()
    child = os.fork()
    answer: Comparison | BaseException
    if child == 0:
        status = 1
        try:
            os.close(reader)
            try:
                enter(netns)
                answer = compare_here()
            except (IfdiscoverError, MemoryError) as error:
                answer = error
            with os.fdopen(writer, "wb") as stream:
                pickle.dump(answer, stream)
            status = 0
        finally:
            os._exit(status)  # whatever happened: the caller's program goes on in the parent alone
    os.close(writer)
    with os.fdopen(reader, "rb") as stream:
        sent = stream.read()
    if os.waitpid(child, 0)[1] != 0:
        raise DiscoveryError(f"the process that was to compare in network namespace {netns} ended without an answer")
    answer = pickle.loads(sent)  # noqa: S301 - from our own child
    if isinstance(answer, BaseException):
        raise answer
    return answer


def read_all() -> list[Reading]:
    """Read this host with each backend that is available, plug-ins too, one after the other."""
    from time import perf_counter

    from ifdiscover.discovery import BUILT_IN, discover, load, plug_ins
    from ifdiscover.errors import IfdiscoverError, UnavailableError

    readings = []
    for name in (*BUILT_IN, *sorted(plug_ins())):
        if name == "replay":  # it does not look at this host
            continue
        try:
            load(name)
            discover(name)  # so that what is imported on first use is
            start = perf_counter()
            host = discover(name)
        except UnavailableError as error:
            readings.append(Reading(name, None, error.reason, None, available=False))
        except IfdiscoverError as error:
            readings.append(Reading(name, None, str(error)))
        else:
            readings.append(Reading(name, host, None, (perf_counter() - start) * 1000))
    return readings


def compare(hosts: Sequence[Host]) -> tuple[list[Row], list[Difference]]:
    """What hosts read by several backends say of each address, and where two contradict each other.

    Lifetimes are left out, since they run on from one reading to the next, and so are routes, of which only one
    backend tells.
    """
    compared = _Comparing(hosts)
    compared.order()
    compared.interfaces()
    compared.addresses()
    return compared.rows, compared.differences


class _Comparing:
    def __init__(self, hosts: Sequence[Host]) -> None:
        self.hosts = hosts
        self.rows: list[Row] = []
        self.differences: list[Difference] = []

    def order(self) -> None:
        """The kernel's order of addresses, between those that see it."""
        said: list[Said] = [
            BLIND if "order" in host.blind_to else tuple((a.interface.name, a.family, a.packed) for a in host.addresses)
            for host in self.hosts
        ]
        seen = [set(order) if isinstance(order, tuple) else None for order in said]
        if len({frozenset(one) for one in seen if one is not None}) > 1:
            return  # not the same addresses: that is said of each
        marks = _marks(said)
        if DIFFERS in marks:
            says = tuple((host.backend, "its own") for host, mark in zip(self.hosts, marks) if mark == DIFFERS)
            self._add((None, None, None), [Aspect("order", None, marks)], {"order": says})

    def interfaces(self) -> None:
        """Each interface, by its name."""
        tables = [{interface.name: interface for interface in host.interfaces} for host in self.hosts]
        for name in dict.fromkeys(name for table in tables for name in table):
            if self._is_invented(name, tables):
                continue
            aspects: list[Aspect] = []
            differing: _Says = {}
            for aspect, words, say in _OF_INTERFACE:
                said = [
                    BLIND
                    if any(word in host.blind_to for word in words)
                    else (ABSENT if aspect == "index" and _lists_all(host) else BLIND)  # said once
                    if name not in table
                    else (say(table[name]),)
                    for host, table in zip(self.hosts, tables)
                ]
                self._judge(aspect, said, aspects, differing)
            self._add((name, None, None), aspects, differing)

    def _is_invented(self, name: str, tables: Sequence[Mapping[str, object]]) -> bool:
        """Whether only backends that may take a label for an interface's name have it."""
        return all("odd labels" in host.blind_to for host, table in zip(self.hosts, tables) if name in table) and any(
            "odd labels" not in host.blind_to for host in self.hosts
        )

    def addresses(self) -> None:
        """Each address of each interface."""
        tables = [_table(host) for host in self.hosts]
        for key in dict.fromkeys(key for table in tables for key in table):
            if _is_misplaced(key, self.hosts, tables):
                continue
            told = [table.get(key, ()) for table in tables]
            aspects: list[Aspect] = []
            differing: _Says = {}
            for aspect, words, say in _OF_ADDRESS:
                said = [
                    BLIND
                    if _is_blind(host, found, told, aspect, words)
                    else tuple(sorted({say(a) or "" for a in found})) or ABSENT
                    for host, found in zip(self.hosts, told)
                ]
                if aspect != "netmask":  # that it is absent is said once
                    said = [BLIND if one == ABSENT else one for one in said]
                self._judge(aspect, said, aspects, differing, told)
            self._add(key, aspects, differing)

    def _judge(
        self,
        aspect: str,
        said: Sequence[Said],
        aspects: list[Aspect],
        differing: _Says,
        told: Sequence[tuple[Address, ...]] = (),
    ) -> None:
        marks = list(_marks(said))
        for place, found in enumerate(told):
            assumed = any(address.netmask_origin == ASSUMED for address in found)
            if aspect == "netmask" and marks[place] == BLIND and assumed:
                marks[place] = ASSUMES
        truth = next((one for one in said if isinstance(one, tuple)), ())
        text = " ".join(filter(None, truth))
        aspects.append(Aspect(aspect, text or None, tuple(marks)))
        if DIFFERS in marks or ABSENT in marks:
            differing[aspect] = tuple(
                (host.backend, " ".join(filter(None, one)) or "nothing" if isinstance(one, tuple) else None)
                for host, one in zip(self.hosts, said)
                if one != BLIND
            )

    def _add(
        self,
        place: tuple[str | None, int | None, bytes | None],
        aspects: Iterable[Aspect],
        differing: _Says,
    ) -> None:
        self.rows.append(Row(*place, tuple(aspects)))
        self.differences += [Difference(*place, aspect, says) for aspect, says in differing.items()]


def _lists_all(host: Host) -> bool:
    return "interfaces without addresses" not in host.blind_to


def _marks(said: Sequence[Said]) -> tuple[str, ...]:
    """Agreement with the first that has something to say."""
    truth = next((one for one in said if isinstance(one, tuple)), None)
    return tuple(one if isinstance(one, str) else SAME if one == truth else DIFFERS for one in said)


def _table(host: Host) -> dict[Key, tuple[Address, ...]]:
    table: dict[Key, tuple[Address, ...]] = {}
    for address in host.addresses:
        key = (address.interface.name, address.family, address.packed)
        table[key] = (*table.get(key, ()), address)
    return table


def _is_misplaced(key: Key, hosts: Sequence[Host], tables: Sequence[Mapping[Key, object]]) -> bool:
    """Whether only backends that may take a label for an interface's name put this address on this interface."""
    if any(key in table for host, table in zip(hosts, tables) if "odd labels" not in host.blind_to):
        return False
    return any(
        key[1:] == other[1:]
        for host, table in zip(hosts, tables)
        if "odd labels" not in host.blind_to
        for other in table
    )


def _is_blind(
    host: Host, found: tuple[Address, ...], told: Iterable[tuple[Address, ...]], aspect: str, words: Sequence[str]
) -> bool:
    """Whether a backend cannot be held to what the others say of an address."""
    blind = host.blind_to
    known = [address for other in told for address in other]
    if not found and "ipv6 addresses" in blind and known[0].family == AF_INET6:
        return True
    if not found:
        # It is not there at all. Only a label that hides whose it is excuses that.
        return "odd labels" in blind and any(_has_odd_label(address) for address in known)
    one = known[0]
    if any(word in blind for word in words) and (aspect != "netmask" or one.family == AF_INET6):
        return True
    if aspect == "netmask" and "same address twice" in blind and any(len(other) > 1 for other in told):
        return True
    if aspect == "netmask" and "peer netmasks" in blind and any(address.packed_peer for address in known):
        return True
    flags = next((a.interface.flags for a in known if a.interface.flags is not None), 0)
    return aspect in ("peer", "broadcast") and "broadcast peer" in blind and not flags & IFF_POINTOPOINT


def _has_odd_label(address: Address) -> bool:
    return address.label is not None and address.label.partition(":")[0] != address.interface.name


def _netmask(address: Address) -> str:

    if address.prefixlen is not None:
        return f"/{address.prefixlen}"
    return "null" if address.packed_netmask is None else f"/{inet_ntop(address.family, address.packed_netmask)}"


def _text(address: Address, packed: bytes | None) -> str | None:

    return None if packed is None else inet_ntop(address.family, packed)


# What is compared: its name, the words of BLINDNESS that excuse a backend from it, and what is said of it.
_OF_INTERFACE: tuple[tuple[str, tuple[str, ...], Callable[[Interface], str | None]], ...] = (
    ("index", ("interface index",), lambda i: str(i.index)),
    ("state", ("interface flags",), lambda i: {True: "up", False: "down", None: None}[i.is_up]),
    ("mtu", ("mtu",), lambda i: str(i.mtu)),
    ("hardware address", ("hardware addresses",), lambda i: (i.hardware_address or b"").hex(":") or None),
)
_OF_ADDRESS: tuple[tuple[str, tuple[str, ...], Callable[[Address], str | None]], ...] = (
    ("netmask", ("ipv6 netmasks",), _netmask),
    ("label", ("labels",), lambda a: a.label),
    ("peer", ("peers",), lambda a: _text(a, a.packed_peer)),
    ("broadcast", ("broadcasts",), lambda a: _text(a, a.packed_broadcast)),
    ("scope", ("scope",), lambda a: a.scope),
    ("zone", ("scope ids",), lambda a: str(a.scope_id) if a.scope_id else None),
    ("flags", ("address flags",), lambda a: ",".join(a.flag_names or ()) or None),
    ("protocol", ("origin protocol",), lambda a: str(a.protocol)),
)
