"""The versions of what the facts come from."""

from __future__ import annotations

import os
import sys

from ifdiscover._names import printable
from ifdiscover._version import __version__

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from ifdiscover.model import Host

_POSTCONF = "/usr/sbin/postconf"
_PATIENCE = 5  # seconds; it answers in some milliseconds


def versions(host: Host | None, *, with_postfix: bool) -> dict[str, str | None]:
    """The versions of ifdiscover, Python, the kernel and Postfix.

    Args:
        host: the host; of a recorded one the kernel is told that the recording names.
        with_postfix: whether a Postfix on this machine is the host's.
    """
    uname = os.uname()
    kernel: str | None = f"{uname.sysname} {uname.release} {uname.machine}"
    if host is not None and host.recorded is not None:
        kernel = host.recorded.system
    return {
        "ifdiscover": __version__,
        "python": ".".join(map(str, sys.version_info[:3])),
        "kernel": None if kernel is None else printable(kernel),
        "postfix": postfix_version() if with_postfix else None,
    }


def postfix_version() -> str | None:
    """The version of the Postfix that is installed here, as postconf(1) tells it; None: it cannot be asked."""
    # -d: it reads no main.cf, so that a broken one does no harm.
    said = ask_postconf("-d", "-h", "mail_version")
    return None if said is None else printable(said.strip()) or None


def ask_postconf(*arguments: str) -> str | None:
    """What the postconf(1) that is installed here prints, with U+FFFD for odd bytes; None: it cannot be asked."""
    if not os.access(_POSTCONF, os.X_OK):
        return None
    import subprocess

    argv = [_POSTCONF, *arguments]
    try:
        done = subprocess.run(  # noqa: S603 - a fixed path, and no shell
            argv, capture_output=True, stdin=subprocess.DEVNULL, timeout=_PATIENCE, check=False, env={"LC_ALL": "C"}
        )
    except (OSError, ValueError, subprocess.TimeoutExpired):
        return None
    return done.stdout.decode("utf-8", "replace")
