"""A watch in a network namespace, in which addresses, links and routes change."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from support.namespaces import CLI, Namespace
from support.need import need
from support.watching import LONGEST, Watching, come_true, descriptors_of, lists_of, memory_of, replayed

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def main_cf(tmp_path: Path) -> Path:
    """A main.cf of Postfix's defaults."""
    path = tmp_path / "main.cf"
    path.write_text("compatibility_level = 3.6\nmynetworks_style = subnet\n")
    return path


def test_the_present_answer_is_the_first_report(changing: Namespace) -> None:
    """With nothing before it, and no need."""
    with Watching(changing) as watching:
        (report,) = watching.reports
    assert report["needs"] is None
    assert set(report["after"]["own_addresses"]) >= {"127.0.0.1", "192.0.2.25", "::1"}
    assert report["after"]["source_addresses"] == ["192.0.2.25"]
    assert report["added"] == {name: report["after"][name] for name in report["added"]}


def test_an_address_that_comes_or_goes_is_reported(changing: Namespace, main_cf: Path) -> None:
    """With the network that comes with it, and what Postfix needs."""
    with Watching(changing, "-c", str(main_cf.parent)) as watching:
        changing.build(["addr add 198.51.100.7/24 dev w0"])
        report = watching.report()
        assert report["added"]["own_addresses"] == ["198.51.100.7"]
        assert report["added"]["mynetworks"] == ["198.51.100.0/24"]
        assert report["needs"]["what"] == "reload"
        changing.build(["addr del 198.51.100.7/24 dev w0"])
        report = watching.report()
        assert report["gone"]["own_addresses"] == ["198.51.100.7"]
        assert replayed(watching.reports) == lists_of(report["after"])


def test_a_source_that_changes_is_reported(changing: Namespace) -> None:
    """Though no address changed: the route is another one, or none is left."""
    changing.build(["addr add 198.51.100.7/24 dev w0"])
    with Watching(changing) as watching:
        changing.build(["route replace default via 192.0.2.1 src 198.51.100.7"])
        report = watching.report()
        assert (report["gone"]["source_addresses"], report["added"]["source_addresses"]) == (
            ["192.0.2.25"],
            ["198.51.100.7"],
        )
        assert report["needs"]["what"] == "nothing"
        changing.build(["route del default"])
        assert watching.report()["after"]["source_addresses"] == []


def test_a_link_that_goes_down_takes_its_addresses_along(changing: Namespace) -> None:
    """And the default route, of which the kernel sends no news of its own."""
    with Watching(changing) as watching:
        changing.build(["link set w0 down"])
        report = watching.report()
    assert "192.0.2.25" in report["gone"]["own_addresses"]
    assert report["after"]["source_addresses"] == []


def test_an_interface_gets_another_name_while_it_is_up(changing: Namespace) -> None:
    """No change; what changes under the new name is told."""
    with Watching(changing) as watching:
        changing.build(["link property add dev w0 altname another", "link set w0 down"])
        watching.report()
        changing.build(["link set w0 name renamed", "link set renamed up", "addr add 198.51.100.7/24 dev renamed"])
        assert "198.51.100.7" in watching.report()["added"]["own_addresses"]


def test_the_end_of_duplicate_address_detection_is_heard(changing: Namespace, tmp_path: Path) -> None:
    """When a named address is no longer tentative, Postfix can have a socket to it, and the restart is told."""
    (tmp_path / "main.cf").write_text("compatibility_level = 3.6\ninet_interfaces = 192.0.2.25\n")
    with Watching(changing, "-c", str(tmp_path)) as watching:
        (tmp_path / "main.cf").write_text("compatibility_level = 3.6\ninet_interfaces = 192.0.2.25, 2001:db8::7\n")
        changing.build(
            [
                "sysctl ipv6/conf/w0/accept_dad=1",
                "sysctl ipv6/conf/w0/dad_transmits=3",
                "addr add 2001:db8::7/64 dev w0",
            ]
        )
        report = watching.report()
        assert report["needs"]["what"] == "reload"
        assert report["needs"]["until"][-1] == "postfix start fails so long as 2001:db8::7 is tentative or a duplicate"
        report = watching.report()
        assert (report["needs"]["what"], report["before"]) == ("restart", report["after"])


