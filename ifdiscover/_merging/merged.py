"""The networks that the Postfix of each of many hosts would trust, as one list with the hosts behind each network."""

from __future__ import annotations

from array import array

from ifdiscover._kernel import probe_of
from ifdiscover._merging.collapse import grouped, number_of, of_number
from ifdiscover._merging.shared_addresses import Owners
from ifdiscover._packed import cidr_text, pattern_text
from ifdiscover._postfix.inet_protocols import enabled_protocols
from ifdiscover._postfix.mynetworks import DEFAULT_STYLE, compute, parse_style
from ifdiscover._record import Immutable, Record
from ifdiscover.errors import IfdiscoverError
from ifdiscover.model import BITS

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from collections.abc import Iterable

    from ifdiscover._merging.recordings import Recording
    from ifdiscover._merging.shared_addresses import SharedAddress
    from ifdiscover._postfix.inet_protocols import Protocols
    from ifdiscover.model import Host, IPNetwork

MOST_KEPT = 1000
"""So many warnings, and so many skipped recordings, are kept; the others are counted."""


class MergedNetwork(Record):
    """One network of the list. ``str()`` of it is Postfix's spelling: 192.0.2.0/24, [2001:db8::]/64.

    Attributes:
        family: AF_INET or AF_INET6.
        packed: its first address: 4 or 16 bytes.
        prefixlen: its prefix length in bits.
        hosts: the names of the hosts that gave it, or a part of it, in the order in which they were read.
    """

    family: int
    packed: bytes
    prefixlen: int
    hosts: tuple[str, ...]

    def __str__(self) -> str:
        return pattern_text(self.family, self.packed, self.prefixlen)

    @property
    def cidr(self) -> str:
        """The network without brackets, as most programs but Postfix write it: 2001:db8::/64."""
        return cidr_text(self.family, self.packed, self.prefixlen)

    @property
    def network(self) -> IPNetwork:
        """The network as an ``ipaddress`` object."""
        import ipaddress

        return ipaddress.ip_network((self.packed, self.prefixlen))


class Skipped(Record):
    """A recording that gave nothing.

    Attributes:
        file: the file that it stands in; None: it was given as a ``Host``.
        line: its line in the file; None: the whole file is one recording.
        host: the host's name; None: not known.
        reason: why it was skipped.
    """

    file: str | None
    line: int | None
    host: str | None
    reason: str

    @property
    def where(self) -> str:
        """The file and the line, and the host."""
        place = place_text(self.file, self.line)
        return ", ".join([part for part in (place, f"host {self.host}" if self.host else "") if part])


class MergedNetworks(Immutable, tuple[MergedNetwork, ...]):  # noqa: SLOT001 - it carries more beside its elements
    """What many hosts trust: a tuple of ``MergedNetwork``. ``str()`` of it is Postfix's text.

    No two networks overlap, and none of them can be joined: IPv4 first, in ascending order.

    Attributes:
        style: ``class``, ``subnet`` or ``host``.
        host_count: how many hosts gave networks.
        shared: every ``SharedAddress``, faults first.
        skipped: a ``Skipped`` for each recording that gave nothing; of many only the first 1000.
        skipped_count: how many recordings gave nothing.
        warnings: warnings about the hosts; of many only the first 1000. Names in them are not escaped.
    """

    style: str
    host_count: int
    shared: tuple[SharedAddress, ...]
    skipped: tuple[Skipped, ...]
    skipped_count: int
    warnings: tuple[str, ...]

    def __new__(cls, networks: Iterable[MergedNetwork], **more: object) -> MergedNetworks:  # noqa: PYI034 - Self is not in 3.9's typing
        self = super().__new__(cls, networks)
        vars(self).update(more)
        return self

    def __getnewargs_ex__(self) -> tuple[tuple[tuple[MergedNetwork, ...]], dict[str, object]]:
        return (tuple(self),), dict(vars(self))

    def __repr__(self) -> str:
        from ifdiscover._columns import first_few

        return f"MergedNetworks({first_few(self)!r}, style={self.style!r}, host_count={self.host_count})"

    def __str__(self) -> str:
        return " ".join(map(str, self))


