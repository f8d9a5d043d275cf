"""Answers as JSON documents in ASCII: each is one object with lists of objects. A name is a value, never a key.

The schemas are in ``ifdiscover/schemas/``. Within a version, fields are only added. An unknown value is null. If a name
is not printable, it is escaped, and a second field has its bytes in hexadecimal.
"""

from __future__ import annotations

import json
from _socket import inet_ntop

from ifdiscover._names import printable, to_bytes
from ifdiscover._packed import cidr_text, text_of
from ifdiscover._version import __version__
from ifdiscover.model import ASSUMED, FAMILY_NAMES

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from typing import Any

    from ifdiscover._differences.availability import BackendRow
    from ifdiscover._differences.backends import Difference
    from ifdiscover._differences.readings import Reading
    from ifdiscover._merging.merged import MergedNetworks
    from ifdiscover._postfix.local_destinations import Judgement
    from ifdiscover._postfix.sending import Sending
    from ifdiscover._postfix.services.verdict import ServiceVerdict
    from ifdiscover._postfix.syntax.findings import Finding, Place
    from ifdiscover.model import Address, Host, Interface, Route


# Documents that have once changed a field; all others have version 1.
_VERSIONS = {"check": 2, "mynetworks": 2, "snapshot": 2, "local": 2}
_LINE = 200  # an object with lists of objects stands on one line if it has at most so many characters


def document(command: str, backend: str | None, warnings: Iterable[str], **answer: Any) -> str:
    """The document of a command: first the fields that all documents have, then the answer's fields."""
    return text_of_document({**head(command, backend, warnings), **answer})


def head(command: str, backend: str | None, warnings: Iterable[str]) -> dict[str, Any]:
    """The fields that all documents have."""
    return {
        "schema": f"ifdiscover.{command}/{_VERSIONS.get(command, 1)}",
        "version": __version__,
        "backend": None if backend is None else printable(backend),
        "warnings": list(map(printable, warnings)),
    }


def text_of_document(fields: dict[str, Any]) -> str:
    """A document with all its fields as text."""
    return _in_lines(fields) + "\n"


def addresses(host: Host, warnings: Iterable[str], chosen: Iterable[Address]) -> str:
    """The document of ``ifdiscover addresses``."""
    listed = list(chosen)
    prefixlens: dict[tuple[Interface, bytes], int | None] = {}
    if any(address.netmask_origin == ASSUMED for address in listed):
        prefixlens = {(address.interface, address.packed): address.prefixlen for address in host.addresses}
    return document(
        "addresses",
        host.backend,
        dict.fromkeys(warnings),
        addresses=[
            {**address_fields(address), **_told_prefixlen(address, prefixlens), **set_apart(address.interface)}
            for address in listed
        ],
    )


def interfaces(host: Host, shown: Iterable[Interface]) -> str:
    """The document of ``ifdiscover interfaces``."""
    return document(
        "interfaces",
        host.backend,
        dict.fromkeys(host.warnings),
        interfaces=[
            {
                **interface_fields(host, interface),
                "addresses": [address_fields(address) for address in host.addresses_of(interface)],
                "gateways": None if host.routes is None else list(_gateways(host.routes, interface)),
            }
            for interface in shown
        ],
    )


def interface_fields(host: Host, interface: Interface) -> dict[str, Any]:
    """The fields of one interface of a host, but for its addresses."""
    return {
        **name_fields("name", interface.name),
        "index": interface.index,
        "is_up": interface.is_up,
        "is_running": None if "carriers" in host.blind_to else interface.is_running,
        "kind": None if interface.kind is None else printable(interface.kind),
        "mac": interface.mac,
        "mtu": interface.mtu,
        **name_fields("master", interface.master),
        "flags": None if interface.flag_names is None else list(interface.flag_names),
        **set_apart(interface),
    }


def _gateways(routes: Iterable[Route], interface: Interface) -> Iterator[dict[str, Any]]:
    """The gateways of the default routes that leave by an interface; of each family the is_default one is used."""
    for route in routes:
        for hop in route.next_hops:
            if hop.interface_name == interface.name:
                yield {
                    "family": FAMILY_NAMES[route.family],
                    "gateway": None if hop.packed_gateway is None else text_of(hop.packed_gateway),
                    "is_default": route.is_default,
                }


