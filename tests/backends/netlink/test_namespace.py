"""Another network namespace: the answer is the one from inside, nobody moves, and nothing is left behind."""

from __future__ import annotations

import ctypes
import gc
import os
import pickle
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from support.namespaces import CLI, ROOT, Namespace, environment
from support.need import need
from support.program import in_process, run
from support.shapes import SHAPES

from ifdiscover import discover
from ifdiscover._backends.netlink.namespace import in_namespace, namespace_path
from ifdiscover.errors import DiscoveryError, NotPermittedError, UnavailableError, UnknownNamespaceError, UsageError

if TYPE_CHECKING:
    from ifdiscover.model import Address

NOT_THERE = ["no-such-namespace", "/no/such/file", "999999999", "/etc/passwd/x", "a\0b", "/a\0b"]


@pytest.fixture
def other(namespace: Namespace) -> Namespace:
    """Another namespace, that this process may enter."""
    if not namespace.as_root:
        need("entering another network namespace needs root")
    namespace.build(SHAPES["one address of each family"].steps)
    return namespace


def own_namespace() -> Path:
    """The namespace of this thread."""
    return Path("/proc/thread-self/ns/net").readlink()


def descriptors() -> list[str]:
    """What this process has open."""
    gc.collect()
    found = []
    for name in os.listdir("/proc/self/fd"):  # noqa: PTH208 - names, not paths
        try:
            found.append(os.readlink(f"/proc/self/fd/{name}"))  # noqa: PTH115 - sockets are no paths
        except FileNotFoundError:  # the one that listed them
            continue
    return sorted(found)


def threads() -> int:
    """How many threads the kernel counts in this process, once those that have nothing left to do are gone."""
    for _ in range(1000):
        if len(os.listdir("/proc/self/task")) == 1:  # noqa: PTH208
            break
        time.sleep(0.01)  # the last instructions of a thread come after its answer
    return len(os.listdir("/proc/self/task"))  # noqa: PTH208


def timeless(address: Address) -> Address:
    """An address without what time changes."""
    return address._replace(preferred_lifetime=None, valid_lifetime=None)


def test_another_namespace_is_read_by_name_path_and_process(other: Namespace) -> None:
    """The same answer as inside, and the calling thread stays where it is."""
    inside = other.ifdiscover("addresses").stdout
    here = own_namespace()
    holder = subprocess.Popen(other.argv(["sh", "-c", "echo; exec sleep 60"]), stdout=subprocess.PIPE)
    assert holder.stdout is not None
    holder.stdout.readline()
    try:
        for netns in (other.name, f"/run/netns/{other.name}", str(holder.pid)):
            host = discover(netns=netns)
            assert [str(a) for a in host.addresses] == [line.partition("/")[0] for line in inside.splitlines()]
            assert host.backend == "rtnetlink"
            for command in ("addresses", "own", "mynetworks", "snapshot"):
                assert in_process(command, "--netns", netns)[0] == 0
            assert in_process("addresses", "--netns", netns)[1] == inside
            compared = run("backends", "--compare", "--netns", netns)
            assert (compared.returncode, compared.stderr) == (0, "")
            assert "192.0.2.10/28" in compared.stdout
    finally:
        holder.kill()
        holder.communicate()
    assert own_namespace() == here


@pytest.mark.parametrize("name", SHAPES)
def test_from_outside_a_host_is_what_it_is_inside(name: str, namespace: Namespace) -> None:
    """Every interface and address with all that is told of them, by our own socket and by pyroute2's."""
    need(None if namespace.as_root else "entering another network namespace needs root")
    namespace.build(SHAPES[name].steps)
    code = "import ifdiscover, pickle; print(pickle.dumps(ifdiscover.discover('rtnetlink')).hex())"
    inside = pickle.loads(bytes.fromhex(namespace.run([sys.executable, "-c", code]).stdout))
    for backend in (None, "rtnetlink", "netlink"):
        host = discover(backend, netns=namespace.name)
        assert host.backend == (backend or "rtnetlink")
        assert host.interfaces == inside.interfaces
        assert [timeless(address) for address in host.addresses] == [timeless(address) for address in inside.addresses]


