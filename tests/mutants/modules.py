"""Which tests notice a change of which module: the quickest that ask all of it, in the order in which they run."""

from __future__ import annotations

_LISTING = "tests/postfix/test_listing.py"
_NETLINK = tuple(f"tests/backends/netlink/test_{name}.py" for name in ("rtnetlink", "messages", "news", "runs"))
_LIBC = (
    "tests/backends/libc/test_getifaddrs.py",
    "tests/backends/libc/test_images.py",
    "tests/backends/libc/test_layouts.py",
)
_IOCTL_LINUX = (
    "tests/backends/ioctl/test_linux.py",
    "tests/backends/ioctl/test_procnet.py",
    "tests/backends/ioctl/test_recorded.py",
)
_IOCTL_OTHERS = (
    "tests/backends/ioctl/test_bsd.py",
    "tests/backends/ioctl/test_siocgif.py",
    "tests/backends/ioctl/test_siocglif.py",
    "tests/backends/ioctl/test_images.py",
    "tests/backends/ioctl/test_rows.py",
)
_RECORDED = (
    "tests/backends/recorded/test_bounds.py",
    "tests/backends/recorded/test_hosts.py",
    "tests/backends/recorded/test_replay.py",
    "tests/backends/recorded/test_evident.py",
)
_IP = (
    "tests/backends/recorded/ip/test_ip.py",
    "tests/backends/recorded/ip/test_ip_links.py",
    "tests/backends/recorded/ip/test_ip_json.py",
    "tests/backends/recorded/ip/test_ip_text.py",
    "tests/backends/recorded/ip/test_ip_written.py",
    "tests/backends/recorded/test_evident.py",
)
_IFCONFIG = (
    "tests/backends/recorded/ifconfig/test_ifconfig.py",
    "tests/backends/recorded/ifconfig/test_link_encap.py",
    "tests/backends/recorded/ifconfig/test_ifconfig_forms.py",
    "tests/backends/recorded/ifconfig/test_ifconfig_kinds.py",
    "tests/backends/recorded/ifconfig/test_ifconfig_seen.py",
    "tests/backends/recorded/test_evident.py",
)
_FACTS = (
    "tests/backends/recorded/facts/test_facts.py",
    "tests/backends/recorded/facts/test_refused_facts.py",
    "tests/backends/recorded/facts/test_ansible.py",
)
_HOST = (
    "tests/core/test_words.py",
    "tests/core/test_model.py",
    "tests/core/test_lookups.py",
    "tests/core/test_stable_address.py",
)
_LISTS = (
    "tests/postfix/lists/test_match_list.py",
    "tests/postfix/lists/test_tables.py",
    "tests/postfix/lists/test_table_faults.py",
    "tests/postfix/lists/test_cidr_table.py",
)
_PARAMETERS = (
    "tests/postfix/parameters/test_main_cf.py",
    "tests/postfix/parameters/test_macros.py",
    "tests/postfix/parameters/test_configuration.py",
    "tests/postfix/parameters/test_postconf.py",
    "tests/postfix/parameters/test_spelling.py",
    "tests/postfix/test_in_force.py",
)
_SERVICES = (
    "tests/postfix/services/test_master_cf.py",
    "tests/postfix/services/test_service.py",
    "tests/postfix/services/test_access_table.py",
    "tests/postfix/services/test_restrictions.py",
    "tests/postfix/services/test_required.py",
    "tests/postfix/services/test_relay.py",
    "tests/postfix/check/test_services.py",
)
_SMTP_CLIENT = "tests/postfix/check/test_smtp_client.py"
_EXAMPLES = "tests/postfix/check/test_examples.py"
_CHECK = (
    "tests/postfix/check/test_match_list.py",
    "tests/postfix/check/test_known.py",
    "tests/postfix/check/test_order.py",
    "tests/postfix/check/test_words.py",
    _EXAMPLES,
)
_RISK = (
    "tests/postfix/check/risk/test_wide.py",
    "tests/postfix/check/risk/test_strangers.py",
    "tests/postfix/check/risk/test_stand_ins.py",
    "tests/postfix/check/risk/test_stale.py",
    "tests/postfix/check/risk/test_public.py",
    "tests/postfix/check/risk/test_passing.py",
    "tests/postfix/check/risk/test_reach.py",
    _EXAMPLES,
)

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
    "ifdiscover/_postfix/lists/reader.py": ("tests/postfix/lists/test_reader.py", *_LISTS[:2]),
    "ifdiscover/_postfix/lists/cidr_table.py": (
        "tests/postfix/lists/test_cidr_findings.py",
        "tests/postfix/lists/test_cidr_table.py",
    ),
    "ifdiscover/_postfix/lists/indexed.py": (
        "tests/postfix/lists/test_indexed.py",
        "tests/postfix/lists/test_intervals.py",
        "tests/postfix/lists/test_match_list.py",
    ),
    "ifdiscover/_postfix/lists/intervals.py": (
        "tests/postfix/lists/test_intervals.py",
        "tests/postfix/lists/test_indexed.py",
    ),
    "ifdiscover/_postfix/syntax/networks.py": (
        "tests/postfix/syntax/test_networks.py",
        "tests/postfix/lists/test_match_list.py",
    ),
    "ifdiscover/_postfix/syntax/addresses.py": (
        "tests/postfix/syntax/test_addresses.py",
        "tests/postfix/syntax/test_networks.py",
        "tests/postfix/test_local_destinations.py",
    ),
    "ifdiscover/_postfix/trusted.py": (
        "tests/postfix/test_trusted.py",
        "tests/postfix/test_in_force.py",
        "tests/postfix/test_elsewhere.py",
        _LISTING,
    ),
    "ifdiscover/_postfix/in_force.py": (
        "tests/postfix/test_in_force.py",
        "tests/postfix/test_trusted.py",
        "tests/postfix/test_elsewhere.py",
        "tests/postfix/test_copied_folder.py",
    ),
    "ifdiscover/_postfix/inet_protocols.py": (
        "tests/postfix/test_inet_protocols.py",
        "tests/postfix/test_in_force.py",
        "tests/postfix/test_own_addresses.py",
    ),
    "ifdiscover/_postfix/local_destinations.py": ("tests/postfix/test_local_destinations.py",),
    "ifdiscover/_postfix/parameters/main_cf.py": (*_PARAMETERS, "tests/postfix/services/test_service.py"),
    "ifdiscover/_postfix/parameters/macros.py": _PARAMETERS,
    "ifdiscover/_postfix/parameters/configuration.py": (
        *_PARAMETERS,
        "tests/postfix/services/test_service.py",
        "tests/postfix/services/test_relay.py",
    ),
    "ifdiscover/_postfix/parameters/postconf.py": _PARAMETERS,
    "ifdiscover/_postfix/parameters/spelling.py": _PARAMETERS,
    "ifdiscover/_postfix/parameters/compatibility_level.py": _PARAMETERS,
    "ifdiscover/_packed.py": (
        "tests/core/test_packed.py",
        "tests/postfix/lists/test_intervals.py",
    ),
    "ifdiscover/_host/__init__.py": _HOST,
    "ifdiscover/_host/host.py": (*_HOST, "tests/core/test_public.py"),
    "ifdiscover/_host/lookups.py": _HOST,
    "ifdiscover/_host/stable.py": _HOST,
    "ifdiscover/_host/asked.py": ("tests/core/test_ranges.py", *_HOST),
    "ifdiscover/_host/ranges.py": ("tests/core/test_ranges.py", *_HOST),
    "ifdiscover/_host/table.py": (*_HOST, "tests/render/test_table.py"),
    "ifdiscover/_record.py": (*_HOST, "tests/core/test_collecting.py"),
    "ifdiscover/_kernel.py": ("tests/core/test_kernel.py",),
    "backends/netlink/messages.py": (*_NETLINK, "tests/backends/test_by_place.py"),
    "backends/netlink/dump.py": (
        *_NETLINK,
        "tests/backends/netlink/test_via_pyroute2.py",
        "tests/backends/netlink/test_routes.py",
        "tests/backends/netlink/test_destinations.py",
    ),
    "backends/netlink/news.py": _NETLINK,
    "backends/netlink/runs.py": _NETLINK,
    "backends/netlink/address_runs.py": ("tests/backends/netlink/test_address_runs.py", *_NETLINK),
    "backends/netlink/message_layouts.py": _NETLINK,
    "backends/libc/getifaddrs.py": (*_LIBC, "tests/backends/test_by_place.py"),
    "backends/libc/sockaddrs.py": _LIBC,
    "backends/libc/memory.py": ("tests/backends/libc/test_memory.py", *_LIBC[:1]),
    "backends/ioctl/linux.py": _IOCTL_LINUX,
    "backends/ioctl/procnet.py": _IOCTL_LINUX,
    "backends/ioctl/requests.py": (*_IOCTL_LINUX, *_IOCTL_OTHERS),
    "backends/ioctl/bsd.py": _IOCTL_OTHERS,
    "backends/ioctl/siocgif.py": _IOCTL_OTHERS,
    "backends/ioctl/siocglif.py": _IOCTL_OTHERS,
    "backends/kame.py": ("tests/backends/test_kame.py",),
    "backends/shared.py": ("tests/backends/test_shared.py", "tests/backends/libc/test_getifaddrs.py"),
    "backends/recorded/snapshot.py": _RECORDED,
    "backends/recorded/strict_json.py": (
        "tests/backends/recorded/test_strict_json.py",
        "tests/backends/recorded/test_bounds.py",
        "tests/backends/recorded/test_replay.py",
    ),
    "backends/recorded/evident.py": (
        "tests/backends/recorded/test_evident_values.py",
        "tests/backends/recorded/test_bounds.py",
        "tests/backends/recorded/test_evident.py",
    ),
    "backends/recorded/fields.py": (
        "tests/backends/recorded/test_fields.py",
        "tests/backends/recorded/test_bounds.py",
        "tests/backends/recorded/test_replay.py",
    ),
    "backends/recorded/lines.py": (
        "tests/backends/recorded/test_lines.py",
        "tests/backends/recorded/ip/test_ip_text.py",
        "tests/backends/recorded/ifconfig/test_ifconfig.py",
    ),
    "backends/recorded/ip/ip_json.py": _IP,
    "backends/recorded/ip/ip_text.py": _IP,
    "backends/recorded/ip/links.py": _IP,
    "backends/recorded/ip/evident.py": (
        "tests/backends/recorded/ip/test_ip_evident.py",
        "tests/backends/recorded/ip/test_ip_json.py",
        "tests/backends/recorded/test_evident.py",
    ),
    "backends/recorded/ip/others.py": ("tests/backends/recorded/ip/test_ip.py",),
    "backends/recorded/ifconfig/ifconfig.py": _IFCONFIG,
    "backends/recorded/ifconfig/link_encap.py": _IFCONFIG,
    "backends/recorded/ifconfig/text.py": _IFCONFIG,
    "backends/recorded/ifconfig/bsd_words.py": (
        "tests/backends/recorded/ifconfig/test_bsd_words.py",
        "tests/backends/recorded/ifconfig/test_ifconfig_kinds.py",
    ),
    "backends/recorded/ifconfig/others.py": (
        "tests/backends/recorded/ifconfig/test_ifconfig_kinds.py",
        "tests/backends/recorded/ifconfig/test_ifconfig.py",
    ),
    "backends/recorded/facts/ansible.py": _FACTS,
    "backends/recorded/facts/ansible_interface.py": _FACTS,
    "backends/recorded/facts/ansible_names.py": _FACTS,
    "ifdiscover/_postfix/services/master_cf.py": _SERVICES,
    "ifdiscover/_postfix/services/service.py": _SERVICES,
    "ifdiscover/_postfix/services/access_table.py": _SERVICES,
    "ifdiscover/_postfix/services/restriction_words.py": _SERVICES,
    "ifdiscover/_postfix/services/transports.py": ("tests/postfix/services/test_transports.py", _SMTP_CLIENT),
    "ifdiscover/_postfix/services/verdict.py": _SERVICES,
    "ifdiscover/_postfix/services/restrictions.py": _SERVICES,
    "ifdiscover/_postfix/services/restriction_lists.py": _SERVICES,
    "ifdiscover/_postfix/services/restriction_ways.py": _SERVICES,
    "ifdiscover/_postfix/services/relay.py": _SERVICES,
    "ifdiscover/_postfix/check/hostnames.py": ("tests/postfix/check/test_hostnames.py", _EXAMPLES),
    "ifdiscover/_postfix/check/interface_advice.py": (
        "tests/postfix/check/test_interface_advice.py",
        "tests/postfix/check/test_interfaces.py",
        _EXAMPLES,
    ),
    "ifdiscover/_postfix/check/interfaces.py": (
        "tests/postfix/check/test_interfaces.py",
        "tests/postfix/check/test_interface_advice.py",
        "tests/postfix/check/test_parameters.py",
        _EXAMPLES,
    ),
    "ifdiscover/_postfix/check/loopback_only.py": ("tests/postfix/check/test_loopback_only.py", _EXAMPLES),
    "ifdiscover/_postfix/check/mending.py": (
        "tests/postfix/check/test_mended_values.py",
        "tests/postfix/check/test_mending.py",
    ),
    "ifdiscover/_postfix/check/mynetworks.py": (
        "tests/postfix/check/test_mynetworks.py",
        "tests/postfix/check/test_parameters.py",
        "tests/postfix/check/test_stock.py",
        _EXAMPLES,
    ),
    "ifdiscover/_postfix/check/parameters.py": (
        "tests/postfix/check/test_parameters.py",
        "tests/postfix/check/test_stock.py",
        "tests/postfix/check/test_byte_order_mark.py",
        _EXAMPLES,
    ),
    "ifdiscover/_postfix/check/required.py": (
        "tests/postfix/check/test_parameters.py",
        "tests/postfix/check/test_services.py",
        _EXAMPLES,
    ),
    "ifdiscover/_postfix/check/services.py": ("tests/postfix/check/test_services.py", _EXAMPLES),
    "ifdiscover/_postfix/check/swallowed.py": ("tests/postfix/check/test_swallowed.py", _EXAMPLES),
    "ifdiscover/_postfix/check/values.py": (
        "tests/postfix/check/test_values.py",
        "tests/postfix/check/test_parameters.py",
        "tests/postfix/check/test_byte_order_mark.py",
        "tests/postfix/check/test_hostnames.py",
        "tests/postfix/check/test_stock.py",
        _EXAMPLES,
    ),
    "ifdiscover/_postfix/check/smtp_client.py": (_SMTP_CLIENT, _EXAMPLES),
    "ifdiscover/_postfix/check/elements/match_list.py": (
        "tests/postfix/check/test_meant.py",
        "tests/postfix/check/test_tables.py",
        "tests/postfix/check/test_byte_order_mark.py",
        *_CHECK,
    ),
    "ifdiscover/_postfix/check/elements/known.py": _CHECK,
    "ifdiscover/_postfix/check/elements/order.py": _CHECK,
    "ifdiscover/_postfix/check/risk/wide.py": _RISK,
    "ifdiscover/_postfix/check/risk/strangers.py": _RISK,
    "ifdiscover/_postfix/check/risk/stale.py": _RISK,
}
