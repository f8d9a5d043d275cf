"""A name server for a namespace: every name has an address, and no list of bad clients has anybody.

Run as a program, it listens on 127.0.0.1:53 of the namespace in which it is run, says "ready", and ends with its
standard input.
"""

from __future__ import annotations

import contextlib
import pathlib
import select
import socket
import struct
import subprocess
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from support.namespaces import Namespace

LISTED_UNDER = b"list"
"""A name with this label is not there, whatever is before it: ``5.1.168.192.zen.list.example``."""

_A, _NO_SUCH_NAME = 1, 3


def answer(query: bytes) -> bytes:
    """The answer to a query with one question."""
    end = query.index(b"\0", 12) + 5
    labels = _labels(query[12:end])
    kind = struct.unpack("!H", query[end - 4 : end - 2])[0]
    code = _NO_SUCH_NAME if LISTED_UNDER in labels else 0
    records = b"\xc0\x0c" + struct.pack("!HHIH4B", _A, 1, 60, 4, 192, 0, 2, 53) if kind == _A and not code else b""
    header = query[:2] + struct.pack("!HHHHH", 0x8580 | code, 1, 1 if records else 0, 0, 0)
    return header + query[12:end] + records


def _labels(question: bytes) -> list[bytes]:
    labels = []
    offset = 0
    while question[offset]:
        labels.append(question[offset + 1 : offset + 1 + question[offset]])
        offset += 1 + question[offset]
    return labels


@contextlib.contextmanager
def name_server(namespace: Namespace) -> Iterator[None]:
    """A name server in a namespace, whose programs use it from now on."""
    pathlib.Path("/etc/netns", namespace.name, "resolv.conf").write_text("nameserver 127.0.0.1\n")
    namespace.run(["ip", "link", "set", "lo", "up"])
    argv = namespace.argv([sys.executable, __file__])
    with subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        assert server.stdout.readline() == "ready\n"
        yield
        server.communicate()


def _serve() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind(("127.0.0.1", 53))
        print("ready", flush=True)  # noqa: T201 - it is the program's output
        while True:
            readable, _, _ = select.select([server, sys.stdin], [], [])
            if sys.stdin in readable:
                return
            query, client = server.recvfrom(4096)
            server.sendto(answer(query), client)


if __name__ == "__main__":
    _serve()
