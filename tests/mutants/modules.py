"""Which tests notice a change of which module: the quickest that ask all of it, in the order in which they run."""

from __future__ import annotations

_LISTING = "tests/postfix/test_listing.py"

TESTS: dict[str, tuple[str, ...]] = {
    "ifdiscover/_postfix/mynetworks.py": (
        "tests/postfix/test_mynetworks.py",
        _LISTING,
    ),
    "ifdiscover/_postfix/active_addresses.py": (
        "tests/postfix/test_active_addresses.py",
        "tests/postfix/test_mynetworks.py",
        _LISTING,
    ),
    "ifdiscover/_postfix/own_addresses.py": (
        "tests/postfix/test_own_addresses.py",
        "tests/postfix/test_in_force.py",
        _LISTING,
    ),
    "ifdiscover/_postfix/lists/match_list.py": (
        "tests/postfix/lists/test_match_list.py",
        "tests/postfix/lists/test_indexed.py",
        "tests/postfix/lists/test_mapped_clients.py",
    ),
    "ifdiscover/_postfix/lists/reader.py": (
        "tests/postfix/lists/test_match_list.py",
        "tests/postfix/lists/test_tables.py",
    ),
    "ifdiscover/_postfix/lists/cidr_table.py": ("tests/postfix/lists/test_cidr_table.py",),
    "ifdiscover/_postfix/syntax/networks.py": (
        "tests/postfix/syntax/test_networks.py",
        "tests/postfix/lists/test_match_list.py",
    ),
    "ifdiscover/_postfix/syntax/addresses.py": (
        "tests/postfix/syntax/test_addresses.py",
        "tests/postfix/syntax/test_networks.py",
        "tests/postfix/test_local_destinations.py",
    ),
    "ifdiscover/_packed.py": (
        "tests/core/test_packed.py",
        "tests/postfix/lists/test_intervals.py",
    ),
    "ifdiscover/_host/__init__.py": (
        "tests/core/test_model.py",
        "tests/core/test_lookups.py",
        "tests/core/test_public.py",
    ),
    "backends/netlink/messages.py": (
        "tests/backends/netlink/test_rtnetlink.py",
        "tests/backends/netlink/test_runs.py",
        "tests/backends/test_by_place.py",
    ),
    "backends/netlink/dump.py": ("tests/backends/netlink/test_rtnetlink.py",),
    "backends/libc/getifaddrs.py": ("tests/backends/libc/test_getifaddrs.py", "tests/backends/libc/test_images.py"),
    "backends/libc/sockaddrs.py": ("tests/backends/libc/test_getifaddrs.py", "tests/backends/libc/test_images.py"),
    "backends/ioctl/linux.py": ("tests/backends/ioctl/test_linux.py", "tests/backends/ioctl/test_procnet.py"),
    "backends/recorded/snapshot.py": (
        "tests/backends/recorded/test_hosts.py",
        "tests/backends/recorded/test_replay.py",
    ),
}
