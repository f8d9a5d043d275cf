"""The places that no case reaches, each with its reason."""

from __future__ import annotations

NEVER_LEAVES = {
    "TableError": "becomes the answer of one element of a list",
    "PatternError": "becomes a finding of check",
    "BraceError": "becomes a finding of check",
    "_BracesError": "becomes a finding of check",
    "_unusable": "makes a TableError",
    "relative_path": "makes a TableError",
    "value_error": "makes a TableError",
    "ClassLoopError": "becomes what smtpd does then",
    "InterruptedDump": "the dump is taken again",
    "Ended": "ends a command by a signal, without a message",
    "OutputError": "ends a command; its message was printed before",
    "Stop": "ends a command; its message was printed before",
    "JSONDecodeError": "is told in our own words",
    "AssertionError": "a case that the types exclude",
}
"""What a statement makes that no user sees as it is."""

_TOLD_BY_ANOTHER = "caught where it is called, and told by an error that a case has"
_LIKE_ANOTHER = "another place of a message that a case has"
_BROKEN_HOST = "takes a kernel or a C library that answers so; the room's own tests have it"
_LARGE = "takes an input so large that the walk would last; the room's own tests have it"
_NOT_SHOWN = "takes a control character, which no line of a page shows"
_ELSEWHERE = "takes what only that room's tests make"

