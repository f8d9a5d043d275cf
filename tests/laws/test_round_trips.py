"""What is written of a host in a form for others says the same of it when it is read."""

from __future__ import annotations

import ipaddress
import json
import socket
from typing import Any

from hypothesis import HealthCheck, assume, given, settings, strategies as st
from support.examples import examples
from support.ip_texts import Written, as_json, written
from support.made import active_hosts, hosts

from ifdiscover import facts, mynetworks, snapshot
from ifdiscover._backends.recorded.replay import decode
from ifdiscover._packed import contiguous_prefixlen, netmask_of
from ifdiscover.errors import NoActiveInterfaceError
from ifdiscover.model import BITS, Host

patient = settings(suppress_health_check=[HealthCheck.too_slow])


@given(st.sampled_from([socket.AF_INET, socket.AF_INET6]), st.data())
def test_netmask_and_prefix_length_are_each_others_inverse(family: int, data: st.DataObject) -> None:
    """In both directions; no netmask with holes has a length."""
    length = data.draw(st.integers(0, BITS[family]))
    assert contiguous_prefixlen(netmask_of(length, family)) == length
    mask = data.draw(st.binary(min_size=BITS[family] // 8, max_size=BITS[family] // 8))
    found = contiguous_prefixlen(mask)
    assert mask in [netmask_of(length, family) for length in range(BITS[family] + 1)] or found is None
    assert found is None or netmask_of(found, family) == mask


@patient
@given(hosts())
def test_an_address_in_cidr_form_is_read_back_with_its_netmask(made: Host) -> None:
    """Where there is a length; ``ipaddress`` reads it."""
    for address in made.addresses:
        if address.prefixlen is not None:
            read: Any = ipaddress.ip_interface(address.cidr)
            assert (read.ip.packed, read.netmask.packed) == (address.packed, address.packed_netmask)


@patient
@given(made=active_hosts(), style=st.sampled_from(["subnet", "host"]))
def test_the_text_for_postfix_is_read_back_as_the_same_networks(made: Host, style: str) -> None:
    """Word by word, by the reader of match lists."""
    try:
        computed = mynetworks(made, style=style)
    except NoActiveInterfaceError:
        assume(False)
        raise
    words = str(computed).split()
    assert len(words) == len(computed)
    for text, network in zip(words, computed):
        bare = text.replace("[", "").replace("]", "")
        assert ipaddress.ip_network(bare, strict=False) == network.network


@patient
@given(hosts())
def test_facts_have_each_address_as_it_is(made: Host) -> None:
    """In the host's order, after a way through JSON."""
    document = json.loads(json.dumps(facts(made)))
    told = [(one["address"], one["prefixlen"]) for one in document["addresses"]]
    assert told == [(str(address), address.prefixlen) for address in made.addresses]


@settings(max_examples=examples(60))
@given(written())
def test_each_recorded_form_of_a_host_is_the_same_host(made: Written) -> None:
    """``ip addr``, ``ip -j addr`` and a snapshot of either: interfaces, addresses, and what Postfix would trust."""
    plain, as_objects = decode(b"\n".join(made.lines) + b"\n"), decode(as_json(made.host))
    for host in (plain, as_objects, decode(snapshot(plain).encode()), decode(snapshot(as_objects).encode())):
        assert (host.interfaces, host.addresses) == (made.host.interfaces, made.host.addresses)
        assert snapshot(decode(snapshot(host).encode())) == snapshot(host)
