"""The numbers of a snapshot: the smallest and the largest of each are read, and what is beyond is refused."""

from __future__ import annotations

import json
from typing import Any

import pytest
from support.made import address, host

from ifdiscover import snapshot
from ifdiscover._backends.recorded.replay import decode
from ifdiscover.errors import RecordingError

U32, U64 = (1 << 32) - 1, (1 << 64) - 1
OF_INTERFACE = {"index": (1, U32), "flags": (0, U64), "mtu": (0, U32)}
OF_ADDRESS = {
    "scope_id": (0, U32),
    "protocol": (0, 255),
    "preferred_lifetime": (0, U32),
    "valid_lifetime": (0, U32),
}
BOUNDS = {**OF_INTERFACE, **OF_ADDRESS, "metric": (0, U32)}


def with_number(name: str, number: int) -> bytes:
    """A snapshot in which one number is this one."""
    document: Any = json.loads(snapshot(host(address("192.0.2.1", "255.255.255.0"))))
    route = {"family": "ipv4", "is_default": True, "next_hops": [{"gateway": None, "interface": "eth0"}]}
    document["routes"] = [{**route, "metric": 0, "source": None}]
    (interface,) = document["interfaces"]
    place = interface if name in OF_INTERFACE else interface["addresses"][0] if name in OF_ADDRESS else None
    (document["routes"][0] if place is None else place)[name] = number
    return json.dumps(document).encode()


@pytest.mark.parametrize("name", BOUNDS)
def test_a_number_is_read_between_its_bounds(name: str) -> None:
    """Both of them too, and nothing is made of it but itself."""
    for number in BOUNDS[name]:
        made = decode(with_number(name, number))
        assert made.routes
        holder: Any = made.interfaces[0] if name in OF_INTERFACE else made.addresses[0]
        assert getattr(made.routes[0] if name == "metric" else holder, name) == number


@pytest.mark.parametrize("name", BOUNDS)
def test_a_number_beyond_its_bounds_is_refused(name: str) -> None:
    """One less than the smallest, and one more than the largest."""
    low, high = BOUNDS[name]
    for number in (low - 1, high + 1):
        with pytest.raises(RecordingError, match=f"{name}: must be a whole number from {low} to {high}, not {number}"):
            decode(with_number(name, number))
