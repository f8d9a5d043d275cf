"""What is tried: the commands, the backends, the calls, and how each call may fail."""

from __future__ import annotations

import errno
import itertools
import os
import random
from typing import TYPE_CHECKING, NamedTuple

from ifdiscover.discovery import BUILT_IN

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

HOST = [
    "link set lo up",
    "link add eth0 type ifb",
    "link set eth0 up",
    "addr add 192.0.2.10/24 dev eth0",
    "addr add 198.51.100.5/26 dev eth0 label eth0:1",
    "addr add 2001:db8::10/64 dev eth0",
    "link add eth1 type ifb",
    "link set eth1 up",
    "addr add 10.9.0.1 peer 10.9.0.2/32 dev eth1",
    "link add eth2 type ifb",
    "addr add 203.0.113.1/24 dev eth2",
]
"""An alias, a peer, an interface that is down: steps for ``Namespace.build()``."""

BACKENDS = [name for name in BUILT_IN if name not in ("siocglif", "replay")]
HALF, NOTHING = 0, -1
"""A call that does half of what was asked; one that does nothing, and says that all went well."""

_E = {name: getattr(errno, name) for name in dir(errno) if name.startswith("E")}


def _ways(names: str, *others: int) -> list[int]:
    return [*(_E[name] for name in names.split()), *others]


WAYS = {
    "socket": _ways("EMFILE ENFILE ENOMEM ENOBUFS EACCES EPERM EAFNOSUPPORT EPROTONOSUPPORT EINVAL ENOSYS"),
    "bind": _ways("EPERM EACCES EADDRINUSE ENOMEM EINVAL"),
    "send": _ways("EPERM EACCES ENOBUFS ENOMEM ECONNREFUSED EINTR EAGAIN ENETUNREACH"),
    "recv": _ways("EINTR EAGAIN ENOBUFS ENOMEM EBADF EPERM ECONNREFUSED", HALF),
    "getifaddrs": _ways("ENOMEM EMFILE EACCES EPERM ENOSYS EAFNOSUPPORT"),
    "ioctl": _ways("EINVAL ENODEV ENXIO EADDRNOTAVAIL EPERM EACCES ENOTTY EINTR ENOMEM EFAULT"),
    "setns": _ways("EPERM EINVAL ENOMEM EBADF ENOSYS"),
    "open": _ways("ENOENT EACCES EPERM EMFILE ENFILE ENOMEM EINTR EIO ELOOP ENXIO ESTALE ENOTDIR EISDIR"),
    "read": _ways("EIO EINTR EISDIR ENOMEM EBADF EINVAL ESTALE", HALF, NOTHING),
    "write": _ways("EIO ENOSPC EPIPE EINTR EAGAIN EBADF EDQUOT EFBIG", HALF),
}
"""The calls, and the errnos that the manuals or a sandbox give for each."""

TIMES = (1, 1000)
"""A call that fails once, and a storm: from the first time on, it fails so often."""


class Command(NamedTuple):
    """One command line, and what it reads from standard input."""

    arguments: tuple[str, ...]
    recording: str = ""

    @property
    def name(self) -> str:
        """The command that decides how its answer is read."""
        return self.arguments[0] if self.arguments else "addresses"


class Fault(NamedTuple):
    """The calls of one kind that fail, and how."""

    call: str
    first: int
    times: int
    how: int

    def __str__(self) -> str:
        return f"{self.call}:{self.first}:{self.times}:{self.how}"

    @property
    def text(self) -> str:
        """What the system says of it."""
        return os.strerror(self.how) if self.how > 0 else ""


NO_FAULT = Fault("none", 0, 0, 0)


def plain_postfix(folder: Path) -> Path:
    """A folder with a main.cf that sets nothing."""
    folder.mkdir()
    (folder / "main.cf").write_text("compatibility_level = 3.6\nmyhostname = mail.example.com\n")
    return folder


def listing_postfix(folder: Path) -> Path:
    """A folder with a main.cf whose list excludes a client by a file, and trusts some by a table."""
    folder.mkdir()
    (folder / "excluded").write_text("192.0.2.66\n")
    (folder / "table").write_text("203.0.113.0/28 OK\n")
    (folder / "main.cf").write_text(
        "compatibility_level = 3.6\nmyhostname = mail.example.com\ninet_interfaces = 192.0.2.10, 127.0.0.1\n"
        f"mynetworks = !{folder}/excluded, cidr:{folder}/table, 192.0.2.0/24, [::1]/128\n"
    )
    (folder / "master.cf").write_text("smtp inet n - y - - smtpd\n")
    return folder


def commands(postfix: Path, recording: Path, netns: str) -> Iterator[Command]:
    """Every command line; those that ask this host once for each backend."""
    main_cf = ("-c", str(postfix))
    clients = ("192.0.2.66", "192.0.2.7", "203.0.113.9", "8.8.8.8")
    live: list[tuple[str, ...]] = [
        ("addresses",),
        ("addresses", "--all", "--format", "table"),
        ("addresses", "--json"),
        ("interfaces",),
        ("mynetworks", "--style", "all"),
        ("snapshot",),
        ("own", "--json"),
        ("own", "--json", *main_cf),
        ("local", "--json", "192.0.2.10", "192.0.2.99", "203.0.113.1"),
        ("match", "--json", "--style", "subnet", *clients),
        ("match", "--json", *main_cf, *clients),
        ("check", "--json", *main_cf),
        ("facts", *main_cf),
    ]
    yield Command(())
    for arguments in live:
        yield Command(arguments)
        for backend in BACKENDS:
            yield Command((*arguments, "--backend", backend))
    yield Command(("backends",))
    yield Command(("backends", "--compare"))
    yield Command(("source",))
    yield Command(("postconf", *main_cf))
    yield Command(("diff", str(recording)))
    yield Command(("diff", str(recording), str(recording)))
    yield Command(("merge", str(recording), str(postfix)))
    for one in (("addresses",), ("mynetworks", "--style", "all"), ("snapshot",)):
        yield Command((*one, "--from", str(recording)))
        yield Command((*one, "--from", "-"), str(recording))
        yield Command((*one, "--netns", netns))
        yield Command((*one, "--netns", netns, "--backend", "netlink"))
    yield Command(("check", "--json", "-"), str(postfix / "main.cf"))
    yield Command(("backends", "--compare", "--netns", netns))


def faults(counts: dict[str, int]) -> Iterator[Fault]:
    """Every fault of a command that makes so many calls of each kind."""
    for call, ways in WAYS.items():
        for first, times, how in itertools.product(range(1, counts.get(call, 0) + 1), TIMES, ways):
            if how != NOTHING or times == 1:
                yield Fault(call, first, times, how)


def sample(every: list[Fault], size: int, seed: str) -> list[Fault]:
    """Some of them, the same for the same seed: as many of each call, where there are so many."""
    chosen = random.Random(seed)
    by_call: dict[str, list[Fault]] = {}
    for fault in every:
        by_call.setdefault(fault.call, []).append(fault)
    share = -(-size // max(len(by_call), 1))
    return [fault for group in by_call.values() for fault in chosen.sample(group, min(share, len(group)))]
