"""``ifdiscover match``: would Postfix trust this client, and why?"""

from __future__ import annotations

from ifdiscover.cli import output
from ifdiscover.cli.host import get_host
from ifdiscover.cli.parameters import configuration_of, in_force, respelt
from ifdiscover.errors import UsageError
from ifdiscover.postfix.lists.configured import PARENTS, configured_list, has_parent_domains
from ifdiscover.postfix.lists.match_list import CANNOT_TELL, TRUSTED, MatchList, is_address, match_list_of, odd_client
from ifdiscover.postfix.mynetworks import mynetworks as computed
from ifdiscover.postfix.syntax.faults import WARNING
from ifdiscover.render.text import decision_line

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from ifdiscover.cli.options import Options
    from ifdiscover.model import Host
    from ifdiscover.postfix.lists.match_list import Decision


def add_options(parser: Options) -> None:
    """Declare the options that ``run()`` takes."""
    from ifdiscover.cli.options import add_host_options, add_postfix_options

    parser.add_argument(
        "clients",
        metavar="CLIENT[=NAME]",
        nargs="+",
        help="a client's address, and the name that its address resolves to",
    )
    lists = parser.add_mutually_exclusive_group()
    lists.add_argument("--mynetworks", metavar="TEXT", help="the list, as it would stand in main.cf")
    lists.add_argument(
        "--style",
        metavar="TEXT",
        help="the host's networks in this mynetworks_style (default: main.cf's mynetworks; without -c, style host)",
    )
    parser.add_argument("--json", dest="as_json", action="store_true", help="one JSON document")
    add_postfix_options(parser)
    add_host_options(parser)


def run(
    *,
    clients: Sequence[str],
    mynetworks: str | None = None,
    style: str | None = None,
    as_json: bool = False,
    inet_interfaces: str | None = None,
    inet_protocols: str | None = None,
    config_directory: str | None = None,
    overrides: Sequence[str] = (),
    backend: str | None = None,
    recording: str | None = None,
    netns: str | None = None,
    verbose: bool = False,
) -> int:
    """Decide about each client; the arguments are the options."""

    def read_host() -> Host:
        return get_host(backend, recording, netns, verbose=verbose)

    # A host that is named is read, though its addresses may not be needed: it has a name, too.
    host = read_host() if (backend, recording, netns) != (None, None, None) else None
    configuration = None
    if config_directory is not None or overrides:
        configuration = configuration_of(config_directory, overrides, host)
    parents = configuration is None or has_parent_domains(configuration.value(PARENTS))
    given = mynetworks is not None or (
        style is None and configuration is not None and configuration.is_set("mynetworks")
    )
    if given and (inet_interfaces, inet_protocols) != (None, None):
        raise UsageError(
            "the list is given, and not made of inet_interfaces and inet_protocols; leave these options out"
        )
    warnings: Sequence[str]
    if mynetworks is not None:
        parameters = in_force(config_directory, overrides, host, configuration, mynetworks=mynetworks)
        match_list = MatchList(parameters["mynetworks"], parent_domains=parents)
        which, warnings = "the list of --mynetworks", parameters.warnings
    elif given and configuration is not None:
        match_list = configured_list(configuration, configuration.value("mynetworks"), parent_domains=parents)
        which = "the mynetworks that is set"
        warnings = (*configuration.warnings, *configuration.unused_overrides())
    else:
        host = host or read_host()
        parameters = in_force(
            config_directory,
            overrides,
            host,
            configuration,
            mynetworks_style=style,
            inet_interfaces=inet_interfaces,
            inet_protocols=inet_protocols,
        )
        networks = computed(
            host, parameters["mynetworks_style"], parameters["inet_interfaces"], parameters["inet_protocols"]
        )
        match_list, warnings = match_list_of(networks), (*parameters.warnings, *networks.warnings)
        which = f"what Postfix computes in style {networks.style}" + ("" if configuration else "; no main.cf was read")
    if verbose or output.on_terminal():
        output.say(f"by {which}")
    return _answer(match_list, clients, None if host is None else host.backend, warnings, as_json=as_json)


def _answer(
    match_list: MatchList, clients: Sequence[str], backend: str | None, warnings: Sequence[str], *, as_json: bool
) -> int:
    """Print what the list says of each client; the highest of their statuses."""
    pairs = [_pair(text) for text in clients]
    decided = [(client, name, match_list.decide_text(client, name)) for client, name in pairs]
    warnings = [
        *warnings,
        *(f"{fault.place}: {fault.sentence}" for fault in match_list.faults if fault.level == WARNING),
        *filter(None, (odd_client(client) for client, _name in pairs)),
    ]
    output.warn(warnings)
    if as_json:
        from ifdiscover.render import documents

        output.write(documents.decisions(backend, warnings, decided))
    else:
        output.write_lines(decision_line(client, decision) for client, _name, decision in decided)
    return max(_status(client, decision) for client, _name, decision in decided)


def _status(client: str, decision: Decision) -> int:
    """0 for a client that is trusted, 1 for one that is not, 65 where Postfix cannot tell or that is no address."""
    if decision.verdict == TRUSTED:
        return 0
    return 65 if decision.verdict == CANNOT_TELL or (decision.element is None and not is_address(client)) else 1


def _pair(text: str) -> tuple[str, str | None]:
    """The client and the name of ``CLIENT=NAME``; the name is None if there is none."""
    client, equals, name = respelt(text).partition("=")
    return client, name if equals else None
