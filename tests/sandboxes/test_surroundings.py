"""Every command where a host lacks something: it answers as elsewhere and as postconf does, or says why it cannot."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest
from repository.test_start_up import COMMAND_LINES, RECORDED
from support.namespaces import ROOT, Namespace, environment, why_no_namespaces
from support.need import need
from support.program import in_process

if TYPE_CHECKING:
    from collections.abc import Iterator

STYLES = ("class", "subnet", "host")
HOST = [
    "link set lo up",
    "link add eth0 address 02:00:00:00:00:01 type veth peer name eth1 address 02:00:00:00:00:02",
    "link set eth0 up",
    "addr add 192.0.2.25/24 dev eth0",
    "addr add 2001:db8::25/64 dev eth0",
    "route add default via 192.0.2.1",
]
# With --redact a report has another key each time.
LINES = [[word for word in line if word != "--redact"] for line, _imports in COMMAND_LINES] + [
    ["backends"],
    ["completion", "bash"],
    ["--help"],
]
ASKING = [line for line in LINES if not line or (line[0][0] != "-" and line[-1:] != RECORDED[1:])]
"""Those that ask this host; all others need no other host to be tried again."""
TRUST = [["mynetworks", "-q", "-c", ".", "--format", "value", "--style", style] for style in STYLES]
PARAMETER = "mynetworks"
JUDGING = "check -c fixtures/main_cf/relay --from fixtures/hosts/mail-relay/snapshot.json"  # whose 65 is an answer
NEEDING_LIBRARIES = ("_ctypes", "binascii", "zlib")  # modules whose libraries are no part of the C library
FAULT_OF_OURS = 70
LIMIT = 60  # seconds for a command: whoever takes so long hangs
PYTHON = f"bin/python{sys.version_info[0]}.{sys.version_info[1]}"

# What a mount namespace puts over folders, before it runs what follows it.
EMPTY = "mount -t tmpfs none"
NO_PROC = f"{EMPTY} /proc"
NO_SYS = f"{EMPTY} /sys"
NO_IPV6_SYSCTL = f"{EMPTY} /proc/sys/net/ipv6"
NO_IF_INET6 = f"{EMPTY} /proc/{{pid}}/net && {EMPTY} /proc/{{pid}}/task/{{pid}}/net"
NOBODY = ("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups")

NO_NETLINK = "16 1"  # AF_NETLINK: EPERM
NO_IPV6 = "10 97"  # AF_INET6: EAFNOSUPPORT


class Surrounding(NamedTuple):
    """A way to run a program where something is missing."""

    steps: tuple[str, ...] = ()  # what is done to the host, as Namespace.build() takes it
    mounts: str = ""  # a line of shell, in a mount namespace
    refused: str = ""  # socket families, for the program of refuse.c
    enter: tuple[str, ...] = ()  # what the program is run by
    before_each: str = ""  # a line of shell before each command, in which {pid} is that of its process
    refusals: dict[str, int] | None = None  # the status of lines that have another one than elsewhere; None: other host
    is_whole: bool = True  # whether all that is told of the host is told here too


OTHER_NAMESPACE = "addresses --netns /proc/self/ns/net"
NO_NAMESPACE = {OTHER_NAMESPACE: 66}
NOT_PERMITTED = {OTHER_NAMESPACE: 77}
UNSEEN = dict.fromkeys(
    [
        "mynetworks --style=host",
        "mynetworks --format=explain",
        "own",
        "local 192.0.2.1",
        "match --style=subnet 192.0.2.1",
        "postconf -d mynetworks",
        *map(" ".join, TRUST),
    ],
    65,
)

SURROUNDINGS = {
    "nobody": Surrounding(enter=NOBODY, refusals=NOT_PERMITTED),
    "a user namespace": Surrounding(enter=("unshare", "-Ur"), refusals=NOT_PERMITTED),
    "nobody in a user namespace": Surrounding(enter=(*NOBODY, "unshare", "-Ur"), refusals=NOT_PERMITTED),
    "a user and a network namespace": Surrounding(enter=("unshare", "-rn")),
    "netlink refused": Surrounding(refused=NO_NETLINK, refusals=NOT_PERMITTED, is_whole=False),
    "netlink refused, and no /proc": Surrounding(
        mounts=NO_PROC, refused=NO_NETLINK, refusals={**NO_NAMESPACE, **UNSEEN}, is_whole=False
    ),
    "no /proc": Surrounding(mounts=NO_PROC, refusals=NO_NAMESPACE),
    "no /sys": Surrounding(mounts=NO_SYS, refusals={}),
    "neither /proc nor /sys": Surrounding(mounts=f"{NO_SYS} && {NO_PROC}", refusals=NO_NAMESPACE),
    "lo down": Surrounding(("link set lo down",)),
    "no interface up": Surrounding(("link set lo down", "link set eth0 down")),
    "IPv6 off for all": Surrounding(("sysctl ipv6/conf/all/disable_ipv6=1",)),
    "IPv6 off for new interfaces": Surrounding(
        ("sysctl ipv6/conf/default/disable_ipv6=1", "link add new0 type veth peer name new1", "link set new0 up")
    ),
    "IPv6 off on one interface": Surrounding(("sysctl ipv6/conf/eth0/disable_ipv6=1",)),
    "IPv6 off on lo": Surrounding(("sysctl ipv6/conf/lo/disable_ipv6=1",)),
    "no IPv6 in the kernel": Surrounding(mounts=NO_IPV6_SYSCTL, before_each=NO_IF_INET6, refused=NO_IPV6),
    "no IPv6 in the kernel, and netlink refused": Surrounding(
        mounts=NO_IPV6_SYSCTL, before_each=NO_IF_INET6, refused=f"{NO_IPV6} {NO_NETLINK}"
    ),
}


class Answer(NamedTuple):
    """What a command did."""

    status: int
    out: str
    err: str


@pytest.fixture(scope="module")
def lent() -> Iterator[Path]:
    """A folder that everybody may read: the package as it is installed, what the commands name, and a main.cf."""
    need(why_no_namespaces())
    if os.geteuid() != 0:
        need("only root mounts over folders and becomes nobody here")
    folder = Path(tempfile.mkdtemp(prefix="lent"))
    folder.chmod(0o755)
    try:
        for name in ("ifdiscover", "fixtures/main_cf", "fixtures/hosts/mail-relay"):
            shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        folder.joinpath("python").mkdir()
        folder.joinpath("master.cf").touch()
        folder.joinpath("main.cf").write_text("compatibility_level = 3.6\nmyhostname = mail.example.com\n")
        subprocess.run([sys.executable, "-m", "compileall", "-q", str(folder / "ifdiscover")], check=True)
        subprocess.run(["chmod", "-R", "a+rX", str(folder)], check=True)
        yield folder
    finally:
        shutil.rmtree(folder)


def run_in(
    host: Namespace, lent: Path, surrounding: Surrounding, refuse: str, argv: list[str]
) -> subprocess.CompletedProcess[str]:
    """Run a program in a surrounding, in the lent folder; the Python that is running here is in python/ there."""
    before = [refuse, *surrounding.refused.split(), "--"] if surrounding.refused else []
    steps = [f"mount --bind {sys.base_prefix} python", surrounding.mounts or "true", 'exec "$@"']
    script = f'cd "$0" && {" && ".join(steps)}'
    return host.run(
        ["unshare", "-m", "sh", "-c", script, str(lent), *before, *surrounding.enter, *argv],
        check=False,
        # nobody may not read the folder in which a shared libpython lies
        env=environment(PYTHONPATH=str(lent), MAIL_CONFIG=".", LD_LIBRARY_PATH=str(lent / "python/lib")),
    )


def answers(
    host: Namespace,
    lent: Path,
    surrounding: Surrounding,
    refuse: str,
    lines: list[list[str]],
    *,
    python: str = f"python/{PYTHON}",
) -> dict[str, Answer]:
    """What each command line does in a surrounding."""
    runner = (ROOT / "tests/sandboxes/forks.py").read_text()
    argv = [python, "-c", runner, json.dumps([lines, LIMIT, surrounding.before_each])]
    done = run_in(host, lent, surrounding, refuse, argv)
    assert done.returncode == 0, done.stderr
    return {" ".join(line): Answer(*told) for line, told in zip(lines, json.loads(done.stdout))}


@pytest.fixture(scope="module")
def elsewhere(lent: Path, refuse: str) -> dict[str, Answer]:
    """What each command line does where nothing is missing."""
    with Namespace() as host:
        host.build(HOST)
        return answers(host, lent, Surrounding(), refuse, [*LINES, *TRUST])


def without_time(text: str) -> str:
    """A document without the moment at which it was made."""
    return re.sub('"taken_at": "[^"]*"', "", text)


@pytest.mark.netns
@pytest.mark.parametrize("name", SURROUNDINGS)
def test_a_command_answers_or_says_why_not(
    name: str, lent: Path, refuse: str, postconf: str, elsewhere: dict[str, Answer]
) -> None:
    """Trust is what postconf tells there. Where postconf has no answer, there is an error, or a whole answer."""
    surrounding = SURROUNDINGS[name]
    with Namespace() as host:
        host.build([*HOST, *surrounding.steps])
        lines = LINES if surrounding.refusals is not None else ASKING
        found = answers(host, lent, surrounding, refuse, [*lines, *TRUST])
        of_postfix = [
            run_in(host, lent, surrounding, refuse, [postconf, "-h", "-o", f"mynetworks_style={style}", PARAMETER])
            for style in STYLES
        ]
    for line, (status, out, err) in found.items():
        assert "Traceback" not in err, line
        assert 0 <= status != FAULT_OF_OURS, (line, status, err)
        if status > 1 and line != JUDGING:
            assert out == "", line
            assert "ifdiscover: error: " in err, line
    whole = [elsewhere[" ".join(line)].out for line in TRUST]
    for line, done, networks in zip(map(" ".join, TRUST), of_postfix, whole):
        status, out, err = found[line]
        if done.returncode == 0:
            assert (status, out) == (0, done.stdout), (line, err)
        elif status == 0:  # it has another way to ask than Postfix, and sees all that there is
            seen = set(out.split())
            assert seen == {text for text in networks.split() if "[" not in text or "[" in out}, (line, done.stderr)
            assert "[" in out or "disabling IPv6" in err, err
        else:
            assert status in (65, 69), err
    if surrounding.refusals is None:
        return
    others = {line: one.status for line, one in found.items() if one.status != elsewhere[line].status}
    assert others == surrounding.refusals
    if surrounding.is_whole:
        for line, one in found.items():
            if line not in others:
                assert without_time(one.out) == without_time(elsewhere[line].out), line


@pytest.mark.netns
def test_a_chroot_with_nothing_but_python(lent: Path, refuse: str, elsewhere: dict[str, Answer]) -> None:
    """There is no /proc, no /dev and no /etc: all is told but another namespace."""
    root = lent / "root"
    library = Path(sysconfig.get_path("stdlib"))
    interpreter = Path(sys.base_prefix, PYTHON)
    extensions = [str(file) for name in NEEDING_LIBRARIES for file in library.glob(f"lib-dynload/{name}.*.so")]
    needed = subprocess.run(["ldd", str(interpreter), *extensions], capture_output=True, text=True, check=True).stdout
    for path in {str(interpreter), *re.findall(r"(/\S+) \(0x", needed)}:
        copy = root / path[1:]
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, copy)
    for name in ("ifdiscover", "fixtures"):
        shutil.copytree(lent / name, root / name)
    for name in ("main.cf", "master.cf"):
        shutil.copy(lent / name, root / name)
    inside = root / str(library)[1:]
    inside.mkdir(parents=True)
    surrounding = Surrounding(mounts=f"mount --bind {library} {inside}", enter=("chroot", str(root)))
    with Namespace() as host:
        host.build(HOST)
        found = answers(host, lent, surrounding, refuse, [*LINES, *TRUST], python=str(interpreter))
    others = {line: one.status for line, one in found.items() if one.status != elsewhere[line].status}
    assert others == NO_NAMESPACE
    for line, one in found.items():
        assert "Traceback" not in one.err
        if line not in others:
            assert without_time(one.out) == without_time(elsewhere[line].out), line


@pytest.mark.netns
@pytest.mark.parametrize("style", STYLES)
def test_a_recorded_host_without_lo(style: str, postconf: str, tmp_path: Path) -> None:
    """No kernel of today lets lo go; to Postfix such a host is one whose lo has no address."""
    folder = str(tmp_path)
    (tmp_path / "main.cf").write_text("compatibility_level = 3.6\nmyhostname = mail.example.com\n")
    (tmp_path / "master.cf").touch()
    need(why_no_namespaces())
    with Namespace() as host:
        host.build(HOST)
        document = json.loads(host.ifdiscover("snapshot").stdout)
        host.build(["addr flush dev lo"])
        asked = [postconf, "-c", folder, "-h", "-o", f"mynetworks_style={style}", PARAMETER]
        wanted = host.run(asked).stdout
    assert document["interfaces"].pop(0)["name"] == "lo"
    document["order"] = [[at - 1, number] for at, number in document["order"] if at]
    recording = tmp_path / "snapshot.json"
    recording.write_text(json.dumps(document))
    recorded = ["--from", str(recording), "-q", "-c", folder]
    assert in_process("mynetworks", "--style", style, "--format", "value", *recorded)[1] == wanted
    assert in_process("match", "--style", style, "192.0.2.25", *recorded)[0] == 0
    assert in_process("match", "--style", style, "127.0.0.1", *recorded)[0] == 1
    status, out, err = in_process("check", "--from", str(recording), "-q", "-c", folder)
    assert (status, err) == (0, ""), out
