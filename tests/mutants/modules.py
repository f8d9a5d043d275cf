"""Which tests notice a change of which module: the quickest that ask all of it, in the order in which they run."""

from __future__ import annotations

TESTS: dict[str, tuple[str, ...]] = {
    "ifdiscover/_postfix/mynetworks.py": ("tests/postfix/test_mynetworks.py",),
    "ifdiscover/_postfix/active_addresses.py": ("tests/postfix/test_active_addresses.py",),
    "ifdiscover/_postfix/own_addresses.py": ("tests/postfix/test_own_addresses.py",),
}
