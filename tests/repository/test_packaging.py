"""What is built and installed: the same files from tree and sdist, and nothing called backends."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tarfile
import zipfile
from importlib.util import find_spec
from pathlib import Path

import pytest
from release.run import VERSIONS
from support.checkout import copy_tree, tree
from support.namespaces import ROOT, environment
from support.need import need

from ifdiscover._cli import COMMANDS


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
        return sorted(re.sub(r"-[\d.]+\.(dist-info|data)", r".\1", name) for name in archive.namelist())


def test_wheels_hold_the_listed_files(built: dict[str, Path]) -> None:
    """From the tree and from the sdist alike; the list is checked in, so that a change of it is seen."""
    listed = ROOT.joinpath("tests/repository/wheel-files.txt").read_text().split()
    assert listed == sorted(listed), "wheel-files.txt: sort it, by LC_ALL=C sort"
    told = "add new files to wheel-files.txt, and new rooms to packages in pyproject.toml"
    assert names(built["from tree"]) == listed, told
    assert names(built["from sdist"]) == listed, told


def test_the_list_is_every_module() -> None:
    """No package is forgotten where packages are listed by hand."""
    listed = ROOT.joinpath("tests/repository/wheel-files.txt").read_text().split()
    modules = {n for n in tree() if n.startswith("ifdiscover/") and n.endswith(".py")}
    modules |= {f"ifdiscover/_{n}" for n in tree() if n.startswith("backends/") and n.endswith(".py")}
    named = {name for name in listed if name.endswith(".py")}
    assert modules - named == set(), "add these to wheel-files.txt"
    assert named - modules == set(), "git does not know these: git add them, or take them out of wheel-files.txt"
    assert "ifdiscover/py.typed" in listed


def test_ci_and_a_release_try_the_pythons_of_the_classifiers() -> None:
    """All of them from the oldest that is served, without a gap."""
    (oldest,) = re.findall(r'(?m)^requires-python = ">=3\.(\d+)"$', (ROOT / "pyproject.toml").read_text())
    assert len(VERSIONS) > 1
    assert [f"3.{int(oldest) + number}" for number in range(len(VERSIONS))] == VERSIONS
    script = ROOT / ".ci/run"
    need(None if script.exists() else "no .ci/run: this is no checkout")
    (told,) = re.findall(r"(?m)^for version in (\$\(.*\)); do$", script.read_text())
    done = subprocess.run(["bash", "-c", f"echo {told}"], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.split() == VERSIONS


def test_the_sdist_holds_the_tree(built: dict[str, Path]) -> None:
    """All that a build and a test run need; only what serves a checkout alone is missing."""
    with tarfile.open(built["sdist"]) as archive:
        packed = {name.partition("/")[2] for name in archive.getnames()}
    assert {name for name in tree() if name not in packed and not name.startswith(".github/")} <= {
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


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The bin/ of an environment in which nothing was but pip, after ``pip install`` of the checkout.

    No program is on its path, and there is no index, so that neither a compiler nor a requirement could be found.
    What builds the package is lent by the environment of the tests, for that one command.
    """
    need(None if find_spec("ensurepip") else "no ensurepip: install python3-venv")
    base = tmp_path_factory.mktemp("bare")
    copy_tree(base / "source")
    subprocess.run([sys.executable, "-m", "venv", str(base / "venv")], check=True, env=environment(PYTHONPATH=""))
    folder = base / "venv/bin"
    env = lonely(folder)
    pip = [str(folder / "python"), "-m", "pip", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, "uninstall", "--yes", "setuptools"], check=True, env=env)  # what Python before 3.12 brings
    lent = base / "lent"
    lent.mkdir()
    found = find_spec("setuptools")
    assert found is not None
    assert found.origin is not None
    for path in Path(found.origin).parent.parent.iterdir():
        if path.name.startswith(("setuptools", "_distutils_hack")):
            (lent / path.name).symlink_to(path)
    argv = [*pip, "install", "--no-index", "--no-build-isolation", str(base / "source")]
    subprocess.run(argv, check=True, env={**env, "PYTHONPATH": str(lent)})
    (folder / "main.cf").touch()
    return folder


def lonely(folder: Path) -> dict[str, str]:
    """The environment of a machine that has one folder of programs, which holds an empty main.cf too."""
    env = environment(PYTHONPATH="", PATH=str(folder), MAIL_CONFIG=str(folder))
    return {name: value for name, value in env.items() if not name.startswith(("PIP_", "CC", "CXX"))}


