"""Where a sandbox hides half of a host, trust is not told from the other half."""

from __future__ import annotations

import json
import os
import subprocess
from typing import TYPE_CHECKING, Callable

import pytest
from sandboxes.conftest import NO_IPV6, NO_NETLINK
from support.agreement import BACKENDS
from support.need import need

if TYPE_CHECKING:
    from pathlib import Path

    from support.namespaces import Namespace

Run = Callable[..., "subprocess.CompletedProcess[str]"]

UNSEEN = "backend ioctl could not see IPv6 addresses"
OF_TRUST = (
    ["mynetworks", "--style", "subnet"],
    ["mynetworks", "--style", "all", "--format", "json"],
    ["mynetworks", "--style", "subnet", "--format", "explain"],
    ["match", "--style", "subnet", "192.0.2.7", "2001:db8::7"],
    ["own"],
    ["local", "[IPv6:2001:db8::25]"],
    ["postconf", "-d", "mynetworks"],
)


@pytest.fixture(autouse=True)
def _root() -> None:
    if os.geteuid() != 0:
        need("only root mounts over /proc here")


@pytest.mark.parametrize("command", OF_TRUST, ids=" ".join)
def test_trust_is_not_told_from_half_a_host(sandboxed: Run, command: list[str]) -> None:
    """Netlink is refused and /proc masked, so that nobody sees an IPv6 address: an error, and no answer."""
    done = sandboxed(*command, masked=True)
    assert (done.returncode, done.stdout) == (65, "")
    assert UNSEEN in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("command", [OF_TRUST[0], OF_TRUST[3], OF_TRUST[4]], ids=" ".join)
def test_who_asks_about_the_half_that_is_seen_gets_an_answer(
    host: Namespace, sandboxed: Run, command: list[str]
) -> None:
    """inet_protocols = ipv4 needs no IPv6 address: the answer is that of a whole reading."""
    given = [*command, "-o", "inet_protocols=ipv4"]
    whole = host.ifdiscover(*given, check=False)
    done = sandboxed(*given, masked=True)
    assert done.returncode == whole.returncode != 65
    assert done.stdout == whole.stdout


def test_addresses_that_were_seen_are_shown_with_a_warning(sandboxed: Run) -> None:
    """To show is not to trust; but what is missing is said."""
    done = sandboxed("addresses", masked=True)
    assert done.returncode == 0
    assert "192.0.2.25" in done.stdout
    assert "can't open /proc/net/if_inet6" in done.stderr


def test_check_says_what_it_cannot_tell(sandboxed: Run, tmp_path: Path) -> None:
    """The status is 65 if nothing is worse."""
    (tmp_path / "main.cf").write_text("compatibility_level = 3.6\nmyhostname = mail.example.com\n")
    done = sandboxed("check", "-c", str(tmp_path), "--format", "json", masked=True)
    found = {one["kind"]: one["cannot_tell"] for one in json.loads(done.stdout)["findings"]}
    assert (done.returncode, found.get("unseen-addresses")) == (65, True)
    assert "can't open /proc/net/if_inet6" in done.stderr


@pytest.mark.parametrize("masked", [False, True], ids=["proc", "no proc"])
@pytest.mark.parametrize("backend", BACKENDS)
def test_each_backend_is_right_or_refuses_where_netlink_is(
    host: Namespace, sandboxed: Run, backend: str, *, masked: bool
) -> None:
    """Nothing else: no traceback, and no other set of networks."""
    command = ["mynetworks", "--style", "subnet", "--format", "value", "--backend", backend]
    done = sandboxed(*command, masked=masked)
    assert "Traceback" not in done.stderr
    if done.returncode:
        assert done.returncode in (65, 69, 71, 77), done
        assert not done.stdout
        assert "error: " in done.stderr
    else:
        whole = host.ifdiscover("mynetworks", "--style", "subnet", "--format", "value")
        assert sorted(done.stdout.split()) == sorted(whole.stdout.split())


def test_where_ipv6_is_not_in_the_kernel_the_answer_is_whole(host: Namespace, sandboxed: Run) -> None:
    """socket(2) says EAFNOSUPPORT to Postfix, too: it goes on with IPv4, and so does this, with its warning."""
    done = sandboxed("mynetworks", "--style", "subnet", refused=(NO_NETLINK, NO_IPV6), masked=True)
    whole = host.ifdiscover("mynetworks", "--style", "subnet", "-o", "inet_protocols=ipv4")
    assert (done.returncode, done.stdout) == (0, whole.stdout)
    assert "disabling IPv6 name/address support" in done.stderr
