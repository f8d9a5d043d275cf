"""SIOCGIFCONF and related requests on macOS, FreeBSD, DragonFly, NetBSD and OpenBSD: both families, in one list.

A record of the list has an address, or the index and hardware address of an interface, or only an interface's name.
Netmasks, broadcasts and peers take more requests. For IPv6 they need a socket of AF_INET6: on one of AF_INET
the kernel answers for an IPv4 address. The netmask in an answer may have the family 0 and fewer bytes than its type,
so its family is never checked.
"""

from __future__ import annotations

from _socket import AF_INET, AF_INET6, inet_ntop
from struct import Struct

from ifdiscover._backends.ioctl.requests import Listed, decode_record
from ifdiscover._backends.kame import extract
from ifdiscover._backends.shared import assumption, netmask_or_assumed, trimmed
from ifdiscover._names import to_text
from ifdiscover.model import ASSUMED, IFF_BROADCAST, IFF_POINTOPOINT, Address, Host, Interface

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from typing import Optional

    from ifdiscover._backends.ioctl.requests import Kernel

    Answers = Mapping[str, Optional[bytes]]  # by "netmask", "broadcast", "peer"; None: the kernel does not say

IN6_IFREQ_SIZE = 288  # <netinet6/in6_var.h>
ALIASREQ_SIZE = 64  # struct ifaliasreq, <net/if.h>: a name, an address, its broadcast or destination, its netmask
_FIELDS = {AF_INET: (4, 4), AF_INET6: (8, 16)}  # of an address in its socket address
_SHORT = Struct("=16xH")
_INT = Struct("=16xi")


def ask(kernel: Kernel, blind_to: tuple[str, ...], index_of: Callable[[bytes], int | None]) -> Host:
    """Ask for the whole host.

    Args:
        kernel: the kernel to ask.
        blind_to: the host's ``blind_to``.
        index_of: from an interface's name to its index, if the list does not have it; None if there is no such one.

    Raises:
        DiscoveryError: the kernel refused, or its answer makes no sense.
        NotPermittedError: this process has no permission.
    """
    warnings: list[str] = []
    records = kernel.records()
    listed = [decode_record(record, kernel.row) for record in records]
    links = {name: _link(kernel, name, found, index_of) for name, found in _by_name(listed).items()}
    addresses = []
    seen = set()
    for whole, entry in zip(records, listed):
        interface = links[entry.name]
        if interface is None or not entry.family:
            continue
        record = whole[: 16 + whole[16]]  # the address ends at sa_len
        where = f"{inet_ntop(entry.family, entry.packed)} on {interface.name}"
        answers = {} if entry in seen else _ask_about(kernel, record, entry, interface.flags or 0)
        if answers is None:
            warnings.append(f"{where} is left out: it went away")
            continue
        if entry in seen:
            warnings.append(f"{where} is there more than once, and ioctl tells the netmask of the first only")
        elif entry.family == AF_INET and answers.get("netmask") is None:
            warnings.append(f"{where}: the kernel does not tell its netmask")
        seen.add(entry)
        addresses.append(decode_address(entry, answers, interface))
    if any(address.netmask_origin == ASSUMED for address in addresses):
        warnings.append(assumption("the kernel does not answer SIOCGIFNETMASK_IN6 for every IPv6 address"))
    interfaces = tuple(interface for interface in links.values() if interface is not None)
    return Host(interfaces, tuple(addresses), "ioctl", blind_to, tuple(warnings))


def _by_name(listed: Iterable[Listed]) -> dict[bytes, list[Listed]]:
    found: dict[bytes, list[Listed]] = {}
    for entry in listed:
        found.setdefault(entry.name, []).append(entry)
    return found


def _link(
    kernel: Kernel, name: bytes, listed: Iterable[Listed], index_of: Callable[[bytes], int | None]
) -> Interface | None:
    """The interface of that name; None if it went away.

    Args:
        kernel: the kernel to ask.
        name: the interface's name.
        listed: its records in the list.
        index_of: as in ``ask()``.
    """
    flags = kernel.ask("SIOCGIFFLAGS", name)
    mtu = kernel.ask("SIOCGIFMTU", name)
    if flags is None or mtu is None:
        return None
    indexes = [entry.index for entry in listed if entry.index is not None]
    index = indexes[0] if indexes else index_of(name)
    hardware = {entry.hardware_address for entry in listed if entry.index is not None}
    return decode_link(name, flags, mtu, index, hardware)


