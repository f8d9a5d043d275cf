"""``ifdiscover mynetworks``: the line that postconf(1) prints."""

from __future__ import annotations

from ifdiscover._cli import output
from ifdiscover._cli.host import ParameterOptions
from ifdiscover._kernel import probe_of
from ifdiscover._postfix.inet_protocols import enabled_protocols
from ifdiscover._postfix.mynetworks import DEFAULT_STYLE, STYLES, compute
from ifdiscover._render.text import parameter

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from ifdiscover._cli.options import OptionParser
    from ifdiscover._postfix.in_force import Parameters


def add_options(parser: OptionParser) -> None:
    """Declare the options that ``Options`` has."""
    from ifdiscover._cli.options import add_host_options, add_json_option, add_postfix_options

    parser.add_argument(
        "--style",
        metavar="TEXT",
        help=f"Postfix's mynetworks_style: class, subnet or host; or all, for the three of them "
        f"(default: main.cf's, or without -c {DEFAULT_STYLE}, Postfix's own since 3.0)",
    )
    forms = parser.add_mutually_exclusive_group()
    forms.add_argument("--value-only", action="store_true", help="without 'mynetworks = ', as postconf -h")
    add_json_option(forms)
    add_postfix_options(parser)
    add_host_options(parser)


class Options(ParameterOptions):
    """What ``ifdiscover mynetworks`` can be told."""

    style: str | None = None  # mynetworks_style, or "all" for the three of them
    value_only: bool = False  # without the parameter's name
    as_json: bool = False
    inet_interfaces: str | None = None
    inet_protocols: str | None = None


def run(options: Options) -> int:
    """Print mynetworks."""
    host, style = options.host, options.style
    parameters = options.in_force(
        mynetworks_style=style, inet_interfaces=options.inet_interfaces, inet_protocols=options.inet_protocols
    )
    warnings = list(parameters.warnings)
    if style is None:
        options.explain(_why(parameters))
        if parameters.configuration is not None and parameters.configuration.is_set("mynetworks"):
            warnings.append(_overruled(options.config_directory))
    asked = STYLES if style == "all" else (parameters["mynetworks_style"],)
    protocols = enabled_protocols(parameters["inet_protocols"], probe_of(host))
    answers = [compute(host, name, parameters["inet_interfaces"], protocols) for name in asked]
    warnings += [warning for answer in answers for warning in answer.warnings]
    output.warn(warnings)
    options.explain_ipv6_absence(protocols)
    if options.as_json:
        from ifdiscover._render import documents

        output.write(documents.mynetworks(host.backend, warnings, answers, styles=style == "all"))
    elif style == "all":
        from ifdiscover._render.table import style_lines

        output.write_lines(style_lines(answers, value_only=options.value_only, paint=output.paint()))
    else:
        (answer,) = answers
        output.write(f"{answer}\n" if options.value_only else f"{parameter('mynetworks', str(answer))}\n")
    return 0


def _why(parameters: Parameters) -> str:
    """Where the style is from, if it was not given."""
    style, configuration = parameters["mynetworks_style"], parameters.configuration
    if configuration is not None and configuration.is_set("mynetworks_style"):
        return f"style {style}: mynetworks_style is set"
    if configuration is not None and (configuration.main_cf is not None or configuration.is_set("compatibility_level")):
        return f"style {style}: Postfix's default at compatibility_level {configuration.value('compatibility_level')}"
    return f"style {style}: Postfix's default since 3.0; no main.cf was read, and --style was not given"


def _overruled(config_directory: str | None) -> str:
    if config_directory is None:
        return "mynetworks is set: Postfix would use that, and not these networks"
    return (
        "mynetworks is set: Postfix uses that, and not these networks; "
        f"ifdiscover postconf -c {config_directory} mynetworks shows it"
    )
