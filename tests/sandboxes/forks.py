"""Run many command lines, each in a child of its own, by a Python that has imported nothing of ifdiscover.

It is passed to ``python -c``, so that it needs no file where it runs. Its argument is a JSON list: the command lines,
seconds for each, and a line of shell before each. It writes a JSON list of ``[status, stdout, stderr]``; a status below
0 is a signal.
"""

import json
import os
import select
import signal
import sys
from typing import Any, NoReturn


def child(argv: list[str], seconds: int, before: str) -> NoReturn:
    """One command line; it ends this process."""
    if before and os.system(before.format(pid=os.getpid())):
        os._exit(99)
    signal.alarm(seconds)  # what hangs is ended by SIGALRM
    sys.argv = ["ifdiscover", *argv]
    from ifdiscover._cli import main

    status = main(argv)
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status)


def run(argv: list[str], seconds: int, before: str) -> list[Any]:
    """Its status and what it wrote."""
    ends = [os.pipe(), os.pipe()]
    pid = os.fork()
    if not pid:
        for number, (_reader, writer) in enumerate(ends, 1):
            os.dup2(writer, number)
        for pair in ends:
            for end in pair:
                os.close(end)
        child(argv, seconds, before)
    found: dict[int, bytes] = {}
    for reader, writer in ends:
        os.close(writer)
        found[reader] = b""
    waiting = list(found)
    while waiting:
        for reader in select.select(waiting, [], [])[0]:
            data = os.read(reader, 1 << 16)
            found[reader] += data
            if not data:
                waiting.remove(reader)
                os.close(reader)
    status = os.waitpid(pid, 0)[1]
    texts = [data.decode("utf-8", "surrogateescape") for data in found.values()]
    return [os.WEXITSTATUS(status) if os.WIFEXITED(status) else -os.WTERMSIG(status), *texts]


if __name__ == "__main__":
    lines, limit, before_each = json.loads(sys.argv[1])
    sys.stdout.write(json.dumps([run(line, limit, before_each) for line in lines]))
