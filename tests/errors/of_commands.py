"""Cases of the command line: what is written wrongly, and what the system refuses."""

from __future__ import annotations

import os
from errno import EAGAIN
from typing import Any
from unittest import mock

from errors.case import Case, Group


def _failing(where: str, error: Exception) -> Case:
    """Reading this host raises."""
    return Case("ifdiscover", {}, where, lambda: mock.patch("ifdiscover._cli.host.discover", side_effect=error))


def _without_route() -> Any:
    return mock.patch("ifdiscover._backends.routing.source", return_value=None)


def _without_postfix() -> Any:
    return mock.patch("ifdiscover._cli.host.which_directory", return_value=(None, ""))


GROUPS = (
    Group(
        "Words and options",
        "Most come before anything is read. If words do not fit, each ends with `see ifdiscover COMMAND --help`.",
        (
            Case("ifdiscover adresses"),
            Case("ifdiscover own --form table"),
            Case("ifdiscover own --style host"),
            Case("ifdiscover addresses --prefixlen"),
            Case("ifdiscover addresses --format xml"),
            Case("ifdiscover addresses --json --format lines"),
            Case("ifdiscover addresses --scope"),
            Case("ifdiscover match"),
            Case("ifdiscover completion tcsh"),
            Case("ifdiscover addresses --scope world --from relay.json"),
            Case("ifdiscover addresses --kame --format table --from relay.json"),
            Case("ifdiscover addresses --format lines --up --from relay.json"),
            Case("ifdiscover mynetworks --style all --format cidr --from relay.json"),
            Case("ifdiscover mynetworks -o mynetworks=192.0.2.0/24 --inet-interfaces all --from relay.json"),
            Case("ifdiscover match --mynetworks 192.0.2.0/24 --inet-interfaces all 192.0.2.1 --from relay.json"),
            Case("ifdiscover check main.cf --mynetworks 192.0.2.0/24"),
            Case("ifdiscover check - --from -"),
            Case("ifdiscover check --from relay.json"),
            Case("ifdiscover diff relay.json relay.json relay.json"),
            Case("ifdiscover diff - -"),
            Case("ifdiscover diff relay.json relay.json --netns mail"),
            Case("ifdiscover merge - -"),
            Case("ifdiscover watch --from relay.json"),
            Case("ifdiscover watch --exec"),
            Case("ifdiscover watch --debounce soon"),
            Case("ifdiscover watch --debounce 7200"),
            Case("ifdiscover backends --netns mail"),
            Case("ifdiscover source --to 192.0.2.1 --from relay.json"),
            Case("ifdiscover source --to 2001:db8::1 -4"),
            Case("ifdiscover source --to 2001:db8::1 --family 4"),
            Case("ifdiscover source --to relay.example.com"),
            Case("ifdiscover source --to fe80::1"),
            Case("ifdiscover source --to fe80::1%eht9"),
            Case("ifdiscover source --to fe80::1%0"),
            Case("ifdiscover postconf -n -d"),
            Case("ifdiscover postconf mynetworks=192.0.2.1 --from relay.json"),
            Case("ifdiscover postconf mynetwork --from relay.json"),
        ),
        without=r"(; s|(?<=[?]) S)ee ifdiscover \S+ --help$",
    ),
    Group(
        "Which host, and which of it",
        "",
        (
            Case("ifdiscover --backend netlnk"),
            Case("IFDISCOVER_BACKEND=psutl ifdiscover"),
            Case("ifdiscover --backend ioctl --from relay.json"),
            Case("ifdiscover --netns mail --from relay.json"),
            Case("ifdiscover --backend replay"),
            Case("ifdiscover --backend ioctl --netns mail"),
            Case("ifdiscover --netns ''"),
            Case("ifdiscover --netns no-such-namespace"),
            Case("ifdiscover --netns ./file", {"file": ""}),
            Case("ifdiscover interfaces -i eht0 --from relay.json"),
        ),
    ),
    Group(
        "What the system refuses, and what nobody foresaw",
        "",
        (
            Case("ifdiscover snapshot --from relay.json > /dev/full"),
            _failing("no process can be started", OSError(EAGAIN, os.strerror(EAGAIN))),
            _failing("memory is short", MemoryError()),
            _failing("a read fails while Python imports", SystemError("error return without exception set")),
            _failing("nobody foresaw it", ValueError("nonsense")),
            Case("ifdiscover source --to 192.0.2.1", {}, "without a route", _without_route),
            Case("ifdiscover check", {}, "without a Postfix", _without_postfix),
            _failing("a module is damaged", ImportError("libm.so: cannot map")),
        ),
    ),
)
