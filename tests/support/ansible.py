"""Ansible itself, from an environment of its own: it takes 70 MB, and its new versions no old Python.

CI makes ``.venv-ansible``; elsewhere an ``ansible`` on the PATH will do. What needs Ansible's own Python runs there.
"""

from __future__ import annotations

import functools
import json
import pathlib
import shutil
import subprocess
from typing import TYPE_CHECKING

from support.namespaces import ROOT, environment
from support.need import need

if TYPE_CHECKING:
    from support.namespaces import Namespace

# Runs in Ansible's Python. Its classes read what the commands print that it runs; the text of ifconfig(8) is handed in.
_COLLECT = """
import importlib, json, shutil, subprocess, sys
from ansible.module_utils.facts.namespace import PrefixFactNamespace

system, text = json.load(sys.stdin)

class Module:
    def get_bin_path(self, name, *args, **kwargs):
        return shutil.which(name) if text is None else name

    def run_command(self, argv, **kwargs):
        if text is not None:
            return (0, text, "") if argv[0] == "ifconfig" else (1, "", "")
        done = subprocess.run(argv, capture_output=True, text=True)
        return done.returncode, done.stdout, done.stderr

module = importlib.import_module("ansible.module_utils.facts.network." + system.lower())
prefixed = PrefixFactNamespace("ansible", "ansible_")
facts = getattr(module, system + "Network")(Module()).populate()
found = {prefixed.transform(key): value for key, value in facts.items()}
json.dump({"ansible_facts": {"ansible_system": system, **found}}, sys.stdout, default=list, indent=1, sort_keys=True)
"""


@functools.cache
def ansible() -> pathlib.Path:
    """The command ``ansible``, beside the Python that runs it; skips where there is none."""
    own = ROOT / ".venv-ansible" / "bin" / "ansible"
    found = str(own) if own.exists() else shutil.which("ansible")
    if found is None:
        need("no ansible: make .venv-ansible/installed")
    path = pathlib.Path(str(found)).resolve()
    if not (path.parent / "python").exists():
        need(f"{path} has no python beside it")
    return path


def setup(
    namespace: Namespace, home: pathlib.Path, *more: str, cache: pathlib.Path | None = None, facts_of: str = "network"
) -> str:
    """What ``ansible -m setup`` prints in a network namespace, of the network alone.

    Args:
        namespace: where it runs.
        home: a folder for what Ansible keeps.
        more: more arguments.
        cache: a folder in which it leaves its facts.
        facts_of: what is gathered instead of the network, and further arguments of the module.
    """
    path = ansible()
    env = environment(
        HOME=str(home),
        ANSIBLE_HOME=str(home),
        ANSIBLE_CONFIG=str(home / "none.cfg"),
        ANSIBLE_LOCALHOST_WARNING="False",
        LC_ALL="C.UTF-8",
    )
    env = {name: value for name, value in env.items() if name == "PATH" or name.startswith(("ANSIBLE", "LC_", "HOME"))}
    if cache is not None:
        env.update(ANSIBLE_CACHE_PLUGIN="jsonfile", ANSIBLE_CACHE_PLUGIN_CONNECTION=str(cache))
    argv = [str(path), "-i", "relay,", "-c", "local", "-e", f"ansible_python_interpreter={path.parent / 'python'}"]
    argv += ["-m", "setup", "-a", f"gather_subset=!all,!min,{facts_of}", "relay", *more]
    return namespace.run(argv, env=env).stdout


def collected(namespace: Namespace) -> bytes:
    """The facts that Ansible's classes for Linux gather in a network namespace: quicker than a whole run."""
    argv = [str(ansible().parent / "python"), "-c", _COLLECT]
    return namespace.run(argv, stdin=json.dumps(["Linux", None])).stdout.encode("utf-8", "surrogateescape")


def read_ifconfig(system: str, text: str) -> str:
    """The facts that Ansible's classes for a system make of what ``ifconfig -a`` printed there."""
    argv = [str(ansible().parent / "python"), "-c", _COLLECT]
    done = subprocess.run(argv, input=json.dumps([system, text]), capture_output=True, text=True, check=True)
    return f"{done.stdout}\n"
