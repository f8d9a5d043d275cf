"""``ifdiscover mynetworks``: the parameter in force, as postconf(1) prints it, or what Postfix would compute."""

from __future__ import annotations

from ifdiscover._cli import output
from ifdiscover._cli.host import ParameterOptions, text_of
from ifdiscover._errors import IfdiscoverError, UsageError
from ifdiscover._kernel import probe_of
from ifdiscover._packed import cidr_text
from ifdiscover._postfix.inet_protocols import enabled_protocols
from ifdiscover._postfix.mynetworks import DEFAULT_STYLE, STYLES, compute, find, text_of_networks
from ifdiscover._render import parameter

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from collections.abc import Sequence

    from ifdiscover._cli.options import OptionParser
    from ifdiscover._postfix.explained.explained import Explanation
    from ifdiscover._postfix.in_force import Parameters
    from ifdiscover._postfix.inet_protocols import Protocols
    from ifdiscover._postfix.mynetworks import Found
    from ifdiscover._postfix.parameters.configuration import Configuration
    from ifdiscover._postfix.syntax.machine import Machine
    from ifdiscover.model import Host

PARAMETER = "mynetworks"


def add_options(parser: OptionParser) -> None:
    """Declare the options of ``Options``."""
    from ifdiscover._cli.options import (
        add_color_option,
        add_host_options,
        add_network_format_options,
        add_postfix_options,
    )

    parser.add_argument(
        "--style",
        metavar="TEXT",
        help="what Postfix would compute in this mynetworks_style: class, subnet or host; or all: in each of the three "
        "(default: main.cf's mynetworks; if it sets none, its style; "
        f"without a main.cf {DEFAULT_STYLE}, Postfix's own since 3.0)",
    )
    add_network_format_options(
        parser, "what made each network, how many addresses it trusts, and what the other styles would trust"
    )
    add_color_option(parser)
    add_postfix_options(parser)
    add_host_options(parser)


class Options(ParameterOptions):
    """The options of ``ifdiscover mynetworks``."""

    style: str | None = None  # mynetworks_style, or "all" for all three
    form: str = "postfix"  # or value, cidr, explain, json
    color: str = "auto"  # or always, never
    inet_interfaces: str | None = None
    inet_protocols: str | None = None


def run(options: Options) -> int:
    """Print the mynetworks that is set, or the one that Postfix computes."""
    style, configuration = options.style, options.configuration
    if style == "all" and options.form == "cidr":
        raise UsageError("--format cidr is one list, and --style all asks for three; name one style")
    if options.form == "explain":
        return _print_explanation(options)
    if style is None and configuration is not None and configuration.is_set(PARAMETER):
        return _print_set(configuration, options)
    host = options.host
    parameters = options.in_force(
        mynetworks_style=style, inet_interfaces=options.inet_interfaces, inet_protocols=options.inet_protocols
    )
    warnings = list(parameters.warnings)
    if style is None:
        options.explain(_why(parameters))
        _demand_expandable(configuration)
    asked = STYLES if style == "all" else (parameters["mynetworks_style"],)
    protocols = enabled_protocols(parameters["inet_protocols"], probe_of(host))
    if len(asked) == 1 and options.form != "json":
        return _print_computed(
            find(host, asked[0], parameters["inet_interfaces"], protocols), warnings, protocols, options
        )
    machine = _machine_of(host) if style == "all" else None
    answers = [compute(host, name, parameters["inet_interfaces"], protocols, machine) for name in asked]
    warnings += [warning for answer in answers for warning in answer.warnings]
    output.warn(warnings)
    options.explain_ipv6_absence(protocols)
    if options.form == "json":
        from ifdiscover._render.mynetworks_document import computed

        output.write(computed(host.backend, warnings, _explained(options), styles=style == "all"))
    else:
        from ifdiscover._render.table import style_lines

        output.write_lines(style_lines(answers, value_only=options.form == "value", paint=output.paint(options.color)))
    return 0


def _print_computed(found: Found, warnings: Sequence[str], protocols: Protocols, options: Options) -> int:
    """Print the list of one style. No network of it becomes a record: of many, that would take a third of the time."""
    networks, more = found
    output.warn([*warnings, *more])
    options.explain_ipv6_absence(protocols)
    if options.form == "cidr":
        output.write_lines([cidr_text(*network) for network in networks])
    else:
        text = text_of_networks(networks)
        output.write(f"{text}\n" if options.form == "value" else f"{parameter(PARAMETER, text)}\n")
    return 0


