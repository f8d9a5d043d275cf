"""Every two backends say the same of any host, up to what either is blind to."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from support.agreement import BACKENDS, disagreements
from support.namespaces import Namespace, why_no_namespaces
from support.need import need
from support.random_namespaces import steps_of_hosts

from ifdiscover.discovery import BUILT_IN


@pytest.mark.netns
@settings(max_examples=10, suppress_health_check=[HealthCheck.too_slow])
@given(steps=steps_of_hosts())
def test_every_two_backends_agree_on_any_host(steps: list[str]) -> None:
    """Random links and addresses of a real kernel; interfaces, addresses, netmasks, labels, order."""
    need(why_no_namespaces())
    for backend in BACKENDS:
        need(__import__(BUILT_IN[backend], fromlist=["unavailable"]).unavailable())
    with Namespace() as made:
        made.build(steps)
        assert disagreements(made, BACKENDS) == []
