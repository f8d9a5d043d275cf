"""What the tests of watching ask for: a host that changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support.need import need
from support.watching import TWO_ENDS

if TYPE_CHECKING:
    from support.namespaces import Namespace


@pytest.fixture
def changing(namespace: Namespace) -> Namespace:
    """A host with an address and a default route."""
    namespace.build(TWO_ENDS)
    return namespace


@pytest.fixture
def entered(changing: Namespace) -> Namespace:
    """A host that this process may look into from outside."""
    if not changing.as_root:
        need("entering another network namespace needs root")
    return changing
