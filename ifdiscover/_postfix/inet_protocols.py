"""The parameter inet_protocols: which address families Postfix uses on this kernel."""

from __future__ import annotations

from _socket import AF_INET, AF_INET6

from ifdiscover._host import FAMILY_TITLES
from ifdiscover._kernel import open_socket, why_missing
from ifdiscover._record import Record

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from collections.abc import Iterable

    from ifdiscover._kernel import Probe

_FAMILIES = {"all": (AF_INET, AF_INET6), "ipv4": (AF_INET,), "ipv6": (AF_INET6,)}


class Protocols(Record):
    """The families in use, and Postfix's warnings about them."""

    families: tuple[int, ...]  # AF_INET before AF_INET6
    warnings: tuple[str, ...] = ()
    refused: tuple[int, ...] = ()  # families that inet_protocols names and the kernel does not have


def enabled_protocols(inet_protocols: str = "all", probe: Probe = open_socket) -> Protocols:
    """The families that inet_protocols names and that the kernel has sockets for.

    If sysctl switches IPv6 off, it has sockets but no addresses, and there is no warning.

    Args:
        inet_protocols: the parameter's value. A value without words names no family.
        probe: opens a socket of a family, or raises the kernel's OSError.

    Raises:
        ProtocolsError: a word is none of ``all``, ``ipv4``, ``ipv6``.
        DiscoveryError: the kernel has the family, but refused a socket.
    """
    asked = set(_FAMILIES.get(inet_protocols) or _listed(inet_protocols))
    warnings = []
    missing = []
    # IPv6 first: Postfix warns in this order.
    for family in (AF_INET6, AF_INET):
        reason = why_missing(family, probe) if family in asked else None
        if reason is not None:
            asked.discard(family)
            missing.append(family)
            warnings.append(f"inet_protocols: disabling {FAMILY_TITLES[family]} name/address support: {reason}")
    return Protocols(
        tuple(family for family in (AF_INET, AF_INET6) if family in asked), tuple(warnings), tuple(missing)
    )


def is_ipv6_alone(inet_protocols: str) -> bool:
    """Whether a value of inet_protocols names IPv6 and not IPv4. The kernel is not asked.

    Raises:
        ProtocolsError: as ``enabled_protocols()``.
    """
    return set(_FAMILIES.get(inet_protocols) or _listed(inet_protocols)) == {AF_INET6}


def _listed(inet_protocols: str) -> Iterable[int]:
    """The families of a value with any number of words. A single known word, the usual value, does not come here."""
    from ifdiscover._errors.postfix import ProtocolsError
    from ifdiscover._postfix.syntax.words import known_words

    words = known_words(
        inet_protocols,
        _FAMILIES,
        what="inet_protocols",
        error=ProtocolsError,
        remedy="write all, ipv4, ipv6, or ipv4 and ipv6 in a list, in lower case",
    )
    return [family for word in words for family in _FAMILIES[word]]
