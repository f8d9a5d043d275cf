"""The table of platforms: held against compilers' numbers, referred to by the other tables, asked which one is here."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest
from support.memory.images import key
from support.namespaces import ROOT, environment

from ifdiscover._backends.ioctl import rows
from ifdiscover._backends.libc import layouts
from ifdiscover._backends.platforms import PLATFORMS, here

TABLE: dict[str, Any] = json.loads(ROOT.joinpath("fixtures", "kernels", "decoder_table.json").read_text())


@pytest.mark.parametrize("layout", TABLE)
def test_a_row_is_what_the_headers_say(layout: str) -> None:
    """Families, and whether a socket address begins with its length. Linux's AF_PACKET is held by libc's headers."""
    told = TABLE[layout]
    row = PLATFORMS[key(layout)[0]]
    assert (row.af_inet, row.af_inet6) == (2, told["const"]["AF_INET6"])
    assert row.has_sa_len == ("sa_len" in told["sockaddr"])
    assert row.af_link == told["const"].get("AF_LINK", 17)


@pytest.mark.parametrize("table", [layouts.ROWS, rows.ROWS, rows.LIF_ROWS], ids=["libc", "ioctl", "siocglif"])
def test_each_row_of_the_other_tables_refers_to_its_own_platform(table: Any) -> None:
    """By the name that it is found by."""
    for (name, _size), row in table.items():
        assert row.platform is PLATFORMS[name]


def test_a_layout_has_the_fields_that_its_platform_has() -> None:
    """A length before the family, or none."""
    for layout in layouts.ROWS.values():
        for fields in (layout.sockaddr_in, layout.sockaddr_in6):
            assert ("sa_len" in fields) == layout.platform.has_sa_len


def test_scope_ids_are_embedded_on_the_bsds_and_macos() -> None:
    """Never on Linux or illumos."""
    embedding = {"darwin", "dragonfly", "freebsd", "netbsd", "openbsd"}
    assert {name for name, row in PLATFORMS.items() if row.embeds_scope_id} == embedding


@pytest.mark.parametrize(
    "platform", ["linux", "darwin", "dragonfly6", "freebsd9", "freebsd14", "netbsd10", "openbsd7", "sunos5"]
)
def test_the_release_is_no_part_of_the_key(platform: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Python puts it behind the name of most systems."""
    monkeypatch.setattr("sys.platform", platform)
    assert here() == (platform.rstrip("0123456789"), 8 if sys.maxsize > 2**32 else 4)
    assert here()[0] in PLATFORMS


@pytest.mark.parametrize("platform", ["aix", "aix7", "gnukfreebsd11", "cygwin", "osf1V5", "win32"])
def test_a_platform_that_no_table_has_is_taken_for_no_other(platform: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its key is in none."""
    monkeypatch.setattr("sys.platform", platform)
    assert here()[0] not in PLATFORMS
    assert not {here()} & {*layouts.ROWS, *rows.ROWS, *rows.LIF_ROWS}


@pytest.mark.parametrize(("platform", "embeds"), [("freebsd14", True), ("linux", False), ("win32", False)])
def test_packages_print_what_the_platforms_kernel_keeps(platform: str, embeds: bool) -> None:
    """Where no row is known, nothing is taken out of an address."""
    code = f"import sys; sys.platform = {platform!r}\nfrom ifdiscover._backends.packages import address_text\n"
    code += "print(address_text.EMBEDS_SCOPE_ID)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment())
    assert done.stdout == f"{embeds}\n"
