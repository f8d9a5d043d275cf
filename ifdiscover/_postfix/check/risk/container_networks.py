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

_STEMS = ("docker", "podman", "cni-podman", "cni", "cbr", "nerdctl", "lxcbr", "lxdbr", "incusbr", "virbr")
"""What container engines and hypervisors call their bridges, before a number."""

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
    if has_bridge_name(interface.name):
        return True
    if interface.kind != "bridge" or host.routes is None:
        return False
    if any(hop.interface_name == interface.name for route in host.routes for hop in route.next_hops):
        return False
    ports = [port for port in host.interfaces if port.master == interface.name]
    return bool(ports) and all(port.kind in _OF_GUESTS for port in ports)


def has_bridge_name(name: str) -> bool:
    """Whether an interface is called as container engines call a bridge: ``docker0``, ``br-1a2b3c4d5e6f``."""
    if name.startswith("br-"):
        return len(name) == 15 and not name[3:].strip("0123456789abcdef")  # one of Docker's networks
    return name == "docker_gwbridge" or name.rstrip("0123456789") in _STEMS
