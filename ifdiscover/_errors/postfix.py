"""What Postfix calls fatal, and what of its files, defaults and names cannot be known here."""

from __future__ import annotations

from errno import EACCES, EPERM

from ifdiscover._errors import IfdiscoverError


class PostfixError(IfdiscoverError):
    """An error that Postfix calls fatal.

    Attributes:
        postfix_says: Postfix's own words, without ``fatal:``; the message contains them.
        remedy: what to do about it; empty if Postfix's words say it.
    """

    postfix_says: str
    remedy: str

    def __init__(self, postfix_says: str, remedy: str = "") -> None:
        super().__init__(f"{postfix_says}; {remedy}" if remedy else postfix_says)
        self.postfix_says = postfix_says
        self.remedy = remedy


class ConfigurationError(PostfixError):
    """A parameter's value is one that Postfix refuses."""

    status = 78


class ProtocolsError(ConfigurationError):
    """A value of inet_protocols that Postfix refuses."""


class InterfacesError(ConfigurationError):
    """A value of inet_interfaces or proxy_interfaces that Postfix refuses."""


class StyleError(ConfigurationError):
    """A value of mynetworks_style that Postfix refuses."""


class AddressClassError(ConfigurationError):
    """The style is class, but an address is in none of the classes A to D."""


class MatchListError(ConfigurationError):
    """A match list that Postfix does not start with."""


class FatalTableError(ConfigurationError):
    """A lookup table that stops Postfix: its type or name is missing, or it is a directory."""


class MainCfError(ConfigurationError):
    """A line of main.cf, or of a text in its place, that sets no parameter."""


class MasterCfError(ConfigurationError):
    """A line of master.cf that defines no service. Postfix does not start with it."""


class MacroError(ConfigurationError):
    """A ``$`` in a value has a wrong syntax, or its expansion is nested too deep.

    Attributes:
        warning: Postfix's warning before its fatal error.
    """

    warning: str

    def __init__(self, postfix_says: str, remedy: str, warning: str = "") -> None:
        super().__init__(postfix_says, remedy)
        self.warning = warning or postfix_says


class MacroLimitError(MacroError):
    """The expansion of a ``$`` is larger than ifdiscover follows; Postfix may accept it."""


class CompatibilityLevelError(MacroError):
    """A value of compatibility_level, or a value that is compared with one, is no level."""


class NoActiveInterfaceError(PostfixError):
    """No interface that is up has an address of a protocol in use."""

    status = 69


class ConfigFileError(IfdiscoverError):
    """A file that Postfix reads cannot be read here.

    Attributes:
        action: what failed: ``open`` or ``read``, in Postfix's word.
        path: the file.
        reason: why it failed; the system's words, if ``number`` is not None.
        number: the errno; None if ifdiscover itself refuses the file.
        remedy: what to do about it; empty if nothing is known.
    """

    status: int = 66
    action: str
    path: str
    reason: str
    number: int | None
    remedy: str

    def __init__(self, action: str, path: str, reason: str, number: int | None = None, remedy: str = "") -> None:
        super().__init__(f"{action} {path}: {reason}" + (f"; {remedy}" if remedy else ""))
        self.action = action
        self.path = path
        self.reason = reason
        self.number = number
        self.remedy = remedy
        if number in (EACCES, EPERM):
            self.status = 77


class UnknownDefaultError(IfdiscoverError):
    """Only Postfix knows a value that is needed: a parameter's default, or a table's answer."""

    status = 65


class NotOnThisMachineError(IfdiscoverError):
    """A name or file of a recorded host is needed. Only that host can look it up."""

    status = 65
