"""Ask every backend and compare what they say, up to what each declares itself blind to."""

from __future__ import annotations

from _socket import AF_INET6, inet_ntop

from ifdiscover._record import Record
from ifdiscover.model import ASSUMED, IFF_POINTOPOINT

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from ifdiscover.model import Address, Host

    Key = tuple[str, int, bytes]  # interface, family, packed address


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
    """One address of one interface, and what is said of it."""

    interface_name: str
    family: int
    packed: bytes
    aspects: tuple[Aspect, ...]  # the netmask first


class Difference(Record):
    """Something about which two backends disagree although neither is blind to it."""

    interface_name: str
    family: int
    packed: bytes
    aspect: str
    says: tuple[tuple[str, str | None], ...]  # backend, and what it says; None: nothing


SAME = "="
BLIND = "?"
ASSUMES = "a"
DIFFERS = "!"


def read_all() -> list[Reading]:
    """Read this host with each built-in backend that is available, one after the other."""
    from time import perf_counter

    from ifdiscover.discovery import BUILT_IN, discover, load
    from ifdiscover.errors import IfdiscoverError, UnavailableError

    readings = []
    for name in BUILT_IN:
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

    Lifetimes are left out: they run on from one reading to the next.
    """
    tables = [_table(host) for host in hosts]
    keys = dict.fromkeys(key for table in tables for key in table)
    rows, differences = [], []
    for key in keys:
        if _is_misplaced(key, hosts, tables):
            continue
        told = [table.get(key, ()) for table in tables]
        aspects = []
        for name, words, say in _ASPECTS:
            said = [
                _Blind if _is_blind(host, found, told, name, words) else tuple(sorted({say(a) or "" for a in found}))
                for host, found in zip(hosts, told)
            ]
            known = [value for value in said if value is not _Blind]
            truth = known[0] if known else ()
            marks = tuple(_mark(found, value, truth, name) for found, value in zip(told, said))
            text = " ".join(truth) if isinstance(truth, tuple) else ""
            if name == "netmask" or text or DIFFERS in marks:
                aspects.append(Aspect(name, text or None, marks))
            if DIFFERS in marks:
                says = tuple(
                    (host.backend, " ".join(value) or None)
                    for host, value in zip(hosts, said)
                    if isinstance(value, tuple)
                )
                differences.append(Difference(*key, name, says))
        rows.append(Row(*key, tuple(aspects)))
    return rows, differences


class _Blind:
    """Stands for what a backend cannot tell."""


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
    if not found:
        # It is not there at all. Only a label that hides whose it is excuses that.
        return "odd labels" in blind and any(_has_odd_label(address) for address in known)
    one = known[0]
    if any(word in blind for word in words) and (aspect != "netmask" or one.family == AF_INET6):
        return True
    if aspect == "netmask" and "same address twice" in blind and any(len(other) > 1 for other in told):
        return True
    flags = next((a.interface.flags for a in known if a.interface.flags is not None), 0)
    return aspect in ("peer", "broadcast") and "broadcast peer" in blind and not flags & IFF_POINTOPOINT


def _has_odd_label(address: Address) -> bool:
    return address.label is not None and address.label.partition(":")[0] != address.interface.name


def _mark(found: Iterable[Address], value: object, truth: object, aspect: str) -> str:
    if value is _Blind:
        assumed = aspect == "netmask" and any(address.netmask_origin == ASSUMED for address in found)
        return ASSUMES if assumed else BLIND
    return SAME if value == truth else DIFFERS


def _netmask(address: Address) -> str:

    if address.prefixlen is not None:
        return f"/{address.prefixlen}"
    return "null" if address.netmask is None else f"/{inet_ntop(address.family, address.netmask)}"


def _text(address: Address, packed: bytes | None) -> str | None:

    return None if packed is None else inet_ntop(address.family, packed)


# What is compared: its name, the words of BLINDNESS that excuse a backend from it, and what an address says of it.
_ASPECTS: tuple[tuple[str, tuple[str, ...], Callable[[Address], str | None]], ...] = (
    ("netmask", ("ipv6 netmasks",), _netmask),
    ("state", ("interface flags",), lambda a: {True: "up", False: "down", None: None}[a.interface.is_up]),
    ("index", ("interface index",), lambda a: str(a.interface.index)),
    ("label", ("labels",), lambda a: a.label),
    ("peer", ("peers",), lambda a: _text(a, a.peer)),
    ("broadcast", ("broadcasts",), lambda a: _text(a, a.broadcast)),
    ("scope", ("scope",), lambda a: a.scope),
    ("zone", ("scope ids",), lambda a: str(a.scope_id) if a.scope_id else None),
    ("flags", ("address flags",), lambda a: ",".join(a.flag_names or ()) or None),
)
