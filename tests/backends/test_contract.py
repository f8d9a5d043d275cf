"""Every backend keeps the contract, on this host, in namespaces and on recordings; third parties' too."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from support.agreement import BACKENDS, disagreements
from support.kernels.recorded import FILES, RecordedKernel
from support.kernels.simulated_bsd import LAYOUTS, SimulatedBSD
from support.kernels.simulated_solaris import SimulatedSolaris
from support.namespaces import CLI, ROOT, Namespace, environment, why_no_namespaces
from support.need import need
from support.shapes import SHAPES

from ifdiscover import replay
from ifdiscover._backends.ioctl import siocgif, siocglif
from ifdiscover._backends.libc import getifaddrs
from ifdiscover._backends.netlink import rtnetlink, via_pyroute2
from ifdiscover._backends.packages import via_netifaces, via_psutil
from ifdiscover._backends.recorded.replay import decode
from ifdiscover.discovery import BUILT_IN, load
from ifdiscover.errors import UnavailableError
from ifdiscover.model import Host
from ifdiscover.testing import BackendContract

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

HOSTS = [*sorted(ROOT.glob("fixtures/hosts/*/snapshot.json")), *sorted(ROOT.glob("fixtures/recorded/ifconfig/*.txt"))]

# Not built in the test process: what a backend reads in a namespace comes back as a snapshot.
TELLING = [
    "one address of each family",
    "labels",
    "point-to-point tunnel",
    "one link-local address on three interfaces",
    "IPv6 switched off",
    "nothing",
]


# A backend by itself: discover() and the commands may ask the kernel for routes besides.
READ = "import sys; from ifdiscover import discovery, snapshot; print(snapshot(discovery.load(sys.argv[1]).read()))"


class InNamespaces(BackendContract):
    """The contract on this host, and in namespaces that show what this host may not have."""

    name: str

    @pytest.fixture(params=["this host", *TELLING])
    def host(self, request: pytest.FixtureRequest) -> Host:
        """What the backend reads."""
        reason = self.backend.unavailable()
        need(reason)
        if request.param == "this host":
            return self.backend.read()
        need(why_no_namespaces())
        with Namespace() as made:
            made.build(SHAPES[request.param].steps)
            text = made.run([sys.executable, "-c", READ, self.name]).stdout
        return decode(text.encode())


class TestRtnetlink(InNamespaces):
    """rtnetlink."""

    backend, name = rtnetlink, "rtnetlink"


class TestGetifaddrs(InNamespaces):
    """getifaddrs."""

    backend, name = getifaddrs, "getifaddrs"


class TestNetlink(InNamespaces):
    """netlink."""

    backend, name = via_pyroute2, "netlink"


class TestIoctl(InNamespaces):
    """ioctl."""

    backend, name = siocgif, "ioctl"


class TestPsutil(InNamespaces):
    """psutil."""

    backend, name = via_psutil, "psutil"


class TestNetifaces(InNamespaces):
    """netifaces."""

    backend, name = via_netifaces, "netifaces"


class Foreign:
    """A backend as it is where another kernel answers."""

    def __init__(self, read: Callable[[], Host], blind_to: tuple[str, ...]) -> None:
        self.read = read
        self.BLIND_TO = blind_to

    def unavailable(self) -> str | None:
        """A recorded or simulated kernel is always there."""
        return None


class TestSiocglif(BackendContract):
    """siocglif, on a simulated kernel of Solaris."""

    name = "siocglif"

    @pytest.fixture(autouse=True)
    def simulated(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Let the contract read it."""
        self.backend = Foreign(SimulatedSolaris("illumos-64", monkeypatch).host, siocglif.BLIND_TO)


