"""Ask something in another network namespace, in a thread of its own: entering one moves a thread for good.

Sockets belong to the namespace of the thread that opens them. /proc/net and /proc/self/net do not: they show the
namespace of the process's first thread. /proc/sys/net and /proc/thread-self/net show the thread's own.
"""

from __future__ import annotations

from errno import EACCES, EINVAL, ENOENT, ENOTDIR, EPERM
from os import strerror

from ifdiscover.errors import DiscoveryError, NotPermittedError, UnknownNamespaceError, UsageError

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TypeVar

    T = TypeVar("T")

_CLONE_NEWNET = 0x40000000  # <linux/sched.h>


def in_namespace(netns: str, function: Callable[[], T]) -> T:
    """Call a function in another network namespace and return its result, or raise what it raises.

    The calling thread does not move. The function runs in a new thread, which ends with it. What the function opens
    stays in the namespace.

    Args:
        netns: the namespace's name in ip-netns(8), its path, or the number of a process in it.
        function: called once, when the namespace has been entered.

    Raises:
        UsageError: the name is empty.
        UnknownNamespaceError: there is no such namespace.
        NotPermittedError: this process may not enter it.
        DiscoveryError: the kernel refuses for another reason.
    """
    from _thread import allocate_lock, start_new_thread  # threading costs a fifth of the start

    answer: list[T] = []
    failure: list[BaseException] = []
    running = allocate_lock()

    def visit() -> None:
        try:
            enter(netns)
            answer.append(function())
        except BaseException as error:  # noqa: BLE001 - raised again in the calling thread
            failure.append(error)
        finally:
            running.release()

    running.acquire()
    try:
        start_new_thread(visit, ())
    except RuntimeError as error:
        raise DiscoveryError(f"network namespace {netns} takes a thread of its own: {error}") from error
    running.acquire()
    if failure:
        raise failure[0]
    return answer[0]


def namespace_path(netns: str) -> str:
    """The file of a namespace, from its name, its path or a process number.

    >>> namespace_path("mail"), namespace_path("/proc/self/ns/net"), namespace_path("4711")
    ('/run/netns/mail', '/proc/self/ns/net', '/proc/4711/ns/net')
    """
    if not netns:
        raise UsageError("an empty name is no network namespace's; ip netns lists the names")
    if "/" in netns:
        return netns
    return f"/proc/{netns}/ns/net" if netns.isascii() and netns.isdigit() else f"/run/netns/{netns}"


def enter(netns: str) -> None:
    """Move this thread into another network namespace, for good.

    Raises:
        UsageError: the name is empty.
        UnknownNamespaceError: there is no such namespace.
        NotPermittedError: this process may not enter it.
        DiscoveryError: the kernel refuses for another reason.
    """
    path = namespace_path(netns)
    import os

    try:
        # O_NONBLOCK: it may be a FIFO.
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
        try:
            _setns(descriptor)
        finally:
            os.close(descriptor)
    except (OSError, ValueError) as error:
        number = error.errno or 0 if isinstance(error, OSError) else ENOENT  # a NUL in a path
        if number in (ENOENT, ENOTDIR):
            raise UnknownNamespaceError(
                f"there is no network namespace {netns}: {path} does not exist; ip netns lists the names"
            ) from error
        if number in (EPERM, EACCES):
            raise NotPermittedError(
                f"network namespace {netns} may not be entered: {strerror(number)}; "
                f"it takes the right to open {path}, and CAP_SYS_ADMIN"
            ) from error
        if number == EINVAL:
            raise UnknownNamespaceError(f"{path} is no network namespace; ip netns lists the names") from error
        raise DiscoveryError(f"{path} cannot be entered: {strerror(number)}") from error


def _setns(descriptor: int) -> None:
    """setns(2), of the C library: the standard library has it since Python 3.12.

    Raises:
        OSError: the kernel refused.
        DiscoveryError: this Python cannot call it.
    """
    try:
        import ctypes

        setns = ctypes.CDLL(None, use_errno=True).setns
    except (ImportError, OSError, AttributeError) as error:  # a Python without ctypes, or a C library without setns
        raise DiscoveryError(f"this Python cannot call setns(2): {error}") from error
    if setns(descriptor, _CLONE_NEWNET) != 0:
        number = ctypes.get_errno()
        raise OSError(number, strerror(number))