def _demand_expandable(configuration: Configuration | None) -> None:
    """Raise if a daemon does not start with a parameter that it expands for a computed mynetworks."""
    if configuration is not None:
        for name in configuration.expanded_by_postconf:
            configuration.demand_expandable(name)


def _print_explanation(options: Options) -> int:
    """Print what the list in force trusts, element by element, and what each style would trust."""
    from ifdiscover._render.explained import explanation_lines

    style, configuration = options.style, options.configuration
    every_style = style == "all"
    explanation = _explained(options)
    if explanation.explained.style is None:
        where = "-o" if PARAMETER in options.settings else "main.cf"
        why = f"set by {where}, and not computed"
    elif style is not None:
        why = f"computed in style {explanation.explained.style}: --style asks for it"
    else:
        why = f"computed in {_why(options.in_force(mynetworks_style=None))}"
        _demand_expandable(configuration)
    output.warn(explanation.trusted.warnings)
    output.write_lines(explanation_lines(explanation, why, output.paint(options.color), every_style=every_style))
    return 0


def _explained(options: Options) -> Explanation:
    """The list in force, explained; with ``--style all`` all three styles are asked for alike."""
    from ifdiscover._postfix.explained.explained import explain

    return explain(
        options.configuration,
        options.host,
        style=DEFAULT_STYLE if options.style == "all" else text_of(options.style),
        inet_interfaces=text_of(options.inet_interfaces),
        inet_protocols=text_of(options.inet_protocols),
    )


def _machine_of(host: Host) -> Machine:
    """Where names are looked up: each once, however many styles are asked for."""
    from ifdiscover._postfix.syntax.machine import Machine

    return Machine(host)


def _print_set(configuration: Configuration, options: Options) -> int:
    """Print the mynetworks that main.cf or an override sets, unexpanded, as postconf does."""
    from ifdiscover._postfix.parameters.postconf import Form, answer

    if (options.inet_interfaces, options.inet_protocols) != (None, None):
        from ifdiscover._postfix.trusted import NOT_COMPUTED

        raise UsageError(NOT_COMPUTED)
    if options.form == "cidr":
        return _print_networks_of_set(options)
    host = options.named_host
    warnings = (*configuration.warnings, *configuration.unused_overrides())
    form = Form(name=options.form == "postfix")
    (line,) = answer(configuration, [PARAMETER], lambda *_values: "", form=form)  # nothing is computed: it is set
    explanation = None
    if options.form == "json":
        try:
            explanation = _explained(options)
        except IfdiscoverError as error:  # what is set is known all the same
            warnings = (*warnings, f"not explained: {error}")
        else:
            warnings = (*warnings, *explanation.trusted.warnings)
    output.warn(warnings)
    options.explain("mynetworks is set, and not computed")
    if options.form == "json":
        from ifdiscover._render.mynetworks_document import as_set

        host = host if explanation is None else explanation.host
        output.write(as_set(None if host is None else host.backend, warnings, line, explanation))
    else:
        output.write(f"{line}\n", as_read=True)
    return 0


def _print_networks_of_set(options: Options) -> int:
    """Print the networks and addresses of the mynetworks that is set, one a line."""
    from ifdiscover._postfix.explained.plain_list import plain_networks

    explanation = _explained(options)
    networks, warnings = plain_networks(explanation.explained)
    output.warn([*explanation.trusted.warnings, *warnings])
    output.write_lines([cidr_text(*network) for network in networks])
    return 0


def _why(parameters: Parameters) -> str:
    """Why this style is in force if --style was not given."""
    style, configuration = parameters["mynetworks_style"], parameters.configuration
    if configuration is not None and configuration.is_set("mynetworks_style"):
        return f"style {style}: mynetworks_style is set"
    if configuration is not None and (configuration.main_cf is not None or configuration.is_set("compatibility_level")):
        return f"style {style}: Postfix's default at compatibility_level {configuration.value('compatibility_level')}"
    return f"style {style}: Postfix's default since 3.0; no main.cf was read, and --style was not given"
