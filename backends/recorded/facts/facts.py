"""Which program's facts a recording holds: Ansible's are decoded, all others are refused by name."""

from __future__ import annotations

from ifdiscover._backends.recorded.strict_json import begins_with

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from ifdiscover._backends.recorded.strict_json import Field
    from ifdiscover.model import Host

LOOKED_AT = 1 << 16  # bytes at the beginning of a recording, where what tells its form must be


def recognises(data: bytes) -> bool:
    """Whether a recording holds facts in a form that is not one object of JSON."""
    start = data[:LOOKED_AT]
    if begins_with(start, b"{") or (begins_with(start, b"[") and b'"ifname"' in start):
        return False  # decode_object() is asked about the one, and ip -j printed the other
    from ifdiscover._backends.recorded.facts import ansible_output, programs

    return ansible_output.recognises(start) or programs.of_bytes(data, LOOKED_AT) is not None


def decode(data: bytes) -> Host:
    """The host that the facts tell of.

    Raises:
        RecordingError: facts of a program that is not decoded here, of several hosts, or broken ones.
    """
    from ifdiscover._backends.recorded.facts import ansible, ansible_output, programs

    program = None if ansible_output.recognises(data) else programs.of_bytes(data, LOOKED_AT)
    if program is not None:
        programs.refuse(program)
    return ansible.decode(ansible_output.facts_in(data))


def decode_object(document: Field) -> Host | None:
    """The host that the facts in an object of JSON tell of; None: it holds no facts.

    This is where the decoder of another program would be asked.

    Raises:
        RecordingError: as ``decode()``.
    """
    from ifdiscover._backends.recorded.facts import ansible, programs

    facts = ansible.facts_in(document)
    if facts is not None:
        return ansible.decode(facts)
    program = programs.of_document(document.value)
    if program is not None:
        programs.refuse(program)
    return None
