"""``ifdiscover check``: every fault of Postfix's parameters at once."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    pass