class TestForeignIoctl(BackendContract):
    """ioctl, on real kernels of the BSDs that were recorded, and simulated ones of all of them."""

    @pytest.fixture(params=[*FILES, *LAYOUTS], autouse=True)
    def foreign(self, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
        """Let the contract read it."""
        name = request.param
        kernel = RecordedKernel(name) if name in FILES else SimulatedBSD(name, monkeypatch)
        self.backend = Foreign(kernel.host, siocgif.blindness(kernel.system))


class Recorded:
    """A recorded host as a backend, as the contract sees one."""

    BLIND_TO: tuple[str, ...] = ()

    def __init__(self, path: Path) -> None:
        self.path = path
        self.BLIND_TO = replay(path).blind_to

    def unavailable(self) -> str | None:
        """A recording is always there."""
        return None

    def read(self, **_options: object) -> Host:
        """The recorded host."""
        return replay(self.path)


class TestReplay(BackendContract):
    """Replay, on every recorded host."""

    name = "replay"

    @pytest.fixture(params=HOSTS, ids=lambda path: f"{path.parent.name}-{path.stem}", autouse=True)
    def recorded(self, request: pytest.FixtureRequest) -> None:
        """Let the contract read this recording."""
        self.backend = Recorded(request.param)


def test_every_built_in_backend_is_held_to_it() -> None:
    """A new one needs a class here, those of other systems too."""
    held = {getattr(thing, "name", None) for thing in globals().values() if isinstance(thing, type)}
    assert BUILT_IN.keys() - held == set(), "add a class with this name to this module"


@pytest.mark.netns
@pytest.mark.parametrize("name", SHAPES)
def test_backends_agree(name: str, namespace: Namespace) -> None:
    """Each two give the same interfaces, addresses and prefix lengths, up to what either is blind to.

    Those that see the kernel's order give the same order, and the same mynetworks.
    """
    for backend in BACKENDS:
        need(__import__(BUILT_IN[backend], fromlist=["unavailable"]).unavailable())
    shape = SHAPES[name]
    namespace.build(shape.steps)
    assert disagreements(namespace, BACKENDS) == []


PLUG_IN = """
from ifdiscover.model import IFF_UP, Address, Host, Interface

BLIND_TO = ()


def unavailable():
    return None


def read():
    eth0 = Interface("plug0", 1, IFF_UP)
    address = Address(eth0, 2, bytes([192, 0, 2, 77]), 32, bytes([255] * 4))
    return Host((eth0,), (address,), "toy", BLIND_TO)
"""


@pytest.fixture
def installed(tmp_path: Path) -> dict[str, str]:
    """An environment in which a tiny distribution offers backends: one that works, and one that does not load."""
    (tmp_path / "toy_backend.py").write_text(PLUG_IN)
    (tmp_path / "toy_broken.py").write_text("raise RuntimeError('out of \\x1b order')")
    info = tmp_path / "toy-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: toy\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(
        "[ifdiscover.backends]\ntoy = toy_backend\nbroken = toy_broken\nrtnetlink = toy_backend\n"
    )
    return environment(PYTHONPATH=f"{ROOT}:{tmp_path}", PYTHONDONTWRITEBYTECODE="1")


def test_another_distributions_backend_is_found_by_name(installed: dict[str, str]) -> None:
    """By --backend and by the environment; a built-in one's name stays its own."""
    argv = [*CLI, "addresses"]
    done = subprocess.run([*argv, "--backend", "toy"], env=installed, capture_output=True, text=True, check=True)
    assert done.stdout == "192.0.2.77/255.255.255.255\n"
    env = {**installed, "IFDISCOVER_BACKEND": "toy"}
    assert subprocess.run(argv, env=env, capture_output=True, text=True, check=True).stdout == done.stdout
    done = subprocess.run([*argv, "--backend", "rtnetlink"], env=installed, capture_output=True, text=True, check=False)
    assert "192.0.2.77" not in done.stdout