def test_an_installation_brings_nothing_else(bare: Path) -> None:
    """It takes neither a compiler nor an index."""
    assert not [name for name in ("cc", "gcc", "clang", "c99") if shutil.which(name, path=str(bare))]
    argv = [str(bare / "python"), "-m", "pip", "list", "--disable-pip-version-check", "--format=freeze"]
    listed = subprocess.run(argv, capture_output=True, text=True, check=True, env=lonely(bare), cwd=bare).stdout
    assert [line.partition("==")[0] for line in listed.splitlines()] == ["ifdiscover", "pip"]


def test_a_watch_begins_where_nothing_else_is_installed(bare: Path) -> None:
    """It prints the present answer, and ends by a signal."""
    argv = [str(bare / "ifdiscover"), "watch"]
    with subprocess.Popen(argv, stdout=subprocess.PIPE, text=True, env=lonely(bare), cwd=bare) as watch:
        assert watch.stdout is not None
        assert watch.stdout.readline()
        watch.terminate()
        assert watch.wait(timeout=30) == 0


@pytest.mark.parametrize("command", [command for command in COMMANDS if command != "watch"])  # which does not end
def test_every_command_runs_where_nothing_else_is_installed(command: str, bare: Path) -> None:
    """As installed, with no other program on the path, and on this host."""
    more = {
        "source": ["--to", "127.0.0.1"],
        "local": ["127.0.0.1"],
        "match": ["127.0.0.1"],
        "check": ["--json", "--fail-on", "high"],  # in an old style this host may trust strangers
        "postconf": ["mynetworks"],
        "diff": ["--json", *[str(ROOT / "fixtures/hosts/mail-relay/snapshot.json")] * 2],
        "merge": [str(ROOT / "fixtures/hosts/mail-relay/snapshot.json")],
    }
    argv = [str(bare / "ifdiscover"), command, *more.get(command, [])]
    done = subprocess.run(argv, capture_output=True, text=True, check=False, env=lonely(bare), cwd=bare)
    assert done.returncode == 0, done.stderr
    assert done.stdout
    if command == "backends":
        for extra in ("psutil", "pyroute2", "netifaces"):
            assert f"{extra} is not installed; try: pip install 'ifdiscover[{extra}]'" in done.stdout


