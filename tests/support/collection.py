"""The Ansible collection, made and installed as users do it, and the versions of Ansible that are here."""

from __future__ import annotations

import functools
import os
import pathlib
import re
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

from support.ansible import ansible
from support.namespaces import ROOT, environment
from support.need import need

if TYPE_CHECKING:
    from collections.abc import Sequence

DEBIAN = "Debian's"
NEWEST = "newest"
VERSIONS = (NEWEST, DEBIAN)
CONNECTIONS = ROOT / "tests/collection/connections"


@functools.cache
def programs(which: str) -> pathlib.Path:
    """The folder of the commands of one version of Ansible; skips where it is not."""
    if which == NEWEST:
        return ansible().parent
    path = pathlib.Path("/usr/bin/ansible-playbook")
    if not path.exists():
        need("no /usr/bin/ansible-playbook: install Debian's ansible-core")
    return path.parent


def run_ansible(
    which: str, collections: pathlib.Path, command: str, *arguments: str, enter: Sequence[str] = (), check: bool = True
) -> subprocess.CompletedProcess[str]:
    """Run one of Ansible's commands, with the collection and a home of its own.

    Args:
        which: NEWEST or DEBIAN.
        collections: where the collection is installed.
        command: as ``ansible-playbook``.
        arguments: what follows it.
        enter: a command that runs it, as ``ip netns exec NAME``.
        check: whether a status other than 0 is an error.
    """
    home = collections.parent / "home"
    home.mkdir(exist_ok=True)
    env = environment(
        HOME=str(home),
        ANSIBLE_HOME=str(home),
        ANSIBLE_CONFIG=str(home / "none.cfg"),
        ANSIBLE_LOCAL_TEMP=str(home / "tmp"),
        ANSIBLE_REMOTE_TEMP=str(home / "remote"),
        ANSIBLE_COLLECTIONS_PATH=str(collections),
        ANSIBLE_CONNECTION_PLUGINS=str(CONNECTIONS),
        ANSIBLE_HOST_KEY_CHECKING="False",
        ANSIBLE_FORKS="5",
        ANSIBLE_PIPELINING="True",
        ANSIBLE_NOCOLOR="1",
        ANSIBLE_DEPRECATION_WARNINGS="0",
        LC_ALL="C.UTF-8",
    )
    env = {name: value for name, value in env.items() if name in ("PATH", "HOME") or name.startswith(("ANSIBLE", "LC"))}
    argv = [*enter, str(programs(which) / command), *arguments]
    done = subprocess.run(argv, capture_output=True, text=True, check=False, env=env, stdin=subprocess.DEVNULL)
    if check and done.returncode:
        raise AssertionError(f"{command} {' '.join(arguments)}: status {done.returncode}\n{done.stdout}{done.stderr}")
    return done


def made(folder: pathlib.Path) -> pathlib.Path:
    """The file that ``ansible-galaxy collection build`` makes of the collection."""
    script = ROOT / "integrations/ansible/make_collection.py"
    argv = [sys.executable, str(script), str(folder)]
    source = subprocess.run(argv, capture_output=True, text=True, check=True, env=environment()).stdout.strip()
    run_ansible(NEWEST, folder, "ansible-galaxy", "collection", "build", "--output-path", str(folder / "dist"), source)
    (archive,) = (folder / "dist").iterdir()
    return archive


def installed(archive: pathlib.Path, folder: pathlib.Path) -> pathlib.Path:
    """A folder in which the collection is installed, without a network."""
    unshare = ("unshare", "-n") if os.geteuid() == 0 and shutil.which("unshare") else ()
    arguments = ("collection", "install", "--offline", "--collections-path", str(folder), str(archive))
    run_ansible(NEWEST, folder, "ansible-galaxy", *arguments, enter=unshare)
    return folder


def recap(output: str) -> dict[str, dict[str, int]]:
    """What the last lines of ansible-playbook say of each host: ok, changed, failed and so on."""
    _before, _title, lines = output.partition("PLAY RECAP")
    found = re.findall(r"(?m)^(\S+) +: (.*)$", lines)
    return {host: {key: int(number) for key, number in re.findall(r"(\w+)=(\d+)", rest)} for host, rest in found}
