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

from ifdiscover._errors import (
    BackendError as BackendError,
    DiscoveryError as DiscoveryError,
    IfdiscoverError as IfdiscoverError,
    UnavailableError as UnavailableError,
    UsageError as UsageError,
    refusal as refusal,
)
from ifdiscover._errors.asked import (
    AddressTextError as AddressTextError,
    BlindError as BlindError,
    NetmaskError as NetmaskError,
    NotOneAddressError as NotOneAddressError,
    RecordingError as RecordingError,
    RecordingInputError as RecordingInputError,
    UnknownInterfaceError as UnknownInterfaceError,
    UnknownNamespaceError as UnknownNamespaceError,
)
from ifdiscover._errors.postfix import (
    AddressClassError as AddressClassError,
    CompatibilityLevelError as CompatibilityLevelError,
    ConfigFileError as ConfigFileError,
    ConfigurationError as ConfigurationError,
    FatalTableError as FatalTableError,
    InterfacesError as InterfacesError,
    MacroError as MacroError,
    MacroLimitError as MacroLimitError,
    MainCfError as MainCfError,
    MasterCfError as MasterCfError,
    MatchListError as MatchListError,
    NoActiveInterfaceError as NoActiveInterfaceError,
    NotOnThisMachineError as NotOnThisMachineError,
    PostfixError as PostfixError,
    ProtocolsError as ProtocolsError,
    StyleError as StyleError,
    UnknownDefaultError as UnknownDefaultError,
)
from ifdiscover._errors.reading import (
    NoBackendError as NoBackendError,
    NotPermittedError as NotPermittedError,
    TornReadError as TornReadError,
    UnansweredError as UnansweredError,
    UnknownBackendError as UnknownBackendError,
)
