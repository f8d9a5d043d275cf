"""A host's addresses and netmasks, and the networks that its Postfix would therefore trust.

>>> from ifdiscover import discover, mynetworks
>>> host = discover()
>>> print(mynetworks(host, style="subnet"))  # doctest: +SKIP
127.0.0.0/8 192.0.2.16/28 [::1]/128 [2001:db8::]/64

``__all__`` lists what is public. The exceptions of ``ifdiscover.errors`` can be imported from here too.
"""

from __future__ import annotations

TYPE_CHECKING = bool()  # jedi would skip the block under a plain False
if TYPE_CHECKING:
    from ifdiscover import errors
    from ifdiscover._backends.recorded.replay import replay
    from ifdiscover._names import printable
    from ifdiscover._postfix.active_addresses import Addresses, active_addresses
    from ifdiscover._postfix.check.parameters import check
    from ifdiscover._postfix.lists.match_list import Decision, MatchList, match_list_of
    from ifdiscover._postfix.lists.reader import Element
    from ifdiscover._postfix.local_destinations import Judgement, LocalDestinations, is_local_destination
    from ifdiscover._postfix.mynetworks import Network, Networks, mynetworks
    from ifdiscover._postfix.own_addresses import own_addresses
    from ifdiscover._postfix.syntax.findings import Finding, Place
    from ifdiscover._postfix.trusted import TrustedClients, trusted_clients
    from ifdiscover._render.snapshot import snapshot
    from ifdiscover._version import __version__ as __version__
    from ifdiscover.discovery import discover
    from ifdiscover.errors import (
        AddressClassError as AddressClassError,
    )
    from ifdiscover.errors import (
        AddressTextError as AddressTextError,
    )
    from ifdiscover.errors import (
        BackendError as BackendError,
    )
    from ifdiscover.errors import (
        CompatibilityLevelError as CompatibilityLevelError,
    )
    from ifdiscover.errors import (
        ConfigFileError as ConfigFileError,
    )
    from ifdiscover.errors import (
        ConfigurationError as ConfigurationError,
    )
    from ifdiscover.errors import (
        DiscoveryError as DiscoveryError,
    )
    from ifdiscover.errors import (
        FatalTableError as FatalTableError,
    )
    from ifdiscover.errors import (
        IfdiscoverError as IfdiscoverError,
    )
    from ifdiscover.errors import (
        InterfacesError as InterfacesError,
    )
    from ifdiscover.errors import (
        MacroError as MacroError,
    )
    from ifdiscover.errors import (
        MacroLimitError as MacroLimitError,
    )
    from ifdiscover.errors import (
        MainCfError as MainCfError,
    )
    from ifdiscover.errors import (
        MatchListError as MatchListError,
    )
    from ifdiscover.errors import (
        NetmaskError as NetmaskError,
    )
    from ifdiscover.errors import (
        NoActiveInterfaceError as NoActiveInterfaceError,
    )
    from ifdiscover.errors import (
        NoBackendError as NoBackendError,
    )
    from ifdiscover.errors import (
        NotPermittedError as NotPermittedError,
    )
    from ifdiscover.errors import (
        PostfixError as PostfixError,
    )
    from ifdiscover.errors import (
        ProtocolsError as ProtocolsError,
    )
    from ifdiscover.errors import (
        RecordingError as RecordingError,
    )
    from ifdiscover.errors import (
        RecordingInputError as RecordingInputError,
    )
    from ifdiscover.errors import (
        StyleError as StyleError,
    )
    from ifdiscover.errors import (
        TornReadError as TornReadError,
    )
    from ifdiscover.errors import (
        UnavailableError as UnavailableError,
    )
    from ifdiscover.errors import (
        UnknownBackendError as UnknownBackendError,
    )
    from ifdiscover.errors import (
        UnknownDefaultError as UnknownDefaultError,
    )
    from ifdiscover.errors import (
        UnknownInterfaceError as UnknownInterfaceError,
    )
    from ifdiscover.errors import (
        UnknownNamespaceError as UnknownNamespaceError,
    )
    from ifdiscover.errors import (
        UsageError as UsageError,
    )
    from ifdiscover.model import Address, Host, Interface, NextHop, Recorded, Route

__all__ = [
    "Address",
    "Addresses",
    "Decision",
    "Element",
    "Finding",
    "Host",
    "Interface",
    "Judgement",
    "LocalDestinations",
    "MatchList",
    "Network",
    "Networks",
    "NextHop",
    "Place",
    "Recorded",
    "Route",
    "TrustedClients",
    "active_addresses",
    "check",
    "discover",
    "errors",
    "is_local_destination",
    "match_list_of",
    "mynetworks",
    "own_addresses",
    "printable",
    "replay",
    "snapshot",
    "trusted_clients",
]

_MODULE_OF = {
    "__version__": "_version",
    "Address": "model",
    "Addresses": "_postfix.active_addresses",
    "Decision": "_postfix.lists.match_list",
    "Element": "_postfix.lists.reader",
    "Finding": "_postfix.syntax.findings",
    "Host": "model",
    "Interface": "model",
    "Judgement": "_postfix.local_destinations",
    "LocalDestinations": "_postfix.local_destinations",
    "MatchList": "_postfix.lists.match_list",
    "Network": "_postfix.mynetworks",
    "Networks": "_postfix.mynetworks",
    "NextHop": "model",
    "Place": "_postfix.syntax.findings",
    "Recorded": "model",
    "Route": "model",
    "TrustedClients": "_postfix.trusted",
    "active_addresses": "_postfix.active_addresses",
    "check": "_postfix.check.parameters",
    "discover": "discovery",
    "is_local_destination": "_postfix.local_destinations",
    "match_list_of": "_postfix.lists.match_list",
    "mynetworks": "_postfix.mynetworks",
    "own_addresses": "_postfix.own_addresses",
    "printable": "_names",
    "replay": "_backends.recorded.replay",
    "snapshot": "_render.snapshot",
    "trusted_clients": "_postfix.trusted",
}


def _error_names() -> list[str]:
    from ifdiscover import errors

    return [name for name in vars(errors) if name.endswith("Error")]


def __dir__() -> list[str]:
    return sorted({*__all__, *_error_names(), "__all__", "__doc__", "__version__"})


if not TYPE_CHECKING:  # with __getattr__ a type checker would accept any misspelt name

    def __getattr__(name: str) -> object:
        """Import a public name at its first use, so that ``discover`` does not load Postfix's rules."""
        if name == "errors" or name.endswith("Error"):
            errors = __import__("ifdiscover.errors", fromlist=[name])
            value = errors if name == "errors" else getattr(errors, name, None)
        else:
            module = _MODULE_OF.get(name)
            value = getattr(__import__(f"ifdiscover.{module}", fromlist=[name]), name) if module else None
        if value is None:
            from ifdiscover._misuse import missing

            raise missing("ifdiscover", name)
        globals()[name] = value
        return value
