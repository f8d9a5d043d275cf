"""Whole processes that read a host: ours and the peers'. Calls in one process are in ``calls.py`` and ``apart.py``."""

from __future__ import annotations

import pathlib
import sys
from typing import NamedTuple

NOTHING = "python -c pass"
BARE = "ifdiscover"
LIBRARY = "import ifdiscover; discover()"
MYNETWORKS = "ifdiscover mynetworks --style subnet"
PSUTIL = "psutil.net_if_addrs()"
IFADDR = "ifaddr.get_adapters()"
NETIFACES = "netifaces-plus, each interface"
PYROUTE2 = "pyroute2 get_addr()"
IP_JSON = "ip -j addr, parsed"
IP_BRIEF = "ip -br addr"
POSTCONF = "postconf -d mynetworks"
C = "C getifaddrs()"

ZIPAPP = "ifdiscover.pyz"

CHECK = "ifdiscover check"
MYNETWORKS_SET = "ifdiscover mynetworks --style subnet -c"
POSTCONF_SET = "postconf -n"

SCRIPTS = pathlib.Path(sys.executable).parent
PYTHON = str(SCRIPTS / "python")


class Programs(NamedTuple):
    """The paths of the programs that were built or found before the measuring."""

    getifaddrs: str
    peak: str
    zipapp: str
    pythons: dict[str, str]  # other Pythons, by version: "3.9"


def processes(programs: Programs) -> dict[str, list[str]]:
    """Command lines of whole processes, by name."""

    def one_liner(code: str) -> list[str]:
        return [PYTHON, "-c", code]

    return {
        NOTHING: one_liner("pass"),
        LIBRARY: one_liner("import ifdiscover; ifdiscover.discover()"),
        BARE: [str(SCRIPTS / "ifdiscover")],
        MYNETWORKS: [str(SCRIPTS / "ifdiscover"), "mynetworks", "--style", "subnet"],
        C: [programs.getifaddrs],
        IP_BRIEF: ["ip", "-br", "addr"],
        POSTCONF: ["postconf", "-d", "mynetworks"],
        PSUTIL: one_liner("import psutil; psutil.net_if_addrs()"),
        IFADDR: one_liner("import ifaddr; list(ifaddr.get_adapters())"),
        NETIFACES: one_liner("import netifaces as n; [n.ifaddresses(i) for i in n.interfaces()]"),
        IP_JSON: one_liner(
            "import json, subprocess as s; json.loads(s.run(['ip', '-j', 'addr'], stdout=s.PIPE, check=True).stdout)"
        ),
        PYROUTE2: one_liner("import pyroute2; r = pyroute2.IPRoute(); list(r.get_addr()); r.close()"),
    }


def zipapps(programs: Programs) -> dict[str, list[str]]:
    """Command lines of the zipapp, as a program and by other Pythons, and of these Pythons alone."""
    found = {NOTHING: [PYTHON, "-c", "pass"], ZIPAPP: [programs.zipapp]}
    for number, python in programs.pythons.items():
        found[nothing_on(number)] = [python, "-S", "-c", "pass"]
        found[zipapp_on(number)] = [python, programs.zipapp]
    return found


def nothing_on(number: str) -> str:
    """The name of another Python that does nothing."""
    return f"python{number} -S -c pass"


def zipapp_on(number: str) -> str:
    """The name of the zipapp on another Python."""
    return f"python{number} ifdiscover.pyz"


def of_main_cf(folder: str) -> dict[str, list[str]]:
    """Command lines of whole processes that read the main.cf of a folder, by name."""
    ours = str(SCRIPTS / "ifdiscover")
    return {
        NOTHING: [PYTHON, "-c", "pass"],
        MYNETWORKS_SET: [ours, "mynetworks", "--style", "subnet", "-c", folder],
        CHECK: [ours, "check", "-c", folder],
        POSTCONF_SET: ["postconf", "-n", "-c", folder],
    }
