"""What both forms of ``ip addr`` have: words, and how the links and addresses that they show become a host.

ip(8) shows all that a netlink dump tells but for interface flags that it does not print and the protocol where it has
no word for it. It groups addresses by link; the kernel gives all IPv4 addresses first, link by link, then all IPv6.
"""

from __future__ import annotations

from _socket import AF_INET, AF_INET6

from ifdiscover._backends.recorded.fields import HIGHEST_U32, MAX_NAME
from ifdiscover._backends.recorded.linux import IFF_RUNNING, INTERFACE_FLAGS
from ifdiscover._packed import netmask_of
from ifdiscover.model import (
    ADDRESS_FLAGS,
    FAMILY_TITLES,
    IFF_LOOPBACK,
    KERNEL,
    SCOPES,
    Address,
    Host,
    Interface,
    Recorded,
)

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import NoReturn

    Refuse = Callable[[str], NoReturn]
    """Raises RecordingError with the place and this rule."""

BLIND_TO = ("origin protocol", "routes", "interruption")

PROTOCOLS = {"unspec": 0, "kernel_lo": 1, "kernel_ra": 2, "kernel_ll": 3}
PERMANENT = 0x80  # IFA_F_PERMANENT; ip prints "dynamic" where it is missing
FLAG_WORDS = {
    # Old versions print "secondary" for an IPv6 address too.
    family: {"secondary": 0x01, "temporary": 0x01, **{word: bit for bit, word in words.items()}}
    for family, words in ADDRESS_FLAGS.items()
}

# Types of links whose "address" is the near end of a tunnel, an IP address; ip -N prints numbers of <linux/if_arp.h>.
# A type decides, as 10:20:30:40:50:60:70:80 is an IPv6 address to gre6 and a link-layer address to ieee1394.
TUNNELS = frozenset(("ipip", "sit", "gre", "tunnel6", "gre6", "[768]", "[776]", "[778]", "[769]", "[823]"))
CALLSIGNS = frozenset(("ax25", "netrom", "rose", "[3]", "[0]", "[519]"))  # their addresses are no hexadecimal bytes

NO_FLAGS = ("NO-CARRIER", "M-DOWN")  # IFF_RUNNING is missing; the interface that this one stands on is down


def interface_flags(words: Iterable[tuple[str, Refuse]]) -> int:
    """IFF_* of the words between the brackets; each comes with what refuses it."""
    flags = 0
    has_carrier = True
    for word, refuse in words:
        has_carrier = has_carrier and word != "NO-CARRIER"
        if word in INTERFACE_FLAGS:
            flags |= INTERFACE_FLAGS[word]
        elif word not in NO_FLAGS:
            flags |= hexadecimal(word, refuse, "must be a flag that ip prints")
    return flags | IFF_RUNNING if flags & INTERFACE_FLAGS["UP"] and has_carrier else flags


def hexadecimal(text: str, refuse: Refuse, rule: str) -> int:
    """Up to 32 bits, as ip writes flags that it has no word for."""
    if not 0 < len(text) <= 8 or text.strip("0123456789abcdef"):
        refuse(rule)
    return int(text, 16)


def hardware_address(text: str, link_type: str | None, refuse: Refuse) -> bytes | None:
    """The bytes of a link-layer address; None for the end of a tunnel. Without a type the text alone must tell."""
    if link_type in TUNNELS or link_type in CALLSIGNS:
        return None
    if link_type is None and (":" not in text or "::" in text or "." in text):
        return None
    try:
        found = bytes.fromhex(text.replace(":", ""))
    except ValueError:
        found = b""
    if not found or found.hex(":") != text.lower() or len(found) > MAX_NAME:
        refuse("must be bytes in hexadecimal with colons between")
    return found


def scope(text: str, refuse: Refuse) -> str:
    """A scope as the model has it, of a word or of a number, as ip -N writes all of them."""
    if text in SCOPES:
        return text
    if not text.isascii() or not text.isdigit() or len(text) > 3 or int(text) > 255:
        refuse("must be global, site, link, host, nowhere, or a number up to 255")
    return SCOPES[int(text)]


def protocol(word: str) -> int | None:
    """IFA_PROTO, which ip(8) prints since 2022, by a word of /etc/iproute2/rt_addrprotos or a number.

    Any other word is the recorded host's own, and says nothing here.
    """
    if word in PROTOCOLS:
        return PROTOCOLS[word]
    digits, base = (word[2:], 16) if word.startswith("0x") else (word, 10)
    if not 0 < len(digits) <= 3 or digits.strip("0123456789abcdef"[:base]):
        return None
    number = int(digits, base)
    return number if number < 256 else None


def lifetime(seconds: int) -> int | None:
    """Seconds as the kernel has them; None for ever. Old versions print those beyond 2**31 as negative."""
    seconds %= HIGHEST_U32 + 1
    return None if seconds == HIGHEST_U32 else seconds


