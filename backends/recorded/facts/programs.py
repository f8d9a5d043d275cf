"""Programs whose facts are known and not decoded: what tells them, what they lack, and what to collect instead.

The table is what a decoder for one of them would be written from: see ``facts.py`` for the place where it is called.
"""

from __future__ import annotations

from ifdiscover._backends.recorded.strict_json import begins_with, load
from ifdiscover._record import Record
from ifdiscover.errors import RecordingError

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from typing import NoReturn

    Path = tuple[str, ...]

EACH = "*"  # a step to every member of an object or a list

_HERE = "run on that host: ip -j addr, ifdiscover snapshot, or LC_ALL=C ifconfig -a"
_SALT = "run: salt HOST cmd.run 'ip -j addr' --out newline_values_only, or on that host: ifdiscover snapshot"
_NOT_UP = "do not tell whether an interface is up"


class Program(Record):
    """A program that tells facts of a host.

    Attributes:
        name: what people call it, and its command.
        paths: the ways to a member of its JSON that no other program has; one is enough.
        line: how a line of its text begins, as a regular expression; empty: it prints JSON only.
        fault: why they are not read, to follow "which".
        remedy: what to collect instead.
    """

    name: str
    paths: tuple[Path, ...] = ()
    line: str = ""
    fault: str = "are not read here"
    remedy: str = _HERE


# In this order: the signs of the last ones are weak.
PROGRAMS = (
    Program("ohai (Chef)", (("network", "interfaces"), ("automatic", "network", "interfaces"))),
    Program(
        "facter (Puppet)",
        (("networking", "interfaces"), ("values", "networking"), ("ipaddress",), ("ipaddress_lo",)),
        r"(?: *(?:networking|interfaces|bindings6?|ipaddress\w*|netmask\w*) => |networking:\s*$)",
        "of most versions do not tell whether an interface is up",
    ),
    Program("cloud-init (its ci-info table)", line=r".{0,200}\bci-info: "),
    Program(
        "networkctl (systemd-networkd)",
        (("Interfaces", EACH, "Name"), ("KernelOperationalState",), ("FlagsString",)),
        r"(?: *(?:Link|Network) File: |IDX +LINK +TYPE )",
    ),
    Program(
        "netplan status",
        (("netplan-global-state",), (EACH, "adminstate")),
        r"(?: *Online state: |netplan-global-state:)",
    ),
    Program(
        "nmcli (NetworkManager)",
        line=r"(?:GENERAL\.DEVICE:|\S+: (?:connected|disconnected|unmanaged|unavailable)(?: to .*)?$)",
        fault=_NOT_UP,
    ),
    Program(
        "the QEMU guest agent (network-get-interfaces)",
        (
            ("return", EACH, "hardware-address"),
            ("return", EACH, "ip-addresses"),
            ("result", EACH, "ip-addresses"),
            ("data", "result", EACH, "ip-addresses"),
            (EACH, "ip-addresses"),
        ),
        r" *Name +MAC address +Protocol +Address",
        _NOT_UP,
        "run in the guest: ip -j addr, ifdiscover snapshot, or LC_ALL=C ifconfig -a",
    ),
    Program(
        "ubus (OpenWrt's netifd)",
        (("interface", EACH, "proto"), ("interface", EACH, "interface"), ("l3_device",), ("ipv4-address",)),
        fault="leave out what netifd did not configure",
        remedy="run on that host: ifconfig -a, or ip -j addr of package ip-full",
    ),
    Program(
        "LXD or Incus (the state of an instance)",
        (
            ("network", EACH, "hwaddr"),
            ("network", EACH, "addresses"),
            ("state", "network"),
            ("metadata", "network"),
            (EACH, "state", "network"),
        ),
        r" *(?:Network usage:|Ips:)\s*$",
        remedy="run: lxc exec INSTANCE -- ip -j addr (or incus exec), or in the instance: ifdiscover snapshot",
    ),
    Program(
        "Salt's grains",
        (("ip4_interfaces",), ("ip_interfaces",), (EACH, "ip4_interfaces"), (EACH, "ip_interfaces")),
        r" *ip[46]?_interfaces:",
        "tell no netmasks, nor whether an interface is up",
        _SALT,
    ),
    Program(
        "Salt's network.interfaces",
        tuple((*way, key) for way in ((EACH,), (EACH, EACH)) for key in ("inet", "inet6", "hwaddr")),
        r" {4}-{10}\s*$",
        remedy=_SALT,
    ),
    Program(
        "osquery (interface_addresses)",
        (("columns", "interface"), (EACH, "interface")),
        r"\| interface +\|",
        "have in another table whether an interface is up",
    ),
)


def of_bytes(data: bytes, looked_at: int) -> Program | None:
    """The program that printed a recording which is a text, or a list of JSON; None: none that is known.

    Args:
        data: the recording.
        looked_at: how many bytes at its beginning hold the line that tells a text.
    """
    import re

    if begins_with(data, b"["):
        try:
            return of_document(load(data.decode()).value)
        except (RecordingError, UnicodeDecodeError):
            return None
    for program in PROGRAMS:
        if program.line and re.search(f"^{program.line}".encode(), data[:looked_at], re.MULTILINE):
            return program
    return None


def of_document(document: object) -> Program | None:
    """The program that a document of JSON is from; None: none that is known."""
    for program in PROGRAMS:
        if any(_has(document, path) for path in program.paths):
            return program
    return None


def refuse(program: Program) -> NoReturn:
    """Raise RecordingError: whose facts they are, why they are not read, and what to collect instead."""
    raise RecordingError(f"facts of {program.name}, which {program.fault}; {program.remedy}")


def _has(value: object, path: Path) -> bool:
    """Whether there is something at the end of a path."""
    if not path:
        return True
    step, rest = path[0], path[1:]
    if step == EACH:
        members = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
        return any(_has(member, rest) for member in members)
    return isinstance(value, dict) and step in value and _has(value[step], rest)
