"""Compare what several backends read of one host, except for what a backend declares itself blind to."""

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
    # A backend's answer, as a tuple; without an answer the mark BLIND, or ABSENT if the backend should have one.
    Answer = Union[str, tuple[Any, ...]]
    AnswersByAspect = dict[str, tuple[tuple[str, Optional[str]], ...]]  # each backend and its answer


class Aspect(Record):
    """One property of an address or an interface, and how far the backends agree on it."""

    name: str
    value: str | None  # the answer of the first backend that has one; None if it is empty
    marks: tuple[str, ...]  # one for each host: SAME, BLIND, ASSUMES, DIFFERS or ABSENT


class Row(Record):
    """The compared aspects of one address, one interface, or the host."""

    interface_name: str | None  # None: the host
    family: int | None  # None: the interface itself
    packed: bytes | None
    aspects: tuple[Aspect, ...]  # an address's netmask comes first


class Difference(Record):
    """An aspect about which two backends disagree, although neither is blind to it."""

    interface_name: str | None  # as in Row
    family: int | None
    packed: bytes | None
    aspect: str
    says: tuple[tuple[str, str | None], ...]  # backend and answer; None: it has no such address or interface


SAME = "="
BLIND = "?"
ASSUMES = "a"
DIFFERS = "!"
ABSENT = "-"


def compare(hosts: Sequence[Host]) -> tuple[list[Row], list[Difference]]:
    """Compare hosts that several backends read: a row for each address, and the differences.

    Lifetimes are left out, since they change between two readings. Routes are left out, since only one backend sees
    them.
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
        """Compare the order of addresses, between the backends that see the kernel's order."""
        answers: list[Answer] = [
            BLIND if "order" in host.blind_to else tuple((a.interface.name, a.family, a.packed) for a in host.addresses)
            for host in self.hosts
        ]
        seen = [set(order) if isinstance(order, tuple) else None for order in answers]
        if len({frozenset(one) for one in seen if one is not None}) > 1:
            return  # they do not have the same addresses: addresses() reports each one
        marks = _marks(answers)
        if DIFFERS in marks:
            says = tuple((host.backend, "its own") for host, mark in zip(self.hosts, marks) if mark == DIFFERS)
            self._add((None, None, None), [Aspect("order", None, marks)], {"order": says})

    def interfaces(self) -> None:
        """Compare each interface, by its name."""
        tables = [{interface.name: interface for interface in host.interfaces} for host in self.hosts]
        taken = {_named_by_label(a) for host in self.hosts for a in host.addresses if _has_odd_label(a)}
        for name in dict.fromkeys(name for table in tables for name in table):
            if self._may_be_label(name, tables):
                continue
            aspects: list[Aspect] = []
            differing: AnswersByAspect = {}
            for aspect, words, text_of in INTERFACE_ASPECTS:
                answers = [
                    BLIND
                    if any(word in host.blind_to for word in words)
                    or (name in taken and "odd labels" in host.blind_to)  # another's address was taken for its own
                    else (ABSENT if aspect == "index" and _lists_all(host) else BLIND)  # absence is reported once
                    if name not in table
                    else (text_of(table[name]),)
                    for host, table in zip(self.hosts, tables)
                ]
                self._judge(aspect, answers, aspects, differing)
            self._add((name, None, None), aspects, differing)

    def _may_be_label(self, name: str, tables: Sequence[Mapping[str, object]]) -> bool:
        """True if every backend that lists this interface may have taken a label for an interface's name."""
        return all("odd labels" in host.blind_to for host, table in zip(self.hosts, tables) if name in table) and any(
            "odd labels" not in host.blind_to for host in self.hosts
        )

    def addresses(self) -> None:
        """Compare each address of each interface."""
        tables = [_table(host) for host in self.hosts]
        judged: dict[tuple[object, ...], tuple[list[Aspect], AnswersByAspect]] = {}
        for key in dict.fromkeys(key for table in tables for key in table):
            if _is_misplaced(key, self.hosts, tables):
                continue
            found_by_host = [table.get(key, ()) for table in tables]
            alike = tuple([tuple([_compared(address) for address in found]) for found in found_by_host])
            if alike not in judged:
                judged[alike] = self._judged(found_by_host)
            self._add(key, *judged[alike])

    def _judged(self, found_by_host: Sequence[tuple[Address, ...]]) -> tuple[list[Aspect], AnswersByAspect]:
        """What the hosts say of one address, aspect by aspect; the address itself does not matter."""
        aspects: list[Aspect] = []
        differing: AnswersByAspect = {}
        for aspect, words, text_of in ADDRESS_ASPECTS:
            answers = [
                BLIND
                if _is_blind(host, found, found_by_host, aspect, words)
                else tuple(sorted({text_of(a) or "" for a in found})) or ABSENT
                for host, found in zip(self.hosts, found_by_host)
            ]
            if aspect != "netmask":  # absence is reported once, with the netmask
                answers = [BLIND if answer == ABSENT else answer for answer in answers]
            self._judge(aspect, answers, aspects, differing, found_by_host)
        return aspects, differing

    def _judge(
        self,
        aspect: str,
        answers: Sequence[Answer],
        aspects: list[Aspect],
        differing: AnswersByAspect,
        found_by_host: Sequence[tuple[Address, ...]] = (),
    ) -> None:
        marks = list(_marks(answers))
        for place, found in enumerate(found_by_host):
            assumed = any(address.netmask_origin == ASSUMED for address in found)
            if aspect == "netmask" and marks[place] == BLIND and assumed:
                marks[place] = ASSUMES
        first = next((answer for answer in answers if isinstance(answer, tuple)), ())
        text = " ".join(filter(None, first))
        aspects.append(Aspect(aspect, text or None, tuple(marks)))
        if DIFFERS in marks or ABSENT in marks:
            differing[aspect] = tuple(
                (host.backend, " ".join(filter(None, answer)) or "nothing" if isinstance(answer, tuple) else None)
                for host, answer in zip(self.hosts, answers)
                if answer != BLIND
            )

    def _add(
        self,
        place: tuple[str | None, int | None, bytes | None],
        aspects: Iterable[Aspect],
        differing: AnswersByAspect,
    ) -> None:
        self.rows.append(Row(*place, tuple(aspects)))
        self.differences += [Difference(*place, aspect, says) for aspect, says in differing.items()]


