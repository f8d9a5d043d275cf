"""Outputs of ip(8) that hold no host that can be read, and what to record in their place."""

from __future__ import annotations

import re

from ifdiscover.errors import RecordingError

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from ifdiscover.model import Host

_STATES = rb"UNKNOWN|NOTPRESENT|DOWN|LOWERLAYERDOWN|TESTING|DORMANT|UP"
_OUTPUTS = (
    (rb"\S+: (?:\x1b\[[0-9;]*m)+\S", "ip -c addr prints, with colours; use ip -c=never addr or ip -j addr"),
    (
        rb"[0-9]+: \S+ +inet6? ",
        "ip -o addr prints, with no flags: nothing tells what is up; use ip -j addr or ip addr",
    ),
    (rb"\S+ +(?:" + _STATES + rb")(?: .*)?\r?$", "ip -br addr prints, with no flags; use ip -j addr or ip addr"),
    (
        rb"[0-9a-f.:]+ dev \S+ (?:lladdr|FAILED|INCOMPLETE)",
        "ip neigh prints, no host; use ip -j addr or ip addr",
    ),
    (
        rb"(?:default|[a-z]+ \S+|[0-9a-f.:/]+) (?:via|dev) \S+",
        "ip route prints, no host; use ip -j addr or ip addr",
    ),
    (rb"[0-9]+:\s+from ", "ip rule prints, no host; use ip -j addr or ip addr"),
)
_KNOWN = tuple((re.compile(rb"^" + pattern, re.MULTILINE), what) for pattern, what in _OUTPUTS)


def recognises(data: bytes) -> bool:
    """Whether it is such an output."""
    return _which(data) is not None


def decode(data: bytes) -> Host:
    """There is no host to make of it.

    Raises:
        RecordingError: always; the message names the output and the command that makes a good one.
    """
    raise RecordingError(f"this is what {_which(data)}")


def _which(data: bytes) -> str | None:
    start = data[:4096].lstrip()
    return next((what for pattern, what in _KNOWN if pattern.match(start)), None)
