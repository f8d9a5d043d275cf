"""Read a host by each backend while it changes in several ways, and count what was true at no moment.

A network namespace has many addresses and links that stay. Others are changed: one kind of change, so many times a
second. A second witness writes down what was true when. ``python -m stress --help`` lists the options; it needs root.

  refused   an error, or an answer that says itself that it is not whole (consistent is False)
  mixed     each fact was true at some moment of the reading, but not all at one
  wrong     something was never true, or something that was true all the time is missing
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

from ifdiscover.discovery import BUILT_IN, load
from ifdiscover.errors import UnavailableError
from stress.kinds import BRIDGE, KINDS, OTHERS
from stress.oracle import MIXED, RIGHT, WRONG, Answer, Log, judge, states_during
from stress.reader import IP

if TYPE_CHECKING:
    from collections.abc import Iterator

NAMESPACE = f"ifdstress{os.getpid()}"
ENTER = ["ip", "netns", "exec", NAMESPACE]
ENVIRONMENT = {k: v for k, v in os.environ.items() if not k.startswith("IFDISCOVER")}
OF_ONE_MOMENT = ("rtnetlink", "netlink")
"""Backends whose answer must be of one moment; of the others it must be whole."""
GRACE = 10
"""Seconds to wait for the last reading: glibc's getifaddrs does not return while addresses change often."""
NO_CHANGE = "none"
OF_ADDRESSES = (NO_CHANGE, "same link", "other links", "masks")
READERS = ("rtnetlink", "netlink", "getifaddrs", "ioctl", "psutil", "netifaces", IP)


COLUMNS = ("readings", "refused", "mixed", "wrong")
ROW = "{:14}  {:>11}  {:10}  {:>7}  {:>8}  {:>7}  {:>5}  {:>5}  {:>12}"


class Cell(NamedTuple):
    """What was counted for one kind of change, rate and backend."""

    changes: int
    readings: int
    refused: int
    mixed: int
    wrong: int
    seconds: float
    milliseconds: float  # for each reading
    examples: list[str]

    @property
    def counts(self) -> tuple[int, int, int, int]:
        """The numbers of ``COLUMNS``."""
        return self.readings, self.refused, self.mixed, self.wrong


def stable(count: int) -> list[str]:
    """Steps that give the bridge ``count`` addresses that stay, half of each family, and each other link one."""
    half = count // 2
    cidrs = [f"10.{n >> 8}.{n & 255}.1/24" for n in range(half)]
    cidrs += [f"2001:db8:{n:x}::1/64 nodad" for n in range(1, count - half + 1)]
    steps = ["link set lo up", f"link add {BRIDGE} type bridge", f"link set {BRIDGE} up"]
    steps += [f"addr add {cidr} dev {BRIDGE}" for cidr in cidrs]
    for n, name in enumerate(OTHERS):
        steps += [f"link add {name} type ifb", f"link set {name} up", f"addr add 10.200.{n}.1/24 dev {name}"]
    return steps


@contextmanager
def namespace(addresses: int) -> Iterator[list[str]]:
    """A network namespace with so many addresses; the facts that stay in it, as ip(8) tells them."""
    subprocess.run(["ip", "netns", "add", NAMESPACE], check=True)
    try:
        # No link-local addresses by themselves: nothing changes here but what is changed.
        subprocess.run([*ENTER, "sysctl", "-qw", "net.ipv6.conf.default.addr_gen_mode=1"], check=True)
        subprocess.run([*ENTER, "ip", "-batch", "-"], input="\n".join(stable(addresses)), text=True, check=True)
        found = json.loads(subprocess.run([*ENTER, "ip", "-j", "addr"], stdout=subprocess.PIPE, check=True).stdout)
        facts = [f"link {link['ifname']} {link['ifindex']}" for link in found]
        facts += [f"up {link['ifname']}" for link in found if "UP" in link["flags"]]
        for link in found:
            facts += [f"address {link['ifname']} {a['local']}/{a['prefixlen']}" for a in link["addr_info"]]
        yield facts
    finally:
        subprocess.run(["ip", "netns", "del", NAMESPACE], check=True)


def started(*argv: str) -> subprocess.Popen[str]:
    """A program of this package, in the namespace."""
    command = [*ENTER, sys.executable, "-m", *argv]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=ENVIRONMENT)


