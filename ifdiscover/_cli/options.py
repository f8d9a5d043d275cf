"""The options that commands share."""

from __future__ import annotations

from ifdiscover._postfix import DIRECTORY

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from typing import Any, Protocol

    class OptionParser(Protocol):
        """Collects options: an ``argparse.ArgumentParser``, or ``ifdiscover._cli.plain.PlainOptions``."""

        def add_argument(self, *flags: str, **declared: Any) -> Any:
            """Declare an option, as with ``argparse``."""

        def add_argument_group(self, title: str) -> Any:
            """The same, for options that stand under a title in the help page."""

        def add_mutually_exclusive_group(self) -> Any:
            """A group for options that exclude each other."""


RECORDINGS = "a snapshot, what ip -j addr, ip addr or ifconfig -a printed, or Ansible's facts"
"""What holds a recorded host, for help texts."""


def add_format_options(parser: OptionParser, **forms: str) -> None:
    """The options that choose the form of an answer.

    Args:
        parser: collects the options.
        forms: each form's help text, by the form's name; the first form is the default. ``json`` is always added.
    """
    forms.setdefault("json", "one JSON document")
    default = next(iter(forms))
    described = "; ".join([f"{name}: {what}" for name, what in forms.items()])
    group = parser.add_argument_group("the answer").add_mutually_exclusive_group()
    group.add_argument(
        "--format",
        metavar="NAME",
        dest="form",
        choices=tuple(forms),
        default=default,
        help=f"the form of the answer (default: {default}). {described}",
    )
    group.add_argument(
        "-j", "--json", dest="form", action="store_const", const="json", default=default, help="short for --format json"
    )


def add_color_option(parser: OptionParser) -> None:
    """The option of every command that colours its answer for people."""
    parser = parser.add_argument_group("the answer")
    parser.add_argument(
        "--color",
        metavar="WHEN",
        choices=("auto", "always", "never"),
        default="auto",
        help="auto (the default): on a terminal, and as NO_COLOR and FORCE_COLOR say; always; never",
    )


def add_network_format_options(parser: OptionParser, explain: str) -> None:
    """The options that choose the form of a list of networks; ``explain`` says what that form has."""
    add_format_options(
        parser,
        postfix="mynetworks = NETWORKS",
        value="without 'mynetworks = ', as postconf -h",
        cidr="one network a line, without brackets, as most other programs take them",
        explain=explain,
    )


def add_host_options(parser: OptionParser, *, may_be_recorded: bool = True) -> None:
    """The options of every command that looks at a host.

    Args:
        parser: takes them.
        may_be_recorded: whether ``--from`` is one of them; ``watch`` waits for changes, and a recording has none.
    """
    parser = parser.add_argument_group("the host")
    parser.add_argument("--backend", metavar="NAME", help="ask this way and no other (see: ifdiscover backends)")
    if may_be_recorded:
        parser.add_argument(
            "--from",
            metavar="FILE",
            dest="recording",
            help=f"a recorded host instead of this one: {RECORDINGS}; - is standard input",
        )
    parser.add_argument("--netns", metavar="NAME|PATH|PID", help="another network namespace")
    parser.add_argument("-v", "--verbose", action="store_true", help="say on stderr what was asked and skipped")


def add_filter_options(parser: OptionParser) -> None:
    """The options of every command that shows some of a host's addresses."""
    parser = parser.add_argument_group("which addresses")
    parser.add_argument(
        "-i", "--interface", metavar="IF", dest="interfaces", action="append", default=[], help="only this interface's"
    )
    parser.add_argument(
        "--scope", metavar="SCOPE", help="only addresses of this scope: global, site, link, host, or a number"
    )
    parser.add_argument("--private", action="store_true", help="only private addresses: RFC 1918 and RFC 4193")
    parser.add_argument(
        "--stable",
        action="store_true",
        help="only addresses that stay: global, neither temporary, deprecated, tentative nor a duplicate",
    )
    parser.add_argument("--up", action="store_true", help="only what is on interfaces that are up")


def add_main_cf_option(parser: OptionParser, *, may_be_recorded: bool = True) -> None:
    """The option that names the folder of main.cf; ``may_be_recorded`` is that of ``add_host_options()``."""
    elsewhere = "--from or --netns" if may_be_recorded else "--netns"
    parser = parser.add_argument_group("Postfix's parameters")
    parser.add_argument(
        "-c",
        metavar="DIR",
        dest="config_directory",
        help="take Postfix's parameters from DIR/main.cf (default: the folder that the environment's MAIL_CONFIG "
        f"names, then {DIRECTORY} if it has a main.cf; with {elsewhere}: none)",
    )


def add_configuration_options(parser: OptionParser, *, may_be_recorded: bool = True) -> None:
    """The options of every command that reads main.cf; ``may_be_recorded`` is that of ``add_host_options()``."""
    add_main_cf_option(parser, may_be_recorded=may_be_recorded)
    parser = parser.add_argument_group("Postfix's parameters")
    parser.add_argument(
        "-o",
        metavar="NAME=VALUE",
        dest="overrides",
        action="append",
        default=[],
        help="set one of Postfix's parameters for this run, whatever main.cf says; repeatable",
    )
    parser.add_argument("-q", "--quiet", action="store_true", help="do not say on stderr which main.cf was used")


def add_protocol_options(parser: OptionParser, default: str = "all") -> None:
    """The options of every command that applies inet_protocols."""
    group = parser.add_argument_group("Postfix's parameters").add_mutually_exclusive_group()
    group.add_argument("--inet-protocols", metavar="TEXT", help=f"Postfix's parameter (default: {default})")
    for flag, value in (("-4", "ipv4"), ("-6", "ipv6")):
        group.add_argument(
            flag, dest="inet_protocols", action="store_const", const=value, help=f"short for --inet-protocols {value}"
        )


def add_postfix_options(parser: OptionParser) -> None:
    """The options of every command that applies main.cf's inet_interfaces and inet_protocols."""
    add_configuration_options(parser)
    group = parser.add_argument_group("Postfix's parameters")
    group.add_argument("--inet-interfaces", metavar="TEXT", help="Postfix's parameter (default: main.cf's, or all)")
    add_protocol_options(parser, "main.cf's, or all")
