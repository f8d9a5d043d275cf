"""The parameter inet_protocols: which address families Postfix uses on this kernel."""

from __future__ import annotations

from _socket import AF_INET, AF_INET6, SOCK_STREAM, socket
from errno import EAFNOSUPPORT, EPROTONOSUPPORT
from os import strerror

from ifdiscover._record import Record
from ifdiscover.errors import ProtocolsError, refusal
from ifdiscover.model import FAMILY_TITLES
from ifdiscover.postfix.syntax.words import known_words

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from ifdiscover.model import Host

    Probe = Callable[[int], None]

_FAMILIES = {"all": (AF_INET, AF_INET6), "ipv4": (AF_INET,), "ipv6": (AF_INET6,)}


class Protocols(Record):
    """The families in use, in Postfix's order, and what Postfix warned of while finding them."""

    families: tuple[int, ...]  # AF_INET before AF_INET6
    warnings: tuple[str, ...] = ()
    refused: tuple[int, ...] = ()  # those that were asked for and that the kernel does not have


def open_socket(family: int) -> None:
    """Ask this kernel whether it has a family, as Postfix does: by opening a stream socket of it.

    Raises:
        OSError: the kernel's answer.
    """
    socket(family, SOCK_STREAM, 0).close()


def kernel_families() -> tuple[int, ...]:
    """The families that this kernel has sockets for.

    Raises:
        DiscoveryError: it refused one for another reason than not having the family.
    """
    return enabled_protocols().families


def probe_of(host: Host | None) -> Probe:
    """How to ask the kernel of a host: this one's is asked, a recorded one's has answered.

    A recording that does not say is taken for that of a kernel with both families.
    """
    if host is None or host.recorded is None:
        return open_socket
    families = host.recorded.families

    def probe(family: int) -> None:
        if families is not None and family not in families:
            raise OSError(EAFNOSUPPORT, strerror(EAFNOSUPPORT))

    return probe


def enabled_protocols(inet_protocols: str = "all", probe: Probe = open_socket) -> Protocols:
    """The families that inet_protocols names and that the kernel has sockets for.

    IPv6 that is switched off by sysctl still has sockets: no warning, only no addresses.

    Args:
        inet_protocols: the parameter's value. One without any word names no family.
        probe: told a family, raises the kernel's OSError.

    Raises:
        ProtocolsError: a word is none of ``all``, ``ipv4``, ``ipv6``.
        DiscoveryError: the kernel refused a socket for another reason than not having the family.
    """
    words = known_words(
        inet_protocols,
        _FAMILIES,
        what="inet_protocols",
        error=ProtocolsError,
        remedy="write all, ipv4, ipv6, or ipv4 and ipv6 in a list, in lower case",
    )
    asked = {family for word in words for family in _FAMILIES[word]}
    warnings = []
    missing = []
    # IPv6 first: Postfix warns in this order.
    for family in (AF_INET6, AF_INET):
        if family not in asked:
            continue
        try:
            probe(family)
        except OSError as error:
            reason = strerror(error.errno or 0)
            if error.errno not in (EAFNOSUPPORT, EPROTONOSUPPORT):
                raise refusal(
                    "socket", error.errno, f"this kernel refused an {FAMILY_TITLES[family]} socket"
                ) from error
            asked.discard(family)
            missing.append(family)
            warnings.append(f"inet_protocols: disabling {FAMILY_TITLES[family]} name/address support: {reason}")
    return Protocols(
        tuple(family for family in (AF_INET, AF_INET6) if family in asked), tuple(warnings), tuple(missing)
    )
