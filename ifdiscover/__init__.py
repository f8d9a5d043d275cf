"""A host's addresses and netmasks, and the networks that its Postfix would therefore trust.

>>> from ifdiscover import discover, mynetworks
>>> host = discover()
>>> print(mynetworks(host, style="subnet"))  # doctest: +SKIP
127.0.0.0/8 192.0.2.16/28 [::1]/128 [2001:db8::]/64

What these return and raise can be imported from here too: docs/library.md lists it. No function reads main.cf unless it
is given its folder.
"""

from __future__ import annotations

TYPE_CHECKING = bool()  # jedi would skip the block under a plain False
if TYPE_CHECKING:
    from ifdiscover import errors
    from ifdiscover._backends.recorded.replay import replay
    from ifdiscover._backends.routing import source
    from ifdiscover._facts.facts import facts
    from ifdiscover._merging.merged import (
        MergedNetwork as MergedNetwork,
        MergedNetworks as MergedNetworks,
        Skipped as Skipped,
        merged_networks,
    )
    from ifdiscover._merging.shared_addresses import Owner as Owner, SharedAddress as SharedAddress
    from ifdiscover._names import printable
    from ifdiscover._postfix.active_addresses import Addresses as Addresses, active_addresses
    from ifdiscover._postfix.changes.answer import Answer as Answer, Missing as Missing
    from ifdiscover._postfix.changes.edits import Edit as Edit
    from ifdiscover._postfix.changes.needs import Need as Need, postfix_needs
    from ifdiscover._postfix.check.parameters import check
    from ifdiscover._postfix.explained.explained import (
        Beyond as Beyond,
        ExplainedElement as ExplainedElement,
        ExplainedList as ExplainedList,
        Explanation as Explanation,
        Total as Total,
        explain_mynetworks,
    )
    from ifdiscover._postfix.explained.left_out import LeftOut as LeftOut
    from ifdiscover._postfix.lists.match_list import Decision as Decision, MatchList, match_list_of
    from ifdiscover._postfix.lists.reader import Element as Element
    from ifdiscover._postfix.local_destinations import Judgement as Judgement, LocalDestinations, is_local_destination
    from ifdiscover._postfix.mynetworks import Network as Network, Networks as Networks, mynetworks
    from ifdiscover._postfix.own_addresses import own_addresses
    from ifdiscover._postfix.services.relay import service_verdicts
    from ifdiscover._postfix.services.restrictions import Relay as Relay
    from ifdiscover._postfix.services.verdict import ServiceVerdict as ServiceVerdict
    from ifdiscover._postfix.syntax.findings import Finding as Finding, Place as Place
    from ifdiscover._postfix.trusted import TrustedClients as TrustedClients, trusted_clients
    from ifdiscover._render.snapshot import snapshot
    from ifdiscover._version import __version__ as __version__
    from ifdiscover._watching.change import Change as Change
    from ifdiscover._watching.changes import Changes as Changes, changes
    from ifdiscover.discovery import discover
    from ifdiscover.errors import (
        AddressClassError as AddressClassError,
        AddressTextError as AddressTextError,
        BackendError as BackendError,
        BlindError as BlindError,
        CompatibilityLevelError as CompatibilityLevelError,
        ConfigFileError as ConfigFileError,
        ConfigurationError as ConfigurationError,
        DiscoveryError as DiscoveryError,
        FatalTableError as FatalTableError,
        IfdiscoverError as IfdiscoverError,
        InterfacesError as InterfacesError,
        MacroError as MacroError,
        MacroLimitError as MacroLimitError,
        MainCfError as MainCfError,
        MasterCfError as MasterCfError,
        MatchListError as MatchListError,
        NetmaskError as NetmaskError,
        NoActiveInterfaceError as NoActiveInterfaceError,
        NoBackendError as NoBackendError,
        NotOneAddressError as NotOneAddressError,
        NotOnThisMachineError as NotOnThisMachineError,
        NotPermittedError as NotPermittedError,
        PostfixError as PostfixError,
        ProtocolsError as ProtocolsError,
        RecordingError as RecordingError,
        RecordingInputError as RecordingInputError,
        StyleError as StyleError,
        TornReadError as TornReadError,
        UnansweredError as UnansweredError,
        UnavailableError as UnavailableError,
        UnknownBackendError as UnknownBackendError,
        UnknownDefaultError as UnknownDefaultError,
        UnknownInterfaceError as UnknownInterfaceError,
        UnknownNamespaceError as UnknownNamespaceError,
        UsageError as UsageError,
    )
    from ifdiscover.model import (
        Address as Address,
        Host as Host,
        Interface as Interface,
        NextHop as NextHop,
        Recorded as Recorded,
        Route as Route,
        StableAddress as StableAddress,
    )

