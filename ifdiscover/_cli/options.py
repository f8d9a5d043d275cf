"""The options that commands share."""

from __future__ import annotations

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from typing import Any, Protocol

    class OptionParser(Protocol):
        """What options are declared to: an ``argparse.ArgumentParser``, or ``ifdiscover._cli.plain.PlainOptions``."""

        def add_argument(self, *flags: str, **declared: Any) -> Any:
            """As ``argparse`` has it."""

        def add_mutually_exclusive_group(self) -> Any:
            """Something to declare options to of which one at most may be given."""


def add_json_option(parser: OptionParser) -> None:
    """The option of every command that can answer in JSON."""
    parser.add_argument("--json", dest="as_json", action="store_true", help="one JSON document")


def add_host_options(parser: OptionParser) -> None:
    """The options of every command that looks at a host."""
    parser.add_argument("--backend", metavar="NAME", help="ask this way and no other (see: ifdiscover backends)")
    parser.add_argument(
        "--from",
        metavar="FILE",
        dest="recording",
        help="a recorded host instead of this one: a snapshot, or what ip -j addr or ifconfig -a printed; "
        "- is standard input",
    )
    parser.add_argument("--netns", metavar="NAME|PATH|PID", help="another network namespace (backend netlink)")
    parser.add_argument("-v", "--verbose", action="store_true", help="say on stderr what was asked and skipped")


def add_configuration_options(parser: OptionParser, default: str = "no main.cf is read") -> None:
    """The options of every command that reads main.cf."""
    parser.add_argument(
        "-c",
        metavar="DIR",
        dest="config_directory",
        help=f"take Postfix's parameters from DIR/main.cf (default: {default})",
    )
    parser.add_argument(
        "-o",
        metavar="NAME=VALUE",
        dest="overrides",
        action="append",
        default=[],
        help="set one of Postfix's parameters for this run, whatever main.cf says; repeatable",
    )


def add_protocol_options(parser: OptionParser) -> None:
    """The options of every command that applies inet_protocols."""
    add_configuration_options(parser)
    group = parser.add_mutually_exclusive_group()
    group.add_argument("--inet-protocols", metavar="TEXT", help="Postfix's parameter (default: main.cf's, or all)")
    for flag, value in (("-4", "ipv4"), ("-6", "ipv6")):
        group.add_argument(
            flag, dest="inet_protocols", action="store_const", const=value, help=f"short for --inet-protocols {value}"
        )


def add_postfix_options(parser: OptionParser) -> None:
    """The options of every command that applies inet_interfaces and inet_protocols."""
    parser.add_argument("--inet-interfaces", metavar="TEXT", help="Postfix's parameter (default: main.cf's, or all)")
    add_protocol_options(parser)
