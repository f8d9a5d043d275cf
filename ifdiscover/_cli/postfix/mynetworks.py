"""``ifdiscover mynetworks``: the parameter in force, as postconf(1) prints it, or what Postfix would compute."""

from __future__ import annotations

from ifdiscover._cli import output
from ifdiscover._cli.host import ParameterOptions
from ifdiscover._kernel import probe_of
from ifdiscover._postfix.inet_protocols import enabled_protocols
from ifdiscover._postfix.mynetworks import DEFAULT_STYLE, STYLES, compute
from ifdiscover._render.text import parameter
from ifdiscover.errors import UsageError

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from ifdiscover._cli.options import OptionParser
    from ifdiscover._postfix.in_force import Parameters
    from ifdiscover._postfix.parameters.configuration import Configuration
    from ifdiscover._postfix.syntax.machine import Machine
    from ifdiscover.model import Host

PARAMETER = "mynetworks"


def add_options(parser: OptionParser) -> None:
    """Declare the options of ``Options``."""
    from ifdiscover._cli.options import add_format_options, add_host_options, add_postfix_options

    parser.add_argument(
        "--style",
        metavar="TEXT",
        help="what Postfix would compute in this mynetworks_style: class, subnet or host; or all: in each of the three "
        "(default: main.cf's mynetworks; if it sets none, its style; "
        f"without a main.cf {DEFAULT_STYLE}, Postfix's own since 3.0)",
    )
    add_format_options(parser, lines="mynetworks = NETWORKS", value="without 'mynetworks = ', as postconf -h")
    add_postfix_options(parser)
    add_host_options(parser)


class Options(ParameterOptions):
    """The options of ``ifdiscover mynetworks``."""

    style: str | None = None  # mynetworks_style, or "all" for all three
    form: str = "lines"  # or value, json
    inet_interfaces: str | None = None
    inet_protocols: str | None = None


def run(options: Options) -> int:
    """Print the mynetworks that is set, or the one that Postfix computes."""
    style, configuration = options.style, options.configuration
    if style is None and configuration is not None and configuration.is_set(PARAMETER):
        return _print_set(configuration, options)
    host = options.host
    parameters = options.in_force(
        mynetworks_style=style, inet_interfaces=options.inet_interfaces, inet_protocols=options.inet_protocols
    )
    warnings = list(parameters.warnings)
    if style is None:
        options.explain(_why(parameters))
        if configuration is not None:
            for name in configuration.expanded_by_postconf:  # daemons expand them too, and do not start if they cannot
                configuration.demand_expandable(name)
    asked = STYLES if style == "all" else (parameters["mynetworks_style"],)
    protocols = enabled_protocols(parameters["inet_protocols"], probe_of(host))
    machine = _machine_of(host) if style == "all" else None
    answers = [compute(host, name, parameters["inet_interfaces"], protocols, machine) for name in asked]
    warnings += [warning for answer in answers for warning in answer.warnings]
    output.warn(warnings)
    options.explain_ipv6_absence(protocols)
    if options.form == "json":
        from ifdiscover._render import documents

        output.write(documents.mynetworks(host.backend, warnings, answers, styles=style == "all"))
    elif style == "all":
        from ifdiscover._render.table import style_lines

        output.write_lines(style_lines(answers, value_only=options.form == "value", paint=output.paint()))
    else:
        (answer,) = answers
        output.write(f"{answer}\n" if options.form == "value" else f"{parameter(PARAMETER, str(answer))}\n")
    return 0


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
    host = options.named_host
    warnings = (*configuration.warnings, *configuration.unused_overrides())
    form = Form(name=options.form == "lines")
    (line,) = answer(configuration, [PARAMETER], lambda *_values: "", form=form)  # nothing is computed: it is set
    output.warn(warnings)
    options.explain("mynetworks is set, and not computed")
    if options.form == "json":
        from ifdiscover._render import documents

        output.write(documents.set_mynetworks(None if host is None else host.backend, warnings, line))
    else:
        output.write(f"{line}\n", as_read=True)
    return 0


def _why(parameters: Parameters) -> str:
    """Why this style is in force if --style was not given."""
    style, configuration = parameters["mynetworks_style"], parameters.configuration
    if configuration is not None and configuration.is_set("mynetworks_style"):
        return f"style {style}: mynetworks_style is set"
    if configuration is not None and (configuration.main_cf is not None or configuration.is_set("compatibility_level")):
        return f"style {style}: Postfix's default at compatibility_level {configuration.value('compatibility_level')}"
    return f"style {style}: Postfix's default since 3.0; no main.cf was read, and --style was not given"
