"""What the role does with a Postfix that runs or does not, which stand-ins for systemctl(1) and postfix(1) tell."""

from __future__ import annotations

import os
import pathlib
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest
from support.collection import NEWEST, VERSIONS, recap, run_ansible
from support.need import need

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from support.namespaces import Namespace

NOT_SYSTEMD, STOPPED = "by hand", "not at all"

MAIN_CF = "compatibility_level = 3.6\nmyhostname = relay.example.com\nmynetworks = 127.0.0.0/8\n"
# ``show`` with a property is the role's question, without one it is the question of Ansible's own module.
SYSTEMCTL = """#!/bin/sh
case "$*" in
"show --property=SubState {runs}") echo SubState=running ;;
"show --property"*) echo SubState=dead ;;
"show {runs}") printf 'LoadState=loaded\\nActiveState=active\\nSubState=running\\n' ;;
"show "*) echo LoadState=not-found ;;
*) echo "systemctl $*" >> {folder}/calls; test ! -e {folder}/fails ;;
esac
"""
POSTFIX = """#!/bin/sh
shift 2
echo "postfix $*" >> {folder}/calls
case "$*" in status) test -n "{is_up}" ;; *) test ! -e {folder}/fails ;; esac
"""
PLAYBOOK = """
- hosts: all
  gather_facts: false
  environment:
    PATH: {folder}:/usr/sbin:/usr/bin:/sbin:/bin
  pre_tasks:
    - ifdiscover.ifdiscover.host_facts:
  roles:
    - role: ifdiscover.ifdiscover.postfix_trust
      vars:
        postfix_trust_clients: []
        postfix_trust_config_directory: {directory}
        postfix_trust_parameters: {parameters}
"""
LISTENS = {"inet_interfaces": "192.0.2.17"}  # for which a reload does not do


class Relay:
    """A host with a main.cf, on which stand-ins tell how Postfix runs, and note what they are told.

    Args:
        folder: an empty folder.
        namespace: the host.
        collections: where the collection is installed.
        runs: the unit in which systemd runs Postfix; NOT_SYSTEMD: it was started by hand; STOPPED: it does not run.
    """

    def __init__(self, folder: Path, namespace: Namespace, collections: Path, runs: str) -> None:
        need(None if os.geteuid() == 0 else "not root: Ansible enters a namespace by ip netns exec")
        need(None if pathlib.Path("/usr/sbin/postconf").exists() else "no postconf: install Debian's postfix")
        self.folder, self.namespace, self.collections = folder, namespace, collections
        namespace.build(["link set lo up", "link add eth0 type ifb", "link set eth0 up"])
        namespace.build(["addr add 192.0.2.17/28 dev eth0"])
        # Of the default instance only: ip netns exec mounts what lies there over /etc.
        its = (
            folder / "out" if runs.startswith("postfix@out") else pathlib.Path("/etc/netns", namespace.name, "postfix")
        )
        its.mkdir(parents=True)
        (its / "main.cf").write_text(MAIN_CF)
        self.directory = str(its) if its.parent == folder else "/etc/postfix"
        there = ["ip", "netns", "exec", namespace.name, "cat", f"{self.directory}/main.cf"]
        assert (
            subprocess.run(there, capture_output=True, text=True, check=True).stdout == MAIN_CF
        )  # and not this host's
        is_up = "" if runs == STOPPED else "yes"
        for name, text in (("systemctl", SYSTEMCTL), ("postfix", POSTFIX)):
            program = folder / name
            program.write_text(text.format(folder=folder, is_up=is_up, runs=runs if "." in runs else "none"))
            program.chmod(0o755)

    def play(self, which: str = NEWEST, **parameters: object) -> tuple[dict[str, int], list[str]]:
        """Run the role: the counts of the recap, and what Postfix and systemd were told."""
        (self.folder / "calls").write_text("")
        playbook = self.folder / "playbook.yml"
        playbook.write_text(PLAYBOOK.format(folder=self.folder, directory=self.directory, parameters=parameters))
        words = ["-i", "host,", "-c", "netns", "-e", f"ansible_netns={self.namespace.name}"]
        words += ["-e", "ansible_python_interpreter=/usr/bin/python3", str(playbook)]
        done = run_ansible(which, self.collections, "ansible-playbook", *words, check=False)
        return recap(done.stdout)["host"], (self.folder / "calls").read_text().splitlines()


@pytest.fixture
def relay(collections: Path, namespace: Namespace, tmp_path: Path) -> Iterator[Callable[[str], Relay]]:
    """Makes a relay whose Postfix runs in a way."""
    yield lambda runs: Relay(tmp_path, namespace, collections, runs)
    shutil.rmtree(f"/etc/netns/{namespace.name}/postfix", ignore_errors=True)


@pytest.mark.parametrize("which", VERSIONS)
@pytest.mark.parametrize(
    ("unit", "parameters", "what"),
    [
        ("postfix@-.service", {}, "reload"),
        ("postfix.service", LISTENS, "restart"),
        ("postfix@out.service", {}, "reload"),
    ],
)
def test_systemd_is_asked_if_it_runs_postfix(
    relay: Callable[[str], Relay], which: str, unit: str, parameters: dict[str, str], what: str
) -> None:
    """Postfix would otherwise become a part of Ansible's session. A second run asks for nothing."""
    made = relay(unit)
    counts, told = made.play(which, **parameters)
    assert (counts["failed"], counts["changed"]) == (0, 2)
    assert told == ["postfix status", f"systemctl {what} {unit}"]
    counts, told = made.play(which, **parameters)
    assert (counts["failed"], counts["changed"], told) == (0, 0, [])


def test_the_role_fails_if_systemd_does(relay: Callable[[str], Relay]) -> None:
    """main.cf is written then, so that a further run has nothing to do: the page says so."""
    made = relay("postfix@-.service")
    (made.folder / "fails").touch()
    counts, told = made.play()
    assert (counts["failed"], told) == (1, ["postfix status", "systemctl reload postfix@-.service"])
    counts, told = made.play()
    assert (counts["failed"], counts["changed"], told) == (0, 0, [])


def test_a_postfix_that_does_not_run_is_not_started(relay: Callable[[str], Relay]) -> None:
    """Only main.cf changes."""
    counts, told = relay(STOPPED).play(**LISTENS)
    assert (counts["failed"], counts["changed"], told) == (0, 1, ["postfix status"])


def test_without_systemd_postfix_is_asked_itself(relay: Callable[[str], Relay]) -> None:
    """It is stopped only with a main.cf with which it starts again."""
    told = relay(NOT_SYSTEMD).play(**LISTENS)[1]
    assert told == ["postfix status", "postfix check", "postfix stop", "postfix start"]