def test_a_lifetime_that_counts_down_is_no_change(changing: Namespace) -> None:
    """Nor is one that is renewed, nor a route that no packet to everywhere else takes, nor the name of an interface."""
    changing.build(["addr add 198.51.100.7/24 dev w0 valid_lft 3000 preferred_lft 2000"])
    with Watching(changing) as watching:
        changing.build(
            [
                "addr change 198.51.100.7/24 dev w0 valid_lft 4000 preferred_lft 3000",
                "route add 203.0.113.0/24 via 192.0.2.1",
                "link set w0 alias other",
                "link set w1 down",
                "link set w1 name renamed",
                "link set renamed up",
            ]
        )
        assert not watching.has_report(1)
        changing.build(["addr add 198.51.100.8/32 dev w0"])
        assert watching.report()["added"]["own_addresses"] == ["198.51.100.8"]


@pytest.mark.parametrize(("address", "length"), [("198.51.100.7", 24), ("2001:db8::7", 64)], ids=["IPv4", "IPv6"])
def test_an_address_that_becomes_deprecated_is_a_change(address: str, length: int, changing: Namespace) -> None:
    """The kernel tells it, by itself, when the preferred lifetime has come to its end."""
    with Watching(changing) as watching:
        changing.build([f"addr add {address}/{length} dev w0 valid_lft 1000 preferred_lft 2"])
        assert watching.report()["added"]["own_addresses"] == [address]
        report = watching.report()
    assert report["added"]["deprecated"] == [address]
    assert not any(report["gone"].values())


def test_a_burst_is_one_report(changing: Namespace) -> None:
    """As a new prefix, or the renewal of a lease, is many events."""
    with Watching(changing, debounce="0.5") as watching:
        changing.build([f"addr add 198.51.100.{number}/24 dev w0" for number in range(1, 101)])
        assert len(watching.report()["added"]["own_addresses"]) == 100


def test_changes_that_never_end_are_reported_all_the_same(changing: Namespace) -> None:
    """The debounce is longer than any pause; the report comes while they go on."""
    with Watching(changing, debounce="0.2") as watching:
        started = 0
        while not watching.has_report(0.01):
            changing.build(["addr add 198.51.100.7/24 dev w0", "addr del 198.51.100.7/24 dev w0"] * 5)
            changing.build([f"addr add 203.0.113.{started % 250 + 1}/32 dev w0"])
            started += 1
        assert watching.report()["added"]["own_addresses"]


def test_main_cf_is_read_again_at_each_change(changing: Namespace, main_cf: Path) -> None:
    """One that is broken is told, and survived."""
    good = main_cf.read_text()
    with Watching(changing, "-c", str(main_cf.parent)) as watching:
        main_cf.write_text("mynetworks\n")
        changing.build(["addr add 198.51.100.7/24 dev w0"])
        assert "mynetworks" in watching.said()
        assert not watching.has_report(0.3)
        main_cf.write_text(f"{good}mynetworks = 203.0.113.0/24\n")
        changing.build(["addr add 198.51.100.8/24 dev w0"])
        report = watching.report()
        assert report["after"]["mynetworks"] == ["203.0.113.0/24"]
        assert report["added"]["own_addresses"] == ["198.51.100.7", "198.51.100.8"]


def test_a_main_cf_that_names_an_address_that_goes_needs_an_edit(changing: Namespace, main_cf: Path) -> None:
    """Postfix does not start then; the report has its words, and the watch goes on."""
    main_cf.write_text("compatibility_level = 3.6\ninet_interfaces = 192.0.2.25\n")
    with Watching(changing, "-c", str(main_cf.parent)) as watching:
        changing.build(["addr del 192.0.2.25/24 dev w0", "addr add 192.0.2.26/24 dev w0"])
        report = watching.report()
        assert report["needs"]["what"] == "edit"
        assert "192.0.2.25" in report["after"]["error"]
        (edit,) = report["needs"]["edits"]
        assert (edit["place"]["line"], edit["suggestion"]) == (2, "inet_interfaces = 192.0.2.26")
        changing.build(["addr add 192.0.2.25/24 dev w0"])
        assert watching.report()["after"]["error"] is None