__all__ = [
    "LocalDestinations",
    "MatchList",
    "active_addresses",
    "changes",
    "check",
    "discover",
    "errors",
    "explain_mynetworks",
    "facts",
    "is_local_destination",
    "match_list_of",
    "merged_networks",
    "mynetworks",
    "own_addresses",
    "postfix_needs",
    "printable",
    "replay",
    "service_verdicts",
    "snapshot",
    "source",
    "trusted_clients",
]
"""What is called. What it returns and raises is public too, but would make help() of the package hundreds of lines."""

_MODULE_OF = {
    "__version__": "_version",
    "Address": "model",
    "Addresses": "_postfix.active_addresses",
    "Beyond": "_postfix.explained.explained",
    "Answer": "_postfix.changes.answer",
    "Change": "_watching.change",
    "Changes": "_watching.changes",
    "Decision": "_postfix.lists.match_list",
    "Edit": "_postfix.changes.edits",
    "Element": "_postfix.lists.reader",
    "ExplainedElement": "_postfix.explained.explained",
    "ExplainedList": "_postfix.explained.explained",
    "Explanation": "_postfix.explained.explained",
    "Finding": "_postfix.syntax.findings",
    "Host": "model",
    "Interface": "model",
    "Judgement": "_postfix.local_destinations",
    "LeftOut": "_postfix.explained.left_out",
    "LocalDestinations": "_postfix.local_destinations",
    "MatchList": "_postfix.lists.match_list",
    "MergedNetwork": "_merging.merged",
    "MergedNetworks": "_merging.merged",
    "Need": "_postfix.changes.needs",
    "Network": "_postfix.mynetworks",
    "Networks": "_postfix.mynetworks",
    "Missing": "_postfix.changes.answer",
    "NextHop": "model",
    "Owner": "_merging.shared_addresses",
    "Place": "_postfix.syntax.findings",
    "Recorded": "model",
    "Relay": "_postfix.services.restrictions",
    "Route": "model",
    "SharedAddress": "_merging.shared_addresses",
    "Skipped": "_merging.merged",
    "StableAddress": "model",
    "Total": "_postfix.explained.explained",
    "ServiceVerdict": "_postfix.services.verdict",
    "TrustedClients": "_postfix.trusted",
    "active_addresses": "_postfix.active_addresses",
    "changes": "_watching.changes",
    "check": "_postfix.check.parameters",
    "discover": "discovery",
    "explain_mynetworks": "_postfix.explained.explained",
    "facts": "_facts.facts",
    "is_local_destination": "_postfix.local_destinations",
    "match_list_of": "_postfix.lists.match_list",
    "merged_networks": "_merging.merged",
    "mynetworks": "_postfix.mynetworks",
    "own_addresses": "_postfix.own_addresses",
    "postfix_needs": "_postfix.changes.needs",
    "printable": "_names",
    "replay": "_backends.recorded.replay",
    "service_verdicts": "_postfix.services.relay",
    "snapshot": "_render.snapshot",
    "source": "_backends.routing",
    "trusted_clients": "_postfix.trusted",
}


def _error_names() -> list[str]:
    from ifdiscover import errors

    return [name for name in vars(errors) if name.endswith("Error")]


def __dir__() -> list[str]:
    return sorted({*__all__, *_MODULE_OF, *_error_names(), "__all__", "__doc__", "__version__"})


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