def test_nothing_is_left_behind(other: Namespace) -> None:
    """No thread and no open file, whether it was read, refused or not there."""
    discover(netns=other.name)  # what is opened once for all
    before = descriptors()
    assert threads() == 1
    for _ in range(20):
        discover(netns=other.name)
        for wrong in (*NOT_THERE, "/dev/null", ""):
            with pytest.raises((UnknownNamespaceError, UsageError)):
                discover(netns=wrong)
        with pytest.raises(ZeroDivisionError):
            in_namespace(other.name, lambda: 1 // 0)
    assert descriptors() == before
    assert threads() == 1


def test_what_a_function_returns_or_raises_is_the_callers(other: Namespace) -> None:
    """It runs in the other namespace, in a thread of its own; this one stays where it is."""

    def interrupt() -> None:
        raise KeyboardInterrupt("stop")

    here = own_namespace()
    there = Path(f"/run/netns/{other.name}").stat().st_ino
    assert str(in_namespace(other.name, own_namespace)) == f"net:[{there}]" != str(here)
    with pytest.raises(KeyboardInterrupt, match="stop"):
        in_namespace(other.name, interrupt)
    assert in_namespace(other.name, lambda: None) is None
    assert own_namespace() == here


@pytest.mark.parametrize("netns", NOT_THERE)
def test_a_namespace_that_is_not_there_is_said_so(netns: str) -> None:
    """Status 66, and none is made."""
    with pytest.raises(UnknownNamespaceError, match="there is no network namespace") as raised:
        discover(netns=netns)
    assert raised.value.status == 66
    if "\0" not in netns:
        assert not os.path.exists(namespace_path(netns))  # noqa: PTH110 - it is a string in the product too


def test_an_empty_name_is_a_usage_error() -> None:
    """As an empty variable in a script gives it."""
    assert in_process("--netns", "")[0] == 64
    assert in_process("--backend", "")[0] == 64


def test_what_is_no_namespace_is_said_so(tmp_path: Path) -> None:
    """A file, a directory, a FIFO, which is not waited for."""
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    for path in (fifo, tmp_path, "/etc/passwd", "/proc/self/ns/mnt"):
        with pytest.raises(UnknownNamespaceError, match="is no network namespace"):
            discover(netns=str(path))


def test_a_refusal_to_enter_is_a_clear_error(other: Namespace) -> None:
    """Status 77 without CAP_SYS_ADMIN."""
    argv = ["setpriv", "--bounding-set=-sys_admin", *CLI, "--netns", other.name]
    done = subprocess.run(argv, env=environment(), capture_output=True, text=True, check=False, cwd=ROOT)
    assert (done.returncode, done.stdout) == (77, "")
    assert "may not be entered: Operation not permitted; it takes the right to open" in done.stderr


def test_a_thread_that_cannot_start_is_a_clear_error(monkeypatch: pytest.MonkeyPatch) -> None:
    """As where a limit on processes is reached."""

    def refuse(*_: object) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr("_thread.start_new_thread", refuse)
    with pytest.raises(DiscoveryError, match="takes a thread of its own: can't start new thread"):
        discover(netns="/proc/self/ns/net")


def test_a_c_library_without_setns_is_a_clear_error(monkeypatch: pytest.MonkeyPatch) -> None:
    """And so is a Python without ctypes."""
    monkeypatch.setattr(ctypes, "CDLL", lambda *_, **__: object())
    with pytest.raises(DiscoveryError, match=r"this Python cannot call setns\(2\): .*no attribute 'setns'"):
        discover(netns="/proc/self/ns/net")


def test_a_kernel_without_namespaces_is_a_clear_error(monkeypatch: pytest.MonkeyPatch) -> None:
    """The system's reason, whatever it is."""

    class Libc:
        @staticmethod
        def setns(*_: object) -> int:
            ctypes.set_errno(38)
            return -1

    monkeypatch.setattr(ctypes, "CDLL", lambda *_, **__: Libc)
    with pytest.raises(DiscoveryError, match="/proc/self/ns/net cannot be entered: Function not implemented") as raised:
        discover(netns="/proc/self/ns/net")
    assert not isinstance(raised.value, NotPermittedError)


def test_elsewhere_than_on_linux_there_are_none(monkeypatch: pytest.MonkeyPatch) -> None:
    """Backend rtnetlink says so."""
    monkeypatch.setattr("sys.platform", "freebsd14")
    with pytest.raises(UnavailableError, match="rtnetlink is Linux's, and this is freebsd14"):
        discover(netns="1")


def test_only_netlink_sees_other_namespaces() -> None:
    """Another backend by name contradicts that, as a recorded host does."""
    with pytest.raises(UsageError, match="backend getifaddrs sees this network namespace only; rtnetlink and netlink"):
        discover("getifaddrs", netns="x")
    assert in_process("--netns", "x", "--from", "y")[0] == 64
    assert in_process("--netns", "x", "--backend", "psutil")[0] == 64
    assert in_process("backends", "--netns", "x")[0] == 64
    assert run("backends", "--compare", "--netns", "no-such-namespace").returncode == 66


def test_pyroute2_is_not_needed(other: Namespace) -> None:
    """A Python that cannot import it reads the same, and compares the other backends."""
    inside = other.ifdiscover("addresses").stdout
    code = "import sys; sys.modules['pyroute2'] = None; from ifdiscover._cli import main; sys.exit(main(sys.argv[1:]))"
    for arguments in (["addresses", "--netns", other.name], ["backends", "--compare", "--netns", other.name]):
        argv = [sys.executable, "-c", code, *arguments]
        done = subprocess.run(argv, env=environment(), capture_output=True, text=True, check=False, cwd=ROOT)
        assert (done.returncode, done.stderr) == (0, "")
        assert done.stdout == inside or "no differences" in done.stdout
