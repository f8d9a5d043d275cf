"""What every form of ``ifconfig -a`` has: stanzas and the addresses in them; and how these become a host.

Pure: text in, records out.
"""

from __future__ import annotations

from _socket import AF_INET

from ifdiscover._backends.recorded.fields import HIGHEST_U32, MAX_NAME
from ifdiscover._backends.shared import assumption, netmask_or_assumed, without_itself
from ifdiscover._names import to_bytes
from ifdiscover.model import ASSUMED, IFF_LOOPBACK, IFF_UP, Address, Host, Interface, Recorded

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ifdiscover._backends.recorded.lines import Line


def hardware_address(text: str) -> bytes | None:
    """The bytes of a hardware address, each of one or two digits (Solaris: 8:0:20:a:b:c); None if it is none."""
    parts = text.split(":")
    if len(text) > MAX_NAME or not all(
        0 < len(part) <= 2 and not part.strip("0123456789abcdefABCDEF") for part in parts
    ):
        return None
    return bytes(int(part, 16) for part in parts) if len(parts) > 1 else None


class Entry:
    """What one line says of an address; what it does not say is None, and no scope id is 0."""

    __slots__ = ("broadcast", "family", "flags", "lifetimes", "netmask", "packed", "peer", "scope", "scope_id")

    def __init__(
        self,
        family: int,
        packed: bytes,
        netmask: bytes | None,
        *,
        scope_id: int = 0,
        broadcast: bytes | None = None,
        peer: bytes | None = None,
        scope: str | None = None,
        flags: int | None = None,
        lifetimes: tuple[int | None, int | None] | None = None,
    ) -> None:
        self.family = family
        self.packed = packed
        self.netmask = netmask
        self.scope_id = scope_id
        self.broadcast = broadcast
        self.peer = peer
        self.scope = scope
        self.flags = flags
        self.lifetimes = lifetimes  # the preferred one, then the valid one; None: for ever

    def address(self, interface: Interface, label: str | None, *, assume: bool) -> Address:
        """The model's record of it. An IPv6 netmask that is not told is assumed to be /128, or None."""
        told = assume or self.netmask is not None
        # 0.0.0.0 is how an ioctl says that there is none.
        broadcast, peer = (None if other is None or not any(other) else other for other in (self.broadcast, self.peer))
        return without_itself(
            Address(
                interface,
                self.family,
                self.packed,
                *(netmask_or_assumed(self.family, self.netmask) if told else (None, None, None)),
                self.scope_id,
                broadcast,
                peer,
                label,
                self.scope,
                self.flags,
                None,
                *(self.lifetimes or (None, None)),
            )
        )


class Stanza:
    """What ifconfig says under one name; None for what it does not."""

    def __init__(self, line: Line, name: str, flags: int | None = None) -> None:
        if not name or len(to_bytes(name)) > MAX_NAME:
            line.refuse(f"an interface must have a name of 1 to {MAX_NAME} bytes")
        self.line = line
        self.name = name
        self.flags = flags
        self.index: int | None = None
        self.mtu: int | None = None
        self.hardware_address: bytes | None = None
        self.group: str | None = None  # of Solaris
        self.set_apart: str | None = None
        self.entries: list[Entry] = []


class Form:
    """What is to be known of one form of the text, to make a host of its stanzas."""

    telling = IFF_UP  # the interface flags that decide whom Postfix trusts

    def __init__(
        self,
        name: str,
        blind_to: tuple[str, ...],
        *,
        labels: bool = False,
        repeats: bool = False,
        by_family: bool = False,
        assumes: str = "",
        system: str | None = None,
        tells_flags: bool = False,
    ) -> None:
        self.name = name
        self.blind_to = blind_to
        self.labels = labels  # NAME:REST stands for an address of NAME
        self.repeats = repeats  # one interface may be in several stanzas
        self.by_family = by_family  # the kernel has all IPv4 addresses before all IPv6 addresses
        self.assumes = assumes  # which IPv6 netmasks are not told, and then assumed; "": none is
        self.system = system  # what uname(1) calls it; None: several have this form
        self.tells_flags = tells_flags  # of addresses


BLIND_TO = (
    "order",
    "address flags",
    "lifetimes",
    "origin protocol",
    "scope",
    "interface kinds",
    "masters",
    "routes",
    "interruption",
)
"""What hardly a form tells. Of order: net-tools sorts by name; FreeBSD, NetBSD and Solaris put the families apart."""


