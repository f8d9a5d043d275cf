"""A user's program, type-checked as it stands and run by a test: the library as README shows it."""

from __future__ import annotations

import ipaddress
import pathlib
import tempfile

from ifdiscover import (
    Address,
    Addresses,
    Host,
    Interface,
    Judgement,
    LocalDestinations,
    MatchList,
    Network,
    Networks,
    discover,
    is_local_destination,
    match_list_of,
    mynetworks,
    own_addresses,
    replay,
    snapshot,
)
from ifdiscover.errors import ConfigurationError, IfdiscoverError, InterfacesError, NoActiveInterfaceError, StyleError

host: Host = discover()
by_name: Host = discover(backend="getifaddrs")
interfaces: tuple[Interface, ...] = host.interfaces
addresses: tuple[Address, ...] = host.addresses_of(interfaces[0])

for address in host.addresses:
    name: str = address.interface.name
    up: bool | None = address.interface.is_up
    length: int | None = address.prefixlen
    ip: ipaddress.IPv4Address | ipaddress.IPv6Address = address.ip
    if length is not None:
        block: ipaddress.IPv4Network | ipaddress.IPv6Network = address.network

found: tuple[Address, ...] = host.find(family=4, interface="lo", within="127.0.0.0/8", private=False, up=True)
picked: Address = host.pick(within="127.0.0.1/32")
owner: Address | None = host.owner_of("::ffff:127.0.0.1")
blocks: tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...] = host.networks(interface="lo")
words: tuple[str, ...] | None = host.interface("lo").flag_names

trusted: Networks = mynetworks(host, style="subnet", inet_interfaces="loopback-only", inet_protocols="ipv4")
text: str = str(trusted)
for element in trusted:
    network: Network = element
    sources: tuple[Address, ...] = network.sources
    inside: bool = ipaddress.ip_address("192.0.2.1") in network.network

listed = MatchList("!192.0.2.1 192.0.2.0/24 example.com")
allowed: bool = listed.decide("192.0.2.7", name="mail.example.com").trusted
decisive: str = match_list_of(trusted).decide("192.0.2.7").reason

own: Addresses = own_addresses(host)
warnings: tuple[str, ...] = own.warnings

ours: bool = is_local_destination(
    "[IPv6:2001:db8::1]", host=host, proxy_interfaces="198.51.100.1", inet_protocols="ipv6, ipv4"
)
destinations = LocalDestinations(host, proxy_interfaces="198.51.100.1")
judgements: list[Judgement] = [destinations.decide(text) for text in ("192.0.2.1", "postmaster@[192.0.2.1]")]
verdict: str = judgements[0].verdict

try:
    mynetworks(host, style="wide")
except StyleError as error:
    sentence: str = error.postfix_says

try:
    own_addresses(host, inet_interfaces="no.such.host.invalid")
except (InterfacesError, NoActiveInterfaceError):
    pass
except ConfigurationError:
    raise
except IfdiscoverError as error:
    status: int = error.status

kept: str = snapshot(host)
with tempfile.TemporaryDirectory() as folder:
    path = pathlib.Path(folder, "host.json")
    path.write_text(kept)
    again: Host = replay(path)
