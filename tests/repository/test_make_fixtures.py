"""fixtures/kernels/make_fixtures.py still makes what is in the tree, so that a new platform's can be made by it."""

from __future__ import annotations

import json
import struct
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest
from support.memory.images import Image
from support.namespaces import ROOT
from support.need import need
from support.zig import why_no_zig

from ifdiscover._backends.ioctl.requests import Listed, decode_record, split
from ifdiscover._backends.ioctl.rows import ROWS
from ifdiscover._backends.libc import getifaddrs

if TYPE_CHECKING:
    from pathlib import Path

KERNELS = ROOT / "fixtures/kernels"
TARGETS = ["x86_64-netbsd-none", "mips-linux-musleabi"]
IMAGES = ["mips-linux-musleabi", "x86_64-freebsd-none+kame", "x86_64-netbsd-none", "x86_64-macos-none"]


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    """What the program says."""
    argv = [sys.executable, str(KERNELS / "make_fixtures.py"), *arguments]
    return subprocess.run(argv, capture_output=True, encoding="utf-8", check=False)


def records(image: Image) -> list[Listed]:
    """What SIOCGIFCONF left in an image."""
    row = ROWS[image.platform, image.pointer_size]
    ifconf = struct.Struct(image.byte_order + row.ifconf)
    length, address = ifconf.unpack(image.read_padded(image.roots["image_ifconf"], ifconf.size))
    return [decode_record(record, row, image.byte_order) for record in split(image.read_padded(address, length), row)]


@pytest.mark.parametrize("target", TARGETS)
def test_the_table_is_what_the_program_makes_of_the_headers(target: str) -> None:
    """Every fact of a row, none more and none less."""
    need(why_no_zig())
    done = run("table", "--target", target)
    assert done.returncode == 0, done.stderr
    (made,) = json.loads(done.stdout).items()
    assert made in json.loads(KERNELS.joinpath("decoder_table.json").read_text(encoding="utf-8")).items()


@pytest.mark.parametrize("name", IMAGES)
def test_an_image_that_the_program_makes_is_read_as_the_one_in_the_tree(name: str, tmp_path: Path) -> None:
    """Of ELF and Mach-O files, both byte orders and widths: the same host, and the same said of it."""
    need(why_no_zig())
    target, _, kame = name.partition("+")
    made = tmp_path / "made.json"
    done = run("image", "--target", target, "--output", str(made), *(["--kame"] if kame else []))
    assert done.returncode == 0, done.stderr
    files: list[dict[str, Any]] = [
        json.loads(path.read_text(encoding="utf-8")) for path in (made, KERNELS / "images" / f"{name}.json")
    ]
    for field in ("target", "layout", "pointer_bits", "byte_order", "expected"):
        assert files[0][field] == files[1][field]
    new, old = (Image(file | {"name": name}) for file in files)
    hosts = [getifaddrs.decode(image, image.head, image.layout, byte_order=image.byte_order) for image in (new, old)]
    assert hosts[0] == hosts[1]
    assert records(new) == records(old)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--target", "sparc-illumos"], "a target is CPU-SYSTEM-ABI"),
        (["--target", "x86_64-linux-gnu", "--kame"], "--kame is of FreeBSD alone"),
        (["--target", "x86_64-illumos-none"], "no habits are known of illumos: add them to HABITS"),
        (["--target", "x86_64-linux-gnu", "--compiler", "no-such-cc"], "name a C compiler that is here"),
    ],
)
def test_the_program_says_what_it_cannot_make(arguments: list[str], message: str) -> None:
    """And what would mend it, without a traceback."""
    done = run("image", *arguments)
    assert done.returncode
    assert message in done.stderr
    assert "Traceback" not in done.stderr