def host_of(stanzas: Sequence[Stanza], form: Form, warnings: Iterable[str] = ()) -> Host:
    """The host that these stanzas tell of.

    Raises:
        RecordingError: a name or an index that comes again where it cannot.
    """
    names = {stanza.name for stanza in stanzas}
    merged: dict[tuple[str, int | None, str | None], Stanza] = {}
    placed: list[tuple[Stanza, Stanza, str | None]] = []
    first: dict[str, Stanza] = {}
    for stanza in stanzas:
        owner = stanza.name.partition(":")[0] if form.labels else stanza.name
        label = stanza.name if owner != stanza.name and owner in names else None
        if stanza.name in first and not form.repeats:
            stanza.line.refuse(
                f"an interface must be listed once, and this one is on line {first[stanza.name].line.number} already",
                stanza.name,
            )
        first.setdefault(stanza.name, stanza)
        if label is None:
            owner = stanza.name
        # IFF_UP is what trust hangs on, and on Solaris each logical interface and each family has its own, and what it
        # is set apart for, too: one that differs from its interface in these is listed by itself.
        key = (owner, None if stanza.flags is None else stanza.flags & form.telling, stanza.set_apart)
        known = merged.get(key)
        if known is None:
            known = merged[key] = stanza
            label = None
        known.index = known.index or stanza.index
        known.mtu = stanza.mtu if known.mtu is None else known.mtu
        known.hardware_address = known.hardware_address or stanza.hardware_address
        placed.append((stanza, known, label))
    interfaces = _interfaces(merged.values())
    addresses = [
        entry.address(interfaces[id(known)], label, assume=bool(form.assumes))
        for stanza, known, label in placed
        for entry in stanza.entries
    ]
    if form.by_family:
        addresses.sort(key=lambda address: address.family != AF_INET)
    said = list(warnings)
    if any(address.netmask_origin == ASSUMED for address in addresses):
        said.append(assumption(f"ifconfig of {form.name} does not tell {form.assumes}"))
    found = tuple(interfaces.values())
    if is_part(stanzas):
        said.append(
            f"{found[0].name}: it is alone in this recording and no loopback, so this can only be a part of a host; "
            "ifconfig -a shows all of it"
        )
    tells_lifetimes = any(entry.lifetimes is not None for stanza in stanzas for entry in stanza.entries)
    blind_to = _blind_to(form, found, addresses, tells_lifetimes=tells_lifetimes)
    recorded = Recorded(system=form.system)
    return Host(found, tuple(addresses), "ifconfig", blind_to, tuple(said), recorded=recorded)


def is_part(stanzas: Sequence[Stanza]) -> bool:
    """Whether they can only be a part of a host: every host has a loopback interface beside its others."""
    names = {stanza.name.partition(":")[0] for stanza in stanzas}
    return len(names) == 1 and not (stanzas[0].flags or 0) & IFF_LOOPBACK


def _interfaces(stanzas: Iterable[Stanza]) -> dict[int, Interface]:
    """The record of each stanza, by its identity."""
    found: dict[int, Interface] = {}
    owners: dict[int, str] = {}
    for stanza in stanzas:
        index, owner = stanza.index, stanza.name.partition(":")[0]
        if index is not None:
            if owners.get(index, owner) != owner:
                stanza.line.refuse(f"an index must be an interface's own, and {owners[index]} has it", str(index))
            if index in owners:
                index = None  # listed by itself beside its interface, which has the index
            owners[stanza.index or 0] = owner
        found[id(stanza)] = Interface(
            stanza.name, index, stanza.flags, stanza.mtu, stanza.hardware_address, stanza.set_apart
        )
    return found


def _blind_to(
    form: Form, interfaces: Sequence[Interface], addresses: Sequence[Address], *, tells_lifetimes: bool
) -> tuple[str, ...]:
    tells = {
        "address flags": form.tells_flags,
        "lifetimes": tells_lifetimes,
        "interface flags": any(interface.flags is not None for interface in interfaces),
        "interface index": any(interface.index is not None for interface in interfaces),
        "mtu": any(interface.mtu is not None for interface in interfaces),
        "scope ids": any(address.scope_id for address in addresses),
        "ipv6 netmasks": not any(address.netmask_origin == ASSUMED for address in addresses),
    }
    words = dict.fromkeys((*BLIND_TO, *form.blind_to, *tells))
    return tuple(word for word in words if not tells.get(word))


def number_or_none(line: Line, words: Sequence[str], key: str, low: int = 0) -> int | None:
    """The number after a word of the line; None without that word."""
    if key not in words:
        return None
    place = words.index(key) + 1
    return line.whole(words[place] if place < len(words) else None, key, low, HIGHEST_U32)
