"""How every command gets its host."""

from __future__ import annotations

import os

from ifdiscover.cli import output
from ifdiscover.discovery import discover
from ifdiscover.errors import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ifdiscover.model import Host
    from ifdiscover.postfix.inet_protocols import Protocols


def get_host(backend: str | None, recording: str | None, netns: str | None, *, verbose: bool) -> Host:
    """Read the host that the options name, and say how if asked to."""
    if recording is not None:
        host = _replay(backend, recording, netns)
    elif netns is not None:
        host = discover(backend, netns=netns)
    else:
        host = discover(os.environ.get("IFDISCOVER_BACKEND") or None if backend is None else backend)
    if host.recorded is not None and (verbose or output.on_terminal()):
        who = host.recorded.host or "a host that the recording does not name"
        when = host.recorded.taken_at or "a time that it does not tell"
        output.say(f"recorded on {who} at {when}")
    if verbose:
        for refusal in host.refusals:
            output.say(f"skipped: {refusal}")
        output.say(f"backend {host.backend}: {len(host.interfaces)} interfaces, {len(host.addresses)} addresses")
        if host.blind_to:
            output.say(f"backend {host.backend} is blind to: {', '.join(host.blind_to)}")
    return host


def say_ipv6_absence(host: Host, protocols: Protocols, netns: str | None) -> None:
    """Say how IPv6 is absent, if it is, and what to set: for those who asked for more."""
    from ifdiscover.postfix.ipv6_absence import ipv6_absence, switch_of, unknown_switch

    absence = ipv6_absence(host, protocols, switch_of(host) if netns is None else unknown_switch)
    if absence is not None:
        output.say(f"IPv6: {absence.what}: {absence.remedy}")


def _replay(backend: str | None, recording: str, netns: str | None) -> Host:
    if backend not in (None, "replay"):
        raise UsageError(f"--from reads a recorded host and --backend {backend} this one; give one of them")
    if netns is not None:
        raise UsageError("--from reads a recorded host and --netns one that is here; give one of them")
    from ifdiscover.backends.recorded.replay import replay

    return replay(recording)
