"""Faults of the SMTP client's parameters: its source addresses, and those that take one of a few words."""

from __future__ import annotations

from ifdiscover._postfix.bind_addresses import bind_addresses
from ifdiscover._postfix.syntax.findings import Finding
from ifdiscover.errors import PostfixError

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ifdiscover._postfix.parameters.configuration import Configuration
    from ifdiscover._postfix.syntax.machine import Machine
    from ifdiscover.model import Host

_CHOICES = {
    "smtp_address_preference": (("any", "ipv4", "ipv6"), "bad smtp_address_preference value: {}"),
    "smtp_bind_address_enforce": (("yes", "no"), "bad boolean configuration: smtp_bind_address_enforce = {}"),
}


def check_choices(configuration: Configuration, values: Mapping[str, str]) -> Iterator[Finding]:
    """The faults of parameters that take one of a few words, in upper or lower case."""
    for name, (words, sentence) in _CHOICES.items():
        value = values.get(name)
        if value is not None and value.lower() not in words:
            suggestion = f"one of {', '.join(words)}"
            yield Finding(
                "bad-choice",
                sentence.format(value),
                configuration.place_of(name),
                suggestion=suggestion,
                parameter=name,
            )


def check_bind_addresses(
    configuration: Configuration, values: Mapping[str, str], host: Host, machine: Machine
) -> Iterator[Finding]:
    """The faults of the source addresses from smtp_bind_address, smtp_bind_address6 or inet_interfaces.

    Args:
        configuration: the parameters in force.
        values: the values that could be expanded, by name.
        host: the host that Postfix runs on.
        machine: where names are looked up.
    """
    wanted = ("smtp_bind_address", "smtp_bind_address6", "inet_interfaces", "inet_protocols")
    if any(name not in values for name in wanted):
        return
    enforced = values.get("smtp_bind_address_enforce", "").lower() == "yes"
    # As str and not as Expanded, so that blanks are trimmed: check_interfaces() reports those that make a keyword in
    # inet_interfaces a host name.
    written = {name: str(values[name]) for name in wanted}
    try:
        report = bind_addresses(host, **written, enforced=enforced, machine=machine)
    except PostfixError:  # check_protocols() or check_interfaces() reports it
        return
    for fault in report.findings:
        yield fault._replace(place=configuration.place_of(fault.parameter))
