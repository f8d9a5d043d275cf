"""Record this host, and read recorded hosts."""

from __future__ import annotations

from ifdiscover.model import Host, Recorded

TYPE_CHECKING = False
if TYPE_CHECKING:
    from os import PathLike


def record(host: Host) -> Host:
    """The host with where and when it was read; a recorded host as it is."""
    if host.recorded is not None:
        return host
    import os
    import time

    from ifdiscover.postfix.inet_protocols import kernel_families

    name = os.uname()
    return host._replace(
        recorded=Recorded(
            name.nodename,
            time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
            f"{name.sysname} {name.release} {name.machine}",
            kernel_families(),
        )
    )


def snapshot(host: Host | None = None) -> str:
    """A host as versioned JSON, for ``replay()``.

    Args:
        host: None: this host, discovered.

    Raises:
        BackendError: no host was given, and this one could not be read.
    """
    from ifdiscover.render.snapshot import snapshot_text

    if host is None:
        from ifdiscover.discovery import discover

        host = discover()
    return snapshot_text(record(host))


def replay(file: str | PathLike[str]) -> Host:
    """Read a recorded host: a snapshot, or what ``ip -j addr``, ``ip -d -j addr`` or ``ifconfig -a`` printed.

    Args:
        file: its path; ``-`` is standard input.

    Raises:
        RecordingInputError: the file cannot be read.
        RecordingError: it holds no recorded host; the message has the file, the place and the rule.
    """
    from ifdiscover.backends.recorded.replay import read_file

    return read_file(file)
