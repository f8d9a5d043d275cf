"""``ifdiscover addresses``: what Postfix's inet_addr_local prints."""

from __future__ import annotations

from ifdiscover._cli import output
from ifdiscover._cli.host import FilterOptions, text_of
from ifdiscover._errors import UsageError
from ifdiscover._host import FAMILY_TITLES
from ifdiscover._kernel import probe_of
from ifdiscover._postfix.active_addresses import demand_any_active, find_active
from ifdiscover._postfix.in_force import in_force
from ifdiscover._postfix.inet_protocols import enabled_protocols
from ifdiscover._render import address_text

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from collections.abc import Sequence

    from ifdiscover._cli.options import OptionParser
    from ifdiscover._postfix.active_addresses import Addresses


def add_options(parser: OptionParser) -> None:
    """Declare the options of ``Options``."""
    from ifdiscover._cli.options import (
        add_color_option,
        add_filter_options,
        add_format_options,
        add_host_options,
        add_protocol_options,
    )

    add_filter_options(parser)
    parser.add_argument(
        "--all",
        dest="everything",
        action="store_true",
        help="also what Postfix leaves out: interfaces that are down, null netmasks, wildcard addresses",
    )
    parser.add_argument(
        "--kame",
        action="store_true",
        help="link-local addresses with the scope id inside, fe80:1::1, as KAME systems such as FreeBSD 4 did",
    )
    add_format_options(
        parser,
        lines="ADDRESS/NETMASK, as Postfix prints them",
        cidr="ADDRESS/PREFIXLEN",
        address="ADDRESS alone",
        table="for people, with scopes, peers and flags",
    )
    add_color_option(parser)
    add_protocol_options(parser)
    add_host_options(parser)


class Options(FilterOptions):
    """The options of ``ifdiscover addresses``."""

    everything: bool = False  # also what Postfix leaves out
    kame: bool = False  # scope ids inside link-local addresses
    form: str = "lines"  # or cidr, address, table, json
    color: str = "auto"  # or always, never
    inet_protocols: str | None = None


def run(options: Options) -> int:
    """Print the addresses."""
    if options.kame and options.form not in ("lines", "cidr"):
        raise UsageError(f"--kame goes with --format lines or cidr, and not with --format {options.form}")
    filters = options.filters
    given = [f"--{name}" for name, value in filters.items() if value]
    if options.form == "lines" and given:
        raise UsageError(
            f"{' and '.join(given)} {'goes' if len(given) == 1 else 'go'} with --format cidr, address, table or json: "
            "the default form, lines, has all that Postfix finds"
        )
    host = options.host
    parameters = in_force(None, host, inet_protocols=text_of(options.inet_protocols))
    protocols = enabled_protocols(parameters["inet_protocols"], probe_of(host))
    wanted = options.interface_names
    active = find_active(host, protocols.families)
    warnings = (*parameters.warnings, *host.warnings, *protocols.warnings, *active.warnings)
    output.warn(warnings)
    if options.everything:
        addresses = [a for family in protocols.families for a in host.addresses if a.family == family]
    else:
        addresses = list(active)
        options.explain_ipv6_absence(protocols)
        if options.verbose:
            _say_counts(active, protocols.families)
        demand_any_active(active, host, protocols.families)
    if wanted:
        addresses = [address for address in addresses if address.interface.name in wanted]
    if any(filters.values()):
        addresses = list(host._replace(addresses=tuple(addresses)).find(**filters))
    if options.form == "json":
        from ifdiscover._render import documents

        output.write(documents.addresses(host, warnings, addresses))
    elif options.form == "table":
        from ifdiscover._render.table import long_addresses

        output.write_lines(long_addresses(addresses, output.paint(options.color)))
    elif options.form == "address":
        output.write_lines(map(str, addresses))
    else:
        output.write(address_text(addresses, prefixlen=options.form == "cidr", kame=options.kame))
    return 0


def _say_counts(active: Addresses, families: Sequence[int]) -> None:
    # These are the words of Postfix's inet_addr_local; in the last message it calls an address an interface.
    for family in families:
        count = sum(address.family == family for address in active)
        output.say(f"inet_addr_local: configured {count} {FAMILY_TITLES[family]} addresses")
    if len(active) == 1:
        output.complain("warning", "found only one active network interface")