def _lists_all(host: Host) -> bool:
    return "interfaces without addresses" not in host.blind_to


def _marks(answers: Sequence[Answer]) -> tuple[str, ...]:
    """Compare each answer with the first one that is no mark."""
    first = next((answer for answer in answers if isinstance(answer, tuple)), None)
    return tuple(answer if isinstance(answer, str) else SAME if answer == first else DIFFERS for answer in answers)


def _table(host: Host) -> dict[Key, tuple[Address, ...]]:
    table: dict[Key, tuple[Address, ...]] = {}
    for address in host.addresses:
        key = (address.interface.name, address.family, address.packed)
        table[key] = (*table.get(key, ()), address)
    return table


def _compared(address: Address) -> tuple[object, ...]:
    """All of an address that is compared, so without its lifetimes; all addresses of an interface have one object."""
    return (id(address.interface), address.family, *address[3:13])


def _is_misplaced(key: Key, hosts: Sequence[Host], tables: Sequence[Mapping[Key, object]]) -> bool:
    """True if every backend that has this address on this interface may have taken a label for the interface's name."""
    if any(key in table for host, table in zip(hosts, tables) if "odd labels" not in host.blind_to):
        return False
    return any(
        key[1:] == other[1:]
        for host, table in zip(hosts, tables)
        if "odd labels" not in host.blind_to
        for other in table
    )


def _is_blind(
    host: Host,
    found: tuple[Address, ...],
    found_by_host: Iterable[tuple[Address, ...]],
    aspect: str,
    words: Sequence[str],
) -> bool:
    """Whether a backend is excused if it differs from the others in this aspect of an address."""
    blind = host.blind_to
    known = [address for other in found_by_host for address in other]
    if not found and "ipv6 addresses" in blind and known[0].family == AF_INET6:
        return True
    if not found:
        # This backend does not have the address. The only excuse is a label that hides the address's interface.
        return "odd labels" in blind and any(_has_odd_label(address) for address in known)
    one = known[0]
    if any(word in blind for word in words) and (aspect != "netmask" or one.family == AF_INET6):
        return True
    if aspect == "netmask" and "same address twice" in blind and any(len(other) > 1 for other in found_by_host):
        return True
    if aspect == "netmask" and "peer netmasks" in blind and any(address.packed_peer for address in known):
        return True
    flags = next((a.interface.flags for a in known if a.interface.flags is not None), 0)
    return aspect in ("peer", "broadcast") and "broadcast peer" in blind and not flags & IFF_POINTOPOINT


def _has_odd_label(address: Address) -> bool:
    return address.label is not None and _named_by_label(address) != address.interface.name


def _named_by_label(address: Address) -> str | None:
    """The interface for which a backend takes the label of an address, if it knows no better."""
    return None if address.label is None else address.label.partition(":")[0]


def _netmask(address: Address) -> str:
    if address.prefixlen is not None:
        return f"/{address.prefixlen}"
    return "null" if address.packed_netmask is None else f"/{inet_ntop(address.family, address.packed_netmask)}"


def _number(value: int | None) -> str | None:
    return None if value is None else str(value)


def _text(address: Address, packed: bytes | None) -> str | None:
    return None if packed is None else inet_ntop(address.family, packed)


# The aspects: a name, the words of BLINDNESS that excuse a backend, and a function that returns the value as text; None
# if there is none or it is not known.
INTERFACE_ASPECTS: tuple[tuple[str, tuple[str, ...], Callable[[Interface], str | None]], ...] = (
    ("index", ("interface index",), lambda i: _number(i.index)),
    ("state", ("interface flags",), lambda i: {True: "up", False: "down", None: None}[i.is_up]),
    ("mtu", ("mtu",), lambda i: _number(i.mtu)),
    ("hardware address", ("hardware addresses",), lambda i: (i.hardware_address or b"").hex(":") or None),
    ("kind", ("interface kinds",), lambda i: i.kind),
    ("master", ("masters",), lambda i: i.master),
)
ADDRESS_ASPECTS: tuple[tuple[str, tuple[str, ...], Callable[[Address], str | None]], ...] = (
    ("netmask", ("ipv6 netmasks",), _netmask),
    ("label", ("labels",), lambda a: a.label),
    ("peer", ("peers",), lambda a: _text(a, a.packed_peer)),
    ("broadcast", ("broadcasts",), lambda a: _text(a, a.packed_broadcast)),
    ("scope", ("scope",), lambda a: a.scope),
    ("zone", ("scope ids",), lambda a: str(a.scope_id) if a.scope_id else None),
    ("flags", ("address flags",), lambda a: None if a.flag_names is None else ",".join(a.flag_names)),
    ("protocol", ("origin protocol",), lambda a: _number(a.protocol)),
)
