"""docs/platforms.md: what it says is proven is proven, cell by cell where a test can tell."""

from __future__ import annotations

import os
import re

import pytest
from support.kernels.recorded import FILES
from support.kernels.simulated import TABLE
from support.memory.images import images, key
from support.namespaces import ROOT
from support.need import need
from support.zig import APPLE_32, WITHOUT_HEADERS, row_key, targets, why_no_zig

from ifdiscover._backends.ioctl import rows
from ifdiscover._backends.libc import layouts

TEXT = ROOT.joinpath("docs", "platforms.md").read_text()
SYSTEMS = {"macos": "darwin", "illumos": "sunos"}
LIBRARIES = {"glibc": "gnu", "musl": "musl"}


def table(title: str) -> list[list[str]]:
    """The cells of the table below a title, line by line."""
    section = TEXT.partition(f"\n## {title}\n")[2].partition("\n## ")[0]
    lines = [line for line in section.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


def key_of(cells: list[str]) -> tuple[str, int]:
    """Our key of a line: system, and bytes of a pointer."""
    platform = cells[0].partition(",")[0].lower()
    return SYSTEMS.get(platform, platform), int(cells[1]) // 8


def library(cells: list[str]) -> str:
    """What the name of an image or target has in it for this line's C library; "" for any."""
    return LIBRARIES.get(cells[0].partition(", ")[2], "")


GETIFADDRS, IOCTL = table("getifaddrs"), table("ioctl and siocglif")


def names(lines: list[list[str]]) -> list[str]:
    """Test ids."""
    return [f"{cells[0]}-{cells[1]}" for cells in lines]


def orders(root: str, cells: list[str]) -> str:
    """The byte orders in which there are compiled images, as the page writes them."""
    found = {
        image.byte_order
        for image in images(root)
        if (image.platform, image.pointer_size) == key_of(cells) and library(cells) in image.name
    }
    return ", ".join(word for order, word in (("<", "LE"), (">", "BE")) if order in found) or "no"


def test_every_row_of_the_tables_has_its_line() -> None:
    """And no line is without a row."""
    assert {key_of(cells) for cells in GETIFADDRS} == layouts.ROWS.keys()
    assert {key_of(cells) for cells in IOCTL} == rows.ROWS.keys()
    assert len({(*key_of(cells), library(cells)) for cells in GETIFADDRS}) == len(GETIFADDRS)


@pytest.mark.skipif(bool(os.environ.get("IFDISCOVER_IMAGES")), reason="the page is about the project's own images")
@pytest.mark.parametrize(
    ("root", "cells"),
    [("image_ifaddrs", cells) for cells in GETIFADDRS] + [("image_ifconf", cells) for cells in IOCTL],
    ids=names(GETIFADDRS) + [f"ioctl-{name}" for name in names(IOCTL)],
)
def test_the_byte_orders_that_are_named_are_there(root: str, cells: list[str]) -> None:
    """Memory that a compiler laid out, in these."""
    assert cells[4] == orders(root, cells)


@pytest.mark.parametrize(
    "cells", GETIFADDRS + IOCTL, ids=names(GETIFADDRS) + [f"ioctl-{name}" for name in names(IOCTL)]
)
def test_the_headers_that_are_named_are_compiled(cells: list[str]) -> None:
    """For as many targets as the page says, or more by now."""
    need(why_no_zig())
    known = targets() if cells in IOCTL else [*targets(), APPLE_32]
    found = [target for target in known if row_key(target) == key_of(cells) and library(cells) in target]
    assert bool(found) == (cells[5] != "no")
    assert len(found) >= int(cells[5].partition(",")[0].replace("no", "0"))


@pytest.mark.parametrize("cells", IOCTL, ids=names(IOCTL))
def test_what_is_said_of_ioctl_is_so(cells: list[str]) -> None:
    """Recordings, headers, table and simulation."""
    system, pointer = key_of(cells)
    assert (cells[3] != "no") == (system in FILES and pointer == 8)
    assert (cells[5] != "no") == ((system, pointer) not in WITHOUT_HEADERS)
    assert cells[6] == ("yes" if (system, pointer) in {key(layout) for layout in TABLE} else "no")
    assert cells[7].startswith("no" if system == "linux" else "yes")


def test_only_linux_is_said_to_have_run() -> None:
    """Nothing else has."""
    for cells in (*GETIFADDRS, *IOCTL):
        assert cells[2] == "no" or cells[0].startswith("Linux")
        assert re.match(r"no$|yes\b", cells[2])


def test_what_is_not_served_is_named() -> None:
    """A reader who looks for his system finds it."""
    for name in ("AIX", "Tru64", "HP-UX, z/OS and IBM i"):
        assert f"**{name}**" in TEXT
