"""Reading again and again, from threads, forks, interpreters and executors: the same host, and nothing is left over."""

from __future__ import annotations

import shutil
import sys

import pytest
from faults.conftest import LONG, bounded
from support.need import need

BACKENDS = ("rtnetlink", "getifaddrs", "ioctl", "netlink", "psutil", "netifaces")
READS = 10_000 if LONG else 1000

FLAT = """
import gc, os, sys, tracemalloc
from ifdiscover import discover, errors
backend, reads = sys.argv[1], int(sys.argv[2])

def descriptors():
    return len(os.listdir("/proc/self/fd"))

def resident():
    return int(open("/proc/self/statm").read().split()[1]) * os.sysconf("SC_PAGE_SIZE") // 1024

def read(times):
    for _ in range(times):
        discover(backend)
    gc.collect()

try:
    if backend == "netifaces":  # netifaces-plus 0.12.5 itself keeps 185 bytes of each interfaces(): it is asked once
        import netifaces
        told, gateways = {name: netifaces.ifaddresses(name) for name in netifaces.interfaces()}, netifaces.gateways()
        netifaces.interfaces, netifaces.ifaddresses, netifaces.gateways = lambda: [*told], told.get, lambda: gateways
    read(20)
except (errors.UnavailableError, ImportError) as error:
    print(error)
    raise SystemExit(77)
open_before = descriptors()
tracemalloc.start()
read(200)
traced = []
for _ in range(4):  # the first fills Python's own lists of free objects; what each read loses grows in all
    before = tracemalloc.get_traced_memory()[0]
    read(1000)
    traced.append(tracemalloc.get_traced_memory()[0] - before)
tracemalloc.stop()
before = resident()
read(reads)
print(descriptors() - open_before, min(traced), resident() - before)
"""

THREADS = """
import sys, threading
from ifdiscover import discover
usual, wrong = discover(sys.argv[1]), []
def read():
    try:
        for _ in range(int(sys.argv[2])):
            if discover(sys.argv[1]).addresses != usual.addresses:
                wrong.append("another answer")
    except BaseException as error:
        wrong.append(repr(error))
threads = [threading.Thread(target=read) for _ in range(32)]
for thread in threads: thread.start()
for thread in threads: thread.join()
print(wrong or "the same")
"""

FORK = """
import os, sys, threading, warnings
from ifdiscover import discover
warnings.simplefilter("ignore")  # Python 3.12 warns of any fork beside a thread
usual, ended = discover(sys.argv[1]), []
reading = threading.Event()
def read():
    while not ended:
        discover(sys.argv[1]); reading.set()
thread = threading.Thread(target=read)
thread.start()
reading.wait()
found = set()
for _ in range(int(sys.argv[2])):
    child = os.fork()
    if child == 0:
        os._exit(0 if discover(sys.argv[1]).addresses == usual.addresses else 9)
    found.add(os.waitpid(child, 0)[1])
ended.append(True)
thread.join()
print("the same" if found == {0} else found)
"""

SUBINTERPRETER = """
import sys
try:
    import _interpreters as interpreters
except ImportError:
    import _xxsubinterpreters as interpreters
code = f"import sys; sys.path[:] = {sys.path!r}; from ifdiscover import discover; "
code += "print(len(discover(%r).addresses) > 0, flush=True)"
for _ in range(3):
    made = interpreters.create("legacy") if hasattr(interpreters, "new_config") else interpreters.create()
    failed = interpreters.run_string(made, code % sys.argv[1])
    if failed: print(failed)
    interpreters.destroy(made)
"""

ASYNC = """
import asyncio, sys
from ifdiscover import discover
async def main():
    loop = asyncio.get_running_loop()
    return await asyncio.gather(*(loop.run_in_executor(None, discover, sys.argv[1]) for _ in range(int(sys.argv[2]))))
print("the same" if len({host.addresses for host in asyncio.run(main())}) == 1 else "another answer")
"""

OURS = pytest.mark.parametrize("backend", BACKENDS[:3])


def said(code: str, *arguments: str, python: str = sys.executable) -> str:
    """What a program prints that ends well."""
    ended = bounded([python, "-c", code, *arguments], patience=560 if LONG else 120)
    assert ended.status is not None, "it hung"
    if ended.status == 77:
        need(ended.out.decode().strip())
    assert (ended.status, ended.err) == (0, "")
    return ended.out.decode().strip()


@pytest.mark.parametrize("backend", BACKENDS)
def test_many_reads_leave_nothing(backend: str) -> None:
    """No descriptor, and no memory: neither what Python holds nor what the process has grows with the reads."""
    descriptors, traced, grown = map(int, said(FLAT, backend, str(READS)).split())
    assert descriptors == 0
    assert traced < 16_000  # bytes, of 1,000 reads: the smallest object of Python's has 16
    assert grown <= 1024  # KiB; a list of the C library's that is not freed is one each read


@OURS
def test_32_threads(backend: str) -> None:
    """At one time."""
    assert said(THREADS, backend, "100" if LONG else "5") == "the same"


@OURS
def test_a_fork_while_another_thread_reads(backend: str) -> None:
    """The child reads for itself."""
    assert said(FORK, backend, "200" if LONG else "20") == "the same"


@OURS
def test_a_subinterpreter(backend: str) -> None:
    """Each with modules of its own, one after the other."""
    assert said(SUBINTERPRETER, backend).split() == ["True"] * 3


@OURS
def test_the_executor_of_asyncio(backend: str) -> None:
    """In its threads."""
    assert said(ASYNC, backend, "1000" if LONG else "100") == "the same"


def test_a_python_without_the_global_lock() -> None:
    """32 threads that really run at one time."""
    python = next(filter(None, map(shutil.which, ("python3.14t", "python3.13t"))), None)
    if python is None:
        pytest.skip("no free-threaded Python: no registry of packages has one; build CPython with --disable-gil")
    for backend in BACKENDS[:3]:
        assert said(THREADS, backend, "20", python=python) == "the same"
