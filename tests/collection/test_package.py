"""The collection as a package: what is in it, that it installs without a network, and what Ansible's own checks say."""

from __future__ import annotations

import ast
import json
import re
import shutil
import subprocess
import sys
import tarfile
from typing import TYPE_CHECKING, Any

import pytest
from support.collection import NEWEST, VERSIONS, programs, run_ansible
from support.namespaces import ROOT, environment
from support.need import need

from ifdiscover import __version__

if TYPE_CHECKING:
    from pathlib import Path

SOURCE = ROOT / "integrations/ansible"
NAME = "ifdiscover.ifdiscover"
PLUGINS = {
    "module": [f"{NAME}.host_facts", f"{NAME}.mynetworks_info"],
    "filter": [f"{NAME}.bracket", f"{NAME}.mynetworks"],
    "role": [f"{NAME}.postfix_trust"],
}
OF_PACKAGE = "from ansible_collections.ifdiscover.ifdiscover.plugins.module_utils import package\n"


def run_python(code: str, collections: Path) -> subprocess.CompletedProcess[str]:
    """Run code where the collection is installed and ifdiscover is not."""
    env = environment(PYTHONPATH=str(collections))
    argv = [sys.executable, "-S", "-c", OF_PACKAGE + code]
    return subprocess.run(argv, capture_output=True, text=True, check=False, env=env, cwd=collections)


def test_it_carries_the_package_as_it_is(collections: Path) -> None:
    """Every module that a wheel has, byte for byte, so that nothing in it is older or newer."""
    done = run_python("import json; print(json.dumps(package.sources()))", collections)
    assert done.returncode == 0, done.stderr
    carried = json.loads(done.stdout)
    listed = ROOT.joinpath("tests/repository/wheel-files.txt").read_text().split()
    assert sorted(carried) == [name for name in sorted(listed) if name.endswith(".py")]
    for name, text in carried.items():
        path = ROOT / name.replace("ifdiscover/_backends/", "backends/").replace("ifdiscover/_docs/", "docs/")
        assert text.encode() == path.read_bytes(), name


def test_every_module_of_the_package_can_be_imported_from_it(collections: Path) -> None:
    """With no ifdiscover installed, and with its path in a traceback."""
    code = """
import importlib.util, sys
assert importlib.util.find_spec("ifdiscover") is None
package.make_importable()
package.make_importable()
for path in package.sources():
    name = path[:-3].replace("/", ".").replace(".__init__", "")
    if name not in ("ifdiscover.__main__", "ifdiscover.testing"):  # one runs, the other wants pytest
        importlib.import_module(name)
print(sum(isinstance(finder, package.Carried) for finder in sys.meta_path))
from ifdiscover import discover
assert discover().interfaces
discover(backend="no such")
"""
    done = run_python(code, collections)
    assert done.stdout == "1\n", done.stderr
    assert 'File "ifdiscover/discovery.py", line' in done.stderr


def test_a_python_that_is_too_old_is_told(collections: Path) -> None:
    """With what to do; and it can read the collection far enough to say so."""
    done = run_python("package.LEAST = (99, 0)\npackage.make_importable()", collections)
    version = "{}.{}".format(*sys.version_info)
    assert done.stderr.splitlines()[-1] == (
        f"ImportError: this is Python {version}, and ifdiscover needs 99.0 or later: set ansible_python_interpreter"
    )
    for path in [*SOURCE.glob("plugins/module*/*.py")]:
        ast.parse(path.read_text(), feature_version=(3, 6))
        assert "__future__" not in path.read_text()


def test_the_archive_holds_the_files_of_the_collection(archive: Path) -> None:
    """And what makes it is left out."""
    with tarfile.open(archive) as packed:
        names = {member.name for member in packed if member.isfile()} - {"MANIFEST.json", "FILES.json"}
        manifest = json.load(packed.extractfile("MANIFEST.json") or pytest.fail("no manifest"))
    made = {"LICENSE", "plugins/module_utils/sources.py"}
    there = {path.relative_to(SOURCE).as_posix() for path in SOURCE.rglob("*") if path.is_file()}
    there = {name for name in there if "__pycache__" not in name} - {"make_collection.py", "galaxy.yml"}
    assert names == there | made
    info = manifest["collection_info"]
    assert (info["namespace"], info["name"], info["version"]) == ("ifdiscover", "ifdiscover", __version__)
    assert info["license"] == ["MIT"]


@pytest.mark.parametrize("which", VERSIONS)
def test_it_is_documented(which: str, collections: Path) -> None:
    """Ansible finds each plugin and its page."""
    for kind, names in PLUGINS.items():
        done = run_ansible(which, collections, "ansible-doc", "--json", "--type", kind, *names)
        found: dict[str, Any] = json.loads(done.stdout)
        assert sorted(found) == names
        for page in found.values():
            if kind != "role":
                assert page["doc"]["short_description"]
                assert page["examples"]
                assert page["return"]


def test_ansible_finds_no_fault_in_it(collections: Path, tmp_path: Path) -> None:
    """As ansible-test judges it, but for its wish for the licence of Ansible."""
    folder = tmp_path / "ansible_collections/ifdiscover/ifdiscover"
    shutil.copytree(collections / "ansible_collections/ifdiscover/ifdiscover", folder)
    for name in ("MANIFEST.json", "FILES.json"):
        (folder / name).unlink()
    shutil.copy(SOURCE / "galaxy.yml", folder)
    galaxy = folder / "galaxy.yml"
    galaxy.write_text(galaxy.read_text().replace("{{ version }}", __version__))
    subprocess.run(["git", "init", "--quiet", "."], check=True, cwd=folder, env=environment())
    subprocess.run(["git", "add", "--all"], check=True, cwd=folder, env=environment())
    scripts = programs(NEWEST)
    internal = next(scripts.parent.glob("lib/python3*/site-packages/ansible_test/_internal/python_requirements.py"))
    (pip,) = re.findall(r"pip='([\d.]+)'", internal.read_text())
    cache = tmp_path / "home/.ansible/test/cache"
    cache.mkdir(parents=True)
    # In place of a script that it would fetch to get pip.
    (cache / f"get_pip_{pip.replace('.', '_')}.py").write_text(
        "import ensurepip\nensurepip.bootstrap(upgrade=True, default_pip=True)\n"
    )
    python = internal.parents[3].name.replace("python", "")
    tests = [f"--test={name}" for name in ("compile", "import", "pep8", "pylint", "validate-modules", "yamllint")]
    argv = [str(scripts / "ansible-test"), "sanity", "--python", python, "--color", "no", *tests]
    env = environment(HOME=str(tmp_path / "home"), PATH=f"{scripts}:/usr/sbin:/usr/bin:/sbin:/bin", LC_ALL="C.UTF-8")
    done = subprocess.run(argv, capture_output=True, text=True, check=False, cwd=folder, env=env)
    if "No matching distribution" in done.stdout + done.stderr or "Temporary failure" in done.stdout + done.stderr:
        need("no network: ansible-test installs its tools from PyPI")
    assert done.returncode == 0, done.stdout + done.stderr
