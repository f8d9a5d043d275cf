"""The first and the last address of each element match; those just outside do not, unless another element has them."""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING, Any

from hypothesis import HealthCheck, assume, given, settings, strategies as st
from support.examples import examples
from support.made import active_hosts
from support.postfix.postmap import aged, ask, need_postmap

from ifdiscover import MatchList, mynetworks
from ifdiscover._postfix.lists.match_list import NOT_TRUSTED, TRUSTED
from ifdiscover.errors import NoActiveInterfaceError

if TYPE_CHECKING:
    from pathlib import Path

    from ifdiscover.model import Host


@st.composite
def networks(draw: st.DrawFn) -> Any:
    """A network of either family and of any length, near to others or anywhere."""
    bits, kind = draw(st.sampled_from([(32, ipaddress.IPv4Network), (128, ipaddress.IPv6Network)]))
    # No IPv4-mapped addresses: Postfix makes IPv4 ones of such clients, as tests of match lists hold.
    far = st.integers(1 << 101, (1 << bits) - 1) if bits == 128 else st.integers(0, (1 << bits) - 1)
    number = draw(st.one_of(far, st.integers(0, 31).map(lambda low: (1 << bits - 1) | low)))
    length = draw(st.one_of(st.integers(0, bits), st.integers(bits - 5, bits)))
    return kind((number, length), strict=False)


def edges(network: Any) -> list[Any]:
    """Its first and last address, and those just outside where there are any."""
    first, last = int(network.network_address), int(network.broadcast_address)
    kind = type(network.network_address)
    limit = (1 << network.max_prefixlen) - 1
    return [kind(number) for number in (first - 1, first, last, last + 1) if 0 <= number <= limit]


def is_in(client: Any, listed: list[Any]) -> bool:
    """What the standard library says."""
    return any(client.version == one.version and client in one for one in listed)


def word(network: Any) -> str:
    """As an element of a match list."""
    return str(network) if network.version == 4 else f"[{network.network_address}]/{network.prefixlen}"


@settings(max_examples=examples(300))
@given(st.lists(networks(), min_size=1, max_size=8))
def test_a_list_matches_from_the_first_to_the_last_address(listed: list[Any]) -> None:
    """By address and by text, as ``ipaddress`` says."""
    match_list = MatchList(" ".join(map(word, listed)))
    for client in {client for one in listed for client in edges(one)}:
        if client.version == 6 and client.ipv4_mapped:
            continue
        wanted = TRUSTED if is_in(client, listed) else NOT_TRUSTED
        assert match_list.decide(str(client)).verdict == wanted, client
        assert match_list.decide_text(str(client), None).verdict == wanted, client


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(made=active_hosts(), style=st.sampled_from(["subnet", "host"]))
def test_a_computed_list_matches_so_too(made: Host, style: str) -> None:
    """A host's own list as it is, and as the text that Postfix reads."""
    try:
        computed: Any = mynetworks(made, style=style)
    except NoActiveInterfaceError:
        assume(False)
        raise
    listed = [one.network for one in computed]
    if any(cut.prefixlen is None for one in computed for cut in one.sources):
        return  # Postfix refuses what a netmask with holes makes
    text = MatchList(str(computed))
    for client in {client for one in listed for client in edges(one)}:
        if client.version == 6 and client.ipv4_mapped:
            continue
        assert (str(client) in computed) == is_in(client, listed)
        assert text.decide(str(client)).verdict == (TRUSTED if is_in(client, listed) else NOT_TRUSTED)


@settings(max_examples=examples(40), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(listed=st.lists(networks(), min_size=1, max_size=8))
def test_postfix_finds_the_same_addresses_in_a_table_of_them(tmp_path: Path, listed: list[Any]) -> None:
    """The real postmap, asked for each edge."""
    need_postmap()
    table = aged(tmp_path / "table", "".join(f"{one} yes\n" for one in listed).encode())
    clients = sorted({str(client) for one in listed for client in edges(one)})
    found = ask(tmp_path / "config", f"cidr:{table}", clients).found
    assert set(found) == {client for client in clients if is_in(ipaddress.ip_address(client), listed)}
