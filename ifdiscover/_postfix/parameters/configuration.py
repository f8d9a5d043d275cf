"""Postfix's parameters in force: from main.cf, from overrides for one run, and from Postfix's own defaults."""

from __future__ import annotations

import os

from ifdiscover._postfix import DIRECTORY
from ifdiscover._postfix.parameters.macros import Allowance, demand_macros, expand, mentions
from ifdiscover._postfix.parameters.main_cf import assignment, read
from ifdiscover._postfix.syntax.findings import FATAL, WARNING, Finding, Place
from ifdiscover._postfix.syntax.words import Expanded, shortened
from ifdiscover.errors import MacroError, MacroLimitError, MainCfError, UnknownDefaultError, UsageError

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from ifdiscover._postfix.parameters.macros import Lookup
    from ifdiscover._postfix.parameters.main_cf import MainCf, Setting

DEFAULTS = {
    "compatibility_level": "0",
    "config_directory": DIRECTORY,
    "inet_interfaces": "all",
    "inet_protocols": "all",
    "mail_name": "Postfix",
    "mydestination": "$myhostname, localhost.$mydomain, localhost",
    "mynetworks_style": "${{$compatibility_level} <level {2} ? {subnet} : {host}}",
    "myorigin": "$myhostname",
    "parent_domain_matches_subdomains": (
        "debug_peer_list,fast_flush_domains,mynetworks,permit_mx_backup_networks,qmqpd_authorized_clients,"
        "relay_domains,smtpd_access_maps"
    ),
    "proxy_interfaces": "",
    "relay_domains": "${{$compatibility_level} <level {2} ? {$mydestination} : {}}",
    "smtp_address_preference": "any",
    "smtp_bind_address": "",
    "smtp_bind_address6": "",
    "smtp_bind_address_enforce": "no",
    "stress": "",  # master(8) sets it for a service under load
}
"""The defaults, as postconf -d prints them, of the parameters used here and of those that their values often name."""

NOT_EXPANDED = {
    "command_execution_directory",
    "default_rbl_reply",
    "forward_path",
    "luser_relay",
    "mailbox_command",
    "postscreen_expansion_filter",
    "postscreen_reject_footer",
    "smtpd_expansion_filter",
    "smtpd_reject_footer",
}
"""postconf does not expand these: a ``$name`` in their values is not a parameter."""

PARAMETERS = frozenset({*DEFAULTS, "mydomain", "myhostname", "mynetworks"})
"""The parameters whose default is known or can be computed."""


def load(
    directory: str | None = None,
    overrides: Mapping[str, str] | None = None,
    hostname: str | None = None,
    *,
    directory_is_set: bool = True,
    is_here: bool = True,
) -> Configuration:
    """The parameters that Postfix would use.

    Args:
        directory: the folder of main.cf; None: no main.cf is read.
        overrides: values by name that come before those of main.cf; see ``parse_overrides()``.
        hostname: the host's name in its kernel, for myhostname; None: ask this kernel; empty: not known.
        directory_is_set: whether config_directory counts as set. To postconf it is set only if a folder was named.
        is_here: whether Postfix runs on this machine.

    Raises:
        ConfigFileError: main.cf cannot be read.
        MainCfError: a line of main.cf sets no parameter.
    """
    if directory is None:
        return Configuration(None, overrides, hostname)
    main_cf = read(directory, is_here=is_here, is_installed=not directory_is_set)
    for fault in main_cf.findings:
        if fault.level == FATAL:
            raise MainCfError(fault.postfix_says, fault.suggestion)
    return Configuration(main_cf, overrides, hostname, directory if directory_is_set else None)


def parse_overrides(texts: Iterable[str]) -> dict[str, str]:
    """The values of ``-o NAME=VALUE``, by name. If a name comes twice, the last value counts.

    Raises:
        UsageError: a text has no ``=``, no name, or a control character. A newline would forge a line of main.cf.
    """
    overrides = {}
    for text in texts:
        if any(character < " " or character == "\x7f" for character in text.replace("\t", " ")):
            raise UsageError(f"-o {text}: it has a control character; a line of main.cf cannot have one")
        try:
            name, value, _offset = assignment(text)
        except MainCfError as error:
            fault, _, _ = error.postfix_says.partition(': "')
            raise UsageError(f"invalid parameter override: {text}: {fault}; write -o NAME=VALUE") from None
        overrides[name] = value
    return overrides