def sources(backend: str | None, warnings: Iterable[str], to: str | None, answers: Iterable[Sending]) -> str:
    """The document of ``ifdiscover source``."""
    found = []
    for answer in answers:
        address = answer.address
        flags = None if address is None else address.flag_names
        found.append(
            {
                "family": FAMILY_NAMES[answer.family],
                "address": str(answer),
                **name_fields("interface", None if address is None else address.interface.name),
                "flags": None if flags is None else list(flags),
                "remarks": list(map(printable, answer.remarks)),
                "recommended": answer.recommended,
                "reason": printable(answer.reason),
            }
        )
    return document("source", backend, dict.fromkeys(warnings), **name_fields("to", to), sources=found)


def _told_prefixlen(address: Address, prefixlens: Mapping[tuple[Interface, bytes], int | None]) -> dict[str, int]:
    """A field with the host's own prefix length of an address, if Postfix uses another one."""
    length = prefixlens.get((address.interface, address.packed))
    return {} if length in (None, address.prefixlen) else {"told_prefixlen": length}


def set_apart(interface: Interface) -> dict[str, str]:
    """A field that says what an interface's addresses are reserved for, if they are."""
    return {} if interface.set_apart is None else {"set_apart": printable(interface.set_apart)}


def own_addresses(backend: str | None, warnings: Iterable[str], own: Iterable[Address]) -> str:
    """The document of ``ifdiscover own``."""
    return document("own", backend, dict.fromkeys(warnings), addresses=[str(address) for address in own])


def verdicts(backend: str | None, warnings: Iterable[str], of_clients: Iterable[Sequence[ServiceVerdict]]) -> str:
    """The document of ``ifdiscover match``: each client, its name, and what each service makes of it."""
    answers = [
        {
            **name_fields("client", first.client),
            **name_fields("name", first.name),
            **_verdict(first),
            "services": list(map(_verdict, others)),
        }
        for first, *others in of_clients
    ]
    return document("match", backend, dict.fromkeys(warnings), answers=answers)


def _verdict(verdict: ServiceVerdict) -> dict[str, Any]:
    decision, relay = verdict.decision, verdict.relay
    return {
        "verdict": decision.verdict,
        "element": None if decision.element is None else printable(decision.element.text),
        "number": decision.number,
        "place": None if decision.element is None else place_fields(decision.element.place),
        "reason": printable(decision.reason),
        "postfix_says": list(map(printable, decision.postfix_says)),
        "service": None if verdict.service is None else printable(verdict.service),
        "in_mynetworks": {"trusted": True, "not trusted": False}.get(decision.verdict),
        "may_relay": None if relay is None else relay.verdict,
        "relay": None
        if relay is None
        else {
            "restriction": _or_null(relay.restriction),
            "parameter": _or_null(relay.parameter),
            "place": place_fields(relay.place),
            "reason": printable(relay.reason),
        },
    }


def findings(found: Iterable[Finding], commands: Iterable[str], warnings: Iterable[str] = ()) -> str:
    """The document of ``ifdiscover check``."""
    listed, more = findings_fields(found)
    return document("check", None, warnings, findings=listed, more=more, commands=[*commands])