class Links:
    """The links and addresses that one recording shows, of one output of ip(8) or of several."""

    def __init__(self) -> None:
        self.interfaces: dict[int, Interface] = {}
        self.tells_types = False  # a link's type: only a dump of one family is without
        self.tells_near_peers = True  # false of BusyBox, which compares 32 bits to see whether IPv6 has a peer
        self.tells_queues = False  # a link's qdisc: only a dump of IPv6 is without, with -d too
        self.with_details: set[int] = set()  # the indexes of links of which -d told more, such as their kind
        self.is_filtered = False  # arguments of ip(8) left something out
        self.is_thinned = False  # and some of it are addresses of a link that is shown
        self._indexes: dict[str, int] = {}
        self._addresses: dict[int, dict[tuple[object, ...], Address]] = {AF_INET: {}, AF_INET6: {}}
        self._completed: set[int] = set()

    def link(self, found: Interface, refuse: Refuse) -> Interface:
        """Take a link. One that comes again, in another output, must say the same of it."""
        index = found.index or 0
        if self._indexes.setdefault(found.name, index) != index:
            refuse(f"a link must have one index, and this name has {self._indexes[found.name]} too")
        known = self.interfaces.get(index)
        if known is None:
            self.interfaces[index] = found
            return found
        whole = Interface(
            found.name,
            index,
            found.flags,
            known.mtu if found.mtu is None else found.mtu,
            known.hardware_address if found.hardware_address is None else found.hardware_address,
            kind=known.kind if found.kind is None else found.kind,
            master=known.master if found.master is None else found.master,
        )
        if any(told not in (None, now) for told, now in zip(known, whole)):
            refuse("a link that comes again must be what it was; record both outputs anew")
        if whole != known:
            self.interfaces[index] = whole
            self._completed.add(index)
        return whole

    def address(
        self,
        interface: Interface,
        family: int,
        packed: bytes,
        prefixlen: int,
        *,
        peer: bytes | None,
        broadcast: bytes | None,
        scope: str | None,
        flags: int,
        label: str | None,
        protocol: int | None,
        preferred_lifetime: int | None,
        valid_lifetime: int | None,
    ) -> None:
        """Take an address that is told in these words."""
        self.add(
            Address(
                interface,
                family,
                packed,
                prefixlen,
                netmask_of(prefixlen, family),
                KERNEL,
                interface.index or 0 if scope == "link" and family == AF_INET6 else 0,
                broadcast,
                peer,
                None if label == interface.name else label,
                scope,
                flags,
                protocol,
                preferred_lifetime,
                valid_lifetime,
            )
        )

    def add(self, address: Address) -> None:
        """Take an address; one that comes again is the same one."""
        key = (address.interface.index, address.packed, address.prefixlen, address.packed_peer)
        self._addresses[address.family].setdefault(key, address)

    def host(self, blind_to: Iterable[str] = (), warnings: Iterable[str] = ()) -> Host:
        """The host that they make, in the kernel's order."""
        addresses = [*self._addresses[AF_INET].values(), *self._addresses[AF_INET6].values()]
        if self._completed:
            addresses = [
                address._replace(interface=self.interfaces[address.interface.index or 0]) for address in addresses
            ]
        sign = self._sign_of_a_part()
        part = () if sign is None else (f"{sign}, {ONLY_A_PART}",)
        interfaces = tuple(self.interfaces.values())
        types = () if self.tells_types or not interfaces else ("hardware addresses",)
        kinds = () if self.with_details >= self.interfaces.keys() else ("interface kinds",)
        return Host(
            interfaces,
            tuple(addresses),
            "ip",
            (
                *BLIND_TO,
                *blind_to,
                *types,
                *self._left_out(),
                *kinds,
                *(() if self.tells_near_peers else ("near peers",)),
            ),
            (*warnings, *part),
            recorded=Recorded(),
        )

    def _sign_of_a_part(self) -> str | None:
        """Why this can be no whole host; None where it may be one. Nothing here is true of any whole host.

        That 127.0.0.1 or a whole family is missing is no sign: there are such hosts.
        """
        if self.is_filtered:
            return "some links or addresses were filtered out of this recording"
        if not self._has_loopback():
            return "this recording has no loopback interface"
        alone = self._family_alone()
        return None if alone is None else f"this recording has {FAMILY_TITLES[alone]} alone"

    def _has_loopback(self) -> bool:
        """Whether there is a loopback interface: every network namespace has one, which cannot be deleted."""
        return any((interface.flags or 0) & IFF_LOOPBACK for interface in self.interfaces.values())

    def _family_alone(self) -> int | None:
        """The family that alone was asked for; None where both may have been.

        ip -4 and ip -6 print no link/TYPE. With -d they do, but ip -6 asks for its links in a dump that has no qdisc.
        """
        told = [family for family, found in self._addresses.items() if found]
        if len(told) != 1 or (self.tells_types and (self.tells_queues or told == [AF_INET])):
            return None
        return told[0]

    def _left_out(self) -> list[str]:
        """What was not asked for, in words of ``model.BLINDNESS``."""
        words = []
        alone = self._family_alone()
        if alone is not None:
            words.append("ipv4 addresses" if alone == AF_INET6 else "ipv6 addresses")
        if alone is not None or (self.interfaces and not self.tells_types):
            words.append("interfaces without addresses")
        if self.is_filtered or not self._has_loopback():
            words.append("other interfaces")
        if self.is_thinned:
            words.append("other addresses")
        return words


ONLY_A_PART = (
    "so it is only a part of a host (as by show dev, scope, -4 or -6), and what is not in it is not trusted; "
    "record all of it: ip -j addr"
)
