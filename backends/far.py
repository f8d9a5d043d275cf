"""Addresses that stand for everywhere else, when a kernel is asked how it would get there. Nothing is sent to them."""

from __future__ import annotations

from _socket import AF_INET, AF_INET6, inet_pton

_ADDRESSES = {
    # Of several registries and in both halves of the space, since a VPN may take each half for itself. None is of a
    # block that hosts drop or route by itself: RFC 6890's, or that of a public resolver.
    AF_INET: ("198.41.0.4", "62.0.0.1", "202.12.27.33", "24.0.0.1"),
    AF_INET6: ("2001:7fd::1", "2a00::1", "2400::1", "2600::1"),
}
FAR = {family: tuple(inet_pton(family, text) for text in texts) for family, texts in _ADDRESSES.items()}
"""Several for each family: one may be blackholed, or have a route of its own."""
