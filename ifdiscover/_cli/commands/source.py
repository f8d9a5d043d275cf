"""``ifdiscover source``: the address that packets leave from."""

from __future__ import annotations

from ifdiscover._cli import output
from ifdiscover._cli.host import ParameterOptions, argument_text
from ifdiscover.errors import BlindError, UsageError

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from ifdiscover._cli.options import OptionParser


def add_options(parser: OptionParser) -> None:
    """Declare the options of ``Options``."""
    from ifdiscover._cli.options import (
        add_color_option,
        add_configuration_options,
        add_format_options,
        add_host_options,
    )

    parser.add_argument(
        "--to",
        metavar="ADDRESS",
        help="on the way to this address, fe80::1%%eth0 if it is link-local; nothing is sent, and nobody need be there "
        "(default: to everywhere else)",
    )
    parser.add_argument("--family", choices=("4", "6"), help="only of IPv4 or IPv6 (default: a line for each)")
    add_format_options(
        parser,
        lines="ADDRESS, and remarks on stderr",
        table="for people, with the address that stays, as for SPF, in a line for main.cf, and why",
    )
    add_color_option(parser)
    add_configuration_options(parser)
    add_host_options(parser)


class Options(ParameterOptions):
    """The options of ``ifdiscover source``."""

    to: str | None = None  # the address that packets would go to
    family: str | None = None  # or 4, 6
    form: str = "lines"  # or table, json
    color: str = "auto"  # or always, never

    _wants_routes = True


def run(options: Options) -> int:
    """Print the source address of each family; return 69 if there is none."""
    host = options.host
    families = (4, 6) if options.family is None else (int(options.family),)
    to = None if options.to is None else argument_text(options.to)
    if to is None:
        if host.recorded is not None and host.packed_sources is None:
            raise BlindError("this recording does not tell what packets leave from; ifdiscover snapshot does")
        found = [host.source(family) for family in families]
    elif options.recording is not None:
        raise UsageError("--to asks this kernel, and --from reads a recorded host; give one of them")
    else:
        from ifdiscover._backends.routing import source

        number = None if options.family is None else int(options.family)
        try:
            found = [source(to, family=number, netns=options.netns)]
        except ValueError as error:
            if hasattr(error, "status"):  # an error of ours
                raise
            raise UsageError(str(error)) from None
    packed = [address.packed for address in found if address is not None]
    if not packed:
        where, lack = ("other networks", "no default route leads out") if to is None else (to, "it has no route there")
        output.complain("error", f"no packet to {where} can leave this host: {lack}")
        return 69
    from ifdiscover._postfix.sending import NEEDED, sendings

    values = options.in_force(**dict.fromkeys(NEEDED))
    configuration = options.configuration
    transports = []
    if configuration is not None:
        from ifdiscover._postfix.in_force import machine_of
        from ifdiscover._postfix.services.transports import Transports

        transports = Transports(configuration, machine_of(configuration, host)).bindings(host)
    answers = sendings(host, packed, values, transports)
    warnings = (*values.warnings, *host.warnings)
    output.warn(warnings)
    if options.form == "json":
        from ifdiscover._render import documents

        output.write(documents.sources(host.backend, warnings, to, answers))
        return 0
    for answer in answers:
        for remark in answer.remarks:
            output.say(f"{answer}: {remark}")
    if options.form == "table":
        from ifdiscover._render.table import source_lines

        output.write_lines(source_lines(answers, output.paint(options.color)))
    else:
        output.write_lines(map(str, answers))
    return 0
