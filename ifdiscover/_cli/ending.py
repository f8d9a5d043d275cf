"""End a process that has said all it had to say, without taking its modules apart first.

Python's own end takes a tenth of the time of a small command, for memory that the system takes back at once.
"""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from types import FrameType


def end_at_once(status: int, caller: FrameType) -> None:
    """End this process with a status, if nobody waits for its end; otherwise return.

    Somebody does if functions are registered with atexit, as coverage's are; if a debugger or a profiler watches; if
    another thread runs; if Python was started with -i; or if ``caller`` is not the process's main program.

    Args:
        status: the exit status.
        caller: the frame that called the command line.
    """
    if caller.f_globals.get("__name__") != "__main__" or _is_awaited():
        return
    for stream in (sys.stdout, sys.stderr):
        try:
            if stream is not None:
                stream.flush()
        except OSError:
            return  # Python's own end says so
    os._exit(status)


def _is_awaited() -> bool:
    if sys.flags.inspect or "PYTHONINSPECT" in os.environ or sys.gettrace() or sys.getprofile():
        return True
    monitoring = getattr(sys, "monitoring", None)  # from 3.12
    if monitoring is not None and any(map(monitoring.get_tool, range(6))):
        return True
    import atexit
    from _thread import _count

    registered = getattr(atexit, "_ncallbacks", None)  # CPython has it, to test itself
    return registered is None or registered() > 0 or _count() > 0
