"""What docs/neighbours.md says of other programs' lists is what these programs do."""

from __future__ import annotations

import re
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest
from support.namespaces import ROOT, Namespace
from support.need import need
from support.program import in_process, run

if TYPE_CHECKING:
    from pathlib import Path

PAGE = ROOT.joinpath("docs/neighbours.md").read_text()
RELAY = ["--style", "subnet", "--from", str(ROOT / "fixtures/hosts/mail-relay/snapshot.json")]
PLAIN = ("192.0.2.0/24", "2001:db8::/64")
BRACKETED = ("192.0.2.0/24", "[2001:db8::]/64")

IGNORES = """
import sys
from fail2ban.server.filter import Filter
rules = Filter(None)
rules.addIgnoreIP(sys.argv[1])
print([rules.inIgnoreIPList(client) for client in sys.argv[2:]])
"""


def program(name: str) -> str:
    """The path of a program that may be missing."""
    found = shutil.which(name, path="/usr/sbin:/usr/bin:/sbin:/bin")
    need(None if found else f"no {name}: apt-get install it")
    return str(found)


def test_what_the_page_shows_is_printed() -> None:
    """The one command of which it has the output."""
    ((command, output),) = re.findall(r"(?ms)^```console\n\$ ifdiscover (.*?)\n(.*?)^```$", PAGE)
    assert run(*command.split()).stdout == output


def test_every_command_of_the_page_is_one_that_is_there() -> None:
    """With its options; what follows a pipe is the shell's."""
    commands = re.findall(
        r"(?m)ifdiscover (mynetworks|merge) ([^|>)\n]*)", "\n".join(re.findall(r"(?ms)^```sh\n(.*?)^```$", PAGE))
    )
    assert len(commands) == 8
    for name, options in commands:
        form = options.split()[options.split().index("--format") + 1]
        recorded = [RELAY[-1]] if name == "merge" else RELAY[2:]
        status, out, err = in_process(name, *re.sub(r" - |hosts/", " ", options).split(), *recorded)
        assert (status, form, "[" in out) == (0, "cidr", False), err


def sets(elements: str, flags: str = "") -> subprocess.CompletedProcess[str]:
    """What nft says of a set of intervals, in a namespace of its own."""
    nft = program("nft")
    kind = "ipv6_addr" if ":" in elements else "ipv4_addr"
    text = (
        f"add table inet t; add set inet t s {{ type {kind}; flags interval; {flags} elements = {{ {elements} }} ; }}"
    )
    with Namespace() as namespace:
        return namespace.run([nft, text], check=False)


@pytest.mark.netns
def test_nft_refuses_networks_of_which_one_covers_the_other() -> None:
    """Unless the set merges them; what merge prints needs no such set."""
    overlapping = "10.20.0.0/16, 10.20.30.0/24"
    done = sets(overlapping)
    assert done.returncode == 1
    assert "conflicting intervals specified" in done.stderr
    assert sets(overlapping, "auto-merge;").returncode == 0
    for family in ("-4", "-6"):
        out = in_process("merge", RELAY[-1], *RELAY[:2], family, "--format", "cidr")[1]
        assert sets(", ".join(out.split())).returncode == 0
    assert sets(", ".join(BRACKETED[1:])).returncode == 0


@pytest.mark.parametrize(("networks", "status"), [(PLAIN, 0), (BRACKETED, 1)], ids=["plain", "brackets"])
def test_haproxy_takes_no_brackets(networks: tuple[str, ...], status: int, tmp_path: Path) -> None:
    """It does not start with them."""
    haproxy = program("haproxy")
    tmp_path.joinpath("ours").write_text("".join(f"{network}\n" for network in networks))
    config = tmp_path / "haproxy.cfg"
    config.write_text(
        "defaults\n  mode http\n  timeout client 1s\n  timeout server 1s\n  timeout connect 1s\n"
        f"frontend f\n  bind 127.0.0.1:1\n  acl ours src -f {tmp_path}/ours\n  http-request deny if !ours\n"
    )
    done = subprocess.run([haproxy, "-c", "-f", str(config)], capture_output=True, text=True, check=False)
    assert done.returncode == status, done.stderr
    assert ("'[2001:db8::]/64' is not a valid IPv4 or IPv6 address" in done.stderr) == (status == 1)


def test_fail2ban_never_matches_a_network_in_brackets() -> None:
    """It takes it for the name of a host."""
    python = program("fail2ban-python")
    for network, expected in (*zip(PLAIN, ("[True, False]", "[False, True]")), (BRACKETED[1], "[False, False]")):
        done = subprocess.run(
            [python, "-c", IGNORES, network, "192.0.2.7", "2001:db8::7"], capture_output=True, text=True, check=True
        )
        assert done.stdout == f"{expected}\n"