def decode_link(name: bytes, flags: bytes, mtu: bytes, index: int | None, hardware: set[bytes | None]) -> Interface:
    """An interface, from the answers about it, and its index and hardware addresses in the list."""
    # ifr_flags are 16 bits. NetBSD writes no more: old bytes stay behind them.
    return Interface(
        to_text(name),
        index,
        _SHORT.unpack_from(flags)[0],
        _INT.unpack_from(mtu)[0] or None,
        # NetBSD lists every hardware address that was ever set, and does not say which one is in use.
        next(iter(hardware)) if len(hardware) == 1 else None,
    )


def _ask_about(kernel: Kernel, record: bytes, entry: Listed, flags: int) -> Answers | None:
    """What the kernel says about an address; None if the address is not there."""
    if entry.family == AF_INET6:
        return _ask_in6(kernel, record, flags)
    if "SIOCGIFALIAS" in kernel.row.requests:
        answer = kernel.ask("SIOCGIFALIAS", record[:32], size=ALIASREQ_SIZE)
        return None if answer is None else decode_alias(record, answer, flags)
    return _ask_ipv4(kernel, record, flags)


def _ask_ipv4(kernel: Kernel, record: bytes, flags: int) -> Answers | None:
    # Some kernels ignore the address and answer for the interface's first one. SIOCGIFADDR shows which one it is.
    own = kernel.ask("SIOCGIFADDR", record)
    netmask = kernel.ask("SIOCGIFNETMASK", record)
    if own is None or netmask is None:
        return None
    if own[20:24] != record[20:24]:
        return {}
    answers: dict[str, bytes | None] = {"netmask": _netmask(record, netmask, AF_INET)}
    if flags & (IFF_POINTOPOINT | IFF_BROADCAST):
        word, request = ("peer", "SIOCGIFDSTADDR") if flags & IFF_POINTOPOINT else ("broadcast", "SIOCGIFBRDADDR")
        other = kernel.ask(request, record)
        if other is None:
            return None
        answers[word] = _broadcast_or_peer(record, other, 16, AF_INET)
    return answers


def _ask_in6(kernel: Kernel, record: bytes, flags: int) -> Answers | None:
    netmask = kernel.ask("SIOCGIFNETMASK_IN6", record, size=IN6_IFREQ_SIZE, family=AF_INET6)
    if netmask is None:
        return None
    # KAME answers with a netmask of no bytes if nobody set one.
    answers: dict[str, bytes | None] = {"netmask": _netmask(record, netmask, AF_INET6) if netmask[16] else None}
    if flags & IFF_POINTOPOINT:
        other = kernel.ask("SIOCGIFDSTADDR_IN6", record, size=IN6_IFREQ_SIZE, family=AF_INET6)
        if other is None:
            return None
        answers["peer"] = _broadcast_or_peer(record, other, 16, AF_INET6)
    return answers


def decode_alias(record: bytes, answer: bytes, flags: int) -> Answers:
    """What an answer to SIOCGIFALIAS says; empty if it is about another address."""
    if answer[20:24] != record[20:24] or not answer[48]:  # no bytes: the kernel did not write the netmask
        return {}
    answers: dict[str, bytes | None] = {"netmask": trimmed(answer[48:], *_FIELDS[AF_INET])}
    if flags & (IFF_POINTOPOINT | IFF_BROADCAST):
        word = "peer" if flags & IFF_POINTOPOINT else "broadcast"
        answers[word] = _broadcast_or_peer(record, answer, 32, AF_INET)
    return answers


def _netmask(record: bytes, answer: bytes, family: int) -> bytes | None:
    """The netmask in an answer; None if the kernel wrote none, so that the address still stands there."""
    netmask = trimmed(answer[16:], *_FIELDS[family])
    own = trimmed(record[16:], *_FIELDS[family])
    return None if netmask == own and netmask != b"\xff" * len(own) else netmask


def _broadcast_or_peer(record: bytes, answer: bytes, at: int, family: int) -> bytes | None:
    """The broadcast or peer in an answer; None if there are no bytes, only zeros, or the address itself."""
    offset, size = _FIELDS[family]
    if answer[at] < offset + size:
        return None
    other = answer[at + offset : at + offset + size]
    own = record[16 + offset : 16 + offset + size]
    if family == AF_INET6:
        other, own = extract(other, None)[0], extract(own, None)[0]
    return other if any(other) and other != own else None


def decode_address(entry: Listed, answers: Answers, interface: Interface) -> Address:
    """An address, from its record and the answers about it."""
    return Address(
        interface,
        entry.family,
        entry.packed,
        *netmask_or_assumed(entry.family, answers.get("netmask")),
        entry.scope_id,
        answers.get("broadcast"),
        answers.get("peer"),
    )
