"""A host's addresses and netmasks, and the networks that its Postfix would therefore trust.

>>> from ifdiscover import discover, mynetworks
>>> host = discover()
>>> print(mynetworks(host, style="subnet"))  # doctest: +SKIP
127.0.0.0/8 192.0.2.16/28 [::1]/128 [2001:db8::]/64
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ifdiscover._version import __version__ as __version__
    from ifdiscover.backends.recorded.replay import replay
    from ifdiscover.discovery import discover
    from ifdiscover.model import Address, Host, Interface
    from ifdiscover.postfix.lists.match_list import MatchList, match_list_of
    from ifdiscover.postfix.local_destinations import Judgement, LocalDestinations, is_local
    from ifdiscover.postfix.mynetworks import Network, Networks, mynetworks
    from ifdiscover.postfix.own_addresses import OwnAddresses, own_addresses
    from ifdiscover.render.snapshot import snapshot

__all__ = [
    "Address",
    "Host",
    "Interface",
    "Judgement",
    "LocalDestinations",
    "MatchList",
    "Network",
    "Networks",
    "OwnAddresses",
    "discover",
    "is_local",
    "match_list_of",
    "mynetworks",
    "own_addresses",
    "replay",
    "snapshot",
]

_HOME = {
    "__version__": "_version",
    "Address": "model",
    "Host": "model",
    "Interface": "model",
    "MatchList": "postfix.lists.match_list",
    "Judgement": "postfix.local_destinations",
    "LocalDestinations": "postfix.local_destinations",
    "Network": "postfix.mynetworks",
    "Networks": "postfix.mynetworks",
    "OwnAddresses": "postfix.own_addresses",
    "discover": "discovery",
    "is_local": "postfix.local_destinations",
    "match_list_of": "postfix.lists.match_list",
    "mynetworks": "postfix.mynetworks",
    "own_addresses": "postfix.own_addresses",
    "replay": "backends.recorded.replay",
    "snapshot": "render.snapshot",
}


def __dir__() -> list[str]:
    return sorted({*globals(), *_HOME})


def __getattr__(name: str) -> object:
    # Each name is imported when it is first asked for: `discover` need not pay for Postfix's rules.
    if name not in _HOME:
        raise AttributeError(f"module 'ifdiscover' has no attribute {name!r}")
    module = __import__(f"ifdiscover.{_HOME[name]}", fromlist=[name])
    value = globals()[name] = getattr(module, name)
    return value
