"""The playbooks of the collection over ten hosts, three of them relays that are reached by ssh and run a Postfix."""

from __future__ import annotations

import contextlib
import json
import pathlib
import re
import tempfile
from typing import TYPE_CHECKING

import pytest
from support.collection import DEBIAN, NEWEST, VERSIONS, recap, run_ansible
from support.fleet import BROKEN, HOSTS, RELAYS, Fleet
from support.namespaces import ROOT
from support.postfix.live_server import REFUSED

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Iterator

CLIENTS = [host for host in HOSTS if host not in RELAYS]
TRUST, CHECK = "ifdiscover.ifdiscover.trust", "ifdiscover.ifdiscover.check"
NOT_TRUSTED, TRUSTED = "554", "550"  # the transport refuses what the relay would take

# What relay N writes: each client's addresses, as few networks as cover them, and its own.
WRITTEN = (
    "mynetworks = 127.0.0.1/32 192.0.2.{n}/32 192.0.2.4/30 192.0.2.8/31 192.0.2.44/32 198.51.100.5/32 203.0.113.6/32"
    " 203.0.113.17/32 [::1]/128 [2001:db8::{n}]/128 [2001:db8::4]/126 [2001:db8::9]/128"
)

pytestmark = pytest.mark.netns


@pytest.fixture
def fleet() -> Iterator[Fleet]:
    """The hosts, in a folder that Postfix may enter."""
    with contextlib.ExitStack() as stack:
        folder = pathlib.Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="fleet", dir="/tmp")))
        folder.chmod(0o755)
        yield stack.enter_context(Fleet(folder))


def play(
    which: str, collections: pathlib.Path, fleet: Fleet, playbook: str, *more: str, check: bool = True
) -> subprocess.CompletedProcess[str]:
    """Run a playbook of the collection from the namespace that reaches the others."""
    enter = fleet.control.argv(())
    return run_ansible(which, collections, "ansible-playbook", *more, playbook, enter=enter, check=check)


def changed(done: subprocess.CompletedProcess[str]) -> dict[str, int]:
    """How much a playbook changed on each host on which it changed something; no host failed."""
    told = recap(done.stdout)
    assert set(told) == set(HOSTS)
    assert not [host for host, counts in told.items() if counts["failed"] or counts["unreachable"]]
    return {host: counts["changed"] for host, counts in told.items() if counts["changed"]}


def python39() -> str:
    """The oldest Python that the package runs on, for the hosts, where this machine has it; otherwise its own."""
    found = sorted(pathlib.Path("~/.pyenv/versions").expanduser().glob("3.9.*/bin/python"))
    return str(found[-1]) if found else "/usr/bin/python3"


@pytest.mark.parametrize("which", VERSIONS)
def test_relays_trust_their_clients_and_a_second_run_changes_nothing(
    which: str, collections: pathlib.Path, fleet: Fleet
) -> None:
    """Check mode says what would change. Each Postfix gets what it needs, and then takes the mail of clients."""
    inventory = fleet.inventory(CLIENTS, python=python39() if which == NEWEST else "/usr/bin/python3")
    before = {relay: fleet.main_cf(relay).read_text() for relay in RELAYS}
    sources = ("192.0.2.4", "2001:db8::4")
    met = {relay: {fleet.answer("plain", source, relay) for source in sources} for relay in RELAYS}
    assert met == {"relay1": {NOT_TRUSTED}, "relay2": {NOT_TRUSTED}, "relay3": {REFUSED}}

    assert changed(play(which, collections, fleet, TRUST, "-i", inventory, "--check")) == dict.fromkeys(RELAYS, 1)
    assert {relay: fleet.main_cf(relay).read_text() for relay in RELAYS} == before

    first = play(which, collections, fleet, TRUST, "-i", inventory)
    assert changed(first) == dict.fromkeys(RELAYS, 2)  # main.cf, and Postfix
    assert "nothing is up, so that they add nothing to mynetworks: down" in first.stdout
    for number, relay in enumerate(RELAYS, 1):
        lines = fleet.main_cf(relay).read_text().splitlines()
        assert WRITTEN.format(n=number) in lines
        assert "inet_interfaces = all" in lines
        assert {fleet.answer("plain", source, relay) for source in sources} == {TRUSTED}
        assert fleet.answer("without6", "192.0.2.8", relay) == TRUSTED
    done = {relay: re.findall("reload --|daemon started --", fleet.log(relay)) for relay in RELAYS}
    reloaded, restarted = ["daemon started --", "reload --"], ["daemon started --", "daemon started --"]
    assert done == {"relay1": reloaded, "relay2": reloaded, "relay3": restarted}

    assert changed(play(which, collections, fleet, TRUST, "-i", inventory)) == {}
    assert play(which, collections, fleet, CHECK, "-i", inventory).returncode == 0


def test_nothing_is_written_on_doubt(collections: pathlib.Path, fleet: Fleet, tmp_path: pathlib.Path) -> None:
    """Where main.cf is broken, or a client was not asked for its addresses."""
    inventory = fleet.inventory(["plain"], relays=["broken"])
    done = play(DEBIAN, collections, fleet, TRUST, "-i", inventory, check=False)
    assert recap(done.stdout)["broken"]["failed"] == 1
    assert "main.cf [main-cf-line]: Postfix does not start" in " ".join(done.stdout.split())
    assert fleet.main_cf("broken").read_text() == BROKEN
    done = play(DEBIAN, collections, fleet, CHECK, "-i", inventory, check=False)
    assert recap(done.stdout)["broken"]["failed"] == 1

    before = fleet.main_cf("relay1").read_text()
    large = tmp_path / "large.json"
    large.write_text(json.dumps({"postfix_trust_parameters": {"relay_domains": "a.example.com " * 10_000}}))
    inventory = fleet.inventory(["plain"])
    done = play(DEBIAN, collections, fleet, TRUST, "-i", inventory, "-e", f"@{large}", check=False)
    assert recap(done.stdout)["relay1"]["failed"] == 1
    assert "is longer than postconf can be given, 131071" in " ".join(done.stdout.split())
    assert fleet.main_cf("relay1").read_text() == before

    inventory = fleet.inventory(["plain", "two"])
    done = play(DEBIAN, collections, fleet, TRUST, "-i", inventory, "--limit", "relay1,two", check=False)
    assert recap(done.stdout)["relay1"]["failed"] == 1
    assert "run ifdiscover.ifdiscover.host_facts first on: plain" in " ".join(done.stdout.split())
    assert fleet.main_cf("relay1").read_text() == before


def test_the_pages_show_the_playbooks_that_run_here() -> None:
    """Line by line."""
    trust = ROOT.joinpath("integrations/ansible/playbooks/trust.yml").read_text()
    assert f"```yaml\n{trust}```" in ROOT.joinpath("docs/fleet.md").read_text()
    page = ROOT.joinpath("integrations/ansible/README.md").read_text()
    shown = re.findall(r"(?ms)^```yaml\n(.*?)^```$", page)
    for name in ("trust.yml", "check.yml"):
        assert ROOT.joinpath("integrations/ansible/playbooks", name).read_text() in shown
    assert len(shown) == 2
