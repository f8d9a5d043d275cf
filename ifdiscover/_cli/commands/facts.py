"""``ifdiscover facts``: all that is known of a host and its Postfix, for the tools that ask many hosts."""

from __future__ import annotations

from ifdiscover._cli import output
from ifdiscover._cli.host import HostOptions

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from typing import Any

    from ifdiscover._cli.options import OptionParser


def add_options(parser: OptionParser) -> None:
    """Declare the options of ``Options``."""
    from ifdiscover._cli.options import add_format_options, add_host_options, add_main_cf_option

    add_format_options(
        parser,
        json="one JSON document, as Ansible takes it",
        facter="the document under the key ifdiscover, since facter makes a fact of each key",
    )
    add_main_cf_option(parser)
    add_host_options(parser)


class Options(HostOptions):
    """The options of ``ifdiscover facts``."""

    form: str = "json"  # or facter
    config_directory: str | None = None  # the folder of main.cf; None: which_directory() finds it

    _wants_routes = True


def run(options: Options) -> int:
    """Print the facts. The status is 0 whatever fails, since a fact that fails is lost, and can hide others."""
    from ifdiscover._facts.facts import facts_of
    from ifdiscover._postfix.in_force import which_directory
    from ifdiscover._render.documents import text_of_document

    is_here = options.recording is None and options.netns is None
    main_cf = which_directory(options.config_directory, is_here=is_here)
    found = facts_of(lambda: options.host, main_cf, netns=options.netns)
    output.write(text_of_document({"ifdiscover": _for_yaml(found)} if options.form == "facter" else found))
    return 0


def _for_yaml(value: Any) -> Any:
    """A value whose texts have no character that JSON writes as two surrogates, which facter's YAML parser refuses."""
    if isinstance(value, str):
        return "".join([each if each < "\U00010000" else f"\\U{ord(each):08x}" for each in value])
    if isinstance(value, dict):
        return {key: _for_yaml(item) for key, item in value.items()}
    return list(map(_for_yaml, value)) if isinstance(value, list) else value
