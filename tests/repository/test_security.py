"""What docs/security.md says of files, programs and sockets is what the system sees of each command (strace)."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest
from support.namespaces import CLI, ROOT, environment
from support.need import need

MAIL_RELAY = "fixtures/hosts/mail-relay/snapshot.json"
COMMAND_LINES = (
    "addresses",
    "addresses --backend ioctl",
    "addresses --backend getifaddrs",
    "interfaces",
    "source -q",
    "snapshot",
    "facts -c fixtures/main_cf/relay",
    "report --redact -c fixtures/main_cf/relay",
    f"diff {MAIL_RELAY} fixtures/differences/later.txt",
    "mynetworks --style all",
    "mynetworks -c fixtures/main_cf/lan-relay --format explain",
    f"merge {MAIL_RELAY}",
    "own -c fixtures/main_cf/relay",
    "local [127.0.0.1]",
    "match -c fixtures/main_cf/lan-relay 10.20.1.2",
    f"check -c fixtures/main_cf/faulty --from {MAIL_RELAY}",
    "postconf -c fixtures/main_cf/relay mynetworks",
)

# What any Python and C library open for themselves, and what docs/security.md names.
OF_THE_SYSTEM = re.compile(
    r"/etc/(ld\.so|localtime|nsswitch|hosts|resolv|host\.conf|gai)|/usr/|/lib|/dev/(null|urandom)$|/proc/(self/|sys/vm/)"
)
NAMED = re.compile(r"/proc/thread-self/net/(if_inet6|dev)$|/proc/sys/net/ipv6/conf/|/etc/postfix/")
OF_PACKAGES = re.compile(r"/proc/(net/dev|net/psched|stat)$")  # which report asks, as backends --compare does
CALLS = "openat,open,creat,execve,socket,connect,sendto,unlink,unlinkat,rename,renameat,renameat2,mkdir,mkdirat,chmod"


class Seen(NamedTuple):
    """What a command did."""

    opened: set[str]
    written: set[str]
    executed: list[str]
    families: set[str]
    sent_to: set[str]
    changed: list[str]


def traced(line: str, folder: Path) -> Seen:
    """Run a command under strace and sort what it asked of the system."""
    log = folder / "log"
    argv = ["strace", "-f", "-qq", "-s", "400", "-e", f"trace={CALLS}", "-o", str(log), *CLI, *line.split()]
    without_bytecode = {**environment(), "PYTHONDONTWRITEBYTECODE": "1"}
    subprocess.run(argv, cwd=ROOT, env=without_bytecode, capture_output=True, check=False)
    text = log.read_text(errors="replace")
    opens = re.findall(r'(?m)^\d+ +open(?:at)?\((?:AT_FDCWD, )?"([^"]*)", ([A-Z_|]+)', text)
    return Seen(
        {path for path, _flags in opens},
        {path for path, flags in opens if re.search("O_WRONLY|O_RDWR|O_CREAT|O_TRUNC", flags)},
        re.findall(r'(?m)^\d+ +execve\("([^"]*)".* = 0$', text),
        set(re.findall(r"(?m)^\d+ +socket\((\w+)", text)),
        set(re.findall(r"(?m)^\d+ +sendto\(.*sa_family=(\w+)", text)),
        re.findall(r"(?m)^\d+ +((?:unlink|rename|mkdir|chmod|creat)\w*\(.*)$", text),
    )


@pytest.mark.parametrize("line", COMMAND_LINES)
def test_a_command_opens_executes_and_sends_what_the_page_says(line: str, tmp_path: Path) -> None:
    """And writes nothing."""
    need(None if shutil.which("strace") else "no strace: install strace")
    seen = traced(line, tmp_path)
    own = {str(Path(path).resolve()) for path in (sys.prefix, sys.base_prefix, str(ROOT))}
    strange = {
        path
        for path in seen.opened
        if path.startswith("/")
        and not str(Path(path).resolve()).startswith(tuple(own))
        and not OF_THE_SYSTEM.match(path)
        and not NAMED.match(path)
        and not (line.startswith("report") and OF_PACKAGES.match(path))
    }
    assert strange == set()
    assert seen.written <= {"/dev/null"}
    assert set(seen.executed[1:]) <= ({"/usr/sbin/postconf"} if line.startswith(("facts", "report")) else set())
    assert seen.families <= {"AF_NETLINK", "AF_INET", "AF_INET6", "AF_UNIX"}
    assert seen.sent_to <= {"AF_NETLINK"}
    assert seen.changed == []


def test_the_page_names_what_the_test_allows() -> None:
    """Each file and folder outside of Python's own."""
    page = ROOT.joinpath("docs/security.md").read_text()
    for name in (
        "/proc/thread-self/net/if_inet6",
        "/proc/thread-self/net/dev",
        "/proc/net/dev",
        "/proc/net/psched",
        "/proc/stat",
        "/proc/sys/net/ipv6/conf/",
        "main.cf",
        "/etc/hosts",
        "--exec",
    ):
        assert name in page
