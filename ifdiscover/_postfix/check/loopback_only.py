"""Networks that Postfix trusts, and whose clients cannot connect, since it listens on loopback addresses alone."""

from __future__ import annotations

import os

from ifdiscover._host.asked import packed_address
from ifdiscover._packed import cut, is_loopback, is_mapped_loopback, pattern_text
from ifdiscover._postfix.active_addresses import find_active
from ifdiscover._postfix.check.elements.order import network_of
from ifdiscover._postfix.lists.configured import PARAMETER, configured_list
from ifdiscover._postfix.own_addresses import select
from ifdiscover._postfix.syntax.findings import INFO, Finding
from ifdiscover._postfix.syntax.lines import each_logical_line
from ifdiscover.errors import BlindError, ConfigFileError, NotOnThisMachineError, PostfixError
from ifdiscover.model import BITS

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ifdiscover._postfix.inet_protocols import Protocols
    from ifdiscover._postfix.parameters.configuration import Configuration
    from ifdiscover._postfix.syntax.machine import Machine
    from ifdiscover._postfix.syntax.networks import Parsed
    from ifdiscover.model import Address, Host


_SHOWN = 4


def check_loopback_only(
    configuration: Configuration, values: Mapping[str, str], host: Host, protocols: Protocols, machine: Machine
) -> Iterator[Finding]:
    """The finding if mynetworks has networks of other hosts, and none of them can connect.

    Args:
        configuration: the parameters in force.
        values: the values that could be expanded, by name.
        host: the host that Postfix runs on.
        protocols: the families in use.
        machine: where names are looked up and files are read.
    """
    name = "inet_interfaces"
    if PARAMETER not in values or name not in values:
        return
    try:
        own = select(host, values[name], protocols, machine)
    except (PostfixError, NotOnThisMachineError, BlindError):  # check_interfaces() reports it
        return
    if not own or not all(is_loopback(address.family, address.packed) for address in own):
        return
    networks = [network for network in _trusted(configuration, values, machine) if not _is_of_host(network, host)]
    if not networks:
        return
    reached = _is_reached(configuration, machine)
    if reached:
        return
    texts = list(dict.fromkeys(pattern_text(*network) for network in networks))
    shown = ", ".join(texts[:_SHOWN]) + (f" and {len(texts) - _SHOWN} more" if len(texts) > _SHOWN else "")
    there = [str(address) for address in find_active(host, protocols.families) if _is_in(address, networks)]
    wanted = ", ".join(dict.fromkeys([*map(str, own), *there]))
    yield Finding(
        "loopback-only",
        place=configuration.place_of(name),
        element=values[name],
        suggestion=f"inet_interfaces = {wanted}" if there else f"take these networks out of {PARAMETER}",
        remark=f"{PARAMETER} trusts {shown}",
        parameter=name,
        own_severity=INFO if reached is None else "",
    )


def _trusted(configuration: Configuration, values: Mapping[str, str], machine: Machine) -> Iterator[Parsed]:
    """The networks and addresses in mynetworks that are not loopback. Names, tables and /0 are left out."""
    for element in configured_list(configuration, values[PARAMETER], machine).elements:
        network = network_of(element)
        if (
            element.negated
            or network is None
            or not network[2]
            or is_loopback(*network[:2])
            or is_mapped_loopback(network[1])
        ):
            continue
        yield network


def _is_of_host(network: Parsed, host: Host) -> bool:
    """Whether a network is one address, and that the host's own."""
    family, packed, prefixlen = network
    return prefixlen == BITS[family] and any(
        (known.family, known.packed) == (family, packed) for known in host.addresses
    )


def _is_in(address: Address, networks: list[Parsed]) -> bool:
    family, packed = packed_address(address)
    return any(family == of and cut(packed, length) == network for of, network, length in networks)


def _is_reached(configuration: Configuration, machine: Machine) -> bool | None:
    """Whether a service has an address of its own, or a proxy tells of clients; None if master.cf cannot be read."""
    from ifdiscover._postfix.services.service import has_address, is_told_clients

    if is_told_clients(configuration, None):
        return True
    if configuration.main_cf is None:
        return False
    folder = os.path.dirname(os.path.abspath(configuration.main_cf.path))  # noqa: PTH100, PTH120 - pathlib costs more to import
    try:
        text = machine.read_once(f"{folder}/master.cf")
    except ConfigFileError as error:
        # Without the file, Postfix has no services at all: this main.cf was copied, and master.cf is taken for stock.
        return False if error.status == 66 and error.number is not None else None
    except NotOnThisMachineError:
        return None
    from ifdiscover._postfix.services.master_cf import parse

    if is_told_clients(configuration, parse(text)):
        return True
    rows = (line.text.split(None, 2) for line in each_logical_line(text) if not line.is_dropped)
    return any(len(row) > 1 and row[1] == "inet" and has_address(row[0]) for row in rows)
