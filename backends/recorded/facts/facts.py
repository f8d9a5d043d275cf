"""Which program's facts a recording holds: Ansible's are decoded, all others are refused by name."""

from __future__ import annotations

from ifdiscover._backends.recorded.facts import ansible, ansible_output, programs

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from ifdiscover._backends.recorded.strict_json import Field
    from ifdiscover.model import Host


def recognises(data: bytes) -> bool:
    """Whether a recording holds facts in a form that is not one object of JSON."""
    return ansible_output.recognises(data) or programs.of_bytes(data) is not None


def decode(data: bytes) -> Host:
    """The host that the facts tell of.

    Raises:
        RecordingError: facts of a program that is not decoded here, of several hosts, or broken ones.
    """
    program = programs.of_bytes(data)
    if program is not None and not ansible_output.recognises(data):
        programs.refuse(program)
    return ansible.decode(ansible_output.facts_in(data))


def decode_object(document: Field) -> Host | None:
    """The host that the facts in an object of JSON tell of; None: it holds no facts.

    This is where the decoder of another program would be asked.

    Raises:
        RecordingError: as ``decode()``.
    """
    facts = ansible.facts_in(document)
    if facts is not None:
        return ansible.decode(facts)
    program = programs.of_document(document.value)
    if program is not None:
        programs.refuse(program)
    return None
