"""Decode the facts that Ansible's module ``setup`` gathers of Linux, macOS and the BSDs.

They tell every address with its netmask. Whether an interface is up they tell on the BSDs and macOS. On Linux they
tell only that it is: ``active`` is false of an interface that is down, and of one that is up and has no carrier. The
order of interfaces is lost.

The facts of an interface stand under its name, in which some characters have become ``_``; ``device`` is the name as it
is. A label of Linux has facts too, without ``device``. They repeat the addresses of its interface, but for one that is
no secondary address: that one stands only there.
"""

from __future__ import annotations

from _socket import AF_INET, AF_INET6

from ifdiscover._backends.recorded.facts.ansible_interface import ipv4_addresses, ipv6_addresses, read_interface
from ifdiscover._backends.recorded.facts.ansible_names import find_entries, listed, owner_of
from ifdiscover._backends.recorded.fields import packed
from ifdiscover._backends.recorded.strict_json import Field, load
from ifdiscover._backends.shared import assumption
from ifdiscover._packed import is_ipv6_link_local
from ifdiscover.errors import RecordingError
from ifdiscover.model import ASSUMED, FAMILY_NAMES, Address, Host, Interface, Recorded

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import NoReturn

BLIND_TO = (
    "order",
    "interface index",
    "hardware addresses",
    "interface kinds",
    "masters",
    "labels",
    "odd labels",
    "broadcasts",
    "peers",
    "scope",
    "address flags",
    "lifetimes",
    "origin protocol",
    "routes",
    "interruption",
)

PREFIX = "ansible_"
SYSTEMS = ("Linux", "Darwin", "FreeBSD", "NetBSD", "OpenBSD", "DragonFly")


def facts_in(document: Field) -> Field | None:
    """The facts in an object of JSON, whose keys begin with ``ansible_`` or not; None: none of Ansible's.

    It may be a result of ``setup``, ``ansible_facts`` alone, or what a fact cache keeps in a file.

    Raises:
        RecordingError: facts of several hosts, or what a playbook printed.
    """
    value = document.value
    if "ansible_facts" in value:
        return document["ansible_facts"]
    if "__payload__" in value:  # ansible-core 2.19 and later: the cache keeps a document in a string
        return load(document["__payload__"].text())
    if any(key.startswith(PREFIX) for key in value) or _is_bare(value):
        return document
    hosts = [key for key, of in value.items() if isinstance(of, dict) and ("ansible_facts" in of or _is_flat(of))]
    if hosts:
        refuse_several(hosts)
    if isinstance(value.get("plays"), list):
        raise RecordingError("what a playbook printed, as JSON; take ansible_facts of one host out of it")
    return None


def refuse_several(hosts: list[str]) -> NoReturn:
    """Raise RecordingError: a recording is one host's.

    Args:
        hosts: their names in Ansible's inventory.
    """
    raise RecordingError(
        f"facts of {listed(hosts)}; a recording is of one host and begins with its facts: "
        "run ansible -m setup HOST for each, or take ansible_facts of one host out of it"
    )


def _is_flat(value: Mapping[str, object]) -> bool:
    return f"{PREFIX}interfaces" in value


def _is_bare(value: Mapping[str, object]) -> bool:
    """Whether these are facts whose names have lost ``ansible_``, as templates see them."""
    names = value.get("interfaces")
    is_list_of_names = isinstance(names, list) and bool(names) and all(isinstance(name, str) for name in names)
    return "schema" not in value and (is_list_of_names or "all_ipv4_addresses" in value)


def decode(facts: Field) -> Host:
    """The host that the facts tell of.

    Raises:
        RecordingError: a value that Ansible does not gather; the message has its place and the rule.
    """
    if type(facts.value) is not dict:
        facts.refuse("must be an object")
    prefix = PREFIX if _is_flat(facts.value) or "interfaces" not in facts.value else ""
    _refuse_other_systems(facts[f"{prefix}system"])
    found = find_entries(facts, prefix)
    ipv4: dict[str, dict[Address, None]] = {}  # as sets that keep their order
    ipv6: dict[str, dict[Address, None]] = {}
    interfaces = {name: read_interface(entry, name) for name, entry in found.devices.items()}
    for name, entry in found.devices.items():
        ipv4[name] = dict.fromkeys(ipv4_addresses(entry, interfaces[name]))
        ipv6[name] = dict.fromkeys(ipv6_addresses(entry, interfaces[name]))
    warnings = [*found.warnings]
    for label, entry in found.labels.items():
        owner = owner_of(label, interfaces)
        if owner is None:
            lost = ipv4_addresses(entry, Interface(label))
            warnings.append(f"{label}: no interface that it could be a label of: {listed(map(str, lost))} left out")
        else:
            ipv4[owner].update(dict.fromkeys(ipv4_addresses(entry, interfaces[owner])))
    addresses = tuple(
        address for family in (ipv4, ipv6) for of_interface in family.values() for address in of_interface
    )
    warnings += _untold(facts, prefix, addresses)
    is_assumed = any(address.netmask_origin == ASSUMED for address in addresses)
    if is_assumed:
        warnings.append(assumption("Ansible does not tell the netmask of an IPv6 address that has a peer"))
    is_bsd = any(entry["flags"].known for entry in found.devices.values())
    tells = {
        "interface flags": all(interface.flags is not None for interface in interfaces.values()),
        "ipv6 netmasks": not is_assumed,
        "scope ids": is_bsd and all(each.scope_id for each in addresses if is_ipv6_link_local(each.packed)),
        "peer netmasks": is_bsd,
        "carriers": is_bsd,
    }
    return Host(
        tuple(interfaces.values()),
        addresses,
        "ansible",
        (*BLIND_TO, *(word for word, is_told in tells.items() if not is_told)),
        tuple(warnings),
        recorded=_recorded(facts, prefix),
    )


def _refuse_other_systems(system: Field) -> None:
    if system.known and system.text() not in SYSTEMS:
        system.refuse(
            f"must be one of {', '.join(SYSTEMS)}, since of others facts leave out what Postfix goes by; "
            "run there: ifdiscover snapshot, or LC_ALL=C ifconfig -a"
        )


def _untold(facts: Field, prefix: str, addresses: Iterable[Address]) -> list[str]:
    """What to say of addresses that the host has and no interface is told to have.

    Ansible loses those with the same label as a later one.
    """
    told = {address.packed for address in addresses}
    lost = []
    for family in (AF_INET, AF_INET6):
        field = facts[f"{prefix}all_{FAMILY_NAMES[family]}_addresses"]
        for item in field.items() if field.known else ():
            text = item.text().partition("%")[0]
            if packed(item.taken_as(text), family) not in told:
                lost.append(text)
    return [f"{listed(lost)}: left out: Ansible does not tell its interface"] if lost else []


def _recorded(facts: Field, prefix: str) -> Recorded:
    """The host's name, the time and the system, as far as they are among the facts."""
    nodename, time = facts[f"{prefix}nodename"], facts[f"{prefix}date_time"]
    taken_at = time["iso8601"] if time.known else time
    system = [facts[f"{prefix}{key}"] for key in ("system", "kernel", "machine")]
    return Recorded(
        nodename.text() if nodename.known else None,
        taken_at.text() if taken_at.known else None,
        " ".join(field.text() for field in system) if all(field.known for field in system) else None,
    )
