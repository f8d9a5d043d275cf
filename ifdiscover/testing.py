"""The contract of a backend, as tests: for our backends and for those of other distributions.

Subclass ``BackendContract`` in a test module and set ``backend``::

    from ifdiscover.testing import BackendContract

    class TestMine(BackendContract):
        backend = my_module

It needs pytest. The tests read the host that they run on; override ``host`` to test a recording instead.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ifdiscover._backends.recorded.replay import decode
from ifdiscover._kernel import record
from ifdiscover._names import to_bytes
from ifdiscover._packed import contiguous_prefixlen
from ifdiscover._render.snapshot import snapshot
from ifdiscover.model import (
    ASSUMED,
    BITS,
    BLINDNESS,
    KERNEL,
    Address,
    Host,
    Interface,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from ifdiscover.discovery import Backend

__all__ = ["SILENT", "BackendContract"]

SILENT: dict[str, tuple[str, Callable[[Any], object]]] = {
    "interface flags": ("interfaces", lambda interface: interface.flags),
    "mtu": ("interfaces", lambda interface: interface.mtu),
    "interface kinds": ("interfaces", lambda interface: interface.kind),
    "masters": ("interfaces", lambda interface: interface.master),
    "labels": ("addresses", lambda address: address.label),
    "scope ids": ("addresses", lambda address: address.scope_id or None),
    "lifetimes": ("addresses", lambda address: address.preferred_lifetime or address.valid_lifetime),
    "origin protocol": ("addresses", lambda address: address.protocol),
}
"""Words of blindness, and for each the field that must be unknown on every record if the backend is blind to it.

With the other words a backend may still tell some values, but nobody may rely on them.
"""


class BackendContract:
    """What every backend must do; subclass it and set ``backend``."""

    backend: Backend

    @pytest.fixture
    def host(self) -> Host:
        """The host as the backend reads it; skips the test if the backend is unavailable."""
        reason = self.backend.unavailable()
        if reason is not None:
            pytest.skip(reason)
        return self.backend.read()

    def test_a_reason_for_being_unavailable_is_one_sentence(self) -> None:
        """It is None, or a printable text of more than ten characters."""
        reason = self.backend.unavailable()
        assert reason is None or (reason.isprintable() and len(reason) > 10)

    def test_blindness_is_declared_in_the_one_vocabulary(self, host: Host) -> None:
        """Every word of BLIND_TO is one of BLINDNESS and comes once; the host has the same words."""
        assert set(self.backend.BLIND_TO) <= set(BLINDNESS)
        assert len(set(self.backend.BLIND_TO)) == len(self.backend.BLIND_TO)
        assert host.blind_to == self.backend.BLIND_TO

    def test_what_it_is_blind_to_it_leaves_unknown(self, host: Host) -> None:
        """No value is made up."""
        for word in host.blind_to:
            if word in SILENT:
                where, field = SILENT[word]
                assert {field(item) for item in getattr(host, where)} <= {None}, word
        if "interruption" in host.blind_to:
            assert host.consistent is None
        if "routes" in host.blind_to:
            assert host.routes is None

    def test_records_are_the_models_own(self, host: Host) -> None:
        """The host has tuples of Interface and Address and is hashable, so no one can change it afterwards."""
        assert type(host) is Host
        assert isinstance(host.interfaces, tuple)
        assert isinstance(host.addresses, tuple)
        assert {type(interface) for interface in host.interfaces} <= {Interface}
        assert {type(address) for address in host.addresses} <= {Address}
        hash(host)

    def test_every_address_is_on_a_listed_interface(self, host: Host) -> None:
        """The host lists the interface of each address."""
        assert {address.interface for address in host.addresses} <= set(host.interfaces)

    def test_indexes_are_positive_and_each_interfaces_own(self, host: Host) -> None:
        """No index is 0 (RFC 3493, section 4), and no two interfaces have the same one."""
        indexes = [interface.index for interface in host.interfaces if interface.index is not None]
        assert all(index > 0 for index in indexes)
        assert len(set(indexes)) == len(indexes)

    def test_names_are_what_bytes_can_spell(self, host: Host) -> None:
        """A name is never empty, and has no NUL in it."""
        for interface in host.interfaces:
            raw = to_bytes(interface.name)
            assert raw
            assert b"\0" not in raw

    def test_every_address_has_the_size_of_its_family(self, host: Host) -> None:
        """So have its netmask, its broadcast address and its peer."""
        for address in host.addresses:
            for packed in (address.packed, address.packed_netmask, address.packed_broadcast, address.packed_peer):
                assert packed is None or len(packed) * 8 == BITS[address.family]

    def test_every_netmask_has_its_prefixlen_and_origin(self, host: Host) -> None:
        """A null netmask has neither; one that is not contiguous has no prefix length; an assumed one is all ones."""
        for address in host.addresses:
            if address.packed_netmask is None:
                assert (address.prefixlen, address.netmask_origin) == (None, None)
                continue
            assert address.prefixlen == contiguous_prefixlen(address.packed_netmask)
            assert address.netmask_origin in (KERNEL, ASSUMED)
            if address.netmask_origin == ASSUMED:
                assert address.prefixlen == BITS[address.family]

    def test_zones_are_not_in_addresses(self, host: Host) -> None:
        """Bytes 2 and 3 of a link-local address are zero: a KAME kernel's zone stands in scope_id."""
        for address in host.addresses:
            if address.packed[:2] == b"\xfe\x80" and len(address.packed) == 16:
                assert address.packed[2:4] == b"\0\0"

    def test_peers_and_broadcasts_are_others(self, host: Host) -> None:
        """Neither is the address itself."""
        for address in host.addresses:
            assert address.packed not in (address.packed_peer, address.packed_broadcast)

    def test_a_host_survives_a_snapshot(self, host: Host) -> None:
        """The host can be recorded, and its replay is equal to it."""
        recorded = record(host)
        assert decode(snapshot(recorded).encode()) == recorded
