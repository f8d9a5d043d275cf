"""``ifdiscover match``: would Postfix let this client relay, and why?"""

from __future__ import annotations

from ifdiscover._cli import output
from ifdiscover._cli.host import ParameterOptions, argument_text, text_of
from ifdiscover._host.asked import address_and_zone
from ifdiscover._host.ranges import is_inner
from ifdiscover._packed import is_loopback
from ifdiscover._postfix.lists.match_list import CANNOT_TELL, TRUSTED, client_warning, is_address
from ifdiscover._postfix.services.verdict import ServiceVerdict, followers
from ifdiscover._postfix.syntax.findings import WARNING
from ifdiscover._postfix.trusted import CONFIGURED, GIVEN, TrustedClients, list_in_force
from ifdiscover._render.verdicts import verdict_line
from ifdiscover.errors import AddressTextError, BackendError

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ifdiscover._cli.options import OptionParser
    from ifdiscover._postfix.parameters.configuration import Configuration
    from ifdiscover._postfix.services.relay import Verdicts
    from ifdiscover.model import Host


def add_options(parser: OptionParser) -> None:
    """Declare the options of ``Options``."""
    from ifdiscover._cli.options import add_format_options, add_host_options, add_postfix_options

    parser.add_argument(
        "clients",
        metavar="CLIENT[=NAME]",
        nargs="+",
        help="a client's address, and the name that it resolves to, if names in the list are to count",
    )
    lists = parser.add_mutually_exclusive_group()
    lists.add_argument("--mynetworks", metavar="TEXT", help="the list, as it would stand in main.cf")
    lists.add_argument(
        "--style",
        metavar="TEXT",
        help="the host's networks in this mynetworks_style (default: main.cf's mynetworks; if it sets none, its "
        "style; without a main.cf, style host)",
    )
    add_format_options(parser, lines="one for each client, and one more for each further service")
    add_postfix_options(parser)
    add_host_options(parser)


class Options(ParameterOptions):
    """The options of ``ifdiscover match``."""

    clients: Sequence[str] = ()  # CLIENT[=NAME] each
    mynetworks: str | None = None  # the list
    style: str | None = None  # the mynetworks_style of the list that Postfix computes
    form: str = "lines"  # or json
    inet_interfaces: str | None = None
    inet_protocols: str | None = None


def run(options: Options) -> int:
    """Print a verdict for each client; return the highest of their statuses."""
    host = options.named_host
    configuration = options.configuration
    pairs = [_pair(text) for text in options.clients]
    trusted: TrustedClients | None
    if (
        options.mynetworks is not None
        or options.style is not None
        or configuration is None
        or configuration.main_cf is None
    ):
        trusted, warnings, verdicts = _by_the_list(configuration, host, pairs, options)
    else:
        trusted, warnings, verdicts = _by_the_services(configuration, host, pairs, options)
    if trusted is not None:
        options.explain(f"by {_which(trusted)}")
        host = trusted.host or host
    warnings = [
        *warnings,
        *filter(None, (client_warning(client) for client, _name in pairs)),
        *_stand_ins(trusted, [client for client, _name in pairs], options),
    ]
    output.warn(warnings)
    if options.form == "json":
        from ifdiscover._render import documents

        output.write(documents.verdicts(None if host is None else host.backend, warnings, verdicts))
    else:
        output.write_lines(verdict_line(one, number) for row in verdicts for number, one in enumerate(row))
    return max(_status(row[0]) for row in verdicts)


def _by_the_services(
    configuration: Configuration, host: Host | None, pairs: Sequence[tuple[str, str | None]], options: Options
) -> Verdicts:
    """What each smtpd makes of the clients."""
    from ifdiscover._postfix.services.relay import is_a_part, verdicts_of

    found = verdicts_of(
        configuration,
        host,
        pairs,
        inet_interfaces=text_of(options.inet_interfaces),
        inet_protocols=text_of(options.inet_protocols),
        read_host=lambda: options.host,
    )
    if is_a_part(configuration):
        options.explain(
            "neither compatibility_level nor smtpd_relay_restrictions is set, without which smtpd does not start: only "
            "mynetworks is asked"
        )
    for also in followers(configuration):
        options.explain(f"{also} has the clients of mynetworks too")
    return found


def _by_the_list(
    configuration: Configuration | None, host: Host | None, pairs: Sequence[tuple[str, str | None]], options: Options
) -> tuple[TrustedClients, Sequence[str], Sequence[Sequence[ServiceVerdict]]]:
    """What a list decides by itself. What smtpd makes of that is not known."""
    trusted = list_in_force(
        configuration,
        host,
        mynetworks=text_of(options.mynetworks),
        style=text_of(options.style),
        inet_interfaces=text_of(options.inet_interfaces),
        inet_protocols=text_of(options.inet_protocols),
        read_host=lambda: options.host,
    )
    decide = trusted.match_list.decide_text
    verdicts = [[ServiceVerdict(client, name, None, decide(client, name))] for client, name in pairs]
    faults = [fault for fault in trusted.match_list.findings if fault.level == WARNING]
    return trusted, [*trusted.warnings, *(f"{fault.place}: {fault.postfix_says}" for fault in faults)], verdicts


def _which(trusted: TrustedClients) -> str:
    if trusted.which == GIVEN:
        return "the list of --mynetworks"
    if trusted.which == CONFIGURED:
        return "the mynetworks that is set"
    return f"what Postfix computes in style {trusted.style}"


def _stand_ins(trusted: TrustedClients | None, clients: Iterable[str], options: Options) -> list[str]:
    """What it means to trust each client that is an address which stands for others on the host.

    A list that is given on the command line may be another host's. It is looked at only if an option names the host.
    """
    if trusted is None or (trusted.which == GIVEN and not options.is_named):
        return []
    inner = list(filter(None, map(_inner, clients)))
    if not inner:
        return []  # a public address is no gateway of containers, and no host need be read
    from ifdiscover._postfix.check.risk.stand_ins import stand_in_remarks

    try:
        return stand_in_remarks(trusted.host or options.host, inner, options.with_routes)
    except BackendError:  # the decision needs no host
        return []


def _inner(client: str) -> bytes | None:
    """A client's address if it is private, shared or a loopback one, as smtpd sees it; else None."""
    try:
        family, packed, _zone = address_and_zone(client)
    except AddressTextError:
        return None
    return packed if is_inner(packed) or is_loopback(family, packed) else None


def _status(verdict: ServiceVerdict) -> int:
    """0 if the client may relay, 1 if not, 65 if that cannot be told or if the client is no address.

    If nothing is known of restrictions: 0 if the client is in the list.
    """
    if verdict.relay is not None:
        return {"yes": 0, "no": 1}.get(verdict.may_relay, 65)
    decision = verdict.decision
    if decision.verdict == TRUSTED:
        return 0
    return 65 if decision.verdict == CANNOT_TELL or (decision.element is None and not is_address(verdict.client)) else 1


def _pair(text: str) -> tuple[str, str | None]:
    """The client and the name of ``CLIENT=NAME``; the name is None if there is none."""
    client, equals, name = argument_text(text).partition("=")
    return client, name if equals else None
