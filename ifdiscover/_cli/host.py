"""From a command's options to its host, and to Postfix's parameters on this host.

Each command has a class ``Options``, derived from a class of this module. It has one attribute for each option that
``add_options()`` declares; the attribute's value is the option's default.
"""

from __future__ import annotations

import os

from ifdiscover._cli import output
from ifdiscover._errors import DiscoveryError, UsageError
from ifdiscover._host import SCOPES
from ifdiscover._names import to_text
from ifdiscover._postfix import DIRECTORY
from ifdiscover._postfix.in_force import ENVIRONMENT, INSTALLED, NAMED, configuration_of, in_force, which_directory
from ifdiscover.discovery import discover

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from ifdiscover._postfix.in_force import Parameters
    from ifdiscover._postfix.inet_protocols import Protocols
    from ifdiscover._postfix.parameters.configuration import Configuration
    from ifdiscover.model import Filters, Host

BY_ENVIRONMENT = "IFDISCOVER_BACKEND"  # of the environment: the only way to ask, as with --backend

CHOSEN_BY = {NAMED: "-c", ENVIRONMENT: "MAIL_CONFIG", INSTALLED: "the default folder"}


class CommandOptions:
    """The options of one command, as attributes."""

    def __init__(self, **values: Any) -> None:
        vars(self).update(values)


class HostOptions(CommandOptions):
    """The options of every command that looks at a host."""

    backend: str | None = None  # ask this way and no other
    recording: str | None = None  # the file of a recorded host; - is standard input
    netns: str | None = None  # another network namespace: its name, path or one of its processes
    verbose: bool = False  # say what was asked and skipped

    _wants_routes: bool = False  # of a command's class: whether its answer needs them
    _host: Host | None = None

    @property
    def is_named(self) -> bool:
        """Whether an option says which host to read, or how."""
        return (self.backend, self.recording, self.netns) != (None, None, None)

    @property
    def host(self) -> Host:
        """The host that the options name, or this one; it is read once, at the first use."""
        if self._host is None:
            self._host = self._read()
        return self._host

    @property
    def named_host(self) -> Host | None:
        """The host if the options name one: it is then read, and its errors are shown, even if nothing needs it."""
        return self.host if self.is_named else None

    def with_routes(self, host: Host) -> Host:
        """A host that was read without its routes, with them; for a command whose answer seldom needs them.

        Raises:
            DiscoveryError, NotPermittedError: the kernel refused.
        """
        from ifdiscover._backends.routing import with_routes

        return with_routes(host, self.netns)

    def explain(self, message: str) -> None:
        """Print a message for people on standard error: only on a terminal, or with ``--verbose``."""
        if self.verbose or output.on_terminal():
            output.say(message)

    def explain_ipv6_absence(self, protocols: Protocols) -> None:
        """With ``--verbose``: if the host has no IPv6, say why and what to set."""
        if not self.verbose:
            return
        from ifdiscover._postfix.ipv6_absence import disabled_reader, ipv6_absence

        absence = ipv6_absence(self.host, protocols, disabled_reader(self.host, self.netns))
        if absence is not None:
            output.say(f"IPv6: {absence.remark}: {absence.suggestion}")

    def _read(self) -> Host:
        if self.recording is not None:
            host = self._replay(self.recording)
        elif self.netns is not None:
            host = discover(self.backend, netns=self.netns, **self._wanted)
        else:
            host = self._discover_here()
        if host.recorded is not None:
            who = host.recorded.host or "a host that the recording does not name"
            when = host.recorded.taken_at or "a time that it does not tell"
            self.explain(f"recorded on {who} at {when}")
        if self.verbose:
            for refusal in host.refusals:
                output.say(f"skipped: {refusal}")
            output.say(f"backend {host.backend}: {len(host.interfaces)} interfaces, {len(host.addresses)} addresses")
            if host.blind_to:
                output.say(f"backend {host.backend} is blind to: {', '.join(host.blind_to)}")
            from ifdiscover._postfix.active_addresses import listing_of

            output.say(str(listing_of(host)))
        return host

    def _discover_here(self) -> Host:
        if self.backend is not None:
            return self._discover_by(self.backend)
        by_environment = os.environ.get(BY_ENVIRONMENT)
        if not by_environment:
            return discover(None, **self._wanted)
        from ifdiscover._errors.reading import UnknownBackendError

        try:
            return discover(by_environment, **self._wanted)
        except UnknownBackendError as error:  # who typed no name looks for it in the command line in vain
            raise UnknownBackendError(f"{BY_ENVIRONMENT}: {error}") from None

    def _discover_by(self, backend: str) -> Host:
        try:
            return discover(backend, **self._wanted)
        except DiscoveryError as error:
            if "; " not in str(error):  # behind which a remedy stands
                error.args = (f"{error}; leave --backend {backend} out, and others are asked too",)
            raise

    @property
    def _wanted(self) -> dict[str, Any]:
        return {"routes": True} if self._wants_routes else {}

    def _replay(self, recording: str) -> Host:
        if self.backend not in (None, "replay"):
            raise UsageError(f"--from reads a recorded host and --backend {self.backend} this one; give one of them")
        if self.netns is not None:
            raise UsageError("--from reads a recorded host and --netns one that is here; give one of them")
        from ifdiscover._backends.recorded.replay import replay

        return replay(recording)


