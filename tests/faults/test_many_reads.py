"""Reading again and again, from threads, forks, interpreters and executors: the same host, and nothing is left over."""

from __future__ import annotations

import shutil
import sys

import pytest
from faults.conftest import LONG, bounded

BACKENDS = ("rtnetlink", "getifaddrs", "ioctl", "netlink", "psutil")
READS = 10_000 if LONG else 300

FLAT = """
import gc, os, resource, sys, tracemalloc
from ifdiscover import discover, errors
backend, reads = sys.argv[1], int(sys.argv[2])

def descriptors():
    return len(os.listdir("/proc/self/fd"))

def read(times):
    for _ in range(times):
        discover(backend)

try:
    read(20)
except errors.DiscoveryError as error:
    print(error)
    raise SystemExit(77)
gc.collect()
fds, peak = descriptors(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
tracemalloc.start()
read(200)  # until the allocator's lists of free objects are full
gc.collect()
before = tracemalloc.get_traced_memory()[0]
read(400)
gc.collect()
traced = tracemalloc.get_traced_memory()[0] - before
tracemalloc.stop()
traced_peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
read(reads)
print(descriptors() - fds, traced, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - traced_peak)
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

EVERY_BACKEND = pytest.mark.parametrize("backend", BACKENDS)
OURS = pytest.mark.parametrize("backend", BACKENDS[:3])


def said(code: str, *arguments: str, python: str = sys.executable) -> str:
    """What a program prints that ends well."""
    ended = bounded([python, "-c", code, *arguments], patience=560 if LONG else 120)
    assert ended.status is not None, "it hung"
    if ended.status == 77:
        pytest.skip(ended.out.decode().strip())
    assert (ended.status, ended.err) == (0, "")
    return ended.out.decode().strip()


@EVERY_BACKEND
def test_many_reads_leave_nothing(backend: str) -> None:
    """No descriptor, and no memory: what Python still holds does not grow with the reads, and the peak stays."""
    descriptors, traced, grown = map(int, said(FLAT, backend, str(READS)).split())
    assert descriptors == 0
    assert traced < 8192  # bytes, of 400 reads: the smallest object of Python's has 16
    assert grown <= 1024  # KiB: what the allocator keeps; a leak of one address a read is more


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
