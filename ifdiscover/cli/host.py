"""How every command gets its host."""

from __future__ import annotations

from ifdiscover.cli import output
from ifdiscover.discovery import discover

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ifdiscover.model import Host


def get_host(backend: str | None, *, verbose: bool) -> Host:
    """Read the host that the options name, and say how if asked to."""
    host = discover(backend)
    if verbose:
        for refusal in host.refusals:
            output.say(f"skipped: {refusal}")
        output.say(f"backend {host.backend}: {len(host.interfaces)} interfaces, {len(host.addresses)} addresses")
        if host.blind_to:
            output.say(f"backend {host.backend} is blind to: {', '.join(host.blind_to)}")
    return host
