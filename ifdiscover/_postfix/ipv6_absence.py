"""If inet_protocols asks for IPv6 and the host lacks it: why, and what to set.

Postfix itself only notices a kernel without IPv6. In the other cases it goes on as if IPv6 were there.
"""

from __future__ import annotations

from _socket import AF_INET, AF_INET6

from ifdiscover._names import is_copyable, to_bytes
from ifdiscover._packed import is_loopback
from ifdiscover._postfix.active_addresses import find_active
from ifdiscover._postfix.syntax.findings import Finding

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Optional

    from ifdiscover._postfix.inet_protocols import Protocols
    from ifdiscover.model import Address, Host, Interface

    # Takes an interface's name, returns whether its disable_ipv6 is set; None if not known.
    IsDisabled = Callable[[str], Optional[bool]]

_IPV4 = "set inet_protocols = ipv4"


def read_disable_ipv6(name: str) -> bool | None:
    """Whether Linux has IPv6 switched off on an interface, in this thread's network namespace; None: not known."""
    try:
        with open(to_bytes(f"/proc/sys/net/ipv6/conf/{name}/disable_ipv6"), "rb") as file:  # noqa: PTH123 - pathlib costs more
            return file.read(8).strip() != b"0"
    except (OSError, ValueError):
        return None


def disabled_reader(host: Host, netns: str | None = None) -> IsDisabled:
    """The function that tells whether IPv6 is switched off on an interface of a host. A recording does not tell.

    Args:
        host: the host.
        netns: the network namespace from which it was read, as ``discover()`` takes it; None: this one.
    """
    if host.recorded is not None:
        return disabled_unknown
    if netns is None:
        return read_disable_ipv6
    from ifdiscover._backends.netlink.namespace import in_namespace

    return lambda name: in_namespace(netns, lambda: read_disable_ipv6(name))


def disabled_unknown(_name: str) -> None:
    """The answer for a recorded host: not known."""


def ipv6_absence(host: Host, protocols: Protocols, is_disabled: IsDisabled) -> Finding | None:
    """Why a host lacks IPv6; None if it has IPv6, inet_protocols does not ask for it, or the backend cannot tell.

    Args:
        host: the host; only its active addresses count.
        protocols: the result of ``enabled_protocols()`` on its kernel.
        is_disabled: whether IPv6 is switched off on an interface; called only if addresses are missing.
    """
    if AF_INET6 in protocols.refused:
        return _absence("ipv6-not-in-kernel", "this kernel has no IPv6", _IPV4, protocols.warnings[0])
    if "ipv6 addresses" in host.blind_to:
        return None
    if AF_INET6 not in protocols.families or any(_unknown_if_up(address) for address in host.addresses):
        return None
    addresses = find_active(host, (AF_INET6, AF_INET))
    ipv6 = [address for address in addresses if address.family == AF_INET6]
    loopback = [address for address in addresses if is_loopback(address.family, address.packed)]
    up = [interface for interface in host.interfaces if interface.is_up]
    if not ipv6:
        disabled = _disabled(up, is_disabled)
        if up and len(disabled) == len(up):
            remedy = f"{_IPV4}, or switch IPv6 on: sysctl net.ipv6.conf.all.disable_ipv6=0"
            return _absence(
                "ipv6-disabled", f"disable_ipv6 is set on {_first_names(disabled)}: all interfaces that are up", remedy
            )
        what = f"no interface that is up has an IPv6 address, says backend {host.backend}{_and_disabled(disabled)}"
        return _absence("ipv6-no-address", what, f"{_IPV4}, or give this host an IPv6 address")
    if all(is_loopback(AF_INET6, address.packed) for address in ipv6):
        what = f"this host has no IPv6 address but ::1{_and_disabled(_disabled(up, is_disabled))}"
        return _absence("ipv6-loopback-only", what, f"{_IPV4}, or give this host an IPv6 address")
    # A host without an IPv4 loopback address has another problem than IPv6.
    if loopback and all(address.family == AF_INET for address in loopback):
        interfaces = list(dict.fromkeys(address.interface for address in loopback))
        disabled = _disabled(interfaces, is_disabled)
        what = f"this host has IPv6 addresses, but not ::1{_and_disabled(disabled)}"
        how = _command_for_loopback(disabled[0] if disabled else interfaces[0].name, is_disabled=bool(disabled))
        return _absence("ipv6-no-loopback", what, f"{_IPV4}, or give this host ::1{how}")
    return None


def _command_for_loopback(name: str, *, is_disabled: bool) -> str:
    """How an interface gets ::1 on Linux; "" if its name cannot be copied from a terminal."""
    if not is_copyable(name):
        return ""
    from shlex import quote

    if is_disabled:  # a name with a dot would be two words to sysctl(8), unless all dots are slashes
        key = f"net.ipv6.conf.{name}.disable_ipv6" if "." not in name else f"net/ipv6/conf/{name}/disable_ipv6"
        return f", on Linux by: sysctl {quote(f'{key}=0')}"
    return f", on Linux by: ip -6 address add ::1/128 dev {quote(name)}"


def _absence(kind: str, remark: str, suggestion: str, postfix_says: str = "") -> Finding:
    return Finding(kind, postfix_says, suggestion=suggestion, remark=remark, parameter="inet_protocols")


def _unknown_if_up(address: Address) -> bool:
    return address.family == AF_INET6 and address.interface.flags is None


def _disabled(interfaces: Iterable[Interface], is_disabled: IsDisabled) -> list[str]:
    return [interface.name for interface in interfaces if is_disabled(interface.name)]


def _and_disabled(disabled: list[str]) -> str:
    return f"; disable_ipv6 is set on {_first_names(disabled)}" if disabled else ""


def _first_names(names: list[str]) -> str:
    return ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