def test_extras_bring_what_backends_can_use(built: dict[str, Path]) -> None:
    """Each its own, and all of them together."""
    with zipfile.ZipFile(built["from tree"]) as archive:
        (name,) = (name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
        metadata = archive.read(name).decode()
    needs = re.findall(r"(?m)^Requires-Dist: ([\w-]+).*extra == \"(\w+)\"$", metadata)
    assert len(needs) == metadata.count("Requires-Dist:")  # nothing is required without an extra
    extras = [("netifaces-plus", "netifaces"), ("psutil", "psutil"), ("pyroute2", "pyroute2")]
    assert [need for need in needs if need[1] not in ("all", "check")] == sorted(extras, key=needs.index)
    assert sorted(need[0] for need in needs if need[1] == "all") == [name for name, _ in extras]


def page_named_by(program: list[str], folder: Path, env: dict[str, str]) -> str:
    """The last line of check, from where it says where the page is that explains its findings."""
    argv = [*program, "check", "--mynetworks", "10.1"]
    done = subprocess.run(argv, capture_output=True, text=True, check=False, env=env, cwd=folder)
    assert done.returncode == 1, done.stderr
    head, _, page = done.stdout.splitlines()[-1].partition(" is a section of ")
    assert head == "Each name in [brackets]"
    return page.rstrip(".")


def test_check_names_a_page_that_is_there(built: dict[str, Path], tmp_path: Path) -> None:
    """Installed, by its path; in a checkout by the path from where one stands, if it is below."""
    with zipfile.ZipFile(built["from tree"]) as archive:
        archive.extractall(tmp_path / "site")
    program = [sys.executable, "-m", "ifdiscover"]
    page = page_named_by(program, tmp_path, environment(PYTHONPATH=str(tmp_path / "site")))
    assert page == "site/ifdiscover/_docs/check.md"
    assert (tmp_path / page).read_bytes() == (ROOT / "docs" / "check.md").read_bytes()
    assert page_named_by(program, ROOT, environment()) == "docs/check.md"
    assert page_named_by(program, ROOT / "fixtures", environment()) == str(ROOT / "docs/check.md")
    gone = tmp_path / "gone"
    gone.mkdir()
    in_gone = ["sh", "-c", 'rmdir ../gone; exec "$@"', "sh", *program]
    assert page_named_by(in_gone, gone, environment(PYTHONPATH=str(ROOT))) == str(ROOT / "docs/check.md")


def test_the_zipapp_is_one_file_that_runs_by_itself(tmp_path: Path) -> None:
    """`make zipapp` in a copy of the checkout: it says what is in the file, and the answer is the same."""
    environ = environment(PIP_NO_BUILD_ISOLATION="0", PYTHONPATH="")  # 0 is pip's way to say that it is so
    for name in ("MAKEFLAGS", "MFLAGS", "MAKELEVEL", "MAKEOVERRIDES"):  # of the make that runs the tests
        environ.pop(name, None)
    venv = Path(sys.prefix)
    need(None if shutil.which("make") and (venv / "bin/pip").exists() else "no make, or no pip")
    source = tmp_path / "source"
    copy_tree(source)
    argv = ["make", "-o", f"{venv}/installed", f"VENV={venv}", "zipapp"]
    done = subprocess.run(argv, capture_output=True, text=True, check=False, env=environ, cwd=source)
    assert done.returncode == 0, done.stderr
    assert re.match(rf"made dist/ifdiscover.pyz: .* bytecode for {sys.implementation.cache_tag} ", done.stdout)
    made = (source / "dist/ifdiscover.pyz").rename(tmp_path / "ifdiscover.pyz")
    shutil.rmtree(source)
    with zipfile.ZipFile(made) as archive:
        files = set(archive.namelist())
        content = b"".join(map(archive.read, files))
    assert b"build/zipapp" not in content  # where it was made, in every traceback
    assert str(source).encode() not in content
    mode = made.stat().st_mode
    assert mode & 0o111 == mode >> 2 & 0o111  # who may read it may run it
    assert {"ifdiscover/model.py", f"bytecode/{sys.implementation.cache_tag}"} <= files
    answers = [
        subprocess.run(
            [sys.executable, *program, "addresses", "--all"], capture_output=True, text=True, check=True, env=env
        )
        for program, env in (([str(made)], environ), (["-m", "ifdiscover"], environment()))
    ]
    assert answers[0].stdout == answers[1].stdout != ""
    page, _, command = page_named_by([sys.executable, str(made)], tmp_path, environ).partition(", which this prints: ")
    assert (page, command) == ("check.md", f"unzip -p {made} ifdiscover/_docs/check.md")
    assert command.split()[-1] in files
    code = f"import runpy, sys; sys.version_info = (3, 6, 8); runpy.run_path({str(made)!r}, run_name='__main__')"
    old = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, env=environ)
    assert (old.returncode, old.stderr) == (1, "ifdiscover: error: Python 3.9 or later is needed\n")


def test_the_small_file_has_the_same_bytes_in_every_checkout(tmp_path: Path) -> None:
    """`make small` in two copies of other paths, times and permissions; it has no bytecode, and runs."""
    venv = Path(sys.prefix)
    need(None if shutil.which("make") and (venv / "bin/pip").exists() else "no make, or no pip")
    environ = environment(PIP_NO_BUILD_ISOLATION="0", PYTHONPATH="")  # as above
    made = []
    for name, umask, changed in (("one", 0o022, 1_500_000_000), ("another/two", 0o077, 1_900_000_000)):
        source = tmp_path / name
        copy_tree(source)
        for path in source.rglob("*.py"):
            os.utime(path, (changed, changed))
        argv = ["sh", "-c", f'umask {umask:o}; exec "$@"', "sh", "make", "-o", f"{venv}/installed", f"VENV={venv}"]
        done = subprocess.run(
            [*argv, "MAKEFLAGS=", "small"], capture_output=True, text=True, check=False, env=environ, cwd=source
        )
        assert done.returncode == 0, done.stderr
        made.append(source / "dist/ifdiscover-small.pyz")
    one, two = made
    assert one.read_bytes() == two.read_bytes()
    with zipfile.ZipFile(one) as archive:
        listed = ROOT.joinpath("tests/repository/wheel-files.txt").read_text().split()
        found = {name for name in archive.namelist() if ".dist-info/" not in name}
        assert found == {"__main__.py", *(n for n in listed if n.startswith("ifdiscover/"))}
    answer = subprocess.run([str(two), "--version"], capture_output=True, text=True, check=True, env=environ)
    assert answer.stdout.startswith("ifdiscover ")
