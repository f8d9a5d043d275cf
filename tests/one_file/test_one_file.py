"""The program as one file runs wherever it lies, by any Python, and quickly by those whose bytecode it has."""

from __future__ import annotations

import os
import runpy
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from support.namespaces import ROOT, environment
from support.need import need

if TYPE_CHECKING:
    from collections.abc import Callable

MAKE = runpy.run_path(str(ROOT / "one_file/make.py"))
RECORDED = ["--from", str(ROOT / "fixtures/hosts/mail-relay/snapshot.json")]
HERE = sys.implementation.cache_tag


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The package as pip installs it."""
    folder = tmp_path_factory.mktemp("installed")
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "ifdiscover", folder / "ifdiscover", ignore=ignored)
    (folder / "ifdiscover/_docs").mkdir()
    shutil.copy(ROOT / "docs/check.md", folder / "ifdiscover/_docs")
    return folder


def make(installed: Path, to: Path) -> Path:
    """The file, with this Python's bytecode."""
    MAKE["main"](str(installed), str(to), sys.executable)
    return to


@pytest.fixture(scope="module")
def made(installed: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file, made once for all tests."""
    return make(installed, tmp_path_factory.mktemp("made") / "ifdiscover.pyz")


@pytest.fixture(scope="module")
def environ(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """An environment whose python3 is this Python."""
    folder = tmp_path_factory.mktemp("bin")
    folder.joinpath("python3").write_text(f'#!/bin/sh\nexec {sys.executable} "$@"\n')
    folder.joinpath("python3").chmod(0o755)
    return environment(PYTHONPATH="", PATH=f"{folder}:{os.environ['PATH']}")


def run(argv: list[str], environ: dict[str, str], cwd: Path | None = None) -> tuple[str, set[str]]:
    """The answer of a program that succeeds, and the modules that it imported."""
    # Where coverage counts, it is imported by what is started here, and imports modules of its own.
    environ = {name: value for name, value in environ.items() if not name.startswith("COVERAGE")}
    environ["PYTHONPROFILEIMPORTTIME"] = "1"
    done = subprocess.run(argv, capture_output=True, text=True, check=False, env=environ, cwd=cwd)
    assert done.returncode == 0, done.stderr
    lines = [line for line in done.stderr.splitlines() if line.startswith("import time:")]
    return done.stdout, {line.rpartition("|")[2].strip() for line in lines}


@pytest.fixture(scope="module")
def answer() -> str:
    """What the checkout says of the recorded host."""
    argv = [sys.executable, "-m", "ifdiscover", "mynetworks", *RECORDED]
    return subprocess.run(argv, capture_output=True, text=True, check=True, env=environment(), cwd=ROOT).stdout


def test_it_runs_however_it_is_called(made: Path, environ: dict[str, str], answer: str, tmp_path: Path) -> None:
    """By Python and by itself; read-only, renamed, through a link; a blank in the path does no harm."""
    other = tmp_path / "a b" / "which-networks"
    other.parent.mkdir()
    shutil.copy(made, other)
    other.chmod(0o555)
    link = tmp_path / "link"
    link.symlink_to(other)
    for argv in ([str(made)], [str(other)], [str(link)], ["./which-networks"], ["sh", "which-networks"]):
        for program in ([*argv], [sys.executable, argv[-1]]):
            assert run([*program, "mynetworks", *RECORDED], environ, other.parent)[0] == answer


def test_its_start_reads_bytecode_and_nothing_else(made: Path, environ: dict[str, str]) -> None:
    """No source is unpacked. Run by itself, Python looks for nothing in the zip file, and runs nothing for it."""
    _, imported = run([str(made), "mynetworks", "--style=subnet"], environ)
    assert "ifdiscover._cli.postfix.mynetworks" in imported
    assert imported.isdisjoint({"zlib", "runpy", "importlib.util", "collections", "__future__"})
    _, imported = run([sys.executable, str(made), "mynetworks", "--style=subnet"], environ)
    assert "ifdiscover._cli.postfix.mynetworks" in imported
    assert "zlib" not in imported


@pytest.mark.parametrize("change", ["another Python", "another magic number", "lengthened", "another first line"])
def test_without_bytecode_it_runs_from_source(  # noqa: PLR0917 - pytest passes them by name
    change: str, installed: Path, made: Path, environ: dict[str, str], answer: str, tmp_path: Path
) -> None:
    """With a Python that it was not made for, or if somebody has changed the file."""
    changed = tmp_path / "changed"
    files = MAKE["sources"](installed)
    tag, code = MAKE["bytecode"](sys.executable, installed, "key")
    assert tag == HERE
    contents: dict[str, Callable[[], bytes]] = {
        "another Python": lambda: MAKE["whole"]({"cpython-00": code}, files, "key"),
        "another magic number": lambda: MAKE["whole"]({tag: b"\0" * 4 + code[4:]}, files, "key"),
        "lengthened": lambda: made.read_bytes() + b"# a comment\n",
        "another first line": lambda: b"#!/usr/bin/python3\n" + made.read_bytes().partition(b"\n")[2],
    }
    changed.write_bytes(contents[change]())
    out, imported = run([sys.executable, str(changed), "mynetworks", *RECORDED], environ)
    assert out == answer
    assert ("zlib" in imported) == (change != "another first line")  # all places are counted from the end


def test_what_lies_where_it_is_called_is_not_imported(
    made: Path, environ: dict[str, str], answer: str, tmp_path: Path
) -> None:
    """A folder may have modules of any name, and anybody's."""
    for name in ("ifdiscover", "json", "ipaddress", "_socket", "marshal", "re"):
        tmp_path.joinpath(f"{name}.py").write_text("raise SystemExit(99)\n")
    for program in ([str(made)], [sys.executable, str(made)]):
        assert run([*program, "mynetworks", *RECORDED], environ, tmp_path)[0] == answer


def test_two_files_of_the_same_sources_are_the_same(installed: Path, made: Path, tmp_path: Path) -> None:
    """Byte by byte, so that anybody can make it anew and compare."""
    assert make(installed, tmp_path / "again").read_bytes() == made.read_bytes()


def test_sources_and_documents_are_found_in_it(made: Path, environ: dict[str, str]) -> None:
    """By inspect, tracebacks, importlib.resources and pkgutil; each module and package is what it is elsewhere."""
    code = f"""
import runpy
assert runpy.run_path({str(made)!r}, run_name="start")["use_bytecode"]({str(made)!r})
import importlib, importlib.resources, inspect, pkgutil, traceback
import ifdiscover, ifdiscover.model
assert type(ifdiscover.__loader__).__name__ == "Finder"
assert "def discover(" in inspect.getsource(ifdiscover.discover)
assert ifdiscover.__file__ == {str(made / "ifdiscover/__init__.py")!r}
assert ifdiscover.model.__package__ == ifdiscover.__package__ == "ifdiscover"
names = [m.name for m in pkgutil.walk_packages(ifdiscover.__path__, "ifdiscover.") if m.name != "ifdiscover.__main__"]
for name in names:
    module = importlib.import_module(name)
    assert type(module.__loader__).__name__ == "Finder", name
    assert module.__loader__.is_package(name) == hasattr(module, "__path__")
    assert module.__loader__.get_filename(name) == module.__file__
assert b"mynetworks" in pkgutil.get_data("ifdiscover.schemas", "mynetworks-2.json")
assert "mynetworks" in importlib.resources.files("ifdiscover.schemas").joinpath("mynetworks-2.json").read_text()
try:
    ifdiscover.mynetworks(ifdiscover.discover(), style="none")
except ifdiscover.StyleError:
    assert "raise" in traceback.format_exc()
print(len(names))
"""
    out, _ = run([sys.executable, "-c", code], environ)
    assert int(out) > 100


@pytest.mark.parametrize("backend", ["psutil", "netlink"])
def test_packages_that_are_installed_serve_it(backend: str, made: Path, environ: dict[str, str]) -> None:
    """As they serve any other program of this Python."""
    need(None if shutil.which("ip") else "no ip")
    package = {"psutil": "psutil", "netlink": "pyroute2"}[backend]
    pytest.importorskip(package)
    for program in ([str(made)], [sys.executable, str(made)]):
        assert package in run([*program, "addresses", "--backend", backend], environ)[1]


def other_pythons() -> dict[str, str]:
    """The Pythons that this machine has, by their versions."""
    found = {}
    for minor in range(9, 20):
        name = f"python3.{minor}"
        for python in (shutil.which(name), *Path.home().glob(f".pyenv/versions/3.{minor}.*/bin/{name}")):
            if python and subprocess.run([python, "-c", ""], capture_output=True, check=False).returncode == 0:
                found[f"3.{minor}"] = str(python)
    return found or {f"3.{sys.version_info.minor}": sys.executable}


OTHERS = other_pythons()


@pytest.mark.parametrize("version", OTHERS)
def test_each_python_whose_bytecode_is_in_it_starts_from_it(
    version: str, installed: Path, answer: str, tmp_path: Path
) -> None:
    """Beside another one's."""
    to = tmp_path / "both"
    MAKE["main"](str(installed), str(to), sys.executable, OTHERS[version])
    out, imported = run([OTHERS[version], "-S", str(to), "mynetworks", *RECORDED], environment(PYTHONPATH=""))
    assert out == answer
    assert "zlib" not in imported
    with zipfile.ZipFile(to) as archive:
        assert f"bytecode/cpython-{version.replace('.', '')}" in archive.namelist()


def test_a_python_that_is_not_there_is_named(installed: Path, tmp_path: Path) -> None:
    """And no file is made."""
    with pytest.raises(SystemExit, match=r"no bytecode by python0: .*PYTHONS"):
        MAKE["main"](str(installed), str(tmp_path / "none"), "python0")
    assert not list(tmp_path.iterdir())
