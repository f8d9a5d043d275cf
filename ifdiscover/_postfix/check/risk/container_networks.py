"""Which interfaces are networks of containers or virtual machines on this host."""

from __future__ import annotations

from _socket import AF_INET, inet_pton

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from ifdiscover._postfix.syntax.networks import Parsed
    from ifdiscover.model import Host, Interface

_HOMES = {
    "docker0": ("172.17.0.0", 16),
    "podman0": ("10.88.0.0", 16),
    "cni-podman0": ("10.88.0.0", 16),
    "lxcbr0": ("10.0.3.0", 24),
    "virbr0": ("192.168.122.0", 24),
}
"""Where Docker, Podman, LXC and libvirt put the interfaces of these names, unless somebody says otherwise."""

_NAMES = (*_HOMES, "docker_gwbridge", "cni0", "lxdbr0", "incusbr0")
_STEMS = ("podman", "cni-podman", "virbr")  # a number follows
_OF_GUESTS = ("tun", "veth")  # kinds of the ports that containers and virtual machines have


def home_of(name: str) -> Parsed | None:
    """The network in which an interface of this name is, unless somebody says otherwise; None: not known."""
    if name not in _HOMES:
        return None
    text, length = _HOMES[name]
    return AF_INET, inet_pton(AF_INET, text), length


def is_container_network(interface: Interface, host: Host) -> bool:
    """Whether an interface is a bridge of containers or virtual machines, and not a port to a network outside.

    The kind of the interface tells it, and where the backend cannot tell kinds the name.
    """
    if _is_name_of_one(interface.name):
        return True
    if interface.kind != "bridge" or host.routes is None:
        return False
    if any(hop.interface_name == interface.name for route in host.routes for hop in route.next_hops):
        return False
    ports = [port for port in host.interfaces if port.master == interface.name]
    return bool(ports) and all(port.kind in _OF_GUESTS for port in ports)


def _is_name_of_one(name: str) -> bool:
    if name in _NAMES or any(name.startswith(stem) and name[len(stem) :].isdecimal() for stem in _STEMS):
        return True
    return len(name) == 15 and name.startswith("br-") and not name[3:].strip("0123456789abcdef")  # one of Docker's
