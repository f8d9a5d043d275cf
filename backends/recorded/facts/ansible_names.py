"""Which of Ansible's facts are those of an interface, which those of a label, and which are missing."""

from __future__ import annotations

from ifdiscover._backends.recorded.fields import checked_name
from ifdiscover._record import Record

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from collections.abc import Container, Iterable

    from ifdiscover._backends.recorded.strict_json import Field

_UNDERSCORES = str.maketrans("-.:", "___")
MOST_NAMED = 5  # in one warning


class Entries(Record):
    """The facts of a host's interfaces.

    Attributes:
        devices: by the name of an interface.
        labels: by that of a label, in which ``:`` has become ``_``.
        warnings: what to say of the rest.
    """

    devices: dict[str, Field]
    labels: dict[str, Field]
    warnings: list[str]


def find_entries(facts: Field, prefix: str) -> Entries:
    """The facts of each interface and label, in the order of the list ``interfaces``.

    Args:
        facts: an object.
        prefix: what every key begins with.

    Raises:
        RecordingError: no facts of interfaces at all; a name that is none, or that comes twice.
    """
    devices, others = _by_name(facts, prefix)
    listing = facts[f"{prefix}interfaces"]
    if not listing.known:
        if not devices:
            facts.refuse(
                f"must have {prefix}interfaces, which setup leaves out when it is told to, or finds no ip or ifconfig; "
                "run: ansible -m setup -a gather_subset=network HOST"
            )
        return Entries(devices, {}, [f"without {prefix}interfaces this may be a part of the host"])
    found: dict[str, Field] = {}
    labels: dict[str, Field] = {}
    missing: list[str] = []
    spelled = {name.replace(":", "_"): name for name in devices}  # as the list has it on Linux
    for item in listing.items():
        name = checked_name(item, item.text())
        device = name if name in devices else spelled.get(name)
        if device is not None:
            if device in found:
                item.refuse("must be there once")
            found[device] = devices[device]
        elif _underscored(name) in others:
            labels[name] = others[_underscored(name)]
        else:
            missing.append(f"{name} is in {prefix}interfaces and has no facts: its addresses are unknown")
    gone = [name for name in devices if name not in found]
    if gone:
        missing.append(f"{listed(gone)}: left out: not in {prefix}interfaces; a fact cache keeps what is gone")
    return Entries(found, labels, missing)


def owner_of(label: str, interfaces: Container[str]) -> str | None:
    """The one interface that a label can be of, as it begins with its name and ``:``; None: none, or several."""
    owners = [label[:end] for end, character in enumerate(label) if character == "_" and label[:end] in interfaces]
    return owners[0] if len(owners) == 1 else None


def listed(names: Iterable[str]) -> str:
    """Names for a warning, the first few of many."""
    every = list(names)
    more = len(every) - MOST_NAMED
    return ", ".join(every) if more <= 0 else f"{', '.join(every[:MOST_NAMED])} and {more} more"


def _by_name(facts: Field, prefix: str) -> tuple[dict[str, Field], dict[str, Field]]:
    """The facts that have ``device``, by it; and all others that could be a label's, by their key."""
    devices: dict[str, Field] = {}
    others: dict[str, Field] = {}
    for key, value in facts.value.items():
        if type(value) is not dict or not key.startswith(prefix):
            continue
        entry, name = facts[key], _underscored(key[len(prefix) :])
        device = entry["device"]
        if not device.known:
            others[name] = entry
        elif _underscored(device.text()) == name:  # on the BSDs, default_ipv4 has a device too
            if device.value in devices:
                device.refuse("must be the device of one interface")
            devices[checked_name(device, device.text())] = entry
    return devices, others


def _underscored(name: str) -> str:
    """A name as it is in a key, by any version of Ansible: which characters become ``_`` has changed."""
    return name.translate(_UNDERSCORES)
