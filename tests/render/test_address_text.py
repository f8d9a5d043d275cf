"""The lines of addresses, which are made for all of one netmask at once."""

from __future__ import annotations

from hypothesis import given, strategies as st
from support.counting import calls
from support.made import address

from ifdiscover._render import address_text

WRITTEN: dict[tuple[str, str | None], tuple[str, str]] = {
    ("192.0.2.1", "255.255.255.0"): ("192.0.2.1/255.255.255.0", "192.0.2.1/24"),
    ("192.0.2.2", "255.255.255.0"): ("192.0.2.2/255.255.255.0", "192.0.2.2/24"),
    ("192.0.2.3", "255.255.0.0"): ("192.0.2.3/255.255.0.0", "192.0.2.3/16"),
    ("192.0.2.4", "0.0.0.0"): ("192.0.2.4/0.0.0.0", "192.0.2.4/0"),
    ("192.0.2.5", "255.0.255.0"): ("192.0.2.5/255.0.255.0", "192.0.2.5/255.0.255.0"),
    ("192.0.2.6", None): ("192.0.2.6", "192.0.2.6"),
    ("2001:db8::1", "ffff:ffff::"): ("2001:db8::1/ffff:ffff::", "2001:db8::1/32"),
    ("2001:db8::2", None): ("2001:db8::2", "2001:db8::2"),
    ("2001:db8::3", "::"): ("2001:db8::3/::", "2001:db8::3/0"),
}


@given(st.lists(st.sampled_from(sorted(WRITTEN, key=str)), max_size=20))
def test_each_address_has_its_own_line_in_the_order_of_addresses(wanted: list[tuple[str, str | None]]) -> None:
    """Whatever stands beside it: other netmasks, other families, null netmasks, and those without a length."""
    made = [address(text, netmask) for text, netmask in wanted]
    assert address_text(made).splitlines() == [WRITTEN[one][0] for one in wanted]
    assert address_text(made, prefixlen=True).splitlines() == [WRITTEN[one][1] for one in wanted]
    assert address_text(made).count("\n") == len(made)


def test_addresses_of_one_netmask_take_no_calls_of_their_own() -> None:
    """As many calls for a thousand as for two."""
    few = [address(f"10.0.0.{n}", "255.255.255.0") for n in range(2)]
    many = [address(f"10.0.{n >> 8}.{n & 255}", "255.255.255.0") for n in range(1000)]
    assert calls(lambda: address_text(many)) == calls(lambda: address_text(few))
