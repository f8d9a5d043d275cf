"""An address that stands in a mail address or in a parameter, as the number that the system makes of it."""

from __future__ import annotations

from _socket import AI_NUMERICHOST, SOCK_STREAM, getaddrinfo, inet_pton

from ifdiscover.names import to_bytes


def numeric_address(text: str, families: tuple[int, ...]) -> tuple[int, bytes, int]:
    """Family, packed address and scope_id (0 for none) of a text that stands for a number; nothing is looked up.

    Unlike inet_pton(3), getaddrinfo(3) takes 010.0.0.1 for 8.0.0.1, and where IPv4 is the only family in use, glibc
    takes ::ffff:192.0.2.1 for 192.0.2.1.

    Raises:
        OSError: it stands for none of these families; ``strerror`` has the system's words, as Postfix prints them.
        ValueError: it holds a NUL, at which C would stop, or characters that are no text to the system.
    """
    family = families[0] if len(families) == 1 else 0
    if "\0" in text:
        raise ValueError("a NUL stands in it")
    found = getaddrinfo(to_bytes(text), None, family, SOCK_STREAM, 0, AI_NUMERICHOST)
    answered, _type, _protocol, _name, sockaddr = found[0]
    scope_id = int(sockaddr[3]) if len(sockaddr) > 3 else 0
    return answered, inet_pton(answered, str(sockaddr[0]).partition("%")[0]), scope_id
