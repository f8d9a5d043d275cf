"""How every command gets its host, and the protocols that Postfix would use on it."""

from __future__ import annotations

from ifdiscover.cli import output
from ifdiscover.discovery import discover
from ifdiscover.errors import UsageError
from ifdiscover.postfix.inet_protocols import enabled_protocols, probe_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ifdiscover.model import Host
    from ifdiscover.postfix.inet_protocols import Protocols


def get_host(backend: str | None, recording: str | None, *, verbose: bool) -> Host:
    """Read the host that the options name, and say how if asked to."""
    host = discover(backend) if recording is None else _replay(backend, recording)
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


def get_postfix_host(
    backend: str | None, recording: str | None, inet_protocols: str, *, verbose: bool
) -> tuple[Protocols, Host | None]:
    """The protocols in use and the host; no host if there are none, since Postfix looks at nothing then."""
    host = None if recording is None else get_host(backend, recording, verbose=verbose)
    protocols = enabled_protocols(inet_protocols, probe_of(host))
    if host is None and protocols.families:
        host = get_host(backend, None, verbose=verbose)
    return protocols, host


def _replay(backend: str | None, recording: str) -> Host:
    if backend not in (None, "replay"):
        raise UsageError(f"--from reads a recorded host and --backend {backend} this one; give one of them")
    from ifdiscover.recording import replay

    return replay(recording)
