"""Which values of Postfix's parameters are in force: one that is given, an override's, main.cf's, or the default.

What reads main.cf is imported only if there is something to read or to expand.
"""

from __future__ import annotations

import os

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from collections.abc import Mapping

    from ifdiscover._postfix.parameters.configuration import Configuration
    from ifdiscover.model import Host

DEFAULTS = {"inet_interfaces": "all", "inet_protocols": "all", "mynetworks_style": "host", "proxy_interfaces": ""}
"""What holds if nothing else is said. The style is the one that Postfix documents as its default since 3.0."""


class Parameters(dict[str, str]):
    """The values in force, by name.

    Attributes:
        configuration: where they are from; None if no main.cf was read, nothing is set and nothing had to be expanded.
        warnings: what is to be said about them. Names in them are not escaped.
    """

    def __init__(
        self, values: Mapping[str, str], configuration: Configuration | None = None, warnings: tuple[str, ...] = ()
    ) -> None:
        super().__init__(values)
        self.configuration = configuration
        self.warnings = warnings


def in_force(configuration: Configuration | None, host: Host | None, **given: str | None) -> Parameters:
    """The values of Postfix's parameters that a host's Postfix would use.

    A value that is given comes first; it is expanded like those of main.cf. Then comes what ``configuration`` knows:
    overrides, main.cf, Postfix's own defaults. The style alone has another default while no main.cf is read and no
    compatibility_level is set: the documented one, and not that of level 0.

    Args:
        configuration: what is set; see ``configuration_of()``. None: nothing.
        host: whose name a ``$myhostname`` stands for if ``configuration`` is None; None: this kernel's.
        given: each parameter that is wanted, with the value that comes before all others, or None.

    Raises:
        ConfigurationError, UnknownDefaultError: as ``Configuration.value()`` raises them.
    """
    if configuration is None and not any("$" in (text or "") for text in given.values()):
        return Parameters({name: DEFAULTS[name] if text is None else text for name, text in given.items()})
    from ifdiscover._postfix.parameters.configuration import Configuration
    from ifdiscover._postfix.syntax.words import trimmed

    configuration = configuration or Configuration(None, None, hostname_of(host))
    warnings = (
        *configuration.warnings,
        *configuration.unused_overrides(*(text for text in given.values() if text is not None)),
    )
    values: dict[str, str] = {}
    for name, text in given.items():
        if text is not None:
            written = trimmed(text)
            undefined = configuration.undefined_in(written)
            warnings += tuple(f"undefined parameter: {unknown}: it stands for nothing" for unknown in undefined)
            values[name] = configuration.expand(written)
        elif name == "mynetworks_style" and configuration.main_cf is None and not _sets_style(configuration):
            values[name] = DEFAULTS[name]
        else:
            values[name] = configuration.value(name)
    return Parameters(values, configuration, warnings)


def configuration_of(
    host: Host | None, directory: str | None = None, overrides: Mapping[str, str] | None = None
) -> Configuration | None:
    """What is set for a host's Postfix: by the main.cf of a folder, and for one run; None if neither is named.

    Args:
        host: whose name ``$myhostname`` stands for; None: this kernel's.
        directory: the folder of main.cf; None: no main.cf is read.
        overrides: values by name that come before those of main.cf, as ``parse_overrides()`` makes them.

    Raises:
        ConfigFileError: main.cf cannot be read.
        MainCfError: a line of it is none.
    """
    if directory is None and not overrides:
        return None
    from ifdiscover._postfix.parameters.configuration import load

    return load(directory, overrides, hostname_of(host))


def hostname_of(host: Host | None) -> str | None:
    """What a recorded host is called, empty if the recording does not say; None: this kernel knows."""
    return None if host is None or host.recorded is None else host.recorded.host or ""


def named_directory(directory: str | None) -> str | None:
    """The folder of main.cf that is named: ``directory``, else by the environment's MAIL_CONFIG; None: neither."""
    return os.environ.get("MAIL_CONFIG") if directory is None else directory


def _sets_style(configuration: Configuration) -> bool:
    return configuration.is_set("mynetworks_style") or configuration.is_set("compatibility_level")
