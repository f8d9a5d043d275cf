"""Random hosts for real kernels: steps of ``Namespace.build``."""

from __future__ import annotations

import ipaddress

from hypothesis import strategies as st

IPV4 = st.integers(0x01000000, 0xEFFFFFFF).map(ipaddress.IPv4Address)
IPV6 = st.integers(0, 2**128 - 1).map(ipaddress.IPv6Address)
NEAR = st.sampled_from([f"192.0.2.{n}" for n in range(1, 9)] + [f"2001:db8::{n}" for n in range(1, 9)])


@st.composite
def steps_of_hosts(draw: st.DrawFn) -> list[str]:
    """Steps for a host of one to four interfaces, some down, with up to six addresses each."""
    steps = ["link set lo up"] if draw(st.booleans()) else []
    for n in range(draw(st.integers(1, 4))):
        steps.append(f"link add n{n} type ifb")
        if draw(st.integers(0, 4)):
            steps.append(f"link set n{n} up")
        for address in draw(st.lists(st.one_of(IPV4, IPV6, NEAR), max_size=6)):
            bits = 128 if ":" in str(address) else 32
            # The kernel refuses some (multicast, ::, duplicates); then the host is without.
            steps.append(f"?addr add {address}/{draw(st.integers(0, bits))} dev n{n}")
    return steps
