"""``ifdiscover local``: whether mail for an address is this host's own, a local destination to Postfix."""

from __future__ import annotations

from ifdiscover._cli import output
from ifdiscover._cli.host import ParameterOptions
from ifdiscover._kernel import probe_of
from ifdiscover._postfix.inet_protocols import enabled_protocols
from ifdiscover._postfix.local_destinations import MALFORMED, REMOTE, LocalDestinations

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from collections.abc import Sequence

    from ifdiscover._cli.options import OptionParser


def add_options(parser: OptionParser) -> None:
    """Declare the options of ``Options``."""
    from ifdiscover._cli.options import add_format_options, add_host_options, add_postfix_options

    parser.add_argument(
        "texts",
        nargs="+",
        metavar="ADDRESS",
        help="192.0.2.1, 2001:db8::1, [192.0.2.1], [IPv6:2001:db8::1] or user@[192.0.2.1]; status 0: all are local, "
        "1: one is not, 65: one is malformed (ifdiscover own prints the own addresses)",
    )
    add_format_options(parser, lines="one for each address")
    add_postfix_options(parser)
    parser.add_argument(
        "--proxy-interfaces",
        metavar="TEXT",
        help="Postfix's parameter: addresses of a proxy or NAT that takes mail for this host (default: main.cf's, "
        "or none)",
    )
    add_host_options(parser)


class Options(ParameterOptions):
    """The options of ``ifdiscover local``."""

    texts: Sequence[str] = ()  # addresses and literals
    form: str = "lines"  # or json
    inet_interfaces: str | None = None
    inet_protocols: str | None = None
    proxy_interfaces: str | None = None


def run(options: Options) -> int:
    """Print an answer for each text; return 0 if all are local, 65 if one is malformed, else 1."""
    host = options.host
    values = options.in_force(
        inet_interfaces=options.inet_interfaces,
        inet_protocols=options.inet_protocols,
        proxy_interfaces=options.proxy_interfaces,
    )
    if options.verbose:
        options.explain_ipv6_absence(enabled_protocols(values["inet_protocols"], probe_of(host)))
    destinations = LocalDestinations(
        host,
        inet_interfaces=values["inet_interfaces"],
        proxy_interfaces=values["proxy_interfaces"],
        inet_protocols=values["inet_protocols"],
    )
    answers = [destinations.decide(text) for text in options.texts]
    warnings = (*values.warnings, *destinations.warnings)
    output.warn(warnings)
    if options.form == "json":
        from ifdiscover._render import documents

        output.write(documents.local_answers(host.backend, warnings, answers))
    else:
        from ifdiscover._render.verdicts import judgement_lines

        output.write_lines(judgement_lines(answers))
    verdicts = {answer.verdict for answer in answers}
    return 65 if MALFORMED in verdicts else 1 if REMOTE in verdicts else 0