def merged_networks(
    hosts: Iterable[Host], *, style: str = DEFAULT_STYLE, inet_protocols: str = "all"
) -> MergedNetworks:
    """One list of the networks that the Postfix of each host trusts by default, as short as can be.

    It trusts what the hosts' own lists together trust, and nothing else. The hosts are read one after the other, and
    not kept: ``merged_networks(map(replay, files))`` needs memory for their addresses and names only.

    Args:
        hosts: what ``replay()`` or ``discover()`` returns. A host whose networks cannot be computed, as when none of
            its interfaces is up, is in ``skipped``. Hosts of the same name count as one.
        style: a value of mynetworks_style.
        inet_protocols: the parameter's value.

    Raises:
        ProtocolsError, StyleError: Postfix refuses a value.
    """
    merging = Merging(style, inet_protocols)
    for host in hosts:
        merging.add(host)
    return merging.result()


class Merging:
    """Takes hosts one after the other, and keeps of each its name, its addresses and which networks it gave."""

    def __init__(self, style: str, inet_protocols: str) -> None:
        """Check the parameters; see ``merged_networks()``."""
        self.style = parse_style(style)
        self.read_count = 0
        self._inet_protocols = inet_protocols
        enabled_protocols(inet_protocols, lambda _family: None)  # refuse a bad value before any host is read
        self._protocols: dict[tuple[int, ...] | None, Protocols] = {}
        self._names: list[str] = []  # of hosts, by number
        self._numbers: dict[str, int] = {}  # of hosts, by name
        # Of each network the numbers of the hosts that gave it: four bytes each.
        self._hosts: dict[int, dict[int, array[int]]] = {family: {} for family in BITS}
        self._owners = Owners()
        self._skipped: list[Skipped] = []
        self._skipped_count = 0
        self._warnings: dict[str, None] = {}
        self._warning_count = 0

    def take(self, recording: Recording) -> None:
        """Take what was read from a place: a host, or the reason why there is none."""
        if recording.host is None:
            self.read_count += 1
            self._skip(Skipped(recording.file, recording.line, None, recording.fault or ""))
        else:
            self.add(recording.host, recording.file, recording.line)

    def add(self, host: Host, file: str | None = None, line: int | None = None) -> None:
        """Take a host; the file and line are where it was recorded."""
        self.read_count += 1
        recorded_name = None if host.recorded is None else host.recorded.host
        place = place_text(file, line)
        try:
            networks = compute(host, self.style, "all", self._protocols_of(host))
        except IfdiscoverError as error:
            self._skip(Skipped(file, line, recorded_name, str(error)))
            return
        name = recorded_name or place or f"host {self.read_count}"
        number = self._numbers.setdefault(name, len(self._names))
        if number == len(self._names):
            self._names.append(name)
        else:
            again = f"again in {place}" if place else "again"
            self._warn(f"host {name}: {again}: both count, with all of their addresses; leave out what is old")
        for warning in networks.warnings:
            self._warn(f"host {name}: {warning}")
        for family, packed, prefixlen, sources in networks:
            key = number_of(packed, prefixlen)
            numbers = self._hosts[family].get(key)
            if numbers is None:
                self._hosts[family][key] = array("I", (number,))
            elif numbers[-1] != number:
                numbers.append(number)
            self._owners.add(number, host, sources)

    def result(self) -> MergedNetworks:
        """The list of all hosts so far."""
        networks = []
        for family, known in self._hosts.items():
            for number, inner in grouped(sorted(known), BITS[family]):
                packed, prefixlen = of_number(number, family)
                numbers = sorted({host for one in inner for host in known[one]})
                hosts = tuple([self._names[host] for host in numbers])
                networks.append(MergedNetwork(family, packed, prefixlen, hosts))
        more = self._warning_count - len(self._warnings)
        return MergedNetworks(
            networks,
            style=self.style,
            host_count=len(self._names),
            shared=self._owners.shared(self._names),
            skipped=tuple(self._skipped),
            skipped_count=self._skipped_count,
            warnings=(*self._warnings, *([f"and {more} warnings more"] if more else [])),
        )

    def _protocols_of(self, host: Host) -> Protocols:
        """The protocols in use on a host; recordings with the same families have the same."""
        families = None if host.recorded is None else host.recorded.families
        if families not in self._protocols or host.recorded is None:
            self._protocols[families] = enabled_protocols(self._inet_protocols, probe_of(host))
        return self._protocols[families]

    def _skip(self, skipped: Skipped) -> None:
        self._skipped_count += 1
        if len(self._skipped) < MOST_KEPT:
            self._skipped.append(skipped)

    def _warn(self, warning: str) -> None:
        if warning in self._warnings:
            return
        self._warning_count += 1
        if len(self._warnings) < MOST_KEPT:
            self._warnings[warning] = None


def place_text(file: str | None, line: int | None) -> str:
    """A file and a line in it, for people; names in it are not escaped."""
    return "" if file is None else file if line is None else f"{file}, line {line}"
