"""What is known beside a match list: the host that Postfix runs on, and the parameters that the list came from."""

from __future__ import annotations

from _socket import AF_INET, AF_INET6, inet_pton

from ifdiscover._packed import cut, is_ipv6_link_local, pattern_text
from ifdiscover._postfix.inet_protocols import is_ipv6_alone
from ifdiscover._postfix.lists.configured import PARAMETER
from ifdiscover._postfix.route_destinations import destinations_unknown
from ifdiscover.errors import MacroError, ProtocolsError, UnknownDefaultError
from ifdiscover.model import BITS

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from ifdiscover._postfix.parameters.configuration import Configuration
    from ifdiscover._postfix.route_destinations import Destinations
    from ifdiscover._postfix.syntax.machine import Machine
    from ifdiscover.model import Host

# Networks that everybody knows by their first address: RFC 1122, 1918, 3927, 4193, 4291 and 3849.
_WELL_KNOWN = {
    "10.0.0.0": 8,
    "127.0.0.0": 8,
    "169.254.0.0": 16,
    "172.16.0.0": 12,
    "192.168.0.0": 16,
    "2001:db8::": 32,
    "fc00::": 7,
    "fd00::": 8,
    "fe80::": 10,
}
_SHORTEST = 8  # a host with a shorter netmask has an odd one, which no suggestion repeats


class Known:
    """What is known beside a list. Each may be unknown.

    Args:
        host: the host that Postfix runs on.
        configuration: the parameters in force.
        machine: where files are read; None: this machine.
        destinations: where the host's routes lead; None: not known.

    Attributes:
        host: as above.
        machine: as above.
        destinations: as above.
    """

    def __init__(
        self,
        host: Host | None = None,
        configuration: Configuration | None = None,
        machine: Machine | None = None,
        destinations: Destinations | None = None,
    ) -> None:
        if machine is None:
            from ifdiscover._postfix.syntax.machine import Machine  # check has made one already

            machine = Machine()
        self.machine = machine
        self.destinations = destinations or destinations_unknown
        self.host = host
        self._configuration = configuration
        self._own: set[tuple[int, bytes]] = set()
        self._networks: dict[tuple[int, bytes], int] = {}  # of the host: each base and its prefix length
        for address in () if host is None else host.addresses:
            self._own.add((address.family, address.packed))
            length = address.prefixlen
            # The first address of a /31 or a /127 is a host's like any other (RFC 3021, RFC 6164).
            if length is not None and _SHORTEST <= length < BITS[address.family] - 1:
                self._networks.setdefault((address.family, cut(address.packed, length)), length)
        self._lengths = {(family, length) for (family, _base), length in self._networks.items()}

    @property
    def inet_protocols(self) -> str:
        """The parameter's value; "all" if Postfix does not start with it, or it is not known."""
        if self._configuration is not None:
            try:
                value = self._configuration.value("inet_protocols")
                is_ipv6_alone(value)
            except (MacroError, ProtocolsError, UnknownDefaultError):
                return "all"
            return value
        return "all"

    def network_at(self, family: int, packed: bytes) -> str:
        """The network whose first address this is; "" if it is a host's address, or no network is known to begin there.

        The networks of the host come first, then those that everybody knows.
        """
        key = (family, packed)
        if key in self._own:
            return ""
        if key in self._networks:
            return pattern_text(family, packed, self._networks[key])
        for its_family, length in self._lengths:
            if its_family == family and (family, cut(packed, length)) in self._networks:
                return ""  # inside a network of the host, some host may have it
        length = _well_known_length(family, packed)
        return pattern_text(family, packed, length) if length else ""

    def networks_of_interface(self, name: str) -> str | None:
        """The networks of an interface, or of a label such as ``eth0:1``; None if the host has none of this name.

        Link-local networks are left out: every interface has the same one.
        """
        if self.host is None:
            return None
        is_there = any(interface.name == name for interface in self.host.interfaces)
        networks = []
        for address in self.host.addresses:
            if name not in (address.interface.name, address.label):
                continue
            is_there = True
            length = address.prefixlen
            if length is not None and length >= _SHORTEST and not is_ipv6_link_local(address.packed):
                networks.append(pattern_text(address.family, cut(address.packed, length), length))
        return " ".join(dict.fromkeys(networks)) if is_there else None

    def is_own_name(self, word: str) -> bool:
        """Whether main.cf or an override defines a parameter of this name that is not Postfix's own."""
        from ifdiscover._postfix.parameters.names import NAMES

        return self._configuration is not None and self._configuration.is_set(word) and word not in NAMES

    def empty_name_before(self, length: str) -> str:
        """The name ``x`` of ``$x/24`` in the value of mynetworks, if it is empty and ``/24`` is left; "": none.

        Args:
            length: what is left, with its slash.
        """
        if self._configuration is None:
            return ""
        import re

        from ifdiscover._postfix.parameters.macros import mentions

        macro = re.compile(r"\$[({]?(\w+)[)}]?" + re.escape(length) + r"(?![\w.])")
        waiting, seen = [PARAMETER], {PARAMETER}
        try:
            while waiting:
                text = self._configuration.written(waiting.pop())
                for name in macro.findall(text):
                    if not self._configuration.expand(f"${name}"):
                        return str(name)
                inner = [name for name in mentions(text) if name not in seen and self._configuration.is_set(name)]
                seen.update(inner)
                waiting += inner
        except (MacroError, UnknownDefaultError):
            pass
        return ""


def _well_known_length(family: int, packed: bytes) -> int:
    for text, length in _WELL_KNOWN.items():
        if family == (AF_INET6 if ":" in text else AF_INET) and inet_pton(family, text) == packed:
            return length
    if family == AF_INET and packed[3] == 0:
        if packed[:2] == b"\xc0\xa8":  # 192.168.0.0/16 is 256 networks of class C
            return 24
        if packed[0] == 172 and 16 <= packed[1] < 32 and packed[2] == 0:  # 172.16.0.0/12 is 16 networks of class B
            return 16
    return 0