REASONS = {
    "backends/connected.py _connected": _BROKEN_HOST,
    "backends/ioctl/linux.py ask": _BROKEN_HOST,
    "backends/ioctl/requests.py ask": _BROKEN_HOST,
    "backends/ioctl/requests.py records": _BROKEN_HOST,
    "backends/libc/getifaddrs.py _call": _BROKEN_HOST,
    "backends/libc/getifaddrs.py _read_once": _BROKEN_HOST,
    "backends/libc/getifaddrs.py _row": _TOLD_BY_ANOTHER,
    "backends/libc/getifaddrs.py _walk": _LARGE,
    "backends/libc/memory.py _probe": _BROKEN_HOST,
    "backends/libc/sockaddrs.py address": _BROKEN_HOST,
    "backends/netlink/destinations.py read_destinations": _TOLD_BY_ANOTHER,
    "backends/netlink/events.py __init__": _LIKE_ANOTHER,
    "backends/netlink/events.py take": _LIKE_ANOTHER,
    "backends/netlink/messages.py decode": _BROKEN_HOST,
    "backends/netlink/namespace.py _open": _TOLD_BY_ANOTHER,
    "backends/netlink/namespace.py _setns": _BROKEN_HOST,
    "backends/netlink/namespace.py in_namespace": _BROKEN_HOST,
    "backends/netlink/route_messages.py decode": _LIKE_ANOTHER,
    "backends/netlink/route_messages.py destinations": _TOLD_BY_ANOTHER,
    "backends/netlink/routes.py __init__": _LIKE_ANOTHER,
    "backends/netlink/routes.py route": _LIKE_ANOTHER,
    "backends/netlink/via_pyroute2.py __init__": _ELSEWHERE,
    "backends/netlink/via_pyroute2.py read": _LIKE_ANOTHER,
    "backends/packages/via_netifaces.py _read_once": _LIKE_ANOTHER,
    "backends/packages/via_psutil.py _read_once": _LIKE_ANOTHER,
    "backends/recorded/facts/ansible_output.py facts_in": _LIKE_ANOTHER,
    "backends/recorded/ip/ip_json.py decode": _LIKE_ANOTHER,
    "backends/recorded/lines.py lines_of": _LARGE,
    "backends/recorded/replay.py decode": _LARGE,
    "backends/recorded/replay.py read": _TOLD_BY_ANOTHER,
    "backends/recorded/strict_json.py _check_depth": _LARGE,
    "backends/shared.py settled": _BROKEN_HOST,
    "ifdiscover/_cli/output.py write": _TOLD_BY_ANOTHER,
    "ifdiscover/_differences/backends.py compare_in": _BROKEN_HOST,
    "ifdiscover/_host/stable.py stable_address": _ELSEWHERE,
    "ifdiscover/_kernel.py probe": _TOLD_BY_ANOTHER,
    "ifdiscover/_kernel.py why_missing": _BROKEN_HOST,
    "ifdiscover/_merging/recordings.py _of_folder": _LIKE_ANOTHER,
    "ifdiscover/_merging/recordings.py _of_standard_input": _LIKE_ANOTHER,
    "ifdiscover/_names.py unescape": _TOLD_BY_ANOTHER,
    "ifdiscover/_postfix/lists/configured.py has_parent_domains": _LIKE_ANOTHER,
    "ifdiscover/_postfix/lists/key_table.py _inline_entry": _TOLD_BY_ANOTHER,
    "ifdiscover/_postfix/lists/key_table.py _key_and_result": _TOLD_BY_ANOTHER,
    "ifdiscover/_postfix/lists/lookup_table.py read_table_file": _ELSEWHERE,
    "ifdiscover/_postfix/parameters/configuration.py demand_expandable": _LIKE_ANOTHER,
    "ifdiscover/_postfix/parameters/configuration.py parse_overrides": _NOT_SHOWN,
    "ifdiscover/_postfix/parameters/configuration.py written": _TOLD_BY_ANOTHER,
    "ifdiscover/_postfix/parameters/macros.py _demand_allowance": _LARGE,
    "ifdiscover/_postfix/parameters/macros.py _mentions": _TOLD_BY_ANOTHER,
    "ifdiscover/_postfix/parameters/macros.py macro": _LARGE,
    "ifdiscover/_postfix/services/restriction_lists.py _class_has_required": _TOLD_BY_ANOTHER,
    "ifdiscover/_postfix/services/restriction_lists.py _is_yes": _TOLD_BY_ANOTHER,
    "ifdiscover/_postfix/services/restrictions.py _has_parents": _TOLD_BY_ANOTHER,
    "ifdiscover/_postfix/services/verdict.py __bool__": _LIKE_ANOTHER,
    "ifdiscover/_postfix/syntax/files.py _text": _LARGE,
    "ifdiscover/_postfix/syntax/files.py read_config_file": _BROKEN_HOST,
    "ifdiscover/_postfix/syntax/files.py read_standard_input": _BROKEN_HOST,
    "ifdiscover/_postfix/syntax/machine.py number": _TOLD_BY_ANOTHER,
    "ifdiscover/_postfix/syntax/machine.py read": _LIKE_ANOTHER,
    "ifdiscover/_postfix/syntax/networks.py _split": "makes a PatternError, which becomes a finding of check",
    "ifdiscover/_postfix/syntax/networks.py parse_network": "makes a PatternError, which becomes a finding of check",
    "ifdiscover/_postfix/syntax/resolver.py _addresses": _TOLD_BY_ANOTHER,
    "ifdiscover/_watching/watch.py _demand_namespace": _ELSEWHERE,
    "ifdiscover/compat/netifaces.py gateways": _ELSEWHERE,
}
"""The reason for each other place, by its file and function."""

SEVERAL = {
    "backends/ioctl/requests.py records": 2,
    "backends/libc/memory.py _probe": 3,
    "backends/netlink/route_messages.py destinations": 2,
    "backends/netlink/routes.py route": 2,
    "ifdiscover/_merging/recordings.py _of_standard_input": 2,
    "ifdiscover/_names.py unescape": 3,
    "ifdiscover/_postfix/lists/key_table.py _inline_entry": 3,
    "ifdiscover/_postfix/lists/key_table.py _key_and_result": 3,
    "ifdiscover/_postfix/syntax/files.py read_config_file": 2,
    "ifdiscover/_postfix/syntax/files.py read_standard_input": 2,
    "ifdiscover/_postfix/syntax/networks.py _split": 2,
    "ifdiscover/_postfix/syntax/networks.py parse_network": 5,
    "ifdiscover/_postfix/syntax/resolver.py _addresses": 2,
}
"""How many places of a function no case reaches, if it is more than one."""
