"""``ifdiscover local``: the addresses that Postfix takes for its own, and whether given ones are among them."""

from __future__ import annotations

from ifdiscover.cli import output
from ifdiscover.cli.host import get_host, say_ipv6_absence
from ifdiscover.cli.parameters import in_force
from ifdiscover.kernel import probe_of
from ifdiscover.postfix.inet_protocols import enabled_protocols
from ifdiscover.postfix.own_addresses import own_addresses

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from ifdiscover.cli.options import Options
    from ifdiscover.model import Host
    from ifdiscover.postfix.local_destinations import LocalDestinations


def add_options(parser: Options) -> None:
    """Declare the options that ``run()`` takes."""
    from ifdiscover.cli.options import add_host_options, add_postfix_options

    parser.add_argument(
        "texts",
        nargs="*",
        metavar="ADDRESS",
        help="is this ours? 192.0.2.1, 2001:db8::1, [192.0.2.1], [IPv6:2001:db8::1] or user@[192.0.2.1]; a line each, "
        "and 0 if all are, 1 if one is not, 65 if one is malformed (without any: Postfix's own addresses)",
    )
    parser.add_argument("--json", dest="as_json", action="store_true", help="one JSON document")
    add_postfix_options(parser)
    parser.add_argument(
        "--proxy-interfaces",
        metavar="TEXT",
        help="Postfix's parameter: where a proxy or NAT takes mail for this host (default: main.cf's, or nowhere)",
    )
    add_host_options(parser)


def run(
    *,
    texts: Sequence[str] = (),
    as_json: bool = False,
    inet_interfaces: str | None = None,
    inet_protocols: str | None = None,
    proxy_interfaces: str | None = None,
    config_directory: str | None = None,
    overrides: Sequence[str] = (),
    backend: str | None = None,
    recording: str | None = None,
    netns: str | None = None,
    verbose: bool = False,
) -> int:
    """Print Postfix's own addresses in its order, or an answer for each text; the arguments are the options."""
    host = get_host(backend, recording, netns, verbose=verbose)
    values = in_force(
        config_directory,
        overrides,
        host,
        inet_interfaces=inet_interfaces,
        inet_protocols=inet_protocols,
        proxy_interfaces=proxy_interfaces,
    )
    if verbose:
        say_ipv6_absence(host, enabled_protocols(values["inet_protocols"], probe_of(host)), netns)
    if texts:
        from ifdiscover.postfix.local_destinations import LocalDestinations

        destinations = LocalDestinations(
            host, values["inet_interfaces"], values["proxy_interfaces"], values["inet_protocols"]
        )
        return _judge(host, destinations, (*values.warnings, *destinations.warnings), texts, as_json=as_json)
    own = own_addresses(host, values["inet_interfaces"], values["inet_protocols"])
    warnings = (*values.warnings, *own.warnings)
    output.warn(warnings)
    if as_json:
        from ifdiscover.render import documents

        output.write(documents.own_addresses(host.backend, warnings, own))
    else:
        output.write_lines(map(str, own))
    return 0


def _judge(
    host: Host, destinations: LocalDestinations, warnings: Sequence[str], texts: Sequence[str], *, as_json: bool
) -> int:
    """Print an answer for each text; 0 if all are local, 65 if one is malformed, else 1."""
    from ifdiscover.postfix.local_destinations import MALFORMED, REMOTE

    answers = [destinations.judge(text) for text in texts]
    output.warn(warnings)
    if as_json:
        from ifdiscover.render import documents

        output.write(documents.local_answers(host.backend, warnings, answers))
    else:
        from ifdiscover.render.text import judgement_lines

        output.write_lines(judgement_lines(answers))
    verdicts = {answer.verdict for answer in answers}
    return 65 if MALFORMED in verdicts else 1 if REMOTE in verdicts else 0