def test_an_interface_that_moves_away_takes_its_addresses_along(changing: Namespace) -> None:
    """Into another namespace, as a container's runtime moves it."""
    with Namespace() as other, Watching(changing) as watching:
        changing.run(["ip", "link", "set", "w0", "netns", other.name if other.as_root else "1"])
        assert "192.0.2.25" in watching.report()["gone"]["own_addresses"]


def test_another_namespace_is_watched_from_outside(entered: Namespace) -> None:
    """What changes there is reported; what changes here is not."""
    with Watching(entered, "--netns", entered.name, outside=True) as watching:
        entered.build(["addr add 198.51.100.7/24 dev w0"])
        assert watching.report()["added"]["own_addresses"] == ["198.51.100.7"]


def test_a_namespace_that_is_deleted_ends_the_watch() -> None:
    """At once, without news: its sockets would keep it alive, with all that is in it."""
    need(None if os.geteuid() == 0 else "needs root")
    name = f"ifd{os.getpid()}gone"
    subprocess.run(["ip", "netns", "add", name], check=True)
    held: Namespace = Namespace.__new__(Namespace)
    try:
        watching = Watching(held, "--netns", name, outside=True)
        watching.report()
    finally:
        subprocess.run(["ip", "netns", "del", name], check=True)
    _out, err = watching.process.communicate(timeout=LONGEST)
    assert (watching.process.returncode, err.decode()) == (
        66,
        f"ifdiscover: error: network namespace {name} has come to its end, and so has the watch\n",
    )


@pytest.mark.parametrize("by_signal", [False, True], ids=["by itself", "by a signal"])
def test_the_end_of_a_namespace_is_told_before_a_command_has_ended(
    by_signal: bool, entered: Namespace, tmp_path: Path
) -> None:
    """At once; the command that runs has its seconds, as whenever the watch ends, or until a signal comes."""
    name = f"ifd{os.getpid()}held"
    go, runs, done = tmp_path / "go", tmp_path / "runs", tmp_path / "done"
    shell = f"touch {runs}; while [ ! -e {go} ]; do sleep 0.05; done; touch {done}"
    subprocess.run(["ip", "netns", "add", name], check=True)
    try:
        watching = Watching(entered, "--netns", name, "--exec", "sh", "-c", shell, outside=True)
        watching.report()
        subprocess.run(["ip", "-n", name, "link", "set", "lo", "up"], check=True)
        watching.report()
        come_true(runs.exists)
    finally:
        subprocess.run(["ip", "netns", "del", name], check=True)
    assert watching.said() == f"ifdiscover: error: network namespace {name} has come to its end, and so has the watch"
    assert watching.said() == "ifdiscover: waiting for sh to end; a signal ends it now"
    if by_signal:
        watching.process.terminate()
        assert watching.said() == "ifdiscover: error: sh was ended by signal 15"
    else:
        go.touch()
    watching.process.communicate(timeout=LONGEST)
    assert (watching.process.returncode, done.exists()) == (66, not by_signal)


def test_the_last_process_of_a_namespace_ends_the_watch(entered: Namespace) -> None:
    """If the namespace was named by it, as a container's is."""
    held = subprocess.Popen(entered.argv(["sleep", "1000"]))
    try:
        while Path(f"/proc/{held.pid}/ns/net").readlink() == Path("/proc/self/ns/net").readlink():
            time.sleep(0.01)
        watching = Watching(entered, "--netns", str(held.pid), outside=True)
        watching.report()
    finally:
        held.kill()
        held.wait()
    watching.process.communicate(timeout=LONGEST)
    assert watching.process.returncode == 66


@pytest.mark.parametrize(("number", "status"), [(signal.SIGTERM, 0), (signal.SIGINT, 130)])
def test_a_signal_ends_it(number: int, status: int, changing: Namespace) -> None:
    """Quietly, with a status that tells which."""
    with Watching(changing) as watching:
        assert watching.end(number) == status
        assert watching.process.communicate() == (b"", b"")


