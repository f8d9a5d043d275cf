"""What type checkers and completion make of the library: users' scripts, right and wrong ones, by the real tools."""

from __future__ import annotations

import importlib.util
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from support.namespaces import ROOT, environment
from support.need import need

import ifdiscover

# Each line of a script that is wrong ends with "# wrong"; a tool must complain of these lines and of no other.
SCRIPTS = {
    "a right one": """
        from ifdiscover import Address, Host, MatchList, check, discover, mynetworks
        from ifdiscover.discovery import Backend
        host: Host = discover()
        first: Address = host.addresses_of("lo")[0]
        print(first.cidr, first.netmask, host.interface(1).mac, str(mynetworks(host, style="subnet")))
        if MatchList("10.0.0.0/8").decide("10.0.0.1").trusted:
            print([finding.kind for finding in check(host, config_directory="/etc/postfix")])
        def name_of(backend: Backend) -> str:
            return ", ".join(backend.BLIND_TO)
    """,
    "misspelt names": """
        from ifdiscover import discvoer  # wrong
        from ifdiscover import Hots  # wrong
        from ifdiscover import StyelError  # wrong
        import ifdiscover
        ifdiscover.mynetwork()  # wrong
    """,
    "old names": """
        from ifdiscover import is_local  # wrong
        from ifdiscover.model import Gateway  # wrong
        from ifdiscover import discover
        print(discover().gateways)  # wrong
    """,
    "misspelt attributes": """
        from ifdiscover import discover, mynetworks
        host = discover()
        print(host.adresses)  # wrong
        print(host.addresses[0].netmsk)  # wrong
        print(mynetworks(host)[0].prefixlength)  # wrong
    """,
    "arguments": """
        from ifdiscover import MatchList, discover, is_local_destination, mynetworks, own_addresses
        mynetworks("subnet")  # wrong
        mynetworks(discover(), "subnet")  # wrong
        mynetworks(styel="subnet")  # wrong
        own_addresses(inet_protocols=4)  # wrong
        is_local_destination(discover(), "192.0.2.1")  # wrong
        MatchList("10.0.0.0/8").decide(7)  # wrong
    """,
    "netifaces": """
        from ifdiscover.compat import netifaces
        for name in netifaces.interfaces():
            for entry in netifaces.ifaddresses(name).get(netifaces.AF_INET, []):
                print(entry["addr"].upper(), netifaces.address_families[netifaces.AF_LINK].lower())
        print(netifaces.gateways()["default"][netifaces.AF_INET][0], netifaces.default_gateway()[netifaces.AF_INET][0])
        netifaces.ifaddresses(1)  # wrong
        netifaces.AF_NONSENSE  # wrong
    """,
    "objects for bytes": """
        from ifdiscover import discover
        mask: bytes = discover().addresses[0].netmask  # wrong
    """,
}


@pytest.fixture(scope="module")
def scripts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The scripts as files of a user, who has ifdiscover installed."""
    folder = tmp_path_factory.mktemp("user")
    for number, text in enumerate(SCRIPTS.values()):
        lines = text.strip("\n").split("\n")
        (folder / f"script{number}.py").write_text("\n".join(line[8:] for line in lines) + "\n")
    (folder / "pyrightconfig.json").write_text(json.dumps({"typeCheckingMode": "strict", "extraPaths": [str(ROOT)]}))
    return folder


def wrong_lines(folder: Path) -> set[tuple[str, int]]:
    """The file and the number of each line that a tool must complain of."""
    return {
        (path.name, number)
        for path in folder.glob("script*.py")
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if line.endswith("# wrong")
    }


def complaints(output: str) -> set[tuple[str, int]]:
    """The file and the line of each error that a tool prints."""
    return {(name, int(line)) for name, line in re.findall(r"(script\d\.py):(\d+)(?::\d+)?(?: -|:) error", output)}


def test_mypy_complains_of_what_is_wrong_and_of_nothing_else(scripts: Path) -> None:
    """In its strict mode."""
    need(None if importlib.util.find_spec("mypy") else "no mypy")
    argv = [sys.executable, "-m", "mypy", "--strict", "--no-incremental", "--hide-error-context", *sorted(SCRIPT_NAMES)]
    done = subprocess.run(
        argv, capture_output=True, text=True, check=False, cwd=scripts, env=environment(MYPYPATH=str(ROOT))
    )
    assert complaints(done.stdout) == wrong_lines(scripts), done.stdout + done.stderr


SCRIPT_NAMES = [f"script{number}.py" for number in range(len(SCRIPTS))]


def pyright(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run pyright, of this environment or of the path."""
    found = shutil.which("pyright", path=str(Path(sys.executable).parent)) or shutil.which("pyright")
    need(None if found else "no pyright")
    path = {"PYTHONPATH": str(ROOT)}
    return subprocess.run(
        [str(found), *arguments], capture_output=True, text=True, check=False, cwd=cwd, env=environment(**path)
    )


def test_pyright_complains_of_what_is_wrong_and_of_nothing_else(scripts: Path) -> None:
    """In its strict mode."""
    done = pyright(*SCRIPT_NAMES, cwd=scripts)
    assert complaints(done.stdout) == wrong_lines(scripts), done.stdout + done.stderr


def test_every_public_symbol_has_a_type(tmp_path: Path) -> None:
    """By pyright's own measure for packages."""
    done = pyright("--verifytypes", "ifdiscover", "--ignoreexternal", cwd=tmp_path)
    assert "Type completeness score: 100%" in done.stdout, done.stdout


def completed(code: str) -> set[str]:
    """What jedi offers at the end of a script."""
    need(None if importlib.util.find_spec("jedi") else "no jedi")
    import jedi

    script = jedi.Script(code, project=jedi.Project(ROOT))
    return {found.name for found in script.complete()}


def test_jedi_completes_the_public_names() -> None:
    """All of them, and the exceptions."""
    assert completed("import ifdiscover\nifdiscover.") >= {*ifdiscover.__all__, *ifdiscover._MODULE_OF, "StyleError"}
    assert "discover" in completed("from ifdiscover import disc")


def test_jedi_completes_the_fields_of_what_comes_back() -> None:
    """Of a host, of one of its interfaces, and of a decision."""
    before = "from ifdiscover import MatchList, discover\nhost = discover()\n"
    assert completed(f"{before}host.") >= {*ifdiscover.Host._fields, "interface", "addresses_of"}
    assert completed(f"{before}host.interface('lo').") >= {*ifdiscover.Interface._fields, "mac", "is_up"}
    assert completed(f"{before}MatchList('').decide('::1').") >= {"trusted", "verdict", "reason"}


def test_jedi_shows_signatures() -> None:
    """With the names of the parameters."""
    need(None if importlib.util.find_spec("jedi") else "no jedi")
    import jedi

    for name in ("mynetworks", "own_addresses", "is_local_destination", "check", "trusted_clients"):
        script = jedi.Script(f"from ifdiscover import {name}\n{name}(", project=jedi.Project(ROOT))
        (signature,) = script.get_signatures()
        parameters = [parameter.name for parameter in signature.params if parameter.name != "*"]
        assert parameters == list(getattr(ifdiscover, name).__code__.co_varnames[: len(parameters)])
