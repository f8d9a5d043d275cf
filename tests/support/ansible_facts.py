"""Ansible's facts: the fixtures, and facts made up of a few interfaces."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from support.namespaces import ROOT

from ifdiscover import mynetworks
from ifdiscover._backends.recorded.replay import decode

if TYPE_CHECKING:
    from pathlib import Path

    from ifdiscover.model import Host

FOLDER = ROOT / "fixtures" / "recorded" / "facts"
ANSIBLE = sorted(path for path in (FOLDER / "ansible").iterdir() if not path.name.endswith(".ip.json"))


def read(path: Path) -> Host:
    """The host of a fixture."""
    return decode(path.read_bytes())


def is_within(host: Host, other: Host) -> bool:
    """Whether Postfix trusts no client on a host, in style subnet, whom it does not trust on the other."""
    others = [network.network for network in mynetworks(other, style="subnet")]
    return all(
        any(mine.network.version == its.version and mine.network.subnet_of(its) for its in others)  # type: ignore[arg-type]  # of one version
        for mine in mynetworks(host, style="subnet")
    )


def facts(*interfaces: Any, **more: Any) -> bytes:
    """Facts of Linux with these interfaces, each an object with ``device``."""
    names = [interface["device"] for interface in interfaces]
    keys = {f"ansible_{interface['device']}": interface for interface in interfaces}
    return json.dumps({"ansible_facts": {"ansible_interfaces": names, **keys, **more}}).encode()


def ipv4(address: str = "192.0.2.10", netmask: str = "255.255.255.0", **more: Any) -> dict[str, Any]:
    """An IPv4 address as Linux' facts have it."""
    return {"address": address, "netmask": netmask, "broadcast": "", **more}


ETH0 = {"device": "eth0", "active": True, "ipv4": ipv4()}
