"""The ioctl backend, answered by what two real kernels were recorded to say."""

from __future__ import annotations

import pytest
from support.kernels.recorded import FILES, RecordedKernel, found

from ifdiscover import mynetworks
from ifdiscover._backends.ioctl import requests
from ifdiscover._backends.ioctl.requests import decode_record, split
from ifdiscover._backends.ioctl.rows import ROWS
from ifdiscover.model import KERNEL


@pytest.fixture(params=FILES)
def kernel(request: pytest.FixtureRequest) -> RecordedKernel:
    """Each of the two."""
    return RecordedKernel(request.param)


def test_it_finds_what_was_configured(kernel: RecordedKernel) -> None:
    """All interfaces, and in the kernel's order all addresses with netmasks, zones, peers and broadcasts; no more."""
    host = kernel.host()
    assert found(host) == kernel.configured()
    assert host.warnings == ()
    assert {address.netmask_origin for address in host.addresses} == {KERNEL}
    assert list(host.addresses) == [a for interface in host.interfaces for a in host.addresses_of(interface)]


def test_prefix_lengths_are_the_configured(kernel: RecordedKernel) -> None:
    """Of IPv6, where the recording says them."""
    said = [a["prefix"] for i in kernel.recording["expected"]["interfaces"] for a in i["addresses"] if "prefix" in a]
    assert [address.prefixlen for address in kernel.host().addresses if address.family != 2] == said


def test_hardware_addresses_are_told_where_there_is_one(kernel: RecordedKernel) -> None:
    """Of an interface that lists two, nobody knows which it uses."""
    said = [i["mac"] for i in kernel.recording["expected"]["interfaces"]]
    assert [i.hardware_address for i in kernel.host().interfaces] == [
        bytes.fromhex(macs[0]) if len(macs) == 1 else None for macs in said
    ]
    assert (kernel.system == "netbsd") == any(len(macs) == 2 for macs in said)


def test_the_list_is_whole_however_small_the_first_buffer(
    kernel: RecordedKernel, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A short buffer is no error to these kernels, so that room to spare must show that all is there."""
    whole = kernel.host()
    monkeypatch.setattr(requests, "FIRST_CAPACITY", 1)
    assert kernel.host() == whole


def test_buffers_are_filled_as_recorded(kernel: RecordedKernel) -> None:
    """What the recorded kernel does for any length is what the real one did for each that was tried."""
    tried = [
        answer
        for answer in kernel.recording["ifconf"]
        if not answer["errno"] and answer["ifc_len_in"] >= 0 and not answer["note"].startswith("NULL")
    ]
    assert len(tried) > 60
    for answer in tried:
        assert kernel.fitting(answer["ifc_len_in"]) == answer["ifc_len_out"], answer["note"]


def test_netmasks_of_aliases_are_asked_for_as_the_kernel_answers_them(kernel: RecordedKernel) -> None:
    """NetBSD's SIOCGIFNETMASK knows the first address of an interface only; its SIOCGIFALIAS and FreeBSD know all."""
    name = {"netbsd": "shmif0", "freebsd": "em0"}[kernel.system]
    masks = {
        answer["out"][40:48]
        for answer in kernel.recording["ioctl"]
        if (answer["name"], answer["interface"], answer["note"]) == ("SIOCGIFNETMASK", name, "record passed back")
    }
    assert (masks == {"ffffff"}) == (kernel.system == "netbsd")  # 255.255.255.0, the zero at its end cut
    kernel.host()
    asked = {request for request, _ in kernel.asked}
    assert ("SIOCGIFALIAS" in asked, "SIOCGIFNETMASK" in asked) == (
        (True, False) if kernel.system == "netbsd" else (False, True)
    )


def test_no_link_or_ipv6_record_borrows_an_ipv4_netmask(kernel: RecordedKernel) -> None:
    """On a socket of AF_INET the kernel would tell one: such a question is never asked."""
    borrowed = [answer for answer in kernel.recording["ioctl"] if "AF_INET socket, plain" in answer["note"]]
    assert [answer for answer in borrowed if answer["out"]]
    kernel.host()
    asked = [request for request, _ in kernel.asked]
    ipv6 = [":" in a["addr"] for i in kernel.recording["expected"]["interfaces"] for a in i["addresses"]]
    assert asked.count("SIOCGIFNETMASK_IN6") == ipv6.count(True)
    assert asked.count("SIOCGIFNETMASK") + asked.count("SIOCGIFALIAS") == ipv6.count(False)


def test_old_memory_behind_an_address_is_not_read(kernel: RecordedKernel) -> None:
    """Whatever lies behind sa_len, the records say the same."""
    row = ROWS[kernel.system, 8]
    for record in split(kernel.list, row):
        end = 16 + record[16]
        assert decode_record(record, row) == decode_record(record[:end] + b"\xee" * (len(record) - end), row)


def test_postfix_would_trust_the_configured_networks(kernel: RecordedKernel) -> None:
    """Style subnet, of interfaces that are up; zones are out of the networks, and each alias has its own mask."""
    networks = str(mynetworks(kernel.host(), style="subnet")).split()
    assert {"127.0.0.0/8", "192.0.2.0/24", "192.0.2.64/26", "10.0.0.0/8", "[fe80::]/64"} <= set(networks)
    assert "203.0.113.0/26" not in networks  # on an interface that is down
