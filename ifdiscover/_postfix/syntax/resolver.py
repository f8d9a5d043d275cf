"""The system's resolver: the addresses of a host name, or the address that a number stands for."""

from __future__ import annotations

from _socket import AF_INET, AF_INET6, AI_NUMERICHOST, SOCK_STREAM, getaddrinfo, inet_pton

from ifdiscover._names import to_bytes, to_text

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    Resolved = tuple[int, bytes, int]  # family, packed address, scope_id (0 for none)


def host_addresses(text: str, families: tuple[int, ...]) -> list[Resolved]:
    """Every address of a host name.

    Args:
        text: the name, or an address in any form that the system accepts.
        families: AF_INET, AF_INET6 or both; addresses of other families do not count.

    Raises:
        OSError: there is no address; ``strerror`` has the system's words, as Postfix prints them.
        ValueError: the text has a NUL, where C would stop, or characters that cannot be encoded.
    """
    return _addresses(text, families, 0)


def numeric_address(text: str, families: tuple[int, ...]) -> Resolved:
    """The address that a text stands for. Nothing is looked up.

    getaddrinfo(3) accepts more than inet_pton(3): it reads 010.0.0.1 as 8.0.0.1. If IPv4 is the only family in use,
    glibc reads ::ffff:192.0.2.1 as 192.0.2.1.

    Args:
        text: the address as a number.
        families: AF_INET, AF_INET6 or both.

    Raises:
        OSError, ValueError: the text is no address of these families; see ``host_addresses()``.
    """
    return _addresses(text, families, AI_NUMERICHOST)[0]


def _addresses(text: str, families: tuple[int, ...], flags: int) -> list[Resolved]:
    if "\0" in text:
        raise ValueError("a NUL stands in it")
    family = families[0] if len(families) == 1 else 0
    # As bytes: Python would encode a str by IDNA, which refuses names that the resolver may know.
    raw = to_bytes(text)
    if to_text(raw) != text:
        raise ValueError("a surrogate stands in it that stands for no byte")
    found = getaddrinfo(raw, None, family, SOCK_STREAM, 0, flags)
    # The zone of fe80::1%eth0 is the last of the four fields of an IPv6 sockaddr.
    return [
        (
            answered,
            inet_pton(answered, str(sockaddr[0]).partition("%")[0]),
            int(sockaddr[3]) if len(sockaddr) > 3 else 0,
        )
        for answered, _type, _protocol, _name, sockaddr in found
        if answered in (AF_INET, AF_INET6)
    ]
