"""Each call of a command fails with each plausible errno, is cut short, or meets a signal: it ends as it should.

Which calls a command makes is counted first. Then it is run again for each of them: an answer, the same as without the
fault, or a message and a status. What Python does before the first of our lines is beyond us: there a fault shows its
traceback.
"""

from __future__ import annotations

import errno
import random
import signal
import sys
from typing import TYPE_CHECKING

import pytest
from faults.conftest import CALLS, LONG, Ended, Fault, Shim, bounded, compiled, trouble

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
SAMPLE = 20
"""How many faults of each command are tried, if not all are: the same ones in each run."""
INTERRUPTED = {130, -signal.SIGINT}
"""As main() says it, and as the system does, which a shell shows as 130 too."""
GONE = {errno.EADDRNOTAVAIL, errno.ENODEV, errno.ENXIO}
"""By which an ioctl(2) tells that an interface or its address is there no more: an answer, and no fault."""


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


def is_usual_for(fault: Fault, ended: Ended, usual: Ended) -> bool:
    """Whether a fault has an effect of its own: nobody reads the pipe, or what the command asks about has gone."""
    if fault.call == "ioctl" and fault.value in GONE:
        return ended.status == 0 and set(ended.out.splitlines()) <= set(usual.out.splitlines())
    if fault.call == "socket" and fault.value in (errno.EAFNOSUPPORT, errno.EPROTONOSUPPORT):
        return ended.status == 0 and b'"families": ["ipv4", "ipv6"]' not in ended.out  # as where a family is not there
    return fault.call == "write" and fault.value == errno.EPIPE and ended.status == 141


@pytest.mark.parametrize("command", COMMANDS)
def test_a_call_that_fails_ends_in_an_answer_or_a_status(shim: Shim, command: str) -> None:
    """No traceback, no hang, and no half or other answer."""
    compiled(*COMMANDS[command])
    usual, counts = shim.run(COMMANDS[command])
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
    """So that the shim has every call to spoil."""
    made = [sum(counts) for counts in zip(*(shim.run(arguments)[1] for arguments in COMMANDS.values()))]
    assert all(made[: len(CALLS)]), made


def test_a_fault_is_injected(shim: Shim) -> None:
    """What cannot fail would prove nothing."""
    ended, counts = shim.run(COMMANDS["rtnetlink"], Fault("socket", 1, "errno", errno.EMFILE, 0))
    assert counts[-1] > 0
    assert ended.status != 0
    assert "Too many open files" in ended.err


@pytest.mark.parametrize("command", ["addresses", "getifaddrs", "check"])
def test_an_interrupt_at_a_call(shim: Shim, command: str) -> None:
    """From the opening of the command line's first module on, to the last write."""
    compiled(*COMMANDS[command])
    usual, counts = shim.run(COMMANDS[command])
    faults = [
        Fault(call, at, "signal", signal.SIGINT) for call, made in zip(CALLS, counts) for at in range(1, made + 1)
    ]
    if not LONG:
        faults = random.Random(command).sample(faults, SAMPLE)
    for fault in faults:
        ended, met = shim.run(COMMANDS[command], fault)
        assert met[-1] == 1, fault
        assert ended.status in INTERRUPTED, (str(fault), ended)
        assert "Traceback" not in ended.err, (str(fault), ended)
        assert ended.out in (b"", usual.out), fault


@pytest.mark.parametrize("command", ["addresses", "getifaddrs", "check"])
def test_an_interrupt_at_a_random_moment(shim: Shim, command: str) -> None:
    """One that comes after the answer may be too late for the status."""
    compiled(*COMMANDS[command])
    usual, _ = shim.run(COMMANDS[command])
    moments = random.Random(command)
    ends = set()
    for turn in range(400 if LONG else 15):
        # In microseconds after the first module is opened. On an idle machine nearly all of 60 ms are too late.
        fault = Fault("open", 1, "later", moments.randrange(1, (4_000, 60_000)[turn % 2]))
        ended, _ = shim.run(COMMANDS[command], fault)
        assert ended.status in {usual.status, *INTERRUPTED}, (str(fault), ended)
        assert "Traceback" not in ended.err, (str(fault), ended)
        assert ended.out in (b"", usual.out), (str(fault), ended)
        assert ended.status != usual.status or ended.out == usual.out, (str(fault), ended)
        ends.add(ended.status)
    assert ends & INTERRUPTED


def test_an_interrupt_where_python_drops_exceptions() -> None:
    """As in the callbacks of its import: the command would go on, and a traceback be shown."""
    code = (
        "import os, signal; from ifdiscover._cli import host, main\n"
        "class Dropping:\n def __del__(self): os.kill(os.getpid(), signal.SIGINT)\n"
        "def discover(*_, **__): Dropping(); os.write(1, b'it goes on'); os._exit(5)\n"
        "host.discover = discover; raise SystemExit(main())"
    )
    assert bounded([sys.executable, "-c", code]) == (130, b"", "")


@pytest.mark.parametrize(
    ("name", "status"), [("SIGTERM", -signal.SIGTERM), ("SIGHUP", -signal.SIGHUP), ("SIGWINCH", 0), ("SIGCHLD", 0)]
)
def test_another_signal_at_a_call_does_what_it_does_to_any_process(shim: Shim, name: str, status: int) -> None:
    """Those that end none leave the answer as it is."""
    usual, _ = shim.run(["addresses"])
    for call in ("socket", "recvmsg", "read", "write"):
        ended, _ = shim.run(["addresses"], Fault(call, 1, "signal", getattr(signal, name)))
        assert (ended.status, ended.err) == (status, ""), (call, ended)
        assert ended.out == (b"" if status else usual.out), call
