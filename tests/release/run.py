"""Try a release without uploading anything: build, check, install and uninstall.

``make release`` runs it in an environment of its own, which has build, twine and check-wheel-contents. It builds what
git knows, in a copy; the files stand in dist/release/ in the end.
"""

from __future__ import annotations

import argparse
import os
import pathlib
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import zipfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "tests")]

from support.checkout import copy_tree  # noqa: E402 - found by the path above

CLASSIFIER = r'(?m)^    "Programming Language :: Python :: (3\.\d+)",$'
VERSIONS = re.findall(CLASSIFIER, (ROOT / "pyproject.toml").read_text(encoding="utf-8"))
EXTRAS = "psutil,pyroute2,netifaces-plus"
INSTALLED = "was installed, ran README's commands, and left no file"
NO_WHEELS = "was left out: the index has no wheels of its packages for this Python"
PROBE = (
    "import ensurepip, platform, sys, venv; "
    "print(platform.python_implementation(), '%d.%d' % sys.version_info[:2]); sys.exit(sys.version_info < (3, 9))"
)


def main() -> int:
    """Try the release; the exit status is 1 if any of it is not as it should be."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--python", nargs="+", metavar="PATH", help="install with these alone (default: all from 3.9 on)"
    )
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="ifdiscover-release-") as name:
        folder = pathlib.Path(name)
        copy_tree(folder / "source")
        files = built(folder)
        checked(files)
        for python, title in pythons(options.python):
            place = folder / "environment"
            run(python, "-m", "venv", "--clear", str(place))
            for what, wanted in (
                ("the wheel", str(files["wheel"])),
                ("the sdist", str(files["sdist"])),
                ("the wheel with all extras", f"{files['wheel']}[all]"),
            ):
                has_wheels = try_installation(place, wanted, folder)
                how = INSTALLED if has_wheels else NO_WHEELS
                print(f"{title}: {what} {how}", flush=True)
        kept = ROOT / "dist" / "release"
        shutil.rmtree(kept, ignore_errors=True)
        kept.mkdir(parents=True)
        for kind in ("wheel", "sdist"):
            shutil.copy(files[kind], kept)
    remind(files["wheel"].name.split("-")[1])
    return 0


def run(*command: str, cwd: pathlib.Path = ROOT, may_fail: bool = False, path: str = "") -> str:
    """What a command prints; if it fails, the release ends, or with ``may_fail`` its standard error comes back."""
    env = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "IFDISCOVER", "MAKE"))}
    env.update({"PIP_DISABLE_PIP_VERSION_CHECK": "1", "PATH": path or os.environ["PATH"]})
    done = subprocess.run(command, cwd=cwd, env=env, capture_output=True, text=True, check=False)
    if done.returncode != 0 and may_fail:
        return done.stderr
    if done.returncode != 0:
        sys.exit(f"{shlex.join(command)} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
    return done.stdout


def built(folder: pathlib.Path) -> dict[str, pathlib.Path]:
    """The sdist and the wheel that is built from it; the release ends if the tree gives another wheel."""
    source, out, other = folder / "source", folder / "out", folder / "from-tree"
    build = (sys.executable, "-m", "build", "--no-isolation")
    run(*build, "--outdir", str(out), str(source))
    run(*build, "--wheel", "--outdir", str(other), str(source))
    (wheel,), (sdist,), (from_tree,) = out.glob("*.whl"), out.glob("*.tar.gz"), other.glob("*.whl")
    if contents(wheel) != contents(from_tree):
        sys.exit("the wheel from the sdist and the wheel from the tree differ")
    print(f"built {sdist.name} and {wheel.name}; the tree gives the same wheel")
    return {"wheel": wheel, "sdist": sdist}


def contents(wheel: pathlib.Path) -> dict[str, bytes]:
    """Each file of a wheel."""
    with zipfile.ZipFile(wheel) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def checked(files: dict[str, pathlib.Path]) -> None:
    """Let the programs look that know what an index refuses and what a wheel should not have."""
    run(sys.executable, "-m", "twine", "check", "--strict", *map(str, files.values()))
    print("twine check --strict: passed")
    print(run(sys.executable, "-m", "check_wheel_contents", str(files["wheel"])).strip().rpartition("/")[2])


def pythons(named: list[str] | None) -> list[tuple[str, str]]:
    """The Pythons to install with, and what each is called; one of each implementation and version."""
    found: dict[str, str] = {}
    installed = sorted(map(str, pathlib.Path("~/.pyenv/versions").expanduser().glob("*/bin/python")))
    for name in named or [*(f"python{version}" for version in VERSIONS), "pypy3", *installed]:
        path = shutil.which(name)
        if path is None and not named:
            continue
        probed = subprocess.run([path or name, "-c", PROBE], capture_output=True, text=True, check=False)
        if probed.returncode == 0:
            found.setdefault(probed.stdout.strip(), path or name)
        elif named or "ensurepip" in probed.stderr:
            print(f"{name}: left out: {probed.stderr.strip().rpartition(chr(10))[2] or 'older than 3.9'}")
    if not found:
        sys.exit("no Python from 3.9 on that has venv and ensurepip; on Debian, install python3-venv")
    return [(path, title) for title, path in found.items()]


def try_installation(place: pathlib.Path, wanted: str, folder: pathlib.Path) -> bool:
    """Install into an environment, run what README shows, uninstall, and compare the environment's files.

    False comes back if a package of an extra has no wheel for this Python: what a compiler makes of it is not ours.
    """
    alone = {"PATH": str(place / "bin")}  # no git, no compiler, no other program
    pip = (str(place / "bin" / "python"), "-B", "-m", "pip")  # -B: pip makes no bytecode of itself
    before, there = listing(place), packages(pip)
    if wanted.endswith("]"):
        try_out = (*pip, "install", "--quiet", "--only-binary", EXTRAS, "--dry-run", wanted)
        if "No matching distribution" in run(*try_out, cwd=folder, may_fail=True, path=alone["PATH"]):
            return False
    run(*pip, "install", "--quiet", wanted, cwd=folder, path=alone["PATH"])
    for command, output in shown((folder / "source" / "README.md").read_text(encoding="utf-8")):
        argv = [str(place / "bin" / command[0]), *command[1:]]
        done = subprocess.run(argv, cwd=folder / "source", env=alone, capture_output=True, text=True, check=False)
        if output not in map(without_path, (done.stdout, done.stdout + done.stderr)):
            sys.exit(f"{shlex.join(command)} prints not what README shows:\n{done.stdout}{done.stderr}")
    added = sorted(packages(pip) - there)
    run(*pip, "uninstall", "--quiet", "--yes", *added, cwd=folder, path=alone["PATH"])
    other = listing(place) ^ before
    if other:
        sys.exit(f"{wanted} was uninstalled, and the files are other than before: {' '.join(sorted(other))}")
    return True


def packages(pip: tuple[str, ...]) -> set[str]:
    """The names of the packages that an environment has."""
    return {
        line.partition("==")[0]
        for line in run(*pip, "list", "--format=freeze", cwd=pathlib.Path(pip[0]).parent).splitlines()
    }


def listing(place: pathlib.Path) -> set[str]:
    """Every file of an environment, and every folder of its packages; pip leaves empty folders in share/."""
    found = {path.relative_to(place) for path in place.rglob("*")}
    return {str(path) for path in found if path.parts[0] != "share" or not (place / path).is_dir()}


def shown(page: str) -> list[tuple[list[str], str]]:
    """Every command that a page shows, and the output below it."""
    found = []
    for block in re.findall(r"(?ms)^```console\n(.*?)^```$", page):
        for part in re.split(r"(?m)^\$ ", block)[1:]:
            command, _, output = part.partition("\n")
            found.append((shlex.split(command), without_path(output)))
    return found


def without_path(text: str) -> str:
    """What a command printed, without the path of docs/check.md, which is another where it is installed."""
    return re.sub(r"(?<=is a section of ).*check\.md", "check.md", text)


def remind(version: str) -> None:
    """Say what a release needs besides, as CONTRIBUTING.md has it."""
    (heading,) = re.findall(rf"(?m)^## {re.escape(version)}.*$", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"))
    print(f"built in dist/release/, and uploaded nowhere. In CHANGELOG.md: {heading[3:]}")
    changed = subprocess.run(["git", "status", "--short"], cwd=ROOT, capture_output=True, text=True, check=False).stdout
    if changed:
        print(f"not committed, and built all the same where git knows the file:\n{changed}", end="")


if __name__ == "__main__":
    sys.exit(main())
