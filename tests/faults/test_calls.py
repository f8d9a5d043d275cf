"""Each call of a command fails once, with each errno that its manual page names, and a command ends as it should.

Which calls a command makes is counted first. Then it is run again for each of them: an answer, the same as without the
fault, or a message and a status.
"""

from __future__ import annotations

import errno
import random
from typing import TYPE_CHECKING

import pytest
from faults.injected import CALLS, LONG, Ended, Fault, Shim, bounded, trouble
from support.namespaces import CLI, environment

if TYPE_CHECKING:
    from collections.abc import Iterator

CONFIGURED = ["-c", "fixtures/main_cf/relay"]
RECORDED = ["--from", "fixtures/hosts/mail-relay/snapshot.json"]
COMMANDS = {
    "addresses": ["addresses"],
    "rtnetlink": ["addresses", "--backend", "rtnetlink"],
    "getifaddrs": ["addresses", "--backend", "getifaddrs"],
    "ioctl": ["addresses", "--backend", "ioctl"],
    "netns": ["addresses", "--netns", "/proc/self/ns/net"],
    "interfaces": ["interfaces"],
    "source": ["source", "--to", "192.0.2.1"],
    "mynetworks": ["mynetworks", "--style", "subnet"],
    "own": ["own"],
    "check": ["check", *CONFIGURED, *RECORDED],
    "match": ["match", *CONFIGURED, *RECORDED, "192.0.2.1"],
    "snapshot": ["snapshot"],
}
ERRNOS = {
    "socket": "EACCES EAFNOSUPPORT EMFILE ENFILE ENOBUFS ENOMEM EPERM EPROTONOSUPPORT",
    "bind": "EACCES EADDRINUSE EINVAL ENOMEM EPERM",
    "sendto": "EACCES ECONNREFUSED EINTR EINVAL ENOBUFS ENOMEM EPERM",
    "recvmsg": "EAGAIN EBADF ECONNREFUSED EINTR EINVAL ENOBUFS ENOMEM EPERM",
    "getifaddrs": "EACCES EINTR EMFILE ENOBUFS ENOMEM EPERM",
    "ioctl": "EADDRNOTAVAIL EFAULT EINTR EINVAL ENODEV ENOTTY ENXIO EPERM",
    "setns": "EBADF EINVAL ENOMEM EPERM",
    "open": "EACCES EINTR EIO EMFILE ENFILE ENOENT ENOMEM EPERM",
    "read": "EINTR EIO EISDIR ENOMEM",
    "write": "EBADF EINTR EIO ENOSPC EPIPE",
}
STORM = 1000
"""How often a storm interrupts a call, or finds no buffers, before all goes well."""
SAMPLE = 22
"""How many faults of each command are tried, if not all are: the same ones in each run."""


def faults_of(counts: list[int]) -> Iterator[Fault]:
    """Every fault that a command can meet which makes so many calls."""
    for call, made in zip(CALLS, counts):
        kinds = [("errno", getattr(errno, name)) for name in ERRNOS[call].split()]
        if call in ("sendto", "recvmsg", "read", "write"):
            kinds.append(("short", 0))
        if made:
            # Each time; but the system itself, and Python, repeat without end what is interrupted without end.
            yield from (Fault(call, 1, kind, value, 0) for kind, value in kinds if value != errno.EINTR)
            yield Fault(call, 1, "errno", errno.EINTR, STORM)
        for at in range(1, made + 1):
            if call in ("open", "read"):  # nearly all are of imports, each as the one before
                yield from (Fault(call, at, *kinds[(at + more) % len(kinds)]) for more in (0, 3))
            else:
                yield from (Fault(call, at, kind, value) for kind, value in kinds)
                yield Fault(call, at, "errno", errno.EINTR, STORM)
            if call in ("socket", "sendto", "recvmsg"):
                yield Fault(call, at, "errno", errno.ENOBUFS, STORM)


GONE = {errno.EADDRNOTAVAIL, errno.ENODEV, errno.ENXIO}
"""By which an ioctl(2) tells that an interface or its address is there no more: an answer, and no fault."""


def is_usual_for(fault: Fault, ended: Ended, usual: Ended) -> bool:
    """Whether a fault has an effect of its own: nobody reads the pipe, or what the command asks about has gone."""
    if fault.call == "ioctl" and fault.value in GONE:
        return ended.status == 0 and set(ended.out.splitlines()) <= set(usual.out.splitlines())
    return fault.call == "write" and fault.value == errno.EPIPE and ended.status == 141


@pytest.mark.parametrize("command", COMMANDS)
def test_a_call_that_fails_ends_in_an_answer_or_a_status(shim: Shim, command: str) -> None:
    """No traceback, no hang, and no half or other answer."""
    bounded([*CLI, *COMMANDS[command]], env=environment())  # now its bytecode is there
    usual, counts = shim.run(COMMANDS[command], None)
    assert usual.status in (0, 1), usual
    faults = list(faults_of(counts))
    if not LONG:
        faults = random.Random(command).sample(faults, SAMPLE)
    found = []
    for fault in faults:
        ended, _ = shim.run(COMMANDS[command], fault)
        wrong = None if is_usual_for(fault, ended, usual) else trouble(ended, usual)
        if wrong:
            found.append(f"FAULT='{fault}' {command}: {wrong}: {ended}")
    assert not found, "\n".join([f"{len(found)} of {len(faults)} faults", *found])


def test_every_call_is_made_by_some_command(shim: Shim) -> None:
    """So that the shim has every call to spoil; bind is made by watch alone, and by netlink sockets that wait."""
    made = [sum(counts) for counts in zip(*(shim.run(arguments, None)[1] for arguments in COMMANDS.values()))]
    assert {call for call, count in zip(CALLS, made) if not count} <= {"bind"}


def test_a_fault_is_injected(shim: Shim) -> None:
    """What cannot fail would prove nothing."""
    ended, counts = shim.run(COMMANDS["rtnetlink"], Fault("socket", 1, "errno", errno.EMFILE, 0))
    assert counts[-1] > 0
    assert ended.status != 0
    assert "Too many open files" in ended.err
