"""A file of facts for Ansible and for facter: the zipapp under another name, as they themselves run and read it."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest
from support import ansible
from support.namespaces import ROOT
from support.need import need
from support.schemas import validated

if TYPE_CHECKING:
    from pathlib import Path

    from support.namespaces import Namespace

_ODD = """
import subprocess, sys
for name in (b"a\\xff", "\\U0001f600".encode(), b"{{7*7}}", b"a\\x1b[31m"):
    subprocess.run(["ip", "link", "add", name, "type", "ifb"], check=True)
"""
HOSTS = {
    "an interface called local, and odd names": [
        *("link set lo up", "link add local type ifb", "link set local up", "addr add 192.0.2.7/24 dev local"),
    ],
    "nothing up": ["link add eth0 type ifb", "addr add 192.0.2.7/24 dev eth0"],
    "no IPv6": ["sysctl ipv6/conf/all/disable_ipv6=1", "link set lo up"],
}


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The one file, packed from this checkout."""
    folder = tmp_path_factory.mktemp("packed")
    shutil.copytree(ROOT / "ifdiscover", folder / "site/ifdiscover", ignore=shutil.ignore_patterns("__pycache__"))
    made = folder / "ifdiscover.pyz"
    subprocess.run([sys.executable, str(ROOT / "one_file/make.py"), str(folder / "site"), str(made)], check=True)
    return made


@pytest.fixture(params=HOSTS)
def a_host(request: pytest.FixtureRequest, namespace: Namespace) -> Namespace:
    """A namespace that is hard to tell of."""
    namespace.build(HOSTS[request.param])
    if "odd" in request.param:
        namespace.run([sys.executable, "-c", _ODD])
    return namespace


def told(namespace: Namespace, program: Path) -> dict[str, Any]:
    """What the file itself prints."""
    return validated(namespace.run([str(program), "facts"]).stdout)


@pytest.mark.netns
def test_ansible_takes_it_for_a_fact(a_host: Namespace, program: Path, tmp_path: Path) -> None:
    """Under the key that its name makes, as an object, whatever the host is."""
    folder = tmp_path / "facts.d"
    folder.mkdir()
    (folder / "ifdiscover.fact").symlink_to(program)
    out = ansible.setup(a_host, tmp_path, facts_of=f"local fact_path={folder}")
    head, _, text = out.partition(" => ")
    assert head == "relay | SUCCESS"
    fact = json.loads(text)["ansible_facts"]["ansible_local"]["ifdiscover"]
    assert fact == told(a_host, program)
    assert fact["interfaces"]


@pytest.mark.netns
def test_facter_takes_it_for_an_external_fact(a_host: Namespace, program: Path, tmp_path: Path) -> None:
    """As one fact, ifdiscover, and nothing beside it; without a word on standard error, of which facter would warn."""
    facter = shutil.which("facter")
    if facter is None:
        need("no facter: install Debian's facter")
    folder = tmp_path / "facts.d"
    folder.mkdir()
    shutil.copy(program, folder / "ifdiscover.facter")
    argv = [str(facter), "--external-dir", str(folder), "--no-custom-facts", "--json"]
    done = a_host.run([*argv, "ifdiscover", "ifdiscover.mynetworks.host", "schema"])
    facts = json.loads(done.stdout)
    whole = json.loads(a_host.run([str(program), "facts", "--format", "facter"]).stdout)
    assert facts["ifdiscover"] == whole["ifdiscover"]
    assert (facts["ifdiscover.mynetworks.host"] or None) == whole["ifdiscover"]["mynetworks"]["host"]
    assert not facts["schema"]
    assert "WARN" not in done.stderr
    assert "ifdiscover" not in done.stderr


def test_the_recipe_for_cloud_init_fetches_it_and_looks_at_its_bytes(program: Path, tmp_path: Path) -> None:
    """Another checksum ends it, and leaves nothing that runs."""
    need(None if shutil.which("curl") else "no curl")
    block = re.findall(r"(?ms)^#cloud-config\n.*?^    - \|\n(.*?)^```", ROOT.joinpath("docs/fleet.md").read_text())[0]
    for folder in ("usr/local/bin", "etc"):
        (tmp_path / folder).mkdir(parents=True)
    script = re.sub(r"(?<=[ \n])/(?=usr|etc)", f"{tmp_path}/", f"\n{block}")
    script = script.replace("https://files.example.com/ifdiscover-small.pyz", program.as_uri())
    fact = tmp_path / "etc/ansible/facts.d/ifdiscover.fact"
    for checksum, fetched in (("0" * 64, False), (hashlib.sha256(program.read_bytes()).hexdigest(), True)):
        argv = ["sh", "-ec", script.replace("CHECKSUM", checksum)]
        assert (subprocess.run(argv, capture_output=True, check=False).returncode == 0) is fetched
        assert fact.exists() is fetched
    assert validated(subprocess.run([str(fact)], capture_output=True, text=True, check=True).stdout)


def test_the_small_file_is_the_same_bytes_wherever_and_whenever_it_is_made(program: Path, tmp_path: Path) -> None:
    """Another folder, later times, other permissions and bytecode beside the source make no difference."""
    copied = tmp_path / "elsewhere"
    shutil.copytree(program.parent / "site", copied)
    for path in copied.rglob("*"):
        os.utime(path, (1_900_000_000, 1_900_000_000))
        path.chmod(0o777)
    (copied / "ifdiscover/__init__.pyc").write_bytes(b"bytecode")
    (copied / "ifdiscover-0.dist-info").mkdir()
    (copied / "ifdiscover-0.dist-info/direct_url.json").write_text(str(copied))
    again = tmp_path / "again.pyz"
    umask = os.umask(0o077)
    try:
        subprocess.run([sys.executable, str(ROOT / "one_file/make.py"), str(copied), str(again)], check=True)
    finally:
        os.umask(umask)
    assert again.read_bytes() == program.read_bytes()
    assert again.stat().st_mode & 0o777 == 0o755
