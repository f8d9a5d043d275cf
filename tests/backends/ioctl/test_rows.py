"""The table of requests, held against what compilers made of each system's headers."""

from __future__ import annotations

import json
import struct
from typing import Any

import pytest
from support.kernels.recorded import FILES, RecordedKernel
from support.memory.images import key
from support.namespaces import ROOT

from ifdiscover._backends.ioctl import bsd, siocglif
from ifdiscover._backends.ioctl.rows import LIF_ROWS, ROWS, Row

TABLE: dict[str, Any] = json.loads(ROOT.joinpath("fixtures", "kernels", "decoder_table.json").read_text())
each = pytest.mark.parametrize("layout", TABLE)
# What the table does not have: two that only Linux has, one that the recordings have, one that is computed below.
ELSEWHERE = {"SIOCGIFNAME", "SIOCGIFHWADDR", "SIOCGIFALIAS", "SIOCGIFDSTADDR_IN6"}


def places(row: Row, told: Any, length: str, address: str) -> None:
    """The two fields of struct ifconf are where the headers have them."""
    made = struct.pack("<" + row.ifconf, 0x01020304, 0x05060708)
    assert len(made) == told["size"]
    assert made[told[length][0] :][:4] == bytes([4, 3, 2, 1])
    assert made[told[address][0] :][: told[address][1]] == bytes([8, 7, 6, 5]).ljust(told[address][1], b"\0")
    assert made.count(0) == told["size"] - 8


@each
def test_every_layout_of_the_table_has_a_row(layout: str) -> None:
    """Sizes, places and constants of the row are those of the headers."""
    told = TABLE[layout]
    row = ROWS[key(layout)]
    places(row, told["ifconf"], "ifc_len", "ifc_buf")
    assert (row.ifreq_size, row.sockaddr) == (told["ifreq"]["size"], told["ifreq"]["ifr_addr"][0])
    assert told["sockaddr_in"]["sin_addr"] == [4, 4]
    assert (told["sockaddr_in6"]["sin6_addr"], told["sockaddr_in6"]["sin6_scope_id"]) == ([8, 16], [24, 4])
    if row.lists_links:
        fields = ("sdl_index", "sdl_nlen", "sdl_alen", "sdl_data")
        assert [told["sockaddr_dl"][field][0] for field in fields] == [2, 5, 6, 8]
    if "SIOCGIFNETMASK_IN6" in row.requests:
        assert told["in6_ifreq"] == {"size": bsd.IN6_IFREQ_SIZE, "ifr_addr": [16, 28]}
    assert told["ifreq"]["ifr_flags"] == [16, 2]


@each
def test_every_number_of_a_row_is_the_headers(layout: str) -> None:
    """Or is said elsewhere."""
    told, requests = TABLE[layout]["ioctl"], ROWS[key(layout)].requests
    assert {name: number for name, number in requests.items() if name not in ELSEWHERE} == {
        name: told[name] for name in requests if name not in ELSEWHERE
    }


@each
def test_the_number_of_an_ipv6_peer_is_computed_as_bsd_does(layout: str) -> None:
    """Size and direction are those of SIOCGIFNETMASK_IN6, the function that of SIOCGIFDSTADDR."""
    told, requests = TABLE[layout]["ioctl"], ROWS[key(layout)].requests
    assert ("SIOCGIFDSTADDR_IN6" in requests) == ("SIOCGIFNETMASK_IN6" in told)
    if "SIOCGIFDSTADDR_IN6" in requests:
        number = told["SIOCGIFNETMASK_IN6"] & ~0xFF | told["SIOCGIFDSTADDR"] & 0xFF
        assert requests["SIOCGIFDSTADDR_IN6"] == number


@pytest.mark.parametrize("system", FILES)
def test_the_numbers_are_those_that_the_recorded_kernels_understood(system: str) -> None:
    """All that the backend asks of them."""
    recording = RecordedKernel(system).recording
    understood = {name: int(number, 16) for name, number in recording["constants"].items() if name.startswith("SIOC")}
    understood.update({answer["name"]: int(answer["request"], 16) for answer in recording["ioctl"]})
    requests = ROWS[system, 8].requests
    assert requests == {name: understood[name] for name in requests}
    assert {answer["size"] for answer in recording["ioctl"] if answer["name"] == "SIOCGIFALIAS"} <= {bsd.ALIASREQ_SIZE}


@pytest.mark.parametrize("layout", [layout for layout in TABLE if "lifconf" in TABLE[layout]])
def test_the_rows_of_siocglif_are_the_headers(layout: str) -> None:
    """Of illumos and of the OpenSolaris of 2005 alike."""
    told = TABLE[layout]
    row = LIF_ROWS[key(layout)]
    places(row, told["lifconf"], "lifc_len", "lifc_buf")
    assert row.requests == {name: told["ioctl"][name] for name in row.requests}
    lifreq = told["lifreq"]
    assert (row.ifreq_size, row.step, row.largest_record) == (lifreq["size"],) * 3
    assert {lifreq[field][0] for field in ("lifr_addr", "lifr_flags", "lifr_index", "lifr_mtu")} == {row.sockaddr}
    assert lifreq["lifr_flags"][1] == 8
    assert told["lifnum"] == {"size": 12, "lifn_family": [0, 2], "lifn_flags": [4, 4], "lifn_count": [8, 4]}
    assert siocglif._LIFNUM.unpack(struct.pack("=H2xii", 0, 0, 7))[1] == 7


@pytest.mark.parametrize("name", ["linux-8", "freebsd-4", "sunos-8"])
def test_a_row_of_the_table_steps_as_its_kernel_does(name: str) -> None:
    """By a fixed size, or by that of each address."""
    system, _, pointer = name.rpartition("-")
    row = ROWS[system, int(pointer)]
    assert row.step == (0 if system == "freebsd" else row.ifreq_size)
    assert row.largest_record >= row.ifreq_size
    assert row.largest_record == (16 + 255 if system == "freebsd" else row.step)
