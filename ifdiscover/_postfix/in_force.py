"""Which main.cf is in force, and which value of a parameter: given, from an override, from main.cf, or the default.

The code that reads and expands main.cf is imported only if it is needed.
"""

from __future__ import annotations

import os

from ifdiscover._names import to_bytes
from ifdiscover._postfix import DIRECTORY

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from collections.abc import Mapping

    from ifdiscover._postfix.parameters.configuration import Configuration
    from ifdiscover._postfix.syntax.machine import Answers, Machine
    from ifdiscover.model import Host

DEFAULTS = {
    "inet_interfaces": "all",
    "inet_protocols": "all",
    "mynetworks_style": "host",
    "proxy_interfaces": "",
    "smtp_bind_address": "",
    "smtp_bind_address6": "",
}
"""The values if nothing is set. The style is Postfix's documented default since 3.0."""

NAMED, ENVIRONMENT, INSTALLED, NONE = "named", "environment", "installed", "none"
"""How a main.cf was chosen; see ``which_directory()``."""


class Parameters(dict[str, str]):
    """The values in force, by name.

    Attributes:
        configuration: the source of the values. None: no main.cf was read, nothing is set, nothing had to be expanded.
        warnings: warnings about the values. Names in them are not escaped.
    """

    def __init__(
        self, values: Mapping[str, str], configuration: Configuration | None = None, warnings: tuple[str, ...] = ()
    ) -> None:
        super().__init__(values)
        self.configuration = configuration
        self.warnings = warnings


def in_force(configuration: Configuration | None, host: Host | None, **given: str | None) -> Parameters:
    """The values of parameters that a host's Postfix would use.

    A given value comes first, and is expanded as in main.cf. Then come overrides, main.cf, and Postfix's own defaults.
    Only the style has another default if no main.cf is read and no compatibility_level is set: the documented one,
    instead of that of level 0.

    Args:
        configuration: what is set; see ``configuration_of()``. None: nothing.
        host: the host whose name ``$myhostname`` stands for if ``configuration`` is None; None: this host.
        given: each wanted parameter with its given value, or None.

    Raises:
        ConfigurationError, UnknownDefaultError: as in ``Configuration.value()``.
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
    """What main.cf and overrides set for a host's Postfix; None if there is neither.

    Args:
        host: the host whose name ``$myhostname`` stands for; None: this host.
        directory: the folder of main.cf; None: no main.cf is read.
        overrides: values by name that come before those of main.cf; see ``parse_overrides()``.
        directory_is_set: whether config_directory counts as set. Only postconf shows it: if a folder was named.

    Raises:
        ConfigFileError: main.cf cannot be read.
        MainCfError: a line of main.cf sets no parameter.
    """
    if directory is None and not overrides:
        return None
    from ifdiscover._postfix.parameters.configuration import load

    is_here = host is None or host.recorded is None
    return load(directory, overrides, hostname_of(host), directory_is_set=directory_is_set, is_here=is_here)


def hostname_of(host: Host | None) -> str | None:
    """The name of a recorded host, empty if the recording has none. None: the host is not recorded; ask the kernel."""
    return None if host is None or host.recorded is None else host.recorded.host or ""


def machine_of(configuration: Configuration | None, host: Host | None, answers: Answers | None = None) -> Machine:
    """Where a host's Postfix looks up the names and files of its parameters.

    Args:
        configuration: says where main.cf is, and which folder it is for. None: there is no main.cf.
        host: the host that Postfix runs on; None: this host.
        answers: as in ``Machine``, for several configurations of one run.
    """
    from ifdiscover._errors.postfix import MacroError, UnknownDefaultError
    from ifdiscover._postfix.syntax.machine import Machine

    folder = None if configuration is None or configuration.main_cf is None else configuration.main_cf.folder
    if configuration is None or folder is None:
        return Machine(host, answers=answers)
    try:
        named: str = configuration.value("config_directory")
    except (MacroError, UnknownDefaultError):  # Postfix does not start, or cannot be followed
        named = folder
    return Machine(host, folder, None if named == folder else named, answers)


def path_of_master_cf(configuration: Configuration) -> str | None:
    """The path of the master.cf beside the main.cf of a configuration; None if there is none."""
    main_cf = configuration.main_cf
    if main_cf is None:
        return None
    folder = main_cf.folder or os.path.dirname(main_cf.path)  # noqa: PTH120 - pathlib costs more to import
    path = f"{folder}/master.cf"
    return path if folder and os.path.lexists(to_bytes(path)) else None


def text_of_master_cf(configuration: Configuration, machine: Machine) -> str:
    """The text of the master.cf beside the main.cf of a configuration; "" if there is none, or it cannot be read."""
    from ifdiscover._errors.postfix import ConfigFileError, NotOnThisMachineError

    path = path_of_master_cf(configuration)
    try:
        return machine.read_once(path) if path else ""
    except (ConfigFileError, NotOnThisMachineError):
        return ""


def which_directory(named: str | None = None, *, is_here: bool = True) -> tuple[str | None, str]:
    """The folder of the main.cf in force, and how it was chosen. No main.cf is read.

    A named folder comes first. On this machine, ``MAIL_CONFIG`` in the environment comes next, then Postfix's own
    folder. An empty ``MAIL_CONFIG`` means the root folder, as in Postfix.

    Args:
        named: the folder that the user named.
        is_here: whether the host is this machine, and not in another network namespace.

    Returns:
        ``named`` and NAMED; the value of MAIL_CONFIG and ENVIRONMENT; Postfix's folder and INSTALLED; or None and NONE,
        if only Postfix's defaults are in force.
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
    """Whether a folder has a main.cf. True also if that is not known: reading it will then give the error."""
    try:
        os.lstat(f"{directory}/main.cf")
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError:
        return True
    return True


def _sets_style(configuration: Configuration) -> bool:
    return configuration.is_set("mynetworks_style") or configuration.is_set("compatibility_level")
