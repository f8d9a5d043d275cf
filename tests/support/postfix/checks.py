"""What check finds in texts and on command lines, on hosts made for it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from support.made import address, host
from support.namespaces import ROOT
from support.program import in_process

from ifdiscover._postfix.check.parameters import check_configuration
from ifdiscover._postfix.parameters.configuration import Configuration
from ifdiscover._postfix.parameters.main_cf import parse

if TYPE_CHECKING:
    from ifdiscover._postfix.syntax.findings import Finding
    from ifdiscover.model import Host

HOST = host(
    address("192.0.2.7", "255.255.255.0"),
    address("240.0.0.1", "255.255.255.0"),
    address("2001:db8::7", "ffff:ffff:ffff:ffff::", flags=0x01),
)

GOOD = "compatibility_level = 3.6\ninet_interfaces = 192.0.2.7\nmyhostname = mail.example.com\n"
"""A main.cf without a fault on that host."""


def found_in(text: str, on: Host = HOST, *, hostname: str = "mail") -> list[Finding]:
    """What is wrong with a main.cf on a host; ``hostname``: what its kernel calls it, empty if nobody knows."""
    return check_configuration(Configuration(parse(text), None, hostname), on)


def run_check(*arguments: str) -> tuple[int, list[str]]:
    """Status, and the names of what was found: in a main.cf on a host that lacks nothing, or in a list on this host."""
    relay = str(ROOT / "fixtures/hosts/mail-relay/snapshot.json")
    of_list = "--mynetworks" in arguments or arguments[0].endswith("networks")
    status, out, err = in_process("check", "-q", "--json", *([] if of_list else ["--from", relay]), *arguments)
    assert err == ""
    return status, [finding["kind"] for finding in json.loads(out)["findings"]]