@pytest.mark.parametrize(("command", "threads"), [([], 1), (["--exec", "true"], 2)], ids=["alone", "with --exec"])
def test_an_idle_watch_makes_no_system_call(
    command: list[str], threads: int, changing: Namespace, tmp_path: Path
) -> None:
    """Each of its threads waits in one; nothing polls."""
    need(None if shutil.which("strace") else "no strace")
    with Watching(changing, *command) as watching:
        calls = tmp_path / "calls"
        tracer = subprocess.Popen(["strace", "-f", "-o", str(calls), "-p", str(watching.pid)], stderr=subprocess.PIPE)
        assert tracer.stderr is not None
        assert b"attached" in tracer.stderr.readline()
        time.sleep(2)
        tracer.terminate()
        tracer.communicate()
        # The calls in which they were found waiting, which go on for good.
        found = [line.split()[1].partition("(")[0] for line in calls.read_text().splitlines()]
        assert len(found) == threads
        assert set(found) <= {"restart_syscall", "poll", "ppoll", "futex"}


@pytest.mark.parametrize(
    ("shell", "status", "said"),
    [
        ('"$@" >/dev/full', 74, "ifdiscover: error: cannot write to standard output: No space left on device\n"),
        ('("$@"; echo $? >&2) | true', 0, "141\n"),
    ],
    ids=["full disk", "closed pipe"],
)
def test_output_that_is_not_taken_ends_it(shell: str, status: int, said: str, changing: Namespace) -> None:
    """With the statuses that every command has."""
    done = changing.run(["sh", "-c", shell, "sh", *CLI, "watch", "-q"], check=False)
    assert (done.returncode, done.stderr) == (status, said)


def storm(changes: int, a_second: int) -> Iterator[list[str]]:
    """Changes of addresses for ip(8), in portions of a tenth of a second; the last address stays."""
    portion = a_second // 10
    steps = []
    for number in range(changes // 2):
        steps += [f"addr add 198.51.{number % 200}.{number % 250 + 1}/24 dev w0"]
        if number % 3:
            steps += [f"addr del 198.51.{number % 200}.{number % 250 + 1}/24 dev w0"]
        else:
            steps += [f"addr add 203.0.{number % 200}.{number % 250 + 1}/26 dev w0"]
    for start in range(0, changes, portion):
        yield steps[start : start + portion]


def test_reports_of_a_thousand_changes_give_what_postconf_has(
    changing: Namespace, main_cf: Path, postconf: str
) -> None:
    """At two hundred a second: the reports replayed from the first one give the last, and that is postconf's."""
    with Watching(changing, "-c", str(main_cf.parent)) as watching:
        changes = 0
        for steps in storm(1000, 200):
            began = time.monotonic()
            changing.build(steps)
            changes += len(steps)
            time.sleep(max(0.0, 0.1 - (time.monotonic() - began)))
        assert changes == 1000
        while watching.has_report(2):
            watching.report()
        assert len(watching.reports) > 2
        last = watching.reports[-1]["after"]
        assert replayed(watching.reports) == lists_of(last)
        value = changing.run([postconf, "-c", str(main_cf.parent), "-hx", "mynetworks"]).stdout
        assert sorted(last["mynetworks"]) == sorted(value.split())


def test_memory_and_descriptors_stay_as_they_are_over_ten_thousand_events(changing: Namespace) -> None:
    """Lost news included: the kernel cannot hold so many at once."""
    batch = "".join(f"addr add 198.51.100.{n}/24 dev w0\naddr del 198.51.100.{n}/24 dev w0\n" for n in range(1, 201))

    def events(times: int) -> None:
        for _ in range(times):
            changing.run(["ip", "-batch", "-"], stdin=batch)

    with Watching(changing, debounce="0.05") as watching:
        seen = []
        for times, mark in ((3, 1), (25, 2)):
            events(times)
            changing.build([f"addr add 203.0.113.{mark}/32 dev w0"])
            while f"203.0.113.{mark}" not in watching.report()["after"]["own_addresses"]:
                pass
            seen.append((descriptors_of(watching.pid), memory_of(watching.pid)))
        (files, memory), (files_then, memory_then) = seen
        assert files_then == files
        assert memory_then - memory < 1024  # KiB
