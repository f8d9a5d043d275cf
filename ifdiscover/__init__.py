"""A host's addresses and netmasks, and the networks that its Postfix would therefore trust.

>>> from ifdiscover import discover, mynetworks
>>> host = discover()
>>> print(mynetworks(host, style="subnet"))  # doctest: +SKIP
127.0.0.0/8 192.0.2.16/28 [::1]/128 [2001:db8::]/64

Exceptions are in ``ifdiscover.errors``, and can be imported from here as well.
"""

from __future__ import annotations

TYPE_CHECKING = bool()  # jedi passes over what stands under a plain False
if TYPE_CHECKING:
    from ifdiscover import errors as errors
    from ifdiscover._version import __version__ as __version__
    from ifdiscover.backends.recorded.replay import replay
    from ifdiscover.discovery import discover
    from ifdiscover.errors import AddressClassError as AddressClassError
    from ifdiscover.model import Address, Host, Interface, NextHop, Recorded, Route
