"""What can go wrong, and with which status (those of sysexits.h) the command line then exits.

::

    IfdiscoverError                 70  never raised itself
        BackendError
            UnknownBackendError     64  no backend has that name
            UnavailableError        69  it exists, but cannot work on this host
            NoBackendError          69  none of those tried can work; the message lists each reason
            DiscoveryError          71  it works here, and the host refused or answered nonsense
                NotPermittedError   77  the host refused for want of permission
                TornReadError       75  addresses changed during every attempt to read them
        PostfixError                    what Postfix calls fatal, in its words
            ConfigurationError      78  a parameter's value is one that Postfix refuses
                ProtocolsError          inet_protocols
                InterfacesError         inet_interfaces, or proxy_interfaces
                StyleError              mynetworks_style
                AddressClassError       style class, and an address of class E
                MatchListError          a match list that Postfix does not start with
                FatalTableError         a lookup table that keeps Postfix from starting
                MainCfError             a line of main.cf that is none
                MacroError              a "$" in a value, and what follows it
                    MacroLimitError     it makes more of a value than ifdiscover follows
                    CompatibilityLevelError  a level that cannot be compared
            NoActiveInterfaceError  69  no interface that is up has an address of a protocol in use
        UnknownNamespaceError       66  there is no such network namespace
        UsageError                  64  options that contradict each other
        UnknownInterfaceError       66  no interface has that name
        RecordingError              65  a recorded host that cannot be used: what it says, where, and the rule it breaks
            RecordingInputError     66  a file that cannot be read at all
        ConfigFileError             66  a file of Postfix's that cannot be read here; 77 for want of permission
        UnknownDefaultError         65  a parameter's value is needed that only Postfix knows
        AddressTextError            65  a text that is no address and no address literal; also a ValueError
        NetmaskError                65  a netmask that has no prefix length; also a ValueError
"""

from __future__ import annotations

from errno import EACCES, EPERM
from os import strerror

from ifdiscover._record import Renamed

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from collections.abc import Iterable


class IfdiscoverError(Renamed, Exception):
    """Any failure that ifdiscover reports.

    Attributes:
        status: the exit status of the command line, from sysexits.h.
    """

    status: int = 70

    @property
    def lines(self) -> tuple[str, ...]:
        """The message in the lines that it is to be printed in; what stands in a line may be hostile."""
        return (str(self),)


class BackendError(IfdiscoverError):
    """A backend did not give a host."""


class UnknownBackendError(BackendError):
    """No backend has that name."""

    status = 64


class UnavailableError(BackendError):
    """The backend exists, but cannot work on this host.

    Attributes:
        reason: why not, with the remedy; the message has the backend's name before it.
    """

    status = 69
    reason: str

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(f"backend {name} is not available: {reason}")
        self.reason = reason


class NoBackendError(BackendError):
    """None of the backends tried can work on this host.

    Attributes:
        refusals: what each of them said.
    """

    status = 69
    refusals: tuple[str, ...]

    def __init__(self, refusals: Iterable[str]) -> None:
        self.refusals = tuple(refusals)
        super().__init__("\n".join(self.lines))

    @property
    def lines(self) -> tuple[str, ...]:
        """A line of its own for each refusal."""
        return ("no backend can read this host:", *(f"  {refusal}" for refusal in self.refusals))


class DiscoveryError(BackendError):
    """The backend works on this host, and the host refused or answered nonsense."""

    status = 71


class NotPermittedError(DiscoveryError):
    """The host refused for want of permission."""

    status = 77


def refusal(what: str, number: int | None, detail: str = "") -> DiscoveryError:
    """The exception to raise for a system call that failed: want of permission is told from the rest.

    Args:
        what: the call, or who made it; the message begins with it, and goes on with the system's reason.
        number: its errno.
        detail: what the message ends with.

    >>> refusal("SIOCGIFCONF", EPERM)
    NotPermittedError('SIOCGIFCONF: Operation not permitted')
    """
    kind = NotPermittedError if number in (EPERM, EACCES) else DiscoveryError
    return kind(f"{what}: {strerror(number or 0)}" + (f": {detail}" if detail else ""))


class TornReadError(DiscoveryError):
    """Addresses changed during every attempt to read them, so that none gave a whole answer."""

    status = 75


class PostfixError(IfdiscoverError):
    """Something that Postfix calls fatal.

    Attributes:
        postfix_says: Postfix's own words, without ``fatal:``; the message contains them.
        remedy: what to do about it; empty: its own words say it.
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
    """Style class, and an address that is of none of the classes A to D."""


class MatchListError(ConfigurationError):
    """A match list that Postfix does not start with."""


class FatalTableError(ConfigurationError):
    """A lookup table at which Postfix stops: its type or name is missing, or it is a directory."""


class MainCfError(ConfigurationError):
    """A line of main.cf, or of what stands for one, that sets no parameter."""


class MacroError(ConfigurationError):
    """A ``$`` in a value that does not go on as Postfix wants it, or that goes too deep.

    Attributes:
        warning: what Postfix says of it before it gives up.
    """

    warning: str

    def __init__(self, postfix_says: str, remedy: str, warning: str = "") -> None:
        super().__init__(postfix_says, remedy)
        self.warning = warning or postfix_says


class MacroLimitError(MacroError):
    """A ``$`` in a value makes more of it than ifdiscover follows; Postfix may well."""


class CompatibilityLevelError(MacroError):
    """A value of compatibility_level, or what is compared with one, that is no level."""


class NoActiveInterfaceError(PostfixError):
    """No interface that is up has an address of a protocol in use."""

    status = 69


class UnknownNamespaceError(IfdiscoverError):
    """There is no such network namespace."""

    status = 66


class UsageError(IfdiscoverError):
    """Options that contradict each other."""

    status = 64


class UnknownInterfaceError(IfdiscoverError):
    """The host has no interface of that name."""

    status = 66


class RecordingError(IfdiscoverError):
    """A recorded host that cannot be used; the message has the file, the place in it and the rule."""

    status = 65


class RecordingInputError(RecordingError):
    """A recorded host's file cannot be read at all."""

    status = 66


class ConfigFileError(IfdiscoverError):
    """A file that Postfix reads cannot be read here.

    Attributes:
        action: ``open`` or ``read``: what failed, as Postfix says it.
        path: the file.
        reason: why: the system's words where ``number`` is not None.
        number: the errno; None where it is ifdiscover that refuses the file.
    """

    status: int = 66
    action: str
    path: str
    reason: str
    number: int | None

    def __init__(self, action: str, path: str, reason: str, number: int | None = None) -> None:
        super().__init__(f"{action} {path}: {reason}")
        self.action = action
        self.path = path
        self.reason = reason
        self.number = number
        if number in (EACCES, EPERM):
            self.status = 77


class UnknownDefaultError(IfdiscoverError):
    """A parameter's value is needed that only Postfix knows: a default, or what a table says."""

    status = 65


class NetmaskError(IfdiscoverError, ValueError):
    """A netmask that has no prefix length."""

    status = 65


class AddressTextError(IfdiscoverError, ValueError):
    """A text that is no address and no address literal."""

    status = 65