def findings_fields(found: Iterable[Finding]) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The findings that are shown, and of each kind how many are not."""
    from ifdiscover._postfix.syntax.findings import shown

    first, more = shown(found)
    return list(map(_finding, first)), [{"kind": kind, "count": count} for kind, count in more.items()]


def _finding(finding: Finding) -> dict[str, Any]:
    from ifdiscover._postfix.syntax.findings import LONGEST
    from ifdiscover._postfix.syntax.words import shortened

    return {
        "kind": finding.kind,
        "severity": finding.severity,
        "cannot_tell": finding.cannot_tell,
        "parameter": printable(finding.parameter),
        "element": _or_null(shortened(finding.element, LONGEST)),
        "place": place_fields(finding.place),
        "postfix_says": _or_null(shortened(finding.postfix_says, LONGEST)),
        "consequence": finding.consequence,
        "suggestion": _or_null(finding.suggestion if len(finding.suggestion) <= LONGEST else ""),
        "remark": _or_null(shortened(finding.remark, LONGEST)),
    }


def _or_null(text: str) -> str | None:
    return printable(text) if text else None


def place_fields(place: Place) -> dict[str, Any]:
    """The fields of a place in a match list or in main.cf."""
    return {
        "file": None if place.file is None else printable(place.file),
        "line": place.line,
        "column": place.column,
        "sources": [_source(address) for address in place.sources],
    }


def _source(address: Address) -> dict[str, str | None]:
    return {**name_fields("interface", address.interface.name), "address": str(address)}


def local_answers(backend: str | None, warnings: Iterable[str], judgements: Iterable[Judgement]) -> str:
    """The document of ``ifdiscover local ADDRESS...``."""
    found = [
        {**name_fields("text", text), "address": address, "verdict": verdict, "reason": printable(reason)}
        for verdict, reason, text, address in judgements
    ]
    return document("local", backend, dict.fromkeys(warnings), answers=found)


def backends(rows: Iterable[BackendRow]) -> str:
    """The document of ``ifdiscover backends``."""
    found = [
        {
            "name": printable(name),
            "available": reason is None,
            "reason": None if reason is None else printable(reason),
            "blind_to": None if blind_to is None else list(map(printable, blind_to)),
            "note": None if note is None else printable(note),
        }
        for name, reason, blind_to, note in rows
    ]
    return document("backends", None, (), backends=found)


def comparison(readings: Iterable[Reading], differences: Iterable[Difference]) -> str:
    """The document of ``ifdiscover backends --compare``."""
    return document(
        "backends",
        None,
        (),
        backends=[
            {
                "name": printable(reading.backend),
                "available": reading.available,
                "reason": None if reading.reason is None else printable(reading.reason),
                "blind_to": None if reading.host is None else list(reading.host.blind_to),
                "milliseconds": None if reading.milliseconds is None else round(reading.milliseconds, 3),
            }
            for reading in readings
        ],
        differences=[
            {
                **name_fields("interface", difference.interface_name),
                "address": (
                    None
                    if difference.family is None or difference.packed is None
                    else inet_ntop(difference.family, difference.packed)
                ),
                "aspect": difference.aspect,
                "says": [
                    {"backend": printable(backend), "value": None if value is None else printable(value)}
                    for backend, value in difference.says
                ],
            }
            for difference in differences
        ],
    )


def merged_networks(merged: MergedNetworks) -> str:
    """The document of ``ifdiscover merge``."""
    return document(
        "merge",
        None,
        merged.warnings,
        style=merged.style,
        value=str(merged),
        host_count=merged.host_count,
        skipped_count=merged.skipped_count,
        networks=[
            {
                "network": cidr_text(network.family, network.packed, network.prefixlen),
                "pattern": str(network),
                "hosts": list(map(printable, network.hosts)),
            }
            for network in merged
        ],
        shared=[
            {
                "address": str(shared),
                "is_fault": shared.is_fault,
                "reason": printable(shared.reason),
                "owners": [
                    {
                        "host": printable(owner.host),
                        **name_fields("interface", owner.interface_name),
                        "excuse": None if owner.excuse is None else printable(owner.excuse),
                    }
                    for owner in shared.owners
                ],
            }
            for shared in merged.shared
        ],
        skipped=[
            {
                "file": None if skipped.file is None else printable(skipped.file),
                "line": skipped.line,
                "host": None if skipped.host is None else printable(skipped.host),
                "reason": printable(skipped.reason),
            }
            for skipped in merged.skipped
        ],
    )


def name_fields(key: str, name: str | None) -> dict[str, str | None]:
    """A field with a name; if the name must be escaped, also a field with its bytes."""
    if name is None:
        return {key: None}
    escaped = printable(name)
    if escaped == name:
        return {key: name}
    return {key: escaped, f"{key}_hex": to_bytes(name).hex()}


def address_fields(address: Address) -> dict[str, Any]:
    """The fields of one address."""

    def text(packed: bytes | None) -> str | None:
        return None if packed is None else inet_ntop(address.family, packed)

    flags = address.flag_names
    return {
        **name_fields("interface", address.interface.name),
        "index": address.interface.index,
        "family": FAMILY_NAMES[address.family],
        "address": str(address),
        "prefixlen": address.prefixlen,
        "netmask": text(address.packed_netmask),
        "netmask_origin": address.netmask_origin,
        "network": _network(address),
        "scope": None if address.scope is None else printable(address.scope),
        "scope_id": address.scope_id,
        "broadcast": text(address.packed_broadcast),
        "peer": text(address.packed_peer),
        **name_fields("label", address.label),
        "is_up": address.interface.is_up,
        "flags": None if flags is None else list(flags),
        "preferred_lifetime": address.preferred_lifetime,
        "valid_lifetime": address.valid_lifetime,
    }


def route_fields(route: Route) -> dict[str, Any]:
    """The fields of one route."""
    return {
        "family": FAMILY_NAMES[route.family],
        "is_default": route.is_default,
        "metric": route.metric,
        "source": None if route.packed_source is None else text_of(route.packed_source),
        "next_hops": [
            {
                # RFC 8950: its family need not be the route's own.
                "gateway": None if hop.packed_gateway is None else text_of(hop.packed_gateway),
                **name_fields("interface", hop.interface_name),
            }
            for hop in route.next_hops
        ],
    }


def own_fields(address: Address) -> dict[str, str | None]:
    """Those of its fields in which it differs from addresses that have all else in common with it."""
    family, broadcast = address.family, address.packed_broadcast
    return {
        "address": inet_ntop(family, address.packed),
        "network": _network(address),
        "broadcast": None if broadcast is None else inet_ntop(family, broadcast),
    }


def _network(address: Address) -> str | None:
    if address.prefixlen is None or address.packed_netmask is None:
        return None
    cut = int.from_bytes(address.packed, "big") & int.from_bytes(address.packed_netmask, "big")
    return f"{inet_ntop(address.family, cut.to_bytes(len(address.packed), 'big'))}/{address.prefixlen}"


def _in_lines(value: Any, indent: str = "") -> str:
    """JSON for people and for diff: each object of a list is on one line, if it is not long.

    The encoder's own indentation would put every value on its own line, and it is slow, since it is written in Python.
    """
    deeper = indent + "  "
    if isinstance(value, dict) and (not indent or _has_list_of_objects(value)):
        line = json.dumps(value) if indent and _may_be_short(value) else None
        if line is not None and len(line) <= _LINE:
            return line
        lines = [f"{deeper}{json.dumps(key)}: {_in_lines(item, deeper)}" for key, item in value.items()]
        return "{\n" + ",\n".join(lines) + f"\n{indent}}}"
    if not _is_list_of_objects(value):
        return json.dumps(value)
    between = ",\n" + deeper
    if not _has_list_of_objects(value[0]):  # all at once, since the encoder takes long to start
        text = json.dumps(value)[1:-1]
        if "[{" not in text and text.count("}, {") == len(value) - 1:  # neither in a string nor deeper
            return f"[\n{deeper}" + text.replace("}, {", "}" + between + "{") + f"\n{indent}]"
    return f"[\n{deeper}" + between.join([_in_lines(item, deeper) for item in value]) + f"\n{indent}]"


def _may_be_short(value: dict[str, Any]) -> bool:
    """Whether an object may have at most ``_LINE`` characters: not with a longer list, whose items have four each."""
    return all(len(item) * 4 <= _LINE for item in value.values() if isinstance(item, list))


def _has_list_of_objects(value: dict[str, Any]) -> bool:
    return any(map(_is_list_of_objects, value.values()))


def _is_list_of_objects(value: object) -> bool:
    return isinstance(value, list) and bool(value) and isinstance(value[0], dict)
