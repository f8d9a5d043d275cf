"""Network namespaces that tests make themselves: ``ip netns`` as root, ``unshare -rn`` otherwise."""

from __future__ import annotations

import functools
import itertools
import os
import pathlib
import re
import shlex
import shutil
import subprocess
import sys
import time
from typing import TYPE_CHECKING

from support.need import need

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from types import TracebackType

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
CLI = (sys.executable, "-m", "ifdiscover")

# Takes away what is random or slow: automatic link-local addresses, duplicate address detection, solicitations.
QUIET = {
    "all/disable_ipv6": 0,
    "default/disable_ipv6": 0,
    "lo/disable_ipv6": 0,
    "all/accept_dad": 0,
    "default/accept_dad": 0,
    "default/addr_gen_mode": 1,
    "default/router_solicitations": 0,
    "default/accept_ra": 0,
    "default/autoconf": 0,
}

# A link that has a carrier and is not up yet; an IPv6 address that is not looked after yet.
PENDING = re.compile(r"<[^>]*\bLOWER_UP\b[^>]*>.* state (?:DOWN|LOWERLAYERDOWN|DORMANT) | tentative ")

HOSTS = "127.0.0.1 localhost\n::1 localhost\n"
_numbers = itertools.count()


@functools.cache
def why_no_namespaces() -> str | None:
    """Why this process can make no network namespace; None if it can."""
    for program in ("ip", "unshare", "nsenter"):
        if shutil.which(program) is None:
            return f"no {program}: install iproute2 and util-linux"
    argv = ["unshare", "-n", "true"] if os.geteuid() == 0 else ["unshare", "-rn", "true"]
    tried = subprocess.run(argv, capture_output=True, text=True, check=False)
    return None if tried.returncode == 0 else f"no network namespace: {tried.stderr.strip()}"


def environment(**more: str) -> dict[str, str]:
    """The environment for a program of this checkout; without what makes Python slow or loud, or names a main.cf."""
    ours = ("PYTHON", "IFDISCOVER", "MAIL_CONFIG")
    env = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    return {**env, "PYTHONPATH": str(ROOT), **more}


class Namespace:
    """A network namespace; a context manager."""

    def __init__(self, hosts: str = HOSTS) -> None:
        self.as_root = os.geteuid() == 0
        self.hosts = hosts
        self.does_dad = False
        self._holder: subprocess.Popen[str] | None = None
        if self.as_root:
            self.name = f"ifd{os.getpid()}n{next(_numbers)}"
            self._enter = ["ip", "netns", "exec", self.name]

    def __enter__(self) -> Namespace:  # noqa: PYI034 - Self is not in 3.9's typing
        if self.as_root:
            # `ip netns exec` binds these over the real ones; without them a resolver may wait for a name server.
            etc = pathlib.Path("/etc/netns", self.name)
            etc.mkdir(parents=True)
            etc.joinpath("hosts").write_text(self.hosts)
            etc.joinpath("nsswitch.conf").write_text("hosts: files\n")
            etc.joinpath("resolv.conf").write_text("")
            subprocess.run(["ip", "netns", "add", self.name], check=True)
        else:
            self._holder = subprocess.Popen(
                ["unshare", "-rn", "sh", "-c", "echo ready; exec cat"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
            assert self._holder.stdout is not None
            assert self._holder.stdout.readline() == "ready\n"
            self._enter = ["nsenter", "-U", "-n", "--preserve-credentials", "-t", str(self._holder.pid)]
        settings = "; ".join(f"echo {value} > /proc/sys/net/ipv6/conf/{key}" for key, value in QUIET.items())
        self.run(["sh", "-c", settings])
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._holder is not None:
            self._holder.communicate()
        else:
            subprocess.run(["ip", "netns", "del", self.name], check=True)
            shutil.rmtree(f"/etc/netns/{self.name}")

    def argv(self, argv: Sequence[str]) -> list[str]:
        """The command line that runs another one in here."""
        return [*self._enter, *argv]

    def run(
        self, argv: Sequence[str], *, check: bool = True, stdin: str | None = None, env: dict[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        """Run a command in here; output as text in which every byte survives."""
        done = subprocess.run(
            self.argv(argv),
            input=stdin,
            stdin=None if stdin is not None else subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            errors="surrogateescape",
            check=False,
            cwd=ROOT,
            env=environment() if env is None else env,
        )
        if check and done.returncode:
            raise AssertionError(f"{shlex.join(argv)}: status {done.returncode}\n{done.stdout}{done.stderr}")
        return done

    def ifdiscover(self, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        """Run the command line in here."""
        return self.run([*CLI, *arguments], check=check)

    def build(self, steps: Iterable[str]) -> None:
        """Apply steps in order: arguments of ip(8), or ``sysctl PATH=VALUE``. One that starts with "?" may fail."""
        steps = list(steps)
        if any(step.startswith("tuntap") for step in steps) and not os.access("/dev/net/tun", os.R_OK | os.W_OK):
            need("/dev/net/tun may not be opened here")
        batch: list[str] = []
        for step in [*steps, "flush"]:
            word, _, rest = step.partition(" ")
            if word not in ("flush", "sysctl") and not word.startswith("?"):
                batch.append(step)
                continue
            if batch:
                self.run(["ip", "-batch", "-"], stdin="\n".join(batch) + "\n")
                batch.clear()
            if word == "sysctl":
                path, _, value = rest.partition("=")
                self.run(["sh", "-c", f"echo {value} > /proc/sys/net/{path}"])
            elif word.startswith("?"):
                self.run(["ip", *step[1:].split()], check=False)
        self.does_dad |= any("accept_dad=1" in step for step in steps)
        if not self.does_dad:
            self._settle()

    def _settle(self) -> None:
        """Wait, for two seconds at most, until the kernel has done what it does some time after a command."""
        until = time.monotonic() + 2
        while PENDING.search(self.run(["ip", "addr"]).stdout) and time.monotonic() < until:
            time.sleep(0.01)