def measure(kind: str, rate: float, backend: str, wanted: argparse.Namespace) -> Cell:
    """Read while that kind of change is made so often, and judge each answer."""
    log = Log([0.0], [0.0], [[[]]])
    is_hanging = False
    with namespace(wanted.addresses) as stays:
        changer = started("stress.changer", kind, str(rate)) if rate else None
        if changer is not None and changer.stdout is not None and changer.stdout.readline() != "ready\n":
            raise SystemExit(f"stress: {kind}: such changes cannot be made here")
        reader = started("stress.reader", backend, str(wanted.reads), str(wanted.seconds))
        try:
            out, _ = reader.communicate(json.dumps(stays) + "\n", timeout=wanted.seconds + GRACE)
        except subprocess.TimeoutExpired:
            is_hanging = True
            reader.kill()
            out, _ = reader.communicate()
        if changer is not None:
            log = Log(*map(list, zip(*json.loads(changer.communicate("\n")[0]))))
    if reader.returncode and not is_hanging:
        raise SystemExit(f"stress: {backend}: reading ended with status {reader.returncode}")
    blind_to = load(backend).BLIND_TO if backend in BUILT_IN else ()
    answers = [Answer(*json.loads(line)) for line in out.splitlines() if line.endswith("]")]
    return counted(answers, log, blind_to, is_hanging=is_hanging)


def counted(answers: list[Answer], log: Log, blind_to: tuple[str, ...], *, is_hanging: bool) -> Cell:
    """Judge each answer, and count."""
    verdicts = {RIGHT: 0, MIXED: 0, WRONG: 0}
    examples = []
    refused = sum(1 for answer in answers if answer.refused) + is_hanging
    for answer in answers:
        if not answer.refused:
            verdict, why = judge(answer, states_during(log, answer.began, answer.ended), blind_to)
            verdicts[verdict] += 1
            examples += [f"{verdict}: {why}"] if why else []
    first, last = (answers[0].began, answers[-1].ended) if answers else (0.0, 0.0)
    changes = sum(1 for began in log.began if first < began < last)
    each = sum(answer.ended - answer.began for answer in answers) / max(len(answers), 1) * 1000
    readings = len(answers) + is_hanging
    return Cell(changes, readings, refused, verdicts[MIXED], verdicts[WRONG], last - first, each, examples)


def is_bad(cell: Cell, kind: str, rate: float, backend: str) -> bool:
    """Whether a cell breaks a promise of ours: of wrong answers, of refused ones, or of changes made at all."""
    bad = cell.wrong + cell.mixed if backend in OF_ONE_MOMENT else 0
    refused_too_often = rate <= (100 if kind in OF_ADDRESSES else 10) and cell.refused * 100 > cell.readings
    return bad * 1000 > cell.readings or (backend in OF_ONE_MOMENT and refused_too_often) or cell.readings == 0


def main() -> int:
    """Measure each kind, rate and backend; 1 if a promise was broken."""
    parser = argparse.ArgumentParser(
        prog="stress", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--addresses", type=int, default=2000, help="that stay (default: %(default)s)")
    parser.add_argument("--reads", type=int, default=1000, help="of each cell, at most (default: %(default)s)")
    parser.add_argument("--seconds", type=float, default=10, help="for each cell, at most (default: %(default)s)")
    parser.add_argument("--rates", type=float, nargs="*", default=[0, 10, 100, 1000], help="changes a second")
    parser.add_argument("--kinds", nargs="*", default=list(KINDS), choices=KINDS, help="of change")
    parser.add_argument("--readers", nargs="*", default=[*READERS], choices=[*READERS])
    wanted = parser.parse_args()
    if os.geteuid() != 0:
        print("stress: needs root to make a network namespace", file=sys.stderr)
        return 77
    readers = [name for name in wanted.readers if is_there(name)]
    changes = [(NO_CHANGE, 0.0)] if 0 in wanted.rates else []
    changes += [(kind, rate) for kind in wanted.kinds for rate in wanted.rates if rate]
    bad = False
    totals = {name: [0, 0, 0, 0] for name in readers}
    print(ROW.format("kind of change", "changes/s", "backend", "changes", *COLUMNS, "ms a reading"))
    for kind, rate in changes:
        for name in readers:
            cell = measure(kind, rate, name, wanted)
            totals[name] = [one + more for one, more in zip(totals[name], cell.counts)]
            reached = f"{rate:.0f} ({cell.changes / max(cell.seconds, 0.001):.0f})"
            print(ROW.format(kind, reached, name, cell.changes, *cell.counts, f"{cell.milliseconds:.1f}"), flush=True)
            for example in sorted(set(cell.examples))[:3]:
                print(f"    {example}", flush=True)
            bad |= is_bad(cell, kind, rate, name)
    for name, counts in totals.items():
        print(ROW.format("all", "", name, "", *counts, ""))
    return int(bad)


def is_there(name: str) -> bool:
    """Whether that backend can be used here; says why not."""
    try:
        return name not in BUILT_IN or bool(load(name))
    except UnavailableError as error:
        print(f"left out: {error}")
        return False


if __name__ == "__main__":
    sys.exit(main())
