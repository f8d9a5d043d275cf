"""Sandboxes on a host of one namespace: socket families refused by seccomp, and /proc masked in a mount namespace."""

from __future__ import annotations

import shutil
import subprocess
from errno import EAFNOSUPPORT, EPERM
from socket import AF_INET6, AF_NETLINK
from typing import TYPE_CHECKING, Callable

import pytest
from support.namespaces import CLI, ROOT, Namespace, why_no_namespaces
from support.need import need

if TYPE_CHECKING:
    from collections.abc import Iterator

    Run = Callable[..., subprocess.CompletedProcess[str]]

NO_NETLINK = (AF_NETLINK, EPERM)
NO_IPV6 = (AF_INET6, EAFNOSUPPORT)

MASK_PROC = ("unshare", "-m", "sh", "-c", 'mount -t tmpfs none /proc && exec "$@"', "sh")


@pytest.fixture(scope="session")
def refuse(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The program that refuses socket families."""
    if shutil.which("cc") is None:
        need("no cc: install a C compiler")
    built = str(tmp_path_factory.mktemp("sandbox") / "refuse")
    subprocess.run(["cc", "-Wall", "-Werror", "-o", built, str(ROOT / "tests/sandboxes/refuse.c")], check=True)
    return built


@pytest.fixture(scope="session")
def host() -> Iterator[Namespace]:
    """A namespace with lo, and an interface with an address of each family."""
    need(why_no_namespaces())
    with Namespace() as made:
        made.build(
            [
                "link set lo up",
                "link add eth0 type veth peer name eth1",
                "link set eth0 up",
                "addr add 192.0.2.25/24 dev eth0",
                "addr add 2001:db8::25/64 dev eth0",
            ]
        )
        yield made


@pytest.fixture
def sandboxed(host: Namespace, refuse: str) -> Run:
    """Runs the command line where families are refused and, if asked, /proc is masked."""

    def run(
        *arguments: str, refused: tuple[tuple[int, int], ...] = (NO_NETLINK,), masked: bool = False
    ) -> subprocess.CompletedProcess[str]:
        families = [str(int(number)) for pair in refused for number in pair]  # an enum is its name before 3.11
        before = MASK_PROC if masked else ()
        return host.run([*before, refuse, *families, "--", *CLI, *arguments], check=False)

    return run