def test_a_plug_in_that_does_not_load_is_unavailable(installed: dict[str, str]) -> None:
    """With its reason, escaped, and no traceback; an unknown name lists it among the known."""
    argv = [*CLI, "addresses", "--backend"]
    done = subprocess.run([*argv, "broken"], env=installed, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (69, "")
    assert done.stderr == (
        "ifdiscover: error: backend broken is not available: toy_broken cannot be loaded: out of \\x1b order\n"
    )
    done = subprocess.run([*argv, "nonsense"], env=installed, capture_output=True, text=True, check=False)
    assert done.returncode == 64
    assert done.stderr.endswith("replay, broken, toy\n")


def test_a_plug_in_that_is_no_backend_is_unavailable(installed: dict[str, str], tmp_path: Path) -> None:
    """It is told what is missing."""
    (tmp_path / "toy_broken.py").write_text("def read():\n    return None\n")
    argv = [*CLI, "addresses", "--backend", "broken"]
    done = subprocess.run(argv, env=installed, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (69, "")
    assert done.stderr == (
        "ifdiscover: error: backend broken is not available: "
        "toy_broken is no backend: it has no BLIND_TO and no unavailable\n"
    )


def test_a_damaged_distribution_hides_no_other_plug_in(installed: dict[str, str], tmp_path: Path) -> None:
    """Whatever stands in its entry_points.txt."""
    info = tmp_path / "damaged-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: damaged\nVersion: 1.0\n")
    (info / "entry_points.txt").write_bytes(b"[x\n= \xff\0\n[ifdiscover.backends\n=")
    argv = [*CLI, "addresses", "--backend", "toy"]
    done = subprocess.run(argv, env=installed, capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("192.0.2.77/255.255.255.255\n", "")


def test_an_entry_point_without_a_name_or_a_module_is_no_backend(installed: dict[str, str], tmp_path: Path) -> None:
    """The one is not listed, and of the other it is told."""
    points = {"toy": "mine =\nodd = one two\ntoy = toy_backend\n", "nameless": "= toy_backend\n"}
    for name, lines in points.items():
        info = tmp_path / f"{name}-1.0.dist-info"
        info.mkdir(exist_ok=True)
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
        (info / "entry_points.txt").write_text(f"[ifdiscover.backends]\n{lines}")
    done = subprocess.run([*CLI, "backends"], env=installed, capture_output=True, text=True, check=True)
    names = [line.split()[0] for line in done.stdout.splitlines() if not line.startswith(" ")]
    assert names == [*BUILT_IN, "mine", "odd", "toy"]
    for name, value in (("mine", ""), ("odd", "one two")):
        argv = [*CLI, "addresses", "--backend", name]
        done = subprocess.run(argv, env=installed, capture_output=True, text=True, check=False)
        assert (done.returncode, done.stdout) == (69, "")
        said = f'its entry point "{value}" cannot be loaded: it names no module'
        assert done.stderr == f"ifdiscover: error: backend {name} is not available: {said}\n"


def test_plug_ins_are_listed_after_the_built_in(installed: dict[str, str]) -> None:
    """In `backends`, each available or not."""
    done = subprocess.run([*CLI, "backends"], env=installed, capture_output=True, text=True, check=True)
    names = [line.split()[0] for line in done.stdout.splitlines() if not line.startswith(" ")]
    assert names == [*BUILT_IN, "broken", "toy"]


def test_the_contract_can_be_used_by_others(installed: dict[str, str], tmp_path: Path) -> None:
    """A subclass in another project's tests holds its backend to it."""
    test = tmp_path / "test_toy.py"
    test.write_text(
        "import toy_backend\nfrom ifdiscover.testing import BackendContract\n\n"
        "class TestToy(BackendContract):\n    backend = toy_backend\n"
    )
    argv = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--rootdir", str(tmp_path), str(test)]
    done = subprocess.run(argv, env=installed, capture_output=True, text=True, check=False, cwd=tmp_path)
    assert done.returncode == 0, done.stdout
    (tmp_path / "toy_backend.py").write_text(PLUG_IN.replace(" 32, ", " 31, "))
    done = subprocess.run(argv, env=installed, capture_output=True, text=True, check=False, cwd=tmp_path)
    assert done.returncode == 1
    assert "test_every_netmask_has_its_prefixlen_and_origin" in done.stdout


def test_load_gives_what_the_protocol_says() -> None:
    """Every built-in backend has the names of a Backend."""
    for name in BACKENDS:
        try:
            backend = load(name)
        except UnavailableError:
            continue
        assert callable(backend.read)
        assert backend.unavailable() is None