class FilterOptions(HostOptions):
    """The options of every command that shows some of a host's addresses."""

    interfaces: Sequence[str] = ()  # only these interfaces' addresses
    scope: str | None = None
    private: bool = False
    stable: bool = False
    up: bool = False

    @property
    def interface_names(self) -> set[str]:
        """The interfaces that are asked for; none: all of them.

        Raises:
            UnknownInterfaceError: one is not there; the message names those that are.
        """
        wanted = set(map(argument_text, self.interfaces))
        for name in sorted(wanted):
            self.host.interface(name)
        return wanted

    @property
    def filters(self) -> Filters:
        """What else is asked of addresses, for ``Host.find()``.

        Raises:
            UsageError: there is no such scope.
        """
        if self.scope is not None and self.scope not in SCOPES:
            raise UsageError(f'no scope is called "{self.scope}"; take global, site, link, host or a number to 255')
        filters: Filters = {"scope": self.scope}
        if self.private:
            filters["private"] = True
        if self.stable:
            filters["stable"] = True
        if self.up:
            filters["up"] = True
        return filters


class ParameterOptions(HostOptions):
    """The options of every command that wants Postfix's parameters, too."""

    config_directory: str | None = None  # the folder of main.cf; None: which_directory() finds it
    overrides: Sequence[str] = ()  # NAME=VALUE each; they win over main.cf
    quiet: bool = False  # do not say which main.cf was used

    _configuration: Configuration | None = None
    _is_configured: bool = False

    @property
    def settings(self) -> dict[str, str]:
        """The overrides, by name."""
        from ifdiscover._postfix.parameters.configuration import parse_overrides

        return parse_overrides(map(argument_text, self.overrides))

    @property
    def is_here(self) -> bool:
        """Whether the host is this machine; MAIL_CONFIG and /etc/postfix are for this machine only."""
        return self.recording is None and self.netns is None

    @property
    def main_cf(self) -> tuple[str | None, str]:
        """The folder of the main.cf in force and what chose it: the answer of ``which_directory()``."""
        return which_directory(self.config_directory, is_here=self.is_here)

    @property
    def recorded_host(self) -> Host | None:
        """The recorded host, to take the host's name from; None: take this kernel's."""
        return None if self.recording is None else self.host

    @property
    def configuration(self) -> Configuration | None:
        """What main.cf and the overrides set; None if there is neither.

        main.cf is read once, at the first use; a message then says which one was used.
        """
        if not self._is_configured:
            directory, chosen_by = self.main_cf
            settings = self.settings if self.overrides else None
            self._configuration = configuration_of(
                self.recorded_host, directory, settings, directory_is_set=chosen_by != INSTALLED
            )
            self._is_configured = True
            if directory is not None:
                self.say_main_cf(f"{directory}/main.cf", CHOSEN_BY[chosen_by])
            elif self.is_here:
                self.say_main_cf(None, f"{DIRECTORY} has none; Postfix's defaults")
            else:
                self.say_main_cf(None, "Postfix's defaults; -c DIR names one")
        return self._configuration

    def forget(self) -> None:
        """Let the host and main.cf be read again when they are next asked for."""
        self._host = self._configuration = None
        self._is_configured = False

    def say_main_cf(self, path: str | None, remark: str) -> None:
        """Say on standard error which main.cf was used, if any; with ``--quiet`` say nothing."""
        if not self.quiet:
            output.say(f"main.cf used: {'none' if path is None else path} ({remark})")

    def explain(self, message: str) -> None:
        """Print a message for people on standard error, as ``HostOptions`` does; with ``--quiet`` only if verbose."""
        if self.verbose or not self.quiet:
            super().explain(message)

    def in_force(self, **given: str | None) -> Parameters:
        """The parameters in force on the host.

        Args:
            given: the value of each parameter's own option, by the parameter's name; None if it was not given.
        """
        return in_force(self.configuration, self.host, **{name: text_of(argument) for name, argument in given.items()})


def argument_text(argument: str) -> str:
    """Decode an argument as names and files are decoded: UTF-8 with surrogates, in every locale."""
    try:
        return to_text(os.fsencode(argument))
    except UnicodeEncodeError:  # it is from a caller of main(): no command line has such a text
        return argument


def text_of(argument: str | None) -> str | None:
    """``argument_text()`` of an option that may not be given."""
    return None if argument is None else argument_text(argument)
