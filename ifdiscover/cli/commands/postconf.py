"""``ifdiscover postconf``: Postfix's parameters as postconf(1) prints them."""

from __future__ import annotations

import os

from ifdiscover.cli import output
from ifdiscover.cli.host import get_host
from ifdiscover.cli.parameters import hostname_of, respelt
from ifdiscover.errors import UsageError
from ifdiscover.postfix.mynetworks import mynetworks
from ifdiscover.postfix.parameters.configuration import DIRECTORY, load, parse_overrides
from ifdiscover.postfix.parameters.postconf import Form, answer

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from ifdiscover.cli.options import Options
    from ifdiscover.model import Host


def add_options(parser: Options) -> None:
    """Declare the options that ``run()`` takes."""
    from ifdiscover.cli.options import add_configuration_options, add_host_options

    parser.add_argument("names", metavar="PARAMETER", nargs="*", help="default: all that ifdiscover knows")
    add_configuration_options(parser, f"the environment's MAIL_CONFIG, or {DIRECTORY}")
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


def run(
    *,
    names: Sequence[str] = (),
    config_directory: str | None = None,
    overrides: Sequence[str] = (),
    defaults: bool = False,
    only_set: bool = False,
    expanded: bool = False,
    value_only: bool = False,
    name_only: bool = False,
    folded: bool = False,
    backend: str | None = None,
    recording: str | None = None,
    netns: str | None = None,
    verbose: bool = False,
) -> int:
    """Print the parameters; the arguments are the options."""
    for one, other, both in (
        ("-d", "-n", defaults and only_set),
        ("-d", "-o", defaults and bool(overrides)),
        ("-h", "-H", value_only and name_only),
    ):
        if both:
            raise UsageError(f"specify one of {one}, {other}")
    for name in names:
        if "=" in name:
            raise UsageError(f"{name}: postconf would write this into main.cf, ifdiscover only reads; use -o {name}")
    settings = parse_overrides(map(respelt, overrides))
    found: list[Host] = []

    def host() -> Host:
        """Read it once, and only if it is needed."""
        if not found:
            found.append(get_host(backend, recording, netns, verbose=verbose))
        return found[0]

    hostname = hostname_of(None if recording is None else host())
    if defaults:
        configuration = load(None, None, hostname)
    else:
        directory = os.environ.get("MAIL_CONFIG") if config_directory is None else config_directory
        is_set = directory is not None
        configuration = load(directory if is_set else DIRECTORY, settings, hostname, directory_is_set=is_set)
    output.warn(configuration.warnings)
    warnings = list(configuration.unused_overrides())

    def compute(style: str, inet_interfaces: str, inet_protocols: str) -> str:
        networks = mynetworks(host(), style, inet_interfaces, inet_protocols)
        warnings.extend(networks.warnings)
        return str(networks)

    form = Form(not value_only, not name_only, folded)
    lines = answer(configuration, names, compute, defaults=defaults, only_set=only_set, expanded=expanded, form=form)
    output.warn(warnings)
    output.write("".join([f"{line}\n" for line in lines]), as_read=True)
    return 0
