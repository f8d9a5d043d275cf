"""How every command gets Postfix's parameters: from its options, ``-c DIR`` and ``-o NAME=VALUE``."""

from __future__ import annotations

from os import fsencode

from ifdiscover.names import to_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from ifdiscover.model import Host
    from ifdiscover.postfix.parameters.configuration import Configuration

# What holds where neither main.cf nor an option says otherwise. The style is Postfix's documented default since 3.0.
DEFAULTS = {"inet_interfaces": "all", "inet_protocols": "all", "mynetworks_style": "host", "proxy_interfaces": ""}


class Parameters(dict[str, str]):
    """The values in force, by name.

    Attributes:
        configuration: where they are from; None where no main.cf was read and nothing was to be expanded.
        warnings: what is to be said about them.
    """

    configuration: Configuration | None = None
    warnings: tuple[str, ...] = ()


def in_force(
    config_directory: str | None,
    overrides: Sequence[str],
    host: Host | None,
    configuration: Configuration | None = None,
    **given: str | None,
) -> Parameters:
    """Postfix's parameters for one run.

    Without ``-c``, ``-o`` and ``$`` they are what is given, and the modules that read main.cf are not imported.

    Args:
        config_directory: ``-c``.
        overrides: ``-o``.
        host: whose name myhostname is made of; None: this one.
        configuration: what these three come to, where it has been read already.
        given: each parameter that is wanted, with the value of its own option, which is expanded and comes before all
            others, or None.

    Raises:
        UsageError: an override that is none.
        ConfigFileError, ConfigurationError, UnknownDefaultError: as ``load()`` and ``Configuration.value()`` do.
    """
    if config_directory is None and not overrides and not any("$" in (text or "") for text in given.values()):
        return Parameters({name: DEFAULTS[name] if text is None else respelt(text) for name, text in given.items()})
    from ifdiscover.postfix.syntax.words import trimmed

    configuration = configuration or configuration_of(config_directory, overrides, host)
    parameters = Parameters()
    parameters.configuration = configuration
    texts = [respelt(text) for text in given.values() if text is not None]
    parameters.warnings = (*configuration.warnings, *configuration.unused_overrides(*texts))
    value: str
    for name, text in given.items():
        if text is not None:
            written = trimmed(respelt(text))
            parameters.warnings += tuple(
                f"undefined parameter: {unknown}: it stands for nothing"
                for unknown in configuration.undefined_in(written)
            )
            value = configuration.expand(written)
        elif name == "mynetworks_style" and config_directory is None and not _sets_style(configuration):
            value = DEFAULTS[name]
        else:
            value = configuration.value(name)
        parameters[name] = value
    return parameters


def configuration_of(config_directory: str | None, overrides: Sequence[str], host: Host | None) -> Configuration:
    """The configuration that ``-c`` and ``-o`` name, for a host; of a recorded one, the recording knows the name."""
    from ifdiscover.postfix.parameters.configuration import load, parse_overrides

    return load(config_directory, parse_overrides(map(respelt, overrides)), hostname_of(host))


def hostname_of(host: Host | None) -> str | None:
    """What a recorded host is called, empty if the recording does not say; None: this kernel knows."""
    return None if host is None or host.recorded is None else host.recorded.host or ""


def _sets_style(configuration: Configuration) -> bool:
    return configuration.is_set("mynetworks_style") or configuration.is_set("compatibility_level")


def respelt(argument: str) -> str:
    """An argument spelt as the model spells names and as files are read, whatever the locale made of it."""
    try:
        return to_text(fsencode(argument))
    except UnicodeEncodeError:  # a caller's own text, of which no command line is made
        return argument
