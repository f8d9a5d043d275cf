"""The getifaddrs decoder on what musl lays out, beside glibc's answer in the same namespace."""

from __future__ import annotations

import json
import shutil
import struct
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from arena import Arena
from namespaces import ROOT
from need import need
from shapes import SHAPES

from ifdiscover.backends.getifaddrs import decode
from ifdiscover.backends.layouts import LINUX_64

if TYPE_CHECKING:
    from pathlib import Path

    from namespaces import Namespace


@pytest.fixture(scope="module")
def dump(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """musl_dump.c, linked against musl."""
    compiler = shutil.which("musl-gcc")
    need(None if compiler else "no musl-gcc: install musl-tools")
    need(None if struct.calcsize("P") == 8 else "the compiler makes programs of another width than this Python")
    made = tmp_path_factory.mktemp("musl") / "dump"
    made.parent.chmod(0o755)
    argv = [str(compiler), "-static", "-o", str(made), str(ROOT / "tests/musl_dump.c")]
    subprocess.run(argv, check=True)
    return made


@pytest.mark.netns
@pytest.mark.parametrize("name", SHAPES)
def test_musl_gives_what_glibc_gives(name: str, dump: Path, namespace: Namespace) -> None:
    """Same interfaces, same addresses, same order, by the same row of the layout table; and no stray read."""
    namespace.build(SHAPES[name].steps)
    code = "import ifdiscover, json; print(json.dumps(ifdiscover.discover('getifaddrs')[:2], default=bytes.hex))"
    expected = json.loads(namespace.run([sys.executable, "-c", code]).stdout)
    head, *objects = namespace.run([str(dump)]).stdout.split("\n")[:-1]
    arena = Arena(LINUX_64, "=")
    for line in objects:
        address, _, data = line.partition(" ")
        arena.objects[int(address, 16)] = bytes.fromhex(data)
    index_of = {i[0].encode("utf-8", "surrogateescape"): i[1] for i in expected[0]}.get
    found = decode(arena, int(head, 16), LINUX_64, index_of)
    assert json.loads(json.dumps(found, default=bytes.hex)) == expected
