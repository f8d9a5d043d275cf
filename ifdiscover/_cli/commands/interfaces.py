"""``ifdiscover interfaces``: what a host's interfaces are, with their addresses and gateways."""

from __future__ import annotations

from ifdiscover._cli import output
from ifdiscover._cli.host import FilterOptions

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from ifdiscover._cli.options import OptionParser


def add_options(parser: OptionParser) -> None:
    """Declare the options of ``Options``."""
    from ifdiscover._cli.options import add_color_option, add_filter_options, add_format_options, add_host_options

    add_filter_options(parser)
    add_format_options(parser, table="for people; a gateway in parentheses is of a default route that is not in use")
    add_color_option(parser)
    add_host_options(parser)


class Options(FilterOptions):
    """The options of ``ifdiscover interfaces``."""

    form: str = "table"  # or json
    color: str = "auto"  # or always, never

    _wants_routes = True


def run(options: Options) -> int:
    """Print the interfaces in the kernel's order, those without addresses too, unless these are filtered."""
    filters = options.filters
    host = options.host
    wanted = options.interface_names
    found = host.find(**filters)
    holders = {address.interface for address in found}
    shown = [
        interface
        for interface in host.interfaces
        if (not wanted or interface.name in wanted)
        and (interface in holders or not (options.scope or options.private or options.stable))
        and (interface.is_up or not options.up)
    ]
    output.warn(host.warnings)
    narrowed = host._replace(addresses=found)
    if options.form == "json":
        from ifdiscover._render import documents

        output.write(documents.interfaces(narrowed, shown))
    else:
        from ifdiscover._render.interfaces import interface_lines

        output.write_lines(interface_lines(narrowed, shown, output.paint(options.color)))
    return 0
