"""``ifdiscover postconf``: Postfix's parameters as postconf(1) prints them."""

from __future__ import annotations

from ifdiscover._cli import output
from ifdiscover._cli.host import ParameterOptions
from ifdiscover._postfix.in_force import hostname_of
from ifdiscover._postfix.mynetworks import mynetworks
from ifdiscover._postfix.parameters.configuration import Configuration
from ifdiscover._postfix.parameters.postconf import Form, answer
from ifdiscover.errors import UsageError

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from collections.abc import Sequence

    from ifdiscover._cli.options import OptionParser


def add_options(parser: OptionParser) -> None:
    """Declare the options of ``Options``."""
    from ifdiscover._cli.options import add_configuration_options, add_host_options

    parser.add_argument("names", metavar="PARAMETER", nargs="*", help="default: all that ifdiscover knows")
    add_configuration_options(parser)
    for flag, name, text in (
        ("-d", "defaults", "Postfix's defaults; no main.cf is read"),
        ("-n", "only_set", "only parameters that are set"),
        ("-x", "expanded", "values with every $name expanded"),
        ("-h", "value_only", "values without 'NAME = '"),
        ("-H", "name_only", "names without values"),
        ("-f", "folded", "long lines folded"),
    ):
        parser.add_argument(flag, dest=name, action="store_true", help=text)
    add_host_options(parser)


class Options(ParameterOptions):
    """The options of ``ifdiscover postconf``."""

    names: Sequence[str] = ()  # the parameters' names; none: all that ifdiscover knows
    defaults: bool = False  # Postfix's defaults; no main.cf is read
    only_set: bool = False  # only parameters that are set
    expanded: bool = False  # values with every $name expanded
    value_only: bool = False  # values without names
    name_only: bool = False  # names without values
    folded: bool = False  # long lines folded


def run(options: Options) -> int:
    """Print the parameters."""
    for one, other, both in (
        ("-d", "-n", options.defaults and options.only_set),
        ("-d", "-o", options.defaults and bool(options.overrides)),
        ("-h", "-H", options.value_only and options.name_only),
    ):
        if both:
            raise UsageError(f"specify one of {one}, {other}")
    for name in options.names:
        if "=" in name:
            raise UsageError(f"{name}: postconf would write this into main.cf, ifdiscover only reads; use -o {name}")
    if options.defaults:
        options.say_main_cf(None, "-d: Postfix's defaults")
        set_here = None
    else:
        set_here = options.configuration
    configuration = set_here or Configuration(None, None, hostname_of(options.recorded_host))
    output.warn(configuration.warnings)
    warnings = list(configuration.unused_overrides())

    def compute(style: str, inet_interfaces: str, inet_protocols: str) -> str:
        networks = mynetworks(options.host, style=style, inet_interfaces=inet_interfaces, inet_protocols=inet_protocols)
        warnings.extend(networks.warnings)
        return str(networks)

    lines = answer(
        configuration,
        options.names,
        compute,
        defaults=options.defaults,
        only_set=options.only_set,
        expanded=options.expanded,
        form=Form(not options.value_only, not options.name_only, options.folded),
    )
    output.warn(warnings)
    output.write("".join([f"{line}\n" for line in lines]), as_read=True)
    return 0
