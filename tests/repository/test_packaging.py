"""What is built and installed: the same files from tree and sdist, and nothing called backends."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest
from support.namespaces import ROOT, environment
from support.need import need

LEFT_OUT = {
    ".git",
    ".venv",
    ".venv-32",
    ".venv-ansible",
    "build",
    "dist",
    "__pycache__",
    ".pytest_cache",
    ".mypy_cache",
    ".ruff_cache",
    ".hypothesis",
}


def tree() -> list[str]:
    """Every file of the checkout: those that git knows, or, in an sdist, all but what the verbs make."""
    if (ROOT / ".git").exists() and shutil.which("git"):
        listed = subprocess.run(["git", "ls-files", "-z"], capture_output=True, text=True, check=False, cwd=ROOT)
        if listed.returncode == 0:  # and not the checkout of another user, at which git does not look
            return sorted(name for name in listed.stdout.split("\0") if name and os.path.lexists(ROOT / name))
    found = []
    for folder, folders, files in os.walk(ROOT):  # it does not follow the link ifdiscover/_backends
        folders[:] = [name for name in folders if name not in LEFT_OUT and not name.endswith(".egg-info")]
        found += [str(Path(folder, name).relative_to(ROOT)) for name in files if not name.endswith(".pyc")]
    return sorted(found)


def copy_tree(to: Path) -> None:
    """Copy the checkout without what lies in it besides, as an editor's swap file or a snapshot."""
    for name in tree():
        (to / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, to / name, follow_symlinks=False)


def build(kind: str, source: Path, out: Path) -> Path:
    """Build a wheel or sdist with the tools of this environment; the file made."""
    argv = [sys.executable, "-m", "build", "--no-isolation", f"--{kind}", "--outdir", str(out), str(source)]
    done = subprocess.run(argv, capture_output=True, text=True, check=False, env=environment(), cwd=out.parent)
    assert done.returncode == 0, done.stdout + done.stderr
    (made,) = out.iterdir()
    return made


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """An sdist, a wheel from the tree, and a wheel from the sdist."""
    base = tmp_path_factory.mktemp("built")
    source = base / "source"
    copy_tree(source)
    sdist = build("sdist", source, base / "sdist")
    with tarfile.open(sdist) as archive:
        archive.extraction_filter = lambda member, _path: member  # new Pythons want one named
        archive.extractall(base / "unpacked")
    (unpacked,) = (base / "unpacked").iterdir()
    return {
        "sdist": sdist,
        "from tree": build("wheel", source, base / "from-tree"),
        "from sdist": build("wheel", unpacked, base / "from-sdist"),
    }


def names(wheel: Path) -> list[str]:
    """The files of a wheel, its version taken out of their names."""
    with zipfile.ZipFile(wheel) as archive:
        return sorted(re.sub(r"-[\d.]+\.dist-info", ".dist-info", name) for name in archive.namelist())


def test_wheels_hold_the_listed_files(built: dict[str, Path]) -> None:
    """From the tree and from the sdist alike; the list is checked in, so that a change of it is seen."""
    listed = ROOT.joinpath("tests/repository/wheel-files.txt").read_text().split()
    assert names(built["from tree"]) == listed
    assert names(built["from sdist"]) == listed


def test_the_list_is_every_module() -> None:
    """No package is forgotten where packages are listed by hand."""
    listed = ROOT.joinpath("tests/repository/wheel-files.txt").read_text().split()
    modules = {n for n in tree() if n.startswith("ifdiscover/") and n.endswith(".py")}
    modules |= {f"ifdiscover/_{n}" for n in tree() if n.startswith("backends/") and n.endswith(".py")}
    assert modules == {name for name in listed if name.endswith(".py")}
    assert "ifdiscover/py.typed" in listed


def test_the_sdist_holds_the_tree(built: dict[str, Path]) -> None:
    """All that a build and a test run need; only what serves a checkout alone is missing."""
    with tarfile.open(built["sdist"]) as archive:
        packed = {name.partition("/")[2] for name in archive.getnames()}
    assert {name for name in tree() if name not in packed} <= {
        ".ci/run",
        ".ci/python32",
        ".gitignore",
        "ifdiscover/_backends",
    }
    assert {
        "Makefile",
        "tests/repository/wheel-files.txt",
        "backends/libc/getifaddrs.py",
        "fixtures/hosts/README.md",
    } <= packed


def test_an_installation_has_no_module_called_backends(built: dict[str, Path], tmp_path: Path) -> None:
    """Installed outside of the checkout, it runs, and `import backends` fails."""
    site = tmp_path / "site"
    with zipfile.ZipFile(built["from tree"]) as archive:
        archive.extractall(site)
    code = (
        "import importlib.util, ifdiscover._backends.libc.getifaddrs, sys; from ifdiscover._cli import main\n"
        "assert importlib.util.find_spec('backends') is None\n"
        f"assert ifdiscover.__file__.startswith({str(site)!r})\n"
        "sys.exit(main([]) or main(['mynetworks']))"
    )
    subprocess.run([sys.executable, "-c", code], check=True, env=environment(PYTHONPATH=str(site)), cwd=tmp_path)
    entry = (next(site.glob("*.dist-info")) / "entry_points.txt").read_text()
    assert "ifdiscover = ifdiscover._cli:main" in entry


def test_the_zipapp_is_one_file_that_runs_by_itself(tmp_path: Path) -> None:
    """`make zipapp` in a copy of the checkout: the bytecode lies beside the source, and the answer is the same."""
    environ = environment(PIP_NO_BUILD_ISOLATION="0", PYTHONPATH="")  # 0 is pip's way to say that it is so
    for name in ("MAKEFLAGS", "MFLAGS", "MAKELEVEL", "MAKEOVERRIDES"):  # of the make that runs the tests
        environ.pop(name, None)
    venv = Path(sys.prefix)
    need(None if shutil.which("make") and (venv / "bin/pip").exists() else "no make, or no pip")
    source = tmp_path / "source"
    copy_tree(source)
    argv = ["make", "-o", f"{venv}/installed", f"VENV={venv}", "zipapp"]
    done = subprocess.run(argv, capture_output=True, text=True, check=False, env=environ, cwd=source)
    assert (done.returncode, done.stdout) == (0, "made dist/ifdiscover.pyz\n"), done.stderr
    made = (source / "dist/ifdiscover.pyz").rename(tmp_path / "ifdiscover.pyz")
    shutil.rmtree(source)
    with zipfile.ZipFile(made) as archive:
        files = set(archive.namelist())
        assert b"build/zipapp" not in archive.read("ifdiscover/model.pyc")  # where it was made, in every traceback
    mode = made.stat().st_mode
    assert mode & 0o111 == mode >> 2 & 0o111  # who may read it may run it
    assert {"ifdiscover/model.py", "ifdiscover/model.pyc", "ifdiscover/_backends/netlink/messages.pyc"} <= files
    answers = [
        subprocess.run(
            [sys.executable, *program, "addresses", "--all"], capture_output=True, text=True, check=True, env=env
        )
        for program, env in (([str(made)], environ), (["-m", "ifdiscover"], environment()))
    ]
    assert answers[0].stdout == answers[1].stdout != ""
    code = f"import runpy, sys; sys.version_info = (3, 6, 8); runpy.run_path({str(made)!r}, run_name='__main__')"
    old = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, env=environ)
    assert (old.returncode, old.stderr) == (1, "ifdiscover: error: Python 3.9 or later is needed\n")
