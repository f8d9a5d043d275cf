"""A real kernel's recorded answers, in the place of fcntl.ioctl."""

from __future__ import annotations

import base64
import ctypes
import errno
import json
import socket
import struct
from typing import Any

from support.namespaces import ROOT

from ifdiscover._backends.ioctl import bsd, siocgif
from ifdiscover._backends.ioctl.requests import Kernel
from ifdiscover._backends.ioctl.rows import ROWS
from ifdiscover.model import Host

FILES = {"netbsd": "netbsd-rump.json", "freebsd": "freebsd-9-uinet.json"}
SOCKETS = {4: "AF_INET", 6: "AF_INET6"}  # by the descriptor that stands for it


class RecordedKernel:
    """Answers what was asked of the real one, from the recording, and fails a test that asks anything else."""

    def __init__(self, system: str) -> None:
        self.system = system
        self.recording: dict[str, Any] = json.loads(
            ROOT.joinpath("fixtures", "kernels", "recordings", FILES[system]).read_text()
        )
        whole = self.recording["ifconf"][0]
        assert whole["note"] == "large buffer"
        self.list = base64.b64decode(whole["buffer"])[: whole["ifc_len_out"]]
        self.answers: dict[tuple[int, str, bytes], dict[str, Any]] = {}
        for answer in self.recording["ioctl"]:
            key = int(answer["request"], 16), answer["socket"], bytes.fromhex(answer["in"])
            before = self.answers.setdefault(key, answer)
            assert (before["out"], before["error"]) == (answer["out"], answer["error"])
        self.asked: list[tuple[str, str]] = []  # request, interface

    def __call__(self, descriptor: int, number: int, argument: bytearray) -> int:
        """Answer one request, in place."""
        if number == int(self.recording["constants"]["SIOCGIFCONF"], 16):
            self._list(argument)
            return 0
        key = number, SOCKETS[descriptor], bytes(argument).rstrip(b"\0")
        assert key in self.answers, f"{number:#x} on {key[1]} of {key[2]!r} was never asked of {self.system}"
        answer = self.answers[key]
        self.asked.append((answer["name"], answer["interface"]))
        assert len(argument) == answer["size"]
        if answer["errno"]:
            raise OSError(getattr(errno, answer["error"]), answer["error"])
        if answer["out"] is not None:
            argument[:] = bytes.fromhex(answer["out"]).ljust(answer["size"], b"\0")
        return 0

    def _list(self, argument: bytearray) -> None:
        assert len(argument) == self.recording["sizes"]["struct ifconf"]
        capacity, pointer = struct.unpack("=i4xQ", argument)
        fitting = self.list[: self.fitting(capacity)]
        ctypes.memmove(pointer, fitting, len(fitting))
        argument[:4] = struct.pack("=i", len(fitting))

    def fitting(self, capacity: int) -> int:
        """How many bytes of the list come where there is room for so many: whole records, none after one too long."""
        ends = [0]
        while ends[-1] < len(self.list):
            step = 144 if self.system == "netbsd" else 16 + max(self.list[ends[-1] + 16], 16)
            ends.append(ends[-1] + step)
        return max(end for end in ends if end <= capacity)

    def host(self) -> Host:
        """What the backend makes of this kernel."""
        kernel = Kernel(self, 4, ROWS[self.system, 8], 6)
        return bsd.ask(kernel, siocgif.blindness(self.system), self.fail)

    def fail(self, name: bytes) -> int:
        """The list tells the index of every interface: nobody needs to ask for it."""
        raise AssertionError(f"asked for the index of {name!r}")

    def configured(self) -> list[Any]:
        """What the recording says was configured, in the order and form of ``found``."""
        return [
            (
                interface["name"],
                interface["index"],
                interface["flags"],
                [
                    (
                        address["addr"],
                        address["mask"],
                        address["scope"],
                        address.get("peer"),
                        # That of a /32 is the address itself, which the model does not repeat.
                        None if address.get("broadcast") == address["addr"] else address.get("broadcast"),
                    )
                    for address in interface["addresses"]
                ],
            )
            for interface in self.recording["expected"]["interfaces"]
        ]


def found(host: Host) -> list[Any]:
    """A host as ``RecordedKernel.configured`` writes one."""

    def text(family: int, packed: bytes | None) -> str | None:
        return None if packed is None else socket.inet_ntop(family, packed)

    return [
        (
            interface.name,
            interface.index,
            interface.flags,
            [
                (
                    str(a),
                    text(a.family, a.packed_netmask),
                    a.scope_id,
                    text(a.family, a.packed_peer),
                    text(a.family, a.packed_broadcast),
                )
                for a in host.addresses_of(interface)
            ],
        )
        for interface in host.interfaces
    ]
