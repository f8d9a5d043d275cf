"""netlink: pyroute2's socket under our decoder, and the way into other network namespaces."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from support.namespaces import CLI, ROOT, Namespace, environment
from support.need import need
from support.program import in_process, run
from support.shapes import SHAPES

from ifdiscover import discover
from ifdiscover._backends.netlink import via_pyroute2
from ifdiscover.errors import DiscoveryError, NotPermittedError, UnknownNamespaceError, UsageError


@pytest.fixture
def other(namespace: Namespace) -> Namespace:
    """Another namespace, that this process may enter."""
    if not namespace.as_root:
        need("entering another network namespace needs root")
    namespace.build(SHAPES["one address of each family"].steps)
    return namespace


def test_another_namespace_is_read_by_name_path_and_process(other: Namespace) -> None:
    """The same answer as inside, and the calling thread stays where it is."""
    inside = other.ifdiscover("addresses").stdout
    here = Path("/proc/thread-self/ns/net").readlink()
    holder = subprocess.Popen(other.argv(["sh", "-c", "echo; exec sleep 60"]), stdout=subprocess.PIPE)
    assert holder.stdout is not None
    holder.stdout.readline()
    try:
        for netns in (other.name, f"/run/netns/{other.name}", str(holder.pid)):
            host = discover(netns=netns)
            assert [str(a) for a in host.addresses] == [line.partition("/")[0] for line in inside.splitlines()]
            assert host.backend == "netlink"
            for command in ("addresses", "own", "mynetworks", "snapshot"):
                assert in_process(command, "--netns", netns)[0] == 0
            assert in_process("addresses", "--netns", netns)[1] == inside
            compared = run("backends", "--compare", "--netns", netns)
            assert (compared.returncode, compared.stderr) == (0, "")
            assert "192.0.2.10/28" in compared.stdout
    finally:
        holder.kill()
        holder.communicate()
    assert Path("/proc/thread-self/ns/net").readlink() == here
    assert threading.active_count() == 1


@pytest.mark.parametrize("netns", ["no-such-namespace", "/no/such/file", "999999999", "/etc/passwd/x"])
def test_a_namespace_that_is_not_there_is_said_so(netns: str) -> None:
    """Status 66, and none is made."""
    with pytest.raises(UnknownNamespaceError, match="there is no network namespace") as raised:
        discover(netns=netns)
    assert raised.value.status == 66
    assert not os.path.exists(via_pyroute2.namespace_path(netns))  # noqa: PTH110 - it is a string in the product too


def test_an_empty_name_is_a_usage_error() -> None:
    """As an empty variable in a script gives it."""
    assert in_process("--netns", "")[0] == 64
    assert in_process("--backend", "")[0] == 64


def test_what_is_no_namespace_is_said_so(tmp_path: Path) -> None:
    """A file, a directory, a FIFO, which is not waited for."""
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    for path in (fifo, tmp_path, "/etc/passwd"):
        with pytest.raises(UnknownNamespaceError, match="is no network namespace"):
            discover(netns=str(path))


def test_a_refusal_to_enter_is_a_clear_error(other: Namespace) -> None:
    """Status 77 without CAP_SYS_ADMIN."""
    argv = ["setpriv", "--bounding-set=-sys_admin", *CLI, "--netns", other.name]
    done = subprocess.run(argv, env=environment(), capture_output=True, text=True, check=False, cwd=ROOT)
    assert (done.returncode, done.stdout) == (77, "")
    assert "may not be entered: Operation not permitted; it takes the right to open" in done.stderr


def test_only_netlink_sees_other_namespaces() -> None:
    """Another backend by name contradicts that, as a recorded host does."""
    with pytest.raises(UsageError, match="backend getifaddrs sees this network namespace only"):
        discover("getifaddrs", netns="x")
    assert in_process("--netns", "x", "--from", "y")[0] == 64
    assert in_process("--netns", "x", "--backend", "psutil")[0] == 64
    assert in_process("backends", "--netns", "x")[0] == 64
    assert run("backends", "--compare", "--netns", "no-such-namespace").returncode == 66


def test_without_pyroute2_it_is_unavailable_with_the_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    """As where only the standard library is."""
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    assert via_pyroute2.unavailable() == "pyroute2 is not installed; try: pip install pyroute2"


@pytest.mark.parametrize("number", [1, 13, 97])
def test_a_refused_socket_is_a_clear_error(monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    """Permission is told from other reasons."""

    def refuse() -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(via_pyroute2, "Channel", refuse)
    with pytest.raises(DiscoveryError, match=f"netlink: {os.strerror(number)}") as raised:
        via_pyroute2.read()
    assert (type(raised.value) is NotPermittedError) == (number != 97)


NO_NETLINK = """
import ctypes, struct, sys
# A filter as a container runtime installs it: socket(AF_NETLINK, ...) fails with EPERM, all else passes.
libc = ctypes.CDLL(None, use_errno=True)
program = b"".join(struct.pack("HBBI", *line) for line in (
    (0x20, 0, 0, 0), (0x15, 0, 3, 41), (0x20, 0, 0, 16), (0x15, 0, 1, 16),
    (0x06, 0, 0, 0x50001), (0x06, 0, 0, 0x7FFF0000),
))
buffer = ctypes.create_string_buffer(program)
header = struct.pack("HxxxxxxP", len(program) // 8, ctypes.addressof(buffer))
assert libc.prctl(38, 1, 0, 0, 0) == 0
assert libc.prctl(22, 2, ctypes.c_char_p(header), 0, 0) == 0
from ifdiscover._cli import main
sys.exit(main(sys.argv[1:]))
"""


@pytest.mark.netns
def test_where_netlink_is_refused_ioctl_answers(namespace: Namespace) -> None:
    """Seccomp takes rtnetlink, getifaddrs and netlink away together; the refusals are kept and shown on asking."""
    if os.uname().machine != "x86_64":
        need("the filter is written for x86_64")
    namespace.build(SHAPES["one address of each family"].steps)
    whole = namespace.ifdiscover("addresses").stdout
    done = namespace.run([sys.executable, "-c", NO_NETLINK, "addresses", "-v"])
    assert sorted(done.stdout.splitlines()) == sorted(whole.splitlines())
    for backend in ("rtnetlink", "getifaddrs", "netlink"):
        assert f"ifdiscover: skipped: {backend}: Operation not permitted\n" in done.stderr
    assert "ifdiscover: backend ioctl: " in done.stderr
    done = namespace.run([sys.executable, "-c", NO_NETLINK, "--backend", "rtnetlink"], check=False)
    assert (done.returncode, done.stdout) == (77, "")
