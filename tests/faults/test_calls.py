"""Whatever call fails, a command ends with an answer or with a clear error."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from faults.law import broken
from faults.matrix import NO_FAULT, Command, Fault, commands, faults, listing_postfix, plain_postfix, sample
from faults.serving import Run, Server

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from support.namespaces import Namespace

pytestmark = pytest.mark.netns

FAULTS = int(os.environ.get("IFDISCOVER_LONG") or 10)
"""How many faults each command line meets. IFDISCOVER_LONG=1000000: all."""


@pytest.fixture(scope="module")
def server(host: Namespace, shim: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Where the commands run."""
    with Server(host, shim, plain_postfix(tmp_path_factory.mktemp("plain") / "postfix")) as made:
        yield made


@pytest.fixture(scope="module")
def lines(server: Server, host: Namespace, tmp_path_factory: pytest.TempPathFactory) -> list[Command]:
    """All command lines."""
    folder = tmp_path_factory.mktemp("files")
    recording = folder / "host.json"
    recording.write_text(server.run(Command(("snapshot",)), NO_FAULT).out)
    return list(commands(listing_postfix(folder / "postfix"), recording, f"/run/netns/{host.name}"))


def try_all(server: Server, lines: list[Command], size: int, seed: str = "") -> tuple[int, dict[str, str]]:
    """Let each command line meet so many faults; how many there were, and what broke a rule."""
    whole = {line: server.run(line, NO_FAULT) for line in lines}
    tried = 0
    found: dict[str, str] = {}
    for line in lines:
        own = whole[line]
        assert own.status in (0, 1, 65, 69), (line, own)  # netifaces is blind to what some answers need
        alike = _alike(line, whole)
        for fault in sample(list(faults(own.counts)), size, f"{seed}{line}"):
            tried += 1
            run = server.run(line, fault)
            why = broken(line, fault, run, [own, *alike])
            if why:
                found[f"{' '.join(line.arguments)} < {line.recording}, {fault}"] = f"{why}; {run}"
    return tried, found


def _alike(line: Command, whole: dict[Command, Run]) -> list[Run]:
    """The answers of all backends, one of which may answer where the first cannot."""
    if "--backend" in line.arguments:
        return []
    return [run for other, run in whole.items() if other.arguments[: len(line.arguments)] == line.arguments]


def test_whatever_call_fails(server: Server, lines: list[Command]) -> None:
    """Each command line meets some faults of each call that it makes."""
    tried, found = try_all(server, lines, FAULTS)
    print(f"{tried} faults")
    assert tried > len(lines)
    assert not found, "\n".join(f"{where}: {what}" for where, what in found.items())
