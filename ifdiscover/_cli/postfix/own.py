"""``ifdiscover own``: the addresses that Postfix takes for its own."""

from __future__ import annotations

from ifdiscover._cli import output
from ifdiscover._cli.host import ParameterOptions
from ifdiscover._kernel import probe_of
from ifdiscover._postfix.inet_protocols import enabled_protocols
from ifdiscover._postfix.own_addresses import select

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from ifdiscover._cli.options import OptionParser


def add_options(parser: OptionParser) -> None:
    """Declare the options of ``Options``."""
    from ifdiscover._cli.options import add_format_options, add_host_options, add_postfix_options

    add_format_options(parser, lines="one for each address")
    add_postfix_options(parser)
    add_host_options(parser)


class Options(ParameterOptions):
    """The options of ``ifdiscover own``."""

    form: str = "lines"  # or json
    inet_interfaces: str | None = None
    inet_protocols: str | None = None


def run(options: Options) -> int:
    """Print Postfix's own addresses in its order."""
    host = options.host
    values = options.in_force(inet_interfaces=options.inet_interfaces, inet_protocols=options.inet_protocols)
    protocols = enabled_protocols(values["inet_protocols"], probe_of(host))
    options.explain_ipv6_absence(protocols)
    own = select(host, values["inet_interfaces"], protocols)
    warnings = (*values.warnings, *own.warnings)
    output.warn(warnings)
    if options.form == "json":
        from ifdiscover._render import documents

        output.write(documents.own_addresses(host.backend, warnings, own))
    else:
        output.write_lines(map(str, own))
    return 0