class Configuration:
    """Postfix's parameters in force. A value is computed when it is asked for.

    Attributes:
        main_cf: the file, with the place of each setting; None if none was read.
        findings: what Postfix says about odd lines, and about names that are not defined.

    Args:
        main_cf: as above.
        overrides: values by name that come before those of main.cf.
        hostname: the host's name in its kernel, for myhostname; None: ask this kernel; empty: not known.
        directory: the value of config_directory, unless main.cf or an override sets it. None: its default counts.
    """

    def __init__(
        self,
        main_cf: MainCf | None = None,
        overrides: Mapping[str, str] | None = None,
        hostname: str | None = None,
        directory: str | None = None,
    ) -> None:
        self.main_cf = main_cf
        self._overrides = dict(overrides or {})
        self._settings: Mapping[str, Setting] = {} if main_cf is None else main_cf.settings
        self._written: dict[str, str] = {}
        if directory is not None:
            self._written["config_directory"] = directory
        self._written.update((name, setting.value) for name, setting in self._settings.items())
        self._written.update(self._overrides)
        self._mentioned = _mentioned_in(self._written)
        self._hostname = os.uname().nodename if hostname is None else hostname
        self._defaults: Mapping[str, str] = DEFAULTS
        self._allowance = Allowance()  # copies have the same one
        self.findings: tuple[Finding, ...] = (*(() if main_cf is None else main_cf.findings), *self._undefined())

    @property
    def warnings(self) -> tuple[str, ...]:
        """The sentences of ``findings``."""
        return tuple(fault.postfix_says for fault in self.findings)

    def is_set(self, name: str) -> bool:
        """Whether main.cf or an override sets a parameter."""
        return name in self._written

    def setting(self, name: str) -> Setting | None:
        """The setting of a parameter in main.cf; None if there is none or an override replaces it."""
        return None if name in self._overrides else self._settings.get(name)

    def place_of(self, name: str, offset: int = 0) -> Place:
        """The place of an offset in a parameter's value; an empty place if main.cf does not set the parameter.

        If the value has to be expanded, only its line is known.
        """
        return self.locator(name)(offset)

    def locator(self, name: str) -> Callable[[int], Place]:
        """``place_of()`` for many offsets in one value. The value is searched only once."""
        setting = self.setting(name)
        if setting is None:
            return lambda _offset: Place()
        if "$" in setting.value:
            return lambda _offset: Place(setting.path, setting.number)
        return setting.place

    def is_known(self, name: str) -> bool:
        """Whether a parameter is known, or is set and mentioned in a value."""
        return name in PARAMETERS or (name in self._written and name in self._mentioned)

    @property
    def known(self) -> tuple[str, ...]:
        """The names for which ``is_known()`` is true, sorted."""
        return tuple(sorted({*PARAMETERS, *filter(self.is_known, self._written)}))

    def with_default(self, name: str, value: str) -> Configuration:
        """A copy in which one parameter has another default."""
        copy = Configuration.__new__(Configuration)
        vars(copy).update(vars(self), _defaults={**self._defaults, name: value})
        return copy

    @property
    def all_written(self) -> Mapping[str, str]:
        """Every value that is set, before expansion, by name."""
        return self._written

    @property
    def mentioned(self) -> Mapping[str, str]:
        """Each name that a value mentions, with the first parameter whose value does."""
        return self._mentioned

    def with_values(self, values: Mapping[str, str]) -> Configuration:
        """A copy in which some parameters have other values. Their places stay."""
        copy = Configuration.__new__(Configuration)
        vars(copy).update(vars(self), _written={**self._written, **values})
        return copy

    def with_settings(self, settings: Mapping[str, Setting], values: Mapping[str, str]) -> Configuration:
        """A copy for a service of master.cf. What the service sets comes before overrides and main.cf.

        Args:
            settings: what its ``-o`` set, by parameter.
            values: what Postfix itself sets for it.
        """
        overrides = {name: value for name, value in self._overrides.items() if name not in settings}
        written = {**self._written, **values, **{name: setting.value for name, setting in settings.items()}}
        copy = Configuration.__new__(Configuration)
        vars(copy).update(
            vars(self),
            _overrides=overrides,
            _settings={**self._settings, **settings},
            _written=written,
            _mentioned=_mentioned_in(written),
        )
        of_lines = () if self.main_cf is None else self.main_cf.findings
        copy.findings = (*of_lines, *copy._undefined())  # noqa: SLF001 - of this class
        return copy

    def reached_from(self, names: Iterable[str]) -> frozenset[str]:
        """Parameters, and every name that their values mention, directly or through other values."""
        found: set[str] = set()
        waiting = list(names)
        while waiting:
            name = waiting.pop()
            if name not in found:
                found.add(name)
                value = self._written.get(name, self._defaults.get(name, ""))
                waiting += mentions(value) if "$" in value else ()
        return frozenset(found)

    def written(self, name: str) -> str:
        """The value before expansion, from an override, from main.cf, or else Postfix's default.

        Raises:
            UnknownDefaultError: the parameter is not set, and its default is not known.
            MacroError: its default depends on a value that Postfix cannot expand.
        """
        value = self._look_up(name)
        if value is None:
            raise UnknownDefaultError(f"{name}: not a parameter of Postfix, and not set; set it in main.cf")
        return value

    def value(self, name: str) -> Expanded:
        """The value as the daemons see it: expanded, defaults included.

        Raises:
            UnknownDefaultError: this parameter, or one that it needs, is not set, and its default is not known.
            MacroError: Postfix cannot expand the value.
        """
        return self._expanded(self.written(name), self._look_up, f"in the value of {name}: ", "")

    def expand(self, text: str) -> Expanded:
        """Expand a text that is no parameter's value.

        Raises:
            UnknownDefaultError, MacroError: as in ``value()``.
        """
        return self._expanded(text, self._look_up, "", "")

    def value_by_main_cf(self, name: str) -> Expanded:
        """The value of a parameter that is set, expanded without any default.

        postconf(1) computes defaults from such values. Unlike the daemons, it sees ``$myhostname`` as empty if main.cf
        does not set it.

        Raises:
            MacroError: Postfix cannot expand the value.
        """
        written = self._written.get
        return self._expanded(written(name) or "", written, f"in the value of {name}: ", "dictionary mail_dict: ")

    def demand_expandable(self, name: str) -> None:
        """Check that postconf(1) can expand the value; only the form of its macros, if it needs an unknown default.

        Raises:
            MacroError: postconf cannot expand it.
        """
        try:
            self.value(name)
        except UnknownDefaultError:
            try:
                demand_macros(self.written(name))
            except MacroError as error:
                raise _fatal_error(error, f"in the value of {name}: ", "") from None

    def _expanded(self, text: str, lookup: Lookup, where: str, dictionary: str) -> Expanded:
        try:
            return Expanded(expand(text, lookup, self._allowance) if "$" in text else text)
        except MacroLimitError:
            raise
        except MacroError as error:
            raise _fatal_error(error, where, dictionary) from None

    def _look_up(self, name: str) -> str | None:
        """The value before expansion; None if the name is not defined."""
        value = self._written.get(name, self._defaults.get(name))
        if value is not None:
            return value
        if name == "myhostname":
            return self._default_myhostname()
        if name == "mydomain":
            return self._default_mydomain()
        if is_built_in(name):
            why = "depends on the host" if name == "mynetworks" else "is not known to ifdiscover"
            raise UnknownDefaultError(f"${name} is not set, and its default {why}: set it in main.cf, or with -o")
        return None

    def _default_myhostname(self) -> str:
        name = self._kernel_hostname()
        if "." in name:
            return name
        domain = self.value_by_main_cf("mydomain") if self.is_set("mydomain") else "localdomain"
        return f"{name}.{domain}"

    def _default_mydomain(self) -> str:
        name = self.value_by_main_cf("myhostname") if self.is_set("myhostname") else self._kernel_hostname()
        _host, dot, domain = name.partition(".")
        return domain if dot else "localdomain"

    def _kernel_hostname(self) -> str:
        if not self._hostname:
            raise UnknownDefaultError("the recording does not name its host: set its name with -o myhostname=NAME")
        return self._hostname

    def undefined_in(self, text: str) -> list[str]:
        """The names in a text that are not defined. Postfix takes them for empty."""
        return [name for name in dict.fromkeys(mentions(text)) if not self._is_defined(name)] if "$" in text else []

    @property
    def unused(self) -> tuple[str, ...]:
        """The names that are set, are not Postfix's own, and are mentioned in no value."""
        return tuple(name for name in self._written if name not in self._mentioned and not is_built_in(name))

    def unused_overrides(self, *texts: str) -> tuple[str, ...]:
        """Warnings about overrides that change nothing, such as misspelt ones. Names in ``texts`` count as used."""
        if not self._overrides:
            return ()  # early: the list of Postfix's names is slow to import
        mentioned = {name for text in texts for name in mentions(text)}
        unused = [name for name in self.unused if name in self._overrides and name not in mentioned]
        if not unused:
            return ()
        from ifdiscover._misuse import hint

        return tuple(
            f"-o: unused parameter: {name}={shortened(self._overrides[name])}{hint(name, PARAMETERS)}"
            for name in unused
        )

    @property
    def expanded_by_postconf(self) -> tuple[str, ...]:
        """The set parameters of Postfix's own that postconf(1) always expands, asked for or not; sorted."""
        names = self._written.keys() - NOT_EXPANDED
        return tuple(sorted(filter(is_built_in, names)))

    def _is_defined(self, name: str) -> bool:
        return name in self._written or is_built_in(name)

    def _undefined(self) -> list[Finding]:
        path = None if self.main_cf is None else self.main_cf.path
        found = []
        for name, parameter in self._mentioned.items():
            if not self._is_defined(name):
                setting = self.setting(parameter)
                place = Place() if setting is None else Place(setting.path, setting.number)
                sentence = f"{place.file or path or '-o'}: undefined parameter: {name}"
                found.append(Finding("undefined-name", sentence, place, f"${name}", level=WARNING))
        return found


def _mentioned_in(written: Mapping[str, str]) -> dict[str, str]:
    """Each name that values mention, with the first parameter whose value does."""
    found: dict[str, str] = {}
    for parameter, value in written.items():
        if "$" in value and parameter not in NOT_EXPANDED:
            for name in mentions(value):
                found.setdefault(name, parameter)
    return found


def _fatal_error(error: MacroError, where: str, dictionary: str) -> MacroError:
    sentence = f"{dictionary}macro processing error: {error.postfix_says}"
    return type(error)(sentence, f"{where}{error.remedy}", error.postfix_says)


def is_built_in(name: str) -> bool:
    """Whether a parameter is Postfix's own. The list of these is slow to import, and imported when it is needed."""
    if name in PARAMETERS:
        return True
    from ifdiscover._postfix.parameters.names import NAMES

    return name in NAMES
