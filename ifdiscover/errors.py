"""All exceptions, and the exit status of the command line for each (from sysexits.h).

::

    IfdiscoverError                 70  never raised itself
        BackendError
            UnknownBackendError     64  no backend has that name
            UnavailableError        69  it exists, but cannot work on this host
            NoBackendError          69  none of those tried can work; the message lists each reason
            DiscoveryError          71  it works here, but the host refused, or its answer makes no sense
                NotPermittedError   77  this process has no permission
                TornReadError       75  addresses changed during every attempt to read them
                UnansweredError     71  the kernel took the request, and never answered
        PostfixError                    an error that Postfix calls fatal, in its words
            ConfigurationError      78  a parameter's value is one that Postfix refuses
                ProtocolsError          inet_protocols
                InterfacesError         inet_interfaces, or proxy_interfaces
                StyleError              mynetworks_style
                AddressClassError       style class, but an address is of class E
                MatchListError          a match list that Postfix does not start with
                FatalTableError         a lookup table that keeps Postfix from starting
                MainCfError             a line of main.cf that sets no parameter
                MasterCfError           a line of master.cf that defines no service
                MacroError              a "$" in a value that Postfix cannot expand
                    MacroLimitError     the expansion is larger than ifdiscover follows
                    CompatibilityLevelError  a level that cannot be compared
            NoActiveInterfaceError  69  no interface that is up has an address of a protocol in use
        UnknownNamespaceError       66  there is no such network namespace
        UsageError                  64  options that contradict each other
        UnknownInterfaceError       66  no interface has that name
        NotOneAddressError          69  no address fits, or several do, where one was asked for
        RecordingError              65  a recorded host that cannot be used; the message has the value, place and rule
            RecordingInputError     66  a file that cannot be read at all
        ConfigFileError             66  a file of Postfix that cannot be read here; 77 if permission is missing
        BlindError                  65  the record of a host does not tell what is asked of it
        UnknownDefaultError         65  only Postfix knows a value that is needed
        NotOnThisMachineError       65  a name or file of a recorded host, which only that host can look up
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
    from typing import Any


class IfdiscoverError(Renamed, Exception):
    """Any failure that ifdiscover reports.

    Attributes:
        status: the exit status of the command line, from sysexits.h.
    """

    status: int = 70

    def __reduce__(self) -> tuple[object, ...]:
        """Copies and pickles are made without another call of ``__init__``, whose arguments differ."""
        return _again, (type(self), self.args), vars(self)

    @property
    def lines(self) -> tuple[str, ...]:
        """The message, split into lines; escape each line before you print it (``ifdiscover.printable()``)."""
        return (str(self),)


def _again(kind: type[IfdiscoverError], arguments: tuple[object, ...]) -> IfdiscoverError:
    return kind.__new__(kind, *arguments)


class BackendError(IfdiscoverError):
    """A backend did not give a host."""


class UnknownBackendError(BackendError):
    """No backend has that name."""

    status = 64


class UnavailableError(BackendError):
    """The backend exists, but cannot work on this host.

    Attributes:
        reason: why not, with the remedy; in the message the backend's name stands before it.
    """

    status = 69
    reason: str

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(f"backend {name} is not available: {reason}")
        self.reason = reason


class NoBackendError(BackendError):
    """None of the backends tried can work on this host.

    Attributes:
        refusals: the message of each.
    """

    status = 69
    refusals: tuple[str, ...]

    def __init__(self, refusals: Iterable[str]) -> None:
        self.refusals = tuple(refusals)
        super().__init__("\n".join(self.lines))

    @property
    def lines(self) -> tuple[str, ...]:
        """One line for each refusal."""
        return ("no backend can read this host:", *(f"  {refusal}" for refusal in self.refusals))


class DiscoveryError(BackendError):
    """The backend works on this host, but the host refused, or its answer makes no sense."""

    status = 71


class NotPermittedError(DiscoveryError):
    """The host refused, since this process has no permission."""

    status = 77


def refusal(what: str, number: int | None, detail: str = "") -> DiscoveryError:
    """The exception to raise if a system call failed: NotPermittedError for EPERM and EACCES, else DiscoveryError.

    Args:
        what: the call, or its caller; the message begins with it, and the system's reason follows.
        number: the call's errno.
        detail: the end of the message.

    >>> refusal("SIOCGIFCONF", EPERM)
    NotPermittedError('SIOCGIFCONF: Operation not permitted')
    """
    kind = NotPermittedError if number in (EPERM, EACCES) else DiscoveryError
    return kind(f"{what}: {strerror(number or 0)}" + (f": {detail}" if detail else ""))


class TornReadError(DiscoveryError):
    """Addresses changed during every attempt to read them, so no attempt gave a whole answer."""

    status = 75


class UnansweredError(DiscoveryError):
    """The kernel took a request, and never answered: a sandbox may swallow what is sent."""


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


class UnknownNamespaceError(IfdiscoverError):
    """There is no such network namespace."""

    status = 66


class UsageError(IfdiscoverError):
    """Options that contradict each other."""

    status = 64


class UnknownInterfaceError(IfdiscoverError):
    """The host has no interface of that name."""

    status = 66


class NotOneAddressError(IfdiscoverError):
    """One address was asked for, and none fits, or several do.

    Attributes:
        addresses: every ``Address`` that fits.
    """

    status = 69
    addresses: tuple[Any, ...]

    def __init__(self, head: str, addresses: tuple[Any, ...]) -> None:
        self.addresses = addresses
        self._head = head
        super().__init__("\n".join(self.lines))

    @property
    def lines(self) -> tuple[str, ...]:
        """What is wrong, and one line for each address."""
        return (self._head, *(f"  {address} on {address.interface.name}" for address in self.addresses))


class RecordingError(IfdiscoverError):
    """A recorded host that cannot be used; the message has the file, the place in it and the rule."""

    status = 65


class RecordingInputError(RecordingError):
    """A recorded host's file cannot be read at all."""

    status = 66


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


class BlindError(IfdiscoverError):
    """The record of a host does not tell what is asked of it: its backend cannot see that, or nobody looked."""

    status = 65


class NotOnThisMachineError(IfdiscoverError):
    """A name or file of a recorded host is needed. Only that host can look it up."""

    status = 65


class NetmaskError(IfdiscoverError, ValueError):
    """A netmask that has no prefix length."""

    status = 65


class AddressTextError(IfdiscoverError, ValueError):
    """A text that is no address and no address literal."""

    status = 65
