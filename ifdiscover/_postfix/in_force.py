"""Which main.cf is in force, and which values of its parameters: a given one, an override's, main.cf's, or the default.

What reads main.cf is imported only if there is something to read or to expand.
"""

from __future__ import annotations

import os
from errno import ENOENT, ENOTDIR

from ifdiscover._postfix import DIRECTORY

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from collections.abc import Mapping

    from ifdiscover._postfix.parameters.configuration import Configuration
    from ifdiscover.model import Host

DEFAULTS = {"inet_interfaces": "all", "inet_protocols": "all", "mynetworks_style": "host", "proxy_interfaces": ""}
"""What holds if nothing else is said. The style is the one that Postfix documents as its default since 3.0."""

NAMED, ENVIRONMENT, INSTALLED, NONE = "named", "environment", "installed", "none"
"""What chose a main.cf; see ``which_directory()``."""


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
            warnings += tuple(f"undefined parameter: {unknown}: Postfix takes it for empty" for unknown in undefined)
            values[name] = configuration.expand(written)
        elif name == "mynetworks_style" and configuration.main_cf is None and not _sets_style(configuration):
            values[name] = DEFAULTS[name]
        else:
            values[name] = configuration.value(name)
    return Parameters(values, configuration, warnings)


def configuration_of(
    host: Host | None,
    directory: str | None = None,
    overrides: Mapping[str, str] | None = None,
    *,
    directory_is_set: bool = True,
) -> Configuration | None:
    """What is set for a host's Postfix: by the main.cf of a folder, and for one run; None if neither is named.

    Args:
        host: whose name ``$myhostname`` stands for; None: this kernel's.
        directory: the folder of main.cf; None: no main.cf is read.
        overrides: values by name that come before those of main.cf, as ``parse_overrides()`` makes them.
        directory_is_set: whether config_directory counts as set, which only postconf shows: if the folder was named.

    Raises:
        ConfigFileError: main.cf cannot be read.
        MainCfError: a line of it is none.
    """
    if directory is None and not overrides:
        return None
    from ifdiscover._postfix.parameters.configuration import load

    return load(directory, overrides, hostname_of(host), directory_is_set=directory_is_set)


def hostname_of(host: Host | None) -> str | None:
    """What a recorded host is called, empty if the recording does not say; None: this kernel knows."""
    return None if host is None or host.recorded is None else host.recorded.host or ""


def which_directory(named: str | None = None, *, is_here: bool = True) -> tuple[str | None, str]:
    """The folder of the main.cf that is in force, and what chose it. No main.cf is read.

    On this machine, ``MAIL_CONFIG`` in the environment comes after a folder that is named, and Postfix's own folder
    after that. An empty ``MAIL_CONFIG`` names the root folder, as it does to Postfix.

    Args:
        named: the folder that somebody named.
        is_here: whether the host is this machine, outside of any other network namespace.

    Returns:
        ``named`` and NAMED; the value of MAIL_CONFIG and ENVIRONMENT; Postfix's folder and INSTALLED; or None and NONE:
        Postfix's defaults are in force.
    """
    if named is not None:
        return named, NAMED
    if is_here:
        from_environment = os.environ.get("MAIL_CONFIG")
        if from_environment is not None:
            return from_environment, ENVIRONMENT
        if _has_main_cf(DIRECTORY):
            return DIRECTORY, INSTALLED
    return None, NONE


def _has_main_cf(directory: str) -> bool:
    """Whether there is one. If nobody can tell there is: whoever reads it then says why that fails."""
    try:
        os.lstat(f"{directory}/main.cf")
    except OSError as error:
        return error.errno not in (ENOENT, ENOTDIR)
    return True


def _sets_style(configuration: Configuration) -> bool:
    return configuration.is_set("mynetworks_style") or configuration.is_set("compatibility_level")
