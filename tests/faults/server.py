"""Run the command line again and again, each time in a child of this process in which one call fails.

Started with faults.c preloaded. A child imports all but the file that has ``main()``, so that imports are within the
reach of a fault; to start Python for each would take three times as long. Jobs come by marshal on standard input, and answers go to standard
output: see ``Server`` in ``faults.serving``.
"""

from __future__ import annotations

import marshal
import os
import select
import sys
import time

PATIENCE = 60  # seconds, after which a child hangs


def _descriptors() -> list[str]:
    return sorted(os.listdir("/proc/self/fd"))


def _tell_shim(path: str) -> None:
    """What the shim is told is the name of a file that there is not."""
    try:
        os.open(path, os.O_RDONLY)
    except FileNotFoundError:
        return
    os._exit(99)  # it is not preloaded


def _child(fault: str, arguments: list[str], recording: str, out: int, err: int, counts: int) -> None:
    for descriptor, standard in ((os.open(recording or os.devnull, os.O_RDONLY), 0), (out, 1), (err, 2), (counts, 3)):
        os.dup2(descriptor, standard)
    os.closerange(4, 64)
    before = _descriptors()
    status = 99
    from ifdiscover._cli import main  # what fails before that, Python itself reports

    _tell_shim(f"fault:{fault}")
    try:
        try:
            status = main(arguments)
        except BaseException:  # noqa: BLE001 - as Python itself does
            status = 1
            _tell_shim("fault:")
            sys.excepthook(*sys.exc_info())
        sys.stdout.flush()
        sys.stderr.flush()
    finally:
        _tell_shim("fault-counts")
        _tell_shim("fault:")
        leaked = len(_descriptors()) - len(before)
        os.write(3, f"leaked {leaked}\n".encode())
        os._exit(status)


def _run(fault: str, arguments: list[str], recording: str) -> tuple[int, bytes, bytes, bytes]:
    files = [os.memfd_create(name) for name in ("out", "err", "counts")]
    child = os.fork()
    if child == 0:
        _child(fault, arguments, recording, *files)
    ended = os.pidfd_open(child)
    if not select.select([ended], [], [], PATIENCE)[0]:
        os.kill(child, 9)
    os.close(ended)
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    texts = [os.pread(file, os.fstat(file).st_size, 0) for file in files]
    for file in files:
        os.close(file)
    return status, texts[0], texts[1], texts[2]


def main() -> None:
    """Answer until standard input ends."""
    jobs, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    while True:
        try:
            fault, arguments, recording = marshal.load(jobs)  # noqa: S302 - from the test
        except EOFError:
            return
        start = time.monotonic()
        answer = _run(fault, arguments, recording)
        marshal.dump((*answer, time.monotonic() - start), answers)
        answers.flush()


if __name__ == "__main__":
    main()
